//! Handing work over: everything that one member answers for goes to another, at once and whole.
//!
//! What goes is every row that names the member as who answers for it now, in whichever state: workers' own reach follows
//! it, and a successor who got only what is open would owe what they cannot open. What stays are facts of history: who
//! wrote, approved or told something, what was settled when and by whom, the trail.

use super::operations::happened;
use super::{MemberAct, holdings_of, names, needs_of};
use crate::change::{Change, Command, Permit, Writes, act};
use crate::entity::{Versioned, application, audit_entry, case, client, member, unit};
use crate::fault::{Fault, fault};
use crate::happening::Happening;
use crate::scope::StaffScope;
use crate::units;
use domain::access::{Action, Object};
use domain::events::{Event, EventKind, Subject};
use domain::ids::MemberId;
use domain::members::Holdings;
use domain::refusal::{Problem, Refusal};
use domain::time::Moment;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, Order, QuerySelect};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

act!(
    /// Handing work to another member.
    MayHandOver = Case Reassign => case, application, client, unit
);

/// How many hand-overs are looked back on.
const SHOWN: u64 = 5;

/// Hands everything that one member answers for to another.
#[derive(Clone, Debug, Serialize)]
pub struct HandOver {
    /// From whom; it may be somebody who has left already.
    pub from: MemberId,
    /// To whom.
    pub to: MemberId,
}

/// Hands over cases, applications and clients in every state, with what is owed for them, and the units that stay; says how much of each kind. Each
/// of them leaves an entry in the trail, and so do the two members.
///
/// # Errors
/// [`Refusal::Invalid`] when the receiver is the giver, is not at work or could not open it all, [`Refusal::WrongState`]
/// when there is nothing to hand over.
pub async fn hand_over(scope: &StaffScope, command: Command<HandOver>) -> Result<Holdings, Refusal> {
    scope
        .run(&command, async |change, asked| {
            let &HandOver { from, to } = asked;
            let giver = change.find::<member::Entity>().by_id(from).need().await?;
            let receiver = change.find::<member::Entity>().by_id(to).need().await?;
            let permit = change.permit::<MayHandOver>(&receiver)?;
            if from == to {
                return Err(Refusal::field("to", Problem::SamePerson));
            }
            let held = holdings_of(change.lane(), from, change.now().day()).await?;
            MemberAct::HandOver.may(scope, &giver, &held)?;
            super::receiver(scope, change, to, "to", &needs_of(&held)).await?;
            let pass = Passing { permit: &permit, from, to };
            let columns = [case::Column::ResponsibleId, case::Column::Number];
            pass.files::<case::Entity>(change, EventKind::CaseAssigned, columns, Condition::all()).await?;
            let columns = [application::Column::HandlerId, application::Column::Number];
            pass.files::<application::Entity>(change, EventKind::ApplicationAssigned, columns, Condition::all())
                .await?;
            let columns = [client::Column::ResponsibleId, client::Column::Number];
            pass.files::<client::Entity>(change, EventKind::ClientAssigned, columns, Condition::all()).await?;
            let columns = [unit::Column::HeadId, unit::Column::Name];
            let stays = units::stays(change.now().day());
            pass.files::<unit::Entity>(change, EventKind::UnitAssigned, columns, stays).await?;
            change.hand_over_all(&permit, from, to).await?;
            let telling = |who: &'static str, whom: MemberId| {
                let held = &held;
                move |event: Event| {
                    let event = event.with(who, whom.to_string());
                    held.iter().fold(event, |event, (held, n)| event.with(held.code(), n.to_string()))
                }
            };
            happened(change, EventKind::MemberHandedOver, from.uuid(), telling("to", to));
            happened(change, EventKind::MemberTookOver, to.uuid(), telling("from", from));
            Ok(held)
        })
        .await
}

/// From whom to whom.
struct Passing<'p> {
    permit: &'p Permit<MayHandOver>,
    from: MemberId,
    to: MemberId,
}

impl Passing<'_> {
    /// Passes every file of one table on that meets a condition, with one statement; `by` is the column that names who answers
    /// for it.
    async fn files<E>(
        &self,
        change: &mut Change<'_>,
        kind: EventKind,
        [by, number]: [E::Column; 2],
        which: Condition,
    ) -> Result<(), Refusal>
    where
        E: Versioned,
        E::ActiveModel: ActiveModelTrait<Entity = E>,
        MayHandOver: Writes<E>,
    {
        let theirs = Condition::all().add(by.eq(self.from.uuid())).add(which);
        let files = change.find::<E>().filter(theirs.clone()).order(E::ID, Order::Asc);
        let files =
            files.shape(|select| select.select_only().column(E::ID).column(number)).tuples::<(Uuid, String)>().await?;
        let mut row = <E::ActiveModel as ActiveModelTrait>::default();
        row.set(by, self.to.uuid().into());
        change.update_all::<_, E>(self.permit, theirs, row).await?;
        for (id, number) in files {
            let event = Event::new(kind, Subject { kind: kind.object(), id }, change.now());
            let event = event.with("from", self.from.to_string()).with("to", self.to.to_string());
            change.emit(Happening { event, number, responsible: Some(self.to) });
        }
        Ok(())
    }
}

/// Work that changed hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// When.
    pub at: Moment,
    /// From whom.
    pub from: (MemberId, String),
    /// To whom.
    pub to: (MemberId, String),
    /// How much.
    pub held: Holdings,
}

/// The last times that a member handed work over or took it over, newest first, as the trail keeps them.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn handed_over(scope: &StaffScope, member: MemberId) -> Result<Vec<HandedOver>, Refusal> {
    scope.need(Object::Member, Action::List)?;
    let tx = scope.read().await?;
    let kinds = [EventKind::MemberHandedOver, EventKind::MemberTookOver].map(EventKind::code);
    let rows = tx
        .find::<audit_entry::Entity>()
        .filter(audit_entry::Column::SubjectId.eq(member.uuid()))
        .filter(audit_entry::Column::Kind.is_in(kinds))
        .order(audit_entry::Column::Seq, Order::Desc)
        .limit(SHOWN)
        .all()
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let names = names(&tx).await?;
    let stored = || fault(Fault::Stored("hand-over"));
    let read = |row: audit_entry::Model| {
        let detail: BTreeMap<String, String> = serde_json::from_str(&row.detail).map_err(|_| stored())?;
        // The member of whom it is told is the one whom the facts leave out.
        let who = |key: &str| {
            let id: MemberId = detail.get(key).map_or(Ok(member), |id| id.parse().map_err(|_| stored()))?;
            Ok::<_, Refusal>((id, names.get(&id.uuid()).cloned().unwrap_or_default()))
        };
        let (from, to) = (who("from")?, who("to")?);
        Ok(HandedOver { at: Moment::from_millis(row.at), from, to, held: Holdings::read(&detail) })
    };
    rows.into_iter().map(read).collect()
}
