//! Sessions as rows, found by the hash of the cookie's value: whoever reads the table cannot take a session over.
//!
//! A session ends when nobody has used it for a while, and after a working day in any case; both by the clock that is handed
//! in. What proves more than before begins a session under a new value.

use super::history::note;
use super::token::hash;
use crate::db::IdentityTx;
use crate::entity::session::{ActiveModel, Column, Entity, Model};
use crate::fault::{Fault, fault};
use crate::hex;
use crate::kernel::Core;
use domain::ids::AccountId;
use domain::refusal::Refusal;
use domain::sign_in::{AccountEvent, SignInStage};
use domain::time::{Moment, Span};
use sea_orm::ActiveValue::Set;
use sea_orm::{AccessMode, ColumnTrait, Condition, Order};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// How long the second step of signing in may take.
const HALFWAY: Span = Span::minutes(15);
/// A session that was seen so lately is not written again: a page is not worth a write each time.
const NOTICED: Span = Span::minutes(1);
/// A proof is fresh for so long: what is grave asks for another after that.
const FRESH: Span = Span::minutes(5);
/// So long it is known whose a session was that has ended: a form may still be on its way.
const REMEMBERED: Span = Span::hours(24);
/// Most characters that are kept of what a browser calls itself.
const AGENT: usize = 250;

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime {
    /// Without being used.
    pub idle: Span,
    /// In any case.
    pub absolute: Span,
}

impl Default for Lifetime {
    fn default() -> Self {
        Self { idle: Span::minutes(30), absolute: Span::hours(12) }
    }
}

/// What a session begins with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Beginning {
    /// Whose it is.
    pub account: AccountId,
    /// How far the person has come.
    pub stage: SignInStage,
    /// What the browser calls itself.
    pub agent: String,
    /// The network address.
    pub address: String,
    /// The person was in already and proves more, or again.
    pub again: bool,
}

/// A session that has not ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// By which its person names it; it opens nothing.
    pub id: String,
    /// Whose it is.
    pub account: AccountId,
    /// How far the person has come.
    pub stage: SignInStage,
    /// What the browser calls itself.
    pub agent: String,
    /// The network address it began from.
    pub address: String,
    /// Since when.
    pub began: Moment,
    /// When it was last seen, within a minute.
    pub seen: Moment,
    /// When the person last proved who they are.
    pub proved: Moment,
    /// When it ends, unless it is used.
    pub ends: Moment,
    key: Vec<u8>,
}

impl Session {
    /// Whether the person proved so lately who they are that something grave needs no other proof.
    #[must_use]
    pub fn is_fresh(&self, now: Moment) -> bool {
        now.since(self.proved) < FRESH
    }

    fn read(row: Model) -> Result<Self, Refusal> {
        Ok(Self {
            id: hex::encode(row.id_hash.get(..12).unwrap_or(&row.id_hash)),
            account: row.account_id.into(),
            stage: SignInStage::parse(&row.stage).map_err(|_| fault(Fault::Stored("stage")))?,
            agent: row.agent,
            address: row.address,
            began: Moment::from_millis(row.began_at),
            seen: Moment::from_millis(row.seen_at),
            proved: Moment::from_millis(row.proved_at),
            ends: Moment::from_millis(row.expires_at),
            key: row.id_hash,
        })
    }
}

/// Begins a session under the cookie's new value.
///
/// # Errors
/// When the database does not answer.
pub async fn begin(core: &Arc<Core>, lifetime: Lifetime, token: &str, new: Beginning) -> Result<(), Refusal> {
    let now = core.clock.now();
    let lasts = if new.stage.is_in() { lifetime.idle.min(lifetime.absolute) } else { HALFWAY };
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    if new.stage.is_in() && !new.again {
        note(core, &tx, new.account.uuid(), AccountEvent::SignedIn, &new.address).await?;
    }
    tx.insert(ActiveModel {
        id_hash: Set(hash(token)),
        account_id: Set(new.account.uuid()),
        stage: Set(new.stage.code().to_owned()),
        agent: Set(new.agent.chars().filter(|c| !c.is_control()).take(AGENT).collect()),
        address: Set(new.address),
        began_at: Set(now.millis()),
        seen_at: Set(now.millis()),
        proved_at: Set(now.millis()),
        expires_at: Set(now.plus(lasts).millis()),
    })
    .await?;
    tx.commit().await
}

