//! What somebody is told: why, and when of a duty.
//!
//! A message says that something happened or presses, and where; it never holds what somebody wrote. Who is told of an event
//! follows from its kind alone, who is told of a duty from how its time stands.

use crate::duties::Duty;
use crate::events::EventKind;
use crate::rules::Standing;
use crate::time::Moment;

choice! {
    /// Why somebody is told.
    pub enum MessageKind {
        Assigned  = "assigned",  "交给您办理",   "Given to you";
        TookOver  = "took_over", "转交给您",     "Handed over to you";
        Approved  = "approved",  "已批准",       "Approved";
        Returned  = "returned",  "已退回",       "Sent back";
        Refused   = "refused",   "未同意",       "Not approved";
        Undelivered = "undelivered", "消息未送达，请告知", "Not delivered: please tell";
        Came      = "came",      "补充材料已到", "What was missing came";
        Near      = "near",      "快到期",       "Due soon";
        Late      = "late",      "已逾期",       "Overdue";
        Escalated = "escalated", "逾期已上报",   "Overdue, reported";
    }
}

impl MessageKind {
    /// Whether it tells of something that is owed.
    #[must_use]
    pub const fn is_of_what_is_owed(self) -> bool {
        matches!(self, Self::Near | Self::Late | Self::Escalated)
    }
}

/// Who is told of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Whoever answers for it now.
    Responsible,
    /// Whoever wrote the paper.
    Author,
    /// The member to whom it happened.
    Member,
}

/// Of what somebody is told at once, and who; of everything else nobody is.
#[must_use]
pub const fn told_of(event: EventKind) -> Option<(MessageKind, Told)> {
    use EventKind as E;
    Some(match event {
        E::ApplicationAssigned | E::ClientAssigned | E::CaseOpened | E::CaseAssigned | E::UnitAssigned => {
            (MessageKind::Assigned, Told::Responsible)
        }
        E::MemberTookOver => (MessageKind::TookOver, Told::Member),
        E::ApplicationNotReached => (MessageKind::Undelivered, Told::Responsible),
        E::ApplicationSupplemented => (MessageKind::Came, Told::Responsible),
        E::PaperApproved => (MessageKind::Approved, Told::Author),
        E::PaperReturned => (MessageKind::Returned, Told::Author),
        E::PaperRefused => (MessageKind::Refused, Told::Author),
        _ => return None,
    })
}

/// How far somebody has been told of what is owed: each step once, and none after a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Its owner knows that it is due soon.
    Near,
    /// Its owner knows that it is late.
    Late,
    /// The next tier knows.
    Escalated,
}

impl Step {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Near, Self::Late, Self::Escalated];

    /// As what it is told.
    #[must_use]
    pub const fn kind(self) -> MessageKind {
        match self {
            Self::Near => MessageKind::Near,
            Self::Late => MessageKind::Late,
            Self::Escalated => MessageKind::Escalated,
        }
    }

    /// What is to be told now, after everything up to `told` was: that it is due soon no longer, once it is late.
    pub fn due_after(self, told: Option<Self>) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |step| *step <= self && told.is_none_or(|told| *step > told))
            .filter(move |step| *step != Self::Near || self == Self::Near)
    }
}

impl Duty {
    /// How far somebody has to have been told of it by now; nobody of what stands still.
    #[must_use]
    pub fn step(&self, now: Moment) -> Option<Step> {
        match self.standing(now) {
            Standing::Late if self.reported(now).is_some() => Some(Step::Escalated),
            Standing::Late if self.paused.is_none() => Some(Step::Late),
            Standing::Due => Some(Step::Near),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_told_once_and_none_after_a_later_one() {
        let told = |step: Step, before: Option<Step>| step.due_after(before).collect::<Vec<_>>();
        assert_eq!(told(Step::Near, None), [Step::Near]);
        assert_eq!(told(Step::Near, Some(Step::Near)), []);
        assert_eq!(told(Step::Late, Some(Step::Near)), [Step::Late]);
        assert_eq!(told(Step::Late, None), [Step::Late], "nobody is told that it is due soon when it is late");
        assert_eq!(told(Step::Escalated, None), [Step::Late, Step::Escalated]);
        assert_eq!(told(Step::Escalated, Some(Step::Late)), [Step::Escalated]);
        assert_eq!(told(Step::Near, Some(Step::Escalated)), [], "its time runs again after a pause");
    }
}
