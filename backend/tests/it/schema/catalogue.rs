//! The tables of either engine in one shape, and what is wrong with them.

use crate::world::Sql;
use sea_orm::DbBackend;
use std::collections::{BTreeMap, BTreeSet};

/// Tables above the organisations that name an organisation all the same. The list is closed: an engagement belongs to a
/// district and opens organisations, so its rows are the district's.
const NAMES_AN_ORGANISATION: [&str; 1] = ["engagement_organisations"];

#[derive(Debug, Default)]
pub struct Table {
    pub name: String,
    pub columns: BTreeSet<String>,
    nullable: BTreeSet<String>,
    primary_key: Vec<String>,
    foreign_keys: Vec<ForeignKey>,
    /// Unique keys beside the primary key, by the columns they cover.
    uniques: BTreeSet<Vec<String>>,
    indexes: BTreeSet<Vec<String>>,
}

#[derive(Debug)]
struct ForeignKey {
    columns: Vec<String>,
    table: String,
    targets: Vec<String>,
}

impl Table {
    pub fn belongs_to_organisations(&self) -> bool {
        self.columns.contains("organisation_id") && !NAMES_AN_ORGANISATION.contains(&self.name.as_str())
    }

    /// The columns that name a member.
    pub fn naming_members(&self) -> impl Iterator<Item = &str> {
        let keys = self.foreign_keys.iter().filter(|key| key.table == "members");
        keys.flat_map(|key| &key.columns).map(String::as_str).filter(|column| *column != "organisation_id")
    }
}

/// Whatever is wrong, a sentence each.
pub fn faults(tables: &[Table]) -> BTreeSet<String> {
    let of_organisations: BTreeSet<&str> =
        tables.iter().filter(|table| table.belongs_to_organisations()).map(|table| table.name.as_str()).collect();
    let mut faults = BTreeSet::new();
    for table in tables {
        let mut fault = |what: String| faults.insert(format!("{}: {what}", table.name));
        if !table.belongs_to_organisations() {
            for key in table.foreign_keys.iter().filter(|key| of_organisations.contains(key.table.as_str())) {
                fault(format!("refers to {}, which belongs to organisations, but belongs to none", key.table));
            }
            continue;
        }
        if table.nullable.contains("organisation_id") {
            fault("organisation_id may be missing".to_owned());
        }
        if !led(&table.primary_key) {
            fault(format!("the primary key {} is not led by organisation_id", list(&table.primary_key)));
        }
        let own = |key: &ForeignKey| {
            key.table == "organisations" && key.columns == ["organisation_id"] && key.targets == ["id"]
        };
        if !table.foreign_keys.iter().any(own) {
            fault("organisation_id does not refer to organisations".to_owned());
        }
        for key in table.foreign_keys.iter().filter(|key| of_organisations.contains(key.table.as_str())) {
            if !led(&key.columns) || !led(&key.targets) {
                fault(format!("{} refers to {} without organisation_id", list(&key.columns), key.table));
            }
        }
        for columns in table.uniques.iter().filter(|columns| !led(columns)) {
            fault(format!("unique {} is not led by organisation_id", list(columns)));
        }
        for columns in table.indexes.iter().filter(|columns| !led(columns)) {
            fault(format!("index {} is not led by organisation_id", list(columns)));
        }
    }
    faults
}

fn led(columns: &[String]) -> bool {
    columns.first().is_some_and(|first| first == "organisation_id")
}

fn list(columns: &[String]) -> String {
    format!("({})", columns.join(", "))
}

fn split(columns: &str) -> Vec<String> {
    columns.split(',').filter(|column| !column.is_empty()).map(str::to_owned).collect()
}

pub async fn read(sql: &Sql) -> Vec<Table> {
    let names = sql.tables().await;
    let mut tables: BTreeMap<String, Table> =
        names.into_iter().map(|name| (name.clone(), Table { name, ..Table::default() })).collect();
    match sql.backend() {
        DbBackend::Postgres => read_postgres(sql, &mut tables).await,
        _ => read_sqlite(sql, &mut tables).await,
    }
    tables.into_values().collect()
}

