//! Which rules bind one organisation, and with which numbers, on which day.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::{Parameter, Rule, RuleId, Strength, Stricter};
use crate::packs::PackSet;
use crate::time::{Day, History};

/// What is particular to one organisation: its packs, the rules it adopts, the limits its district set. Each has a first day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrgRules {
    packs: History<PackSet>,
    adopted: BTreeMap<RuleId, History<bool>>,
    limits: BTreeMap<String, History<Option<i64>>>,
}

/// The largest number that a limit may be set to.
const LARGEST: i64 = 100_000;

impl OrgRules {
    /// The rules of some packs, with every limit at its default.
    #[must_use]
    pub fn of(packs: impl Into<History<PackSet>>) -> Self {
        Self { packs: packs.into(), ..Self::default() }
    }

    /// The same with a rule that is followed from this day on, though it is of other packs, or no longer.
    #[must_use]
    pub fn adopt(mut self, rule: RuleId, from: Day, follows: bool) -> Self {
        self.adopted.entry(rule).or_default().change(from, follows);
        self
    }

    /// The same with a limit that the district set from this day on; none is the default again.
    #[must_use]
    pub fn set(mut self, parameter: impl Into<String>, from: Day, value: Option<i64>) -> Self {
        self.limits.entry(parameter.into()).or_default().change(from, value);
        self
    }

    /// The norms that bind it on a day.
    #[must_use]
    pub fn packs(&self, day: Day) -> PackSet {
        *self.packs.on(day)
    }

    /// Whether its district adopted the rule for it.
    #[must_use]
    pub fn has_adopted(&self, rule: RuleId, day: Day) -> bool {
        self.adopted.get(&rule).is_some_and(|adopted| *adopted.on(day))
    }

    /// Whether a rule binds this organisation on a day.
    #[must_use]
    pub fn is_live(&self, rule: &Rule, day: Day) -> bool {
        self.packs(day).meets(rule.packs) || self.has_adopted(rule.id, day)
    }

    /// The number that binds this organisation on a day.
    ///
    /// What the source makes a duty can only be made stricter; a laxer setting counts for nothing.
    #[must_use]
    pub fn value(&self, parameter: &Parameter, day: Day) -> i64 {
        let set = self.limits.get(&parameter.key).and_then(|limit| *limit.on(day));
        set.filter(|set| parameter.may_be(*set)).unwrap_or(parameter.default)
    }

    /// When the adoption of a rule changed, and to what.
    #[must_use]
    pub fn adoptions(&self, rule: RuleId) -> Option<&History<bool>> {
        self.adopted.get(&rule)
    }

    /// When a limit was set, and to what.
    #[must_use]
    pub fn limits(&self, parameter: &str) -> Option<&History<Option<i64>>> {
        self.limits.get(parameter)
    }
}

impl From<PackSet> for History<PackSet> {
    fn from(packs: PackSet) -> Self {
        Self::of(packs)
    }
}

impl Parameter {
    /// The numbers to which a district may set it: a duty only in the stricter direction.
    #[must_use]
    pub fn range(&self) -> RangeInclusive<i64> {
        match (self.strength, self.stricter) {
            (Strength::M, Stricter::Lower) => 0..=self.default,
            (Strength::M, Stricter::Higher) => self.default..=LARGEST,
            _ => 0..=LARGEST,
        }
    }

    /// Whether a district may set it to this value.
    #[must_use]
    pub fn may_be(&self, value: i64) -> bool {
        self.range().contains(&value)
    }
}
