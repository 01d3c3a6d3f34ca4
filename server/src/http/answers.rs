//! What a handler answers becomes a response.

use super::Shared;
use super::preferences::cookie_name;
use super::{printing, session};
use app::{Answer, Request, local_path};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use backend::identity::sessions::Beginning;
use domain::refusal::Refusal;
use domain::time::Moment;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower_sessions::Session;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The response; a session begins and ends here and nowhere else.
///
/// # Errors
/// When the database does not answer.
pub async fn respond(shared: &Shared, named: &Session, request: &Request, answer: Answer) -> Result<Response, Refusal> {
    match printing::pressed(&shared.press, answer).await? {
        Answer::SignedIn { account, stage, then } => {
            let again = request.session.as_ref().is_some_and(|old| old.account == account && old.stage.is_in());
            let (agent, address) = (request.agent.clone(), request.remote.clone());
            session::begin(named, Beginning { account, stage, agent, address, again }).await?;
            Ok(plain(shared, *then))
        }
        Answer::SignedOut(to) => {
            session::end(named).await?;
            let mut response = see_other(&to);
            // What the browser kept of the pages goes with the session.
            let everything = HeaderValue::from_static("\"cache\", \"storage\"");
            response.headers_mut().insert(CLEAR_SITE_DATA, everything);
            Ok(response)
        }
        other => Ok(plain(shared, other)),
    }
}

/// Says in how many seconds asking again may help.
pub fn wait(mut response: Response, until: Moment, now: Moment) -> Response {
    let seconds = (until.since(now).in_millis() + 999).max(1_000) / 1_000;
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A page.
pub fn page(status: StatusCode, html: String) -> Response {
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

/// An answer that leaves the session as it is.
fn plain(shared: &Shared, answer: Answer) -> Response {
    match answer {
        Answer::Page { status, html } => page(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), html),
        Answer::File { name, kind, bytes } => file(&name, kind, bytes),
        // What was to be printed is a file by now.
        Answer::Print { .. } => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Answer::SeeOther(to) | Answer::SignedOut(to) => see_other(&to),
        Answer::SignedIn { then, .. } => plain(shared, *then),
        Answer::Wait { until, then } => wait(plain(shared, *then), until, shared.backend.now()),
        Answer::Prefer { name, value, to } => remember(shared, see_other(&to), name, value),
    }
}

/// A file that the browser keeps, under its name in any script (RFC 6266, RFC 8187).
fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let named = format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(name, NON_ALPHANUMERIC));
    let named = HeaderValue::from_str(&named).unwrap_or(HeaderValue::from_static("attachment"));
    ([(CONTENT_TYPE, HeaderValue::from_static(kind)), (CONTENT_DISPOSITION, named)], bytes).into_response()
}

/// Keeps a preference in the browser.
pub fn remember(shared: &Shared, mut response: Response, name: &str, value: &str) -> Response {
    let secure = if shared.config.is_https() { "; Secure" } else { "" };
    let name = cookie_name(shared, name);
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Only to our own addresses.
fn see_other(to: &str) -> Response {
    let location = local_path(to).and_then(|to| HeaderValue::from_str(to).ok());
    (StatusCode::SEE_OTHER, [(LOCATION, location.unwrap_or(HeaderValue::from_static("/")))]).into_response()
}
