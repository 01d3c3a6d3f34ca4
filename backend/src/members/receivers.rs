//! Who may be made responsible: whoever is at work here, with roles that open what is to be theirs. One rule for the lists
//! from which somebody is chosen, for the operations that take the choice, and for the names on a roster.

use super::{MemberRow, WithRoles, is_valid, valid_roles, with_roles};
use crate::change::Change;
use crate::db::ReadTx;
use crate::entity::{case, member, member_role};
use crate::policy::Policy;
use crate::scope::StaffScope;
use domain::access::{Action, Object, Reach, Role};
use domain::cases::CaseState;
use domain::ids::MemberId;
use domain::refusal::{Problem, Refusal};
use sea_orm::{ColumnTrait, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// A right that somebody needs to make anything of what is theirs, at least where it is their own.
pub type ReceiverNeed = (Object, Action);

/// What the responsible worker of a case needs.
pub const CASE: [ReceiverNeed; 2] = [(Object::Case, Action::Read), (Object::Client, Action::Read)];
/// What the handler of an application needs.
pub const APPLICATION: [ReceiverNeed; 1] = [(Object::Application, Action::Read)];

/// Somebody who may be made responsible.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// The member.
    pub id: MemberId,
    /// The name.
    pub name: String,
    /// The roles that hold.
    pub roles: Vec<Role>,
    /// Open cases that the member answers for already.
    pub open_cases: u64,
}

/// Those who may be made responsible for what needs these rights.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn receivers(scope: &StaffScope, needs: &[ReceiverNeed]) -> Result<Vec<Receiver>, Refusal> {
    scope.need(Object::Member, Action::List)?;
    let tx = scope.read().await?;
    let cases = open_cases(&tx).await?;
    let receiver = |(member, roles): WithRoles| {
        let roles = valid_roles(&roles, scope.now());
        fits(&scope.acting().core.policy, is_valid(&member, scope.now()), &roles, needs).ok()?;
        let open_cases = cases.get(&member.id).copied().unwrap_or(0);
        Some(Receiver { id: member.id.into(), name: member.name, roles, open_cases })
    };
    Ok(with_roles(&tx).await?.into_iter().filter_map(receiver).collect())
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
    let mut counts = HashMap::new();
    for (member,) in rows {
        *counts.entry(member).or_default() += 1;
    }
    Ok(counts)
}

/// Whether this member may be made responsible for what needs these rights.
///
/// # Errors
/// Why not.
pub fn may_receive(scope: &StaffScope, member: &MemberRow, needs: &[ReceiverNeed]) -> Result<(), Problem> {
    fits(&scope.acting().core.policy, member.active, &member.roles, needs)
}

/// Makes sure, in the transaction, that a member may be made responsible for what needs these rights.
///
/// # Errors
/// [`Refusal::Invalid`] at `field` when there is no such member, it is not at work, or its roles do not reach.
pub(crate) async fn receiver(
    scope: &StaffScope,
    change: &Change<'_>,
    member: MemberId,
    field: &str,
    needs: &[ReceiverNeed],
) -> Result<(), Refusal> {
    let unknown = || Refusal::field(field, Problem::NotAChoice);
    let row = change.find::<member::Entity>().by_id(member).one().await?.ok_or_else(unknown)?;
    let held = member_role::Column::MemberId.eq(row.id);
    let roles = valid_roles(&change.find::<member_role::Entity>().filter(held).all().await?, change.now());
    fits(&scope.acting().core.policy, is_valid(&row, change.now()), &roles, needs)
        .map_err(|problem| Refusal::field(field, problem))
}

fn fits(policy: &Policy, active: bool, roles: &[Role], needs: &[ReceiverNeed]) -> Result<(), Problem> {
    let opens = |(object, action): &ReceiverNeed| policy.widest(roles, *object, *action) != Reach::None;
    match (active, needs.iter().all(opens)) {
        (false, _) => Err(Problem::NotAtWork),
        (true, false) => Err(Problem::OutOfReach),
        (true, true) => Ok(()),
    }
}
