//! Who is acting, for which tenant, with which reach.
//!
//! Four kinds, four types, so that misuse does not compile. Each is built only here, from an account that a verified session
//! names (or, for residents, from an organisation's public address), and each opens its own transactions:
//!
//! | scope | reads | writes |
//! |---|---|---|
//! | [`StaffScope`] | one organisation | one organisation, by permits |
//! | [`PublicScope`] | one organisation's public face, an application by its receipt code | an application, and what was missing of it |
//! | [`OversightScope`] | a district's numbers and rows without names | openings and engagements |
//! | [`EvaluatorScope`] | what an engagement opens, masked | nothing: it has no method for it |

use crate::acting::{Acting, Actor};
use crate::audit;
use crate::change::{Change, Command, Responsible, run};
use crate::db::{EvaluatorTx, OversightTx, ReadTx};
use crate::engagement::Engagement;
use crate::entity::{engagement, engagement_evaluator, engagement_organisation};
use crate::kernel::Core;
use crate::memberships;
use crate::organisations::{self, District, Organisation};
use domain::access::{Action, Object, Reach, Role};
use domain::events::{Event, EventKind, Subject};
use domain::ids::{AccountId, EngagementId, MemberId, OperationId};
use domain::papers::Right;
use domain::refusal::Refusal;
use domain::registers::{Register, Registers};
use domain::time::Moment;
use sea_orm::{AccessMode, ColumnTrait, Condition};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Sees to it that what is denied leaves an entry in the trail, wherever it was denied: at the door, in a query, in an
/// operation. Taken from a scope before a request is answered with it, and asked afterwards.
///
/// An entry stands in the trail of the organisation whose member, or whose evaluator, was denied. Whoever belongs nowhere is
/// answered "not found" and writes into nobody's trail.
#[must_use]
pub struct Denials(Vec<Acting>);

impl Denials {
    /// Hands the outcome on. A denial that no operation has noted is noted now, with what was asked of the policy.
    ///
    /// # Errors
    /// Those of the outcome; or when the database does not answer.
    pub async fn noted<T>(&self, asked: Option<(Object, Action)>, outcome: Result<T, Refusal>) -> Result<T, Refusal> {
        if matches!(outcome, Err(Refusal::Forbidden)) {
            for acting in self.0.iter().filter(|acting| !acting.denied.load(Ordering::SeqCst)) {
                let subject = Subject { kind: Object::AuditTrail, id: acting.core.new_operation().uuid() };
                let detail =
                    asked.map(|(object, action)| ("asked".to_owned(), format!("{} {}", object.code(), action.code())));
                audit::deny(acting, subject, detail.into_iter().collect()).await?;
            }
        }
        outcome
    }
}

/// A member of staff in one organisation.
pub struct StaffScope {
    acting: Acting,
    member: MemberId,
    name: String,
    unread: u32,
}

impl StaffScope {
    pub(crate) async fn open(core: &Arc<Core>, account: AccountId, slug: &str) -> Result<Self, Refusal> {
        let now = core.clock.now();
        let tx = core.db.identity(Some(account.uuid()), AccessMode::ReadOnly).await?;
        let organisation = organisations::by_slug(core, &tx, slug).await?;
        let membership = memberships::of_account(&tx, organisation.id, account, now).await?.ok_or(Refusal::NotFound)?;
        crate::identity::display_name(&tx, account).await?;
        let actor = Actor::Member { id: membership.member, name: membership.name.clone() };
        let acting = Acting::new(core.clone(), Arc::new(organisation), actor, membership.roles);
        Ok(Self { acting, member: membership.member, name: membership.name, unread: membership.unread })
    }

    /// The organisation.
    #[must_use]
    pub fn organisation(&self) -> &Organisation {
        &self.acting.organisation
    }

    /// The member.
    #[must_use]
    pub fn member(&self) -> MemberId {
        self.member
    }

    /// The member's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many messages the member has not read.
    #[must_use]
    pub fn unread(&self) -> u32 {
        self.unread
    }

