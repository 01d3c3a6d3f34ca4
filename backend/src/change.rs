//! One operation, one transaction.
//!
//! [`run`] is the only way to write. It begins the transaction, reads the actor's roles in it, runs the operation once
//! for its id, and then lets the events speak: audit entries, obligations opened and met, counts. All of it commits
//! together or not at all; an operation cannot forget a part, because no operation does any of it.

use crate::acting::{Acting, Actor};
use crate::ambient::new_id;
use crate::db::{FileLane, Found, ReadTx, WriteTx};
use crate::entity::{Evaluated, TenantOwned, Versioned};
use crate::fault::{Fault, fault};
use crate::happening::Happening;
use crate::kernel::Core;
use crate::organisations::Organisation;
use crate::policy::Policy;
use crate::seal::{OrganisationKey, PersonKey, Place, Seals};
use crate::settle::settle;
use crate::{audit, keys, numbers, obligations, telling};
use domain::access::{Action, Object, Reach, Role};
use domain::events::Subject;
use domain::forms::Setting;
use domain::ids::{MemberId, OperationId};
use domain::lang::text;
use domain::numbers::SeriesCode;
use domain::papers::Right;
use domain::refusal::Refusal;
use domain::registers::{Register, Registers};
use domain::rules::{Facts, Occasion, OrgRules};
use domain::time::Moment;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, IntoActiveModel, ModelTrait, Value};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Where reasons of transitions are sealed.
pub(crate) const REASON: &str = "transitions.reason";

/// What is done to what: the type of a [`Permit`]. Declared beside its operation with [`act!`].
pub trait Act: 'static {
    /// On which kind of thing.
    const OBJECT: Object;
    /// What is done.
    const ACTION: Action;
}

/// Which tables an act may write.
pub trait Writes<E: TenantOwned>: Act {}

/// Declares an act and the tables that it may write; an act above the organisations writes none of theirs.
macro_rules! act {
    ($(#[$doc:meta])* $name:ident = $object:ident $action:ident $(=> $($table:ident),+)?) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl $crate::change::Act for $name {
            const OBJECT: domain::access::Object = domain::access::Object::$object;
            const ACTION: domain::access::Action = domain::access::Action::$action;
        }
        $($(impl $crate::change::Writes<$crate::entity::$table::Entity> for $name {})+)?
    };
}
pub(crate) use act;

/// Proof that the policy allowed exactly this act, in this transaction, within the file that it was asked about. Only
/// [`Change`] makes one.
#[must_use]
pub struct Permit<A: Act> {
    act: PhantomData<A>,
    file: Option<(Object, Value)>,
}

impl<A: Act> Permit<A> {
    fn new(file: Option<(Object, Value)>) -> Self {
        Self { act: PhantomData, file }
    }

    /// The file that rows of this table have to lie in. A table of another kind of file is bound by the act alone:
    /// confirming an application opens a case.
    fn file_of<E: TenantOwned>(&self) -> Option<(E::Column, &Value)> {
        let ((permitted, id), (kind, column)) = (self.file.as_ref()?, E::FILE?);
        // Papers lie in files of every kind.
        (*permitted == kind || kind == Object::Paper).then_some((column, id))
    }

    /// The condition under which rows of this table may be written.
    fn within<E: TenantOwned>(&self) -> Condition {
        Condition::all().add_option(self.file_of::<E>().map(|(column, id)| column.eq(id.clone())))
    }

    /// Whether a new row lies in the file.
    fn admits<M>(&self, row: &M) -> Result<(), Refusal>
    where
        M: ActiveModelTrait,
        M::Entity: TenantOwned,
    {
        match self.file_of::<M::Entity>() {
            Some((column, id)) if row.get(column).into_value().as_ref() != Some(id) => Err(Refusal::Forbidden),
            _ => Ok(()),
        }
    }
}

/// What is asked for, in the envelope of every form.
#[derive(Clone, Debug, Serialize)]
pub struct Command<B> {
    /// However often it is sent under this id, it is done once.
    pub operation: OperationId,
    /// The version that was on the screen; 0 where there was nothing yet, or where nothing hangs on it.
    pub version: i64,
    /// What is asked for.
    pub body: B,
}

impl<B> Command<B> {
    /// By somebody who has seen nothing that could have changed.
    pub const fn of(operation: OperationId, body: B) -> Self {
        Self { operation, version: 0, body }
    }

