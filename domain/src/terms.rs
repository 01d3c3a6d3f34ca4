//! For how long somebody is something: a member, in a role, in a post.

use crate::time::{Day, Moment};

/// From a day to a day, both included. Without a last day it holds until it is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The first day.
    pub from: Day,
    /// The last day, where one was agreed.
    pub until: Option<Day>,
    /// When it was ended before that: it no longer holds, whatever was agreed.
    pub ended: Option<Moment>,
}

impl Term {
    /// Whether it holds at this moment.
    #[must_use]
    pub fn holds(self, now: Moment) -> bool {
        let today = now.day();
        self.ended.is_none() && self.from <= today && self.until.is_none_or(|until| today <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_holds_from_its_first_day_to_its_last() {
        let day = |raw: &str| Day::parse(raw).unwrap();
        let at = |raw: &str| Moment::parse(raw).unwrap();
        let term = Term { from: day("2026-03-01"), until: Some(day("2026-03-31")), ended: None };
        for (now, holds) in [
            ("2026-02-28T23:59", false),
            ("2026-03-01T00:00", true),
            ("2026-03-31T23:59", true),
            ("2026-04-01T00:00", false),
        ] {
            assert_eq!(term.holds(at(now)), holds, "{now}");
        }
        assert!(Term { until: None, ..term }.holds(at("2099-01-01T00:00")));
        assert!(!Term { ended: Some(at("2026-03-02T00:00")), ..term }.holds(at("2026-03-15T12:00")));
    }
}
