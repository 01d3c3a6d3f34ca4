//! What a handler answers becomes a response.

use super::Shared;
use super::store::ACCOUNT;
use app::{Answer, local_path};
use axum::http::header::{CONTENT_TYPE, HeaderName, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::ids::AccountId;
use tower_sessions::Session;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The response; a session begins and ends here and nowhere else.
pub async fn respond(shared: &Shared, session: Option<&Session>, answer: Answer) -> Response {
    match answer {
        Answer::SignedIn { account, then } => match begin(session, account).await {
            Ok(()) => plain(shared, *then),
            Err(()) => unavailable(),
        },
        Answer::SignedOut(to) => match end(session).await {
            Ok(()) => {
                let mut response = see_other(&to);
                // What the browser kept of the pages goes with the session.
                let everything = HeaderValue::from_static("\"cache\", \"storage\"");
                response.headers_mut().insert(CLEAR_SITE_DATA, everything);
                response
            }
            Err(()) => unavailable(),
        },
        other => plain(shared, other),
    }
}

/// A page.
pub fn page(status: StatusCode, html: String) -> Response {
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

/// An answer that leaves the session as it is.
fn plain(shared: &Shared, answer: Answer) -> Response {
    match answer {
        Answer::Page { status, html } => page(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), html),
        Answer::SeeOther(to) | Answer::SignedOut(to) => see_other(&to),
        Answer::SignedIn { then, .. } => plain(shared, *then),
        Answer::Prefer { name, value, to } => remember(shared, see_other(&to), name, value),
    }
}

/// Keeps a preference in the browser.
pub fn remember(shared: &Shared, mut response: Response, name: &str, value: &str) -> Response {
    let secure = if shared.config.is_https() { "; Secure" } else { "" };
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

/// Begins a session under a new id: one that somebody else prepared is worth nothing.
async fn begin(session: Option<&Session>, account: AccountId) -> Result<(), ()> {
    let session = session.ok_or(())?;
    session.clear().await;
    session.cycle_id().await.map_err(drop)?;
    session.insert(ACCOUNT, account.to_string()).await.map_err(drop)
}

async fn end(session: Option<&Session>) -> Result<(), ()> {
    match session {
        Some(session) => session.flush().await.map_err(drop),
        None => Ok(()),
    }
}

fn unavailable() -> Response {
    let words = "系统暂时无法完成操作，请稍后再试。\nThis cannot be done right now; please try again later.";
    (StatusCode::SERVICE_UNAVAILABLE, [(CONTENT_TYPE, "text/plain; charset=utf-8")], words).into_response()
}
