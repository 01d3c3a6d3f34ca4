//! A form that answers while it is filled in.
//!
//! The form itself is drawn by the server, as for a browser without scripts. The island around it reads what is typed, lets
//! `domain` judge it by the same template the server has, and moves four things on the page: complaints at fields,
//! questions that fold and unfold, what is computed, and what an identity number says. Nothing is kept and nothing is sent.

#[cfg(target_arch = "wasm32")]
mod watch;

use domain::forms::{FormTemplate, Setting, TemplateField};
use domain::lang::{Lang, Text, text};
use leptos::prelude::*;

/// Wraps a form drawn by the server; `questions` is its template without wording.
#[island]
pub fn LiveForm(
    /// What is asked, as [`questions`] gives it.
    questions: FormTemplate,
    /// The day of the request, and the packs of the organisation.
    setting: Setting,
    /// The language of the page.
    lang: Lang,
    /// The form.
    children: Children,
) -> impl IntoView {
    let host = NodeRef::<leptos::html::Div>::new();
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |_| {
        if let Some(host) = host.get() {
            watch::begin(&host, questions.clone(), setting, lang);
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (questions, setting, lang);
    view! { <div class="live-form" node_ref=host>{children()}</div> }
}

/// A template without its wording, which the page shows already: what the browser needs to judge answers. What bands are called
/// stays, for the page shows only one of them.
#[must_use]
pub fn questions(template: &FormTemplate) -> FormTemplate {
    let mut template = template.clone();
    template.title = silent();
    for section in &mut template.sections {
        section.title = silent();
        section.fields.iter_mut().for_each(hush);
    }
    template
}

fn hush(field: &mut TemplateField) {
    field.label = silent();
    field.help = None;
    field.unit = None;
    // What only a rule demands, the server says with the rule's clause.
    field.required &= field.required_by.is_none();
    // Whether a thing may be named is nothing that the browser knows.
    if field.refers_to().is_some() {
        field.options.clear();
    }
    field.options.iter_mut().for_each(|option| option.label = silent());
    field.given.iter_mut().for_each(|row| *row = silent());
    field.columns.iter_mut().for_each(hush);
}

fn silent() -> Text {
    text("", "")
}
