//! The stations of a district as numbers, the neediest first: a handful of queries for the whole district.

use crate::db::OversightTx;
use crate::duties::Which;
use crate::entity::{case, obligation, tally};
use crate::organisations::Organisation;
use crate::scope::OversightScope;
use crate::tallies::indicator;
use domain::access::{Action, Object};
use domain::cases::CaseState;
use domain::figures::Handling;
use domain::refusal::Refusal;
use domain::time::Month;
use sea_orm::{ColumnTrait, Condition};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// How many months the lines show, this one included.
const MONTHS: i64 = 12;

/// One station's work as numbers.
#[derive(Clone, Debug)]
pub struct StationFigures {
    /// The station.
    pub organisation: Arc<Organisation>,
    /// How it stands today, and what this month brought.
    pub figures: Figures,
    /// Month by month, this one last.
    pub months: Vec<MonthFigures>,
}

/// How a station, or a whole district, stands today, and what this month brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Cases in which a person is being served or about to be.
    pub open: u64,
    /// Duties that are due before the day ends.
    pub due: u64,
    /// Duties that are late and still owed.
    pub overdue: u64,
    /// Those of them that the rules want reported, and whose day after is over.
    pub escalated: u64,
    /// Applications received this month.
    pub received: u64,
    /// Cases closed this month.
    pub closed: u64,
    /// The results told this month, and how long they took.
    pub handling: Handling,
}

/// What one month brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthFigures {
    /// The month.
    pub month: Month,
    /// Applications received.
    pub received: u64,
    /// Cases closed.
    pub closed: u64,
    /// The results told, and how long they took.
    pub handling: Handling,
}

impl Figures {
    /// What is late counts more than what is due, what is due more than what is open.
    fn need(&self) -> impl Ord + use<> {
        (self.overdue, self.due, self.open)
    }
}

impl std::ops::Add for Figures {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            open: self.open + other.open,
            due: self.due + other.due,
            overdue: self.overdue + other.overdue,
            escalated: self.escalated + other.escalated,
            received: self.received + other.received,
            closed: self.closed + other.closed,
            handling: self.handling + other.handling,
        }
    }
}

/// The whole district's numbers.
#[must_use]
pub fn total(stations: &[StationFigures]) -> Figures {
    stations.iter().fold(Figures::default(), |sum, station| sum + station.figures)
}

/// The district's stations, the neediest first.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn stations(scope: &OversightScope) -> Result<Vec<StationFigures>, Refusal> {
    scope.need(Object::Figures, Action::Read)?;
    let now = scope.now();
    let tx = scope.read().await?;
    let owed = |which: Which| tx.find::<obligation::Entity>().filter(which.condition(now));
    let open = tx.find::<case::Entity>().filter(is_open()).count_by_organisation().await?;
    let due = owed(Which::Today).count_by_organisation().await?;
    let overdue = owed(Which::Overdue).count_by_organisation().await?;
    let escalated = owed(Which::Escalated).count_by_organisation().await?;
    let this_month = Month::of(now.day());
    let tallied = Tallied::read(&tx, this_month).await?;
    let figures = |organisation: &Arc<Organisation>| {
        let id = organisation.id.uuid();
        let of = |counts: &HashMap<Uuid, u64>| counts.get(&id).copied().unwrap_or_default();
        let months: Vec<_> =
            (1 - MONTHS..=0).map(|distance| tallied.month(organisation, this_month.plus(distance))).collect();
        let MonthFigures { received, closed, handling, .. } = tallied.month(organisation, this_month);
        let (open, due) = (of(&open), of(&due));
        let (overdue, escalated) = (of(&overdue), of(&escalated));
        let figures = Figures { open, due, overdue, escalated, received, closed, handling };
        StationFigures { organisation: organisation.clone(), figures, months }
    };
    let mut stations: Vec<_> = scope.organisations().iter().map(figures).collect();
    // Stable: stations in equal need stay in the order of their codes.
    stations.sort_by_key(|station| Reverse(station.figures.need()));
    Ok(stations)
}

/// Cases in which a person is being served or about to be.
pub(super) fn is_open() -> Condition {
    Condition::all().add(case::Column::State.is_in(CaseState::OPEN.iter().map(|state| state.code())))
}

/// The tallies of the months that the lines show.
struct Tallied(HashMap<(Uuid, String, String), u64>);

impl Tallied {
    async fn read(tx: &OversightTx, this_month: Month) -> Result<Self, Refusal> {
        let first = this_month.plus(1 - MONTHS).to_string();
        let rows = tx
            .find::<tally::Entity>()
            .filter(tally::Column::Month.gte(first))
            .filter(tally::Column::Month.lte(this_month.to_string()))
            .all()
            .await?;
        let cell = |row: tally::Model| ((row.organisation_id, row.month, row.indicator), row.value.unsigned_abs());
        Ok(Self(rows.into_iter().map(cell).collect()))
    }

    fn month(&self, organisation: &Organisation, month: Month) -> MonthFigures {
        let value = |indicator: &str| {
            let cell = (organisation.id.uuid(), month.to_string(), indicator.to_owned());
            self.0.get(&cell).copied().unwrap_or_default()
        };
        MonthFigures {
            month,
            received: value(indicator::RECEIVED),
            closed: value(indicator::CLOSED),
            handling: Handling { cases: value(indicator::HANDLED), minutes: value(indicator::HANDLING_MINUTES) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_late_outweighs_everything() {
        let busy = Figures { open: 90, due: 9, ..Figures::default() };
        let late = Figures { overdue: 1, ..Figures::default() };
        let calm = Figures { open: 90, ..Figures::default() };
        let mut order = [calm, busy, late];
        order.sort_by_key(|figures| Reverse(figures.need()));
        assert_eq!(order, [late, busy, calm]);
    }
}
