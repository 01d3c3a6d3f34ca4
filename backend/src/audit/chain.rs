//! The chain itself: what an entry's hash covers, and whether entries follow from one another.

use crate::db::FileLane;
use crate::entity::audit_entry::{Column, Entity as Entries, Model};
use crate::entity::audit_head;
use crate::fault::{Fault, fault};
use domain::access::Object;
use domain::events::Subject;
use domain::refusal::Refusal;
use sea_orm::{ColumnTrait, Order};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The hash before the first entry.
pub(crate) const GENESIS: [u8; 32] = [0; 32];
/// How many entries are read at a time.
const STRIDE: u64 = 4_000;

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry follows from the one before, the last one is the head, and the chain goes through every landmark.
    Whole {
        /// How many entries.
        entries: i64,
    },
    /// The first entry that does not follow from the one before, or is missing.
    Broken {
        /// Its number.
        seq: i64,
    },
    /// The entries follow from one another, but not to a head that was seen outside: the end was written anew, or cut.
    Rewritten {
        /// The last landmark that the chain still goes through; 0 when there is none.
        after: i64,
        /// The landmark that it misses: the entry of this number is another one, or is missing.
        seq: i64,
    },
}

/// Heads that a chain had, seen outside the database, by the number of the entry: a whole chain still goes through them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Landmarks(BTreeMap<i64, Vec<u8>>);

impl Landmarks {
    /// The chain had this hash at the entry `seq`.
    pub fn add(&mut self, seq: i64, hash: Vec<u8>) {
        self.0.insert(seq, hash);
    }

    /// The number of the last one.
    #[must_use]
    pub fn last(&self) -> Option<i64> {
        self.0.keys().next_back().copied()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// Recomputes an organisation's chain from the entry `from` to its end; 1 means all of it.
///
/// The entries come in strides; while one is hashed on the pool for such work, the next one is read.
pub(crate) async fn walk(
    tx: &(impl FileLane + Sync),
    organisation: Uuid,
    from: i64,
    landmarks: Landmarks,
) -> Result<Verdict, Refusal> {
    let entries = || tx.find::<Entries>().filter(Column::OrganisationId.eq(organisation));
    let mut link = Link { seq: 0, hash: GENESIS.to_vec(), passed: 0, landmarks: landmarks.0 };
    // Nothing may lie before the first entry either.
    let mut read_to = i64::MIN;
    if from > 1 {
        let Some(first) = entries().filter(Column::Seq.eq(from)).one().await? else {
            return Ok(Verdict::Rewritten { after: 0, seq: from });
        };
        read_to = from - 1;
        (link.seq, link.hash) = (from - 1, first.previous);
    }
    let mut linking = tokio::task::spawn_blocking(move || Ok(link));
    loop {
        let rows = entries().filter(Column::Seq.gt(read_to)).order(Column::Seq, Order::Asc).limit(STRIDE).all().await?;
        let link = match linking.await.map_err(|error| fault(Fault::System(error.to_string())))? {
            Ok(link) => link,
            Err(verdict) => return Ok(verdict),
        };
        if let Some(last) = rows.last() {
            read_to = last.seq;
            linking = tokio::task::spawn_blocking(move || link.follow(&rows));
            continue;
        }
        // The head is read after the entries: entries that were added meanwhile lie before it, and are still to be read.
        let head = tx.find::<audit_head::Entity>().filter(audit_head::Column::OrganisationId.eq(organisation));
        let head = head
            .filter(audit_head::Column::Id.eq(0))
            .one()
            .await?
            .map_or((0, GENESIS.to_vec()), |head| (head.seq, head.hash));
        if head.0 == link.seq {
            return Ok(if head.1 == link.hash { link.end() } else { Verdict::Broken { seq: link.seq + 1 } });
        }
        let next = entries().filter(Column::Seq.eq(link.seq + 1)).one().await?;
        if head.0 < link.seq || next.is_none() {
            return Ok(Verdict::Broken { seq: link.seq + 1 });
        }
        linking = tokio::task::spawn_blocking(move || Ok(link));
    }
}

/// The last entry that was found to follow, and the landmarks to come.
struct Link {
    seq: i64,
    hash: Vec<u8>,
    passed: i64,
    landmarks: BTreeMap<i64, Vec<u8>>,
}

impl Link {
    fn follow(mut self, rows: &[Model]) -> Result<Self, Verdict> {
        for row in rows {
            let seq = self.seq + 1;
            if row.seq != seq || row.previous != self.hash || rehash(row).as_ref() != Some(&row.hash) {
                return Err(Verdict::Broken { seq });
            }
            if let Some(seen) = self.landmarks.get(&seq) {
                if *seen != row.hash {
                    return Err(Verdict::Rewritten { after: self.passed, seq });
                }
                self.passed = seq;
            }
            self.seq = seq;
            self.hash.clone_from(&row.hash);
        }
        Ok(self)
    }

    fn end(&self) -> Verdict {
        match self.landmarks.keys().find(|seq| **seq > self.seq) {
            Some(seq) => Verdict::Rewritten { after: self.passed, seq: *seq },
            None => Verdict::Whole { entries: self.seq },
        }
    }
}

fn rehash(row: &Model) -> Option<Vec<u8>> {
    let subject = Subject { kind: Object::parse(&row.subject_kind).ok()?, id: row.subject_id };
    let entry = ChainEntry {
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

/// What an entry's hash covers, in this order (docs/audit.md tells it to outsiders).
pub(super) struct ChainEntry<'a> {
    pub(super) organisation: Uuid,
    pub(super) seq: i64,
    pub(super) at: i64,
    pub(super) actor: &'a str,
    pub(super) kind: &'a str,
    pub(super) subject: Subject,
    pub(super) detail: &'a str,
}

impl ChainEntry<'_> {
    pub(super) fn hash(&self, previous: &[u8]) -> Vec<u8> {
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
