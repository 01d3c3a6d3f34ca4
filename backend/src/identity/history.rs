//! What happened to an account, for its person to read: a stranger's sign-in stands out among one's own.
//!
//! Accounts stand above the organisations, so this is a table of the platform and no organisation's chain: in a chain a
//! neighbour could read when and from where somebody works elsewhere, and no sign-in has to wait for a chain's head. What a
//! head does to a member's way in is the organisation's affair, and stands in its chain.

use crate::ambient::new_id;
use crate::db::IdentityTx;
use crate::entity::account_event::{ActiveModel, Column, Entity};
use crate::kernel::Core;
use domain::ids::AccountId;
use domain::refusal::Refusal;
use domain::sign_in::AccountEvent;
use domain::time::{Moment, Span};
use sea_orm::ActiveValue::Set;
use sea_orm::{AccessMode, ColumnTrait, Condition, Order};
use std::sync::Arc;
use uuid::Uuid;

/// How many are shown.
const SHOWN: u64 = 20;
/// Whoever came in from an address is at home there for so long.
const AT_HOME: Span = Span::days(30);

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// What.
    pub kind: AccountEvent,
    /// When.
    pub at: Moment,
    /// From which network address; nothing where the operator or a head did it.
    pub address: String,
    /// How many times, for what comes in numbers.
    pub times: i64,
}

/// The last things that happened to the account, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn history(core: &Arc<Core>, account: AccountId) -> Result<Vec<Happened>, Refusal> {
    let tx = core.db.identity(Some(account.uuid()), AccessMode::ReadOnly).await?;
    let mine = tx.find::<Entity>().filter(Column::AccountId.eq(account.uuid()));
    let rows = mine.order(Column::At, Order::Desc).order(Column::Id, Order::Desc).limit(SHOWN).all().await?;
    let read = |row: crate::entity::account_event::Model| {
        let kind = AccountEvent::parse(&row.kind).ok()?;
        Some(Happened { kind, at: Moment::from_millis(row.at), address: row.address, times: row.times })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Whether the account's person came in from this address lately. It is asked for an account that does not exist too, so
/// that the work tells nothing.
pub(super) async fn is_at_home(
    tx: &IdentityTx,
    account: Option<Uuid>,
    address: &str,
    now: Moment,
) -> Result<bool, Refusal> {
    let came = Condition::all()
        .add(Column::AccountId.eq(account.unwrap_or_default()))
        .add(Column::At.gt(now.minus(AT_HOME).millis()))
        .add(Column::Kind.eq(AccountEvent::SignedIn.code()))
        .add(Column::Address.eq(address));
    let row = tx.find::<Entity>().filter(came).limit(1).one().await?;
    Ok(row.is_some() && !address.is_empty())
}

/// Writes it down.
pub(super) async fn note(
    core: &Core,
    tx: &IdentityTx,
    account: Uuid,
    kind: AccountEvent,
    address: &str,
) -> Result<(), Refusal> {
    note_times(core, tx, account, kind, address, 1).await
}

/// Writes down what happened so many times.
pub(super) async fn note_times(
    core: &Core,
    tx: &IdentityTx,
    account: Uuid,
    kind: AccountEvent,
    address: &str,
    times: i64,
) -> Result<(), Refusal> {
    let now = core.clock.now();
    let row = ActiveModel {
        id: Set(new_id(now, &*core.chance)),
        account_id: Set(account),
        at: Set(now.millis()),
        kind: Set(kind.code().to_owned()),
        address: Set(address.to_owned()),
        times: Set(times),
    };
    tx.insert(row).await
}
