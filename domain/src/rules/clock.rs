//! Clocks as they are written: what opens, settles and pauses a duty, by when it is due, and who owes it.

use serde::{Deserialize, Serialize};

use super::Rule;
use super::gate::has_deed;
use crate::access::{Object, Role};
use crate::events::{Event, EventKind};
use crate::lang::Text;
use crate::papers::Deed;
use crate::registers::Registers;
use crate::units::UnitKind;

/// What opens, settles and pauses a clock.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleClock {
    /// Parameters that give the limit; several make a series, one step each.
    pub limits: Vec<String>,
    /// Another limit for some: the first whose condition holds stands instead.
    #[serde(default)]
    pub limits_if: Vec<LimitIf>,
    /// Whether the limit is counted back from what the opening event appoints: it is due before that.
    #[serde(default)]
    pub before: bool,
    /// The parameter after which it is owed again once it was met, until it is cancelled.
    #[serde(default)]
    pub every: Option<String>,
    /// Opens only for papers of which this is true.
    #[serde(default, rename = "if")]
    pub only_if: Option<If>,
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
    /// When its owner is reminded; when three quarters of the time have passed, if nothing is said.
    #[serde(default)]
    pub warn: Warning,
    /// Whether the next tier is told a day after it became late.
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

    /// Every event that it listens to.
    pub fn triggers(&self) -> impl Iterator<Item = &Trigger> {
        [&self.opens_on, &self.met_by, &self.cancelled_by, &self.paused_by, &self.resumed_by].into_iter().flatten()
    }

    /// Every parameter that gives a time.
    fn spans(&self) -> impl Iterator<Item = &String> {
        let others = self.limits_if.iter().map(|other| &other.limit);
        self.limits.iter().chain(others).chain(&self.every).chain(&self.grace)
    }

    /// What is wrong with it.
    pub(super) fn flaw(&self, rule: &Rule, registers: &Registers) -> Option<String> {
        let is_time = |key: &&String| rule.parameter(key).is_some_and(|parameter| parameter.unit.is_time());
        if let Some(key) = self.spans().find(|key| !is_time(key)) {
            return Some(format!("`{key}` is no parameter of the rule that is counted in time"));
        }
        if let Some(why) = self.triggers().find_map(|trigger| trigger.flaw(registers)) {
            return Some(why);
        }
        let conditions = self.only_if.iter().chain(self.limits_if.iter().map(|other| &other.condition));
        if let Some(why) = conditions
            .flat_map(|condition| self.opens_on.iter().map(|on| condition.flaw(on, registers)))
            .flatten()
            .next()
        {
            return Some(why);
        }
        let object = self.subject();
        let why = if self.limits.is_empty() {
            "a clock needs a limit"
        } else if object.is_none() || self.opens_on.iter().any(|trigger| Some(trigger.object()) != object) {
            "the events that open a clock must happen to one kind of thing"
        } else if self.met_by.is_empty() {
            "nothing meets it"
        } else if self.paused_by.is_empty() != self.resumed_by.is_empty() {
            "what pauses must resume"
        } else if self.before && (self.self_opening || self.every.is_some() || !self.paused_by.is_empty()) {
            "what is due before an appointed day neither pauses nor comes again, and is not opened by what meets it"
        } else if self.limits.len() > 1 && (self.every.is_some() || !self.limits_if.is_empty()) {
            "a series has one limit for each step, and does not begin again"
        } else {
            return None;
        };
        Some(why.to_owned())
    }
}

/// Another limit for some.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitIf {
    /// For which.
    #[serde(rename = "if")]
    pub condition: If,
    /// The parameter.
    pub limit: String,
}

/// What has to be true of the paper that opens a clock: an answer that is kept as a fact says so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct If {
    /// Which answer.
    pub fact: String,
    /// It is one of these.
    pub is: Vec<String>,
}

impl If {
    /// Whether it is true of what happened.
    #[must_use]
    pub fn holds(&self, event: &Event) -> bool {
        event.says(&self.fact).any(|said| self.is.iter().any(|is| is == said))
    }

    fn flaw(&self, on: &Trigger, registers: &Registers) -> Option<String> {
        let Trigger::Paper(word, _) = on else {
            return Some(format!("only papers have facts, and `{on}` is none"));
        };
        let form = registers.get(word).and_then(|register| registers.form(register));
        let is_fact = form.and_then(|form| form.field(&self.fact)).is_some_and(|field| field.fact);
        (!is_fact).then(|| format!("`{}` is no fact of `{word}`", self.fact))
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

    fn flaw(&self, registers: &Registers) -> Option<String> {
        let Self::Paper(word, kind) = self else { return None };
        let Some(register) = registers.get(word) else {
            return Some(format!("there is no register `{word}`"));
        };
        let happens = Deed::ALL.into_iter().any(|deed| deed.event() == *kind && has_deed(register, deed));
        (!happens).then(|| format!("`{self}` never happens"))
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

impl Default for Warning {
    fn default() -> Self {
        Self::AtPercent(75)
    }
}

/// Who owes a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// Whoever is responsible for the subject.
    Responsible,
    /// Whoever holds this role.
    Role(Role),
    /// Whoever heads the unit of this kind in which it lies.
    Post(UnitKind),
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Responsible => f.write_str("responsible"),
            Self::Role(role) => f.write_str(role.code()),
            Self::Post(kind) => write!(f, "post:{kind}"),
        }
    }
}

impl std::str::FromStr for Owner {
    type Err = crate::refusal::Invalid;
    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        match (raw, raw.strip_prefix("post:")) {
            ("responsible", _) => Ok(Self::Responsible),
            (_, Some(kind)) => kind.parse().map(Self::Post),
            (role, None) => role.parse().map(Self::Role),
        }
    }
}

crate::choice::as_string!(Owner);
