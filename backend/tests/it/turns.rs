//! A busy organisation and its neighbours: on one program, and on two over the same database. What makes an organisation
//! busy is a head of its chain that somebody else holds, so that nothing here depends on how fast the machine is.

use crate::story::{ADULT, Story, application};
use crate::world::*;
use backend::audit::Verdict;
use backend::catalogue::{OfferService, offer_as_operator};
use backend::db::Database;
use backend::organisations::{OperatorScope, as_operator, create_organisation};
use backend::trail::verify_as_operator;
use backend::{Backend, Command, applications};
use domain::access::Role;
use domain::ids::ApplicationId;
use domain::packs::Pack;
use domain::refusal::Refusal;
use tokio::task::JoinHandle;

/// How many want to write in the busy organisation at the same time, on each program: more than it has connections.
const CROWD: usize = 24;
/// How many organisations a program writes in at a time.
const WRITERS: usize = 8;

/// Somebody who is none of the programs and does not let go.
struct Elsewhere(Sql);

impl Elsewhere {
    /// Holds the head of this organisation's chain; on SQLite the only way is to hold the file.
    async fn holds(world: &World, slug: &str) -> Self {
        let sql = world.owner().await;
        let here = sql.id(world.organisation(slug).await.uuid());
        let head = format!("SELECT 1 FROM audit_heads WHERE organisation_id = {here} FOR UPDATE");
        let statements = match world.engine() {
            Engine::Sqlite => vec!["BEGIN IMMEDIATE"],
            Engine::Postgres => vec!["BEGIN", &head],
        };
        for statement in statements {
            sql.run(statement).await.unwrap();
        }
        Self(sql)
    }

    /// Holds the heads of all organisations.
    async fn holds_all(world: &World) -> Self {
        let sql = world.owner().await;
        sql.run("BEGIN; LOCK TABLE audit_heads IN EXCLUSIVE MODE").await.unwrap();
        Self(sql)
    }

    async fn lets_go(self) {
        self.0.run("ROLLBACK").await.unwrap();
    }
}

/// How many connections wait in the database for what somebody else holds.
async fn waiting(watch: &Sql) -> i64 {
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    watch.number(waiting).await
}

async fn until_so_many_wait(watch: &Sql, many: usize) {
    while waiting(watch).await < i64::try_from(many).unwrap() {
        tokio::task::yield_now().await;
    }
}

fn service() -> Command<OfferService> {
    fresh(OfferService {
        code: format!("s-{}", operation().uuid().simple()),
        name: "陪诊服务".to_owned(),
        summary: "陪同看病。".to_owned(),
        criteria: Vec::new(),
        proof: String::new(),
    })
}

async fn offer(scope: &OperatorScope) -> Result<(), Refusal> {
    offer_as_operator(scope, service()).await.map(drop)
}

/// A station with somebody's application on its desk.
async fn station(world: &World, slug: &'static str) -> ApplicationId {
    Story::begin(world, slug).await.apply(world, application(ADULT)).await.unwrap().application
}

/// Half of them write, the other half open a file, which leaves an entry.
async fn crowd(world: &World, program: &Backend, file: ApplicationId) -> Vec<JoinHandle<Result<(), Refusal>>> {
    let account = world.account(QS01, Role::Head).await;
    let (mut writes, mut opens) = (Vec::new(), Vec::new());
    for _ in 0..CROWD / 2 {
        writes.push(as_operator(program.core(), QS01).await.unwrap());
        opens.push(program.staff(account, QS01).await.unwrap());
    }
    let writing = writes.into_iter().map(|scope| tokio::spawn(async move { offer(&scope).await }));
    let opening =
        opens.into_iter().map(|scope| tokio::spawn(async move { applications::open(&scope, file).await.map(drop) }));
    writing.chain(opening).collect()
}

/// What the neighbour does all day: looks, opens, writes.
async fn works(world: &World, program: &Backend, file: ApplicationId) {
    let account = world.account(QS02, Role::Head).await;
    for _ in 0..10 {
        let scope = program.staff(account, QS02).await.unwrap();
        applications::list(&scope, &applications::ApplicationFilter::default(), &Default::default()).await.unwrap();
        applications::open(&scope, file).await.unwrap();
        offer(&as_operator(program.core(), QS02).await.unwrap()).await.unwrap();
    }
}

async fn entries(world: &World, slug: &str) -> usize {
    match verify_as_operator(&world.operator(slug).await).await.unwrap() {
        Verdict::Whole { entries } => usize::try_from(entries).unwrap(),
        broken => panic!("{broken:?}"),
    }
}

