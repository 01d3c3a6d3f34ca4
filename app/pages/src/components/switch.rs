//! Another way to look at the same: links side by side, of which one is open.

use leptos::prelude::*;

use crate::ui::Words;

/// Ways to look, each with its address; `open` is the place of the one that is seen. `name` is for those who hear the page.
#[must_use]
pub fn switch(name: &'static str, ways: Vec<(Words, String)>, open: usize) -> AnyView {
    let ways = ways.into_iter().enumerate().map(|(place, (words, href))| {
        let current = (place == open).then_some("true");
        view! { <a class="switch__way" href=href aria-current=current>{words}</a> }.into_any()
    });
    view! { <nav class="switch" aria-label=name>{ways.collect_view()}</nav> }.into_any()
}
