//! Service plan (PLN-01): made after the assessment, discussed by the team, approved by somebody else (PLN-02).

use super::{DISCUSSION, PLAN, Step, assess, happening, occurred, read, reason, subject};
use crate::change::{Change, act};
use crate::entity::{case, plan};
use crate::fault::{Fault, fault};
use crate::scope::StaffScope;
use crate::seal::Place;
use crate::sealed;
use domain::access::{Action, Object};
use domain::cases::CaseState;
use domain::events::EventKind;
use domain::forms::{Answers, FormKey, FormTemplate, validate};
use domain::ids::{CaseId, OperationId, PlanId};
use domain::lang::text;
use domain::refusal::Refusal;
use domain::rules::{RuleBook, gates};
use domain::text::clean_paragraph;
use domain::time::Moment;
use domain::workflow::{PaperState, Workflow};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Order};
use serde::Serialize;

act!(
    /// Making a plan.
    MayWrite = Plan Create => plan
);
act!(
    /// Writing down the team's discussion.
    MayDiscuss = Plan Record => plan
);
act!(
    /// Approving a plan, with which service begins.
    MayApprove = Plan Approve => plan, case
);
act!(
    /// Sending a plan back.
    MayReturn = Plan Return => plan
);

/// Hands a plan in.
#[derive(Clone, Debug, Serialize)]
pub struct SubmitPlan {
    /// The operation's id.
    pub operation: OperationId,
    /// Of which case.
    pub case: CaseId,
    /// The plan.
    pub answers: Answers,
}

/// Hands a plan in, as the case's next revision (PLN-06).
///
/// # Errors
/// [`Refusal::Blocked`] by ASM-03 without an approved assessment; [`Refusal::WrongState`] while another plan waits.
pub async fn submit_plan(scope: &StaffScope, command: SubmitPlan) -> Result<PlanId, Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let case = read(change, command.case).await?;
            let permit = change.permit::<MayWrite>(&case)?;
            let facts = gates::PlanFacts { assessment_approved: assess::is_approved(change, &case).await? };
            Refusal::unless_clear(gates::create_plan(RuleBook::builtin(), change.rules().await?, &facts))?;
            let latest = latest(change, &case).await?;
            if latest.as_ref().is_some_and(|plan| plan.state == PaperState::Submitted.code())
                || !super::state(&case)?.is_open()
            {
                return Err(Refusal::WrongState {
                    text: text(
                        "已有一份计划在等审批，或个案已结束。",
                        "Another plan is waiting for approval, or the case has ended.",
                    ),
                });
            }
            let answers = validate(FormTemplate::builtin(FormKey::Plan), &command.answers, change.now().day())?;
            let (id, key) = (change.new_id(), change.person_key(case.key_id).await?);
            let row = plan::ActiveModel {
                id: Set(id),
                case_id: Set(case.id),
                revision: Set(latest.map_or(1, |plan| plan.revision + 1)),
                state: Set(PaperState::Submitted.code().to_owned()),
                author_id: Set(change.need_member()?.uuid()),
                reviewer_id: Set(None),
                content: Set(sealed::seal(&key, PLAN, id, &answers)?),
                discussion: Set(None),
                discussed_at: Set(None),
                occurred_at: Set(change.now().millis()),
                recorded_at: Set(change.now().millis()),
                approved_at: Set(None),
                version: Set(1),
                ..Default::default()
            };
            change.insert(&permit, row).await?;
            for kind in [EventKind::PlanCreated, EventKind::PlanSubmitted] {
                let told = happening(change, &case, kind, subject(Object::Plan, id));
                change.emit(told);
            }
            Ok(id.into())
        })
        .await
}

/// Writes down the team's discussion of a plan.
#[derive(Clone, Debug, Serialize)]
pub struct RecordDiscussion {
    /// The operation's id.
    pub operation: OperationId,
    /// Of which plan.
    pub plan: PlanId,
    /// What was on the screen.
    pub version: i64,
    /// When the team met.
    pub occurred: Moment,
    /// Who took part, and what was said.
    pub discussion: String,
}

