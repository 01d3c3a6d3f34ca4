//! What is asked of a house, subject by subject, counted from its papers whenever it is read.

use super::{House, Staff, Tally};
use crate::registers::{About, Asking, Line, Place, Strip};
use domain::ids::MemberId;
use domain::nouns::Object;
use domain::papers::PaperState;
use domain::registers::Register;
use domain::rules::periodic::{
    Among, Counted, Demand, Lifetime, Only, Periodic, Quantity, Stretch, Subject as Of, Turn, each, in_force,
    not_older, once, valid,
};
use domain::rules::{Parameter, Rule};
use domain::time::{Day, Moment, Unit};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is asked, and by which register's page.
#[derive(Clone, Copy)]
struct Question<'q> {
    rule: Option<&'static Rule>,
    duty: &'q Periodic,
    register: &'q Register,
}

impl House<'_> {
    /// What the rules ask that count the papers of this register.
    pub(crate) fn strips(&self, register: &Register) -> Vec<Strip> {
        let strip = |(rule, duty): (Option<&'static Rule>, &Periodic)| {
            let subjects: Vec<(Place, Lifetime)> = match duty.subject.unit() {
                Some(kind) => {
                    let units = self.units.iter().filter_map(|unit| self.unit(register, unit));
                    units.filter(|(of, ..)| *of == kind).map(|(_, place, life)| (place, life)).collect()
                }
                None if matches!(duty.subject, Of::Organisation | Of::Member) => vec![self.whole(register)],
                // Of a case nothing is counted yet.
                None => Vec::new(),
            };
            let question = Question { rule, duty, register };
            let lines = subjects.iter().flat_map(|(place, life)| self.lines(question, place, *life)).collect();
            let period = match &duty.demand {
                Demand::Each(period, _) => Some(*period),
                _ => None,
            };
            Strip { rule: rule.map(|rule| rule.id), duty: duty.clone(), period, lines }
        };
        self.asking(register).map(strip).filter(|strip| !strip.lines.is_empty()).collect()
    }

    /// The same for somebody who sees the papers of these registers only: what counts others' too is not told.
    pub(crate) fn strips_among(&self, register: &Register, seen: &[Arc<Register>]) -> Vec<Strip> {
        let is_seen = |key: &str| seen.iter().any(|register| register.key == key);
        self.strips(register).into_iter().filter(|strip| strip.duty.reads().all(is_seen)).collect()
    }

    /// What a paper says to this.
    fn said<'s>(&'s self, tally: &Tally, field: &'s str) -> impl Iterator<Item = &'s str> {
        let answers = self.answers.get(&tally.id).into_iter().flatten();
        answers.filter(move |(known, _)| known == field).map(|(_, answer)| answer.as_str())
    }

    /// Whether a paper gives one of the answers to which a duty is narrowed.
    fn is_counted(&self, duty: &Periodic, tally: &Tally) -> bool {
        let given = |only: &Only| self.said(tally, &only.field).any(|answer| only.is.iter().any(|is| is == answer));
        duty.only.as_ref().is_none_or(given)
    }

    /// The papers of these registers in a place; of the whole house, where the place is the house.
    fn papers_in<'t>(&'t self, place: &'t Place, of: &'t [String]) -> impl Iterator<Item = &'t Tally> {
        let is_here = |tally: &&Tally| place.file.kind == Object::Organisation || tally.file_id == place.file.id;
        self.tallies.iter().filter(is_here).filter(|tally| of.contains(&tally.register))
    }

    /// What is asked of a place.
    fn lines(&self, question: Question<'_>, place: &Place, life: Lifetime) -> Vec<Line> {
        let duty = question.duty;
        let papers: Vec<&Tally> = self.papers_in(place, &duty.of).collect();
        match (&duty.demand, &duty.each_of) {
            (Demand::Valid(field), _) => self.valid_lines(question, (place, life), (&papers, field)),
            (_, Some(asking)) => self.lines_of_each(question, (place, life), (&papers, asking)),
            (_, None) => self.lines_apart(question, (place, life), &papers),
        }
    }

    /// Whether something is told of what ends on this day.
    fn is_told(&self, until: Option<Day>) -> bool {
        self.ever || until.is_none_or(|until| until >= self.today)
    }

    /// What each paper of a register asks by itself while it is in force: the newest first, and of these papers what is about it.
    fn lines_of_each(
        &self,
        question: Question<'_>,
        (place, life): (&Place, Lifetime),
        (papers, asking): (&[&Tally], &String),
    ) -> Vec<Line> {
        let held = self.papers_in(place, std::slice::from_ref(asking));
        let held = held.filter(|tally| tally.stands(PaperState::counts) && self.is_told(tally.in_force_until()));
        let mut asking: Vec<(Day, &Tally)> = held.filter_map(|tally| Some((tally.in_force_since()?, tally))).collect();
        asking.sort_by_key(|(since, tally)| (Reverse(*since), tally.id));
        let by_one = |(since, tally): (Day, &Tally)| {
            let until = life.until.into_iter().chain(tally.in_force_until()).min();
            let life = Lifetime { since: life.since.max(since), until };
            let about: Vec<&Tally> = papers.iter().copied().filter(|paper| paper.about_id == Some(tally.id)).collect();
            let asking = tally.counted().map(|paper| Asking { paper, about: self.named(question.register, tally) });
            let lines = self.lines_apart(question, (place, life), &about).into_iter();
            lines.map(move |line| Line { asking: asking.clone(), ..line })
        };
        asking.into_iter().flat_map(by_one).collect()
    }

    /// What is asked as one, or for each of what these papers are told apart by.
    fn lines_apart(&self, question: Question<'_>, (place, life): (&Place, Lifetime), papers: &[&Tally]) -> Vec<Line> {
        let duty = question.duty;
        let Some(apart) = &duty.apart else {
            return self.line(question, (place, life), None, papers).into_iter().collect();
        };
        let of_answer = |answer: &str| -> Vec<&Tally> {
            papers.iter().copied().filter(|tally| self.said(tally, &apart.by).any(|said| said == answer)).collect()
        };
        let one = |(about, answer, life): (About, String, Lifetime)| {
            self.line(question, (place, life), Some(about), &of_answer(&answer))
        };
        let asked = match &apart.among {
            Among::These(these) => {
                these.iter().map(|answer| (About::Answer(answer.clone()), answer.clone(), life)).collect()
            }
            Among::Staff => self.staff_within(life, |member, gone| {
                let employed = if gone { member.was_employed } else { member.employed };
                employed.then_some(life.since)
            }),
            Among::Listed { register, field } => {
                let listed = self.listed(place, register, field);
                match duty.subject {
                    Of::Member => {
                        self.staff_within(life, |member, _| listed.get(&MemberId::from(member.id).to_string()).copied())
                    }
                    _ => {
                        let known = |(answer, since): (String, Day)| {
                            let life = Lifetime { since: life.since.max(since), ..life };
                            (About::Answer(answer.clone()), answer, life)
                        };
                        listed.into_iter().map(known).collect()
                    }
                }
            }
        };
        asked.into_iter().filter_map(one).collect()
    }

    /// Who belongs here, each with an own time; `since` says from when on somebody is asked, if at all, who may be gone.
    fn staff_within(
        &self,
        life: Lifetime,
        since: impl Fn(&Staff, bool) -> Option<Day>,
    ) -> Vec<(About, String, Lifetime)> {
        let one = |member: &Staff| {
            let id = MemberId::from(member.id);
            let gone = member.disabled_at.map(|at| Moment::from_millis(at).day());
            let gone = member.valid_until.map(Day::from).into_iter().chain(gone).min();
            let since = since(member, gone.is_some_and(|gone| gone < self.today))?;
            let since = since.max(life.since).max(member.valid_from.into());
            let until = gone.into_iter().chain(life.until).min();
            self.is_told(gone)
                .then(|| (About::Member(id, member.name.clone()), id.to_string(), Lifetime { since, until }))
        };
        self.staff.iter().filter_map(one).collect()
    }

    /// What papers of a register that are in force list, each with the first day on which one did.
    fn listed(&self, place: &Place, register: &str, field: &str) -> BTreeMap<String, Day> {
        let mut since: BTreeMap<String, Day> = BTreeMap::new();
        let mut now: BTreeSet<String> = BTreeSet::new();
        let of = [register.to_owned()];
        for tally in self.papers_in(place, &of).filter(|tally| tally.stands(PaperState::counts)) {
            for answer in self.said(tally, field) {
                if tally.stands(PaperState::is_in_force) {
                    now.insert(answer.to_owned());
                }
                if let Some(on) = tally.on() {
                    since.entry(answer.to_owned()).and_modify(|first| *first = on.min(*first)).or_insert(on);
                }
            }
        }
        since.retain(|answer, _| now.contains(answer));
        since
    }

    /// Each paper that is in force by itself, up to the day that it says; the place itself, where there is none.
    fn valid_lines(
        &self,
        question: Question<'_>,
        (place, life): (&Place, Lifetime),
        (papers, field): (&[&Tally], &str),
    ) -> Vec<Line> {
        let Question { duty, register, .. } = question;
        let in_force = papers.iter().filter(|tally| tally.stands(PaperState::is_in_force));
        let mut lines: Vec<Line> = Vec::new();
        for tally in in_force.filter(|tally| self.is_counted(duty, tally)) {
            let until = self.said(tally, field).find_map(|day| Day::parse(day).ok());
            let (Some(counted), Some(until)) = (tally.counted(), until) else { continue };
            let turn = valid(duty.warn_days, counted, until, self.today);
            if self.only.is_some_and(|days| !within(&turn, days, &duty.demand)) {
                continue;
            }
            let (place, since) = (place.clone(), counted.on);
            let about = Some(self.named(register, tally));
            lines.push(Line { place, about, asking: None, since, turns: vec![turn], waiting: 0 });
        }
        if lines.is_empty() && self.only.is_none() {
            return self.line(question, (place, life), None, &[]).into_iter().collect();
        }
        lines.sort_by_key(|line| line.turns.last().map(|turn| turn.stretch.last));
        lines
    }

    /// What one paper of a register is called beside others of it.
    fn named(&self, register: &Register, tally: &Tally) -> About {
        let kind = register.told_apart_by.as_ref().and_then(|field| self.said(tally, field).next());
        About::Paper { number: tally.number.clone().unwrap_or_default(), kind: kind.map(str::to_owned) }
    }

    /// How it stands with one subject, by these of its papers.
    fn line(
        &self,
        Question { rule, duty, .. }: Question<'_>,
        (place, life): (&Place, Lifetime),
        about: Option<About>,
        papers: &[&Tally],
    ) -> Option<Line> {
        let counting = || papers.iter().filter(|tally| self.is_counted(duty, tally));
        let done = counting().filter(|tally| tally.stands(PaperState::counts));
        let counted: Vec<Counted> = done.filter_map(|tally| tally.counted()).collect();
        let since = rule.map_or(life.since, |rule| life.since.max(rule.effective_from));
        let life = Lifetime { since, ..life };
        // A number is fixed, or the highest that the parameters say on a day.
        let limits: Vec<&Parameter> =
            duty.parameters(self.organisation.packs).filter_map(|key| rule?.parameter(key)).collect();
        let fixed = match duty.quantity() {
            Some(Quantity::Fixed(number)) => Some(*number),
            _ => None,
        };
        let asked = |day: Day| limits.iter().map(|limit| self.rules.value(limit, day)).chain(fixed).max().unwrap_or(0);
        let unit = limits.first().map_or(Unit::Days, |limit| limit.unit);
        let mut turns = match &duty.demand {
            Demand::Each(period, _) => each(*period, duty.warn_days, asked, life, &counted, self.today),
            Demand::NotOlderThan(_) => not_older(unit, duty.warn_days, asked, life, &counted, self.today),
            Demand::Once(_) => once(unit, duty.warn_days, asked, life, &counted, self.today),
            Demand::InForce | Demand::Valid(_) => {
                // The newest of all has to be sound.
                let newest = papers.iter().filter(|tally| tally.stands(PaperState::is_in_force));
                let newest = newest.max_by_key(|tally| (tally.occurred_at, tally.recorded_at, tally.id));
                let sound = newest.filter(|tally| self.is_counted(duty, tally));
                in_force(life, sound.and_then(|tally| tally.counted()), self.today)
            }
        };
        let mut waiting: Vec<&&Tally> = counting().filter(|tally| tally.stands(PaperState::waits)).collect();
        if let Some(only) = self.only {
            turns.retain(|turn| within(turn, only, &duty.demand));
            waiting.retain(|tally| tally.on().is_some_and(|on| only.has(on)));
            if turns.is_empty() && waiting.is_empty() {
                return None;
            }
        }
        Some(Line { place: place.clone(), about, asking: None, since, turns, waiting: waiting.len() })
    }
}

/// Whether these days are enough to judge a turn by: a whole period of them, or the day on which what was asked was done or
/// due. How it stands is told truly, also where a later paper made it so; that paper itself stays closed.
fn within(turn: &Turn, days: Stretch, demand: &Demand) -> bool {
    let Stretch { first, last } = turn.stretch;
    match (demand, turn.counted.last()) {
        (Demand::Each(..), _) => days.first <= first && last <= days.last,
        (_, Some((paper, late))) => days.has(paper.on) || late.is_some() && days.has(last),
        (_, None) => first <= days.last && days.first <= last,
    }
}
