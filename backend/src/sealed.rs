//! Answers of a form as sealed text: one JSON object under one key, bound to its row.

use crate::fault::{Fault, fault};
use crate::seal::{Place, Seals};
use domain::forms::Answers;
use domain::refusal::Refusal;
use uuid::Uuid;

/// Seals answers for a row's column.
pub(crate) fn seal(key: &impl Seals, column: &str, row: Uuid, answers: &Answers) -> Result<Vec<u8>, Refusal> {
    let text = serde_json::to_string(answers).map_err(|_| fault(Fault::Stored("answers")))?;
    Ok(key.seal(Place { column, row }, &text))
}

/// Opens what was sealed for a row's column.
pub(crate) fn open(key: &impl Seals, column: &str, row: Uuid, sealed: &[u8]) -> Result<Answers, Refusal> {
    let text = key.open(Place { column, row }, sealed).map_err(fault)?;
    serde_json::from_str(&text).map_err(|_| fault(Fault::Stored("answers")))
}
