//! Members of staff and their roles (SEC-01), and that nobody leaves work behind (ORG-14).

mod acts;
mod hand_over;
mod holdings;
mod operations;
mod receivers;

pub use acts::{MemberAct, may_revoke};
pub use hand_over::{HandOver, HandedOver, hand_over, handed_over};
use holdings::{holdings, holdings_of};
pub use operations::{
    AddMember, Added, GrantRole, MakeLink, RevokeRole, add_member, add_member_as_operator, disable_member, grant_role,
    in_the_way, make_link, revoke_role,
};
pub(crate) use receivers::receiver;
pub use receivers::{APPLICATION, CASE, Receiver, ReceiverNeed, may_receive, receivers};

use crate::acts::Acts;
use crate::db::{FileLane, ReadTx};
use crate::entity::{member, member_role};
use crate::memberships::{is_valid, valid_roles};
use crate::scope::StaffScope;
use domain::access::{Action, Object, Role};
use domain::ids::MemberId;
use domain::members::Holdings;
use domain::refusal::Refusal;
use sea_orm::{Order, QueryOrder};
use std::collections::HashMap;
use uuid::Uuid;

/// One member on the list of an organisation's people.
#[derive(Clone, Debug)]
pub struct MemberRow {
    /// The member.
    pub id: MemberId,
    /// The name.
    pub name: String,
    /// The roles that hold.
    pub roles: Vec<Role>,
    /// Whether the membership holds.
    pub active: bool,
    /// What the member answers for.
    pub holdings: Holdings,
    /// For the next change.
    pub version: i64,
    /// What this person may do with the membership.
    pub acts: Acts<MemberAct>,
}

impl MemberRow {
    /// What a successor needs to make anything of what the member has in hand.
    #[must_use]
    pub fn needs(&self) -> Vec<ReceiverNeed> {
        needs_of(&self.holdings)
    }
}

/// What a successor needs to make anything of all this.
fn needs_of(holdings: &Holdings) -> Vec<ReceiverNeed> {
    holdings.iter().map(|(held, _)| held.needs()).collect()
}

/// The organisation's people.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn list(scope: &StaffScope) -> Result<Vec<MemberRow>, Refusal> {
    scope.need(Object::Member, Action::List)?;
    let now = scope.now();
    let tx = scope.read().await?;
    let members = with_roles(&tx).await?;
    let mut held = holdings(&tx, None, now.day()).await?;
    let row = |(member, roles): WithRoles| {
        let holdings = held.remove(&member.id).unwrap_or_default();
        MemberRow {
            id: member.id.into(),
            roles: valid_roles(&roles, now),
            active: is_valid(&member, now),
            acts: Acts::of(scope, &member, |act: MemberAct| act.may(scope, &member, &holdings)),
            holdings,
            name: member.name,
            version: member.version,
        }
    };
    Ok(members.into_iter().map(row).collect())
}

/// A member, with every role that was ever given.
type WithRoles = (member::Model, Vec<member_role::Model>);

/// All members in the order in which they came, with one query.
async fn with_roles(tx: &ReadTx) -> Result<Vec<WithRoles>, Refusal> {
    let rows = tx.find::<member::Entity>().order(member::Column::Id, Order::Asc).joined(|select| {
        let roles = select.find_also(member::Entity, member_role::Entity).order_by_asc(member_role::Column::Id);
        roles.into_model::<member::Model, member_role::Model>()
    });
    let mut members: Vec<WithRoles> = Vec::new();
    for (member, role) in rows.await? {
        match members.last_mut() {
            Some((last, roles)) if last.id == member.id => roles.extend(role),
            _ => members.push((member, role.into_iter().collect())),
        }
    }
    Ok(members)
}

/// The names of members, for showing who did what.
pub(crate) async fn names(tx: &impl FileLane) -> Result<HashMap<Uuid, String>, Refusal> {
    Ok(tx.find::<member::Entity>().all().await?.into_iter().map(|member| (member.id, member.name)).collect())
}
