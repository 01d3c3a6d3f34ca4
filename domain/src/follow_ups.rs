//! Follow-ups: how a person fares months after service began.

use crate::access::Action;
use crate::workflow::{Step, Workflow};

choice! {
    /// Where a follow-up stands.
    pub enum FollowUpState {
        Due        = "due",         "待跟进", "To be done";
        Done       = "done",        "已完成", "Done";
        NotReached = "not_reached", "未联系上", "Not reached";
    }
}

/// Three logged attempts on different days by two channels close a follow-up as not reached.
impl Workflow for FollowUpState {
    const STARTS: &'static [Self] = &[Self::Due];
    const ENDS: &'static [Self] = &[Self::Done, Self::NotReached];
    const STEPS: &'static [Step<Self>] = &[
        Step { from: &[Self::Due], action: Action::Record, to: Self::Done },
        Step { from: &[Self::Due], action: Action::Close, to: Self::NotReached },
    ];
}
