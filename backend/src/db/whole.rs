//! The whole database as rows, for backups.
//!
//! One transaction goes from lane to lane: it reads and writes what stands above the organisations as the identity lane
//! does, and each organisation's rows as its own staff's lane does. So a backup needs no user who could bypass row security,
//! and restoring one organisation cannot touch another. The tables are read from the engine's catalogue: a new one cannot be
//! forgotten.

use super::{Database, Engine, FileLane, Found, Lane, Value, query, raw, set_guard, take};
use crate::entity::Evaluated;
use crate::fault::Fault;
use migrations::roles;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, QueryResult,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use time::Date;
use time::macros::format_description;
use uuid::Uuid;

/// The table in which the migrations keep their own account.
const OF_MIGRATIONS: &str = "seaql_migrations";
/// How many rows are read at a time.
const STRIDE: usize = 1_000;
/// How many values one statement may carry on either engine.
const VALUES: usize = 30_000;

/// A table, as the engine's catalogue describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StoredTable {
    pub(crate) name: String,
    pub(crate) columns: Vec<StoredColumn>,
    /// The columns of its primary key, in their order.
    key: Vec<String>,
    /// Columns that refer to other tables, with those tables.
    pub(crate) links: Vec<(String, String)>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredColumn {
    pub(crate) name: String,
    pub(crate) kind: StoredKind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoredKind {
    /// An id: PostgreSQL's `uuid`. SQLite keeps ids as bytes.
    Id,
    Bytes,
    Number,
    Flag,
    Text,
    /// A day: PostgreSQL's `date`. SQLite keeps days as text.
    Day,
}

impl StoredKind {
    fn read(declared: &str) -> Option<Self> {
        Some(match declared.to_lowercase().as_str() {
            "uuid" => Self::Id,
            "bytea" | "blob" => Self::Bytes,
            "bigint" => Self::Number,
            "boolean" => Self::Flag,
            "text" => Self::Text,
            "date" => Self::Day,
            _ => return None,
        })
    }

    /// The word by which a backup names it, the same for both engines.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Id | Self::Bytes => "bytes",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Text | Self::Day => "text",
        }
    }
}

impl StoredTable {
    /// Whether its rows each belong to one organisation.
    pub(crate) fn is_tenant(&self) -> bool {
        self.key.first().is_some_and(|first| first == ORGANISATION)
    }

    /// The key within an organisation, or the whole one above them.
    fn own_key(&self) -> impl Iterator<Item = &str> {
        self.key.iter().skip(usize::from(self.is_tenant())).map(String::as_str)
    }

    fn kind(&self, column: &str) -> Option<StoredKind> {
        self.columns.iter().find(|one| one.name == column).map(|one| one.kind)
    }
}

const ORGANISATION: &str = "organisation_id";

/// Which rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Only {
    /// All of them.
    All,
    /// Those of an organisation.
    Organisation(Uuid),
    /// Those with these ids.
    Ids(Vec<Uuid>),
}

impl Database {
    /// Begins a transaction over everything. Reading, it sees one moment, whatever others write meanwhile.
    pub(crate) async fn whole(&self, mode: AccessMode) -> Result<Whole, Fault> {
        let tx = match &self.engine {
            Engine::Sqlite { reader, .. } if mode == AccessMode::ReadOnly => reader.begin().await?,
            Engine::Sqlite { writer, .. } => {
                let options = TransactionOptions {
                    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                    ..TransactionOptions::default()
                };
                writer.begin_with_options(options).await?
            }
            Engine::Postgres { pool } => {
                let tx = pool.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(mode)).await?;
                // A long table takes longer than a page may.
                tx.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
                tx
            }
        };
        let mut whole = Whole { tx, writes: mode == AccessMode::ReadWrite, tables: Vec::new() };
        whole.tables = whole.catalogue().await?;
        Ok(whole)
    }
}

/// A transaction over everything.
pub(crate) struct Whole {
    tx: DatabaseTransaction,
    writes: bool,
    tables: Vec<StoredTable>,
}

impl FileLane for Whole {
    fn find<E: Evaluated>(&self) -> Found<'_, E> {
        Found { tx: &self.tx, select: query::<E>() }
    }
}

