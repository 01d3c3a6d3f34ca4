//! Cards: only for what opens as a whole.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::Words;

/// A card.
#[derive(Debug, Clone, Default)]
pub struct Card {
    /// Where it opens.
    pub href: String,
    /// Before the title.
    pub icon: Option<Icon>,
    /// What it is.
    pub title: Words,
    /// A sentence or two.
    pub text: Words,
    /// Quiet facts at the foot.
    pub foot: Vec<Words>,
}

/// Cards side by side.
#[must_use]
pub fn cards(cards: Vec<Card>) -> AnyView {
    let cards = cards.into_iter().map(|card| {
        let foot = (!card.foot.is_empty()).then(|| {
            let facts = card.foot.into_iter().map(|fact| view! { <span>{fact}</span> }.into_any());
            view! { <span class="card__foot">{facts.collect_view()}</span> }
        });
        view! {
            <a class="card" href=card.href>
                <span class="card__title">{card.icon.map(icon)}<span>{card.title}</span></span>
                <span class="card__text">{card.text}</span>
                {foot}
            </a>
        }
        .into_any()
    });
    view! { <div class="cards">{cards.collect_view()}</div> }.into_any()
}
