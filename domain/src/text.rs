//! Text that people typed, made safe once and then trusted.
//!
//! Length is counted in characters, not bytes. Invisible characters are refused, not dropped: text
//! that reads differently from what it holds is how names are forged and spreadsheets attacked.

use std::fmt;
use std::str::FromStr;

use crate::lang::{Text, text};
use crate::refusal::Problem;

/// One line of text: trimmed, 1 to `MAX` characters, nothing invisible in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line<const MAX: usize = 200>(String);

/// Text of several lines: trimmed, 1 to `MAX` characters, nothing invisible in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Paragraph<const MAX: usize = 2000>(String);

/// A person's name, in the one spelling in which it is kept and sought.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

/// Why a name may not be the person's name as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameDoubt {
    /// A character that could not be written stands there by a question mark, a box or a place of its own, or is covered.
    Replaced,
    /// There is a digit in it.
    Digits,
    /// Something is said about the person.
    Remark,
}

impl NameDoubt {
    /// What to look at.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Self::Replaced => text(
                "姓名里有无法辨认或被遮盖的字（如“?”“□”“*”或自造字），请对照证件核对。",
                "The name has a character that cannot be read or is covered (such as “?”, “□” or “*”): please check it against \
                 the document.",
            ),
            Self::Digits => text(
                "姓名里有数字，请对照证件核对。",
                "There is a digit in the name: please check it against the document.",
            ),
            Self::Remark => text(
                "姓名里像是有备注，请核对；备注请写到备注栏。",
                "The name seems to hold a remark: please check it, and write remarks in their own place.",
            ),
        }
    }
}

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
    /// The most characters a name has. No system may take fewer than 50 (the twelve ministries' rule of 2016).
    pub const MAX: usize = 100;

    /// Reads a name. Whatever dot parts it becomes `·`; between Chinese characters no space is left, elsewhere one; what takes
    /// no place goes.
    ///
    /// # Errors
    /// As [`clean_line`].
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let placed: String = raw.chars().filter(|c| !takes_no_place(*c)).collect();
        let name = placed.trim_matches(|c: char| c.is_whitespace() || (is_invisible(c) && !is_no_slip(c)));
        visible(name)?;
        sized(&one_spelling(name), Self::MAX).map(Self)
    }

    /// What of a name is compared when it is sought: neither case nor spaces nor dots count.
    #[must_use]
    pub fn sought(raw: &str) -> String {
        one_spelling(&without_invisible(raw))
            .to_lowercase()
            .chars()
            .filter(|c| !c.is_whitespace() && *c != DOT)
            .collect()
    }

    /// What a person should look at before the name is believed.
    #[must_use]
    pub fn doubts(&self) -> Vec<NameDoubt> {
        const REMARKS: [&str; 9] = ["已故", "死亡", "去世", "迁出", "失联", "户主", "之子", "之女", "同上"];
        let any = |wanted: fn(char) -> bool| self.0.contains(wanted);
        let replaced = any(|c| matches!(c, '?' | '？' | '\u{FFFD}' | '□' | '■' | '〓' | '*' | '＊') || is_private(c));
        let remark =
            any(|c| "()（）[]【】<>《》/、,，;；:：".contains(c)) || REMARKS.iter().any(|word| self.0.contains(word));
        [(NameDoubt::Replaced, replaced), (NameDoubt::Digits, any(|c| c.is_ascii_digit())), (NameDoubt::Remark, remark)]
            .into_iter()
            .filter_map(|(doubt, there)| there.then_some(doubt))
            .collect()
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

/// A number as it was meant, however it was copied or typed: plain letters and digits, without spaces and without characters
/// that show nothing, such as the direction marks around a number from a telephone's address book. A control character is no
/// such mark: no person types one, so it stays, to be refused.
#[must_use]
pub fn compact(raw: &str) -> String {
    half_width(raw).chars().filter(|c| !c.is_whitespace() && (c.is_control() || !is_invisible(*c))).collect()
}

/// The text without characters that show nothing: what was typed to be sought.
#[must_use]
pub fn without_invisible(raw: &str) -> String {
    raw.chars().filter(|c| !is_invisible(*c)).collect()
}

/// The dot between the parts of a name.
const DOT: char = '·';

/// A name in its one spelling.
fn one_spelling(name: &str) -> String {
    let mut gap = false;
    // What is seen, each with whether there is a gap before it.
    let mut letters: Vec<(char, bool)> = Vec::new();
    for letter in name.chars().map(plain_letter) {
        if !letter.is_whitespace() {
            letters.push((letter, gap));
        }
        gap = letter.is_whitespace();
    }
    let mut spelled = String::with_capacity(name.len());
    for (place, (letter, gap)) in letters.iter().enumerate() {
        let (before, after) = (spelled.chars().next_back(), letters.get(place + 1));
        let between_chinese = before.is_some_and(is_chinese) && after.is_some_and(|(after, _)| is_chinese(*after));
        if parts_names(*letter, between_chinese) {
            if before != Some(DOT) {
                spelled.push(DOT);
            }
            continue;
        }
        let closes_up = before == Some(DOT) || (before.is_some_and(is_chinese) && is_chinese(*letter));
        if *gap && !closes_up {
            spelled.push(' ');
        }
        spelled.push(*letter);
    }
    spelled.trim_matches(|c| c == DOT || c == ' ').to_owned()
}

/// Whether a character is a dot between parts of a name; a full stop is one between Chinese characters only.
fn parts_names(c: char, between_chinese: bool) -> bool {
    match c {
        DOT | '•' | '・' | '･' | '‧' | '∙' | '⋅' | '●' | '⸱' | '᛫' | 'ㆍ' | '\u{0387}' => true,
        '.' | '．' | '。' | '｡' | '﹒' | '˙' => between_chinese,
        _ => false,
    }
}

/// Full-width letters and digits as plain ones; signs stay as they are.
fn plain_letter(c: char) -> char {
    match c {
        '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => {
            u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c)
        }
        other => other,
    }
}