impl Whole {
    /// Every table, each after those that it refers to.
    pub(crate) fn tables(&self) -> &[StoredTable] {
        &self.tables
    }

    /// Goes to the lane of an organisation, or to the one above them.
    pub(crate) async fn enter(&self, organisation: Option<Uuid>) -> Result<(), Fault> {
        if self.backend() == DbBackend::Postgres {
            let role = if organisation.is_some() { roles::APP } else { roles::IDENTITY };
            take(&self.tx, &Lane { role, organisation, ..Lane::default() }).await?;
        } else if self.writes {
            set_guard(&self.tx, organisation).await?;
        }
        Ok(())
    }

    /// Hands the rows of a table to `each`, in the order of its key, as arrays that look the same on both engines.
    pub(crate) async fn rows<E: From<Fault>>(
        &self,
        table: &StoredTable,
        only: &Only,
        mut each: impl FnMut(&[Json]) -> Result<(), E>,
    ) -> Result<(), E> {
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        let key: Vec<&str> = table.own_key().collect();
        let sorted: Vec<String> = key.iter().map(|column| self.collated(table, column)).collect();
        let mut after: Option<Vec<Value>> = None;
        loop {
            let (mut values, mut conditions) = (Vec::new(), Vec::new());
            let mut bind = |value: Value| {
                values.push(value);
                format!("${}", values.len())
            };
            match only {
                Only::All => {}
                Only::Organisation(id) => {
                    let column = if table.is_tenant() { ORGANISATION } else { "id" };
                    conditions.push(format!("{column} = {}", bind((*id).into())));
                }
                Only::Ids(ids) => {
                    let ids: Vec<String> = ids.iter().map(|id| bind((*id).into())).collect();
                    conditions.push(if ids.is_empty() {
                        "1 = 0".to_owned()
                    } else {
                        format!("id IN ({})", ids.join(", "))
                    });
                }
            }
            if let Some(after) = after.take() {
                let after: Vec<String> = after.into_iter().map(&mut bind).collect();
                conditions.push(format!("({}) > ({})", sorted.join(", "), after.join(", ")));
            }
            let conditions =
                if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
            let sql = format!(
                "SELECT {} FROM {} {conditions} ORDER BY {} LIMIT {STRIDE}",
                columns.join(", "),
                table.name,
                sorted.join(", ")
            );
            let rows = self.tx.query_all_raw(raw(self.backend(), &sql, values)).await.map_err(Fault::from)?;
            for row in &rows {
                let cells = table.columns.iter().enumerate().map(|(at, column)| cell(row, at, column.kind));
                each(&cells.collect::<Result<Vec<Json>, DbErr>>().map_err(Fault::from)?)?;
            }
            if rows.len() < STRIDE {
                return Ok(());
            }
            let last = rows.last().map(|row| {
                let at = |name: &&str| columns.iter().position(|column| column == name).unwrap_or_default();
                key.iter().map(|name| value(cell(row, at(name), table.kind(name)?).ok()?, table.kind(name)?)).collect()
            });
            after = last.flatten();
        }
    }

    /// Adds rows that look as [`Whole::rows`] shows them; with `merge`, those that are there already stay as they are.
    pub(crate) async fn fill(&self, table: &StoredTable, rows: &[Vec<Json>], merge: bool) -> Result<(), Fault> {
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        let conflict = if merge { format!("ON CONFLICT ({}) DO NOTHING", table.key.join(", ")) } else { String::new() };
        for rows in rows.chunks(VALUES / columns.len().max(1)) {
            let mut values = Vec::with_capacity(rows.len() * columns.len());
            let mut lines = Vec::with_capacity(rows.len());
            for row in rows {
                if row.len() != columns.len() {
                    return Err(Fault::Stored("row"));
                }
                let mut places = Vec::with_capacity(columns.len());
                for (cell, column) in row.iter().zip(&table.columns) {
                    values.push(value(cell.clone(), column.kind).ok_or(Fault::Stored("row"))?);
                    places.push(format!("${}", values.len()));
                }
                lines.push(format!("({})", places.join(", ")));
            }
            let sql =
                format!("INSERT INTO {} ({}) VALUES {} {conflict}", table.name, columns.join(", "), lines.join(", "));
            self.tx.execute_raw(raw(self.backend(), &sql, values)).await?;
        }
        Ok(())
    }

