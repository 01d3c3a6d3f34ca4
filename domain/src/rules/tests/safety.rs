//! Safety (SAF): each rule at the edges of its period, of its time or of its form.

use uuid::Uuid;

use super::periodic::{Among, Counted, Demand, Lifetime, each, in_force, not_older, once, valid};
use super::*;
use crate::calendar::WorkCalendar;
use crate::duties::{Duty, apply};
use crate::events::{Event, EventKind};
use crate::forms::{Answers, FieldKind, FormTemplate, Setting};
use crate::ids::PaperId;
use crate::packs::PackSet;
use crate::registers::Registers;
use crate::time::Span;

const PAPER: Uuid = Uuid::from_u128(3);

fn day(raw: &str) -> Day {
    Day::parse(raw).unwrap()
}

fn rule(id: &str) -> &'static Rule {
    RuleBook::builtin().rule(id.parse().unwrap()).unwrap()
}

fn form(register: &str) -> &'static FormTemplate {
    let registers = Registers::builtin();
    registers.get(register).and_then(|register| registers.form(register)).unwrap()
}

/// How the turns of a rule stand on a day, oldest first, for a subject that is there since 1 January 2026. Of a paper is said when
/// it happened and when it was written down.
pub fn stands(id: &str, papers: &[(&str, &str)], today: &str) -> Vec<Standing> {
    let rule = rule(id);
    let duty = rule.periodic.as_ref().unwrap();
    let limit = rule.parameter(duty.parameters(PackSet::EMPTY).next().unwrap()).unwrap();
    let org = org("WCSKP");
    let asked = |on: Day| org.value(limit, on);
    let life = Lifetime { since: day("2026-01-01"), until: None };
    let counted = |(on, written): &(&str, &str)| Counted { paper: PAPER.into(), on: day(on), written: day(written) };
    let papers: Vec<Counted> = papers.iter().map(counted).collect();
    let turns = match &duty.demand {
        Demand::Each(period, _) => each(*period, duty.warn_days, asked, life, &papers, day(today)),
        Demand::NotOlderThan(_) => not_older(limit.unit, duty.warn_days, asked, life, &papers, day(today)),
        Demand::Once(_) => once(limit.unit, duty.warn_days, asked, life, &papers, day(today)),
        Demand::InForce | Demand::Valid(_) => panic!("{id} is not counted over time"),
    };
    turns.iter().map(|turn| turn.standing).collect()
}

/// Proves SAF-02.
#[test]
fn every_half_year_has_its_check() {
    use Standing::{Due, Late, Met, MetLate, Open};
    let id = "SAF-02";
    assert_eq!(stands(id, &[], "2026-05-30"), [Open], "31 days left");
    assert_eq!(stands(id, &[], "2026-05-31"), [Due], "30 days left");
    assert_eq!(stands(id, &[], "2026-06-30"), [Due], "the last day is in time");
    assert_eq!(stands(id, &[], "2026-07-01"), [Late, Open]);
    assert_eq!(stands(id, &[("2026-06-30", "2026-06-30")], "2026-07-01"), [Met, Open]);
    assert_eq!(stands(id, &[("2026-06-30", "2026-07-01")], "2026-07-01"), [MetLate, Open], "written down late");
    let next = ("2026-07-01", "2026-07-01");
    assert_eq!(stands(id, &[next], "2026-07-01"), [Late, Met], "it belongs to its own half-year");
    assert_eq!(stands(id, &[next, ("2026-07-02", "2026-07-02")], "2026-07-02"), [MetLate, Met]);
}

/// Proves SAF-04.
#[test]
fn a_site_is_walked_through_every_month() {
    use Standing::{Due, Late, Met, MetLate, Open};
    let id = "SAF-04";
    assert_eq!(stands(id, &[], "2026-01-24"), [Open], "8 days left");
    assert_eq!(stands(id, &[], "2026-01-25"), [Due]);
    assert_eq!(stands(id, &[], "2026-02-01"), [Due], "a month after the first day");
    assert_eq!(stands(id, &[], "2026-02-02"), [Late]);
    assert_eq!(stands(id, &[("2026-02-01", "2026-02-01")], "2026-02-02"), [Met, Open]);
    assert_eq!(stands(id, &[("2026-02-02", "2026-02-02")], "2026-02-02"), [MetLate, Open]);
    let last_of_january = [("2026-01-31", "2026-01-31")];
    assert_eq!(stands(id, &last_of_january, "2026-02-28"), [Met, Due], "February has no 31st");
    assert_eq!(stands(id, &last_of_january, "2026-03-01"), [Met, Late]);
}

