//! HTTP as a browser, an attacker and a clumsy program meet it: the whole router on a real database, without a socket.
//! Only the command line is tried as a process.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod agreement;
mod applications;
mod authenticator;
mod busy;
mod carried;
mod carriers;
mod cases;
mod command_line;
mod documents;
mod faces;
mod files;
mod find;
mod folder;
mod forgery;
mod from_residents;
mod headers;
mod inbox;
mod inline;
mod input;
mod lists;
mod log;
mod members;
mod passwords;
mod pen;
mod preferences;
mod printing;
mod proof;
mod queries;
mod rates;
mod recovery;
mod review;
mod rules;
mod second_factor;
mod sessions;
mod sign_in;
mod sources;
mod table;
mod today;
mod units;
mod uploads;
mod world;
