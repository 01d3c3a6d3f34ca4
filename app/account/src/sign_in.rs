//! Signing in, and signing in again when a session ended in the middle of the work.

use super::carried::{Carried, Waits, waiting};
use super::line::line;
use super::{code, second_factor};
use backend::{Backend, identity};
use domain::ids::AccountId;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::sign_in::SignInStage;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::field::TextKind;
use pages::components::notice::notice;
use pages::frames::plain_page;
use pages::handling::{Answer, Form, Request, refused};
use pages::ui::Ui;

/// The sign-in form as a page of its own.
pub(super) async fn show(_: Backend, request: Request) -> Result<Answer, Refusal> {
    let carried = Carried::read(&request.query);
    Ok(Answer::page(page(&request, &carried, "", None)))
}

/// What leads in, in place of what was asked for: the sign-in form, or the step that is still to be taken. A form that was on
/// its way is kept in it, sealed; `anothers` when somebody else is in, to whom it does not belong.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_in_again(backend: &Backend, request: &Request, anothers: bool) -> Result<String, Refusal> {
    let waiting = waiting(backend, request)?;
    let carried = Carried::interrupted(request.site, &request.address, &request.form, &waiting.form);
    let request = &waiting;
    if anothers && carried.has_form() {
        return Ok(anothers_page(request, &carried));
    }
    match request.session.as_ref().map(|session| (session.stage, session.account)) {
        Some((SignInStage::Code, account)) => Ok(code::page(request, &carried, carried.waits(backend, account), None)),
        Some((SignInStage::SetUp, account)) => set_up_page(backend, request, account, &carried).await,
        _ => Ok(page(request, &carried, "", Some(&Refusal::SignedOut))),
    }
}

async fn set_up_page(
    backend: &Backend,
    request: &Request,
    account: AccountId,
    carried: &Carried,
) -> Result<String, Refusal> {
    let factor = identity::second_factor(backend.core(), account).await?;
    Ok(second_factor::page(request, &factor, true, carried, carried.waits(backend, account), None))
}

/// Signs in and goes on where the person was.
pub(super) async fn sign_in(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let form = &request.form;
    let carried = Carried::read(form);
    let again = |refusal: Refusal| Answer::again(&refusal, page(&request, &carried, form.get("name"), Some(&refusal)));
    if let Err(refusal) = complete(form) {
        return Ok(again(refusal));
    }
    match identity::sign_in(backend.core(), form.get("name"), form.get("password"), &request.remote).await {
        Err(refusal) => Ok(again(refusal)),
        Ok(account) => enter(&backend, &request, account, carried).await,
    }
}

/// The password was right: in, or on to the second factor. What was carried goes along.
pub(super) async fn enter(
    backend: &Backend,
    request: &Request,
    account: AccountId,
    carried: Carried,
) -> Result<Answer, Refusal> {
    let request = &Request { whose: Some(account), ..request.clone() };
    let stage = identity::stage_after_password(backend.core(), account).await?;
    let then = match stage {
        SignInStage::Password | SignInStage::Both => arrive(backend, request, account, carried).await?,
        SignInStage::Code if carried.has_form() => {
            Answer::page(code::page(request, &carried, carried.waits(backend, account), None))
        }
        SignInStage::Code => Answer::SeeOther(carried.on("/sign-in/code")),
        SignInStage::SetUp if carried.has_form() => {
            Answer::page(set_up_page(backend, request, account, &carried).await?)
        }
        SignInStage::SetUp => Answer::SeeOther(carried.on("/me/second-factor")),
    };
    Ok(Answer::SignedIn { account, stage, then: Box::new(then) })
}

/// In: where the person was, or one button that sends what was interrupted, when it is theirs.
pub(super) async fn arrive(
    backend: &Backend,
    request: &Request,
    account: AccountId,
    carried: Carried,
) -> Result<Answer, Refusal> {
    Ok(match carried.waits(backend, account) {
        Waits::Nothing => Answer::SeeOther(carried.to),
        Waits::Theirs => {
            let me = identity::principal(backend.core(), account).await?;
            Answer::page(go_on_page(request, &me.name, &carried))
        }
        Waits::Anothers => Answer::page(anothers_page(request, &carried)),
    })
}

/// Ends the session.
pub(super) async fn sign_out(_: Backend, _: Request) -> Result<Answer, Refusal> {
    Ok(Answer::SignedOut("/".to_owned()))
}

