//! The demo district: the same twice, alive in every corner, and true: each number is the count of its rows.

use crate::world::*;
use backend::audit::Verdict;
use backend::db::Database;
use backend::demo::{self, DemoError};
use backend::duties::{self, DutyFilter, Which};
use backend::identity;
use backend::organisations::as_operator;
use backend::oversight::{self, FigureFilter, FigureRows};
use backend::trail;
use backend::transfer::{Sink, export};
use backend::{Backend, ManualClock, MasterKey, OversightScope, StaffScope, Store, SystemChance};
use domain::figures::Figure;
use domain::time::Month;
use std::sync::Arc;
use std::time::Instant;

/// A Friday on which the demo's year ends.
const NOW: &str = "2026-11-20T15:00";
const HOUSES: [&str; 5] = ["qs01", "fl01", "et01", "sq01", "xl01"];

/// The demo as of a moment, in a database of its own.
struct Demo {
    stage: Stage,
    backend: Backend,
    store: Store,
    master: MasterKey,
}

impl Demo {
    async fn made(engine: Engine, now: &str) -> Self {
        let stage = Stage::raise(engine).await;
        let db = Database::open(&stage.app).await.unwrap();
        let (store, master) = (Store::in_memory(), MasterKey::ephemeral());
        let begun = Instant::now();
        demo::load(&db, &store, &master, moment(now)).await.unwrap();
        println!("{engine:?}: the demo as of {now} in {:?}", begun.elapsed());
        let clock = Arc::new(ManualClock::new(moment(now)));
        let backend = Backend::new(db, store.clone(), master.clone(), clock, Arc::new(SystemChance)).await.unwrap();
        Self { stage, backend, store, master }
    }

    async fn staff(&self, name: &str) -> StaffScope {
        let account = identity::sign_in(self.backend.core(), name, demo::PASSWORD, "127.0.0.1").await.unwrap();
        self.backend.staff(account, name.split('.').next().unwrap()).await.unwrap()
    }

    async fn district(&self) -> OversightScope {
        let core = self.backend.core();
        let account = identity::sign_in(core, demo::DISTRICT_ADMIN, demo::PASSWORD, "127.0.0.1").await.unwrap();
        self.backend.oversight(account, demo::DISTRICT).await.unwrap()
    }

    async fn number(&self, sql: &str) -> i64 {
        Sql::open(&self.stage.owner).await.number(sql).await
    }
}

/// Makes the demo on a thread of its own and answers its digest.
fn digest_of(now: &'static str) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let demo = Demo::made(Engine::Sqlite, now).await;
            let digest = demo::digest(&demo.backend).await.unwrap();
            demo.stage.strike().await;
            digest
        })
    })
}

#[tokio::test]
async fn the_demo_is_the_same_twice_and_alive() {
    let again = digest_of(NOW);
    let demo = Demo::made(Engine::Sqlite, NOW).await;
    let begun = Instant::now();
    let digest = demo::digest(&demo.backend).await.unwrap();
    println!("digest {digest} in {:?}", begun.elapsed());
    assert_eq!(digest, again.join().unwrap(), "the same day makes the same district");

    is_peopled(&demo).await;
    every_state_is_there(&demo).await;
    something_is_owed_everywhere(&demo).await;
    every_number_is_its_rows(&demo).await;
    every_chain_is_whole(&demo).await;
    every_table_can_be_taken_along(&demo).await;

    let before = demo.number("SELECT count(*) FROM applications").await;
    let twice = demo::load(demo.backend.database(), &demo.store, &demo.master, moment(NOW)).await;
    assert!(matches!(twice, Err(DemoError::NotEmpty)));
    assert_eq!(demo.number("SELECT count(*) FROM applications").await, before);
    assert_ne!(digest, demo::digest(&demo.backend).await.unwrap(), "the export and the sign-ins left their traces");
    demo.stage.strike().await;
}

async fn is_peopled(demo: &Demo) {
    for (what, sql) in [
        (5, "SELECT count(*) FROM organisations"),
        (45, "SELECT count(DISTINCT account_id) FROM members"),
        (46, "SELECT count(*) FROM members"),
        (48, "SELECT count(*) FROM accounts WHERE demo"),
        (400, "SELECT count(*) FROM applications"),
        (3, "SELECT count(DISTINCT street) FROM organisations"),
        (22, "SELECT count(*) FROM units"),
        (4, "SELECT count(DISTINCT kind) FROM units"),
        (1, "SELECT count(*) FROM units WHERE until < '2026-11-20'"),
        (1, "SELECT count(*) FROM units WHERE head_id IS NULL"),
        (2, "SELECT count(*) FROM engagements"),
        (4, "SELECT count(*) FROM engagement_evaluators"),
    ] {
        assert_eq!(demo.number(sql).await, what, "{sql}");
    }
    for sign_in in demo::sign_ins() {
        let core = demo.backend.core();
        let account = identity::account_named(core, &sign_in.name).await.unwrap();
        assert!(
            !identity::principal(core, account).await.unwrap().posts.is_empty(),
            "{} has nowhere to go",
            sign_in.name
        );
    }
    let both = identity::account_named(demo.backend.core(), "qs01.supervisor").await.unwrap();
    assert_eq!(
        identity::principal(demo.backend.core(), both).await.unwrap().posts.len(),
        2,
        "one person in two places"
    );
}

