//! Sweeping: what was chosen and never handed in goes, a day after it came, and contents that no row names.

use super::hangs_nowhere;
use super::store::Part;
use crate::entity::attachment::{Column, Entity};
use crate::kernel::Core;
use crate::organisations;
use domain::refusal::Refusal;
use domain::time::Span;
use sea_orm::ColumnTrait;
use std::collections::HashSet;
use uuid::Uuid;

/// So many hours something that was chosen waits to be handed in.
const WAITS: i64 = 24;

/// Takes away what waited for a day. An organisation whose turn does not come is swept the next time.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(core: &Core) -> Result<(), Refusal> {
    for organisation in organisations::all(core).await? {
        if let Err(refusal) = sweep_in(core, organisation.id).await {
            tracing::warn!(%refusal, organisation = organisation.slug, "attachments that were never handed in stay for now");
        }
    }
    Ok(())
}

async fn sweep_in(core: &Core, organisation: Uuid) -> Result<(), Refusal> {
    let before = core.clock.now().plus(Span::hours(-WAITS));
    let over = || hangs_nowhere().add(Column::ReceivedAt.lt(before.millis()));
    let tx = core.db.read(organisation).await?;
    let waited = tx.find::<Entity>().filter(over()).all().await?;
    drop(tx);
    if !waited.is_empty() {
        let tx = core.db.write(core.db.turn(organisation).await?).await?;
        tx.delete::<Entity>(over()).await?;
        tx.commit().await?;
    }
    // A content comes before its row and goes after it: what no row names was left behind on the way.
    let mut left = core.store().older_than(organisation, before).await?;
    left.extend(waited.iter().map(|row| row.id));
    if left.is_empty() {
        return Ok(());
    }
    let tx = core.db.read(organisation).await?;
    let rows = tx.find::<Entity>().filter(Column::Id.is_in(left.iter().copied())).all().await?;
    drop(tx);
    let named: HashSet<Uuid> = rows.into_iter().map(|row| row.id).collect();
    for id in left.difference(&named) {
        for part in [Part::Whole, Part::Preview] {
            core.store().remove((organisation, *id, part)).await?;
        }
    }
    Ok(())
}
