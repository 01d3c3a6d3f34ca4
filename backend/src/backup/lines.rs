//! The lines of a backup.

use super::BackupError;
use crate::audit::Checkpoint;
use crate::db::{Only, StoredTable, Whole};
use crate::hex;
use migrations::{Migrator, MigratorTrait};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The version of what a backup looks like; it counts up when a reader would have to change.
pub(super) const FORMAT: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Always `backup`.
    pub banyan: String,
    /// The version of what a backup looks like.
    pub format: u32,
    /// The newest change of the schema.
    pub schema: String,
    /// The engine that it was read from.
    pub engine: String,
    /// When it was made.
    pub made_at: String,
    /// The one organisation that it holds; without one it holds everything.
    pub organisation: Option<OneOrganisation>,
}

/// Which organisation a backup of one holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneOrganisation {
    /// Its id.
    pub id: Uuid,
    /// Its address.
    pub slug: String,
    /// The address of its district.
    pub district: String,
}

/// The last line: what the backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Its sections, in order.
    pub sections: Vec<BackupSection>,
    /// Where the audit chains stood.
    pub chains: Vec<Chain>,
}

impl Manifest {
    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.sections.iter().map(|section| section.rows).sum()
    }
}

/// A table of one organisation, or one above them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupSection {
    /// The table.
    pub table: String,
    /// The organisation, if the table's rows belong to one.
    pub organisation: Option<Uuid>,
    /// How many rows.
    pub rows: u64,
    /// The hash of their lines, in hexadecimal.
    pub sha256: String,
}

/// Where an audit chain stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// Whose.
    pub organisation: Uuid,
    /// Its address.
    pub slug: String,
    /// How many entries.
    pub entries: i64,
    /// The hash of the last one, in hexadecimal.
    pub head: String,
    /// Its last checkpoint.
    pub checkpoint: Option<Checkpoint>,
}

/// The line before the rows of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begin {
    pub(super) table: String,
    pub(super) organisation: Option<Uuid>,
    /// Each column with the kind of its values.
    pub(super) columns: Vec<(String, String)>,
}

impl Begin {
    pub(super) fn of(table: &StoredTable, organisation: Option<Uuid>) -> Self {
        let columns = table.columns.iter();
        Self {
            table: table.name.clone(),
            organisation,
            columns: columns.map(|column| (column.name.clone(), column.kind.word().to_owned())).collect(),
        }
    }
}

/// A line after the heading.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum BackupLine {
    Row(Vec<Value>),
    Begin(Begin),
    Manifest(Manifest),
}

/// Rows, counted and hashed.
#[derive(Clone, Default)]
pub(super) struct Tally {
    rows: u64,
    hash: Sha256,
}

impl Tally {
    pub(super) fn add(&mut self, line: &str) {
        self.rows += 1;
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
    }
}

pub(super) fn section_of(begin: Begin, tally: Tally) -> BackupSection {
    BackupSection {
        table: begin.table,
        organisation: begin.organisation,
        rows: tally.rows,
        sha256: hex::encode(&tally.hash.finalize()),
    }
}

/// The newest change of this program's schema.
pub(super) fn schema() -> String {
    Migrator::migrations().last().map_or_else(String::new, |migration| migration.name().to_owned())
}

/// The organisation at an address, and its district's address; asked in the lane above the organisations.
pub(super) async fn one_organisation(whole: &Whole, slug: &str) -> Result<OneOrganisation, BackupError> {
    let found = named(whole, "organisations", "slug", slug).await?;
    let organisation = found.ok_or_else(|| BackupError::NoOrganisation(slug.to_owned()))?;
    let broken = || BackupError::NotWhole("an organisation without a district".to_owned());
    let id = organisation.uuid("id").ok_or_else(broken)?;
    let district = organisation.text("district_id").ok_or_else(broken)?;
    let district = named(whole, "districts", "id", &district).await?.ok_or_else(broken)?;
    Ok(OneOrganisation { id, slug: slug.to_owned(), district: district.text("slug").ok_or_else(broken)? })
}

/// A row by its columns' names.
pub(super) struct Named(Vec<(String, Value)>);

impl Named {
    pub(super) fn of(columns: &[(String, String)], row: &[Value]) -> Self {
        Self(columns.iter().map(|(name, _)| name.clone()).zip(row.iter().cloned()).collect())
    }

    pub(super) fn text(&self, column: &str) -> Option<String> {
        self.0.iter().find(|(name, _)| name == column)?.1.as_str().map(str::to_owned)
    }

    pub(super) fn uuid(&self, column: &str) -> Option<Uuid> {
        self.text(column)?.parse().ok()
    }
}

/// The first row of a small table whose `column` holds `text`.
pub(super) async fn named(whole: &Whole, table: &str, column: &str, text: &str) -> Result<Option<Named>, BackupError> {
    let Some(table) = whole.tables().iter().find(|one| one.name == table) else { return Ok(None) };
    let columns = Begin::of(table, None).columns;
    let mut found = None;
    let each = |row: &[Value]| {
        let row = Named::of(&columns, row);
        if found.is_none() && row.text(column).as_deref() == Some(text) {
            found = Some(row);
        }
        Ok::<(), BackupError>(())
    };
    whole.rows(table, &Only::All, each).await?;
    Ok(found)
}
