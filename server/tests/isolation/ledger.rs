//! What stands in the database, organisation by organisation; and a way back to how it was.

use crate::world::{Sql, World};
use sea_orm::DbBackend;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a denied call may leave: its entry in the trail. That somebody was here is kept by sessions and counts of attempts.
const TRACES: [&str; 4] = ["audit_entries", "audit_heads", "sessions", "sign_in_failures"];

/// The content of each table for each organisation; what stands above the organisations belongs to the empty name.
pub type Content = BTreeMap<(String, String), u64>;

/// A connection of the owner, whom nothing binds, with a copy of every table as it was.
pub struct Ledger {
    owner: Sql,
    tables: Vec<(String, bool)>,
    /// The address of each organisation, by its id as the engine writes it.
    slugs: BTreeMap<String, String>,
    kept: Content,
    last: Content,
    version: String,
    denials: BTreeMap<String, i64>,
}

impl Ledger {
    /// Keeps everything as it is now.
    pub async fn keep(world: &World) -> Self {
        let owner = world.owner().await;
        owner.unbind().await;
        let copies = match owner.backend() {
            DbBackend::Postgres => "CREATE SCHEMA kept".to_owned(),
            _ => "ATTACH DATABASE ':memory:' AS kept".to_owned(),
        };
        owner.run(&copies).await.unwrap();
        let mut tables = Vec::new();
        for table in owner.tables().await.into_iter().filter(|table| table != "seaql_migrations") {
            owner.run(&format!("CREATE TABLE kept.{table} AS SELECT * FROM {table}")).await.unwrap();
            let of_organisations = has_organisation(&owner, &table).await;
            tables.push((table, of_organisations));
        }
        let id = if owner.backend() == DbBackend::Postgres { "id::text" } else { "hex(id)" };
        let slugs = owner.rows(&format!("SELECT {id}, slug FROM organisations")).await;
        let slugs = slugs.into_iter().map(|mut row| (row.remove(0), row.remove(0))).collect();
        let (kept, last) = (Content::new(), Content::new());
        let mut ledger = Self { owner, tables, slugs, kept, last, version: String::new(), denials: BTreeMap::new() };
        ledger.kept = ledger.read().await;
        ledger.last = ledger.kept.clone();
        ledger.version = ledger.version().await;
        ledger.denials = ledger.denials().await;
        ledger
    }

    /// Which tables hold something else than when last asked, and whose rows.
    pub async fn changes(&mut self) -> BTreeSet<(String, String)> {
        let version = self.version().await;
        if version == self.version {
            return BTreeSet::new();
        }
        self.version = version;
        let now = self.read().await;
        let changed = differences(&self.last, &now);
        self.last = now;
        changed
    }

    /// What is no mere trace of a visit is put back as it was kept.
    pub async fn put_back(&mut self, changed: &BTreeSet<(String, String)>) {
        let ended = |table: &str| table == "sessions";
        let tables: BTreeSet<&str> = changed.iter().map(|(table, _)| table.as_str()).collect();
        let tables: Vec<&str> = tables.into_iter().filter(|table| !TRACES.contains(table) || ended(table)).collect();
        if tables.is_empty() {
            return;
        }
        self.restore(tables.clone()).await;
        let odd = differences(&self.kept, &self.last);
        assert!(odd.iter().all(|(table, _)| !tables.contains(&table.as_str())), "{tables:?} are not as they were");
    }

    /// Everything is as it was kept, the traces too: each line of the table is asked in the same world.
    pub async fn begin_again(&mut self) {
        self.changes().await;
        let changed = differences(&self.kept, &self.last);
        let tables: BTreeSet<&str> = changed.iter().map(|(table, _)| table.as_str()).collect();
        self.restore(tables.into_iter().collect()).await;
        assert_eq!(self.last, self.kept);
        self.denials = self.denials().await;
    }

    async fn restore(&mut self, tables: Vec<&str>) {
        for table in tables {
            let back = format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept.{table}");
            self.owner.run(&back).await.unwrap();
        }
        self.last = self.read().await;
        self.version = self.version().await;
    }

    /// How many denials each organisation's trail holds more than when last asked, when these tables changed meanwhile.
    pub async fn new_denials(&mut self, changed: &BTreeSet<(String, String)>) -> BTreeMap<String, i64> {
        let before = self.denials.clone();
        if changed.iter().any(|(table, _)| table == "audit_entries") {
            self.denials = self.denials().await;
        }
        self.denials.iter().map(|(slug, now)| (slug.clone(), now - before[slug])).collect()
    }