async fn read_postgres(sql: &Sql, tables: &mut BTreeMap<String, Table>) {
    let columns = "SELECT table_name::text, column_name::text, is_nullable::text FROM information_schema.columns
                   WHERE table_schema = 'public'";
    for row in sql.rows(columns).await {
        let [table, column, nullable] = row.try_into().unwrap();
        let Some(table) = tables.get_mut(&table) else { continue };
        if nullable == "YES" {
            table.nullable.insert(column.clone());
        }
        table.columns.insert(column);
    }
    let named = |relation: &str, numbers: &str| {
        format!(
            "array_to_string(ARRAY(SELECT coalesce(a.attname::text, '?') FROM unnest({numbers}) WITH ORDINALITY n (number, at)
             LEFT JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = n.number ORDER BY at), ',')"
        )
    };
    let keys = format!(
        "SELECT c.conrelid::regclass::text, {}, c.confrelid::regclass::text, {} FROM pg_constraint c
         WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace",
        named("c.conrelid", "c.conkey"),
        named("c.confrelid", "c.confkey")
    );
    for row in sql.rows(&keys).await {
        let [table, columns, target, targets] = row.try_into().unwrap();
        let key = ForeignKey { columns: split(&columns), table: target, targets: split(&targets) };
        tables.get_mut(&table).unwrap().foreign_keys.push(key);
    }
    let indexes = format!(
        "SELECT x.indrelid::regclass::text, {}, x.indisprimary::text, x.indisunique::text FROM pg_index x
         JOIN pg_class t ON t.oid = x.indrelid WHERE t.relnamespace = 'public'::regnamespace",
        named("x.indrelid", "x.indkey::int2[]")
    );
    for row in sql.rows(&indexes).await {
        let [table, columns, primary, unique] = row.try_into().unwrap();
        tables.get_mut(&table).unwrap().index(split(&columns), primary == "true", unique == "true");
    }
}

async fn read_sqlite(sql: &Sql, tables: &mut BTreeMap<String, Table>) {
    for (name, table) in tables {
        let columns =
            format!(r#"SELECT name, CAST("notnull" AS text), CAST(pk AS text) FROM pragma_table_info('{name}')"#);
        let mut primary: BTreeMap<i64, String> = BTreeMap::new();
        for row in sql.rows(&columns).await {
            let [column, required, place] = row.try_into().unwrap();
            if required == "0" {
                table.nullable.insert(column.clone());
            }
            if place != "0" {
                primary.insert(place.parse().unwrap(), column.clone());
            }
            table.columns.insert(column);
        }
        table.primary_key = primary.into_values().collect();
        let keys = format!(
            r#"SELECT "table", group_concat("from"), group_concat(coalesce("to", 'id')) FROM
               (SELECT * FROM pragma_foreign_key_list('{name}') ORDER BY id, seq) GROUP BY id"#
        );
        for row in sql.rows(&keys).await {
            let [target, columns, targets] = row.try_into().unwrap();
            table.foreign_keys.push(ForeignKey { columns: split(&columns), table: target, targets: split(&targets) });
        }
        let indexes = format!(
            r#"SELECT (SELECT group_concat(name) FROM (SELECT coalesce(name, '?') AS name FROM pragma_index_info(l.name) ORDER BY seqno)),
               CAST(l.origin = 'pk' AS text), CAST(l."unique" AS text) FROM pragma_index_list('{name}') l"#
        );
        for row in sql.rows(&indexes).await {
            let [columns, primary, unique] = row.try_into().unwrap();
            table.index(split(&columns), primary == "1", unique == "1");
        }
    }
}

impl Table {
    fn index(&mut self, columns: Vec<String>, primary: bool, unique: bool) {
        if primary {
            self.primary_key = columns;
        } else if unique {
            self.uniques.insert(columns);
        } else {
            self.indexes.insert(columns);
        }
    }
}
