//! `banyan rules`: the rule book as a table that a person can check against the norms.

use crate::start::Failure;
use clap::Args;
use domain::lang::Lang;
use domain::packs::{Pack, PackSet};
use domain::rules::{Rule, RuleBook};

#[derive(Args)]
pub(super) struct Rules {
    /// Only the rules that bind organisations with these packs, by their letters: W C S K P
    #[arg(long, value_name = "LETTERS")]
    pack: Option<String>,
    /// The language: zh or en
    #[arg(long, default_value = "zh", value_name = "LANG")]
    lang: String,
}

impl Rules {
    pub(super) fn run(self) -> Result<(), Failure> {
        let lang = Lang::parse(&self.lang).map_err(|_| Failure::Said("lang: zh or en".to_owned()))?;
        let packs = match &self.pack {
            None => PackSet::ALL,
            Some(letters) => PackSet::parse(letters)
                .map_err(|_| Failure::Said("pack: one or more of the letters W C S K P".to_owned()))?,
        };
        let book = RuleBook::builtin();
        let head = lang.pick(
            ["规则", "规范", "程度", "作用", "要求", "限度", "条款"],
            ["rule", "packs", "strength", "family", "what it asks", "limits", "clause"],
        );
        let mut rows = vec![head.map(str::to_owned)];
        rows.extend(book.iter().filter(|rule| rule.packs.meets(packs)).map(|rule| row(rule, lang)));
        print!("{}", table(&rows));
        for pack in Pack::ALL.into_iter().filter(|pack| packs.contains(*pack)) {
            println!("{}  {}", pack.code(), pack.norm().say(lang));
        }
        Ok(())
    }
}

fn row(rule: &Rule, lang: Lang) -> [String; 7] {
    let limits: Vec<String> = rule
        .parameters
        .iter()
        .map(|parameter| format!("{} {} {}", parameter.label.say(lang), parameter.default, parameter.unit.say(lang)))
        .collect();
    [
        rule.id.to_string(),
        rule.packs.to_string(),
        rule.strength.say(lang).to_owned(),
        rule.family.say(lang).to_owned(),
        rule.title.say(lang).to_owned(),
        limits.join(lang.pick("；", "; ")),
        rule.clause.say(lang).to_owned(),
    ]
}

/// Columns of equal width, where a Chinese sign takes two places of a terminal.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |at: usize| rows.iter().map(|row| places(&row[at])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - places(cell) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn places(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}
