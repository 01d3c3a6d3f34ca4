//! Nothing here: why, and what to do next.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::Words;

/// An empty list, page or section.
#[must_use]
pub fn empty(mark: Icon, title: impl Into<Words>, why: impl Into<Words>, next: Vec<AnyView>) -> AnyView {
    let next = (!next.is_empty()).then(|| view! { <div class="empty__next">{next}</div> });
    view! {
        <div class="empty">
            {icon(mark)}
            <p class="empty__title">{title.into()}</p>
            <p class="empty__why">{why.into()}</p>
            {next}
        </div>
    }
    .into_any()
}

/// An empty section of a page that has other things to show.
#[must_use]
pub fn empty_line(words: impl Into<Words>) -> AnyView {
    view! { <p class="empty empty--small empty__why">{words.into()}</p> }.into_any()
}
