//! What persons are found by.

use crate::table::{self, Readers, Staff, Tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        SEARCH_PIECES.create(manager).await?;
        for statement in STATEMENTS {
            table::run(manager, statement).await?;
        }
        Ok(())
    }
}

/// Keyed pieces of names, telephone numbers and documents. They belong to the key that seals what they are pieces of, whichever
/// file that is, so that nothing is left of them when the key is destroyed. A migration opens no seals: the program makes the
/// pieces of whoever has none when it starts.
const SEARCH_PIECES: Tenant<'static> = Tenant {
    name: "search_pieces",
    key: Some(("piece BYTES NOT NULL, person_id UUID NOT NULL", "piece, person_id")),
    columns: "",
    links: &[("person_id", "person_keys")],
    unique: &[],
    indexes: &["person_id"],
    staff: Staff::Write,
    readers: Readers::Nobody,
};

const STATEMENTS: &[&str] = &[
    // Pieces of names stood here alone; no release had them.
    "DROP TABLE client_names",
    // From a person's key to the files.
    "CREATE INDEX clients_key ON clients (organisation_id, key_id)",
    "CREATE INDEX applications_key ON applications (organisation_id, key_id)",
    "CREATE INDEX cases_key ON cases (organisation_id, key_id)",
    "CREATE INDEX papers_number ON papers (organisation_id, number)",
];
