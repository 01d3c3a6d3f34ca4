//! Ending (PLN-09, INT-18): service is finished, the result told. With its summary, a paper, a case is closed.

use super::{happening, read, state, step};
use crate::acts::FileAct;
use crate::change::{Command, act};
use crate::entity::case;
use crate::happening::Happening;
use crate::scope::StaffScope;
use crate::tallies::MINUTES;
use domain::access::{Action, Object};
use domain::applications::TellMode;
use domain::events::EventKind;
use domain::ids::CaseId;
use domain::lang::text;
use domain::refusal::{Problem, Refusal};
use domain::time::Moment;
use domain::workflow::Workflow;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

act!(
    /// Finishing service.
    MayClose = Case Close => case
);
act!(
    /// Telling the result.
    MayTell = Case Tell => case
);

/// What can be done with a case itself; what is written in it are papers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseAct {
    /// Finishing service.
    Finish,
    /// Telling the result.
    Tell,
}

impl FileAct for CaseAct {
    const ALL: &'static [Self] = &[Self::Finish, Self::Tell];

    fn right(self) -> (Object, Action) {
        match self {
            Self::Finish => (Object::Case, Action::Close),
            Self::Tell => (Object::Case, Action::Tell),
        }
    }
}

impl CaseAct {
    /// The step of the workflow.
    pub(super) const fn step(self) -> Action {
        match self {
            Self::Finish => Action::Submit,
            Self::Tell => Action::Tell,
        }
    }

    /// Whether it may be done to this case now.
    pub(super) fn may(self, case: &case::Model) -> Result<(), Refusal> {
        state(case)?.next(self.step())?;
        if self == Self::Tell && case.told_at.is_some() {
            return Err(Refusal::WrongState { text: text("结果已经反馈过。", "The result was told already.") });
        }
        Ok(())
    }
}

/// Declares service finished; the result is owed to the client the same day (PLN-09).
///
/// # Errors
/// When the state or the policy does not allow it.
pub async fn finish(scope: &StaffScope, command: Command<CaseId>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, case| {
            let case = read(change, *case).await?;
            let permit = change.permit::<MayClose>(&case)?;
            CaseAct::Finish.may(&case)?;
            let told = happening(change, &case, EventKind::CaseClosing);
            let changes = case::ActiveModel::default();
            step(change, &permit, (&case, change.seen()), CaseAct::Finish.step(), changes, told).await
        })
        .await
}

/// Notes that the result was told.
#[derive(Clone, Debug, Serialize)]
pub struct TellResult {
    /// Of which case.
    pub case: CaseId,
    /// How.
    pub mode: TellMode,
}

/// Notes that the result was told to the client (PLN-09); the handling time ends (INT-19).
///
/// # Errors
/// When the state or the policy does not allow it, or it was told before.
pub async fn tell_result(scope: &StaffScope, command: Command<TellResult>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let case = read(change, asked.case).await?;
            let permit = change.permit::<MayTell>(&case)?;
            CaseAct::Tell.may(&case)?;
            if !asked.mode.is_of_result() {
                return Err(Refusal::field("mode", Problem::NotAChoice));
            }
            let minutes = change.now().since(Moment::from_millis(case.accepted_at)).in_minutes();
            let told = happening(change, &case, EventKind::CaseResultTold);
            let event = told.event.with(MINUTES, minutes.to_string()).with("mode", asked.mode.code());
            let changes = case::ActiveModel {
                told_at: Set(Some(change.now().millis())),
                told_mode: Set(Some(asked.mode.code().to_owned())),
                ..Default::default()
            };
            let told = Happening { event, ..told };
            step(change, &permit, (&case, change.seen()), CaseAct::Tell.step(), changes, told).await
        })
        .await
}