/// One drill of each plan (SAF-11), one fire drill (SAF-12) and one training (SAF-18) in each year, to be done from 1 October on.
///
/// Proves SAF-11, SAF-12, SAF-18.
#[test]
fn the_last_quarter_asks_for_what_a_year_has_to_have() {
    use Standing::{Due, Late, Met, MetLate, Open};
    for id in ["SAF-11", "SAF-12", "SAF-18"] {
        assert_eq!(stands(id, &[], "2026-09-30"), [Open], "{id}");
        assert_eq!(stands(id, &[], "2026-10-01"), [Due], "{id}");
        assert_eq!(stands(id, &[], "2026-12-31"), [Due], "{id}");
        assert_eq!(stands(id, &[], "2027-01-01"), [Late, Open], "{id}");
        assert_eq!(stands(id, &[("2026-12-31", "2026-12-31")], "2027-01-01"), [Met, Open], "{id}");
        assert_eq!(stands(id, &[("2026-12-31", "2027-01-01")], "2027-01-01"), [MetLate, Open], "{id}");
    }
}

/// A welfare institution holds two fire drills a year, every other house one.
///
/// Proves SAF-12.
#[test]
fn some_houses_are_asked_for_more() {
    let rule = rule("SAF-12");
    let duty = rule.periodic.as_ref().unwrap();
    let asked = |packs: &str| {
        let packs = PackSet::parse(packs).unwrap();
        let parameters = duty.parameters(packs).map(|key| rule.parameter(key).unwrap().default);
        parameters.max().unwrap()
    };
    assert_eq!(["W", "P", "KP", "WP"].map(asked), [2, 1, 1, 2]);
}

/// Proves SAF-06.
#[test]
fn a_piece_of_equipment_is_valid_to_the_day_on_its_label() {
    use Standing::{Due, Late, Met};
    let duty = rule("SAF-06").periodic.as_ref().unwrap();
    assert_eq!(duty.demand, Demand::Valid("valid_until".to_owned()));
    let card = Counted { paper: PAPER.into(), on: day("2025-07-01"), written: day("2025-07-01") };
    let stands = |today: &str| valid(duty.warn_days, card, day("2026-06-30"), day(today)).standing;
    assert_eq!(stands("2026-05-30"), Met, "31 days left");
    assert_eq!(stands("2026-05-31"), Due, "30 days left");
    assert_eq!(stands("2026-06-30"), Due, "the last day is in time");
    assert_eq!(stands("2026-07-01"), Late);
}

#[test]
fn what_has_to_be_in_force_is_there_or_is_missing() {
    use Standing::{Late, Met};
    let plan = Counted { paper: PAPER.into(), on: day("2026-05-06"), written: day("2026-05-06") };
    for id in ["SAF-01", "SAF-05", "SAF-09", "SAF-16"] {
        assert!(!rule(id).periodic.as_ref().unwrap().runs_out(), "{id}");
    }
    let life = Lifetime { since: day("2026-03-02"), until: Some(day("2026-12-31")) };
    let stands = |current: Option<Counted>, today: &str| -> Vec<Standing> {
        in_force(life, current, day(today)).iter().map(|turn| turn.standing).collect()
    };
    assert_eq!(stands(None, "2026-03-01"), [], "nothing is owed before the first day");
    assert_eq!(stands(None, "2026-03-02"), [Late], "it is missing from the first day on");
    assert_eq!(stands(Some(plan), "2026-05-06"), [Met]);
    assert_eq!(stands(None, "2026-12-31"), [Late], "the last day still");
    assert_eq!(stands(None, "2027-01-01"), []);
}

