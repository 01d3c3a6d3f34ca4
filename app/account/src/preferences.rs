//! Keeping a preference.

use backend::Backend;
use domain::refusal::{Problem, Refusal};
use pages::handling::{Answer, Request, local_path};
use pages::preferences::chosen;

/// Keeps one preference and goes back to the page that the form stood on.
pub(super) async fn prefer(_: Backend, request: Request) -> Result<Answer, Refusal> {
    let to = local_path(request.form.get("to")).map(str::to_owned).or(request.from).unwrap_or_else(|| "/".to_owned());
    match chosen(&request.form) {
        Some((name, value)) => Ok(Answer::Prefer { name, value, to }),
        None => Err(Refusal::field("preference", Problem::NotAChoice)),
    }
}
