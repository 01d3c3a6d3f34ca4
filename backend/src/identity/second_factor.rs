//! The second factor: a code from an authenticator app, and recovery codes for the day when it is not at hand.
//!
//! The secret is sealed under the master key, a code works once, and recovery codes are kept only as hashes that are keyed
//! with the secret: the master key can be exchanged without them. What is given wrongly counts like a wrong password.

use super::history::note;
use super::lockout::{self, Tried};
use super::sessions::Session;
use super::totp;
use super::{Principal, needs_second_factor};
use crate::ambient::fill_from_system;
use crate::codes;
use crate::db::IdentityTx;
use crate::entity::{account, recovery_code, second_factor};
use crate::fault::fault;
use crate::kernel::Core;
use crate::master::SECOND_FACTOR;
use crate::seal::{Place, keyed_hash};
use domain::ids::AccountId;
use domain::lang::text;
use domain::refusal::{Problem, Refusal};
use domain::sign_in::AccountEvent;
use domain::time::{Moment, Span};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{AccessMode, ColumnTrait, Condition};
use std::sync::Arc;
use uuid::Uuid;
use zeroize::Zeroizing;

/// How many recovery codes there are.
const CODES: usize = 10;
/// Letters of a recovery code, five bits each.
const CODE_LENGTH: usize = 12;
/// What recovery codes are hashed for.
const CODE_HASH: &str = "recovery_codes.code_hash";
/// How long a new secret waits for its first code.
pub(super) const PENDING: Span = Span::hours(1);

/// How an account's second factor stands.
#[derive(Clone, Debug)]
pub struct SecondFactor {
    /// Since when there is one.
    pub set: Option<Moment>,
    /// How many recovery codes are left.
    pub codes_left: u64,
    /// A new secret that waits for its first code.
    pub pending: Option<NewSecret>,
}

/// A secret that the person takes into the authenticator app.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// As it is typed.
    pub text: String,
    /// As a camera reads it: `otpauth://…`.
    pub address: String,
}

/// The account's second factor.
///
/// # Errors
/// When the database does not answer.
pub async fn second_factor(core: &Arc<Core>, account: AccountId) -> Result<SecondFactor, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let row = find(&tx, account.uuid()).await?;
    let mine = recovery_code::Column::AccountId.eq(account.uuid());
    let codes_left = tx.find::<recovery_code::Entity>().filter(mine).count().await?;
    let pending = match row.as_ref().and_then(|row| pending(core, row)) {
        Some(sealed) => {
            let secret = open(core, account.uuid(), sealed)?;
            let name = tx.find::<account::Entity>().filter(account::Column::Id.eq(account.uuid())).need().await?;
            let address = totp::address(&name.sign_in_name, &secret);
            Some(NewSecret { text: totp::spelled(&secret), address })
        }
        None => None,
    };
    Ok(SecondFactor { set: row.and_then(|row| row.set_at).map(Moment::from_millis), codes_left, pending })
}

/// Makes a new secret, which takes the place of the present one with its first right code.
///
/// # Errors
/// When the database does not answer.
pub async fn begin_second_factor(core: &Arc<Core>, account: AccountId) -> Result<(), Refusal> {
    use second_factor::Column;
    let sealed = core.master.seal(place(account.uuid()), &*totp::new_secret()).map_err(fault)?;
    let row = second_factor::ActiveModel {
        account_id: Set(account.uuid()),
        secret: Set(None),
        set_at: Set(None),
        last_step: Set(0),
        pending: Set(Some(sealed)),
        pending_at: Set(Some(core.clock.now().millis())),
    };
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    let again = OnConflict::column(Column::AccountId).update_columns([Column::Pending, Column::PendingAt]).to_owned();
    tx.put(row, again).await?;
    tx.commit().await
}

