//! A calendar day.

use std::fmt;
use std::str::FromStr;

use ::time::{Date, Month as MonthName, Weekday};

use super::Month;
use crate::refusal::{Invalid, Problem};
use crate::text::{half_width, without_invisible};

/// A day of the Gregorian calendar, written `2026-02-14`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day with this year, month (1–12) and day of the month.
    ///
    /// # Errors
    /// [`Problem::ImpossibleDay`] when no calendar has it.
    pub fn new(year: i32, month: u8, day: u8) -> Result<Self, Problem> {
        MonthName::try_from(month)
            .and_then(|month| Date::from_calendar_date(year, month, day))
            .map(Self)
            .map_err(|_| Problem::ImpossibleDay)
    }

    /// Reads `YYYY-MM-DD`, exactly; the years run from 0001 to 9999.
    ///
    /// # Errors
    /// [`Problem::NotADay`] for any other spelling, [`Problem::ImpossibleDay`] for a 30 February.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let digits = |from: usize, to: usize| {
            let part = raw.get(from..to)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u16>().ok()).flatten()
        };
        let hyphens = raw.len() == 10 && raw.get(4..5) == Some("-") && raw.get(7..8) == Some("-");
        let (true, Some(year), Some(month), Some(day)) = (hyphens, digits(0, 4), digits(5, 7), digits(8, 10)) else {
            return Err(Problem::NotADay);
        };
        if year == 0 {
            return Err(Problem::ImpossibleDay);
        }
        let narrow = |number: u16| u8::try_from(number).map_err(|_| Problem::ImpossibleDay);
        Self::new(i32::from(year), narrow(month)?, narrow(day)?)
    }

    /// Reads a day as people write it: `1951-03-15`, `1951/3/15`, `1951.3.15`, `1951年3月15日`, `19510315`, with a time or
    /// without.
    ///
    /// # Errors
    /// [`Problem::Required`] for nothing; what a date lacks, where it lacks something; [`Problem::ImpossibleDay`] for a
    /// 30 February; otherwise [`Problem::NotADay`].
    pub fn read(raw: &str) -> Result<Self, Problem> {
        let raw = half_width(&without_invisible(raw));
        let raw = raw.trim();
        if raw.is_empty() {
            return Err(Problem::Required);
        }
        if ["农历", "阴历", "初", "腊月", "正月", "闰"].iter().any(|word| raw.contains(word)) {
            return Err(Problem::LunarDay);
        }
        // A time of day follows after a space or a T.
        let date = if raw.contains(':') { raw.split([' ', 'T']).next().unwrap_or_default() } else { raw };
        let date: String = date.chars().filter(|c| !c.is_whitespace()).collect();
        let date = date.trim_end_matches(['日', '号', '月', '年', '.']);
        if date.bytes().all(|b| b.is_ascii_digit()) {
            return digits(date);
        }
        let parts: Vec<&str> = date.split(['-', '–', '—', '/', '.', '年', '月']).collect();
        let number = |place: usize, longest: usize| {
            parts.get(place).filter(|part| part.len() <= longest).and_then(|part| part.parse::<u16>().ok())
        };
        match (number(0, 4), number(1, 2), number(2, 2), parts.len()) {
            (Some(_), Some(_), Some(_), 3) if parts.first().is_some_and(|year| year.len() == 2) => {
                Err(Problem::YearTooShort)
            }
            (Some(year), Some(month), Some(day), 3) if year >= 1000 => impossible_unless(year, month, day),
            (Some(year), Some(month), None, 2) if year >= 1000 && (1..=12).contains(&month) => Err(Problem::MonthAlone),
            _ => Err(Problem::NotADay),
        }
    }

    /// The day `days` after 1 January 1970, held to the years a day can have.
    #[must_use]
    pub(super) fn from_epoch_days(days: i64) -> Self {
        let least = i64::from(Date::MIN.to_julian_day());
        let most = i64::from(Date::MAX.to_julian_day());
        let julian = days.saturating_add(JULIAN_EPOCH).clamp(least, most);
        let date = i32::try_from(julian).ok().and_then(|julian| Date::from_julian_day(julian).ok());
        Self(date.unwrap_or(Date::MAX))
    }

    /// Days since 1 January 1970.
    #[must_use]
    pub(super) fn epoch_days(self) -> i64 {
        i64::from(self.0.to_julian_day()) - JULIAN_EPOCH
    }

    /// The day as the `time` crate and the database have it.
    #[must_use]
    pub const fn inner(self) -> Date {
        self.0
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.0.year()
    }

    /// The month, 1–12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.0.month() as u8
    }

    /// The day of the month, 1–31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.0.day()
    }

    /// The day of the week.
    #[must_use]
    pub const fn weekday(self) -> Weekday {
        self.0.weekday()
    }

    /// The month it lies in.
    #[must_use]
    pub const fn in_month(self) -> Month {
        Month::of(self)
    }

    /// So many days later, or earlier when negative.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_epoch_days(self.epoch_days().saturating_add(days))
    }

    /// The same day so many months later, or that month's last day when it has no such day.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        let month = self.in_month().plus(months);
        Self::new(month.year(), month.month(), self.day()).unwrap_or_else(|_| month.last_day())
    }

    /// The same day so many years later; 29 February becomes the 28th.
    #[must_use]
    pub fn plus_years(self, years: i64) -> Self {
        self.plus_months(years.saturating_mul(12))
    }

    /// Days from `earlier` to this day; negative when it lies before.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.epoch_days() - earlier.epoch_days()
    }
}