/// The neighbour works while the head is held and a crowd waits for it, on each of these programs.
async fn a_busy_organisation_disturbs_no_other(world: &World, programs: &[Backend]) {
    let (busy, calm) = (station(world, QS01).await, station(world, QS02).await);
    for slug in [QS01, QS02] {
        world.account(slug, Role::Head).await;
    }
    let (before, watch) = (entries(world, QS01).await, world.owner().await);
    let elsewhere = Elsewhere::holds(world, QS01).await;
    let mut waiters = Vec::new();
    for program in programs {
        waiters.extend(crowd(world, program, busy).await);
    }
    until_so_many_wait(&watch, programs.len()).await;
    for program in programs {
        works(world, program, calm).await;
    }
    assert!(waiting(&watch).await <= i64::try_from(programs.len()).unwrap(), "each program waits with one connection");
    elsewhere.lets_go().await;
    let mut done = 0;
    for waiter in waiters {
        match waiter.await.unwrap() {
            Ok(()) => done += 1,
            Err(refusal) => assert_eq!(refusal, Refusal::Busy),
        }
    }
    assert_eq!(entries(world, QS01).await, before + done, "who was refused left nothing");
}

#[test]
fn a_busy_organisation_disturbs_no_other_on_one_program() {
    run(Engine::Postgres, async |world: World| {
        a_busy_organisation_disturbs_no_other(&world, std::slice::from_ref(&world.backend)).await;
    });
}

#[test]
fn a_busy_organisation_disturbs_no_other_on_two_programs() {
    run(Engine::Postgres, async |world: World| {
        let second = world.through(Database::open(&world.stage.app).await.unwrap()).await;
        a_busy_organisation_disturbs_no_other(&world, &[world.backend.clone(), second]).await;
    });
}

#[test]
fn whoever_reads_finds_a_connection_while_every_organisation_waits_to_write() {
    run(Engine::Postgres, async |world: World| {
        let mut scopes = Vec::new();
        for at in 0..CROWD {
            let new = organisation(&format!("zh{at:02}"), Pack::S);
            scopes.push(create_organisation(world.core(), world.district(HAIZHU), new).await.unwrap());
        }
        let reader = world.staff(QS02, Role::Head).await;
        let watch = world.owner().await;
        let elsewhere = Elsewhere::holds_all(&world).await;
        let writers: Vec<_> =
            scopes.into_iter().map(|scope| tokio::spawn(async move { offer(&scope).await })).collect();
        until_so_many_wait(&watch, WRITERS).await;
        for _ in 0..10 {
            applications::list(&reader, &applications::ApplicationFilter::default(), &Default::default())
                .await
                .unwrap();
        }
        assert!(waiting(&watch).await <= i64::try_from(WRITERS).unwrap());
        elsewhere.lets_go().await;
        for writer in writers {
            assert!(matches!(writer.await.unwrap(), Ok(()) | Err(Refusal::Busy)));
        }
    });
}

/// A person who tires of waiting loads the page again; what was asked before is still waiting in the database.
#[test]
fn requests_that_nobody_waits_for_any_more_take_no_connections_along() {
    run(Engine::Postgres, async |world: World| {
        let calm = station(&world, QS02).await;
        station(&world, QS01).await;
        world.account(QS02, Role::Head).await;
        let watch = world.owner().await;
        let elsewhere = Elsewhere::holds(&world, QS01).await;
        for _ in 0..CROWD {
            let scope = world.operator(QS01).await;
            let request = tokio::spawn(async move { offer(&scope).await });
            until_so_many_wait(&watch, 1).await;
            request.abort();
        }
        works(&world, &world.backend, calm).await;
        assert!(waiting(&watch).await <= 1);
        elsewhere.lets_go().await;
    });
}

on_both_engines! {
    async fn whoever_waits_too_long_is_told_so_and_nothing_is_written(world: World) {
        let scope = world.operator(QS01).await;
        offer(&scope).await.unwrap();
        let second = world.through(Database::open(&world.stage.app).await.unwrap()).await;
        let there = as_operator(second.core(), QS01).await.unwrap();
        let (before, command) = (world.everything().await, service());
        let elsewhere = Elsewhere::holds(&world, QS01).await;
        let refused = tokio::join!(offer_as_operator(&scope, command.clone()), offer(&there));
        assert_eq!(refused, (Err(Refusal::Busy), Err(Refusal::Busy)), "on each of two programs");
        elsewhere.lets_go().await;
        assert_eq!(world.changed_since(&before).await, Default::default());
        offer_as_operator(&scope, command).await.unwrap();
        assert_eq!(entries(&world, QS01).await, 2, "sent again, it is done");
    }
}
