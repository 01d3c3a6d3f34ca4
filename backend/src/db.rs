//! The only door to the data.
//!
//! A connection never leaves this module. What leaves it are transactions of four kinds, each with its own type: an
//! organisation's [`ReadTx`] and [`WriteTx`], a district's [`OversightTx`], an evaluator's [`EvaluatorTx`] and the platform's
//! [`IdentityTx`]. None of them is a sea-orm connection, so an unscoped query does not compile; each one's `find` carries the
//! organisation. PostgreSQL checks the same a second time by row security under the transaction's role, SQLite by guard
//! triggers on the writing connection and by `query_only` on the reading ones.

use crate::entity::{Evaluated, Overseen, Platform, TenantOwned, rule_setting};
use crate::fault::{Fault, fault};
use domain::refusal::Refusal;
use migrations::{Migrator, MigratorTrait, roles};
use sea_orm::sea_query::{IntoCondition, OnConflict};
use sea_orm::{
    AccessMode, ActiveModelTrait, ColumnTrait, Condition, ConnectOptions, ConnectionTrait, DatabaseConnection,
    DatabaseTransaction, DbBackend, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QueryResult, QuerySelect, Select, Selector, SelectorTrait, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait, TryGetableMany, Value,
};
use std::cell::Cell;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

mod turns;
mod whole;

pub(crate) use turns::Turn;
use turns::Turns;
pub(crate) use whole::{Only, StoredTable, Whole};

/// A program's connections to PostgreSQL.
const CONNECTIONS: u32 = 16;
/// How many of them write in organisations at a time; those who read, and who sign in, find the others.
const WRITERS: usize = 8;
/// How long somebody waits for a turn to write.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection waits for what another program holds. Where a third one waits too, PostgreSQL counts twice, in the
/// queue and at the row, and both together have to be shorter than a statement may take.
const LOCK: Duration = Duration::from_secs(2);
/// How long a statement may take.
const STATEMENT: Duration = Duration::from_secs(5);
/// How long whoever watches over the service waits for a free connection.
const PING: Duration = Duration::from_secs(2);

/// The database of one installation: an SQLite file or a PostgreSQL server.
#[derive(Clone, Debug)]
pub struct Database {
    engine: Engine,
    filter: Filter,
    turns: Turns,
}

/// Whether the queries of a lane carry their organisations.
#[derive(Clone, Copy, Debug)]
enum Filter {
    /// They do, always.
    On,
    /// They forget them, in the proof that row security and guards hold alone ([`Database::without_filter`]).
    #[cfg(debug_assertions)]
    Off,
}

impl Filter {
    /// The condition that every query of a lane carries.
    fn of<E: TenantOwned>(self, organisations: &[Uuid]) -> Condition {
        let these = match (self, organisations) {
            #[cfg(debug_assertions)]
            (Self::Off, _) => return Condition::all(),
            (Self::On, [one]) => E::ORGANISATION.eq(*one),
            (Self::On, several) => E::ORGANISATION.is_in(several.iter().copied()),
        };
        Condition::all().add(these)
    }
}

#[derive(Clone, Debug)]
enum Engine {
    /// One connection writes, several read; the reading ones cannot write.
    Sqlite {
        writer: DatabaseConnection,
        reader: DatabaseConnection,
    },
    Postgres {
        pool: DatabaseConnection,
    },
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The engine answered with an error.
    #[error("the database cannot be opened: {0}")]
    Engine(#[from] DbErr),
    /// The address names neither engine.
    #[error("DATABASE_URL must begin with sqlite:// or postgres://")]
    UnknownEngine,
    /// The sign-in of the application would bypass row security.
    #[error(
        "the database user `{0}` is a superuser, bypasses row security or owns tables; use a plain user (docs/operations.md)"
    )]
    TooPowerful(String),
    /// The schema is older than this program.
    #[error("the schema is not up to date: run `banyan migrate`")]
    OldSchema,
}

