//! Setting up a second factor, in three short steps: what it is, scanning it, the first code; then the recovery codes, which
//! are shown once.

use super::carried::{Carried, Waits};
use super::line::line_with;
use super::sign_in::go_on;
use backend::identity::sessions::Session;
use backend::identity::{NewSecret, SecondFactor};
use backend::{Backend, identity};
use domain::refusal::Refusal;
use domain::sign_in::SignInStage;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::{Button, print};
use pages::components::field::TextKind;
use pages::components::icons::Icon;
use pages::components::notice::notice;
use pages::components::receipt::Qr;
use pages::frames::plain_page;
use pages::handling::{Answer, Request, answer_form, refused};
use pages::ui::Ui;

pub(super) async fn show(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    Ok(Answer::page(step(&backend, &request, &Carried::read(&request.query), None).await?))
}

/// Makes a new secret and shows it.
pub(super) async fn begin(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let session = may_set_up(&request)?;
    let carried = Carried::read(&request.form);
    identity::begin_second_factor(backend.core(), session.account).await?;
    if carried.has_form() {
        return Ok(Answer::page(step(&backend, &request, &carried, None).await?));
    }
    Ok(Answer::SeeOther(carried.on("/me/second-factor")))
}

/// Takes the new secret into use by its first code.
pub(super) async fn confirm(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let session = may_set_up(&request)?;
    let carried = Carried::read(&request.form);
    let code = request.form.get("code");
    let done = async {
        let codes = identity::confirm_second_factor(backend.core(), session, code, &request.remote).await?;
        let waits = carried.waits(&backend, session.account);
        let then = Box::new(Answer::page(codes_page(&request, &codes, &carried, waits)));
        Ok(Answer::SignedIn { account: session.account, stage: SignInStage::Both, then })
    };
    answer_form(done, async |refusal| step(&backend, &request, &carried, Some(refusal)).await).await
}

/// Makes new recovery codes and shows them.
pub(super) async fn renew_codes(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let (me, _) = request.signed_in()?;
    let codes = identity::renew_recovery_codes(backend.core(), me.account, &request.remote).await?;
    Ok(Answer::page(codes_page(&request, &codes, &Carried::default(), Waits::Nothing)))
}

/// Does without, where that is allowed.
pub(super) async fn remove(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let (me, _) = request.signed_in()?;
    let done = async {
        identity::remove_second_factor(backend.core(), me, &request.remote).await?;
        let then = Box::new(Answer::SeeOther("/me/second-factor".to_owned()));
        Ok(Answer::SignedIn { account: me.account, stage: SignInStage::Password, then })
    };
    answer_form(done, async |refusal| step(&backend, &request, &Carried::default(), Some(refusal)).await).await
}

/// Whoever is in, or has to set it up before anything else.
fn may_set_up(request: &Request) -> Result<&Session, Refusal> {
    let session =
        request.session.as_ref().filter(|session| session.stage == SignInStage::SetUp || request.me.is_some());
    session.ok_or(Refusal::SignedOut)
}

/// The step at which the person is, as it stands now.
async fn step(
    backend: &Backend,
    request: &Request,
    carried: &Carried,
    refusal: Option<&Refusal>,
) -> Result<String, Refusal> {
    let session = may_set_up(request)?;
    let factor = identity::second_factor(backend.core(), session.account).await?;
    let must = match &request.me {
        Some(me) => identity::needs_second_factor(backend.core(), me).await?,
        None => true,
    };
    let waits = carried.waits(backend, session.account);
    Ok(page(request, &factor, must, carried, waits, refusal))
}

/// The step at which the person is.
pub(super) fn page(
    request: &Request,
    factor: &SecondFactor,
    must: bool,
    carried: &Carried,
    waits: Waits,
    refusal: Option<&Refusal>,
) -> String {
    let ui = request.ui;
    plain_page(request, ui.t("二次验证", "Second factor"), || {
        let said = refusal.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)));
        let said = said.map(|refusal| notice(Tone::Late, refusal.say(ui.lang)));
        let step = match (&factor.pending, factor.set) {
            (Some(secret), _) => scan(ui, secret, carried, refusal),
            (None, Some(_)) => standing(ui, factor, must),
            (None, None) => explain(ui, must, carried),
        };
        let back =
            request.me.is_some().then(|| view! { <p class="quiet"><a href="/me">{ui.t("返回", "Back")}</a></p> });
        let out = request
            .me
            .is_none()
            .then(|| Button::quiet(ui.t("以后再设，退出登录", "Later; sign out")).post("/sign-out", vec![]));
        view! { {said}{waits.said(ui)}{step}{back}{out} }.into_any()
    })
}

