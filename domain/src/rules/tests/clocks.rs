//! Clocks: which event opens which duty, when it is due, and how it stands afterwards.
//!
//! In 2026 the Spring Festival is free from 15 to 23 February, with Saturday 14 and Saturday 28
//! February worked; Sunday 20 September is worked for the National Day.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::calendar::WorkCalendar;
use crate::duties::{Duty, apply};
use crate::events::{Event, EventKind, Subject};
use crate::ids::{ApplicationId, CaseId, PaperId};
use crate::packs::Pack;
use crate::time::Span;

const APPLICATION: Uuid = Uuid::from_u128(1);
const CASE: Uuid = Uuid::from_u128(2);
const PAPER: Uuid = Uuid::from_u128(3);

/// An event on the one application, case or paper these tests are about. Cases and papers are
/// related to the application they came from.
fn event(code: &str, when: &str) -> Event {
    let (trigger, word) = (code.parse().unwrap(), code.split('.').next().unwrap());
    let (Trigger::Event(kind) | Trigger::Paper(_, kind)) = trigger;
    let happened = |subject: Subject| Event::new(kind, subject, at(when));
    match (&trigger, word) {
        (Trigger::Paper(register, _), _) => {
            happened(PaperId::from(PAPER).into()).concerning(CaseId::from(CASE)).with(Event::REGISTER, register)
        }
        (_, "case") => happened(CaseId::from(CASE).into()).concerning(ApplicationId::from(APPLICATION)),
        _ => happened(ApplicationId::from(APPLICATION).into()),
    }
}

/// The duties of one organisation after some events, by the rules of its packs.
fn duties(org: &OrgRules, events: &[Event]) -> Vec<Duty> {
    let (book, calendar) = (RuleBook::builtin(), WorkCalendar::builtin());
    let mut duties = Vec::new();
    for event in events {
        for effect in clocks(book, org, calendar, event) {
            apply(&mut duties, &effect, calendar);
        }
    }
    duties
}

/// Those of one rule.
fn duties_of(rule: RuleId, org: &OrgRules, events: &[Event]) -> Vec<Duty> {
    let mut duties = duties(org, events);
    duties.retain(|duty| duty.rule == rule);
    duties
}

/// One line of the table: a rule, the packs it binds, the event that opens it and the one that meets
/// it, and when it must be done.
struct Line {
    rule: RuleId,
    packs: &'static str,
    opens: &'static str,
    meets: &'static str,
    opened: &'static str,
    due: Moment,
}

fn table() -> Vec<Line> {
    let line = |rule, packs, opens, meets, opened, due| Line { rule, packs, opens, meets, opened, due };
    let (accepted, reviewed) = ("application.accepted", "application.reviewed");
    let (changed, told) = ("application.state_changed", "application.applicant_told");
    let (confirmed, receipt) = ("application.confirmed", "application.receipt_issued");
    let (closing, result) = ("case.closing", "case.result_told");
    let (planned, recorded) = ("visit.submitted", "visit.held");
    vec![
        // Hours run through: into the make-up Saturday, into the festival.
        line(RuleId::INT_07, "K", accepted, reviewed, "2026-02-13T16:40", at("2026-02-14T16:40")),
        line(RuleId::INT_07, "K", accepted, reviewed, "2026-02-14T17:20", at("2026-02-15T17:20")),
        line(RuleId::INT_10, "W", changed, told, "2026-02-14T17:20", at("2026-02-15T17:20")),
        line(RuleId::INT_10, "W", changed, told, "2026-09-20T09:00", at("2026-09-21T09:00")),
        // The same day ends at 24:00.
        line(RuleId::INT_14, "P", confirmed, receipt, "2026-02-14T17:20", end("2026-02-14")),
        line(RuleId::PLN_09, "K", closing, result, "2026-09-20T08:00", end("2026-09-20")),
        // Working days skip the festival and count its make-up days.
        line(RuleId::INT_19, "K", accepted, result, "2026-02-13T16:40", end("2026-03-05")),
        line(RuleId::INT_19, "K", accepted, result, "2026-02-16T10:00", end("2026-03-07").minus(Span::days(1))),
        line(RuleId::INT_19, "K", accepted, result, "2026-09-18T10:00", end("2026-10-09")),
        // Plain days do not care.
        line(RuleId::PLN_08, "S", planned, recorded, "2026-02-13T16:40", end("2026-02-16")),
        line(RuleId::PLN_08, "S", planned, recorded, "2026-02-27T23:59", end("2026-03-02")),
    ]
}

