//! Telephone numbers of the mainland: mobile, or landline with area code.

use std::fmt;
use std::str::FromStr;

use crate::identity::says_none;
use crate::masking;
use crate::refusal::Problem;
use crate::text::compact;

/// A number that can be rung, in one spelling: `13812345678`, `020-81234567`, or `020-81234567转806`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

/// What stands between a landline and its extension.
const EXTENSION: char = '转';
/// How else people write it.
const EXTENSIONS: [&str; 8] = ["转接", "分机号", "分机", "转", "ext.", "ext", "x", "#"];
/// What stands between two numbers.
const BETWEEN: [char; 9] = ['/', '、', ',', ';', '；', '，', '或', '|', '\n'];

impl Phone {
    /// Reads a number; spaces, hyphens, brackets, invisible characters and a leading +86 go, full-width becomes plain.
    ///
    /// # Errors
    /// [`Problem::Required`] for nothing, [`Problem::NoNumber`] for a word that says so, [`Problem::SeveralPhones`] for more
    /// than one, and what is wrong with any other number.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let plain = plain(raw);
        if plain.chars().all(is_separator) {
            return Err(Problem::Required);
        }
        if says_none(&plain.to_uppercase()) {
            return Err(Problem::NoNumber);
        }
        read(&plain).ok_or_else(|| wrong(raw, &plain))
    }

    /// Every number in a text that people wrote several into, or beside which they wrote something; and what they wrote.
    #[must_use]
    pub fn all_in(raw: &str) -> (Vec<Self>, String) {
        let (mut phones, mut words): (Vec<Self>, Vec<String>) = (Vec::new(), Vec::new());
        let pieces = raw.split(BETWEEN).flat_map(|piece| match read(&plain(piece)) {
            Some(_) => vec![piece],
            None => piece.split_whitespace().collect(),
        });
        for piece in pieces.map(plain) {
            let digit = |c: char| c.is_ascii_digit();
            let digits = piece.find(digit).zip(piece.rfind(digit)).and_then(|(from, to)| piece.get(from..=to));
            let within = digits.and_then(|digits| Some((digits, read(digits)?)));
            match (read(&piece), within) {
                (Some(phone), _) => phones.push(phone),
                (None, Some((digits, phone))) => {
                    phones.push(phone);
                    words.push(piece.replace(digits, "").trim_matches(['(', ')', ':', '：']).to_owned());
                }
                (None, None) => words.push(piece),
            }
        }
        phones.dedup();
        words.retain(|word| !word.is_empty());
        (phones, words.join(" "))
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

    /// The number without its extension: what is looked up.
    #[must_use]
    pub fn line(&self) -> &str {
        self.0.split(EXTENSION).next().unwrap_or_default()
    }

    /// The number with its middle covered: `138****5678`.
    #[must_use]
    pub fn masked(&self) -> String {
        masking::mask_phone(&self.0)
    }
}

fn plain(raw: &str) -> String {
    compact(raw).to_lowercase().trim_matches(['\'', '‘', '’', '`']).to_owned()
}

fn is_separator(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '(' | ')')
}

/// A plain number, with or without an extension.
fn read(plain: &str) -> Option<Phone> {
    if let Some(number) = national(plain) {
        return Some(Phone(number));
    }
    let (line, extension) = EXTENSIONS
        .iter()
        .find_map(|word| plain.split_once(word))
        // 0755-82601008-806, and 0755-82601008(806)
        .or_else(|| plain.trim_end_matches(')').rsplit_once(['-', '–', '—', '(']))?;
    let extension = extension.trim_matches(is_separator);
    let rung = (1..=6).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_digit());
    let line = national(line).filter(|line| rung && !is_mobile(line))?;
    Some(Phone(format!("{line}{EXTENSION}{extension}")))
}

/// A number of the mainland in its one spelling.
fn national(plain: &str) -> Option<String> {
    let digits: String = plain.chars().filter(|c| !is_separator(*c)).collect();
    let national =
        ["+86", "0086", "86"].iter().find_map(|code| digits.strip_prefix(code).filter(|rest| is_known(rest)));
    let national = national.unwrap_or(&digits);
    if is_mobile(national) {
        return Some(national.to_owned());
    }
    split_landline(national).map(|(area, local)| format!("{area}-{local}"))
}

fn is_known(digits: &str) -> bool {
    is_mobile(digits) || split_landline(digits).is_some()
}

