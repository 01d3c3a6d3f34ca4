//! Accounts and the way in: signing in, activating, what one account may open (SEC-01).

mod password;
pub mod sessions;

use crate::Core;
use crate::ambient::{fill_from_system, new_id};
use crate::db::IdentityTx;
use crate::entity::{account, activation, district, engagement, engagement_evaluator, organisation, sign_in_failure};
use crate::members;
use crate::scope::Engagement;
use domain::access::Role;
use domain::ids::AccountId;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::text;
use domain::time::Moment;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{AccessMode, ColumnTrait, Condition};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// After so many failures in a row a name or an address has to wait.
const FAILURES_BEFORE_LOCK: i64 = 5;
/// How long, in minutes.
const LOCK_MINUTES: i64 = 15;
/// Failures older than this many hours are forgotten.
const FORGET_AFTER_HOURS: i64 = 24;
/// How long an activation link works, in hours.
const ACTIVATION_HOURS: i64 = 72;

/// What an account may open.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The account.
    pub account: AccountId,
    /// The person's name.
    pub name: String,
    /// Organisations, districts and engagements, in this order.
    pub posts: Vec<Post>,
}

/// One place where an account may work.
#[derive(Clone, Debug)]
pub enum Post {
    /// A membership in an organisation.
    Staff {
        /// `/o/{slug}`.
        slug: String,
        /// The organisation's name.
        name: String,
        /// The roles held there.
        roles: Vec<Role>,
    },
    /// A district's administration.
    District {
        /// `/d/{slug}`.
        slug: String,
        /// The district's name.
        name: String,
    },
    /// An evaluation that is open now.
    Evaluation(Engagement),
}

/// Signs in: the account, or a refusal that tells nothing about which part was wrong.
///
/// An attempt counts as a failure before its password is looked at, so that many guesses at the same moment cannot all pass
/// while none is counted yet; a right password takes the count away again.
///
/// # Errors
/// [`Refusal::WrongCredentials`], or [`Refusal::LockedOut`] after too many failures of this name or this address.
pub async fn sign_in(core: &Arc<Core>, name: &str, password: &str, address: &str) -> Result<AccountId, Refusal> {
    let now = core.clock.now();
    // What can be nobody's name is not looked up and not kept, but takes as long.
    let name = sign_in_name(name).ok();
    let subjects: Vec<String> =
        name.iter().map(|name| format!("name:{name}")).chain([format!("address:{address}")]).collect();
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    for subject in &subjects {
        count_attempt(&tx, subject, now).await?;
    }
    let found = match name {
        Some(name) => tx.find::<account::Entity>().filter(account::Column::SignInName.eq(name)).one().await?,
        None => None,
    };
    tx.commit().await?;
    let usable = found.filter(|account| account.disabled_at.is_none());
    let hash = usable.as_ref().and_then(|account| account.password_hash.clone());
    let right = password::verify(password.to_owned(), hash).await?;
    match usable {
        Some(account) if right => {
            let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
            for subject in subjects {
                tx.delete::<sign_in_failure::Entity>(sign_in_failure::Column::Subject.eq(subject)).await?;
            }
            tx.commit().await?;
            Ok(account.id.into())
        }
        _ => Err(Refusal::WrongCredentials),
    }
}

/// Counts one more failure of a name or an address, unless it has to wait.
async fn count_attempt(tx: &IdentityTx, subject: &str, now: Moment) -> Result<(), Refusal> {
    let row = hold_count(tx, subject, now).await?;
    if let Some(until) = row.locked_until.map(Moment::from_millis)
        && now < until
    {
        return Err(Refusal::LockedOut { until });
    }
    let recent = now.millis() - row.last_at < FORGET_AFTER_HOURS * 3_600_000;
    let failures = if recent { row.failures } else { 0 } + 1;
    // Many people share an address (a station's network); it may fail more often than one name.
    let limit = if subject.starts_with("address:") { FAILURES_BEFORE_LOCK * 10 } else { FAILURES_BEFORE_LOCK };
    let counted = sign_in_failure::ActiveModel {
        failures: Set(failures),
        last_at: Set(now.millis()),
        locked_until: Set((failures >= limit).then(|| now.millis() + LOCK_MINUTES * 60_000)),
        ..Default::default()
    };
    tx.update::<sign_in_failure::Entity>(counted, sign_in_failure::Column::Subject.eq(subject)).await.map(drop)
}