/// Proves INT-07, INT-14, INT-19, PLN-09.
#[test]
fn each_clock_is_met_late_or_open_by_its_own_time() {
    for Line { rule, packs, opens, meets, opened, due } in table() {
        let org = org(packs);
        let opening = event(opens, opened);
        let meeting = |moment| Event { at: moment, ..event(meets, opened) };
        let only = |events: &[Event]| {
            let duties = duties_of(rule, &org, events);
            assert_eq!(duties.len(), 1, "{rule}");
            duties.into_iter().next().unwrap()
        };

        let owed = only(std::slice::from_ref(&opening));
        assert_eq!(owed.due, due, "{rule} opened {opened}");
        assert_eq!(owed.standing(at(opened)), Standing::Open, "{rule}");
        assert_eq!(owed.standing(due.plus(Span::millis(1))), Standing::Late, "{rule}");

        let long_after = due.plus(Span::days(400));
        let met = only(&[opening.clone(), meeting(due)]);
        assert_eq!(met.standing(long_after), Standing::Met, "{rule}");
        let late = only(&[opening.clone(), meeting(due.plus(Span::millis(1)))]);
        assert_eq!(late.standing(long_after), Standing::MetLate, "{rule}: late for ever");
    }
}

#[test]
fn each_clock_binds_its_own_packs_only() {
    for Line { rule, packs, opens, opened, .. } in table() {
        let opening = event(opens, opened);
        for pack in Pack::ALL {
            let binds = packs.contains(pack.code());
            let owed = duties_of(rule, &org(pack.code()), std::slice::from_ref(&opening));
            assert_eq!(!owed.is_empty(), binds, "{rule} in {pack}");
        }
        let adopts = org("").adopt(rule, at(opened).day(), true);
        assert_eq!(duties_of(rule, &adopts, &[opening]).len(), 1, "{rule} adopted");
    }
}

#[test]
fn the_owner_is_reminded_before_it_is_due() {
    for (rule, packs, opening, warn) in [
        (RuleId::INT_07, "K", event("application.accepted", "2026-02-13T16:00"), at("2026-02-14T10:00")),
        (RuleId::INT_19, "K", event("application.accepted", "2026-02-13T16:00"), end("2026-03-03")),
        (RuleId::PLN_08, "S", event("visit.submitted", "2026-02-13T16:00"), end("2026-02-15")),
        (RuleId::CLO_12, "W", event("case.service_started", "2026-02-14T09:00"), end("2026-05-07")),
    ] {
        let duty = duties_of(rule, &org(packs), &[opening]).swap_remove(0);
        assert_eq!(duty.warn, warn, "{rule}");
        assert_eq!(duty.standing(warn.minus(Span::millis(1))), Standing::Open, "{rule}");
        assert_eq!(duty.standing(warn), Standing::Due, "{rule}");
    }
}

#[test]
fn a_district_makes_a_clock_stricter() {
    let org = org("K").set("int.initial_review_hours", at("2026-02-13T00:00").day(), Some(8));
    let due = |accepted| duties_of(RuleId::INT_07, &org, &[event("application.accepted", accepted)])[0].due;
    assert_eq!(due("2026-02-13T16:00"), at("2026-02-14T00:00"));
    assert_eq!(due("2026-02-12T23:59"), at("2026-02-13T23:59"), "what began before keeps its time");
}

