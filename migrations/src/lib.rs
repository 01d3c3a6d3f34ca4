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

mod table;

mod m20261121_000001_platform;
mod m20261121_000002_kernel;
mod m20261121_000003_service;
mod m20261126_000005_sign_in;

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
        ]
    }
}

/// The roles that the application takes inside a transaction on PostgreSQL; none owns a table, none bypasses row security.
pub mod roles {
    /// Staff and residents: reads and writes rows of one organisation.
    pub const APP: &str = "banyan_app";
    /// Accounts, sessions, and an account's own memberships.
    pub const IDENTITY: &str = "banyan_identity";
    /// A district: reads numbers and rows without personal data of its organisations.
    pub const OVERSIGHT: &str = "banyan_oversight";
    /// An evaluator: reads the organisations of one engagement.
    pub const EVALUATOR: &str = "banyan_evaluator";
    /// All of them.
    pub const ALL: [&str; 4] = [APP, IDENTITY, OVERSIGHT, EVALUATOR];
}
