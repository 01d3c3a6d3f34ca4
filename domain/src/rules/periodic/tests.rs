use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn day(raw: &str) -> Day {
    Day::parse(raw).unwrap()
}

fn paper(on: &str) -> Counted {
    Counted { paper: PaperId::from(uuid::Uuid::nil()), on: day(on), written: day(on) }
}

fn since(first: &str) -> Lifetime {
    Lifetime { since: day(first), until: None }
}

/// What the half-years of a subject say on a day, with one paper asked in each.
fn half_years(life: Lifetime, papers: &[Counted], today: &str) -> Vec<(String, Standing)> {
    let turns = each(Period::HalfYear, 30, |_| 1, life, papers, day(today));
    turns.iter().map(|turn| (Period::HalfYear.called(turn.stretch).zh.to_string(), turn.standing)).collect()
}

#[test]
fn periods_are_those_of_the_calendar() {
    for (period, on, first, last, name) in [
        (Period::Month, "2024-02-29", "2024-02-01", "2024-02-29", "2024 年 2 月"),
        (Period::Quarter, "2026-12-31", "2026-10-01", "2026-12-31", "2026 年第 4 季度"),
        (Period::HalfYear, "2026-06-30", "2026-01-01", "2026-06-30", "2026 上半年"),
        (Period::HalfYear, "2026-07-01", "2026-07-01", "2026-12-31", "2026 下半年"),
        (Period::Year, "2026-07-01", "2026-01-01", "2026-12-31", "2026 年"),
    ] {
        let stretch = period.of(day(on));
        assert_eq!((stretch.first, stretch.last), (day(first), day(last)), "{period} {on}");
        assert_eq!(period.called(stretch).zh, name);
    }
}

#[test]
fn the_first_full_period_is_owed() {
    // Who begins on the last day of a half-year owes the next; who begins on its first day owes it.
    assert_eq!(half_years(since("2026-06-30"), &[], "2026-06-30"), []);
    assert_eq!(half_years(since("2026-06-30"), &[], "2026-07-01"), [("2026 下半年".to_owned(), Standing::Open)]);
    assert_eq!(half_years(since("2026-07-01"), &[], "2026-07-01"), [("2026 下半年".to_owned(), Standing::Open)]);
    assert_eq!(half_years(since("2026-07-02"), &[], "2026-12-31"), []);
    // Who leaves before its end does not owe it.
    let gone = Lifetime { until: Some(day("2026-12-30")), ..since("2026-07-01") };
    assert_eq!(half_years(gone, &[], "2027-03-01"), []);
    let stayed = Lifetime { until: Some(day("2026-12-31")), ..since("2026-07-01") };
    assert_eq!(half_years(stayed, &[], "2027-03-01"), [("2026 下半年".to_owned(), Standing::Late)]);
}

#[test]
fn the_days_left_say_how_it_stands() {
    let stands = |today| half_years(since("2026-07-01"), &[], today)[0].1;
    assert_eq!(stands("2026-11-30"), Standing::Open, "31 days left");
    assert_eq!(stands("2026-12-01"), Standing::Due, "30 days left");
    assert_eq!(stands("2026-12-31"), Standing::Due, "the last day is in time");
    assert_eq!(stands("2027-01-01"), Standing::Late);
}

#[test]
fn a_paper_counts_in_the_period_in_which_it_happened() {
    let both = ["2026-12-31", "2027-01-01"].map(paper);
    let turns = half_years(since("2026-07-01"), &both, "2027-02-01");
    assert_eq!(turns.iter().map(|(_, standing)| *standing).collect::<Vec<_>>(), [Standing::Met, Standing::Met]);
    // What was written down after the period is late, whatever day it says.
    let backdated = Counted { written: day("2027-01-12"), ..paper("2026-12-30") };
    let turns = each(Period::HalfYear, 30, |_| 1, since("2026-07-01"), &[backdated], day("2027-02-01"));
    assert_eq!(turns[0].standing, Standing::MetLate);
    assert_eq!(turns[0].counted[0].1, Some(12));
}

#[test]
fn what_is_more_than_asked_makes_up_for_the_period_before() {
    let late = [paper("2027-01-12")];
    let turns = half_years(since("2026-07-01"), &late, "2027-02-01");
    assert_eq!(turns, [("2026 下半年".to_owned(), Standing::Late), ("2027 上半年".to_owned(), Standing::Met)]);
    let turns = each(
        Period::HalfYear,
        30,
        |_| 1,
        since("2026-07-01"),
        &[paper("2027-01-12"), paper("2027-05-20")],
        day("2027-06-01"),
    );
    assert_eq!(turns[0].standing, Standing::MetLate);
    assert_eq!(turns[0].counted, [(paper("2027-01-12"), Some(12))], "twelve days after its end, for ever");
    assert_eq!((turns[1].standing, turns[1].counted.len()), (Standing::Met, 1));
}

