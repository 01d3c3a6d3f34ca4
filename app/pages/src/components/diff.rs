//! What was said, and what became of it since the draft before: struck is gone, underlined is new. Marks and words say so too,
//! never colour alone.

use domain::forms::{Piece, pieces};
use leptos::prelude::*;

use crate::ui::{Ui, Words};

/// What was said, as it stands or with what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// As it stands.
    Plain(Words),
    /// From what it was to what it is.
    Changed {
        /// What it was.
        was: String,
        /// What it is.
        is: String,
        /// Piece by piece, as texts are read; what is chosen or counted is one thing, taken out and put in as a whole.
        by_pieces: bool,
    },
}

impl<W: Into<Words>> From<W> for Said {
    fn from(words: W) -> Self {
        Self::Plain(words.into())
    }
}

impl Said {
    /// Whether it changed.
    #[must_use]
    pub const fn is_changed(&self) -> bool {
        matches!(self, Self::Changed { .. })
    }

    /// Whether nothing stands there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Plain(words) => words.is_empty(),
            Self::Changed { was, is, .. } => was.is_empty() && is.is_empty(),
        }
    }

    /// What it says now, as paper has it.
    #[must_use]
    pub fn into_words(self) -> String {
        match self {
            Self::Plain(words) => words.into_owned(),
            Self::Changed { is, .. } => is,
        }
    }

    /// What one reads.
    pub(super) fn view(self, ui: Ui) -> AnyView {
        match self {
            Self::Plain(words) => words.into_any(),
            Self::Changed { was, is, by_pieces: true } => {
                pieces(&was, &is).into_iter().map(|piece| said(ui, piece)).collect_view().into_any()
            }
            Self::Changed { was, is, by_pieces: false } => [Piece::Removed(&was), Piece::Added(&is)]
                .map(|piece| said(ui, piece))
                .into_iter()
                .collect_view()
                .into_any(),
        }
    }
}

fn said(ui: Ui, piece: Piece<'_>) -> AnyView {
    match piece {
        Piece::Removed("") | Piece::Added("") => ().into_any(),
        Piece::Kept(text) => text.to_owned().into_any(),
        Piece::Removed(text) => {
            let told = view! { <span class="visually-hidden">{ui.t("（删去：", "(taken out: ")}</span> };
            let end = view! { <span class="visually-hidden">{ui.t("）", ")")}</span> };
            view! { <del class="diff">{told}{text.to_owned()}{end}</del> }.into_any()
        }
        Piece::Added(text) => {
            let told = view! { <span class="visually-hidden">{ui.t("（新写：", "(put in: ")}</span> };
            let end = view! { <span class="visually-hidden">{ui.t("）", ")")}</span> };
            view! { <ins class="diff">{told}{text.to_owned()}{end}</ins> }.into_any()
        }
    }
}

/// The mark beside the name of what changed; a key goes from one to the next.
pub(super) fn mark(ui: Ui, place: usize) -> AnyView {
    view! { <span class="diff__mark" id=change(place) tabindex="-1" data-key="d">{ui.t("改", "changed")}</span> }
        .into_any()
}

/// Where a change stands on the page, from 1.
#[must_use]
pub fn change(place: usize) -> String {
    format!("change-{place}")
}
