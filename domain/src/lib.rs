//! The business of a social-work station in plain Rust.
//!
//! Nothing here reads a clock, a file or a database, and nothing knows HTML: time, facts and
//! answers are handed in, decisions come out. The same code therefore runs on the server and in the
//! browser, and every rule can be tested with a table of cases.
//!
//! A few ideas carry the whole crate:
//!
//! - **Parse, don't check.** A [`identity::IdentityNumber`] or a [`time::Day`] that exists is valid.
//! - **Closed lists are [`choice::Choice`]s.** Roles, states, events: each has a code that is stored
//!   and two names that are shown.
//! - **Workflows are tables.** What may happen next stands in [`workflow::Step`]s; buttons, checks
//!   and diagrams are read from them.
//! - **Rules are data.** The [`rules::RuleBook`] holds every clause with its limit; [`rules::gates`]
//!   say why something may not happen yet, [`rules::clocks`] what is now owed, and by when.
//! - **Forms are data.** A [`forms::FormTemplate`] is validated by one function on both sides.
//! - **Papers are filled forms with a life.** A [`registers::Register`] says of one kind which form, which life, whose rights.
//! - **Everything speaks two languages**, through [`lang::Text`].
//!
//! One noun has one file, and the same name in every layer above.

#![warn(missing_docs)]

#[macro_use]
pub mod choice;
pub mod lang;
pub mod refusal;

pub mod calendar;
mod id;
pub mod ids;
pub mod nouns;
pub mod time;

pub mod identity;
pub mod masking;
pub mod numbers;
pub mod packs;
pub mod phone;
pub mod terms;
pub mod text;

pub mod access;
pub mod events;
pub mod forms;
pub mod rules;
pub mod sign_in;
pub mod workflow;

pub mod agreements;
pub mod applications;
pub mod attachments;
pub mod cases;
pub mod clients;
pub mod compliance;
pub mod delivery;
pub mod duties;
pub mod evaluations;
pub mod figures;
pub mod members;
pub mod messages;
pub mod papers;
pub mod registers;
pub mod services;
pub mod units;

mod embedded;
