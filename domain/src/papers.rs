//! Papers: filled forms with a life.
//!
//! Few lives carry every paper. Each is a table of what may be done to a paper in which state, and where that leads; what is
//! written stands in a form, and which form, life, rights and file belong together says a [register](crate::registers).
//!
//! ```
//! use domain::papers::{Deed, Life, PaperState};
//!
//! assert_eq!(Life::Approval.next(PaperState::Submitted, Deed::Approve), Ok(PaperState::Approved));
//! assert!(Life::Approval.next(PaperState::Approved, Deed::Return).is_err());
//! ```

use std::fmt::Write;

use crate::events::EventKind;
use crate::lang::Lang;
use crate::refusal::Refusal;
use crate::workflow::WrongState;

choice! {
    /// Where a paper stands.
    pub enum PaperState {
        Draft      = "draft",      "草稿",     "Draft";
        Submitted  = "submitted",  "待审",     "Waiting for approval";
        Reviewed   = "reviewed",   "已复核",   "Reviewed";
        Returned   = "returned",   "退回",     "Sent back";
        Approved   = "approved",   "已批准",   "Approved";
        Recorded   = "recorded",   "已记录",   "Recorded";
        Replaced   = "replaced",   "已更正",   "Replaced";
        Withdrawn  = "withdrawn",  "已撤回",   "Withdrawn";
        Asked      = "asked",      "待批",     "Asked for";
        Refused    = "refused",    "未同意",   "Refused";
        Done       = "done",       "已办结",   "Done";
        GivenBack  = "given_back", "已归还",   "Given back";
        Found      = "found",      "待整改",   "Found";
        Planned    = "planned",    "已安排",   "Planned";
        Mended     = "mended",     "待验收",   "Mended";
        Verified   = "verified",   "已验收",   "Verified";
        Reopened   = "reopened",   "重新整改", "Reopened";
        Published  = "published",  "现行",     "In force";
        Superseded = "superseded", "已废止",   "Superseded";
        Held       = "held",       "已进行",   "Held";
        WrittenUp  = "written_up", "待归档",   "Written up";
        Filed      = "filed",      "已归档",   "Filed";
        Cancelled  = "cancelled",  "已取消",   "Cancelled";
    }
}

choice! {
    /// What is done to a paper.
    pub enum Deed {
        Draft     = "draft",     "存草稿", "Keep as a draft";
        Submit    = "submit",    "提交",   "Hand in";
        Review    = "review",    "复核",   "Review";
        Approve   = "approve",   "批准",   "Approve";
        Return    = "return",    "退回",   "Send back";
        Refuse    = "refuse",    "不同意", "Refuse";
        Withdraw  = "withdraw",  "撤回",   "Withdraw";
        Replace   = "replace",   "更正",   "Correct";
        Complete  = "complete",  "办结",   "Complete";
        GiveBack  = "give_back", "归还",   "Give back";
        Plan      = "plan",      "定措施", "Plan";
        Mend      = "mend",      "整改",   "Mend";
        Verify    = "verify",    "验收",   "Verify";
        Reopen    = "reopen",    "重开",   "Reopen";
        Supersede = "supersede", "废止",   "Supersede";
        Hold      = "hold",      "进行",   "Hold";
        WriteUp   = "write_up",  "补记",   "Write up";
        File      = "file",      "归档",   "File";
        Cancel    = "cancel",    "取消",   "Cancel";
    }
}

choice! {
    /// What a register grants.
    pub enum Right {
        Write  = "write",  "填写", "Write";
        Read   = "read",   "查看", "Read";
        Decide = "decide", "审批", "Decide";
    }
}

impl Deed {
    /// The right that it takes.
    #[must_use]
    pub const fn right(self) -> Right {
        match self {
            Self::Review | Self::Approve | Self::Return | Self::Refuse | Self::Verify | Self::Reopen | Self::File => {
                Right::Decide
            }
            _ => Right::Write,
        }
    }

    /// What is said to have happened.
    #[must_use]
    pub const fn event(self) -> EventKind {
        match self {
            Self::Draft => EventKind::PaperDrafted,
            Self::Submit => EventKind::PaperSubmitted,
            Self::Review => EventKind::PaperReviewed,
            Self::Approve => EventKind::PaperApproved,
            Self::Return => EventKind::PaperReturned,
            Self::Refuse => EventKind::PaperRefused,
            Self::Withdraw => EventKind::PaperWithdrawn,
            Self::Replace => EventKind::PaperReplaced,
            Self::Complete => EventKind::PaperCompleted,
            Self::GiveBack => EventKind::PaperGivenBack,
            Self::Plan => EventKind::PaperPlanned,
            Self::Mend => EventKind::PaperMended,
            Self::Verify => EventKind::PaperVerified,
            Self::Reopen => EventKind::PaperReopened,
            Self::Supersede => EventKind::PaperSuperseded,
            Self::Hold => EventKind::PaperHeld,
            Self::WriteUp => EventKind::PaperWrittenUp,
            Self::File => EventKind::PaperFiled,
            Self::Cancel => EventKind::PaperCancelled,
        }
    }

