//! One line of result, and the table that such lines are kept in.

use crate::{Common, shell};
use anyhow::{Context as _, Result};
use std::fmt::Display;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// What a trial found.
pub struct Report {
    trial: &'static str,
    engine: String,
    seed: u64,
    numbers: Vec<String>,
    wrong: Vec<String>,
    load: String,
}

impl Report {
    pub fn new(trial: &'static str, common: &Common) -> Self {
        let engine = format!("{:?}", common.engine);
        Self { trial, engine, seed: common.seed, numbers: Vec::new(), wrong: Vec::new(), load: load() }
    }

    pub fn number(&mut self, what: &str, number: impl Display) {
        self.numbers.push(format!("{number} {what}"));
    }

    pub fn text(&mut self, what: &str, text: impl Display) {
        self.numbers.push(format!("{what} {text}"));
    }

    /// What should not have been; anything at all fails the trial.
    pub fn wrong(&mut self, wrong: impl IntoIterator<Item = String>) {
        self.wrong.extend(wrong);
    }

    pub fn is_well(&self) -> bool {
        self.wrong.is_empty()
    }

    pub fn line(&self) -> String {
        let verdict = if self.is_well() { "0 wrong".to_owned() } else { format!("{} WRONG", self.wrong.len()) };
        format!(
            "{} {}: {}; {verdict}; seed {}, load {}",
            self.trial,
            self.engine,
            self.numbers.join(", "),
            self.seed,
            self.load
        )
    }

    /// Everything that was wrong, for the person who has to find out why.
    pub fn complaints(&self) -> &[String] {
        &self.wrong
    }

    /// Adds the line as a row at the end of a Markdown table.
    pub fn append(&self, file: &Path) -> Result<()> {
        let mut text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let date = shell::output("date", &["-u", "+%F %H:%M"])?;
        let verdict = if self.is_well() { "0".to_owned() } else { format!("**{}**", self.wrong.len()) };
        let row = [self.trial, &self.engine, &self.numbers.join(", "), &verdict, &self.seed.to_string(), &self.load]
            .join(" | ");
        text.push_str(&format!("| {date} | {row} |\n"));
        Ok(fs::write(file, text)?)
    }
}

/// The machine's load in the last minute and the last five.
pub fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(2).collect::<Vec<_>>().join(" / ")
}

/// Median and longest, in seconds.
pub fn hundredths(times: &[Duration]) -> String {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = |place: usize| sorted.get(place).copied().unwrap_or_default().as_secs_f64();
    format!("{:.2} / {:.2} s", at(sorted.len() / 2), at(sorted.len().saturating_sub(1)))
}

/// The median and the 99th of a hundred.
pub fn quantiles(times: &[Duration]) -> (Duration, Duration) {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = |hundredths: usize| sorted.get(sorted.len() * hundredths / 100).copied().unwrap_or_default();
    (at(50), at(99))
}
