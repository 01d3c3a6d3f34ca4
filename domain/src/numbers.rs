//! Numbers that people quote: `QS01/GA/2026/001`, without gaps, never used twice.
//!
//! The form is organisation, series, year, and a running number of at least three digits. Counting
//! is the database's affair; this is how a number is written and read.

use std::fmt;
use std::str::FromStr;

use crate::refusal::{Invalid, Problem};
use crate::text::half_width;

pub use crate::nouns::Series;

/// An organisation's code in numbers: 2 to 8 capital letters and digits, a letter first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationCode(String);

impl OrganisationCode {
    /// Reads a code; small letters become capitals.
    ///
    /// # Errors
    /// [`Problem::Required`] for nothing, [`Problem::NotACode`] for anything else that does not fit.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let code = half_width(raw).trim().to_ascii_uppercase();
        let fits = (2..=8).contains(&code.len())
            && code.starts_with(|c: char| c.is_ascii_uppercase())
            && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        match code.is_empty() {
            true => Err(Problem::Required),
            false if fits => Ok(Self(code)),
            false => Err(Problem::NotACode),
        }
    }

    /// The code itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganisationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for OrganisationCode {
    type Err = Problem;
    fn from_str(raw: &str) -> Result<Self, Problem> {
        Self::parse(raw)
    }
}

crate::choice::as_string!(OrganisationCode);

/// What a series is called in numbers: two or three capital letters, the initials that people use on folders.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesCode(String);

impl fmt::Display for SeriesCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SeriesCode {
    type Err = Invalid;
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let fits = (2..=3).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_uppercase());
        if fits { Ok(Self(raw.to_owned())) } else { Err(Invalid) }
    }
}

impl From<Series> for SeriesCode {
    fn from(series: Series) -> Self {
        Self(series.code().to_owned())
    }
}

crate::choice::as_string!(SeriesCode);

/// One number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// Whose it is.
    pub organisation: OrganisationCode,
    /// What is numbered.
    pub series: SeriesCode,
    /// The year it was given in.
    pub year: i32,
    /// Its place in that year's series, from 1.
    pub place: u32,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { organisation, series, year, place } = self;
        write!(f, "{organisation}/{series}/{year:04}/{place:03}")
    }
}

impl FromStr for Number {
    type Err = Invalid;

    /// Reads exactly what `Display` writes.
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let mut parts = raw.split('/');
        let mut part = || parts.next().ok_or(Invalid);
        let number = Self {
            organisation: part()?.parse().map_err(|_| Invalid)?,
            series: part()?.parse()?,
            year: part()?.parse().map_err(|_| Invalid)?,
            place: part()?.parse().map_err(|_| Invalid)?,
        };
        if number.place > 0 && number.to_string() == raw { Ok(number) } else { Err(Invalid) }
    }
}

crate::choice::as_string!(Number);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_back_as_itself() {
        for raw in ["QS01/GA/2026/001", "QS01/SQ/2026/187", "QS01/SQ/2026/12345"] {
            assert_eq!(raw.parse::<Number>().unwrap().to_string(), raw);
        }
        for raw in [
            "QS01/GA/2026/1",
            "qs01/GA/2026/001",
            "QS01/zz/2026/001",
            "QS01/Z/2026/001",
            "QS01/GA/26/001",
            "QS01/GA/2026/000",
            "QS01/GA/2026/001/x",
            "",
        ] {
            assert!(raw.parse::<Number>().is_err(), "{raw}");
        }
    }
}
