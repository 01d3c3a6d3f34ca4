//! The entries of the rule book, read from their files and checked.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::periodic::{Periodic, Quantity};
use super::{Consequence, Family, RuleId, Strength, Stricter};
use crate::access::{Object, Role};
use crate::embedded;
use crate::events::{Event, EventKind};
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Its limits.
    #[serde(default, rename = "parameter", skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// What drives it, if it is a clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<RuleClock>,
    /// What is asked again and again, if it is periodic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periodic: Option<Periodic>,
}

/// A number in a rule that a district may set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// What opens, settles and pauses a clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleClock {
    /// Parameters that give the limit; several make a series, one step each.
    pub limits: Vec<String>,
    /// The parameter that gives days of grace between due and late, if there are any.
    #[serde(default)]
    pub grace: Option<String>,
    /// Events that start it.
    pub opens_on: Vec<Trigger>,
    /// Events that meet it.
    pub met_by: Vec<Trigger>,
    /// Events that make it pointless.
    #[serde(default)]
    pub cancelled_by: Vec<Trigger>,
    /// Events that stop it for a while.
    #[serde(default)]
    pub paused_by: Vec<Trigger>,
    /// Events that let it run on.
    #[serde(default)]
    pub resumed_by: Vec<Trigger>,
    /// When its owner is reminded.
    #[serde(default)]
    pub warn: Option<Warning>,
    /// Whether the next tier is told when it is late.
    #[serde(default)]
    pub escalate: bool,
    /// Who owes it.
    pub owner: Owner,
    /// Whether an event that meets it also opens it, so that a duty nobody announced is still
    /// judged: a visit written down without having been appointed.
    #[serde(default)]
    pub self_opening: bool,
    /// Whether it may be owed again after it was settled; otherwise once per subject, for ever.
    #[serde(default)]
    pub repeats: bool,
}

impl RuleClock {
    /// The kind of thing the duty is about: that of the events that open it.
    #[must_use]
    pub fn subject(&self) -> Option<Object> {
        self.opens_on.first().map(Trigger::object)
    }
}

/// What a clock listens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// An event.
    Event(EventKind),
    /// An event of one register's papers, written with the register's word: `plan.approved`.
    Paper(String, EventKind),
}

impl Trigger {
    /// Whether this is what happened.
    #[must_use]
    pub fn is(&self, event: &Event) -> bool {
        match self {
            Self::Event(kind) => event.kind == *kind,
            Self::Paper(register, kind) => event.kind == *kind && event.register() == Some(register),
        }
    }

    /// To which kind of thing it happens.
    #[must_use]
    pub fn object(&self) -> Object {
        match self {
            Self::Event(kind) | Self::Paper(_, kind) => kind.object(),
        }
    }

    /// What it is called; a paper's event with the name of the paper.
    #[must_use]
    pub fn name(&self, registers: &Registers) -> Text {
        match self {
            Self::Event(kind) => kind.name(),
            Self::Paper(register, kind) => kind.of(registers.get(register).map(|register| &register.title)),
        }
    }
}

impl std::fmt::Display for Trigger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Event(kind) => f.write_str(kind.code()),
            Self::Paper(register, kind) => write!(f, "{register}.{}", kind.code().trim_start_matches("paper.")),
        }
    }
}

impl std::str::FromStr for Trigger {
    type Err = crate::refusal::Invalid;
    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        if let Ok(kind) = EventKind::parse(raw) {
            return Ok(Self::Event(kind));
        }
        let (register, verb) = raw.split_once('.').ok_or(crate::refusal::Invalid)?;
        EventKind::parse(&format!("paper.{verb}")).map(|kind| Self::Paper(register.to_owned(), kind))
    }
}

crate::choice::as_string!(Trigger);

/// When the owner of a running clock is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// When this share of the time has passed.
    AtPercent(u8),
    /// So many hours before it is due.
    HoursBefore(u16),
}

