//! What waits, in its order: whose and what, the clock, who wrote it; the one that is open is marked.

use leptos::prelude::*;

use crate::ui::Words;

/// One of those that wait.
pub struct QueueRow {
    /// Its page.
    pub href: String,
    /// Whose it is, and what.
    pub title: Words,
    /// A quiet line beneath: who wrote it, which draft.
    pub note: Words,
    /// How it stands.
    pub clock: AnyView,
    /// It is open.
    pub current: bool,
}

/// What waits, with what is told before and after: how many more there are.
#[must_use]
pub fn queue(before: Option<Words>, rows: Vec<QueueRow>, after: Option<Words>) -> AnyView {
    let rows = rows.into_iter().map(|row| {
        let current = row.current.then_some("true");
        view! {
            <li>
                <a class="queue__row" href=row.href aria-current=current>
                    <span class="queue__title">{row.title}</span>
                    <span class="queue__clock">{row.clock}</span>
                    <span class="queue__note">{row.note}</span>
                </a>
            </li>
        }
        .into_any()
    });
    let more = |words: Words| view! { <p class="queue__more">{words}</p> };
    view! { {before.map(more)}<ol class="queue">{rows.collect_view()}</ol>{after.map(more)} }.into_any()
}
