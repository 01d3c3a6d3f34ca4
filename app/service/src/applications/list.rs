//! The queue: who waits longest stands on top.

use super::file::{grade_badge, state_badge};
use backend::StaffScope;
use backend::applications::{self, ApplicationFilter, ApplicationPage, ApplicationRow};
use domain::access::{Action, Object, Reach};
use domain::applications::ApplicationState;
use domain::refusal::Refusal;
use domain::time::{Moment, Span};
use domain::workflow::Workflow;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::{Tone, badge};
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::filters::{Filter, SavedView, filters, views};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{Area, Sheet, staff_page};
use pages::handling::{Answer, Request};
use pages::paging::Pages;
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let pages = Pages::read(&request.query);
    let filter = ApplicationFilter {
        state: request.query.maybe("state"),
        decided: request.query.get("decided") == "yes",
        after: pages.after(),
    };
    let found = applications::list(&scope, &filter).await?;
    let title = request.ui.t("接案受理", "Intake");
    Ok(Answer::page(staff_page(&request, &scope, Area::Applications, Sheet::wide(title), || {
        queue(&scope, request.ui, &filter, &pages, found)
    })))
}

/// The list's own address, narrowed as it is.
fn narrowed(at: At<'_>, filter: &ApplicationFilter) -> String {
    let list = at.area("applications");
    match (filter.state, filter.decided) {
        (Some(state), _) => format!("{list}?state={state}"),
        (None, true) => format!("{list}?decided=yes"),
        (None, false) => list,
    }
}

fn queue(scope: &StaffScope, ui: Ui, filter: &ApplicationFilter, pages: &Pages, found: ApplicationPage) -> AnyView {
    let at = At(&scope.organisation().slug);
    let list = at.area("applications");
    let mut actions = Vec::new();
    if scope.reach(Object::Application, Action::Create) != Reach::None {
        let register = Button::primary(ui.t("登记申请", "Take one in")).icon(Icon::Plus);
        actions.push(register.link(at.area("applications/new")));
    }
    let state = |words: &'static str, state: Option<ApplicationState>, decided: bool| SavedView {
        words: words.into(),
        href: narrowed(at, &ApplicationFilter { state, decided, after: None }),
        count: None,
        current: filter.state == state && filter.decided == decided,
    };
    let saved = vec![
        state(ui.t("未办结", "Undecided"), None, false),
        state(ui.t("待受理", "To be accepted"), Some(ApplicationState::Submitted), false),
        state(ui.t("全部", "All"), None, true),
    ];
    let all = (String::new(), ui.t("全部未办结", "All undecided").into());
    let options =
        std::iter::once(all).chain(ApplicationState::ALL.map(|state| (state.code().to_owned(), ui.name(state).into())));
    let by_state = Filter::Select {
        name: "state",
        label: ui.t("状态", "State").into(),
        options: options.collect(),
        value: filter.state.map(|state| state.code().to_owned()).unwrap_or_default(),
    };
    let shown = found.rows.len();
    let count: Words = ui.words(|| format!("本页 {shown} 份"), || format!("{shown} on this page")).into();
    let (previous, next) = pages.links(&narrowed(at, filter), found.next.map(|id| id.to_string()));
    let body = if found.rows.is_empty() {
        nothing(scope, ui, filter)
    } else {
        let rows = found.rows.iter().map(|row| line(ui, at, row)).collect();
        table(
            ui,
            Table {
                caption: ui.t("申请，等得最久的在最前", "Applications, the longest waiting first").into(),
                columns: columns(ui),
                rows,
                ..Table::default()
            },
        )
    };
    view! {
        {page_head(ui, PageHead { title: ui.t("接案受理", "Intake").into(), actions, ..PageHead::default() })}
        {views(ui, saved)}
        {filters(ui, list, Vec::new(), vec![by_state], Some(count.clone()))}
        {body}
        {pager(ui, count, previous, next)}
    }
    .into_any()
}

fn columns(ui: Ui) -> Vec<Column> {
    vec![
        Column::title(ui.t("申请人", "Applicant")),
        Column::text(ui.t("服务", "Service")),
        Column::short(ui.t("来自", "Came by")).not_on_phone(),
        Column::short(ui.t("分级", "Grade")),
        Column::state(ui.t("状态", "State")),
        Column::short(ui.t("等待", "Waiting")).named_on_phone(),
        Column::short(ui.t("经办", "Handled by")).not_on_phone(),
    ]
}

fn line(ui: Ui, at: At<'_>, row: &ApplicationRow) -> Row {
    let name = if row.name.is_empty() {
        ui.t("已删除个人信息", "Personal data erased").to_owned()
    } else {
        row.name.clone()
    };
    let title = row_title(name, at.application(row.id), Some(row.number.clone().into()));
    let minor = row.minor.then(|| badge(Tone::Info, ui.t("未成年人", "Minor")));
    let waiting = if row.state.is_end() { cell("") } else { cell(waited(ui, row.submitted)) };
    Row {
        cells: vec![
            view! { <span class="cluster">{title}{minor}</span> }.into_any(),
            cell(row.service.clone()),
            cell(ui.name(row.channel)),
            row.grade.map_or_else(|| cell(""), |grade| grade_badge(ui, grade)),
            state_badge(ui, row.state),
            waiting,
            cell(row.handler.clone().unwrap_or_default()),
        ],
        late: false,
    }
}

/// How long somebody has been waiting.
fn waited(ui: Ui, since: Moment) -> String {
    let span = ui.now.since(since);
    let (hours, days) = (span.in_hours(), span.in_days());
    if span < Span::hours(1) {
        let minutes = span.in_minutes().max(0);
        ui.words(|| format!("{minutes} 分钟"), || format!("{minutes} min"))
    } else if hours < 72 {
        ui.words(|| format!("{hours} 小时"), || format!("{hours} h"))
    } else {
        ui.words(|| format!("{days} 天"), || format!("{days} days"))
    }
}

fn nothing(scope: &StaffScope, ui: Ui, filter: &ApplicationFilter) -> AnyView {
    let at = At(&scope.organisation().slug);
    let public = format!("/s/{}", scope.organisation().slug);
    let narrowed = filter.state.is_some() || filter.after.is_some();
    let mut next = Vec::new();
    if narrowed {
        next.push(Button::plain(ui.t("看全部未办结的", "All undecided")).link(at.area("applications")));
        return empty(
            Icon::Inbox,
            ui.t("没有这种状态的申请", "No application is in this state"),
            ui.t("换一个状态，或看全部。", "Choose another state, or see them all."),
            next,
        );
    }
    if scope.reach(Object::Application, Action::Create) != Reach::None {
        next.push(Button::primary(ui.t("登记申请", "Take one in")).icon(Icon::Plus).link(at.area("applications/new")));
    }
    next.push(Button::plain(ui.t("打开居民页面", "The residents' page")).icon(Icon::External).link(public));
    empty(
        Icon::Inbox,
        if filter.decided { ui.t("还没有申请", "No application yet") } else { ui.t("没有等待办理的申请", "Nobody is waiting") },
        ui.t(
            "居民在公开页面提交、或窗口和电话登记的申请，会按等待时间排在这里。",
            "What residents send, and what is taken in at the window or by telephone, queues here by how long it waits.",
        ),
        next,
    )
}
