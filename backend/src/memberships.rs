//! Where an account is a member, and with which roles, as it stands now (SEC-01).

use crate::db::IdentityTx;
use crate::entity::{district_member, member, member_role};
use domain::access::Role;
use domain::ids::{AccountId, DistrictId, MemberId, OrganisationId};
use domain::refusal::Refusal;
use domain::terms::Term;
use domain::time::{Day, Moment};
use sea_orm::ColumnTrait;
use time::Date;
use uuid::Uuid;

/// An account's membership in one organisation, as it stands now.
pub(crate) struct Membership {
    pub(crate) member: MemberId,
    pub(crate) name: String,
    pub(crate) roles: Vec<Role>,
    /// How many messages the member has not read.
    pub(crate) unread: u32,
}

/// Whether a membership holds now.
pub(crate) fn is_valid(member: &member::Model, now: Moment) -> bool {
    term(member.valid_from, member.valid_until, member.disabled_at).holds(now)
}

/// The roles among these that hold now.
pub(crate) fn valid_roles(rows: &[member_role::Model], now: Moment) -> Vec<Role> {
    rows.iter()
        .filter(|row| term(row.valid_from, row.valid_until, row.revoked_at).holds(now))
        .filter_map(|row| Role::parse(&row.role).ok())
        .collect()
}

fn term(from: Date, until: Option<Date>, ended: Option<i64>) -> Term {
    Term { from: from.into(), until: until.map(Day::from), ended: ended.map(Moment::from_millis) }
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
            let unread = u32::try_from(member.unread).unwrap_or_default();
            let membership = Membership { member: member.id.into(), name: member.name, roles, unread };
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
    term(row.valid_from, row.valid_until, row.revoked_at).holds(now)
}
