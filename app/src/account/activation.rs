//! A new account: its person opens a link that works once, and chooses a password.

use super::{line, line_with};
use crate::components::badge::Tone;
use crate::components::button::Button;
use crate::components::field::TextKind;
use crate::components::notice::notice;
use crate::frames::plain_page;
use crate::handling::{Answer, Request, refused};
use backend::{Backend, identity};
use domain::refusal::Refusal;
use leptos::prelude::*;

/// The form, or a sentence when the link no longer works.
pub(super) async fn show(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    match identity::activation(backend.core(), request.param("token")).await {
        Ok(name) => Ok(Answer::page(page(&request, &name, None))),
        Err(Refusal::NotFound) => Ok(used_up(&request)),
        Err(refusal) => Err(refusal),
    }
}

/// Sets the password and signs in.
pub(super) async fn activate(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let (core, token, form) = (backend.core(), request.param("token"), &request.form);
    let name = match identity::activation(core, token).await {
        Ok(name) => name,
        Err(Refusal::NotFound) => return Ok(used_up(&request)),
        Err(refusal) => return Err(refusal),
    };
    match identity::activate(core, token, form.get("password"), form.get("again")).await {
        Ok(account) => Ok(Answer::SignedIn { account, then: Box::new(Answer::SeeOther("/".to_owned())) }),
        Err(Refusal::NotFound) => Ok(used_up(&request)),
        Err(refusal) => Ok(Answer::again(&refusal, page(&request, &name, Some(&refusal)))),
    }
}

fn page(request: &Request, name: &str, refusal: Option<&Refusal>) -> String {
    let ui = request.ui;
    plain_page(request, ui.t("启用账号", "Activate your account"), || {
        let errors = refused(refusal);
        let said = refusal.filter(|_| errors.is_empty()).map(|refusal| notice(Tone::Late, refusal.say(ui.lang)));
        let help = ui.t(
            "至少 10 个字符。几个词连成一句，好记又安全。",
            "At least 10 characters. A few words in a row are easy to remember and safe.",
        );
        view! {
            {said}
            <form class="form" method="post" action=request.address.clone() novalidate>
                <div class="field">
                    <label class="field__label" for="name">{ui.t("账号", "Account")}</label>
                    <input class="input" id="name" type="text" value=name.to_owned() autocomplete="username" readonly/>
                </div>
                {line_with(ui, "password", ui.t("设置密码", "Choose a password"), "", TextKind::NewPassword, errors, Some(help.into()))}
                {line(ui, "again", ui.t("再输入一次", "The same again"), "", TextKind::NewPassword, errors)}
                <div>{Button::primary(ui.t("启用并登录", "Activate and sign in")).submit()}</div>
            </form>
        }
        .into_any()
    })
}

fn used_up(request: &Request) -> Answer {
    let ui = request.ui;
    let html = plain_page(request, ui.t("链接已失效", "This link no longer works"), || {
        view! {
            <p>
                {ui.t(
                    "启用链接只能使用一次，72 小时内有效。如果您已设好密码，请直接登录；否则请联系本单位负责人重新生成。",
                    "An activation link works once, within 72 hours. If you have chosen your password already, sign in; \
                     otherwise ask the head of your organisation for a new one.",
                )}
            </p>
            <div>{Button::primary(ui.t("去登录", "Sign in")).link("/sign-in")}</div>
        }
        .into_any()
    });
    Answer::Page { status: 404, html }
}
