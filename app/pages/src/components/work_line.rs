//! Something to be done: how it stands, for whom, what, by which rule, the one action.

use leptos::prelude::*;

use super::badge::rule;
use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// Something to be done.
pub struct WorkLine {
    /// How it stands: a clock, or a word with its icon.
    pub state: AnyView,
    /// The person, as this reader may know them.
    pub name: Option<Words>,
    /// The number of the person's file.
    pub number: Words,
    /// The address of the file, where this reader may open it.
    pub file: Option<String>,
    /// What has to be done.
    pub what: Words,
    /// What else is worth knowing: who owes it, why it came back.
    pub notes: Vec<Words>,
    /// The rule's number and the address of its clause.
    pub rule: Option<(Words, String)>,
    /// The one action and its address.
    pub action: Option<(Words, String)>,
}

impl WorkLine {
    fn view(self, ui: Ui) -> AnyView {
        let named = self.name.is_some();
        let leads = |words: Words, class: &'static str| match &self.file {
            Some(href) => view! { <a class=class href=href.clone()>{words}</a> }.into_any(),
            None => view! { <span class=class>{words}</span> }.into_any(),
        };
        let number = self.number.clone();
        // Whoever may not know the name knows the file by its number alone.
        let first = leads(self.name.clone().unwrap_or(self.number.clone()), "work__name");
        let second = named.then(|| view! { <span>{number}</span> });
        let notes = self.notes.into_iter().map(|note| view! { <span>{note}</span> });
        let rule = self.rule.map(|(id, href)| rule(ui, id, href));
        let action =
            self.action.map(|(words, href)| view! { <a class="work__go" href=href>{words}{icon(Icon::Right)}</a> });
        view! {
            <li class="work">
                <span class="work__state">{self.state}</span>
                <span class="work__line">{first}<span>{self.what}</span></span>
                <span class="work__of">{second}{notes.collect_view()}</span>
                <span class="work__rule">{rule}</span>
                <span class="work__action">{action}</span>
            </li>
        }
        .into_any()
    }
}

/// What is to be done, in its order.
#[must_use]
pub fn work_lines(ui: Ui, lines: Vec<WorkLine>) -> AnyView {
    view! { <ol class="works">{lines.into_iter().map(|line| line.view(ui)).collect_view()}</ol> }.into_any()
}
