//! The audit chain: every change and every sensitive reading is an entry, and each entry holds the hash of the one before.
//!
//! One chain for each organisation. An entry names who did what to which subject and when, never a person's data, so that
//! the chain stays whole when a person is erased. The head of the chain is a row that the writing transaction locks: entries
//! of one organisation follow one another, those of different organisations do not wait.
//!
//! ```text
//! audit         adding entries          chain      do they follow
//! checkpoints   heads outside, signed   rounds     when they are made
//! key           by which they are signed
//! ```
//!
//! The chain alone shows a change in its middle. That its end was cut and written anew, only a checkpoint that lies outside
//! the database can show.

pub(crate) mod chain;
pub(crate) mod checkpoints;
pub(crate) mod key;
mod rounds;

pub use chain::{Landmarks, Verdict};
pub use checkpoints::{Checkpoint, CheckpointError, Checkpoints, checked, landmarks, read_file};
pub use key::{CheckpointKey, PublicKey};
pub use rounds::{Round, make_checkpoints};

use crate::acting::{Acting, Actor};
use crate::db::{Database, ReadTx, WriteTx};
use crate::entity::audit_entry::{self, Column, Entity};
use crate::entity::audit_head;
use crate::fault::{Fault, fault};
pub(crate) use chain::walk;
use chain::{ChainEntry, GENESIS};
use domain::events::{Event, EventKind, Subject};
use domain::ids::MemberId;
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, DbBackend, Order};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// The head of an organisation's chain, locked until its transaction ends.
pub(crate) struct Head {
    seq: i64,
    hash: Vec<u8>,
}

impl Head {
    /// Begins to write in an organisation: waits for a turn, and then for another program that has the head, and takes it.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when either takes too long.
    pub(crate) async fn take(db: &Database, organisation: Uuid) -> Result<(WriteTx, Self), Refusal> {
        let (turn, db) = (db.turn(organisation).await?, db.clone());
        // To its end, even when the request is given up meanwhile: the database goes on waiting for the head, with the
        // connection, and the turn must not be somebody else's before both are free.
        let begun = tokio::spawn(async move {
            let tx = db.write(turn).await?;
            match Self::lock(&tx).await {
                Ok(head) => Ok((tx, head)),
                Err(refusal) => {
                    tx.rollback().await?;
                    Err(refusal)
                }
            }
        });
        begun.await.map_err(|error| fault(Fault::System(error.to_string())))?
    }

    async fn lock(tx: &WriteTx) -> Result<Self, Refusal> {
        let row = "SELECT seq, hash FROM audit_heads WHERE organisation_id = $1 AND id = 0";
        let locking = if tx.backend() == DbBackend::Postgres { format!("{row} FOR UPDATE") } else { row.to_owned() };
        if let Some(head) = Self::read(tx, &locking).await? {
            return Ok(head);
        }
        // The organisation's first entry; whoever comes at the same moment finds the row that is there then.
        let first = "INSERT INTO audit_heads (organisation_id, id, seq, hash) VALUES ($1, 0, 0, $2) \
                     ON CONFLICT (organisation_id, id) DO NOTHING";
        tx.kernel_execute(first, vec![GENESIS.to_vec().into()]).await?;
        Self::read(tx, &locking).await?.ok_or(Refusal::Stale)
    }

    async fn read(tx: &WriteTx, select: &str) -> Result<Option<Self>, Refusal> {
        let Some(row) = tx.kernel(select, Vec::new()).await? else { return Ok(None) };
        let (seq, hash) = (row.try_get_by_index(0).map_err(fault)?, row.try_get_by_index(1).map_err(fault)?);
        Ok(Some(Self { seq, hash }))
    }

    /// Adds the events to the chain.
    pub(crate) async fn append(
        self,
        tx: &WriteTx,
        actor: &Actor,
        at: Moment,
        events: &[&Event],
    ) -> Result<(), Refusal> {
        if events.is_empty() {
            return Ok(());
        }
        let Self { mut seq, hash: mut previous } = self;
        let mut rows = Vec::with_capacity(events.len());
        for event in events {
            seq += 1;
            let entry = ChainEntry {
                organisation: tx.organisation(),
                seq,
                at: at.millis(),
                actor: &actor.code(),
                kind: event.kind.code(),
                subject: event.subject,
                detail: &detail(event)?,
            };
            let hash = entry.hash(&previous);
            rows.push(audit_entry::ActiveModel {
                organisation_id: Set(entry.organisation),
                seq: Set(seq),
                at: Set(entry.at),
                actor: Set(entry.actor.to_owned()),
                kind: Set(entry.kind.to_owned()),
                subject_kind: Set(event.subject.kind.code().to_owned()),
                subject_id: Set(event.subject.id),
                detail: Set(entry.detail.to_owned()),
                previous: Set(std::mem::replace(&mut previous, hash.clone())),
                hash: Set(hash),
            });
        }
        // An entry that is there already is a broken chain and must fail, not be passed over.
        tx.insert_new(rows).await?;
        let head = audit_head::ActiveModel { seq: Set(seq), hash: Set(previous), ..Default::default() };
        let this = Condition::all().add(audit_head::Column::Id.eq(0));
        tx.update::<audit_head::Entity>(head, this, None).await.map(drop)
    }
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
    let (tx, head) = Head::take(&acting.core.db, acting.organisation.id.uuid()).await?;
    let event = Event { detail, ..Event::new(kind, subject, now) };
    head.append(&tx, &acting.actor, now, &[&event]).await?;
    tx.commit().await
}

/// Notes an act that was denied.
pub(crate) async fn deny(acting: &Acting, subject: Subject, detail: BTreeMap<String, String>) -> Result<(), Refusal> {
    acting.denied.store(true, Ordering::SeqCst);
    note_in(acting, EventKind::AccessDenied, subject, detail).await
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

fn detail(event: &Event) -> Result<String, Refusal> {
    serde_json::to_string(&event.detail).map_err(|error| fault(Fault::System(error.to_string())))
}