async fn every_state_is_there(demo: &Demo) {
    let sql = Sql::open(&demo.stage.owner).await;
    let found = async |table: &str, column: &str| sql.column(&format!("SELECT DISTINCT {column} FROM {table}")).await;
    let states = found("applications", "state").await;
    for state in ["submitted", "confirmed", "refused", "withdrawn"] {
        assert!(states.contains(&state.to_owned()), "no application is {state}: {states:?}");
    }
    let waiting = ["reviewing", "supplement", "screening", "agreement"];
    assert!(waiting.iter().any(|state| states.contains(&(*state).to_owned())), "nothing is under way: {states:?}");
    let states = found("cases", "state").await;
    for state in ["opened", "serving", "closed", "following"] {
        assert!(states.contains(&state.to_owned()), "no case is {state}: {states:?}");
    }
    assert_eq!(found("applications", "channel").await.len(), 4);
    assert_eq!(found("applications", "grade").await.len(), 4, "three grades, and some not graded yet");
    assert!(demo.number("SELECT count(*) FROM agreements WHERE guardian_signed_at IS NOT NULL").await > 50);
    let papers = async |these: &str| demo.number(&format!("SELECT count(*) FROM papers WHERE {these}")).await;
    assert!(papers("register = 'assessment' AND state = 'returned'").await > 5);
    assert!(papers("register = 'follow_up'").await > 20);
    assert!(papers("register = 'record'").await > 1_000);
}

async fn something_is_owed_everywhere(demo: &Demo) {
    let district = demo.district().await;
    for which in [Which::Overdue, Which::Week, Which::SettledLate, Which::Settled] {
        let filter = DutyFilter { which, ..DutyFilter::default() };
        assert!(!oversight::duties(&district, None, &filter, None).await.unwrap().rows.is_empty(), "{which:?}");
    }
    for slug in HOUSES {
        let head = demo.staff(&format!("{slug}.head")).await;
        for which in [Which::Open, Which::Settled] {
            let page =
                duties::list(&head, &DutyFilter { which, ..DutyFilter::default() }, &Default::default()).await.unwrap();
            // Norm C has no clock of its own among the rules so far.
            assert!(slug == "et01" || !page.rows.is_empty(), "{slug} {which:?}");
        }
    }
}

async fn every_number_is_its_rows(demo: &Demo) {
    let district = demo.district().await;
    let stations = oversight::stations(&district).await.unwrap();
    assert_eq!(stations.len(), 5);
    for station in &stations {
        let slug = &station.organisation.slug;
        let now = station.figures;
        for (figure, number) in [
            (Figure::Open, now.open),
            (Figure::Due, now.due),
            (Figure::Overdue, now.overdue),
            (Figure::Escalated, now.escalated),
        ] {
            assert_eq!(behind(&district, slug, figure, None).await, number, "{slug} {figure}");
        }
        assert_eq!(station.months.len(), 12);
        for month in &station.months {
            let numbers = [
                (Figure::Received, month.received),
                (Figure::Closed, month.closed),
                (Figure::Handled, month.handling.cases),
            ];
            for (figure, number) in numbers {
                let rows = behind(&district, slug, figure, Some(month.month)).await;
                assert_eq!(rows, number, "{slug} {figure} {}", month.month);
            }
        }
        assert!(station.months.iter().all(|month| month.received > 0), "{slug} has an empty month");
    }
}

/// How many rows are behind a number, page after page.
async fn behind(scope: &OversightScope, slug: &str, figure: Figure, month: Option<Month>) -> u64 {
    let (mut rows, mut after) = (0, None);
    loop {
        let filter = FigureFilter { organisation: slug.to_owned(), figure, month, after };
        let page = oversight::rows(scope, &filter).await.unwrap();
        rows += match page.rows {
            FigureRows::Cases(rows) => rows.len(),
            FigureRows::Duties(rows) => rows.len(),
            FigureRows::Applications(rows) => rows.len(),
        };
        match page.next {
            Some(next) => after = Some(next),
            None => return rows as u64,
        }
    }
}

async fn every_chain_is_whole(demo: &Demo) {
    for slug in HOUSES {
        let operator = as_operator(demo.backend.core(), slug).await.unwrap();
        let verdict = trail::verify_as_operator(&operator).await.unwrap();
        assert!(matches!(verdict, Verdict::Whole { entries } if entries > 500), "{slug}: {verdict:?}");
    }
}

/// Nothing is kept; only that it can be written counts.
struct Nowhere;

impl Sink for Nowhere {
    fn begin(&mut self, _: &str) -> std::io::Result<()> {
        Ok(())
    }

    fn write(&mut self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }

    fn end(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn every_table_can_be_taken_along(demo: &Demo) {
    for slug in HOUSES {
        let manifest = export(&demo.staff(&format!("{slug}.head")).await, &mut Nowhere).await.unwrap();
        let empty: Vec<&str> =
            manifest.tables.iter().filter(|table| table.rows == 0).map(|table| table.file.as_str()).collect();
        assert_eq!(empty, ["openings.jsonl"], "{slug}: only openings have not happened yet");
    }
}
