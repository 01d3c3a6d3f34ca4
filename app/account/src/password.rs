//! Changing one's password.

use super::line::{line, line_with};
use backend::{Backend, identity};
use domain::refusal::{FieldError, Refusal};
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::field::TextKind;
use pages::components::notice::notice;
use pages::frames::plain_page;
use pages::handling::{Answer, Request, answer_form, refused};
use pages::ui::Ui;

pub(super) async fn show(_: Backend, request: Request) -> Result<Answer, Refusal> {
    request.signed_in()?;
    Ok(Answer::page(page(&request, None)))
}

/// Changes it; this browser goes on under a new session, every other one has to sign in again.
pub(super) async fn change(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let (me, session) = request.signed_in()?;
    let form = &request.form;
    let (current, new, again) = (form.get("current"), form.get("password"), form.get("again"));
    let done = async {
        identity::change_password(backend.core(), session, current, new, again, &request.remote).await?;
        let then = Box::new(Answer::SeeOther("/me/password?done=changed".to_owned()));
        Ok(Answer::SignedIn { account: me.account, stage: session.stage, then })
    };
    answer_form(done, async |refusal| Ok(page(&request, Some(refusal)))).await
}

fn page(request: &Request, refusal: Option<&Refusal>) -> String {
    let ui = request.ui;
    plain_page(request, ui.t("修改密码", "Change the password"), || {
        let errors = refused(refusal);
        let said = refusal.filter(|_| errors.is_empty()).map(|refusal| notice(Tone::Late, refusal.say(ui.lang)));
        let done = (request.query.get("done") == "changed").then(|| {
            notice(
                Tone::Good,
                ui.t(
                    "密码已修改，其他设备上的登录都已结束。",
                    "The password is changed; every other session has ended.",
                ),
            )
        });
        view! {
            {said}
            {done}
            <form class="form" method="post" action="/me/password" novalidate>
                {line(ui, "current", ui.t("现在的密码", "Present password"), "", TextKind::Password, errors)}
                {new_password(ui, errors)}
                <div>{Button::primary(ui.t("修改密码", "Change it")).submit()}</div>
            </form>
            <p class="quiet"><a href="/me">{ui.t("返回", "Back")}</a></p>
        }
        .into_any()
    })
}

/// A new password, typed twice.
pub(super) fn new_password(ui: Ui, errors: &[FieldError]) -> AnyView {
    let help = ui.t(
        "至少 10 个字符。几个词连成一句，好记又安全。",
        "At least 10 characters. A few words in a row are easy to remember and safe.",
    );
    let label = ui.t("新密码", "New password");
    view! {
        {line_with(ui, "password", label, "", TextKind::NewPassword, errors, Some(help.into()))}
        {line(ui, "again", ui.t("再输入一次", "The same again"), "", TextKind::NewPassword, errors)}
    }
    .into_any()
}
