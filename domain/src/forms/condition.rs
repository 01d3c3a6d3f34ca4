//! When something is there, or needed: conditions over the answers before it, the person's age and the unit's packs.

use serde::{Deserialize, Serialize};

use super::decimal::Decimal;
use super::rows::Seen;
use super::validate::{SELF_SUPPORTING, YES, birth_date, chosen};
use crate::identity::{Capacity, full_years};
use crate::packs::PackSet;

/// When a field or a section is there, or an answer is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Condition {
    /// Another field has one of these answers.
    Is {
        /// The other field.
        field: String,
        /// The answers.
        is: Vec<String>,
    },
    /// Another field has none of these answers.
    IsNot {
        /// The other field.
        field: String,
        /// The answers.
        is_not: Vec<String>,
    },
    /// Another field has a number, or a score, of at least so much; money in yuan, durations in minutes.
    AtLeast {
        /// The other field.
        field: String,
        /// The least.
        at_least: Decimal,
    },
    /// Another field has a number, or a score, of at most so much.
    AtMost {
        /// The other field.
        field: String,
        /// The most.
        at_most: Decimal,
    },
    /// The person needs a guardian, under 18 and not self-supporting from 16; or does not.
    Minor(bool),
    /// The person's age in full years lies between the youngest and the oldest, both included.
    Age([u32; 2]),
    /// The unit carries one of these packs.
    Pack(PackSet),
    /// Every one of these holds.
    All(Vec<Self>),
    /// One of these holds.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
}

impl Condition {
    /// Whether it holds where it stands.
    pub(super) fn holds(&self, seen: &Seen<'_>) -> bool {
        let has = |field: &str, values: &[String]| {
            let answer = seen.answer(field).trim();
            values.iter().any(|value| chosen(answer).any(|choice| choice == value))
        };
        let amount = |field: &str| seen.field(field).and_then(|other| other.amount(seen.answer(field)));
        let age = || birth_date(seen.answers).map(|birth| full_years(birth, seen.setting.today));
        match self {
            Self::Is { field, is } => has(field, is),
            Self::IsNot { field, is_not } => !has(field, is_not),
            Self::AtLeast { field, at_least } => amount(field).is_some_and(|amount| amount >= *at_least),
            Self::AtMost { field, at_most } => amount(field).is_some_and(|amount| amount <= *at_most),
            Self::Age([youngest, oldest]) => age().is_some_and(|age| (*youngest..=*oldest).contains(&age)),
            Self::Minor(minor) => {
                let self_supporting = seen.answers.get(SELF_SUPPORTING).is_some_and(|answer| answer == YES);
                let needs_guardian = age().is_some_and(|age| Capacity::by_age(age, self_supporting) != Capacity::Full);
                needs_guardian == *minor
            }
            Self::Pack(packs) => packs.meets(seen.setting.packs),
            Self::All(all) => all.iter().all(|one| one.holds(seen)),
            Self::Any(any) => any.iter().any(|one| one.holds(seen)),
            Self::Not(not) => !not.holds(seen),
        }
    }

    /// Itself and every condition within it.
    pub fn parts(&self) -> Vec<&Self> {
        let within: &[Self] = match self {
            Self::All(parts) | Self::Any(parts) => parts,
            Self::Not(part) => std::slice::from_ref(&**part),
            _ => &[],
        };
        std::iter::once(self).chain(within.iter().flat_map(Self::parts)).collect()
    }

    /// The field whose answer it asks about; none for what it is made of.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Is { field, .. }
            | Self::IsNot { field, .. }
            | Self::AtLeast { field, .. }
            | Self::AtMost { field, .. } => Some(field),
            _ => None,
        }
    }

    /// Whether it depends on how old somebody is.
    #[must_use]
    pub fn is_of_age(&self) -> bool {
        self.parts().iter().any(|part| matches!(part, Self::Minor(_) | Self::Age(_)))
    }
}

/// A condition as it is written: which keys stand there says what it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is_not: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_least: Option<Decimal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_most: Option<Decimal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minor: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    age: Option<[u32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pack: Option<PackSet>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<Vec<Condition>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    any: Option<Vec<Condition>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not: Option<Box<Condition>>,
}

/// What a condition says that says not exactly one thing.
#[derive(Debug, thiserror::Error)]
#[error("a condition says one thing: a field with is, is_not, at_least or at_most; or minor, age, pack, all, any, not")]
struct NotOneThing;

impl TryFrom<Written> for Condition {
    type Error = NotOneThing;

    fn try_from(written: Written) -> Result<Self, NotOneThing> {
        let Written { field, is, is_not, at_least, at_most, minor, age, pack, all, any, not } = written;
        let named = |field: Option<String>| field.ok_or(NotOneThing);
        let of_field = is.is_some() || is_not.is_some() || at_least.is_some() || at_most.is_some();
        if !of_field && field.is_some() {
            return Err(NotOneThing);
        }
        let mut said = Vec::new();
        said.extend(is.map(|is| Ok(Self::Is { field: named(field.clone())?, is })));
        said.extend(is_not.map(|is_not| Ok(Self::IsNot { field: named(field.clone())?, is_not })));
        said.extend(at_least.map(|at_least| Ok(Self::AtLeast { field: named(field.clone())?, at_least })));
        said.extend(at_most.map(|at_most| Ok(Self::AtMost { field: named(field)?, at_most })));
        said.extend(minor.map(|minor| Ok(Self::Minor(minor))));
        said.extend(age.map(|age| Ok(Self::Age(age))));
        said.extend(pack.map(|pack| Ok(Self::Pack(pack))));
        said.extend(all.map(|all| Ok(Self::All(all))));
        said.extend(any.map(|any| Ok(Self::Any(any))));
        said.extend(not.map(|not| Ok(Self::Not(not))));
        match (said.pop(), said.is_empty()) {
            (Some(one), true) => one,
            _ => Err(NotOneThing),
        }
    }
}

impl From<Condition> for Written {
    fn from(condition: Condition) -> Self {
        let none = Self::default();
        match condition {
            Condition::Is { field, is } => Self { field: Some(field), is: Some(is), ..none },
            Condition::IsNot { field, is_not } => Self { field: Some(field), is_not: Some(is_not), ..none },
            Condition::AtLeast { field, at_least } => Self { field: Some(field), at_least: Some(at_least), ..none },
            Condition::AtMost { field, at_most } => Self { field: Some(field), at_most: Some(at_most), ..none },
            Condition::Minor(minor) => Self { minor: Some(minor), ..none },
            Condition::Age(age) => Self { age: Some(age), ..none },
            Condition::Pack(packs) => Self { pack: Some(packs), ..none },
            Condition::All(all) => Self { all: Some(all), ..none },
            Condition::Any(any) => Self { any: Some(any), ..none },
            Condition::Not(not) => Self { not: Some(not), ..none },
        }
    }
}