impl Database {
    /// Opens the database that `url` names, without touching its schema.
    ///
    /// # Errors
    /// When it cannot be reached, or when the PostgreSQL user could bypass row security.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("sqlite:") {
            let engine = Engine::Sqlite { writer: sqlite_writer(url).await?, reader: sqlite_readers(url).await? };
            return Ok(Self { engine, filter: Filter::On, turns: Turns::new(1, PATIENCE) });
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(CONNECTIONS)
                .acquire_timeout(Duration::from_secs(10))
                .statement_timeout(STATEMENT)
                .map_sqlx_postgres_opts(|postgres| postgres.options([("lock_timeout", LOCK.as_millis())]))
                .set_application_name("banyan")
                .sqlx_logging(false);
            let pool = sea_orm::Database::connect(options).await?;
            refuse_powerful_user(&pool).await?;
            return Ok(Self {
                engine: Engine::Postgres { pool },
                filter: Filter::On,
                turns: Turns::new(WRITERS, PATIENCE),
            });
        }
        Err(OpenError::UnknownEngine)
    }

    /// The same database, whose queries forget their organisations: what is still kept apart then is kept apart by row
    /// security and guards alone. The tests prove that they suffice; a release build does not have this method.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn without_filter(self) -> Self {
        Self { filter: Filter::Off, ..self }
    }

    /// Which engine this is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        match self.engine {
            Engine::Sqlite { .. } => DbBackend::Sqlite,
            Engine::Postgres { .. } => DbBackend::Postgres,
        }
    }

    /// Whether the schema is the one that this program was built with.
    ///
    /// # Errors
    /// When it is not, or cannot be read.
    pub async fn check_schema(&self) -> Result<(), OpenError> {
        let connection = match &self.engine {
            Engine::Sqlite { reader, .. } => reader,
            Engine::Postgres { pool } => pool,
        };
        let statement = raw(self.backend(), "SELECT version FROM seaql_migrations", []);
        let rows = connection.query_all_raw(statement).await.map_err(|_| OpenError::OldSchema)?;
        let applied: Vec<String> = rows.iter().filter_map(|row| row.try_get_by_index(0).ok()).collect();
        let complete =
            Migrator::migrations().iter().all(|migration| applied.iter().any(|name| name == migration.name()));
        if complete { Ok(()) } else { Err(OpenError::OldSchema) }
    }

    /// Whether a connection is free and the database answers on it, both in a short time.
    pub async fn ping(&self) -> bool {
        let connection = match &self.engine {
            Engine::Sqlite { reader, .. } => reader,
            Engine::Postgres { pool } => pool,
        };
        timeout(PING, connection.ping()).await.is_ok_and(|answer| answer.is_ok())
    }

    /// Folds SQLite's write-ahead log into its file, so that the file alone can be copied.
    ///
    /// # Errors
    /// When the engine refuses.
    pub async fn settle(&self) -> Result<(), Fault> {
        if let Engine::Sqlite { writer, .. } = &self.engine {
            writer.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(())
    }

    /// While the demo is made, an SQLite file is not synced at each commit: what a crash would lose can be made again.
    ///
    /// # Errors
    /// When the engine refuses.
    pub(crate) async fn hurry(&self, hurry: bool) -> Result<(), Refusal> {
        if let Engine::Sqlite { writer, .. } = &self.engine {
            let pragma = if hurry { "PRAGMA synchronous = OFF" } else { "PRAGMA synchronous = FULL" };
            writer.execute_unprepared(pragma).await.map_err(fault)?;
        }
        Ok(())
    }

    pub(crate) async fn read(&self, organisation: Uuid) -> Result<ReadTx, Refusal> {
        let lane = Lane { role: roles::APP, organisation: Some(organisation), ..Lane::default() };
        let tx = self.begin(&lane, AccessMode::ReadOnly).await.map_err(fault)?;
        Ok(ReadTx { tx, organisation, filter: self.filter })
    }

    /// Waits for a turn to write in this organisation, without a connection.
    pub(crate) async fn turn(&self, organisation: Uuid) -> Result<Turn, Refusal> {
        self.turns.wait(organisation).await
    }

    /// Begins to write in the organisation whose turn this is; the next one's comes when the transaction is over.
    pub(crate) async fn write(&self, turn: Turn) -> Result<WriteTx, Refusal> {
        let organisation = turn.organisation;
        let lane = Lane { role: roles::APP, organisation: Some(organisation), ..Lane::default() };
        let tx = self.begin(&lane, AccessMode::ReadWrite).await.map_err(fault)?;
        Ok(WriteTx { read: ReadTx { tx, organisation, filter: self.filter }, _turn: turn })
    }

    pub(crate) async fn oversight(&self, organisations: Vec<Uuid>) -> Result<OversightTx, Refusal> {
        let lane = Lane { role: roles::OVERSIGHT, organisations: Some(list(&organisations)), ..Lane::default() };
        let tx = self.begin(&lane, AccessMode::ReadOnly).await.map_err(fault)?;
        Ok(OversightTx { tx, organisations, filter: self.filter })
    }

    pub(crate) async fn evaluator(&self, organisations: Vec<Uuid>) -> Result<EvaluatorTx, Refusal> {
        let lane = Lane { role: roles::EVALUATOR, organisations: Some(list(&organisations)), ..Lane::default() };
        let tx = self.begin(&lane, AccessMode::ReadOnly).await.map_err(fault)?;
        Ok(EvaluatorTx { tx, organisations, filter: self.filter })
    }

    pub(crate) async fn identity(&self, account: Option<Uuid>, mode: AccessMode) -> Result<IdentityTx, Refusal> {
        let lane = Lane { role: roles::IDENTITY, account, ..Lane::default() };
        Ok(IdentityTx { tx: self.begin(&lane, mode).await.map_err(fault)? })
    }

    async fn begin(&self, lane: &Lane, mode: AccessMode) -> Result<DatabaseTransaction, DbErr> {
        match &self.engine {
            Engine::Sqlite { reader, .. } if mode == AccessMode::ReadOnly => reader.begin().await,
            Engine::Sqlite { writer, .. } => {
                let options = TransactionOptions {
                    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                    ..TransactionOptions::default()
                };
                let tx = writer.begin_with_options(options).await?;
                set_guard(&tx, lane.organisation).await?;
                Ok(tx)
            }
            Engine::Postgres { pool } => {
                let tx = pool.begin_with_config(None, Some(mode)).await?;
                take(&tx, lane).await?;
                Ok(tx)
            }
        }
    }
}

