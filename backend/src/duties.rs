//! Duties: what is owed by when, for a worker, a station, a district. Each opens its subject, its rule and the clause.

use crate::db::{FileLane, Found, ReadTx};
use crate::entity::obligation::{Column, Entity, Model};
use crate::listing::{self, Listed, PAGE, Slice, Sorts};
use crate::members;
use crate::obligations;
use crate::scope::StaffScope;
use domain::access::{Action, Object, Reach};
use domain::calendar::WorkCalendar;
use domain::duties::Duty;
use domain::ids::{MemberId, ObligationId};
use domain::refusal::Refusal;
use domain::rules::{OrgRules, RuleId, Standing};
use domain::time::{Moment, Month};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, Order, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// A duty on a list.
#[derive(Clone, Debug)]
pub struct DutyRow {
    /// The duty.
    pub id: ObligationId,
    /// Rule, subject and times.
    pub duty: Duty,
    /// The subject's number.
    pub number: String,
    /// Who answers for it.
    pub responsible: Option<(MemberId, String)>,
    /// How long its clock stood still, in milliseconds.
    pub paused_ms: i64,
}

impl DutyRow {
    pub(crate) fn read(row: &Model, names: &HashMap<Uuid, String>) -> Result<Self, Refusal> {
        Ok(Self {
            id: row.id.into(),
            duty: obligations::duty(row)?,
            number: row.subject_number.clone(),
            responsible: row.responsible_id.map(|id| (id.into(), names.get(&id).cloned().unwrap_or_default())),
            paused_ms: row.paused_ms,
        })
    }
}

/// Which duties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DutyFilter {
    /// How they stand now.
    pub which: Which,
    /// Only one's own.
    pub mine: bool,
    /// Only of this rule.
    pub rule: Option<RuleId>,
    /// Only what was or is due in this month.
    pub due: Option<Month>,
}

impl DutyFilter {
    /// The rows that stand so at this moment, of whomever.
    pub(crate) fn condition(&self, now: Moment) -> Condition {
        let rule = self.rule.map(|rule| Column::Rule.eq(rule.to_string()));
        self.which.condition(now).add_option(rule).add_option(self.due.map(due_in))
    }
}

/// What falls due in a month.
pub(crate) fn due_in(month: Month) -> Condition {
    let (from, until) = (Moment::start_of(month.first_day()), Moment::end_of(month.last_day()));
    // A limit ends at 24:00, which is the next day's first moment already.
    Condition::all().add(Column::DueAt.gt(from.millis())).add(Column::DueAt.lte(until.millis()))
}

/// How a duty stands, as one asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// Still owed.
    #[default]
    Open,
    /// Still owed and late.
    Overdue,
    /// Still owed, and so late that the next tier was told.
    Escalated,
    /// Still owed and due before the day ends.
    Today,
    /// Still owed and due within seven days.
    Week,
    /// Done in time.
    Kept,
    /// Settled after its time: for ever visible.
    SettledLate,
    /// Settled.
    Settled,
}

impl Which {
    /// The word in the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Escalated => "escalated",
            Self::Today => "today",
            Self::Week => "week",
            Self::Kept => "kept",
            Self::SettledLate => "late",
            Self::Settled => "settled",
        }
    }

    /// The choice with this word; anything else is "still owed".
    #[must_use]
    pub fn parse(code: &str) -> Self {
        [Self::Overdue, Self::Escalated, Self::Today, Self::Week, Self::Kept, Self::SettledLate, Self::Settled]
            .into_iter()
            .find(|which| which.code() == code)
            .unwrap_or_default()
    }

    /// Whether what was due last stands first: what is settled is looked back on.
    fn looks_back(self) -> bool {
        matches!(self, Self::Kept | Self::SettledLate | Self::Settled)
    }

    /// The rows that stand so at this moment.
    pub(crate) fn condition(self, now: Moment) -> Condition {
        let open = Condition::all().add(Column::Open.eq(true));
        let running = |until: Moment| {
            let in_time = open.clone().add(Column::LateAt.gte(now.millis())).add(Column::PausedAt.is_null());
            in_time.add(Column::DueAt.lte(until.millis()))
        };
        let settled = Condition::all().add(Column::Open.eq(false));
        match self {
            Self::Open => open,
            Self::Overdue => open.add(Column::LateAt.lt(now.millis())).add(still_running_when_late()),
            Self::Escalated => Self::Overdue.condition(now).add(Column::EscalatesAt.lte(now.millis())).add(
                Condition::any()
                    .add(Column::PausedAt.is_null())
                    .add(Expr::col(Column::PausedAt).gte(Expr::col(Column::EscalatesAt))),
            ),
            Self::Today => running(Moment::end_of(now.day())),
            Self::Week => running(Moment::end_of(now.day().plus_days(6))),
            Self::Kept => Condition::all().add(Expr::col(Column::MetAt).lte(Expr::col(Column::LateAt))),
            Self::SettledLate => {
                let late = |column: Column| Expr::col(column).gt(Expr::col(Column::LateAt));
                settled.add(Condition::any().add(late(Column::MetAt)).add(late(Column::CancelledAt)))
            }
            Self::Settled => settled,
        }
    }
}

