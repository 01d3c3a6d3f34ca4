//! Telephone numbers of the mainland: mobile, or landline with area code.

use std::fmt;
use std::str::FromStr;

use crate::masking;
use crate::refusal::Problem;
use crate::text::half_width;

/// A number that can be rung, in one spelling: `13812345678` or `020-81234567`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number; spaces, hyphens, brackets and a leading +86 go, full-width becomes plain.
    ///
    /// # Errors
    /// [`Problem::Required`] for nothing, [`Problem::NotAPhone`] for any other number.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let plain: String = half_width(raw)
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '(' | ')'))
            .collect();
        if plain.is_empty() {
            return Err(Problem::Required);
        }
        let national = plain.strip_prefix("+86").or_else(|| plain.strip_prefix("0086")).unwrap_or(&plain);
        if !national.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Problem::NotAPhone);
        }
        if is_mobile(national) {
            return Ok(Self(national.to_owned()));
        }
        let (area, local) = split_landline(national).ok_or(Problem::NotAPhone)?;
        Ok(Self(format!("{area}-{local}")))
    }

    /// The number in its one spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it can receive a text message.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        is_mobile(&self.0)
    }

    /// The number with its middle covered: `138****5678`.
    #[must_use]
    pub fn masked(&self) -> String {
        masking::mask_phone(&self.0)
    }
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// Area codes have three digits when they begin with 01 or 02, otherwise four; local numbers seven or
/// eight, never beginning with 0 or 1.
fn split_landline(digits: &str) -> Option<(&str, &str)> {
    let area = match digits.as_bytes() {
        [b'0', b'1' | b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return None,
    };
    let (area, local) = digits.split_at_checked(area)?;
    let fits = matches!(local.len(), 7 | 8) && !local.starts_with(['0', '1']);
    fits.then_some((area, local))
}

/// A number never appears in a log in full.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Phone").field(&self.masked()).finish()
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Phone {
    type Err = Problem;
    fn from_str(raw: &str) -> Result<Self, Problem> {
        Self::parse(raw)
    }
}

crate::choice::as_string!(Phone);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        for (raw, number) in [
            ("138 0013 8000", "13800138000"),
            ("+86 138-0013-8000", "13800138000"),
            ("１３８００１３８０００", "13800138000"),
            ("(020) 8123 4567", "020-81234567"),
            ("0755-2512345", "0755-2512345"),
            ("02081234567", "020-81234567"),
        ] {
            assert_eq!(Phone::parse(raw).as_ref().map(Phone::as_str), Ok(number), "{raw}");
        }
        for raw in ["12800138000", "1380013800", "138001380000", "81234567", "020-1234567", "020-812345678", "abc", "0"]
        {
            assert_eq!(Phone::parse(raw), Err(Problem::NotAPhone), "{raw}");
        }
        assert_eq!(Phone::parse(" - "), Err(Problem::Required));
    }

    #[test]
    fn the_middle_is_covered() {
        assert_eq!(Phone::parse("13800138000").map(|p| p.masked()), Ok("138****8000".to_owned()));
        assert_eq!(Phone::parse("02081234567").map(|p| p.masked()), Ok("020-****4567".to_owned()));
    }
}
