//! The trail: who looked at or changed what, and when. For those who answer for the station and those who watch over it.

mod chain;
mod openings;

use backend::StaffScope;
use backend::trail::{Sort, TrailFilter, TrailRow, Who, trail};
use domain::access::{Action, Object, Reach, Role};
use domain::applications::TellMode;
use domain::events::{Event, EventKind, Subject};
use domain::members::Holdings;
use domain::refusal::Refusal;
use domain::registers::Registers;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::{Tone, badge, badge_with};
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::filters::{SavedView, chips, views};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::components::table::{Column, Row, Table, cell, table};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::paging::Pages;
use pages::route::Verb::Get;
use pages::route::{Route, staff};
use pages::trail::address;
use pages::ui::{Ui, Words};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        staff(Get, "/o/{org}/audit", (Object::AuditTrail, Action::Read), show),
        staff(Get, "/o/{org}/audit/chain", (Object::AuditTrail, Action::Read), chain::show),
        staff(Get, "/o/{org}/audit/openings", (Object::Opening, Action::List), openings::show),
    ]
}

async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let pages = Pages::read(&request.query);
    let (sort, subject) = (Sort::parse(request.query.get("sort")), request.query.maybe::<Subject>("subject"));
    let filter = TrailFilter { sort, subject, before: pages.after() };
    let found = trail(&scope, &filter).await?;
    let title = ui.t("操作记录", "Audit trail");
    let html = staff_page(&request, &scope, Area::Audit, title, || {
        let at = At(&scope.organisation().slug);
        let narrowed = subject.map(|_| request.query.get("subject").to_owned());
        let list = address(at, sort, narrowed.as_deref());
        let shown = found.rows.len();
        let (previous, next) = pages.links(&list, found.next.map(|seq| seq.to_string()));
        let head = PageHead {
            title: title.into(),
            lead: Some(
                ui.t(
                    "每次修改和每次查看个人信息都留在这里，谁也不能改、不能删。",
                    "Every change and every look at personal data stays here; nobody can alter or remove it.",
                )
                .into(),
            ),
            ..PageHead::default()
        };
        let own = |row: &&TrailRow| subject.is_some_and(|subject| row.subject == subject);
        let named = found.rows.iter().find(own).or(found.rows.first());
        let number = named.and_then(|row| row.number.clone()).unwrap_or_default();
        let chosen = narrowed.as_ref().map(|_| {
            let words = ui.words(|| format!("只看 {number}"), || format!("Only {number}"));
            (Words::from(words), address(at, sort, None))
        });
        let body = if found.rows.is_empty() { nothing(ui, at) } else { rows(ui, &scope, found.rows) };
        let count = ui.words(|| format!("本页 {shown} 条"), || format!("{shown} on this page"));
        view! {
            {page_head(ui, head)}
            {tabs(ui, &scope, Tab::Trail(sort), narrowed.as_deref())}
            {chips(ui, chosen.into_iter().collect(), at.area("audit"))}
            {body}
            {pager(ui, count, previous, next)}
        }
        .into_any()
    });
    Ok(Answer::page(html))
}

/// What one looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Trail(Sort),
    Openings,
    Chain,
}

fn tabs(ui: Ui, scope: &StaffScope, current: Tab, subject: Option<&str>) -> AnyView {
    let at = At(&scope.organisation().slug);
    let trail = Sort::ALL.into_iter().map(|sort| (Tab::Trail(sort), sort_words(ui, sort), address(at, sort, subject)));
    let may = scope.reach(Object::Opening, Action::List) != Reach::None;
    let openings = may.then(|| (Tab::Openings, ui.t("区级调阅", "Opened by the district"), at.area("audit/openings")));
    let chain = (Tab::Chain, ui.t("是否完整", "Is it whole"), at.area("audit/chain"));
    let tabs = trail.chain(openings).chain([chain]).map(|(tab, words, href)| SavedView {
        words: words.into(),
        href,
        count: None,
        current: tab == current,
    });
    views(ui, tabs.collect())
}

fn sort_words(ui: Ui, sort: Sort) -> &'static str {
    match sort {
        Sort::Any => ui.t("全部", "All"),
        Sort::Reading => ui.t("查看", "Looked at"),
        Sort::Change => ui.t("修改", "Changed"),
        Sort::Denial => ui.t("被拒绝", "Denied"),
    }
}

fn rows(ui: Ui, scope: &StaffScope, rows: Vec<TrailRow>) -> AnyView {
    let at = At(&scope.organisation().slug);
    let columns = vec![
        Column::title(ui.t("做了什么", "What")),
        Column::text(ui.t("对象", "To what")),
        Column::text(ui.t("谁", "Who")),
        Column::short(ui.t("时间", "When")),
        Column::number(ui.t("序号", "No.")).not_on_phone(),
        Column::state(ui.t("类别", "Sort")),
    ];
    let line = |row: TrailRow| {
        let sort = match Sort::of(row.kind) {
            Sort::Reading => badge_with(Tone::Info, Icon::Eye, ui.t("查看", "Looked at")),
            Sort::Denial => badge(Tone::Late, ui.t("被拒绝", "Denied")),
            _ => badge_with(Tone::Plain, Icon::Pen, ui.t("修改", "Changed")),
        };
        let note = detail(ui, &row);
        let what = view! {
            <span class="table__name">{what(ui, scope.registers(), &row)}</span>
            {note.map(|note| view! { <span class="table__sub">{note}</span> })}
        };
        let kind = ui.name(row.subject.kind);
        let words = row.number.as_ref().map_or_else(|| kind.to_owned(), |number| format!("{kind} {number}"));
        let about = match at.open_to(scope, row.subject) {
            Some(href) => view! { <a class="table__link" href=href>{words}</a> }.into_any(),
            None if row.kind == EventKind::AccessDenied => cell(""),
            None => cell(words),
        };
        Row {
            late: Sort::of(row.kind) == Sort::Denial,
            cells: vec![
                what.into_any(),
                about,
                by(who(ui, &row.who)),
                cell(ui.moment(row.at)),
                cell(row.seq.to_string()),
                sort,
            ],
        }
    };
    let caption = ui.t("操作记录，最近的在前", "The trail, newest first");
    table(
        ui,
        Table { caption: caption.into(), columns, rows: rows.into_iter().map(line).collect(), ..Table::default() },
    )
}

