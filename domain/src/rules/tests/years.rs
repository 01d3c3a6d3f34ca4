//! Clocks of every shape over five years, against a reference that counts day by day.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::calendar::WorkCalendar;
use crate::duties::{Duty, apply};
use crate::events::{Event, EventKind, Subject};
use crate::ids::{CaseId, PaperId};
use crate::registers::Registers;
use crate::time::{Span, Unit, Weekday};
use crate::units::UnitKind;

const PAPER: Uuid = Uuid::from_u128(3);

/// A rule with this clock: `closing` opens it, `follow_up` meets it, a withdrawn case ends it.
fn book(limit: i64, unit: Unit, clock: &str) -> RuleBook {
    let text = format!(
        r#"
[[rule]]
id = "CRI-05"
version = 1
effective_from = "2020-01-01"
packs = "S"
strength = "D"
family = "clock"
title = {{ zh = "词", en = "Words" }}
wording = {{ zh = "词。", en = "Words." }}
clause = {{ zh = "条", en = "Clause" }}
consequences = ["todo"]
[[rule.parameter]]
key = "cri.limit"
label = {{ zh = "限", en = "Limit" }}
default = {limit}
unit = "{unit}"
stricter = "lower"
[[rule.parameter]]
key = "cri.short"
label = {{ zh = "短", en = "Short" }}
default = 2
unit = "hours"
stricter = "lower"
[rule.clock]
limits = ["cri.limit"]
opens_on = ["closing.submitted"]
met_by = ["follow_up.submitted"]
cancelled_by = ["case.withdrawn"]
owner = "post:site"
{clock}
"#
    );
    RuleBook::parse(&[("rulebook/crises.toml", &text)], Registers::builtin()).unwrap()
}

fn paper(register: &str, at: Moment) -> Event {
    let kind = EventKind::PaperSubmitted;
    Event::new(kind, PaperId::from(PAPER), at).with(Event::REGISTER, register)
}

fn owed(book: &RuleBook, events: &[Event]) -> Vec<Duty> {
    let (calendar, org) = (WorkCalendar::builtin(), org("S"));
    let mut duties = Vec::new();
    for event in events {
        for effect in clocks(book, &org, calendar, event) {
            apply(&mut duties, &effect, calendar);
        }
    }
    duties
}

/// When a limit ends that is counted from a moment, forward or back, one day after the other.
fn counted(from: Moment, limit: i64, unit: Unit) -> Moment {
    let calendar = WorkCalendar::builtin();
    let free = |day: Day| {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let table = calendar.tables().find(|table| table.year == day.year());
        let holiday = table.is_some_and(|table| table.holidays.iter().any(|h| h.from <= day && day <= h.to));
        holiday || (weekend && !table.is_some_and(|table| table.make_up.contains(&day)))
    };
    let (step, mut left, mut day) = (limit.signum(), limit.abs(), from.day());
    match unit {
        Unit::Hours => return from.plus(Span::minutes(limit * 60)),
        Unit::Days => {
            while left > 0 {
                (day, left) = (day.plus_days(step), left - 1);
            }
        }
        Unit::WorkingDays => {
            while left > 0 {
                day = day.plus_days(step);
                left -= i64::from(!free(day));
            }
        }
        _ => {
            let wanted = from.day().day();
            while left > 0 {
                day = day.plus_days(step);
                // The same day of the month, or the last one of a month that is too short for it.
                let last = day.plus_days(1).day() == 1;
                left -= i64::from(day.day() == wanted || (last && day.day() < wanted));
            }
        }
    }
    Moment::end_of(day)
}

fn moments() -> impl Strategy<Value = Moment> {
    // From 2024 to 2028: two leap days, and years with and without a table of holidays.
    (0_i64..1_826 * 24 * 60).prop_map(|minutes| at("2024-01-01T00:00").plus(Span::minutes(minutes)))
}

fn units() -> impl Strategy<Value = (i64, Unit)> {
    (0_i64..40, prop::sample::select(vec![Unit::Hours, Unit::Days, Unit::WorkingDays, Unit::Months]))
}

proptest! {
    #[test]
    fn what_is_owed_is_due_when_one_counts((limit, unit) in units(), opened in moments()) {
        let duties = owed(&book(limit, unit, ""), &[paper("closing", opened)]);
        prop_assert_eq!(duties.len(), 1);
        prop_assert_eq!((duties[0].opened, duties[0].due), (opened, counted(opened, limit, unit)));
    }

    #[test]
    fn what_is_appointed_is_due_before((limit, unit) in units(), opened in moments(), ahead in 0_i64..90 * 24) {
        let appointed = opened.plus(Span::hours(ahead));
        let duty = owed(&book(limit, unit, "before = true"), &[paper("closing", opened).due_from(appointed)]).swap_remove(0);
        prop_assert_eq!((duty.opened, duty.due), (opened, counted(appointed, -limit, unit)));
        prop_assert!(duty.warn <= duty.due, "{:?}", duty);
    }

    /// Met at any times, in time or late: it is owed again each time, and once only, until it is cancelled.
    #[test]
    fn what_comes_again_is_owed_again((limit, unit) in units(), start in moments(), gaps in prop::collection::vec(0_i64..60 * 24, 0..12), ends in any::<bool>()) {
        let book = book(limit, unit, "every = \"cri.limit\"");
        let mut events = vec![paper("closing", start)];
        let mut expected = vec![(counted(start, limit, unit), None)];
        let mut now = start;
        for gap in gaps {
            now = now.plus(Span::hours(gap));
            events.push(paper("follow_up", now));
            if let Some(last) = expected.last_mut() {
                last.1 = Some(now);
            }
            expected.push((counted(now, limit, unit), None));
        }
        if ends {
            let withdrawn = Event::new(EventKind::CaseWithdrawn, CaseId::from(Uuid::from_u128(2)), now);
            events.push(withdrawn.concerning(Subject { kind: crate::access::Object::Paper, id: PAPER }));
            // What meets a duty that nobody owes any more opens none.
            events.push(paper("follow_up", now.plus(Span::hours(1))));
        }
        let duties = owed(&book, &events);
        let found: Vec<_> = duties.iter().map(|duty| (duty.due, duty.met)).collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(duties.iter().filter(|duty| duty.is_open()).count(), usize::from(!ends));
    }
}