/// Chinese characters, and those that an old system put in a place of its own for want of one.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '〇')
        || is_private(c)
}

/// Places that Unicode leaves to private agreement.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}')
}

/// Zero-width characters, which come along with what is copied from a web page.
fn takes_no_place(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{FEFF}' | '\u{2060}' | '\u{200B}'..='\u{200D}')
}

/// What nobody copies along with a name by mistake: a control character, or a mark that lets it read backwards.
fn is_no_slip(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202B}' | '\u{202E}')
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
    fn a_name_has_one_spelling() {
        for (raw, name) in [
            (" 王小明 ", "王小明"),
            ("张\u{3000}三", "张三"),
            ("欧 阳  明", "欧阳明"),
            ("王\u{200B}明\u{FEFF}", "王明"),
            ("\u{202D}王明\u{202C}", "王明"),
            (" John   Smith ", "John Smith"),
            ("Ａｎｎａ\u{3000}Bergdahl-Okafor", "Anna Bergdahl-Okafor"),
            ("J. R. Smith", "J. R. Smith"),
            ("李 John", "李 John"),
            ("祖丽菲娅•艾山", "祖丽菲娅·艾山"),
            ("祖丽菲娅・艾山", "祖丽菲娅·艾山"),
            ("祖丽菲娅.艾山", "祖丽菲娅·艾山"),
            ("祖丽菲娅．艾山", "祖丽菲娅·艾山"),
            ("祖丽菲娅 · 艾山", "祖丽菲娅·艾山"),
            ("祖丽菲娅··艾山", "祖丽菲娅·艾山"),
            ("𠮷田一郎", "𠮷田一郎"),
            ("胡㛃", "胡㛃"),
            ("王\u{E863}明", "王\u{E863}明"),
        ] {
            assert_eq!(PersonName::parse(raw).as_ref().map(PersonName::as_str), Ok(name), "{raw:?}");
            assert_eq!(PersonName::sought(raw), PersonName::sought(name), "{raw:?} is found");
        }
        for fifty in ["长".repeat(50), "Maximiliana Alexandrowna Featherstonehaugh Quetzal".to_owned()] {
            assert_eq!(PersonName::parse(&fifty).as_ref().map(PersonName::as_str), Ok(fifty.as_str()));
        }
        for (raw, problem) in [
            ("", Problem::Required),
            (" \u{3000}\u{200B}", Problem::Required),
            ("王\u{202E}明", Problem::ControlCharacters),
            ("\u{202E}明王", Problem::ControlCharacters),
            ("王\n明", Problem::ControlCharacters),
        ] {
            assert_eq!(PersonName::parse(raw), Err(problem), "{raw:?}");
        }
        assert_eq!(PersonName::parse(&"长".repeat(101)), Err(Problem::TooLong { max: 100 }));
        assert_eq!(PersonName::sought("祖丽菲娅艾山"), PersonName::sought("祖丽菲娅·艾山"), "without any dot too");
    }

    #[test]
    fn what_may_be_no_name_is_doubted() {
        for (raw, doubts) in [
            ("王小明", &[][..]),
            ("阿依夏木·托合提", &[]),
            ("Anna Bergdahl-Okafor", &[]),
            ("王?明", &[NameDoubt::Replaced]),
            ("王□明", &[NameDoubt::Replaced]),
            ("王\u{E863}明", &[NameDoubt::Replaced]),
            ("王**", &[NameDoubt::Replaced]),
            ("王明2", &[NameDoubt::Digits]),
            ("王明（已迁出）", &[NameDoubt::Remark]),
            ("王明已故", &[NameDoubt::Remark]),
            ("王明/李梅", &[NameDoubt::Remark]),
            ("王?（2组）", &[NameDoubt::Replaced, NameDoubt::Digits, NameDoubt::Remark]),
        ] {
            assert_eq!(PersonName::parse(raw).unwrap().doubts(), doubts, "{raw}");
        }
    }

    #[test]
    fn a_number_is_read_however_it_was_copied() {
        for raw in ["\u{202D}44010 1\u{202C}", "４４０１０１", "\t440101\u{A0}", "440\u{200B}101\u{FEFF}"] {
            assert_eq!(compact(raw), "440101", "{raw:?}");
        }
    }

    #[test]
    fn slugs_are_short_and_plain() {
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
