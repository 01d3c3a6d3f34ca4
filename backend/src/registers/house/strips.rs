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
use domain::time::{Day, Unit};
use std::cmp::Reverse;
use std::collections::BTreeMap;
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
        let mut asking: Vec<(Lifetime, &Tally)> = held.filter_map(|tally| Some((tally.held()?, tally))).collect();
        asking.retain(|(held, _)| self.is_told(held.until));
        asking.sort_by_key(|(held, tally)| (Reverse(held.since), tally.id));
        let by_one = |(held, tally): (Lifetime, &Tally)| {
            let life = life.within(held);
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
            Among::Staff => self.staff_within(life, |member| self.works.get(&member.id).copied()),
            Among::Listed { register, field } => {
                let listed = self.listed(place, register, field);
                match duty.subject {
                    Of::Member => {
                        self.staff_within(life, |member| listed.get(&MemberId::from(member.id).to_string()).copied())
                    }
                    _ => {
                        let known = |(answer, listed): (String, Lifetime)| {
                            (About::Answer(answer.clone()), answer, life.within(listed))
                        };
                        listed.into_iter().map(known).collect()
                    }
                }
            }
        };
        asked.into_iter().filter_map(one).collect()
    }

    /// Who belongs here, each with an own time; `asked` says from when to when somebody is asked, if ever.
    fn staff_within(
        &self,
        life: Lifetime,
        asked: impl Fn(&Staff) -> Option<Lifetime>,
    ) -> Vec<(About, String, Lifetime)> {
        let one = |member: &Staff| {
            let id = MemberId::from(member.id);
            let theirs = asked(member)?.within(member.stays());
            let about = About::Member(id, member.name.clone());
            self.is_told(theirs.until).then(|| (about, id.to_string(), life.within(theirs)))
        };
        self.staff.iter().filter_map(one).collect()
    }

    /// What papers of a register list, each from the first day on which one did for as long as one does.
    fn listed(&self, place: &Place, register: &str, field: &str) -> BTreeMap<String, Lifetime> {
        let mut listed: BTreeMap<String, Lifetime> = BTreeMap::new();
        let of = [register.to_owned()];
        for tally in self.papers_in(place, &of) {
            let (Some(held), Some(on)) = (tally.held(), tally.on()) else { continue };
            for answer in self.said(tally, field) {
                let this = Lifetime { since: on, ..held };
                listed.entry(answer.to_owned()).and_modify(|whole| *whole = whole.and(this)).or_insert(this);
            }
        }
        listed.retain(|_, listed| self.is_told(listed.until));
        listed
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
