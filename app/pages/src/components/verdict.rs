//! The decision, beside what is judged: what it is about, what was asked for last time, what can be done, one key each.

use leptos::prelude::*;

use super::button::key_cap;
use crate::ui::Words;

/// The decision about one thing of a queue.
pub struct Verdict {
    /// What is judged: `第 2 稿，4 处改动`.
    pub title: Words,
    /// Its clock.
    pub clock: Option<AnyView>,
    /// Why it came back last time, and who said so, when.
    pub said: Option<(Words, Words)>,
    /// What stands in the way, or what was refused.
    pub notices: Vec<AnyView>,
    /// What can be done, the main thing first.
    pub actions: Vec<AnyView>,
    /// What else keys do: the key, what it does, and the address for those who press none.
    pub keys: Vec<(&'static str, Words, String)>,
}

/// The card of the decision.
#[must_use]
pub fn verdict(verdict: Verdict) -> AnyView {
    let said = verdict.said.map(|(words, by)| {
        view! { <blockquote class="verdict__said"><p class="pre-line">{words}</p><footer>{by}</footer></blockquote> }
    });
    let keys = verdict.keys.into_iter().map(|(key, words, href)| {
        // A place on this page names its key itself: the next one has its turn.
        let named = (!href.starts_with('#')).then_some(key);
        view! { <a href=href data-key=named>{key_cap(key)}{words}</a> }.into_any()
    });
    let keys: Vec<AnyView> = keys.collect();
    let keys = (!keys.is_empty()).then(|| view! { <p class="verdict__keys">{keys}</p> });
    view! {
        <section class="verdict" aria-labelledby="verdict">
            <div class="verdict__head"><h2 class="verdict__title" id="verdict">{verdict.title}</h2>{verdict.clock}</div>
            {said}
            {verdict.notices}
            <div class="verdict__do">{verdict.actions}</div>
            {keys}
        </section>
    }
    .into_any()
}

/// Something that wants a word first: a button that opens its form.
#[must_use]
pub fn verdict_because(words: impl Into<Words>, key: &'static str, open: bool, form: AnyView) -> AnyView {
    view! {
        <details class="verdict__because" open=open data-key=key>
            <summary class="button"><span>{words.into()}</span>{key_cap(key)}</summary>
            {form}
        </details>
    }
    .into_any()
}
