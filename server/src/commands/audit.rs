//! `banyan audit verify`

use crate::config::Config;
use crate::start::{self, Failure};
use backend::audit::{Verdict, verify_as_operator};
use backend::organisations::{as_operator, slugs};
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Recompute every hash of every organisation's chain, or of one
    Verify(Verify),
}

#[derive(Args)]
pub(super) struct Verify {
    /// Only this organisation, by its address
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
}

impl Audit {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let Self::Verify(verify) = self;
        let backend = start::open(config).await?;
        let chains = match verify.organisation {
            Some(slug) => vec![slug],
            None => slugs(backend.core()).await?,
        };
        let mut broken = 0;
        for slug in chains {
            match verify_as_operator(&as_operator(backend.core(), &slug).await?).await? {
                Verdict::Whole { entries } => println!("{slug}: whole, {entries} entries"),
                Verdict::Broken { seq } => {
                    broken += 1;
                    println!("{slug}: BROKEN at entry {seq}");
                }
            }
        }
        if broken == 0 { Ok(()) } else { Err(Failure::Said(format!("{broken} chains are broken"))) }
    }
}
