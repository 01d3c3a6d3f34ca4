//! Before something grave: who is at the screen now? The form that was sent waits in the page, sealed, and is carried out
//! with the answer.

use super::carried::{hidden, waiting};
use super::line::line_with;
use backend::Backend;
use domain::refusal::{FieldError, Refusal};
use domain::sign_in::SignInStage;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::field::TextKind;
use pages::components::notice::notice;
use pages::frames::plain_page;
use pages::handling::{PROOF, Request, refused};

/// The question, over the form that was sent: answered, it goes where it was meant to go, with everything that was typed.
///
/// # Errors
/// When the file of the keys cannot be read any more.
pub fn prove_again(backend: &Backend, request: &Request, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    let ui = request.ui;
    let request = &waiting(backend, request)?;
    Ok(plain_page(request, ui.t("请确认是您本人", "Is it still you?"), || {
        let by_code = request.session.as_ref().is_some_and(|session| session.stage == SignInStage::Both);
        let (label, kind) = if by_code {
            (ui.t("动态验证码", "Code"), TextKind::OneTimeCode)
        } else {
            (ui.t("密码", "Password"), TextKind::Password)
        };
        let errors: Vec<FieldError> =
            refused(refusal).iter().map(|error| FieldError::new(PROOF, error.problem.clone())).collect();
        let said = refusal.filter(|_| errors.is_empty()).map(|refusal| notice(Tone::Late, refusal.say(ui.lang)));
        let help = by_code.then(|| {
            ui.t(
                "手机上验证器里最新的 6 位数字，或一个备用码。",
                "The newest 6 digits from the authenticator, or a recovery code.",
            )
            .into()
        });
        let back = request.from.clone().unwrap_or_else(|| "/".to_owned());
        view! {
            <p>
                {ui.t(
                    "这一步涉及重要权限或资料，请再确认一次身份。您填写的内容都在，确认后直接完成。",
                    "This step is a grave one. What you typed is kept, and is carried out as soon as you have answered.",
                )}
            </p>
            {said}
            <form class="form" method="post" action=request.address.clone() novalidate>
                {hidden(request.form.0.iter().cloned())}
                {line_with(ui, PROOF, label, "", kind, &errors, help)}
                <div>{Button::primary(ui.t("确认并继续", "Confirm and go on")).submit()}</div>
            </form>
            <p class="quiet"><a href=back>{ui.t("不继续，返回", "Do not go on; back")}</a></p>
        }
        .into_any()
    }))
}
