//! Adding, disabling, handing over.

use super::{in_hand, is_valid};
use crate::change::{Change, Happening, Responsible, act, ask_first, change};
use crate::entity::{application, case, member, member_role};
use crate::identity::{self, NewAccount, create_account};
use crate::organisations::OperatorScope;
use crate::scope::{Acting, StaffScope};
use domain::access::{Object, Role};
use domain::applications::ApplicationState;
use domain::cases::CaseState;
use domain::events::{Event, EventKind, Subject};
use domain::ids::{AccountId, MemberId, OperationId};
use domain::lang::text;
use domain::refusal::{Problem, Refusal};
use domain::rules::{RuleBook, gates};
use domain::sign_in::LinkPurpose;
use domain::text::clean_line;
use domain::time::Day;
use domain::workflow::Workflow;
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
act!(
    /// Handing open work to another member.
    HandOver = Case Reassign => case, application
);

impl Responsible for member::Model {
    fn responsible(&self) -> Option<uuid::Uuid> {
        None
    }
}

/// A new member.
#[derive(Clone, Debug, Serialize)]
pub struct AddMember {
    /// The operation's id.
    pub operation: OperationId,
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
pub async fn add_member(scope: &StaffScope, command: AddMember) -> Result<Added, Refusal> {
    add(scope.acting(), command).await
}

/// Adds a member when an organisation is set up at the command line.
///
/// # Errors
/// When a value is not what it should be.
pub async fn add_member_as_operator(scope: &OperatorScope, command: AddMember) -> Result<Added, Refusal> {
    add(&scope.acting, command).await
}

async fn add(acting: &Acting, command: AddMember) -> Result<Added, Refusal> {
    if command.roles.is_empty() || command.roles.iter().any(|role| !Role::STAFF.contains(role)) {
        return Err(Refusal::field("roles", Problem::NotAChoice));
    }
    if command.until.is_some_and(|until| until < command.from) {
        return Err(Refusal::field("until", Problem::Contradicts));
    }
    let name = clean_line(&command.name, 40).map_err(|problem| Refusal::field("name", problem))?;
    // The account stands above the organisations and is made in a transaction of its own.
    ask_first::<Add>(acting, command.operation).await?;
    let new = NewAccount {
        sign_in_name: command.sign_in_name.clone(),
        display_name: name.clone(),
        password: command.password.clone(),
    };
    let (account, activation) = create_account(&acting.core, new).await?;
    let member =
        change(acting, command.operation, &command, async |change| insert(change, account, name, &command).await)
            .await?;
    Ok(Added { member, account, activation })
}

async fn insert(
    change: &mut Change<'_>,
    account: AccountId,
    name: String,
    command: &AddMember,
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
        valid_from: Set(command.from.inner()),
        valid_until: Set(command.until.map(Day::inner)),
        disabled_at: Set(None),
        version: Set(1),
        ..Default::default()
    };
    change.insert(&permit, row).await?;
    for role in &command.roles {
        let row = member_role::ActiveModel {
            id: Set(change.new_id()),
            member_id: Set(id),
            role: Set(role.code().to_owned()),
            valid_from: Set(command.from.inner()),
            valid_until: Set(command.until.map(Day::inner)),
            revoked_at: Set(None),
            ..Default::default()
        };
        change.insert(&permit, row).await?;
    }
    let roles: Vec<&str> = command.roles.iter().map(|role| role.code()).collect();
    happened(change, EventKind::MemberAdded, id, |event| event.with("roles", roles.join(",")));
    Ok(id.into())
}

/// Ends a membership.
#[derive(Clone, Debug, Serialize)]
pub struct DisableMember {
    /// The operation's id.
    pub operation: OperationId,
    /// Whose.
    pub member: MemberId,
    /// What was on the screen.
    pub version: i64,
}

