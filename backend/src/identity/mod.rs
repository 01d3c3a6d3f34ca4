//! Accounts and the way in: signing in, second factors, links that work once, what one account may open (SEC-01).

mod carried;
mod history;
mod links;
mod lockout;
mod password;
mod second_factor;
pub mod sessions;
mod sign_in;
mod token;
mod totp;

#[cfg(test)]
mod tests;

pub use carried::{open_form, seal_form};
pub use history::{Happened, history};
pub(crate) use links::belongs_only_to;
pub use links::{Link, activate, link, make_link, reset_second_factor};
pub use second_factor::{
    NewSecret, SecondFactor, begin_second_factor, check_code, confirm_second_factor, remove_second_factor,
    renew_recovery_codes, second_factor,
};
pub use sign_in::{change_password, prove, sign_in, stage_after_password};

use crate::ambient::new_id;
use crate::db::IdentityTx;
use crate::engagement::Engagement;
use crate::entity::{account, district, engagement, engagement_evaluator, organisation};
use crate::kernel::Core;
use crate::memberships;
use domain::access::Role;
use domain::ids::AccountId;
use domain::refusal::{Problem, Refusal};
use domain::sign_in::LinkPurpose;
use domain::text;
use sea_orm::ActiveValue::Set;
use sea_orm::{AccessMode, ColumnTrait, Condition};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// What an account may open.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The account.
    pub account: AccountId,
    /// The person's name.
    pub name: String,
    /// Organisations, districts and engagements, in this order.
    pub posts: Vec<Post>,
    /// The roles held, each with the district it is held under.
    held: Vec<(Uuid, Role)>,
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

/// Everything that the account may open now.
///
/// # Errors
/// [`Refusal::SignedOut`] when the account was disabled.
pub async fn principal(core: &Arc<Core>, account: AccountId) -> Result<Principal, Refusal> {
    let now = core.clock.now();
    let tx = core.db.identity(Some(account.uuid()), AccessMode::ReadOnly).await?;
    let row = tx.find::<account::Entity>().filter(account::Column::Id.eq(account.uuid())).one().await?;
    let row = row.filter(|row| row.disabled_at.is_none()).ok_or(Refusal::SignedOut)?;
    let memberships = memberships::everywhere(&tx, account, now).await?;
    let ids = memberships.iter().map(|(organisation, _)| organisation.uuid());
    let organisations = tx.find::<organisation::Entity>().filter(organisation::Column::Id.is_in(ids)).all().await?;
    let (mut posts, mut held) = (Vec::new(), Vec::new());
    for (id, membership) in memberships {
        let Some(row) = organisations.iter().find(|row| row.id == id.uuid()) else { continue };
        held.extend(membership.roles.iter().map(|role| (row.district_id, *role)));
        posts.push(Post::Staff { slug: row.slug.clone(), name: row.name.clone(), roles: membership.roles });
    }
    for district in memberships::districts(&tx, account, now).await? {
        if let Some(row) = tx.find::<district::Entity>().filter(district::Column::Id.eq(district.uuid())).one().await? {
            held.push((row.id, Role::DistrictAdmin));
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
        held.push((row.district_id, Role::Evaluator));
        posts.push(Post::Evaluation(Engagement::read(&row)));
    }
    Ok(Principal { account, name: row.display_name, posts, held })
}

/// Whether the account has to have a second factor: by one of its posts it sees clients, and the district asks for it.
///
/// # Errors
/// When the database does not answer.
pub async fn needs_second_factor(core: &Arc<Core>, me: &Principal) -> Result<bool, Refusal> {
    let careful = me.held.iter().filter(|(_, role)| core.policy.sees_clients(*role)).map(|(district, _)| *district);
    let asking = Condition::all().add(district::Column::Id.is_in(careful)).add(district::Column::SecondFactor.eq(true));
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    Ok(tx.find::<district::Entity>().filter(asking).limit(1).one().await?.is_some())
}

/// Removes what is over: sessions, counts of failures, links, secrets that nobody confirmed.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(core: &Arc<Core>) -> Result<(), Refusal> {
    let now = core.clock.now();
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    sessions::sweep(&tx, now).await?;
    lockout::sweep(&tx, now).await?;
    links::sweep(&tx, now).await?;
    second_factor::sweep(&tx, now).await?;
    tx.commit().await
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
        text::PersonName::parse(&new.display_name).map_err(|problem| Refusal::field("display_name", problem))?;
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
        display_name: Set(display_name.into_string()),
        password_hash: Set(password_hash),
        disabled_at: Set(None),
        demo: Set(demo),
        created_at: Set(now.millis()),
    })
    .await?;
    let token = if demo { None } else { Some(links::new_link(&tx, id, LinkPurpose::Password, now).await?) };
    tx.commit().await?;
    Ok((id.into(), token))
}

pub(crate) async fn display_name(tx: &IdentityTx, account: AccountId) -> Result<String, Refusal> {
    let row = tx.find::<account::Entity>().filter(account::Column::Id.eq(account.uuid())).need().await?;
    if row.disabled_at.is_some() { Err(Refusal::SignedOut) } else { Ok(row.display_name) }
}

/// A sign-in name: 2 to 40 letters, digits, `.`, `-`, `_` or `@`, kept in lower case.
fn sign_in_name(raw: &str) -> Result<String, Problem> {
    let name = text::clean_line(&text::compact(raw), 40)?.to_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_@".contains(c);
    if name.chars().count() < 2 {
        Err(Problem::TooShort { min: 2 })
    } else if !name.chars().all(plain) {
        Err(Problem::NotASlug)
    } else {
        Ok(name)
    }
}
