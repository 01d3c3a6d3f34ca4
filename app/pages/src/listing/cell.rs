//! What a column shows of a row: on the screen, and in a workbook.

use crate::components::badge::{Tone, badge};
use crate::components::table::{cell, row_title};
use crate::ui::{Ui, Words};
use leptos::prelude::*;

/// Somebody's name, or that it was erased.
#[must_use]
pub fn person(ui: Ui, name: &str) -> String {
    if name.is_empty() { ui.t("已删除个人信息", "Personal data erased").to_owned() } else { name.to_owned() }
}

/// What a column shows of a row.
pub struct Cell {
    /// On the screen.
    pub(super) view: AnyView,
    /// In a workbook.
    pub(super) text: String,
}

impl Cell {
    /// Words; a dash where there are none.
    #[must_use]
    pub fn text(words: impl Into<Words>) -> Self {
        let words = words.into();
        Self { text: words.to_string(), view: cell(words) }
    }

    /// What the row is about: a link, and a quiet second line.
    #[must_use]
    pub fn title(name: impl Into<Words>, href: String, sub: Option<Words>) -> Self {
        let name = name.into();
        Self { text: name.to_string(), view: row_title(name, href, sub) }
    }

    /// A number; zero is a dash.
    #[must_use]
    pub fn count(number: usize) -> Self {
        Self::text(if number == 0 { String::new() } else { number.to_string() })
    }

    /// A word in a tone.
    #[must_use]
    pub fn badge(tone: Tone, words: impl Into<Words>) -> Self {
        let words = words.into();
        Self { text: words.to_string(), view: badge(tone, words) }
    }

    /// Something that the screen shows in its own way.
    #[must_use]
    pub fn shown(view: AnyView, text: impl Into<String>) -> Self {
        Self { view, text: text.into() }
    }
}
