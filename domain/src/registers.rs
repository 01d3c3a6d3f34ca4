//! Registers: what kinds of papers there are, as data.
//!
//! A register is a file in `domain/registers/<area>/`: which form is filled in, how the paper lives, in which file it lies, who
//! writes, reads and decides, and what the district and an evaluator see of it. Lists, pages, print, export, the isolation
//! proof and the policy read it from here; no code names a register but for what is true of it alone.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use crate::access::{Reach, Role};
use crate::embedded::{self, FORMS, REGISTERS};
use crate::forms::{Answers, BrokenForm, FieldKind, FormTemplate, TemplateField, chosen};
use crate::lang::Text;
use crate::nouns::{Archive, Noun, Object, Sight};
use crate::numbers::SeriesCode;
use crate::packs::PackSet;
use crate::papers::{Deed, Life, PaperState, Right};
use crate::rules::RuleArea;
use crate::rules::periodic::{Only, Periodic, Quantity};
use crate::units::UnitKind;

/// One kind of paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Its word: in addresses, in the trail, in the rule book.
    pub key: String,
    /// What one such paper is called.
    pub title: Text,
    /// The area of the work under which it is found.
    pub area: RuleArea,
    /// The requirements that it answers.
    pub norm: Vec<String>,
    /// Where it is offered; everywhere, if nothing is said.
    #[serde(default)]
    pub packs: PackSet,
    /// How its papers live.
    pub life: Life,
    /// Its place among the others: the order in which a file of the trade has them.
    #[serde(default)]
    pub place: u32,
    /// The form that is filled in.
    pub form: String,
    /// In which kind of file its papers lie.
    pub lies_in: Object,
    /// In which kinds of units, where they lie in one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitKind>,
    /// With which letters its papers are numbered: `AQ` for `QS01/AQ/2026/001`. Those of a case are not, they lie in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<SeriesCode>,
    /// The states of the file in which one may be written.
    #[serde(rename = "while", default = "while_open")]
    pub file_states: Vec<String>,
    /// The states of the file in which one that stands may be corrected, besides those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected_while: Vec<String>,
    /// The paper that it is written about, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// Whether each member writes one about the same paper, no more, and nobody another's.
    #[serde(default)]
    pub once_each: bool,
    /// Whether the next one waits until the last one is decided.
    #[serde(default)]
    pub one_at_a_time: bool,
    /// Whether each is the next edition of the one before, and begins with what that said.
    #[serde(default)]
    pub revises: bool,
    /// The answer that says when it happened; it happens when it is handed in, if none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred: Option<String>,
    /// The answer that says for when something is arranged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arranged: Option<String>,
    /// The answer that tells papers of one file apart: how a client was met, in which month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_apart_by: Option<String>,
    /// The answer that a timeline quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gist: Option<String>,
    /// Answers that begin with what stands elsewhere: of an approved paper of the file as `assessment.goals`, or what is known
    /// of the file as `file.told_mode`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub offers: BTreeMap<String, String>,
    /// The answer that says who of the staff has to see to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Findings that open from it: one for each row of a table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spawns: Vec<Spawn>,
    /// What is done at once when it is handed in, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<AtOnce>,
    /// What it asks by itself, where no rule does; its own papers count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<Periodic>,
    /// What its list shows of each paper: answers that are facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// What makes a first one good, for whoever finds none yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts_when: Vec<Text>,
    /// What is said to whoever writes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<Text>,
    /// What follows from the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Text>,
    /// Who signs the printed sheet.
    pub signs: Vec<Text>,
    /// Who decides, level by level, never the author; without levels, whoever has the right, once.
    #[serde(default, rename = "level", skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// Who may do what: the register's rows of the policy.
    pub rights: Rights,
    /// Who besides the organisation sees it.
    pub seen_by: SeenBy,
    /// Where and how long it is kept.
    pub keep: Keep,
}

/// The paper that another is written about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Its register.
    pub register: String,
    /// The states in which it may be written about.
    pub states: Vec<PaperState>,
    /// Whether there has to be one.
    #[serde(default)]
    pub required: bool,
}

/// Papers that open from each row of a paper's table: from a check its hazards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spawn {
    /// Of which register: its form has the columns that it takes over, by the same keys.
    pub register: String,
    /// From which table.
    pub from: String,
}

