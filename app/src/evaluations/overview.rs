//! The evidence of each organisation: how much there is, what is missing, what was late.

use super::at;
use crate::components::badge::{Tone, badge};
use crate::components::button::Button;
use crate::components::facts::facts;
use crate::components::icons::Icon;
use crate::components::page_head::{PageHead, page_head};
use crate::components::section::section;
use crate::components::ui::{Ui, Words};
use crate::frames::{EvaluatorArea, evaluator_page};
use crate::handling::{Answer, Request};
use backend::EvaluatorScope;
use backend::evaluations::{Evidence, overview};
use domain::refusal::Refusal;
use leptos::prelude::*;

pub(super) async fn show(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let evidence = overview(&scope).await?;
    let ui = request.ui;
    let engagement = scope.engagement();
    let title = engagement.title.clone();
    let html = evaluator_page(&request, &scope, EvaluatorArea::Overview, title.clone(), || {
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
        let parts = evidence.iter().map(|one| section(one.organisation.name.clone(), part(ui, one)));
        view! { {page_head(ui, head)}{parts.collect_view()} }.into_any()
    });
    Ok(Answer::page(html))
}

fn part(ui: Ui, evidence: &Evidence) -> AnyView {
    let mut lines: Vec<(Words, Words)> = vec![(ui.t("个案", "Cases").into(), evidence.cases.to_string().into())];
    lines.extend(evidence.papers.iter().map(|(kind, n)| (ui.name(*kind).into(), n.to_string().into())));
    let mut marks: Vec<AnyView> = evidence
        .gaps
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(gap, n)| badge(Tone::Due, format!("{} {n}", ui.name(*gap))))
        .collect();
    if evidence.late > 0 {
        marks.push(badge(
            Tone::Late,
            ui.words(|| format!("逾期 {} 项", evidence.late), || format!("{} late", evidence.late)),
        ));
    }
    if marks.is_empty() {
        marks.push(badge(Tone::Good, ui.t("没有缺项，没有逾期", "Nothing missing, nothing late")));
    }
    view! { <div class="cluster">{marks}</div>{facts(lines)} }.into_any()
}
