//! What stands above the organisations: districts, organisations, accounts, sessions, engagements.

use crate::{roles, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for role in roles::ALL {
            table::run_on_postgres(
                manager,
                &format!(
                    "DO $$ BEGIN
                       CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
                     EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
                     GRANT USAGE ON SCHEMA public TO {role};"
                ),
            )
            .await?;
        }
        for statement in TABLES {
            table::run(manager, statement).await?;
        }
        for (role, rights) in GRANTS {
            table::run_on_postgres(manager, &format!("GRANT {rights} TO {role}")).await?;
        }
        Ok(())
    }
}

const TABLES: &[&str] = &[
    "CREATE TABLE districts (
        id UUID NOT NULL PRIMARY KEY,
        slug text NOT NULL UNIQUE,
        name text NOT NULL,
        area_code text NOT NULL,
        created_at MOMENT NOT NULL)",
    "CREATE TABLE organisations (
        id UUID NOT NULL PRIMARY KEY,
        district_id UUID NOT NULL REFERENCES districts (id),
        slug text NOT NULL UNIQUE,
        code text NOT NULL,
        name text NOT NULL,
        operator text NOT NULL,
        area text NOT NULL,
        street text NOT NULL,
        packs text NOT NULL,
        about text NOT NULL,
        address text NOT NULL,
        phone text NOT NULL,
        hours text NOT NULL,
        data_key BYTES NOT NULL,
        created_at MOMENT NOT NULL,
        version bigint NOT NULL,
        UNIQUE (district_id, code))",
    "CREATE TABLE accounts (
        id UUID NOT NULL PRIMARY KEY,
        sign_in_name text NOT NULL UNIQUE,
        display_name text NOT NULL,
        password_hash text,
        disabled_at MOMENT,
        demo FLAG NOT NULL,
        created_at MOMENT NOT NULL)",
    "CREATE TABLE activations (
        token_hash BYTES NOT NULL PRIMARY KEY,
        account_id UUID NOT NULL REFERENCES accounts (id),
        expires_at MOMENT NOT NULL,
        used_at MOMENT)",
    "CREATE INDEX activations_account ON activations (account_id)",
    // One row for each name and each address that failed lately: the lock-out counts both.
    "CREATE TABLE sign_in_failures (
        subject text NOT NULL PRIMARY KEY,
        failures bigint NOT NULL,
        last_at MOMENT NOT NULL,
        locked_until MOMENT)",
    // The cookie's value is never stored, only its hash: who reads this table cannot take over a session.
    "CREATE TABLE sessions (
        id_hash BYTES NOT NULL PRIMARY KEY,
        account_id UUID REFERENCES accounts (id),
        data text NOT NULL,
        created_at MOMENT NOT NULL,
        seen_at MOMENT NOT NULL,
        expires_at MOMENT NOT NULL)",
    "CREATE INDEX sessions_account ON sessions (account_id)",
    "CREATE INDEX sessions_expiry ON sessions (expires_at)",
    "CREATE TABLE district_members (
        district_id UUID NOT NULL REFERENCES districts (id),
        id UUID NOT NULL,
        account_id UUID NOT NULL REFERENCES accounts (id),
        role text NOT NULL,
        valid_from DAY NOT NULL,
        valid_until DAY,
        revoked_at MOMENT,
        PRIMARY KEY (district_id, id))",
    "CREATE INDEX district_members_account ON district_members (account_id)",
    // What a district adopts beyond the packs, or no longer, and limits that it set: each from a first day on, by whom and when.
    // A row without a parameter is about the rule as a whole; without a value the default binds again.
    "CREATE TABLE rule_settings (
        district_id UUID NOT NULL REFERENCES districts (id),
        rule text NOT NULL,
        parameter text NOT NULL,
        effective_from DAY NOT NULL,
        value bigint,
        adopted FLAG NOT NULL,
        set_by UUID REFERENCES accounts (id),
        set_at MOMENT NOT NULL,
        PRIMARY KEY (district_id, rule, parameter, effective_from))",
    "CREATE TABLE engagements (
        district_id UUID NOT NULL REFERENCES districts (id),
        id UUID NOT NULL,
        title text NOT NULL,
        kinds text NOT NULL,
        period_from DAY NOT NULL,
        period_to DAY NOT NULL,
        ends_at MOMENT NOT NULL,
        created_at MOMENT NOT NULL,
        created_by UUID NOT NULL REFERENCES accounts (id),
        PRIMARY KEY (district_id, id),
        UNIQUE (id))",
    "CREATE TABLE engagement_organisations (
        district_id UUID NOT NULL,
        engagement_id UUID NOT NULL,
        organisation_id UUID NOT NULL REFERENCES organisations (id),
        PRIMARY KEY (district_id, engagement_id, organisation_id),
        FOREIGN KEY (district_id, engagement_id) REFERENCES engagements (district_id, id))",
    "CREATE TABLE engagement_evaluators (
        district_id UUID NOT NULL,
        engagement_id UUID NOT NULL,
        account_id UUID NOT NULL REFERENCES accounts (id),
        PRIMARY KEY (district_id, engagement_id, account_id),
        FOREIGN KEY (district_id, engagement_id) REFERENCES engagements (district_id, id))",
    "CREATE INDEX engagement_evaluators_account ON engagement_evaluators (account_id)",
];

/// Rights on tables that no organisation owns.
const GRANTS: &[(&str, &str)] = &[
    (roles::APP, "SELECT ON districts, organisations, rule_settings"),
    (
        roles::OVERSIGHT,
        "SELECT ON districts, organisations, rule_settings, engagements, engagement_organisations, engagement_evaluators",
    ),
    (roles::EVALUATOR, "SELECT ON districts, organisations, rule_settings"),
    (
        roles::IDENTITY,
        "SELECT, INSERT, UPDATE, DELETE ON accounts, activations, sign_in_failures, sessions, district_members, engagements, \
         engagement_organisations, engagement_evaluators, districts, organisations, rule_settings",
    ),
];
