//! Numbers with decimals, exactly: a whole number of units of the last decimal.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::compact;

/// A number with at most four decimals. Two that are worth the same are the same, however many decimals each has.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    units: i64,
    decimals: u8,
}

/// Why a text is no number with so many decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    NoNumber,
    TooManyDecimals,
}

impl Decimal {
    /// The most decimals.
    pub const MOST_DECIMALS: u8 = 4;

    /// So many units of the last decimal.
    #[must_use]
    pub const fn new(units: i64, decimals: u8) -> Self {
        Self { units, decimals }
    }

    /// A whole number.
    #[must_use]
    pub const fn whole(number: i64) -> Self {
        Self::new(number, 0)
    }

    /// Counted in units of its last decimal: 12.50 is 1250.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.units
    }

    /// How many decimals it is written with.
    #[must_use]
    pub const fn decimals(self) -> u8 {
        self.decimals
    }

    /// The whole number that it is, without its decimals.
    #[must_use]
    pub const fn trunc(self) -> i64 {
        self.units / power(self.decimals)
    }

    /// A number as it was kept, with the decimals that it was written with.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        Self::read(text, u8::try_from(decimals).ok().filter(|decimals| *decimals <= Self::MOST_DECIMALS)?).ok()
    }

    /// Reads a number as people write it, as `1,234.5`, and gives it this many decimals; more are refused unless they are zeros.
    pub(super) fn read(raw: &str, decimals: u8) -> Result<Self, Unread> {
        let raw = compact(raw);
        let (negative, digits) = match raw.strip_prefix(['-', '−']) {
            Some(digits) => (true, digits),
            None => (false, &*raw),
        };
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let whole = in_groups(whole).filter(|whole| all_digits(whole)).ok_or(Unread::NoNumber)?;
        if !all_digits(rest) {
            return Err(Unread::NoNumber);
        }
        let rest = rest.trim_end_matches('0');
        let width = usize::from(decimals);
        if rest.len() > width {
            return Err(Unread::TooManyDecimals);
        }
        let units: i64 = format!("{whole}{rest:0<width$}").parse().map_err(|_| Unread::NoNumber)?;
        Ok(Self::new(if negative { -units } else { units }, decimals))
    }

    /// So many parts of which `10^scale` are one, rounded to these decimals, half away from zero.
    pub(super) fn rounded(parts: i128, scale: u32, decimals: u8) -> Option<Self> {
        let units = match u32::from(decimals).checked_sub(scale) {
            Some(more) => parts.checked_mul(10_i128.checked_pow(more)?)?,
            None => divided(parts, 10_i128.checked_pow(scale - u32::from(decimals))?)?,
        };
        i64::try_from(units).ok().map(|units| Self::new(units, decimals))
    }

    /// Its worth in units of the fourth decimal, to compare and to add by.
    pub(super) const fn worth(self) -> i128 {
        self.units as i128 * power(Self::MOST_DECIMALS.saturating_sub(self.decimals)) as i128
    }
}

/// Divided and rounded, half away from zero.
pub(super) fn divided(number: i128, by: i128) -> Option<i128> {
    let half = by.checked_div(2)?;
    let away = if number < 0 { number.checked_sub(half)? } else { number.checked_add(half)? };
    away.checked_div(by)
}

const fn power(decimals: u8) -> i64 {
    10_i64.pow(decimals as u32)
}

/// A whole number without the commas that part its thousands; none where they stand elsewhere.
fn in_groups(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut joined = first.to_owned();
    for group in groups {
        if group.len() != 3 || !(1..=3).contains(&first.len()) {
            return None;
        }
        joined.push_str(group);
    }
    Some(joined)
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, width) = (power(self.decimals).unsigned_abs(), usize::from(self.decimals));
        let (units, sign) = (self.units.unsigned_abs(), if self.units < 0 { "-" } else { "" });
        match width {
            0 => write!(f, "{sign}{units}"),
            _ => write!(f, "{sign}{}.{:0width$}", units / one, units % one),
        }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.worth() == other.worth()
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.worth().cmp(&other.worth())
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.worth().hash(state);
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self::whole(number)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.decimals {
            0 => out.serialize_i64(self.units),
            _ => out.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(Written)
    }
}

/// A number as files have it: `4`, `36.5`, or the text of one.
struct Written;

impl Visitor<'_> for Written {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number with at most four decimals")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Decimal, E> {
        Ok(Decimal::whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Decimal, E> {
        i64::try_from(number).map(Decimal::whole).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Decimal, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
        Decimal::parse(text).ok_or_else(|| E::custom("no number with at most four decimals"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it_and_kept_in_one_spelling() {
        for (raw, decimals, kept) in [
            ("12.5", 2, "12.50"),
            ("1,234.5", 2, "1234.50"),
            ("1，234，567", 0, "1234567"),
            (" １２．５ ", 1, "12.5"),
            ("12.500", 1, "12.5"),
            ("007", 0, "7"),
            ("-0.05", 2, "-0.05"),
            ("-0", 1, "0.0"),
        ] {
            assert_eq!(Decimal::read(raw, decimals).map(|number| number.to_string()), Ok(kept.to_owned()), "{raw}");
        }
        for raw in
            ["", "-", ".5", "5.", "1,5", "12,34", "1,234,5", ",123", "1e3", "12元", "1.2.3", "99999999999999999999"]
        {
            assert_eq!(Decimal::read(raw, 2), Err(Unread::NoNumber), "{raw}");
        }
        assert_eq!(Decimal::read("12.505", 2), Err(Unread::TooManyDecimals));
        assert_eq!(Decimal::parse("36.50"), Some(Decimal::new(365, 1)), "worth the same");
        assert!(Decimal::new(-5, 1) < Decimal::whole(0) && Decimal::new(11, 1) > Decimal::whole(1));
    }

    #[test]
    fn half_is_rounded_away_from_zero() {
        for (parts, scale, decimals, kept) in
            [(125, 2, 1, "1.3"), (-125, 2, 1, "-1.3"), (124, 2, 1, "1.2"), (5, 1, 0, "1"), (7, 0, 2, "7.00")]
        {
            assert_eq!(
                Decimal::rounded(parts, scale, decimals).map(|number| number.to_string()),
                Some(kept.to_owned())
            );
        }
        assert_eq!(Decimal::rounded(i128::MAX, 0, 0), None);
    }
}
