//! What is owed in all stations, most urgent first.

use super::at;
use super::rows::{duty_cells, duty_columns};
use backend::OversightScope;
use backend::duties::{DutyFilter, Which};
use backend::oversight::{DistrictDuty, duties};
use domain::refusal::Refusal;
use domain::rules::{RuleBook, RuleId};
use domain::time::Month;
use leptos::prelude::*;
use pages::components::empty::empty;
use pages::components::filters::{SavedView, chips, views};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::components::table::{Column, Row, Table, cell, table};
use pages::frames::{DistrictArea, Sheet, district_page};
use pages::handling::{Answer, Request};
use pages::ui::{Ui, Words};

/// What the list is narrowed to, beside how its duties stand.
#[derive(Clone, Copy)]
struct Narrowed<'a> {
    station: Option<&'a str>,
    rule: Option<RuleId>,
    due: Option<Month>,
}

impl Narrowed<'_> {
    fn address(self, scope: &OversightScope, which: Which) -> String {
        let station = self.station.map(|station| format!("&station={station}"));
        let rule = self.rule.map(|rule| format!("&rule={rule}"));
        let due = self.due.map(|due| format!("&due={due}"));
        let narrowed: String = station.into_iter().chain(rule).chain(due).collect();
        at(scope, &format!("/duties?which={}{narrowed}", which.code()))
    }

    /// Each of them, to be taken away.
    fn chips(self, ui: Ui, scope: &OversightScope, which: Which) -> AnyView {
        let station = self
            .station
            .and_then(|station| scope.organisation(station).ok())
            .map(|station| (station.name.clone().into(), Self { station: None, ..self }.address(scope, which)));
        let rule = self.rule.and_then(|rule| RuleBook::builtin().rule(rule));
        let rule = rule.map(|rule| {
            let words = format!("{} {}", rule.id, ui.text(&rule.title));
            (words.into(), Self { rule: None, ..self }.address(scope, which))
        });
        let due = self.due.map(|due| {
            let month = ui.month(due);
            let words = ui.words(|| format!("{month}到期"), || format!("Due in {month}"));
            (words.into(), Self { due: None, ..self }.address(scope, which))
        });
        let chosen: Vec<(Words, String)> = station.into_iter().chain(rule).chain(due).collect();
        let clear = Self { station: None, rule: None, due: None }.address(scope, which);
        chips(ui, chosen, clear)
    }
}

pub(super) async fn show(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let which = match request.query.get("which") {
        "" => Which::Overdue,
        code => Which::parse(code),
    };
    let (rule, due) = (request.query.maybe("rule"), request.query.maybe("due"));
    let filter = DutyFilter { which, rule, due, mine: false };
    let (station, after) =
        (Some(request.query.get("station")).filter(|slug| !slug.is_empty()), request.query.maybe("after"));
    let page = duties(&scope, station, &filter, after).await?;
    let ui = request.ui;
    let narrowed = Narrowed { station, rule, due };
    let title = ui.t("待办与时限", "Duties");
    let html = district_page(&request, &scope, DistrictArea::Duties, Sheet::wide(title), || {
        let choices = [
            (Which::Overdue, ui.t("已逾期", "Overdue")),
            (Which::Escalated, ui.t("已上报", "Reported to you")),
            (Which::Today, ui.t("今日到期", "Due today")),
            (Which::Week, ui.t("七日内到期", "Due in seven days")),
            (Which::Open, ui.t("全部未了结", "All open")),
            (Which::Kept, ui.t("按时完成", "Done in time")),
            (Which::SettledLate, ui.t("逾期了结", "Settled late")),
        ];
        let saved = choices.map(|(other, words)| SavedView {
            words: words.into(),
            href: narrowed.address(&scope, other),
            count: None,
            current: other == which,
        });
        let mut columns = duty_columns(ui);
        columns.push(Column::text(ui.t("机构", "Organisation")).named_on_phone());
        let row = |duty: &DistrictDuty| {
            let mut cells = duty_cells(ui, &scope, &duty.row);
            cells.push(cell(duty.organisation.name.clone()));
            Row { late: duty.row.duty.standing(ui.now).is_late(), cells }
        };
        let shown = page.rows.len();
        let list = if page.rows.is_empty() {
            empty(
                Icon::Check,
                ui.t("没有这样的待办", "No such duties"),
                ui.t("全区此刻没有符合条件的待办。", "Nothing of this kind is owed in the district right now."),
                Vec::new(),
            )
        } else {
            let caption = ui.t("全区待办，不含姓名", "The district's duties, without names");
            let rows = page.rows.iter().map(row).collect();
            table(ui, Table { caption: caption.into(), columns, rows, ..Table::default() })
        };
        let first = after.map(|_| narrowed.address(&scope, which));
        let next = page.next.map(|next| format!("{}&after={next}", narrowed.address(&scope, which)));
        let shown = ui.words(|| format!("本页 {shown} 条"), || format!("{shown} on this page"));
        let head = PageHead { title: title.into(), ..PageHead::default() };
        view! { {page_head(ui, head)}{views(ui, saved.into())}{narrowed.chips(ui, &scope, which)}{list}{pager(ui, shown, first, next)} }.into_any()
    });
    Ok(Answer::page(html))
}
