//! What the engines themselves refuse, tried on the very transactions in which the application works.

use super::*;
use crate::entity::*;
use crate::trail::Who;
use crate::world::{Engine as Kind, LN01, QS01, QS02, Sql, World, run, sql};
use domain::access::Role;

/// A row of its own in every tenant table for the first two organisations, written past all keys by the owner.
async fn plant(world: &World) -> (Uuid, Uuid, Vec<String>) {
    let owner = world.owner().await;
    owner.unbind().await;
    let tables = match world.engine() {
        Kind::Sqlite => {
            "SELECT m.name FROM main.sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND c.name = 'organisation_id'"
        }
        Kind::Postgres => {
            "SELECT table_name::text FROM information_schema.columns
             WHERE table_schema = 'public' AND column_name = 'organisation_id'"
        }
    };
    let mut tables = owner.column(tables).await;
    tables.retain(|table| table != "engagement_organisations");
    assert!(tables.len() > 18, "{tables:?}");
    let here = world.organisation(QS01).await.uuid();
    let there = world.organisation(QS02).await.uuid();
    let mut planted = 0;
    for table in &tables {
        let columns = needed_columns(world, &owner, table).await;
        for organisation in [here, there] {
            let values: Vec<String> = columns
                .iter()
                .map(|(name, kind)| {
                    planted += 1;
                    if name == "organisation_id" { owner.id(organisation) } else { some_value(kind, planted) }
                })
                .collect();
            let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
            let row = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
            owner.run(&row).await.unwrap();
        }
    }
    (here, there, tables)
}

/// A transaction in which the application writes.
async fn writing(db: &Database, organisation: Uuid) -> WriteTx {
    db.write(db.turn(organisation).await.unwrap()).await.unwrap()
}

