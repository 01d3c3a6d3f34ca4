//! A database for one test: a copy of a template that is migrated once for each state of the migrations.
//!
//! On PostgreSQL the tests run in a throw-away cluster, whose superuser's address `./dev` gives in `BANYAN_TEST_POSTGRES`.
//! The superuser owns the tables; the application signs in as a plain user, as in production. Where many test processes
//! start at once, the first one that takes the advisory lock makes the template.

use super::sql::Sql;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The application's user in the tests' cluster. It inherits nothing: without a lane it may do nothing at all.
pub const APP_USER: &str = "banyan_test";
/// Its password, for clusters that ask for one.
pub const APP_PASSWORD: &str = "banyan_test";
/// The key of the lock under which templates are made: the letters `BANYAN`.
const LOCK: i64 = 0x42_41_4E_59_41_4E;

const MISSING: &str = "this half of the test needs PostgreSQL: run it by `./dev unit`, or name a throw-away cluster's superuser in \
                       BANYAN_TEST_POSTGRES (postgres://owner@127.0.0.1:5432/postgres). BANYAN_SKIP_POSTGRES=1 leaves it out.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The other engine; this one again where PostgreSQL is left out.
    pub fn other(self) -> Self {
        if self == Self::Sqlite && !skips_postgres() { Self::Postgres } else { Self::Sqlite }
    }
}

/// One test's database.
#[derive(Clone)]
pub struct Stage {
    pub engine: Engine,
    /// As the application opens it.
    pub app: String,
    /// As its owner opens it.
    pub owner: String,
    /// The folder of its file, or its name in the cluster.
    place: String,
}

/// Whether somebody asked in so many words to leave PostgreSQL out.
pub fn skips_postgres() -> bool {
    std::env::var("BANYAN_SKIP_POSTGRES").is_ok_and(|value| value == "1")
}

impl Stage {
    pub async fn raise(engine: Engine) -> Self {
        static RAISED: AtomicU64 = AtomicU64::new(0);
        let name = format!("banyan_test_{}_{}", std::process::id(), RAISED.fetch_add(1, Ordering::SeqCst));
        match engine {
            Engine::Sqlite => raise_sqlite(&name).await,
            Engine::Postgres => raise_postgres(name).await,
        }
    }

    /// Takes the database down.
    pub async fn strike(&self) {
        match self.engine {
            Engine::Sqlite => std::fs::remove_dir_all(&self.place).unwrap(),
            Engine::Postgres => {
                let drop = format!("DROP DATABASE {} WITH (FORCE)", self.place);
                Sql::open(&cluster()).await.run(&drop).await.unwrap();
            }
        }
    }

    /// A name that no other test's database has.
    pub fn name(&self) -> &str {
        self.place.rsplit('/').next().unwrap_or_default()
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> PathBuf {
        Path::new(&self.place).join("banyan.sqlite")
    }
}

async fn raise_sqlite(name: &str) -> Stage {
    // Beside the built tests, so that it goes when they go.
    let built = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let template = built.join(format!("banyan_template_{}.sqlite", schema_hash()));
    if !template.exists() {
        let making = built.join(format!("{name}_template.sqlite"));
        backend::db::migrate(&sqlite_url(&making), None).await.unwrap();
        // Whoever comes second puts the same file in its place.
        std::fs::rename(&making, &template).unwrap();
    }
    let folder = std::env::temp_dir().join(name);
    // A process of this number that was killed left its own behind, with what was not written back yet.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(&template, folder.join("banyan.sqlite")).unwrap();
    let url = sqlite_url(&folder.join("banyan.sqlite"));
    Stage { engine: Engine::Sqlite, app: url.clone(), owner: url, place: folder.to_string_lossy().into_owned() }
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

async fn raise_postgres(name: String) -> Stage {
    let cluster = cluster();
    let sql = Sql::open(&cluster).await;
    let template = postgres_template(&sql, &cluster).await;
    sql.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
    sql.run(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
    Stage {
        engine: Engine::Postgres,
        app: address(&cluster, Some(&format!("{APP_USER}:{APP_PASSWORD}")), &name),
        owner: address(&cluster, None, &name),
        place: name,
    }
}

async fn postgres_template(sql: &Sql, cluster: &str) -> String {
    let template = format!("banyan_template_{}", schema_hash());
    let exists = format!("SELECT datname::text FROM pg_database WHERE datname = '{template}'");
    if !sql.column(&exists).await.is_empty() {
        return template;
    }
    sql.run(&format!("SELECT pg_advisory_lock({LOCK})")).await.unwrap();
    if sql.column(&exists).await.is_empty() {
        let making = format!("{template}_making");
        sql.run(&format!(
            "DO $$ BEGIN
               CREATE ROLE {APP_USER} LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS PASSWORD '{APP_PASSWORD}';
             EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        ))
        .await
        .unwrap();
        sql.run(&format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await.unwrap();
        sql.run(&format!("CREATE DATABASE {making}")).await.unwrap();
        backend::db::migrate(&address(cluster, None, &making), Some(APP_USER)).await.unwrap();
        // Its name says that it is complete.
        sql.run(&format!("ALTER DATABASE {making} RENAME TO {template}")).await.unwrap();
    }
    sql.run(&format!("SELECT pg_advisory_unlock({LOCK})")).await.unwrap();
    template
}

fn cluster() -> String {
    std::env::var("BANYAN_TEST_POSTGRES").unwrap_or_else(|_| panic!("{MISSING}"))
}

/// The cluster's address with another database, and another user where one is given.
fn address(cluster: &str, user: Option<&str>, database: &str) -> String {
    let (scheme, rest) = cluster.split_once("://").unwrap();
    let (place, _) = rest.split_once('/').unwrap();
    let (owner, host) = place.split_once('@').unwrap();
    format!("{scheme}://{}@{host}/{database}", user.unwrap_or(owner))
}

/// Names a state of the schema: the migrations, and the grants that `migrate` gives.
fn schema_hash() -> String {
    // From any crate of the workspace: the tests of the server share this vocabulary.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(root.join("migrations/src")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.push(root.join("backend/src/db.rs"));
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(std::fs::read(file).unwrap());
    }
    hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}
