//! Reading the trail: who looked at or changed which subject, and when; and whether the chain behind it is whole.

mod standing;

pub use standing::{
    ChainStanding, Examination, chain_of, chains, examine, examine_of, fingerprint, standing, verify, verify_against,
    verify_as_operator,
};

use crate::db::{Found, ReadTx};
use crate::entity::audit_entry::{Column, Entity, Model};
use crate::entity::{application, case, client, member, member_role, opening, paper, unit};
use crate::fault::{Fault, fault};
use crate::listing::PAGE;
use crate::scope::StaffScope;
use crate::{evaluations, identity, memberships};
use domain::access::{Action, Object, Role};
use domain::events::{EventKind, Subject};
use domain::ids::{AccountId, EngagementId, MemberId, OpeningId};
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::{ColumnTrait, Condition, Order};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Which entries; it lives in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailFilter {
    /// Of which sort.
    pub sort: Sort,
    /// Only about this subject; of a client also the applications and cases, which are files on the same person.
    pub subject: Option<Subject>,
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
    /// A member of staff.
    Member {
        /// The name.
        name: String,
        /// The roles at that moment.
        roles: Vec<Role>,
    },
    /// Somebody of the district, by name.
    District(String),
    /// An evaluator.
    Evaluator {
        /// The name.
        name: String,
        /// What the evaluation is called.
        engagement: String,
    },
    /// Somebody who applied.
    Resident,
    /// The operator of the installation.
    Operator,
    /// The program itself.
    Program,
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
    /// The subject's number, or a member's or a unit's name; none where it has neither.
    pub number: Option<String>,
    /// Why, where the district opened a named case.
    pub reason: Option<String>,
    /// From whom to whom it went, where it changed hands; who is not said is the subject itself.
    pub handed: Option<(String, String)>,
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
        found = found.filter(Column::SubjectId.is_in(files(&tx, subject).await?));
    }
    if let Some(before) = filter.before {
        found = found.filter(Column::Seq.lt(before));
    }
    let (mut rows, mut numbers) = (Vec::new(), HashMap::new());
    for (row, case, application, client) in with_subjects(found.limit(PAGE + 1)).await? {
        let number =
            case.map(|case| case.number).or(application.map(|row| row.number)).or(client.map(|row| row.number));
        numbers.extend(number.map(|number| (row.subject_id, number)));
        rows.push(row);
    }
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|row| row.seq);
    numbers.extend(numbers_of_papers(&tx, &rows).await?);
    numbers.extend(names_of_units(&tx, &rows).await?);
    let reasons = reasons(&tx, &rows).await?;
    let people = People::read(scope, tx, &rows).await?;
    for row in rows.iter().filter(|row| row.subject_kind == Object::Member.code()) {
        numbers.extend(people.names.get(&row.subject_id).map(|name| (row.subject_id, name.clone())));
    }
    let read = |row: &Model| {
        let stored = |what| fault(Fault::Stored(what));
        let detail: BTreeMap<String, String> = serde_json::from_str(&row.detail).unwrap_or_default();
        let who = |key: &str| {
            let named = detail.get(key).map(|id| id.parse().map(MemberId::uuid));
            people.names.get(&named.unwrap_or(Ok(row.subject_id)).ok()?).cloned()
        };
        let changed_hands = detail.contains_key("from") || detail.contains_key("to");
        let opening = detail.get("opening").and_then(|id| id.parse::<OpeningId>().ok()).map(OpeningId::uuid);
        Ok(TrailRow {
            seq: row.seq,
            at: Moment::from_millis(row.at),
            who: people.who(row),
            kind: EventKind::parse(&row.kind).map_err(|_| stored("event"))?,
            subject: subject_of(row)?,
            number: numbers.get(&row.subject_id).cloned(),
            reason: reasons.get(&opening.unwrap_or(row.subject_id)).cloned(),
            handed: who("from").zip(who("to")).filter(|_| changed_hands),
            detail,
        })
    };
    let rows = rows.iter().map(read).collect::<Result<_, Refusal>>()?;
    Ok(TrailPage { rows, next })
}

fn subject_of(row: &Model) -> Result<Subject, Refusal> {
    let kind = Object::parse(&row.subject_kind).map_err(|_| fault(Fault::Stored("subject")))?;
    Ok(Subject { kind, id: row.subject_id })
}

/// The subject, and of a client everything under which the same person is written of.
async fn files(tx: &ReadTx, subject: Subject) -> Result<Vec<Uuid>, Refusal> {
    let mut files = vec![subject.id];
    if subject.kind == Object::Client {
        let cases = tx.find::<case::Entity>().filter(case::Column::ClientId.eq(subject.id)).all().await?;
        files.extend(cases.iter().flat_map(|case| std::iter::once(case.id).chain(case.application_id)));
    }
    Ok(files)
}

/// The reasons that the district gave, by the opening.
async fn reasons(tx: &ReadTx, rows: &[Model]) -> Result<HashMap<Uuid, String>, Refusal> {
    let by_district: Vec<Uuid> =
        rows.iter().filter(|row| row.actor.starts_with("district:")).map(|row| row.subject_id).collect();
    let of_these = Condition::any()
        .add(opening::Column::Id.is_in(by_district.iter().copied()))
        .add(opening::Column::CaseId.is_in(by_district.iter().copied()));
    if by_district.is_empty() {
        return Ok(HashMap::new());
    }
    let openings = tx.find::<opening::Entity>().filter(of_these).all().await?;
    Ok(openings.into_iter().map(|opening| (opening.id, opening.reason)).collect())
}

