//! Who may be made responsible: whoever is at work here, with roles that open what is to be theirs. One rule for the lists
//! from which somebody is chosen, for the operations that take the choice, and for the names on a roster.

use super::{MemberRow, is_valid, valid_roles};
use crate::change::Change;
use crate::entity::{member, member_role};
use crate::policy::Policy;
use crate::scope::StaffScope;
use domain::access::{Action, Object, Reach, Role};
use domain::ids::MemberId;
use domain::refusal::{Problem, Refusal};
use sea_orm::ColumnTrait;

/// A right that somebody needs to make anything of what is theirs, at least where it is their own.
pub type Needs = (Object, Action);

/// What the responsible worker of a case needs.
pub const CASE: [Needs; 2] = [(Object::Case, Action::Read), (Object::Client, Action::Read)];
/// What the handler of an application needs.
pub const APPLICATION: [Needs; 1] = [(Object::Application, Action::Read)];

/// Those among the members who may be made responsible for what needs these rights.
#[must_use]
pub fn receivers(scope: &StaffScope, members: Vec<MemberRow>, needs: &[Needs]) -> Vec<MemberRow> {
    members.into_iter().filter(|member| may_receive(scope, member, needs).is_ok()).collect()
}

/// Whether this member may be made responsible for what needs these rights, or why not.
pub(crate) fn may_receive(scope: &StaffScope, member: &MemberRow, needs: &[Needs]) -> Result<(), Problem> {
    fits(&scope.acting().core.policy, member.active, &member.roles, needs)
}

/// The member as the transaction sees it, who is to be responsible for what needs these rights.
///
/// # Errors
/// [`Refusal::Invalid`] at `field` when there is no such member, it is not at work, or its roles do not reach.
pub(crate) async fn receiver(
    scope: &StaffScope,
    change: &Change<'_>,
    member: MemberId,
    field: &str,
    needs: &[Needs],
) -> Result<(), Refusal> {
    let unknown = || Refusal::field(field, Problem::NotAChoice);
    let row = change.find::<member::Entity>().by_id(member).one().await?.ok_or_else(unknown)?;
    let held = member_role::Column::MemberId.eq(row.id);
    let roles = valid_roles(&change.find::<member_role::Entity>().filter(held).all().await?, change.now());
    fits(&scope.acting().core.policy, is_valid(&row, change.now()), &roles, needs)
        .map_err(|problem| Refusal::field(field, problem))
}

fn fits(policy: &Policy, active: bool, roles: &[Role], needs: &[Needs]) -> Result<(), Problem> {
    let opens = |(object, action): &Needs| policy.widest(roles, *object, *action) != Reach::None;
    match (active, needs.iter().all(opens)) {
        (false, _) => Err(Problem::NotAtWork),
        (true, false) => Err(Problem::OutOfReach),
        (true, true) => Ok(()),
    }
}