#[test]
fn leap_days_and_holidays_are_counted_as_they_are() {
    for (opened, limit, unit, due) in [
        ("2024-01-31T09:00", 1, Unit::Months, "2024-02-29"),
        ("2023-02-28T09:00", 12, Unit::Months, "2024-02-28"),
        ("2024-02-29T09:00", 12, Unit::Months, "2025-02-28"),
        ("2028-02-28T09:00", 1, Unit::Days, "2028-02-29"),
        ("2026-02-13T16:40", 2, Unit::WorkingDays, "2026-02-24"),
    ] {
        let duty = owed(&book(limit, unit, ""), &[paper("closing", at(opened))]).swap_remove(0);
        assert_eq!(duty.due, end(due), "{opened} {limit} {unit}");
    }
    for (appointed, limit, unit, due) in [
        ("2024-03-29T14:00", 1, Unit::Months, "2024-02-29"),
        ("2026-02-24T14:00", 2, Unit::WorkingDays, "2026-02-13"),
        ("2026-03-22T14:00", 21, Unit::Days, "2026-03-01"),
    ] {
        let event = paper("closing", at("2023-06-01T09:00")).due_from(at(appointed));
        let duty = owed(&book(limit, unit, "before = true"), &[event]).swap_remove(0);
        assert_eq!(duty.due, end(due), "{limit} {unit} before {appointed}");
    }
}

#[test]
fn without_an_appointed_day_nothing_is_due_before_it() {
    let book = book(21, Unit::Days, "before = true");
    assert_eq!(owed(&book, &[paper("closing", at("2026-02-13T09:00"))]), []);
    let late = paper("closing", at("2026-02-13T09:00")).due_from(at("2026-02-20T09:00"));
    let duty = owed(&book, &[late]).swap_remove(0);
    assert_eq!(duty.standing(at("2026-02-13T09:01")), Standing::Late, "it was appointed too late");
}

#[test]
fn some_papers_have_another_limit_and_some_none() {
    let says = |reason: &str| Event {
        facts: [("reason".to_owned(), vec![reason.to_owned()])].into(),
        ..paper("closing", at("2026-02-13T09:00"))
    };
    let other = "limits_if = [{ if = { fact = \"reason\", is = [\"not_suitable\"] }, limit = \"cri.short\" }]";
    let book_of_two = book(7, Unit::Days, other);
    let duty = |reason| owed(&book_of_two, &[says(reason)]).swap_remove(0);
    assert_eq!((duty("goal_reached").due, duty("goal_reached").unit), (end("2026-02-20"), Unit::Days));
    assert_eq!((duty("not_suitable").due, duty("not_suitable").unit), (at("2026-02-13T11:00"), Unit::Hours));

    let only = book(7, Unit::Days, "if = { fact = \"reason\", is = [\"not_suitable\", \"other\"] }");
    let opens = ["goal_reached", "other"].map(|reason| owed(&only, &[says(reason)]).len());
    assert_eq!(opens, [0, 1]);
    assert_eq!(owed(&only, &[paper("closing", at("2026-02-13T09:00"))]), [], "what says nothing opens nothing");
}

#[test]
fn a_duty_says_when_it_reminds_and_when_the_next_tier_hears() {
    let closing = paper("closing", at("2026-02-13T00:00"));
    let told = owed(&book(4, Unit::Hours, "escalate = true"), std::slice::from_ref(&closing)).swap_remove(0);
    assert_eq!((told.warn, told.escalates), (at("2026-02-13T03:00"), Some(at("2026-02-14T04:00"))));
    let quiet = owed(&book(4, Unit::Hours, "warn = { hours_before = 2 }"), &[closing]).swap_remove(0);
    assert_eq!((quiet.warn, quiet.escalates), (at("2026-02-13T02:00"), None));
    let owner = |raw: &str| raw.parse::<Owner>();
    assert_eq!(owner("post:site"), Ok(Owner::Post(UnitKind::Site)));
    assert_eq!(owner("post:site").unwrap().to_string(), "post:site");
    assert!(owner("post:moon").is_err() && owner("moon").is_err());
}
