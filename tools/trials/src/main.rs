//! The trials at the command line.

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use trials::record::Report;
use trials::{attack, doubles, edits, front, kills, neighbour, rolling};

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
    /// Let a crowd write in one organisation; time its neighbour's pages, on one instance and on two
    Neighbour(neighbour::Neighbour),
    /// sqlmap and wapiti against the demo
    Attack(attack::Attack),
}

impl Trial {
    fn run(self) -> Result<Report> {
        match self {
            Self::Kills(kills) => kills.run(),
            Self::Doubles(doubles) => doubles.run(),
            Self::Edits(edits) => edits.run(),
            Self::Rolling(rolling) => rolling.run(),
            Self::Front(front) => front.run(),
            Self::Neighbour(neighbour) => neighbour.run(),
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