/// A pause stops the clock of what is in time; what was late before stays late.
fn still_running_when_late() -> Condition {
    let paused_late = Expr::col(Column::PausedAt).gt(Expr::col(Column::LateAt));
    Condition::any().add(Column::PausedAt.is_null()).add(paused_late)
}

/// The rows that are late at this moment or were, for ever visible.
pub(crate) fn late(now: Moment) -> Condition {
    Condition::any().add(Which::Overdue.condition(now)).add(Which::SettledLate.condition(now))
}

/// The figures of today's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DutyFigures {
    /// Late.
    pub overdue: u64,
    /// Due before the day ends.
    pub today: u64,
    /// Due within seven days.
    pub week: u64,
    /// Due later, or standing still.
    pub later: u64,
}

/// What the list can be sorted by.
const SORTS: &Sorts<Entity> =
    &[("due", Column::DueAt), ("opened", Column::OpenedAt), ("rule", Column::Rule), ("number", Column::SubjectNumber)];

/// What is owed, as far as one may see: most urgent first, and what is settled newest first, unless it is said otherwise.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn list(scope: &StaffScope, filter: &DutyFilter, slice: &Slice) -> Result<Listed<DutyRow>, Refusal> {
    let reach = scope.need(Object::Duty, Action::List)?;
    let tx = scope.read().await?;
    let found = within(&tx, reach, scope.member(), filter.mine).filter(filter.condition(scope.now()));
    let order = if filter.which.looks_back() { Order::Desc } else { Order::Asc };
    let found = listing::slice(&tx, found, slice, (Column::DueAt, order), SORTS).await?;
    let names = members::names(&tx).await?;
    Ok(found.with(found.rows.iter().map(|row| DutyRow::read(row, &names)).collect::<Result<_, _>>()?))
}

/// How much is owed.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn figures(scope: &StaffScope, mine: bool) -> Result<DutyFigures, Refusal> {
    let reach = scope.need(Object::Duty, Action::List)?;
    let tx = scope.read().await?;
    figured(within(&tx, reach, scope.member(), mine), scope.now()).await
}

async fn figured(found: Found<'_, Entity>, now: Moment) -> Result<DutyFigures, Refusal> {
    let ways = [Which::Overdue, Which::Today, Which::Week, Which::Open];
    let [overdue, today, week, open] = counted(found, ways, now).await?;
    Ok(DutyFigures { overdue, today, week, later: open.saturating_sub(overdue + week) })
}

/// Of what is still owed, that of which somebody is reminded: three quarters of its time are over.
fn reminded(now: Moment) -> Condition {
    Condition::all().add(Column::Open.eq(true)).add(Column::PausedAt.is_null()).add(Column::WarnAt.lte(now.millis()))
}

