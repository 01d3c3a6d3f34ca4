//! What somebody was told (收件): newest first, unread marked; a line is read by being opened.

use backend::StaffScope;
use backend::listing::{Listed, Slice};
use backend::messages::{Message, inbox, open, read_all};
use backend::work::Whose;
use domain::access::{Action, Object};
use domain::ids::MessageId;
use domain::messages::MessageKind;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::messages::{MessageLine, messages, unread};
use pages::paging::Pages;
use pages::route::Verb::{Get, Post};
use pages::route::{Route, staff};
use pages::ui::{Ui, Words};

pub(crate) fn routes() -> Vec<Route> {
    let read = (Object::Message, Action::Read);
    vec![
        staff(Get, "/o/{org}/inbox", read, show),
        staff(Post, "/o/{org}/inbox", read, read_everything),
        staff(Post, "/o/{org}/inbox/{message}", read, read_one),
    ]
}

async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let pages = Pages::read(&request.query);
    let found = inbox(&scope, &pages.after::<MessageId>().map_or_else(Slice::default, Slice::after)).await?;
    let ui = request.ui;
    let html = staff_page(&request, &scope, Area::Inbox, ui.t("收件", "Inbox"), || {
        let head = PageHead {
            title: ui.t("收件", "Inbox").into(),
            number: unread(ui, scope.unread().into()),
            actions: (scope.unread() > 0).then(|| all_read(ui, &scope)).into_iter().collect(),
            ..PageHead::default()
        };
        view! { {page_head(ui, head)}{rows(ui, &scope, &pages, &found)} }.into_any()
    });
    Ok(Answer::page(html))
}

fn all_read(ui: Ui, scope: &StaffScope) -> AnyView {
    let fields = vec![("operation", scope.new_operation().to_string())];
    let action = At(&scope.organisation().slug).area("inbox");
    Button::plain(ui.t("全部标为已读", "Mark all as read")).icon(Icon::Good).post(action, fields)
}

fn rows(ui: Ui, scope: &StaffScope, pages: &Pages, found: &Listed<(Message, Whose)>) -> AnyView {
    if found.rows.is_empty() {
        return empty(
            Icon::Inbox,
            ui.t("没有消息", "No messages"),
            ui.t(
                "有工作交给您，文书批准或退回，时限快到或已过，都会在这里告诉您。",
                "What is given to you, approved or sent back, what is due soon and what is late is told here.",
            ),
            Vec::new(),
        );
    }
    let at = At(&scope.organisation().slug);
    let lines = found.rows.iter().map(|(message, whose)| {
        let named = whose.name.clone().map(Words::from);
        let number = Words::from(whose.number.clone());
        MessageLine {
            whose: named.clone().unwrap_or_else(|| number.clone()),
            of: named.map(|_| number).into_iter().collect(),
            action: at.area(&format!("inbox/{}", message.id)),
            operation: scope.new_operation(),
            message,
        }
    });
    messages(ui, lines.collect(), pages, &at.area("inbox"), found.next.map(MessageId::from))
}

async fn read_one(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let message = open(&scope, request.command(request.id::<MessageId>("message")?)?).await?;
    Ok(Answer::SeeOther(leads_to(&scope, &message)))
}

/// Where what was told is seen to.
fn leads_to(scope: &StaffScope, message: &Message) -> String {
    let at = At(&scope.organisation().slug);
    let register = message.register.as_ref().filter(|_| message.kind.is_of_what_is_owed());
    let place = match (message.kind, register) {
        (MessageKind::TookOver, _) => None,
        (_, Some(register)) => Some(at.register(&register.key)),
        (_, None) => at.open_to(scope, message.subject),
    };
    place.unwrap_or_else(|| format!("/o/{}", scope.organisation().slug))
}

async fn read_everything(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    read_all(&scope, request.command(())?).await?;
    Ok(Answer::SeeOther(At(&scope.organisation().slug).area("inbox")))
}
