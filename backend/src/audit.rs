//! The audit chain: every change and every sensitive reading is an entry, and each entry holds the hash of the one before.
//!
//! One chain for each organisation. An entry names who did what to which subject and when, never a person's data, so that
//! the chain stays whole when a person is erased. The head of the chain is a row that the writing transaction locks: entries
//! of one organisation follow one another, those of different organisations do not wait.

mod trail;

pub use trail::{Sort, TrailFilter, TrailPage, TrailRow, Who, trail};

use crate::db::{ReadTx, WriteTx};
use crate::entity::audit_entry::{self, Column, Entity, Model};
use crate::fault::{Fault, fault};
use crate::organisations::OperatorScope;
use crate::scope::{Acting, Actor, StaffScope};
use domain::access::{Action, Object, Reach};
use domain::events::{Event, EventKind, Subject};
use domain::ids::MemberId;
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, DbBackend, Order};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The hash before the first entry.
const GENESIS: [u8; 32] = [0; 32];
/// How many entries are verified at a time.
const STRIDE: u64 = 1_000;

/// Adds the events to the organisation's chain.
pub(crate) async fn append<'e>(
    tx: &WriteTx,
    actor: &Actor,
    at: Moment,
    events: impl IntoIterator<Item = &'e Event>,
) -> Result<(), Refusal> {
    let events: Vec<&Event> = events.into_iter().collect();
    if events.is_empty() {
        return Ok(());
    }
    let (mut seq, mut previous) = lock_head(tx).await?;
    for event in events {
        seq += 1;
        let entry = Entry {
            organisation: tx.organisation(),
            seq,
            at: at.millis(),
            actor: &actor.code(),
            kind: event.kind.code(),
            subject: event.subject,
            detail: &detail(event)?,
        };
        let hash = entry.hash(&previous);
        // One by one: an entry that is there already is a broken chain and must fail, not be passed over.
        tx.insert(audit_entry::ActiveModel {
            organisation_id: Set(entry.organisation),
            seq: Set(seq),
            at: Set(entry.at),
            actor: Set(entry.actor.to_owned()),
            kind: Set(entry.kind.to_owned()),
            subject_kind: Set(event.subject.kind.code().to_owned()),
            subject_id: Set(event.subject.id),
            detail: Set(entry.detail.to_owned()),
            previous: Set(previous.clone()),
            hash: Set(hash.clone()),
        })
        .await?;
        previous = hash;
    }
    let sql = "UPDATE audit_heads SET seq = $2, hash = $3 WHERE organisation_id = $1 AND id = 0";
    tx.kernel_execute(sql, vec![seq.into(), previous.into()]).await.map(drop)
}

/// Adds one entry for something that changed nothing: a file that was read, an act that was denied.
pub(crate) async fn note(acting: &Acting, kind: EventKind, subject: Subject) -> Result<(), Refusal> {
    note_in(acting, kind, subject, BTreeMap::new()).await
}

/// Like [`note`], with details that are no personal data.
pub(crate) async fn note_in(
    acting: &Acting,
    kind: EventKind,
    subject: Subject,
    detail: BTreeMap<String, String>,
) -> Result<(), Refusal> {
    let now = acting.core.clock.now();
    let tx = acting.core.db.write(acting.organisation.id.uuid()).await?;
    let event = Event { kind, subject, related: Vec::new(), at: now, due_from: None, detail };
    append(&tx, &acting.actor, now, [&event]).await?;
    tx.commit().await
}

/// When something last happened to a subject, and who did it; `names` are the members'.
pub(crate) async fn last(
    tx: &ReadTx,
    kind: EventKind,
    subject: Uuid,
    names: &HashMap<Uuid, String>,
) -> Result<Option<(Moment, String)>, Refusal> {
    let these = Condition::all().add(Column::SubjectId.eq(subject)).add(Column::Kind.eq(kind.code()));
    let row = tx.find::<Entity>().filter(these).order(Column::Seq, Order::Desc).one().await?;
    Ok(row.map(|row| {
        let member = row.actor.strip_prefix("member:").and_then(|id| id.parse::<MemberId>().ok());
        let name = member.and_then(|id| names.get(&id.uuid()).cloned()).unwrap_or_default();
        (Moment::from_millis(row.at), name)
    }))
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry follows from the one before, and the last one is the head.
    Whole {
        /// How many entries.
        entries: i64,
    },
    /// The first entry that does not.
    Broken {
        /// Its number.
        seq: i64,
    },
}

