//! The list, and the search: a piece of a name, an identity number, a telephone number or a client's number. What is sought
//! is posted; the list's address carries it sealed.

use backend::StaffScope;
use backend::clients::{self, ClientFilter, ClientPage, ClientRow};
use domain::access::{Action, Object, Reach};
use domain::clients::PersonKind;
use domain::refusal::Refusal;
use domain::text::{PersonName, clean_line, without_invisible};
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::{Tone, badge};
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::filters::{Filter, chips, filters};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{Area, Sheet, staff_page};
use pages::handling::{Answer, Request};
use pages::paging::Pages;
use pages::ui::{Ui, Words};

/// Longest search that can find anything.
const SEARCH: usize = PersonName::MAX;
/// So much of what was typed is shown again.
const SHOWN: usize = 200;

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let pages = Pages::read(&request.query);
    let sealed = request.query.get("search");
    let typed = clients::open_search(&scope, sealed).unwrap_or_default();
    // What cannot be part of a name or number finds nothing; it is not an error to have typed it.
    let search = clean_line(&without_invisible(&typed), SEARCH).unwrap_or_default();
    let hopeless = search.is_empty() && !typed.is_empty();
    let filter = ClientFilter { search, kind: request.query.maybe("kind"), after: pages.after() };
    let found =
        if hopeless { ClientPage { rows: Vec::new(), next: None } } else { clients::list(&scope, &filter).await? };
    let sought = Sought { typed: &typed, sealed: if typed.is_empty() { "" } else { sealed } };
    Ok(Answer::page(staff_page(&request, &scope, Area::Clients, Sheet::wide(ui.t("服务对象", "Clients")), || {
        page(&scope, ui, sought, &filter, &pages, found)
    })))
}

/// Leads to the list, narrowed to what was posted.
pub(super) async fn seek(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let typed: String = request.form.get("q").trim().chars().take(SHOWN).collect();
    let sealed = if typed.is_empty() { String::new() } else { clients::seal_search(&scope, &typed) };
    let at = At(&scope.organisation().slug);
    Ok(Answer::SeeOther(narrowed(at, &sealed, request.form.maybe("kind"))))
}

/// What is sought: as it was typed, and as it stands in an address.
#[derive(Clone, Copy)]
struct Sought<'a> {
    typed: &'a str,
    sealed: &'a str,
}

/// The list's own address, narrowed as it is.
fn narrowed(at: At<'_>, sealed: &str, kind: Option<PersonKind>) -> String {
    let list = at.area("clients");
    let search = (!sealed.is_empty()).then(|| format!("search={sealed}"));
    let kind = kind.map(|kind| format!("kind={kind}"));
    let query: Vec<String> = search.into_iter().chain(kind).collect();
    if query.is_empty() { list } else { format!("{list}?{}", query.join("&")) }
}

fn page(
    scope: &StaffScope,
    ui: Ui,
    sought: Sought<'_>,
    filter: &ClientFilter,
    pages: &Pages,
    found: ClientPage,
) -> AnyView {
    let at = At(&scope.organisation().slug);
    let own = scope.reach(Object::Client, Action::List) == Reach::Own;
    let title = if own { ui.t("我的服务对象", "My clients") } else { ui.t("服务对象", "Clients") };
    let search = Filter::Search {
        name: "q",
        hint: ui.t("姓名、身份证号、电话、档案编号", "Name, identity number, telephone, number").into(),
        value: sought.typed.to_owned(),
    };
    let all = (String::new(), ui.t("全部", "All").into());
    let kinds = PersonKind::ALL.map(|kind| (kind.code().to_owned(), ui.name(kind).into()));
    let kind = Filter::Select {
        name: "kind",
        label: ui.t("人员类型", "Group").into(),
        options: std::iter::once(all).chain(kinds).collect(),
        value: filter.kind.map(|kind| kind.code().to_owned()).unwrap_or_default(),
    };
    let shown = found.rows.len();
    let count: Words = ui.words(|| format!("本页 {shown} 人"), || format!("{shown} on this page")).into();
    let (previous, next) = pages.links(&narrowed(at, sought.sealed, filter.kind), found.next.map(|id| id.to_string()));
    let mut taken_off: Vec<(Words, String)> = Vec::new();
    if !sought.typed.is_empty() {
        taken_off.push((sought.typed.to_owned().into(), narrowed(at, "", filter.kind)));
    }
    if let Some(kind) = filter.kind {
        taken_off.push((ui.name(kind).into(), narrowed(at, sought.sealed, None)));
    }
    let narrow = !taken_off.is_empty();
    let body = if found.rows.is_empty() {
        nothing(scope, ui, narrow, own)
    } else {
        let rows = found.rows.iter().map(|row| line(ui, at, row)).collect();
        table(ui, Table { caption: title.into(), columns: columns(ui), rows, ..Table::default() })
    };
    view! {
        {page_head(ui, PageHead { title: title.into(), ..PageHead::default() })}
        {filters(ui, at.area("clients"), Vec::new(), vec![search, kind], Some(count.clone()))}
        {chips(ui, taken_off, at.area("clients"))}
        {body}
        {pager(ui, count, previous, next)}
    }
    .into_any()
}

