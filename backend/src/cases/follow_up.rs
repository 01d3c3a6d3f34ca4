//! Follow-up at 3, 6 and 12 months after service began (CLO-12).

use super::{FOLLOW_UP, Step, happening, occurred, read, subject};
use crate::change::act;
use crate::entity::{case, follow_up};
use crate::happening::Happening;
use crate::scope::StaffScope;
use crate::sealed;
use domain::access::{Action, Object};
use domain::events::{Event, EventKind};
use domain::follow_ups::FollowUpState;
use domain::forms::{Answers, FormKey, FormTemplate, validate};
use domain::ids::{CaseId, FollowUpId, OperationId};
use domain::refusal::{Problem, Refusal};
use domain::time::Moment;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

act!(
    /// Writing a follow-up down.
    MayFollowUp = FollowUp Record => follow_up, case
);

/// The months at which is followed up, each a step of the rule's series.
pub const MONTHS: [i64; 3] = [3, 6, 12];

/// Writes a follow-up down.
#[derive(Clone, Debug, Serialize)]
pub struct RecordFollowUp {
    /// The operation's id.
    pub operation: OperationId,
    /// Of which case.
    pub case: CaseId,
    /// What was on the screen.
    pub version: i64,
    /// 3, 6 or 12.
    pub month: i64,
    /// When it happened.
    pub occurred: Moment,
    /// Whether the person was reached.
    pub state: FollowUpState,
    /// What was found.
    pub answers: Answers,
}

/// Writes a follow-up down: from the day on which service began, also while a case waits to be closed.
///
/// # Errors
/// [`Refusal::WrongState`] before service began or after the case was archived, [`Refusal::Stale`] when this month's follow-up is there already.
pub async fn record_follow_up(scope: &StaffScope, command: RecordFollowUp) -> Result<FollowUpId, Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let case = read(change, command.case).await?;
            let permit = change.permit::<MayFollowUp>(&case)?;
            let step = MONTHS.iter().position(|month| *month == command.month);
            let step = step.ok_or_else(|| Refusal::field("month", Problem::NotAChoice))? + 1;
            if command.state == FollowUpState::Due {
                return Err(Refusal::field("state", Problem::NotAChoice));
            }
            let at = occurred(change, &case, command.occurred)?;
            let answers = validate(FormTemplate::builtin(FormKey::FollowUp), &command.answers, change.now().day())?;
            let (id, key) = (change.new_id(), change.person_key(case.key_id).await?);
            let row = follow_up::ActiveModel {
                id: Set(id),
                case_id: Set(case.id),
                month: Set(command.month),
                state: Set(command.state.code().to_owned()),
                author_id: Set(change.need_member()?.uuid()),
                content: Set(sealed::seal(&key, FOLLOW_UP, id, &answers)?),
                occurred_at: Set(at.millis()),
                recorded_at: Set(change.now().millis()),
                version: Set(1),
                ..Default::default()
            };
            change.insert(&permit, row).await?;
            let told = happening(change, &case, EventKind::CaseFollowUpRecorded, subject(Object::Case, case.id));
            let event = told.event.with(Event::STEP, step.to_string()).with("month", command.month.to_string());
            let changes = case::ActiveModel::default();
            let step = Step { case: &case, version: command.version, action: Action::FollowUp, changes, reason: None };
            step.take(change, &permit, Happening { event, ..told }).await?;
            Ok(id.into())
        })
        .await
}
