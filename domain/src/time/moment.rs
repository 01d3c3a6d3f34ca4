//! A point in time, and the distance between two.

use ::time::Weekday;
use serde::{Deserialize, Serialize};

use super::Day;
use crate::refusal::Problem;

/// A point in time: milliseconds since 1 January 1970, 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// From milliseconds since the Unix epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This hour and minute of a day in Shanghai; 24:00 is the next day's 00:00.
    #[must_use]
    pub fn at(day: Day, hour: u8, minute: u8) -> Self {
        Self(day.epoch_days() * DAY - ZONE).plus(Span::minutes(i64::from(hour) * 60 + i64::from(minute)))
    }

    /// The beginning of a day in Shanghai, 00:00.
    #[must_use]
    pub fn start_of(day: Day) -> Self {
        Self::at(day, 0, 0)
    }

    /// The end of a day in Shanghai, 24:00: where the limits counted in days end.
    #[must_use]
    pub fn end_of(day: Day) -> Self {
        Self::at(day, 24, 0)
    }

    /// Reads what a browser's date-and-time field sends, `YYYY-MM-DDTHH:MM`, as Shanghai time.
    ///
    /// A space in the middle and trailing seconds are accepted too: people paste such texts.
    ///
    /// # Errors
    /// [`Problem::NotAMoment`] for any other spelling, [`Problem::ImpossibleDay`] for a 30 February.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let raw = raw.trim();
        let (day, clock) = raw.split_once(['T', ' ']).ok_or(Problem::NotAMoment)?;
        let day = Day::parse(day).map_err(|problem| match problem {
            Problem::NotADay => Problem::NotAMoment,
            other => other,
        })?;
        let mut parts = clock.split(':').map(|part| {
            let two_digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            two_digits.then(|| part.parse::<u8>().ok()).flatten()
        });
        match (parts.next().flatten(), parts.next().flatten(), parts.next(), parts.next()) {
            (Some(hour @ 0..=23), Some(minute @ 0..=59), None | Some(Some(0..=59)), None) => {
                Ok(Self::at(day, hour, minute))
            }
            _ => Err(Problem::NotAMoment),
        }
    }

    /// The day it falls on in Shanghai.
    #[must_use]
    pub fn day(self) -> Day {
        Day::from_epoch_days(self.0.saturating_add(ZONE).div_euclid(DAY))
    }

    /// Its parts as a clock on a wall in Shanghai shows them.
    #[must_use]
    pub fn parts(self) -> Parts {
        let day = self.day();
        let minutes = self.0.saturating_add(ZONE).rem_euclid(DAY) / MINUTE;
        let narrow = |number: i64| u8::try_from(number).unwrap_or_default();
        Parts {
            year: day.year(),
            month: day.month(),
            day: day.day(),
            hour: narrow(minutes / 60),
            minute: narrow(minutes % 60),
            weekday: day.weekday(),
        }
    }

    /// What a browser's date-and-time field expects: `YYYY-MM-DDTHH:MM`.
    #[must_use]
    pub fn to_input(self) -> String {
        let parts = self.parts();
        format!("{}T{:02}:{:02}", self.day(), parts.hour, parts.minute)
    }

    /// As ISO 8601 has it, with its zone: `2026-02-14T09:30:05.007+08:00`.
    #[must_use]
    pub fn to_iso(self) -> String {
        let rest = self.0.rem_euclid(60_000);
        format!("{}:{:02}.{:03}+08:00", self.to_input(), rest / 1_000, rest % 1_000)
    }

    /// Later by `span`, or earlier when it is negative.
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// Earlier by `span`.
    #[must_use]
    pub const fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// The time from `earlier` to this moment; negative when it lies before.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

/// A length of time; negative when it runs backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many milliseconds.
    #[must_use]
    pub const fn millis(n: i64) -> Self {
        Self(n)
    }

    /// So many minutes.
    #[must_use]
    pub const fn minutes(n: i64) -> Self {
        Self(n.saturating_mul(MINUTE))
    }

    /// So many hours.
    #[must_use]
    pub const fn hours(n: i64) -> Self {
        Self(n.saturating_mul(HOUR))
    }

    /// So many times 24 hours.
    #[must_use]
    pub const fn days(n: i64) -> Self {
        Self(n.saturating_mul(DAY))
    }

    /// Its length in milliseconds.
    #[must_use]
    pub const fn in_millis(self) -> i64 {
        self.0
    }

    /// Whole minutes in it.
    #[must_use]
    pub const fn in_minutes(self) -> i64 {
        self.0 / MINUTE
    }

    /// Whole hours in it.
    #[must_use]
    pub const fn in_hours(self) -> i64 {
        self.0 / HOUR
    }

    /// Whole times 24 hours in it.
    #[must_use]
    pub const fn in_days(self) -> i64 {
        self.0 / DAY
    }

    /// So many hundredths of it.
    #[must_use]
    pub const fn percent(self, percent: i64) -> Self {
        Self(self.0 / 100 * percent + self.0 % 100 * percent / 100)
    }
}

/// A moment as a clock on a wall in Shanghai shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Parts {
    /// The year.
    pub year: i32,
    /// The month, 1–12.
    pub month: u8,
    /// The day of the month, 1–31.
    pub day: u8,
    /// The hour, 0–23.
    pub hour: u8,
    /// The minute, 0–59.
    pub minute: u8,
    /// The day of the week.
    pub weekday: Weekday,
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Shanghai is eight hours ahead of UTC.
const ZONE: i64 = 8 * HOUR;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_moment_is_written_with_its_zone() {
        let at = Moment::from_millis(Moment::parse("2026-02-14T09:30").unwrap().millis() + 5_007);
        assert_eq!(at.to_iso(), "2026-02-14T09:30:05.007+08:00");
    }

    #[test]
    fn a_day_begins_at_midnight_in_shanghai() {
        let day = Day::parse("2026-02-14").unwrap();
        let midnight = Moment::start_of(day);
        assert_eq!(midnight.millis(), 1_770_998_400_000, "2026-02-13T16:00:00Z");
        assert_eq!(midnight.day(), day);
        assert_eq!(midnight.minus(Span::millis(1)).day(), day.plus_days(-1));
        assert_eq!(Moment::end_of(day), Moment::start_of(day.plus_days(1)));
    }

    #[test]
    fn a_browser_field_is_read_in_shanghai() {
        let moment = Moment::parse("2026-02-14T09:30").unwrap();
        assert_eq!(moment.to_input(), "2026-02-14T09:30");
        assert_eq!(Moment::parse("2026-02-14 09:30:59"), Ok(moment));
        for raw in [
            "2026-02-14",
            "2026-02-14T9:30",
            "2026-02-14T24:00",
            "2026-02-14T09:60",
            "2026-02-14T09:30:00:00",
            "14.2.2026T09:30",
            "",
            "T",
        ] {
            assert_eq!(Moment::parse(raw), Err(Problem::NotAMoment), "{raw}");
        }
        assert_eq!(Moment::parse("2026-02-30T09:30"), Err(Problem::ImpossibleDay));
    }

    proptest! {
        #[test]
        fn parts_make_the_moment_again(millis in 0_i64..4_000_000_000_000) {
            let moment = Moment::from_millis(millis / 60_000 * 60_000);
            let parts = moment.parts();
            prop_assert_eq!(Moment::at(moment.day(), parts.hour, parts.minute), moment);
        }

        #[test]
        fn no_moment_is_too_far(millis in any::<i64>()) {
            let _ = Moment::from_millis(millis).parts();
        }
    }
}
