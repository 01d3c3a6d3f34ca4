//! The list of cases; what it is narrowed to lives in the address.

use super::page::case_badge;
use backend::StaffScope;
use backend::cases::{CaseFilter, CaseRow, list};
use domain::access::{Action, Object, Reach};
use domain::cases::CaseState;
use domain::refusal::Refusal;
use domain::time::{Moment, Unit};
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::{Tone, badge, clock};
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::filters::{Filter, SavedView, filters, views};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{Area, Sheet, staff_page};
use pages::handling::{Answer, Form, Request};
use pages::paging::Pages;
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let pages = Pages::read(&request.query);
    let filter = CaseFilter { after: pages.after(), ..read(&request.query) };
    let found = list(&scope, &filter).await?;
    let title = ui.t("个案", "Cases");
    let sheet = Sheet::wide(title);
    let html = staff_page(&request, &scope, Area::Cases, sheet, || {
        let at = At(&scope.organisation().slug);
        let own_only = scope.reach(Object::Case, Action::List) != Reach::All;
        let address = |filter: &CaseFilter| address(at, filter);
        let shown = found.rows.len();
        let (previous, next) = pages.links(&address(&filter), found.next.map(|id| id.to_string()));
        let head = PageHead {
            title: title.into(),
            lead: own_only.then(|| ui.t("这里是由您负责的个案。", "These are the cases you answer for.").into()),
            ..PageHead::default()
        };
        let body = if found.rows.is_empty() { nothing(ui, at, &filter) } else { rows(ui, at, found.rows) };
        let count = ui.words(|| format!("本页 {shown} 件"), || format!("{shown} on this page"));
        view! {
            {page_head(ui, head)}
            {saved(ui, &filter, own_only, &address)}
            {narrow(ui, at, &filter, count.clone())}
            {body}
            {pager(ui, count, previous, next)}
        }
        .into_any()
    });
    Ok(Answer::page(html))
}

/// What the address asks for; what it asks wrongly is as if it were not there.
fn read(query: &Form) -> CaseFilter {
    CaseFilter {
        state: CaseState::parse(query.get("state")).ok(),
        ended: query.get("ended") == "1",
        mine: query.get("mine") == "1",
        client: query.maybe("client"),
        after: None,
    }
}

/// The address of the list narrowed so, from its first page.
fn address(at: At<'_>, filter: &CaseFilter) -> String {
    let mut pairs = Vec::new();
    if let Some(state) = filter.state {
        pairs.push(format!("state={state}"));
    }
    if filter.ended {
        pairs.push("ended=1".to_owned());
    }
    if filter.mine {
        pairs.push("mine=1".to_owned());
    }
    if let Some(client) = filter.client {
        pairs.push(format!("client={client}"));
    }
    let list = at.area("cases");
    if pairs.is_empty() { list } else { format!("{list}?{}", pairs.join("&")) }
}

/// The views people come back to.
fn saved(ui: Ui, filter: &CaseFilter, own_only: bool, address: &dyn Fn(&CaseFilter) -> String) -> AnyView {
    let plain = CaseFilter { after: None, ..filter.clone() };
    let mut choices = vec![(ui.t("在办", "Open"), CaseFilter::default())];
    if !own_only {
        choices.push((ui.t("我负责的", "Mine"), CaseFilter { mine: true, ..CaseFilter::default() }));
    }
    choices.push((
        ui.t("待结案", "To be closed"),
        CaseFilter { state: Some(CaseState::Closing), ..CaseFilter::default() },
    ));
    choices.push((
        ui.t("跟进中", "Followed up"),
        CaseFilter { state: Some(CaseState::Following), ..CaseFilter::default() },
    ));
    choices.push((ui.t("全部", "All"), CaseFilter { ended: true, ..CaseFilter::default() }));
    let list = choices.into_iter().map(|(words, choice)| SavedView {
        words: words.into(),
        href: address(&choice),
        count: None,
        current: choice == plain,
    });
    views(ui, list.collect())
}

fn narrow(ui: Ui, at: At<'_>, filter: &CaseFilter, count: String) -> AnyView {
    let every = std::iter::once((String::new(), Words::from(ui.t("全部状态", "Any state"))));
    let states = every.chain(CaseState::ALL.iter().map(|state| (state.code().to_owned(), ui.name(*state).into())));
    let mut keep = Vec::new();
    if filter.ended {
        keep.push(("ended", "1".to_owned()));
    }
    if filter.mine {
        keep.push(("mine", "1".to_owned()));
    }
    if let Some(client) = filter.client {
        keep.push(("client", client.to_string()));
    }
    let state = filter.state.map(|state| state.code().to_owned()).unwrap_or_default();
    let choices = vec![Filter::Select {
        name: "state",
        label: ui.t("状态", "State").into(),
        options: states.collect(),
        value: state,
    }];
    filters(ui, at.area("cases"), keep, choices, Some(count.into()))
}

fn rows(ui: Ui, at: At<'_>, rows: Vec<CaseRow>) -> AnyView {
    let columns = vec![
        Column::title(ui.t("服务对象", "Client")),
        Column::text(ui.t("服务", "Service")),
        Column::text(ui.t("负责社工", "Worker")).named_on_phone(),
        Column::short(ui.t("开案", "Opened")).named_on_phone(),
        Column::short(ui.t("最近时限", "Next due")).named_on_phone(),
        Column::state(ui.t("状态", "State")),
    ];
    let line = |row: CaseRow| Row {
        late: row.late > 0,
        cells: vec![
            row_title(row.name, at.case(row.id), Some(row.number.into())),
            cell(row.service),
            cell(row.responsible),
            cell(ui.day(row.opened.day())),
            due(ui, row.late, row.due),
            case_badge(ui, row.state),
        ],
    };
    let caption = ui.t("个案，最近开案的在前", "Cases, newest first");
    table(
        ui,
        Table { caption: caption.into(), columns, rows: rows.into_iter().map(line).collect(), ..Table::default() },
    )
}

fn due(ui: Ui, late: usize, due: Option<Moment>) -> AnyView {
    match (late, due) {
        (0, None) => cell(""),
        (0, Some(due)) if due < ui.now => badge(Tone::Due, ui.t("宽限期内", "Within grace")),
        (0, Some(due)) => clock(ui, due, Unit::Days),
        (late, _) => badge(Tone::Late, ui.words(|| format!("{late} 项逾期"), || format!("{late} overdue"))),
    }
}

fn nothing(ui: Ui, at: At<'_>, filter: &CaseFilter) -> AnyView {
    let all = || vec![Button::plain(ui.t("看全部个案", "See all cases")).link(format!("{}?ended=1", at.area("cases")))];
    if filter.ended && filter.state.is_none() && !filter.mine {
        let why = ui.t(
            "申请经初审、评估、签约并确认后自动开案。",
            "A case is opened when an application was reviewed, screened, signed and confirmed.",
        );
        let next = vec![Button::primary(ui.t("去接案受理", "To intake")).link(at.area("applications"))];
        return empty(Icon::Folder, ui.t("还没有个案", "No cases yet"), why, next);
    }
    let why = ui.t("没有符合当前筛选的个案。", "No case meets this filter.");
    empty(Icon::Folder, ui.t("这里是空的", "Nothing here"), why, all())
}
