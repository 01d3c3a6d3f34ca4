//! Policies (PUB): each rule at the edges of its period.

use super::safety::stands;
use super::*;

/// Proves PUB-07.
#[test]
fn every_half_year_has_its_review() {
    use Standing::{Due, Late, Met, MetLate, Open};
    for (papers, today, expected) in [
        (&[][..], "2026-05-30", &[Open][..]),
        (&[], "2026-05-31", &[Due]),
        (&[], "2026-06-30", &[Due]),
        (&[], "2026-07-01", &[Late, Open]),
        (&[("2026-01-01", "2026-01-01")], "2026-07-01", &[Met, Open]),
        (&[("2026-06-30", "2026-06-30")], "2026-07-01", &[Met, Open]),
        (&[("2026-06-30", "2026-07-01")], "2026-07-01", &[MetLate, Open]),
        // It belongs to the half-year in which it was held; a second one makes up for the half-year before.
        (&[("2026-07-01", "2026-07-01")], "2026-07-01", &[Late, Met]),
        (&[("2026-07-01", "2026-07-01"), ("2026-07-02", "2026-07-02")], "2026-07-02", &[MetLate, Met]),
    ] {
        assert_eq!(stands("PUB-07", papers, today), expected, "{papers:?} on {today}");
    }
}

/// An edition that came into force on 1 January.
///
/// Proves PUB-09.
#[test]
fn an_edition_is_signed_for_within_fourteen_days() {
    use Standing::{Due, Late, Met, MetLate, Open};
    for (papers, today, expected) in [
        (&[][..], "2026-01-07", Open),
        (&[], "2026-01-08", Due),
        (&[], "2026-01-15", Due),
        (&[], "2026-01-16", Late),
        (&[("2026-01-15", "2026-01-15")], "2026-01-16", Met),
        (&[("2026-01-16", "2026-01-16")], "2026-01-16", MetLate),
        (&[("2026-01-16", "2026-01-16")], "2027-01-16", MetLate),
    ] {
        assert_eq!(stands("PUB-09", papers, today), [expected], "{papers:?} on {today}");
    }
}
