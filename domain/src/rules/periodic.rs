//! Duties that come again: computed from papers whenever they are read, never by a job.
//!
//! A duty asks for so many papers in each period, for one that is no older than a span, for one within a span and never again, for
//! one that is in force, or that none has run out. [`each`], [`not_older`], [`once`], [`in_force`] and [`valid`] answer for one
//! subject: period by period what was asked, what counts, what is missing and by when. Nothing is stored, so nothing can be out of
//! date, and what was late stays late.
//!
//! - A subject owes its first **full** period. A period that it leaves before its end is not owed.
//! - A paper belongs to the period in which it happened. What was written down only after that period counts, as late.
//! - What is more than its own period asks makes up for the period before, as late: the first of them, for they came first.
//! - The number in force on a period's first day binds that period to its end. A stricter one binds from the next.
//! - Of what has to be in force it is told how it stands today: something is, or nothing is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Owner, Standing};
use crate::ids::PaperId;
use crate::lang::{Text, texts};
use crate::packs::{Pack, PackSet};
use crate::time::{Day, Month, Unit};
use crate::units::UnitKind;

choice! {
    /// Over what is counted.
    pub enum Period {
        Month    = "month",     "每月",   "month";
        Quarter  = "quarter",   "每季度", "quarter";
        HalfYear = "half_year", "每半年", "half-year";
        Year     = "year",      "每年",   "year";
    }
}

impl Period {
    const fn months(self) -> i64 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }

    /// The period of the calendar in which a day lies.
    #[must_use]
    pub fn of(self, day: Day) -> Stretch {
        let months = self.months();
        let place = (i64::from(day.month()) - 1) % months;
        let first = day.in_month().plus(-place);
        Stretch { first: first.first_day(), last: first.plus(months - 1).last_day() }
    }

    /// What one of them is called: `2026 下半年`.
    #[must_use]
    pub fn called(self, stretch: Stretch) -> Text {
        let (year, month) = (stretch.first.year(), stretch.first.month());
        let quarter = (month - 1) / 3 + 1;
        match self {
            Self::Month => texts(format!("{year} 年 {month} 月"), format!("{}", Month::of(stretch.first))),
            Self::Quarter => texts(format!("{year} 年第 {quarter} 季度"), format!("Q{quarter} {year}")),
            Self::HalfYear if month == 1 => texts(format!("{year} 上半年"), format!("First half of {year}")),
            Self::HalfYear => texts(format!("{year} 下半年"), format!("Second half of {year}")),
            Self::Year => texts(format!("{year} 年"), format!("{year}")),
        }
    }
}

/// From a day to a day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// Its first day.
    pub first: Day,
    /// Its last day.
    pub last: Day,
}

impl Stretch {
    /// Whether the day lies in it.
    #[must_use]
    pub fn has(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }
}

choice! {
    /// Of what a duty is asked, each one by itself.
    pub enum Subject {
        Organisation = "organisation", "机构", "Organisation";
        Site         = "site",         "站点", "Site";
        Department   = "department",   "部门", "Department";
        Project      = "project",      "项目", "Project";
        Group        = "group",        "项目组", "Project group";
        Member       = "member",       "工作人员", "Staff";
        Case         = "case",         "个案", "Case";
    }
}

impl Subject {
    /// Which kind of unit it is, if it is one.
    #[must_use]
    pub const fn unit(self) -> Option<UnitKind> {
        match self {
            Self::Site => Some(UnitKind::Site),
            Self::Department => Some(UnitKind::Department),
            Self::Project => Some(UnitKind::Project),
            Self::Group => Some(UnitKind::Group),
            Self::Organisation | Self::Member | Self::Case => None,
        }
    }
}

/// How many, or how old at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Quantity {
    /// So many; of days, where it is a span.
    Fixed(i64),
    /// As this parameter of the rule says, which a district can set.
    Parameter(String),
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// So many in each period.
    Each(Period, Quantity),
    /// The last one is no older than this span.
    NotOlderThan(Quantity),
    /// One within this span from the first day on, and no more.
    Once(Quantity),
    /// The newest one is in force and among those that `only` names.
    InForce,
    /// None that is in force has run out: each is valid until the day that this field of it says.
    Valid(String),
}

