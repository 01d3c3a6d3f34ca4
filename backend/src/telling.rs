//! Telling: what somebody is told, as rows. What follows from events is written in their transaction, what follows from the time
//! by [`crate::messages::Teller`].

use crate::acting::Acting;
use crate::ambient::new_id;
use crate::db::WriteTx;
use crate::entity::{member, message, paper};
use crate::happening::Happening;
use crate::kernel::Core;
use domain::access::Object;
use domain::events::{EventKind, Subject};
use domain::messages::{MessageKind, Told, told_of};
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, QuerySelect};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What somebody is told.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    /// The member; none is the district.
    pub(crate) to: Option<Uuid>,
    pub(crate) kind: MessageKind,
    /// What is told once only, however often it is found.
    pub(crate) told_for: Option<String>,
    pub(crate) rule: Option<String>,
    pub(crate) register: Option<String>,
    pub(crate) subject: Subject,
    /// The number of what it is about.
    pub(crate) subject_number: String,
    /// Of how many it tells.
    pub(crate) number: i64,
    pub(crate) due: Option<Moment>,
}

/// Tells what follows from these events. Nobody is told what they did themselves.
pub(crate) async fn follow(acting: &Acting, tx: &WriteTx, happenings: &[Happening]) -> Result<(), Refusal> {
    // Whoever takes over a colleague's work is told once, and not again of each of its files.
    let taken_over = happenings.iter().any(|happening| happening.event.kind == EventKind::MemberTookOver);
    let mut told = Vec::new();
    for happening in happenings {
        let event = &happening.event;
        let Some((kind, whom)) = told_of(event.kind) else { continue };
        if taken_over && kind == MessageKind::Assigned {
            continue;
        }
        let to = match whom {
            Told::Responsible => happening.responsible.map(|member| member.uuid()),
            Told::Member => Some(event.subject.id),
            Told::Author => author(tx, event.subject).await?,
        };
        let Some(to) = to.filter(|to| acting.actor.member().is_none_or(|actor| actor.uuid() != *to)) else { continue };
        let held = event.detail.values().filter_map(|count| count.parse::<i64>().ok());
        told.push(Telling {
            to: Some(to),
            kind,
            told_for: None,
            rule: None,
            register: event.register().map(str::to_owned),
            subject: event.subject,
            subject_number: happening.number.clone(),
            number: if kind == MessageKind::TookOver { held.sum() } else { 1 },
            due: None,
        });
    }
    tell(&acting.core, tx, told).await
}

/// Writes what somebody is told; what was told already is not told again.
pub(crate) async fn tell(core: &Core, tx: &WriteTx, told: Vec<Telling>) -> Result<(), Refusal> {
    let now = core.clock.now();
    let members: BTreeSet<Uuid> = told.iter().filter_map(|telling| telling.to).collect();
    let row = |telling: Telling| message::ActiveModel {
        organisation_id: Set(tx.organisation()),
        id: Set(new_id(now, &*core.chance)),
        member_id: Set(telling.to),
        kind: Set(telling.kind.code().to_owned()),
        told_for: Set(telling.told_for),
        rule: Set(telling.rule),
        register: Set(telling.register),
        subject_kind: Set(telling.subject.kind.code().to_owned()),
        subject_id: Set(telling.subject.id),
        subject_number: Set(telling.subject_number),
        number: Set(telling.number),
        due_at: Set(telling.due.map(Moment::millis)),
        sent_at: Set(now.millis()),
        read_at: Set(None),
    };
    tx.insert_all(told.into_iter().map(row).collect()).await?;
    for member in members {
        count_unread(tx, member).await?;
    }
    Ok(())
}

/// Keeps, beside the membership that every page reads, how much a member has not read.
pub(crate) async fn count_unread(tx: &WriteTx, member: Uuid) -> Result<(), Refusal> {
    let theirs = message::Column::MemberId.eq(member);
    let unread = tx.find::<message::Entity>().filter(theirs).filter(message::Column::ReadAt.is_null()).count().await?;
    let counted = member::ActiveModel { unread: Set(i64::try_from(unread).unwrap_or(i64::MAX)), ..Default::default() };
    tx.update::<member::Entity>(counted, Condition::all().add(member::Column::Id.eq(member)), None).await.map(drop)
}

/// Who wrote a paper.
async fn author(tx: &WriteTx, paper: Subject) -> Result<Option<Uuid>, Refusal> {
    if paper.kind != Object::Paper {
        return Ok(None);
    }
    let found = tx.find::<paper::Entity>().filter(paper::Column::Id.eq(paper.id));
    let found = found.shape(|select| select.select_only().column(paper::Column::AuthorId));
    Ok(found.tuples::<(Uuid,)>().await?.first().map(|(author,)| *author))
}
