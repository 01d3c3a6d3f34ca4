//! The rows behind each number. A number is the count of exactly these rows.
//!
//! A row tells of work: what is owed, by whom, since when, how late. Nothing in it depends on who is served or what for:
//! neither the service nor the grade, which in a small station would single a person out. Only an opening tells more.

use super::figures::is_open;
use crate::db::OversightTx;
use crate::duties::{DutyFilter, DutyRow, Which, late};
use crate::entity::{Overseen, application, case, member, obligation};
use crate::fault::{Fault, fault};
use crate::listing::{self, Listed, PAGE};
use crate::organisations::{Organisation, among};
use crate::scope::OversightScope;
use domain::access::{Action, Object};
use domain::applications::{ApplicationState, Channel};
use domain::cases::CaseState;
use domain::figures::Figure;
use domain::ids::{ApplicationId, CaseId, ObligationId};
use domain::refusal::Refusal;
use domain::time::{Moment, Month, Span};
use sea_orm::{ColumnTrait, Condition, Order, QuerySelect};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Which rows; it lives in the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureFilter {
    /// Of which organisation.
    pub organisation: String,
    /// Behind which number.
    pub figure: Figure,
    /// Of which month, for what is counted by month; without one, this month.
    pub month: Option<Month>,
    /// Only those after this row, for the next page.
    pub after: Option<String>,
}

