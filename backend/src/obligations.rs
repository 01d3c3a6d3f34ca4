//! Obligations: what a rule's clock opened, as rows.
//!
//! The rule book decides (`domain::rules::clocks`), this module writes. A row keeps when it was opened, due and met; whether
//! it is due or late is computed when it is read, so that no stopped process can show a wrong state, and what was late
//! stays late for ever.

use crate::acting::Acting;
use crate::ambient::new_id;
use crate::db::WriteTx;
use crate::entity::obligation::{ActiveModel, Column, Entity, Model};
use crate::entity::unit;
use crate::fault::{Fault, fault};
use crate::happening::Happening;
use crate::units;
use domain::access::Object;
use domain::duties::Duty;
use domain::events::Subject;
use domain::ids::MemberId;
use domain::refusal::Refusal;
use domain::rules::{ClockEffect, Opening, OrgRules, Owner, RuleId, clocks};
use domain::time::{Moment, Unit};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, Order};
use uuid::Uuid;

/// Opens, meets, pauses and cancels what follows from one event.
pub(crate) async fn follow(
    acting: &Acting,
    tx: &WriteTx,
    rules: &OrgRules,
    happening: &Happening,
) -> Result<(), Refusal> {
    for effect in clocks(&acting.core.book, rules, &acting.core.calendar, &happening.event) {
        match &effect {
            ClockEffect::Open(opening) => open(acting, tx, happening, opening).await?,
            ClockEffect::Meet { rule, subject, step, at, next } => {
                let owed = owed(tx, *rule, *subject).await?;
                let this = match step {
                    Some(step) => owed.into_iter().find(|row| row.step == i64::from(*step)),
                    None => owed.into_iter().next(),
                };
                if let Some(row) = this {
                    let met =
                        ActiveModel { met_at: Set(Some(at.millis())), open: Set(false), ..resumed(acting, &row, *at)? };
                    write(tx, row.id, met).await?;
                    if let Some(next) = next {
                        open(acting, tx, happening, next).await?;
                    }
                }
            }
            ClockEffect::Cancel { rule, subject, at } => {
                for row in owed(tx, *rule, *subject).await? {
                    write(
                        tx,
                        row.id,
                        ActiveModel { cancelled_at: Set(Some(at.millis())), open: Set(false), ..Default::default() },
                    )
                    .await?;
                }
            }
            ClockEffect::Pause { rule, subject, at } => {
                for row in owed(tx, *rule, *subject).await?.into_iter().filter(|row| row.paused_at.is_none()) {
                    write(tx, row.id, ActiveModel { paused_at: Set(Some(at.millis())), ..Default::default() }).await?;
                }
            }
            ClockEffect::Resume { rule, subject, at } => {
                for row in owed(tx, *rule, *subject).await? {
                    write(tx, row.id, resumed(acting, &row, *at)?).await?;
                }
            }
        }
    }
    Ok(())
}

/// Hands what is owed for a subject to another member.
pub(crate) async fn hand_over(tx: &WriteTx, subject: Subject, to: MemberId) -> Result<(), Refusal> {
    hand(tx, Condition::all().add(Column::SubjectId.eq(subject.id)), to).await
}

/// Hands everything that one member owes to another.
pub(crate) async fn hand_over_all(tx: &WriteTx, from: MemberId, to: MemberId) -> Result<(), Refusal> {
    hand(tx, Condition::all().add(Column::ResponsibleId.eq(from.uuid())), to).await
}

async fn hand(tx: &WriteTx, which: Condition, to: MemberId) -> Result<(), Refusal> {
    let theirs = ActiveModel { responsible_id: Set(Some(to.uuid())), ..Default::default() };
    tx.update::<Entity>(theirs, which.add(Column::Open.eq(true)), None).await.map(drop)
}

/// The row as the domain's duty.
pub(crate) fn duty(row: &Model) -> Result<Duty, Refusal> {
    let stored = |what| fault(Fault::Stored(what));
    Ok(Duty {
        rule: row.rule.parse().map_err(|_| stored("rule"))?,
        subject: Subject { kind: Object::parse(&row.subject_kind).map_err(|_| stored("subject"))?, id: row.subject_id },
        step: u8::try_from(row.step).map_err(|_| stored("step"))?,
        opened: Moment::from_millis(row.opened_at),
        warn: Moment::from_millis(row.warn_at),
        due: Moment::from_millis(row.due_at),
        late_after: Moment::from_millis(row.late_at),
        escalates: row.escalates_at.map(Moment::from_millis),
        unit: Unit::parse(&row.unit).map_err(|_| stored("unit"))?,
        met: row.met_at.map(Moment::from_millis),
        cancelled: row.cancelled_at.map(Moment::from_millis),
        paused: row.paused_at.map(Moment::from_millis),
    })
}

