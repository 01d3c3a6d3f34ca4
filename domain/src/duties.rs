//! Duties: what is owed by when, as a worker's list shows it.

use serde::{Deserialize, Serialize};

use crate::calendar::WorkCalendar;
use crate::events::Subject;
use crate::lang::Lang;
use crate::rules::{Rule, RuleBook, RuleId, Standing, standing};
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
        standing(
            self.late_after,
            self.warn,
            self.met,
            self.cancelled,
            self.paused,
            now,
        )
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
            let key = rule
                .clock
                .as_ref()?
                .limits
                .get(usize::from(self.step).checked_sub(1)?)?;
            Some(rule.parameter(key)?.unit)
        };
        self.clause(book).and_then(limit).unwrap_or(Unit::Days)
    }

    /// How long is left, or by how much it is late, in its limit's own unit.
    #[must_use]
    pub fn left(
        &self,
        lang: Lang,
        book: &RuleBook,
        calendar: &WorkCalendar,
        now: Moment,
    ) -> String {
        say::left_by(calendar, lang, now, self.due, self.unit(book))
    }

    /// Its time runs on after a pause: every moment still ahead moves in the limit's own unit.
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
