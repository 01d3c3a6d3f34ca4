//! The backend from outside: what an area or a face can do with it, on both engines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

#[macro_use]
mod world;

#[path = "../../../server/tests/it/agreement.rs"]
mod agreement;
#[path = "../../../server/tests/it/authenticator.rs"]
mod authenticator;
#[path = "../../../server/tests/it/pen.rs"]
mod pen;
mod road;
mod rosters;
mod story;

mod acts;
mod applications;
mod attachments;
mod audit;
mod backup;
mod cases;
mod checkpoints;
mod clients;
mod compile_fail;
mod compliance;
mod deliveries;
mod demo;
mod documents;
mod evaluations;
mod every_kind;
mod export;
mod hand_over;
mod identity;
mod import;
mod keys;
mod lists;
mod members;
mod messages;
mod oversight;
mod papers;
mod publishing;
mod registers;
mod review;
mod rules;
mod safety;
mod schema;
mod search;
mod tampering;
mod turns;
mod units;
mod work;
mod workbooks;