#[test]
fn a_call_keyed_in_later_counts_from_when_it_came() {
    let accepted = event("application.accepted", "2026-02-13T16:00").due_from(at("2026-02-13T10:00"));
    let duty = duties_of(RuleId::INT_07, &org("K"), &[accepted]);
    assert_eq!((duty[0].opened, duty[0].due), (at("2026-02-13T10:00"), at("2026-02-14T10:00")));
}

/// Proves INT-09.
#[test]
fn review_time_stands_still_while_the_applicant_is_asked() {
    let accepted = event("application.accepted", "2026-02-13T16:00");
    let asked = event("application.supplement_asked", "2026-02-13T20:00");
    let supplied = event("application.supplemented", "2026-02-24T09:30");
    let review = |events: &[Event]| duties_of(RuleId::INT_07, &org("K"), events).swap_remove(0);

    let paused = review(&[accepted.clone(), asked.clone()]);
    assert_eq!(paused.standing(at("2026-02-20T12:00")), Standing::Paused);

    // Four of the 24 hours were used; twenty are left.
    let resumed = review(&[accepted.clone(), asked.clone(), supplied.clone()]);
    assert_eq!(resumed.due, at("2026-02-25T05:30"));
    assert_eq!(resumed.standing(at("2026-02-24T10:00")), Standing::Open);

    let refused = review(&[accepted.clone(), asked.clone(), event("application.refused", "2026-02-24T09:00")]);
    assert_eq!(refused.standing(at("2026-03-01T00:00")), Standing::Met, "decided while waiting");

    let too_late = event("application.supplement_asked", "2026-02-15T09:00");
    let late = review(&[accepted, too_late]);
    assert_eq!(late.standing(at("2026-02-20T12:00")), Standing::Late, "a late pause hides nothing");
}

#[test]
fn the_result_of_a_case_meets_what_its_application_opened() {
    let accepted = event("application.accepted", "2026-02-13T16:00");
    let told = event("case.result_told", "2026-03-05T17:00");
    let whole = duties_of(RuleId::INT_19, &org("K"), &[accepted, told]);
    assert_eq!(whole[0].subject.id, APPLICATION);
    assert_eq!(whole[0].standing(at("2027-01-01T00:00")), Standing::Met);
}

#[test]
fn what_became_pointless_is_no_longer_owed() {
    let accepted = event("application.accepted", "2026-02-13T16:00");
    for (rule, by) in [
        (RuleId::INT_07, "application.withdrawn"),
        (RuleId::INT_19, "application.withdrawn"),
        (RuleId::INT_19, "application.refused"),
        (RuleId::INT_19, "case.withdrawn"),
    ] {
        let events = [accepted.clone(), event(by, "2026-02-14T09:00")];
        let duty = duties_of(rule, &org("K"), &events).swap_remove(0);
        assert_eq!(duty.standing(at("2027-01-01T00:00")), Standing::Cancelled, "{rule} {by}");
    }
    let events = [accepted, event("application.withdrawn", "2026-02-20T09:00")];
    let duty = duties_of(RuleId::INT_07, &org("K"), &events).swap_remove(0);
    assert_eq!(duty.standing(at("2027-01-01T00:00")), Standing::MetLate, "it was late before that");
}

/// Proves INT-10.
#[test]
fn every_change_of_state_is_told_again() {
    let changed = |when| event("application.state_changed", when);
    let told = |when| event("application.applicant_told", when);
    let events = [
        changed("2026-02-13T09:00"),
        changed("2026-02-13T15:00"), // before the first was told: the earlier time stands
        told("2026-02-13T16:00"),
        changed("2026-02-14T09:00"),
    ];
    let duties = duties_of(RuleId::INT_10, &org("W"), &events);
    let due: Vec<_> = duties.iter().map(|duty| duty.due).collect();
    assert_eq!(due, [at("2026-02-14T09:00"), at("2026-02-15T09:00")]);
    assert!(!duties[0].is_open() && duties[1].is_open());
}

