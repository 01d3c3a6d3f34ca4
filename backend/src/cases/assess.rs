//! Need assessment (ASM-02): written by the worker, approved by somebody else (ASM-05).

use super::{ASSESSMENT, happening, occurred, read, reason, subject};
use crate::change::{Change, act};
use crate::entity::{assessment, case};
use crate::fault::{Fault, fault};
use crate::scope::StaffScope;
use crate::sealed;
use domain::access::{Action, Object};
use domain::events::EventKind;
use domain::forms::{Answers, FormKey, FormTemplate, validate};
use domain::ids::{AssessmentId, CaseId, OperationId};
use domain::lang::text;
use domain::refusal::Refusal;
use domain::rules::{RuleBook, gates};
use domain::time::{Day, Moment};
use domain::workflow::{PaperState, Workflow};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;

act!(
    /// Writing a need assessment.
    MayWrite = Assessment Create => assessment
);
act!(
    /// Approving a need assessment.
    MayApprove = Assessment Approve => assessment
);
act!(
    /// Sending a need assessment back.
    MayReturn = Assessment Return => assessment
);

/// Hands a need assessment in.
#[derive(Clone, Debug, Serialize)]
pub struct SubmitAssessment {
    /// The operation's id.
    pub operation: OperationId,
    /// Of which case.
    pub case: CaseId,
    /// The report.
    pub answers: Answers,
}

/// Hands a need assessment in for approval.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that needs correcting; [`Refusal::WrongState`] while another one waits.
pub async fn submit_assessment(scope: &StaffScope, command: SubmitAssessment) -> Result<AssessmentId, Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let case = read(change, command.case).await?;
            let permit = change.permit::<MayWrite>(&case)?;
            if !super::state(&case)?.is_open() {
                return Err(super::state(&case)?.next(Action::Assign).err().map_or(Refusal::Forbidden, Refusal::from));
            }
            if waits(change, &case).await? {
                return Err(Refusal::WrongState {
                    text: text("已有一份需求评估在等审批。", "Another need assessment is waiting for approval."),
                });
            }
            let answers = validate(FormTemplate::builtin(FormKey::Assessment), &command.answers, change.now().day())?;
            let on = answers.get("assessed_on").and_then(|day| Day::parse(day).ok()).unwrap_or(change.now().day());
            let at = occurred(change, &case, Moment::start_of(on))?;
            let (id, key) = (change.new_id(), change.person_key(case.key_id).await?);
            let row = assessment::ActiveModel {
                id: Set(id),
                case_id: Set(case.id),
                state: Set(PaperState::Submitted.code().to_owned()),
                author_id: Set(change.need_member()?.uuid()),
                reviewer_id: Set(None),
                content: Set(sealed::seal(&key, ASSESSMENT, id, &answers)?),
                occurred_at: Set(at.millis()),
                recorded_at: Set(change.now().millis()),
                approved_at: Set(None),
                version: Set(1),
                ..Default::default()
            };
            change.insert(&permit, row).await?;
            let told = happening(change, &case, EventKind::AssessmentSubmitted, subject(Object::Assessment, id));
            change.emit(told);
            Ok(id.into())
        })
        .await
}

/// Approves a need assessment.
#[derive(Clone, Debug, Serialize)]
pub struct ApproveAssessment {
    /// The operation's id.
    pub operation: OperationId,
    /// Which.
    pub assessment: AssessmentId,
    /// What was on the screen.
    pub version: i64,
}

/// Approves a need assessment: a plan can then be made (ASM-03).
///
/// # Errors
/// [`Refusal::Blocked`] by ASM-05 for the author.
pub async fn approve_assessment(scope: &StaffScope, command: ApproveAssessment) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let (row, case) = paper(change, command.assessment).await?;
            let permit = change.permit::<MayApprove>(&case)?;
            let to = state(&row)?.next(Action::Approve)?;
            let approver = change.need_member()?;
            let facts = gates::ApproveFacts { author: row.author_id.into(), approver };
            Refusal::unless_clear(gates::approve_assessment(RuleBook::builtin(), change.rules().await?, &facts))?;
            let changes = assessment::ActiveModel {
                state: Set(to.code().to_owned()),
                reviewer_id: Set(Some(approver.uuid())),
                approved_at: Set(Some(change.now().millis())),
                ..Default::default()
            };
            change.update::<_, assessment::Entity>(&permit, row.id, command.version, changes).await?;
            let told = happening(change, &case, EventKind::AssessmentApproved, subject(Object::Assessment, row.id));
            change.emit(told);
            Ok(())
        })
        .await
}

/// Sends a need assessment back.
#[derive(Clone, Debug, Serialize)]
pub struct ReturnAssessment {
    /// The operation's id.
    pub operation: OperationId,
    /// Which.
    pub assessment: AssessmentId,
    /// What was on the screen.
    pub version: i64,
    /// What has to be better.
    pub reason: String,
}

/// Sends a need assessment back with a reason; the worker writes a new one.
///
/// # Errors
/// When the state or the policy does not allow it.
pub async fn return_assessment(scope: &StaffScope, command: ReturnAssessment) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let (row, case) = paper(change, command.assessment).await?;
            let permit = change.permit::<MayReturn>(&case)?;
            let (from, to) = (state(&row)?, state(&row)?.next(Action::Return)?);
            let why = reason(&command.reason)?;
            let changes = assessment::ActiveModel {
                state: Set(to.code().to_owned()),
                reviewer_id: Set(Some(change.need_member()?.uuid())),
                ..Default::default()
            };
            change.update::<_, assessment::Entity>(&permit, row.id, command.version, changes).await?;
            let key = change.person_key(case.key_id).await?;
            let of = subject(Object::Assessment, row.id);
            change.transition(&permit, of, (from.code(), to.code()), Some((&key, &why))).await?;
            let told = happening(change, &case, EventKind::AssessmentReturned, of);
            change.emit(told);
            Ok(())
        })
        .await
}

/// Whether the case has an approved need assessment.
pub(super) async fn is_approved(change: &Change<'_>, case: &case::Model) -> Result<bool, Refusal> {
    Ok(change.find::<assessment::Entity>().filter(in_state(case, PaperState::Approved)).one().await?.is_some())
}

async fn waits(change: &Change<'_>, case: &case::Model) -> Result<bool, Refusal> {
    Ok(change.find::<assessment::Entity>().filter(in_state(case, PaperState::Submitted)).one().await?.is_some())
}

fn in_state(case: &case::Model, state: PaperState) -> Condition {
    Condition::all().add(assessment::Column::CaseId.eq(case.id)).add(assessment::Column::State.eq(state.code()))
}

async fn paper(change: &Change<'_>, id: AssessmentId) -> Result<(assessment::Model, case::Model), Refusal> {
    let row = change.find::<assessment::Entity>().by_id(id).need().await?;
    let case = read(change, row.case_id).await?;
    Ok((row, case))
}

fn state(row: &assessment::Model) -> Result<PaperState, Refusal> {
    PaperState::parse(&row.state).map_err(|_| fault(Fault::Stored("assessment state")))
}
