//! Where one is signed in, and what happened to the account lately.

use super::device::device;
use backend::identity::sessions::{self, Session};
use backend::identity::{Happened, history};
use backend::{Backend, identity};
use domain::refusal::Refusal;
use domain::sign_in::AccountEvent;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge};
use pages::components::button::Button;
use pages::components::icons::Icon;
use pages::components::notice::notice;
use pages::components::rows::{ListRow, rows};
use pages::components::section::section;
use pages::frames::plain_page;
use pages::handling::{Answer, Request};
use pages::ui::Ui;

pub(super) async fn show(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let (me, _) = request.signed_in()?;
    let all = sessions::list(backend.core(), me.account).await?;
    let happened = history(backend.core(), me.account).await?;
    Ok(Answer::page(page(&request, &all, &happened)))
}

/// Ends one session; one's own is like signing out.
pub(super) async fn end(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let (me, session) = request.signed_in()?;
    let id = request.form.get("session");
    if id == session.id {
        return Ok(Answer::SignedOut("/".to_owned()));
    }
    match identity::sessions::end_one(backend.core(), me.account, id).await {
        // It ended by itself meanwhile.
        Ok(()) | Err(Refusal::NotFound) => Ok(Answer::SeeOther("/me/sessions?done=ended".to_owned())),
        Err(other) => Err(other),
    }
}

/// Ends every session but this one.
pub(super) async fn end_others(backend: Backend, request: Request) -> Result<Answer, Refusal> {
    let (_, session) = request.signed_in()?;
    sessions::end_others(backend.core(), session, &request.remote).await?;
    Ok(Answer::SeeOther("/me/sessions?done=ended".to_owned()))
}

fn page(request: &Request, all: &[Session], happened: &[Happened]) -> String {
    let ui = request.ui;
    plain_page(request, ui.t("登录记录", "Sessions"), || {
        let this = request.session.as_ref().map(|session| session.id.as_str());
        let done = (request.query.get("done") == "ended")
            .then(|| notice(Tone::Good, ui.t("已结束，那里要重新登录。", "Ended: one has to sign in there again.")));
        let lines = all.iter().map(|session| line(ui, session, this == Some(session.id.as_str()))).collect();
        let others = (all.len() > 1).then(|| {
            let words = ui.t("结束其他全部登录", "End all others");
            Button::plain(words).icon(Icon::SignOut).post("/me/sessions/end-others", vec![])
        });
        let events = happened.iter().map(|event| happened_line(ui, event)).collect();
        let history = section(ui.t("最近发生的", "What happened lately"), rows(events));
        view! {
            {done}
            <p class="quiet">
                {ui.t(
                    "有您不认识的设备，请结束它并修改密码。",
                    "If there is a device that you do not know, end it and change your password.",
                )}
            </p>
            {rows(lines)}
            {others}
            {(!happened.is_empty()).then_some(history)}
            <p class="quiet"><a href="/me">{ui.t("返回", "Back")}</a></p>
        }
        .into_any()
    })
}

fn line(ui: Ui, session: &Session, this: bool) -> ListRow {
    let (began, seen) = (ui.moment(session.began), ui.moment(session.seen));
    let note = ui.words(
        || format!("{} · {began} 登录 · 最近使用 {seen}", place(ui, &session.address)),
        || format!("{} · since {began} · last seen {seen}", place(ui, &session.address)),
    );
    let end = if this {
        badge(Tone::Good, ui.t("本次登录", "This one"))
    } else {
        let fields = vec![("session", session.id.clone())];
        Button::plain(ui.t("结束", "End")).small().post("/me/sessions/end", fields)
    };
    ListRow {
        icon: Some(Icon::Globe),
        title: device(ui, &session.agent).into(),
        note: Some(note.into()),
        end: Some(end),
        ..ListRow::default()
    }
}

fn happened_line(ui: Ui, event: &Happened) -> ListRow {
    let name = ui.name(event.kind);
    let title = match event.kind {
        AccountEvent::FailedBefore => {
            ui.words(|| format!("{name}（{} 次）", event.times), || format!("{name} ({})", event.times))
        }
        _ => name.to_owned(),
    };
    let at = ui.moment(event.at);
    let note = if event.address.is_empty() { at } else { format!("{at} · {}", event.address) };
    ListRow { title: title.into(), note: Some(note.into()), ..ListRow::default() }
}

fn place(ui: Ui, address: &str) -> String {
    if address.is_empty() { ui.t("地址未知", "address unknown").to_owned() } else { address.to_owned() }
}
