//! The road from application to follow-up, in the eight steps the five norms share.

use crate::applications::ApplicationState;
use crate::cases::CaseState;

choice! {
    /// A step of the road; the stepper on a case file shows them in this order.
    pub enum Stage {
        Apply    = "apply",     "申请受理", "Apply";
        Assess   = "assess",    "评估",     "Assess";
        Agree    = "agree",     "签约",     "Agree";
        Plan     = "plan",      "计划",     "Plan";
        Serve    = "serve",     "服务",     "Serve";
        Evaluate = "evaluate",  "评价",     "Evaluate";
        Close    = "close",     "结案",     "Close";
        FollowUp = "follow_up", "跟进",     "Follow up";
    }
}

/// How far a person's matter has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Its application; none for a case that began otherwise.
    pub application: Option<ApplicationState>,
    /// Its case, once there is one.
    pub case: Option<CaseState>,
    /// Whether the result was told.
    pub result_told: bool,
}

/// The step a matter is at; none when it left the road (refused, withdrawn, referred).
#[must_use]
pub fn stage_of(progress: Progress) -> Option<Stage> {
    match (progress.case, progress.application) {
        (Some(case), _) => stage_of_case(case, progress.result_told),
        (None, Some(application)) => stage_of_application(application),
        (None, None) => Some(Stage::Apply),
    }
}

const fn stage_of_application(state: ApplicationState) -> Option<Stage> {
    use ApplicationState as State;
    match state {
        State::Submitted | State::Reviewing | State::Supplement | State::Inquiry => Some(Stage::Apply),
        State::Screening => Some(Stage::Assess),
        State::Agreement => Some(Stage::Agree),
        State::Confirmed => Some(Stage::Plan),
        State::Refused | State::Withdrawn => None,
    }
}

const fn stage_of_case(state: CaseState, result_told: bool) -> Option<Stage> {
    match state {
        CaseState::Opened => Some(Stage::Plan),
        CaseState::Serving => Some(Stage::Serve),
        CaseState::Closing if !result_told => Some(Stage::Evaluate),
        CaseState::Closing | CaseState::Closed => Some(Stage::Close),
        CaseState::Following | CaseState::Archived => Some(Stage::FollowUp),
        CaseState::Referred | CaseState::Withdrawn => None,
    }
}