#[test]
fn a_stricter_number_binds_from_the_next_period() {
    // From 1 October on a district asks for two: the half-year that it cuts keeps its one.
    let needed = |on: Day| if on >= day("2026-10-01") { 2 } else { 1 };
    let papers = [paper("2026-09-12"), paper("2027-03-01")];
    let turns = each(Period::HalfYear, 30, needed, since("2026-07-01"), &papers, day("2027-07-01"));
    let stands: Vec<_> = turns.iter().map(|turn| (turn.needed, turn.missing(), turn.standing)).collect();
    assert_eq!(stands, [(1, 0, Standing::Met), (2, 1, Standing::Late), (2, 2, Standing::Open)]);
}

#[test]
fn a_span_runs_from_one_paper_to_the_next() {
    let papers = [paper("2026-01-20"), paper("2026-03-01")];
    let turns = not_older(Unit::Months, 7, |_| 1, since("2026-01-01"), &papers, day("2026-03-26"));
    let stands: Vec<_> = turns.iter().map(|turn| (turn.stretch.last.to_string(), turn.standing)).collect();
    assert_eq!(
        stands,
        [
            ("2026-02-01".to_owned(), Standing::Met),
            ("2026-02-20".to_owned(), Standing::MetLate),
            ("2026-04-01".to_owned(), Standing::Due),
        ]
    );
    assert_eq!(turns[1].counted[0].1, Some(9));
    // A leap day: a month after 31 January is its February's last day.
    let turns = not_older(Unit::Months, 7, |_| 1, since("2024-01-31"), &[], day("2024-03-01"));
    assert_eq!((turns[0].stretch.last, turns[0].standing), (day("2024-02-29"), Standing::Late));
    let turns = not_older(Unit::Days, 7, |_| 30, since("2026-01-01"), &[], day("2026-01-31"));
    assert_eq!((turns[0].stretch.last, turns[0].standing), (day("2026-01-31"), Standing::Due));
}

/// How one within 14 days stands on a day, for somebody who is there from 1 July on.
fn once_by(papers: &[Counted], until: Option<&str>, today: &str) -> Vec<(String, Standing)> {
    let life = Lifetime { until: until.map(day), ..since("2026-07-01") };
    let turns = once(Unit::Days, 3, |_| 14, life, papers, day(today));
    turns.iter().map(|turn| (turn.stretch.last.to_string(), turn.standing)).collect()
}

#[test]
fn what_is_asked_once_is_never_asked_again() {
    let by = |standing| vec![("2026-07-15".to_owned(), standing)];
    let written = |on: &str| Counted { written: day(on), ..paper("2026-07-15") };
    for (papers, today, expected) in [
        (vec![], "2026-06-30", vec![]),
        (vec![], "2026-07-11", by(Standing::Open)),
        (vec![], "2026-07-12", by(Standing::Due)),
        (vec![], "2026-07-15", by(Standing::Due)),
        (vec![], "2026-07-16", by(Standing::Late)),
        (vec![paper("2026-07-15")], "2027-07-01", by(Standing::Met)),
        (vec![paper("2026-07-16")], "2026-07-16", by(Standing::MetLate)),
        (vec![written("2026-07-16")], "2026-07-16", by(Standing::MetLate)),
        // Before the first day it was about something else; a second one changes nothing.
        (vec![paper("2026-06-30")], "2026-07-16", by(Standing::Late)),
        (vec![paper("2026-07-02"), paper("2026-09-02")], "2026-09-02", by(Standing::Met)),
    ] {
        assert_eq!(once_by(&papers, None, today), expected, "{papers:?} on {today}");
    }
    // Who leaves before the last day does not owe it.
    assert_eq!(once_by(&[], Some("2026-07-14"), "2026-07-14"), []);
    assert_eq!(once_by(&[], Some("2026-07-15"), "2026-07-16"), by(Standing::Late));
}

