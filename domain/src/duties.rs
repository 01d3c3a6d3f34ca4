//! Duties: what is owed by when, and how the effects of clocks change that.

use serde::{Deserialize, Serialize};

use crate::calendar::WorkCalendar;
use crate::events::Subject;
use crate::lang::Lang;
use crate::rules::{ClockEffect, Rule, RuleBook, RuleId, Standing, standing};
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
    pub warn: Option<Moment>,
    /// When it is due.
    pub due: Moment,
    /// After which moment it is late.
    pub late_after: Moment,
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

    /// The clause behind it, as it stood when the duty began.
    #[must_use]
    pub fn clause<'book>(&self, book: &'book RuleBook) -> Option<&'book Rule> {
        book.rule_on(self.rule, self.opened.day())
    }

    /// What its limit is counted in.
    #[must_use]
    pub fn unit(&self, book: &RuleBook) -> Unit {
        let limit = |rule: &Rule| {
            let key = rule.clock.as_ref()?.limits.get(usize::from(self.step).checked_sub(1)?)?;
            Some(rule.parameter(key)?.unit)
        };
        self.clause(book).and_then(limit).unwrap_or(Unit::Days)
    }

    /// How long is left, or by how much it is late, in its limit's own unit.
    #[must_use]
    pub fn left(&self, lang: Lang, book: &RuleBook, calendar: &WorkCalendar, now: Moment) -> String {
        say::left_by(calendar, lang, now, self.due, self.unit(book))
    }

    /// Whether something is still owed.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.met.is_none() && self.cancelled.is_none()
    }

    /// Its time runs on after a pause: its moments move in the limit's own unit.
    pub fn resume(&mut self, book: &RuleBook, calendar: &WorkCalendar, at: Moment) {
        let Some(paused) = self.paused.take() else {
            return;
        };
        let unit = self.unit(book);
        let extend = |moment| calendar.extend(moment, paused, at, unit);
        self.warn = self.warn.map(extend);
        self.due = extend(self.due);
        self.late_after = extend(self.late_after);
    }
}

/// What an effect does to the duties of one rule and subject; others may be among them, untouched.
///
/// Here alone it is decided what opening twice or settling nothing means. Given the same effects in
/// the same order, the duties come out the same.
pub fn apply(duties: &mut Vec<Duty>, effect: &ClockEffect, book: &RuleBook, calendar: &WorkCalendar) {
    match *effect {
        ClockEffect::Open { rule, subject, step, opened, warn, due, late_after, repeats, .. } => {
            let (met, cancelled, paused) = (None, None, None);
            let duty = Duty { rule, subject, step, opened, warn, due, late_after, met, cancelled, paused };
            open(duties, duty, repeats);
        }
        ClockEffect::Meet { rule, subject, step, at } => {
            let mut owed = owed(duties, rule, subject);
            if let Some(duty) = owed.find(|duty| step.is_none_or(|step| step == duty.step)) {
                duty.resume(book, calendar, at);
                duty.met = Some(at);
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
                duty.resume(book, calendar, at);
            }
        }
    }
}

/// A duty begins: a new one, or the one that is open already takes its times, or nothing changes.
fn open(duties: &mut Vec<Duty>, new: Duty, repeats: bool) {
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
