//! Who a person is: identity numbers, sex, age and the capacity that follows from age.

use std::fmt;
use std::str::FromStr;

use crate::masking;
use crate::refusal::Problem;
use crate::text::half_width;
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
    }
}

/// A resident identity number (GB 11643-1999): 17 digits and a check character that fits them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityNumber {
    number: String,
    birth_date: Day,
}

impl IdentityNumber {
    /// Reads a number; spaces go, `x` becomes `X`, full-width characters become plain.
    ///
    /// Whether the birth date has come already is for whoever knows today to say.
    ///
    /// # Errors
    /// [`Problem::Required`], [`Problem::IdentityLength`], [`Problem::IdentityDate`],
    /// [`Problem::IdentityChecksum`], whichever is met first.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let number: String = half_width(raw).split_whitespace().collect::<String>().to_ascii_uppercase();
        if number.is_empty() {
            return Err(Problem::Required);
        }
        let (body, check) = number.split_at_checked(17).ok_or(Problem::IdentityLength)?;
        let digits = body.bytes().all(|b| b.is_ascii_digit());
        let check = match check.as_bytes() {
            [check @ (b'0'..=b'9' | b'X')] if digits => *check,
            _ => return Err(Problem::IdentityLength),
        };
        let birth_date = birth_date_in(body).ok_or(Problem::IdentityDate)?;
        if check_character(body) != check {
            return Err(Problem::IdentityChecksum);
        }
        Ok(Self { number, birth_date })
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
        for (raw, problem) in [
            ("", Problem::Required),
            ("11010519491231002", Problem::IdentityLength),
            ("11010519491231002XX", Problem::IdentityLength),
            ("1101051949123100XX", Problem::IdentityLength),
            ("11010519491231002A", Problem::IdentityLength),
            ("一一〇一〇五一九四九一二三一〇〇二", Problem::IdentityLength),
            ("110105194912310021", Problem::IdentityChecksum),
            ("110105194913310029", Problem::IdentityDate),
            ("110105190002290020", Problem::IdentityDate),
        ] {
            assert_eq!(IdentityNumber::parse(raw), Err(problem), "{raw}");
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
