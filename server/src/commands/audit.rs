//! `banyan audit`: that no entry of an audit chain was changed, taken out or put in; and the checkpoints outside the database
//! that show what the chain alone cannot.

use crate::config::Config;
use crate::start::{self, Failure};
use backend::Backend;
use backend::audit::{Checkpoint, Landmarks, PublicKey, Verdict, checked, landmarks, make_checkpoints, read_file};
use backend::organisations::{as_operator, slugs};
use backend::trail::verify_against;
use clap::{Args, Subcommand};
use domain::ids::OrganisationId;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Recompute the audit chains and hold them against checkpoints; fails when one is not whole
    Verify(Verify),
    /// Check a file of checkpoints alone, without any database: each line signed, each following from the one before
    Check(Check),
    /// Sign the heads of the chains that have grown, as the server does every minute
    Checkpoint,
    /// Print the public key by which anybody checks checkpoints
    Key,
}

#[derive(Args)]
pub(super) struct Verify {
    /// Only this organisation's chain
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// A file of checkpoints: recompute only what came after the last one of each chain
    #[arg(long, value_name = "FILE", conflicts_with = "checkpoints")]
    since: Option<PathBuf>,
    /// A file or folder of checkpoints that was kept elsewhere; without it, the installation's own folder
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
    /// The public key that signed them; without it, the installation's own
    #[arg(long, value_name = "PUBLIC")]
    key: Option<PublicKey>,
}

#[derive(Args)]
pub(super) struct Check {
    /// A file or folder of checkpoints, or one line that was handed out
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The public key, as `banyan audit key` prints it
    #[arg(long, value_name = "PUBLIC")]
    key: PublicKey,
}

impl Audit {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        match self {
            Self::Verify(verify) => verify.run(config).await,
            Self::Check(check) => check.run(),
            Self::Checkpoint => checkpoint(config).await,
            Self::Key => {
                let key = start::checkpoint_key(config)?.public();
                println!("{key}");
                println!("key {}: checkpoints lie in {}", key.id(), config.checkpoints().display());
                Ok(())
            }
        }
    }
}

impl Verify {
    async fn run(self, config: &Config) -> Result<(), Failure> {
        let backend = start::open(config).await?;
        let checkpoints = self.read_checkpoints(&backend)?;
        let mut seen = landmarks(&checkpoints);
        let chains = match &self.organisation {
            Some(slug) => vec![slug.clone()],
            None => slugs(backend.core()).await?,
        };
        let mut bad = 0;
        for slug in &chains {
            let operator = as_operator(backend.core(), slug).await?;
            let seen = seen.remove(&operator.organisation().id).unwrap_or_default();
            let from = if self.since.is_some() { seen.last().unwrap_or(1) } else { 1 };
            let verdict = verify_against(&operator, from, seen.clone()).await?;
            println!("{slug}: {}", said(&verdict, &seen, from));
            bad += usize::from(!matches!(verdict, Verdict::Whole { .. }));
        }
        let mut chains = chains.len();
        if self.organisation.is_none() {
            for slug in vanished(&checkpoints, &seen) {
                println!("{slug}: GONE, there is no such organisation any more");
                (bad, chains) = (bad + 1, chains + 1);
            }
        }
        match bad {
            0 => Ok(()),
            n => Err(Failure::Said(format!("{n} of {chains} audit chains are not whole"))),
        }
    }

    fn read_checkpoints(&self, backend: &Backend) -> Result<Vec<Checkpoint>, Failure> {
        let own = backend.checkpoints().map(|kept| kept.folder().to_owned());
        let Some(path) = self.since.clone().or_else(|| self.checkpoints.clone()).or(own) else {
            return Ok(Vec::new());
        };
        match (&self.key, backend.checkpoints()) {
            (Some(key), _) => Ok(checked(&path, key)?),
            // The installation's own key may have been another one at the time: what it did not sign still has to be met.
            (None, Some(kept)) => {
                let lines = read_file(&path)?;
                let id = kept.public_key().id();
                match lines.iter().position(|line| line.key == id && !line.is_signed_by(&kept.public_key())) {
                    None => Ok(lines),
                    Some(at) => Err(unsigned(&path, at, &id)),
                }
            }
            (None, None) => Ok(read_file(&path)?),
        }
    }
}

fn unsigned(path: &Path, at: usize, id: &str) -> Failure {
    Failure::Said(format!("{}, line {}: was not signed by the key {id}, which it names", path.display(), at + 1))
}

/// What was found of a chain, in a line.
fn said(verdict: &Verdict, seen: &Landmarks, from: i64) -> String {
    let since = if from > 1 { format!(" (recomputed from entry {from})") } else { String::new() };
    match (verdict, seen.count(), seen.last()) {
        (Verdict::Whole { entries }, 0, _) => format!("whole, {entries} entries; no checkpoint to hold it against"),
        (Verdict::Whole { entries }, n, last) => {
            let last = last.unwrap_or_default();
            format!("whole, {entries} entries{since}; through {n} checkpoints, the last at entry {last}")
        }
        (Verdict::Broken { seq }, ..) => {
            format!("BROKEN at entry {seq}: it was changed, taken out or put in, or what lies before it was")
        }
        (Verdict::Rewritten { after: 0, seq }, ..) => {
            format!("REWRITTEN: entry {seq} is missing or is not the one that a checkpoint saw")
        }
        (Verdict::Rewritten { after, seq }, ..) => {
            format!("REWRITTEN behind entry {after}: entry {seq} is missing or is not the one that a checkpoint saw")
        }
    }
}

/// Organisations that checkpoints name and the database does not know.
fn vanished(checkpoints: &[Checkpoint], left: &HashMap<OrganisationId, Landmarks>) -> Vec<String> {
    let gone = checkpoints.iter().filter(|line| left.contains_key(&line.organisation));
    let by_id: BTreeMap<_, _> = gone.map(|line| (line.organisation, line.slug.clone())).collect();
    by_id.into_values().collect()
}

impl Check {
    fn run(self) -> Result<(), Failure> {
        let lines = checked(&self.file, &self.key)?;
        let last: BTreeMap<&str, &Checkpoint> = lines.iter().map(|line| (line.slug.as_str(), line)).collect();
        for (slug, line) in last {
            println!("{slug}: {} entries at {}, {}", line.entries, line.at, backend::trail::fingerprint(&line.head));
        }
        println!(
            "{} checkpoints, each signed by the key {} and following from the one before",
            lines.len(),
            self.key.id()
        );
        Ok(())
    }
}

async fn checkpoint(config: &Config) -> Result<(), Failure> {
    let backend = start::open(config).await?;
    let round = make_checkpoints(backend.core()).await?;
    for made in &round.made {
        println!("{}: {} entries, {}", made.slug, made.entries, backend::trail::fingerprint(&made.head));
    }
    println!("{} new in {}", round.made.len(), config.checkpoints().display());
    for (slug, entries) in &round.astray {
        println!("{slug}: NOT SIGNED, the chain no longer goes through its last checkpoint at entry {entries}");
    }
    if round.astray.is_empty() { Ok(()) } else { Err(Failure::Said("run `banyan audit verify`".to_owned())) }
}
