//! What the district was told of its stations (收件): what a rule reports to it, newest first.

use super::at;
use backend::OversightScope;
use backend::listing::Listed;
use backend::messages::{DistrictMessage, Message, district, open_in_district};
use domain::ids::MessageId;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::empty::empty;
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{DistrictArea, district_page};
use pages::handling::{Answer, Request};
use pages::messages::{MessageLine, messages, unread};
use pages::paging::Pages;
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let pages = Pages::read(&request.query);
    let (found, count) = district(&scope, pages.after()).await?;
    let ui = request.ui;
    let html = district_page(&request, &scope, DistrictArea::Inbox, ui.t("收件", "Inbox"), || {
        let head = PageHead { title: ui.t("收件", "Inbox").into(), number: unread(ui, count), ..PageHead::default() };
        let body = if found.rows.is_empty() { nothing(ui) } else { rows(ui, &scope, &pages, &found) };
        view! { {page_head(ui, head)}{body} }.into_any()
    });
    Ok(Answer::page(html))
}

fn nothing(ui: Ui) -> AnyView {
    empty(
        Icon::Inbox,
        ui.t("没有消息", "No messages"),
        ui.t(
            "机构的时限逾期满一天，凡条款要求上报的，都会在这里告诉您。",
            "What a station has left undone for a day is told here, where a clause says that you are told.",
        ),
        Vec::new(),
    )
}

fn rows(ui: Ui, scope: &OversightScope, pages: &Pages, found: &Listed<DistrictMessage>) -> AnyView {
    let lines = found.rows.iter().map(|row| {
        let number = Some(&row.message.subject_number).filter(|number| !number.is_empty());
        MessageLine {
            whose: row.organisation.name.clone().into(),
            of: number.cloned().map(Words::from).into_iter().collect(),
            action: at(scope, &format!("/stations/{}/inbox/{}", row.organisation.slug, row.message.id)),
            operation: scope.new_operation(),
            message: &row.message,
        }
    });
    messages(ui, lines.collect(), pages, &at(scope, "/inbox"), found.next.map(MessageId::from))
}

pub(super) async fn read(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let station = request.param("org").to_owned();
    let message = open_in_district(&scope, &station, request.command(request.id::<MessageId>("message")?)?).await?;
    Ok(Answer::SeeOther(leads_to(&scope, &station, &message)))
}

/// Where the rows behind it stand.
fn leads_to(scope: &OversightScope, station: &str, message: &Message) -> String {
    match (&message.register, message.rule) {
        (Some(_), _) => at(scope, &format!("/stations/{station}/registers")),
        (None, Some(rule)) => at(scope, &format!("/duties?which=escalated&station={station}&rule={}", rule.id)),
        (None, None) => at(scope, &format!("/stations/{station}")),
    }
}
