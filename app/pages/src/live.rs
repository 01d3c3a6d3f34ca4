//! Forms that answer while they are filled in, where the browser can.

use crate::components::icons::{Icon, icon};
use crate::ui::Ui;
use domain::forms::FormTemplate;
use frontend::{LiveForm, questions};
use leptos::prelude::*;

/// A form of a template, judged in the browser by the rules that judge it here.
pub fn live(ui: Ui, template: &FormTemplate, form: AnyView) -> AnyView {
    let (questions, setting, lang) = (questions(template), ui.setting(), ui.lang);
    // What a complaint looks like: the island has no drawings of its own.
    let complaint = view! { <p class="field__error">{icon(Icon::Late)}<span></span></p> }.into_any();
    view! {
        <LiveForm questions=questions setting=setting lang=lang>
            <template>{complaint}</template>
            {form}
        </LiveForm>
    }
    .into_any()
}
