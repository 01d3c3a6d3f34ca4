//! Service records (PLN-07, PLN-08): appointed, carried out, written down, approved.

use super::{RECORD, happening, occurred, read, reason, subject};
use crate::change::{Change, Happening, act};
use crate::entity::{case, record};
use crate::fault::{Fault, fault};
use crate::scope::StaffScope;
use crate::sealed;
use domain::access::{Action, Object};
use domain::events::EventKind;
use domain::forms::{Answers, FormKey, FormTemplate, validate};
use domain::ids::{CaseId, OperationId, RecordId};
use domain::records::{ContactMode, RecordState};
use domain::refusal::{Problem, Refusal};
use domain::rules::{RuleBook, gates};
use domain::time::Moment;
use domain::workflow::Workflow;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

act!(
    /// Appointing a visit, or taking the appointment back.
    MayPlan = Record Create => record
);
act!(
    /// Writing down what was done.
    MayRecord = Record Record => record
);
act!(
    /// Approving a record.
    MayApprove = Record Approve => record
);
act!(
    /// Sending a record back.
    MayReturn = Record Return => record
);

/// Appoints a visit.
#[derive(Clone, Debug, Serialize)]
pub struct PlanVisit {
    /// The operation's id.
    pub operation: OperationId,
    /// Of which case.
    pub case: CaseId,
    /// Until when it lasts: the record is due from then.
    pub ends: Moment,
    /// How.
    pub mode: ContactMode,
}

/// Appoints a visit; when it ends, PLN-08 begins to run.
///
/// # Errors
/// When the case is not being served, or the policy says no.
pub async fn plan_visit(scope: &StaffScope, command: PlanVisit) -> Result<RecordId, Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let case = read(change, command.case).await?;
            let permit = change.permit::<MayPlan>(&case)?;
            super::state(&case)?.next(Action::Record)?;
            if command.ends.since(change.now()).in_days() > 366 {
                return Err(Refusal::field("ends", Problem::ImpossibleDay));
            }
            let id = change.new_id();
            let row = record::ActiveModel {
                planned_at: Set(Some(command.ends.millis())),
                ..blank(change, &case, id, command.mode, RecordState::Planned)?
            };
            change.insert(&permit, row).await?;
            let told = happening(change, &case, EventKind::RecordPlanned, subject(Object::Record, id));
            change.emit(Happening { event: told.event.due_from(command.ends), ..told });
            Ok(id.into())
        })
        .await
}

/// Takes an appointment back.
#[derive(Clone, Debug, Serialize)]
pub struct CancelVisit {
    /// The operation's id.
    pub operation: OperationId,
    /// Which.
    pub record: RecordId,
    /// What was on the screen.
    pub version: i64,
}

/// Takes an appointment back; what was owed for it is cancelled.
///
/// # Errors
/// When it is no longer an appointment, or the policy says no.
pub async fn cancel_visit(scope: &StaffScope, command: CancelVisit) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let (row, case) = paper(change, command.record).await?;
            let permit = change.permit::<MayPlan>(&case)?;
            let to = state(&row)?.next(Action::Cancel)?;
            let changes = record::ActiveModel { state: Set(to.code().to_owned()), ..Default::default() };
            change.update::<_, record::Entity>(&permit, row.id, command.version, changes).await?;
            let told = happening(change, &case, EventKind::RecordCancelled, subject(Object::Record, row.id));
            change.emit(told);
            Ok(())
        })
        .await
}

/// Writes down what was done.
#[derive(Clone, Debug, Serialize)]
pub struct WriteRecord {
    /// The operation's id.
    pub operation: OperationId,
    /// Of which case.
    pub case: CaseId,
    /// The appointment that was kept, or the record that was sent back, with the version on the screen.
    pub of: Option<(RecordId, i64)>,
    /// When it happened.
    pub occurred: Moment,
    /// How.
    pub mode: ContactMode,
    /// What was done, said and achieved.
    pub answers: Answers,
}

