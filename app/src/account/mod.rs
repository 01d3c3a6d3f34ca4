//! The way in: the front page, signing in and out, activating an account, how one likes to be spoken to.
//!
//! These are the only routes that need no scope; every other one belongs to a face.

mod activation;
mod carried;
mod front;
mod me;
mod preferences;
mod sign_in;

pub use preferences::preferred;
pub(crate) use preferences::sent;
pub use sign_in::sign_in_again;

use crate::components::field::{Field, Input, TextKind, Width, field};
use crate::components::ui::{Ui, Words};
use crate::routes::Method::{Get, Post};
use crate::routes::{Route, open};
use domain::refusal::FieldError;
use leptos::prelude::*;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        open(Get, "/", front::show),
        open(Get, "/me", me::show),
        open(Get, "/sign-in", sign_in::show),
        open(Post, "/sign-in", sign_in::sign_in),
        open(Post, "/sign-out", sign_in::sign_out),
        open(Get, "/activate/{token}", activation::show),
        open(Post, "/activate/{token}", activation::activate),
        open(Post, "/preferences", preferences::prefer),
    ]
}

/// One line to be filled in, with what is wrong with it.
fn line(ui: Ui, name: &str, label: &'static str, value: &str, kind: TextKind, errors: &[FieldError]) -> AnyView {
    line_with(ui, name, label, value, kind, errors, None)
}

fn line_with(
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
