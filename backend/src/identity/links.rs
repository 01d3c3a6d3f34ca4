//! Links that work once: for a new account, for a password that was forgotten, for a telephone that was lost. Nobody ever
//! sets another person's password.

use super::history::note;
use super::second_factor::forget;
use super::token::hash;
use super::{password, sessions, sign_in};
use crate::ambient::fill_from_system;
use crate::db::IdentityTx;
use crate::entity::{account, activation, district_member, engagement, engagement_evaluator, member};
use crate::fault::{Fault, fault};
use crate::hex;
use crate::kernel::Core;
use domain::ids::{AccountId, OrganisationId};
use domain::refusal::Refusal;
use domain::sign_in::{AccountEvent, LinkPurpose};
use domain::time::{Moment, Span};
use sea_orm::ActiveValue::Set;
use sea_orm::{AccessMode, ColumnTrait, Condition};
use std::sync::Arc;
use uuid::Uuid;

/// How long a link works.
const LASTS: Span = Span::hours(72);

/// A link that still works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The sign-in name of the person whom it is for.
    pub name: String,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The account has no password yet.
    pub first: bool,
}

/// What a link is for, while it works.
///
/// # Errors
/// [`Refusal::NotFound`] when it is unknown, used or too old.
pub async fn link(core: &Arc<Core>, token: &str) -> Result<Link, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let row = usable(&tx, token, core.clock.now()).await?;
    let purpose = purpose(&row)?;
    let account = of_link(&tx, &row).await?;
    Ok(Link { name: account.sign_in_name, purpose, first: account.password_hash.is_none() })
}

/// Sets the password by a link, which thereby is used up; every session of the account ends.
///
/// # Errors
/// [`Refusal::NotFound`] for a link that does not work, [`Refusal::Invalid`] for a password that does not.
pub async fn activate(
    core: &Arc<Core>,
    token: &str,
    password: &str,
    again: &str,
    address: &str,
) -> Result<AccountId, Refusal> {
    let now = core.clock.now();
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let account = of_link(&tx, &usable_for(&tx, token, LinkPurpose::Password, now).await?).await?;
    drop(tx);
    let errors = password::errors(password, again, &account);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let hash = password::hash(password.to_owned()).await?;
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    use_up(&tx, token, LinkPurpose::Password, now).await?;
    let set = account::ActiveModel { password_hash: Set(Some(hash)), ..Default::default() };
    tx.update::<account::Entity>(set, account::Column::Id.eq(account.id)).await?;
    sessions::end_all_in(&tx, account.id).await?;
    note(core, &tx, account.id, AccountEvent::PasswordSet, address).await?;
    tx.commit().await?;
    Ok(account.id.into())
}

/// Removes the second factor by a link and the password, so that another can be set up: the link alone, in wrong hands,
/// opens nothing. Every session of the account ends.
///
/// # Errors
/// [`Refusal::NotFound`] for a link that does not work, [`Refusal::Invalid`] at `password` for a wrong one,
/// [`Refusal::LockedOut`] after too many.
pub async fn reset_second_factor(
    core: &Arc<Core>,
    token: &str,
    password: &str,
    address: &str,
) -> Result<AccountId, Refusal> {
    let now = core.clock.now();
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let account = usable_for(&tx, token, LinkPurpose::SecondFactor, now).await?.account_id;
    drop(tx);
    sign_in::own_password(core, account.into(), "password", password, address).await?;
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    use_up(&tx, token, LinkPurpose::SecondFactor, now).await?;
    forget(&tx, account).await?;
    sessions::end_all_in(&tx, account).await?;
    note(core, &tx, account, AccountEvent::FactorReset, address).await?;
    tx.commit().await?;
    Ok(account.into())
}

/// Makes a link for an account; one made before for the same purpose works no more.
///
/// # Errors
/// When the database does not answer.
pub async fn make_link(core: &Arc<Core>, account: AccountId, purpose: LinkPurpose) -> Result<String, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    let token = new_link(&tx, account.uuid(), purpose, core.clock.now()).await?;
    note(core, &tx, account.uuid(), AccountEvent::LinkMade, "").await?;
    tx.commit().await?;
    Ok(token)
}

