//! The head of a page: what it is, where it stands, the one main action, the rest under 更多.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use super::menu::{MenuItem, more};
use crate::ui::{Ui, Words};

/// The head of a page.
#[derive(Default)]
pub struct PageHead {
    /// Where one comes from: words and address.
    pub back: Option<(Words, String)>,
    /// It heads a part of the page, under the page's own head.
    pub part: bool,
    /// The one heading of the page.
    pub title: Words,
    /// The number the trade knows it by.
    pub number: Option<Words>,
    /// States beside the title.
    pub badges: Vec<AnyView>,
    /// Quiet facts under the title: responsible, risk, since when.
    pub facts: Vec<(Words, Words)>,
    /// A sentence under the title.
    pub lead: Option<Words>,
    /// The main next action, and at most one more.
    pub actions: Vec<AnyView>,
    /// All other actions.
    pub more: Vec<MenuItem>,
    /// The stage on the common road.
    pub stepper: Option<AnyView>,
}

/// The head of a page.
#[must_use]
pub fn page_head(ui: Ui, head: PageHead) -> AnyView {
    let back = head.back.map(|(words, href)| {
        view! { <a class="page-head__back" href=href>{icon(Icon::Left)}{words}</a> }
    });
    let number = head.number.map(|number| view! { <span class="page-head__number">{number}</span> });
    let badges = (!head.badges.is_empty()).then(|| view! { <span class="cluster">{head.badges}</span> });
    let lead = head.lead.map(|lead| view! { <p class="page-head__lead">{lead}</p> });
    let facts = (!head.facts.is_empty()).then(|| {
        let facts =
            head.facts.into_iter().map(|(label, value)| view! { <span>{label}" "<b>{value}</b></span> }.into_any());
        view! { <div class="page-head__facts">{facts.collect_view()}</div> }
    });
    let actions = (!head.actions.is_empty() || !head.more.is_empty()).then(|| {
        view! { <div class="page-head__actions">{head.actions}{more(ui, head.more)}</div> }
    });
    let (class, title) = if head.part {
        ("page-head page-head--part", view! { <h2>{head.title}</h2> }.into_any())
    } else {
        ("page-head", view! { <h1>{head.title}</h1> }.into_any())
    };
    view! {
        <header class=class>
            {back}
            <div class="page-head__line">
                <div class="page-head__titles">{title}{number}{badges}</div>
                {actions}
            </div>
            {lead}
            {facts}
            {head.stepper}
        </header>
    }
    .into_any()
}
