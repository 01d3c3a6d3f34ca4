//! The life of a paper that someone writes and someone else approves: assessments and plans.

use super::{Step, Workflow};
use crate::access::Action;

choice! {
    /// Where an assessment or a plan stands.
    pub enum PaperState {
        Draft     = "draft",     "草稿",   "Draft";
        Submitted = "submitted", "待审",   "Submitted";
        Returned  = "returned",  "退回",   "Returned";
        Approved  = "approved",  "已批准", "Approved";
    }
}

impl Workflow for PaperState {
    const STARTS: &'static [Self] = &[Self::Draft];
    const ENDS: &'static [Self] = &[Self::Approved];
    const STEPS: &'static [Step<Self>] = &[
        Step { from: &[Self::Draft], action: Action::Edit, to: Self::Draft },
        Step { from: &[Self::Returned], action: Action::Edit, to: Self::Returned },
        Step { from: &[Self::Draft, Self::Returned], action: Action::Submit, to: Self::Submitted },
        Step { from: &[Self::Submitted], action: Action::Approve, to: Self::Approved },
        Step { from: &[Self::Submitted], action: Action::Return, to: Self::Returned },
    ];
}
