//! What holds from a day on, until something else does.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::Day;
use crate::refusal::Invalid;

/// What held first, and what it was changed to, each from a first day on.
///
/// Written as `SK`, and with changes as `SK 2027-01-01=SKP`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History<T> {
    first: T,
    changes: BTreeMap<Day, T>,
}

impl<T> History<T> {
    /// What holds as long as nothing changes it.
    pub const fn of(first: T) -> Self {
        Self { first, changes: BTreeMap::new() }
    }

    /// Changed from a day on; what was to begin on the same day gives way.
    pub fn change(&mut self, from: Day, to: T) {
        self.changes.insert(from, to);
    }

    /// What holds on a day.
    pub fn on(&self, day: Day) -> &T {
        self.changes.range(..=day).next_back().map_or(&self.first, |(_, held)| held)
    }

    /// Since when it holds; none for what held from the beginning.
    pub fn since(&self, day: Day) -> Option<Day> {
        self.changes.range(..=day).next_back().map(|(since, _)| *since)
    }

    /// The changes, earliest first.
    pub fn changes(&self) -> impl DoubleEndedIterator<Item = (Day, &T)> {
        self.changes.iter().map(|(day, held)| (*day, held))
    }
}

impl<T: fmt::Display> fmt::Display for History<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        self.changes.iter().try_for_each(|(day, held)| write!(f, " {day}={held}"))
    }
}

impl<T: FromStr> FromStr for History<T> {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let mut words = raw.split(' ');
        let read = |word: &str| word.parse::<T>().map_err(|_| Invalid);
        let mut history = Self::of(read(words.next().unwrap_or_default())?);
        for word in words {
            let (day, held) = word.split_once('=').ok_or(Invalid)?;
            history.change(Day::parse(day).map_err(|_| Invalid)?, read(held)?);
        }
        Ok(history)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::PackSet;

    #[test]
    fn what_holds_changes_with_its_first_day() {
        let day = |raw| Day::parse(raw).unwrap();
        let history: History<PackSet> = "SK 2027-01-01=SKP 2028-02-29=".parse().unwrap();
        for (on, packs) in [("2020-01-01", "SK"), ("2026-12-31", "SK"), ("2027-01-01", "SKP"), ("2028-03-01", "")] {
            assert_eq!(history.on(day(on)).to_string(), packs, "{on}");
        }
        assert_eq!(
            (history.since(day("2026-12-31")), history.since(day("2027-05-01"))),
            (None, Some(day("2027-01-01")))
        );
        assert_eq!(history.to_string(), "SK 2027-01-01=SKP 2028-02-29=");
        for wrong in ["SK 2027-01-01", "SK 2027-13-01=S", "SK 2027-01-01=X", "X"] {
            assert!(wrong.parse::<History<PackSet>>().is_err(), "{wrong}");
        }
    }
}