/// What papers are told apart by, where each answer asks by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenApart", into = "WrittenApart")]
pub struct Apart {
    /// A fact of their form: a choice, or whom they name; [`Apart::AUTHOR`] is who wrote them.
    pub by: String,
    /// Which answers ask.
    pub among: Among,
}

impl Apart {
    /// What no form has to ask: who wrote a paper.
    pub const AUTHOR: &'static str = "author";
}

/// Which answers ask, each by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Among {
    /// Everybody who works here.
    Staff,
    /// These.
    These(Vec<String>),
    /// What papers of this register that are in force answer to this field of theirs.
    Listed {
        /// The register.
        register: String,
        /// A fact of its form.
        field: String,
    },
}

/// The same as its file has it: `listed_in` is a register and its field, with a dot between.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenApart {
    by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    listed_in: Option<String>,
}

impl TryFrom<WrittenApart> for Apart {
    type Error = &'static str;

    fn try_from(WrittenApart { by, is, listed_in }: WrittenApart) -> Result<Self, Self::Error> {
        let listed =
            listed_in.as_deref().map(|listed| listed.split_once('.').ok_or("`listed_in` is a register and its field"));
        let among = match (is, listed.transpose()?) {
            (None, None) => Among::Staff,
            (Some(these), None) => Among::These(these),
            (None, Some((register, field))) => Among::Listed { register: register.to_owned(), field: field.to_owned() },
            (Some(_), Some(_)) => return Err("the answers are said, or listed in a register"),
        };
        Ok(Self { by, among })
    }
}

impl From<Apart> for WrittenApart {
    fn from(Apart { by, among }: Apart) -> Self {
        match among {
            Among::Staff => Self { by, is: None, listed_in: None },
            Among::These(these) => Self { by, is: Some(these), listed_in: None },
            Among::Listed { register, field } => Self { by, is: None, listed_in: Some(format!("{register}.{field}")) },
        }
    }
}

/// A duty that comes again: a rule's, or a register's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Periodic {
    /// The registers whose papers count; a register's own duty counts its own.
    pub of: Vec<String>,
    /// The register of which each paper that is in force asks by itself, from the day on which it came into force: what counts
    /// for it is written about it.
    pub each_of: Option<String>,
    /// What is asked.
    pub demand: Demand,
    /// Of what, each one by itself.
    pub subject: Subject,
    /// Who owes it.
    pub owner: Owner,
    /// From how many days before its end on it is nearly due.
    pub warn_days: u16,
    /// Which papers count: those with one of these answers to a choice. All of them, if nothing is said.
    pub only: Option<Only>,
    /// What its papers are told apart by. All of them count together, if nothing is said.
    pub apart: Option<Apart>,
    /// Another number for an organisation that carries this pack, where it is higher: as a parameter says.
    pub at_least_in: BTreeMap<Pack, String>,
}

/// Papers with one of these answers to a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// The choice, a fact of the form.
    pub field: String,
    /// The answers.
    pub is: Vec<String>,
}

/// A duty as its file has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    of: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    each_of: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    each: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_least: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_older_than: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    once_within: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_force: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    #[serde(rename = "for")]
    subject: Subject,
    owner: Owner,
    #[serde(default = "a_month")]
    warn_days: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    only: Option<Only>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    apart: Option<Apart>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    at_least_in: BTreeMap<Pack, String>,
}

const fn a_month() -> u16 {
    30
}

