//! Cases: one person, one need, from confirmation to the archive.

use crate::access::Action;
use crate::workflow::{Step, Workflow};

choice! {
    /// Where a case stands.
    ///
    /// While it is opened, needs assessment and plan are under way; they are papers with lives of their own.
    pub enum CaseState {
        Opened    = "opened",    "已确认", "Opened";
        Serving   = "serving",   "服务中", "Being served";
        Closing   = "closing",   "待结案", "To be closed";
        Closed    = "closed",    "已结案", "Closed";
        Following = "following", "跟进中", "Being followed up";
        Archived  = "archived",  "已归档", "Archived";
        Referred  = "referred",  "已转介", "Referred";
        Withdrawn = "withdrawn", "已退出", "Withdrawn";
    }
}

choice! {
    /// From what a case comes.
    pub enum Origin {
        Application = "application", "服务申请", "Application";
        Crisis      = "crisis",      "危机事件", "Crisis";
        Hotline     = "hotline",     "热线来电", "Hotline";
        Referral    = "referral",    "转介",     "Referral";
        Found       = "found",       "主动发现", "Found by the station";
    }
}

impl Workflow for CaseState {
    const STARTS: &'static [Self] = &[Self::Opened];
    const ENDS: &'static [Self] = &[Self::Archived];
    const STEPS: &'static [Step<Self>] = &[
        Step { from: &[Self::Opened], action: Action::Assign, to: Self::Opened },
        Step { from: &[Self::Opened], action: Action::Start, to: Self::Serving },
        Step { from: &[Self::Serving], action: Action::Reassign, to: Self::Serving },
        Step { from: &[Self::Serving], action: Action::Submit, to: Self::Closing },
        Step { from: &[Self::Serving], action: Action::Tell, to: Self::Serving },
        Step { from: &[Self::Closing], action: Action::Tell, to: Self::Closing },
        Step { from: &[Self::Closing], action: Action::Return, to: Self::Serving },
        Step { from: &[Self::Closing], action: Action::Close, to: Self::Closed },
        // Follow-ups are counted from the day on which service began (CLO-12), so one may fall before the end.
        Step { from: &[Self::Serving], action: Action::FollowUp, to: Self::Serving },
        Step { from: &[Self::Closing], action: Action::FollowUp, to: Self::Closing },
        Step { from: &[Self::Closed, Self::Following], action: Action::FollowUp, to: Self::Following },
        Step { from: CaseState::OPEN, action: Action::Refer, to: Self::Referred },
        Step { from: CaseState::OPEN, action: Action::Withdraw, to: Self::Withdrawn },
        Step {
            from: &[Self::Closed, Self::Following, Self::Referred, Self::Withdrawn],
            action: Action::Archive,
            to: Self::Archived,
        },
    ];
}

impl CaseState {
    /// The states in which a person is being served or about to be.
    pub const OPEN: &[Self] = &[Self::Opened, Self::Serving, Self::Closing];

    /// Whether a person is being served or about to be.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}
