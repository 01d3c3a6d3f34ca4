//! What was typed, as it can be looked for: the number of a file, digits of a document or a telephone, a name.

use super::names::{Name, asked_of_characters, asked_of_sounds};
use super::pinyin::{Sound, heard};
use super::{Fit, Known, Piece, Sort};
use crate::entity::search_piece;
use crate::organisations::Organisation;
use domain::identity::bare_number;
use domain::lang::{Text, text};
use domain::numbers::{Number, OrganisationCode, SeriesCode};
use domain::phone::Phone;
use domain::text::{PersonName, compact, without_invisible};
use domain::time::Day;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement, UnionType};

/// How many of the last years a number is looked for in that names none.
const YEARS: i32 = 10;
/// Fewest characters of the number of a document that is typed whole.
const DOCUMENT: usize = 5;

/// Why something cannot be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsearchable {
    /// Nothing was typed, or nothing that stands in any name or number.
    Nothing,
    /// No name and no number is so long.
    TooLong,
}

impl Unsearchable {
    /// What is wrong, and what to do.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Self::Nothing => text(
                "请输入要查找的姓名、编号、电话或证件号码。",
                "Please type a name, a number, a telephone or a document to look for.",
            ),
            Self::TooLong => text(
                "输入的内容太长：姓名和编号都不会超过 100 个字。请只输入姓名或编号中的几个字。",
                "That is too long: no name or number has more than 100 characters. Please type a few characters of it.",
            ),
        }
    }
}

/// What was typed, as it can be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    numbers: Option<NumberEnd>,
    readings: Vec<Reading>,
}

/// One of the ways in which it can be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reading {
    /// Characters of a name.
    Characters(String),
    /// A name in letters.
    Sounds(Vec<Sound>),
    /// The number of a document.
    Document(String),
    /// The last four characters of one.
    DocumentEnd(String),
    /// A telephone number.
    Phone(String),
    /// The last four digits of one.
    PhoneEnd(String),
}

/// The number of a file, or its end: `QS01/GA/2026/031`, `GA/2026/031`, `31`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NumberEnd {
    organisation: Option<OrganisationCode>,
    series: Option<SeriesCode>,
    year: Option<i32>,
    place: u32,
}

impl Sought {
    /// Reads what was typed.
    ///
    /// # Errors
    /// When it can be part of nothing.
    pub fn read(typed: &str) -> Result<Self, Unsearchable> {
        let typed = without_invisible(typed);
        let typed = typed.trim();
        if typed.chars().count() > PersonName::MAX {
            return Err(Unsearchable::TooLong);
        }
        let numbers = NumberEnd::read(typed);
        let mut readings = of_a_number(&bare_number(typed));
        readings.extend(Phone::parse(typed).ok().map(|phone| Reading::Phone(phone.line().to_owned())));
        if numbers.is_none() {
            readings.extend(of_a_name(&PersonName::sought(typed)));
        }
        if numbers.is_none() && readings.is_empty() {
            return Err(Unsearchable::Nothing);
        }
        Ok(Self { numbers, readings })
    }

    /// What is asked, way by way: all pieces of one of them.
    #[cfg(test)]
    pub(super) fn asked(&self) -> Vec<Vec<Piece>> {
        self.readings.iter().map(Reading::pieces).filter(|pieces| !pieces.is_empty()).collect()
    }

    /// The numbers in these series that end so.
    pub(crate) fn numbers(
        &self,
        organisation: &Organisation,
        series: impl IntoIterator<Item = SeriesCode>,
        today: Day,
    ) -> Vec<String> {
        let Some(end) = &self.numbers else { return Vec::new() };
        let ours = || OrganisationCode::parse(&organisation.code).ok();
        let Some(code) = end.organisation.clone().or_else(ours) else { return Vec::new() };
        let years = || end.year.map_or_else(|| (today.year() - YEARS + 1..=today.year()).collect(), |year| vec![year]);
        let series = series.into_iter().filter(|series| end.series.as_ref().is_none_or(|wanted| wanted == series));
        let number = |series: SeriesCode, year| {
            Number { organisation: code.clone(), series, year, place: end.place }.to_string()
        };
        series
            .flat_map(|series| years().into_iter().map(move |year| (series.clone(), year)))
            .map(|(series, year)| number(series, year))
            .collect()
    }