/// Disables a member, once nothing is left without an owner (ORG-14).
///
/// # Errors
/// [`Refusal::Blocked`] with the number of open items, while there are any.
pub async fn disable_member(scope: &StaffScope, command: DisableMember) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let member = change.find::<member::Entity>().by_id(command.member).need().await?;
            let permit = change.permit::<Disable>(&member)?;
            let orphans = open_cases(change, command.member).await?.len()
                + open_applications(change, command.member).await?.len();
            let facts = gates::DisableFacts { orphans: u32::try_from(orphans).unwrap_or(u32::MAX) };
            Refusal::unless_clear(gates::disable_member(RuleBook::builtin(), &change.rules().await?, &facts))?;
            let row = member::ActiveModel { disabled_at: Set(Some(change.now().millis())), ..Default::default() };
            change.update::<_, member::Entity>(&permit, member.id, command.version, row).await?;
            happened(change, EventKind::MemberDisabled, member.id, |event| event);
            Ok(())
        })
        .await
}

/// Makes a link by which a member gets in again.
#[derive(Clone, Debug, Serialize)]
pub struct MakeLink {
    /// The operation's id.
    pub operation: OperationId,
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
pub async fn make_link(scope: &StaffScope, command: MakeLink) -> Result<String, Refusal> {
    let account: uuid::Uuid = scope
        .change(command.operation, &command, async |change| {
            let member = change.find::<member::Entity>().by_id(command.member).need().await?;
            let _permit = change.permit::<LetIn>(&member)?;
            let Acting { core, organisation, .. } = scope.acting();
            if !identity::belongs_only_to(core, member.account_id.into(), organisation.id).await? {
                let words = text(
                    "这个账号不只在本机构使用，请联系平台运营重设。",
                    "This account is used elsewhere too: please ask the operator of the platform to reset it.",
                );
                return Err(Refusal::WrongState { text: words });
            }
            happened(change, EventKind::MemberLinkMade, member.id, |event| {
                event.with("purpose", command.purpose.code())
            });
            Ok(member.account_id)
        })
        .await?;
    identity::make_link(&scope.acting().core, account.into(), command.purpose).await
}

/// Gives a member one more role.
#[derive(Clone, Debug, Serialize)]
pub struct GrantRole {
    /// The operation's id.
    pub operation: OperationId,
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
pub async fn grant_role(scope: &StaffScope, command: GrantRole) -> Result<(), Refusal> {
    if !Role::STAFF.contains(&command.role) {
        return Err(Refusal::field("role", Problem::NotAChoice));
    }
    if command.until.is_some_and(|until| until < command.from) {
        return Err(Refusal::field("until", Problem::Contradicts));
    }
    scope
        .change(command.operation, &command, async |change| {
            let member = change.find::<member::Entity>().by_id(command.member).need().await?;
            let permit = change.permit::<Grant>(&member)?;
            if !is_valid(&member, change.now()) {
                return Err(has_left());
            }
            let today = change.now().day().inner();
            let lasts = Condition::any()
                .add(member_role::Column::ValidUntil.is_null())
                .add(member_role::Column::ValidUntil.gte(today));
            let same = Condition::all()
                .add(member_role::Column::MemberId.eq(member.id))
                .add(member_role::Column::Role.eq(command.role.code()))
                .add(member_role::Column::RevokedAt.is_null())
                .add(lasts);
            if change.find::<member_role::Entity>().filter(same).one().await?.is_some() {
                return Err(Refusal::field("role", Problem::NotAChoice));
            }
            let row = member_role::ActiveModel {
                id: Set(change.new_id()),
                member_id: Set(member.id),
                role: Set(command.role.code().to_owned()),
                valid_from: Set(command.from.inner()),
                valid_until: Set(command.until.map(Day::inner)),
                revoked_at: Set(None),
                ..Default::default()
            };
            change.insert(&permit, row).await?;
            happened(change, EventKind::MemberRoleChanged, member.id, |event| {
                event.with("granted", command.role.code())
            });
            Ok(())
        })
        .await
}

/// Takes one role away.
#[derive(Clone, Debug, Serialize)]
pub struct RevokeRole {
    /// The operation's id.
    pub operation: OperationId,
    /// Whose.
    pub member: MemberId,
    /// Which.
    pub role: Role,
}

/// Revokes a role; it ends with the person's next request.
///
/// # Errors
/// When the policy says no.
pub async fn revoke_role(scope: &StaffScope, command: RevokeRole) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let member = change.find::<member::Entity>().by_id(command.member).need().await?;
            let permit = change.permit::<Disable>(&member)?;
            let this = Condition::all()
                .add(member_role::Column::MemberId.eq(member.id))
                .add(member_role::Column::Role.eq(command.role.code()))
                .add(member_role::Column::RevokedAt.is_null());
            let row = member_role::ActiveModel { revoked_at: Set(Some(change.now().millis())), ..Default::default() };
            change.update_where::<_, member_role::Entity>(&permit, this, row).await?;
            happened(change, EventKind::MemberRoleChanged, member.id, |event| {
                event.with("revoked", command.role.code())
            });
            Ok(())
        })
        .await
}

