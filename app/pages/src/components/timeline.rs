//! What happened, newest first: when it occurred, when it was written down, when it was approved.
//! Late is marked, and stays marked.

use domain::time::Moment;
use leptos::prelude::*;
use std::cmp::Reverse;

use super::badge::{Tone, badge};
use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// What kind of thing happened; it decides the dot on the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EntryKind {
    /// Work that was done.
    #[default]
    Work,
    /// The matter came into another state.
    State,
    /// Still to be finished: a draft, a planned visit.
    Open,
}

/// One thing that happened.
#[derive(Default)]
pub struct Entry {
    /// When it happened; none where only the writing is known.
    pub occurred: Option<Moment>,
    /// Only the day of it is known.
    pub day_only: bool,
    /// What kind of thing.
    pub kind: EntryKind,
    /// What happened.
    pub title: Words,
    /// Its own page.
    pub href: Option<String>,
    /// States beside the title.
    pub badges: Vec<AnyView>,
    /// Who did it.
    pub by: Words,
    /// What was found or said.
    pub body: Option<Words>,
    /// Shows three lines of it; the page of the entry shows all.
    pub clamp: bool,
    /// When it was written down.
    pub recorded: Option<Moment>,
    /// By how much the writing was late, in words; none when in time.
    pub late: Option<Words>,
    /// When and by whom it was approved.
    pub approved: Option<(Moment, Words)>,
    /// It waits for approval.
    pub waiting: bool,
}

impl Entry {
    /// The matter came into another state.
    #[must_use]
    pub fn state(at: Moment, title: impl Into<Words>, by: impl Into<Words>) -> Self {
        Self { occurred: Some(at), kind: EntryKind::State, title: title.into(), by: by.into(), ..Self::default() }
    }
}

/// The timeline, newest first, in whichever order its entries come; years are named where they change. Of one moment the
/// change of state stands below what followed from it; else it keeps the order.
#[must_use]
pub fn timeline(ui: Ui, mut entries: Vec<Entry>) -> AnyView {
    entries.sort_by_key(|entry| (Reverse(entry.occurred), entry.kind == EntryKind::State));
    let mut year = ui.now.day().year();
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        if let Some(then) = entry.occurred.map(|moment| moment.day().year()).filter(|then| *then != year) {
            year = then;
            lines.push(
                view! { <li class="timeline__year">{ui.words(|| format!("{then} 年"), || then.to_string())}</li> }
                    .into_any(),
            );
        }
        lines.push(entry_line(ui, entry));
    }
    view! { <ol class="timeline">{lines}</ol> }.into_any()
}

fn entry_line(ui: Ui, entry: Entry) -> AnyView {
    let class = match (entry.late.is_some(), entry.kind) {
        (true, _) => "entry entry--late",
        (_, EntryKind::Work) => "entry",
        (_, EntryKind::State) => "entry entry--state",
        (_, EntryKind::Open) => "entry entry--open",
    };
    let when = entry.occurred.map(|moment| {
        let time = (!entry.day_only).then(|| ui.time(moment));
        view! { <b>{ui.short_day(moment.day())}</b>{time} }
    });
    let title = match entry.href {
        Some(href) => view! { <a class="entry__title" href=href>{entry.title}</a> }.into_any(),
        None => view! { <span class="entry__title">{entry.title}</span> }.into_any(),
    };
    let body_class = if entry.clamp { "entry__body entry__body--clamp" } else { "entry__body" };
    let body = entry.body.map(|body| view! { <p class=body_class>{body}</p> });
    let recorded = entry.recorded.map(|moment| {
        view! { <span>{icon(Icon::Pen)}{ui.t("记录于 ", "Recorded ")}{ui.moment(moment)}</span> }
    });
    let late = entry.late.map(|late| badge(Tone::Late, late));
    let approved = entry.approved.map(|(moment, by)| {
        view! { <span>{icon(Icon::Check)}{ui.t("审核于 ", "Approved ")}{ui.moment(moment)}" "{by}</span> }
    });
    let waiting = entry
        .waiting
        .then(|| view! { <span class="entry__wait">{icon(Icon::Clock)}{ui.t("待审核", "Awaits approval")}</span> });
    let timed = recorded.is_some() || late.is_some() || approved.is_some() || waiting.is_some();
    let times = timed.then(|| view! { <div class="entry__times">{recorded}{late}{approved}{waiting}</div> });
    view! {
        <li class=class>
            <span class="entry__when">{when}</span>
            <span class="entry__dot" aria-hidden="true"></span>
            <div class="entry__main">
                <div class="entry__head">{title}{entry.badges}<span class="entry__by">{entry.by}</span></div>
                {body}
                {times}
            </div>
        </li>
    }
    .into_any()
}
