//! Adding, letting in, giving roles, disabling.

use super::{MemberAct, holdings_of, may_revoke};
use crate::acting::Acting;
use crate::change::{Change, Command, Responsible, act, ask_first, run};
use crate::entity::{member, member_role};
use crate::happening::Happening;
use crate::identity::{self, NewAccount, create_account};
use crate::organisations::OperatorScope;
use crate::scope::StaffScope;
use domain::access::{Action, Object, Role};
use domain::events::{Event, EventKind, Subject};
use domain::ids::{AccountId, MemberId};
use domain::lang::text;
use domain::members::Holdings;
use domain::refusal::{Blocked, Problem, Refusal};
use domain::rules::{Facts, Known, Occasion, OrgRules};
use domain::sign_in::LinkPurpose;
use domain::text::PersonName;
use domain::time::Day;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;

act!(
    /// Adding a member with roles.
    Add = Member Create => member, member_role
);
act!(
    /// Ending a membership, or one role of it.
    Disable = Member Disable => member, member_role
);
act!(
    /// Making a link by which a member gets in again.
    LetIn = Member Edit
);
act!(
    /// Giving a role.
    Grant = Member Edit => member_role
);

impl Responsible for member::Model {
    fn responsible(&self) -> Option<uuid::Uuid> {
        None
    }
}

/// A new member.
#[derive(Clone, Debug, Serialize)]
pub struct AddMember {
    /// The name to sign in with; an account that exists is taken.
    pub sign_in_name: String,
    /// The person's name.
    pub name: String,
    /// What the person is here.
    pub roles: Vec<Role>,
    /// From when.
    pub from: Day,
    /// Until when, if it is limited.
    pub until: Option<Day>,
    /// A password known beforehand, for the demo only.
    #[serde(skip)]
    pub password: Option<String>,
}

/// A membership that begins, with the link that lets the person choose a password when the account is new.
#[derive(Clone, Debug)]
pub struct Added {
    /// The member.
    pub member: MemberId,
    /// The account.
    pub account: AccountId,
    /// The token of the activation link, for a new account.
    pub activation: Option<String>,
}

/// Adds a member: by the organisation's head.
///
/// # Errors
/// When the policy says no, or a value is not what it should be.
pub async fn add_member(scope: &StaffScope, command: Command<AddMember>) -> Result<Added, Refusal> {
    add(scope.acting(), command).await
}

/// Adds a member when an organisation is set up at the command line.
///
/// # Errors
/// When a value is not what it should be.
pub async fn add_member_as_operator(scope: &OperatorScope, command: Command<AddMember>) -> Result<Added, Refusal> {
    add(&scope.acting, command).await
}

async fn add(acting: &Acting, command: Command<AddMember>) -> Result<Added, Refusal> {
    let asked = &command.body;
    if asked.roles.is_empty() || asked.roles.iter().any(|role| !Role::STAFF.contains(role)) {
        return Err(Refusal::field("roles", Problem::NotAChoice));
    }
    if asked.until.is_some_and(|until| until < asked.from) {
        return Err(Refusal::field("until", Problem::Contradicts));
    }
    let name = PersonName::parse(&asked.name).map_err(|problem| Refusal::field("name", problem))?.into_string();
    // The account stands above the organisations and is made in a transaction of its own.
    ask_first::<Add>(acting, command.operation).await?;
    let new = NewAccount {
        sign_in_name: asked.sign_in_name.clone(),
        display_name: name.clone(),
        password: asked.password.clone(),
    };
    let (account, activation) = create_account(&acting.core, new).await?;
    let member = run(acting, &command, async |change, asked| insert(change, account, name, asked).await).await?;
    Ok(Added { member, account, activation })
}

