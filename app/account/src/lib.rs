//! The way in: the front page, signing in and out, one-time links, what proves who one is, how one likes to be spoken to.
//!
//! These are the only routes that need no scope; every other one belongs to a face.

mod activation;
mod carried;
mod code;
mod device;
mod front;
mod line;
mod me;
mod password;
mod preferences;
mod proof;
mod second_factor;
mod sessions;
mod sign_in;

pub use carried::{holds_sealed, open_sealed};
pub use proof::prove_again;
pub use sign_in::sign_in_again;

use pages::limits::{Limits, Rate};
use pages::route::Verb::{Get, Post};
use pages::route::{Route, open};

/// Its routes.
#[must_use]
pub fn routes() -> Vec<Route> {
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
