//! A sentence that must be seen.

use domain::lang::Lang;
use domain::refusal::Refusal;
use domain::rules::RuleBook;
use leptos::prelude::*;

use super::badge::Tone;
use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// A notice with only a sentence.
#[must_use]
pub fn notice(tone: Tone, words: impl Into<Words>) -> AnyView {
    notice_with(tone, None, words.into().into_any(), None)
}

/// A notice with a title, anything as its body, and an action at its end (an undo, a link).
#[must_use]
pub fn notice_with(tone: Tone, title: Option<Words>, body: AnyView, end: Option<AnyView>) -> AnyView {
    let (class, mark) = match tone {
        Tone::Plain | Tone::Accent | Tone::Info => ("notice", Icon::Info),
        Tone::Due => ("notice notice--due", Icon::Alert),
        Tone::Late => ("notice notice--late", Icon::Late),
        Tone::Good => ("notice notice--good", Icon::Good),
    };
    let role = if tone == Tone::Late { "alert" } else { "status" };
    let title = title.map(|title| view! { <p class="notice__title">{title}</p> });
    let end = end.map(|end| view! { <div class="notice__end">{end}</div> });
    view! {
        <div class=class role=role>
            {icon(mark)}
            <div class="notice__body">{title}{body}</div>
            {end}
        </div>
    }
    .into_any()
}

/// What the system refused, in words; a rule in the way names itself, its clause, and opens it.
#[must_use]
pub fn refusal(ui: Ui, refusal: &Refusal, clause: impl Fn(&str) -> String) -> AnyView {
    let Refusal::Blocked(blocked) = refusal else {
        return notice(Tone::Late, refusal.say(ui.lang));
    };
    let lines = blocked.iter().map(|block| {
        let id = block.rule.to_string();
        let href = clause(&id);
        let source = RuleBook::builtin().rule(block.rule).map(|rule| ui.text(&rule.clause));
        let source = source.map(|source| view! { <span class="notice__source">{source}</span> });
        view! { <li>{ui.text(&block.text)}" "{super::badge::rule(ui, id, href)}" "{source}</li> }.into_any()
    });
    let list = view! { <ul>{lines.collect_view()}</ul> }.into_any();
    let title = match (ui.lang, blocked.len()) {
        (Lang::Zh, _) => "还不能这样做：",
        (Lang::En, _) => "This cannot be done yet:",
    };
    notice_with(Tone::Due, Some(title.into()), list, None)
}
