//! A button says what happens: `受理申请`, not `提交`.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// A button before it is known what pressing it does: [`link`](Self::link), [`submit`](Self::submit)
/// or [`post`](Self::post).
#[derive(Debug, Clone)]
pub struct Button {
    class: &'static str,
    small: bool,
    icon: Option<Icon>,
    after: Option<Icon>,
    key: Option<&'static str>,
    words: Words,
}

impl Button {
    fn new(class: &'static str, words: impl Into<Words>) -> Self {
        Self { class, small: false, icon: None, after: None, key: None, words: words.into() }
    }

    /// The one main action of a view.
    #[must_use]
    pub fn primary(words: impl Into<Words>) -> Self {
        Self::new("button button--primary", words)
    }

    /// Any other action.
    #[must_use]
    pub fn plain(words: impl Into<Words>) -> Self {
        Self::new("button", words)
    }

    /// An action that takes something away.
    #[must_use]
    pub fn danger(words: impl Into<Words>) -> Self {
        Self::new("button button--danger", words)
    }

    /// An action that should not ask for attention.
    #[must_use]
    pub fn quiet(words: impl Into<Words>) -> Self {
        Self::new("button button--quiet", words)
    }

    /// For the end of a row.
    #[must_use]
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// With an icon before the words.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With an icon after the words.
    #[must_use]
    pub fn after(mut self, icon: Icon) -> Self {
        self.after = Some(icon);
        self
    }

    /// Pressed by a key too, outside of fields; the key is shown where scripts run.
    #[must_use]
    pub fn key(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }

    /// Goes somewhere.
    #[must_use]
    pub fn link(self, href: impl Into<String>) -> AnyView {
        let key = self.key;
        let (class, inner) = self.parts();
        view! { <a class=class href=href.into() data-key=key>{inner}</a> }.into_any()
    }

    /// Sends the form it stands in.
    #[must_use]
    pub fn submit(self) -> AnyView {
        let key = self.key;
        let (class, inner) = self.parts();
        view! { <button class=class type="submit" data-key=key>{inner}</button> }.into_any()
    }

    /// Sends the form it stands in and says by name which button it was.
    #[must_use]
    pub fn submit_as(self, name: &'static str, value: impl Into<Words>) -> AnyView {
        let (class, inner) = self.parts();
        view! { <button class=class type="submit" name=name value=value.into()>{inner}</button> }.into_any()
    }

    /// The same, and comes back at a place of the page that answers: `/o/qs01/papers#hazards.4`.
    #[must_use]
    pub fn submit_to(self, name: &'static str, value: impl Into<Words>, action: String) -> AnyView {
        let (class, inner) = self.parts();
        let value = value.into();
        view! { <button class=class type="submit" name=name value=value formaction=action>{inner}</button> }.into_any()
    }

    /// Is a form of its own, with hidden fields.
    #[must_use]
    pub fn post(self, action: impl Into<String>, fields: Vec<(&'static str, String)>) -> AnyView {
        let hidden = hidden_fields(fields);
        view! { <form method="post" action=action.into()>{hidden}{self.submit()}</form> }.into_any()
    }

    fn parts(self) -> (String, AnyView) {
        let class = if self.small { format!("{} button--small", self.class) } else { self.class.to_owned() };
        let inner =
            view! { {self.icon.map(icon)}<span>{self.words}</span>{self.after.map(icon)}{self.key.map(key_cap)} };
        (class, inner.into_any())
    }
}

/// The key that does the same, shown where scripts run.
#[must_use]
pub fn key_cap(key: &'static str) -> AnyView {
    view! { <kbd class="script-only" aria-hidden="true">{key}</kbd> }.into_any()
}

/// Fields that a form carries without showing them.
#[must_use]
pub fn hidden_fields(fields: Vec<(&'static str, String)>) -> AnyView {
    fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> }.into_any())
        .collect_view()
        .into_any()
}

/// Opens the browser's print dialogue. It needs a script, so it is shown only where one runs.
#[must_use]
pub fn print(ui: Ui) -> AnyView {
    view! {
        <button class="button button--print" type="button" data-print="">
            {icon(Icon::Printer)}<span>{ui.t("打印", "Print")}</span>
        </button>
    }
    .into_any()
}