/// What is done at once with a paper that gives one of these answers: a hazard that was mended on the spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtOnce {
    /// What is done.
    pub deed: Deed,
    /// To which question.
    pub field: String,
    /// The answers.
    pub is: Vec<String>,
}

impl AtOnce {
    /// Whether it is done with a paper that says this.
    #[must_use]
    pub fn is_said(&self, answers: &Answers) -> bool {
        answers.get(&self.field).is_some_and(|answer| chosen(answer).any(|one| self.is.iter().any(|is| is == one)))
    }
}

/// Who decides at one level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The role that decides.
    pub role: Role,
}

/// Who may do what with a register's papers, and how far that goes: `own` is who answers for the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rights {
    /// Who writes.
    #[serde(deserialize_with = "granted")]
    pub write: BTreeMap<Role, Reach>,
    /// Who reads.
    #[serde(deserialize_with = "granted")]
    pub read: BTreeMap<Role, Reach>,
    /// Who decides.
    #[serde(default, deserialize_with = "granted")]
    pub decide: BTreeMap<Role, Reach>,
}

/// Reads who is granted something; `staff` is every role of an organisation that has no word of its own beside it, and `none`
/// is such a word.
fn granted<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Role, Reach>, D::Error> {
    let mut words = BTreeMap::<String, Reach>::deserialize(deserializer)?;
    let staff = words.remove("staff");
    let read = |role: String| {
        let staff = || Role::STAFF.map(Role::code).join(", ");
        role.parse().map_err(|_| serde::de::Error::custom(format!("there is no role `{role}`, but staff, {}", staff())))
    };
    let named = words.into_iter().map(|(role, reach)| Ok((read(role)?, reach)));
    let mut granted = named.collect::<Result<BTreeMap<Role, Reach>, D::Error>>()?;
    for role in Role::STAFF {
        if let Some(reach) = staff {
            granted.entry(role).or_insert(reach);
        }
    }
    granted.retain(|_, reach| *reach != Reach::None);
    Ok(granted)
}

/// A file that is not closed.
pub const OPEN: &str = "open";

fn while_open() -> Vec<String> {
    vec![OPEN.to_owned()]
}

/// Who besides the organisation sees a register's papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenBy {
    /// How much the district sees.
    pub district: Sight,
    /// How much an evaluator sees whose engagement opens it.
    pub evaluator: Sight,
    /// What everybody may read on the organisation's public page, without an account; nothing, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<Public>,
}

/// What of a register's papers is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Public {
    /// Which papers: those in force with one of these answers.
    pub only: Only,
    /// Which parts of their form.
    pub sections: Vec<String>,
}

impl Public {
    /// The form with nothing but what is public: neither other parts, nor what tells of a person or stands in a file.
    #[must_use]
    pub fn part_of(&self, form: &FormTemplate) -> FormTemplate {
        let mut form = form.clone();
        form.sections.retain(|section| self.sections.contains(&section.key));
        for section in &mut form.sections {
            section.fields.retain(TemplateField::may_be_public);
            section.fields.iter_mut().for_each(|field| field.columns.retain(TemplateField::may_be_public));
        }
        form
    }
}

/// Where and how long a register's papers are kept (ARC-01).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// The class of the archive.
    pub archive: Archive,
    /// For how many years, where that is less than for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<u16>,
}

impl Register {
    /// Who may do this, and how far that goes.
    #[must_use]
    pub const fn granted(&self, right: Right) -> &BTreeMap<Role, Reach> {
        match right {
            Right::Write => &self.rights.write,
            Right::Read => &self.rights.read,
            Right::Decide => &self.rights.decide,
        }
    }

    /// Whether one may be written while the file stands so; what stands already may be corrected for longer.
    #[must_use]
    pub fn is_open_while(&self, file_state: &str, corrects: bool) -> bool {
        let longer = self.corrected_while.iter().filter(|_| corrects);
        self.file_states.iter().chain(longer).any(|state| state == file_state)
    }

    /// Whether it has a page of its own: see [`Registers::shelved`].
    #[must_use]
    pub const fn is_shelved(&self) -> bool {
        matches!(self.lies_in, Object::Organisation | Object::Unit)
    }