async fn needed_columns(world: &World, owner: &Sql, table: &str) -> Vec<(String, String)> {
    let sql = match world.engine() {
        Kind::Sqlite => {
            format!(r#"SELECT name, lower(type) FROM pragma_table_info('{table}') WHERE "notnull" = 1 OR pk > 0"#)
        }
        Kind::Postgres => format!(
            "SELECT column_name::text, data_type::text FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}' AND is_nullable = 'NO'"
        ),
    };
    owner.rows(&sql).await.into_iter().map(|mut row| (row.remove(0), row.remove(0))).collect()
}

fn some_value(kind: &str, at: u128) -> String {
    match kind {
        "uuid" => format!("'{}'", Uuid::from_u128(at)),
        "blob" => format!("x'{}'", Uuid::from_u128(at).simple()),
        "bytea" => format!(r"'\x{}'", Uuid::from_u128(at).simple()),
        "bigint" => at.to_string(),
        "boolean" => "false".to_owned(),
        // Text may be a day on SQLite.
        _ => "'2026-03-02'".to_owned(),
    }
}

/// Whether the engine refused the write, or did not find the row.
fn refused(engine: Kind, outcome: &Result<u64, String>) -> bool {
    match (engine, outcome) {
        (Kind::Sqlite, Err(said)) => said.contains("tenant guard"),
        (Kind::Sqlite, Ok(_)) => false,
        (Kind::Postgres, Err(said)) => said.contains("row-level security") || said.contains("permission denied"),
        (Kind::Postgres, Ok(rows)) => *rows == 0,
    }
}

/// Whether the engine said that nothing is written here.
fn read_only(outcome: &Result<u64, String>) -> bool {
    matches!(outcome, Err(said)
        if said.contains("readonly database") || said.contains("read-only transaction") || said.contains("permission denied"))
}

/// Runs one statement in a lane, and keeps what it did if it did anything.
async fn try_in(tx: DatabaseTransaction, statement: &str) -> Result<u64, String> {
    let outcome = sql::run(&tx, statement).await;
    if outcome.is_ok() {
        tx.commit().await.unwrap();
    }
    outcome
}

fn forms(table: &str, mine: &str, theirs: &str) -> [(&'static str, String); 5] {
    [
        ("add", format!("INSERT INTO {table} (organisation_id) VALUES ({theirs})")),
        ("change", format!("UPDATE {table} SET organisation_id = organisation_id WHERE organisation_id = {theirs}")),
        ("remove", format!("DELETE FROM {table} WHERE organisation_id = {theirs}")),
        ("give away", format!("UPDATE {table} SET organisation_id = {theirs} WHERE organisation_id = {mine}")),
        ("take", format!("UPDATE {table} SET organisation_id = {mine} WHERE organisation_id = {theirs}")),
    ]
}

/// Asks every tenant entity the same question.
macro_rules! of_every_tenant_entity {
    ($($module:ident),+ $(,)?) => {
        async fn counts(tx: &ReadTx) -> Vec<(&'static str, u64)> {
            vec![$((stringify!($module), tx.find::<$module::Entity>().count().await.unwrap())),+]
        }

        /// With a condition that would let everything in, were it not joined to the lane's own.
        async fn widened(tx: &ReadTx, there: Uuid) -> Vec<(&'static str, Vec<Uuid>)> {
            vec![$({
                let any = Condition::any()
                    .add($module::Column::OrganisationId.eq(there))
                    .add($module::Column::OrganisationId.is_not_null());
                let rows = tx.find::<$module::Entity>().filter(any).all().await.unwrap();
                (stringify!($module), rows.into_iter().map(|row| row.organisation_id).collect())
            }),+]
        }
    };
}

of_every_tenant_entity![
    member,
    member_role,
    person_key,
    obligation,
    transition,
    service,
    client,
    application,
    agreement,
    notice,
    delivery,
    case,
    paper,
    paper_fact,
    attachment,
    message,
    view,
    opening,
    audit_entry,
    tally,
    search_piece,
];

on_both_engines! {
    async fn a_lane_writes_no_foreign_row(world: World) {
        let (here, there, tables) = plant(&world).await;
        let owner = world.owner().await;
        let (mine, theirs) = (owner.id(here), owner.id(there));
        let before = world.everything().await;
        for table in &tables {
            for (form, statement) in forms(table, &mine, &theirs) {
                let lane = writing(world.backend.database(), here).await;
                let outcome = try_in(lane.read.tx, &statement).await;
                assert!(refused(world.engine(), &outcome), "{form} in {table}: {outcome:?}");
                assert!(outcome.is_err() || matches!(form, "change" | "remove" | "take"), "{form} in {table}: {outcome:?}");
            }
        }
        assert_eq!(world.changed_since(&before).await, Default::default());

        let lane = writing(world.backend.database(), here).await;
        let own = format!("UPDATE clients SET version = 7 WHERE organisation_id = {mine}");
        assert_eq!(try_in(lane.read.tx, &own).await, Ok(1), "one's own row can be changed");
    }

    async fn the_first_transaction_that_fails_leaves_the_guards_up(world: World) {
        let (here, there, _) = plant(&world).await;
        let fresh = Database::open(&world.stage.app).await.unwrap();
        writing(&fresh, here).await.rollback().await.unwrap();
        drop(writing(&fresh, here).await);
        let owner = world.owner().await;
        let (mine, theirs) = (owner.id(here), owner.id(there));
        for (form, statement) in forms("clients", &mine, &theirs) {
            let outcome = try_in(writing(&fresh, here).await.read.tx, &statement).await;
            assert!(refused(world.engine(), &outcome), "{form}: {outcome:?}");
        }
    }

    async fn a_database_that_is_gone_does_not_answer(world: World) {
        let fresh = Database::open(&world.stage.app).await.unwrap();
        assert!(fresh.ping().await);
        let (Engine::Sqlite { reader: asked, .. } | Engine::Postgres { pool: asked }) = &fresh.engine;
        asked.close_by_ref().await.unwrap();
        assert!(!fresh.ping().await);
    }

    async fn the_schema_of_another_program_is_refused(world: World) {
        let (database, owner) = (world.backend.database(), world.owner().await);
        database.check_schema().await.unwrap();
        let newest = "(SELECT max(version) FROM seaql_migrations)";
        for change in [
            format!("UPDATE seaql_migrations SET version = 'm_of_another' WHERE version = {newest}"),
            "DELETE FROM seaql_migrations".to_owned(),
            "DROP TABLE seaql_migrations".to_owned(),
        ] {
            owner.run(&change).await.unwrap();
            assert!(matches!(database.check_schema().await, Err(OpenError::OldSchema)), "{change}");
        }
    }

    async fn a_lane_reads_no_foreign_row(world: World) {
        let (here, there, tables) = plant(&world).await;
        let lane = world.backend.database().read(here).await.unwrap();
        for (entity, rows) in counts(&lane).await {
            assert_eq!(rows, 1, "{entity}");
        }
        for (entity, owners) in widened(&lane, there).await {
            assert_eq!(owners, [here], "{entity}");
        }
        if world.engine() == Kind::Postgres {
            for table in &tables {
                let rows = sql::rows(&lane.tx, &format!("SELECT organisation_id::text FROM {table}")).await;
                assert_eq!(rows, Ok(vec![vec![here.to_string()]]), "{table} without the backend's own filter");
            }
        }
        // A lane without rows of its own sees none, rather than all.
        let elsewhere = world.organisation(LN01).await.uuid();
        let lane = world.backend.database().read(elsewhere).await.unwrap();
        for (entity, rows) in counts(&lane).await {
            assert_eq!(rows, 0, "{entity}");
        }
    }

    async fn lanes_for_reading_write_nothing_at_all(world: World) {
        let (here, there, tables) = plant(&world).await;
        let db = world.backend.database();
        let owner = world.owner().await;
        let (mine, theirs) = (owner.id(here), owner.id(there));
        let before = world.everything().await;
        for table in tables.iter().map(String::as_str).chain(["accounts", "districts", "organisations", "engagements"]) {
            let own = if tables.iter().any(|one| one == table) {
                [
                    format!("INSERT INTO {table} (organisation_id) VALUES ({mine})"),
                    format!("UPDATE {table} SET organisation_id = {theirs}"),
                    format!("DELETE FROM {table} WHERE organisation_id = {mine}"),
                ]
            } else {
                [
                    format!("INSERT INTO {table} (id) VALUES ({mine})"),
                    format!("UPDATE {table} SET created_at = 1"),
                    format!("DELETE FROM {table}"),
                ]
            };
            for statement in own {
                for (lane, tx) in [
                    ("read", db.read(here).await.unwrap().tx),
                    ("oversight", db.oversight(vec![here]).await.unwrap().tx),
                    ("evaluator", db.evaluator(vec![here]).await.unwrap().tx),
                    ("identity", db.identity(None, AccessMode::ReadOnly).await.unwrap().tx),
                ] {
                    let outcome = try_in(tx, &statement).await;
                    assert!(read_only(&outcome), "{lane}: {statement}: {outcome:?}");
                }
            }
        }
        assert_eq!(world.changed_since(&before).await, Default::default());
    }

    async fn the_district_and_the_evaluator_read_their_organisations_only(world: World) {
        let (here, there, _) = plant(&world).await;
        let db = world.backend.database();
        for organisations in [vec![here], vec![here, there], Vec::new()] {
            let oversight = db.oversight(organisations.clone()).await.unwrap();
            assert_eq!(oversight.find::<case::Entity>().count().await.unwrap(), organisations.len() as u64);
            let evaluator = db.evaluator(organisations.clone()).await.unwrap();
            assert_eq!(evaluator.find::<paper::Entity>().count().await.unwrap(), organisations.len() as u64);
            if world.engine() == Kind::Postgres {
                for tx in [&oversight.tx, &evaluator.tx] {
                    let seen = sql::rows(tx, "SELECT organisation_id::text FROM cases").await.unwrap();
                    assert_eq!(seen.len(), organisations.len(), "without the backend's own filter");
                }
            }
        }
    }

    async fn rows_of_two_organisations_cannot_be_linked(world: World) {
        let (here, there, _) = plant(&world).await;
        let owner = world.owner().await;
        for (table, column, target, rest) in [
            ("member_roles", "member_id", "members", "role, valid_from) VALUES ('head', '2026-03-02',"),
            ("notices", "application_id", "applications", "state, mode, told_at) VALUES ('x', 'x', 1,"),
            ("clients", "key_id", "person_keys", "number, profile, person_kinds, created_at, version) VALUES ('x', CAST('x' AS bytea), 'x', 1, 1,"),
        ] {
            let (left, right) = rest.split_once(") VALUES (").unwrap();
            let foreign = format!("SELECT id FROM {target} WHERE organisation_id = {}", owner.id(there));
            let [id] = match world.engine() {
                Kind::Sqlite => owner.column(&format!("SELECT hex(id) FROM ({foreign})")).await,
                Kind::Postgres => owner.column(&format!("SELECT id::text FROM ({foreign}) f")).await,
            }.try_into().unwrap();
            let id = Uuid::parse_str(&id).unwrap();
            let link = format!(
                "INSERT INTO {table} ({left}, organisation_id, id, {column}) VALUES ({right} {}, {}, {})",
                owner.id(here), owner.id(Uuid::from_u128(0xFFFF)), owner.id(id)
            );
            let outcome = try_in(writing(world.backend.database(), here).await.read.tx, &link).await;
            assert!(matches!(&outcome, Err(said) if said.to_lowercase().contains("foreign key")), "{table}: {outcome:?}");
        }
    }

    async fn the_lane_above_the_organisations_stays_above_them(world: World) {
        let account = world.account(QS01, domain::access::Role::Head).await.uuid();
        world.account(QS02, domain::access::Role::Head).await;
        let db = world.backend.database();
        let owner = world.owner().await;
        let here = owner.id(world.organisation(QS01).await.uuid());
        for (_, statement) in forms("members", &here, &here) {
            let lane = db.identity(Some(account), AccessMode::ReadWrite).await.unwrap();
            let outcome = try_in(lane.tx, &statement).await;
            assert!(refused(world.engine(), &outcome), "{statement}: {outcome:?}");
        }
        if world.engine() == Kind::Postgres {
            let lane = db.identity(Some(account), AccessMode::ReadOnly).await.unwrap();
            for table in ["members", "member_roles"] {
                let rows = sql::rows(&lane.tx, &format!("SELECT id::text FROM {table}")).await.unwrap();
                assert_eq!(rows.len(), 1, "{table}: one's own membership");
            }
            let nobody = db.identity(None, AccessMode::ReadOnly).await.unwrap();
            assert_eq!(sql::rows(&nobody.tx, "SELECT id::text FROM members").await, Ok(Vec::new()));
            let outcome = sql::rows(&nobody.tx, "SELECT id::text FROM clients").await;
            assert!(matches!(outcome, Err(said) if said.contains("permission denied")));
        }
    }
}

/// The application's database over a pool of one connection: whatever a request leaves behind meets the next one.
async fn pool_of_one(world: &World) -> (Database, DatabaseConnection) {
    let mut options = ConnectOptions::new(&world.stage.app);
    options.max_connections(1).sqlx_logging(false);
    let pool = sea_orm::Database::connect(options).await.unwrap();
    let turns = Turns::new(1, PATIENCE);
    (Database { engine: Engine::Postgres { pool: pool.clone() }, filter: Filter::On, turns }, pool)
}

#[test]
fn nothing_of_a_lane_stays_on_the_connection() {
    run(Kind::Postgres, async |world: World| {
        let (here, there, _) = plant(&world).await;
        let (db, connection) = pool_of_one(&world).await;
        let state = "SELECT current_user::text, current_setting('app.organisation', true), \
                     current_setting('app.organisations', true), current_setting('app.account', true)";
        let clean = Ok(vec![vec!["banyan_test".to_owned(), String::new(), String::new(), String::new()]]);

        writing(&db, here).await.commit().await.unwrap();
        assert_eq!(sql::rows(&connection, state).await, clean, "after a commit");
        writing(&db, here).await.rollback().await.unwrap();
        assert_eq!(sql::rows(&connection, state).await, clean, "after a rollback");
        drop(db.evaluator(vec![here, there]).await.unwrap());
        assert_eq!(sql::rows(&connection, state).await, clean, "after a request that was dropped");
        let failed = try_in(writing(&db, here).await.read.tx, "SELECT 1/0").await;
        assert!(failed.is_err());
        assert_eq!(sql::rows(&connection, state).await, clean, "after an error");
        let refused = sql::rows(&connection, "SELECT id::text FROM clients").await;
        assert!(matches!(refused, Err(said) if said.contains("permission denied")), "without a lane");

        let one = db.read(here).await.unwrap();
        assert_eq!(one.find::<client::Entity>().all().await.unwrap().len(), 1);
        drop(one);
        let other = db.read(there).await.unwrap();
        let seen = sql::rows(&other.tx, "SELECT organisation_id::text FROM clients").await;
        assert_eq!(seen, Ok(vec![vec![there.to_string()]]), "the next tenant sees its own");
    });
}

#[test]
fn the_trail_is_read_with_one_connection_at_a_time() {
    run(Kind::Postgres, async |world: World| {
        crate::trail::chains(&world.evaluator(&[QS01]).await).await.unwrap();
        let account = world.account(QS01, Role::Head).await;
        let (db, _) = pool_of_one(&world).await;
        let head = world.through(db).await.staff(account, QS01).await.unwrap();
        let page = crate::trail::trail(&head, &Default::default()).await.unwrap();
        let named =
            |who: &Who| matches!(who, Who::Evaluator { name, engagement } if name == "评估员" && engagement == "评估");
        assert!(page.rows.iter().any(|row| named(&row.who)), "{:?}", page.rows);
    });
}

#[test]
fn a_pool_without_a_free_connection_is_no_database() {
    run(Kind::Postgres, async |world: World| {
        let here = world.organisation(QS01).await.uuid();
        let (db, _) = pool_of_one(&world).await;
        assert!(db.ping().await);
        let held = db.read(here).await.unwrap();
        let said = tokio::time::timeout(Duration::from_secs(6), db.ping()).await;
        assert_eq!(said, Ok(false), "in a short time");
        drop(held);
        assert!(db.ping().await);
    });
}

#[test]
fn a_panic_a_cancelled_request_and_a_time_out_leave_nothing_to_the_next_tenant() {
    run(Kind::Postgres, async |world: World| {
        let (here, there, _) = plant(&world).await;
        let (db, _) = pool_of_one(&world).await;
        let before = world.everything().await;
        for ends in ["a panic", "a cancelled request", "a statement that took too long"] {
            let (one, (started, running)) = (db.clone(), tokio::sync::oneshot::channel());
            let request = tokio::spawn(async move {
                let lane = writing(&one, here).await;
                sql::run(&lane.tx, "UPDATE clients SET version = 99").await.unwrap();
                started.send(()).unwrap();
                assert_ne!(ends, "a panic", "on purpose");
                let sleep = "SET LOCAL statement_timeout = 50; SELECT pg_sleep(60)";
                if ends.starts_with("a statement") {
                    sql::run(&lane.tx, sleep).await.unwrap();
                }
                tokio::time::sleep(Duration::from_secs(60)).await;
                lane.commit().await.unwrap();
            });
            running.await.unwrap();
            if ends == "a cancelled request" {
                request.abort();
            }
            assert!(request.await.is_err(), "{ends}");
            let next = writing(&db, there).await;
            let seen = sql::rows(&next.tx, "SELECT organisation_id::text FROM clients").await;
            assert_eq!(seen, Ok(vec![vec![there.to_string()]]));
            next.commit().await.unwrap();
        }
        assert_eq!(world.changed_since(&before).await, Default::default());
    });
}

#[test]
fn without_a_lane_the_application_s_user_reaches_nothing() {
    run(Kind::Postgres, async |world: World| {
        let (here, _, tables) = plant(&world).await;
        let app = world.app().await;
        let mine = app.id(here);
        for table in world.owner().await.tables().await.iter().filter(|table| *table != "seaql_migrations") {
            for statement in [format!("SELECT 1 FROM {table}"), format!("DELETE FROM {table}")] {
                let outcome = app.run(&statement).await;
                assert!(
                    matches!(&outcome, Err(said) if said.contains("permission denied")),
                    "{statement}: {outcome:?}"
                );
            }
        }
        for role in roles::ALL {
            app.run(&format!("SET ROLE {role}")).await.unwrap();
            for table in &tables {
                let seen = app.run(&format!("SELECT 1 FROM {table}")).await;
                assert!(refused(Kind::Postgres, &seen), "{role} without an organisation: {table}: {seen:?}");
                let add = format!("INSERT INTO {table} (organisation_id) VALUES ({mine})");
                let outcome = app.run(&add).await;
                assert!(refused(Kind::Postgres, &outcome), "{role}: {add}: {outcome:?}");
            }
            app.run("RESET ROLE").await.unwrap();
        }
        for statement in
            ["CREATE TABLE mine (id int)", "DROP TABLE clients", "ALTER TABLE clients DISABLE ROW LEVEL SECURITY"]
        {
            assert!(app.run(statement).await.is_err(), "{statement}");
        }
    });
}

#[test]
fn neither_the_district_nor_the_evaluator_reaches_names_or_accounts() {
    run(Kind::Postgres, async |world: World| {
        let (here, _, _) = plant(&world).await;
        let db = world.backend.database();
        let hidden = ["search_pieces", "operations", "sequences", "accounts", "sessions", "activations", "views"];
        let more = [
            ("oversight", &["clients", "person_keys", "papers", "paper_facts", "member_roles"][..]),
            ("evaluator", &["openings"]),
        ];
        for (lane, more) in more {
            for table in hidden.iter().chain(more) {
                let tx = match lane {
                    "oversight" => db.oversight(vec![here]).await.unwrap().tx,
                    _ => db.evaluator(vec![here]).await.unwrap().tx,
                };
                let outcome = sql::run(&tx, &format!("SELECT 1 FROM {table}")).await;
                assert!(
                    matches!(&outcome, Err(said) if said.contains("permission denied")),
                    "{lane} {table}: {outcome:?}"
                );
            }
        }
        let evaluator = db.evaluator(vec![here]).await.unwrap();
        let outcome = sql::run(&evaluator.tx, "SET TRANSACTION READ WRITE").await;
        assert!(outcome.is_err(), "a reading lane stays one");
    });
}

#[test]
fn the_writer_checks_foreign_keys_and_the_readers_only_read() {
    run(Kind::Sqlite, async |world: World| {
        let Engine::Sqlite { writer, reader } = &world.backend.database().engine else { unreachable!() };
        let pragma = async |connection, name: &str| {
            sql::rows(connection, &format!("SELECT CAST({name} AS text) FROM pragma_{name}"))
                .await
                .unwrap()
                .remove(0)
                .remove(0)
        };
        assert_eq!(pragma(writer, "foreign_keys").await, "1");
        assert_eq!(pragma(writer, "query_only").await, "0");
        assert_eq!(pragma(writer, "journal_mode").await, "wal");
        for connection in [writer, reader] {
            assert_eq!(pragma(connection, "trusted_schema").await, "0");
        }
        assert_eq!(pragma(reader, "query_only").await, "1");
    });
}

/// Each guard by itself: without it, the write that it is there for passes, and the tests above would fail.
#[test]
fn every_guard_is_needed() {
    run(Kind::Sqlite, async |world: World| {
        let (here, there, tables) = plant(&world).await;
        let Engine::Sqlite { writer, .. } = &world.backend.database().engine else { unreachable!() };
        let (mine, theirs) = (sql::id_text(DbBackend::Sqlite, here), sql::id_text(DbBackend::Sqlite, there));
        writing(world.backend.database(), here).await.rollback().await.unwrap();
        sql::run(writer, "PRAGMA foreign_keys = OFF").await.unwrap();
        let guards = "SELECT name, sql FROM temp.sqlite_temp_master WHERE type = 'trigger' ORDER BY name";
        let guards = sql::rows(writer, guards).await.unwrap();
        assert_eq!(guards.len(), tables.len() * 4, "four for each table");
        for guard in guards {
            let (name, made) = (&guard[0], guard[1].replacen("CREATE TRIGGER", "CREATE TEMP TRIGGER", 1));
            let table =
                tables.iter().filter(|table| name.starts_with(&format!("guard_{table}_"))).max_by_key(|t| t.len());
            let form = match name.rsplit_once('_').unwrap() {
                (rest, "NEW") if rest.ends_with("INSERT") => "add",
                (rest, "OLD") if rest.ends_with("DELETE") => "remove",
                (_, "NEW") => "give away",
                _ => "take",
            };
            let table = table.unwrap();
            let statement = forms(table, &mine, &theirs).into_iter().find(|(one, _)| *one == form).unwrap().1;
            for (there_is, expected) in [(true, true), (false, false)] {
                if !there_is {
                    sql::run(writer, &format!("DROP TRIGGER temp.{name}")).await.unwrap();
                }
                let lane = writing(world.backend.database(), here).await;
                let outcome = sql::run(&lane.read.tx, &statement).await;
                lane.rollback().await.unwrap();
                assert_eq!(refused(Kind::Sqlite, &outcome), expected, "{name}, there: {there_is}: {outcome:?}");
            }
            sql::run(writer, &made).await.unwrap();
        }
    });
}

#[test]
fn a_powerful_user_is_refused() {
    run(Kind::Postgres, async |world: World| {
        let too_powerful = async |url: &str| matches!(Database::open(url).await, Err(OpenError::TooPowerful(_)));
        assert!(too_powerful(&world.stage.owner).await, "the owner");
        let owner = world.owner().await;
        let me = owner.column("SELECT current_user::text").await.remove(0);
        let user = format!("banyan_planted_{}", std::process::id());
        let url = world.stage.app.replacen("banyan_test:banyan_test@", &format!("{user}:x@"), 1);
        owner.run(&format!("CREATE ROLE {user} LOGIN PASSWORD 'x'")).await.unwrap();
        let mut outcomes = Vec::new();
        for (make, unmake) in [
            (format!("ALTER ROLE {user} BYPASSRLS"), format!("ALTER ROLE {user} NOBYPASSRLS")),
            (format!("ALTER TABLE districts OWNER TO {user}"), format!("ALTER TABLE districts OWNER TO {me}")),
            (format!("GRANT {me} TO {user}"), format!("REVOKE {me} FROM {user}")),
        ] {
            owner.run(&make).await.unwrap();
            outcomes.push((make, too_powerful(&url).await));
            owner.run(&unmake).await.unwrap();
        }
        let plain = Database::open(&url).await.is_ok();
        owner.run(&format!("DROP OWNED BY {user}; DROP ROLE {user}")).await.unwrap();
        for (made, refused) in outcomes {
            assert!(refused, "{made}");
        }
        assert!(plain, "a plain user may");
    });
}
