//! What the district opened here: which case, who, when, until when, and why.

use super::{Tab, tabs};
use backend::StaffScope;
use backend::oversight::{StationOpening, openings};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::{Tone, badge};
use pages::components::empty::empty;
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::ui::Ui;

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let found = openings(&scope).await?;
    let title = ui.t("区级调阅", "Opened by the district");
    let html = staff_page(&request, &scope, Area::Audit, title, || {
        let at = At(&scope.organisation().slug);
        let lead = ui.t(
            "区里平时看不到姓名；要看一件具名个案，须写明理由，并且只在限定时间内能看。",
            "The district sees no names; to see a named case it gives a reason, and sees it for a limited time only.",
        );
        let head =
            PageHead {
                title: ui.t("操作记录", "Audit trail").into(), lead: Some(lead.into()), ..PageHead::default()
            };
        let body = if found.is_empty() {
            let why = ui.t("区里还没有调阅过本站的个案。", "The district has opened no case of this station.");
            empty(Icon::Eye, ui.t("没有调阅", "Nothing was opened"), why, Vec::new())
        } else {
            rows(ui, at, &found)
        };
        view! { {page_head(ui, head)}{tabs(ui, &scope, Tab::Openings, None)}{body} }.into_any()
    });
    Ok(Answer::page(html))
}

fn rows(ui: Ui, at: At<'_>, openings: &[StationOpening]) -> AnyView {
    let columns = vec![
        Column::title(ui.t("个案", "Case")),
        Column::long(ui.t("理由", "Reason")),
        Column::text(ui.t("谁", "Who")),
        Column::short(ui.t("时间", "When")),
        Column::state(ui.t("状态", "State")),
    ];
    let lines = openings.iter().map(|row| {
        let open = row.opening.is_live(ui.now);
        let state = if open {
            badge(
                Tone::Due,
                ui.words(
                    || format!("可看到 {}", ui.moment(row.opening.expires)),
                    || format!("Until {}", ui.moment(row.opening.expires)),
                ),
            )
        } else {
            badge(Tone::Plain, ui.t("已过期", "Expired"))
        };
        Row {
            late: false,
            cells: vec![
                row_title(row.number.clone(), at.case(row.opening.case), None),
                cell(row.opening.reason.clone()),
                cell(row.by.clone()),
                cell(ui.moment(row.opening.opened)),
                state,
            ],
        }
    });
    let caption = ui.t("区级调阅，最近的在前", "Openings, newest first");
    table(ui, Table { caption: caption.into(), columns, rows: lines.collect(), ..Table::default() })
}