    /// Whether a reason has to be written down.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Return | Self::Refuse | Self::Reopen)
    }
}

choice! {
    /// How a paper lives.
    pub enum Life {
        Note     = "note",     "记录", "Note";
        Approval = "approval", "审批", "Approval";
        Request  = "request",  "申请", "Request";
        Finding  = "finding",  "问题", "Finding";
        Edition  = "edition",  "版本", "Edition";
        Session  = "session",  "活动", "Session";
    }
}

/// From any of these states, this deed leads to that one.
type Stride = (&'static [PaperState], Deed, PaperState);

impl Life {
    /// How it begins: what is done, and where that leads.
    #[must_use]
    pub const fn starts(self) -> &'static [(Deed, PaperState)] {
        use PaperState as State;
        match self {
            Self::Note => &[(Deed::Submit, State::Recorded)],
            Self::Approval | Self::Edition => &[(Deed::Draft, State::Draft), (Deed::Submit, State::Submitted)],
            Self::Request => &[(Deed::Submit, State::Asked)],
            Self::Finding => &[(Deed::Submit, State::Found)],
            Self::Session => &[(Deed::Submit, State::Planned)],
        }
    }

    /// Every step there is.
    #[must_use]
    pub const fn steps(self) -> &'static [Stride] {
        use PaperState as State;
        match self {
            Self::Note => &[
                (&[State::Recorded], Deed::Replace, State::Replaced),
                (&[State::Recorded], Deed::Withdraw, State::Withdrawn),
            ],
            Self::Approval => &[
                (&[State::Draft], Deed::Draft, State::Draft),
                (&[State::Draft], Deed::Submit, State::Submitted),
                (&[State::Submitted, State::Reviewed], Deed::Review, State::Reviewed),
                (&[State::Submitted, State::Reviewed], Deed::Approve, State::Approved),
                (&[State::Submitted, State::Reviewed], Deed::Return, State::Returned),
                (&[State::Draft, State::Submitted], Deed::Withdraw, State::Withdrawn),
            ],
            Self::Request => &[
                (&[State::Asked], Deed::Approve, State::Approved),
                (&[State::Asked], Deed::Refuse, State::Refused),
                (&[State::Asked], Deed::Withdraw, State::Withdrawn),
                (&[State::Approved], Deed::Complete, State::Done),
                (&[State::Done], Deed::GiveBack, State::GivenBack),
            ],
            Self::Finding => &[
                (&[State::Found, State::Reopened], Deed::Plan, State::Planned),
                (&[State::Found, State::Planned, State::Reopened], Deed::Mend, State::Mended),
                (&[State::Mended], Deed::Verify, State::Verified),
                (&[State::Mended, State::Verified], Deed::Reopen, State::Reopened),
            ],
            Self::Edition => &[
                (&[State::Draft], Deed::Draft, State::Draft),
                (&[State::Draft], Deed::Submit, State::Submitted),
                (&[State::Submitted], Deed::Approve, State::Published),
                (&[State::Submitted], Deed::Return, State::Returned),
                (&[State::Draft, State::Submitted, State::Published], Deed::Withdraw, State::Withdrawn),
                (&[State::Published], Deed::Supersede, State::Superseded),
            ],
            Self::Session => &[
                (&[State::Planned], Deed::Hold, State::Held),
                (&[State::Held], Deed::WriteUp, State::WrittenUp),
                (&[State::WrittenUp], Deed::File, State::Filed),
                (&[State::Planned], Deed::Cancel, State::Cancelled),
            ],
        }
    }

    /// Whether what is handed in waits for somebody's approval.
    #[must_use]
    pub fn is_approved(self) -> bool {
        self.steps().iter().any(|(_, deed, _)| *deed == Deed::Approve)
    }

    /// Where a deed leads; from nothing, it begins a paper.
    ///
    /// # Errors
    /// [`WrongState`] when it cannot be done here.
    pub fn step(self, from: Option<PaperState>, deed: Deed) -> Result<PaperState, WrongState> {
        match from {
            Some(state) => self.next(state, deed),
            None => {
                let start = self.starts().iter().find(|(known, _)| *known == deed).map(|(_, to)| *to);
                start.ok_or_else(|| WrongState {
                    state: crate::lang::text("未填写", "Not written"),
                    action: deed.name(),
                })
            }
        }
    }

    /// Where a deed leads from here.
    ///
    /// # Errors
    /// [`WrongState`] when it cannot be done here.
    pub fn next(self, state: PaperState, deed: Deed) -> Result<PaperState, WrongState> {
        let step = self.steps().iter().find(|(from, known, _)| *known == deed && from.contains(&state));
        step.map(|(_, _, to)| *to).ok_or_else(|| WrongState { state: state.name(), action: deed.name() })
    }

    /// What can be done here, in the table's order.
    pub fn deeds(self, state: PaperState) -> impl Iterator<Item = Deed> {
        self.steps().iter().filter(move |(from, ..)| from.contains(&state)).map(|(_, deed, _)| *deed)
    }

    /// The life as a Mermaid state diagram.
    #[must_use]
    pub fn diagram(self, lang: Lang) -> String {
        let mut lines = String::from("stateDiagram-v2\n");
        // Writing to a string cannot fail.
        for (deed, to) in self.starts() {
            let _ = writeln!(lines, "    [*] --> {} : {}", to.say(lang), deed.say(lang));
        }
        for (from, deed, to) in self.steps() {
            for from in *from {
                let _ = writeln!(lines, "    {} --> {} : {}", from.say(lang), to.say(lang), deed.say(lang));
            }
        }
        lines
    }
}

