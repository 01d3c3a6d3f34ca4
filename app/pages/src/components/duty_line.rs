//! What someone owes by when: clock, what, of what, for whom, which rule, the one action.

use domain::time::{Moment, Unit};
use leptos::prelude::*;

use super::badge::{Tone, badge, clock, rule};
use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// One duty.
#[derive(Debug, Clone)]
pub struct DutyLine {
    /// When it is due, and what the limit is counted in.
    pub due: (Moment, Unit),
    /// When it was met, if it was.
    pub met: Option<Moment>,
    /// What has to be done: 初审.
    pub what: Words,
    /// The subject's number or name, and its address where this reader may open it.
    pub subject: (Words, Option<String>),
    /// The person concerned, as this reader may know them.
    pub whom: Option<Words>,
    /// Who owes it, where that is not the reader.
    pub owner: Option<Words>,
    /// The rule's number and the address of its clause.
    pub rule: (Words, String),
    /// The one action and its address.
    pub action: Option<(Words, String)>,
}

/// One duty as a row; in an `<ol class="duties">`, see [`duties`].
#[must_use]
pub fn duty_line(ui: Ui, duty: DutyLine) -> AnyView {
    let state = match duty.met {
        None => clock(ui, duty.due.0, duty.due.1),
        Some(met) if met > duty.due.0 => badge(Tone::Late, ui.t("迟办", "Done late")),
        Some(_) => badge(Tone::Good, ui.t("已按时办结", "Done in time")),
    };
    duty_line_with(ui, state, None, duty)
}

/// One duty whose standing is told by more than its due time: paused, within its grace, no longer needed. `note` stands
/// quietly under what has to be done.
#[must_use]
pub fn duty_line_with(ui: Ui, state: AnyView, note: Option<Words>, duty: DutyLine) -> AnyView {
    let class = if duty.met.is_some() { "duty duty--done" } else { "duty" };
    let note = note.map(|note| view! { <span class="duty__note">{note}</span> });
    let whom = duty.whom.map(|whom| view! { <span class="duty__whom">{whom}</span> });
    let owner = duty.owner.map(|owner| view! { <span class="duty__subject">{owner}</span> });
    let subject = match duty.subject {
        (words, Some(href)) => view! { <a class="duty__subject" href=href>{words}</a> }.into_any(),
        (words, None) => view! { <span class="duty__subject">{words}</span> }.into_any(),
    };
    let action = duty.action.map(|(words, href)| {
        view! { <a class="duty__go" href=href>{words}{icon(Icon::Right)}</a> }
    });
    view! {
        <li class=class>
            <span class="duty__clock">{state}</span>
            <span class="duty__what">
                <span class="duty__name">{duty.what}</span>
                {subject}
                {whom}
                {owner}
                {note}
            </span>
            <span class="duty__rule">{rule(ui, duty.rule.0, duty.rule.1)}</span>
            <span class="duty__action">{action}</span>
        </li>
    }
    .into_any()
}

/// A list of duties, soonest first.
#[must_use]
pub fn duties(ui: Ui, duties: Vec<DutyLine>) -> AnyView {
    let rows = duties.into_iter().map(|duty| duty_line(ui, duty));
    view! { <ol class="duties">{rows.collect_view()}</ol> }.into_any()
}
