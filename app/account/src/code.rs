//! The second step of signing in: the code from the telephone.

use super::carried::{Carried, Waits};
use super::line::line_with;
use super::sign_in::arrive;
use backend::{Backend, identity};
use domain::refusal::Refusal;
use domain::sign_in::SignInStage;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::field::TextKind;
use pages::components::notice::notice;
use pages::frames::plain_page;
use pages::handling::{Answer, Request, answer_form, refused};

/// The form; whoever has not given the password yet begins with that.
pub(super) async fn show(_: Backend, request: Request) -> Result<Answer, Refusal> {
    let carried = Carried::read(&request.query);
    match &request.session {
        Some(session) if session.stage == SignInStage::Code => {
            Ok(Answer::page(page(&request, &carried, Waits::Nothing, None)))
        }
        _ => Ok(Answer::SeeOther(carried.on("/sign-in"))),
    }
}

/// Completes signing in.
pub(super) async fn give(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let halfway = request.session.as_ref().filter(|session| session.stage == SignInStage::Code);
    let account = halfway.ok_or(Refusal::SignedOut)?.account;
    let carried = Carried::read(&request.form);
    let done = async {
        identity::check_code(backend.core(), account, request.form.get("code"), &request.remote).await?;
        let then = Box::new(arrive(&backend, &request, account, carried.clone()).await?);
        Ok(Answer::SignedIn { account, stage: SignInStage::Both, then })
    };
    let again = async |refusal: &Refusal| Ok(page(&request, &carried, carried.waits(&backend, account), Some(refusal)));
    answer_form(done, again).await
}

pub(super) fn page(request: &Request, carried: &Carried, waits: Waits, refusal: Option<&Refusal>) -> String {
    let ui = request.ui;
    plain_page(request, ui.t("输入动态验证码", "Type the code"), || {
        let errors = refused(refusal);
        let said = refusal.filter(|_| errors.is_empty()).map(|refusal| notice(Tone::Late, refusal.say(ui.lang)));
        let help = ui.t(
            "打开手机上的验证器，输入“Banyan”下面的 6 位数字。手机不在身边，可以填一个备用码。",
            "Open the authenticator on your telephone and type the 6 digits under “Banyan”. Without it, a recovery code will do.",
        );
        let label = ui.t("验证码", "Code");
        view! {
            {said}
            {waits.said(ui)}
            <form class="form" method="post" action="/sign-in/code" novalidate>
                {carried.hidden()}
                {line_with(ui, "code", label, "", TextKind::OneTimeCode, errors, Some(help.into()))}
                <div>{Button::primary(ui.t("登录", "Sign in")).submit()}</div>
            </form>
            <p class="quiet">
                {ui.t(
                    "手机丢了，备用码也没有了？请联系本单位负责人重设。",
                    "Telephone lost, and no recovery code left? Ask the head of your organisation to reset it.",
                )}
            </p>
            {Button::quiet(ui.t("换一个账号", "Another account")).post("/sign-out", vec![])}
        }
        .into_any()
    })
}
