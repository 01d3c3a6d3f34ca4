//! `banyan export`: one organisation's data as JSON lines.

use crate::config::Config;
use crate::start::{self, Failure};
use backend::transfer::{self, ExportError, Folder};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Export {
    /// The organisation's address
    #[arg(long, value_name = "SLUG")]
    organisation: String,
    /// Whose export it is: the sign-in name of the organisation's head
    #[arg(long = "as", value_name = "NAME")]
    sign_in_name: String,
    /// A new or empty folder; its files hold personal data, readable by their owner only
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

impl Export {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let io = |error| Failure::Io(self.to.display().to_string(), error);
        let backend = start::open(config).await?;
        let scope = start::acting_as(&backend, &self.sign_in_name, &self.organisation).await?;
        let mut folder = Folder::new(&self.to).map_err(io)?;
        let manifest = transfer::export(&scope, &mut folder).await.map_err(|error| match error {
            ExportError::Refused(refusal) => refusal.into(),
            ExportError::Io(error) => io(error),
        })?;
        for table in &manifest.tables {
            println!("{:>8}  {}", table.rows, table.file);
        }
        println!("{} is in {}, with a manifest", manifest.organisation.name, self.to.display());
        Ok(())
    }
}