    /// The member's roles here.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.acting.roles
    }

    /// How far one may go; for buttons and queries. A write asks again in its own transaction.
    #[must_use]
    pub fn reach(&self, object: Object, action: Action) -> Reach {
        self.acting.core.policy.widest(&self.acting.roles, object, action)
    }

    /// Whether that reaches this very row; for what a page offers.
    pub(crate) fn reaches(&self, object: Object, action: Action, row: &impl Responsible) -> bool {
        match self.reach(object, action) {
            Reach::All => true,
            Reach::Own => row.responsible() == Some(self.member.uuid()),
            Reach::None => false,
        }
    }

    /// How far one's right to a register's papers goes.
    #[must_use]
    pub fn papers_reach(&self, register: &Register, right: Right) -> Reach {
        self.acting.core.policy.widest_papers(&self.acting.roles, register, right)
    }

    /// Whether that reaches the papers of a file for which this member answers.
    #[must_use]
    pub fn may_papers(&self, register: &Register, right: Right, responsible: Option<MemberId>) -> bool {
        match self.papers_reach(register, right) {
            Reach::All => true,
            Reach::Own => responsible == Some(self.member),
            Reach::None => false,
        }
    }

    /// The registers.
    #[must_use]
    pub fn registers(&self) -> &Arc<Registers> {
        &self.acting.core.registers
    }

    /// How far one may read, or a refusal.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when the policy grants nothing.
    pub fn need(&self, object: Object, action: Action) -> Result<Reach, Refusal> {
        match self.reach(object, action) {
            Reach::None => Err(Refusal::Forbidden),
            reach => Ok(reach),
        }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.acting.core.clock.now()
    }

    /// The id for a form that has not been sent yet: sent twice, it has one effect.
    #[must_use]
    pub fn new_operation(&self) -> OperationId {
        self.acting.core.new_operation()
    }

    pub(crate) fn core(&self) -> &Core {
        &self.acting.core
    }

    pub(crate) async fn read(&self) -> Result<ReadTx, Refusal> {
        self.acting.core.db.read(self.acting.organisation.id.uuid()).await
    }

    pub(crate) async fn run<B, T>(
        &self,
        command: &Command<B>,
        work: impl AsyncFnOnce(&mut Change<'_>, &B) -> Result<T, Refusal>,
    ) -> Result<T, Refusal>
    where
        B: Serialize,
        T: Serialize + DeserializeOwned,
    {
        run(&self.acting, command, work).await
    }

    /// Notes in the audit chain that a file was read.
    pub(crate) async fn note(&self, kind: EventKind, subject: Subject) -> Result<(), Refusal> {
        audit::note(&self.acting, kind, subject).await
    }

    /// Notes something with details that are no personal data.
    pub(crate) async fn note_with(
        &self,
        kind: EventKind,
        subject: Subject,
        detail: BTreeMap<String, String>,
    ) -> Result<(), Refusal> {
        audit::note_in(&self.acting, kind, subject, detail).await
    }

    pub(crate) fn acting(&self) -> &Acting {
        &self.acting
    }

    /// For noting that something was denied.
    pub fn denials(&self) -> Denials {
        Denials(vec![self.acting.clone()])
    }
}

/// One organisation's public face.
pub struct PublicScope {
    acting: Acting,
}

impl PublicScope {
    pub(crate) async fn open(core: &Arc<Core>, slug: &str) -> Result<Self, Refusal> {
        let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
        let organisation = organisations::by_slug(core, &tx, slug).await?;
        let acting = Acting::new(core.clone(), Arc::new(organisation), Actor::Resident, vec![Role::Resident]);
        Ok(Self { acting })
    }

    /// The organisation.
    #[must_use]
    pub fn organisation(&self) -> &Organisation {
        &self.acting.organisation
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.acting.core.clock.now()
    }

    /// The registers.
    pub(crate) fn registers(&self) -> &Arc<Registers> {
        &self.acting.core.registers
    }

    pub(crate) fn acting(&self) -> &Acting {
        &self.acting
    }

    /// Whether the policy lets residents do this.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when it does not.
    pub fn need(&self, object: Object, action: Action) -> Result<Reach, Refusal> {
        match self.acting.core.policy.widest(&self.acting.roles, object, action) {
            Reach::None => Err(Refusal::Forbidden),
            reach => Ok(reach),
        }
    }

