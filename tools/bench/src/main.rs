//! What the list of cases costs: 50 of 5,000 rows, signed in as the social worker who answers for them, on PostgreSQL with
//! row security. Beside it, in the same rounds: the bare route, and the same page written by hand (`page`).
//!
//! The measure is processor time for each request, of the program and of the database together, because it is robust
//! against what else the machine does. Shares are differences of whole requests that end at one gate after the other, and
//! for row security the same request with it switched off. Nothing in the product is changed for it.

mod cost;
mod load;
mod page;
mod rounds;
mod scale;
mod search;
mod sizes;
mod table;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use trials::engine::Kind;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure and print
    Run(Run),
    /// Measure the pages that show obligations, over a thousand and over a million of them
    Scale(scale::Scale),
    /// Look for clients by each way of asking, among fifty thousand
    Search(search::Search),
    /// Serve the page written by hand; `run` does it
    Page {
        #[arg(long)]
        prepared: PathBuf,
        #[arg(long)]
        port: u16,
    },
}

/// What is measured.
#[derive(clap::Args)]
struct Against {
    /// Which database
    #[arg(long, value_enum, default_value = "postgres")]
    engine: Kind,
    /// The program, built for release
    #[arg(long, value_name = "FILE", default_value = "target/dist/banyan", value_parser = trials::a_file)]
    binary: PathBuf,
    /// Where the throw-away data are
    #[arg(long, value_name = "DIR", default_value = "/tmp/banyan-trials")]
    work: PathBuf,
}

#[derive(clap::Args)]
pub struct Run {
    /// The program, built for release
    #[arg(long, value_name = "FILE", default_value = "target/dist/banyan", value_parser = trials::a_file)]
    binary: PathBuf,
    /// What the browser gets, built for release
    #[arg(long, value_name = "DIR", default_value = "target/dist/site")]
    site: PathBuf,
    /// Where the throw-away data are
    #[arg(long, value_name = "DIR", default_value = "/tmp/banyan-trials")]
    work: PathBuf,
    /// How many open cases the worker answers for
    #[arg(long, default_value_t = 5_000)]
    cases: usize,
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// How many requests of each kind in a round
    #[arg(long, default_value_t = 300)]
    requests: usize,
    /// Writes the numbers as JSON too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    let outcome = match Line::parse().command {
        Command::Run(run) => rounds::run(&run),
        Command::Scale(scale) => scale::run(&scale),
        Command::Search(search) => search::run(&search),
        Command::Page { prepared, port } => serve(&prepared, port),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(prepared: &std::path::Path, port: u16) -> Result<()> {
    let database = std::env::var("DATABASE_URL").context("DATABASE_URL names the database")?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(page::serve(&database, prepared, port))
}
