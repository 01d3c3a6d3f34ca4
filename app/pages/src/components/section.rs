//! Headings and rules of white space instead of tabs and boxes.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::Words;

/// What stands in a section's heading line.
#[derive(Debug, Clone, Default)]
pub struct SectionHead {
    /// The heading.
    pub title: Words,
    /// How many there are.
    pub count: Option<Words>,
    /// A link at the end of the line.
    pub more: Option<(Words, String)>,
    /// For links to this section.
    pub id: Option<Words>,
}

/// A section with only a heading.
#[must_use]
pub fn section(title: impl Into<Words>, body: AnyView) -> AnyView {
    section_with(SectionHead { title: title.into(), ..SectionHead::default() }, body)
}

/// A section.
#[must_use]
pub fn section_with(head: SectionHead, body: AnyView) -> AnyView {
    let count = head.count.map(|count| view! { <span class="section__count">{count}</span> });
    let more = head.more.map(|(words, href)| {
        view! { <a class="section__more" href=href>{words}{icon(Icon::Right)}</a> }
    });
    view! {
        <section class="section" id=head.id>
            <div class="section__head"><h2>{head.title}</h2>{count}{more}</div>
            <div class="section__body">{body}</div>
        </section>
    }
    .into_any()
}

/// Two thirds and one third: what happened, and what matters now.
#[must_use]
pub fn split(main: AnyView, side: AnyView) -> AnyView {
    view! { <div class="split"><div>{main}</div><div>{side}</div></div> }.into_any()
}
