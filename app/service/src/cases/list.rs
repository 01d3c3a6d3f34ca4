//! The list of cases.

use super::page::case_badge;
use backend::StaffScope;
use backend::cases::{CaseFilter, CaseRow, list, workers};
use backend::listing::Slice;
use domain::access::{Action, Object, Reach};
use domain::cases::CaseState;
use domain::ids::MemberId;
use domain::refusal::Refusal;
use domain::time::{Moment, Unit};
use leptos::prelude::*;
use pages::components::badge::{Tone, clock};
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::filters::Filter;
use pages::components::icons::Icon;
use pages::components::table::Column;
use pages::frames::Area;
use pages::listing::{Asked, Cell, Choice, Desk, Face, Field, List, Part};
use pages::ui::{Ui, Words};

/// Cases, and who answers for any of them.
pub(super) struct Cases {
    workers: Vec<(MemberId, String)>,
}

impl List for Cases {
    type Row = CaseRow;
    const NOUN: Object = Object::Case;
    const PLACE: &'static str = "cases";
    const AREA: Area = Area::Cases;
    const NARROWS: &'static [&'static str] = &["state", "ended", "mine", "responsible", "client"];

    async fn read(scope: &StaffScope, asked: &Asked, slice: &Slice) -> Result<(Self, Part<CaseRow>), Refusal> {
        let filter = CaseFilter {
            state: CaseState::parse(asked.get("state")).ok(),
            ended: asked.is("ended"),
            mine: asked.is("mine"),
            client: asked.maybe("client"),
            responsible: asked.maybe("responsible"),
        };
        let part = Part::of(Object::Case, list(scope, &filter, slice).await?);
        let workers = if sees_all(scope) { workers(scope).await? } else { Vec::new() };
        Ok((Self { workers }, part))
    }

    fn title(&self, desk: Desk<'_>) -> Words {
        desk.ui.t("个案", "Cases").into()
    }

    fn face<'p>(&'p self, desk: Desk<'p>) -> Face<'p, CaseRow> {
        let Desk { ui, scope, at, asked } = desk;
        let all = sees_all(scope);
        let mut views = vec![Choice::new(ui.t("在办", "Open"), &[])];
        if all {
            views.push(Choice::new(ui.t("我负责的", "Mine"), &[("mine", "1")]));
        }
        views.push(Choice::new(ui.t("待结案", "To be closed"), &[("state", CaseState::Closing.code())]));
        views.push(Choice::new(ui.t("跟进中", "Followed up"), &[("state", CaseState::Following.code())]));
        views.push(Choice::new(ui.t("全部", "All"), &[("ended", "1")]));
        let mut filters = vec![Filter::choice(
            "state",
            ui.t("状态", "State"),
            ui.t("全部状态", "Any state"),
            CaseState::ALL.map(|state| (state.code().to_owned(), ui.name(state).into())),
            asked.get("state"),
        )];
        if all {
            filters.push(Filter::choice(
                "responsible",
                ui.t("负责社工", "Worker"),
                ui.t("所有人", "Anybody"),
                self.workers.iter().map(|(id, name)| (id.to_string(), name.clone().into())),
                asked.get("responsible"),
            ));
        }
        Face {
            lead: (!all).then(|| ui.t("这里是由您负责的个案。", "These are the cases you answer for.").into()),
            above: None,
            actions: Vec::new(),
            unit: "件",
            views,
            filters,
            chips: Vec::new(),
            caption: ui.t("个案，最近开案的在前", "Cases, newest first").into(),
            columns: vec![
                Field::new("client", Column::title(ui.t("服务对象", "Client")), move |row: &CaseRow| {
                    Cell::title(row.name.clone(), at.case(row.id), Some(row.number.clone().into()))
                }),
                Field::new("number", Column::short(ui.t("编号", "Number")).not_on_phone(), |row: &CaseRow| {
                    Cell::text(row.number.clone())
                })
                .sorts()
                .spare(),
                Field::new("service", Column::text(ui.t("服务", "Service")), |row: &CaseRow| {
                    Cell::text(row.service.clone())
                }),
                Field::new(
                    "responsible",
                    Column::text(ui.t("负责社工", "Worker")).named_on_phone(),
                    |row: &CaseRow| Cell::text(row.responsible.clone()),
                ),
                Field::new("opened", Column::short(ui.t("开案", "Opened")).named_on_phone(), move |row: &CaseRow| {
                    Cell::text(ui.day(row.opened.day()))
                })
                .sorts(),
                Field::new(
                    "due",
                    Column::short(ui.t("最近时限", "Next due")).named_on_phone(),
                    move |row: &CaseRow| due(ui, row.late, row.due),
                ),
                Field::new("state", Column::state(ui.t("状态", "State")), move |row: &CaseRow| {
                    Cell::shown(case_badge(ui, row.state), ui.name(row.state))
                }),
            ],
            as_lines: None,
            late: |row| row.late > 0,
            empty: Box::new(move || nothing(desk)),
        }
    }
}

fn sees_all(scope: &StaffScope) -> bool {
    scope.reach(Object::Case, Action::List) == Reach::All
}

fn due(ui: Ui, late: usize, due: Option<Moment>) -> Cell {
    match (late, due) {
        (0, None) => Cell::text(""),
        (0, Some(due)) if due < ui.now => Cell::badge(Tone::Due, ui.t("宽限期内", "Within grace")),
        (0, Some(due)) => Cell::shown(clock(ui, due, Unit::Days), ui.moment(due)),
        (late, _) => Cell::badge(Tone::Late, ui.words(|| format!("{late} 项逾期"), || format!("{late} overdue"))),
    }
}

fn nothing(desk: Desk<'_>) -> AnyView {
    let Desk { ui, at, asked, .. } = desk;
    if !asked.is_narrowed_to(&[("ended", "1")]) {
        let all = Button::plain(ui.t("看全部个案", "See all cases")).link(format!("{}?ended=1", at.area("cases")));
        let why = ui.t("没有符合当前筛选的个案。", "No case meets this filter.");
        return empty(Icon::Folder, ui.t("这里是空的", "Nothing here"), why, vec![all]);
    }
    let why = ui.t(
        "申请经初审、评估、签约并确认后自动开案。",
        "A case is opened when an application was reviewed, screened, signed and confirmed.",
    );
    let next = vec![Button::primary(ui.t("去接案受理", "To intake")).link(at.area("applications"))];
    empty(Icon::Folder, ui.t("还没有个案", "No cases yet"), why, next)
}