    /// Whether its papers may lie in this kind of unit.
    #[must_use]
    pub fn lies_in_unit(&self, kind: UnitKind) -> bool {
        self.lies_in == Object::Unit && (self.units.is_empty() || self.units.contains(&kind))
    }

    /// Whether it is offered to an organisation with these packs.
    #[must_use]
    pub fn is_offered_to(&self, packs: PackSet) -> bool {
        self.packs.is_empty() || self.packs.meets(packs)
    }
}

/// A kind of record that can be shown to others as a whole: a noun's, or a register's papers; by its word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kind(String);

impl Kind {
    /// The papers of a register.
    #[must_use]
    pub fn papers(register: &str) -> Self {
        Self(register.to_owned())
    }

    /// As it is stored and sent; a word that nothing has is the kind of nothing.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self(code.to_owned())
    }

    /// The word.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }
}

impl From<Object> for Kind {
    fn from(object: Object) -> Self {
        Self(object.code().to_owned())
    }
}

/// Every register, and every form in every version.
#[derive(Debug, Clone, Default)]
pub struct Registers {
    registers: Vec<Arc<Register>>,
    forms: BTreeMap<String, BTreeMap<u16, Arc<FormTemplate>>>,
}

/// A file of a register or a form that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BrokenRegister {
    /// It is not written as a register.
    #[error("{file}: {source}")]
    Unreadable {
        /// Which file.
        file: String,
        /// Where and why.
        source: toml::de::Error,
    },
    /// Its form is broken.
    #[error("{file}: {source}")]
    Form {
        /// Which file.
        file: String,
        /// Why.
        source: BrokenForm,
    },
    /// It contradicts itself, or names what is not there.
    #[error("{file} line {line}: {why}")]
    Contradiction {
        /// Which file.
        file: String,
        /// Counted from one.
        line: usize,
        /// What is wrong.
        why: String,
    },
}