    /// The keys of the persons who have every piece of one of the ways in which it can be meant; none where it can be no
    /// person's.
    pub(crate) fn persons(&self, organisation: &Organisation) -> Option<SelectStatement> {
        let hashed =
            |pieces: Vec<Piece>| pieces.iter().map(|piece| piece.hashed(&organisation.key)).collect::<Vec<_>>();
        let asked = self.readings.iter().map(|reading| hashed(reading.pieces())).filter(|pieces| !pieces.is_empty());
        let (one, several): (Vec<_>, Vec<_>) = asked.partition(|pieces| pieces.len() == 1);
        let one = one.concat();
        let any_of = (!one.is_empty()).then(|| with_any(organisation, one));
        let mut queries = any_of.into_iter().chain(several.into_iter().map(|pieces| with_all(organisation, pieces)));
        let first = queries.next()?;
        Some(queries.fold(first, |mut all, query| all.union(UnionType::Distinct, query).take()))
    }

    /// The keys of the persons whose whole name was typed: they stand first, however many others have it as a part.
    pub(crate) fn namesakes(&self, organisation: &Organisation) -> Option<SelectStatement> {
        let names = self.readings.iter().filter_map(|reading| match reading {
            Reading::Characters(name) => Some(Piece::new(Sort::Name, name.clone()).hashed(&organisation.key)),
            _ => None,
        });
        let names: Vec<Vec<u8>> = names.collect();
        (!names.is_empty()).then(|| with_any(organisation, names))
    }

    /// How somebody fits who was found by pieces; not at all, where pieces only met by chance.
    pub(crate) fn fit(&self, known: &Known<'_>) -> Option<Fit> {
        let name = Name::of(known.name);
        self.readings.iter().filter_map(|reading| reading.fit(&name, known)).min()
    }
}

impl Reading {
    /// The pieces that somebody has who is meant.
    fn pieces(&self) -> Vec<Piece> {
        match self {
            Self::Characters(typed) => asked_of_characters(typed),
            Self::Sounds(heard) => asked_of_sounds(heard),
            Self::Document(number) => vec![Piece::new(Sort::Document, number.clone())],
            Self::DocumentEnd(end) => vec![Piece::new(Sort::DocumentEnd, end.clone())],
            Self::Phone(line) => vec![Piece::new(Sort::Phone, line.clone())],
            Self::PhoneEnd(end) => vec![Piece::new(Sort::PhoneEnd, end.clone())],
        }
    }

    fn fit(&self, name: &Name, known: &Known<'_>) -> Option<Fit> {
        let document = || known.document.map(bare_number);
        let line = || Phone::parse(known.phone).ok().map(|phone| phone.line().to_owned());
        match self {
            Self::Characters(typed) => name.fit(typed),
            Self::Sounds(heard) => name.sounds_like(heard),
            Self::Document(number) => (document()? == *number).then_some(Fit::Exact),
            Self::DocumentEnd(end) => document()?.ends_with(end).then_some(Fit::Part),
            Self::Phone(number) => (line()? == *number).then_some(Fit::Exact),
            Self::PhoneEnd(end) => line()?.ends_with(end).then_some(Fit::Part),
        }
    }
}