/// Writes a service record. When it happened, when it was written: both stay, and late shows as late (PLN-08).
///
/// # Errors
/// [`Refusal::Blocked`] by PLN-07 with every content that is missing.
pub async fn write_record(scope: &StaffScope, command: WriteRecord) -> Result<RecordId, Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let case = read(change, command.case).await?;
            let permit = change.permit::<MayRecord>(&case)?;
            super::state(&case)?.next(Action::Record)?;
            let at = occurred(change, &case, command.occurred)?;
            let answers = validate(FormTemplate::builtin(FormKey::Record), &command.answers, change.now().day())?;
            let filled = |key: &str| answers.get(key).is_some_and(|answer| !answer.is_empty());
            let facts = gates::RecordFacts {
                content: filled("content"),
                feedback: filled("feedback"),
                effect: filled("effect"),
            };
            Refusal::unless_clear(gates::record_service(RuleBook::builtin(), change.rules().await?, &facts))?;
            let key = change.person_key(case.key_id).await?;
            let now = change.now().millis();
            let id = command.of.map_or_else(|| change.new_id(), |(id, _)| id.uuid());
            let written = record::ActiveModel {
                state: Set(RecordState::Recorded.code().to_owned()),
                mode: Set(command.mode.code().to_owned()),
                content: Set(Some(sealed::seal(&key, RECORD, id, &answers)?)),
                occurred_at: Set(Some(at.millis())),
                recorded_at: Set(Some(now)),
                ..Default::default()
            };
            match command.of {
                Some((record, version)) => {
                    let (row, of) = paper(change, record).await?;
                    if of.id != case.id {
                        return Err(Refusal::NotFound);
                    }
                    state(&row)?.next(Action::Record)?;
                    // What was first written stays the moment of writing: correcting a returned record does not make it later.
                    let written =
                        record::ActiveModel { recorded_at: Set(Some(row.recorded_at.unwrap_or(now))), ..written };
                    change.update::<_, record::Entity>(&permit, row.id, version, written).await?;
                }
                None => {
                    let row = record::ActiveModel {
                        occurred_at: written.occurred_at.clone(),
                        recorded_at: written.recorded_at.clone(),
                        content: written.content.clone(),
                        ..blank(change, &case, id, command.mode, RecordState::Recorded)?
                    };
                    change.insert(&permit, row).await?;
                }
            }
            let told = happening(change, &case, EventKind::RecordRecorded, subject(Object::Record, id));
            change.emit(Happening { event: told.event.due_from(at), ..told });
            Ok(id.into())
        })
        .await
}

/// Approves a record.
#[derive(Clone, Debug, Serialize)]
pub struct ApproveRecord {
    /// The operation's id.
    pub operation: OperationId,
    /// Which.
    pub record: RecordId,
    /// What was on the screen.
    pub version: i64,
}

/// Approves a record.
///
/// # Errors
/// [`Refusal::Forbidden`] for its author: nobody approves the own work.
pub async fn approve_record(scope: &StaffScope, command: ApproveRecord) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let (row, case) = paper(change, command.record).await?;
            let permit = change.permit::<MayApprove>(&case)?;
            let to = state(&row)?.next(Action::Approve)?;
            let approver = change.need_member()?;
            if row.author_id == approver.uuid() {
                return Err(Refusal::Forbidden);
            }
            let changes = record::ActiveModel {
                state: Set(to.code().to_owned()),
                reviewer_id: Set(Some(approver.uuid())),
                approved_at: Set(Some(change.now().millis())),
                ..Default::default()
            };
            change.update::<_, record::Entity>(&permit, row.id, command.version, changes).await?;
            let told = happening(change, &case, EventKind::RecordApproved, subject(Object::Record, row.id));
            change.emit(told);
            Ok(())
        })
        .await
}

/// Sends a record back.
#[derive(Clone, Debug, Serialize)]
pub struct ReturnRecord {
    /// The operation's id.
    pub operation: OperationId,
    /// Which.
    pub record: RecordId,
    /// What was on the screen.
    pub version: i64,
    /// What has to be better.
    pub reason: String,
}

/// Sends a record back with a reason.
///
/// # Errors
/// When the state or the policy does not allow it.
pub async fn return_record(scope: &StaffScope, command: ReturnRecord) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let (row, case) = paper(change, command.record).await?;
            let permit = change.permit::<MayReturn>(&case)?;
            let (from, to) = (state(&row)?, state(&row)?.next(Action::Return)?);
            let why = reason(&command.reason)?;
            let changes = record::ActiveModel {
                state: Set(to.code().to_owned()),
                reviewer_id: Set(Some(change.need_member()?.uuid())),
                ..Default::default()
            };
            change.update::<_, record::Entity>(&permit, row.id, command.version, changes).await?;
            let key = change.person_key(case.key_id).await?;
            let of = subject(Object::Record, row.id);
            change.transition(&permit, of, (from.code(), to.code()), Some((&key, &why))).await?;
            let told = happening(change, &case, EventKind::RecordReturned, of);
            change.emit(told);
            Ok(())
        })
        .await
}

fn blank(
    change: &Change<'_>,
    case: &case::Model,
    id: uuid::Uuid,
    mode: ContactMode,
    state: RecordState,
) -> Result<record::ActiveModel, Refusal> {
    Ok(record::ActiveModel {
        id: Set(id),
        case_id: Set(case.id),
        state: Set(state.code().to_owned()),
        author_id: Set(change.need_member()?.uuid()),
        reviewer_id: Set(None),
        mode: Set(mode.code().to_owned()),
        content: Set(None),
        planned_at: Set(None),
        occurred_at: Set(None),
        recorded_at: Set(None),
        approved_at: Set(None),
        version: Set(1),
        ..Default::default()
    })
}

async fn paper(change: &Change<'_>, id: RecordId) -> Result<(record::Model, case::Model), Refusal> {
    let row = change.find::<record::Entity>().by_id(id).need().await?;
    let case = read(change, row.case_id).await?;
    Ok((row, case))
}

fn state(row: &record::Model) -> Result<RecordState, Refusal> {
    RecordState::parse(&row.state).map_err(|_| fault(Fault::Stored("record state")))
}
