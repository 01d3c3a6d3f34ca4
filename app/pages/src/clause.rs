//! A rule of the book for those who read: what it says, which clause it implements, whom it binds, its limits.

use crate::components::badge::{Tone, badge};
use crate::components::facts::facts;
use crate::components::page_head::{PageHead, page_head};
use crate::ui::{Ui, Words};
use domain::refusal::Refusal;
use domain::rules::{Rule, RuleBook, RuleId};
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
        badges: vec![badge(Tone::Plain, ui.name(rule.strength)), badge(Tone::Plain, ui.name(rule.family))],
        lead: Some(ui.text(&rule.wording).into()),
        ..PageHead::default()
    };
    let packs: Vec<&str> = rule.packs.iter().map(|pack| ui.name(pack)).collect();
    let mut lines: Vec<(Words, Words)> = vec![
        (ui.t("依据条款", "Clause").into(), ui.text(&rule.clause).into()),
        (ui.t("适用机构", "Binds").into(), packs.join(ui.t("、", ", ")).into()),
    ];
    lines.extend(rule.parameters.iter().map(|limit| {
        let value = format!("{} {}", limit.default, ui.name(limit.unit));
        (ui.text(&limit.label).into(), value.into())
    }));
    view! { {page_head(ui, head)}{facts(lines)} }.into_any()
}