impl TryFrom<Written> for Periodic {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { of, each_of, each, at_least, not_older_than, once_within, in_force, valid_until, .. } = written;
        let Written { subject, owner, warn_days, only, apart, at_least_in, .. } = written;
        let demand = match (each, at_least, not_older_than, once_within, in_force, valid_until) {
            (Some(each), Some(at_least), None, None, None, None) => Demand::Each(each, at_least),
            (None, None, Some(span), None, None, None) => Demand::NotOlderThan(span),
            (None, None, None, Some(span), None, None) => Demand::Once(span),
            (None, None, None, None, Some(true), None) => Demand::InForce,
            (None, None, None, None, None, Some(field)) => Demand::Valid(field),
            _ => {
                return Err(
                    "a periodic duty says `each` and `at_least`, `not_older_than`, `once_within`, `in_force = true`, or `valid_until`",
                );
            }
        };
        let of_staff = apart.as_ref().is_some_and(|apart| !matches!(apart.among, Among::These(_)));
        if subject == Subject::Member && !of_staff {
            return Err("a duty of each member says in which field its papers name them: `apart`");
        }
        if matches!(&apart, Some(Apart { among: Among::Staff, .. })) && subject != Subject::Member {
            return Err("who is told apart by `apart` alone is a member: say which answers, with `is` or `listed_in`");
        }
        if !at_least_in.is_empty() && !matches!(demand, Demand::Each(..)) {
            return Err("`at_least_in` belongs to `each` and `at_least`");
        }
        Ok(Self { of, each_of, demand, subject, owner, warn_days, only, apart, at_least_in })
    }
}

impl From<Periodic> for Written {
    fn from(duty: Periodic) -> Self {
        let Periodic { of, each_of, demand, subject, owner, warn_days, only, apart, at_least_in } = duty;
        let (each, at_least, not_older_than, once_within, in_force, valid_until) = (None, None, None, None, None, None);
        let bare = Self {
            of,
            each_of,
            each,
            at_least,
            not_older_than,
            once_within,
            in_force,
            valid_until,
            subject,
            owner,
            warn_days,
            only,
            apart,
            at_least_in,
        };
        match demand {
            Demand::Each(each, at_least) => Self { each: Some(each), at_least: Some(at_least), ..bare },
            Demand::NotOlderThan(span) => Self { not_older_than: Some(span), ..bare },
            Demand::Once(span) => Self { once_within: Some(span), ..bare },
            Demand::InForce => Self { in_force: Some(true), ..bare },
            Demand::Valid(field) => Self { valid_until: Some(field), ..bare },
        }
    }
}

impl Periodic {
    /// Whether there is a day by which it has to be done: what has to be in force is missed from the first day on.
    #[must_use]
    pub const fn runs_out(&self) -> bool {
        !matches!(self.demand, Demand::InForce)
    }

    /// Whether it is told of it how it stands today, and nothing of what has been.
    #[must_use]
    pub const fn is_of_today(&self) -> bool {
        matches!(self.demand, Demand::InForce | Demand::Valid(_))
    }

    /// How many, or how old at most; nothing where it is asked how something stands.
    #[must_use]
    pub const fn quantity(&self) -> Option<&Quantity> {
        match &self.demand {
            Demand::Each(_, quantity) | Demand::NotOlderThan(quantity) | Demand::Once(quantity) => Some(quantity),
            Demand::InForce | Demand::Valid(_) => None,
        }
    }

    /// The parameters by which it is told how many, for an organisation with these packs: the highest binds.
    pub fn parameters(&self, packs: PackSet) -> impl Iterator<Item = &str> {
        let first = self.quantity().and_then(|quantity| match quantity {
            Quantity::Parameter(key) => Some(key),
            Quantity::Fixed(_) => None,
        });
        let more = self.at_least_in.iter().filter(move |(pack, _)| packs.contains(**pack)).map(|(_, key)| key);
        first.into_iter().chain(more).map(String::as_str)
    }

    /// The register on whose page it is shown: that of the papers that ask by themselves, else the first of those that count.
    #[must_use]
    pub fn shown_with(&self) -> Option<&str> {
        self.each_of.as_ref().or(self.of.first()).map(String::as_str)
    }

