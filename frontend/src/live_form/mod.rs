//! A form that answers while it is filled in.
//!
//! The form itself is drawn by the server, as for a browser without scripts. The island around it reads what is typed, lets
//! `domain` judge it by the same template the server has, and moves three things on the page: complaints at fields,
//! questions that fold and unfold, and what an identity number says. Nothing is kept and nothing is sent.

#[cfg(target_arch = "wasm32")]
mod watch;

use domain::forms::{FormTemplate, Section, TemplateField};
use domain::lang::{Lang, Text};
use domain::time::Day;
use leptos::prelude::*;

/// Wraps a form drawn by the server; `questions` is its template without wording.
#[island]
pub fn LiveForm(
    /// What is asked, as [`questions`] gives it.
    questions: FormTemplate,
    /// The day of the request, for ages and for days that may not lie ahead.
    today: Day,
    /// The language of the page.
    lang: Lang,
    /// The form.
    children: Children,
) -> impl IntoView {
    let host = NodeRef::<leptos::html::Div>::new();
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |_| {
        if let Some(host) = host.get() {
            watch::begin(&host, questions.clone(), today, lang);
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (questions, today, lang);
    view! { <div class="live-form" node_ref=host>{children()}</div> }
}

/// A template without its wording, which the page shows already: what the browser needs to judge answers.
#[must_use]
pub fn questions(template: &FormTemplate) -> FormTemplate {
    let silent = || Text { zh: "".into(), en: "".into() };
    let bare = |field: &TemplateField| TemplateField {
        label: silent(),
        help: None,
        unit: None,
        options: field
            .options
            .iter()
            .map(|option| domain::forms::Choosable { value: option.value.clone(), label: silent() })
            .collect(),
        ..field.clone()
    };
    let sections = template.sections.iter().map(|section| Section {
        key: section.key.clone(),
        title: silent(),
        fields: section.fields.iter().map(bare).collect(),
    });
    FormTemplate { key: template.key.clone(), version: template.version, title: silent(), sections: sections.collect() }
}
