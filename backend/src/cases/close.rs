//! Ending (PLN-09, INT-18, CLO-11): service is finished, the result told, the case closed.

use super::{CLOSING, Step, assess, happening, read, subject};
use crate::change::{Happening, act};
use crate::entity::{application, case, record};
use crate::scope::StaffScope;
use crate::sealed;
use crate::tallies::MINUTES;
use domain::access::{Action, Object};
use domain::applications::TellMode;
use domain::events::EventKind;
use domain::forms::{Answers, FormKey, FormTemplate, validate};
use domain::ids::{CaseId, OperationId};
use domain::records::RecordState;
use domain::refusal::Refusal;
use domain::rules::{RuleBook, gates};
use domain::time::Moment;
use domain::workflow::Workflow;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;

act!(
    /// Finishing service, and closing.
    MayClose = Case Close => case
);
act!(
    /// Telling the result.
    MayTell = Case Tell => case
);

/// Declares service finished.
#[derive(Clone, Debug, Serialize)]
pub struct Finish {
    /// The operation's id.
    pub operation: OperationId,
    /// Which case.
    pub case: CaseId,
    /// What was on the screen.
    pub version: i64,
}

/// Declares service finished; the result is owed to the client the same day (PLN-09).
///
/// # Errors
/// When the state or the policy does not allow it.
pub async fn finish(scope: &StaffScope, command: Finish) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let case = read(change, command.case).await?;
            let permit = change.permit::<MayClose>(&case)?;
            let told = happening(change, &case, EventKind::CaseClosing, subject(Object::Case, case.id));
            let changes = case::ActiveModel::default();
            let step = Step { case: &case, version: command.version, action: Action::Submit, changes, reason: None };
            step.take(change, &permit, told).await
        })
        .await
}

/// Notes that the result was told.
#[derive(Clone, Debug, Serialize)]
pub struct TellResult {
    /// The operation's id.
    pub operation: OperationId,
    /// Of which case.
    pub case: CaseId,
    /// What was on the screen.
    pub version: i64,
    /// How.
    pub mode: TellMode,
}

/// Notes that the result was told to the client (PLN-09); the handling time ends (INT-19).
///
/// # Errors
/// When the state or the policy does not allow it, or it was told before.
pub async fn tell_result(scope: &StaffScope, command: TellResult) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let case = read(change, command.case).await?;
            let permit = change.permit::<MayTell>(&case)?;
            if case.told_at.is_some() {
                return Err(Refusal::Stale);
            }
            let minutes = change.now().since(Moment::from_millis(case.accepted_at)).in_minutes();
            let told = happening(change, &case, EventKind::CaseResultTold, subject(Object::Case, case.id));
            let event = told.event.with(MINUTES, minutes.to_string()).with("mode", command.mode.code());
            let changes = case::ActiveModel {
                told_at: Set(Some(change.now().millis())),
                told_mode: Set(Some(command.mode.code().to_owned())),
                ..Default::default()
            };
            let step = Step { case: &case, version: command.version, action: Action::Tell, changes, reason: None };
            step.take(change, &permit, Happening { event, ..told }).await
        })
        .await
}

/// Closes a case.
#[derive(Clone, Debug, Serialize)]
pub struct Close {
    /// The operation's id.
    pub operation: OperationId,
    /// Which.
    pub case: CaseId,
    /// What was on the screen.
    pub version: i64,
    /// Summary and evaluation.
    pub answers: Answers,
}

/// Closes a case: accepted, assessed, carried out, fed back, none skipped (INT-18), and the result told (PLN-09).
///
/// # Errors
/// [`Refusal::Blocked`] with everything that is missing.
pub async fn close(scope: &StaffScope, command: Close) -> Result<(), Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let case = read(change, command.case).await?;
            let permit = change.permit::<MayClose>(&case)?;
            super::state(&case)?.next(Action::Close)?;
            let answers = validate(FormTemplate::builtin(FormKey::Closing), &command.answers, change.now().day())?;
            let application = change.find::<application::Entity>().by_id(case.application_id).need().await?;
            let written = Condition::all()
                .add(record::Column::CaseId.eq(case.id))
                .add(record::Column::State.is_in([RecordState::Recorded.code(), RecordState::Approved.code()]));
            let facts = gates::CloseFacts {
                accepted: application.accepted_at.is_some(),
                assessed: assess::is_approved(change, &case).await?,
                served: change.find::<record::Entity>().filter(written).one().await?.is_some(),
                result_told: case.told_at.is_some(),
                reason_given: answers.get("reason").is_some_and(|reason| !reason.is_empty()),
            };
            Refusal::unless_clear(gates::close_case(RuleBook::builtin(), change.rules().await?, &facts))?;
            let key = change.person_key(case.key_id).await?;
            let told = happening(change, &case, EventKind::CaseClosed, subject(Object::Case, case.id));
            let changes = case::ActiveModel {
                closed_at: Set(Some(change.now().millis())),
                closing: Set(Some(sealed::seal(&key, CLOSING, case.id, &answers)?)),
                ..Default::default()
            };
            let step = Step { case: &case, version: command.version, action: Action::Close, changes, reason: None };
            step.take(change, &permit, told).await
        })
        .await
}
