//! Members of staff and their roles (SEC-01), and that nobody leaves work behind (ORG-14).

mod operations;

pub use operations::{
    AddMember, Added, DisableMember, GrantRole, MakeLink, ReassignCases, RevokeRole, add_member,
    add_member_as_operator, disable_member, grant_role, make_link, reassign_cases, revoke_role,
};

use crate::db::{FileLane, ReadTx};
use crate::entity::{application, case, member, member_role};
use crate::memberships::{is_valid, valid_roles};
use crate::scope::StaffScope;
use domain::access::{Action, Object, Role};
use domain::applications::ApplicationState;
use domain::cases::CaseState;
use domain::ids::MemberId;
use domain::refusal::Refusal;
use domain::workflow::Workflow;
use sea_orm::{ColumnTrait, Order, QuerySelect};
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
    /// Open cases that the member answers for.
    pub open_cases: u64,
    /// Undecided applications that the member handles.
    pub open_applications: u64,
    /// For the next change.
    pub version: i64,
}

/// The organisation's people.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn list(scope: &StaffScope) -> Result<Vec<MemberRow>, Refusal> {
    scope.need(Object::Member, Action::List)?;
    let now = scope.now();
    let tx = scope.read().await?;
    let members = tx.find::<member::Entity>().order(member::Column::Id, Order::Asc).all().await?;
    let roles = tx.find::<member_role::Entity>().all().await?;
    let cases = open_cases(&tx).await?;
    let applications = tx
        .find::<application::Entity>()
        .filter(application::Column::State.is_not_in(ApplicationState::ENDS.iter().map(|state| state.code())))
        .filter(application::Column::HandlerId.is_not_null())
        .shape(|select| QuerySelect::column(QuerySelect::select_only(select), application::Column::HandlerId))
        .tuples::<(Uuid,)>()
        .await?;
    let applications = tally(applications);
    Ok(members
        .into_iter()
        .map(|member| {
            let held: Vec<member_role::Model> =
                roles.iter().filter(|role| role.member_id == member.id).cloned().collect();
            MemberRow {
                id: member.id.into(),
                roles: valid_roles(&held, now),
                active: is_valid(&member, now),
                open_cases: cases.get(&member.id).copied().unwrap_or(0),
                open_applications: applications.get(&member.id).copied().unwrap_or(0),
                name: member.name,
                version: member.version,
            }
        })
        .collect())
}

/// Somebody who may be made responsible for a case.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// The member.
    pub id: MemberId,
    /// The name.
    pub name: String,
    /// Open cases that the member answers for already.
    pub open_cases: u64,
}

/// Whose membership holds, with what each has in hand.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn receivers(scope: &StaffScope) -> Result<Vec<Receiver>, Refusal> {
    scope.need(Object::Member, Action::List)?;
    let tx = scope.read().await?;
    let members = tx.find::<member::Entity>().order(member::Column::Id, Order::Asc).all().await?;
    let cases = open_cases(&tx).await?;
    let here = members.into_iter().filter(|member| is_valid(member, scope.now()));
    Ok(here
        .map(|member| Receiver {
            id: member.id.into(),
            open_cases: cases.get(&member.id).copied().unwrap_or(0),
            name: member.name,
        })
        .collect())
}

/// How many open cases each member answers for.
async fn open_cases(tx: &ReadTx) -> Result<HashMap<Uuid, u64>, Refusal> {
    let open = case::Column::State.is_in(CaseState::OPEN.iter().map(|state| state.code()));
    let rows = tx
        .find::<case::Entity>()
        .filter(open)
        .shape(|select| QuerySelect::column(QuerySelect::select_only(select), case::Column::ResponsibleId))
        .tuples::<(Uuid,)>()
        .await?;
    Ok(tally(rows))
}

fn tally(rows: Vec<(Uuid,)>) -> HashMap<Uuid, u64> {
    let mut counts = HashMap::new();
    for (member,) in rows {
        *counts.entry(member).or_default() += 1;
    }
    counts
}

/// The names of members, for showing who did what.
pub(crate) async fn names(tx: &impl FileLane) -> Result<HashMap<Uuid, String>, Refusal> {
    Ok(tx.find::<member::Entity>().all().await?.into_iter().map(|member| (member.id, member.name)).collect())
}
