//! Making checkpoints: every minute, of every chain that has grown.

use super::checkpoints::{Checkpoint, CheckpointError, NewHead, month};
use crate::entity::{audit_entry, audit_head, organisation};
use crate::kernel::Core;
use sea_orm::{AccessMode, ColumnTrait};
use std::collections::HashMap;
use uuid::Uuid;

/// What a round of checkpoints came to.
#[derive(Clone, Debug, Default)]
pub struct Round {
    /// The checkpoints that were made: none of a chain that has not grown.
    pub made: Vec<Checkpoint>,
    /// The addresses of organisations whose chain no longer goes through its last checkpoint, with that checkpoint's number.
    /// They are not signed any more.
    pub astray: Vec<(String, i64)>,
}

/// Signs the head of every chain that has grown since its last checkpoint; in a new month, of every chain.
///
/// # Errors
/// When the database or the folder does not answer; or when the installation keeps no checkpoints.
pub async fn make_checkpoints(core: &Core) -> Result<Round, CheckpointError> {
    let Some(checkpoints) = core.checkpoints.get() else { return Ok(Round::default()) };
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let slugs: HashMap<Uuid, String> =
        tx.find::<organisation::Entity>().all().await?.into_iter().map(|row| (row.id, row.slug)).collect();
    drop(tx);
    let (now, month) = (core.clock.now(), month(core.clock.now()));
    let last = checkpoints.caught_up(&month)?;
    let tx = core.db.oversight(slugs.keys().copied().collect()).await?;
    let mut round = Round::default();
    let mut grown = Vec::new();
    let heads = tx.find::<audit_head::Entity>().filter(audit_head::Column::Id.eq(0)).all().await?;
    let mut heads: HashMap<Uuid, audit_head::Model> =
        heads.into_iter().map(|head| (head.organisation_id, head)).collect();
    for (organisation, slug) in slugs {
        let (entries, hash) = heads.remove(&organisation).map_or((0, Vec::new()), |head| (head.seq, head.hash));
        let known = last.get(&organisation);
        let stands = known.is_some_and(|last| last.entries == entries && last.hash().as_ref() == Some(&hash));
        let signed = stands && known.is_some_and(|last| last.at.starts_with(&month));
        if signed || (known.is_none() && entries == 0) {
            continue;
        }
        if let (Some(last), false) = (known, stands) {
            let there = tx
                .find::<audit_entry::Entity>()
                .filter(audit_entry::Column::OrganisationId.eq(organisation))
                .filter(audit_entry::Column::Seq.eq(last.entries))
                .one()
                .await?;
            let through = there.is_some_and(|entry| Some(entry.hash) == last.hash());
            if entries <= last.entries || !through {
                round.astray.push((slug, last.entries));
                continue;
            }
        }
        grown.push(NewHead { organisation, slug, entries, hash });
    }
    drop(tx);
    round.astray.sort();
    if !grown.is_empty() {
        grown.sort_by(|one, other| one.slug.cmp(&other.slug));
        round.made = checkpoints.append(now, grown)?;
    }
    Ok(round)
}