/// Takes the new secret into use by its first code; answers the recovery codes, which are shown once. Every other session of
/// the account ends.
///
/// # Errors
/// [`Refusal::Invalid`] for a wrong code, [`Refusal::LockedOut`] after too many, [`Refusal::Stale`] when there is no new
/// secret any more.
pub async fn confirm_second_factor(
    core: &Arc<Core>,
    session: &Session,
    code: &str,
    address: &str,
) -> Result<Vec<String>, Refusal> {
    let (account, now) = (session.account.uuid(), core.clock.now());
    attempt(core, account, async |tx| {
        let row = find(tx, account).await?.ok_or(Refusal::Stale)?;
        let secret = open(core, account, pending(core, &row).ok_or(Refusal::Stale)?)?;
        let Some(step) = totp::step_of(&secret, code, now, 0) else { return Ok(None) };
        let set = second_factor::ActiveModel {
            secret: Set(row.pending.clone()),
            set_at: Set(Some(now.millis())),
            last_step: Set(step),
            pending: Set(None),
            pending_at: Set(None),
            ..Default::default()
        };
        // Only one of two confirmations of the same secret succeeds.
        let same = of(account).add(second_factor::Column::Pending.eq(row.pending));
        if tx.update::<second_factor::Entity>(set, same).await? == 0 {
            return Err(Refusal::Stale);
        }
        note(core, tx, account, AccountEvent::FactorSet, address).await?;
        super::sessions::end_others_in(tx, session).await?;
        new_codes(tx, account, &secret).await.map(Some)
    })
    .await
}

/// Makes new recovery codes; the old ones work no more.
///
/// # Errors
/// [`Refusal::WrongState`] without a second factor.
pub async fn renew_recovery_codes(core: &Arc<Core>, account: AccountId, address: &str) -> Result<Vec<String>, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    let sealed = find(&tx, account.uuid()).await?.and_then(|row| row.secret).ok_or_else(none)?;
    let secret = open(core, account.uuid(), &sealed)?;
    note(core, &tx, account.uuid(), AccountEvent::CodesRenewed, address).await?;
    let codes = new_codes(&tx, account.uuid(), &secret).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Does without the second factor from now on.
///
/// # Errors
/// [`Refusal::WrongState`] when a post of the account needs one, or there is none.
pub async fn remove_second_factor(core: &Arc<Core>, me: &Principal, address: &str) -> Result<(), Refusal> {
    if needs_second_factor(core, me).await? {
        let words = text(
            "您的岗位需要二次验证，不能停用；可以换一部手机重新设置。",
            "Your post needs a second factor: it cannot be removed, but set up anew with another telephone.",
        );
        return Err(Refusal::WrongState { text: words });
    }
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    if !forget(&tx, me.account.uuid()).await? {
        return Err(none());
    }
    note(core, &tx, me.account.uuid(), AccountEvent::FactorRemoved, address).await?;
    tx.commit().await
}

/// Whether the account has a second factor.
pub(super) async fn is_set(tx: &IdentityTx, account: Uuid) -> Result<bool, Refusal> {
    Ok(find(tx, account).await?.is_some_and(|row| row.secret.is_some()))
}

/// Removes the second factor with its recovery codes; says whether there was one.
pub(super) async fn forget(tx: &IdentityTx, account: Uuid) -> Result<bool, Refusal> {
    tx.delete::<recovery_code::Entity>(recovery_code::Column::AccountId.eq(account)).await?;
    Ok(tx.delete::<second_factor::Entity>(of(account)).await? > 0)
}

/// Removes secrets that nobody confirmed.
pub(super) async fn sweep(tx: &IdentityTx, now: Moment) -> Result<(), Refusal> {
    use second_factor::Column;
    let old = Condition::all().add(Column::PendingAt.lt(now.minus(PENDING).millis()));
    tx.delete::<second_factor::Entity>(old.clone().add(Column::Secret.is_null())).await?;
    let none = second_factor::ActiveModel { pending: Set(None), pending_at: Set(None), ..Default::default() };
    tx.update::<second_factor::Entity>(none, old).await.map(drop)
}

