//! Whether the engaged stations' trails are whole. No entry is shown, only that they follow from one another.

use super::at;
use backend::EvaluatorScope;
use backend::organisations::Organisation;
use backend::trail::{ChainStanding, chain_of, chains, examine_of, fingerprint};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::chain::{Shown, asked, chain, wants_verifying};
use pages::components::page_head::{PageHead, page_head};
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{EvaluatorArea, Sheet, evaluator_page};
use pages::handling::{Answer, Request};
use pages::ui::Ui;
use std::sync::Arc;

pub(super) async fn list(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let found = chains(&scope).await?;
    let ui = request.ui;
    let title = ui.t("操作记录核对", "Audit trails");
    let html = evaluator_page(&request, &scope, EvaluatorArea::Audit, Sheet::wide(title), || {
        let lead = ui.t(
            "每家机构的操作记录一条扣一条，改动过就对不上。这里只核对是否完整，不显示记录内容。",
            "Each station's entries follow from one another; a change would show. Here they are only verified, not shown.",
        );
        let head = PageHead { title: title.into(), lead: Some(lead.into()), ..PageHead::default() };
        view! { {page_head(ui, head)}{rows(ui, &scope, &found)} }.into_any()
    });
    Ok(Answer::page(html))
}

fn rows(ui: Ui, scope: &EvaluatorScope, chains: &[(Arc<Organisation>, ChainStanding)]) -> AnyView {
    let columns = vec![
        Column::title(ui.t("机构", "Organisation")),
        Column::number(ui.t("记录条数", "Entries")).named_on_phone(),
        Column::text(ui.t("末条指纹", "Fingerprint of the last")).named_on_phone(),
        Column::short(ui.t("最近存证", "Last checkpoint")).named_on_phone(),
    ];
    let line = |(organisation, standing): &(Arc<Organisation>, ChainStanding)| {
        let signed = standing.checkpoint.as_ref().and_then(|checkpoint| checkpoint.moment());
        Row {
            late: false,
            cells: vec![
                row_title(organisation.name.clone(), at(scope, &format!("/audit/{}", organisation.slug)), None),
                cell(standing.entries.to_string()),
                cell(fingerprint(&standing.head)),
                cell(signed.map(|at| ui.moment(at)).unwrap_or_default()),
            ],
        }
    };
    let caption = ui.t("各机构的操作记录", "The stations' audit trails");
    table(ui, Table { caption: caption.into(), columns, rows: chains.iter().map(line).collect(), ..Table::default() })
}

pub(super) async fn show(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let (slug, asked) = (request.param("org"), asked(&request));
    let (organisation, standing) = chain_of(&scope, slug, asked).await?;
    let examination = if wants_verifying(&request) { Some(examine_of(&scope, slug).await?) } else { None };
    let ui = request.ui;
    let title = ui.t("操作记录核对", "Audit trails");
    let html = evaluator_page(&request, &scope, EvaluatorArea::Audit, title, || {
        let head = PageHead {
            back: Some((title.into(), at(&scope, "/audit"))),
            title: organisation.name.clone().into(),
            ..PageHead::default()
        };
        let shown = Shown { standing, examination, asked, here: at(&scope, &format!("/audit/{}", organisation.slug)) };
        view! { {page_head(ui, head)}{chain(ui, shown)} }.into_any()
    });
    Ok(Answer::page(html))
}
