//! What a request brings: its query, its form, the page it came from.

use app::{Form, holds_sealed, local_path};
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, REFERER};
use axum::http::{HeaderMap, Uri};
use http_body_util::BodyExt;

/// So much of what is too large is still taken and thrown away, because a browser shows no answer before it has sent
/// everything.
const THROWN_AWAY: usize = 64 * 1024 * 1024;

/// A form that comes sealed is so many times longer than it was: in hexadecimal, and with an address, a name and a password.
const SEALED: usize = 3;

/// Why there is no form.
#[derive(Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is something else, or it did not arrive whole.
    NotAForm,
    /// It holds files.
    Upload,
    /// It is larger than any form of ours.
    TooLarge,
}

/// Reads a posted form; what is too large is never kept in memory. Only one that holds another one sealed may be longer than
/// the limit, which it kept when it was typed.
pub async fn read(headers: &HeaderMap, mut body: Body, limit: usize) -> Result<Form, Unread> {
    let kind = text(headers, &CONTENT_TYPE).to_ascii_lowercase();
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    let announced = text(headers, &CONTENT_LENGTH).parse::<usize>().unwrap_or(0);
    if announced > THROWN_AWAY {
        return Err(Unread::TooLarge);
    }
    let most = SEALED * limit;
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::NotAForm)?;
        let Some(bytes) = frame.data_ref() else { continue };
        seen += bytes.len();
        if seen > THROWN_AWAY {
            return Err(Unread::TooLarge);
        }
        if is_form && seen <= most {
            kept.extend_from_slice(bytes);
        }
    }
    let form = pairs(&kept);
    if seen > most || seen > limit && !(is_form && holds_sealed(&form)) {
        Err(Unread::TooLarge)
    } else if is_form || seen == 0 {
        Ok(form)
    } else if kind.starts_with("multipart/") {
        Err(Unread::Upload)
    } else {
        Err(Unread::NotAForm)
    }
}

/// What follows the question mark. No query of ours has a NUL, and PostgreSQL takes none.
pub fn query(uri: &Uri) -> Form {
    let Form(pairs) = pairs(uri.query().unwrap_or_default().as_bytes());
    Form(pairs.into_iter().map(|(name, value)| (name, value.replace('\0', "\u{FFFD}"))).collect())
}

/// The page that the request was made from, when it is one of ours.
pub fn referring_page(headers: &HeaderMap) -> Option<String> {
    let page: Uri = text(headers, &REFERER).parse().ok()?;
    let ours = page.authority().is_some_and(|from| from.as_str() == text(headers, &HOST));
    let path = page.path_and_query()?.as_str();
    local_path(path).filter(|_| ours).map(str::to_owned)
}

fn pairs(bytes: &[u8]) -> Form {
    Form(form_urlencoded::parse(bytes).into_owned().collect())
}

fn text<'h>(headers: &'h HeaderMap, name: &axum::http::HeaderName) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