/// Whoever stands in some entries, by name.
struct People {
    names: HashMap<Uuid, String>,
    roles: Vec<member_role::Model>,
    outside: HashMap<Uuid, String>,
    engagements: HashMap<Uuid, String>,
}

impl People {
    async fn read(scope: &StaffScope, tx: ReadTx, rows: &[Model]) -> Result<Self, Refusal> {
        let (mut names, mut roles) = (HashMap::new(), Vec::new());
        let members = tx.find::<member::Entity>().joined(|select| {
            select.find_also(member::Entity, member_role::Entity).into_model::<member::Model, member_role::Model>()
        });
        for (member, role) in members.await? {
            names.insert(member.id, member.name);
            roles.extend(role);
        }
        // Whoever stands above the organisation is read in another lane, and nobody waits for a second connection with one
        // in hand.
        drop(tx);
        let parts = |row: &Model| {
            let mut parts = row.actor.split(':').skip(1).map(str::to_owned);
            (parts.next().and_then(|id| id.parse::<AccountId>().ok()), parts.next())
        };
        let of_outside = |row: &&Model| ["district:", "evaluator:"].iter().any(|kind| row.actor.starts_with(kind));
        let accounts: Vec<AccountId> = rows.iter().filter(of_outside).filter_map(|row| parts(row).0).collect();
        let outside = match accounts.is_empty() {
            true => HashMap::new(),
            false => identity::display_names(scope.core(), accounts.into_iter()).await?,
        };
        let engagements: Vec<EngagementId> = rows.iter().filter_map(|row| parts(row).1?.parse().ok()).collect();
        let engagements = match engagements.is_empty() {
            true => HashMap::new(),
            false => evaluations::titles(scope.core(), engagements.into_iter()).await?,
        };
        Ok(Self { names, roles, outside, engagements })
    }

    fn who(&self, row: &Model) -> Who {
        let mut parts = row.actor.split(':');
        let (kind, id, engagement) = (parts.next(), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let account = || id.parse::<AccountId>().ok().and_then(|id| self.outside.get(&id.uuid()).cloned());
        match kind {
            Some("member") => {
                let id = id.parse::<MemberId>().map(MemberId::uuid).unwrap_or_default();
                let held = |role: &&member_role::Model| {
                    role.member_id == id && role.revoked_at.is_none_or(|revoked| row.at < revoked)
                };
                let held: Vec<_> = self.roles.iter().filter(held).cloned().collect();
                let still = held.into_iter().map(|role| member_role::Model { revoked_at: None, ..role });
                let roles = memberships::valid_roles(&still.collect::<Vec<_>>(), Moment::from_millis(row.at));
                Who::Member { name: self.names.get(&id).cloned().unwrap_or_default(), roles }
            }
            Some("district") => Who::District(account().unwrap_or_default()),
            Some("evaluator") => {
                let engagement = engagement.parse::<EngagementId>().ok();
                let engagement = engagement.and_then(|id| self.engagements.get(&id.uuid()).cloned());
                Who::Evaluator { name: account().unwrap_or_default(), engagement: engagement.unwrap_or_default() }
            }
            Some("resident") => Who::Resident,
            Some("program") => Who::Program,
            _ => Who::Operator,
        }
    }
}

/// Entries, each with the file that it is about: one query.
async fn with_subjects(found: Found<'_, Entity>) -> Result<Vec<Entry>, Refusal> {
    found
        .order(Column::Seq, Order::Desc)
        .joined(|select| {
            select
                .find_also(Entity, case::Entity)
                .find_also(Entity, application::Entity)
                .find_also(Entity, client::Entity)
                .into_model::<Model, case::Model, application::Model, client::Model>()
        })
        .await
}

type Entry = (Model, Option<case::Model>, Option<application::Model>, Option<client::Model>);

/// A paper goes by its case's number.
async fn numbers_of_papers(tx: &ReadTx, rows: &[Model]) -> Result<HashMap<Uuid, String>, Refusal> {
    let of_papers = rows.iter().filter(|row| row.subject_kind == Object::Paper.code());
    let ids: Vec<Uuid> = of_papers.map(|row| row.subject_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let papers = tx.find::<paper::Entity>().filter(paper::Column::Id.is_in(ids));
    let papers =
        papers.joined(|select| select.find_also(paper::Entity, case::Entity).into_model::<paper::Model, case::Model>());
    Ok(papers.await?.into_iter().filter_map(|(paper, case)| Some((paper.id, case?.number))).collect())
}

/// A unit goes by its name.
async fn names_of_units(tx: &ReadTx, rows: &[Model]) -> Result<HashMap<Uuid, String>, Refusal> {
    let of_units = rows.iter().filter(|row| row.subject_kind == Object::Unit.code());
    let ids: Vec<Uuid> = of_units.map(|row| row.subject_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let units = tx.find::<unit::Entity>().filter(unit::Column::Id.is_in(ids)).all().await?;
    Ok(units.into_iter().map(|unit| (unit.id, unit.name)).collect())
}