/// Proves INT-10.
#[test]
fn a_change_of_state_is_told_within_a_day() {
    let now = at("2027-01-01T00:00");
    let changed = event("application.state_changed", "2026-02-13T09:00");
    for (told, standing) in [
        ("2026-02-13T09:00", Standing::Met),
        ("2026-02-14T09:00", Standing::Met),
        ("2026-02-14T09:01", Standing::MetLate),
    ] {
        let events = [changed.clone(), event("application.applicant_told", told)];
        assert_eq!(duties_of(RuleId::INT_10, &org("W"), &events)[0].standing(now), standing, "{told}");
    }
    assert_eq!(duties_of(RuleId::INT_10, &org("W"), std::slice::from_ref(&changed))[0].standing(now), Standing::Late);
    let undelivered = [changed.clone(), event("application.not_reached", "2026-02-13T20:00")];
    assert!(duties_of(RuleId::INT_10, &org("W"), &undelivered)[0].is_open(), "what cannot be delivered is to be told");
    assert!(duties_of(RuleId::INT_10, &org("K"), &[changed]).is_empty(), "the other norms do not ask for it");
}

/// Proves PLN-08.
#[test]
fn a_visit_nobody_announced_is_judged_by_when_it_ended() {
    let recorded = |written| event("record.submitted", written).due_from(at("2026-02-13T16:40"));
    let now = at("2027-01-01T00:00");
    for (written, standing) in [
        ("2026-02-13T18:00", Standing::Met),
        ("2026-02-16T23:59", Standing::Met),
        ("2026-02-17T00:01", Standing::MetLate),
    ] {
        let duties = duties_of(RuleId::PLN_08, &org("S"), &[recorded(written)]);
        assert_eq!(duties.len(), 1);
        assert_eq!(duties[0].standing(now), standing, "{written}");
    }

    let late = recorded("2026-02-17T00:01");
    let again = recorded("2026-02-18T09:00"); // written anew after it was returned
    let duties = duties_of(RuleId::PLN_08, &org("S"), &[late, again]);
    assert_eq!(duties.len(), 1, "one visit, one duty");
    assert_eq!(duties[0].met, Some(at("2026-02-17T00:01")));
}

#[test]
fn an_appointment_may_be_moved_held_later_or_cancelled() {
    let planned = |end| event("visit.submitted", "2026-02-10T09:00").due_from(at(end));
    let duty = |events: &[Event]| duties_of(RuleId::PLN_08, &org("S"), events).swap_remove(0);

    let moved = duty(&[planned("2026-02-13T16:40"), planned("2026-02-25T16:40")]);
    assert_eq!(moved.due, end("2026-02-28"));

    let held_later = event("visit.held", "2026-02-18T09:00").due_from(at("2026-02-16T11:00"));
    let held_later = duty(&[planned("2026-02-13T16:40"), held_later]);
    assert_eq!(held_later.standing(at("2027-01-01T00:00")), Standing::Met, "by when it really ended");

    let cancelled = duty(&[planned("2026-02-13T16:40"), event("visit.cancelled", "2026-02-12T09:00")]);
    assert_eq!(cancelled.standing(at("2027-01-01T00:00")), Standing::Cancelled);
}

