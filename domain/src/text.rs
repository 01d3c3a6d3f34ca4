//! Text that people typed, made safe once and then trusted.
//!
//! Length is counted in characters, not bytes. Invisible characters are refused, not dropped: text
//! that reads differently from what it holds is how names are forged and spreadsheets attacked.

use std::fmt;
use std::str::FromStr;

use crate::refusal::Problem;

/// One line of text: trimmed, 1 to `MAX` characters, nothing invisible in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line<const MAX: usize = 200>(String);

/// Text of several lines: trimmed, 1 to `MAX` characters, nothing invisible in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Paragraph<const MAX: usize = 2000>(String);

/// A person's name: one line of 1 to 40 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

/// A short name for an address: 2 to 40 lower-case letters, digits and hyphens, a letter first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl<const MAX: usize> Line<MAX> {
    /// The most characters it holds.
    pub const MAX: usize = MAX;

    /// Reads one line.
    ///
    /// # Errors
    /// As [`clean_line`].
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        clean_line(raw, MAX).map(Self)
    }
}

impl<const MAX: usize> Paragraph<MAX> {
    /// The most characters it holds.
    pub const MAX: usize = MAX;

    /// Reads several lines.
    ///
    /// # Errors
    /// As [`clean_paragraph`].
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        clean_paragraph(raw, MAX).map(Self)
    }
}

impl PersonName {
    /// The most characters a name has.
    pub const MAX: usize = 40;

    /// Reads a name; inner runs of spaces become one.
    ///
    /// # Errors
    /// As [`clean_line`].
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let line = clean_line(raw, Self::MAX)?;
        Ok(Self(line.split_whitespace().collect::<Vec<_>>().join(" ")))
    }
}

impl Slug {
    /// Reads a short name for an address.
    ///
    /// # Errors
    /// [`Problem::Required`] for nothing, [`Problem::NotASlug`] for anything else that does not fit.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let slug = raw.trim();
        if slug.is_empty() {
            return Err(Problem::Required);
        }
        let fits = (2..=40).contains(&slug.len())
            && slug.starts_with(|c: char| c.is_ascii_lowercase())
            && !slug.ends_with('-')
            && slug.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits { Ok(Self(slug.to_owned())) } else { Err(Problem::NotASlug) }
    }
}

/// One line: trimmed, 1 to `max` characters, nothing invisible in it.
///
/// # Errors
/// [`Problem::Required`], [`Problem::TooLong`], [`Problem::ControlCharacters`].
pub fn clean_line(raw: &str, max: usize) -> Result<String, Problem> {
    clean(raw.trim(), max)
}

/// Several lines: as [`clean_line`], with line breaks as `\n` and tabs as spaces.
///
/// # Errors
/// [`Problem::Required`], [`Problem::TooLong`], [`Problem::ControlCharacters`].
pub fn clean_paragraph(raw: &str, max: usize) -> Result<String, Problem> {
    let text = raw.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let lines: Vec<_> = text.trim().split('\n').map(str::trim_end).collect();
    for line in &lines {
        visible(line)?;
    }
    sized(&lines.join("\n"), max)
}

/// Full-width digits, letters and signs as the plain ones they stand for, as phones type them.
#[must_use]
pub fn half_width(raw: &str) -> String {
    raw.chars()
        .map(|c| match c {
            '\u{3000}' => ' ',
            '\u{FF01}'..='\u{FF5E}' => u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c),
            other => other,
        })
        .collect()
}

fn clean(text: &str, max: usize) -> Result<String, Problem> {
    visible(text)?;
    sized(text, max)
}

fn visible(text: &str) -> Result<(), Problem> {
    if text.chars().any(is_invisible) { Err(Problem::ControlCharacters) } else { Ok(()) }
}

fn sized(text: &str, max: usize) -> Result<String, Problem> {
    match text.chars().count() {
        0 => Err(Problem::Required),
        n if n > max => Err(Problem::TooLong { max }),
        _ => Ok(text.to_owned()),
    }
}

/// Control characters, direction marks, zero-width characters, line separators, tags.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// What every checked text can do: show itself, be read back, travel as a string.
macro_rules! checked_text {
    ($($Name:ident $(<$MAX:ident>)?;)+) => {$(
        impl $(<const $MAX: usize>)? $Name $(<$MAX>)? {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself, owned.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl $(<const $MAX: usize>)? fmt::Display for $Name $(<$MAX>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl $(<const $MAX: usize>)? FromStr for $Name $(<$MAX>)? {
            type Err = Problem;
            fn from_str(raw: &str) -> Result<Self, Problem> {
                Self::parse(raw)
            }
        }

        impl $(<const $MAX: usize>)? AsRef<str> for $Name $(<$MAX>)? {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl $(<const $MAX: usize>)? serde::Serialize for $Name $(<$MAX>)? {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(&self.0)
            }
        }

        impl<'de $(, const $MAX: usize)?> serde::Deserialize<'de> for $Name $(<$MAX>)? {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let raw = <std::borrow::Cow<'de, str>>::deserialize(input)?;
                Self::parse(&raw).map_err(|_| serde::de::Error::custom("no acceptable text"))
            }
        }
    )+};
}

checked_text! {
    Line<MAX>;
    Paragraph<MAX>;
    PersonName;
    Slug;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_visible_and_short_enough() {
        assert_eq!(clean_line("  居家养老\u{3000}", 10), Ok("居家养老".to_owned()));
        assert_eq!(clean_line("一二三", 3), Ok("一二三".to_owned()), "characters, not bytes");
        assert_eq!(clean_line("一二三四", 3), Err(Problem::TooLong { max: 3 }));
        assert_eq!(clean_line(" \t ", 3), Err(Problem::Required));
        for raw in ["a\u{0}b", "a\u{202E}b", "a\u{2066}b", "a\u{200B}b", "a\u{FEFF}b", "a\nb", "a\tb", "a\u{7f}b"] {
            assert_eq!(clean_line(raw, 9), Err(Problem::ControlCharacters), "{raw:?}");
        }
        // Not harmful as text: what shows it must escape it, and does.
        for raw in ["<script>alert(1)</script>", "'; DROP TABLE clients; --", "=HYPERLINK(\"x\")", "😀"] {
            assert_eq!(clean_line(raw, 99), Ok(raw.to_owned()));
        }
    }

    #[test]
    fn a_paragraph_keeps_its_lines() {
        assert_eq!(clean_paragraph(" 一 \r\n二\r三\t四\n", 99), Ok("一\n二\n三 四".to_owned()));
        assert_eq!(clean_paragraph("一\u{2028}二", 99), Err(Problem::ControlCharacters));
        assert_eq!(clean_paragraph("\n\n", 99), Err(Problem::Required));
    }

    #[test]
    fn names_and_slugs() {
        assert_eq!(PersonName::parse(" John   Smith ").as_ref().map(PersonName::as_str), Ok("John Smith"));
        assert!(PersonName::parse(&"长".repeat(41)).is_err());
        assert!(Slug::parse("qs01").is_ok());
        for raw in ["1qs", "Qs01", "q", "qs-", "qs 01", "青山", "qs_01"] {
            assert_eq!(Slug::parse(raw), Err(Problem::NotASlug), "{raw}");
        }
    }

    #[test]
    fn full_width_becomes_plain() {
        assert_eq!(half_width("４４０１Ｘ－（）\u{3000}中"), "4401X-() 中");
    }
}