/// Hands everything open from one member to another.
#[derive(Clone, Debug, Serialize)]
pub struct ReassignCases {
    /// The operation's id.
    pub operation: OperationId,
    /// From whom.
    pub from: MemberId,
    /// To whom.
    pub to: MemberId,
}

/// Hands over every open case and application, with what is owed for them; says how many.
///
/// # Errors
/// [`Refusal::Invalid`] when the receiver is the giver, is not at work or could not open it all.
pub async fn reassign_cases(scope: &StaffScope, command: ReassignCases) -> Result<usize, Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            change.find::<member::Entity>().by_id(command.from).need().await?;
            let receiver = change.find::<member::Entity>().by_id(command.to).need().await?;
            let permit = change.permit::<HandOver>(&receiver)?;
            if command.to == command.from {
                return Err(Refusal::field("to", Problem::NotAChoice));
            }
            let cases = open_cases(change, command.from).await?;
            let applications = open_applications(change, command.from).await?;
            let needs = in_hand(!cases.is_empty(), !applications.is_empty());
            super::receiver(scope, change, command.to, "to", &needs).await?;
            let handed = |kind, subject, number: &str| Happening {
                event: Event::new(kind, subject, change.now()).with("to", command.to.to_string()),
                number: number.to_owned(),
                responsible: Some(command.to),
            };
            let mut happenings = Vec::new();
            for case in &cases {
                let row = case::ActiveModel { responsible_id: Set(command.to.uuid()), ..Default::default() };
                change.update::<_, case::Entity>(&permit, case.id, case.version, row).await?;
                let subject = Subject { kind: Object::Case, id: case.id };
                happenings.push(handed(EventKind::CaseAssigned, subject, &case.number));
            }
            for application in &applications {
                let row = application::ActiveModel { handler_id: Set(Some(command.to.uuid())), ..Default::default() };
                change.update::<_, application::Entity>(&permit, application.id, application.version, row).await?;
                let subject = Subject { kind: Object::Application, id: application.id };
                happenings.push(handed(EventKind::ApplicationAssigned, subject, &application.number));
            }
            change.hand_over_all(&permit, command.from, command.to).await?;
            happenings.into_iter().for_each(|happening| change.emit(happening));
            Ok(cases.len() + applications.len())
        })
        .await
}

async fn open_cases(change: &Change<'_>, member: MemberId) -> Result<Vec<case::Model>, Refusal> {
    change
        .find::<case::Entity>()
        .filter(case::Column::ResponsibleId.eq(member.uuid()))
        .filter(case::Column::State.is_in(CaseState::OPEN.iter().map(|state| state.code())))
        .all()
        .await
}

async fn open_applications(change: &Change<'_>, member: MemberId) -> Result<Vec<application::Model>, Refusal> {
    change
        .find::<application::Entity>()
        .filter(application::Column::HandlerId.eq(member.uuid()))
        .filter(application::Column::State.is_not_in(ApplicationState::ENDS.iter().map(|state| state.code())))
        .all()
        .await
}

fn has_left() -> Refusal {
    Refusal::WrongState {
        text: domain::lang::text(
            "成员已停用或任期已满，不能再授予角色。",
            "The membership has ended, so no role can be given.",
        ),
    }
}

fn happened(change: &mut Change<'_>, kind: EventKind, member: uuid::Uuid, tell: impl FnOnce(Event) -> Event) {
    let event = tell(Event::new(kind, Subject { kind: Object::Member, id: member }, change.now()));
    change.emit(Happening { event, number: String::new(), responsible: None });
}