    /// Every register whose papers it reads, each once: those that count, those that ask, then the one that lists who is asked.
    pub fn reads(&self) -> impl Iterator<Item = &str> {
        let listing = self.apart.as_ref().and_then(|apart| match &apart.among {
            Among::Listed { register, .. } => Some(register),
            Among::Staff | Among::These(_) => None,
        });
        self.of.iter().chain(&self.each_of).chain(listing).map(String::as_str)
    }

    /// Every answer that it asks papers for: of which register, and the name of the fact.
    pub fn facts(&self) -> impl Iterator<Item = (&str, &str)> {
        let until = match &self.demand {
            Demand::Valid(field) => Some(field),
            _ => None,
        };
        let only = self.only.as_ref().map(|only| &only.field);
        let by = self.apart.as_ref().map(|apart| &apart.by).filter(|by| *by != Apart::AUTHOR);
        let own = until.into_iter().chain(only).chain(by);
        let own = own.flat_map(|field| self.of.iter().map(move |register| (register.as_str(), field.as_str())));
        let listed = self.apart.as_ref().and_then(|apart| match &apart.among {
            Among::Listed { register, field } => Some((register.as_str(), field.as_str())),
            Among::Staff | Among::These(_) => None,
        });
        own.chain(listed)
    }
}

/// A paper as far as a duty counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Which.
    pub paper: PaperId,
    /// The day on which it happened.
    pub on: Day,
    /// The day on which it was written down.
    pub written: Day,
}

impl Counted {
    /// By how many days it came after this one, or was written after it; none if neither.
    fn late(&self, last: Day) -> Option<i64> {
        let days = self.on.max(self.written).since(last);
        (days > 0).then_some(days)
    }
}

/// One period of a duty, or the time up to one paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// From when to when.
    pub stretch: Stretch,
    /// How many are asked.
    pub needed: usize,
    /// What counts, in the order of the days; with by how many days each was late.
    pub counted: Vec<(Counted, Option<i64>)>,
    /// How it stands.
    pub standing: Standing,
}

impl Turn {
    /// How many are still missing.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.needed.saturating_sub(self.counted.len())
    }

    fn judged(
        stretch: Stretch,
        needed: usize,
        counted: Vec<(Counted, Option<i64>)>,
        (warn_days, today): (u16, Day),
    ) -> Self {
        let late = counted.iter().any(|(_, late)| late.is_some());
        let left = stretch.last.since(today);
        let standing = match () {
            () if counted.len() >= needed && late => Standing::MetLate,
            () if counted.len() >= needed => Standing::Met,
            () if left < 0 => Standing::Late,
            () if left <= i64::from(warn_days) => Standing::Due,
            () => Standing::Open,
        };
        Self { stretch, needed, counted, standing }
    }
}

/// From when to when a subject is there: the first day on which it owes anything, and its last day if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// The first day.
    pub since: Day,
    /// The last day.
    pub until: Option<Day>,
}

impl Lifetime {
    /// The time in which both are there.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self { since: self.since.max(other.since), until: self.until.into_iter().chain(other.until).min() }
    }

    /// From when one of them is there until none is any more.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let until = self.until.zip(other.until).map(|(one, other)| one.max(other));
        Self { since: self.since.min(other.since), until }
    }
}