/// A page of the rows behind a number.
#[derive(Clone, Debug)]
pub struct FigurePage {
    /// The organisation.
    pub organisation: Arc<Organisation>,
    /// The month, for what is counted by month.
    pub month: Option<Month>,
    /// The rows.
    pub rows: FigureRows,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// Rows of the kind that the number counts.
#[derive(Clone, Debug)]
pub enum FigureRows {
    /// Behind open, closed and handled.
    Cases(Vec<CaseLine>),
    /// Behind due and overdue.
    Duties(Vec<DutyRow>),
    /// Behind received.
    Applications(Vec<ApplicationLine>),
}

/// A case without a name.
#[derive(Clone, Debug)]
pub struct CaseLine {
    /// The case; an opening names it.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub state: CaseState,
    /// The member who answers for it.
    pub responsible: String,
    /// When the application was acknowledged.
    pub accepted: Moment,
    /// When the case was opened.
    pub opened: Moment,
    /// When service began.
    pub started: Option<Moment>,
    /// When the result was told.
    pub told: Option<Moment>,
    /// When it was closed.
    pub closed: Option<Moment>,
    /// How many duties of the case, its papers and its application are late or were.
    pub late: usize,
}

impl CaseLine {
    /// From acceptance to the result that was told (INT-19).
    #[must_use]
    pub fn handling(&self) -> Option<Span> {
        self.told.map(|told| told.since(self.accepted))
    }
}

/// An application without a name.
#[derive(Clone, Debug)]
pub struct ApplicationLine {
    /// The application.
    pub id: ApplicationId,
    /// Its number.
    pub number: String,
    /// How it came in.
    pub channel: Channel,
    /// Where it stands.
    pub state: ApplicationState,
    /// The member who handles it.
    pub handler: Option<String>,
    /// When the person applied.
    pub submitted: Moment,
    /// When it was accepted.
    pub accepted: Option<Moment>,
    /// When it was decided.
    pub ended: Option<Moment>,
    /// How many of its duties are late or were.
    pub late: usize,
}

/// A duty with the organisation that owes it.
#[derive(Clone, Debug)]
pub struct DistrictDuty {
    /// The organisation.
    pub organisation: Arc<Organisation>,
    /// The duty.
    pub row: DutyRow,
}

/// A page of the district's duties.
#[derive(Clone, Debug)]
pub struct DistrictDutyPage {
    /// Its rows, most urgent first.
    pub rows: Vec<DistrictDuty>,
    /// Where the next page begins, if there is one.
    pub next: Option<ObligationId>,
}

/// The rows behind one number of one organisation.
///
/// # Errors
/// [`Refusal::NotFound`] when the organisation is not of this district.
pub async fn rows(scope: &OversightScope, filter: &FigureFilter) -> Result<FigurePage, Refusal> {
    scope.need(Object::Figures, Action::Read)?;
    let organisation = scope.organisation(&filter.organisation)?.clone();
    let month = filter.figure.is_monthly().then(|| filter.month.unwrap_or(Month::of(scope.now().day())));
    let look = Look { tx: scope.read().await?, of: organisation.id.uuid(), now: scope.now() };
    let within = |column: case::Column| month.map_or_else(Condition::all, |month| in_month(column, month));
    let after = filter.after.as_deref();
    let (rows, next) = match filter.figure {
        Figure::Open => look.cases(is_open(), case::Column::OpenedAt, after).await?,
        Figure::Closed => look.cases(within(case::Column::ClosedAt), case::Column::ClosedAt, after).await?,
        Figure::Handled => look.cases(within(case::Column::ToldAt), case::Column::ToldAt, after).await?,
        Figure::Received => look.applications(month, after).await?,
        Figure::Due => look.duties(Which::Today, after).await?,
        Figure::Overdue => look.duties(Which::Overdue, after).await?,
        Figure::Escalated => look.duties(Which::Escalated, after).await?,
    };
    Ok(FigurePage { organisation, month, rows, next })
}

/// What is owed in the whole district, or in one of its stations, most urgent first.
///
/// # Errors
/// [`Refusal::NotFound`] when the station is not of this district.
pub async fn duties(
    scope: &OversightScope,
    station: Option<&str>,
    filter: &DutyFilter,
    after: Option<ObligationId>,
) -> Result<DistrictDutyPage, Refusal> {
    scope.need(Object::Duty, Action::List)?;
    let station = station.map(|slug| scope.organisation(slug)).transpose()?;
    let tx = scope.read().await?;
    let of_station = station.map(|station| obligation::Column::OrganisationId.eq(station.id.uuid()));
    let these = filter.condition(scope.now()).add_option(of_station);
    let after = after.map(ObligationId::uuid);
    let leaf = leaf::<obligation::Entity>(&tx, these, obligation::Column::DueAt, after).await?;
    let names = names(&tx, leaf.rows.iter().filter_map(|row| row.responsible_id)).await?;
    let row = |row: &obligation::Model| {
        let organisation = among(scope.organisations(), row.organisation_id)?.clone();
        Ok(DistrictDuty { organisation, row: DutyRow::read(row, &names)? })
    };
    let rows = leaf.rows.iter().map(row).collect::<Result<_, Refusal>>()?;
    Ok(DistrictDutyPage { rows, next: leaf.next.map(ObligationId::from) })
}

/// Looking into one organisation.
struct Look {
    tx: OversightTx,
    of: Uuid,
    now: Moment,
}

impl Look {
    async fn cases(
        &self,
        these: Condition,
        column: case::Column,
        after: Option<&str>,
    ) -> Result<(FigureRows, Option<String>), Refusal> {
        let these = these.add(case::Column::OrganisationId.eq(self.of));
        let after = after.map(str::parse::<CaseId>).transpose()?.map(CaseId::uuid);
        let leaf = leaf::<case::Entity>(&self.tx, these, column, after).await?;
        let names = names(&self.tx, leaf.rows.iter().map(|row| row.responsible_id)).await?;
        let applications = leaf.rows.iter().filter_map(|row| row.application_id);
        let late = self.late(applications, leaf.rows.iter().map(|row| &*row.number)).await?;
        let late_of = |row: &case::Model| {
            late.iter()
                .filter(|(subject, number)| Some(*subject) == row.application_id || *number == row.number)
                .count()
        };
        let line = |row: &case::Model| {
            Ok(CaseLine {
                id: row.id.into(),
                number: row.number.clone(),
                state: CaseState::parse(&row.state).map_err(|_| fault(Fault::Stored("case state")))?,
                responsible: names.get(&row.responsible_id).cloned().unwrap_or_default(),
                accepted: Moment::from_millis(row.accepted_at),
                opened: Moment::from_millis(row.opened_at),
                started: row.started_at.map(Moment::from_millis),
                told: row.told_at.map(Moment::from_millis),
                closed: row.closed_at.map(Moment::from_millis),
                late: late_of(row),
            })
        };
        let lines = leaf.rows.iter().map(line).collect::<Result<_, Refusal>>()?;
        Ok((FigureRows::Cases(lines), leaf.next.map(|id| CaseId::from(id).to_string())))
    }