fn impossible_unless(year: u16, month: u16, day: u16) -> Result<Day, Problem> {
    let narrow = |number: u16| u8::try_from(number).map_err(|_| Problem::ImpossibleDay);
    Day::new(i32::from(year), narrow(month)?, narrow(day)?)
}

/// A date of digits alone; some of them may be missing.
fn digits(date: &str) -> Result<Day, Problem> {
    let number = |from: usize, to: usize| date.get(from..to).and_then(|part| part.parse::<u16>().ok());
    let year = number(0, 4).filter(|year| (1800..=2199).contains(year));
    match (year, number(4, 6), number(6, 8), date.len()) {
        (Some(year), Some(month), Some(day), 8) => impossible_unless(year, month, day),
        (Some(_), _, _, 7) => Err(Problem::DayTooShort),
        (Some(_), Some(1..=12), None, 6) => Err(Problem::MonthAlone),
        (Some(_), None, None, 4) => Err(Problem::YearAlone),
        _ => Err(Problem::NotADay),
    }
}

/// The Julian day number of 1 January 1970.
const JULIAN_EPOCH: i64 = 2_440_588;

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl FromStr for Day {
    type Err = Invalid;
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        Self::parse(raw).map_err(|_| Invalid)
    }
}

crate::choice::as_string!(Day);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lang::Lang;

    #[test]
    fn a_day_has_one_spelling() {
        assert_eq!(Day::parse("2026-02-14").unwrap().to_string(), "2026-02-14");
        for raw in [
            "2026-2-14",
            "26-02-14",
            "2026/02/14",
            " 2026-02-14",
            "2026-02-14T00:00",
            "+026-02-14",
            "２０２６-02-14",
            "",
        ] {
            assert_eq!(Day::parse(raw), Err(Problem::NotADay), "{raw}");
        }
        for raw in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01"] {
            assert_eq!(Day::parse(raw), Err(Problem::ImpossibleDay), "{raw}");
        }
    }

    #[test]
    fn a_day_is_read_in_the_ways_people_write_it() {
        let day = Day::parse("1980-01-02").unwrap();
        for raw in [
            "1980-01-02",
            "1980/1/2",
            "1980.1.2",
            "1980年1月2日",
            "1980 年 1 月 2 号",
            "19800102",
            "１９８０－０１－０２",
            "1980-01-02 00:00:00",
            "1980-01-02T08:30:00",
            "\u{202D}1980-1-2\u{202C} ",
        ] {
            assert_eq!(Day::read(raw), Ok(day), "{raw}");
        }
        for (raw, problem) in [
            ("", Problem::Required),
            ("1951", Problem::YearAlone),
            ("1951年", Problem::YearAlone),
            ("1980年5月", Problem::MonthAlone),
            ("1980-05", Problem::MonthAlone),
            ("198005", Problem::MonthAlone),
            ("1951312", Problem::DayTooShort),
            ("51-3-15", Problem::YearTooShort),
            ("1980-02-30", Problem::ImpossibleDay),
            ("19800230", Problem::ImpossibleDay),
            ("1980-13-01", Problem::ImpossibleDay),
            ("农历1951年三月初五", Problem::LunarDay),
            ("15/3/1951", Problem::NotADay),
            ("510315", Problem::NotADay),
            ("不详", Problem::NotADay),
            ("99999999", Problem::NotADay),
        ] {
            assert_eq!(Day::read(raw), Err(problem.clone()), "{raw}");
            assert!(problem.say(Lang::Zh).ends_with('。') && problem.say(Lang::En).ends_with('.'), "{problem:?}");
        }
    }

    #[test]
    fn months_keep_the_day_or_take_the_last() {
        let day = |raw| Day::parse(raw).unwrap();
        for (from, months, to) in [
            ("2026-01-15", 3, "2026-04-15"),
            ("2026-01-31", 1, "2026-02-28"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2025-11-30", 3, "2026-02-28"),
            ("2026-03-31", -1, "2026-02-28"),
            ("2025-12-15", 12, "2026-12-15"),
        ] {
            assert_eq!(day(from).plus_months(months), day(to), "{from} + {months}");
        }
        assert_eq!(day("2024-02-29").plus_years(1), day("2025-02-28"));
        assert_eq!(day("9999-12-31").plus_days(1), day("9999-12-31"), "time ends quietly");
    }

    proptest! {
        #[test]
        fn days_add_and_subtract(start in 0_i64..60_000, step in -5_000_i64..5_000) {
            let day = Day::from_epoch_days(start);
            prop_assert_eq!(day.plus_days(step).since(day), step);
            prop_assert_eq!(Day::parse(&day.to_string()), Ok(day));
        }
    }
}
