//! Policy packs: which of the five norms bind an organisation.
//!
//! A rule is live for an organisation that carries one of the rule's packs, or that adopts the rule.

use std::fmt;
use std::str::FromStr;

use crate::lang::{Text, text};
use crate::refusal::Invalid;

choice! {
    /// One norm, named by the kind of organisation it is written for.
    pub enum Pack {
        W = "W", "社会福利机构",   "Welfare institution";
        C = "C", "儿童服务机构",   "Children's institution";
        S = "S", "社会工作站",     "Social-work station";
        K = "K", "社区服务中心",   "Community service centre";
        P = "P", "心理服务机构",   "Psychological service";
    }
}

impl Pack {
    /// The title of the norm, as a clause reference quotes it.
    #[must_use]
    pub const fn norm(self) -> Text {
        match self {
            Self::W => text("《社会福利机构服务流程规范》", "Service Process of Welfare Institutions"),
            Self::C => text("《儿童服务机构服务规范》", "Services of Children's Institutions"),
            Self::S => text("《社会工作站服务规范》", "Services of Social-Work Stations"),
            Self::K => text("《社区服务中心服务规范》", "Services of Community Service Centres"),
            Self::P => text("《心理服务管理规范》", "Management of Psychological Services"),
        }
    }
}

/// A set of packs, written as their letters in order: `SK`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PackSet(u8);

impl PackSet {
    /// No pack at all.
    pub const EMPTY: Self = Self(0);

    /// All five.
    pub const ALL: Self = Self(0b1_1111);

    /// Reads letters in any order; nothing at all is the empty set.
    ///
    /// # Errors
    /// [`Invalid`] for a letter that is no pack.
    pub fn parse(letters: &str) -> Result<Self, Invalid> {
        letters.chars().map(|letter| Pack::parse(letter.encode_utf8(&mut [0; 4]))).collect()
    }

    /// Whether the set holds a pack.
    #[must_use]
    pub const fn contains(self, pack: Pack) -> bool {
        self.0 & bit(pack) != 0
    }

    /// Whether the two sets share a pack.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The set with one pack more.
    #[must_use]
    pub const fn with(self, pack: Pack) -> Self {
        Self(self.0 | bit(pack))
    }

    /// The set with one pack fewer.
    #[must_use]
    pub const fn without(self, pack: Pack) -> Self {
        Self(self.0 & !bit(pack))
    }

    /// Whether it holds nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its packs, in their order.
    pub fn iter(self) -> impl Iterator<Item = Pack> {
        Pack::ALL.into_iter().filter(move |pack| self.contains(*pack))
    }
}

const fn bit(pack: Pack) -> u8 {
    1 << pack as u8
}

impl FromIterator<Pack> for PackSet {
    fn from_iter<I: IntoIterator<Item = Pack>>(packs: I) -> Self {
        packs.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl From<Pack> for PackSet {
    fn from(pack: Pack) -> Self {
        Self::EMPTY.with(pack)
    }
}

impl fmt::Display for PackSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|pack| f.write_str(pack.code()))
    }
}

impl FromStr for PackSet {
    type Err = Invalid;
    fn from_str(letters: &str) -> Result<Self, Invalid> {
        Self::parse(letters)
    }
}

crate::choice::as_string!(PackSet);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_as_its_letters_in_order() {
        let set = PackSet::parse("KS").unwrap();
        assert_eq!(set.to_string(), "SK");
        assert!(set.contains(Pack::K) && !set.contains(Pack::W));
        assert!(set.meets(Pack::S.into()) && !set.meets(Pack::P.into()));
        assert_eq!(set.without(Pack::K), Pack::S.into());
        assert_eq!(PackSet::parse("").unwrap(), PackSet::EMPTY);
        assert_eq!(Pack::ALL.into_iter().collect::<PackSet>(), PackSet::ALL);
        assert!(PackSet::parse("SX").is_err());
        assert!(PackSet::parse("s").is_err());
    }
}
