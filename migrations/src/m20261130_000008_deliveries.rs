//! What is sent to people outside the house.

use crate::table::{Readers, Staff, Tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        DELIVERIES.create(manager).await
    }
}

/// One message to an applicant. What it says is put together from its codes when it is sent; where it goes is sealed under the
/// person's key, so that whoever was erased cannot be written to.
const DELIVERIES: Tenant<'static> = Tenant {
    name: "deliveries",
    key: None,
    columns: "application_id UUID NOT NULL,
        key_id UUID NOT NULL,
        told_for text NOT NULL,
        told text NOT NULL,
        urgent FLAG NOT NULL,
        way text NOT NULL,
        address BYTES NOT NULL,
        state text NOT NULL,
        cause text,
        attempts bigint NOT NULL,
        made_at MOMENT NOT NULL,
        due_at MOMENT NOT NULL,
        leased_until MOMENT,
        sent_at MOMENT",
    links: &[("application_id", "applications"), ("key_id", "person_keys")],
    // Of one event one message goes out, whatever is run again.
    unique: &["told_for"],
    indexes: &["application_id", "state, due_at", "key_id"],
    staff: Staff::Write,
    readers: Readers::Nobody,
};