impl Registers {
    /// The registers that come with the program.
    #[must_use]
    pub fn builtin() -> &'static Arc<Self> {
        static BUILTIN: LazyLock<Arc<Registers>> =
            LazyLock::new(|| Arc::new(embedded::sound("registers", Registers::parse(REGISTERS, FORMS))));
        &BUILTIN
    }

    /// Registers and forms written in TOML, each with the name of its file.
    ///
    /// # Errors
    /// [`BrokenRegister`] at the first file that cannot be read, contradicts itself or names what is not there.
    pub fn parse(files: &[(&str, &str)], forms: &[(&str, &str)]) -> Result<Self, BrokenRegister> {
        let mut all = Self::default();
        for (file, text) in forms {
            let form = FormTemplate::parse(text)
                .map_err(|source| BrokenRegister::Form { file: (*file).to_owned(), source })?;
            all = all.with_form(form);
        }
        all.with_registers(files)
    }

    /// The same with more registers, whose forms are there already.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn with_registers(mut self, files: &[(&str, &str)]) -> Result<Self, BrokenRegister> {
        let mut read = Vec::new();
        for (file, text) in files {
            let mut register: Register = toml::from_str(text)
                .map_err(|source| BrokenRegister::Unreadable { file: (*file).to_owned(), source })?;
            if let Some(duty) = &mut register.asks {
                duty.of = vec![register.key.clone()];
            }
            if self.get(&register.key).is_some() || Object::parse(&register.key).is_ok() {
                let why = format!("`{}` names something else already", register.key);
                return Err(contradiction(file, text, "key", why));
            }
            let shares = |other: &&Arc<Register>| register.series.is_some() && other.series == register.series;
            if let Some(other) = self.registers.iter().find(shares) {
                let why = format!("papers of `{}` are numbered with these letters", other.key);
                return Err(contradiction(file, text, "series", why));
            }
            let register = Arc::new(register);
            self.registers.push(register.clone());
            read.push((file, text, register));
        }
        for (file, text, register) in read {
            if let Some((key, why)) = self.flaw(&register) {
                return Err(contradiction(file, text, &key, why));
            }
        }
        self.registers.sort_by_key(|register| register.place);
        Ok(self)
    }

    /// The same with one more form, or one more version of it: papers keep the one that they were filled in.
    #[must_use]
    pub fn with_form(mut self, form: FormTemplate) -> Self {
        self.forms.entry(form.key.clone()).or_default().insert(form.version, Arc::new(form));
        self
    }

    /// The register with this word.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Arc<Register>> {
        self.registers.iter().find(|register| register.key == key)
    }

    /// Every register, in the order of the trade.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Register>> {
        self.registers.iter()
    }

    /// Those that have a page of their own: their papers lie in the organisation or one of its units, not in a file that is
    /// opened for somebody.
    pub fn shelved(&self) -> impl Iterator<Item = &Arc<Register>> {
        self.iter().filter(|register| register.is_shelved())
    }

    /// Those of which everybody may read something.
    pub fn public(&self) -> impl Iterator<Item = (&Arc<Register>, &Public)> {
        self.iter().filter_map(|register| Some((register, register.seen_by.public.as_ref()?)))
    }

    /// Those whose papers lie in this kind of file.
    pub fn of_file(&self, kind: Object) -> impl Iterator<Item = &Arc<Register>> {
        self.iter().filter(move |register| register.lies_in == kind)
    }

    /// The form that is filled in now.
    #[must_use]
    pub fn form(&self, register: &Register) -> Option<&Arc<FormTemplate>> {
        self.forms.get(&register.form)?.last_key_value().map(|(_, form)| form)
    }

    /// Every form in each of its versions.
    pub fn forms(&self) -> impl Iterator<Item = &FormTemplate> {
        self.forms.values().flat_map(BTreeMap::values).map(Arc::as_ref)
    }

    /// The form in the version that a paper was filled in.
    #[must_use]
    pub fn form_as_it_was(&self, register: &Register, version: u16) -> Option<&Arc<FormTemplate>> {
        self.forms.get(&register.form)?.get(&version)
    }

    /// What an engagement can open: what belongs into a service file, and papers, that an evaluator may see masked or whole.
    pub fn openable(&self) -> impl Iterator<Item = Kind> {
        let is_masked = |noun: &Noun| noun.evaluator == Sight::Masked;
        let nouns = Object::ALL.into_iter().filter(move |object| is_masked(object.noun())).map(Kind::from);
        let registers = self.iter().filter(|register| register.seen_by.evaluator >= Sight::Masked);
        nouns.chain(registers.map(|register| Kind(register.key.clone())))
    }

    /// What a kind is called.
    #[must_use]
    pub fn name(&self, kind: &Kind) -> Option<Text> {
        let noun = Object::parse(kind.code()).ok().map(Object::name);
        noun.or_else(|| self.get(kind.code()).map(|register| register.title.clone()))
    }

    /// What is wrong with a register, and the key at which it is.
    fn flaw(&self, register: &Register) -> Option<(String, String)> {
        let Some(form) = self.form(register) else {
            return Some(("form".to_owned(), format!("there is no form `{}`", register.form)));
        };
        let is_a = |key: &str, kinds: &[FieldKind]| form.field(key).is_some_and(|field| kinds.contains(&field.kind));
        let moments = [FieldKind::Day, FieldKind::Moment];
        for (key, named) in [("occurred", &register.occurred), ("arranged", &register.arranged)] {
            if let Some(named) = named.as_ref().filter(|named| !is_a(named, &moments)) {
                return Some((key.to_owned(), format!("`{named}` is no day and no moment of the form")));
            }
        }
        for (key, named) in [("told_apart_by", &register.told_apart_by), ("gist", &register.gist)] {
            if let Some(named) = named.as_ref().filter(|named| form.field(named).is_none()) {
                return Some((key.to_owned(), format!("the form has no field `{named}`")));
            }
        }
        if let Some(at_once) = register.at_once.as_ref().filter(|at_once| form.field(&at_once.field).is_none()) {
            return Some(("at_once".to_owned(), format!("the form has no field `{}`", at_once.field)));
        }
        if let Some(flaw) = register.spawns.iter().find_map(|spawn| self.flaw_of(spawn, register, form)) {
            return Some(("[[spawns]]".to_owned(), flaw));
        }
        if let Some(about) = &register.about {
            let Some(other) = self.get(&about.register) else {
                return Some(("about".to_owned(), format!("there is no register `{}`", about.register)));
            };
            let reads = |role: &Role| other.rights.read.get(role).copied().unwrap_or(Reach::None);
            if let Some((role, _)) = register.rights.write.iter().find(|(role, writes)| reads(role) < **writes) {
                return Some(("about".to_owned(), format!("`{role}` writes it and may not read `{}`", other.key)));
            }
        }
        if let Some(flaw) = register.seen_by.public.as_ref().and_then(|public| flaw_of_public(public, register, form)) {
            return Some(("public".to_owned(), flaw));
        }
        for key in &register.columns {
            if form.field(key).is_none_or(|field| !field.fact) {
                return Some((key.clone(), format!("`{key}` is no fact of the form, which a list could show")));
            }
        }
        let no_parameter = |duty: &Periodic| matches!(duty.quantity(), Some(Quantity::Parameter(_)));
        if register.asks.as_ref().is_some_and(no_parameter) {
            return Some(("asks".to_owned(), "a register has no parameters: say the number".to_owned()));
        }
        let no_fact = |(key, fact): &(&str, &str)| {
            let form = self.get(key).and_then(|other| self.form(other));
            form.is_none_or(|form| form.fact(fact).is_none())
        };
        if let Some((key, fact)) = register.asks.as_ref().and_then(|duty| duty.facts().find(no_fact)) {
            return Some(("asks".to_owned(), format!("`{fact}` is no fact of the form of `{key}`")));
        }
        let subject = register.asks.as_ref().and_then(|duty| duty.subject.unit());
        if subject.is_some_and(|kind| !register.lies_in_unit(kind)) {
            return Some(("for".to_owned(), "none of its papers lies there".to_owned()));
        }
        if !register.units.is_empty() && register.lies_in != Object::Unit {
            return Some(("units".to_owned(), "only papers of a unit lie in kinds of units".to_owned()));
        }
        for (field, from) in &register.offers {
            let known = match from.split_once('.') {
                Some(("file", _)) => true,
                Some((other, answer)) => {
                    let form = self.get(other).and_then(|other| self.form(other));
                    form.is_some_and(|form| form.field(answer).is_some())
                }
                None => false,
            };
            if !known || form.field(field).is_none() {
                return Some((from.clone(), format!("`{field}` cannot begin with `{from}`")));
            }
        }
        if register.file_states.is_empty() {
            return Some(("while".to_owned(), "it can never be written".to_owned()));
        }
        let decided = register.life.steps().iter().any(|(_, deed, _)| deed.right() == Right::Decide);
        if decided == register.rights.decide.is_empty() {
            return Some(("decide".to_owned(), "who decides is said where its life has decisions".to_owned()));
        }
        None
    }

    fn flaw_of(&self, spawn: &Spawn, register: &Register, form: &FormTemplate) -> Option<String> {
        let Some(opened) = self.get(&spawn.register) else {
            return Some(format!("there is no register `{}`", spawn.register));
        };
        if form.field(&spawn.from).is_none_or(|table| table.kind != FieldKind::Table) {
            return Some(format!("the form has no table `{}`", spawn.from));
        }
        let same_shelf = (opened.lies_in, &opened.units) == (register.lies_in, &register.units);
        (!same_shelf).then(|| format!("papers of `{}` lie elsewhere", spawn.register))
    }
}

fn flaw_of_public(public: &Public, register: &Register, form: &FormTemplate) -> Option<String> {
    let is_there = |key: &&String| form.sections.iter().any(|section| section.key == **key);
    if register.lies_in != Object::Organisation {
        Some("only papers of the organisation itself are public".to_owned())
    } else if form.fact(&public.only.field).is_none() {
        Some(format!("`{}` is no fact of the form", public.only.field))
    } else {
        let unknown = public.sections.iter().find(|key| !is_there(key));
        unknown.map(|unknown| format!("the form has no part `{unknown}`"))
    }
}

/// What is wrong with a file, at the line that names the key.
fn contradiction(file: &str, text: &str, key: &str, why: String) -> BrokenRegister {
    let begins = |line: &str| line.trim_start_matches(['[', ' ']).starts_with(key.trim_start_matches('['));
    let line = text.lines().position(begins).or_else(|| text.lines().position(|line| line.contains(key)));
    let line = line.map_or(1, |at| at + 1);
    BrokenRegister::Contradiction { file: file.to_owned(), line, why }
}

#[cfg(test)]
mod tests;