    /// The ids to which a column of a table refers, within an organisation.
    pub(crate) async fn referred(
        &self,
        table: &StoredTable,
        column: &str,
        organisation: Uuid,
    ) -> Result<Vec<Uuid>, Fault> {
        let sql = format!(
            "SELECT DISTINCT {column} FROM {} WHERE {ORGANISATION} = $1 AND {column} IS NOT NULL ORDER BY 1",
            table.name
        );
        let rows = self.tx.query_all_raw(raw(self.backend(), &sql, [organisation.into()])).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, DbErr>>().map_err(Fault::from)
    }

    /// Whether the table has no row in this lane.
    pub(crate) async fn is_empty(&self, table: &StoredTable) -> Result<bool, Fault> {
        let sql = format!("SELECT 1 FROM {} LIMIT 1", table.name);
        Ok(self.tx.query_one_raw(raw(self.backend(), &sql, [])).await?.is_none())
    }

    pub(crate) async fn commit(self) -> Result<(), Fault> {
        Ok(self.tx.commit().await?)
    }

    pub(crate) async fn rollback(self) -> Result<(), Fault> {
        Ok(self.tx.rollback().await?)
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    /// A key's column as both engines sort it: byte by byte.
    fn collated(&self, table: &StoredTable, column: &str) -> String {
        let text = table.kind(column) == Some(StoredKind::Text);
        if text && self.backend() == DbBackend::Postgres {
            format!("{column} COLLATE \"C\"")
        } else {
            column.to_owned()
        }
    }

    async fn catalogue(&self) -> Result<Vec<StoredTable>, Fault> {
        let (columns, links) = match self.backend() {
            DbBackend::Postgres => (
                "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
                        coalesce(array_position(i.indkey::int2[], a.attnum) - array_lower(i.indkey::int2[], 1) + 1, 0)::bigint
                 FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
                 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1, a.attnum",
                "SELECT c.relname::text, a.attname::text, t.relname::text FROM pg_constraint k
                 JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
                 WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace ORDER BY 1, 2, 3",
            ),
            _ => (
                "SELECT m.name, c.name, c.type, c.pk FROM main.sqlite_master m JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, c.cid",
                "SELECT m.name, k.\"from\", k.\"table\" FROM main.sqlite_master m JOIN pragma_foreign_key_list(m.name) k
                 WHERE m.type = 'table' ORDER BY 1, 2, 3",
            ),
        };
        let mut tables: BTreeMap<String, StoredTable> = BTreeMap::new();
        let mut keys: BTreeMap<String, BTreeMap<i64, String>> = BTreeMap::new();
        for row in self.tx.query_all_raw(raw(self.backend(), columns, [])).await? {
            let (table, name): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let (declared, place): (String, i64) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
            if table == OF_MIGRATIONS {
                continue;
            }
            let kind = StoredKind::read(&declared)
                .ok_or_else(|| Fault::System(format!("{table}.{name}: backups do not know the type {declared}")))?;
            if place > 0 {
                keys.entry(table.clone()).or_default().insert(place, name.clone());
            }
            let known =
                tables.entry(table.clone()).or_insert_with(|| StoredTable { name: table, ..StoredTable::default() });
            known.columns.push(StoredColumn { name, kind });
        }
        for (name, table) in &mut tables {
            table.key = keys.remove(name).into_iter().flat_map(BTreeMap::into_values).collect();
        }
        for row in self.tx.query_all_raw(raw(self.backend(), links, [])).await? {
            let (table, column, to): (String, String, String) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            if let Some(table) = tables.get_mut(&table) {
                table.links.push((column, to));
            }
        }
        in_order(tables.into_values().collect())
    }
}

/// The tables, each after those that it refers to; what stands above the organisations comes first.
fn in_order(mut rest: Vec<StoredTable>) -> Result<Vec<StoredTable>, Fault> {
    rest.sort_by_key(StoredTable::is_tenant);
    let mut placed: Vec<StoredTable> = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let is_placed = |name: &String| placed.iter().any(|table| table.name == *name);
        let ready = |table: &StoredTable| table.links.iter().all(|(_, to)| *to == table.name || is_placed(to));
        let next = rest.iter().position(ready);
        placed
            .push(rest.remove(next.ok_or_else(|| Fault::System("tables refer to each other in a circle".to_owned()))?));
    }
    Ok(placed)
}

