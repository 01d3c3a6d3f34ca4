//! What was told, and what of it was read. A member finds what was told to them; the district, what it was told of its stations.

use super::ReadMessage;
use crate::change::{Command, Responsible, run};
use crate::entity::message::{ActiveModel, Column, Entity, Model};
use crate::fault::{Fault, fault};
use crate::listing::{self, Listed, PAGE, Slice};
use crate::organisations::{Organisation, among};
use crate::scope::{OversightScope, StaffScope};
use crate::work::{self, Whose};
use domain::access::{Action, Object};
use domain::events::Subject;
use domain::ids::MessageId;
use domain::messages::MessageKind;
use domain::refusal::Refusal;
use domain::registers::{Register, Registers};
use domain::rules::{Rule, RuleBook, RuleId};
use domain::time::Moment;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, Order};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// What somebody was told.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which message.
    pub id: MessageId,
    /// Why.
    pub kind: MessageKind,
    /// About what: a file, a paper, a place of registers.
    pub subject: Subject,
    /// Its number.
    pub subject_number: String,
    /// The clause behind it.
    pub rule: Option<&'static Rule>,
    /// The register of the paper, or of what is asked.
    pub register: Option<Arc<Register>>,
    /// Of how many it tells.
    pub number: i64,
    /// By when it had to be done.
    pub due: Option<Moment>,
    /// When it was told.
    pub sent: Moment,
    /// When it was read.
    pub read: Option<Moment>,
}

impl Message {
    fn read(row: &Model, registers: &Registers) -> Result<Self, Refusal> {
        let stored = |what| fault(Fault::Stored(what));
        let kind = Object::parse(&row.subject_kind).map_err(|_| stored("subject of a message"))?;
        let rule = row.rule.as_ref().and_then(|rule| rule.parse::<RuleId>().ok());
        Ok(Self {
            id: row.id.into(),
            kind: MessageKind::parse(&row.kind).map_err(|_| stored("kind of a message"))?,
            subject: Subject { kind, id: row.subject_id },
            subject_number: row.subject_number.clone(),
            rule: rule.and_then(|rule| RuleBook::builtin().rule(rule)),
            register: row.register.as_ref().and_then(|register| registers.get(register)).cloned(),
            number: row.number,
            due: row.due_at.map(Moment::from_millis),
            sent: Moment::from_millis(row.sent_at),
            read: row.read_at.map(Moment::from_millis),
        })
    }
}

/// Ids follow the time.
const NEWEST: (Column, Order) = (Column::Id, Order::Desc);

/// Whom a message was told to.
impl Responsible for Model {
    fn responsible(&self) -> Option<Uuid> {
        self.member_id
    }
}

/// What a district was told of one of its stations.
#[derive(Clone, Debug)]
pub struct DistrictMessage {
    /// Of which.
    pub organisation: Arc<Organisation>,
    /// What.
    pub message: Message,
}

/// What a member was told, newest first, each with what it is about as far as the member may know that.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn inbox(scope: &StaffScope, slice: &Slice) -> Result<Listed<(Message, Whose)>, Refusal> {
    scope.need(Object::Message, Action::Read)?;
    let tx = scope.read().await?;
    let found = tx.find::<Entity>().filter(own(scope.member().uuid()));
    let found = listing::slice(&tx, found, slice, NEWEST, &[]).await?;
    let messages = found.rows.iter().map(|row| Message::read(row, scope.registers()));
    let messages: Vec<Message> = messages.collect::<Result<_, _>>()?;
    let subjects: Vec<Subject> = messages.iter().map(|message| message.subject).collect();
    let whose: HashMap<Uuid, Whose> = work::whose(scope, &tx, &subjects).await?;
    let known = |message: Message| {
        let (file, number) = (message.subject, message.subject_number.clone());
        let whose = whose.get(&file.id).cloned().unwrap_or(Whose { file, name: None, number, opens: false });
        (message, whose)
    };
    Ok(found.with(messages.into_iter().map(known).collect()))
}

/// Notes that a member read a message, and answers which.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or it was told to somebody else.
pub async fn open(scope: &StaffScope, command: Command<MessageId>) -> Result<Message, Refusal> {
    scope
        .run(&command, async |change, id| {
            let me = change.need_member()?.uuid();
            let row = change.find::<Entity>().filter(own(me).add(Column::Id.eq(id.uuid()))).need().await?;
            let permit = change.permit::<ReadMessage>(&row)?;
            let this = unread_of(me).add(Column::Id.eq(row.id));
            change.update_where::<_, Entity>(&permit, this, read_at(change.now())).await?;
            change.count_unread(&permit, me).await
        })
        .await?;
    let this = own(scope.member().uuid()).add(Column::Id.eq(command.body.uuid()));
    let row = scope.read().await?.find::<Entity>().filter(this).need().await?;
    Message::read(&row, scope.registers())
}

/// Notes that a member read everything.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn read_all(scope: &StaffScope, command: Command<()>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, ()| {
            let me = change.need_member()?.uuid();
            let Some(row) = change.find::<Entity>().filter(unread_of(me)).one().await? else { return Ok(()) };
            let permit = change.permit::<ReadMessage>(&row)?;
            change.update_where::<_, Entity>(&permit, unread_of(me), read_at(change.now())).await?;
            change.count_unread(&permit, me).await
        })
        .await
}

/// What a district was told of its stations, newest first, with how much of it nobody has read.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn district(
    scope: &OversightScope,
    after: Option<MessageId>,
) -> Result<(Listed<DistrictMessage>, u64), Refusal> {
    scope.need(Object::Message, Action::Read)?;
    let tx = scope.read().await?;
    let theirs = || tx.find::<Entity>().filter(Column::MemberId.is_null());
    let unread = theirs().filter(Column::ReadAt.is_null()).count().await?;
    let last = match after {
        Some(after) => theirs().filter(Column::Id.eq(after.uuid())).one().await?,
        None => None,
    };
    let found = listing::page(theirs(), last.as_ref(), NEWEST, PAGE).await?;
    let read = |row: &Model| {
        let organisation = among(scope.organisations(), row.organisation_id)?.clone();
        Ok(DistrictMessage { organisation, message: Message::read(row, scope.registers())? })
    };
    Ok((found.with(found.rows.iter().map(read).collect::<Result<_, Refusal>>()?), unread))
}

/// Notes that somebody of the district read what one of its stations was reported for, and answers which.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or it was not told to the district.
pub async fn open_in_district(
    scope: &OversightScope,
    organisation: &str,
    command: Command<MessageId>,
) -> Result<Message, Refusal> {
    let station = scope.organisation(organisation)?;
    let this = || Condition::all().add(Column::Id.eq(command.body.uuid())).add(Column::MemberId.is_null());
    run(&scope.acting(station), &command, async |change, _| {
        let row = change.find::<Entity>().filter(this()).need().await?;
        let permit = change.permit::<ReadMessage>(&row)?;
        let unread = this().add(Column::ReadAt.is_null());
        change.update_where::<_, Entity>(&permit, unread, read_at(change.now())).await.map(drop)
    })
    .await?;
    let here = Column::OrganisationId.eq(station.id.uuid());
    let row = scope.read().await?.find::<Entity>().filter(here).filter(this()).need().await?;
    Message::read(&row, scope.registers())
}

fn own(member: Uuid) -> Condition {
    Condition::all().add(Column::MemberId.eq(member))
}

fn unread_of(member: Uuid) -> Condition {
    own(member).add(Column::ReadAt.is_null())
}

fn read_at(now: Moment) -> ActiveModel {
    ActiveModel { read_at: Set(Some(now.millis())), ..Default::default() }
}
