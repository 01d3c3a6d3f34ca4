use proptest::prelude::*;

use super::*;

fn day(raw: &str) -> Day {
    Day::parse(raw).unwrap()
}

#[test]
fn the_spring_festival_is_free_and_its_make_up_days_are_worked() {
    let calendar = WorkCalendar::builtin();
    for (raw, working) in [
        ("2026-02-13", true),  // Friday
        ("2026-02-14", true),  // make-up Saturday
        ("2026-02-15", false), // the festival begins
        ("2026-02-20", false),
        ("2026-02-23", false), // a Monday, the last free day
        ("2026-02-24", true),
        ("2026-02-28", true), // make-up Saturday
        ("2026-03-01", false),
        ("2026-09-20", true), // make-up Sunday
        ("2025-10-08", false),
        ("2025-10-11", true),
    ] {
        assert_eq!(calendar.is_working(day(raw)), working, "{raw}");
    }
}

#[test]
fn each_unit_is_counted_in_its_own_way() {
    let calendar = WorkCalendar::builtin();
    let start = Moment::parse("2026-02-13T16:40").unwrap();
    for (limit, unit, due) in [
        (24, Unit::Hours, Moment::parse("2026-02-14T16:40").unwrap()),
        (0, Unit::Days, Moment::end_of(day("2026-02-13"))),
        (3, Unit::Days, Moment::end_of(day("2026-02-16"))),
        (1, Unit::WorkingDays, Moment::end_of(day("2026-02-14"))),
        (2, Unit::WorkingDays, Moment::end_of(day("2026-02-24"))),
        (6, Unit::WorkingDays, Moment::end_of(day("2026-02-28"))),
        (7, Unit::WorkingDays, Moment::end_of(day("2026-03-02"))),
        (3, Unit::Months, Moment::end_of(day("2026-05-13"))),
    ] {
        assert_eq!(calendar.due(start, limit, unit), due, "{limit} {unit}");
    }
}

#[test]
fn a_pause_moves_the_due_time_in_its_own_unit() {
    let calendar = WorkCalendar::builtin();
    let at = |raw| Moment::parse(raw).unwrap();
    let (paused, resumed) = (at("2026-02-14T10:00"), at("2026-02-24T12:30"));
    assert_eq!(calendar.extend(at("2026-02-14T20:00"), paused, resumed, Unit::Hours), at("2026-02-24T22:30"));
    // Ten calendar days passed, but only one of them was worked.
    let due = Moment::end_of(day("2026-02-25"));
    assert_eq!(calendar.extend(due, paused, resumed, Unit::Days), Moment::end_of(day("2026-03-07")));
    assert_eq!(calendar.extend(due, paused, resumed, Unit::WorkingDays), Moment::end_of(day("2026-02-26")));
    assert_eq!(calendar.extend(due, resumed, paused, Unit::Hours), due, "no pause, no change");
}

#[test]
fn a_year_without_a_table_is_monday_to_friday_and_says_so() {
    let calendar = WorkCalendar::builtin();
    assert_eq!(calendar.years().collect::<Vec<_>>(), [2025, 2026]);
    assert!(!calendar.covers(2027));
    assert!(calendar.is_working(day("2027-01-01")), "a Friday, as far as anyone can tell yet");
    assert_eq!(calendar.missing(day("2026-06-01")), None);
    assert_eq!(calendar.missing(day("2026-12-01")), Some(2027));
    assert_eq!(calendar.missing(day("2027-03-01")), Some(2027));
}

#[test]
fn local_closures_are_free() {
    let calendar = WorkCalendar::builtin().with_closures(&[day("2026-03-03")]);
    assert!(!calendar.is_working(day("2026-03-03")));
    assert_eq!(calendar.add_working_days(day("2026-03-02"), 1), day("2026-03-04"));
}

#[test]
fn a_table_that_contradicts_itself_is_refused() {
    let table = |make_up: &str, from: &str, to: &str| {
        format!(
            "year = 2026\nsource = \"test\"\nmake_up = [\"{make_up}\"]\n\
             [[holiday]]\nname = {{ zh = \"元旦\", en = \"New Year\" }}\nfrom = \"{from}\"\nto = \"{to}\"\n"
        )
    };
    let parse = |file: String| WorkCalendar::parse(&[&file]);
    assert!(parse(table("2026-01-04", "2026-01-01", "2026-01-03")).is_ok());
    assert!(parse(table("2026-01-05", "2026-01-01", "2026-01-03")).is_err(), "a Monday made up");
    assert!(parse(table("2026-01-03", "2026-01-01", "2026-01-03")).is_err(), "free and worked");
    assert!(parse(table("2026-01-04", "2026-01-03", "2026-01-01")).is_err(), "ends before it begins");
    assert!(parse(table("2026-01-04", "2025-12-31", "2026-01-03")).is_err(), "another year");
    assert!(WorkCalendar::parse(&["nonsense"]).is_err());
}

prop_compose! {
    fn any_day()(n in 0_i64..1_400) -> Day { day("2024-06-01").plus_days(n) }
}

proptest! {
    #[test]
    fn adding_and_counting_are_inverse(start in any_day(), n in 0_i64..120) {
        let calendar = WorkCalendar::builtin();
        let end = calendar.add_working_days(start, n);
        prop_assert_eq!(calendar.working_days_between(start, end), n);
        prop_assert!(n == 0 || calendar.is_working(end));
    }

    #[test]
    fn later_starts_and_longer_limits_end_no_earlier(start in any_day(), n in 0_i64..60) {
        let calendar = WorkCalendar::builtin();
        let end = calendar.add_working_days(start, n);
        prop_assert!(end <= calendar.add_working_days(start.plus_days(1), n));
        prop_assert!(end < calendar.add_working_days(start, n + 1));
    }

    #[test]
    fn counting_adds_up(a in any_day(), b in any_day(), c in any_day()) {
        let between = |x, y| WorkCalendar::builtin().working_days_between(x, y);
        prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
    }
}
