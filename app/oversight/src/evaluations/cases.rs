//! Case files, masked.

use super::{at, rule_at};
use backend::EvaluatorScope;
use backend::evaluations::{EvidenceLine, MaskedFile, case_file, cases};
use domain::forms::{FormKey, FormTemplate};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge};
use pages::components::empty::empty;
use pages::components::form::form_answers;
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::components::section::section;
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{EvaluatorArea, Sheet, evaluator_page};
use pages::handling::{Answer, Request};
use pages::reading;
use pages::ui::Ui;

pub(super) async fn list(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let after = request.query.maybe("after");
    let page = cases(&scope, after).await?;
    let ui = request.ui;
    let title = ui.t("个案卷宗", "Case files");
    let html = evaluator_page(&request, &scope, EvaluatorArea::Cases, Sheet::wide(title), || {
        let head = PageHead { title: title.into(), ..PageHead::default() };
        let body = if page.rows.is_empty() {
            empty(
                Icon::Folder,
                ui.t("没有卷宗", "No files"),
                ui.t("这个期间内没有开案的个案。", "No case was opened within the period."),
                Vec::new(),
            )
        } else {
            lines(ui, &scope, page.rows.iter().map(|line| (None, line)))
        };
        let shown = ui.words(|| format!("本页 {} 件", page.rows.len()), || format!("{} on this page", page.rows.len()));
        let next = page.next.map(|next| at(&scope, &format!("/cases?after={next}")));
        view! { {page_head(ui, head)}{body}{pager(ui, shown, after.map(|_| at(&scope, "/cases")), next)} }.into_any()
    });
    Ok(Answer::page(html))
}

/// Cases on a list; a sample shows each one's rank.
pub(super) fn lines<'l>(
    ui: Ui,
    scope: &EvaluatorScope,
    lines: impl Iterator<Item = (Option<&'l str>, &'l EvidenceLine)>,
) -> AnyView {
    let columns = vec![
        Column::title(ui.t("个案", "Case")),
        Column::state(ui.t("状态", "State")),
        Column::text(ui.t("机构", "Organisation")).named_on_phone(),
        Column::short(ui.t("受理", "Accepted")).not_on_phone(),
        Column::short(ui.t("开始服务", "Service began")).not_on_phone(),
        Column::short(ui.t("反馈结果", "Result told")).named_on_phone(),
        Column::short(ui.t("结案", "Closed")).named_on_phone(),
        Column::long(ui.t("缺项", "Missing")),
        Column::state(ui.t("逾期", "Late")),
    ];
    let day = |at: Option<domain::time::Moment>| cell(at.map(|at| ui.brief_day(at.day())).unwrap_or_default());
    let row = |(rank, line): (Option<&str>, &EvidenceLine)| {
        let gaps: Vec<&str> = line.gaps.iter().map(|gap| ui.name(*gap)).collect();
        let sub = match rank {
            Some(rank) => format!("{} · {}", line.name, rank.get(..12).unwrap_or(rank)),
            None => line.name.clone(),
        };
        Row {
            late: line.late > 0,
            cells: vec![
                row_title(line.number.clone(), at(scope, &format!("/cases/{}", line.id)), Some(sub.into())),
                badge(Tone::Plain, ui.name(line.state)),
                cell(line.organisation.name.clone()),
                day(Some(line.accepted)),
                day(line.started),
                day(line.told),
                day(line.closed),
                cell(gaps.join(ui.t("、", ", "))),
                if line.late == 0 { cell("") } else { badge(Tone::Late, line.late.to_string()) },
            ],
        }
    };
    let caption = ui.t("个案卷宗，已脱敏", "Case files, masked");
    table(ui, Table { caption: caption.into(), columns, rows: lines.map(row).collect(), ..Table::default() })
}

pub(super) async fn show(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let file = case_file(&scope, request.id("case")?).await?;
    let ui = request.ui;
    let title = file.case.number.clone();
    let html = evaluator_page(&request, &scope, EvaluatorArea::Cases, title, || body(ui, &scope, &file));
    Ok(Answer::page(html))
}

fn body(ui: Ui, scope: &EvaluatorScope, file: &MaskedFile) -> AnyView {
    let head = PageHead {
        back: Some((ui.t("个案卷宗", "Case files").into(), at(scope, "/cases"))),
        title: file.case.client.2.name().to_owned().into(),
        number: Some(file.case.number.clone().into()),
        badges: vec![reading::state(ui, file.case.state), badge(Tone::Info, ui.t("已脱敏", "Masked"))],
        facts: vec![(ui.t("机构", "Organisation").into(), file.organisation.name.clone().into())],
        ..PageHead::default()
    };
    let application =
        file.application.as_ref().filter(|application| !application.answers.is_empty()).map(|application| {
            let answers = form_answers(ui, FormTemplate::builtin(FormKey::Application), &application.answers);
            section(ui.t("申请表", "Application form"), answers)
        });
    let agreement = file.application.as_ref().and_then(|application| application.agreement.as_ref()).map(|agreement| {
        let answers = form_answers(ui, FormTemplate::builtin(FormKey::Agreement), &agreement.answers);
        section(ui.t("服务协议", "Agreement"), answers)
    });
    view! {
        {page_head(ui, head)}
        {reading::person(ui, &file.case.client.2)}
        {application}
        {agreement}
        {reading::file(ui, scope.registers(), &file.case, |rule| rule_at(scope, rule))}
    }
    .into_any()
}
