//! `banyan audit verify`: that no entry of an audit chain was changed, taken out or put in.

use crate::config::Config;
use crate::start::{self, Failure};
use backend::audit::{Verdict, verify_as_operator};
use backend::organisations::{as_operator, slugs};
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Recompute every entry of the audit chains; fails when one does not follow from the entry before it
    Verify(Verify),
}

#[derive(Args)]
pub(super) struct Verify {
    /// Only this organisation's chain
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
}

impl Audit {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let Self::Verify(verify) = self;
        let backend = start::open(config).await?;
        let core = backend.core();
        let chains = match verify.organisation {
            Some(slug) => vec![slug],
            None => slugs(core).await?,
        };
        let mut broken = 0;
        for slug in &chains {
            let operator = as_operator(core, slug).await?;
            match verify_as_operator(&operator).await? {
                Verdict::Whole { entries } => println!("{slug}: whole, {entries} entries"),
                Verdict::Broken { seq } => {
                    broken += 1;
                    println!("{slug}: BROKEN at entry {seq}");
                }
            }
        }
        match broken {
            0 => Ok(()),
            n => Err(Failure::Said(format!("{n} of {} audit chains are broken", chains.len()))),
        }
    }
}