    /// By somebody who has seen this version.
    #[must_use]
    pub fn seen(self, version: i64) -> Self {
        Self { version, ..self }
    }
}

/// A row for which somebody answers: the person whose `own` reach covers it.
pub trait Responsible: ModelTrait<Entity: TenantOwned> {
    /// The member who answers for it.
    fn responsible(&self) -> Option<Uuid>;
}

/// An operation under way.
pub struct Change<'a> {
    acting: &'a Acting,
    tx: WriteTx,
    now: Moment,
    seen: i64,
    roles: Vec<Role>,
    rules: OnceCell<OrgRules>,
    happenings: Vec<Happening>,
}

/// Runs `work` once for the command's operation: permission, rules, writes and all that follows from the events, in one
/// transaction. The same command sent again answers what the first run answered.
///
/// The head of the audit chain is taken before anything else: changes of one organisation come one after the other, in
/// the order of their entries, and no two can wait for each other in a circle, whichever rows they touch.
pub(crate) async fn run<B, T>(
    acting: &Acting,
    command: &Command<B>,
    work: impl AsyncFnOnce(&mut Change<'_>, &B) -> Result<T, Refusal>,
) -> Result<T, Refusal>
where
    B: Serialize,
    T: Serialize + DeserializeOwned,
{
    let now = acting.core.clock.now();
    let (tx, chain) = audit::Head::take(&acting.core.db, acting.organisation.id.uuid()).await?;
    let roles = acting.present_roles(&tx, now).await?;
    let claim = Claim::new(acting, command)?;
    if !claim.take(&tx, now).await? {
        let answer = claim.answer_of_first_run(&tx).await;
        tx.rollback().await?;
        return answer;
    }
    let seen = command.version;
    let mut change = Change { acting, tx, now, seen, roles, rules: OnceCell::new(), happenings: Vec::new() };
    match work(&mut change, &command.body).await {
        Ok(answer) => {
            settle(acting, &change.tx, change.rules().await?, chain, &change.happenings, now).await?;
            claim.keep(&change.tx, &answer).await?;
            change.tx.commit().await?;
            Ok(answer)
        }
        Err(refusal) => {
            change.tx.rollback().await?;
            if refusal == Refusal::Forbidden {
                audit::deny(acting, denied(command.operation), BTreeMap::new()).await?;
            }
            Err(refusal)
        }
    }
}

/// Asks the policy before an operation prepares what lies outside its transaction, such as an account; the operation asks
/// again. A refusal is noted like any other.
///
/// # Errors
/// [`Refusal::Forbidden`] when the policy says no.
pub(crate) async fn ask_first<A: Act>(acting: &Acting, operation: OperationId) -> Result<(), Refusal> {
    let tx = acting.core.db.read(acting.organisation.id.uuid()).await?;
    let roles = acting.present_roles(&tx, acting.core.clock.now()).await?;
    drop(tx);
    if acting.core.policy.widest(&roles, A::OBJECT, A::ACTION) == Reach::All {
        return Ok(());
    }
    audit::deny(acting, denied(operation), BTreeMap::new()).await?;
    Err(Refusal::Forbidden)
}

/// What an act that was denied is noted under.
fn denied(operation: OperationId) -> Subject {
    Subject { kind: Object::AuditTrail, id: operation.uuid() }
}

/// The file that a row lies in.
fn file_of<M: Responsible>(row: &M) -> Option<(Object, Value)> {
    <M::Entity as TenantOwned>::FILE.map(|(kind, column)| (kind, row.get(column)))
}

impl<'a> Change<'a> {
    /// When this operation runs.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// The version that was on the screen of who asks: what [`Change::update`] takes for what they saw.
    pub fn seen(&self) -> i64 {
        self.seen
    }

    /// The organisation in which this happens.
    pub(crate) fn organisation(&self) -> Uuid {
        self.acting.organisation.id.uuid()
    }

    /// The organisation with its keys.
    pub(crate) fn house(&self) -> Arc<Organisation> {
        self.acting.organisation.clone()
    }

    /// What every operation stands on; it outlives this one.
    pub(crate) fn core(&self) -> &'a Core {
        &self.acting.core
    }

    /// The registers.
    pub(crate) fn registers(&self) -> &Arc<Registers> {
        &self.acting.core.registers
    }

    /// The actor's roles as they stand in this transaction.
    pub(crate) fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The member who acts; residents and the district have none.
    pub fn member(&self) -> Option<MemberId> {
        self.acting.actor.member()
    }

    /// The member who acts.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when the actor is no member of the organisation.
    pub fn need_member(&self) -> Result<MemberId, Refusal> {
        self.member().ok_or(Refusal::Forbidden)
    }

    /// The organisation as it is read within this transaction.
    pub(crate) fn lane(&self) -> &ReadTx {
        &self.tx
    }

    /// Rows of the organisation.
    pub fn find<E: TenantOwned>(&self) -> Found<'_, E> {
        self.tx.find::<E>()
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.acting.core.policy
    }

    /// Where and when a form is filled in.
    pub(crate) fn setting(&self) -> Setting {
        self.acting.organisation.setting(self.now.day())
    }

    /// What is particular to the organisation's rules, read once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rules(&self) -> Result<&OrgRules, Refusal> {
        self.rules.get_or_try_init(|| self.acting.organisation.rules(&self.tx)).await
    }

    /// Asks the rules before an act; what they only warn of does not stand in its way.
    ///
    /// # Errors
    /// [`Refusal::Blocked`] with every rule that is not met.
    pub async fn heed(&self, on: (Object, Action), facts: &Facts<'_>) -> Result<(), Refusal> {
        let rules = self.acting.core.bind(self.rules().await?, self.now);
        rules.ask(&Occasion::Act(on.0, on.1), facts).clear(&self.roles, false).map(drop)
    }

    /// A permit for an act on a row, from the actor's roles as they are in this transaction.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when the policy says no, or only for what is one's own and this is not.
    pub fn permit<A: Act>(&self, row: &impl Responsible) -> Result<Permit<A>, Refusal> {
        let own = || self.member().is_some_and(|member| row.responsible() == Some(member.uuid()));
        let file = file_of(row);
        match self.acting.core.policy.widest(&self.roles, A::OBJECT, A::ACTION) {
            Reach::All => Ok(Permit::new(file)),
            Reach::Own if own() => Ok(Permit::new(file)),
            Reach::Own | Reach::None => Err(Refusal::Forbidden),
        }
    }

    /// A permit for an act on what a resident has shown to be their own: who has the code of its receipt.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when the policy says no, or the actor is no resident.
    pub fn permit_shown<A: Act>(&self, row: &impl Responsible) -> Result<Permit<A>, Refusal> {
        let granted = self.acting.core.policy.widest(&self.roles, A::OBJECT, A::ACTION) != Reach::None;
        match self.acting.actor {
            Actor::Resident if granted => Ok(Permit::new(file_of(row))),
            _ => Err(Refusal::Forbidden),
        }
    }

    /// A permit for writing papers of a register, or deciding about them, within one file.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when the policy says no, or only in files of one's own and this is not.
    pub fn permit_papers<A: Act>(
        &self,
        register: &Register,
        right: Right,
        file: Subject,
        responsible: Option<MemberId>,
    ) -> Result<Permit<A>, Refusal> {
        match self.may_papers(register, right, responsible) {
            true => Ok(Permit::new(Some((file.kind, file.id.into())))),
            false => Err(Refusal::Forbidden),
        }
    }

    /// Whether one's right to a register's papers reaches those of a file for which this member answers.
    pub(crate) fn may_papers(&self, register: &Register, right: Right, responsible: Option<MemberId>) -> bool {
        match self.acting.core.policy.widest_papers(&self.roles, register, right) {
            Reach::All => true,
            Reach::Own => responsible.is_some() && responsible == self.member(),
            Reach::None => false,
        }
    }

    /// A permit for an act that concerns no existing row.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when the policy says no.
    pub fn permit_new<A: Act>(&self) -> Result<Permit<A>, Refusal> {
        match self.acting.core.policy.widest(&self.roles, A::OBJECT, A::ACTION) {
            Reach::All => Ok(Permit::new(None)),
            Reach::Own | Reach::None => Err(Refusal::Forbidden),
        }
    }

    /// A fresh, time-ordered id.
    pub fn new_id(&self) -> Uuid {
        new_id(self.now, &*self.acting.core.chance)
    }

    /// Random bytes for a code that people see.
    pub fn chance(&self, bytes: &mut [u8]) {
        self.acting.core.chance.fill(bytes);
    }

    /// The next number of a series, without gaps: a refused operation gives it back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn number(&self, series: impl Into<SeriesCode>) -> Result<String, Refusal> {
        numbers::next(&self.tx, &self.acting.organisation.code, series.into(), self.now.day()).await
    }

    /// A new person's key, stored sealed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn new_person_key<A: Writes<crate::entity::person_key::Entity>>(
        &self,
        _: &Permit<A>,
    ) -> Result<PersonKey, Refusal> {
        let (key, row) = keys::new(&self.acting.organisation, self.new_id());
        self.tx.insert(row).await?;
        Ok(key)
    }

    /// A person's key, opened.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the person was erased.
    pub async fn person_key(&self, id: Uuid) -> Result<PersonKey, Refusal> {
        keys::open(&*self.tx, &self.acting.organisation, id).await
    }

    /// The organisation's keyed hash of `value`.
    pub fn index(&self, column: &str, value: &str) -> Vec<u8> {
        self.acting.organisation.key.index(column, value)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`Refusal::Stale`] when a unique key is taken, [`Refusal::Forbidden`] when the permit is for another file.
    pub async fn insert<A, M>(&self, permit: &Permit<A>, mut row: M) -> Result<(), Refusal>
    where
        M: ActiveModelTrait,
        M::Entity: TenantOwned,
        A: Writes<M::Entity>,
    {
        permit.admits(&row)?;
        row.set(<M::Entity as TenantOwned>::ORGANISATION, self.acting.organisation.id.uuid().into());
        self.tx.insert(row).await
    }

    /// Adds rows; those that are there already stay as they are.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when the permit is for another file.
    pub async fn insert_all<A, M>(&self, permit: &Permit<A>, mut rows: Vec<M>) -> Result<(), Refusal>
    where
        M: ActiveModelTrait,
        M::Entity: TenantOwned,
        A: Writes<M::Entity>,
    {
        for row in &mut rows {
            permit.admits(row)?;
            row.set(<M::Entity as TenantOwned>::ORGANISATION, self.acting.organisation.id.uuid().into());
        }
        self.tx.insert_all(rows).await
    }

    /// Changes the row `id` if it still has `version` and lies in the permit's file, and counts the version up.
    ///
    /// # Errors
    /// [`Refusal::Stale`] when somebody else changed it since it was read.
    pub async fn update<A, E>(
        &self,
        permit: &Permit<A>,
        id: Uuid,
        version: i64,
        row: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<(), Refusal>
    where
        E: Versioned,
        E::ActiveModel: ActiveModelTrait<Entity = E>,
        A: Writes<E>,
    {
        let this = permit.within::<E>().add(E::ID.eq(id)).add(E::VERSION.eq(version));
        let count_up = (E::VERSION, Expr::col(E::VERSION).add(1));
        match self.tx.update::<E>(row, this, Some(count_up)).await? {
            0 => Err(Refusal::Stale),
            _ => Ok(()),
        }
    }

    /// Changes all rows of the permit's file that meet the condition, and counts their versions up: whoever has one of them
    /// open sees that it was changed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn update_all<A, E>(
        &self,
        permit: &Permit<A>,
        condition: Condition,
        row: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<u64, Refusal>
    where
        E: Versioned,
        E::ActiveModel: ActiveModelTrait<Entity = E>,
        A: Writes<E>,
    {
        let count_up = (E::VERSION, Expr::col(E::VERSION).add(1));
        self.tx.update::<E>(row, permit.within::<E>().add(condition), Some(count_up)).await
    }

    /// Changes all rows of the permit's file that meet the condition; for tables without a version.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn update_where<A, E>(
        &self,
        permit: &Permit<A>,
        condition: Condition,
        row: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<u64, Refusal>
    where
        E: TenantOwned,
        E::ActiveModel: ActiveModelTrait<Entity = E>,
        A: Writes<E>,
    {
        self.tx.update::<E>(row, permit.within::<E>().add(condition), None).await
    }

    /// Removes the rows of the permit's file that meet the condition.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn delete_where<A, E>(&self, permit: &Permit<A>, condition: Condition) -> Result<(), Refusal>
    where
        E: TenantOwned,
        A: Writes<E>,
    {
        self.tx.delete::<E>(permit.within::<E>().add(condition)).await
    }

    /// Records a change of state: from what to what, when, by whom, and why.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn transition<A>(
        &self,
        _: &Permit<A>,
        subject: Subject,
        (from, to): (&str, &str),
        reason: Option<(&impl Seals, &str)>,
    ) -> Result<(), Refusal>
    where
        A: Act,
    {
        use crate::entity::transition::ActiveModel;
        use sea_orm::ActiveValue::Set;
        let id = self.new_id();
        let place = Place { column: REASON, row: id };
        self.tx
            .insert(ActiveModel {
                organisation_id: Set(self.acting.organisation.id.uuid()),
                id: Set(id),
                subject_kind: Set(subject.kind.code().to_owned()),
                subject_id: Set(subject.id),
                from_state: Set(from.to_owned()),
                to_state: Set(to.to_owned()),
                at: Set(self.now.millis()),
                actor: Set(self.acting.actor.code()),
                reason: Set(reason.map(|(key, text)| key.seal(place, text))),
            })
            .await
    }

    /// Hands what is owed for a subject to another member.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hand_over<A: Act>(&self, _: &Permit<A>, subject: Subject, to: MemberId) -> Result<(), Refusal> {
        obligations::hand_over(&self.tx, subject, to).await
    }

    /// Hands everything that one member owes to another.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hand_over_all<A: Act>(&self, _: &Permit<A>, from: MemberId, to: MemberId) -> Result<(), Refusal> {
        obligations::hand_over_all(&self.tx, from, to).await
    }

    /// Counts what a member has not read, beside the membership.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn count_unread<A>(&self, _: &Permit<A>, member: Uuid) -> Result<(), Refusal>
    where
        A: Writes<crate::entity::member::Entity>,
    {
        telling::count_unread(&self.tx, member).await
    }

    /// Says what happened. Audit, obligations and counts follow when the operation ends.
    pub fn emit(&mut self, happening: Happening) {
        self.happenings.push(happening);
    }
}

