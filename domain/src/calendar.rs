//! The working-day calendar: weekends, public holidays and the make-up working days (调休).
//!
//! The State Council publishes one table a year; each is a file in `domain/calendars/`, and an
//! operator may hand in newer ones. For a year without a table the calendar knows only Monday to
//! Friday, and says so ([`WorkCalendar::covers`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::embedded;
use crate::lang::Text;
use crate::time::{Day, Moment, Span, Unit, Weekday};

/// Which days are worked, nationally and here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkCalendar {
    tables: BTreeMap<i32, YearTable>,
    holidays: BTreeSet<Day>,
    make_up: BTreeSet<Day>,
    closures: BTreeSet<Day>,
}

/// One year's table, as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearTable {
    /// The year the table is for.
    pub year: i32,
    /// Where it was published.
    pub source: String,
    /// Weekend days that are worked.
    pub make_up: Vec<Day>,
    /// The holidays, in order.
    #[serde(rename = "holiday")]
    pub holidays: Vec<Holiday>,
}

/// One public holiday.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Its name.
    pub name: Text,
    /// The first free day.
    pub from: Day,
    /// The last free day.
    pub to: Day,
}

/// A calendar file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BrokenTable {
    /// It is not written as a table.
    #[error("the calendar table cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A day lies outside the table's year, a holiday ends before it begins, or a make-up day falls
    /// on a holiday or is no weekend day.
    #[error("the {year} calendar table contradicts itself at {day}")]
    Contradiction {
        /// The table's year.
        year: i32,
        /// The day that cannot be.
        day: Day,
    },
}

impl WorkCalendar {
    /// The calendar of the tables that come with the program.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<WorkCalendar> =
            LazyLock::new(|| embedded::sound("calendars", WorkCalendar::parse(FILES)));
        &BUILTIN
    }

    /// A calendar of yearly tables written in TOML; a later table replaces an earlier one of its year.
    ///
    /// # Errors
    /// [`BrokenTable`] when a file cannot be read or contradicts itself.
    pub fn parse(files: &[&str]) -> Result<Self, BrokenTable> {
        let mut calendar = Self::default();
        for file in files {
            let table: YearTable = toml::from_str(file)?;
            table.check()?;
            calendar.tables.insert(table.year, table);
        }
        for table in calendar.tables.values() {
            calendar.holidays.extend(table.holidays.iter().flat_map(Holiday::days));
            calendar.make_up.extend(&table.make_up);
        }
        Ok(calendar)
    }

    /// The same calendar with further days on which the organisation is closed.
    #[must_use]
    pub fn with_closures(&self, closures: &[Day]) -> Self {
        let mut calendar = self.clone();
        calendar.closures.extend(closures);
        calendar
    }

    /// Whether work is done on a day.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        !self.closures.contains(&day) && !self.holidays.contains(&day) && (!weekend || self.make_up.contains(&day))
    }

    /// The `n`th working day after a day; before it when `n` is negative; the day itself for 0.
    #[must_use]
    pub fn add_working_days(&self, day: Day, n: i64) -> Day {
        let step = n.signum();
        let mut left = n.unsigned_abs();
        let mut reached = day;
        while left > 0 {
            let next = reached.plus_days(step);
            if next == reached {
                break; // the end of the calendar
            }
            reached = next;
            left -= u64::from(self.is_working(reached));
        }
        reached
    }

    /// Working days after `from` up to and including `to`; negative when `to` lies before.
    #[must_use]
    pub fn working_days_between(&self, from: Day, to: Day) -> i64 {
        if to < from {
            return -self.working_days_between(to, from);
        }
        let days = (1..=to.since(from)).filter(|n| self.is_working(from.plus_days(*n)));
        i64::try_from(days.count()).unwrap_or(i64::MAX)
    }

    /// The moment a limit ends that began at `start`, each unit counted in its own way ([`Unit`]).
    ///
    /// Zero days end with the starting day. A [`Unit`] that is no time ends where it began.
    #[must_use]
    pub fn due(&self, start: Moment, limit: i64, unit: Unit) -> Moment {
        match unit {
            Unit::Hours => start.plus(Span::hours(limit)),
            Unit::Days => Moment::end_of(start.day().plus_days(limit)),
            Unit::WorkingDays => Moment::end_of(self.add_working_days(start.day(), limit)),
            Unit::Months => Moment::end_of(start.day().plus_months(limit)),
            Unit::Count | Unit::Percent => start,
        }
    }

    /// A due time moved on by a pause, counted in the limit's own unit.
    #[must_use]
    pub fn extend(&self, due: Moment, paused: Moment, resumed: Moment, unit: Unit) -> Moment {
        if resumed <= paused {
            return due;
        }
        match unit {
            Unit::Hours => due.plus(resumed.since(paused)),
            Unit::Days | Unit::Months => due.plus(Span::days(resumed.day().since(paused.day()))),
            Unit::WorkingDays => {
                let last = due.minus(Span::millis(1)).day();
                let pause = self.working_days_between(paused.day(), resumed.day());
                Moment::end_of(self.add_working_days(last, pause))
            }
            Unit::Count | Unit::Percent => due,
        }
    }

    /// Whether the national table of a year is known.
    #[must_use]
    pub fn covers(&self, year: i32) -> bool {
        self.tables.contains_key(&year)
    }

    /// The years whose tables are known.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.tables.keys().copied()
    }

    /// The tables themselves, by year.
    pub fn tables(&self) -> impl Iterator<Item = &YearTable> + '_ {
        self.tables.values()
    }

    /// The year whose table should be here by now and is not.
    ///
    /// The notice for the coming year appears in November, so it is asked for from December on.
    #[must_use]
    pub fn missing(&self, today: Day) -> Option<i32> {
        let last = if today.month() == 12 { today.year() + 1 } else { today.year() };
        (today.year()..=last).find(|year| !self.covers(*year))
    }
}

impl YearTable {
    fn check(&self) -> Result<(), BrokenTable> {
        let wrong = |day: &Day| BrokenTable::Contradiction { year: self.year, day: *day };
        for Holiday { from, to, .. } in &self.holidays {
            if from.year() != self.year || to.year() != self.year || to < from {
                return Err(wrong(from));
            }
        }
        for day in &self.make_up {
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            let free = self.holidays.iter().any(|h| (h.from..=h.to).contains(day));
            if day.year() != self.year || !weekend || free {
                return Err(wrong(day));
            }
        }
        Ok(())
    }
}

impl Holiday {
    fn days(&self) -> impl Iterator<Item = Day> + use<> {
        let from = self.from;
        (0..=self.to.since(from)).map(move |n| from.plus_days(n))
    }
}

const FILES: &[&str] = &[include_str!("../calendars/2025.toml"), include_str!("../calendars/2026.toml")];

#[cfg(test)]
mod tests;
