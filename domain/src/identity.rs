//! Who a person is: identity numbers, sex, age and the capacity that follows from age.

use std::fmt;
use std::str::FromStr;

use crate::masking;
use crate::refusal::Problem;
use crate::text::compact;
use crate::time::Day;

choice! {
    /// Sex, as GB/T 2261.1 and the identity number have it.
    pub enum Sex {
        Male    = "male",    "男",   "Male";
        Female  = "female",  "女",   "Female";
        Unknown = "unknown", "未说明", "Not stated";
    }
}

choice! {
    /// Papers that prove who someone is.
    pub enum DocumentKind {
        ResidentId = "resident_id",  "居民身份证",         "Resident identity card";
        Passport   = "passport",     "护照",              "Passport";
        HkMoPermit = "hk_mo_permit", "港澳居民来往内地通行证", "Hong Kong or Macao permit";
        TwPermit   = "tw_permit",    "台湾居民来往大陆通行证", "Taiwan permit";
        ResidencePermit   = "residence_permit",   "港澳台居民居住证",     "Residence permit for Hong Kong, Macao or Taiwan residents";
        PermanentResident = "permanent_resident", "外国人永久居留身份证", "Foreign permanent resident's identity card";
    }
}

/// A number of 18 characters as GB 11643-1999 makes it: place, day of birth, order, and a check character that fits them. The
/// resident's identity card has one, and so have the residence permit and the permanent resident's card.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityNumber {
    number: String,
    birth_date: Day,
}

/// A document's number as it is kept and sought: capitals and digits, without what stands between and around them.
#[must_use]
pub fn bare_number(raw: &str) -> String {
    let around = |c: char| "'`‘’\"“”,，.。;；:：".contains(c);
    let number: String = compact(raw).chars().filter(|c| !matches!(c, '-' | '–' | '—')).collect();
    number.trim_matches(around).to_uppercase()
}

/// Whether a word says that there is no number.
pub(crate) fn says_none(bare: &str) -> bool {
    ["无", "没有", "暂无", "不详", "未知", "不清楚", "未办理", "未填", "空", "/", "NONE", "N/A", "NA"].contains(&bare)
        || (bare.starts_with('无') && bare.chars().count() <= 6)
}

impl IdentityNumber {
    /// Reads a number as [`bare_number`] cleans it.
    ///
    /// Whether the birth date has come already is for whoever knows today to say.
    ///
    /// # Errors
    /// What is wrong with this number, whichever is met first: from [`Problem::Required`] to [`Problem::IdentityChecksum`].
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let number = bare_number(raw);
        if let Some(problem) = wrong_shape(&number) {
            return Err(problem);
        }
        let (body, check) = number.split_at_checked(17).ok_or(Problem::Required)?;
        let birth_date = birth_date_in(body).ok_or(Problem::IdentityDate)?;
        if check.as_bytes() != [check_character(body)] {
            // A spreadsheet keeps fifteen digits and writes zeros for the rest.
            let lost = number.ends_with("000");
            return Err(if lost { Problem::IdentityDigitsLost } else { Problem::IdentityChecksum });
        }
        Ok(Self { number, birth_date })
    }

    /// Which document bears it: the first digits name a place, and three of the places are none.
    #[must_use]
    pub fn document(&self) -> DocumentKind {
        match self.number.as_bytes() {
            [b'8', b'1'..=b'3', ..] => DocumentKind::ResidencePermit,
            [b'9', province @ ..] if PROVINCES.iter().any(|each| province.starts_with(each)) => {
                DocumentKind::PermanentResident
            }
            _ => DocumentKind::ResidentId,
        }
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The day of birth written in it.
    #[must_use]
    pub const fn birth_date(&self) -> Day {
        self.birth_date
    }

    /// The sex written in it: the 17th digit is odd for men.
    #[must_use]
    pub fn sex(&self) -> Sex {
        match self.number.as_bytes().get(16) {
            Some(digit) if digit % 2 == 1 => Sex::Male,
            _ => Sex::Female,
        }
    }

    /// Full years of age on a day; 0 before birth.
    #[must_use]
    pub fn age_on(&self, day: Day) -> u32 {
        full_years(self.birth_date, day)
    }

    /// The number with all but the first 3 and the last 4 characters covered.
    ///
    /// The usual "first 6, last 4" would show the county of birth; three digits show no more than
    /// the city.
    #[must_use]
    pub fn masked(&self) -> String {
        masking::mask_identity(&self.number)
    }
}

/// The first two digits of the places on the mainland (GB/T 2260).
const PROVINCES: [&[u8]; 31] = [
    b"11", b"12", b"13", b"14", b"15", b"21", b"22", b"23", b"31", b"32", b"33", b"34", b"35", b"36", b"37", b"41",
    b"42", b"43", b"44", b"45", b"46", b"50", b"51", b"52", b"53", b"54", b"61", b"62", b"63", b"64", b"65",
];

