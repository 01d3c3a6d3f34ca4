//! Gates: what has to be so before a step is taken, as rows over a small closed vocabulary.
//!
//! A row says on which occasion it is asked, what it needs, and what a person is told when that is missing. Each word of the
//! vocabulary is one arm of [`Need::is_met`]; what no row can say is [`Custom`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use super::Rules;
use super::custom::Custom;
use super::facts::{Facts, Known, Part, TELLING, Telling, Told, Value, of_file};
use crate::access::{Action, Object};
use crate::forms::FormTemplate;
use crate::lang::{Text, texts};
use crate::papers::{Deed, PaperState};
use crate::refusal::Invalid;
use crate::registers::{Register, Registers};
use crate::time::{Moment, Unit};

/// One row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Before what it is asked.
    pub on: Occasion,
    /// What has to be so.
    pub need: Need,
    /// What is said when it is not; `{unfinished}` stands for what is known under that name.
    pub missing: Text,
}

/// Something that is about to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// A deed to a paper of a register: `plan.submit`.
    Paper(String, Deed),
    /// An act on a noun: `application.accept`.
    Act(Object, Action),
}

impl Occasion {
    /// Whether a name means an answer of the form that is filled in.
    pub(super) fn is_answer(&self, name: &str) -> bool {
        match self {
            Self::Paper(..) => !name.starts_with("file."),
            Self::Act(object, action) => {
                let here = |told: &&Telling| (told.object, told.action) == (*object, *action);
                let answers =
                    |told: &Telling| told.form.is_some() && told.known.iter().all(|known| known.code() != name);
                TELLING.iter().find(here).is_some_and(answers)
            }
        }
    }
}

impl fmt::Display for Occasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paper(register, deed) => write!(f, "{register}.{deed}"),
            Self::Act(object, action) => write!(f, "{object}.{action}"),
        }
    }
}

impl FromStr for Occasion {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let (noun, act) = raw.split_once('.').ok_or(Invalid)?;
        match Object::parse(noun) {
            Ok(object) => Ok(Self::Act(object, Action::parse(act)?)),
            Err(_) => Ok(Self::Paper(noun.to_owned(), Deed::parse(act)?)),
        }
    }
}

crate::choice::as_string!(Occasion);

/// What has to be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Each of these is there.
    Filled(Vec<String>),
    /// A paper of the register lies in the file, or one that counts as well.
    Has {
        /// Which register.
        register: String,
        /// In one of these states; that it stands, if none is named.
        states: Vec<PaperState>,
        /// Whether it has to be about the paper to which something is done.
        about_this: bool,
        /// Registers that count as well.
        substitute: Vec<String>,
    },
    /// So many papers of the register stand in the file.
    Count {
        /// Which register.
        register: String,
        /// The fewest and the most.
        between: [usize; 2],
    },
    /// What the last paper of the register tells happened no longer ago than this.
    Since {
        /// Which register.
        register: String,
        /// The parameter.
        at_most: String,
    },
    /// Two parts, two persons.
    Different([Part; 2]),
    /// Now lies at least a span before something.
    Before([String; 2]),
    /// Now lies at least a span after something.
    After([String; 2]),
    /// The day under this name is not past.
    Valid(String),
    /// The first of two numbers is not above the second; each is a fact or a parameter.
    NotAbove([String; 2]),
    /// The answer is one of these.
    OneOf {
        /// Under which name.
        name: String,
        /// Which answers.
        is: Vec<String>,
    },
    /// Each of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// A test of its own.
    Custom(Custom),
}

/// A need as it is written: one word, with what belongs to it.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    filled: Option<Vec<String>>,
    has: Option<String>,
    states: Option<Vec<PaperState>>,
    about_this: Option<bool>,
    substitute: Option<Vec<String>>,
    count: Option<String>,
    between: Option<[usize; 2]>,
    since: Option<String>,
    at_most: Option<String>,
    different: Option<[Part; 2]>,
    before: Option<[String; 2]>,
    after: Option<[String; 2]>,
    valid: Option<String>,
    not_above: Option<[String; 2]>,
    one_of: Option<String>,
    is: Option<Vec<String>>,
    all: Option<Vec<Need>>,
    any: Option<Vec<Need>>,
    not: Option<Box<Need>>,
    custom: Option<Custom>,
}

