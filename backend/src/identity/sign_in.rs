//! Proving who one is: at the door, again before what is grave, and to change the password.

use super::history::{is_at_home, note, note_times};
use super::lockout::{self, Tried};
use super::sessions::{self, Session};
use super::{needs_second_factor, password, principal, second_factor};
use crate::entity::account;
use crate::kernel::Core;
use domain::ids::AccountId;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::sign_in::{AccountEvent, SignInStage};
use sea_orm::ActiveValue::Set;
use sea_orm::{AccessMode, ColumnTrait};
use std::sync::Arc;

/// Signs in: the account, or a refusal that tells nothing about which part was wrong.
///
/// # Errors
/// [`Refusal::WrongCredentials`], or [`Refusal::LockedOut`] after too many failures of this name or this address.
pub async fn sign_in(core: &Arc<Core>, name: &str, password: &str, address: &str) -> Result<AccountId, Refusal> {
    // What can be nobody's name is not looked up and not kept, but takes as long.
    try_password(core, super::sign_in_name(name).ok(), password, address).await
}

/// How far the right password brings the account: in, or on to its second factor.
///
/// # Errors
/// [`Refusal::SignedOut`] when the account was disabled.
pub async fn stage_after_password(core: &Arc<Core>, account: AccountId) -> Result<SignInStage, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let has = second_factor::is_set(&tx, account.uuid()).await?;
    drop(tx);
    let me = principal(core, account).await?;
    Ok(match has {
        true => SignInStage::Code,
        false if needs_second_factor(core, &me).await? => SignInStage::SetUp,
        false => SignInStage::Password,
    })
}

/// Proves again who is at the screen: by a code where there is a second factor, else by the password.
///
/// # Errors
/// [`Refusal::Invalid`] at `code` or `password`, [`Refusal::LockedOut`] after too many failures.
pub async fn prove(core: &Arc<Core>, session: &Session, given: &str, address: &str) -> Result<(), Refusal> {
    if session.stage == SignInStage::Both {
        second_factor::check_code(core, session.account, given, address).await?;
    } else {
        own_password(core, session.account, "password", given, address).await?;
    }
    sessions::proved(core, session).await
}

/// Changes the password; every other session of the account ends.
///
/// # Errors
/// [`Refusal::Invalid`] at `current`, `password` or `again`, [`Refusal::LockedOut`] after too many wrong passwords.
pub async fn change_password(
    core: &Arc<Core>,
    session: &Session,
    current: &str,
    new: &str,
    again: &str,
    address: &str,
) -> Result<(), Refusal> {
    let account = session.account.uuid();
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let row = tx.find::<account::Entity>().filter(account::Column::Id.eq(account)).need().await?;
    drop(tx);
    let mut errors = password::errors(new, again, &row);
    if errors.is_empty() && new == current {
        errors.push(FieldError::new("password", Problem::Taken));
    }
    if current.is_empty() {
        errors.push(FieldError::new("current", Problem::Required));
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    own_password(core, session.account, "current", current, address).await?;
    let hash = password::hash(new.to_owned()).await?;
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    let set = account::ActiveModel { password_hash: Set(Some(hash)), ..Default::default() };
    tx.update::<account::Entity>(set, account::Column::Id.eq(account)).await?;
    sessions::end_others_in(&tx, session).await?;
    note(core, &tx, account, AccountEvent::PasswordChanged, address).await?;
    tx.commit().await
}

/// Whether this is the account's own password; a wrong one counts like one at the door.
pub(super) async fn own_password(
    core: &Arc<Core>,
    account: AccountId,
    field: &str,
    given: &str,
    address: &str,
) -> Result<(), Refusal> {
    if given.is_empty() {
        return Err(Refusal::field(field, Problem::Required));
    }
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let row = tx.find::<account::Entity>().filter(account::Column::Id.eq(account.uuid())).need().await?;
    drop(tx);
    match try_password(core, Some(row.sign_in_name), given, address).await {
        Ok(_) => Ok(()),
        Err(Refusal::WrongCredentials) => Err(Refusal::field(field, Problem::WrongPassword)),
        Err(refusal) => Err(refusal),
    }
}

/// Tries a password once.
///
/// An attempt counts as a failure before its password is looked at, so that many guesses at the same moment cannot all pass
/// while none is counted yet; a right password takes the count away again.
async fn try_password(
    core: &Arc<Core>,
    name: Option<String>,
    password: &str,
    address: &str,
) -> Result<AccountId, Refusal> {
    let now = core.clock.now();
    let at = Tried::Address(address.to_owned());
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    let found = match &name {
        Some(name) => tx.find::<account::Entity>().filter(account::Column::SignInName.eq(name)).one().await?,
        None => None,
    };
    let at_home = is_at_home(&tx, found.as_ref().map(|account| account.id), address, now).await?;
    let by = name.map(|name| match at_home {
        true => Tried::NameAtHome(name, address.to_owned()),
        false => Tried::Name(name),
    });
    let before = match &by {
        Some(by) => lockout::count(&tx, by, now).await?,
        None => 0,
    };
    lockout::count(&tx, &at, now).await?;
    tx.commit().await?;
    let usable = found.filter(|account| account.disabled_at.is_none());
    let hash = usable.as_ref().and_then(|account| account.password_hash.clone());
    let right = password::verify(password.to_owned(), hash).await?;
    match usable {
        Some(account) if right => {
            let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
            for subject in by.iter().chain([&at]) {
                lockout::forgive(&tx, subject).await?;
            }
            if before > 0 {
                note_times(core, &tx, account.id, AccountEvent::FailedBefore, address, before).await?;
            }
            tx.commit().await?;
            Ok(account.id.into())
        }
        _ => {
            tracing::warn!("somebody failed to sign in");
            Err(Refusal::WrongCredentials)
        }
    }
}