impl FileLane for Change<'_> {
    fn find<E: Evaluated>(&self) -> Found<'_, E> {
        self.tx.find()
    }
}

/// The claim on an operation id: whoever takes it first does the work.
struct Claim<'a> {
    id: OperationId,
    actor: String,
    request: Vec<u8>,
    key: &'a OrganisationKey,
}

impl<'a> Claim<'a> {
    fn new(acting: &'a Acting, command: &Command<impl Serialize>) -> Result<Self, Refusal> {
        let text = serde_json::to_string(command).map_err(|error| fault(Fault::System(error.to_string())))?;
        let key = &acting.organisation.key;
        let request = key.index("operations.request", &text);
        Ok(Self { id: command.operation, actor: acting.actor.code(), request, key })
    }

    /// Whether this is the first run.
    async fn take(&self, tx: &WriteTx, now: Moment) -> Result<bool, Refusal> {
        let sql = "INSERT INTO operations (organisation_id, id, actor, at, request, result) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (organisation_id, id) DO NOTHING";
        let values = vec![
            self.id.uuid().into(),
            self.actor.clone().into(),
            now.millis().into(),
            self.request.clone().into(),
            Vec::<u8>::new().into(),
        ];
        Ok(tx.kernel_execute(sql, values).await? == 1)
    }

