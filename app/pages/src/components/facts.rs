//! Label and value.

use leptos::prelude::*;

use crate::ui::Words;

/// A list of labels and values; an empty value is shown as a dash.
#[must_use]
pub fn facts(facts: Vec<(Words, Words)>) -> AnyView {
    let facts = facts.into_iter().map(|(label, value)| {
        let value = if value.is_empty() {
            view! { <span class="facts__none">"—"</span> }.into_any()
        } else {
            value.into_any()
        };
        (label, value)
    });
    list("facts", facts.collect())
}

/// The same of values that are more than words.
#[must_use]
pub fn facts_of(facts: Vec<(Words, AnyView)>) -> AnyView {
    list("facts", facts)
}

/// Labels and values with hairlines between, for checking before sending.
#[must_use]
pub fn facts_lined(facts: Vec<(Words, AnyView)>) -> AnyView {
    list("facts facts--lined", facts)
}

/// A value with a quiet line beneath.
#[must_use]
pub fn fact_note(value: impl Into<Words>, note: impl Into<Words>) -> AnyView {
    view! { {value.into()}<span class="facts__note">{note.into()}</span> }.into_any()
}

fn list(class: &'static str, facts: Vec<(Words, AnyView)>) -> AnyView {
    let lines = facts.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }.into_any());
    view! { <dl class=class>{lines.collect_view()}</dl> }.into_any()
}
