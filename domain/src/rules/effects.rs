//! From events to duties: what is now owed, by when, and what is settled.

use super::book::{Rule, RuleBook};
use super::clock::{Owner, RuleClock, Trigger, Warning};
use super::{OrgRules, RuleId};
use crate::calendar::WorkCalendar;
use crate::events::{Event, Subject};
use crate::time::{Moment, Span, Unit};

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
    Open(Opening),
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
        /// What is owed next, if it was owed at all: it is done again and again.
        next: Option<Opening>,
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

/// A duty that begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// The rule that demands it.
    pub rule: RuleId,
    /// The rule's version on that day.
    pub version: u16,
    /// What it is about.
    pub subject: Subject,
    /// Its place in a series, from 1; 1 where there is no series.
    pub step: u8,
    /// Who owes it.
    pub owner: Owner,
    /// When its time began to run.
    pub opened: Moment,
    /// When its owner is reminded.
    pub warn: Moment,
    /// When it is due.
    pub due: Moment,
    /// After which moment it is late: `due`, or the end of its grace.
    pub late_after: Moment,
    /// When the next tier is told, if it is.
    pub escalates: Option<Moment>,
    /// What its limit is counted in.
    pub unit: Unit,
    /// Whether it may be owed again after it was settled.
    pub repeats: bool,
}

/// How long after a duty became late the next tier is told.
const ESCALATION: Span = Span::days(1);

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
        let binding = Binding { rule, clock, org, calendar };
        if org.is_live(rule, start.day()) && clock.is_opened_by(event) {
            effects.extend(binding.open(event, start).into_iter().map(ClockEffect::Open));
        }
        let concerned = event.subjects().filter(|subject| Some(subject.kind) == clock.subject());
        effects.extend(concerned.flat_map(|subject| binding.settle(event, subject)));
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
        let opens = self.opens_on.iter().any(|trigger| trigger.is(event)) || by_itself;
        opens && self.only_if.as_ref().is_none_or(|condition| condition.holds(event))
    }

    /// The parameters that give the limits of what this event opens.
    fn limits_of<'a>(&'a self, event: &Event) -> Vec<&'a String> {
        let other = self.limits_if.iter().find(|other| other.condition.holds(event));
        other.map_or_else(|| self.limits.iter().collect(), |other| vec![&other.limit])
    }
}

/// A clock as it binds an organisation.
#[derive(Clone, Copy)]
struct Binding<'a> {
    rule: &'a Rule,
    clock: &'a RuleClock,
    org: &'a OrgRules,
    calendar: &'a WorkCalendar,
}

impl Binding<'_> {
    /// One duty, or one for each step of a series.
    fn open(self, event: &Event, start: Moment) -> Vec<Opening> {
        // What is due before an appointed day begins when it is appointed; without such a day nothing is owed.
        let (opened, from) = match (self.clock.before, event.due_from) {
            (false, _) => (start, start),
            (true, Some(appointed)) => (event.at, appointed),
            (true, None) => return Vec::new(),
        };
        let limits = self.clock.limits_of(event);
        (1..).zip(limits).filter_map(|(step, limit)| self.opening(event.subject, (step, limit), opened, from)).collect()
    }

    /// A duty that is opened then, and due by a limit that counts from somewhere.
    fn opening(self, subject: Subject, (step, limit): (u8, &str), opened: Moment, from: Moment) -> Option<Opening> {
        let Self { rule, clock, org, calendar } = self;
        let day = from.min(opened).day();
        let limit = rule.parameter(limit)?;
        let span = org.value(limit, day);
        let due = calendar.due(from, if clock.before { -span } else { span }, limit.unit);
        let grace = clock.grace.as_ref().and_then(|key| rule.parameter(key));
        let late_after = grace.map_or(due, |grace| match (org.value(grace, day), grace.unit) {
            (hours, Unit::Hours) => due.plus(Span::hours(hours)),
            // A limit ends at 24:00, which is the next day already.
            (span, unit) => calendar.due(due.minus(Span::millis(1)), span, unit),
        });
        Some(Opening {
            rule: rule.id,
            version: rule.version,
            subject,
            step,
            owner: clock.owner,
            opened,
            warn: clock.warn.before(opened, due),
            due,
            late_after,
            escalates: clock.escalate.then(|| late_after.plus(ESCALATION)),
            unit: limit.unit,
            repeats: clock.repeats || clock.every.is_some(),
        })
    }

    /// What an event settles of what is owed for a subject.
    fn settle(self, event: &Event, subject: Subject) -> impl Iterator<Item = ClockEffect> {
        let Self { rule: Rule { id: rule, .. }, clock, .. } = self;
        let (rule, at) = (*rule, event.at);
        let when = |triggers: &[Trigger], effect: ClockEffect| {
            triggers.iter().any(|trigger| trigger.is(event)).then_some(effect)
        };
        // It is owed again from the moment at which it was met, while the rule still binds.
        let again = clock.every.as_ref().filter(|_| self.org.is_live(self.rule, at.day()));
        let next = again.and_then(|every| self.opening(subject, (1, every), at, at));
        [
            when(&clock.met_by, ClockEffect::Meet { rule, subject, step: event.step(), at, next }),
            when(&clock.cancelled_by, ClockEffect::Cancel { rule, subject, at }),
            when(&clock.paused_by, ClockEffect::Pause { rule, subject, at }),
            when(&clock.resumed_by, ClockEffect::Resume { rule, subject, at }),
        ]
        .into_iter()
        .flatten()
    }
}

impl Warning {
    /// When to remind of something that began at `opened` and is due at `due`.
    fn before(self, opened: Moment, due: Moment) -> Moment {
        match self {
            Self::AtPercent(percent) => opened.plus(due.since(opened).percent(i64::from(percent))),
            Self::HoursBefore(hours) => due.minus(Span::hours(i64::from(hours))).max(opened),
        }
        // What was appointed too late is due before it began.
        .min(due)
    }
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

    /// Whether somebody has to see to it now: its time is overrun or nearly so.
    #[must_use]
    pub const fn presses(self) -> bool {
        matches!(self, Self::Due | Self::Late)
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
    warn: Moment,
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
        _ if now >= warn => Standing::Due,
        _ => Standing::Open,
    }
}
