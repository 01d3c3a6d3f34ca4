//! What a request brings: its query, its form, the page it came from.

use app::limits::Limits;
use app::{Form, holds_sealed, local_path};
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, REFERER};
use axum::http::{HeaderMap, Uri};
use backend::attachments::Upload;
use bytes::Bytes;
use domain::attachments::{MOST_BYTES, Unfit};
use futures_util::StreamExt;
use http_body_util::BodyExt;
use multer::{Constraints, Multipart, SizeLimit};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So much of what is too large is still taken and thrown away, because a browser shows no answer before it has sent
/// everything.
const THROWN_AWAY: usize = 64 * 1024 * 1024;

/// A form that comes sealed is so many times longer than it was: in hexadecimal, and with an address, a name and a password.
const SEALED: usize = 3;

/// The most bytes from the end of a part to the content of the next.
const BETWEEN: usize = 256 * 1024;
/// What a part counts beside its name and its content.
const PART: usize = 16;

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

/// Reads a posted form, and the files that come with it where its route takes some; what is too large is never kept in memory.
/// Only a form that holds another one sealed may be longer than the limit, which it kept when it was typed. Whether files are kept
/// is asked when the first one comes; those that are not say why, and what was typed is read all the same.
pub async fn read(
    headers: &HeaderMap,
    mut body: Body,
    limits: &Limits,
    keeps: impl AsyncFnOnce() -> Result<(), Unfit>,
) -> Result<(Form, Vec<Upload>), Unread> {
    let kind = text(headers, &CONTENT_TYPE);
    let announced = text(headers, &CONTENT_LENGTH).parse::<usize>().unwrap_or(0);
    if announced > most_bytes(limits) {
        return Err(Unread::TooLarge);
    }
    let outcome = match multer::parse_boundary(kind) {
        Ok(boundary) if limits.uploads.files > 0 => in_parts(boundary, &mut body, limits, keeps).await,
        _ => plain(&kind.to_ascii_lowercase(), &mut body, limits.bytes).await.map(|form| (form, Vec::new())),
    };
    // A browser shows no answer before it has sent everything.
    let mut rest = 0;
    while let Some(Ok(frame)) = body.frame().await {
        rest += frame.data_ref().map_or(0, |bytes| bytes.len());
        if rest > THROWN_AWAY {
            return Err(Unread::TooLarge);
        }
    }
    outcome
}

/// A form without files.
async fn plain(kind: &str, body: &mut Body, limit: usize) -> Result<Form, Unread> {
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    let most = SEALED * limit;
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::NotAForm)?;
        let Some(bytes) = frame.data_ref() else { continue };
        seen += bytes.len();
        if seen > most {
            return Err(Unread::TooLarge);
        }
        if is_form {
            kept.extend_from_slice(bytes);
        }
    }
    let form = pairs(&kept);
    if seen > limit && !(is_form && holds_sealed(&form)) {
        Err(Unread::TooLarge)
    } else if is_form || seen == 0 {
        Ok(form)
    } else if kind.starts_with("multipart/") {
        Err(Unread::Upload)
    } else {
        Err(Unread::NotAForm)
    }
}

/// A form with files. What of them is not kept says why, so that nothing that was typed goes with it. A question to which no
/// file was chosen comes as a part without name and content.
async fn in_parts(
    boundary: String,
    body: &mut Body,
    limits: &Limits,
    keeps: impl AsyncFnOnce() -> Result<(), Unfit>,
) -> Result<(Form, Vec<Upload>), Unread> {
    let (mut keeps, mut kept_at_all) = (Some(keeps), Ok(()));
    let most = limits.uploads;
    // What stands between two parts is kept in memory until it ends.
    let between = Arc::new(AtomicUsize::new(0));
    let seen = between.clone();
    let pieces = body.into_data_stream().map(move |piece| match piece {
        Ok(piece) if seen.fetch_add(piece.len(), Ordering::Relaxed) <= BETWEEN => Ok(piece),
        Ok(_) => Err("a part does not begin".to_owned()),
        Err(error) => Err(error.to_string()),
    });
    let whole = SizeLimit::new().whole_stream(most_bytes(limits) as u64);
    let mut parts = Multipart::with_constraints(pieces, boundary, Constraints::new().size_limit(whole));
    let (mut form, mut uploads) = (Form::default(), Vec::new());
    let (mut typed, mut sent) = (0, 0);
    loop {
        between.store(0, Ordering::Relaxed);
        let Some(mut part) = parts.next_field().await.map_err(unread)? else { return Ok((form, uploads)) };
        let field = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        typed += field.len() + file.as_ref().map_or(0, String::len) + PART;
        let mut content = match &file {
            Some(_) if uploads.len() >= most.files => Err(Unfit::TooMany { most: most.files }),
            Some(name) if !name.is_empty() => {
                if let Some(keeps) = keeps.take() {
                    kept_at_all = keeps().await;
                }
                kept_at_all.clone().map(|()| Vec::new())
            }
            // Where no file was chosen.
            Some(_) => Err(Unfit::Gone),
            None => Ok(Vec::new()),
        };
        let mut empty = true;
        loop {
            between.store(0, Ordering::Relaxed);
            let Some(piece) = part.chunk().await.map_err(unread)? else { break };
            empty &= piece.is_empty();
            let Ok(kept) = &mut content else { continue };
            if file.is_none() {
                typed += piece.len();
            } else if kept.len() + piece.len() > MOST_BYTES || sent + piece.len() > most.bytes {
                sent -= kept.len();
                let alone = kept.len() + piece.len() > MOST_BYTES;
                content = Err(if alone { Unfit::TooLarge } else { Unfit::TooMuch { most: most.bytes } });
                continue;
            } else {
                sent += piece.len();
            }
            if typed > limits.bytes {
                return Err(Unread::TooLarge);
            }
            kept.extend_from_slice(&piece);
        }
        match (file, content) {
            (Some(name), _) if name.is_empty() && empty => {}
            (Some(name), content) => uploads.push(Upload { field, name, content: content.map(Bytes::from) }),
            (None, content) => {
                let text = content.unwrap_or_default();
                form.0.push((field, String::from_utf8_lossy(&text).into_owned()));
            }
        }
    }
}

fn unread(error: multer::Error) -> Unread {
    match error {
        multer::Error::StreamSizeExceeded { .. } => Unread::TooLarge,
        _ => Unread::NotAForm,
    }
}

/// So much is read at most, kept or not.
fn most_bytes(limits: &Limits) -> usize {
    THROWN_AWAY.max(2 * limits.uploads.bytes)
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