/// Brings the schema up to date. On PostgreSQL `owner_url` names the user who owns the tables, and `app_user` the plain
/// user that the application signs in with, which is granted the roles it may take.
///
/// # Errors
/// When the engine refuses a statement.
pub async fn migrate(owner_url: &str, app_user: Option<&str>) -> Result<(), OpenError> {
    let connection = if owner_url.starts_with("sqlite:") {
        sqlite_writer(owner_url).await?
    } else {
        sea_orm::Database::connect(ConnectOptions::new(owner_url).max_connections(1).sqlx_logging(false).to_owned())
            .await?
    };
    Migrator::up(&connection, None).await?;
    if let (DbBackend::Postgres, Some(user)) = (connection.get_database_backend(), app_user) {
        let quoted = user.replace('"', "\"\"");
        for role in roles::ALL {
            connection.execute_unprepared(&format!("GRANT {role} TO \"{quoted}\"")).await?;
        }
        connection.execute_unprepared(&format!("GRANT SELECT ON seaql_migrations TO \"{quoted}\"")).await?;
    }
    connection.close().await?;
    Ok(())
}

/// Makes the folder that an SQLite address points into.
///
/// # Errors
/// When the folder cannot be made.
pub fn prepare_folder(url: &str) -> std::io::Result<()> {
    let path = url.trim_start_matches("sqlite://").trim_start_matches("sqlite:");
    let path = path.split('?').next().unwrap_or(path);
    match Path::new(path).parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::create_dir_all(folder),
        _ => Ok(()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the kernel's own statements, each with its organisation or above all")]
fn raw(backend: DbBackend, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(backend, sql, values)
}

#[derive(Default)]
struct Lane {
    role: &'static str,
    organisation: Option<Uuid>,
    organisations: Option<String>,
    account: Option<Uuid>,
}

/// Takes the lane's role and says whose rows it means, until the transaction ends or takes another lane.
async fn take(tx: &DatabaseTransaction, lane: &Lane) -> Result<(), DbErr> {
    let values = [
        lane.role.into(),
        lane.organisation.map(|id| id.to_string()).unwrap_or_default().into(),
        lane.organisations.clone().unwrap_or_default().into(),
        lane.account.map(|id| id.to_string()).unwrap_or_default().into(),
    ];
    let set = "SELECT set_config('role', $1, true), set_config('app.organisation', $2, true), \
               set_config('app.organisations', $3, true), set_config('app.account', $4, true)";
    tx.execute_raw(raw(DbBackend::Postgres, set, values)).await.map(drop)
}

fn list(organisations: &[Uuid]) -> String {
    organisations.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",")
}

async fn sqlite_writer(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).acquire_timeout(Duration::from_secs(30)).sqlx_logging(false);
    options.idle_timeout(None).max_lifetime(None);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("trusted_schema", "OFF")
            .pragma("temp_store", "MEMORY")
    });
    sea_orm::Database::connect(options).await
}