async fn open(acting: &Acting, tx: &WriteTx, happening: &Happening, opening: &Opening) -> Result<(), Refusal> {
    let Opening { rule, version, subject, step, owner, opened, warn, due, late_after, escalates, unit, repeats } =
        opening;
    let known = tx.find::<Entity>().filter(of(*rule, *subject)).filter(Column::Step.eq(i64::from(*step))).all().await?;
    let times = ActiveModel {
        opened_at: Set(opened.millis()),
        warn_at: Set(warn.millis()),
        due_at: Set(due.millis()),
        late_at: Set(late_after.millis()),
        escalates_at: Set(escalates.map(Moment::millis)),
        unit: Set(unit.code().to_owned()),
        // With other times it is told anew.
        told: Set(String::new()),
        ..Default::default()
    };
    if let Some(row) = known.iter().find(|row| row.open) {
        // A clock that repeats runs on; any other takes the new times: a visit was moved.
        return if *repeats { Ok(()) } else { write(tx, row.id, times).await };
    }
    if !known.is_empty() && !repeats {
        return Ok(());
    }
    tx.insert(ActiveModel {
        organisation_id: Set(acting.organisation.id.uuid()),
        id: Set(new_id(acting.core.clock.now(), &*acting.core.chance)),
        rule: Set(rule.to_string()),
        rule_version: Set(i64::from(*version)),
        step: Set(i64::from(*step)),
        subject_kind: Set(subject.kind.code().to_owned()),
        subject_id: Set(subject.id),
        subject_number: Set(happening.number.clone()),
        responsible_id: Set(responsible(tx, *owner, happening).await?),
        met_at: Set(None),
        cancelled_at: Set(None),
        paused_at: Set(None),
        paused_ms: Set(0),
        open: Set(true),
        ..times
    })
    .await
}

/// Who answers for what is now owed. A post is answered by its holder: whoever heads the unit of that kind in which it lies; where
/// nobody does, by whoever answers for the file.
async fn responsible(tx: &WriteTx, owner: Owner, happening: &Happening) -> Result<Option<Uuid>, Refusal> {
    let of_file = happening.responsible.map(MemberId::uuid);
    let (Owner::Post(kind), Some(lies_in)) =
        (owner, happening.event.subjects().find(|subject| subject.kind == Object::Unit))
    else {
        return Ok(of_file);
    };
    Ok(units::holder(&tx.find::<unit::Entity>().all().await?, kind, lies_in.id).or(of_file))
}

fn of(rule: RuleId, subject: Subject) -> Condition {
    Condition::all().add(Column::Rule.eq(rule.to_string())).add(Column::SubjectId.eq(subject.id))
}

/// What is still open for a subject under a rule, earliest first.
async fn owed(tx: &WriteTx, rule: RuleId, subject: Subject) -> Result<Vec<Model>, Refusal> {
    tx.find::<Entity>()
        .filter(of(rule, subject))
        .filter(Column::Open.eq(true))
        .order(Column::DueAt, Order::Asc)
        .all()
        .await
}

async fn write(tx: &WriteTx, id: Uuid, row: ActiveModel) -> Result<(), Refusal> {
    tx.update::<Entity>(row, Condition::all().add(Column::Id.eq(id)), None).await.map(drop)
}

/// The time that the clock stood still is added to its end and kept apart (INT-09).
fn resumed(acting: &Acting, row: &Model, at: Moment) -> Result<ActiveModel, Refusal> {
    let Some(since) = row.paused_at else { return Ok(ActiveModel::default()) };
    let mut duty = duty(row)?;
    duty.resume(&acting.core.calendar, at);
    Ok(ActiveModel {
        warn_at: Set(duty.warn.millis()),
        due_at: Set(duty.due.millis()),
        late_at: Set(duty.late_after.millis()),
        escalates_at: Set(duty.escalates.map(Moment::millis)),
        paused_at: Set(None),
        paused_ms: Set(row.paused_ms + (at.millis() - since).max(0)),
        ..Default::default()
    })
}
