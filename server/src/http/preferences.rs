//! How a person wants to be spoken to: cookies that hold nothing but a preference.

use super::Shared;
use app::{Nonce, Theme, Ui};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use domain::lang::Lang;

/// Reads the preferences of a request.
pub fn ui(shared: &Shared, headers: &HeaderMap, nonce: Nonce) -> Ui {
    Ui {
        lang: cookie(headers, "lang").and_then(|code| Lang::parse(code).ok()).unwrap_or_default(),
        now: shared.backend.now(),
        theme: Theme::read(cookie(headers, "theme").unwrap_or_default()),
        large_print: cookie(headers, "print") == Some("large"),
        narrow: cookie(headers, "nav") == Some("narrow"),
        demo: shared.demo,
        nonce,
        assets: shared.assets,
    }
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
