//! Reading the trail: who looked at or changed which subject, and when.

use crate::db::ReadTx;
use crate::entity::audit_entry::{Column, Entity, Model};
use crate::entity::{application, assessment, case, client, plan, record};
use crate::fault::{Fault, fault};
use crate::members;
use crate::scope::StaffScope;
use domain::access::{Action, Object};
use domain::events::{EventKind, Subject};
use domain::ids::MemberId;
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::{ColumnTrait, Condition, Order};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Rows on one page.
const PAGE: u64 = 50;

/// Which entries; it lives in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailFilter {
    /// Of which sort.
    pub sort: Sort,
    /// Only about this subject.
    pub subject: Option<Uuid>,
    /// Only before this entry, for the next page.
    pub before: Option<i64>,
}

/// What an entry tells of, as one asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Everything.
    #[default]
    Any,
    /// Somebody looked at personal data.
    Reading,
    /// Something was changed.
    Change,
    /// Something was tried that is not allowed.
    Denial,
}

impl Sort {
    /// All of them, in the order people read them.
    pub const ALL: [Self; 4] = [Self::Any, Self::Reading, Self::Change, Self::Denial];

    /// The word in the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Reading => "reading",
            Self::Change => "change",
            Self::Denial => "denial",
        }
    }

    /// The sort with this word; anything else is everything.
    #[must_use]
    pub fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|sort| sort.code() == code).unwrap_or_default()
    }

    /// Which sort an event is of.
    #[must_use]
    pub fn of(kind: EventKind) -> Self {
        match kind {
            EventKind::ClientRead | EventKind::EvaluatorViewed | EventKind::OpeningMade => Self::Reading,
            EventKind::AccessDenied => Self::Denial,
            _ => Self::Change,
        }
    }

    fn condition(self) -> Condition {
        let kinds = EventKind::ALL.into_iter().filter(|kind| Self::of(*kind) == self).map(EventKind::code);
        match self {
            Self::Any => Condition::all(),
            _ => Condition::all().add(Column::Kind.is_in(kinds)),
        }
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A member of staff, by name.
    Member(String),
    /// Somebody of the district.
    District,
    /// An evaluator.
    Evaluator,
    /// Somebody who applied.
    Resident,
    /// The operator of the installation.
    Operator,
}

/// One entry of the trail.
#[derive(Clone, Debug)]
pub struct TrailRow {
    /// Its place in the chain, without gaps.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who.
    pub who: Who,
    /// What.
    pub kind: EventKind,
    /// To what.
    pub subject: Subject,
    /// The subject's number, or a member's name; none where it has neither.
    pub number: Option<String>,
    /// Plain facts, never personal data.
    pub detail: BTreeMap<String, String>,
}

/// A page of the trail.
#[derive(Clone, Debug)]
pub struct TrailPage {
    /// Its rows, newest first.
    pub rows: Vec<TrailRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<i64>,
}

/// The organisation's trail, newest first.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn trail(scope: &StaffScope, filter: &TrailFilter) -> Result<TrailPage, Refusal> {
    scope.need(Object::AuditTrail, Action::Read)?;
    let tx = scope.read().await?;
    let mut found = tx.find::<Entity>().filter(filter.sort.condition());
    if let Some(subject) = filter.subject {
        found = found.filter(Column::SubjectId.eq(subject));
    }
    if let Some(before) = filter.before {
        found = found.filter(Column::Seq.lt(before));
    }
    let mut rows = found.order(Column::Seq, Order::Desc).limit(PAGE + 1).all().await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|row| row.seq);
    let names = members::names(&tx).await?;
    let numbers = numbers(&tx, &rows, &names).await?;
    let rows = rows.iter().map(|row| read(row, &names, &numbers)).collect::<Result<_, _>>()?;
    Ok(TrailPage { rows, next })
}

fn read(row: &Model, names: &HashMap<Uuid, String>, numbers: &HashMap<Uuid, String>) -> Result<TrailRow, Refusal> {
    let stored = |what| fault(Fault::Stored(what));
    Ok(TrailRow {
        seq: row.seq,
        at: Moment::from_millis(row.at),
        who: who(&row.actor, names),
        kind: EventKind::parse(&row.kind).map_err(|_| stored("event"))?,
        subject: Subject { kind: Object::parse(&row.subject_kind).map_err(|_| stored("subject"))?, id: row.subject_id },
        number: numbers.get(&row.subject_id).cloned(),
        detail: serde_json::from_str(&row.detail).unwrap_or_default(),
    })
}

fn who(actor: &str, names: &HashMap<Uuid, String>) -> Who {
    let (kind, id) = actor.split_once(':').unwrap_or((actor, ""));
    match kind {
        "member" => {
            let member = id.parse::<MemberId>().ok();
            Who::Member(member.and_then(|id| names.get(&id.uuid()).cloned()).unwrap_or_default())
        }
        "district" => Who::District,
        "evaluator" => Who::Evaluator,
        "resident" => Who::Resident,
        _ => Who::Operator,
    }
}

/// The numbers by which people know the subjects; a paper goes by its case's.
async fn numbers(tx: &ReadTx, rows: &[Model], names: &HashMap<Uuid, String>) -> Result<HashMap<Uuid, String>, Refusal> {
    let of = |kind: Object| -> Vec<Uuid> {
        rows.iter().filter(|row| row.subject_kind == kind.code()).map(|row| row.subject_id).collect()
    };
    let mut papers: Vec<(Uuid, Uuid)> = Vec::new();
    let ids = of(Object::Assessment);
    for row in tx.find::<assessment::Entity>().filter(assessment::Column::Id.is_in(ids)).all().await? {
        papers.push((row.id, row.case_id));
    }
    let ids = of(Object::Plan);
    for row in tx.find::<plan::Entity>().filter(plan::Column::Id.is_in(ids)).all().await? {
        papers.push((row.id, row.case_id));
    }
    let ids = of(Object::Record);
    for row in tx.find::<record::Entity>().filter(record::Column::Id.is_in(ids)).all().await? {
        papers.push((row.id, row.case_id));
    }
    let mut numbers: HashMap<Uuid, String> = HashMap::new();
    let ids = of(Object::Case).into_iter().chain(papers.iter().map(|(_, case)| *case));
    for row in tx.find::<case::Entity>().filter(case::Column::Id.is_in(ids)).all().await? {
        numbers.insert(row.id, row.number);
    }
    let ids = of(Object::Application);
    for row in tx.find::<application::Entity>().filter(application::Column::Id.is_in(ids)).all().await? {
        numbers.insert(row.id, row.number);
    }
    let ids = of(Object::Client);
    for row in tx.find::<client::Entity>().filter(client::Column::Id.is_in(ids)).all().await? {
        numbers.insert(row.id, row.number);
    }
    for (paper, case) in papers {
        if let Some(number) = numbers.get(&case).cloned() {
            numbers.insert(paper, number);
        }
    }
    for id in of(Object::Member) {
        numbers.extend(names.get(&id).map(|name| (id, name.clone())));
    }
    Ok(numbers)
}
