//! What stands in the database, organisation by organisation; and a way back to how it was.

use crate::world::{Sql, World};
use sea_orm::DbBackend;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a denied call may leave: its entry in the trail. That somebody was here is kept by sessions and counts of attempts.
const TRACES: [&str; 4] = ["audit_entries", "audit_heads", "sessions", "sign_in_failures"];

/// After so many lines everything is read and compared.
const OFTEN: usize = 20;

/// The content of each table for each organisation; what stands above the organisations belongs to the empty name.
pub type Content = BTreeMap<(String, String), u64>;

/// A connection of the owner, whom nothing binds, with a copy of every table as it was.
///
/// Each table tells of each of its rows that changes and whose it is, so that the price of asking does not grow with what is
/// there; every so many lines of the table of routes, and at the end, everything is read and compared, so that none can keep silent.
pub struct Ledger {
    owner: Sql,
    tables: Vec<(String, bool)>,
    /// The address of each organisation, by its id as the engine writes it.
    slugs: BTreeMap<String, String>,
    kept: Content,
    kept_denials: BTreeMap<String, i64>,
    denials: BTreeMap<String, i64>,
    /// How many lines were begun.
    begun: usize,
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
        let (kept, kept_denials, denials) = (Content::new(), BTreeMap::new(), BTreeMap::new());
        let mut ledger = Self { owner, tables, slugs, kept, kept_denials, denials, begun: 0 };
        ledger.kept = ledger.read().await;
        ledger.kept_denials = ledger.denials().await;
        ledger.denials = ledger.kept_denials.clone();
        ledger.listen().await;
        ledger
    }

    /// From now on each table tells of its changes.
    async fn listen(&self) {
        self.owner.run(&format!("CREATE TABLE {} (of_table text, whose text)", self.told())).await.unwrap();
        for sql in match self.owner.backend() {
            DbBackend::Postgres => {
                vec![told_by_postgres("tell", "{row}.organisation_id::text"), told_by_postgres("tell_above", "''")]
            }
            _ => Vec::new(),
        } {
            self.owner.run(&sql).await.unwrap();
        }
        for (table, of_organisations) in &self.tables {
            let triggers = match self.owner.backend() {
                DbBackend::Postgres => {
                    let tell = if *of_organisations { "tell" } else { "tell_above" };
                    vec![format!(
                        "CREATE TRIGGER told AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION kept.{tell}()"
                    )]
                }
                _ => told_by_sqlite(table, *of_organisations, &self.owner.columns(table).await),
            };
            for trigger in triggers {
                self.owner.run(&trigger).await.unwrap();
            }
        }
    }

    /// Where it is told; a trigger of SQLite writes into its own file only.
    fn told(&self) -> &'static str {
        if self.owner.backend() == DbBackend::Postgres { "kept.told" } else { "main.told" }
    }

    /// Which tables changed since last asked, and whose rows.
    pub async fn changes(&mut self) -> BTreeSet<(String, String)> {
        let told = self.owner.rows(&format!("SELECT DISTINCT of_table, whose FROM {}", self.told())).await;
        if !told.is_empty() {
            self.forget().await;
        }
        told.into_iter().map(|mut row| self.named((row.remove(0), row.remove(0)))).collect()
    }

    async fn forget(&self) {
        self.owner.run(&format!("DELETE FROM {}", self.told())).await.unwrap();
    }

    /// What is no mere trace of a visit is put back as it was kept.
    pub async fn put_back(&mut self, changed: &BTreeSet<(String, String)>) {
        let ended = |table: &str| table == "sessions";
        let tables: BTreeSet<&str> = changed.iter().map(|(table, _)| table.as_str()).collect();
        self.restore(tables.into_iter().filter(|table| !TRACES.contains(table) || ended(table))).await;
    }

    /// Everything is as it was kept, the traces too: each line of the table is asked in the same world.
    pub async fn begin_again(&mut self) {
        self.restore(TRACES.into_iter()).await;
        self.denials = self.kept_denials.clone();
        self.begun += 1;
        if self.begun.is_multiple_of(OFTEN) {
            self.is_whole().await;
        }
    }

    /// Reads everything and compares: what no table told of would be seen here.
    pub async fn is_whole(&mut self) {
        self.restore(TRACES.into_iter()).await;
        let changed = differences(&self.kept, &self.read().await);
        assert_eq!(changed, BTreeSet::new(), "was not told, or not put back");
    }

    async fn restore(&self, tables: impl Iterator<Item = &str>) {
        for table in tables {
            let back = format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept.{table}");
            self.owner.run(&back).await.unwrap();
        }
        self.forget().await;
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
        content.into_iter().map(|(key, hash)| (self.named(key), hash)).collect()
    }

    fn named(&self, (table, whose): (String, String)) -> (String, String) {
        (table, self.slugs.get(&whose).cloned().unwrap_or_default())
    }

    async fn read_sqlite(&self) -> Content {
        let mut content = Content::new();
        for (table, of_organisations) in &self.tables {
            let whose = if *of_organisations { "hex(organisation_id)" } else { "''" };
            let columns = self.owner.columns(table).await;
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

/// A function that tells whose row changed, as this says it; an update that changes nothing is none.
fn told_by_postgres(name: &str, whose: &str) -> String {
    let tell = |row: &str| format!("INSERT INTO kept.told VALUES (TG_TABLE_NAME, {});", whose.replace("{row}", row));
    format!(
        "CREATE FUNCTION kept.{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN RETURN NULL; END IF;
            IF TG_OP <> 'INSERT' THEN {} END IF;
            IF TG_OP <> 'DELETE' THEN {} END IF;
            RETURN NULL;
        END $$",
        tell("OLD"),
        tell("NEW"),
    )
}

/// The same as triggers of one table.
fn told_by_sqlite(table: &str, of_organisations: bool, columns: &[String]) -> Vec<String> {
    let whose = |row: &str| if of_organisations { format!("hex({row}.organisation_id)") } else { "''".to_owned() };
    let tell = |row: &str| format!("INSERT INTO told VALUES ('{table}', {});", whose(row));
    let differs: Vec<String> = columns.iter().map(|column| format!("OLD.{column} IS NOT NEW.{column}")).collect();
    let trigger = |event: &str, when: &str, told: String| {
        format!("CREATE TRIGGER told_{event}_{table} AFTER {event} ON {table} {when} BEGIN {told} END")
    };
    vec![
        trigger("insert", "", tell("NEW")),
        trigger("update", &format!("WHEN {}", differs.join(" OR ")), [tell("OLD"), tell("NEW")].concat()),
        trigger("delete", "", tell("OLD")),
    ]
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
