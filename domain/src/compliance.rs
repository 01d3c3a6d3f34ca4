//! Compliance as a score: of what fell due in a time, the share that was done in time, weighed by how firmly each rule binds.
//!
//! Each rule counts as one, however often it came due: a thousand visits do not drown one drill. A rule of which nothing fell due
//! says nothing. Advice that was adopted and targets are shown beside and never counted (they advise).

use crate::rules::Strength;

/// How often a rule was kept: of what fell due in a time, and of nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Done in time.
    pub in_time: u64,
    /// Settled, but late: done, or given up after its time.
    pub late: u64,
    /// Not done, and late.
    pub missed: u64,
}

impl Kept {
    /// How much fell due.
    #[must_use]
    pub const fn owed(self) -> u64 {
        self.in_time + self.late + self.missed
    }
}

impl std::ops::Add for Kept {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { in_time: self.in_time + other.in_time, late: self.late + other.late, missed: self.missed + other.missed }
    }
}

/// How much a rule counts for: a duty three times as much as a duty whose number is the product's own; whatever advises, nothing.
#[must_use]
pub const fn weight(strength: Strength) -> u64 {
    match strength {
        Strength::M => 3,
        Strength::D => 1,
        Strength::R | Strength::T | Strength::F => 0,
    }
}

/// The score in tenths of a point, 0 to 1000, rounded down: whoever missed something never has it all. None where nothing that
/// counts fell due.
#[must_use]
pub fn score(rules: impl IntoIterator<Item = (Strength, Kept)>) -> Option<u64> {
    const FINE: u128 = 1_000_000_000;
    let counted = rules.into_iter().map(|(strength, kept)| (u128::from(weight(strength)), kept));
    let counted = counted.filter(|(weight, kept)| *weight > 0 && kept.owed() > 0);
    let (points, weights) = counted.fold((0, 0), |(points, weights), (weight, kept)| {
        let share = u128::from(kept.in_time) * FINE / u128::from(kept.owed());
        (points + weight * share, weights + weight)
    });
    // Each share was rounded down: thirds make a whole again.
    let tenths = ((points + weights) * 1000 / (weights * FINE).max(1)).min(1000);
    (weights > 0).then(|| u64::try_from(tenths).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn kept(in_time: u64, late: u64, missed: u64) -> Kept {
        Kept { in_time, late, missed }
    }

    #[test]
    fn a_duty_weighs_three_times_a_default() {
        for (rules, tenths) in [
            (vec![], None),
            (vec![(Strength::M, kept(0, 0, 0))], None),
            (vec![(Strength::M, kept(4, 0, 0))], Some(1000)),
            (vec![(Strength::M, kept(0, 3, 1))], Some(0)),
            (vec![(Strength::M, kept(1, 1, 0))], Some(500)),
            (vec![(Strength::M, kept(2, 0, 1))], Some(666)),
            (vec![(Strength::M, kept(1, 0, 0)), (Strength::D, kept(0, 0, 1))], Some(750)),
            (vec![(Strength::M, kept(0, 1, 0)), (Strength::D, kept(1, 0, 0))], Some(250)),
            (vec![(Strength::M, kept(2, 0, 1)), (Strength::M, kept(1, 0, 2))], Some(500)),
            (vec![(Strength::M, kept(999, 0, 0)), (Strength::M, kept(0, 0, 1))], Some(500)),
            (vec![(Strength::R, kept(0, 0, 9)), (Strength::T, kept(0, 0, 9)), (Strength::F, kept(1, 0, 0))], None),
            (vec![(Strength::M, kept(9_999, 1, 0))], Some(999)),
        ] {
            assert_eq!(score(rules.clone()), tenths, "{rules:?}");
        }
    }

    fn rules() -> impl Strategy<Value = Vec<(Strength, Kept)>> {
        let one = (0..Strength::ALL.len(), 0_u64..50, 0_u64..50, 0_u64..50);
        prop::collection::vec(one.prop_map(|(at, a, b, c)| (Strength::ALL[at], kept(a, b, c))), 0..30)
    }

    proptest! {
        #[test]
        fn only_what_was_in_time_throughout_has_it_all(rules in rules()) {
            let bad = |(strength, kept): &(Strength, Kept)| weight(*strength) > 0 && kept.late + kept.missed > 0;
            if let Some(tenths) = score(rules.clone()) {
                prop_assert!(tenths <= 1000);
                prop_assert_eq!(tenths == 1000, !rules.iter().any(bad));
            }
        }

        #[test]
        fn advice_changes_nothing(rules in rules(), kept_too in (0_u64..9, 0_u64..9, 0_u64..9)) {
            let advice = (Strength::R, kept(kept_too.0, kept_too.1, kept_too.2));
            prop_assert_eq!(score(rules.iter().copied().chain([advice])), score(rules.clone()));
        }
    }
}
