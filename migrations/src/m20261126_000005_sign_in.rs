//! The way in: second factors, recovery codes, what a link is for, sessions that say where they are, and what happened to
//! an account.

use crate::{roles, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in STATEMENTS {
            table::run(manager, statement).await?;
        }
        for rights in GRANTS {
            table::run_on_postgres(manager, &format!("GRANT {rights} TO {}", roles::IDENTITY)).await?;
        }
        Ok(())
    }
}

const STATEMENTS: &[&str] = &[
    "ALTER TABLE districts ADD COLUMN second_factor FLAG NOT NULL DEFAULT true",
    "ALTER TABLE activations ADD COLUMN purpose text NOT NULL DEFAULT 'password'",
    // The secret of the authenticator, sealed under the master key; `pending` is a new one until its first code was right.
    // A code of a step that is not greater than `last_step` was used already.
    "CREATE TABLE second_factors (
        account_id UUID NOT NULL PRIMARY KEY REFERENCES accounts (id),
        secret BYTES,
        set_at MOMENT,
        last_step bigint NOT NULL,
        pending BYTES,
        pending_at MOMENT)",
    // A code that was used is no longer here.
    "CREATE TABLE recovery_codes (
        account_id UUID NOT NULL REFERENCES accounts (id),
        code_hash BYTES NOT NULL,
        PRIMARY KEY (account_id, code_hash))",
    // What happened to an account; nobody rewrites it.
    "CREATE TABLE account_events (
        id UUID NOT NULL PRIMARY KEY,
        account_id UUID NOT NULL REFERENCES accounts (id),
        at MOMENT NOT NULL,
        kind text NOT NULL,
        address text NOT NULL,
        times bigint NOT NULL)",
    "CREATE INDEX account_events_account ON account_events (account_id, at)",
    // Sessions are the one thing whose loss costs nothing but signing in again, so they are not carried over. The cookie's
    // value is never stored, only its hash.
    "DROP TABLE sessions",
    "CREATE TABLE sessions (
        id_hash BYTES NOT NULL PRIMARY KEY,
        account_id UUID NOT NULL REFERENCES accounts (id),
        stage text NOT NULL,
        agent text NOT NULL,
        address text NOT NULL,
        began_at MOMENT NOT NULL,
        seen_at MOMENT NOT NULL,
        proved_at MOMENT NOT NULL,
        expires_at MOMENT NOT NULL)",
    "CREATE INDEX sessions_account ON sessions (account_id)",
    "CREATE INDEX sessions_expiry ON sessions (expires_at)",
];

const GRANTS: &[&str] =
    &["SELECT, INSERT, UPDATE, DELETE ON second_factors, recovery_codes, sessions", "SELECT, INSERT ON account_events"];
