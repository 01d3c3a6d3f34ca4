//! The numbers as a table for people and as JSON.

use crate::cost::Cost;
use crate::rounds::Contender;
use crate::sizes::Size;
use anyhow::Result;
use serde_json::{Value, json};

pub struct Sample {
    pub round: usize,
    pub contender: Contender,
    pub cost: Cost,
}

pub struct Results {
    pub cases: usize,
    pub rounds: usize,
    pub requests: usize,
    /// Entries of the audit trail that all requests together left.
    pub entries: i64,
    /// The list's page.
    pub bytes: usize,
    pub load: String,
    pub samples: Vec<Sample>,
    pub sizes: Vec<Size>,
}

/// The middle of the rounds, and where it lies with 95 in a hundred: the second lowest and the second highest of nine.
#[derive(Clone, Copy)]
pub struct Middle {
    pub median: f64,
    low: f64,
    high: f64,
}

impl Results {
    fn of(&self, contender: Contender) -> Vec<Cost> {
        let mut ours: Vec<&Sample> = self.samples.iter().filter(|sample| sample.contender == contender).collect();
        ours.sort_by_key(|sample| sample.round);
        ours.into_iter().map(|sample| sample.cost).collect()
    }

    fn middle(&self, contender: Contender, part: impl Fn(Cost) -> f64) -> Middle {
        middle(self.of(contender).into_iter().map(part).collect())
    }

    /// The middle of something that is worked out within each round.
    fn within(&self, one: Contender, other: Contender, work: impl Fn(f64, f64) -> f64) -> Middle {
        let pairs = self.of(one).into_iter().zip(self.of(other));
        middle(pairs.map(|(one, other)| work(one.total(), other.total())).collect())
    }

    /// What part of the list's cost lies between two gates.
    fn share(&self, with: Contender, without: Contender) -> Middle {
        let list = self.of(Contender::List);
        let pairs = self.of(with).into_iter().zip(self.of(without)).zip(list);
        middle(pairs.map(|((with, without), list)| 100.0 * (with.total() - without.total()) / list.total()).collect())
    }

    pub fn markdown(&self) -> String {
        let mut lines = vec![
            format!(
                "{} rounds of {} requests each, one after the other; 50 of {} cases; load {}.",
                self.rounds, self.requests, self.cases, self.load
            ),
            String::new(),
            "| processor time for each request, µs | program | database | both | 95 % |".to_owned(),
            "|---|---|---|---|---|".to_owned(),
        ];
        for contender in Contender::ALL {
            let both = self.middle(contender, Cost::total);
            let (program, database) = (
                self.middle(contender, |cost| cost.program).median,
                self.middle(contender, |cost| cost.database).median,
            );
            let what = name(contender);
            lines.push(format!(
                "| {what} | {program:.0} | {database:.0} | {:.0} | {:.0} to {:.0} |",
                both.median, both.low, both.high
            ));
        }
        lines.extend(["", "| | | 95 % |", "|---|---|---|"].map(str::to_owned));
        for (what, middle) in self.ratios() {
            lines.push(format!("| {what} | {:.2} | {:.2} to {:.2} |", middle.median, middle.low, middle.high));
        }
        for (what, middle) in self.shares() {
            lines.push(format!("| {what} | {:.1} % | {:.1} to {:.1} |", middle.median, middle.low, middle.high));
        }
        lines.push(format!("| audit entries by all these requests | {} | |", self.entries));
        lines.extend(["", "| size, bytes | raw | brotli |", "|---|---|---|"].map(str::to_owned));
        for size in &self.sizes {
            lines.push(format!("| {} | {} | {} |", size.what, size.raw, size.brotli));
        }
        lines.join("\n")
    }

    fn ratios(&self) -> [(&'static str, Middle); 2] {
        let ratio = |one: f64, other: f64| one / other;
        [
            ("the list to the bare route", self.within(Contender::List, Contender::Bare, ratio)),
            ("the list to the page by hand", self.within(Contender::List, Contender::ByHand, ratio)),
        ]
    }

    fn shares(&self) -> [(&'static str, Middle); 3] {
        [
            ("share of the session", self.share(Contender::Session, Contender::NotThere)),
            ("share of membership, roles and policy", self.share(Contender::Permit, Contender::Session)),
            ("share of row security", self.share(Contender::List, Contender::WithoutRowSecurity)),
        ]
    }

    pub fn json(&self) -> Result<String> {
        let one = |middle: Middle| json!({ "median": middle.median, "low": middle.low, "high": middle.high });
        let costs: Vec<Value> = Contender::ALL
            .iter()
            .map(|contender| {
                json!({
                    "request": format!("{contender:?}"),
                    "program_us": one(self.middle(*contender, |cost| cost.program)),
                    "database_us": one(self.middle(*contender, |cost| cost.database)),
                    "both_us": one(self.middle(*contender, Cost::total)),
                })
            })
            .collect();
        let named = |(what, middle)| json!({ "what": what, "value": one(middle) });
        let all = json!({
            "rounds": self.rounds,
            "requests": self.requests,
            "cases": self.cases,
            "load": self.load,
            "page_bytes": self.bytes,
            "costs": costs,
            "ratios": self.ratios().map(named),
            "shares_percent": self.shares().map(named),
            "audit_entries": self.entries,
            "sizes": self.sizes,
        });
        Ok(serde_json::to_string_pretty(&all)?)
    }
}

fn name(contender: Contender) -> &'static str {
    match contender {
        Contender::Bare => "bare route, `/healthz`",
        Contender::NotThere => "no such address, nobody signed in",
        Contender::Session => "no such organisation, signed in",
        Contender::Permit => "no such case in one's own organisation",
        Contender::ByHand => "the page by hand",
        Contender::List => "**the list of cases**",
        Contender::WithoutRowSecurity => "the list, row security off",
    }
}

pub fn middle(mut values: Vec<f64>) -> Middle {
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
    let edge = usize::from(values.len() >= 9);
    Middle { median: at(values.len() / 2), low: at(edge), high: at(values.len().saturating_sub(1 + edge)) }
}