impl Written {
    /// The one thing that it says, and nothing that belongs to another word.
    fn read(mut self) -> Option<Need> {
        let need = if let Some(names) = self.filled.take() {
            Need::Filled(names)
        } else if let Some(register) = self.has.take() {
            Need::Has {
                register,
                states: self.states.take().unwrap_or_default(),
                about_this: self.about_this.take().unwrap_or_default(),
                substitute: self.substitute.take().unwrap_or_default(),
            }
        } else if let Some(register) = self.count.take() {
            Need::Count { register, between: self.between.take()? }
        } else if let Some(register) = self.since.take() {
            Need::Since { register, at_most: self.at_most.take()? }
        } else if let Some(parts) = self.different.take() {
            Need::Different(parts)
        } else if let Some(pair) = self.before.take() {
            Need::Before(pair)
        } else if let Some(pair) = self.after.take() {
            Need::After(pair)
        } else if let Some(name) = self.valid.take() {
            Need::Valid(name)
        } else if let Some(pair) = self.not_above.take() {
            Need::NotAbove(pair)
        } else if let Some(name) = self.one_of.take() {
            Need::OneOf { name, is: self.is.take()? }
        } else if let Some(needs) = self.all.take() {
            Need::All(needs)
        } else if let Some(needs) = self.any.take() {
            Need::Any(needs)
        } else if let Some(need) = self.not.take() {
            Need::Not(need)
        } else {
            Need::Custom(self.custom.take()?)
        };
        self.says_nothing_else().then_some(need)
    }

    const fn says_nothing_else(&self) -> bool {
        let Self { filled, has, states, about_this, substitute, count, between, since, at_most, .. } = self;
        let Self { different, before, after, valid, not_above, one_of, is, all, any, not, custom, .. } = self;
        filled.is_none()
            && has.is_none()
            && states.is_none()
            && about_this.is_none()
            && substitute.is_none()
            && count.is_none()
            && between.is_none()
            && since.is_none()
            && at_most.is_none()
            && different.is_none()
            && before.is_none()
            && after.is_none()
            && valid.is_none()
            && not_above.is_none()
            && one_of.is_none()
            && is.is_none()
            && all.is_none()
            && any.is_none()
            && not.is_none()
            && custom.is_none()
    }
}

impl<'de> Deserialize<'de> for Need {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let need = Written::deserialize(input)?.read();
        need.ok_or_else(|| serde::de::Error::custom("a need is one word of the vocabulary with all that belongs to it"))
    }
}

