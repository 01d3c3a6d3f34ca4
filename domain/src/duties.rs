//! Duties: what is owed by when, and how the effects of clocks change that.

use serde::{Deserialize, Serialize};

use crate::calendar::WorkCalendar;
use crate::events::Subject;
use crate::lang::Lang;
use crate::rules::{ClockEffect, Opening, Rule, RuleBook, RuleId, Standing, standing};
use crate::time::{Moment, Unit, say};

/// One duty with all its moments; how it stands follows from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// The rule that demands it.
    pub rule: RuleId,
    /// What it is about.
    pub subject: Subject,
    /// Its place in a series, from 1.
    pub step: u8,
    /// When its time began to run.
    pub opened: Moment,
    /// When its owner is reminded.
    pub warn: Moment,
    /// When it is due.
    pub due: Moment,
    /// After which moment it is late.
    pub late_after: Moment,
    /// When the next tier is told that it is late, if it is.
    pub escalates: Option<Moment>,
    /// What its limit is counted in.
    pub unit: Unit,
    /// When it was done.
    pub met: Option<Moment>,
    /// When it became pointless.
    pub cancelled: Option<Moment>,
    /// Since when its time stands still.
    pub paused: Option<Moment>,
}

impl Duty {
    /// How it stands now.
    #[must_use]
    pub fn standing(&self, now: Moment) -> Standing {
        standing(self.late_after, self.warn, self.met, self.cancelled, self.paused, now)
    }

    /// Since when the next tier knows that it is late, if it does: what stands still is not told.
    #[must_use]
    pub fn reported(&self, now: Moment) -> Option<Moment> {
        let told = |at: &Moment| *at <= now && self.paused.is_none_or(|paused| paused >= *at);
        self.escalates.filter(|at| self.standing(now) == Standing::Late && told(at))
    }

    /// The clause behind it, as it stood when the duty began.
    #[must_use]
    pub fn clause<'book>(&self, book: &'book RuleBook) -> Option<&'book Rule> {
        book.rule_on(self.rule, self.opened.day())
    }

    /// How long is left, or by how much it is late, in its limit's own unit.
    #[must_use]
    pub fn left(&self, lang: Lang, calendar: &WorkCalendar, now: Moment) -> String {
        say::left_by(calendar, lang, now, self.due, self.unit)
    }

    /// Whether something is still owed.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.met.is_none() && self.cancelled.is_none()
    }

    /// Its time runs on after a pause: its moments move in the limit's own unit.
    pub fn resume(&mut self, calendar: &WorkCalendar, at: Moment) {
        let Some(paused) = self.paused.take() else {
            return;
        };
        let extend = |moment| calendar.extend(moment, paused, at, self.unit);
        self.warn = extend(self.warn);
        self.due = extend(self.due);
        self.late_after = extend(self.late_after);
        self.escalates = self.escalates.map(extend);
    }
}

impl From<Opening> for Duty {
    fn from(opening: Opening) -> Self {
        let Opening { rule, subject, step, opened, warn, due, late_after, escalates, unit, .. } = opening;
        let (met, cancelled, paused) = (None, None, None);
        Self { rule, subject, step, opened, warn, due, late_after, escalates, unit, met, cancelled, paused }
    }
}

/// What an effect does to the duties of one rule and subject; others may be among them, untouched.
///
/// Here alone it is decided what opening twice or settling nothing means. Given the same effects in
/// the same order, the duties come out the same.
pub fn apply(duties: &mut Vec<Duty>, effect: &ClockEffect, calendar: &WorkCalendar) {
    match *effect {
        ClockEffect::Open(opening) => open(duties, opening),
        ClockEffect::Meet { rule, subject, step, at, next } => {
            let this = owed(duties, rule, subject).find(|duty| step.is_none_or(|step| step == duty.step));
            if let Some(duty) = this {
                duty.resume(calendar, at);
                duty.met = Some(at);
                if let Some(next) = next {
                    open(duties, next);
                }
            }
        }
        ClockEffect::Cancel { rule, subject, at } => {
            for duty in owed(duties, rule, subject) {
                duty.cancelled = Some(at);
            }
        }
        ClockEffect::Pause { rule, subject, at } => {
            for duty in owed(duties, rule, subject) {
                duty.paused.get_or_insert(at);
            }
        }
        ClockEffect::Resume { rule, subject, at } => {
            for duty in owed(duties, rule, subject) {
                duty.resume(calendar, at);
            }
        }
    }
}

/// A duty begins: a new one, or the one that is open already takes its times, or nothing changes.
fn open(duties: &mut Vec<Duty>, opening: Opening) {
    let (new, repeats) = (Duty::from(opening), opening.repeats);
    let same = |duty: &&mut Duty| (duty.rule, duty.subject, duty.step) == (new.rule, new.subject, new.step);
    match duties.iter_mut().rfind(same) {
        None => duties.push(new),
        Some(duty) => match (duty.is_open(), repeats) {
            (true, false) => *duty = new,
            (false, true) => duties.push(new),
            (true, true) | (false, false) => {}
        },
    }
}

/// The open duties of one rule and subject, in the order of their steps.
fn owed(duties: &mut [Duty], rule: RuleId, subject: Subject) -> impl Iterator<Item = &mut Duty> {
    duties.iter_mut().filter(move |duty| duty.rule == rule && duty.subject == subject && duty.is_open())
}