/// Writes down the team's discussion (PLN-02).
///
/// # Errors
/// When the plan no longer waits, or the policy says no.
pub async fn record_discussion(scope: &StaffScope, command: RecordDiscussion) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let (row, case) = paper(change, command.plan).await?;
            let permit = change.permit::<MayDiscuss>(&case)?;
            state(&row)?.next(Action::Approve)?;
            let at = occurred(change, &case, command.occurred)?;
            let said =
                clean_paragraph(&command.discussion, 2_000).map_err(|problem| Refusal::field("discussion", problem))?;
            let key = change.person_key(case.key_id).await?;
            let changes = plan::ActiveModel {
                discussion: Set(Some(key.seal(Place { column: DISCUSSION, row: row.id }, &said))),
                discussed_at: Set(Some(at.millis())),
                ..Default::default()
            };
            change.update::<_, plan::Entity>(&permit, row.id, command.version, changes).await?;
            let told = happening(change, &case, EventKind::PlanDiscussed, subject(Object::Plan, row.id));
            change.emit(told);
            Ok(())
        })
        .await
}

/// Approves a plan.
#[derive(Clone, Debug, Serialize)]
pub struct ApprovePlan {
    /// The operation's id.
    pub operation: OperationId,
    /// Which.
    pub plan: PlanId,
    /// What was on the screen.
    pub version: i64,
}

/// Approves a plan: it takes effect, and with the first one service begins (CLO-12 begins to run).
///
/// # Errors
/// [`Refusal::Blocked`] by PLN-02 without a discussion or for the author.
pub async fn approve_plan(scope: &StaffScope, command: ApprovePlan) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let (row, case) = paper(change, command.plan).await?;
            let permit = change.permit::<MayApprove>(&case)?;
            let to = state(&row)?.next(Action::Approve)?;
            let approver = change.need_member()?;
            let facts = gates::ActivateFacts {
                discussed: row.discussed_at.is_some(),
                author: row.author_id.into(),
                approver: Some(approver),
            };
            Refusal::unless_clear(gates::activate_plan(RuleBook::builtin(), change.rules().await?, &facts))?;
            let now = change.now().millis();
            let changes = plan::ActiveModel {
                state: Set(to.code().to_owned()),
                reviewer_id: Set(Some(approver.uuid())),
                approved_at: Set(Some(now)),
                ..Default::default()
            };
            change.update::<_, plan::Entity>(&permit, row.id, command.version, changes).await?;
            let told = happening(change, &case, EventKind::PlanApproved, subject(Object::Plan, row.id));
            change.emit(told);
            if super::state(&case)? == CaseState::Opened {
                let started = happening(change, &case, EventKind::CaseServiceStarted, subject(Object::Case, case.id));
                let changes = case::ActiveModel { started_at: Set(Some(now)), ..Default::default() };
                let step = Step { case: &case, version: case.version, action: Action::Start, changes, reason: None };
                step.take(change, &permit, started).await?;
            }
            Ok(())
        })
        .await
}

/// Sends a plan back.
#[derive(Clone, Debug, Serialize)]
pub struct ReturnPlan {
    /// The operation's id.
    pub operation: OperationId,
    /// Which.
    pub plan: PlanId,
    /// What was on the screen.
    pub version: i64,
    /// What has to be better.
    pub reason: String,
}

/// Sends a plan back with a reason; the worker hands in the next revision.
///
/// # Errors
/// When the state or the policy does not allow it.
pub async fn return_plan(scope: &StaffScope, command: ReturnPlan) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let (row, case) = paper(change, command.plan).await?;
            let permit = change.permit::<MayReturn>(&case)?;
            let (from, to) = (state(&row)?, state(&row)?.next(Action::Return)?);
            let why = reason(&command.reason)?;
            let changes = plan::ActiveModel {
                state: Set(to.code().to_owned()),
                reviewer_id: Set(Some(change.need_member()?.uuid())),
                ..Default::default()
            };
            change.update::<_, plan::Entity>(&permit, row.id, command.version, changes).await?;
            let key = change.person_key(case.key_id).await?;
            let of = subject(Object::Plan, row.id);
            change.transition(&permit, of, (from.code(), to.code()), Some((&key, &why))).await?;
            let told = happening(change, &case, EventKind::PlanReturned, of);
            change.emit(told);
            Ok(())
        })
        .await
}

async fn latest(change: &Change<'_>, case: &case::Model) -> Result<Option<plan::Model>, Refusal> {
    change
        .find::<plan::Entity>()
        .filter(plan::Column::CaseId.eq(case.id))
        .order(plan::Column::Revision, Order::Desc)
        .one()
        .await
}

async fn paper(change: &Change<'_>, id: PlanId) -> Result<(plan::Model, case::Model), Refusal> {
    let row = change.find::<plan::Entity>().by_id(id).need().await?;
    let case = read(change, row.case_id).await?;
    Ok((row, case))
}

fn state(row: &plan::Model) -> Result<PaperState, Refusal> {
    PaperState::parse(&row.state).map_err(|_| fault(Fault::Stored("plan state")))
}