fn columns(ui: Ui) -> Vec<Column> {
    vec![
        Column::title(ui.t("姓名", "Name")),
        Column::short(ui.t("年龄", "Age")),
        Column::text(ui.t("人员类型", "Groups")),
        Column::short(ui.t("在办个案", "Open cases")).named_on_phone(),
        Column::short(ui.t("责任社工", "Responsible")),
        Column::short(ui.t("建档", "Since")).not_on_phone(),
    ]
}

fn line(ui: Ui, at: At<'_>, row: &ClientRow) -> Row {
    let name = if row.name.is_empty() {
        ui.t("已删除个人信息", "Personal data erased").to_owned()
    } else {
        row.name.clone()
    };
    let age = row.age.map(|age| ui.words(|| format!("{age} 岁"), || age.to_string())).unwrap_or_default();
    let kinds = row.kinds.iter().map(|kind| badge(Tone::Plain, ui.name(*kind))).collect_view();
    let cases = if row.open_cases == 0 { cell("") } else { cell(row.open_cases.to_string()) };
    Row {
        cells: vec![
            row_title(name, at.client(row.id), Some(row.number.clone().into())),
            cell(age),
            if row.kinds.is_empty() { cell("") } else { view! { <span class="cluster">{kinds}</span> }.into_any() },
            cases,
            cell(row.responsible.clone().unwrap_or_default()),
            cell(ui.day(row.since.day())),
        ],
        late: false,
    }
}

fn nothing(scope: &StaffScope, ui: Ui, narrow: bool, own: bool) -> AnyView {
    let at = At(&scope.organisation().slug);
    if narrow {
        return empty(
            Icon::Search,
            ui.t("没有找到", "Nobody was found"),
            ui.t(
                "姓名至少输入连续的两个字；身份证号和电话要输全，系统只保存它们的加密索引。",
                "Give at least two neighbouring characters of a name; identity and telephone numbers whole, because only a keyed index of them is kept.",
            ),
            vec![Button::plain(ui.t("清除筛选", "Clear")).link(at.area("clients"))],
        );
    }
    let (title, why) = if own {
        (
            ui.t("还没有由您负责的服务对象", "Nobody is in your care yet"),
            ui.t("申请确认后指派给您的服务对象会列在这里。", "Whoever is assigned to you on confirmation stands here."),
        )
    } else {
        (
            ui.t("还没有服务对象", "No client yet"),
            ui.t(
                "申请确认后自动建档；已有的名册可以从命令行导入。",
                "A confirmed application makes a record; a roster can be imported at the command line.",
            ),
        )
    };
    let mut next = Vec::new();
    if scope.reach(Object::Application, Action::List) != Reach::None {
        next.push(Button::plain(ui.t("去接案受理", "To intake")).link(at.area("applications")));
    }
    empty(Icon::People, title, why, next)
}
