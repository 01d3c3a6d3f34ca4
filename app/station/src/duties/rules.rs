//! The rule book as it binds this organisation.

use backend::{StaffScope, duties};
use domain::packs::Pack;
use domain::refusal::Refusal;
use domain::rules::{OrgRules, Parameter, Rule, RuleArea, RuleBook};
use leptos::prelude::*;
use pages::addresses::At;
use pages::clause::{amount, status};
use pages::components::badge::{Tone, badge};
use pages::components::filters::{SavedView, views};
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::{SectionHead, section_with};
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let every = request.query.get("all") == "1";
    let binding = duties::binding(&scope).await?;
    let title = ui.t("规范条款", "Rules");
    let html = staff_page(&request, &scope, Area::Rules, title, || {
        let at = At(&scope.organisation().slug);
        let book: Vec<&Rule> = RuleBook::builtin().on(ui.now.day()).collect();
        let live = book.iter().filter(|rule| binding.is_live(rule, ui.now.day())).count();
        let list = at.area("duties/rules");
        let tabs = vec![
            SavedView {
                words: ui.t("本机构适用", "Binding here").into(),
                href: list.clone(),
                count: Some(live as u64),
                current: !every,
            },
            SavedView {
                words: ui.t("全部条款", "All rules").into(),
                href: format!("{list}?all=1"),
                count: Some(book.len() as u64),
                current: every,
            },
        ];
        let head = PageHead { title: title.into(), lead: Some(lead(ui, &scope).into()), ..PageHead::default() };
        let parts = RuleArea::ALL.into_iter().filter_map(|area| {
            let of_area: Vec<&Rule> = book
                .iter()
                .copied()
                .filter(|rule| rule.id.area() == area && (every || binding.is_live(rule, ui.now.day())))
                .collect();
            (!of_area.is_empty()).then(|| part(ui, at, area, of_area, &binding, every))
        });
        view! {
            {page_head(ui, head)}
            {views(ui, tabs)}
            {parts.collect_view()}
        }
        .into_any()
    });
    Ok(Answer::page(html))
}

fn lead(ui: Ui, scope: &StaffScope) -> String {
    let packs = scope.organisation().packs;
    let norms: Vec<String> =
        Pack::ALL.into_iter().filter(|pack| packs.contains(*pack)).map(|pack| ui.text(&pack.norm())).collect();
    let norms = norms.join(ui.t("、", ", "));
    ui.words(|| format!("本机构执行{norms}。"), || format!("This organisation follows {norms}."))
}

fn part(ui: Ui, at: At<'_>, area: RuleArea, rules: Vec<&Rule>, binding: &OrgRules, every: bool) -> AnyView {
    let mut columns = vec![
        Column::title(ui.t("条款", "Rule")),
        Column::long(ui.t("要求", "What it demands")),
        Column::short(ui.t("限值", "Limits")).named_on_phone(),
        Column::short(ui.t("方式", "How it acts")).not_on_phone(),
        Column::state(ui.t("状态", "State")),
    ];
    if every {
        columns.push(Column::state(ui.t("适用", "Binding")));
    }
    let count = rules.len();
    let rows = rules.into_iter().map(|rule| {
        let limits: Vec<String> = rule.parameters.iter().map(|parameter| value(ui, parameter, binding)).collect();
        let mut cells = vec![
            row_title(ui.text(&rule.title), at.rule(rule.id), Some(rule.id.to_string().into())),
            cell(ui.text(&rule.wording)),
            cell(limits.join(ui.t("；", "; "))),
            cell(ui.name(rule.family)),
            status(ui, rule),
        ];
        if every {
            cells.push(live_badge(ui, binding.is_live(rule, ui.now.day())));
        }
        Row { cells, late: false }
    });
    let head = SectionHead {
        title: ui.name(area).into(),
        count: Some(Words::from(count.to_string())),
        ..SectionHead::default()
    };
    let caption = ui.name(area);
    section_with(head, table(ui, Table { caption: caption.into(), columns, rows: rows.collect(), ..Table::default() }))
}

/// Whether a rule binds.
pub(super) fn live_badge(ui: Ui, live: bool) -> AnyView {
    if live {
        badge(Tone::Good, ui.t("适用", "Binding"))
    } else {
        badge(Tone::Plain, ui.t("不适用", "Not binding"))
    }
}

/// 24 小时
pub(super) fn value(ui: Ui, parameter: &Parameter, binding: &OrgRules) -> String {
    amount(ui, binding.value(parameter, ui.now.day()), parameter.unit)
}