/// What is wrong with what is no number.
fn wrong(raw: &str, plain: &str) -> Problem {
    let digits: String = plain.chars().filter(|c| !is_separator(*c)).collect();
    let only_digits = digits.bytes().all(|b| b.is_ascii_digit());
    match (Phone::all_in(raw).0.len(), digits.as_bytes(), digits.len()) {
        (2.., ..) => Problem::SeveralPhones,
        (1, ..) => Problem::NumberWithWords,
        (_, [b'2'..=b'9', ..], 7 | 8) if only_digits => Problem::NoAreaCode,
        (_, [b'1', b'3'..=b'9', ..], found) if only_digits && found != 11 => Problem::MobileLength { found },
        _ => Problem::NotAPhone,
    }
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11
        && digits.bytes().all(|b| b.is_ascii_digit())
        && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
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
    (fits && digits.bytes().all(|b| b.is_ascii_digit())).then_some((area, local))
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
    use crate::lang::Lang;

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
        for raw in ["\u{202D}13800138000\u{202C}", "'13800138000", "86 13800138000", "138\u{A0}0013\u{200B}8000"] {
            assert_eq!(Phone::parse(raw).as_ref().map(Phone::as_str), Ok("13800138000"), "{raw:?}");
        }
        for (raw, problem) in [
            ("12800138000", Problem::NotAPhone),
            ("1380013800", Problem::MobileLength { found: 10 }),
            ("138001380000", Problem::MobileLength { found: 12 }),
            ("81234567", Problem::NoAreaCode),
            ("020-1234567", Problem::NotAPhone),
            ("020-812345678", Problem::NotAPhone),
            ("+852 91234567", Problem::NotAPhone),
            ("abc", Problem::NotAPhone),
            ("0", Problem::NotAPhone),
            ("无", Problem::NoNumber),
            ("没有", Problem::NoNumber),
            ("13800138000/13900139000", Problem::SeveralPhones),
            ("13800138000、020-81234567", Problem::SeveralPhones),
            ("13800138000 13900139000", Problem::SeveralPhones),
            ("13800138000（儿子）", Problem::NumberWithWords),
            ("王芳 13800138000", Problem::NumberWithWords),
            (" - ", Problem::Required),
        ] {
            assert_eq!(Phone::parse(raw), Err(problem.clone()), "{raw}");
            assert!(problem.say(Lang::Zh).ends_with('。') && problem.say(Lang::En).ends_with('.'), "{problem:?}");
        }
    }

    #[test]
    fn an_extension_has_one_spelling_too() {
        for raw in [
            "0755-82601008转806",
            "0755-82601008 转 806",
            "075582601008转接806",
            "（0755）82601008-806",
            "0755-82601008(806)",
            "0755-82601008 ext. 806",
            "0755－82601008＃806",
            "0755-82601008分机806",
        ] {
            let phone = Phone::parse(raw).unwrap();
            assert_eq!((phone.as_str(), phone.line()), ("0755-82601008转806", "0755-82601008"), "{raw}");
            assert_eq!(Phone::parse(phone.as_str()), Ok(phone.clone()));
            assert!(!phone.is_mobile());
        }
        assert!(Phone::parse("13800138000转806").is_err(), "a mobile number has none");
        assert!(Phone::parse("0755-82601008转").is_err());
    }

    #[test]
    fn several_numbers_and_words_are_told_apart() {
        for (raw, numbers, words) in [
            ("13800138000", &["13800138000"][..], ""),
            ("138 0013 8000 / 0755-82601008转806", &["13800138000", "0755-82601008转806"], ""),
            ("13800138000，13900139000", &["13800138000", "13900139000"], ""),
            ("13800138000 13900139000", &["13800138000", "13900139000"], ""),
            ("13800138000/13800138000", &["13800138000"], ""),
            ("13800138000（儿子）", &["13800138000"], "儿子"),
            ("本人13800138000、儿子13900139000", &["13800138000", "13900139000"], "本人 儿子"),
            ("没有电话", &[], "没有电话"),
        ] {
            let (found, beside) = Phone::all_in(raw);
            assert_eq!(found.iter().map(Phone::as_str).collect::<Vec<_>>(), numbers, "{raw}");
            assert_eq!(beside, words, "{raw}");
        }
    }

    #[test]
    fn the_middle_is_covered() {
        assert_eq!(Phone::parse("13800138000").map(|p| p.masked()), Ok("138****8000".to_owned()));
        assert_eq!(Phone::parse("02081234567").map(|p| p.masked()), Ok("020-****4567".to_owned()));
        assert_eq!(Phone::parse("02081234567转806").map(|p| p.masked()), Ok("020-****4567转***".to_owned()));
    }
}