async fn sqlite_readers(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(4).acquire_timeout(Duration::from_secs(10)).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite.busy_timeout(Duration::from_secs(5)).pragma("query_only", "ON").pragma("trusted_schema", "OFF")
    });
    sea_orm::Database::connect(options).await
}

/// The application refuses to run as someone whom row security does not bind.
async fn refuse_powerful_user(pool: &DatabaseConnection) -> Result<(), OpenError> {
    // Whom the user may become counts as well.
    let question = "SELECT current_user::text, EXISTS (
                      SELECT 1 FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')
                      AND (r.rolsuper OR r.rolbypassrls OR EXISTS (
                        SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = 'public' AND c.relowner = r.oid)))";
    let row = pool.query_one_raw(raw(DbBackend::Postgres, question, [])).await?;
    let Some(row) = row else { return Err(OpenError::TooPowerful(String::new())) };
    let (user, powerful): (String, bool) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    if powerful { Err(OpenError::TooPowerful(user)) } else { Ok(()) }
}

/// Names the organisation whose rows this transaction may write. The guards are temporary triggers of the connection: they
/// exist before the first write and disappear with the connection, so they are made anew when it was replaced.
async fn set_guard(tx: &DatabaseTransaction, organisation: Option<Uuid>) -> Result<(), DbErr> {
    let set = |organisation: Option<Uuid>| {
        let sql = "UPDATE temp.acting SET organisation_id = $1";
        raw(DbBackend::Sqlite, sql, [Value::from(organisation)])
    };
    if tx.execute_raw(set(organisation)).await.is_err() {
        make_guards(tx).await?;
        tx.execute_raw(set(organisation)).await?;
    }
    Ok(())
}

async fn make_guards(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    tx.execute_unprepared("CREATE TEMP TABLE IF NOT EXISTS acting (organisation_id BLOB)").await?;
    tx.execute_unprepared("DELETE FROM temp.acting").await?;
    tx.execute_unprepared("INSERT INTO temp.acting VALUES (NULL)").await?;
    let tables = "SELECT m.name FROM main.sqlite_master m JOIN pragma_table_info(m.name) c
                  WHERE m.type = 'table' AND c.name = 'organisation_id' AND c.pk > 0 AND m.name <> 'engagement_organisations'";
    let acting = "(SELECT organisation_id FROM temp.acting)";
    for row in tx.query_all_raw(raw(DbBackend::Sqlite, tables, [])).await? {
        let table: String = row.try_get_by_index(0)?;
        for (event, side) in [("INSERT", "NEW"), ("UPDATE", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")] {
            tx.execute_unprepared(&format!(
                "CREATE TEMP TRIGGER IF NOT EXISTS guard_{table}_{event}_{side} BEFORE {event} ON main.{table}
                 WHEN {side}.organisation_id IS NOT {acting} BEGIN SELECT RAISE(ABORT, 'tenant guard'); END"
            ))
            .await?;
        }
    }
    Ok(())
}

tokio::task_local! {
    /// How many queries the work under [`counting`] has asked.
    static ASKED: Cell<u32>;
}

/// Does some work and says how many queries it asked: a page keeps within eight.
pub async fn counting<T>(work: impl Future<Output = T>) -> (T, u32) {
    let counted = async {
        let answer = work.await;
        (answer, ASKED.with(Cell::get))
    };
    ASKED.scope(Cell::new(0), counted).await
}

/// Counts one query, where somebody counts.
fn ask() {
    let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
}

/// A query that already carries its organisation; it can be narrowed, never widened.
#[must_use]
pub struct Found<'t, E: EntityTrait> {
    tx: &'t DatabaseTransaction,
    select: Select<E>,
}