pub(super) async fn new_link(
    tx: &IdentityTx,
    account: Uuid,
    purpose: LinkPurpose,
    now: Moment,
) -> Result<String, Refusal> {
    use activation::Column;
    let before = Condition::all().add(Column::AccountId.eq(account)).add(Column::Purpose.eq(purpose.code()));
    tx.delete::<activation::Entity>(before).await?;
    let token = new_token();
    tx.insert(activation::ActiveModel {
        token_hash: Set(hash(&token)),
        account_id: Set(account),
        expires_at: Set(now.plus(LASTS).millis()),
        used_at: Set(None),
        purpose: Set(purpose.code().to_owned()),
    })
    .await?;
    Ok(token)
}

/// Whether the account has no post but in this organisation. Only then may its head make a link: by a link of theirs they
/// could else come in elsewhere as that person.
pub(crate) async fn belongs_only_to(
    core: &Core,
    account: AccountId,
    organisation: OrganisationId,
) -> Result<bool, Refusal> {
    let (now, account) = (core.clock.now(), account.uuid());
    let today = now.day().inner();
    let tx = core.db.identity(Some(account), AccessMode::ReadOnly).await?;
    let members = tx.own::<member::Entity>().filter(member::Column::AccountId.eq(account)).all().await?;
    let elsewhere = |row: &member::Model| {
        let over = row.disabled_at.is_some() || row.valid_until.is_some_and(|until| until < today);
        row.organisation_id != organisation.uuid() && !over
    };
    if members.iter().any(elsewhere) {
        return Ok(false);
    }
    let of_district = district_member::Column::AccountId.eq(account);
    let districts = tx.find::<district_member::Entity>().filter(of_district).all().await?;
    let over = |until: Option<time::Date>| until.is_some_and(|until| until < today);
    if districts.iter().any(|row| row.revoked_at.is_none() && !over(row.valid_until)) {
        return Ok(false);
    }
    let named = engagement_evaluator::Column::AccountId.eq(account);
    let engaged = tx.find::<engagement_evaluator::Entity>().filter(named).all().await?;
    let open = Condition::all()
        .add(engagement::Column::Id.is_in(engaged.iter().map(|row| row.engagement_id)))
        .add(engagement::Column::EndsAt.gt(now.millis()));
    Ok(tx.find::<engagement::Entity>().filter(open).one().await?.is_none())
}

/// Removes links that were used or are too old.
pub(super) async fn sweep(tx: &IdentityTx, now: Moment) -> Result<(), Refusal> {
    use activation::Column;
    let over = Condition::any().add(Column::UsedAt.is_not_null()).add(Column::ExpiresAt.lte(now.millis()));
    tx.delete::<activation::Entity>(over).await.map(drop)
}

/// Something that nobody guesses: 192 bits in hexadecimal digits.
pub(super) fn new_token() -> String {
    let mut secret = [0_u8; 24];
    fill_from_system(&mut secret);
    hex::encode(&secret)
}

async fn usable(tx: &IdentityTx, token: &str, now: Moment) -> Result<activation::Model, Refusal> {
    let row = tx.find::<activation::Entity>().filter(activation::Column::TokenHash.eq(hash(token))).need().await?;
    if row.used_at.is_some() || now.millis() >= row.expires_at { Err(Refusal::NotFound) } else { Ok(row) }
}

async fn usable_for(
    tx: &IdentityTx,
    token: &str,
    what: LinkPurpose,
    now: Moment,
) -> Result<activation::Model, Refusal> {
    let row = usable(tx, token, now).await?;
    if purpose(&row)? == what { Ok(row) } else { Err(Refusal::NotFound) }
}

async fn use_up(tx: &IdentityTx, token: &str, what: LinkPurpose, now: Moment) -> Result<(), Refusal> {
    let row = usable_for(tx, token, what, now).await?;
    let used = activation::ActiveModel { used_at: Set(Some(now.millis())), ..Default::default() };
    let unused = Condition::all()
        .add(activation::Column::TokenHash.eq(row.token_hash))
        .add(activation::Column::UsedAt.is_null());
    if tx.update::<activation::Entity>(used, unused).await? == 0 { Err(Refusal::NotFound) } else { Ok(()) }
}

async fn of_link(tx: &IdentityTx, row: &activation::Model) -> Result<account::Model, Refusal> {
    tx.find::<account::Entity>().filter(account::Column::Id.eq(row.account_id)).need().await
}

fn purpose(row: &activation::Model) -> Result<LinkPurpose, Refusal> {
    LinkPurpose::parse(&row.purpose).map_err(|_| fault(Fault::Stored("purpose")))
}
