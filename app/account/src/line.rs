//! A question of the way in.

use domain::refusal::FieldError;
use leptos::prelude::*;
use pages::components::field::{Field, Input, TextKind, Width, field};
use pages::ui::{Ui, Words};

/// One line to be filled in, with what is wrong with it.
pub(crate) fn line(
    ui: Ui,
    name: &str,
    label: &'static str,
    value: &str,
    kind: TextKind,
    errors: &[FieldError],
) -> AnyView {
    line_with(ui, name, label, value, kind, errors, None)
}

/// The same, with a word of help.
pub(crate) fn line_with(
    ui: Ui,
    name: &str,
    label: &'static str,
    value: &str,
    kind: TextKind,
    errors: &[FieldError],
    help: Option<Words>,
) -> AnyView {
    let error = errors.iter().find(|error| error.field == name).map(|error| error.problem.say(ui.lang).into());
    let input = Input::line(value.to_owned(), kind, Width::Full);
    field(ui, Field { name: name.to_owned(), label: label.into(), error, help, input, ..Field::default() })
}
