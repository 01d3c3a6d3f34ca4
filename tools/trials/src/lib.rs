//! Trials of endurance: what happens to the data when processes die, people press twice, colleagues write at once, servers
//! are exchanged and strangers attack. Each trial drives a built `banyan` over HTTP, in a throw-away copy of the demo on
//! this machine, and prints one line; it fails when anything was lost, doubled, halved or let through.

pub mod attack;
pub mod browser;
pub mod doubles;
pub mod edits;
pub mod engine;
pub mod front;
pub mod kills;
pub mod ledger;
pub mod neighbour;
pub mod proxy;
pub mod record;
pub mod road;
pub mod rolling;
pub mod server;
pub mod shell;

use anyhow::Result;
use clap::Args;
use engine::{Engine, Kind};
use std::path::PathBuf;
use std::time::Duration;

/// What every trial is told.
#[derive(Args)]
pub struct Common {
    #[arg(long, value_enum)]
    pub engine: Kind,
    /// The program under trial
    #[arg(long, value_name = "FILE", default_value = "target/debug/banyan", value_parser = a_file)]
    pub binary: PathBuf,
    /// Where the throw-away data are
    #[arg(long, value_name = "DIR", default_value = "/tmp/banyan-trials")]
    pub work: PathBuf,
    /// A data folder with the demo in it, for SQLite; without one the demo is made, once a day
    #[arg(long, value_name = "DIR")]
    demo: Option<PathBuf>,
    /// Ends after so many seconds, whatever is left
    #[arg(long, default_value_t = 540)]
    seconds: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The program runs in other folders than this one.
pub fn a_file(name: &str) -> std::io::Result<PathBuf> {
    std::fs::canonicalize(name)
}

impl Common {
    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// A throw-away copy of the demo.
    fn engine(&self) -> Result<Engine> {
        match &self.demo {
            Some(demo) => Engine::over_demo(self.engine, demo, &self.work, &self.binary),
            None => Engine::with_demo(self.engine, &self.work, &self.binary),
        }
    }

    /// The program's settings under trial.
    fn settings(&self) -> &'static [(&'static str, &'static str)] {
        &[("BANYAN_LOG", "warn")]
    }
}
