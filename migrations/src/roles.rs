//! The roles that the application takes inside a transaction on PostgreSQL; none owns a table, none bypasses row security.

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
