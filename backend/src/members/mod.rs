//! Members of staff and their roles (SEC-01), and that nobody leaves work behind (ORG-14).

mod operations;
mod receivers;

pub use operations::{
    AddMember, Added, DisableMember, GrantRole, MakeLink, ReassignCases, RevokeRole, add_member,
    add_member_as_operator, disable_member, grant_role, make_link, reassign_cases, revoke_role,
};
pub(crate) use receivers::receiver;
pub use receivers::{APPLICATION, CASE, Needs, Receiver, may_receive, receivers};

use crate::db::{FileLane, IdentityTx, ReadTx};
use crate::entity::{application, case, district_member, member, member_role};
use crate::scope::StaffScope;
use domain::access::{Action, Object, Role};
use domain::applications::ApplicationState;
use domain::cases::CaseState;
use domain::ids::{AccountId, DistrictId, MemberId, OrganisationId};
use domain::refusal::Refusal;
use domain::time::{Day, Moment};
use domain::workflow::Workflow;
use sea_orm::{ColumnTrait, Order, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// An account's membership in one organisation, as it stands now.
pub(crate) struct Membership {
    pub(crate) member: MemberId,
    pub(crate) name: String,
    pub(crate) roles: Vec<Role>,
}

/// Whether a membership holds now.
pub(crate) fn is_valid(member: &member::Model, now: Moment) -> bool {
    member.disabled_at.is_none() && holds(member.valid_from, member.valid_until, now.day())
}

/// The roles among these that hold now.
pub(crate) fn valid_roles(rows: &[member_role::Model], now: Moment) -> Vec<Role> {
    rows.iter()
        .filter(|row| row.revoked_at.is_none() && holds(row.valid_from, row.valid_until, now.day()))
        .filter_map(|row| Role::parse(&row.role).ok())
        .collect()
}

fn holds(from: time::Date, until: Option<time::Date>, today: Day) -> bool {
    from <= today.inner() && until.is_none_or(|until| today.inner() <= until)
}

/// The account's membership in one organisation: none without a role that holds.
pub(crate) async fn of_account(
    tx: &IdentityTx,
    organisation: OrganisationId,
    account: AccountId,
    now: Moment,
) -> Result<Option<Membership>, Refusal> {
    Ok(everywhere(tx, account, now)
        .await?
        .into_iter()
        .find(|(id, _)| *id == organisation)
        .map(|(_, membership)| membership))
}

/// The account's memberships in every organisation.
pub(crate) async fn everywhere(
    tx: &IdentityTx,
    account: AccountId,
    now: Moment,
) -> Result<Vec<(OrganisationId, Membership)>, Refusal> {
    let members = tx.own::<member::Entity>().filter(member::Column::AccountId.eq(account.uuid())).all().await?;
    let ids: Vec<Uuid> = members.iter().map(|member| member.id).collect();
    let roles = tx.own::<member_role::Entity>().filter(member_role::Column::MemberId.is_in(ids)).all().await?;
    Ok(members
        .into_iter()
        .filter(|member| is_valid(member, now))
        .filter_map(|member| {
            let of_this = |role: &&member_role::Model| {
                role.member_id == member.id && role.organisation_id == member.organisation_id
            };
            let held: Vec<member_role::Model> = roles.iter().filter(of_this).cloned().collect();
            let roles = valid_roles(&held, now);
            let membership = Membership { member: member.id.into(), name: member.name, roles };
            (!membership.roles.is_empty()).then(|| (member.organisation_id.into(), membership))
        })
        .collect())
}

/// The districts that the account administers.
pub(crate) async fn districts(tx: &IdentityTx, account: AccountId, now: Moment) -> Result<Vec<DistrictId>, Refusal> {
    let rows = tx
        .find::<district_member::Entity>()
        .filter(district_member::Column::AccountId.eq(account.uuid()))
        .all()
        .await?;
    Ok(rows.into_iter().filter(|row| administers(row, now)).map(|row| row.district_id.into()).collect())
}

/// The account's roles in one district.
pub(crate) async fn district_roles(
    tx: &IdentityTx,
    district: DistrictId,
    account: AccountId,
    now: Moment,
) -> Result<Vec<Role>, Refusal> {
    let rows = tx
        .find::<district_member::Entity>()
        .filter(district_member::Column::DistrictId.eq(district.uuid()))
        .filter(district_member::Column::AccountId.eq(account.uuid()))
        .all()
        .await?;
    Ok(rows.iter().filter(|row| administers(row, now)).filter_map(|row| Role::parse(&row.role).ok()).collect())
}

fn administers(row: &district_member::Model, now: Moment) -> bool {
    row.revoked_at.is_none() && holds(row.valid_from, row.valid_until, now.day())
}

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

impl MemberRow {
    /// What a successor needs to make anything of what the member has in hand.
    #[must_use]
    pub fn needs(&self) -> Vec<Needs> {
        in_hand(self.open_cases > 0, self.open_applications > 0)
    }
}

fn in_hand(cases: bool, applications: bool) -> Vec<Needs> {
    let (cases, applications) = (cases.then_some(CASE), applications.then_some(APPLICATION));
    cases.into_iter().flatten().chain(applications.into_iter().flatten()).collect()
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