/// What keeps a bare number from being 17 digits and a digit or X.
fn wrong_shape(number: &str) -> Option<Problem> {
    let length = number.chars().count();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if number.is_empty() {
        return Some(Problem::Required);
    }
    if says_none(number) {
        return Some(Problem::NoNumber);
    }
    if number.contains("E+") && number.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(Problem::IdentityDigitsLost);
    }
    if length == 15 && digits == 15 {
        return Some(Problem::OldIdentity);
    }
    let letters = number.chars().take_while(char::is_ascii_uppercase).count();
    if matches!((letters, length), (1..=3, 8..=11 | 15)) && letters + digits == length {
        return Some(Problem::OtherDocument { kind: None });
    }
    let (first, rest) = number.char_indices().nth(18).map_or((number, ""), |(at, _)| number.split_at(at));
    if !rest.bytes().all(|b| b.is_ascii_digit()) && IdentityNumber::parse(first).is_ok() {
        return Some(Problem::NumberWithWords);
    }
    let fits = |place: usize, c: char| c.is_ascii_digit() || (c == 'X' && place == length);
    match (1..).zip(number.chars()).find(|(place, c)| !fits(*place, *c)) {
        Some((place, found)) => Some(Problem::IdentityCharacter { place, found }),
        None => (length != 18).then_some(Problem::IdentityLength { found: length }),
    }
}

fn birth_date_in(body: &str) -> Option<Day> {
    let day = format!("{}-{}-{}", body.get(6..10)?, body.get(10..12)?, body.get(12..14)?);
    Day::parse(&day).ok().filter(|day| (1850..=2199).contains(&day.year()))
}

/// ISO 7064 MOD 11-2 over 17 digits, as GB 11643 writes it out.
fn check_character(body: &str) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match (12 - sum % 11) % 11 {
        10 => b'X',
        digit => b'0' + u8::try_from(digit).unwrap_or_default(),
    }
}

/// An identity number never appears in a log in full.
impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IdentityNumber").field(&self.masked()).finish()
    }
}

impl fmt::Display for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)
    }
}

impl FromStr for IdentityNumber {
    type Err = Problem;
    fn from_str(raw: &str) -> Result<Self, Problem> {
        Self::parse(raw)
    }
}

crate::choice::as_string!(IdentityNumber);

/// Full years (周岁) from birth to a day: a year is full on the birthday; 0 before birth.
///
/// Who was born on 29 February grows a year older on 1 March of common years.
#[must_use]
pub fn full_years(birth: Day, on: Day) -> u32 {
    let birthday_came = (on.month(), on.day()) >= (birth.month(), birth.day());
    let years = on.year() - birth.year() - i32::from(!birthday_came);
    u32::try_from(years).unwrap_or_default()
}

choice! {
    /// Capacity for civil acts, as far as age decides it.
    pub enum Capacity {
        None    = "none",    "无民事行为能力",   "No capacity";
        Limited = "limited", "限制民事行为能力", "Limited capacity";
        Full    = "full",    "完全民事行为能力", "Full capacity";
    }
}

impl Capacity {
    /// Under 8 none, from 8 limited, from 18 full; from 16 full for those who live by their own work.
    #[must_use]
    pub const fn by_age(age: u32, self_supporting: bool) -> Self {
        match age {
            0..8 => Self::None,
            16..18 if self_supporting => Self::Full,
            8..18 => Self::Limited,
            _ => Self::Full,
        }
    }
}

