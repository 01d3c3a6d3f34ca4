//! What residents attach: a file may come with a form of somebody without an account, and hang on an application. And what a
//! service asks for.

use crate::table::{Readers, Staff, Tenant, run};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "ALTER TABLE services ADD COLUMN proof text NOT NULL DEFAULT ''").await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            for statement in ON_POSTGRES {
                run(manager, statement).await?;
            }
            return Ok(());
        }
        // SQLite changes no column: the table is written anew.
        run(manager, "ALTER TABLE attachments RENAME TO attachments_before").await?;
        for index in ["attachments_0", "attachments_1"] {
            run(manager, &format!("DROP INDEX {index}")).await?;
        }
        ATTACHMENTS.create(manager).await?;
        for statement in ON_SQLITE {
            run(manager, statement).await?;
        }
        Ok(())
    }
}

/// What hangs on papers and on applications. What hangs on nothing yet waits for the member who sent it, or for the form of a
/// resident with which it came.
const ATTACHMENTS: Tenant<'static> = Tenant {
    name: "attachments",
    key: None,
    columns: "author_id UUID,
        form_index BYTES,
        sent_index BYTES NOT NULL,
        kind text NOT NULL,
        name BYTES NOT NULL,
        size bigint NOT NULL,
        wrapped BYTES NOT NULL,
        key_id UUID,
        paper_id UUID,
        application_id UUID,
        received_at MOMENT NOT NULL",
    links: &[
        ("author_id", "members"),
        ("key_id", "person_keys"),
        ("paper_id", "papers"),
        ("application_id", "applications"),
    ],
    unique: &["sent_index"],
    indexes: &["paper_id, received_at", "author_id, paper_id", "application_id, received_at", "author_id, received_at"],
    staff: Staff::Write,
    readers: Readers::Nobody,
};

/// The same, on the table that is there.
const ON_POSTGRES: &[&str] = &[
    "ALTER TABLE attachments ALTER COLUMN author_id DROP NOT NULL",
    "ALTER TABLE attachments ADD COLUMN form_index BYTES",
    "ALTER TABLE attachments ADD COLUMN application_id UUID",
    "ALTER TABLE attachments ADD FOREIGN KEY (organisation_id, application_id) REFERENCES applications (organisation_id, id)",
    "CREATE INDEX attachments_2 ON attachments (organisation_id, application_id, received_at)",
    "CREATE INDEX attachments_3 ON attachments (organisation_id, author_id, received_at)",
];

const ON_SQLITE: &[&str] = &[
    "INSERT INTO attachments (organisation_id, id, author_id, sent_index, kind, name, size, wrapped, key_id, paper_id, received_at)
       SELECT organisation_id, id, author_id, sent_index, kind, name, size, wrapped, key_id, paper_id, received_at
       FROM attachments_before",
    "DROP TABLE attachments_before",
];