/// The count of a name or an address; whoever asks next waits until this transaction has ended.
async fn hold_count(tx: &IdentityTx, subject: &str, now: Moment) -> Result<sign_in_failure::Model, Refusal> {
    use sign_in_failure::Column;
    let none = sign_in_failure::ActiveModel {
        subject: Set(subject.to_owned()),
        failures: Set(0),
        last_at: Set(now.millis()),
        locked_until: Set(None),
    };
    // Writing the key over itself locks the row and changes nothing.
    tx.put(none, OnConflict::column(Column::Subject).update_column(Column::Subject).to_owned()).await?;
    tx.find::<sign_in_failure::Entity>().filter(Column::Subject.eq(subject)).need().await
}

/// Everything that the account may open now.
///
/// # Errors
/// [`Refusal::SignedOut`] when the account was disabled.
pub async fn principal(core: &Arc<Core>, account: AccountId) -> Result<Principal, Refusal> {
    let now = core.clock.now();
    let tx = core.db.identity(Some(account.uuid()), AccessMode::ReadOnly).await?;
    let row = tx.find::<account::Entity>().filter(account::Column::Id.eq(account.uuid())).one().await?;
    let row = row.filter(|row| row.disabled_at.is_none()).ok_or(Refusal::SignedOut)?;
    let memberships = members::everywhere(&tx, account, now).await?;
    let ids = memberships.iter().map(|(organisation, _)| organisation.uuid());
    let organisations = tx.find::<organisation::Entity>().filter(organisation::Column::Id.is_in(ids)).all().await?;
    let mut posts: Vec<Post> = memberships
        .into_iter()
        .filter_map(|(id, membership)| {
            let row = organisations.iter().find(|row| row.id == id.uuid())?;
            Some(Post::Staff { slug: row.slug.clone(), name: row.name.clone(), roles: membership.roles })
        })
        .collect();
    for district in members::districts(&tx, account, now).await? {
        if let Some(row) = tx.find::<district::Entity>().filter(district::Column::Id.eq(district.uuid())).one().await? {
            posts.push(Post::District { slug: row.slug, name: row.name });
        }
    }
    let engaged = tx
        .find::<engagement_evaluator::Entity>()
        .filter(engagement_evaluator::Column::AccountId.eq(account.uuid()))
        .all()
        .await?;
    let open = Condition::all()
        .add(engagement::Column::Id.is_in(engaged.iter().map(|row| row.engagement_id)))
        .add(engagement::Column::EndsAt.gt(now.millis()));
    for row in tx.find::<engagement::Entity>().filter(open).all().await? {
        posts.push(Post::Evaluation(Engagement::read(&row)));
    }
    Ok(Principal { account, name: row.display_name, posts })
}

/// Whether some sign-ins here are known to everybody, because the demonstration made them.
///
/// # Errors
/// When the database does not answer.
pub async fn has_demo_accounts(core: &Arc<Core>) -> Result<bool, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    Ok(tx.find::<account::Entity>().filter(account::Column::Demo.eq(true)).limit(1).one().await?.is_some())
}

/// The names of these accounts, for showing who of outside an organisation did what in it.
pub(crate) async fn display_names(
    core: &Core,
    accounts: impl Iterator<Item = AccountId>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let these = account::Column::Id.is_in(accounts.map(AccountId::uuid));
    let rows = tx.find::<account::Entity>().filter(these).all().await?;
    Ok(rows.into_iter().map(|row| (row.id, row.display_name)).collect())
}

/// The account with this sign-in name, for the operator of the installation, who acts for somebody at its command line.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or it was disabled.
pub async fn account_named(core: &Arc<Core>, name: &str) -> Result<AccountId, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let name = name.trim().to_lowercase();
    let row = tx.find::<account::Entity>().filter(account::Column::SignInName.eq(name)).need().await?;
    if row.disabled_at.is_some() { Err(Refusal::NotFound) } else { Ok(row.id.into()) }
}

/// What a new account needs.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The name to sign in with.
    pub sign_in_name: String,
    /// The person's name.
    pub display_name: String,
    /// A password known beforehand: only the demo sets one. Otherwise the person chooses it by the activation link.
    pub password: Option<String>,
}

