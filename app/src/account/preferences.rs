//! How a person likes to be spoken to: kept in cookies that say nothing about the person.

use crate::handling::{Answer, Request, local_path};
use backend::Backend;
use domain::refusal::{Problem, Refusal};

/// Every preference with its values. What is not in this table cannot become a cookie.
const KNOWN: &[(&str, &[&str])] = &[
    ("lang", &["zh-CN", "en"]),
    ("theme", &["system", "light", "dark"]),
    ("print", &["normal", "large"]),
    ("nav", &["wide", "narrow"]),
];

/// Keeps one preference and goes back to the page that the form stood on.
pub(super) async fn prefer(_: Backend, request: Request) -> Result<Answer, Refusal> {
    let to = local_path(request.form.get("to")).map(str::to_owned).or(request.from).unwrap_or_else(|| "/".to_owned());
    let chosen = KNOWN.iter().find_map(|(name, values)| {
        let raw = request.form.get(name);
        values.iter().find(|value| **value == raw).map(|value| (*name, *value))
    });
    match chosen {
        Some((name, value)) => Ok(Answer::Prefer { name, value, to }),
        None => Err(Refusal::field("preference", Problem::NotAChoice)),
    }
}
