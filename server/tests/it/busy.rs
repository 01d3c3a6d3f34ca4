//! When too many want the same at once: what a person is told whose turn did not come, and what the service says of itself.

use crate::cases::staff;
use crate::world::World;
use axum::http::StatusCode;
use backend::transfer::{Sink, export};
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;

/// How many read at a time in an SQLite file.
const READERS: usize = 4;

/// A file that takes nothing until it is let go.
struct Stuck {
    begun: UnboundedSender<()>,
    held: mpsc::Receiver<()>,
}

impl Sink for Stuck {
    fn begin(&mut self, _: &str) -> std::io::Result<()> {
        let _ = self.begun.send(());
        // Whoever waits here leaves the place at the clock to another thread; else nobody would tell that the time is up.
        let _ = tokio::task::block_in_place(|| self.held.recv());
        Ok(())
    }

    fn write(&mut self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }

    fn end(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_form_whose_turn_does_not_come_says_so_and_is_kept() {
    let world = World::new().await;
    let mut browser = world.signed_in("head").await;
    let operation = world.backend.new_operation().to_string();
    let typed = [
        ("operation", &*operation),
        ("name", "新同事<b>"),
        ("sign_in_name", "colleague"),
        ("roles", "intake"),
        ("from", "2026-03-02"),
    ];
    let elsewhere = world.elsewhere().await;
    elsewhere.run("BEGIN IMMEDIATE").await;
    let answer = browser.post("/o/qs01/members/new", &typed).await;
    let looking = browser.get("/o/qs01/members").await;
    elsewhere.run("ROLLBACK").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    for said in [
        "本机构此刻非常繁忙，这次没有保存任何内容。请过一会儿再试一次。",
        "再提交一次",
        "action=\"/o/qs01/members/new\"",
        &operation,
        "新同事&lt;b&gt;",
    ] {
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    assert_eq!(looking.status, StatusCode::OK, "who only looks is not held up");
    let again = browser.post("/o/qs01/members/new", &typed).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn it_is_not_ready_while_no_connection_can_be_had() {
    let world = World::new().await;
    let mut watcher = world.browser();
    assert_eq!(watcher.get("/readyz").await.status, StatusCode::OK);
    let (begun, mut begins) = tokio::sync::mpsc::unbounded_channel();
    let (mut held, mut exports) = (Vec::new(), Vec::new());
    for _ in 0..READERS {
        let (hold, stuck) = mpsc::channel();
        let (scope, mut sink) = (staff(&world, "head").await, Stuck { begun: begun.clone(), held: stuck });
        exports.push(tokio::spawn(async move { export(&scope, &mut sink).await.map(drop) }));
        held.push(hold);
        begins.recv().await.unwrap();
    }
    let answer = timeout(Duration::from_secs(6), watcher.get("/readyz")).await.expect("it says so in a short time");
    assert_eq!((answer.status, &*answer.body), (StatusCode::SERVICE_UNAVAILABLE, "no database"));
    assert_eq!(watcher.get("/healthz").await.status, StatusCode::OK, "it lives");
    held.clear();
    for export in exports {
        export.await.unwrap().unwrap();
    }
    assert_eq!(watcher.get("/readyz").await.status, StatusCode::OK);
}
