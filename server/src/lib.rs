//! The binary `banyan`: axum, sessions, headers, the command line.
//!
//! [`http::router`] is everything that is served; [`commands`] is everything that can be said at the command line, one file
//! for each word. No business rule lives here.

pub mod carriers;
pub mod commands;
pub mod config;
pub mod http;
pub mod start;

/// A page is thousands of small strings that live as long as it does, asked for on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
