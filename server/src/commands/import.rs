//! `banyan import clients`: a station's roster, as it kept it before.

use crate::config::Config;
use crate::start::{self, Failure};
use backend::transfer::{self, ImportOutcome, Roster, RosterError, ToldRow};
use clap::{Args, Subcommand};
use domain::lang::{Lang, Text};
use std::path::{Path, PathBuf};

/// How many rows are printed of those that were refused, and of those that were noted; the workbook has them all.
const PRINTED: usize = 20;

#[derive(Subcommand)]
pub(super) enum Import {
    /// Take in the people on a roster: good rows go in, bad ones come back with the reason; twice adds nothing twice
    Clients(Clients),
}

#[derive(Args)]
pub(super) struct Clients {
    /// The workbook (.xlsx) or text (.csv); its columns may be named 姓名, 身份证号, 出生日期, 联系电话, 现居地址, 人员类型 …
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The organisation's address
    #[arg(long, value_name = "SLUG")]
    organisation: String,
    /// Whose import it is: the sign-in name of the organisation's head
    #[arg(long = "as", value_name = "NAME")]
    sign_in_name: String,
    /// Where the refused rows go, and what is to be looked at; FILE-bad.xlsx when not said
    #[arg(long, value_name = "OUT.xlsx")]
    bad: Option<PathBuf>,
    /// The language of everything that is said: zh or en
    #[arg(long, value_name = "LANGUAGE", default_value = "zh")]
    lang: Lang,
}

impl Import {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let Self::Clients(clients) = self;
        clients.take_in(config).await.map_err(|failure| Failure::Said(failure.say(clients.lang)))
    }
}

impl Clients {
    async fn take_in(&self, config: &Config) -> Result<(), Failure> {
        let roster = self.read()?;
        let backend = start::open_complete(config).await?;
        let scope = start::acting_as(&backend, &self.sign_in_name, &self.organisation).await?;
        let outcome = transfer::import_clients(&scope, &roster).await?;
        self.print(&roster.account());
        self.print(&outcome.account());
        self.print_rows(self.lang.pick("退回", "refused"), &outcome.refused);
        self.print_rows(self.lang.pick("请核对", "please check"), &outcome.noted);
        if outcome.refused.is_empty() && outcome.noted.is_empty() { Ok(()) } else { self.give_back(&roster, &outcome) }
    }

    fn read(&self) -> Result<Roster, Failure> {
        let io = |error| Failure::Io(self.file.display().to_string(), error);
        let failed = |error: RosterError| Failure::Said(error.say(self.lang));
        // A file that is too large is not read to find that out.
        let size = std::fs::metadata(&self.file).map_err(io)?.len();
        if size > transfer::MAX_ROSTER {
            return Err(failed(RosterError::TooLarge));
        }
        transfer::read_roster(&std::fs::read(&self.file).map_err(io)?).map_err(failed)
    }

    fn print(&self, sentences: &[Text]) {
        for sentence in sentences {
            println!("{}", sentence.say(self.lang));
        }
    }

    fn print_rows(&self, what: &str, rows: &[ToldRow]) {
        for row in rows.iter().take(PRINTED) {
            let colon = self.lang.pick("：", ": ");
            let said = |remark: &transfer::Remark| {
                format!("{}{colon}{}", remark.holds.label().say(self.lang), remark.reason.say(self.lang))
            };
            let reasons: Vec<String> = row.remarks.iter().map(said).collect();
            println!("  {} {what}{colon}{}", row.said_place(self.lang), reasons.join(" "));
        }
        if let Some(more) = rows.len().checked_sub(PRINTED).filter(|more| *more > 0) {
            println!(
                "{}",
                self.lang.pick(format!("  另有 {more} 行{what}。"), format!("  … and {more} rows more: {what}."))
            );
        }
    }

    fn give_back(&self, roster: &Roster, outcome: &ImportOutcome) -> Result<(), Failure> {
        let path = self.bad.clone().unwrap_or_else(|| beside(&self.file));
        let workbook = transfer::returned_workbook(roster, outcome, self.lang)?;
        std::fs::write(&path, workbook).map_err(|error| Failure::Io(path.display().to_string(), error))?;
        let path = path.display();
        println!(
            "{}",
            self.lang.pick(
                format!("退回的行和要核对的内容写在 {path}；在其中更正后可再次导入。"),
                format!(
                    "Refused rows and what is to be checked are in {path}; correct them there and import that file."
                ),
            )
        );
        Ok(())
    }
}

/// `roster.xlsx` as `roster-bad.xlsx`.
fn beside(file: &Path) -> PathBuf {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    file.with_file_name(format!("{stem}-bad.xlsx"))
}