/// A value as it looks in a backup: bytes and ids in hexadecimal, days as text.
fn cell(row: &QueryResult, at: usize, kind: StoredKind) -> Result<Json, DbErr> {
    let bytes = |bytes: &[u8]| Json::String(crate::hex::encode(bytes));
    Ok(match kind {
        StoredKind::Id => row.try_get_by_index::<Option<Uuid>>(at)?.map(|id| bytes(id.as_bytes())).into(),
        StoredKind::Bytes => row.try_get_by_index::<Option<Vec<u8>>>(at)?.map(|held| bytes(&held)).into(),
        StoredKind::Number => row.try_get_by_index::<Option<i64>>(at)?.into(),
        StoredKind::Flag => row.try_get_by_index::<Option<bool>>(at)?.into(),
        StoredKind::Text => row.try_get_by_index::<Option<String>>(at)?.into(),
        StoredKind::Day => row.try_get_by_index::<Option<Date>>(at)?.map(|day| day.to_string()).into(),
    })
}

/// What [`cell`] showed, as a value for a statement; none when it is something else.
fn value(cell: Json, kind: StoredKind) -> Option<Value> {
    let bytes = |text: &str| crate::hex::decode(text);
    Some(match (kind, cell) {
        (StoredKind::Id, Json::Null) => Value::Uuid(None),
        (StoredKind::Id, Json::String(text)) => Value::from(Uuid::from_slice(&bytes(&text)?).ok()?),
        (StoredKind::Bytes, Json::Null) => Value::Bytes(None),
        (StoredKind::Bytes, Json::String(text)) => Value::from(bytes(&text)?),
        (StoredKind::Number, Json::Null) => Value::BigInt(None),
        (StoredKind::Number, Json::Number(number)) => Value::from(number.as_i64()?),
        (StoredKind::Flag, Json::Null) => Value::Bool(None),
        (StoredKind::Flag, Json::Bool(flag)) => Value::from(flag),
        (StoredKind::Text, Json::Null) => Value::String(None),
        (StoredKind::Text, Json::String(text)) => Value::from(text),
        (StoredKind::Day, Json::Null) => Value::TimeDate(None),
        (StoredKind::Day, Json::String(text)) => {
            Value::from(Date::parse(&text, format_description!("[year]-[month]-[day]")).ok()?)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, key: &str, links: &[&str]) -> StoredTable {
        StoredTable {
            name: name.to_owned(),
            key: vec![key.to_owned(), "id".to_owned()],
            links: links.iter().map(|to| ("a_id".to_owned(), (*to).to_owned())).collect(),
            ..StoredTable::default()
        }
    }

    #[test]
    fn every_table_comes_after_those_that_it_refers_to() {
        let tables = vec![
            table("cases", ORGANISATION, &["clients", "cases", "organisations"]),
            table("clients", ORGANISATION, &["organisations"]),
            table("organisations", "id", &["districts"]),
            table("districts", "id", &[]),
        ];
        let names: Vec<String> = in_order(tables).unwrap().into_iter().map(|table| table.name).collect();
        assert_eq!(names, ["districts", "organisations", "clients", "cases"]);
        assert!(in_order(vec![table("a", "id", &["b"]), table("b", "id", &["a"])]).is_err());
    }

    #[test]
    fn what_is_no_value_of_its_kind_is_not_taken() {
        assert!(value(Json::from(1), StoredKind::Text).is_none());
        assert!(value(Json::from("xyz"), StoredKind::Bytes).is_none());
        assert!(value(Json::from("2026-02-30"), StoredKind::Day).is_none());
        assert_eq!(value(Json::from(true), StoredKind::Flag), Some(Value::from(true)));
    }
}
