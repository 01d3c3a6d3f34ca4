//! The entries of the rule book, read from their files and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::clock::RuleClock;
use super::gate::Gate;
use super::periodic::Periodic;
use super::{Consequence, Family, RuleId, Strength, Stricter};
use crate::access::Role;
use crate::embedded::{self, PROVEN, RULEBOOK};
use crate::lang::Text;
use crate::packs::PackSet;
use crate::registers::Registers;
use crate::time::{Day, Unit};

/// Every rule, in every version.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    /// Versions of a rule in the order they took effect.
    rules: BTreeMap<RuleId, Vec<Rule>>,
}

/// One clause in one version.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// Counts up when the rule is changed; past periods keep the version they had.
    pub version: u16,
    /// The first day this version binds.
    pub effective_from: Day,
    /// The packs it comes from.
    pub packs: PackSet,
    /// How firmly the source speaks.
    pub strength: Strength,
    /// How it acts.
    pub family: Family,
    /// Its title.
    pub title: Text,
    /// What it demands, in a plain sentence.
    pub wording: Text,
    /// The clause behind it.
    pub clause: Text,
    /// What follows.
    pub consequences: Vec<Consequence>,
    /// Who may go on with a written reason, where it only blocks softly.
    #[serde(default)]
    pub justified_by: Vec<Role>,
    /// Why the system cannot deliver or prove it yet, where it cannot.
    #[serde(default)]
    pub recorded_only: Option<Text>,
    /// Its limits.
    #[serde(default, rename = "parameter")]
    pub parameters: Vec<Parameter>,
    /// What it demands before a step is taken.
    #[serde(default, rename = "gate")]
    pub gates: Vec<Gate>,
    /// What drives it, if it is a clock.
    #[serde(default)]
    pub clock: Option<RuleClock>,
    /// What is asked again and again, if it is periodic.
    #[serde(default)]
    pub periodic: Option<Periodic>,
    /// Whether a form asks for something because of it.
    #[serde(skip)]
    pub asked_by_forms: bool,
}

choice! {
    /// How far the system carries out what a rule demands.
    pub enum Status {
        Live         = "live",          "执行中",   "Live";
        RecordedOnly = "recorded_only", "仅作记录", "Recorded only";
        Waiting      = "waiting",       "待建",     "Waiting";
    }
}

/// A number in a rule that a district may set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name in settings, such as `int.initial_review_hours`.
    pub key: String,
    /// What it is, for the settings page.
    pub label: Text,
    /// Its value where nobody set another.
    pub default: i64,
    /// What it is counted in.
    pub unit: Unit,
    /// The direction in which a duty may be changed.
    pub stricter: Stricter,
    /// The strength of its rule: a duty may only be made stricter.
    #[serde(skip, default = "duty")]
    pub strength: Strength,
}

const fn duty() -> Strength {
    Strength::M
}

/// A rule-book file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// It is not written as a list of rules.
    #[error("{file}: {source}")]
    Unreadable {
        /// Which file.
        file: String,
        /// Where and why.
        source: toml::de::Error,
    },
    /// A rule contradicts itself or another one, or names what is not there.
    #[error("{file} line {line}: {rule}: {why}")]
    Contradiction {
        /// Which file.
        file: String,
        /// Counted from one.
        line: usize,
        /// The rule.
        rule: RuleId,
        /// What is wrong with it.
        why: String,
    },
}

impl RuleBook {
    /// The rules that come with the program.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<RuleBook> =
            LazyLock::new(|| embedded::sound("rule book", RuleBook::parse(RULEBOOK, Registers::builtin())));
        &BUILTIN
    }

    /// A rule book of files written in TOML, each with its name; registers are those that its gates and clocks may name.
    ///
    /// # Errors
    /// [`Broken`] when a file cannot be read, or a rule contradicts itself or another or names what is not there.
    pub fn parse(files: &[(&str, &str)], registers: &Registers) -> Result<Self, Broken> {
        let asked: BTreeSet<RuleId> = registers
            .forms()
            .flat_map(crate::forms::FormTemplate::fields)
            .filter_map(|field| field.required_by)
            .collect();
        let mut book = Self::default();
        let mut keys = BTreeSet::new();
        for (file, text) in files {
            let broken = |source| Broken::Unreadable { file: (*file).to_owned(), source };
            let File { rules } = toml::from_str(text).map_err(broken)?;
            for mut rule in rules {
                for parameter in &mut rule.parameters {
                    parameter.strength = rule.strength;
                }
                rule.asked_by_forms = asked.contains(&rule.id);
                let versions = book.rules.entry(rule.id).or_default();
                let follows = versions
                    .last()
                    .is_none_or(|last| last.version < rule.version && last.effective_from < rule.effective_from);
                let again =
                    rule.parameters.iter().find(|parameter| versions.is_empty() && !keys.insert(parameter.key.clone()));
                let flaw = match again {
                    _ if !follows => Some(("version".to_owned(), "its versions do not follow each other".to_owned())),
                    Some(parameter) => {
                        Some((parameter.key.clone(), format!("`{}` is a parameter already", parameter.key)))
                    }
                    None => rule.flaw(registers),
                };
                if let Some((at, why)) = flaw {
                    let line = line_of(text, &rule, &at);
                    return Err(Broken::Contradiction { file: (*file).to_owned(), line, rule: rule.id, why });
                }
                versions.push(rule);
            }
        }
        Ok(book)
    }

    /// The newest version of a rule.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        self.rules.get(&id)?.last()
    }

    /// The version of a rule that was in force on a day.
    #[must_use]
    pub fn rule_on(&self, id: RuleId, day: Day) -> Option<&Rule> {
        self.rules.get(&id)?.iter().rfind(|rule| rule.effective_from <= day)
    }

    /// The newest version of every rule, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> + '_ {
        self.rules.values().filter_map(|versions| versions.last())
    }

    /// The version of every rule that was in force on a day, by name.
    pub fn on(&self, day: Day) -> impl Iterator<Item = &Rule> + '_ {
        self.rules.keys().filter_map(move |id| self.rule_on(*id, day))
    }

    /// Every version of a rule, oldest first: its history.
    #[must_use]
    pub fn history(&self, id: RuleId) -> &[Rule] {
        self.rules.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The parameter with this key, in the newest version of its rule.
    #[must_use]
    pub fn parameter(&self, key: &str) -> Option<&Parameter> {
        self.iter().find_map(|rule| rule.parameter(key))
    }
}

