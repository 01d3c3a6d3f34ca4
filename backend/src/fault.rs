//! What went wrong inside, and the one place where it becomes a [`Refusal`].
//!
//! The person is told that it is our fault and given a number; the log has the same number and the cause. A fault never
//! carries what a person typed: statements are logged without their values.

use domain::refusal::Refusal;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// What the engines call it when something stays locked by others: PostgreSQL `lock_not_available`, SQLite `SQLITE_BUSY`.
const LOCKED: [&str; 2] = ["55P03", "5"];

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

/// Logs the cause under a new incident number and answers with that number only. What others do at the same moment is no
/// fault, and has refusals of its own.
pub fn fault(cause: impl Into<Fault>) -> Refusal {
    let cause = cause.into();
    if let Fault::Database(error) = &cause {
        if let Some(SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
            tracing::info!(cause = %redacted(&cause), "a unique key was taken");
            return Refusal::Stale;
        }
        if is_locked(error) {
            tracing::warn!(cause = %redacted(&cause), "another program did not let go in time");
            return Refusal::Busy;
        }
    }
    let incident = incident();
    tracing::error!(incident, cause = %redacted(&cause), "a request failed inside");
    Refusal::Unavailable { incident }
}

fn is_locked(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| LOCKED.contains(&&*code))
}

/// Eight characters that a person can read over the telephone.
fn incident() -> String {
    let mut bytes = [0_u8; 4];
    // Without randomness the number is merely not unique; failing here would hide the first fault.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// PostgreSQL repeats the offending values in `DETAIL`; only the first line is kept.
fn redacted(cause: &Fault) -> String {
    cause.to_string().lines().next().unwrap_or_default().to_owned()
}
