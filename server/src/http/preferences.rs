//! How a person wants to be spoken to: cookies that hold nothing but a preference.

use super::Shared;
use app::{Nonce, Theme, Ui};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use domain::lang::Lang;
use domain::packs::PackSet;
use tower_sessions::cookie::Cookie;

/// Reads the preferences of a request.
pub fn ui(shared: &Shared, headers: &HeaderMap, nonce: Nonce) -> Ui {
    let mut ui = Ui {
        lang: Lang::default(),
        now: shared.backend.now(),
        theme: Theme::default(),
        large_print: false,
        narrow: false,
        answers_form: false,
        demo: shared.demo,
        packs: PackSet::EMPTY,
        nonce,
        assets: shared.assets,
    };
    for name in ["lang", "theme", "print", "nav"] {
        ui.prefer(name, cookie(headers, &cookie_name(shared, name)).as_ref().map_or("", Cookie::value));
    }
    ui
}

/// What a cookie is called. Over https the browser itself takes care that no other host, and nobody on plain http, can set
/// one of this name.
pub fn cookie_name(shared: &Shared, name: &str) -> String {
    if shared.config.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<Cookie<'h>> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(Cookie::split_parse).flatten().find(|cookie| cookie.name() == name)
}