/// What a duty is narrowed by, and told apart by, can be answered so.
#[test]
fn a_duty_is_narrowed_by_answers_that_are_there() {
    for rule in RuleBook::builtin().iter() {
        let Some(duty) = &rule.periodic else { continue };
        let these = duty.apart.as_ref().and_then(|apart| match &apart.among {
            Among::These(these) => Some((&apart.by, these)),
            _ => None,
        });
        let named = duty.only.iter().map(|only| (&only.field, &only.is)).chain(these);
        for (field, answers) in named {
            for form in duty.of.iter().map(|register| form(register)) {
                let offered = form.fact(field).unwrap_or_else(|| panic!("{}: {} has no {field}", rule.id, form.key));
                for value in answers {
                    let is_yes_or_no = offered.kind == FieldKind::YesNo && ["yes", "no"].contains(&value.as_str());
                    let is_there = is_yes_or_no || offered.options.iter().any(|option| option.value == *value);
                    let is_number = offered.kind == FieldKind::Computed && value.parse::<i64>().is_ok();
                    assert!(is_there || is_number, "{}: {value}", rule.id);
                }
            }
        }
    }
}

/// Something that happened to the one paper that these tests are about.
fn event(register: &str, kind: EventKind, moment: Moment) -> Event {
    Event::new(kind, PaperId::from(PAPER), moment).with(Event::REGISTER, register)
}

/// What is owed under a rule after some events.
fn owed(id: &str, packs: &str, events: &[Event]) -> Vec<Duty> {
    let (calendar, org) = (WorkCalendar::builtin(), org(packs));
    let mut duties = Vec::new();
    for effect in events.iter().flat_map(|event| clocks(RuleBook::builtin(), &org, calendar, event)) {
        apply(&mut duties, &effect, calendar);
    }
    duties.retain(|duty: &Duty| duty.rule.to_string() == id);
    duties
}

/// Proves SAF-03.
#[test]
fn a_hazard_is_mended_within_a_week_and_a_serious_one_the_same_day() {
    // It is written down three days after it was found: the days count from when it was found.
    let (found, written) = (at("2026-03-02T09:00"), at("2026-03-05T10:00"));
    let of_level = |level: &str, event: Event| Event { facts: [("level".into(), vec![level.into()])].into(), ..event };
    for (level, due) in [("general", end("2026-03-09")), ("serious", end("2026-03-02"))] {
        let submitted = of_level(level, event("hazard", EventKind::PaperSubmitted, written)).due_from(found);
        let mended = |moment| of_level(level, event("hazard", EventKind::PaperMended, moment));
        let after = |events: &[Event]| owed("SAF-03", "K", events).pop().unwrap();
        let open = after(std::slice::from_ref(&submitted));
        assert_eq!((open.due, open.escalates), (due, Some(due.plus(Span::days(1)))), "{level}");
        assert_eq!(open.standing(due.plus(Span::millis(1))), Standing::Late, "{level}");
        for (moment, standing) in [(due, Standing::Met), (due.plus(Span::millis(1)), Standing::MetLate)] {
            assert_eq!(after(&[submitted.clone(), mended(moment)]).standing(end("2026-05-01")), standing, "{level}");
        }
        // What was not mended after all is owed again, with as much time as at first.
        let reopened = of_level(level, event("hazard", EventKind::PaperReopened, at("2026-04-01T10:00")));
        let again = after(&[submitted, mended(due), reopened]);
        let days = if level == "serious" { "2026-04-01" } else { "2026-04-08" };
        assert_eq!((again.due, again.met), (end(days), None), "{level}");
    }
}

/// Proves SAF-13.
#[test]
fn an_accident_is_written_down_within_a_day() {
    let happened = at("2026-02-14T16:40");
    let due = at("2026-02-15T16:40");
    for (written, standing) in
        [(happened, Standing::Met), (due, Standing::Met), (due.plus(Span::millis(1)), Standing::MetLate)]
    {
        let submitted = event("accident_record", EventKind::PaperSubmitted, written).due_from(happened);
        let duties = owed("SAF-13", "P", std::slice::from_ref(&submitted));
        assert_eq!(duties.len(), 1);
        assert_eq!((duties[0].due, duties[0].standing(end("2026-03-01"))), (due, standing), "{written:?}");
    }
}

