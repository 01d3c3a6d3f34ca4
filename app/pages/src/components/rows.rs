//! A short list: documents, people, goals. Title, a quiet line, something at the end.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::Words;

/// One line of a short list.
#[derive(Default)]
pub struct ListRow {
    /// Before the title.
    pub icon: Option<Icon>,
    /// What it is.
    pub title: Words,
    /// Where it opens.
    pub href: Option<String>,
    /// A quiet line beneath.
    pub note: Option<Words>,
    /// Something under the note: a bar of progress.
    pub below: Option<AnyView>,
    /// A badge, a date, a button.
    pub end: Option<AnyView>,
    /// It ought to be there and is not.
    pub missing: bool,
}

/// A short list.
#[must_use]
pub fn rows(rows: Vec<ListRow>) -> AnyView {
    let lines = rows.into_iter().map(|row| {
        let class = if row.missing { "row row--missing" } else { "row" };
        let title = match row.href {
            Some(href) => view! { <a class="row__title" href=href>{row.title}</a> }.into_any(),
            None => view! { <span class="row__title">{row.title}</span> }.into_any(),
        };
        let note = row.note.map(|note| view! { <span class="row__note">{note}</span> });
        let end = row.end.map(|end| view! { <span class="row__end">{end}</span> });
        view! {
            <li class=class>
                {row.icon.map(icon)}
                <div class="row__main">{title}{note}{row.below}</div>
                {end}
            </li>
        }
        .into_any()
    });
    view! { <ul class="rows">{lines.collect_view()}</ul> }.into_any()
}
