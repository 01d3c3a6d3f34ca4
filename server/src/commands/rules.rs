//! `banyan rules`: the rule book as a table that a person can check against the norms.

use crate::start::Failure;
use clap::Args;
use domain::lang::Lang;
use domain::packs::{Pack, PackSet};
use domain::rules::{Rule, RuleArea, RuleBook, Status};

#[derive(Args)]
pub(super) struct Rules {
    /// Only the rules that bind organisations with these packs, by their letters: W C S K P
    #[arg(long, value_name = "LETTERS")]
    pack: Option<String>,
    /// Only the rules of one area, by its letters: SAF
    #[arg(long, value_name = "AREA")]
    area: Option<String>,
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
        let area = self.area.as_deref().map(RuleArea::parse).transpose().map_err(|_| {
            let known: Vec<&str> = RuleArea::ALL.into_iter().map(RuleArea::code).collect();
            Failure::Said(format!("area: one of {}", known.join(" ")))
        })?;
        let asked = |rule: &&Rule| rule.packs.meets(packs) && area.is_none_or(|area| rule.id.area() == area);
        let rules: Vec<&Rule> = RuleBook::builtin().iter().filter(asked).collect();
        let head = lang.pick(
            ["规则", "状态", "规范", "程度", "作用", "要求", "限度", "条款"],
            ["rule", "state", "packs", "strength", "family", "what it asks", "limits", "clause"],
        );
        let mut rows = vec![head.map(str::to_owned)];
        rows.extend(rules.iter().map(|rule| row(rule, lang)));
        print!("{}", table(&rows));
        let count = |status: Status| rules.iter().filter(|rule| rule.status() == status).count();
        let counts = Status::ALL.map(|status| format!("{} {}", status.say(lang), count(status)));
        let number = rules.len();
        let counts = counts.join(lang.pick("，", ", "));
        println!("{}", lang.pick(format!("共 {number} 条：{counts}"), format!("{number} rules: {counts}")));
        // Why something is only recorded is said, for nobody should have to look for it in the files.
        for rule in &rules {
            if let Some(why) = &rule.recorded_only {
                println!("{}  {}", rule.id, why.say(lang));
            }
        }
        for pack in Pack::ALL.into_iter().filter(|pack| packs.contains(*pack)) {
            println!("{}  {}", pack.code(), pack.norm().say(lang));
        }
        Ok(())
    }
}

fn row(rule: &Rule, lang: Lang) -> [String; 8] {
    let limits: Vec<String> = rule
        .parameters
        .iter()
        .map(|parameter| format!("{} {} {}", parameter.label.say(lang), parameter.default, parameter.unit.say(lang)))
        .collect();
    [
        rule.id.to_string(),
        rule.status().say(lang).to_owned(),
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