/// Checks a code of the authenticator, or a recovery code; either is used up by it.
///
/// # Errors
/// [`Refusal::Invalid`] at `code` for a wrong one, [`Refusal::LockedOut`] after too many.
pub async fn check_code(core: &Arc<Core>, account: AccountId, code: &str, address: &str) -> Result<(), Refusal> {
    let (account, now) = (account.uuid(), core.clock.now());
    attempt(core, account, async |tx| {
        let Some(row) = find(tx, account).await? else { return Ok(None) };
        let Some(secret) = &row.secret else { return Ok(None) };
        let secret = open(core, account, secret)?;
        if let Some(step) = totp::step_of(&secret, code, now, row.last_step) {
            let used = second_factor::ActiveModel { last_step: Set(step), ..Default::default() };
            let unused = of(account).add(second_factor::Column::LastStep.lt(step));
            return Ok((tx.update::<second_factor::Entity>(used, unused).await? > 0).then_some(()));
        }
        let this = Condition::all()
            .add(recovery_code::Column::AccountId.eq(account))
            .add(recovery_code::Column::CodeHash.is_in(code_hashes(core, account, &secret, code)));
        if tx.delete::<recovery_code::Entity>(this).await? == 0 {
            return Ok(None);
        }
        note(core, tx, account, AccountEvent::RecoveryUsed, address).await.map(Some)
    })
    .await
}

/// Tries a code once: it counts as a failure unless `check` finds it right, whatever happens in between.
async fn attempt<T>(
    core: &Core,
    account: Uuid,
    check: impl AsyncFnOnce(&IdentityTx) -> Result<Option<T>, Refusal>,
) -> Result<T, Refusal> {
    let subject = Tried::Code(account);
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    lockout::count(&tx, &subject, core.clock.now()).await?;
    let right = check(&tx).await?;
    if right.is_some() {
        lockout::forgive(&tx, &subject).await?;
    }
    tx.commit().await?;
    right.ok_or_else(|| Refusal::field("code", Problem::WrongCode))
}

async fn new_codes(tx: &IdentityTx, account: Uuid, secret: &[u8]) -> Result<Vec<String>, Refusal> {
    tx.delete::<recovery_code::Entity>(recovery_code::Column::AccountId.eq(account)).await?;
    let mut codes = Vec::new();
    for _ in 0..CODES {
        let mut random = [0_u8; CODE_LENGTH];
        fill_from_system(&mut random);
        let code = codes::spell(&random);
        let code_hash = code_hash(account, secret, &code);
        tx.insert(recovery_code::ActiveModel { account_id: Set(account), code_hash: Set(code_hash) }).await?;
        codes.push(code);
    }
    Ok(codes)
}

async fn find(tx: &IdentityTx, account: Uuid) -> Result<Option<second_factor::Model>, Refusal> {
    tx.find::<second_factor::Entity>().filter(of(account)).one().await
}

fn of(account: Uuid) -> Condition {
    Condition::all().add(second_factor::Column::AccountId.eq(account))
}

/// The new secret, while it waits.
fn pending<'r>(core: &Core, row: &'r second_factor::Model) -> Option<&'r [u8]> {
    let since = Moment::from_millis(row.pending_at?);
    row.pending.as_deref().filter(|_| core.clock.now().since(since) < PENDING)
}

fn place(account: Uuid) -> Place<'static> {
    Place { column: SECOND_FACTOR, row: account }
}

fn open(core: &Core, account: Uuid, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    core.master.open(place(account), sealed).map_err(fault)
}

/// What is kept of a recovery code. Without the secret, which is not in the database, it cannot be guessed from there.
fn code_hash(account: Uuid, secret: &[u8], code: &str) -> Vec<u8> {
    keyed_hash(secret, &format!("{CODE_HASH}|{account}"), &codes::plain(code)).to_vec()
}

/// What may be kept of a recovery code: codes from before are kept under the master key itself.
fn code_hashes(core: &Core, account: Uuid, secret: &[u8], code: &str) -> Vec<Vec<u8>> {
    let mut hashes = core.master.indexes(Place { column: CODE_HASH, row: account }, &codes::plain(code));
    hashes.push(code_hash(account, secret, code));
    hashes
}

fn none() -> Refusal {
    Refusal::WrongState { text: text("还没有启用二次验证。", "There is no second factor yet.") }
}