/// Proves CLO-12.
#[test]
fn follow_ups_come_at_three_six_and_twelve_months() {
    let started = event("case.service_started", "2025-11-30T09:00");
    let followed = |when, step: &str| event("case.follow_up_recorded", when).with(Event::STEP, step);
    let series = |events: &[Event]| duties_of(RuleId::CLO_12, &org("W"), events);

    let opened = series(std::slice::from_ref(&started));
    let due: Vec<_> = opened.iter().map(|duty| (duty.step, duty.due)).collect();
    assert_eq!(due, [(1, end("2026-02-28")), (2, end("2026-05-30")), (3, end("2026-11-30"))]);
    assert_eq!(opened[0].late_after, end("2026-03-07"), "a week of grace");
    assert_eq!(opened[0].standing(end("2026-03-07")), Standing::Due);
    assert_eq!(opened[0].standing(at("2026-03-08T00:01")), Standing::Late);

    let done = series(&[started.clone(), followed("2026-05-30T10:00", "2"), followed("2026-06-01T10:00", "1")]);
    let now = at("2027-01-01T00:00");
    let standings: Vec<_> = done.iter().map(|duty| duty.standing(now)).collect();
    assert_eq!(standings, [Standing::MetLate, Standing::Met, Standing::Late]);

    let unnamed = series(&[started.clone(), event("case.follow_up_recorded", "2026-02-28T10:00")]);
    assert!(!unnamed[0].is_open() && unnamed[1].is_open(), "the earliest is meant");

    let withdrawn = series(&[started, event("case.withdrawn", "2026-01-10T10:00")]);
    assert!(withdrawn.iter().all(|duty| duty.standing(now) == Standing::Cancelled));
}

#[test]
fn a_pack_taken_away_opens_nothing_and_settles_what_was_open() {
    let mut org = org("K");
    let (book, calendar) = (RuleBook::builtin(), WorkCalendar::builtin());
    let mut duties = duties_of(RuleId::INT_07, &org, &[event("application.accepted", "2026-02-13T16:00")]);
    let day = at("2026-02-13T17:00").day();
    assert!(org.is_live(book.rule(RuleId::INT_07).unwrap(), day));
    org = OrgRules::of(PackSet::EMPTY);
    let reviewed = event("application.reviewed", "2026-02-13T17:00");
    for effect in clocks(book, &org, calendar, &reviewed) {
        apply(&mut duties, &effect, calendar);
    }
    assert!(!duties[0].is_open());
    assert!(super::super::clocks(book, &org, calendar, &event("application.accepted", "2026-02-13T16:00")).is_empty());
}

#[test]
fn a_duty_tells_its_clause_and_what_is_left() {
    use crate::lang::Lang;
    let (book, calendar) = (RuleBook::builtin(), WorkCalendar::builtin());
    let duty =
        duties_of(RuleId::INT_19, &org("K"), &[event("application.accepted", "2026-02-13T16:00")]).swap_remove(0);
    assert_eq!(duty.clause(book).unwrap().id, RuleId::INT_19);
    let left = duty.left(Lang::Zh, calendar, at("2026-02-24T09:00"));
    assert_eq!(left, "还剩 8 个工作日");
}

proptest! {
    /// Whatever the hour: a duty is reminded of, due and late in this order, none before it began.
    #[test]
    fn moments_come_in_order(minutes in 0_i64..2 * 365 * 24 * 60, kind in prop::sample::select(EventKind::ALL.to_vec())) {
        let moment = at("2025-01-01T00:00").plus(Span::minutes(minutes));
        let subject = Subject { kind: kind.object(), id: CASE };
        for duty in duties(&org("WCSKP"), &[Event::new(kind, subject, moment)]) {
            prop_assert!(duty.opened == moment && duty.opened <= duty.warn, "{:?}", duty);
            prop_assert!(duty.warn <= duty.due && duty.due <= duty.late_after, "{:?}", duty);
            prop_assert!(duty.escalates.is_none_or(|told| told == duty.late_after.plus(Span::days(1))), "{:?}", duty);
        }
    }

    /// What is late stays late, however long one looks and whatever happens to it afterwards.
    #[test]
    fn late_is_late_for_ever(
        due in 0_i64..1_000, met in prop::option::of(0_i64..3_000), cancelled in prop::option::of(0_i64..3_000),
        paused in prop::option::of(0_i64..3_000), now in 1_001_i64..2_000, later in 0_i64..1_000,
    ) {
        let then = |now: i64| {
            let known = |at: Option<i64>| at.filter(|at| *at <= now).map(Moment::from_millis);
            standing(Moment::from_millis(due), Moment::from_millis(0), known(met), known(cancelled), known(paused), Moment::from_millis(now))
        };
        prop_assert!(!then(now).is_late() || then(now + later).is_late());
    }
}
