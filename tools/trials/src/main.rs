//! Trials of endurance: what happens to the data when processes die, people press twice, colleagues write at once, servers
//! are exchanged and strangers attack. Each trial drives a built `banyan` over HTTP, in a throw-away copy of the demo on
//! this machine, and prints one line; it fails when anything was lost, doubled, halved or let through.

mod attack;
mod browser;
mod doubles;
mod edits;
mod engine;
mod front;
mod kills;
mod ledger;
mod proxy;
mod record;
mod road;
mod rolling;
mod server;
mod shell;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use engine::Kind;
use record::Report;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Parser)]
struct Line {
    /// A Markdown table that the result is added to
    #[arg(long, global = true, value_name = "FILE")]
    record: Option<PathBuf>,
    #[command(subcommand)]
    trial: Trial,
}

#[derive(Subcommand)]
enum Trial {
    /// Kill server and database while people work; hold the ledger against the data
    Kills(kills::Kills),
    /// Send each form several times at once
    Doubles(doubles::Doubles),
    /// Let two colleagues change the same thing at once
    Edits(edits::Edits),
    /// Exchange both of two instances behind nginx while people work; revoke on one, ask the other
    Rolling(rolling::Rolling),
    /// Thousands who send slowly, and requests that can be read in two ways, at nginx
    Front(front::Front),
    /// sqlmap and wapiti against the demo
    Attack(attack::Attack),
}

/// What every trial is told.
#[derive(Args)]
pub struct Common {
    #[arg(long, value_enum)]
    engine: Kind,
    /// The program under trial
    #[arg(long, value_name = "FILE", default_value = "target/debug/banyan", value_parser = a_file)]
    binary: PathBuf,
    /// Where the throw-away data are
    #[arg(long, value_name = "DIR", default_value = "/tmp/banyan-trials")]
    work: PathBuf,
    /// Ends after so many seconds, whatever is left
    #[arg(long, default_value_t = 540)]
    seconds: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The program runs in other folders than this one.
fn a_file(name: &str) -> std::io::Result<PathBuf> {
    std::fs::canonicalize(name)
}

impl Common {
    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// The program's settings under trial.
    fn settings(&self) -> &'static [(&'static str, &'static str)] {
        &[("BANYAN_LOG", "warn")]
    }
}

impl Trial {
    fn run(self) -> Result<Report> {
        match self {
            Self::Kills(kills) => kills.run(),
            Self::Doubles(doubles) => doubles.run(),
            Self::Edits(edits) => edits.run(),
            Self::Rolling(rolling) => rolling.run(),
            Self::Front(front) => front.run(),
            Self::Attack(attack) => attack.run(),
        }
    }
}

fn main() -> ExitCode {
    let line = Line::parse();
    let outcome = line.trial.run().and_then(|report| {
        for complaint in report.complaints().iter().take(40) {
            eprintln!("{complaint}");
        }
        println!("{}", report.line());
        line.record.map_or(Ok(()), |file| report.append(&file))?;
        Ok(report.is_well())
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("trials: {error:#}");
            ExitCode::FAILURE
        }
    }
}
