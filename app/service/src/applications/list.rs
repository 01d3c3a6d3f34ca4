//! The queue: who waits longest stands on top.

use super::file::{grade_badge, state_badge};
use backend::StaffScope;
use backend::applications::{self, ApplicationFilter, ApplicationRow};
use backend::listing::Slice;
use domain::access::{Action, Object, Reach};
use domain::applications::ApplicationState;
use domain::refusal::Refusal;
use domain::time::{Moment, Span};
use domain::workflow::Workflow;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge};
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::filters::Filter;
use pages::components::icons::Icon;
use pages::components::table::{Column, row_title};
use pages::frames::Area;
use pages::listing::{Asked, Cell, Choice, Desk, Face, Field, List, Part, person};
use pages::ui::{Ui, Words};

/// Applications.
pub(super) struct Applications;

impl List for Applications {
    type Row = ApplicationRow;
    const NOUN: Object = Object::Application;
    const PLACE: &'static str = "applications";
    const AREA: Area = Area::Applications;
    const NARROWS: &'static [&'static str] = &["state", "decided"];

    async fn read(scope: &StaffScope, asked: &Asked, slice: &Slice) -> Result<(Self, Part<ApplicationRow>), Refusal> {
        let filter = ApplicationFilter { state: asked.maybe("state"), decided: asked.is("decided") };
        Ok((Self, Part::of(Object::Application, applications::list(scope, &filter, slice).await?)))
    }

    fn title(&self, desk: Desk<'_>) -> Words {
        desk.ui.t("接案受理", "Intake").into()
    }

    fn face<'p>(&'p self, desk: Desk<'p>) -> Face<'p, ApplicationRow> {
        let Desk { ui, at, asked, .. } = desk;
        let by_state = Filter::choice(
            "state",
            ui.t("状态", "State"),
            ui.t("全部未办结", "All undecided"),
            ApplicationState::ALL.map(|state| (state.code().to_owned(), ui.name(state).into())),
            asked.get("state"),
        );
        Face {
            lead: None,
            above: None,
            actions: take_in(desk).into_iter().collect(),
            unit: "份",
            views: vec![
                Choice::new(ui.t("未办结", "Undecided"), &[]),
                Choice::new(ui.t("待受理", "To be accepted"), &[("state", ApplicationState::Submitted.code())]),
                Choice::new(ui.t("全部", "All"), &[("decided", "1")]),
            ],
            filters: vec![by_state],
            chips: Vec::new(),
            caption: ui.t("申请，等得最久的在最前", "Applications, the longest waiting first").into(),
            columns: vec![
                Field::new("name", Column::title(ui.t("申请人", "Applicant")), move |row: &ApplicationRow| {
                    let name = person(ui, &row.name);
                    let title = row_title(name.clone(), at.application(row.id), Some(row.number.clone().into()));
                    let minor = row.minor.then(|| badge(Tone::Info, ui.t("未成年人", "Minor")));
                    Cell::shown(view! { <span class="cluster">{title}{minor}</span> }.into_any(), name)
                }),
                Field::new(
                    "number",
                    Column::short(ui.t("受理编号", "Number")).not_on_phone(),
                    |row: &ApplicationRow| Cell::text(row.number.clone()),
                )
                .sorts()
                .spare(),
                Field::new("service", Column::text(ui.t("服务", "Service")), |row: &ApplicationRow| {
                    Cell::text(row.service.clone())
                }),
                Field::new(
                    "channel",
                    Column::short(ui.t("来自", "Came by")).not_on_phone(),
                    move |row: &ApplicationRow| Cell::text(ui.name(row.channel)),
                ),
                Field::new("grade", Column::short(ui.t("分级", "Grade")), move |row: &ApplicationRow| {
                    row.grade
                        .map_or_else(|| Cell::text(""), |grade| Cell::shown(grade_badge(ui, grade), ui.name(grade)))
                }),
                Field::new("state", Column::state(ui.t("状态", "State")), move |row: &ApplicationRow| {
                    Cell::shown(state_badge(ui, row.state), ui.name(row.state))
                }),
                Field::new(
                    "submitted",
                    Column::short(ui.t("等待", "Waiting")).named_on_phone(),
                    move |row: &ApplicationRow| {
                        Cell::text(if row.state.is_end() { String::new() } else { waited(ui, row.submitted) })
                    },
                )
                .sorts(),
                Field::new(
                    "received",
                    Column::short(ui.t("收到", "Received")).named_on_phone(),
                    move |row: &ApplicationRow| Cell::text(ui.moment(row.submitted)),
                )
                .spare(),
                Field::new(
                    "handler",
                    Column::short(ui.t("经办", "Handled by")).not_on_phone(),
                    |row: &ApplicationRow| Cell::text(row.handler.clone().unwrap_or_default()),
                ),
            ],
            as_lines: None,
            late: |_| false,
            empty: Box::new(move || nothing(desk)),
        }
    }
}

/// The way to take an application in, for whoever may.
fn take_in(desk: Desk<'_>) -> Option<AnyView> {
    let Desk { ui, scope, at, .. } = desk;
    let may = scope.reach(Object::Application, Action::Create) != Reach::None;
    let button = || Button::primary(ui.t("登记申请", "Take one in")).icon(Icon::Plus);
    may.then(|| button().link(at.area("applications/new")))
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

fn nothing(desk: Desk<'_>) -> AnyView {
    let Desk { ui, scope, at, asked } = desk;
    let public = format!("/s/{}", scope.organisation().slug);
    let mut next = Vec::new();
    if asked.maybe::<ApplicationState>("state").is_some() {
        next.push(Button::plain(ui.t("看全部未办结的", "All undecided")).link(at.area("applications")));
        return empty(
            Icon::Inbox,
            ui.t("没有这种状态的申请", "No application is in this state"),
            ui.t("换一个状态，或看全部。", "Choose another state, or see them all."),
            next,
        );
    }
    next.extend(take_in(desk));
    next.push(Button::plain(ui.t("打开居民页面", "The residents' page")).icon(Icon::External).link(public));
    empty(
        Icon::Inbox,
        if asked.is("decided") { ui.t("还没有申请", "No application yet") } else { ui.t("没有等待办理的申请", "Nobody is waiting") },
        ui.t(
            "居民在公开页面提交、或窗口和电话登记的申请，会按等待时间排在这里。",
            "What residents send, and what is taken in at the window or by telephone, queues here by how long it waits.",
        ),
        next,
    )
}
