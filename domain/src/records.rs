//! Service records: what was done, when it happened, when it was written, when it was approved.

use crate::access::Action;
use crate::workflow::{Step, Workflow};

choice! {
    /// Where a service record stands.
    pub enum RecordState {
        Planned   = "planned",   "已预约", "Appointed";
        Recorded  = "recorded",  "待审",   "Waiting for approval";
        Returned  = "returned",  "退回",   "Returned";
        Approved  = "approved",  "已审",   "Approved";
        Cancelled = "cancelled", "已取消", "Cancelled";
    }
}

/// A record begins as an appointment, or at once as an account of what was done.
impl Workflow for RecordState {
    const STARTS: &'static [Self] = &[Self::Planned, Self::Recorded];
    const ENDS: &'static [Self] = &[Self::Approved, Self::Cancelled];
    const STEPS: &'static [Step<Self>] = &[
        Step { from: &[Self::Planned], action: Action::Edit, to: Self::Planned },
        Step { from: &[Self::Planned, Self::Returned], action: Action::Record, to: Self::Recorded },
        Step { from: &[Self::Planned], action: Action::Cancel, to: Self::Cancelled },
        Step { from: &[Self::Recorded], action: Action::Approve, to: Self::Approved },
        Step { from: &[Self::Recorded], action: Action::Return, to: Self::Returned },
    ];
}

choice! {
    /// How a client was met.
    pub enum ContactMode {
        Visit     = "visit",     "上门探访", "Home visit";
        Office    = "office",    "到站面谈", "At the station";
        Telephone = "telephone", "电话",     "By telephone";
        Online    = "online",    "线上",     "Online";
    }
}