async fn insert(
    change: &mut Change<'_>,
    account: AccountId,
    name: String,
    asked: &AddMember,
) -> Result<MemberId, Refusal> {
    let permit = change.permit_new::<Add>()?;
    if change.find::<member::Entity>().filter(member::Column::AccountId.eq(account.uuid())).one().await?.is_some() {
        return Err(Refusal::field("sign_in_name", Problem::Taken));
    }
    let id = change.new_id();
    let row = member::ActiveModel {
        id: Set(id),
        account_id: Set(account.uuid()),
        name: Set(name),
        valid_from: Set(asked.from.inner()),
        valid_until: Set(asked.until.map(Day::inner)),
        disabled_at: Set(None),
        version: Set(1),
        ..Default::default()
    };
    change.insert(&permit, row).await?;
    for role in &asked.roles {
        let row = member_role::ActiveModel {
            id: Set(change.new_id()),
            member_id: Set(id),
            role: Set(role.code().to_owned()),
            valid_from: Set(asked.from.inner()),
            valid_until: Set(asked.until.map(Day::inner)),
            revoked_at: Set(None),
            ..Default::default()
        };
        change.insert(&permit, row).await?;
    }
    let roles: Vec<&str> = asked.roles.iter().map(|role| role.code()).collect();
    happened(change, EventKind::MemberAdded, id, |event| event.with("roles", roles.join(",")));
    Ok(id.into())
}

/// Disables a member, once nothing is left without an owner (ORG-14).
///
/// # Errors
/// [`Refusal::Blocked`] with the number of open items, while there are any.
pub async fn disable_member(scope: &StaffScope, command: Command<MemberId>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let member = change.find::<member::Entity>().by_id(*asked).need().await?;
            let permit = change.permit::<Disable>(&member)?;
            let holdings = holdings_of(change.lane(), *asked, change.now().day()).await?;
            MemberAct::Disable.may(scope, &member, &holdings)?;
            change.heed((Object::Member, Action::Disable), &known(&holdings)).await?;
            let row = member::ActiveModel { disabled_at: Set(Some(change.now().millis())), ..Default::default() };
            change.update::<_, member::Entity>(&permit, member.id, change.seen(), row).await?;
            happened(change, EventKind::MemberDisabled, member.id, |event| event);
            Ok(())
        })
        .await
}

/// What the rules are told before a member is disabled.
fn known(holdings: &Holdings) -> Facts<'static> {
    Facts::default().tell(Known::Unfinished, i64::try_from(holdings.unfinished()).unwrap_or(i64::MAX))
}

/// What the rules miss before somebody with these holdings is disabled.
#[must_use]
pub fn in_the_way(scope: &StaffScope, rules: &OrgRules, holdings: &Holdings) -> Vec<Blocked> {
    let on = Occasion::Act(Object::Member, Action::Disable);
    scope.core().bind(rules, scope.now()).ask(&on, &known(holdings)).blocked
}

/// Makes a link by which a member gets in again.
#[derive(Clone, Debug, Serialize)]
pub struct MakeLink {
    /// For whom.
    pub member: MemberId,
    /// What was lost.
    #[serde(serialize_with = "code")]
    pub purpose: LinkPurpose,
}

fn code<S: serde::Serializer>(purpose: &LinkPurpose, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(purpose.code())
}

/// Makes a link by which a member chooses a new password, or sets up the second factor anew; answers its token. The link is
/// in the audit chain before it exists; its token is kept nowhere.
///
/// # Errors
/// [`Refusal::WrongState`] when the account is also used elsewhere: a head's link must not open another house.
pub async fn make_link(scope: &StaffScope, command: Command<MakeLink>) -> Result<String, Refusal> {
    let account: uuid::Uuid = scope
        .run(&command, async |change, asked| {
            let member = change.find::<member::Entity>().by_id(asked.member).need().await?;
            let _permit = change.permit::<LetIn>(&member)?;
            MemberAct::LetIn.may(scope, &member, &Holdings::default())?;
            let Acting { core, organisation, .. } = scope.acting();
            if !identity::belongs_only_to(core, member.account_id.into(), organisation.id).await? {
                let words = text(
                    "这个账号不只在本机构使用，请联系平台运营重设。",
                    "This account is used elsewhere too: please ask the operator of the platform to reset it.",
                );
                return Err(Refusal::WrongState { text: words });
            }
            happened(change, EventKind::MemberLinkMade, member.id, |event| event.with("purpose", asked.purpose.code()));
            Ok(member.account_id)
        })
        .await?;
    identity::make_link(&scope.acting().core, account.into(), command.body.purpose).await
}

