//! An organisation as its registers see it: what is asked of it, of which of its parts, and which of its papers count.
//!
//! Three faces ask: its own staff, an evaluator, the district. Each reads through a lane of its own; what is read of a paper is
//! where it lies, how it stands and two dates, and never what it says.

use super::{Line, Place, Strip};
use crate::db::RuledLane;
use crate::entity::{paper, paper_fact, unit};
use crate::organisations::{Organisation, settings};
use crate::scope::StaffScope;
use domain::events::Subject;
use domain::ids::PaperId;
use domain::nouns::Object;
use domain::papers::{PaperState, Right};
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::rules::periodic::{
    Counted, Demand, Lifetime, Only, Periodic, Quantity, Stretch, Subject as Of, Turn, each, in_force, not_older,
};
use domain::rules::{OrgRules, Parameter, Rule, RuleBook};
use domain::time::{Day, Moment, Unit};
use domain::units::UnitKind;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, FromQueryResult, Order, QuerySelect};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// An organisation as its registers see it.
pub(crate) struct House<'o> {
    organisation: &'o Organisation,
    rules: OrgRules,
    pub(super) units: Vec<unit::Model>,
    tallies: HashMap<Uuid, Vec<Tally>>,
    /// What papers answered where a duty counts only some answers: by the paper's id.
    answers: HashMap<Uuid, Vec<(String, String)>>,
    today: Day,
    /// Who could write; nobody, where one only looks.
    writer: Option<&'o StaffScope>,
    /// The days that are looked at; all, if nothing is said.
    only: Option<Stretch>,
}

/// A paper as far as duties count it.
#[derive(FromQueryResult)]
struct Tally {
    organisation_id: Uuid,
    id: Uuid,
    register: String,
    file_id: Uuid,
    state: String,
    occurred_at: Option<i64>,
    recorded_at: Option<i64>,
}

impl Tally {
    fn on(&self) -> Option<Day> {
        self.occurred_at.map(|at| Moment::from_millis(at).day())
    }

    fn counted(&self) -> Option<Counted> {
        let written = Moment::from_millis(self.recorded_at?).day();
        Some(Counted { paper: PaperId::from(self.id), on: self.on()?, written })
    }

    fn stands(&self, which: impl Fn(PaperState) -> bool) -> bool {
        PaperState::parse(&self.state).is_ok_and(which)
    }
}

impl<'o> House<'o> {
    /// Reads what the pages of these registers need of an organisation.
    pub(crate) async fn read(
        lane: &impl RuledLane,
        organisation: &'o Organisation,
        registers: &[Arc<Register>],
        today: Day,
    ) -> Result<Self, Refusal> {
        let mut houses = Self::read_all(lane, [organisation], registers, today).await?;
        houses.pop().ok_or(Refusal::NotFound)
    }

