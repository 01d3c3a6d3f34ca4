//! Sessions as rows, found by the hash of the cookie's value: whoever reads the table cannot take a session over.

use super::FORGET_AFTER_HOURS;
use crate::Core;
use crate::entity::session::{ActiveModel, Column, Entity};
use crate::entity::sign_in_failure;
use domain::ids::AccountId;
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{AccessMode, ColumnTrait, Condition};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A session as it is kept.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Whose it is, once signed in.
    pub account: Option<AccountId>,
    /// What the session layer keeps.
    pub data: String,
    /// When it ends.
    pub expires: Moment,
}

fn hash(id: &[u8]) -> Vec<u8> {
    Sha256::digest(id).to_vec()
}

/// Keeps a session, new or changed.
///
/// # Errors
/// When the database does not answer.
pub async fn save(core: &Arc<Core>, id: &[u8], stored: Stored) -> Result<(), Refusal> {
    let now = core.clock.now().millis();
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    let row = ActiveModel {
        id_hash: Set(hash(id)),
        account_id: Set(stored.account.map(AccountId::uuid)),
        data: Set(stored.data),
        created_at: Set(now),
        seen_at: Set(now),
        expires_at: Set(stored.expires.millis()),
    };
    let replace = [Column::AccountId, Column::Data, Column::SeenAt, Column::ExpiresAt];
    tx.put(row, OnConflict::column(Column::IdHash).update_columns(replace).to_owned()).await?;
    tx.commit().await
}

/// The session, if it has not ended.
///
/// # Errors
/// When the database does not answer.
pub async fn load(core: &Arc<Core>, id: &[u8]) -> Result<Option<Stored>, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let alive = Condition::all().add(Column::IdHash.eq(hash(id))).add(Column::ExpiresAt.gt(core.clock.now().millis()));
    let row = tx.find::<Entity>().filter(alive).one().await?;
    Ok(row.map(|row| Stored {
        account: row.account_id.map(AccountId::from),
        data: row.data,
        expires: Moment::from_millis(row.expires_at),
    }))
}

/// Ends one session.
///
/// # Errors
/// When the database does not answer.
pub async fn end(core: &Arc<Core>, id: &[u8]) -> Result<(), Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    tx.delete::<Entity>(Column::IdHash.eq(hash(id))).await?;
    tx.commit().await
}

/// Ends every session of an account.
///
/// # Errors
/// When the database does not answer.
pub async fn end_all(core: &Arc<Core>, account: AccountId) -> Result<(), Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    tx.delete::<Entity>(Column::AccountId.eq(account.uuid())).await?;
    tx.commit().await
}

/// Removes sessions that have ended and attempts to sign in that are forgotten.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(core: &Arc<Core>) -> Result<(), Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    let now = core.clock.now().millis();
    tx.delete::<Entity>(Column::ExpiresAt.lte(now)).await?;
    let forgotten = now - FORGET_AFTER_HOURS * 3_600_000;
    tx.delete::<sign_in_failure::Entity>(sign_in_failure::Column::LastAt.lt(forgotten)).await?;
    tx.commit().await
}
