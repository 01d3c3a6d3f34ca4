//! What members and the district are told.

use crate::table::{Readers, Staff, Tenant, run};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        MESSAGES.create(manager).await?;
        // How many messages a member has not read, beside the membership that every page reads.
        run(manager, "ALTER TABLE members ADD COLUMN unread bigint NOT NULL DEFAULT 0").await?;
        // How far somebody was told of a duty: a step of `domain::messages`.
        run(manager, "ALTER TABLE obligations ADD COLUMN told text NOT NULL DEFAULT ''").await
    }
}

const MESSAGES: Tenant<'static> = Tenant {
    name: "messages",
    key: None,
    columns: "member_id UUID,
        kind text NOT NULL,
        told_for text,
        rule text,
        register text,
        subject_kind text NOT NULL,
        subject_id UUID NOT NULL,
        subject_number text NOT NULL,
        number bigint NOT NULL,
        due_at MOMENT,
        sent_at MOMENT NOT NULL,
        read_at MOMENT",
    links: &[("member_id", "members")],
    // What is computed whenever it is read is told once by this; what is a row says so itself.
    unique: &["told_for"],
    indexes: &["member_id, id", "member_id, read_at"],
    staff: Staff::Write,
    readers: Readers::Oversight,
};