impl<E: EntityTrait> Found<'_, E> {
    /// Keeps only the rows that meet the condition.
    pub fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.select = self.select.filter(condition.into_condition());
        self
    }

    /// Sorts.
    pub fn order(mut self, column: E::Column, order: Order) -> Self {
        self.select = self.select.order_by(column, order);
        self
    }

    /// At most so many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.select = self.select.limit(rows);
        self
    }

    /// Chooses columns, groups, joins; what was filtered stays filtered.
    pub fn shape(mut self, shape: impl FnOnce(Select<E>) -> Select<E>) -> Self {
        self.select = shape(self.select);
        self
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn one(self) -> Result<Option<E::Model>, Refusal> {
        ask();
        self.select.one(self.tx).await.map_err(fault)
    }

    /// The first row; none is "not found", whether it never existed or belongs to someone else.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or when the database does not answer.
    pub async fn need(self) -> Result<E::Model, Refusal> {
        self.one().await?.ok_or(Refusal::NotFound)
    }

    /// All rows.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all(self) -> Result<Vec<E::Model>, Refusal> {
        ask();
        self.select.all(self.tx).await.map_err(fault)
    }

    /// All rows with the rows of other tables that belong to them: one query. The keys that join tables carry the
    /// organisation, so what is joined is never a neighbour's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn joined<S: SelectorTrait>(
        self,
        join: impl FnOnce(Select<E>) -> Selector<S>,
    ) -> Result<Vec<S::Item>, Refusal> {
        ask();
        join(self.select).all(self.tx).await.map_err(fault)
    }

    /// All rows as tuples of the chosen columns.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tuples<T: TryGetableMany>(self) -> Result<Vec<T>, Refusal> {
        ask();
        self.select.into_tuple::<T>().all(self.tx).await.map_err(fault)
    }

    /// All rows as another shape of the chosen columns.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn models<M: FromQueryResult + Send + Unpin>(self) -> Result<Vec<M>, Refusal> {
        ask();
        self.select.into_model::<M>().all(self.tx).await.map_err(fault)
    }

    /// How many rows.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count(self) -> Result<u64, Refusal>
    where
        E::Model: Sync + Send,
    {
        ask();
        self.select.count(self.tx).await.map_err(fault)
    }
}

impl<E: TenantOwned> Found<'_, E> {
    /// How many rows each organisation has; one that has none is not there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_by_organisation(self) -> Result<HashMap<Uuid, u64>, Refusal> {
        let counted = self.shape(|select| {
            select.select_only().column(E::ORGANISATION).column_as(E::ID.count(), "n").group_by(E::ORGANISATION)
        });
        let rows = counted.tuples::<(Uuid, i64)>().await?;
        Ok(rows.into_iter().map(|(organisation, n)| (organisation, n.unsigned_abs())).collect())
    }

    /// Sorts, and equal rows by their ids the same way round: the engines give those in any order.
    pub fn sorted(self, column: E::Column, order: Order) -> Self {
        self.order(column, order.clone()).order(E::ID, order)
    }

    /// The row with this id.
    pub fn by_id(self, id: impl Into<Uuid>) -> Self {
        let id: Uuid = id.into();
        self.filter(E::ID.eq(id))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where a query is begun")]
fn query<E: EntityTrait>() -> Select<E> {
    E::find()
}

/// Reading within one organisation.
pub struct ReadTx {
    tx: DatabaseTransaction,
    organisation: Uuid,
    filter: Filter,
}

impl ReadTx {
    /// Rows of this organisation.
    pub fn find<E: TenantOwned>(&self) -> Found<'_, E> {
        Found { tx: &self.tx, select: query::<E>().filter(self.within::<E>()) }
    }

    fn within<E: TenantOwned>(&self) -> Condition {
        self.filter.of::<E>(&[self.organisation])
    }

    /// Rows above the organisations that every organisation may read: its district's settings, the organisation itself.
    pub(crate) fn platform<E: Platform>(&self) -> Found<'_, E> {
        Found { tx: &self.tx, select: query::<E>() }
    }

    /// A statement of the kernel itself (numbers, tallies, the audit head); its first value is always the organisation.
    pub(crate) async fn kernel(&self, sql: &str, mut values: Vec<Value>) -> Result<Option<QueryResult>, Refusal> {
        values.insert(0, self.organisation.into());
        let statement = raw(self.tx.get_database_backend(), sql, values);
        self.tx.query_one_raw(statement).await.map_err(fault)
    }
}

