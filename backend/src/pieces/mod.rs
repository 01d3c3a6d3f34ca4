//! What persons are found by, where their names and numbers are sealed: pieces of them.
//!
//! A piece is a short part of what is known of a person, hashed under the organisation's key and cut short. It says whom to
//! look at, and nothing else: whoever searches cuts what was typed in the same way, asks who has those pieces, opens these few
//! and looks whether they are meant. What the pieces tell somebody who has the database alone, docs/security.md says.
//!
//! ```text
//! pinyin    how a character is read, how letters fall into syllables
//! names     a name in its pieces
//! sought    what was typed, and who has its pieces
//! ```

mod names;
mod pinyin;
mod sought;
#[cfg(test)]
mod tests;

pub(crate) use sought::with_any;
pub use sought::{Sought, Unsearchable};

use crate::entity::search_piece;
use crate::organisations::Organisation;
use crate::seal::OrganisationKey;
use domain::identity::bare_number;
use domain::phone::Phone;
use names::Name;
use sea_orm::ActiveValue::Set;
use std::collections::BTreeSet;
use uuid::Uuid;

/// In which way pieces are cut. Another way takes another number: whoever has pieces of an older one gets new ones when the
/// program starts ([`crate::search::complete`]).
const SCHEME: &str = "1";

/// Bytes of a hash. Among millions of pieces two meet by chance about once in a million; who is found so is looked at anyway.
const LENGTH: usize = 8;

/// What is known of a person that finds them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// The name.
    pub(crate) name: &'a str,
    /// The number of the identity card, or of another document.
    pub(crate) document: Option<&'a str>,
    /// The telephone number; empty where there is none.
    pub(crate) phone: &'a str,
}

/// Of what a piece is one. The same text is another hash as a piece of something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    /// In which way pieces are cut: everybody has it.
    Scheme,
    /// A whole name.
    Name,
    /// Characters that stand together in a name.
    Part,
    /// How such characters are read.
    Syllables,
    /// With which letters these begin.
    Initials,
    /// The number of a document.
    Document,
    /// Its last four characters.
    DocumentEnd,
    /// A telephone number without its extension.
    Phone,
    /// Its last four digits.
    PhoneEnd,
}

impl Sort {
    /// Under which name pieces of this sort are hashed.
    const fn column(self) -> &'static str {
        match self {
            Self::Scheme => "pieces.scheme",
            Self::Name => "pieces.name",
            Self::Part => "pieces.part",
            Self::Syllables => "pieces.syllables",
            Self::Initials => "pieces.initials",
            Self::Document => "pieces.document",
            Self::DocumentEnd => "pieces.document_end",
            Self::Phone => "pieces.phone",
            Self::PhoneEnd => "pieces.phone_end",
        }
    }
}

/// A piece, readable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    sort: Sort,
    text: String,
}

impl Piece {
    fn new(sort: Sort, text: impl Into<String>) -> Self {
        Self { sort, text: text.into() }
    }

    /// That the pieces of a person are cut as they are today.
    pub(crate) fn of_today() -> Self {
        Self::new(Sort::Scheme, SCHEME)
    }

    /// What all persons of one name have.
    pub(crate) fn of_name(name: &str) -> Self {
        Self::new(Sort::Name, domain::text::PersonName::sought(name))
    }

    /// As it is kept.
    pub(crate) fn hashed(&self, key: &OrganisationKey) -> Vec<u8> {
        let mut hash = key.index(self.sort.column(), &self.text);
        hash.truncate(LENGTH);
        hash
    }
}

/// How well what was typed fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// It is all of it.
    Exact,
    /// It begins so.
    Begins,
    /// It stands in it somewhere.
    Part,
}

impl Fit {
    fn at(place: usize, all: bool) -> Self {
        match place {
            0 if all => Self::Exact,
            0 => Self::Begins,
            _ => Self::Part,
        }
    }
}

/// Every piece of a person.
fn pieces(known: &Known<'_>) -> BTreeSet<Piece> {
    let mut pieces = Name::of(known.name).pieces();
    pieces.insert(Piece::of_today());
    let mut number = |whole: Sort, end: Sort, number: String| {
        let last = number.char_indices().rev().nth(3).map_or(number.as_str(), |(at, _)| &number[at..]).to_owned();
        pieces.extend([Piece::new(end, last), Piece::new(whole, number)]);
    };
    if let Some(document) = known.document {
        number(Sort::Document, Sort::DocumentEnd, bare_number(document));
    }
    if let Ok(phone) = Phone::parse(known.phone) {
        number(Sort::Phone, Sort::PhoneEnd, phone.line().to_owned());
    }
    pieces
}

/// The pieces of the person who has this key, as rows of theirs.
pub(crate) fn rows(house: &Organisation, person: Uuid, known: &Known<'_>) -> Vec<search_piece::ActiveModel> {
    let row = |piece: Piece| search_piece::ActiveModel {
        organisation_id: Set(house.id.uuid()),
        piece: Set(piece.hashed(&house.key)),
        person_id: Set(person),
    };
    pieces(known).into_iter().map(row).collect()
}