impl Rule {
    /// The parameter with this key.
    #[must_use]
    pub fn parameter(&self, key: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.key == key)
    }

    /// Whether anything in the system acts by it.
    #[must_use]
    pub const fn has_engine(&self) -> bool {
        !self.gates.is_empty() || self.clock.is_some() || self.periodic.is_some() || self.asked_by_forms
    }

    /// How far the system carries it out. Live is what acts and what a test proves; nobody types that word.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.recorded_only.is_some() {
            Status::RecordedOnly
        } else if self.has_engine() && is_proven(self.id) {
            Status::Live
        } else {
            Status::Waiting
        }
    }

    /// What is wrong with it, and the words in its file at which it is.
    fn flaw(&self, registers: &Registers) -> Option<(String, String)> {
        let at = |key: &str, why: &str| Some((key.to_owned(), why.to_owned()));
        if self.packs.is_empty() {
            return at("packs", "it belongs to no pack");
        }
        if self.clock.is_some() && self.family != Family::Clock {
            return at("family", "only a clock has events");
        }
        let softly = self.consequences.contains(&Consequence::SoftBlock) && !self.gates.is_empty();
        if softly == self.justified_by.is_empty() {
            return at(
                "consequences",
                "who may go on with a reason is said where its gates block softly, and only there",
            );
        }
        if let Some(why) = self.periodic.as_ref().and_then(|duty| self.periodic_flaw(duty, registers)) {
            return at("[rule.periodic]", &why);
        }
        if let Some(why) = self.clock.as_ref().and_then(|clock| clock.flaw(self, registers)) {
            return at("[rule.clock]", &why);
        }
        self.gates.iter().find_map(|gate| Some((format!("\"{}\"", gate.on), gate.flaw(self, registers)?)))
    }

    fn periodic_flaw(&self, duty: &Periodic, registers: &Registers) -> Option<String> {
        let form = |key: &str| registers.get(key).and_then(|register| registers.form(register));
        let no_fact = |key: &str, fact: &str| form(key).is_none_or(|form| form.fact(fact).is_none());
        if self.family != Family::Periodic {
            Some("only a periodic duty is asked again and again".to_owned())
        } else if duty.of.is_empty() {
            Some("no register counts for it".to_owned())
        } else if let Some(unknown) = duty.reads().find(|key| registers.get(key).is_none()) {
            Some(format!("there is no register `{unknown}`"))
        } else if duty.subject.unit().is_some_and(|kind| {
            !duty.of.iter().filter_map(|key| registers.get(key)).any(|register| register.lies_in_unit(kind))
        }) {
            Some("none of the papers that count lies in what it asks".to_owned())
        } else if let Some((key, asking)) = duty.each_of.as_ref().and_then(|asking| {
            let about = |key: &str| registers.get(key).and_then(|register| register.about.as_ref());
            let other = duty.of.iter().find(|key| about(key).is_none_or(|about| about.register != *asking));
            other.map(|key| (key, asking))
        }) {
            Some(format!("papers of `{key}` are not about `{asking}`"))
        } else if let Some((key, fact)) = duty.facts().find(|(key, fact)| no_fact(key, fact)) {
            Some(format!("`{fact}` is no fact of the form of `{key}`"))
        } else {
            let unknown = duty.parameters(PackSet::ALL).find(|key| self.parameter(key).is_none());
            unknown.map(|unknown| format!("how much it asks, `{unknown}`, is no parameter of the rule"))
        }
    }
}

/// Whether a test proves it. The list is made by `domain/tests/requirements` from what the tests say of themselves.
fn is_proven(rule: RuleId) -> bool {
    static LIST: LazyLock<BTreeSet<RuleId>> =
        LazyLock::new(|| PROVEN.lines().filter_map(|line| line.parse().ok()).collect());
    LIST.contains(&rule)
}

/// The line at which a rule has these words, counted from one; that of its name, if it nowhere has.
fn line_of(text: &str, rule: &Rule, words: &str) -> usize {
    let name = format!("id = \"{}\"", rule.id);
    let version = format!("version = {}", rule.version);
    let lines: Vec<&str> = text.lines().collect();
    let is_this = |at: &usize| lines.get(at + 1).is_none_or(|next| next.trim() == version);
    let named = lines.iter().enumerate().filter(|(_, line)| line.trim() == name).map(|(at, _)| at);
    let start = named.clone().find(is_this).or_else(|| named.clone().next()).unwrap_or_default();
    let own = lines.iter().skip(start + 1).take_while(|line| line.trim() != "[[rule]]");
    let found = own.clone().position(|line| line.contains(words));
    found.map_or(start + 1, |at| start + at + 2)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "rule")]
    rules: Vec<Rule>,
}