/// So many in each period: every period that is owed, up to the one in which `today` lies, oldest first. `needed` says how many
/// were asked on a day; `papers` may come in any order.
#[must_use]
pub fn each(
    period: Period,
    warn_days: u16,
    needed: impl Fn(Day) -> i64,
    life: Lifetime,
    papers: &[Counted],
    today: Day,
) -> Vec<Turn> {
    let mut papers = papers.to_vec();
    papers.sort_by_key(|paper| (paper.on, paper.written, paper.paper));
    let within = period.of(life.since);
    let first = if within.first == life.since { within } else { period.of(within.last.plus_days(1)) };
    let owed = |stretch: &Stretch| stretch.first <= today && life.until.is_none_or(|until| stretch.last <= until);
    let next = |stretch: &Stretch| Some(period.of(stretch.last.plus_days(1))).filter(|next| next.first > stretch.first);
    let stretches = std::iter::successors(Some(first), next).take_while(owed);
    let mut turns: Vec<(Stretch, usize, Vec<Counted>)> = Vec::new();
    for stretch in stretches {
        let asked = usize::try_from(needed(stretch.first)).unwrap_or(0);
        let mut own: Vec<Counted> = papers.iter().filter(|paper| stretch.has(paper.on)).copied().collect();
        if let Some((_, asked_before, before)) = turns.last_mut() {
            let more = own.len().saturating_sub(asked).min(asked_before.saturating_sub(before.len()));
            before.extend(own.drain(..more));
        }
        turns.push((stretch, asked, own));
    }
    let judged = |(stretch, asked, counted): (Stretch, usize, Vec<Counted>)| {
        let counted = counted.into_iter().map(|paper| (paper, paper.late(stretch.last))).collect();
        Turn::judged(stretch, asked, counted, (warn_days, today))
    };
    turns.into_iter().map(judged).collect()
}

/// One that is in force: a single turn from the first day on which it is owed to `today`, with the one that is, if one is.
#[must_use]
pub fn in_force(life: Lifetime, current: Option<Counted>, today: Day) -> Vec<Turn> {
    if life.since > today || life.until.is_some_and(|until| until < today) {
        return Vec::new();
    }
    let standing = if current.is_some() { Standing::Met } else { Standing::Late };
    let counted = current.into_iter().map(|paper| (paper, None)).collect();
    vec![Turn { stretch: Stretch { first: life.since, last: today }, needed: 1, counted, standing }]
}

/// One that is valid until a day: a single turn, from when it was inspected, issued or agreed to that day.
#[must_use]
pub fn valid(warn_days: u16, paper: Counted, until: Day, today: Day) -> Turn {
    let left = until.since(today);
    let standing = match () {
        () if left < 0 => Standing::Late,
        () if left <= i64::from(warn_days) => Standing::Due,
        () => Standing::Met,
    };
    Turn { stretch: Stretch { first: paper.on, last: until }, needed: 1, counted: vec![(paper, None)], standing }
}

/// None older than a span: a turn up to each paper, and the one that runs, oldest first. `span` says how long it was on a day.
#[must_use]
pub fn not_older(
    unit: Unit,
    warn_days: u16,
    span: impl Fn(Day) -> i64,
    life: Lifetime,
    papers: &[Counted],
    today: Day,
) -> Vec<Turn> {
    let mut papers: Vec<Counted> = papers.iter().filter(|paper| paper.on >= life.since).copied().collect();
    papers.sort_by_key(|paper| (paper.on, paper.written, paper.paper));
    papers.dedup_by_key(|paper| paper.on);
    let due = |from: Day| match unit {
        Unit::Months => from.plus_months(span(from)),
        _ => from.plus_days(span(from)),
    };
    let mut turns = Vec::new();
    let mut from = life.since;
    for paper in papers {
        let stretch = Stretch { first: from, last: due(from) };
        let late = paper.late(stretch.last);
        turns.push(Turn::judged(stretch, 1, vec![(paper, late)], (warn_days, today)));
        from = paper.on;
    }
    let running = Stretch { first: from, last: due(from) };
    if life.until.is_none_or(|until| running.last <= until) {
        turns.push(Turn::judged(running, 1, Vec::new(), (warn_days, today)));
    }
    turns
}

/// One within a span of the first day, and never again: the first of the turns that [`not_older`] tells. A subject that leaves
/// before that span is over does not owe it, nor does one that is not there yet.
#[must_use]
pub fn once(
    unit: Unit,
    warn_days: u16,
    span: impl Fn(Day) -> i64,
    life: Lifetime,
    papers: &[Counted],
    today: Day,
) -> Vec<Turn> {
    if life.since > today {
        return Vec::new();
    }
    let mut turns = not_older(unit, warn_days, span, life, papers, today);
    turns.truncate(1);
    turns
}

#[cfg(test)]
mod tests;