/// The session of a cookie's value, if it has not ended. That it is used keeps it going.
///
/// # Errors
/// When the database does not answer.
pub async fn resume(core: &Arc<Core>, lifetime: Lifetime, token: &str) -> Result<Option<Session>, Refusal> {
    let now = core.clock.now();
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let alive = Condition::all().add(Column::IdHash.eq(hash(token))).add(Column::ExpiresAt.gt(now.millis()));
    let row = tx.find::<Entity>().filter(alive).one().await?;
    drop(tx);
    let Some(mut session) = row.map(Session::read).transpose()? else { return Ok(None) };
    if session.stage.is_in() && now.since(session.seen) >= NOTICED {
        let end = now.plus(lifetime.idle).min(session.began.plus(lifetime.absolute));
        let seen = ActiveModel { seen_at: Set(now.millis()), expires_at: Set(end.millis()), ..Default::default() };
        update(core, &session, seen).await?;
        (session.seen, session.ends) = (now, end);
    }
    Ok(Some(session))
}

/// Whose session the cookie's value named, though it has ended.
///
/// # Errors
/// When the database does not answer.
pub async fn whose(core: &Arc<Core>, token: &str) -> Result<Option<AccountId>, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let row = tx.find::<Entity>().filter(Column::IdHash.eq(hash(token))).one().await?;
    Ok(row.map(|row| row.account_id.into()))
}

/// The account's sessions, the one that was seen last first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(core: &Arc<Core>, account: AccountId) -> Result<Vec<Session>, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let alive = of(account.uuid()).add(Column::ExpiresAt.gt(core.clock.now().millis()));
    let rows = tx.find::<Entity>().filter(alive).order(Column::SeenAt, Order::Desc).all().await?;
    let all = rows.into_iter().map(Session::read).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|session| session.stage.is_in()).collect())
}

/// Ends the session of a cookie's value.
///
/// # Errors
/// When the database does not answer.
pub async fn end(core: &Arc<Core>, token: &str) -> Result<(), Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    tx.delete::<Entity>(Column::IdHash.eq(hash(token))).await?;
    tx.commit().await
}

/// Ends one of the account's sessions, by the name that its person gives it.
///
/// # Errors
/// [`Refusal::NotFound`] when the account has no such session.
pub async fn end_one(core: &Arc<Core>, account: AccountId, id: &str) -> Result<(), Refusal> {
    let session = list(core, account).await?.into_iter().find(|session| session.id == id).ok_or(Refusal::NotFound)?;
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    tx.delete::<Entity>(of(account.uuid()).add(Column::IdHash.eq(session.key))).await?;
    tx.commit().await
}

/// Ends every session of the account but this one.
///
/// # Errors
/// When the database does not answer.
pub async fn end_others(core: &Arc<Core>, session: &Session, address: &str) -> Result<(), Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    end_others_in(&tx, session).await?;
    note(core, &tx, session.account.uuid(), AccountEvent::SessionsEnded, address).await?;
    tx.commit().await
}

/// Ends every session of an account.
///
/// # Errors
/// When the database does not answer.
pub async fn end_all(core: &Arc<Core>, account: AccountId) -> Result<(), Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    end_all_in(&tx, account.uuid()).await?;
    tx.commit().await
}

/// The person has just proved who they are.
pub(super) async fn proved(core: &Arc<Core>, session: &Session) -> Result<(), Refusal> {
    let proved = ActiveModel { proved_at: Set(core.clock.now().millis()), ..Default::default() };
    update(core, session, proved).await
}

pub(super) async fn end_others_in(tx: &IdentityTx, session: &Session) -> Result<(), Refusal> {
    let others = of(session.account.uuid()).add(Column::IdHash.ne(session.key.clone()));
    tx.delete::<Entity>(others).await.map(drop)
}

pub(super) async fn end_all_in(tx: &IdentityTx, account: Uuid) -> Result<(), Refusal> {
    tx.delete::<Entity>(of(account)).await.map(drop)
}

/// Removes sessions that ended long ago.
pub(super) async fn sweep(tx: &IdentityTx, now: Moment) -> Result<(), Refusal> {
    tx.delete::<Entity>(Column::ExpiresAt.lte(now.minus(REMEMBERED).millis())).await.map(drop)
}

async fn update(core: &Arc<Core>, session: &Session, row: ActiveModel) -> Result<(), Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    tx.update::<Entity>(row, Column::IdHash.eq(session.key.clone())).await?;
    tx.commit().await
}

fn of(account: Uuid) -> Condition {
    Condition::all().add(Column::AccountId.eq(account))
}