/// Gives a member one more role.
#[derive(Clone, Debug, Serialize)]
pub struct GrantRole {
    /// To whom.
    pub member: MemberId,
    /// Which.
    pub role: Role,
    /// From when.
    pub from: Day,
    /// Until when, if it is limited.
    pub until: Option<Day>,
}

/// Gives a role; it counts from the person's next request on, and never beyond the membership itself.
///
/// # Errors
/// [`Refusal::Invalid`] for a role that is none of an organisation's or that the member has already, [`Refusal::WrongState`]
/// for somebody who has left.
pub async fn grant_role(scope: &StaffScope, command: Command<GrantRole>) -> Result<(), Refusal> {
    let asked = &command.body;
    if !Role::STAFF.contains(&asked.role) {
        return Err(Refusal::field("role", Problem::NotAChoice));
    }
    if asked.until.is_some_and(|until| until < asked.from) {
        return Err(Refusal::field("until", Problem::Contradicts));
    }
    scope
        .run(&command, async |change, asked| {
            let member = change.find::<member::Entity>().by_id(asked.member).need().await?;
            let permit = change.permit::<Grant>(&member)?;
            MemberAct::Grant.may(scope, &member, &Holdings::default())?;
            let today = change.now().day().inner();
            let lasts = Condition::any()
                .add(member_role::Column::ValidUntil.is_null())
                .add(member_role::Column::ValidUntil.gte(today));
            let same = Condition::all()
                .add(member_role::Column::MemberId.eq(member.id))
                .add(member_role::Column::Role.eq(asked.role.code()))
                .add(member_role::Column::RevokedAt.is_null())
                .add(lasts);
            if change.find::<member_role::Entity>().filter(same).one().await?.is_some() {
                return Err(Refusal::field("role", Problem::NotAChoice));
            }
            let row = member_role::ActiveModel {
                id: Set(change.new_id()),
                member_id: Set(member.id),
                role: Set(asked.role.code().to_owned()),
                valid_from: Set(asked.from.inner()),
                valid_until: Set(asked.until.map(Day::inner)),
                revoked_at: Set(None),
                ..Default::default()
            };
            change.insert(&permit, row).await?;
            happened(change, EventKind::MemberRoleChanged, member.id, |event| event.with("granted", asked.role.code()));
            Ok(())
        })
        .await
}

/// Takes one role away.
#[derive(Clone, Debug, Serialize)]
pub struct RevokeRole {
    /// Whose.
    pub member: MemberId,
    /// Which.
    pub role: Role,
}

/// Revokes a role; it ends with the person's next request.
///
/// # Errors
/// When the policy says no.
pub async fn revoke_role(scope: &StaffScope, command: Command<RevokeRole>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let member = change.find::<member::Entity>().by_id(asked.member).need().await?;
            let permit = change.permit::<Disable>(&member)?;
            may_revoke(scope, asked.member, asked.role)?;
            let this = Condition::all()
                .add(member_role::Column::MemberId.eq(member.id))
                .add(member_role::Column::Role.eq(asked.role.code()))
                .add(member_role::Column::RevokedAt.is_null());
            let row = member_role::ActiveModel { revoked_at: Set(Some(change.now().millis())), ..Default::default() };
            change.update_where::<_, member_role::Entity>(&permit, this, row).await?;
            happened(change, EventKind::MemberRoleChanged, member.id, |event| event.with("revoked", asked.role.code()));
            Ok(())
        })
        .await
}

pub(super) fn happened(
    change: &mut Change<'_>,
    kind: EventKind,
    member: uuid::Uuid,
    tell: impl FnOnce(Event) -> Event,
) {
    let event = tell(Event::new(kind, Subject { kind: Object::Member, id: member }, change.now()));
    change.emit(Happening { event, number: String::new(), responsible: None });
}
