//! What went wrong inside, and the one place where it becomes a [`Refusal`].
//!
//! The person is told that it is our fault and given a number; the log has the same number and the cause. A fault never
//! carries what a person typed: statements are logged without their values.

use data_encoding::HEXUPPER;
use domain::refusal::Refusal;
use sea_orm::{DbErr, SqlErr};

/// Something inside failed.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// Sealed text that cannot be opened.
    #[error("sealed text: {0}")]
    Seal(&'static str),
    /// Stored text that is not what the code wrote.
    #[error("stored {0} cannot be read")]
    Stored(&'static str),
    /// The operating system.
    #[error("system: {0}")]
    System(String),
}

/// Logs the cause under a new incident number and answers with that number only.
pub fn fault(cause: impl Into<Fault>) -> Refusal {
    let cause = cause.into();
    if let Fault::Database(error) = &cause
        && let Some(SqlErr::UniqueConstraintViolation(_)) = error.sql_err()
    {
        tracing::info!(cause = %redacted(&cause), "a unique key was taken");
        return Refusal::Stale;
    }
    let incident = incident();
    tracing::error!(incident, cause = %redacted(&cause), "a request failed inside");
    Refusal::Unavailable { incident }
}

/// Eight characters that a person can read over the telephone.
fn incident() -> String {
    let mut bytes = [0_u8; 4];
    // Without randomness the number is merely not unique; failing here would hide the first fault.
    let _ = getrandom::fill(&mut bytes);
    HEXUPPER.encode(&bytes)
}

/// PostgreSQL repeats the offending values in `DETAIL`; only the first line is kept.
fn redacted(cause: &Fault) -> String {
    cause.to_string().lines().next().unwrap_or_default().to_owned()
}
