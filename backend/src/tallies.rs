//! Counts kept by events: what a district's page shows without counting rows.
//!
//! Each count opens into rows, so an event counts in the month of the very moment that its row keeps: an application in the
//! month in which the person applied (`submitted_at`), even when a telephone call was keyed in days later, in the next
//! month. What was received in March therefore may still grow in April, as it should: the person applied in March.

use crate::db::WriteTx;
use crate::happening::Happening;
use domain::events::{Event, EventKind};
use domain::refusal::Refusal;
use domain::time::{Moment, Month};

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

/// The moment that the row keeps.
fn counted_at(event: &Event) -> Moment {
    match event.kind {
        EventKind::ApplicationSubmitted => event.due_from.unwrap_or(event.at),
        _ => event.at,
    }
}

/// Counts one event.
pub(crate) async fn follow(tx: &WriteTx, happening: &Happening) -> Result<(), Refusal> {
    let event = &happening.event;
    let month = Month::of(counted_at(event).day());
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