/// What is late, due within seven days or reminded of, soonest due first, at most a page of it; and how much is owed altogether.
pub(crate) async fn pressing(
    scope: &StaffScope,
    tx: &ReadTx,
    mine: bool,
) -> Result<(Vec<Model>, DutyFigures), Refusal> {
    let reach = scope.need(Object::Duty, Action::List)?;
    let (now, found) = (scope.now(), || within(tx, reach, scope.member(), mine));
    let these = Condition::any().add(Which::Overdue.condition(now)).add(Which::Week.condition(now)).add(reminded(now));
    let rows = found().filter(these).sorted(Column::DueAt, Order::Asc).limit(PAGE).all().await?;
    Ok((rows, figured(found(), now).await?))
}

/// How many of these stand in each of four ways: one query.
async fn counted(found: Found<'_, Entity>, ways: [Which; 4], now: Moment) -> Result<[u64; 4], Refusal> {
    let rows = found.shape(|select| {
        let count = |which: Which| Expr::expr(Expr::case(which.condition(now), 1)).count();
        ways.into_iter().fold(select.select_only(), |select, which| select.expr(count(which)))
    });
    let rows = rows.tuples::<(i64, i64, i64, i64)>().await?;
    let (one, two, three, four) = rows.into_iter().next().unwrap_or_default();
    Ok([one, two, three, four].map(i64::unsigned_abs))
}

/// How often a rule was met and missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleFigures {
    /// Still owed, in time.
    pub open: u64,
    /// Still owed and late.
    pub overdue: u64,
    /// Settled in time, or no longer needed.
    pub met: u64,
    /// Settled after its time.
    pub late: u64,
}

/// How often a rule was met and missed, as far as one may see.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn rule_figures(scope: &StaffScope, rule: RuleId) -> Result<RuleFigures, Refusal> {
    let reach = scope.need(Object::Duty, Action::List)?;
    let tx = scope.read().await?;
    let found = within(&tx, reach, scope.member(), false).filter(Column::Rule.eq(rule.to_string()));
    let ways = [Which::Open, Which::Overdue, Which::Settled, Which::SettledLate];
    let [owed, overdue, settled, late] = counted(found, ways, scope.now()).await?;
    Ok(RuleFigures { open: owed.saturating_sub(overdue), overdue, met: settled.saturating_sub(late), late })
}

/// What is particular to the organisation's rules: its packs, and what its district adopted and set.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn binding(scope: &StaffScope) -> Result<OrgRules, Refusal> {
    scope.need(Object::Rule, Action::Read)?;
    let tx = scope.read().await?;
    scope.organisation().rules(&tx).await
}

/// The last duties under a rule, for its page.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn history(scope: &StaffScope, rule: RuleId) -> Result<Vec<DutyRow>, Refusal> {
    let reach = scope.need(Object::Duty, Action::List)?;
    let tx = scope.read().await?;
    let rows = within(&tx, reach, scope.member(), false)
        .filter(Column::Rule.eq(rule.to_string()))
        .sorted(Column::DueAt, Order::Desc)
        .limit(PAGE)
        .all()
        .await?;
    let names = members::names(&tx).await?;
    rows.iter().map(|row| DutyRow::read(row, &names)).collect()
}

/// The calendar by which working days are counted.
#[must_use]
pub fn calendar(scope: &StaffScope) -> &WorkCalendar {
    &scope.core().calendar
}

/// What is or was owed for some subjects; `names` are the members'.
pub(crate) async fn of_subjects(
    tx: &impl FileLane,
    subjects: Vec<Uuid>,
    names: &HashMap<Uuid, String>,
) -> Result<Vec<DutyRow>, Refusal> {
    let rows =
        tx.find::<Entity>().filter(Column::SubjectId.is_in(subjects)).sorted(Column::DueAt, Order::Asc).all().await?;
    rows.iter().map(|row| DutyRow::read(row, names)).collect()
}

/// Whether any of these is late or was.
#[must_use]
pub fn is_late(rows: &[DutyRow], now: Moment) -> bool {
    rows.iter().any(|row| Standing::is_late(row.duty.standing(now)))
}

pub(crate) fn within(tx: &ReadTx, reach: Reach, member: MemberId, mine: bool) -> Found<'_, Entity> {
    match reach {
        Reach::All if !mine => tx.find::<Entity>(),
        _ => tx.find::<Entity>().filter(Column::ResponsibleId.eq(member.uuid())),
    }
}
