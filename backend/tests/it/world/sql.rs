//! Plain SQL beside the backend: what a test may do and the application may not.

use super::Everything;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use uuid::Uuid;

/// One connection.
pub struct Sql(DatabaseConnection);

impl Sql {
    pub async fn open(url: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        Self(sea_orm::Database::connect(options).await.unwrap())
    }

    pub fn backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    /// Runs statements; says how many rows the last one touched, or what the engine answered.
    pub async fn run(&self, sql: &str) -> Result<u64, String> {
        run(&self.0, sql).await
    }

    /// From now on foreign keys are not checked on this connection: a test may write rows whose neighbours it does not need.
    pub async fn unbind(&self) {
        let unbind = match self.backend() {
            DbBackend::Postgres => "SET session_replication_role = replica",
            _ => "PRAGMA foreign_keys = OFF",
        };
        self.run(unbind).await.unwrap();
    }

    /// Rows of text; every column must be text.
    pub async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        rows(&self.0, sql).await.unwrap()
    }

    /// The first column of every row.
    pub async fn column(&self, sql: &str) -> Vec<String> {
        self.rows(sql).await.into_iter().map(|mut row| row.remove(0)).collect()
    }

    /// One number.
    pub async fn number(&self, sql: &str) -> i64 {
        let text = self.column(&format!("SELECT CAST(({sql}) AS text)")).await.remove(0);
        text.parse().unwrap()
    }

    /// An id as this engine writes it in a statement.
    pub fn id(&self, id: Uuid) -> String {
        id_text(self.backend(), id)
    }

    /// A byte as this engine writes it in a statement, where a column needs some bytes.
    pub fn bytes(&self) -> &'static str {
        match self.backend() {
            DbBackend::Postgres => r"'\x00'::bytea",
            _ => "x'00'",
        }
    }

    /// The names of all tables.
    pub async fn tables(&self) -> Vec<String> {
        self.column(match self.backend() {
            DbBackend::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
            _ => "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
        })
        .await
    }

    /// The names of a table's columns.
    pub async fn columns(&self, table: &str) -> Vec<String> {
        self.column(&match self.backend() {
            DbBackend::Postgres => format!(
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position"
            ),
            _ => format!("SELECT name FROM pragma_table_info('{table}')"),
        })
        .await
    }

    /// Every row of every table.
    pub async fn everything(&self) -> Everything {
        let mut everything = Everything::new();
        for table in self.tables().await {
            let text = match self.backend() {
                DbBackend::Postgres => format!("SELECT t::text FROM {table} t"),
                _ => {
                    let columns = self.columns(&table).await;
                    let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
                    format!("SELECT {} FROM {table}", quoted.join(" || ',' || "))
                }
            };
            let mut rows = self.column(&text).await;
            rows.sort();
            everything.insert(table, rows);
        }
        everything
    }
}

/// Runs statements on whatever connection there is.
pub async fn run(connection: &impl ConnectionTrait, sql: &str) -> Result<u64, String> {
    connection.execute_unprepared(sql).await.map(|done| done.rows_affected()).map_err(|error| error.to_string())
}

/// Rows of text from whatever connection there is.
#[expect(clippy::disallowed_methods, reason = "tests look past the backend on purpose")]
pub async fn rows(connection: &impl ConnectionTrait, sql: &str) -> Result<Vec<Vec<String>>, String> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.map_err(|error| error.to_string())?;
    let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<Option<String>>(at).unwrap().unwrap_or_default();
    Ok(rows.iter().map(|row| (0..row.column_names().len()).map(|at| text(row, at)).collect()).collect())
}

/// An id as the engine writes it in a statement.
pub fn id_text(backend: DbBackend, id: Uuid) -> String {
    match backend {
        DbBackend::Postgres => format!("'{id}'::uuid"),
        _ => format!("x'{}'", id.simple()),
    }
}
