//! The list, and the search in it: a name or part of it, a telephone or document number or its end, a client's number. What is
//! sought is posted; the list's address carries it sealed.

use backend::StaffScope;
use backend::clients::{self, ClientFilter, ClientRow};
use backend::listing::{Listed, Slice};
use backend::search::{open_search, seal_search};
use domain::access::{Action, Object, Reach};
use domain::clients::PersonKind;
use domain::refusal::Refusal;
use domain::text::{PersonName, clean_line, without_invisible};
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::{Tone, badge};
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::filters::Filter;
use pages::components::icons::Icon;
use pages::components::table::Column;
use pages::frames::Area;
use pages::handling::{Answer, Request};
use pages::listing::{Asked, Cell, Desk, Face, Field, List, Part, SEARCH, person};
use pages::ui::{Ui, Words};

/// Longest search that can find anything.
const SEEKS: usize = PersonName::MAX;
/// So much of what was typed is shown again.
const SHOWN: usize = 200;

/// Clients, and what was sought, as it was typed.
pub(super) struct Clients {
    typed: String,
}

impl List for Clients {
    type Row = ClientRow;
    const NOUN: Object = Object::Client;
    const PLACE: &'static str = "clients";
    const AREA: Area = Area::Clients;
    const NARROWS: &'static [&'static str] = &[SEARCH, "kind"];

    async fn read(scope: &StaffScope, asked: &Asked, slice: &Slice) -> Result<(Self, Part<ClientRow>), Refusal> {
        let typed = open_search(scope, asked.get(SEARCH)).unwrap_or_default();
        // What cannot be part of a name or number finds nothing; it is not an error to have typed it.
        let search = clean_line(&without_invisible(&typed), SEEKS).unwrap_or_default();
        let hopeless = search.is_empty() && !typed.is_empty();
        let filter = ClientFilter { search, kind: asked.maybe("kind") };
        let found = if hopeless { Listed::none() } else { clients::list(scope, &filter, slice).await? };
        Ok((Self { typed }, Part::of(Object::Client, found)))
    }

    fn title(&self, desk: Desk<'_>) -> Words {
        let ui = desk.ui;
        if sees_own(desk.scope) {
            ui.t("我的服务对象", "My clients").into()
        } else {
            ui.t("服务对象", "Clients").into()
        }
    }

    fn face<'p>(&'p self, desk: Desk<'p>) -> Face<'p, ClientRow> {
        let Desk { ui, at, asked, .. } = desk;
        let search = Filter::Search {
            name: "q",
            hint: ui.t("姓名、拼音、身份证号、电话、档案编号", "Name, identity number, telephone, number").into(),
            value: self.typed.clone(),
        };
        let kind = Filter::choice(
            "kind",
            ui.t("人员类型", "Group"),
            ui.t("全部", "All"),
            PersonKind::ALL.map(|kind| (kind.code().to_owned(), ui.name(kind).into())),
            asked.get("kind"),
        );
        Face {
            lead: None,
            above: None,
            actions: Vec::new(),
            unit: "人",
            views: Vec::new(),
            filters: vec![search, kind],
            chips: self.chips(desk),
            caption: self.title(desk),
            columns: vec![
                Field::new("name", Column::title(ui.t("姓名", "Name")), move |row: &ClientRow| {
                    Cell::title(person(ui, &row.name), at.client(row.id), Some(row.number.clone().into()))
                }),
                Field::new("number", Column::short(ui.t("编号", "Number")).not_on_phone(), |row: &ClientRow| {
                    Cell::text(row.number.clone())
                })
                .sorts()
                .spare(),
                Field::new("age", Column::short(ui.t("年龄", "Age")), move |row: &ClientRow| {
                    let years = |age| ui.words(|| format!("{age} 岁"), || format!("{age}"));
                    Cell::text(row.age.map(years).unwrap_or_default())
                }),
                Field::new("kinds", Column::text(ui.t("人员类型", "Groups")), move |row: &ClientRow| {
                    kinds(ui, row)
                }),
                Field::new(
                    "cases",
                    Column::short(ui.t("在办个案", "Open cases")).named_on_phone(),
                    |row: &ClientRow| Cell::count(row.open_cases),
                ),
                Field::new("responsible", Column::short(ui.t("责任社工", "Responsible")), |row: &ClientRow| {
                    Cell::text(row.responsible.clone().unwrap_or_default())
                }),
                Field::new("since", Column::short(ui.t("建档", "Since")).not_on_phone(), move |row: &ClientRow| {
                    Cell::text(ui.day(row.since.day()))
                })
                .sorts(),
            ],
            as_lines: None,
            late: |_| false,
            empty: Box::new(move || nothing(desk)),
        }
    }
}

impl Clients {
    /// What it is narrowed to, each to be taken off.
    fn chips(&self, desk: Desk<'_>) -> Vec<(Words, String)> {
        let Desk { ui, at, asked, .. } = desk;
        let without = |name| asked.with(name, "").address(&at.area(Self::PLACE));
        let search = (!self.typed.is_empty()).then(|| (self.typed.clone().into(), without(SEARCH)));
        let kind = asked.maybe::<PersonKind>("kind").map(|kind| (ui.name(kind).into(), without("kind")));
        search.into_iter().chain(kind).collect()
    }
}

/// Leads to the list, narrowed to what was posted.
pub(super) async fn seek(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let typed: String = request.form.get("q").trim().chars().take(SHOWN).collect();
    let sealed = if typed.is_empty() { String::new() } else { seal_search(&scope, &typed) };
    let asked = Asked::read(Clients::PLACE, Clients::NARROWS, &request.params, &request.form).with(SEARCH, &sealed);
    Ok(Answer::SeeOther(asked.address(&At(&scope.organisation().slug).area(Clients::PLACE))))
}

fn sees_own(scope: &StaffScope) -> bool {
    scope.reach(Object::Client, Action::List) == Reach::Own
}

fn kinds(ui: Ui, row: &ClientRow) -> Cell {
    if row.kinds.is_empty() {
        return Cell::text("");
    }
    let badges = row.kinds.iter().map(|kind| badge(Tone::Plain, ui.name(*kind))).collect_view();
    Cell::shown(view! { <span class="cluster">{badges}</span> }.into_any(), ui.names(&row.kinds))
}

fn nothing(desk: Desk<'_>) -> AnyView {
    let Desk { ui, scope, at, asked } = desk;
    if asked.is_narrowed() {
        return empty(
            Icon::Search,
            ui.t("没有找到", "Nobody was found"),
            ui.t(
                "可以输入姓名中的几个字、拼音或首字母；身份证号和电话要输全，或只输末四位。系统只保存它们的加密索引。",
                "Give a few characters of a name, its pinyin or initials; identity and telephone numbers whole, or the last four, because only a keyed index of them is kept.",
            ),
            vec![Button::plain(ui.t("清除筛选", "Clear")).link(at.area("clients"))],
        );
    }
    let (title, why) = if sees_own(scope) {
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