impl Need {
    /// Whether it is met; none while it hangs on what was not asked for yet.
    pub(super) fn is_met(&self, rules: Rules<'_>, on: &Occasion, facts: &Facts<'_>) -> Option<bool> {
        let each = |needs: &[Self]| needs.iter().map(|need| need.is_met(rules, on, facts)).collect::<Vec<_>>();
        let moment = |name: &String| match facts.look(on, name) {
            Told::NotYet => None,
            Told::Absent => Some(None),
            Told::Is(value) => Some(value.moment()),
        };
        match self {
            Self::Filled(names) => all(names.iter().map(|name| match facts.look(on, name) {
                Told::NotYet => None,
                Told::Absent => Some(false),
                Told::Is(_) => Some(true),
            })),
            Self::Has { register, states, about_this, substitute } => {
                let counts = |paper: &super::OnFile<'_>| !about_this || facts.is_about_this(paper);
                let mut registers = std::iter::once(register).chain(substitute);
                Some(registers.any(|register| facts.papers(register, states).any(counts)))
            }
            Self::Count { register, between: [least, most] } => {
                Some((*least..=*most).contains(&facts.papers(register, &[]).count()))
            }
            Self::Since { register, at_most } => {
                let last = facts.papers(register, &[]).filter_map(|paper| paper.occurred).max();
                Some(last.is_some_and(|last| rules.end_of(last, at_most) >= rules.now))
            }
            Self::Different([one, other]) => {
                Some(matches!((facts.who(*one), facts.who(*other)), (Some(one), Some(other)) if one != other))
            }
            Self::Before([name, span]) => {
                Some(moment(name)?.is_some_and(|then| is_reached(rules.now, (span, rules), then)))
            }
            Self::After([name, span]) => {
                Some(moment(name)?.is_some_and(|then| is_reached(then, (span, rules), rules.now)))
            }
            Self::Valid(name) => Some(moment(name)?.is_some_and(|last| last.day() >= rules.now.day())),
            Self::NotAbove([one, other]) => {
                let number = |name: &String| match rules.value(name) {
                    Some(limit) => Some(Value::Number(limit).exactly()),
                    None => match facts.look(on, name) {
                        Told::NotYet => None,
                        Told::Absent => Some(None),
                        Told::Is(value) => Some(value.exactly()),
                    },
                };
                let (one, other) = (number(one)?, number(other)?);
                Some(matches!((one, other), (Some(one), Some(other)) if one <= other))
            }
            Self::OneOf { name, is } => match facts.look(on, name) {
                Told::NotYet => None,
                Told::Absent => Some(false),
                Told::Is(value) => Some(value.is_one_of(is)),
            },
            Self::All(needs) => all(each(needs)),
            Self::Any(needs) => all(each(needs).into_iter().map(not)).map(|none| !none),
            Self::Not(need) => not(need.is_met(rules, on, facts)),
            Self::Custom(custom) => custom.is_met(facts),
        }
    }

    /// What is wrong with it where it stands.
    fn flaw(&self, here: Here<'_>) -> Option<String> {
        let number = |name: &String| if here.parameter(name).is_some() { None } else { here.name(name) };
        match self {
            Self::Filled(names) => names.iter().find_map(|name| here.name(name)),
            Self::Has { register, substitute, .. } => {
                std::iter::once(register).chain(substitute).find_map(|register| here.register(register))
            }
            Self::Count { register, .. } => here.register(register),
            Self::Since { register, at_most } => here.register(register).or_else(|| here.span(at_most)),
            Self::Before([name, span]) | Self::After([name, span]) => here.name(name).or_else(|| here.span(span)),
            Self::Valid(name) | Self::OneOf { name, .. } => here.name(name),
            Self::NotAbove([one, other]) => number(one).or_else(|| number(other)),
            Self::All(needs) | Self::Any(needs) => needs.iter().find_map(|need| need.flaw(here)),
            Self::Not(need) => need.flaw(here),
            Self::Custom(custom) => custom.reads().iter().find_map(|known| here.name(known.code())),
            Self::Different(_) => None,
        }
    }
}

/// Not, of three values.
fn not(met: Option<bool>) -> Option<bool> {
    met.map(|met| !met)
}

/// All, of three values: one that is not met settles it.
fn all(met: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut settled = Some(true);
    for one in met {
        match one {
            Some(true) => {}
            Some(false) => return Some(false),
            None => settled = None,
        }
    }
    settled
}

