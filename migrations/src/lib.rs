//! The schema of both engines: one file per change, in the order of [`Migrator::migrations`].
//!
//! The statements are plain SQL in which a few words stand for what the engines name differently (see [`table`]).
//! A tenant table is never written by hand: [`table::Tenant`] gives it its key, its foreign key to the organisation,
//! its row security and its grants, so that a table without guards cannot be created by forgetting them.
//! `README.md` beside this crate has the recipe.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the trait of sea-orm-migration is written so, and async_trait compares literally"
)]

pub mod roles;
mod table;

mod m20261121_000001_platform;
mod m20261121_000002_kernel;
mod m20261121_000003_service;
mod m20261126_000005_sign_in;
mod m20261129_000006_messages;
mod m20261129_000007_search;
mod m20261130_000008_deliveries;
mod m20261130_000009_documents;

pub use sea_orm_migration::{DbErr, MigrationTrait, MigratorTrait};

/// All changes of the schema, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_platform::Migration),
            Box::new(m20261121_000002_kernel::Migration),
            Box::new(m20261121_000003_service::Migration),
            Box::new(m20261126_000005_sign_in::Migration),
            Box::new(m20261129_000006_messages::Migration),
            Box::new(m20261129_000007_search::Migration),
            Box::new(m20261130_000008_deliveries::Migration),
            Box::new(m20261130_000009_documents::Migration),
        ]
    }
}
