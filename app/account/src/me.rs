//! `/me`: a person's places, how they like to be spoken to, and the way out. On a phone this is where the last place of the
//! bar below leads.

use backend::Backend;
use backend::identity::{Post, Principal};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::frame::preferences;
use pages::components::icons::Icon;
use pages::components::menu::MenuAct;
use pages::components::notice::notice;
use pages::components::rows::{ListRow, rows};
use pages::frames::{plain_page, post_words};
use pages::handling::{Answer, Request};
use pages::ui::Ui;

pub(super) async fn show(_: Backend, request: Request) -> Result<Answer, Refusal> {
    let me = request.me.as_ref().ok_or(Refusal::SignedOut)?;
    let ui = request.ui;
    let html = plain_page(&request, me.name.clone(), || {
        // The language stands at the foot of the page.
        let chosen = preferences(ui).into_iter().filter(|item| !item.current).filter_map(|item| match item.act {
            MenuAct::Post(action, fields) if fields.iter().all(|(name, _)| *name != "lang") => {
                let button = Button::plain(item.words).small();
                Some(item.icon.into_iter().fold(button, Button::icon).post(action, fields))
            }
            _ => None,
        });
        view! {
            {posts(ui, me)}
            {sign_in_rows(ui)}
            <div class="cluster">{chosen.collect_view()}</div>
            {sign_out(ui)}
        }
        .into_any()
    });
    Ok(Answer::page(html))
}

/// The places where the person may work, or why there is none.
pub(super) fn posts(ui: Ui, me: &Principal) -> AnyView {
    if me.posts.is_empty() {
        return notice(
            Tone::Info,
            ui.t(
                "您的账号目前没有任何岗位：可能任期已满、角色已被收回或评估已结束。请联系本单位负责人。",
                "Your account has no post at present: a term may have ended, a role been taken back, or an evaluation \
                 closed. Please ask the head of your organisation.",
            ),
        );
    }
    let line = |post| {
        let (title, note, href) = post_words(ui, post);
        let icon = Some(mark(post));
        ListRow { icon, title: title.into(), note: Some(note.into()), href: Some(href), ..ListRow::default() }
    };
    rows(me.posts.iter().map(line).collect())
}

/// What guards the way in, and where it stands open.
fn sign_in_rows(ui: Ui) -> AnyView {
    let line = |mark, title: &'static str, note: &'static str, href: &str| ListRow {
        icon: Some(mark),
        title: title.into(),
        note: Some(note.into()),
        href: Some(href.to_owned()),
        ..ListRow::default()
    };
    rows(vec![
        line(
            Icon::Key,
            ui.t("修改密码", "Change the password"),
            ui.t("其他登录会一并结束", "Other sessions end with it"),
            "/me/password",
        ),
        line(
            Icon::Shield,
            ui.t("二次验证", "Second factor"),
            ui.t("手机动态验证码和备用码", "Codes from the telephone, recovery codes"),
            "/me/second-factor",
        ),
        line(
            Icon::Lock,
            ui.t("登录记录", "Sessions"),
            ui.t("在哪些设备上登录着，最近发生了什么", "Where you are signed in, and what happened lately"),
            "/me/sessions",
        ),
    ])
}

/// The way out.
pub(super) fn sign_out(ui: Ui) -> AnyView {
    let button = Button::plain(ui.t("退出登录", "Sign out")).icon(Icon::SignOut).post("/sign-out", vec![]);
    view! { <div>{button}</div> }.into_any()
}

fn mark(post: &Post) -> Icon {
    match post {
        Post::Staff { .. } => Icon::Building,
        Post::District { .. } => Icon::Grid,
        Post::Evaluation(_) => Icon::Clipboard,
    }
}
