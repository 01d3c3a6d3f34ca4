//! The district: each number is the count of its rows, no row names a person, and a named case takes a reason.

use crate::road::*;
use crate::world::*;
use backend::duties::{DutyFilter, Which};
use backend::organisations::{AddDistrictMember, add_district_member};
use backend::oversight::{self, FigureFilter, FigureRows, Figures, OpenCase, StationFigures};
use backend::{Command, OversightScope};
use domain::access::{Action, Object, Role};
use domain::figures::{Figure, Handling};
use domain::ids::{CaseId, OpeningId};
use domain::refusal::{Problem, Refusal};
use domain::time::Month;
use std::collections::BTreeMap;

const REASON: &str = "居民投诉超期未反馈结果，核查办理经过。";

fn open(organisation: &str, case: CaseId, reason: &str) -> Command<OpenCase> {
    fresh(OpenCase { organisation: organisation.to_owned(), case, reason: reason.to_owned() })
}

/// All rows behind a number, page after page, as they would be shown.
async fn rows(scope: &OversightScope, slug: &str, figure: Figure, month: Option<Month>) -> Vec<String> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let filter = FigureFilter { organisation: slug.to_owned(), figure, month, after };
        let page = oversight::rows(scope, &filter).await.unwrap();
        match &page.rows {
            FigureRows::Cases(rows) => all.extend(rows.iter().map(|row| format!("{row:?}"))),
            FigureRows::Duties(rows) => all.extend(rows.iter().map(|row| format!("{row:?}"))),
            FigureRows::Applications(rows) => all.extend(rows.iter().map(|row| format!("{row:?}"))),
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

/// Every number of every station is the count of its rows, and no row says who is served.
async fn numbers_are_rows(scope: &OversightScope) {
    for station in oversight::stations(scope).await.unwrap() {
        let StationFigures { organisation, figures, months } = station;
        let slug = &organisation.slug;
        let Figures { open, due, overdue, escalated, received, closed, handling } = figures;
        let shown = [open, due, overdue, escalated, received, closed, handling.cases];
        for (figure, n) in Figure::ALL.into_iter().zip(shown) {
            let rows = rows(scope, slug, figure, None).await;
            assert_eq!(rows.len() as u64, n, "{slug} {figure}");
            let text = rows.concat();
            for secret in [WANG.name, WANG.phone, WANG.identity, LI.name, LI.phone, LI.identity, "小明", HOME] {
                assert!(!text.contains(secret), "{slug} {figure} shows {secret}");
            }
        }
        assert_eq!(months.len(), 12);
        for month in months {
            for (figure, n) in [
                (Figure::Received, month.received),
                (Figure::Closed, month.closed),
                (Figure::Handled, month.handling.cases),
            ] {
                let rows = rows(scope, slug, figure, Some(month.month)).await;
                assert_eq!(rows.len() as u64, n, "{slug} {figure} {}", month.month);
            }
        }
    }
}

/// What a district's lists may depend on: the work. Every other column says something about a person, and so does each
/// that is added later. The indexes of what is sealed differ by their nature, and nobody reads them.
const WORK: [(&str, &str); 3] = [
    (
        "applications",
        "organisation_id id number receipt_index channel state handler_id submitted_at accepted_at reviewed_at screened_at \
         confirmed_at ended_at version",
    ),
    (
        "cases",
        "organisation_id id number application_id state responsible_id accepted_at opened_at started_at told_at closed_at \
         version",
    ),
    ("clients", "organisation_id id number identity_index responsible_id created_at version"),
];

/// Everybody becomes one and the same person, with one need.
async fn make_all_alike(world: &World) {
    let owner = world.owner().await;
    owner.unbind().await;
    for (table, work) in WORK {
        for column in owner.columns(table).await {
            if !work.split(' ').any(|name| name == column) {
                let first = format!("(SELECT {column} FROM {table} ORDER BY id LIMIT 1)");
                owner.run(&format!("UPDATE {table} SET {column} = {first}")).await.unwrap();
            }
        }
    }
}

/// Everything that the district is answered without an opening.
async fn answers(scope: &OversightScope) -> Vec<String> {
    let stations = oversight::stations(scope).await.unwrap();
    let mut answers = vec![format!("{stations:?}")];
    for station in &stations {
        for figure in Figure::ALL {
            for month in station.months.iter().map(|month| Some(month.month)) {
                answers.extend(rows(scope, &station.organisation.slug, figure, month).await);
            }
        }
    }
    let ways = [Which::Open, Which::Overdue, Which::Escalated, Which::Today, Which::Week];
    for which in ways.into_iter().chain([Which::Kept, Which::SettledLate, Which::Settled]) {
        let page = oversight::duties(scope, None, &DutyFilter { which, ..DutyFilter::default() }, None).await.unwrap();
        answers.push(format!("{:?}", page.rows));
    }
    answers
}

/// A second administrator of the same district.
async fn colleague(world: &World) -> OversightScope {
    let (sign_in_name, name) = ("colleague".to_owned(), "同事".to_owned());
    let new = AddDistrictMember { sign_in_name, name, from: world.today(), until: None, password: None };
    let (account, _) = add_district_member(world.core(), world.district(HAIZHU), new).await.unwrap();
    world.backend.oversight(account, HAIZHU).await.unwrap()
}

async fn figures(scope: &OversightScope, slug: &str) -> Figures {
    let stations = oversight::stations(scope).await.unwrap();
    stations.into_iter().find(|station| station.organisation.slug == slug).unwrap().figures
}

on_both_engines! {
    /// Proves DAT-02, DAT-04, INT-19, KPI-06.
    async fn every_number_is_the_count_of_its_rows(world: World) {
        let district = world.oversight(HAIZHU).await;
        let (one, two) = (Road::at(&world, QS01).await, Road::at(&world, QS02).await);
        numbers_are_rows(&district).await;

        // A call of the last day of February, keyed in on 2 March: received in February, as its row says.
        one.apply(WANG, "2026-02-28T23:30").await;
        assert_eq!(figures(&district, QS01).await.received, 0);
        let case = one.open_case(WANG, "2026-03-01T00:00").await;
        assert_eq!(figures(&district, QS01).await, Figures { open: 1, received: 1, ..Figures::default() });
        one.start(case).await;
        let visit = one.appoint(case, "2026-03-03T10:00").await;
        let waits = two.apply(LI, "2026-03-02T08:00").await;
        two.story.accept(waits).await.unwrap();
        numbers_are_rows(&district).await;

        // INT-07 of the second station runs out after a day, PLN-08 of the first after three.
        world.set_clock("2026-03-03T07:59");
        assert_eq!(figures(&district, QS02).await.due, 1);
        world.set_clock("2026-03-03T08:01");
        assert_eq!(figures(&district, QS02).await.overdue, 1);
        numbers_are_rows(&district).await;
        world.set_clock("2026-03-10T09:00");
        assert_eq!(figures(&district, QS01).await.overdue, 1);
        numbers_are_rows(&district).await;

        one.write(case, visit, "2026-03-03T09:00").await;
        assert_eq!(figures(&district, QS01).await.overdue, 0, "settled late is no longer owed");
        world.set_clock("2026-03-11T12:00");
        one.close(case).await;
        let closed = figures(&district, QS01).await;
        let ten_and_a_half_days = Handling { cases: 1, minutes: (10 * 24 + 12) * 60 };
        assert_eq!(closed, Figures { received: 1, closed: 1, handling: ten_and_a_half_days, ..Figures::default() });
        assert_eq!(closed.handling.days(), Some(10.5));
        numbers_are_rows(&district).await;

        let filter = FigureFilter { organisation: QS01.to_owned(), figure: Figure::Closed, month: None, after: None };
        let FigureRows::Cases(lines) = oversight::rows(&district, &filter).await.unwrap().rows else { panic!("cases") };
        assert_eq!(lines[0].handling().unwrap().in_minutes(), 10 * 24 * 60 + 12 * 60);
        assert_eq!(lines[0].late, 1, "its record was written late");

        world.set_clock("2026-04-01T00:00");
        assert_eq!(figures(&district, QS01).await, Figures::default(), "a new month begins with nothing");
        numbers_are_rows(&district).await;
    }

    /// No group of people, however small, can be read out of the numbers, their rows, or the difference of any two: nothing
    /// that is true of a person and not of the work goes into them.
    /// Proves RGT-05.
    async fn nothing_about_a_person_goes_into_a_number_or_a_row(world: World) {
        let district = world.oversight(HAIZHU).await;
        let (one, two) = (Road::at(&world, QS01).await, Road::at(&world, QS02).await);
        let case = one.open_case(WANG, "2026-03-01T10:00").await;
        one.start(case).await;
        one.apply(LI, "2026-03-02T08:00").await;
        let finished = one.open_case(LI, "2026-02-27T10:00").await;
        one.start(finished).await;
        one.close(finished).await;
        let waits = two.apply(LI, "2026-03-02T08:00").await;
        two.story.accept(waits).await.unwrap();
        world.set_clock("2026-03-04T08:00");

        let before = answers(&district).await;
        let data = world.everything().await;
        make_all_alike(&world).await;
        let tables: Vec<String> = world.changed_since(&data).await.into_keys().collect();
        assert_eq!(tables, ["applications", "cases", "clients"]);
        assert_eq!(answers(&district).await, before);
    }

    /// Proves KPI-14, ORG-01.
    async fn the_neediest_station_stands_first(world: World) {
        let district = world.oversight(HAIZHU).await;
        let two = Road::at(&world, QS02).await;
        let order = async || -> Vec<String> {
            let stations = oversight::stations(&district).await.unwrap();
            stations.into_iter().map(|station| station.organisation.slug.clone()).collect()
        };
        assert_eq!(order().await, [QS01, QS02], "in equal need by code, and no station of another district");
        let waits = two.apply(LI, "2026-03-02T08:00").await;
        two.story.accept(waits).await.unwrap();
        world.set_clock("2026-03-04T08:00");
        assert_eq!(order().await, [QS02, QS01]);

        let overdue = DutyFilter { which: Which::Overdue, ..DutyFilter::default() };
        let page = oversight::duties(&district, None, &overdue, None).await.unwrap();
        let owed: Vec<_> = page.rows.iter().map(|duty| (&*duty.organisation.slug, duty.row.duty.rule.to_string())).collect();
        assert!(owed.contains(&(QS02, "INT-07".to_owned())), "{owed:?}");
        assert!(owed.iter().all(|(slug, _)| *slug == QS02));
    }

    /// Proves INT-07.
    async fn the_district_is_told_a_day_after(world: World) {
        let district = world.oversight(HAIZHU).await;
        let road = Road::at(&world, QS02).await;
        let waits = road.apply(WANG, "2026-03-02T08:00").await;
        road.story.accept(waits).await.unwrap();
        let late_since = async || {
            let filter = DutyFilter { which: Which::Overdue, ..DutyFilter::default() };
            let page = oversight::duties(&district, Some(QS02), &filter, None).await.unwrap();
            page.rows.iter().map(|row| row.row.duty.escalates.unwrap()).next()
        };
        world.set_clock("2026-03-03T12:00");
        let told = late_since().await.unwrap();
        let reported = async || {
            let filter = DutyFilter { which: Which::Escalated, ..DutyFilter::default() };
            let page = oversight::duties(&district, None, &filter, None).await.unwrap();
            let figures = figures(&district, QS02).await;
            assert_eq!(page.rows.len() as u64, figures.escalated);
            (figures.overdue, figures.escalated)
        };
        assert_eq!(reported().await, (1, 0));
        let minutes = (told.millis() - world.backend.now().millis()) / 60_000;
        world.pass_minutes(minutes - 1);
        assert_eq!(reported().await, (1, 0));
        world.pass_minutes(1);
        assert_eq!(reported().await, (1, 1));
        road.story.review(waits).await.unwrap();
        assert_eq!(reported().await, (0, 0), "done, though late");
        let other = oversight::duties(&district, Some("no-such-station"), &DutyFilter::default(), None).await;
        assert_eq!(other.unwrap_err(), Refusal::NotFound);
    }

    async fn more_rows_than_a_page_holds(world: World) {
        let district = world.oversight(HAIZHU).await;
        let road = Road::at(&world, QS01).await;
        for _ in 0..52 {
            road.apply(WANG, "2026-03-01T10:00").await;
        }
        let all = rows(&district, QS01, Figure::Received, None).await;
        let once: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!((all.len(), once.len()), (52, 52), "each row once, though all came in the same moment");
    }

    /// Proves RGT-05, SEC-01, SEC-10.
    async fn a_named_case_takes_a_reason_and_the_station_sees_it(world: World) {
        let district = world.oversight(HAIZHU).await;
        let road = Road::at(&world, QS01).await;
        let case = road.open_case(WANG, "2026-03-01T10:00").await;
        road.start(case).await;
        for (reason, problem) in [
            ("", Problem::Required),
            ("核查", Problem::TooShort { min: 10 }),
            ("核查\u{202E}居民投诉的办理经过情况", Problem::ControlCharacters),
        ] {
            let before = world.everything().await;
            let refusal = oversight::open_case(&district, open(QS01, case, reason)).await.unwrap_err();
            assert_eq!(refusal, Refusal::field("reason", problem));
            assert_eq!(world.changed_since(&before).await, BTreeMap::new());
        }

        let command = open(QS01, case, REASON);
        let opening = oversight::open_case(&district, command.clone()).await.unwrap();
        assert_eq!(oversight::open_case(&district, command).await.unwrap(), opening, "sent twice, opened once");
        let named = oversight::opened_case(&district, opening).await.unwrap();
        assert_eq!(named.file.client.2.name(), WANG.name);
        assert_eq!(named.file.client.2.get("phone"), WANG.phone);
        assert_eq!(named.file.of("plan").count(), 1);
        oversight::opened_case(&district, opening).await.unwrap();

        let seen = oversight::openings(&road.story.head).await.unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!((&*seen[0].opening.reason, &*seen[0].number), (REASON, &*named.file.number));
        assert_eq!(seen[0].by, district.name());
        let listed = oversight::mine(&district).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(oversight::openings(&road.story.worker).await.unwrap_err(), Refusal::Forbidden);
        let chain = "SELECT kind FROM audit_entries WHERE actor LIKE 'district:%' ORDER BY seq";
        let chain = world.owner().await.column(chain).await;
        assert_eq!(chain, ["opening.made", "client.read", "client.read"], "the opening, and each look");

        world.set_clock("2026-03-03T08:59");
        assert!(oversight::opened_case(&district, opening).await.is_ok());
        world.set_clock("2026-03-03T09:00");
        let before = world.everything().await;
        assert_eq!(oversight::opened_case(&district, opening).await.unwrap_err(), Refusal::NotFound, "a day is over");
        assert_eq!(world.changed_since(&before).await, BTreeMap::new());
    }

    async fn a_district_may_do_what_its_role_is_granted_and_nothing_else(world: World) {
        let district = world.oversight(HAIZHU).await;
        let cells = Object::ALL.into_iter().flat_map(|object| Action::ALL.map(|action| (object, action)));
        let may = cells.filter(|(object, action)| district.need(*object, *action).is_ok());
        let mut may: Vec<String> = may.map(|(object, action)| format!("{} {}", object.code(), action.code())).collect();
        may.sort();
        assert_eq!(
            may,
            [
                "duty list",
                "engagement close",
                "engagement create",
                "engagement list",
                "engagement read",
                "figures read",
                "message read",
                "opening create",
                "opening list",
                "opening read",
                "organisation edit", "rule edit", "rule read",
                "unit read",
            ]
        );
    }

    /// Proves ORG-01.
    async fn a_neighbour_finds_nothing_and_changes_nothing(world: World) {
        let (district, other) = (world.oversight(HAIZHU).await, world.oversight(PANYU).await);
        let (road, two) = (Road::at(&world, QS01).await, Road::at(&world, QS02).await);
        let case = road.open_case(WANG, "2026-03-01T10:00").await;
        let elsewhere = two.open_case(LI, "2026-03-01T10:00").await;
        let opening = oversight::open_case(&district, open(QS01, case, REASON)).await.unwrap();
        let colleague = colleague(&world).await;

        let before = world.everything().await;
        let nowhere = CaseId::from(uuid::Uuid::from_u128(7));
        for (scope, slug, case) in [
            (&other, QS01, case),
            (&other, LN01, case),
            (&other, LN01, nowhere),
            (&district, LN01, case),
            (&district, QS02, case),
            (&district, QS01, elsewhere),
            (&district, QS01, nowhere),
        ] {
            let refusal = oversight::open_case(scope, open(slug, case, REASON)).await.unwrap_err();
            assert_eq!(refusal, Refusal::NotFound);
        }
        for scope in [&other, &colleague] {
            assert_eq!(oversight::opened_case(scope, opening).await.unwrap_err(), Refusal::NotFound);
            assert!(oversight::mine(scope).await.unwrap().is_empty());
        }
        let unknown = OpeningId::from(uuid::Uuid::from_u128(7));
        assert_eq!(oversight::opened_case(&district, unknown).await.unwrap_err(), Refusal::NotFound);
        for figure in Figure::ALL {
            let filter = FigureFilter { organisation: QS01.to_owned(), figure, month: None, after: None };
            assert_eq!(oversight::rows(&other, &filter).await.unwrap_err(), Refusal::NotFound, "{figure}");
            let foreign = Some(elsewhere.to_string());
            let filter = FigureFilter { after: foreign, organisation: LN01.to_owned(), ..filter };
            assert_eq!(oversight::rows(&other, &filter).await.unwrap_err(), Refusal::NotFound, "{figure}");
        }
        let head = world.staff(QS02, Role::Head).await;
        assert!(oversight::openings(&head).await.unwrap().is_empty(), "the neighbour's openings are not its own");
        assert_eq!(world.changed_since(&before).await, BTreeMap::new());

        assert_eq!(world.backend.oversight(world.account(QS01, Role::Head).await, HAIZHU).await.err(), Some(Refusal::NotFound));
    }
}
