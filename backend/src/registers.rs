//! A register as its page shows it: what its rules ask of whom and how that stands, then its papers.
//!
//! What is asked is computed from the papers whenever the page is read ([`domain::rules::periodic`]): the strip and the list are
//! told by the same rows, so that a figure opens into what it counts.

use crate::db::ReadTx;
use crate::entity::{paper, unit};
use crate::listing::{self, Listed, Slice, Sorts};
use crate::members;
use crate::papers::{self, Head};
use crate::scope::StaffScope;
use domain::access::Reach;
use domain::events::Subject;
use domain::ids::PaperId;
use domain::nouns::Object;
use domain::papers::{PaperState, Right};
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::rules::periodic::{Counted, Demand, Lifetime, Period, Periodic, Quantity, Turn, each, not_older};
use domain::rules::{OrgRules, Rule, RuleBook, RuleId};
use domain::time::{Day, Moment, Unit};
use domain::units::UnitKind;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, FromQueryResult, Order, QuerySelect};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// What a register's page shows.
#[derive(Clone, Debug)]
pub struct RegisterPage {
    /// The register.
    pub register: Arc<Register>,
    /// What its rules ask, rule by rule.
    pub strips: Vec<Strip>,
    /// Where one of its papers can be written now by this member.
    pub places: Vec<Place>,
    /// Its papers.
    pub papers: Listed<PaperRow>,
}

/// What is asked of each subject.
#[derive(Clone, Debug)]
pub struct Strip {
    /// The rule that asks it; none where the register asks it by itself.
    pub rule: Option<RuleId>,
    /// What is asked.
    pub duty: Periodic,
    /// Over which periods it counts; none where it asks for one that is no older than a span.
    pub period: Option<Period>,
    /// Each subject by itself.
    pub lines: Vec<Line>,
}

/// How it stands with one subject.
#[derive(Clone, Debug)]
pub struct Line {
    /// The subject.
    pub place: Place,
    /// From when on it owes anything here.
    pub since: Day,
    /// Its turns, oldest first; the last is the one that runs.
    pub turns: Vec<Turn>,
    /// How many of its papers wait for a decision.
    pub waiting: usize,
}

/// An organisation or a unit in which papers lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub file: Subject,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub address: Option<String>,
    /// Whether this member may write one there now.
    pub opens: bool,
}

/// A paper on the list.
#[derive(Clone, Debug)]
pub struct PaperRow {
    /// The paper.
    pub head: Head,
    /// Where it lies.
    pub place: String,
    /// Who wrote it.
    pub author: String,
}

/// Which papers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaperFilter {
    /// Only those that lie here.
    pub file: Option<Uuid>,
    /// Only those that stand so.
    pub state: Option<PaperState>,
}

/// What the list can be sorted by.
const SORTS: &Sorts<paper::Entity> = &[("occurred", paper::Column::OccurredAt)];

/// A paper as far as duties count it.
#[derive(FromQueryResult)]
struct Tally {
    id: Uuid,
    register: String,
    file_id: Uuid,
    state: String,
    occurred_at: Option<i64>,
    recorded_at: Option<i64>,
}

impl Tally {
    fn counted(&self) -> Option<Counted> {
        let on = Moment::from_millis(self.occurred_at?).day();
        let written = Moment::from_millis(self.recorded_at?).day();
        Some(Counted { paper: PaperId::from(self.id), on, written })
    }

    fn stands(&self, which: impl Fn(PaperState) -> bool) -> bool {
        PaperState::parse(&self.state).is_ok_and(which)
    }
}

/// A register's page.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such register here, or one may not read it.
pub async fn page(
    scope: &StaffScope,
    register: &str,
    filter: &PaperFilter,
    slice: &Slice,
) -> Result<RegisterPage, Refusal> {
    let register = readable(scope).find(|known| known.key == register).cloned().ok_or(Refusal::NotFound)?;
    let tx = scope.read().await?;
    let house = House::read(scope, &tx, std::slice::from_ref(&register)).await?;
    let papers = list(&house, &tx, &register, filter, slice).await?;
    let places = house.places(&register).into_iter().map(|(place, _)| place).filter(|place| place.opens).collect();
    Ok(RegisterPage { strips: house.strips(&register), register, places, papers })
}