impl NumberEnd {
    fn read(typed: &str) -> Option<Self> {
        let typed = compact(typed).to_uppercase();
        let mut parts = typed.rsplit('/').peekable();
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let place = parts.next().filter(|part| is_digits(part))?.parse().ok().filter(|place| *place > 0)?;
        let year = parts.next_if(|part| is_digits(part) && part.len() == 4).and_then(|part| part.parse().ok());
        let series = parts.next_if(|part| part.parse::<SeriesCode>().is_ok()).and_then(|part| part.parse().ok());
        let organisation = parts.next_if(|part| !part.is_empty()).map(OrganisationCode::parse).transpose().ok()?;
        // What begins with a stroke begins in the middle.
        let is_all = parts.next().is_none_or(str::is_empty);
        is_all.then_some(Self { organisation, series, year, place })
    }
}

/// As what a bare number can be meant.
fn of_a_number(number: &str) -> Vec<Reading> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let plain =
        number.bytes().all(|byte| byte.is_ascii_alphanumeric()) && number.bytes().any(|byte| byte.is_ascii_digit());
    match number.split_at_checked(3) {
        _ if !plain => Vec::new(),
        Some((_, last)) if digits(number) && last.len() == 1 => {
            vec![Reading::DocumentEnd(number.to_owned()), Reading::PhoneEnd(number.to_owned())]
        }
        Some((first, "X")) if digits(first) => vec![Reading::DocumentEnd(number.to_owned())],
        _ if number.len() >= DOCUMENT => vec![Reading::Document(number.to_owned())],
        _ => Vec::new(),
    }
}

/// As what a name can be meant.
fn of_a_name(name: &str) -> Vec<Reading> {
    if !name.chars().any(char::is_alphabetic) {
        return Vec::new();
    }
    let letters: String = name.chars().filter(|letter| !matches!(letter, '\'' | '’' | '-')).collect();
    let sounds = heard(&letters.replace('ü', "v")).into_iter().map(Reading::Sounds);
    std::iter::once(Reading::Characters(name.to_owned())).chain(sounds).collect()
}

/// The keys of the persons who have any of these pieces.
pub(crate) fn with_any(organisation: &Organisation, pieces: Vec<Vec<u8>>) -> SelectStatement {
    use search_piece::{Column, Entity};
    Query::select()
        .column(Column::PersonId)
        .from(Entity)
        .and_where(Column::OrganisationId.eq(organisation.id.uuid()))
        .and_where(Column::Piece.is_in(pieces))
        .take()
}

/// The keys of the persons who have all of these pieces. Nobody has one twice, so that they can be counted; a question for each
/// inside the one before would be too deep for SQLite, where a name is long.
fn with_all(organisation: &Organisation, mut pieces: Vec<Vec<u8>>) -> SelectStatement {
    use search_piece::Column::PersonId;
    pieces.sort();
    pieces.dedup();
    let all = PersonId.count().eq(pieces.len() as i64);
    with_any(organisation, pieces).group_by_col(PersonId).and_having(all).take()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_from_its_end() {
        let said = |typed: &str| {
            NumberEnd::read(typed).map(|end| {
                let part = |part: Option<String>| part.unwrap_or_else(|| "·".to_owned());
                let organisation = part(end.organisation.map(|code| code.to_string()));
                let (series, year) =
                    (part(end.series.map(|code| code.to_string())), part(end.year.map(|year| year.to_string())));
                format!("{organisation} {series} {year} {}", end.place)
            })
        };
        for (typed, wanted) in [
            ("QS01/GA/2026/031", Some("QS01 GA 2026 31")),
            ("ｑｓ０１／ga／2026／031", Some("QS01 GA 2026 31")),
            ("GA/2026/031", Some("· GA 2026 31")),
            ("/2026/0187", Some("· · 2026 187")),
            ("GA/31", Some("· GA · 31")),
            ("31", Some("· · · 31")),
            ("2026", Some("· · · 2026")),
            ("000", None),
            ("QS01/GA/2026/", None),
            ("a/b/c/d/5", None),
            ("王/5", None),
            ("13800138000", None),
            ("", None),
        ] {
            assert_eq!(said(typed).as_deref(), wanted, "{typed}");
        }
    }
}
