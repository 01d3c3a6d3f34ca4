//! A state in a word; the warning ones with an icon, so that colour never speaks alone.

use domain::time::{Moment, Span, Unit};
use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// What a colour means, everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing to be said by colour.
    #[default]
    Plain,
    /// In hand.
    Accent,
    /// Soon due, or waiting.
    Due,
    /// Late, or refused.
    Late,
    /// Done, met.
    Good,
    /// Worth knowing.
    Info,
}

impl Tone {
    /// `block`, or `block block--tone`: picks among the six ready-made class names.
    pub(super) const fn of(self, classes: [&'static str; 6]) -> &'static str {
        let [plain, accent, due, late, good, info] = classes;
        match self {
            Self::Plain => plain,
            Self::Accent => accent,
            Self::Due => due,
            Self::Late => late,
            Self::Good => good,
            Self::Info => info,
        }
    }

    /// The icon that says the same as the colour.
    #[must_use]
    pub const fn icon(self) -> Option<Icon> {
        match self {
            Self::Plain | Self::Accent | Self::Info => None,
            Self::Due => Some(Icon::Clock),
            Self::Late => Some(Icon::Late),
            Self::Good => Some(Icon::Check),
        }
    }
}

/// A state in a word.
#[must_use]
pub fn badge(tone: Tone, words: impl Into<Words>) -> AnyView {
    marked(tone, tone.icon(), words.into())
}

/// A state in a word, with an icon of your choice.
#[must_use]
pub fn badge_with(tone: Tone, mark: Icon, words: impl Into<Words>) -> AnyView {
    marked(tone, Some(mark), words.into())
}

fn marked(tone: Tone, mark: Option<Icon>, words: Words) -> AnyView {
    let class = tone.of([
        "badge",
        "badge badge--accent",
        "badge badge--due",
        "badge badge--late",
        "badge badge--good",
        "badge badge--info",
    ]);
    view! { <span class=class>{mark.map(icon)}{words}</span> }.into_any()
}

/// How far off a due time is: late is red, the last 24 hours amber, else plain.
#[must_use]
pub fn clock(ui: Ui, due: Moment, unit: Unit) -> AnyView {
    let words = ui.left(due, unit);
    if ui.now > due {
        marked(Tone::Late, Some(Icon::Late), words.into())
    } else if due.since(ui.now) <= Span::hours(24) {
        marked(Tone::Due, Some(Icon::Clock), words.into())
    } else {
        marked(Tone::Plain, Some(Icon::Clock), words.into())
    }
}

/// The number of a rule; it opens the clause.
#[must_use]
pub fn rule(ui: Ui, id: impl Into<Words>, href: String) -> AnyView {
    view! {
        <a class="rule" href=href>
            <span class="visually-hidden">{ui.t("依据 ", "Rule ")}</span>
            {id.into()}
        </a>
    }
    .into_any()
}