    /// The id for a form that has not been sent yet: sent twice, it has one effect.
    #[must_use]
    pub fn new_operation(&self) -> OperationId {
        self.acting.core.new_operation()
    }

    pub(crate) async fn read(&self) -> Result<ReadTx, Refusal> {
        self.acting.core.db.read(self.acting.organisation.id.uuid()).await
    }

    pub(crate) async fn run<B, T>(
        &self,
        command: &Command<B>,
        work: impl AsyncFnOnce(&mut Change<'_>, &B) -> Result<T, Refusal>,
    ) -> Result<T, Refusal>
    where
        B: Serialize,
        T: Serialize + DeserializeOwned,
    {
        run(&self.acting, command, work).await
    }
}

/// A district's view of its organisations.
pub struct OversightScope {
    core: Arc<Core>,
    district: District,
    account: AccountId,
    name: String,
    roles: Vec<Role>,
    organisations: Vec<Arc<Organisation>>,
}

impl OversightScope {
    pub(crate) async fn open(core: &Arc<Core>, account: AccountId, slug: &str) -> Result<Self, Refusal> {
        let now = core.clock.now();
        let tx = core.db.identity(Some(account.uuid()), AccessMode::ReadOnly).await?;
        let district = organisations::district_by_slug(&tx, slug).await?;
        let roles = memberships::district_roles(&tx, district.id, account, now).await?;
        if roles.is_empty() {
            return Err(Refusal::NotFound);
        }
        let name = crate::identity::display_name(&tx, account).await?;
        let organisations =
            organisations::of_district(core, &tx, district.id).await?.into_iter().map(Arc::new).collect();
        Ok(Self { core: core.clone(), district, account, name, roles, organisations })
    }

    /// The registers.
    #[must_use]
    pub fn registers(&self) -> &Arc<Registers> {
        &self.core.registers
    }

    /// The district.
    #[must_use]
    pub fn district(&self) -> &District {
        &self.district
    }

    /// The person's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The person's account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The district's organisations, by code.
    #[must_use]
    pub fn organisations(&self) -> &[Arc<Organisation>] {
        &self.organisations
    }

    /// One organisation of the district, by its address.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it is not of this district.
    pub fn organisation(&self, slug: &str) -> Result<&Arc<Organisation>, Refusal> {
        self.organisations.iter().find(|organisation| organisation.slug == slug).ok_or(Refusal::NotFound)
    }

    /// How far one may go.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when the policy grants nothing.
    pub fn need(&self, object: Object, action: Action) -> Result<Reach, Refusal> {
        match self.core.policy.widest(&self.roles, object, action) {
            Reach::None => Err(Refusal::Forbidden),
            reach => Ok(reach),
        }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.core.clock.now()
    }

    /// The id for a form that has not been sent yet: sent twice, it has one effect.
    #[must_use]
    pub fn new_operation(&self) -> OperationId {
        self.core.new_operation()
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    pub(crate) async fn read(&self) -> Result<OversightTx, Refusal> {
        let ids = self.organisations.iter().map(|organisation| organisation.id.uuid()).collect();
        self.core.db.oversight(ids).await
    }

    /// Acting in one organisation of the district: an opening is written into that organisation's own chain.
    pub(crate) fn acting(&self, organisation: &Arc<Organisation>) -> Acting {
        let actor = Actor::District { account: self.account };
        Acting::new(self.core.clone(), organisation.clone(), actor, self.roles.clone())
    }
}

/// An evaluator's view of what one engagement opens. It has no method that writes; what is read is noted by the kernel.
pub struct EvaluatorScope {
    core: Arc<Core>,
    engagement: Engagement,
    account: AccountId,
    name: String,
    organisations: Vec<Arc<Organisation>>,
}

impl EvaluatorScope {
    pub(crate) async fn open(core: &Arc<Core>, account: AccountId, engagement: EngagementId) -> Result<Self, Refusal> {
        let tx = core.db.identity(Some(account.uuid()), AccessMode::ReadOnly).await?;
        let named = Condition::all()
            .add(engagement_evaluator::Column::EngagementId.eq(engagement.uuid()))
            .add(engagement_evaluator::Column::AccountId.eq(account.uuid()));
        tx.find::<engagement_evaluator::Entity>().filter(named).need().await?;
        let row = tx.find::<engagement::Entity>().filter(engagement::Column::Id.eq(engagement.uuid())).need().await?;
        if core.clock.now().millis() >= row.ends_at {
            return Err(Refusal::NotFound);
        }
        let engaged: Vec<uuid::Uuid> = tx
            .find::<engagement_organisation::Entity>()
            .filter(engagement_organisation::Column::EngagementId.eq(engagement.uuid()))
            .all()
            .await?
            .into_iter()
            .map(|row| row.organisation_id)
            .collect();
        let organisations = organisations::of_district(core, &tx, row.district_id.into())
            .await?
            .into_iter()
            .filter(|organisation| engaged.contains(&organisation.id.uuid()))
            .map(Arc::new)
            .collect();
        let name = crate::identity::display_name(&tx, account).await?;
        Ok(Self { core: core.clone(), engagement: Engagement::read(&row), account, name, organisations })
    }

