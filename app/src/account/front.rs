//! `/`: where a person works, or what Banyan is.

use crate::components::badge::Tone;
use crate::components::button::Button;
use crate::components::icons::Icon;
use crate::components::notice::notice;
use crate::components::rows::{ListRow, rows};
use crate::frames::{plain_page, post_words};
use crate::handling::{Answer, Request};
use backend::Backend;
use backend::identity::{Post, Principal};
use domain::refusal::Refusal;
use leptos::prelude::*;

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
        let sign_out = Button::quiet(ui.t("退出登录", "Sign out")).icon(Icon::SignOut).post("/sign-out", vec![]);
        let lines: Vec<ListRow> = me
            .posts
            .iter()
            .map(|post| {
                let (title, note, href) = post_words(ui, post);
                ListRow {
                    icon: Some(mark(post)),
                    title: title.into(),
                    note: Some(note.into()),
                    href: Some(href),
                    ..ListRow::default()
                }
            })
            .collect();
        let none = lines.is_empty().then(|| {
            notice(
                Tone::Info,
                ui.t(
                    "您的账号目前没有任何岗位：可能任期已满、角色已被收回或评估已结束。请联系本单位负责人。",
                    "Your account has no post at present: a term may have ended, a role been taken back, or an evaluation \
                     closed. Please ask the head of your organisation.",
                ),
            )
        });
        view! {
            <p class="quiet">{me.name.clone()}{ui.t("，您好。之后可在页面上方随时切换。", ", hello. You can switch at the top of every page.")}</p>
            {none}
            {(!lines.is_empty()).then(|| rows(lines))}
            <div>{sign_out}</div>
        }
        .into_any()
    })
}

fn mark(post: &Post) -> Icon {
    match post {
        Post::Staff { .. } => Icon::Building,
        Post::District { .. } => Icon::Grid,
        Post::Evaluation(_) => Icon::Clipboard,
    }
}
