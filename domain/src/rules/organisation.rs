//! Which rules bind one organisation, and with which numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Parameter, Rule, RuleId, Strength, Stricter};
use crate::packs::PackSet;

/// What is particular to one organisation: its packs, the rules it adopts, the limits its district set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OrgRules {
    /// The norms that bind it.
    pub packs: PackSet,
    /// Rules of other packs that it follows as well.
    pub adopted: Vec<RuleId>,
    /// Limits set by the district, by parameter key.
    pub overrides: BTreeMap<String, i64>,
}

impl OrgRules {
    /// The rules of some packs, with every limit at its default.
    #[must_use]
    pub fn of(packs: PackSet) -> Self {
        Self { packs, ..Self::default() }
    }

    /// Whether a rule binds this organisation.
    #[must_use]
    pub fn is_live(&self, rule: &Rule) -> bool {
        self.packs.meets(rule.packs) || self.adopted.contains(&rule.id)
    }

    /// The number that binds this organisation.
    ///
    /// What the source makes a duty can only be made stricter; a laxer setting counts for nothing.
    #[must_use]
    pub fn value(&self, parameter: &Parameter) -> i64 {
        match self.overrides.get(&parameter.key) {
            Some(set) if parameter.may_be(*set) => *set,
            _ => parameter.default,
        }
    }
}

impl Parameter {
    /// Whether a district may set it to this value: a duty only in the stricter direction.
    #[must_use]
    pub fn may_be(&self, value: i64) -> bool {
        let stricter = match self.stricter {
            Stricter::Lower => value <= self.default,
            Stricter::Higher => value >= self.default,
        };
        value >= 0 && (stricter || self.strength != Strength::M)
    }
}
