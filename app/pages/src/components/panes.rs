//! The evaluator's bench: the score book on the left, the evidence on the right.

use leptos::prelude::*;

use super::badge::{Tone, badge};
use super::button::Button;
use super::icons::Icon;
use crate::ui::{Ui, Words};

/// One item of the score book.
#[derive(Debug, Clone, Default)]
pub struct Item {
    /// Its number in the book: 3.2.1.
    pub code: Words,
    /// What is asked.
    pub title: Words,
    /// Its address.
    pub href: String,
    /// It is open on the right.
    pub current: bool,
    /// Points given, and points possible.
    pub score: (Option<Words>, Words),
    /// Pieces of evidence.
    pub evidence: u32,
    /// What is missing.
    pub gaps: u32,
    /// What was late.
    pub late: u32,
}

/// The two panes; `groups` are the chapters of the score book.
#[must_use]
pub fn panes(
    ui: Ui,
    groups: Vec<(Words, Vec<Item>)>,
    evidence: AnyView,
    previous: Option<String>,
    next: Option<String>,
) -> AnyView {
    let groups = groups.into_iter().map(|(title, items)| {
        view! {
            <h2 class="panes__group">{title}</h2>
            {items.into_iter().map(|item| item_line(ui, item)).collect_view()}
        }
        .into_any()
    });
    let previous = previous.map(|href| Button::plain(ui.t("上一项", "Previous item")).icon(Icon::Left).link(href));
    let next = next.map(|href| Button::plain(ui.t("下一项", "Next item")).after(Icon::Right).link(href));
    view! {
        <div class="panes">
            <nav class="panes__list" aria-label=ui.t("评分表", "Score book")>{groups.collect_view()}</nav>
            <div>
                {evidence}
                <div class="panes__step">{previous}<span></span>{next}</div>
            </div>
        </div>
    }
    .into_any()
}

fn item_line(ui: Ui, item: Item) -> AnyView {
    let (given, possible) = item.score;
    let given = given.unwrap_or("–".into());
    let (evidence, gaps, late) = (item.evidence, item.gaps, item.late);
    let gaps = (gaps > 0).then(|| badge(Tone::Due, ui.words(|| format!("缺 {gaps}"), || format!("{gaps} missing"))));
    let late = (late > 0).then(|| badge(Tone::Late, ui.words(|| format!("迟 {late}"), || format!("{late} late"))));
    view! {
        <a class="item" href=item.href aria-current=item.current.then_some("page")>
            <span class="item__code">{item.code}</span>
            <span class="item__title">{item.title}</span>
            <span class="item__score"><b>{given}</b>" / "{possible}</span>
            <span class="item__facts">
                <span>{ui.words(|| format!("证据 {evidence}"), || format!("{evidence} pieces"))}</span>
                {gaps}
                {late}
            </span>
        </a>
    }
    .into_any()
}
