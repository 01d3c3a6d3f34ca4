//! `/`: where a person works, or what Banyan is.

use super::me::{posts, sign_out};
use backend::Backend;
use backend::identity::Principal;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::button::Button;
use pages::components::icons::Icon;
use pages::components::rows::{ListRow, rows};
use pages::frames::{plain_page, post_words};
use pages::handling::{Answer, Request};

pub(super) async fn show(_: Backend, request: Request) -> Result<Answer, Refusal> {
    Ok(match &request.me {
        None => Answer::page(welcome(&request)),
        Some(me) => match me.posts.as_slice() {
            [only] => Answer::SeeOther(post_words(request.ui, only).2),
            _ => Answer::page(choose(&request, me)),
        },
    })
}

fn welcome(request: &Request) -> String {
    let ui = request.ui;
    plain_page(request, ui.t("从一份申请，到一段好的服务", "From an application to good service"), || {
        let items = [
            (
                Icon::Inbox,
                ui.t("工作人员", "Staff"),
                ui.t("受理、评估、服务到结案，时限清楚。", "Intake to closure, every time limit in sight."),
            ),
            (
                Icon::Chart,
                ui.t("区级管理", "District"),
                ui.t("哪个站点今天需要支持，一看便知。", "Which station needs support today, and why."),
            ),
            (
                Icon::Clipboard,
                ui.t("外部评估", "Evaluators"),
                ui.t("脱敏卷宗，可复现的抽样，只读留痕。", "Masked files, repeatable samples, nothing changed."),
            ),
        ];
        let lines = items.map(|(mark, title, note)| ListRow {
            icon: Some(mark),
            title: title.into(),
            note: Some(note.into()),
            ..ListRow::default()
        });
        view! {
            {rows(lines.into())}
            <div>{Button::primary(ui.t("登录", "Sign in")).link("/sign-in")}</div>
            <p class="quiet">
                {ui.t(
                    "居民申请服务不需要账号：请使用您所在社工站公布的网址或二维码。",
                    "Residents need no account: use the address or code that your station has made public.",
                )}
            </p>
        }
        .into_any()
    })
}

fn choose(request: &Request, me: &Principal) -> String {
    let ui = request.ui;
    plain_page(request, ui.t("选择工作岗位", "Where do you work now?"), || {
        let hello = ui.words(
            || format!("{}，您好。之后可在页面上方随时切换。", me.name),
            || format!("Hello, {}. You can switch at the top of every page.", me.name),
        );
        view! {
            {(!me.posts.is_empty()).then(|| view! { <p class="quiet">{hello}</p> })}
            {posts(ui, me)}
            {sign_out(ui)}
        }
        .into_any()
    })
}