    /// The same of several organisations of one district at once, in their order.
    pub(crate) async fn read_all(
        lane: &impl RuledLane,
        organisations: impl IntoIterator<Item = &'o Organisation>,
        registers: &[Arc<Register>],
        today: Day,
    ) -> Result<Vec<Self>, Refusal> {
        let organisations: Vec<&Organisation> = organisations.into_iter().collect();
        use paper::Column;
        let Some(first) = organisations.first() else { return Ok(Vec::new()) };
        let settings = settings(lane, first.district).await?;
        let these = || organisations.iter().map(|organisation| organisation.id.uuid());
        let house = |organisation: &&'o Organisation| {
            let (units, tallies, answers) = (Vec::new(), HashMap::new(), HashMap::new());
            let rules = organisation.rules_of(&settings)?;
            Ok(Self { organisation, rules, units, tallies, answers, today, writer: None, only: None })
        };
        let mut houses = organisations.iter().map(house).collect::<Result<Vec<Self>, Refusal>>()?;
        let units = lane.find::<unit::Entity>().filter(unit::Column::OrganisationId.is_in(these()));
        let units = units.order(unit::Column::Since, Order::Asc).order(unit::Column::Id, Order::Asc);
        for unit in units.all().await? {
            if let Some(house) = of(&mut houses, unit.organisation_id) {
                house.units.push(unit);
            }
        }
        let asking = houses.iter().flat_map(|house| registers.iter().flat_map(|register| house.asking(register)));
        let duties: Vec<&Periodic> = asking.map(|(_, duty)| duty).collect();
        let counted: BTreeSet<&String> = duties.iter().flat_map(|duty| &duty.of).collect();
        let narrowed: BTreeSet<&String> =
            duties.iter().filter_map(|duty| duty.only.as_ref()).map(|only| &only.field).collect();
        if counted.is_empty() {
            return Ok(houses);
        }
        let columns = [
            Column::OrganisationId,
            Column::Id,
            Column::Register,
            Column::FileId,
            Column::State,
            Column::OccurredAt,
            Column::RecordedAt,
        ];
        let found = lane.find::<paper::Entity>().filter(Column::OrganisationId.is_in(these()));
        let found = found.filter(Column::Register.is_in(counted.iter().copied()));
        let tallies: Vec<Tally> = found.shape(|select| select.select_only().columns(columns)).models().await?;
        for tally in tallies {
            if let Some(house) = of(&mut houses, tally.organisation_id) {
                house.tallies.entry(tally.file_id).or_default().push(tally);
            }
        }
        if narrowed.is_empty() {
            return Ok(houses);
        }
        use paper_fact::Column as Fact;
        let papers = Query::select()
            .column(Column::Id)
            .from(paper::Entity)
            .and_where(Column::OrganisationId.is_in(these()))
            .and_where(Column::Register.is_in(counted))
            .take();
        let facts = lane.find::<paper_fact::Entity>().filter(Fact::OrganisationId.is_in(these()));
        let facts = facts.filter(Fact::Field.is_in(narrowed)).filter(Fact::PaperId.in_subquery(papers));
        for fact in facts.all().await? {
            let answer = fact.code.or_else(|| fact.number.map(|number| number.to_string()));
            if let (Some(house), Some(code)) = (of(&mut houses, fact.organisation_id), answer) {
                house.answers.entry(fact.paper_id).or_default().push((fact.field, code));
            }
        }
        Ok(houses)
    }

    /// For somebody who writes there.
    pub(super) const fn for_writer(mut self, scope: &'o StaffScope) -> Self {
        self.writer = Some(scope);
        self
    }

    /// For somebody who is shown these days only: a period that they judge, and the papers within them.
    pub(crate) const fn only(mut self, days: Stretch) -> Self {
        self.only = Some(days);
        self
    }

    /// The organisation.
    pub(crate) const fn organisation(&self) -> &'o Organisation {
        self.organisation
    }

    /// What a place of papers is called.
    pub(super) fn name_of(&self, file: Subject) -> String {
        let unit = self.units.iter().find(|unit| unit.id == file.id);
        unit.map_or_else(|| self.organisation.name.clone(), |unit| unit.name.clone())
    }

    /// What is asked of the papers of this register: by the rules that bind here, by itself.
    fn asking<'r>(&self, register: &'r Register) -> impl Iterator<Item = (Option<&'static Rule>, &'r Periodic)> {
        let live = RuleBook::builtin().on(self.today).filter(|rule| self.rules.is_live(rule, self.today));
        // A duty that counts papers of several registers is shown with the first.
        let counts = |duty: &&Periodic| duty.of.first().is_some_and(|first| *first == register.key);
        let rules = live.filter_map(move |rule| Some((Some(rule), rule.periodic.as_ref().filter(counts)?)));
        rules.chain(register.asks.as_ref().map(|duty| (None, duty)))
    }

    /// Where papers of a register lie, and from when to when each is there.
    pub(super) fn places(&self, register: &Register) -> Vec<(Place, Lifetime)> {
        if register.lies_in == Object::Organisation {
            return vec![self.whole(register)];
        }
        self.units.iter().filter_map(|unit| self.unit(register, unit)).map(|(_, place, life)| (place, life)).collect()
    }

    fn opens(&self, register: &Register, head: Option<Uuid>) -> bool {
        self.writer.is_some_and(|scope| scope.may_papers(register, Right::Write, head.map(Into::into)))
    }

    /// The organisation itself as a place of papers.
    fn whole(&self, register: &Register) -> (Place, Lifetime) {
        let house = self.organisation;
        let opens = self.opens(register, None);
        let place = Place { file: house.id.into(), name: house.name.clone(), address: None, opens };
        (place, Lifetime { since: house.since, until: None })
    }

    fn unit(&self, register: &Register, unit: &unit::Model) -> Option<(UnitKind, Place, Lifetime)> {
        let kind = UnitKind::parse(&unit.kind).ok().filter(|kind| register.lies_in_unit(*kind))?;
        let until: Option<Day> = unit.until.map(Into::into);
        let place = Place {
            file: Subject { kind: Object::Unit, id: unit.id },
            name: unit.name.clone(),
            address: unit.address.clone(),
            opens: until.is_none() && self.opens(register, unit.head_id),
        };
        let since = Day::from(unit.since).max(self.organisation.since);
        Some((kind, place, Lifetime { since, until }))
    }

    /// What the rules ask that count the papers of this register.
    pub(crate) fn strips(&self, register: &Register) -> Vec<Strip> {
        let strip = |(rule, duty): (Option<&'static Rule>, &Periodic)| {
            let subjects: Vec<(Place, Lifetime)> = match duty.subject.unit() {
                Some(kind) => {
                    let units = self.units.iter().filter_map(|unit| self.unit(register, unit));
                    units.filter(|(of, ..)| *of == kind).map(|(_, place, life)| (place, life)).collect()
                }
                None if duty.subject == Of::Organisation => vec![self.whole(register)],
                // Of a member or a case nothing is counted yet.
                None => Vec::new(),
            };
            let answers: Vec<Option<&str>> = match duty.apart() {
                Some(only) => only.is.iter().map(|answer| Some(answer.as_str())).collect(),
                None => vec![None],
            };
            let mut lines = Vec::new();
            for subject in &subjects {
                lines.extend(answers.iter().filter_map(|answer| self.line(rule, duty, subject.clone(), *answer)));
            }
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
        let is_seen = |key: &String| seen.iter().any(|register| register.key == *key);
        self.strips(register).into_iter().filter(|strip| strip.duty.of.iter().all(is_seen)).collect()
    }

    /// Whether a paper gives one of the answers that a duty counts; where one has to be in force for each of several, this one.
    fn answers(&self, duty: &Periodic, tally: &Tally, answer: Option<&str>) -> bool {
        let answered = |only: &Only| {
            let wanted = |code: &String| answer.map_or_else(|| only.is.contains(code), |answer| code == answer);
            let answers = self.answers.get(&tally.id);
            answers.is_some_and(|all| all.iter().any(|(field, code)| *field == only.field && wanted(code)))
        };
        duty.only.as_ref().is_none_or(answered)
    }

    fn line(
        &self,
        rule: Option<&Rule>,
        duty: &Periodic,
        (place, life): (Place, Lifetime),
        answer: Option<&str>,
    ) -> Option<Line> {
        let papers = self.tallies.get(&place.file.id).map(Vec::as_slice).unwrap_or_default();
        let of_duty: Vec<&Tally> = papers.iter().filter(|tally| duty.of.contains(&tally.register)).collect();
        let papers: Vec<&Tally> = of_duty.iter().copied().filter(|tally| self.answers(duty, tally, answer)).collect();
        let done = papers.iter().filter(|tally| tally.stands(PaperState::counts));
        let counted: Vec<Counted> = done.filter_map(|tally| tally.counted()).collect();
        let since = rule.map_or(life.since, |rule| life.since.max(rule.effective_from));
        let life = Lifetime { since, ..life };
        // A number is fixed, or what the parameter says on a day.
        let limit = |quantity: &Quantity| match quantity {
            Quantity::Fixed(number) => Some((Err(*number), Unit::Days)),
            Quantity::Parameter(key) => rule?.parameter(key).map(|parameter| (Ok(parameter), parameter.unit)),
        };
        let value = |limit: Result<&Parameter, i64>, day: Day| {
            limit.map_or_else(|fixed| fixed, |parameter| self.rules.value(parameter, day))
        };
        let mut turns = match &duty.demand {
            Demand::Each(period, number) => {
                let (limit, _) = limit(number)?;
                each(*period, duty.warn_days, |day| value(limit, day), life, &counted, self.today)
            }
            Demand::NotOlderThan(span) => {
                let (limit, unit) = limit(span)?;
                not_older(unit, duty.warn_days, |day| value(limit, day), life, &counted, self.today)
            }
            Demand::InForce(field) => {
                // Where one is asked for each answer, only those with it are looked at; else the newest of all has to be sound.
                let among = if field.is_some() { &papers } else { &of_duty };
                let newest = among.iter().filter(|tally| tally.stands(PaperState::is_in_force));
                let newest = newest.max_by_key(|tally| (tally.occurred_at, tally.recorded_at, tally.id));
                let sound = newest.filter(|tally| self.answers(duty, tally, answer));
                in_force(life, sound.and_then(|tally| tally.counted()), self.today)
            }
        };
        let mut waiting: Vec<&Tally> = papers.into_iter().filter(|tally| tally.stands(PaperState::waits)).collect();
        if let Some(only) = self.only {
            turns.retain(|turn| within(turn, only, &duty.demand));
            waiting.retain(|tally| tally.on().is_some_and(|on| only.has(on)));
            if turns.is_empty() && waiting.is_empty() {
                return None;
            }
        }
        Some(Line { place, answer: answer.map(str::to_owned), since, turns, waiting: waiting.len() })
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

fn of<'h, 'o>(houses: &'h mut [House<'o>], organisation: Uuid) -> Option<&'h mut House<'o>> {
    houses.iter_mut().find(|house| house.organisation.id.uuid() == organisation)
}
