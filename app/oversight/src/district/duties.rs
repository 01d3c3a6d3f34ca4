//! What is owed in all stations, most urgent first.

use super::at;
use super::rows::{duty_cells, duty_columns};
use backend::OversightScope;
use backend::duties::{DutyFilter, Which};
use backend::oversight::{DistrictDuty, duties};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::empty::empty;
use pages::components::filters::{SavedView, views};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::components::table::{Column, Row, Table, cell, table};
use pages::frames::{DistrictArea, Sheet, district_page};
use pages::handling::{Answer, Request};

pub(super) async fn show(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let which = match request.query.get("which") {
        "" => Which::Overdue,
        code => Which::parse(code),
    };
    let filter = DutyFilter { which, rule: request.query.maybe("rule"), mine: false };
    let after = request.query.maybe("after");
    let page = duties(&scope, &filter, after).await?;
    let ui = request.ui;
    let title = ui.t("待办与时限", "Duties");
    let html = district_page(&request, &scope, DistrictArea::Duties, Sheet::wide(title), || {
        let choices = [
            (Which::Overdue, ui.t("已逾期", "Overdue")),
            (Which::Today, ui.t("今日到期", "Due today")),
            (Which::Week, ui.t("七日内到期", "Due in seven days")),
            (Which::Open, ui.t("全部未了结", "All open")),
            (Which::SettledLate, ui.t("逾期了结", "Settled late")),
        ];
        let saved = choices.map(|(other, words)| SavedView {
            words: words.into(),
            href: at(&scope, &format!("/duties?which={}", other.code())),
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
        let first = after.map(|_| at(&scope, &format!("/duties?which={}", which.code())));
        let next = page.next.map(|next| at(&scope, &format!("/duties?which={}&after={next}", which.code())));
        let shown = ui.words(|| format!("本页 {shown} 条"), || format!("{shown} on this page"));
        let head = PageHead { title: title.into(), ..PageHead::default() };
        view! { {page_head(ui, head)}{views(ui, saved.into())}{list}{pager(ui, shown, first, next)} }.into_any()
    });
    Ok(Answer::page(html))
}
