//! A rule of the book for those who read: what it says, which clause it implements, whom it binds, its limits.

use crate::components::badge::{Tone, badge};
use crate::components::facts::facts;
use crate::components::notice::notice;
use crate::components::page_head::{PageHead, page_head};
use crate::ui::{Ui, Words};
use domain::refusal::Refusal;
use domain::rules::{Rule, RuleBook, RuleId, Status};
use domain::time::Unit;
use leptos::prelude::*;

/// The rule that an address names.
///
/// # Errors
/// [`Refusal::NotFound`] when the book has none of this number.
pub fn named(raw: &str) -> Result<&'static Rule, Refusal> {
    let id: RuleId = raw.parse().map_err(|_| Refusal::NotFound)?;
    RuleBook::builtin().rule(id).ok_or(Refusal::NotFound)
}

/// What the rule says.
pub fn clause(ui: Ui, rule: &Rule, back: Option<(Words, String)>) -> AnyView {
    let head = PageHead {
        back,
        title: ui.text(&rule.title).into(),
        number: Some(rule.id.to_string().into()),
        badges: vec![
            badge(Tone::Plain, ui.name(rule.strength)),
            badge(Tone::Plain, ui.name(rule.family)),
            status(ui, rule),
        ],
        lead: Some(ui.text(&rule.wording).into()),
        ..PageHead::default()
    };
    let packs: Vec<&str> = rule.packs.iter().map(|pack| ui.name(pack)).collect();
    let mut lines: Vec<(Words, Words)> = vec![
        (ui.t("依据条款", "Clause").into(), ui.text(&rule.clause).into()),
        (ui.t("适用机构", "Binds").into(), packs.join(ui.t("、", ", ")).into()),
    ];
    lines.extend(
        rule.parameters
            .iter()
            .map(|limit| (ui.text(&limit.label).into(), amount(ui, limit.default, limit.unit).into())),
    );
    view! { {page_head(ui, head)}{standing(ui, rule)}{facts(lines)} }.into_any()
}

/// How far the system carries a rule out.
pub fn status(ui: Ui, rule: &Rule) -> AnyView {
    let tone = match rule.status() {
        Status::Live => Tone::Good,
        Status::RecordedOnly => Tone::Info,
        Status::Waiting => Tone::Plain,
    };
    badge(tone, ui.name(rule.status()))
}

/// What the system does not do about a rule yet, where it does not do all of it.
pub fn standing(ui: Ui, rule: &Rule) -> Option<AnyView> {
    match (rule.status(), &rule.recorded_only) {
        (Status::RecordedOnly, Some(why)) => Some(notice(Tone::Info, ui.text(why))),
        (Status::Waiting, _) => {
            let words = ui.t(
                "系统还不检查这一条，也不为它计时；请照规范自行落实。",
                "The system neither checks nor times this rule yet: please see to it as the norm says.",
            );
            Some(notice(Tone::Info, words))
        }
        _ => None,
    }
}

/// 24 小时; what is only counted has no unit.
pub fn amount(ui: Ui, number: i64, unit: Unit) -> String {
    match unit {
        Unit::Count => number.to_string(),
        Unit::Percent => format!("{number}%"),
        _ => format!("{number} {}", ui.name(unit)),
    }
}