impl PaperState {
    /// Whether somebody has to decide about it.
    #[must_use]
    pub const fn waits(self) -> bool {
        matches!(self, Self::Submitted | Self::Reviewed | Self::Asked | Self::Mended | Self::WrittenUp)
    }

    /// Whether it counts as if it had never been handed in: nothing else waits for it or stands behind it.
    #[must_use]
    pub const fn is_dropped(self) -> bool {
        matches!(self, Self::Draft | Self::Withdrawn)
    }

    /// Whether what it tells counts as done: it stands, and nobody has to decide about it any more.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(
            self,
            Self::Recorded
                | Self::Approved
                | Self::Done
                | Self::GivenBack
                | Self::Verified
                | Self::Published
                | Self::Superseded
                | Self::Held
                | Self::WrittenUp
                | Self::Filed
        )
    }

    /// Whether what it says holds now: it counts, and no later one took its place.
    #[must_use]
    pub const fn is_in_force(self) -> bool {
        self.counts() && !matches!(self, Self::Superseded)
    }

    /// Whether another may be written instead of it: it was sent back, taken back, or has to be corrected.
    #[must_use]
    pub const fn may_be_replaced(self) -> bool {
        matches!(self, Self::Returned | Self::Withdrawn | Self::Recorded)
    }

    /// Whether it says something that counts: it was handed in, and neither sent back nor taken back.
    #[must_use]
    pub const fn stands(self) -> bool {
        !matches!(
            self,
            Self::Draft | Self::Returned | Self::Replaced | Self::Withdrawn | Self::Refused | Self::Cancelled
        )
    }
}

/// What stands in the way of a deed that the paper itself forbids.
#[must_use]
pub fn not_by_its_author() -> Refusal {
    Refusal::WrongState {
        text: crate::lang::text(
            "自己写的文书由他人审核，请交给督导或站长。",
            "Somebody else decides about what one wrote: leave it to the supervisor or the head.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_state_of_a_life_is_reached_from_its_beginning() {
        for life in Life::ALL {
            let mut reached: BTreeSet<PaperState> = life.starts().iter().map(|(_, to)| *to).collect();
            for _ in life.steps() {
                let next = life.steps().iter().filter(|(from, ..)| from.iter().any(|from| reached.contains(from)));
                let next: Vec<_> = next.map(|(.., to)| *to).collect();
                reached.extend(next);
            }
            for (from, _, to) in life.steps() {
                assert!(from.iter().chain([to]).all(|state| reached.contains(state)), "{life}: {from:?} {to}");
            }
        }
    }

    #[test]
    fn a_deed_leads_to_one_state_from_each() {
        for life in Life::ALL {
            for state in PaperState::ALL {
                let deeds: Vec<Deed> = life.deeds(state).collect();
                assert_eq!(deeds.iter().collect::<BTreeSet<_>>().len(), deeds.len(), "{life} {state}: {deeds:?}");
                assert!(deeds.iter().all(|deed| life.next(state, *deed).is_ok()));
            }
        }
    }

    #[test]
    fn nobody_decides_what_nobody_handed_in() {
        for life in Life::ALL {
            assert!(life.starts().iter().all(|(deed, _)| deed.right() == Right::Write), "{life}");
            assert!(life.deeds(PaperState::Draft).all(|deed| deed.right() == Right::Write), "{life}");
        }
    }

    #[test]
    fn every_deed_is_told_as_an_event_of_papers() {
        let events: BTreeSet<&str> = Deed::ALL.iter().map(|deed| deed.event().code()).collect();
        assert_eq!(events.len(), Deed::ALL.len());
        assert!(events.iter().all(|code| code.starts_with("paper.")));
    }
}
