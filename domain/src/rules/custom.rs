//! What no row can say: arithmetic and law. The list is closed, and each has its test.

use super::facts::{Facts, Known};
use crate::agreements::{Signer, signers};
use crate::identity::MAJORITY;

choice! {
    /// A test of its own, by its word in the rule book.
    pub enum Custom {
        GuardianSigns = "guardian_signs", "须监护人签署的已由其签署", "The guardian signed, where that is due";
        MinorSigns    = "minor_signs",    "须未成年人签署的已由其签署", "The minor signed, where that is due";
        ChildTold     = "child_told",     "不能签署的儿童已被告知", "The child who cannot sign was told";
    }
}

impl Custom {
    /// The facts on which it hangs.
    pub(super) const fn reads(self) -> &'static [Known] {
        match self {
            Self::GuardianSigns => &[Known::Age, Known::SelfSupporting, Known::GuardianSigned],
            Self::MinorSigns => &[Known::Age, Known::SelfSupporting, Known::ClientSigned],
            Self::ChildTold => &[Known::Age, Known::SelfSupporting, Known::ChildTold],
        }
    }

    /// Whether it is met; none while nobody can say, because the age is not known.
    ///
    /// Who has to sign for a minor: the guardian for a child under 8, who is told instead, both from 8, and those alone who live
    /// by their own work from 16 (Civil Code, art. 18 to 20).
    pub(super) fn is_met(self, facts: &Facts<'_>) -> Option<bool> {
        let age = u32::try_from(facts.number(Known::Age)?).ok()?;
        if age >= MAJORITY {
            return Some(true);
        }
        let signs = |signer| signers(age, facts.has(Known::SelfSupporting)).contains(&signer);
        Some(match self {
            Self::GuardianSigns => !signs(Signer::Guardian) || facts.has(Known::GuardianSigned),
            Self::MinorSigns => !signs(Signer::Client) || facts.has(Known::ClientSigned),
            Self::ChildTold => signs(Signer::Client) || facts.has(Known::ChildTold),
        })
    }
}