/// The registers that have a page here and that this member may read, each with what its rules ask.
///
/// # Errors
/// When the database does not answer.
pub async fn overview(scope: &StaffScope) -> Result<Vec<(Arc<Register>, Vec<Strip>)>, Refusal> {
    let registers: Vec<Arc<Register>> = readable(scope).cloned().collect();
    let tx = scope.read().await?;
    let house = House::read(scope, &tx, &registers).await?;
    Ok(registers.into_iter().map(|register| (register.clone(), house.strips(&register))).collect())
}

fn readable(scope: &StaffScope) -> impl Iterator<Item = &Arc<Register>> {
    let packs = scope.organisation().packs;
    let reads = |register: &&Arc<Register>| scope.papers_reach(register, Right::Read) != Reach::None;
    scope.registers().shelved().filter(move |register| register.is_offered_to(packs)).filter(reads)
}

/// The organisation as its registers see it.
struct House<'s> {
    scope: &'s StaffScope,
    rules: OrgRules,
    units: Vec<unit::Model>,
    tallies: HashMap<Uuid, Vec<Tally>>,
}

impl<'s> House<'s> {
    /// Reads what the pages of these registers need.
    async fn read(scope: &'s StaffScope, tx: &ReadTx, registers: &[Arc<Register>]) -> Result<Self, Refusal> {
        let rules = scope.organisation().rules(tx).await?;
        let units =
            tx.find::<unit::Entity>().order(unit::Column::Since, Order::Asc).order(unit::Column::Id, Order::Asc);
        let mut house = Self { scope, rules, units: units.all().await?, tallies: HashMap::new() };
        let asking = registers.iter().flat_map(|register| house.asking(register));
        let of: BTreeSet<&String> = asking.flat_map(|(_, duty)| &duty.of).collect();
        if of.is_empty() {
            return Ok(house);
        }
        let columns = [
            paper::Column::Id,
            paper::Column::Register,
            paper::Column::FileId,
            paper::Column::State,
            paper::Column::OccurredAt,
            paper::Column::RecordedAt,
        ];
        let found = tx.find::<paper::Entity>().filter(paper::Column::Register.is_in(of));
        let tallies: Vec<Tally> = found.shape(|select| select.select_only().columns(columns)).models().await?;
        for tally in tallies {
            house.tallies.entry(tally.file_id).or_default().push(tally);
        }
        Ok(house)
    }

