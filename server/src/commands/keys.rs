//! `banyan keys`: exchanging the master key while the service runs. docs/operations.md has the order for several instances.

use crate::config::Config;
use crate::start::{self, Failure};
use backend::Backend;
use backend::master::{self, Fingerprint, Survey};
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// Put a new master key in front of the file: it seals from now on, the others go on opening
    New,
    /// Seal anew, by the first key, whatever another one sealed; can be repeated
    Reseal,
    /// The keys of the file, and how many rows each still seals
    List,
    /// Take a key out of the file, once no row needs it
    Retire(Retire),
}

#[derive(Args)]
pub(super) struct Retire {
    /// Which, as `banyan keys list` names it
    #[arg(value_name = "FINGERPRINT")]
    key: Fingerprint,
    /// Remove the recovery codes that only this key can check; their people make new ones
    #[arg(long)]
    forget_codes: bool,
}

impl KeysCommand {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let file = config.master_key();
        if !file.exists() {
            // Opening the business would make one, which is no exchange.
            return Err(Failure::Said(format!(
                "there is no master key yet: {} is made at the first start",
                file.display()
            )));
        }
        let backend = start::open(config).await?;
        match self {
            Self::New => {
                let key = backend.master().add_key()?;
                println!("{key}: new, and seals from now on");
                println!(
                    "{}: copy it now to where its copy is kept, and to every instance that has its own",
                    file.display()
                );
                println!("then: banyan keys reseal");
                Ok(())
            }
            Self::Reseal => {
                let done = master::reseal(backend.core()).await?;
                println!("sealed anew: {} organisations, {} second factors", done.organisations, done.second_factors);
                let survey = master::survey(backend.core()).await?;
                print(&survey);
                all_open(&survey)
            }
            Self::List => {
                let survey = master::survey(backend.core()).await?;
                print(&survey);
                all_open(&survey)
            }
            Self::Retire(retire) => retire.run(&backend).await,
        }
    }
}

impl Retire {
    async fn run(self, backend: &Backend) -> Result<(), Failure> {
        if self.forget_codes {
            let needed = master::survey(backend.core()).await?.keys.into_iter().find(|one| one.key == self.key);
            if needed.is_some_and(|needed| needed.recovery_codes > 0) {
                println!("{} recovery codes removed", master::forget_old_codes(backend.core()).await?);
            }
        }
        let aside = master::retire(backend.core(), self.key).await?;
        println!("{}: out of the file, and alone in {}", self.key, aside.display());
        println!("It opens the backups that were made under it: keep it with them, away from here, or destroy both.");
        Ok(())
    }
}

fn print(survey: &Survey) {
    for (at, key) in survey.keys.iter().enumerate() {
        println!("{} {}: {key}", key.key, if at == 0 { "seals" } else { "opens" });
    }
}

/// What no key of the file opens is an error, wherever it is noticed.
fn all_open(survey: &Survey) -> Result<(), Failure> {
    let (organisations, factors) = (survey.closed_organisations.join(", "), survey.closed_second_factors);
    let closed = match (organisations.as_str(), factors) {
        ("", 0) => return Ok(()),
        (slugs, 0) => format!("of {slugs}"),
        ("", n) => format!("{n} second factors"),
        (slugs, n) => format!("of {slugs}, and {n} second factors"),
    };
    Err(Failure::Said(format!(
        "no key of the file opens what is sealed {closed}; add the key that does as a line of its own"
    )))
}
