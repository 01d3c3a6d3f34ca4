//! The way in: the front page, signing in and out, one-time links, what proves who one is, how one likes to be spoken to.
//!
//! These are the only routes that need no scope; every other one belongs to a face.

mod activation;
mod carried;
mod code;
mod device;
mod front;
mod me;
mod password;
mod preferences;
mod proof;
mod second_factor;
mod sessions;
mod sign_in;
mod whose;

pub use carried::{holds_sealed, open_sealed};
pub use preferences::preferred;
pub(crate) use preferences::sent;
pub use proof::{PROOF, prove_again};
pub use sign_in::sign_in_again;
pub(crate) use whose::name_whose;
pub use whose::take_whose;

use crate::components::field::{Field, Input, TextKind, Width, field};
use crate::components::ui::{Ui, Words};
use crate::limits::{Limits, Rate};
use crate::routes::Method::{Get, Post};
use crate::routes::{Route, open};
use domain::refusal::FieldError;
use leptos::prelude::*;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        open(Get, "/", front::show),
        open(Get, "/me", me::show),
        open(Get, "/me/password", password::show),
        open(Post, "/me/password", password::change).limited(entering),
        open(Get, "/me/second-factor", second_factor::show),
        open(Post, "/me/second-factor", second_factor::begin).fresh().limited(entering),
        open(Post, "/me/second-factor/confirm", second_factor::confirm).limited(entering),
        open(Post, "/me/second-factor/codes", second_factor::renew_codes).fresh().limited(entering),
        open(Post, "/me/second-factor/remove", second_factor::remove).fresh().limited(entering),
        open(Get, "/me/sessions", sessions::show),
        open(Post, "/me/sessions/end", sessions::end),
        open(Post, "/me/sessions/end-others", sessions::end_others),
        open(Get, "/sign-in", sign_in::show),
        open(Post, "/sign-in", sign_in::sign_in).limited(entering),
        open(Get, "/sign-in/code", code::show),
        open(Post, "/sign-in/code", code::give).limited(entering),
        open(Post, "/sign-out", sign_in::sign_out),
        open(Get, "/activate/{token}", activation::show),
        open(Post, "/activate/{token}", activation::activate).limited(entering),
        open(Post, "/preferences", preferences::prefer),
    ]
}

/// On the way in nobody tries often.
fn entering(limits: &mut Limits) {
    limits.rate = Rate::Enter;
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