    async fn denials(&self) -> BTreeMap<String, i64> {
        let count = "SELECT o.slug, CAST(count(e.seq) AS text) FROM organisations o LEFT JOIN audit_entries e
                     ON e.organisation_id = o.id AND e.kind = 'access.denied' GROUP BY o.slug";
        let rows = self.owner.rows(count).await;
        rows.into_iter().map(|mut row| (row.remove(0), row.remove(0).parse().unwrap())).collect()
    }

    /// The outward form's number of every row, and the organisation it belongs to.
    pub async fn owners_of_ids(&self) -> BTreeMap<String, String> {
        let mut owners = BTreeMap::new();
        for (table, of_organisations) in &self.tables {
            if !of_organisations || !has_column(&self.owner, table, "id").await || table == "audit_heads" {
                continue;
            }
            let (id, join) = match self.owner.backend() {
                DbBackend::Postgres => ("replace(t.id::text, '-', '')", "t.organisation_id"),
                _ => ("lower(hex(t.id))", "t.organisation_id"),
            };
            let rows = format!("SELECT {id}, o.slug FROM {table} t JOIN organisations o ON o.id = {join}");
            for mut row in self.owner.rows(&rows).await {
                owners.insert(row.remove(0), row.remove(0));
            }
        }
        owners
    }

    /// The register of every paper, by the outward form's number.
    pub async fn registers_of_papers(&self) -> BTreeMap<String, String> {
        let id = match self.owner.backend() {
            DbBackend::Postgres => "replace(id::text, '-', '')",
            _ => "lower(hex(id))",
        };
        let rows = self.owner.rows(&format!("SELECT {id}, register FROM papers")).await;
        rows.into_iter().map(|mut row| (row.remove(0), row.remove(0))).collect()
    }

    /// Changes with whatever is written: SQLite counts what other connections commit, PostgreSQL numbers who writes.
    async fn version(&self) -> String {
        let version = match self.owner.backend() {
            DbBackend::Postgres => "SELECT pg_snapshot_xmax(pg_current_snapshot())::text",
            _ => "SELECT CAST(data_version AS text) FROM pragma_data_version",
        };
        self.owner.column(version).await.remove(0)
    }

    async fn read(&self) -> Content {
        let content = match self.owner.backend() {
            DbBackend::Postgres => {
                let part = |(table, of_organisations): &(String, bool)| {
                    let whose = if *of_organisations { "organisation_id::text" } else { "''" };
                    format!(
                        "SELECT '{table}', {whose}, count(*)::text, sum(hashtextextended(t::text, 0))::text FROM {table} t GROUP BY 2"
                    )
                };
                let parts: Vec<String> = self.tables.iter().map(part).collect();
                let rows = self.owner.rows(&parts.join(" UNION ALL ")).await;
                rows.into_iter().map(|row| ((row[0].clone(), row[1].clone()), hash(&row[2..]))).collect::<Content>()
            }
            _ => self.read_sqlite().await,
        };
        let named = |(table, whose): (String, String)| (table, self.slugs.get(&whose).cloned().unwrap_or_default());
        content.into_iter().map(|(key, hash)| (named(key), hash)).collect()
    }

    async fn read_sqlite(&self) -> Content {
        let mut content = Content::new();
        for (table, of_organisations) in &self.tables {
            let whose = if *of_organisations { "hex(organisation_id)" } else { "''" };
            let columns = self.owner.column(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
            let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
            let rows = format!("SELECT {whose}, {} FROM {table} ORDER BY 1, 2", quoted.join(" || ',' || "));
            let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for mut row in self.owner.rows(&rows).await {
                let whose = row.remove(0);
                parts.entry(whose).or_default().append(&mut row);
            }
            content.extend(parts.into_iter().map(|(whose, rows)| ((table.clone(), whose), hash(&rows))));
        }
        content
    }
}

/// Whether nothing but traces changed.
pub fn only_traces(changed: &BTreeSet<(String, String)>) -> bool {
    changed.iter().all(|(table, _)| TRACES.contains(&table.as_str()))
}

fn differences(before: &Content, now: &Content) -> BTreeSet<(String, String)> {
    let keys = before.keys().chain(now.keys());
    keys.filter(|key| before.get(*key) != now.get(*key)).cloned().collect()
}

fn hash(parts: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}

async fn has_organisation(owner: &Sql, table: &str) -> bool {
    table != "engagement_organisations" && has_column(owner, table, "organisation_id").await
}

async fn has_column(owner: &Sql, table: &str, column: &str) -> bool {
    let count = match owner.backend() {
        DbBackend::Postgres => format!(
            "SELECT count(*) FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}' AND column_name = '{column}'"
        ),
        _ => format!("SELECT count(*) FROM pragma_table_info('{table}') WHERE name = '{column}'"),
    };
    owner.number(&count).await > 0
}