#[test]
fn a_duty_is_written_in_one_way() {
    let read = |text: &str| toml::from_str::<Periodic>(text);
    let duty = read(
        "of = [\"safety_check\"]\neach = \"half_year\"\nat_least = \"saf.checks\"\nfor = \"site\"\nowner = \"safety_officer\"",
    );
    let duty = duty.unwrap();
    assert_eq!(duty.demand, Demand::Each(Period::HalfYear, Quantity::Parameter("saf.checks".to_owned())));
    let told_apart = read(
        "of = [\"drill\"]\neach = \"year\"\nat_least = \"x\"\nat_least_in = { W = \"y\" }\nfor = \"member\"\nowner = \"head\"\n\
         apart = { by = \"kind\", listed_in = \"plan.people.member\" }",
    )
    .unwrap();
    let listed = Among::Listed { register: "plan".to_owned(), field: "people.member".to_owned() };
    assert_eq!(told_apart.apart, Some(Apart { by: "kind".to_owned(), among: listed }));
    assert_eq!(told_apart.facts().collect::<Vec<_>>(), [("drill", "kind"), ("plan", "people.member")]);
    let of_each = read(
        "of = [\"signoff\"]\neach_of = \"policy\"\nonce_within = \"x\"\nfor = \"member\"\nowner = \"responsible\"\n\
         apart = { by = \"author\" }",
    )
    .unwrap();
    assert_eq!(of_each.demand, Demand::Once(Quantity::Parameter("x".to_owned())));
    assert_eq!(of_each.facts().count(), 0, "no form asks who writes");
    assert_eq!(
        (of_each.shown_with(), of_each.reads().collect::<Vec<_>>()),
        (Some("policy"), vec!["signoff", "policy"])
    );
    for duty in [duty, told_apart, of_each] {
        assert_eq!(toml::from_str::<Periodic>(&toml::to_string(&duty).unwrap()).unwrap(), duty);
    }
    for broken in [
        "of = [\"a\"]\nfor = \"site\"\nowner = \"head\"",
        "of = [\"a\"]\nnot_older_than = \"x\"\nfor = \"moon\"\nowner = \"head\"",
        "of = [\"a\"]\neach = \"year\"\nfor = \"site\"\nowner = \"head\"",
        "of = [\"a\"]\neach = \"year\"\nat_least = \"x\"\nin_force = true\nfor = \"site\"\nowner = \"head\"",
        "of = [\"a\"]\nonce_within = 14\nnot_older_than = 14\nfor = \"site\"\nowner = \"head\"",
        "of = [\"a\"]\nin_force = false\nfor = \"site\"\nowner = \"head\"",
        "of = [\"a\"]\nin_force = true\nfor = \"member\"\nowner = \"head\"",
        "of = [\"a\"]\nin_force = true\napart = { by = \"x\" }\nfor = \"site\"\nowner = \"head\"",
        "of = [\"a\"]\nin_force = true\napart = { by = \"x\", listed_in = \"y\" }\nfor = \"site\"\nowner = \"head\"",
        "of = [\"a\"]\nin_force = true\nat_least_in = { W = \"x\" }\nfor = \"site\"\nowner = \"head\"",
    ] {
        assert!(read(broken).is_err(), "{broken}");
    }
}

/// The same by walking through the days, one by one, with nothing clever.
fn slowly(period: Period, needed: i64, life: Lifetime, papers: &[Counted], today: Day) -> BTreeMap<Day, (usize, bool)> {
    let mut owed: BTreeMap<Day, Stretch> = BTreeMap::new();
    let mut walk = life.since;
    while walk <= today {
        let stretch = period.of(walk);
        let whole = life.since <= stretch.first && life.until.is_none_or(|until| until >= stretch.last);
        if whole {
            owed.insert(stretch.first, stretch);
        }
        walk = walk.plus_days(1);
    }
    let needed = usize::try_from(needed).unwrap();
    let mut left: BTreeMap<Day, Vec<Counted>> = BTreeMap::new();
    for (first, stretch) in &owed {
        let mut own: Vec<_> = papers.iter().copied().filter(|paper| stretch.has(paper.on)).collect();
        own.sort_by_key(|paper| (paper.on, paper.written, paper.paper));
        left.insert(*first, own);
    }
    let firsts: Vec<Day> = owed.keys().copied().collect();
    for pair in firsts.windows(2) {
        while left[&pair[1]].len() > needed && left[&pair[0]].len() < needed {
            let moved = left.get_mut(&pair[1]).unwrap().remove(0);
            left.get_mut(&pair[0]).unwrap().push(moved);
        }
    }
    let tell = |(first, papers): (&Day, &Vec<Counted>)| {
        let last = owed[first].last;
        (*first, (papers.len(), papers.iter().any(|paper| paper.on > last || paper.written > last)))
    };
    left.iter().map(tell).collect()
}