/// A lane in which a whole file can be read: the organisation's own, also within a change, and the evaluator's.
pub(crate) trait FileLane {
    /// Rows that the lane reaches.
    fn find<E: Evaluated>(&self) -> Found<'_, E>;
}

/// A file's lane in which the rules that bind its organisation can be read too.
pub(crate) trait RuledLane: FileLane {
    /// What districts set for their organisations.
    fn settings(&self) -> Found<'_, rule_setting::Entity>;
}

impl FileLane for ReadTx {
    fn find<E: Evaluated>(&self) -> Found<'_, E> {
        self.find()
    }
}

impl RuledLane for ReadTx {
    fn settings(&self) -> Found<'_, rule_setting::Entity> {
        self.platform()
    }
}

impl FileLane for EvaluatorTx {
    fn find<E: Evaluated>(&self) -> Found<'_, E> {
        self.find()
    }
}

impl RuledLane for EvaluatorTx {
    fn settings(&self) -> Found<'_, rule_setting::Entity> {
        Found { tx: &self.tx, select: query() }
    }
}

/// How many rows are added with one statement: SQLite takes 32,766 values, PostgreSQL twice as many.
const AT_ONCE: usize = 500;

/// Writing within one organisation. Rows go in and change only through [`crate::change::Change`], which asks for a permit.
pub struct WriteTx {
    read: ReadTx,
    _turn: Turn,
}

impl std::ops::Deref for WriteTx {
    type Target = ReadTx;
    fn deref(&self) -> &ReadTx {
        &self.read
    }
}

impl WriteTx {
    pub(crate) async fn insert<A>(&self, row: A) -> Result<(), Refusal>
    where
        A: ActiveModelTrait,
        A::Entity: TenantOwned,
    {
        <A::Entity as EntityTrait>::insert(row).exec_without_returning(&self.read.tx).await.map(drop).map_err(fault)
    }

    /// Adds rows, as many with one statement as both engines take; fails when one is there already.
    pub(crate) async fn insert_new<A>(&self, mut rows: Vec<A>) -> Result<(), Refusal>
    where
        A: ActiveModelTrait,
        A::Entity: TenantOwned,
    {
        while !rows.is_empty() {
            let these = rows.drain(..rows.len().min(AT_ONCE));
            <A::Entity as EntityTrait>::insert_many(these)
                .exec_without_returning(&self.read.tx)
                .await
                .map_err(fault)?;
        }
        Ok(())
    }

    /// Adds rows; those that are there already stay as they are.
    pub(crate) async fn insert_all<A>(&self, rows: Vec<A>) -> Result<(), Refusal>
    where
        A: ActiveModelTrait,
        A::Entity: TenantOwned,
    {
        if rows.is_empty() {
            return Ok(());
        }
        <A::Entity as EntityTrait>::insert_many(rows)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&self.read.tx)
            .await
            .map(drop)
            .map_err(fault)
    }

    /// Changes the rows of this organisation that meet the condition; says how many.
    pub(crate) async fn update<E: TenantOwned>(
        &self,
        row: impl IntoActiveModel<E::ActiveModel>,
        condition: impl IntoCondition,
        extra: Option<(E::Column, sea_orm::sea_query::SimpleExpr)>,
    ) -> Result<u64, Refusal>
    where
        E::ActiveModel: ActiveModelTrait<Entity = E>,
    {
        #[expect(clippy::disallowed_methods, reason = "the one place where an update is begun")]
        let mut update = E::update_many().set(row.into_active_model());
        if let Some((column, expression)) = extra {
            update = update.col_expr(column, expression);
        }
        let done = update
            .filter(self.read.within::<E>())
            .filter(condition.into_condition())
            .exec(&self.read.tx)
            .await
            .map_err(fault)?;
        Ok(done.rows_affected)
    }

    /// Removes the rows of this organisation that meet the condition.
    pub(crate) async fn delete<E: TenantOwned>(&self, condition: impl IntoCondition) -> Result<(), Refusal> {
        #[expect(clippy::disallowed_methods, reason = "the one place where a delete is begun")]
        let delete = E::delete_many();
        delete
            .filter(self.read.within::<E>())
            .filter(condition.into_condition())
            .exec(&self.read.tx)
            .await
            .map(drop)
            .map_err(fault)
    }

    /// Like [`ReadTx::kernel`], for a statement that answers no row.
    pub(crate) async fn kernel_execute(&self, sql: &str, mut values: Vec<Value>) -> Result<u64, Refusal> {
        values.insert(0, self.read.organisation.into());
        let statement = raw(self.backend(), sql, values);
        Ok(self.read.tx.execute_raw(statement).await.map_err(fault)?.rows_affected())
    }

    pub(crate) fn organisation(&self) -> Uuid {
        self.read.organisation
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.read.tx.get_database_backend()
    }

    pub(crate) async fn commit(self) -> Result<(), Refusal> {
        self.read.tx.commit().await.map_err(fault)
    }

    pub(crate) async fn rollback(self) -> Result<(), Refusal> {
        self.read.tx.rollback().await.map_err(fault)
    }
}