    async fn applications(
        &self,
        month: Option<Month>,
        after: Option<&str>,
    ) -> Result<(FigureRows, Option<String>), Refusal> {
        let column = application::Column::SubmittedAt;
        let these = month.map_or_else(Condition::all, |month| in_month(column, month));
        let these = these.add(application::Column::OrganisationId.eq(self.of));
        let after = after.map(str::parse::<ApplicationId>).transpose()?.map(ApplicationId::uuid);
        let leaf = leaf::<application::Entity>(&self.tx, these, column, after).await?;
        let names = names(&self.tx, leaf.rows.iter().filter_map(|row| row.handler_id)).await?;
        let late = self.late(leaf.rows.iter().map(|row| row.id), std::iter::empty()).await?;
        let line = |row: &application::Model| {
            let state = ApplicationState::parse(&row.state);
            Ok(ApplicationLine {
                id: row.id.into(),
                number: row.number.clone(),
                channel: Channel::parse(&row.channel).map_err(|_| fault(Fault::Stored("channel")))?,
                state: state.map_err(|_| fault(Fault::Stored("application state")))?,
                handler: row.handler_id.and_then(|id| names.get(&id).cloned()),
                submitted: Moment::from_millis(row.submitted_at),
                accepted: row.accepted_at.map(Moment::from_millis),
                ended: row.ended_at.map(Moment::from_millis),
                late: late.iter().filter(|(subject, _)| *subject == row.id).count(),
            })
        };
        let lines = leaf.rows.iter().map(line).collect::<Result<_, Refusal>>()?;
        Ok((FigureRows::Applications(lines), leaf.next.map(|id| ApplicationId::from(id).to_string())))
    }

    async fn duties(&self, which: Which, after: Option<&str>) -> Result<(FigureRows, Option<String>), Refusal> {
        let these = which.condition(self.now).add(obligation::Column::OrganisationId.eq(self.of));
        let after = after.map(str::parse::<ObligationId>).transpose()?.map(ObligationId::uuid);
        let leaf = leaf::<obligation::Entity>(&self.tx, these, obligation::Column::DueAt, after).await?;
        let names = names(&self.tx, leaf.rows.iter().filter_map(|row| row.responsible_id)).await?;
        let rows = leaf.rows.iter().map(|row| DutyRow::read(row, &names)).collect::<Result<_, _>>()?;
        Ok((FigureRows::Duties(rows), leaf.next.map(|id| ObligationId::from(id).to_string())))
    }

    /// Duties that are late or were, by subject and by the number that they are known under. A record's duty bears its
    /// case's number: so it is found although a district reads no record.
    async fn late(
        &self,
        subjects: impl Iterator<Item = Uuid>,
        numbers: impl Iterator<Item = &str>,
    ) -> Result<Vec<(Uuid, String)>, Refusal> {
        use obligation::Column;
        let of_these =
            Condition::any().add(Column::SubjectId.is_in(subjects)).add(Column::SubjectNumber.is_in(numbers));
        self.tx
            .find::<obligation::Entity>()
            .filter(Column::OrganisationId.eq(self.of))
            .filter(of_these)
            .filter(late(self.now))
            .shape(|select| select.select_only().column(Column::SubjectId).column(Column::SubjectNumber))
            .tuples()
            .await
    }
}

/// Rows in the order of a moment, after the last row of the page before.
async fn leaf<E: Overseen>(
    tx: &OversightTx,
    these: Condition,
    column: E::Column,
    after: Option<Uuid>,
) -> Result<Listed<E::Model>, Refusal> {
    let last = match after {
        Some(after) => Some(tx.find::<E>().by_id(after).need().await?),
        None => None,
    };
    listing::page(tx.find::<E>().filter(these), last.as_ref(), (column, Order::Asc), PAGE).await
}

/// The same days that the tallies' month has.
fn in_month(column: impl ColumnTrait, month: Month) -> Condition {
    let (from, until) = (Moment::start_of(month.first_day()), Moment::end_of(month.last_day()));
    Condition::all().add(column.gte(from.millis())).add(column.lt(until.millis()))
}

/// The names of the members on a page.
async fn names(tx: &OversightTx, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, String>, Refusal> {
    let rows = tx.find::<member::Entity>().filter(member::Column::Id.is_in(ids)).all().await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