fn complete(form: &Form) -> Result<(), Refusal> {
    let missing = |name: &&str| form.get(name).is_empty();
    let errors: Vec<FieldError> =
        ["name", "password"].into_iter().filter(missing).map(|name| FieldError::new(name, Problem::Required)).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

fn page(request: &Request, carried: &Carried, name: &str, refusal: Option<&Refusal>) -> String {
    let ui = request.ui;
    let title = match refusal {
        Some(Refusal::SignedOut) if carried.has_form() || carried.lost => ui.t("请重新登录", "Please sign in again"),
        _ => ui.t("登录", "Sign in"),
    };
    plain_page(request, title, || {
        view! {
            {said(ui, carried, refusal)}
            {form(ui, carried, name, refused(refusal))}
            <p class="quiet">
                {ui.t("没有账号或忘记密码，请联系本单位负责人。", "No account, or the password forgotten? Ask the head of your organisation.")}
            </p>
            {ui.demo.then(|| view! {
                <p class="quiet">
                    {ui.t(
                        "演示环境关闭了二次验证；正式环境中，接触服务对象资料的岗位登录时还要输入动态验证码。",
                        "The demonstration asks for no second factor. In earnest, whoever sees client data also types a code from the telephone.",
                    )}
                </p>
            })}
        }
        .into_any()
    })
}

fn form(ui: Ui, carried: &Carried, name: &str, errors: &[FieldError]) -> AnyView {
    view! {
        <form class="form" method="post" action="/sign-in" novalidate>
            {carried.hidden()}
            {line(ui, "name", ui.t("账号", "Account"), name, TextKind::Account, errors)}
            {line(ui, "password", ui.t("密码", "Password"), "", TextKind::Password, errors)}
            <div>{Button::primary(ui.t("登录", "Sign in")).submit()}</div>
        </form>
    }
    .into_any()
}

/// Why the person is here.
fn said(ui: Ui, carried: &Carried, refusal: Option<&Refusal>) -> Option<AnyView> {
    match refusal? {
        Refusal::Invalid(_) => None,
        Refusal::SignedOut if carried.has_form() => Some(notice(
            Tone::Due,
            ui.t(
                "登录已失效，刚才的内容还没有提交。您填写的都在，已经封存：用原来的账号登录后即可继续提交，别人登录看不到。",
                "Your session ended before this was sent. What you typed is kept, sealed: sign in with the same account and \
                 send it then. Nobody else sees it.",
            ),
        )),
        Refusal::SignedOut if carried.lost => Some(notice(
            Tone::Due,
            ui.t(
                "登录已失效，刚才的内容没有提交，也没有保留：无法确认它是谁填写的。请返回上一页把内容复制下来，登录后重新填写。",
                "Your session ended before this was sent, and what was typed is not kept: nothing says whose it is. Go back, \
                 copy it, and fill it in again after signing in.",
            ),
        )),
        Refusal::SignedOut => Some(notice(Tone::Info, ui.t("登录后即可查看此页面。", "Sign in to see this page."))),
        other => Some(notice(Tone::Late, other.say(ui.lang))),
    }
}

/// For somebody to whom what waits here does not belong: the way on, and the way in for the one to whom it does.
fn anothers_page(request: &Request, carried: &Carried) -> String {
    let ui = request.ui;
    plain_page(request, ui.t("这里有别人未提交的内容", "Someone else’s unfinished text"), || {
        view! {
            {Waits::Anothers.said(ui)}
            <div>{Button::primary(ui.t("去我的首页", "Go on to my own pages")).link("/")}</div>
            <p class="quiet">
                {ui.t("填写的人可以在这里登录，继续提交：", "The person who typed it can sign in here and send it:")}
            </p>
            {form(ui, carried, "", &[])}
        }
        .into_any()
    })
}

/// One button: what was interrupted is sent again, to where it was meant to go.
fn go_on_page(request: &Request, name: &str, carried: &Carried) -> String {
    let ui = request.ui;
    let words = ui.words(
        || format!("您已以“{name}”登录。刚才的内容还没有提交，点“继续提交”即可完成。"),
        || format!("You are signed in as {name}. What you typed has not been sent yet; “Send it now” completes it."),
    );
    plain_page(request, ui.t("继续提交", "Send it now"), || {
        view! { {notice(Tone::Good, words)}{go_on(ui, carried)} }.into_any()
    })
}

/// The form as it was, with a button.
pub(super) fn go_on(ui: Ui, carried: &Carried) -> AnyView {
    view! {
        <form class="form" method="post" action=carried.to.clone()>
            {carried.again()}
            <div>{Button::primary(ui.t("继续提交", "Send it now")).submit()}</div>
        </form>
        <p class="quiet"><a href="/">{ui.t("不提交，回到首页", "Do not send it; go to the front page")}</a></p>
    }
    .into_any()
}
