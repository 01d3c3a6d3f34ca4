//! The proof that tenants are kept apart: every address of the route table, asked by everybody, with ids of every sort,
//! on both engines; then with either lock taken away; then with faults planted.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

#[path = "../../../backend/tests/it/world/mod.rs"]
#[macro_use]
mod world;
#[path = "../it/authenticator.rs"]
mod authenticator;
#[path = "../it/pen.rs"]
mod pen;
#[path = "../it/recovery.rs"]
mod recovery;

mod calls;
mod classes;
mod factors;
mod ground;
mod harvest;
mod instances;
mod ledger;
mod locks;
mod logged;
mod matrix;
mod pages;
mod stations;
mod verdicts;
mod visitor;

use app::route::Face;
use ground::Ground;
use matrix::Outcome;
use world::World;

/// Runs the matrix of some faces, and holds its answers to the golden table of that name.
async fn prove(ground: &mut Ground, name: &str, faces: &[Face]) {
    let outcome = matrix::run(ground, faces, &[]).await;
    report(name, &outcome);
    assert_eq!(outcome.never_done(), Vec::<&str>::new(), "nobody could carry these out");
    insta::assert_snapshot!(name, outcome.table());
}

/// Says how many calls were made; fails with the first of what was wrong.
fn report(name: &str, outcome: &Outcome) {
    println!("{name}: {} calls, {} alike, {} faults", outcome.calls, outcome.alike, outcome.faults.len());
    let first: Vec<String> =
        outcome.faults.iter().take(60).map(|(fault, people)| format!("{fault} {people:?}")).collect();
    assert!(first.is_empty(), "{} faults, the first of them: {first:#?}", outcome.faults.len());
}

on_both_engines! {
    /// Proves SEC-01, SEC-07.
    async fn everybody(world: World) {
        let log = logged::listen();
        let mut ground = Ground::lay(world).await;
        prove(&mut ground, "everybody_else", &[Face::Open, Face::Public, Face::District, Face::Evaluator]).await;
        prove(&mut ground, "staff", &[Face::Staff]).await;
        assert_eq!(log.tells(&ground), Vec::<String>::new());
        locks::an_evaluator_changes_nothing(&mut ground).await;
    }
}
