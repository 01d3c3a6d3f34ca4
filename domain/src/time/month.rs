//! A calendar month, the unit of reports and numbers.

use std::fmt;
use std::str::FromStr;

use super::Day;
use crate::refusal::Invalid;

/// A month of a year, written `2026-02`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Months since January of the year 0.
    index: i32,
}

impl Month {
    /// The month with this year (1–9999) and number (1–12).
    ///
    /// # Errors
    /// [`Invalid`] outside these ranges.
    pub fn new(year: i32, month: u8) -> Result<Self, Invalid> {
        match (year, month) {
            (1..=9999, 1..=12) => Ok(Self { index: year * 12 + i32::from(month) - 1 }),
            _ => Err(Invalid),
        }
    }

    /// The month a day lies in.
    #[must_use]
    pub const fn of(day: Day) -> Self {
        Self { index: day.year() * 12 + day.month() as i32 - 1 }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.index.div_euclid(12)
    }

    /// The number in its year, 1–12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.index.rem_euclid(12) as u8 + 1
    }

    /// So many months later, or earlier when negative; held to the years a day can have.
    #[must_use]
    pub fn plus(self, months: i64) -> Self {
        let index = i64::from(self.index).saturating_add(months).clamp(12, 9999 * 12 + 11);
        Self { index: i32::try_from(index).unwrap_or(self.index) }
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// The month before.
    #[must_use]
    pub fn prev(self) -> Self {
        self.plus(-1)
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Day {
        // Every month of every year a `Month` can hold has a first day.
        Day::new(self.year(), self.month(), 1).unwrap_or_else(|_| Day::from_epoch_days(0))
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> Day {
        let days = ::time::util::days_in_month(::time::Month::January.nth_next(self.month() - 1), self.year());
        self.first_day().plus_days(i64::from(days) - 1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl FromStr for Month {
    type Err = Invalid;
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        if raw.len() != 7 {
            return Err(Invalid);
        }
        Day::parse(&format!("{raw}-01")).map(Self::of).map_err(|_| Invalid)
    }
}

crate::choice::as_string!(Month);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_knows_its_days_and_neighbours() {
        let february: Month = "2026-02".parse().unwrap();
        assert_eq!(february.to_string(), "2026-02");
        assert_eq!(february.first_day().to_string(), "2026-02-01");
        assert_eq!(february.last_day().to_string(), "2026-02-28");
        assert_eq!(february.prev().prev().to_string(), "2025-12");
        assert_eq!(february.plus(11).to_string(), "2027-01");
        for raw in ["2026-13", "2026-2", "2026-02-01", "2026", ""] {
            assert!(raw.parse::<Month>().is_err(), "{raw}");
        }
    }
}