fn by((name, role): (String, Option<String>)) -> AnyView {
    view! { <span>{name}</span>{role.map(|role| view! { <span class="table__sub">{role}</span> })} }.into_any()
}

/// Who it was, and as what.
fn who(ui: Ui, who: &Who) -> (String, Option<String>) {
    let as_what = |name: &str, what: String| if name.is_empty() { (what, None) } else { (name.to_owned(), Some(what)) };
    match who {
        Who::Member { name, roles } => {
            let roles: Vec<&str> = roles.iter().map(|role| ui.name(*role)).collect();
            (name.clone(), (!roles.is_empty()).then(|| roles.join(ui.t("、", ", "))))
        }
        Who::District(name) => as_what(name, ui.name(Role::DistrictAdmin).to_owned()),
        Who::Evaluator { name, engagement } if engagement.is_empty() => {
            as_what(name, ui.name(Role::Evaluator).to_owned())
        }
        Who::Evaluator { name, engagement } => as_what(name, format!("{} · {engagement}", ui.name(Role::Evaluator))),
        Who::Resident => (ui.t("申请人本人", "The applicant").to_owned(), None),
        Who::Operator => (ui.name(Role::Operator).to_owned(), None),
        Who::Program => (ui.t("系统", "The system").to_owned(), None),
    }
}

/// What was done, in plain words: a look says at what.
fn what(ui: Ui, registers: &Registers, row: &TrailRow) -> String {
    let register = row.detail.get(Event::REGISTER).and_then(|register| registers.get(register));
    if let Some(register) = register {
        return ui.text(&row.kind.of(Some(&register.title)));
    }
    let words = match (row.kind, row.subject.kind, &row.who) {
        (EventKind::ClientRead, Object::Case, Who::District(_)) => {
            ui.t("区级调阅具名个案", "The district read the named case")
        }
        (EventKind::ClientRead, Object::Case, _) => ui.t("查看个案卷宗", "Read the case file"),
        (EventKind::ClientRead, Object::Application, _) => ui.t("查看申请表", "Read the application"),
        (EventKind::ClientRead, Object::Client, _) => ui.t("查看个人档案", "Read the person's record"),
        (EventKind::EvaluatorViewed, Object::Case, _) => {
            ui.t("评估查看卷宗（已脱敏）", "Read the file in an evaluation, masked")
        }
        (EventKind::EvaluatorViewed, Object::Organisation, _) => {
            ui.t("评估核对操作记录", "Checked the trail in an evaluation")
        }
        _ => ui.name(row.kind),
    };
    words.to_owned()
}

/// What an entry says besides: roles, a way of telling, a month.
fn detail(ui: Ui, row: &TrailRow) -> Option<String> {
    let get = |key: &str| row.detail.get(key).map(String::as_str);
    if let Some(reason) = &row.reason {
        return Some(ui.words(|| format!("理由：{reason}"), || format!("Reason: {reason}")));
    }
    if let Some((from, to)) = &row.handed {
        let held = Holdings::read(&row.detail).say(ui.lang);
        let words = ui.words(|| format!("由{from}转交{to}"), || format!("From {from} to {to}"));
        return Some(if held.is_empty() { words } else { format!("{words}{}{held}", ui.t("：", ": ")) });
    }
    let roles = |raw: &str| {
        let names = raw.split(',').filter_map(|code| Role::parse(code).ok()).map(|role| ui.name(role));
        names.collect::<Vec<_>>().join(ui.t("、", ", "))
    };
    if let Some(added) = get("roles") {
        return Some(ui.words(|| format!("角色：{}", roles(added)), || format!("Roles: {}", roles(added))));
    }
    if let Some(granted) = get("granted") {
        return Some(ui.words(|| format!("授予：{}", roles(granted)), || format!("Granted: {}", roles(granted))));
    }
    if let Some(revoked) = get("revoked") {
        return Some(ui.words(|| format!("撤销：{}", roles(revoked)), || format!("Revoked: {}", roles(revoked))));
    }
    if let Some((list, rows)) = get("list").and_then(|list| Object::parse(list).ok()).zip(get("rows")) {
        let list = ui.name(list);
        return Some(ui.words(|| format!("{list}列表，{rows} 行"), || format!("{list}: {rows} rows")));
    }
    if let Some((file, papers)) = get("file").zip(get("papers")) {
        return Some(
            ui.words(|| format!("卷宗 {file}，{papers} 份文书"), || format!("File {file}: {papers} documents")),
        );
    }
    if let Some(month) = get("month") {
        return Some(ui.words(|| format!("第 {month} 个月"), || format!("{month} months")));
    }
    get("mode").and_then(|mode| TellMode::parse(mode).ok()).map(|mode| ui.name(mode).to_owned())
}

fn nothing(ui: Ui, at: At<'_>) -> AnyView {
    let why = ui.t("没有符合当前筛选的记录。", "No entry meets this filter.");
    let next = vec![Button::plain(ui.t("看全部记录", "See all entries")).link(at.area("audit"))];
    empty(Icon::Eye, ui.t("没有记录", "Nothing here"), why, next)
}