/// Makes an account; answers it with the token of its one-time activation link, or only the account when it exists.
///
/// # Errors
/// When the name is no sign-in name.
pub async fn create_account(core: &Arc<Core>, new: NewAccount) -> Result<(AccountId, Option<String>), Refusal> {
    let now = core.clock.now();
    let name = sign_in_name(&new.sign_in_name).map_err(|problem| Refusal::field("sign_in_name", problem))?;
    let display_name =
        text::clean_line(&new.display_name, 40).map_err(|problem| Refusal::field("display_name", problem))?;
    let demo = new.password.is_some();
    let password_hash = match new.password {
        Some(password) => Some(password::hash(password).await?),
        None => None,
    };
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    if let Some(existing) = tx.find::<account::Entity>().filter(account::Column::SignInName.eq(&name)).one().await? {
        return Ok((existing.id.into(), None));
    }
    let id = new_id(now, &*core.chance);
    tx.insert(account::ActiveModel {
        id: Set(id),
        sign_in_name: Set(name),
        display_name: Set(display_name),
        password_hash: Set(password_hash),
        disabled_at: Set(None),
        demo: Set(demo),
        created_at: Set(now.millis()),
    })
    .await?;
    let token = if demo { None } else { Some(new_activation(&tx, id, now).await?) };
    tx.commit().await?;
    Ok((id.into(), token))
}

async fn new_activation(tx: &IdentityTx, account: uuid::Uuid, now: Moment) -> Result<String, Refusal> {
    let mut secret = [0_u8; 24];
    fill_from_system(&mut secret);
    let token: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    tx.insert(activation::ActiveModel {
        token_hash: Set(Sha256::digest(token.as_bytes()).to_vec()),
        account_id: Set(account),
        expires_at: Set(now.millis() + ACTIVATION_HOURS * 3_600_000),
        used_at: Set(None),
    })
    .await?;
    Ok(token)
}

/// Whether an activation link still works, and for whom.
///
/// # Errors
/// [`Refusal::NotFound`] when it is unknown, used or too old.
pub async fn activation(core: &Arc<Core>, token: &str) -> Result<String, Refusal> {
    let now = core.clock.now();
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let row = usable_activation(&tx, token, now).await?;
    let account = tx.find::<account::Entity>().filter(account::Column::Id.eq(row.account_id)).need().await?;
    Ok(account.sign_in_name)
}

/// Sets the password by an activation link, which thereby is used up.
///
/// # Errors
/// [`Refusal::NotFound`] for a link that does not work, [`Refusal::Invalid`] for a password that does not.
pub async fn activate(core: &Arc<Core>, token: &str, password: &str, again: &str) -> Result<AccountId, Refusal> {
    let mut errors = Vec::new();
    if let Err(problem) = password::check(password) {
        errors.push(FieldError::new("password", problem));
    } else if password != again {
        errors.push(FieldError::new("again", Problem::Contradicts));
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let now = core.clock.now();
    let hash = password::hash(password.to_owned()).await?;
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    let row = usable_activation(&tx, token, now).await?;
    let used = activation::ActiveModel { used_at: Set(Some(now.millis())), ..Default::default() };
    let unused = Condition::all()
        .add(activation::Column::TokenHash.eq(row.token_hash))
        .add(activation::Column::UsedAt.is_null());
    if tx.update::<activation::Entity>(used, unused).await? == 0 {
        return Err(Refusal::NotFound);
    }
    let set = account::ActiveModel { password_hash: Set(Some(hash)), ..Default::default() };
    tx.update::<account::Entity>(set, account::Column::Id.eq(row.account_id)).await?;
    tx.commit().await?;
    Ok(row.account_id.into())
}

async fn usable_activation(tx: &IdentityTx, token: &str, now: Moment) -> Result<activation::Model, Refusal> {
    let hash = Sha256::digest(token.as_bytes()).to_vec();
    let row = tx.find::<activation::Entity>().filter(activation::Column::TokenHash.eq(hash)).need().await?;
    if row.used_at.is_some() || now.millis() >= row.expires_at { Err(Refusal::NotFound) } else { Ok(row) }
}

pub(crate) async fn display_name(tx: &IdentityTx, account: AccountId) -> Result<String, Refusal> {
    let row = tx.find::<account::Entity>().filter(account::Column::Id.eq(account.uuid())).need().await?;
    if row.disabled_at.is_some() { Err(Refusal::SignedOut) } else { Ok(row.display_name) }
}

/// A sign-in name: 2 to 40 letters, digits, `.`, `-`, `_` or `@`, kept in lower case.
fn sign_in_name(raw: &str) -> Result<String, Problem> {
    let name = text::clean_line(raw, 40)?.to_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_@".contains(c);
    if name.chars().count() < 2 {
        Err(Problem::TooShort { min: 2 })
    } else if !name.chars().all(plain) {
        Err(Problem::NotASlug)
    } else {
        Ok(name)
    }
}
