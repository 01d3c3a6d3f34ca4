//! How a table is made on both engines.
//!
//! Words that the engines name differently:
//!
//! | word | PostgreSQL | SQLite | holds |
//! |---|---|---|---|
//! | `UUID` | `uuid` | `blob` | an id |
//! | `MOMENT` | `bigint` | `bigint` | milliseconds since 1970 UTC: one order and one precision on both engines |
//! | `DAY` | `date` | `text` | a calendar day, `yyyy-mm-dd` |
//! | `BYTES` | `bytea` | `blob` | sealed text, hashes, keys |
//! | `FLAG` | `boolean` | `boolean` | yes or no |

use crate::roles;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Runs a statement after putting in the engine's own type names.
pub async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let sql = translate(manager.get_database_backend(), sql);
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}

/// Runs a statement on PostgreSQL only.
pub async fn run_on_postgres(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

fn translate(backend: DbBackend, sql: &str) -> String {
    let names: &[(&str, &str)] = if backend == DbBackend::Postgres {
        &[("UUID", "uuid"), ("MOMENT", "bigint"), ("DAY", "date"), ("BYTES", "bytea"), ("FLAG", "boolean")]
    } else {
        &[("UUID", "blob"), ("MOMENT", "bigint"), ("DAY", "text"), ("BYTES", "blob"), ("FLAG", "boolean")]
    };
    names.iter().fold(sql.to_owned(), |sql, (word, name)| sql.replace(word, name))
}

/// What staff of the organisation may do with a table's rows on PostgreSQL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Staff {
    /// Read, add and change.
    Write,
    /// Read and add: history that nobody rewrites.
    Append,
}

/// Who besides the organisation's own staff may read a table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Nobody.
    Nobody,
    /// The district.
    Oversight,
    /// An evaluator within an engagement.
    Evaluator,
    /// Both.
    Both,
}

/// A table whose rows each belong to one organisation.
pub struct Tenant<'a> {
    /// Its name, the plural of the noun.
    pub name: &'a str,
    /// Its own part of the key after `organisation_id`; `None` for `id UUID NOT NULL`.
    pub key: Option<(&'a str, &'a str)>,
    /// Its other columns.
    pub columns: &'a str,
    /// Foreign keys to other tenant tables: the column that holds the id, and the table.
    pub links: &'a [(&'a str, &'a str)],
    /// Unique keys, each led by `organisation_id` (which is put in front here).
    pub unique: &'a [&'a str],
    /// Indexes, each led by `organisation_id` (which is put in front here).
    pub indexes: &'a [&'a str],
    /// What staff may do.
    pub staff: Staff,
    /// Who else may read.
    pub readers: Readers,
}

impl Tenant<'_> {
    /// Makes the table with its keys, and on PostgreSQL its policies and grants.
    pub async fn create(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let name = self.name;
        let (key_columns, key) = self.key.unwrap_or(("id UUID NOT NULL", "id"));
        let mut parts = vec![
            "organisation_id UUID NOT NULL REFERENCES organisations (id)".to_owned(),
            key_columns.to_owned(),
            self.columns.trim().trim_end_matches(',').to_owned(),
            format!("PRIMARY KEY (organisation_id, {key})"),
        ];
        parts.extend(self.unique.iter().map(|columns| format!("UNIQUE (organisation_id, {columns})")));
        parts.extend(self.links.iter().map(|(column, table)| {
            let key = format!("FOREIGN KEY (organisation_id, {column}) REFERENCES {table} (organisation_id, id)");
            // Within one table a row may name one that is written after it, as a backup brings them back.
            if *table == name { format!("{key} DEFERRABLE INITIALLY DEFERRED") } else { key }
        }));
        parts.retain(|part| !part.is_empty());
        run(manager, &format!("CREATE TABLE {name} ({})", parts.join(", "))).await?;
        for (at, columns) in self.indexes.iter().enumerate() {
            run(manager, &format!("CREATE INDEX {name}_{at} ON {name} (organisation_id, {columns})")).await?;
        }
        self.guard(manager).await
    }

    async fn guard(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let name = self.name;
        let app = roles::APP;
        let rights = if self.staff == Staff::Write { "SELECT, INSERT, UPDATE, DELETE" } else { "SELECT, INSERT" };
        run_on_postgres(
            manager,
            &format!(
                "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
                 ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
                 CREATE POLICY of_organisation ON {name} FOR ALL TO {app}
                   USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid))
                   WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));
                 GRANT {rights} ON {name} TO {app};"
            ),
        )
        .await?;
        let readers: &[&str] = match self.readers {
            Readers::Nobody => &[],
            Readers::Oversight => &[roles::OVERSIGHT],
            Readers::Evaluator => &[roles::EVALUATOR],
            Readers::Both => &[roles::OVERSIGHT, roles::EVALUATOR],
        };
        for role in readers {
            run_on_postgres(
                manager,
                &format!(
                    "CREATE POLICY of_{role} ON {name} FOR SELECT TO {role}
                       USING (organisation_id = ANY ((SELECT string_to_array(current_setting('app.organisations', true), ',')::uuid[])::uuid[]));
                     GRANT SELECT ON {name} TO {role};"
                ),
            )
            .await?;
        }
        Ok(())
    }
}