    /// What is asked of the papers of this register: by the rules that bind here, by itself.
    fn asking<'r>(&self, register: &'r Register) -> impl Iterator<Item = (Option<&'static Rule>, &'r Periodic)> {
        let today = self.scope.now().day();
        let live = RuleBook::builtin().on(today).filter(move |rule| self.rules.is_live(rule, today));
        // A duty that counts papers of several registers is shown with the first.
        let counts = |duty: &&Periodic| duty.of.first().is_some_and(|first| *first == register.key);
        let rules = live.filter_map(move |rule| Some((Some(rule), rule.periodic.as_ref().filter(counts)?)));
        rules.chain(register.asks.as_ref().map(|duty| (None, duty)))
    }

    /// Where papers of a register lie, and from when to when each is there.
    fn places(&self, register: &Register) -> Vec<(Place, Lifetime)> {
        if register.lies_in == Object::Organisation {
            return vec![self.organisation(register)];
        }
        self.units.iter().filter_map(|unit| self.unit(register, unit)).map(|(_, place, life)| (place, life)).collect()
    }

    fn organisation(&self, register: &Register) -> (Place, Lifetime) {
        let house = self.scope.organisation();
        let opens = self.scope.may_papers(register, Right::Write, None);
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
            opens: until.is_none() && self.scope.may_papers(register, Right::Write, unit.head_id.map(Into::into)),
        };
        let since = Day::from(unit.since).max(self.scope.organisation().since);
        Some((kind, place, Lifetime { since, until }))
    }

    /// What the rules ask that count the papers of this register.
    fn strips(&self, register: &Register) -> Vec<Strip> {
        let strip = |(rule, duty): (Option<&'static Rule>, &Periodic)| {
            let subjects: Vec<(Place, Lifetime)> = match duty.subject.unit() {
                Some(kind) => {
                    let units = self.units.iter().filter_map(|unit| self.unit(register, unit));
                    units.filter(|(of, ..)| *of == kind).map(|(_, place, life)| (place, life)).collect()
                }
                None => vec![self.organisation(register)],
            };
            let lines = subjects.into_iter().filter_map(|subject| self.line(rule, duty, subject)).collect();
            let period = match &duty.demand {
                Demand::Each(period, _) => Some(*period),
                _ => None,
            };
            Strip { rule: rule.map(|rule| rule.id), duty: duty.clone(), period, lines }
        };
        self.asking(register).map(strip).filter(|strip| !strip.lines.is_empty()).collect()
    }

    fn line(&self, rule: Option<&Rule>, duty: &Periodic, (place, life): (Place, Lifetime)) -> Option<Line> {
        let papers = self.tallies.get(&place.file.id).map(Vec::as_slice).unwrap_or_default();
        let papers: Vec<&Tally> = papers.iter().filter(|tally| duty.of.contains(&tally.register)).collect();
        let done = papers.iter().filter(|tally| tally.stands(PaperState::counts));
        let counted: Vec<Counted> = done.filter_map(|tally| tally.counted()).collect();
        let since = rule.map_or(life.since, |rule| life.since.max(rule.effective_from));
        let (life, today) = (Lifetime { since, ..life }, self.scope.now().day());
        let (number, unit) = match duty.quantity()? {
            Quantity::Fixed(number) => (Err(*number), Unit::Days),
            Quantity::Parameter(key) => {
                let parameter = rule?.parameter(key)?;
                (Ok(parameter), parameter.unit)
            }
        };
        let value = |day: Day| number.map_or_else(|fixed| fixed, |parameter| self.rules.value(parameter, day));
        let turns = match &duty.demand {
            Demand::Each(period, _) => each(*period, duty.warn_days, value, life, &counted, today),
            Demand::NotOlderThan(_) => not_older(unit, duty.warn_days, value, life, &counted, today),
            Demand::InForce(_) => return None,
        };
        let waiting = papers.iter().filter(|tally| tally.stands(PaperState::waits)).count();
        Some(Line { place, since: life.since, turns, waiting })
    }
}

async fn list(
    house: &House<'_>,
    tx: &ReadTx,
    register: &Register,
    filter: &PaperFilter,
    slice: &Slice,
) -> Result<Listed<PaperRow>, Refusal> {
    use paper::Column;
    let scope = house.scope;
    let these = Condition::all()
        .add(Column::Register.eq(&*register.key))
        .add(Column::State.ne(PaperState::Draft.code()))
        .add_option(filter.file.map(|file| Column::FileId.eq(file)))
        .add_option(filter.state.map(|state| Column::State.eq(state.code())));
    // Whoever reads only what one answers for finds the papers of the units that one heads.
    let own = (scope.papers_reach(register, Right::Read) == Reach::Own).then(|| {
        let headed = unit::Column::HeadId.eq(scope.member().uuid());
        Column::FileId.in_subquery(Query::select().column(unit::Column::Id).from(unit::Entity).and_where(headed).take())
    });
    let found = tx.find::<paper::Entity>().filter(these.add_option(own));
    let listed = listing::slice(tx, found, slice, (Column::OccurredAt, Order::Desc), SORTS).await?;
    let ids: Vec<Uuid> = listed.rows.iter().map(|row| row.id).collect();
    let heads = papers::heads(tx, Condition::all().add(Column::Id.is_in(ids.iter().copied())), None).await?;
    let mut heads: HashMap<Uuid, Head> = heads.into_iter().map(|head| (head.id.uuid(), head)).collect();
    let names = members::names(tx).await?;
    let place = |file: Subject| {
        let unit = house.units.iter().find(|unit| unit.id == file.id);
        unit.map_or_else(|| scope.organisation().name.clone(), |unit| unit.name.clone())
    };
    let mut row = |id: &Uuid| {
        let head = heads.remove(id)?;
        let author = names.get(&head.author.uuid()).cloned().unwrap_or_default();
        Some(PaperRow { place: place(head.file), author, head })
    };
    let rows = ids.iter().filter_map(&mut row).collect();
    Ok(listed.with(rows))
}