/// Whether at least a span lies between two moments. Only hours are counted to the minute: what is counted in days is reached
/// on the day.
fn is_reached(from: Moment, (span, rules): (&str, Rules<'_>), to: Moment) -> bool {
    let unit = rules.book.parameter(span).map(|parameter| parameter.unit);
    let to = if unit == Some(Unit::Hours) { to } else { Moment::end_of(to.day()) };
    rules.end_of(from, span) <= to
}

impl Gate {
    /// The sentence, with what is known in it.
    pub(super) fn say(&self, rules: Rules<'_>, facts: &Facts<'_>) -> Text {
        let known = |name: &str| match (rules.value(name), facts.look(&self.on, name)) {
            (Some(limit), _) => limit.to_string(),
            (None, Told::Is(value)) => value.say(),
            (None, _) => String::new(),
        };
        if named(&self.missing.zh).chain(named(&self.missing.en)).next().is_none() {
            return self.missing.clone();
        }
        let say = |sentence: &str| {
            let filled = |sentence: String, name: &str| sentence.replace(&format!("{{{name}}}"), &known(name));
            named(sentence).fold(sentence.to_owned(), filled)
        };
        texts(say(&self.missing.zh), say(&self.missing.en))
    }

    /// What is wrong with the row.
    pub(super) fn flaw(&self, rule: &super::Rule, registers: &Registers) -> Option<String> {
        let here = match Here::find(&self.on, rule, registers) {
            Ok(here) => here,
            Err(why) => return Some(why),
        };
        let mut quoted = named(&self.missing.zh).chain(named(&self.missing.en));
        let unknown = |name: &str| if here.parameter(name).is_some() { None } else { here.name(name) };
        self.need.flaw(here).or_else(|| quoted.find_map(unknown))
    }
}

/// The names in braces.
fn named(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// Where a row stands: what is told there.
#[derive(Clone, Copy)]
struct Here<'a> {
    on: &'a Occasion,
    rule: &'a super::Rule,
    registers: &'a Registers,
    form: Option<&'a FormTemplate>,
    known: &'a [Known],
    file: Option<Object>,
}

impl<'a> Here<'a> {
    fn find(on: &'a Occasion, rule: &'a super::Rule, registers: &'a Registers) -> Result<Self, String> {
        let (form, known, file) = match on {
            Occasion::Paper(word, deed) => {
                let register = registers.get(word).ok_or_else(|| format!("there is no register `{word}`"))?;
                if !has_deed(register, *deed) {
                    return Err(format!("nobody does `{deed}` to a paper of `{word}`"));
                }
                let form = registers.form(register).map(|form| &**form);
                (form, of_file(register.lies_in), Some(register.lies_in))
            }
            Occasion::Act(object, action) => {
                let told = TELLING.iter().find(|told| (told.object, told.action) == (*object, *action));
                let told = told.ok_or_else(|| format!("the rules are not asked before `{on}`"))?;
                (told.form.map(FormTemplate::builtin), told.known, None)
            }
        };
        Ok(Self { on, rule, registers, form, known, file })
    }

    /// What is wrong with a name.
    fn name(self, name: &str) -> Option<String> {
        let known = match self.form {
            Some(form) if self.on.is_answer(name) => form.field(name).is_some(),
            _ => self.known.iter().any(|known| known.code() == name),
        };
        (!known).then(|| format!("nothing is known as `{name}` on `{}`", self.on))
    }

    /// What is wrong with a register whose papers are looked for.
    fn register(self, word: &str) -> Option<String> {
        match self.registers.get(word) {
            None => Some(format!("there is no register `{word}`")),
            Some(register) if Some(register.lies_in) != self.file => {
                Some(format!("papers of `{word}` lie in another kind of file than what is done on `{}`", self.on))
            }
            Some(_) => None,
        }
    }

    fn parameter(self, key: &str) -> Option<&'a super::Parameter> {
        self.rule.parameter(key)
    }

    /// What is wrong with a span.
    fn span(self, key: &str) -> Option<String> {
        let is_time = self.parameter(key).is_some_and(|parameter| parameter.unit.is_time());
        (!is_time).then(|| format!("`{key}` is no parameter of the rule that is counted in time"))
    }
}

/// Whether this is ever done to a paper of the register.
pub(super) fn has_deed(register: &Register, deed: Deed) -> bool {
    let starts = register.life.starts().iter().map(|(deed, _)| *deed);
    starts.chain(register.life.steps().iter().map(|(_, deed, _)| *deed)).any(|known| known == deed)
}