/// Reads the organisation's whole chain and recomputes every hash.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn verify(scope: &StaffScope) -> Result<Verdict, Refusal> {
    scope.need(Object::AuditTrail, Action::Read)?;
    walk(&scope.read().await?).await
}

/// Like [`verify`], at the command line.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn verify_as_operator(scope: &OperatorScope) -> Result<Verdict, Refusal> {
    let Acting { core, organisation, roles, .. } = &scope.acting;
    if core.policy.widest(roles, Object::AuditTrail, Action::Read) == Reach::None {
        return Err(Refusal::Forbidden);
    }
    walk(&core.db.read(organisation.id.uuid()).await?).await
}

async fn walk(tx: &ReadTx) -> Result<Verdict, Refusal> {
    let mut last = (0, GENESIS.to_vec());
    loop {
        let entries = tx.find::<Entity>().filter(Column::Seq.gt(last.0));
        let rows = entries.order(Column::Seq, Order::Asc).limit(STRIDE).all().await?;
        for row in &rows {
            if row.seq != last.0 + 1 || row.previous != last.1 || rehash(row) != Some(row.hash.clone()) {
                return Ok(Verdict::Broken { seq: last.0 + 1 });
            }
            last = (row.seq, row.hash.clone());
        }
        if !rows.is_empty() {
            continue;
        }
        // The head is read after the entries: entries that were added meanwhile lie before it, and are still to be read.
        let head = read_head(tx, HEAD).await?.unwrap_or((0, GENESIS.to_vec()));
        if head == last {
            return Ok(Verdict::Whole { entries: last.0 });
        }
        let next = tx.find::<Entity>().filter(Column::Seq.eq(last.0 + 1)).one().await?;
        if head.0 <= last.0 || next.is_none() {
            return Ok(Verdict::Broken { seq: last.0 + 1 });
        }
    }
}

const HEAD: &str = "SELECT seq, hash FROM audit_heads WHERE organisation_id = $1 AND id = 0";

async fn read_head(tx: &ReadTx, select: &str) -> Result<Option<(i64, Vec<u8>)>, Refusal> {
    let Some(row) = tx.kernel(select, Vec::new()).await? else { return Ok(None) };
    let read =
        || -> Result<(i64, Vec<u8>), sea_orm::DbErr> { Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)) };
    read().map(Some).map_err(fault)
}

async fn lock_head(tx: &WriteTx) -> Result<(i64, Vec<u8>), Refusal> {
    let locking = if tx.backend() == DbBackend::Postgres { format!("{HEAD} FOR UPDATE") } else { HEAD.to_owned() };
    if let Some(head) = read_head(tx, &locking).await? {
        return Ok(head);
    }
    let insert = "INSERT INTO audit_heads (organisation_id, id, seq, hash) VALUES ($1, 0, 0, $2) \
                  ON CONFLICT (organisation_id, id) DO NOTHING";
    tx.kernel_execute(insert, vec![GENESIS.to_vec().into()]).await?;
    read_head(tx, &locking).await?.ok_or(Refusal::Stale)
}

fn detail(event: &Event) -> Result<String, Refusal> {
    serde_json::to_string(&event.detail).map_err(|error| fault(Fault::System(error.to_string())))
}

fn rehash(row: &Model) -> Option<Vec<u8>> {
    let subject = Subject { kind: Object::parse(&row.subject_kind).ok()?, id: row.subject_id };
    let entry = Entry {
        organisation: row.organisation_id,
        seq: row.seq,
        at: row.at,
        actor: &row.actor,
        kind: &row.kind,
        subject,
        detail: &row.detail,
    };
    Some(entry.hash(&row.previous))
}

/// What an entry's hash covers, in this order.
struct Entry<'a> {
    organisation: Uuid,
    seq: i64,
    at: i64,
    actor: &'a str,
    kind: &'a str,
    subject: Subject,
    detail: &'a str,
}

impl Entry<'_> {
    fn hash(&self, previous: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new().chain_update(previous);
        let parts: [&[u8]; 8] = [
            self.organisation.as_bytes(),
            &self.seq.to_be_bytes(),
            &self.at.to_be_bytes(),
            self.actor.as_bytes(),
            self.kind.as_bytes(),
            self.subject.kind.code().as_bytes(),
            self.subject.id.as_bytes(),
            self.detail.as_bytes(),
        ];
        for part in parts {
            // The length in front keeps two neighbouring parts from being moved into one another.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().to_vec()
    }
}