    /// What is opened.
    #[must_use]
    pub fn engagement(&self) -> &Engagement {
        &self.engagement
    }

    /// The evaluator's name, for the watermark.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The registers.
    #[must_use]
    pub fn registers(&self) -> &Arc<Registers> {
        &self.core.registers
    }

    /// The engaged organisations.
    #[must_use]
    pub fn organisations(&self) -> &[Arc<Organisation>] {
        &self.organisations
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.core.clock.now()
    }

    /// How far one may read.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when the policy grants nothing, or the engagement does not open this kind.
    pub fn need(&self, object: Object, action: Action) -> Result<(), Refusal> {
        let granted = self.core.policy.reach(Role::Evaluator, object, action) != Reach::None;
        if granted && self.engagement.opens(object) { Ok(()) } else { Err(Refusal::Forbidden) }
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    /// Begins to read; a scope that was opened in time does not outlive the engagement.
    pub(crate) async fn read(&self) -> Result<EvaluatorTx, Refusal> {
        if self.now() >= self.engagement.ends {
            return Err(Refusal::NotFound);
        }
        let ids = self.organisations.iter().map(|organisation| organisation.id.uuid()).collect();
        self.core.db.evaluator(ids).await
    }

    /// Notes a view in the chain of the organisation whose rows were shown, before they are shown.
    pub(crate) async fn note(
        &self,
        organisation: &Arc<Organisation>,
        subject: Subject,
        what: &str,
    ) -> Result<(), Refusal> {
        self.note_with(organisation, subject, [("view", what)]).await
    }

    /// The same of a register's papers: of the list, or of one of them.
    pub(crate) async fn note_register(
        &self,
        organisation: &Arc<Organisation>,
        subject: Subject,
        register: &Register,
    ) -> Result<(), Refusal> {
        let view = if subject.kind == Object::Paper { "paper" } else { "register" };
        self.note_with(organisation, subject, [("view", view), (Event::REGISTER, &*register.key)]).await
    }

    async fn note_with<const N: usize>(
        &self,
        organisation: &Arc<Organisation>,
        subject: Subject,
        detail: [(&str, &str); N],
    ) -> Result<(), Refusal> {
        let detail = detail.map(|(key, word)| (key.to_owned(), word.to_owned())).into();
        audit::note_in(&self.acting(organisation), EventKind::EvaluatorViewed, subject, detail).await
    }

    /// For noting, in each engaged organisation, that something was denied.
    pub fn denials(&self) -> Denials {
        Denials(self.organisations.iter().map(|organisation| self.acting(organisation)).collect())
    }

    /// Acting in an engaged organisation, which an evaluator does only by leaving entries.
    fn acting(&self, organisation: &Arc<Organisation>) -> Acting {
        let actor = Actor::Evaluator { account: self.account, engagement: self.engagement.id };
        Acting::new(self.core.clone(), organisation.clone(), actor, vec![Role::Evaluator])
    }
}