/// Reading what a district may see of its organisations.
pub struct OversightTx {
    tx: DatabaseTransaction,
    organisations: Vec<Uuid>,
    filter: Filter,
}

impl OversightTx {
    /// Rows of the district's organisations.
    pub fn find<E: Overseen>(&self) -> Found<'_, E> {
        Found { tx: &self.tx, select: query::<E>().filter(self.filter.of::<E>(&self.organisations)) }
    }
}

/// Reading what an engagement opens. There is no method that writes.
pub struct EvaluatorTx {
    tx: DatabaseTransaction,
    organisations: Vec<Uuid>,
    filter: Filter,
}

impl EvaluatorTx {
    /// Rows of the engaged organisations.
    pub fn find<E: Evaluated>(&self) -> Found<'_, E> {
        Found { tx: &self.tx, select: query::<E>().filter(self.filter.of::<E>(&self.organisations)) }
    }
}

/// Accounts, sessions, districts: what stands above the organisations.
pub(crate) struct IdentityTx {
    tx: DatabaseTransaction,
}

impl IdentityTx {
    pub(crate) fn find<E: Platform>(&self) -> Found<'_, E> {
        Found { tx: &self.tx, select: query::<E>() }
    }

    /// Memberships of the transaction's own account, in whichever organisation.
    pub(crate) fn own<E: TenantOwned>(&self) -> Found<'_, E> {
        Found { tx: &self.tx, select: query::<E>() }
    }

    pub(crate) async fn insert<A>(&self, row: A) -> Result<(), Refusal>
    where
        A: ActiveModelTrait,
        A::Entity: Platform,
    {
        <A::Entity as EntityTrait>::insert(row).exec_without_returning(&self.tx).await.map(drop).map_err(fault)
    }

    /// Inserts, or replaces the row with the same key.
    pub(crate) async fn put<A>(&self, row: A, conflict: OnConflict) -> Result<(), Refusal>
    where
        A: ActiveModelTrait,
        A::Entity: Platform,
    {
        <A::Entity as EntityTrait>::insert(row)
            .on_conflict(conflict)
            .exec_without_returning(&self.tx)
            .await
            .map(drop)
            .map_err(fault)
    }

    pub(crate) async fn update<E: Platform>(
        &self,
        row: impl IntoActiveModel<E::ActiveModel>,
        condition: impl IntoCondition,
    ) -> Result<u64, Refusal>
    where
        E::ActiveModel: ActiveModelTrait<Entity = E>,
    {
        #[expect(clippy::disallowed_methods, reason = "platform tables have no organisation")]
        let update = E::update_many();
        let done = update
            .set(row.into_active_model())
            .filter(condition.into_condition())
            .exec(&self.tx)
            .await
            .map_err(fault)?;
        Ok(done.rows_affected)
    }

    /// Removes the rows that meet the condition; says how many.
    pub(crate) async fn delete<E: Platform>(&self, condition: impl IntoCondition) -> Result<u64, Refusal> {
        #[expect(clippy::disallowed_methods, reason = "platform tables have no organisation")]
        let delete = E::delete_many();
        let done = delete.filter(condition.into_condition()).exec(&self.tx).await.map_err(fault)?;
        Ok(done.rows_affected)
    }

    pub(crate) async fn commit(self) -> Result<(), Refusal> {
        self.tx.commit().await.map_err(fault)
    }
}

#[cfg(test)]
mod tests;
