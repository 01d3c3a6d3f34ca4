//! Next and previous by key; never page numbers, which would cost a count of everything.

use leptos::prelude::*;

use super::button::Button;
use super::icons::Icon;
use crate::ui::{Ui, Words};

/// The end of a list: what is shown, and the way on. Nothing where all is shown.
#[must_use]
pub fn pager(ui: Ui, shown: impl Into<Words>, previous: Option<String>, next: Option<String>) -> AnyView {
    if previous.is_none() && next.is_none() {
        return ().into_any();
    }
    let previous = previous.map(|href| Button::plain(ui.t("上一页", "Previous")).icon(Icon::Left).small().link(href));
    let next = next.map(|href| Button::plain(ui.t("下一页", "Next")).after(Icon::Right).small().link(href));
    view! {
        <nav class="pager" aria-label=ui.t("翻页", "Pages")>
            <span class="pager__text">{shown.into()}</span>
            {previous}
            {next}
        </nav>
    }
    .into_any()
}
