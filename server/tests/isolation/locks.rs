//! Two locks, each alone: the application's filter, and what the engine enforces. Either suffices, with the same answers;
//! without both, the same calls leak, which shows that they would tell.

use crate::ground::Ground;
use crate::matrix::{Outcome, run as ask};
use crate::report;
use crate::stations::registers;
use crate::world::{Engine, Sql, World, run};
use app::route::Face;
use backend::db::Database;
use domain::access::{Action, Object, Role};
use std::sync::Arc;

const EVERYWHERE: [Face; 5] = [Face::Open, Face::Public, Face::Staff, Face::District, Face::Evaluator];
/// One of each sort of people, inside and outside.
const ONE_OF_EACH: [&str; 8] =
    ["nobody", "head", "social_worker", "neighbour", "far_head", "admin", "far_admin", "evaluator"];

async fn without_filter(ground: &mut Ground) {
    let database = Database::open(&ground.world.stage.app).await.unwrap().without_filter();
    let backend = ground.world.through(database).await.with_registers(Arc::new(registers())).await.unwrap();
    ground.ask(backend).await;
}

async fn without_row_security(owner: &Sql) {
    let guarded = "SELECT relname::text FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace";
    let tables = owner.column(guarded).await;
    assert!(tables.iter().any(|table| table == "cases"), "{tables:?}");
    for table in tables {
        owner.run(&format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")).await.unwrap();
    }
}

/// The calls that were answered differently.
fn differences(one: &Outcome, other: &Outcome) -> Vec<String> {
    assert_eq!(one.answers.len(), other.answers.len());
    let differs = one.answers.iter().filter(|(call, answer)| other.answers.get(*call) != Some(*answer));
    differs.map(|(call, _)| format!("{call:?}")).collect()
}

#[test]
fn row_security_alone_and_the_filter_alone_keep_apart_with_the_same_answers() {
    run(Engine::Postgres, async |world: World| {
        let mut ground = Ground::lay(world).await;
        let built = ground.world.backend.clone();
        without_filter(&mut ground).await;
        let row_security = ask(&mut ground, &EVERYWHERE, &ONE_OF_EACH).await;
        report("row security alone", &row_security);

        without_row_security(&ground.world.owner().await).await;
        ground.ask(built).await;
        let filter = ask(&mut ground, &EVERYWHERE, &ONE_OF_EACH).await;
        report("the filter alone", &filter);
        assert_eq!(differences(&row_security, &filter), Vec::<String>::new());

        without_filter(&mut ground).await;
        let none = ask(&mut ground, &[Face::Staff], &["head"]).await;
        for told in [
            "the text qs02:",
            "the text ln01:",
            "the id cas_",
            "the id mem_",
            "a number QS02/",
            "writes audit_heads of qs02",
        ] {
            assert!(none.faults.keys().any(|fault| fault.contains(told)), "without locks nobody notices {told}");
        }
    });
}

/// SQLite has no second lock for reading; its guards are the one for writing.
#[test]
fn guards_alone_let_nobody_write_elsewhere() {
    run(Engine::Sqlite, async |world: World| {
        let mut ground = Ground::lay(world).await;
        without_filter(&mut ground).await;
        let outcome = ask(&mut ground, &EVERYWHERE, &ONE_OF_EACH).await;
        println!("guards alone: {} calls", outcome.calls);
        let written: Vec<&String> = outcome.faults.keys().filter(|fault| fault.contains(" writes ")).collect();
        assert_eq!(written, Vec::<&String>::new());
        assert!(outcome.faults.keys().any(|fault| fault.contains("the text qs02:")), "the filter was not off");
    });
}

/// Evaluators change nothing, though the policy grants them everything.
pub async fn an_evaluator_changes_nothing(ground: &mut Ground) {
    let acts = Object::ALL.iter().flat_map(|object| Action::ALL.iter().map(move |action| (object, action)));
    let rows: String = acts.map(|(object, action)| format!("{object} {action} all\n")).collect();
    let everything = format!("[everything] {}\n{rows}", Role::Evaluator);
    let backend = ground.world.backend.under_policy(&everything).await.unwrap();
    ground.ask(backend).await;
    let evaluators = ["evaluator", "other_evaluator", "late_evaluator"];
    let outcome = ask(ground, &[Face::Staff, Face::District, Face::Evaluator], &evaluators).await;
    report("evaluators under a policy that grants everything", &outcome);
    assert!(outcome.done_by_posting().is_empty(), "{:?}", outcome.done_by_posting());
}