    async fn answer_of_first_run<T: DeserializeOwned>(&self, tx: &WriteTx) -> Result<T, Refusal> {
        let sql = "SELECT actor, request, result FROM operations WHERE organisation_id = $1 AND id = $2";
        let row = tx.kernel(sql, vec![self.id.uuid().into()]).await?.ok_or(Refusal::Stale)?;
        let read = || -> Result<(String, Vec<u8>, Vec<u8>), sea_orm::DbErr> {
            Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?))
        };
        let (actor, request, result) = read().map_err(fault)?;
        if actor != self.actor || request != self.request {
            return Err(Refusal::WrongState {
                text: text(
                    "这份表单已经提交过，内容与这次不同。请重新打开页面再填。",
                    "This form was already sent with other content. Please open the page again.",
                ),
            });
        }
        let result = self.key.open(self.place(), &result).map_err(fault)?;
        serde_json::from_str(&result).map_err(|_| fault(Fault::Stored("operation")))
    }

    async fn keep(&self, tx: &WriteTx, answer: &impl Serialize) -> Result<(), Refusal> {
        let result = serde_json::to_string(answer).map_err(|error| fault(Fault::System(error.to_string())))?;
        let sealed = self.key.seal(self.place(), &result);
        let sql = "UPDATE operations SET result = $3 WHERE organisation_id = $1 AND id = $2";
        tx.kernel_execute(sql, vec![self.id.uuid().into(), sealed.into()]).await.map(drop)
    }

    fn place(&self) -> Place<'static> {
        Place { column: "operations.result", row: self.id.uuid() }
    }
}

#[cfg(test)]
mod tests;
