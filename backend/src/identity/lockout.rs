//! Waiting after too many failures: counted for each name, each address, and each account whose code is asked.

use crate::db::IdentityTx;
use crate::entity::sign_in_failure::{ActiveModel, Column, Entity, Model};
use domain::refusal::Refusal;
use domain::time::{Moment, Span};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::OnConflict;

/// After so many failures in a row a name or an account has to wait.
const FAILURES_BEFORE_LOCK: i64 = 5;
/// How long.
const LOCK: Span = Span::minutes(15);
/// Failures older than this are forgotten.
const FORGET_AFTER: Span = Span::hours(24);

/// Who fails.
#[derive(Clone, Debug)]
pub(super) enum Tried {
    /// A sign-in name, whether somebody has it or not.
    Name(String),
    /// A sign-in name at an address from which its person came in lately. It is counted apart: a stranger who guesses
    /// elsewhere keeps nobody out of the place where they work.
    NameAtHome(String, String),
    /// A network address.
    Address(String),
    /// An account whose code is asked.
    Code(uuid::Uuid),
}

impl Tried {
    fn key(&self) -> String {
        match self {
            Self::Name(name) => format!("name:{name}"),
            Self::NameAtHome(name, address) => format!("home:{address} {name}"),
            Self::Address(address) => format!("address:{address}"),
            Self::Code(account) => format!("code:{account}"),
        }
    }

    /// Many people share an address (a station's network); it may fail more often than one name.
    fn limit(&self) -> i64 {
        match self {
            Self::Address(_) => FAILURES_BEFORE_LOCK * 10,
            Self::Name(_) | Self::NameAtHome(..) | Self::Code(_) => FAILURES_BEFORE_LOCK,
        }
    }
}

/// Counts one more failure, unless the subject has to wait; answers how many there were before.
pub(super) async fn count(tx: &IdentityTx, subject: &Tried, now: Moment) -> Result<i64, Refusal> {
    let key = subject.key();
    let row = hold(tx, &key, now).await?;
    if let Some(until) = row.locked_until.map(Moment::from_millis)
        && now < until
    {
        return Err(Refusal::LockedOut { until });
    }
    let recent = now.since(Moment::from_millis(row.last_at)) < FORGET_AFTER;
    let before = if recent { row.failures } else { 0 };
    let counted = ActiveModel {
        failures: Set(before + 1),
        last_at: Set(now.millis()),
        locked_until: Set((before + 1 >= subject.limit()).then(|| now.plus(LOCK).millis())),
        ..Default::default()
    };
    tx.update::<Entity>(counted, Column::Subject.eq(key)).await?;
    Ok(before)
}

/// Takes the count away: what was given was right.
pub(super) async fn forgive(tx: &IdentityTx, subject: &Tried) -> Result<(), Refusal> {
    tx.delete::<Entity>(Column::Subject.eq(subject.key())).await.map(drop)
}

/// Removes the counts that are forgotten.
pub(super) async fn sweep(tx: &IdentityTx, now: Moment) -> Result<(), Refusal> {
    tx.delete::<Entity>(Column::LastAt.lt(now.minus(FORGET_AFTER).millis())).await.map(drop)
}

/// The count of a subject; whoever asks next waits until this transaction has ended.
async fn hold(tx: &IdentityTx, key: &str, now: Moment) -> Result<Model, Refusal> {
    let none = ActiveModel {
        subject: Set(key.to_owned()),
        failures: Set(0),
        last_at: Set(now.millis()),
        locked_until: Set(None),
    };
    // Writing the key over itself locks the row and changes nothing.
    tx.put(none, OnConflict::column(Column::Subject).update_column(Column::Subject).to_owned()).await?;
    tx.find::<Entity>().filter(Column::Subject.eq(key)).need().await
}
