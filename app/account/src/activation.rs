//! A link that works once: for a new account, a forgotten password, a lost telephone.

use super::carried::Carried;
use super::line::line;
use super::password::new_password;
use super::sign_in::enter;
use backend::identity::Link;
use backend::{Backend, identity};
use domain::refusal::Refusal;
use domain::sign_in::LinkPurpose;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::field::TextKind;
use pages::components::notice::notice;
use pages::frames::plain_page;
use pages::handling::{Answer, Request, answer_form, refused};

/// The form, or a sentence when the link no longer works.
pub(super) async fn show(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    match identity::link(backend.core(), request.param("token")).await {
        Ok(link) => Ok(Answer::page(page(&request, &link, None))),
        Err(Refusal::NotFound) => Ok(used_up(&request)),
        Err(refusal) => Err(refusal),
    }
}

/// Does what the link is for, and goes on in.
pub(super) async fn activate(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let (core, token, form) = (backend.core(), request.param("token"), &request.form);
    let link = match identity::link(core, token).await {
        Ok(link) => link,
        Err(Refusal::NotFound) => return Ok(used_up(&request)),
        Err(refusal) => return Err(refusal),
    };
    let done = async {
        let done = match link.purpose {
            LinkPurpose::Password => {
                identity::activate(core, token, form.get("password"), form.get("again"), &request.remote).await
            }
            LinkPurpose::SecondFactor => {
                identity::reset_second_factor(core, token, form.get("password"), &request.remote).await
            }
        };
        match done {
            Err(Refusal::NotFound) => Ok(used_up(&request)),
            done => enter(&backend, &request, done?, Carried::default()).await,
        }
    };
    answer_form(done, async |refusal| Ok(page(&request, &link, Some(refusal)))).await
}

fn page(request: &Request, link: &Link, refusal: Option<&Refusal>) -> String {
    let ui = request.ui;
    let (title, button) = match (link.purpose, link.first) {
        (LinkPurpose::Password, true) => {
            (ui.t("启用账号", "Activate your account"), ui.t("启用并登录", "Activate and sign in"))
        }
        (LinkPurpose::Password, false) => {
            (ui.t("重新设置密码", "Choose a new password"), ui.t("设置并登录", "Choose it and sign in"))
        }
        (LinkPurpose::SecondFactor, _) => {
            (ui.t("重设二次验证", "A new second factor"), ui.t("确认并重新设置", "Confirm and set up anew"))
        }
    };
    plain_page(request, title, || {
        let errors = refused(refusal);
        let said = refusal.filter(|_| errors.is_empty()).map(|refusal| notice(Tone::Late, refusal.say(ui.lang)));
        let questions = match link.purpose {
            LinkPurpose::Password => new_password(ui, errors),
            LinkPurpose::SecondFactor => view! {
                <p>
                    {ui.t(
                        "原来手机上的验证码和备用码都将作废。请先输入您的密码，再用新的手机设置。",
                        "The old telephone's codes and the recovery codes end. Give your password, then set up the new telephone.",
                    )}
                </p>
                {line(ui, "password", ui.t("密码", "Password"), "", TextKind::Password, errors)}
            }
            .into_any(),
        };
        view! {
            {said}
            <form class="form" method="post" action=request.address.clone() novalidate>
                <div class="field">
                    <label class="field__label" for="name">{ui.t("账号", "Account")}</label>
                    <input class="input" id="name" type="text" value=link.name.clone() autocomplete="username" readonly/>
                </div>
                {questions}
                <div>{Button::primary(button).submit()}</div>
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
                    "链接只能使用一次，72 小时内有效。如果您已经用过，请直接登录；否则请联系本单位负责人重新生成。",
                    "A link works once, within 72 hours. If you have used it already, sign in; otherwise ask the head of \
                     your organisation for a new one.",
                )}
            </p>
            <div>{Button::primary(ui.t("去登录", "Sign in")).link("/sign-in")}</div>
        }
        .into_any()
    });
    Answer::Page { status: 404, html }
}