/// Who owes a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// Whoever is responsible for the subject.
    Responsible,
    /// Whoever holds this role.
    Role(Role),
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Responsible => "responsible",
            Self::Role(role) => role.code(),
        })
    }
}

impl std::str::FromStr for Owner {
    type Err = crate::refusal::Invalid;
    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        match raw {
            "responsible" => Ok(Self::Responsible),
            role => role.parse().map(Self::Role),
        }
    }
}

crate::choice::as_string!(Owner);

/// A rule-book file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// It is not written as a list of rules.
    #[error("the rule book cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A rule contradicts itself or another one.
    #[error("{rule}: {why}")]
    Contradiction {
        /// The rule.
        rule: RuleId,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl RuleBook {
    /// The rules that come with the program.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<RuleBook> = LazyLock::new(|| embedded::sound("rule book", RuleBook::parse(FILES)));
        &BUILTIN
    }

    /// A rule book of files written in TOML.
    ///
    /// # Errors
    /// [`Broken`] when a file cannot be read, or a rule contradicts itself or another.
    pub fn parse(files: &[&str]) -> Result<Self, Broken> {
        let mut book = Self::default();
        for file in files {
            let File { rules } = toml::from_str(file)?;
            for mut rule in rules {
                rule.check()?;
                for parameter in &mut rule.parameters {
                    parameter.strength = rule.strength;
                }
                book.rules.entry(rule.id).or_default().push(rule);
            }
        }
        for versions in book.rules.values_mut() {
            versions.sort_by_key(|rule| rule.version);
            let in_order = |pair: &[Rule]| match pair {
                [a, b] => a.version < b.version && a.effective_from < b.effective_from,
                _ => true,
            };
            if let (false, Some(rule)) = (versions.windows(2).all(in_order), versions.first()) {
                let why = "its versions do not follow each other";
                return Err(Broken::Contradiction { rule: rule.id, why });
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

    fn check(&self) -> Result<(), Broken> {
        match self.flaw() {
            Some(why) => Err(Broken::Contradiction { rule: self.id, why }),
            None => Ok(()),
        }
    }

    fn flaw(&self) -> Option<&'static str> {
        if self.packs.is_empty() {
            return Some("it belongs to no pack");
        }
        if let Some(duty) = &self.periodic {
            let known = |quantity: &Quantity| match quantity {
                Quantity::Parameter(key) => self.parameter(key).is_some(),
                Quantity::Fixed(_) => true,
            };
            if self.family != Family::Periodic {
                return Some("only a periodic duty is asked again and again");
            } else if duty.of.is_empty() {
                return Some("no register counts for it");
            } else if !duty.quantity().is_none_or(known) {
                return Some("how much it asks is no parameter of the rule");
            }
        }
        let Some(clock) = &self.clock else {
            return (self.family == Family::Clock).then_some("a clock needs its events");
        };
        let known = |key: &String| self.parameter(key).is_some_and(|p| p.unit != Unit::Count);
        let object = clock.subject();
        if self.family != Family::Clock {
            Some("only a clock has events")
        } else if clock.limits.is_empty() || !clock.limits.iter().chain(&clock.grace).all(known) {
            Some("a limit is no parameter of the rule, or not counted in time")
        } else if object.is_none() || clock.opens_on.iter().any(|trigger| Some(trigger.object()) != object) {
            Some("the events that open a clock must happen to one kind of thing")
        } else if clock.met_by.is_empty() {
            Some("nothing meets it")
        } else if clock.paused_by.is_empty() != clock.resumed_by.is_empty() {
            Some("what pauses must resume")
        } else {
            None
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "rule")]
    rules: Vec<Rule>,
}

const FILES: &[&str] = &[
    include_str!("../../rulebook/organisations.toml"),
    include_str!("../../rulebook/intake.toml"),
    include_str!("../../rulebook/clients.toml"),
    include_str!("../../rulebook/assessments.toml"),
    include_str!("../../rulebook/plans.toml"),
    include_str!("../../rulebook/closure.toml"),
];
