//! `banyan import clients`: a station's roster, as it kept it before.

use crate::config::Config;
use crate::start::{self, Failure};
use backend::transfer::{self, RosterError};
use clap::{Args, Subcommand};
use domain::lang::Lang;
use std::path::{Path, PathBuf};

/// How many bad rows are printed; the workbook has them all.
const PRINTED: usize = 20;

#[derive(Subcommand)]
pub(super) enum Import {
    /// Take in the people on a roster: good rows go in, bad ones come back with the reason; twice adds nothing twice
    Clients(Clients),
}

#[derive(Args)]
pub(super) struct Clients {
    /// The workbook (.xlsx); its columns may be named 姓名, 身份证号, 出生日期, 联系电话, 现居地址, 人员类型, 负责社工 …
    #[arg(value_name = "FILE.xlsx")]
    file: PathBuf,
    /// The organisation's address
    #[arg(long, value_name = "SLUG")]
    organisation: String,
    /// Whose import it is: the sign-in name of the organisation's head
    #[arg(long = "as", value_name = "NAME")]
    sign_in_name: String,
    /// Where the bad rows go; FILE-bad.xlsx when not said
    #[arg(long, value_name = "OUT.xlsx")]
    bad: Option<PathBuf>,
    /// The language of the reasons: zh or en
    #[arg(long, value_name = "LANGUAGE", default_value = "zh")]
    lang: Lang,
}

impl Import {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let Self::Clients(clients) = self;
        let roster = read(&clients.file)?;
        let backend = start::open(config).await?;
        let scope = start::acting_as(&backend, &clients.sign_in_name, &clients.organisation).await?;
        let outcome = transfer::import_clients(&scope, &roster).await?;
        println!(
            "{} rows: {} new, {} known already, {} bad",
            roster.len(),
            outcome.added,
            outcome.known,
            outcome.bad.len()
        );
        if outcome.bad.is_empty() {
            return Ok(());
        }
        for row in outcome.bad.iter().take(PRINTED) {
            let reasons: Vec<String> = row
                .flaws
                .iter()
                .map(|flaw| format!("{}: {}", flaw.holds.label().say(clients.lang), flaw.reason.say(clients.lang)))
                .collect();
            println!("  row {}  {}", row.number, reasons.join(" "));
        }
        let path = clients.bad.unwrap_or_else(|| beside(&clients.file));
        let workbook = transfer::bad_rows_workbook(&roster, &outcome.bad, clients.lang)?;
        std::fs::write(&path, workbook).map_err(|error| Failure::Io(path.display().to_string(), error))?;
        println!("the bad rows are in {}; correct them there and import that file", path.display());
        Ok(())
    }
}

fn read(file: &Path) -> Result<transfer::Roster, Failure> {
    let io = |error| Failure::Io(file.display().to_string(), error);
    // A file that is too large is not read to find that out.
    let size = std::fs::metadata(file).map_err(io)?.len();
    if size > transfer::MAX_ROSTER {
        return Err(Failure::Said(RosterError::TooLarge.to_string()));
    }
    let bytes = std::fs::read(file).map_err(io)?;
    transfer::read_roster(&bytes).map_err(|error| Failure::Said(error.to_string()))
}

/// `roster.xlsx` as `roster-bad.xlsx`.
fn beside(file: &Path) -> PathBuf {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    file.with_file_name(format!("{stem}-bad.xlsx"))
}
