//! From events to duties: what is now owed, by when, and what is settled.

use super::book::{Rule, RuleBook, RuleClock, Trigger, Warning};
use super::{OrgRules, RuleId};
use crate::calendar::WorkCalendar;
use crate::events::{Event, Subject};
use crate::time::{Moment, Span};

/// What an event does to duties.
///
/// A duty is known by rule, subject and step. Settling effects name a subject that may owe nothing;
/// then they do nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockEffect {
    /// A duty begins.
    ///
    /// If the same duty is open already, then one that `repeats` keeps its earlier due time, and any
    /// other takes these times (a visit was moved). If it is settled already, then only one that
    /// `repeats` begins again.
    Open {
        /// The rule that demands it.
        rule: RuleId,
        /// The rule's version on that day.
        version: u16,
        /// What it is about.
        subject: Subject,
        /// Its place in a series, from 1; 1 where there is no series.
        step: u8,
        /// When its time began to run.
        opened: Moment,
        /// When its owner is reminded.
        warn: Option<Moment>,
        /// When it is due.
        due: Moment,
        /// After which moment it is late: `due`, or the end of its grace.
        late_after: Moment,
        /// Whether it may be owed again after it was settled.
        repeats: bool,
    },
    /// A duty is done.
    Meet {
        /// The rule.
        rule: RuleId,
        /// What it was about.
        subject: Subject,
        /// Which of a series; none means the earliest that is still open.
        step: Option<u8>,
        /// When it was done.
        at: Moment,
    },
    /// A duty has become pointless, every step of it.
    Cancel {
        /// The rule.
        rule: RuleId,
        /// What it was about.
        subject: Subject,
        /// Since when.
        at: Moment,
    },
    /// A duty's time stops, because it is others' turn.
    Pause {
        /// The rule.
        rule: RuleId,
        /// What it is about.
        subject: Subject,
        /// Since when.
        at: Moment,
    },
    /// A duty's time runs on; its times move by [`WorkCalendar::extend`].
    Resume {
        /// The rule.
        rule: RuleId,
        /// What it is about.
        subject: Subject,
        /// Since when.
        at: Moment,
    },
}

/// What an event does to the duties of one organisation, by the rules in force on its day.
///
/// Duties begin only under rules that are live; they are settled under any rule, so that a pack
/// taken away leaves nothing open for ever. An event settles duties of its subject and of everything
/// related to it: telling a case's result meets what acceptance of its application had opened.
#[must_use]
pub fn clocks(book: &RuleBook, org: &OrgRules, calendar: &WorkCalendar, event: &Event) -> Vec<ClockEffect> {
    let start = event.due_from.unwrap_or(event.at);
    let mut effects = Vec::new();
    for rule in book.on(start.day()) {
        let Some(clock) = &rule.clock else { continue };
        if org.is_live(rule) && clock.is_opened_by(event) {
            effects.extend(open(rule, clock, org, calendar, event.subject, start));
        }
        let concerned = event.subjects().filter(|subject| Some(subject.kind) == clock.subject());
        effects.extend(concerned.flat_map(|subject| settle(rule.id, clock, event, subject)));
    }
    effects
}

impl RuleClock {
    /// An event that meets a duty opens it as well only when it says since when it was owed; else a
    /// late account would count as written on the spot.
    fn is_opened_by(&self, event: &Event) -> bool {
        let by_itself = self.self_opening
            && event.due_from.is_some()
            && self.met_by.iter().any(|trigger| trigger.is(event))
            && Some(event.subject.kind) == self.subject();
        self.opens_on.iter().any(|trigger| trigger.is(event)) || by_itself
    }
}

/// One duty, or one for each step of a series.
fn open(
    rule: &Rule,
    clock: &RuleClock,
    org: &OrgRules,
    calendar: &WorkCalendar,
    subject: Subject,
    opened: Moment,
) -> impl Iterator<Item = ClockEffect> {
    let limits = clock.limits.iter().filter_map(|key| rule.parameter(key));
    (1..).zip(limits).map(move |(step, limit)| {
        let due = calendar.due(opened, org.value(limit), limit.unit);
        let grace = clock.grace.as_ref().and_then(|key| rule.parameter(key));
        ClockEffect::Open {
            rule: rule.id,
            version: rule.version,
            subject,
            step,
            opened,
            warn: clock.warn.map(|warning| warning.before(opened, due)),
            due,
            late_after: grace.map_or(due, |grace| due.plus(Span::days(org.value(grace)))),
            repeats: clock.repeats,
        }
    })
}

impl Warning {
    /// When to remind of something that began at `opened` and is due at `due`.
    fn before(self, opened: Moment, due: Moment) -> Moment {
        match self {
            Self::AtPercent(percent) => opened.plus(due.since(opened).percent(i64::from(percent))),
            Self::HoursBefore(hours) => due.minus(Span::hours(i64::from(hours))).max(opened),
        }
    }
}

fn settle(rule: RuleId, clock: &RuleClock, event: &Event, subject: Subject) -> impl Iterator<Item = ClockEffect> {
    let at = event.at;
    let when =
        |triggers: &[Trigger], effect: ClockEffect| triggers.iter().any(|trigger| trigger.is(event)).then_some(effect);
    [
        when(&clock.met_by, ClockEffect::Meet { rule, subject, step: event.step(), at }),
        when(&clock.cancelled_by, ClockEffect::Cancel { rule, subject, at }),
        when(&clock.paused_by, ClockEffect::Pause { rule, subject, at }),
        when(&clock.resumed_by, ClockEffect::Resume { rule, subject, at }),
    ]
    .into_iter()
    .flatten()
}

choice! {
    /// How a duty stands.
    pub enum Standing {
        Open      = "open",      "进行中",     "Open";
        Due       = "due",       "即将到期",   "Due soon";
        Late      = "late",      "已逾期",     "Late";
        Met       = "met",       "按时完成",   "Done in time";
        MetLate   = "met_late",  "逾期了结",   "Settled late";
        Cancelled = "cancelled", "不再需要",   "No longer needed";
        Paused    = "paused",    "暂停计时",   "Paused";
    }
}

impl Standing {
    /// Whether something is still owed.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Due | Self::Late | Self::Paused)
    }

    /// Whether its time was overrun, for ever visible.
    #[must_use]
    pub const fn is_late(self) -> bool {
        matches!(self, Self::Late | Self::MetLate)
    }
}

/// How a duty stands now, told from its moments alone.
///
/// `due` is the moment after which it is late, grace included; doing it at that very moment is in
/// time. What is late stays late: neither pausing nor cancelling it afterwards makes it punctual.
#[must_use]
pub fn standing(
    due: Moment,
    warn: Option<Moment>,
    met: Option<Moment>,
    cancelled: Option<Moment>,
    paused: Option<Moment>,
    now: Moment,
) -> Standing {
    match (met, cancelled, paused) {
        (Some(met), _, _) if met <= due => Standing::Met,
        (Some(_), _, _) => Standing::MetLate,
        (None, Some(cancelled), _) if cancelled <= due => Standing::Cancelled,
        (None, Some(_), _) => Standing::MetLate,
        (None, None, Some(paused)) if paused <= due => Standing::Paused,
        _ if now > due => Standing::Late,
        _ if warn.is_some_and(|warn| now >= warn) => Standing::Due,
        _ => Standing::Open,
    }
}
