//! What every area of an organisation stands on: members, keys, the audit chain, obligations, numbers, operation ids.

use crate::roles;
use crate::table::{Readers, Staff, Tenant, run_on_postgres};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            table.create(manager).await?;
        }
        // Signing in reads the memberships of one account across organisations: its own, and no others.
        for table in ["members", "member_roles"] {
            let own = if table == "members" {
                "account_id = (SELECT nullif(current_setting('app.account', true), '')::uuid)"
            } else {
                "EXISTS (SELECT 1 FROM members m WHERE m.organisation_id = member_roles.organisation_id AND m.id = member_roles.member_id)"
            };
            run_on_postgres(
                manager,
                &format!(
                    "CREATE POLICY of_account ON {table} FOR SELECT TO {role} USING ({own}); GRANT SELECT ON {table} TO {role};",
                    role = roles::IDENTITY
                ),
            )
            .await?;
        }
        Ok(())
    }
}

const TABLES: &[Tenant<'static>] = &[
    Tenant {
        name: "members",
        key: None,
        columns: "account_id UUID NOT NULL REFERENCES accounts (id),
            name text NOT NULL,
            valid_from DAY NOT NULL,
            valid_until DAY,
            disabled_at MOMENT,
            version bigint NOT NULL",
        links: &[],
        unique: &["account_id"],
        indexes: &[],
        staff: Staff::Write,
        readers: Readers::Both,
    },
    Tenant {
        name: "member_roles",
        key: None,
        columns: "member_id UUID NOT NULL,
            role text NOT NULL,
            valid_from DAY NOT NULL,
            valid_until DAY,
            revoked_at MOMENT",
        links: &[("member_id", "members")],
        unique: &[],
        indexes: &["member_id"],
        staff: Staff::Write,
        readers: Readers::Evaluator,
    },
    // What an organisation consists of. A unit may come to stand below one that was made later.
    Tenant {
        name: "units",
        key: None,
        columns: "kind text NOT NULL,
            name text NOT NULL,
            parent_id UUID,
            duties text,
            address text,
            goals text,
            head_id UUID,
            since DAY NOT NULL,
            until DAY,
            version bigint NOT NULL",
        links: &[("parent_id", "units"), ("head_id", "members")],
        unique: &[],
        indexes: &["head_id"],
        staff: Staff::Write,
        readers: Readers::Both,
    },
    // The key of one person's sealed fields, itself sealed by the organisation's key. Destroying it erases the person.
    Tenant {
        name: "person_keys",
        key: None,
        columns: "wrapped BYTES, destroyed_at MOMENT",
        links: &[],
        unique: &[],
        indexes: &[],
        staff: Staff::Write,
        readers: Readers::Evaluator,
    },
    Tenant {
        name: "sequences",
        key: Some(("series text NOT NULL, year bigint NOT NULL", "series, year")),
        columns: "last bigint NOT NULL",
        links: &[],
        unique: &[],
        indexes: &[],
        staff: Staff::Write,
        readers: Readers::Nobody,
    },
    // What was asked, as a keyed hash, and what was answered, sealed: an answer may hold a receipt code or a name.
    Tenant {
        name: "operations",
        key: None,
        columns: "actor text NOT NULL, at MOMENT NOT NULL, request BYTES NOT NULL, result BYTES NOT NULL",
        links: &[],
        unique: &[],
        indexes: &["at"],
        staff: Staff::Write,
        readers: Readers::Nobody,
    },
    Tenant {
        name: "audit_entries",
        key: Some(("seq bigint NOT NULL", "seq")),
        columns: "at MOMENT NOT NULL,
            actor text NOT NULL,
            kind text NOT NULL,
            subject_kind text NOT NULL,
            subject_id UUID NOT NULL,
            detail text NOT NULL,
            previous BYTES NOT NULL,
            hash BYTES NOT NULL",
        links: &[],
        unique: &[],
        indexes: &["subject_id, seq"],
        staff: Staff::Append,
        readers: Readers::Both,
    },
    // The end of the chain: the row that a change locks, so that entries of one organisation follow one another.
    Tenant {
        name: "audit_heads",
        key: Some(("id bigint NOT NULL", "id")),
        columns: "seq bigint NOT NULL, hash BYTES NOT NULL",
        links: &[],
        unique: &[],
        indexes: &[],
        staff: Staff::Write,
        readers: Readers::Both,
    },
    Tenant {
        name: "obligations",
        key: None,
        columns: "rule text NOT NULL,
            rule_version bigint NOT NULL,
            step bigint NOT NULL,
            subject_kind text NOT NULL,
            subject_id UUID NOT NULL,
            subject_number text NOT NULL,
            responsible_id UUID,
            opened_at MOMENT NOT NULL,
            warn_at MOMENT NOT NULL,
            due_at MOMENT NOT NULL,
            late_at MOMENT NOT NULL,
            escalates_at MOMENT,
            unit text NOT NULL,
            met_at MOMENT,
            cancelled_at MOMENT,
            paused_at MOMENT,
            paused_ms bigint NOT NULL,
            open FLAG NOT NULL",
        links: &[("responsible_id", "members")],
        // No unique key: a clock that repeats may be met and opened again within one moment.
        unique: &[],
        indexes: &["open, due_at, id", "subject_id", "responsible_id, open, due_at", "subject_number"],
        staff: Staff::Write,
        readers: Readers::Both,
    },
    // A state change is a record with a date, an author and a reason.
    Tenant {
        name: "transitions",
        key: None,
        columns: "subject_kind text NOT NULL,
            subject_id UUID NOT NULL,
            from_state text NOT NULL,
            to_state text NOT NULL,
            at MOMENT NOT NULL,
            actor text NOT NULL,
            reason BYTES",
        links: &[],
        unique: &[],
        indexes: &["subject_id, at"],
        staff: Staff::Append,
        readers: Readers::Evaluator,
    },
    // Counts kept by events, so that a district's page costs its organisations and not their rows.
    Tenant {
        name: "tallies",
        key: Some(("month text NOT NULL, indicator text NOT NULL", "month, indicator")),
        columns: "value bigint NOT NULL",
        links: &[],
        unique: &[],
        indexes: &[],
        staff: Staff::Write,
        readers: Readers::Both,
    },
];