/// Whether one within a span was there in time, or is late, by walking through the days: nothing where it is not owed.
fn slowly_once(span: i64, life: Lifetime, papers: &[Counted], today: Day) -> Option<(bool, bool)> {
    let (mut walk, mut met) = (life.since, None);
    while walk <= today {
        let there = papers.iter().filter(|paper| paper.on >= life.since && paper.on <= walk && paper.written <= walk);
        if met.is_none() && there.count() > 0 {
            met = Some(walk);
        }
        walk = walk.plus_days(1);
    }
    let last = life.since.plus_days(span);
    let owed = life.since <= today && (met.is_some() || life.until.is_none_or(|until| until >= last));
    owed.then(|| (met.is_some(), met.map_or(today > last, |met| met > last)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn five_years_agree_with_a_slow_reference(
        which in 0_usize..4,
        needed in 0_i64..4,
        begins in 0_i64..400,
        ends in proptest::option::of(400_i64..1_900),
        days in proptest::collection::vec((0_i64..1_900, 0_i64..40), 0..40),
        today in 300_i64..1_826,
    ) {
        let origin = day("2024-01-01");
        let life = Lifetime { since: origin.plus_days(begins), until: ends.map(|days| origin.plus_days(days)) };
        let papers: Vec<Counted> = days.iter().enumerate().map(|(place, (on, late))| {
            let on = origin.plus_days(*on);
            let id = uuid::Uuid::from_u128(place as u128);
            Counted { paper: id.into(), on, written: on.plus_days(*late) }
        }).collect();
        let (period, today) = (Period::ALL[which], origin.plus_days(today));
        let turns = each(period, 30, |_| needed, life, &papers, today);
        let slow = slowly(period, needed, life, &papers, today);
        prop_assert_eq!(turns.len(), slow.len());
        for turn in &turns {
            let (counted, late) = slow[&turn.stretch.first];
            prop_assert_eq!(turn.counted.len(), counted);
            let met = i64::try_from(counted).unwrap() >= needed;
            prop_assert_eq!(met && !late, turn.standing == Standing::Met);
            prop_assert_eq!(met && late, turn.standing == Standing::MetLate);
            prop_assert_eq!(!met && turn.stretch.last < today, turn.standing == Standing::Late);
        }
        // Nothing counts twice.
        let mut seen: Vec<_> = turns.iter().flat_map(|turn| &turn.counted).map(|(paper, _)| paper.paper).collect();
        let all = seen.len();
        seen.sort();
        seen.dedup();
        prop_assert_eq!(seen.len(), all);
    }

    #[test]
    fn what_is_asked_once_agrees_with_a_slow_reference(
        span in 0_i64..40,
        ends in proptest::option::of(0_i64..90),
        written in proptest::collection::vec(-10_i64..90, 0..4),
        today in -5_i64..90,
    ) {
        let first = day("2026-07-01");
        let life = Lifetime { since: first, until: ends.map(|days| first.plus_days(days)) };
        let today = first.plus_days(today);
        // It happens when it is written, and only what is written by then is known.
        let known = written.iter().map(|days| first.plus_days(*days)).filter(|on| *on <= today);
        let papers: Vec<Counted> = known.map(|on| Counted { paper: uuid::Uuid::nil().into(), on, written: on }).collect();
        let turns = once(Unit::Days, 3, |_| span, life, &papers, today);
        let told = turns.first().map(|turn| (turn.missing() == 0, turn.standing.is_late()));
        prop_assert_eq!(turns.len(), usize::from(told.is_some()));
        prop_assert_eq!(told, slowly_once(span, life, &papers, today));
    }

    #[test]
    fn what_was_late_stays_late(
        days in proptest::collection::vec((0_i64..1_800, 0_i64..40), 0..20),
        today in 400_i64..1_700,
        later in 1_i64..126,
    ) {
        let origin = day("2024-01-01");
        let papers: Vec<Counted> = days.iter().map(|(on, late)| {
            let on = origin.plus_days(*on);
            Counted { paper: uuid::Uuid::nil().into(), on, written: on.plus_days(*late) }
        }).collect();
        // Only what is written by then is known on a day.
        let on = |today: Day| {
            let known: Vec<Counted> = papers.iter().copied().filter(|paper| paper.written <= today).collect();
            each(Period::Quarter, 30, |_| 1, Lifetime { since: origin, until: None }, &known, today)
        };
        let (today, tomorrow) = (origin.plus_days(today), origin.plus_days(today + later));
        for (turn, then) in on(today).iter().zip(on(tomorrow)) {
            if turn.standing.is_late() {
                prop_assert!(then.standing.is_late(), "{:?} became {:?}", turn, then);
            }
        }
    }
}