/// The age from which a person is no minor.
pub const MAJORITY: u32 = 18;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lang::Lang;

    // Invented numbers: area 440100, made to add up.
    const GOOD: &str = "440100199003071238";

    fn valid(body: &str) -> String {
        format!("{body}{}", char::from(check_character(body)))
    }

    #[test]
    fn the_standards_own_example_adds_up() {
        // The two examples printed in GB 11643-1999.
        assert_eq!(valid("11010519491231002"), "11010519491231002X");
        assert_eq!(valid("44052418800101001"), "440524188001010014");
    }

    #[test]
    fn a_number_tells_birth_and_sex_and_hides_itself() {
        let number = IdentityNumber::parse(&valid(&GOOD[..17])).unwrap();
        assert_eq!(number.birth_date().to_string(), "1990-03-07");
        assert_eq!(number.sex(), Sex::Male);
        assert_eq!(number.masked().chars().count(), 18);
        assert!(number.masked().starts_with("440***"));
        assert!(!format!("{number:?}").contains("1990"));
        assert_eq!(number.age_on(Day::parse("2026-03-06").unwrap()), 35);
        assert_eq!(number.age_on(Day::parse("2026-03-07").unwrap()), 36);
    }

    #[test]
    fn spelling_is_forgiven_and_mistakes_are_not() {
        let x = "11010519491231002X";
        for raw in ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"]
        {
            assert_eq!(IdentityNumber::parse(raw).unwrap().as_str(), x, "{raw}");
        }
        let marked = "\u{202D}11010519491231002X\u{202C}";
        for raw in [
            marked,
            "'11010519491231002X",
            "\t11010519491231002X\u{FEFF}",
            "110105-19491231-002X",
            "11010519491231002X。",
        ] {
            assert_eq!(IdentityNumber::parse(raw).unwrap().as_str(), x, "{raw:?}");
        }
        let (length, character) =
            (|found| Problem::IdentityLength { found }, |place, found| Problem::IdentityCharacter { place, found });
        for (raw, problem) in [
            ("", Problem::Required),
            ("无", Problem::NoNumber),
            ("无身份证", Problem::NoNumber),
            ("不详", Problem::NoNumber),
            ("/", Problem::NoNumber),
            ("1101051949123100", length(16)),
            ("11010519491231002", length(17)),
            ("1101051949123100211", length(19)),
            ("110105491231002", Problem::OldIdentity),
            ("1101051949123100XX", character(17, 'X')),
            ("11O105194912310021", character(3, 'O')),
            ("l10105194912310021", character(1, 'L')),
            ("11010519491231002A", character(18, 'A')),
            ("11010519491231002X(过期)", Problem::NumberWithWords),
            ("11010519491231002X1", character(18, 'X')),
            ("一一〇一〇五一九四九一二三一〇〇二", character(1, '一')),
            ("1.10105E+17", Problem::IdentityDigitsLost),
            ("1.1E+17", Problem::IdentityDigitsLost),
            ("110105194912310000", Problem::IdentityDigitsLost),
            ("E12345678", Problem::OtherDocument { kind: None }),
            ("H12345678", Problem::OtherDocument { kind: None }),
            ("USA310085062399", Problem::OtherDocument { kind: None }),
            ("110105194912310021", Problem::IdentityChecksum),
            ("110105194913310029", Problem::IdentityDate),
            ("110105190002290020", Problem::IdentityDate),
        ] {
            assert_eq!(IdentityNumber::parse(raw), Err(problem.clone()), "{raw}");
            assert!(problem.say(Lang::Zh).ends_with('。') && problem.say(Lang::En).ends_with('.'), "{problem:?}");
        }
        assert!(character(3, 'O').say(Lang::Zh).contains("字母“O”"));
    }

    #[test]
    fn a_number_tells_which_document_bears_it() {
        for (number, kind) in [
            ("11010519491231002X", DocumentKind::ResidentId),
            ("931840198506239933", DocumentKind::PermanentResident),
            (&valid("81000019900307123"), DocumentKind::ResidencePermit),
            (&valid("83000019900307123"), DocumentKind::ResidencePermit),
            // No place begins with 99: numbers that are invented do.
            (&valid("99019919900307123"), DocumentKind::ResidentId),
        ] {
            assert_eq!(IdentityNumber::parse(number).unwrap().document(), kind, "{number}");
        }
    }

    #[test]
    fn capacity_follows_age() {
        for (age, self_supporting, capacity) in [
            (7, false, Capacity::None),
            (8, false, Capacity::Limited),
            (15, true, Capacity::Limited),
            (16, false, Capacity::Limited),
            (16, true, Capacity::Full),
            (18, false, Capacity::Full),
        ] {
            assert_eq!(Capacity::by_age(age, self_supporting), capacity, "{age} {self_supporting}");
        }
    }

    #[test]
    fn years_are_full_on_the_birthday() {
        let day = |raw| Day::parse(raw).unwrap();
        for (birth, on, years) in [
            ("2008-02-14", "2026-02-13", 17),
            ("2008-02-14", "2026-02-14", 18),
            ("2008-02-29", "2026-02-28", 17),
            ("2008-02-29", "2026-03-01", 18),
            ("2026-02-14", "2026-02-13", 0),
        ] {
            assert_eq!(full_years(day(birth), day(on)), years, "{birth} {on}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_or_two_swapped_digits_are_found(
            area in 110_000_u32..659_999, days in 0_i64..40_000, order in 0_u32..1_000,
            place in 0_usize..17, change in 1_u8..10,
        ) {
            let birth = Day::parse("1910-01-01").unwrap().plus_days(days);
            let body = format!("{area}{}{order:03}", birth.to_string().replace('-', ""));
            let number = valid(&body);
            prop_assert_eq!(IdentityNumber::parse(&number).unwrap().birth_date(), birth);

            let mut wrong = number.clone().into_bytes();
            wrong[place] = b'0' + (wrong[place] - b'0' + change) % 10;
            prop_assert!(IdentityNumber::parse(std::str::from_utf8(&wrong).unwrap()).is_err());

            let mut swapped = number.clone().into_bytes();
            swapped.swap(place, (place + 1).min(16));
            let swapped = String::from_utf8(swapped).unwrap();
            prop_assert!(swapped == number || IdentityNumber::parse(&swapped).is_err());
        }

        #[test]
        fn nothing_typed_is_too_strange(raw in ".{0,40}") {
            let _ = IdentityNumber::parse(&raw);
        }
    }
}
