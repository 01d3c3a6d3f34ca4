//! The evidence of each organisation: how much there is, what is missing, what was late.

use super::at;
use backend::EvaluatorScope;
use backend::evaluations::{Evidence, overview};
use domain::refusal::Refusal;
use domain::registers::Registers;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge};
use pages::components::button::Button;
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::table::{Column, Row, Table, cell, table};
use pages::frames::{EvaluatorArea, Sheet, evaluator_page};
use pages::handling::{Answer, Request};
use pages::ui::Ui;

pub(super) async fn show(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let evidence = overview(&scope).await?;
    let ui = request.ui;
    let engagement = scope.engagement();
    let title = engagement.title.clone();
    let html = evaluator_page(&request, &scope, EvaluatorArea::Overview, Sheet::wide(title.clone()), || {
        let head = PageHead {
            title: title.into(),
            lead: Some(ui.t("只读、已脱敏，每次查看都留痕。", "Read only, masked; every view is logged.").into()),
            facts: vec![
                (ui.t("开案期间", "Cases opened").into(), format!("{} – {}", engagement.from, engagement.to).into()),
                (ui.t("开放至", "Open until").into(), ui.moment(engagement.ends).into()),
            ],
            actions: vec![
                Button::primary(ui.t("抽样", "Draw a sample")).icon(Icon::Sample).link(at(&scope, "/sample")),
                Button::plain(ui.t("全部卷宗", "All files")).link(at(&scope, "/cases")),
            ],
            ..PageHead::default()
        };
        view! { {page_head(ui, head)}{organisations(ui, scope.registers(), &evidence)} }.into_any()
    });
    Ok(Answer::page(html))
}

/// One line for each organisation: they were engaged for the same kinds of papers.
fn organisations(ui: Ui, registers: &Registers, evidence: &[Evidence]) -> AnyView {
    let kinds = evidence.first().map(|first| first.papers.as_slice()).unwrap_or_default();
    let mut columns = vec![
        Column::title(ui.t("机构", "Organisation")),
        Column::state(ui.t("逾期", "Late")),
        Column::number(ui.t("个案", "Cases")).named_on_phone(),
    ];
    columns.extend(kinds.iter().map(|(kind, _)| {
        let name = registers.name(kind).map(|name| ui.text(&name)).unwrap_or_default();
        Column::number(name).named_on_phone()
    }));
    columns.push(Column::long(ui.t("缺项", "Missing")).named_on_phone());
    let row = |one: &Evidence| {
        let mut cells = vec![cell(one.organisation.name.clone()), late(ui, one.late), cell(one.cases.to_string())];
        cells.extend(one.papers.iter().map(|(_, n)| cell(n.to_string())));
        cells.push(missing(ui, one));
        Row { late: one.late > 0, cells }
    };
    let caption = ui.t("各机构的卷宗，按所开放的期间和类别", "Each organisation's files, as opened");
    table(ui, Table { caption: caption.into(), columns, rows: evidence.iter().map(row).collect(), ..Table::default() })
}

fn late(ui: Ui, n: u64) -> AnyView {
    match n {
        0 => badge(Tone::Good, ui.t("没有逾期", "None late")),
        n => badge(Tone::Late, ui.words(|| format!("逾期 {n} 项"), || format!("{n} late"))),
    }
}

fn missing(ui: Ui, evidence: &Evidence) -> AnyView {
    let gaps = evidence.gaps.iter().filter(|(_, n)| *n > 0);
    let gaps: Vec<AnyView> = gaps.map(|(gap, n)| badge(Tone::Due, format!("{} {n}", ui.name(*gap)))).collect();
    match gaps.is_empty() {
        true => cell(ui.t("没有", "Nothing")),
        false => view! { <span class="cluster">{gaps}</span> }.into_any(),
    }
}