/// Proves SAF-15.
#[test]
fn a_trip_is_written_down_before_it_sets_off() {
    let departs = at("2026-05-08T09:00");
    for (written, standing) in [
        (at("2026-05-01T16:00"), Standing::Met),
        (departs, Standing::Met),
        (departs.plus(Span::millis(1)), Standing::MetLate),
        (at("2026-05-09T10:00"), Standing::MetLate),
    ] {
        let submitted = event("trip_record", EventKind::PaperSubmitted, written).due_from(departs);
        let duties = owed("SAF-15", "P", std::slice::from_ref(&submitted));
        assert_eq!(duties.len(), 1);
        assert_eq!((duties[0].due, duties[0].standing(end("2026-06-01"))), (departs, standing), "{written:?}");
    }
}

#[test]
fn the_clocks_of_safety_bind_their_packs_only() {
    for (id, register, packs) in
        [("SAF-03", "hazard", "KP"), ("SAF-13", "accident_record", "CP"), ("SAF-15", "trip_record", "P")]
    {
        let submitted = event(register, EventKind::PaperSubmitted, at("2026-03-02T09:00"));
        let submitted = submitted.due_from(at("2026-03-02T09:00"));
        for pack in ["W", "C", "S", "K", "P"] {
            let bound = !owed(id, pack, std::slice::from_ref(&submitted)).is_empty();
            assert_eq!(bound, packs.contains(pack), "{id} in {pack}");
        }
    }
}

/// What the rules miss of a paper before it is handed in, by the labels of the fields.
fn unfilled(register: &str, packs: &str, answers: &[(&str, &str)]) -> Vec<String> {
    let (org, now) = (org(packs), at("2026-03-02T09:00"));
    let rules = Rules { book: RuleBook::builtin(), org: &org, calendar: WorkCalendar::builtin(), now };
    let answers: Answers = answers.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect();
    let setting = Setting { today: now.day(), packs: PackSet::parse(packs).unwrap() };
    let verdict = rules.unfilled(form(register), &answers, setting);
    verdict.blocked.iter().map(|missing| format!("{} {}", missing.rule, missing.text.en)).collect()
}

/// Proves SAF-10.
#[test]
fn a_plan_has_its_four_parts() {
    let parts = [
        ("organisation.1.team", "alarm", "Teams"),
        ("response_process.1.step", "发现火情", "Response process"),
        ("measures", "切断电源，使用灭火器。", "Measures"),
        ("recovery", "安置人员，检修后恢复服务。", "Recovery and reconstruction"),
    ];
    for (without, (_, _, label)) in parts.iter().enumerate() {
        let others = parts.iter().enumerate().filter(|(place, _)| *place != without);
        let others: Vec<_> = others.map(|(_, (name, answer, _))| (*name, *answer)).collect();
        assert_eq!(unfilled("emergency_plan", "K", &others), [format!("SAF-10 Fill in: {label}.")]);
        assert_eq!(unfilled("emergency_plan", "WCSP", &others), [""; 0], "it binds community centres");
    }
    let all = parts.map(|(name, answer, _)| (name, answer));
    assert_eq!(unfilled("emergency_plan", "K", &all), [""; 0]);
    assert_eq!(unfilled("emergency_plan", "K", &[]).len(), 4, "everything that is missing is said at once");
}

/// Proves SAF-15.
#[test]
fn a_trip_names_its_vehicle_its_driver_and_how_it_is_kept_safe() {
    let vehicle = [("plate", "苏A12345"), ("driver", "罗维平"), ("safety_measures", "上下车点名，过马路有人护送。")];
    for (without, label) in ["Number plate", "Driver", "Safety measures"].into_iter().enumerate() {
        let mut answers = vec![("transport", "own")];
        answers.extend(vehicle.iter().enumerate().filter(|(place, _)| *place != without).map(|(_, answer)| *answer));
        assert_eq!(unfilled("trip_record", "P", &answers), [format!("SAF-15 Fill in: {label}.")]);
        assert_eq!(unfilled("trip_record", "WCSK", &answers), [""; 0], "it binds psychological services");
    }
    let on_foot = [("transport", "on_foot"), vehicle[2]];
    assert_eq!(unfilled("trip_record", "P", &on_foot), [""; 0], "who walks has no vehicle");
    assert_eq!(unfilled("trip_record", "P", &on_foot[..1]), ["SAF-15 Fill in: Safety measures."]);
}
