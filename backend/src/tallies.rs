//! Counts kept by events: what a district's page shows without counting rows.

use crate::change::Happening;
use crate::db::WriteTx;
use domain::events::EventKind;
use domain::refusal::Refusal;
use domain::time::Month;

/// What is counted by month.
pub mod indicator {
    /// Applications received.
    pub const RECEIVED: &str = "received";
    /// Cases opened.
    pub const OPENED: &str = "opened";
    /// Cases closed.
    pub const CLOSED: &str = "closed";
    /// Cases whose result was told: what the handling time is an average over (INT-19).
    pub const HANDLED: &str = "handled";
    /// Minutes from acceptance to result of those cases.
    pub const HANDLING_MINUTES: &str = "handling_minutes";
}

/// The detail of a `case.result_told` event that holds the minutes since acceptance.
pub const MINUTES: &str = "minutes";

/// Counts one event.
pub(crate) async fn follow(tx: &WriteTx, happening: &Happening) -> Result<(), Refusal> {
    let event = &happening.event;
    let month = Month::of(event.at.day());
    let counted: &[(&str, i64)] = match event.kind {
        EventKind::ApplicationSubmitted => &[(indicator::RECEIVED, 1)],
        EventKind::CaseOpened => &[(indicator::OPENED, 1)],
        EventKind::CaseClosed => &[(indicator::CLOSED, 1)],
        EventKind::CaseResultTold => {
            let minutes = event.detail.get(MINUTES).and_then(|minutes| minutes.parse().ok()).unwrap_or(0);
            &[(indicator::HANDLED, 1), (indicator::HANDLING_MINUTES, minutes)]
        }
        _ => &[],
    };
    for (indicator, n) in counted {
        let sql = "INSERT INTO tallies (organisation_id, month, indicator, value) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (organisation_id, month, indicator) DO UPDATE SET value = tallies.value + excluded.value";
        tx.kernel_execute(sql, vec![month.to_string().into(), (*indicator).into(), (*n).into()]).await?;
    }
    Ok(())
}