fn explain(ui: Ui, must: bool, carried: &Carried) -> AnyView {
    let why = if must {
        ui.t(
            "您的岗位会接触服务对象资料，登录时除密码外还要输入手机上的动态验证码。现在设置，约需两分钟。",
            "Your post sees client data: beside the password a code from your telephone is needed. Setting it up takes two minutes.",
        )
    } else {
        ui.t(
            "启用后，登录时除密码外还要输入手机上的动态验证码；别人知道了密码也进不来。",
            "With it, signing in also needs a code from your telephone: who learns your password still cannot come in.",
        )
    };
    view! {
        <p>{why}</p>
        <p class="quiet">
            {ui.t(
                "请先在手机上准备一个验证器：微信小程序“腾讯身份验证器”，或 Microsoft Authenticator、Google Authenticator 等应用。",
                "Have an authenticator app ready on your telephone: Tencent’s in WeChat, Microsoft’s, Google’s, or another.",
            )}
        </p>
        <form class="form" method="post" action="/me/second-factor">
            {carried.hidden()}
            <div>{Button::primary(ui.t("开始设置", "Begin")).submit()}</div>
        </form>
    }
    .into_any()
}

fn scan(ui: Ui, secret: &NewSecret, carried: &Carried, refusal: Option<&Refusal>) -> AnyView {
    let qr =
        Qr::of(&secret.address).map(|qr| qr.view("gate__qr", ui.t("验证器二维码", "QR code for the authenticator")));
    let label = ui.t("验证器显示的 6 位数字", "The 6 digits it shows");
    view! {
        <p>{ui.t("用验证器扫描二维码：", "Scan this with the authenticator:")}</p>
        {qr}
        <p class="quiet">{ui.t("不能扫描？手工输入密钥：", "No camera? Type this key:")}</p>
        <p class="once">{secret.text.clone()}</p>
        <form class="form" method="post" action="/me/second-factor/confirm" novalidate>
            {carried.hidden()}
            {line_with(ui, "code", label, "", TextKind::OneTimeCode, refused(refusal), None)}
            <div>{Button::primary(ui.t("确认启用", "Confirm")).submit()}</div>
        </form>
    }
    .into_any()
}

fn standing(ui: Ui, factor: &SecondFactor, must: bool) -> AnyView {
    let since = factor.set.map(|at| ui.moment(at)).unwrap_or_default();
    let left = factor.codes_left;
    let words = ui.words(
        || format!("已启用（{since}），还有 {left} 个备用码。"),
        || format!("In use since {since}; {left} recovery codes left."),
    );
    let tone = if left < 3 { Tone::Due } else { Tone::Good };
    let remove = (!must).then(|| {
        Button::danger(ui.t("停用二次验证", "Do without")).icon(Icon::Ban).post("/me/second-factor/remove", vec![])
    });
    view! {
        {notice(tone, words)}
        {Button::plain(ui.t("换一部手机", "Another telephone")).icon(Icon::Swap).post("/me/second-factor", vec![])}
        {Button::plain(ui.t("重新生成备用码", "New recovery codes")).icon(Icon::Key).post("/me/second-factor/codes", vec![])}
        {remove}
    }
    .into_any()
}

/// The recovery codes: here and nowhere else.
fn codes_page(request: &Request, codes: &[String], carried: &Carried, waits: Waits) -> String {
    let ui = request.ui;
    plain_page(request, ui.t("请保存备用码", "Keep these recovery codes"), || {
        let keep = ui.t(
            "这些备用码只显示这一次。请抄下或打印，与手机分开放。手机不在身边时，用一个代替验证码；每个只能用一次。",
            "They are shown only now. Write them down or print them, and keep them apart from the telephone: each stands in for a code, once.",
        );
        let lines = codes.iter().map(|code| view! { <li>{code.clone()}</li> }.into_any());
        let (said, on) = match waits {
            Waits::Theirs => (None, go_on(ui, carried)),
            Waits::Nothing => (None, kept(ui, &carried.to)),
            Waits::Anothers => (waits.said(ui), kept(ui, "/")),
        };
        view! {
            {notice(Tone::Due, keep)}
            <ol class="once gate__codes">{lines.collect_view()}</ol>
            <p class="no-print">{print(ui)}</p>
            {said}
            {on}
        }
        .into_any()
    })
}

fn kept(ui: Ui, to: &str) -> AnyView {
    let button = Button::primary(ui.t("已保存，继续", "Kept; go on"));
    view! { <div>{button.link(to.to_owned())}</div> }.into_any()
}
