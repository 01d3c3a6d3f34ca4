//! A register as its page shows it: what its rules ask of whom and how that stands, then its papers.
//!
//! What is asked is computed from the papers whenever the page is read ([`domain::rules::periodic`]): the strip and the list are
//! told by the same rows, so that a figure opens into what it counts.

mod house;
mod upkeep;

use crate::db::FileLane;
use crate::entity::{paper, unit};
use crate::listing::{self, Listed, Slice, Sorts};
use crate::members;
use crate::organisations::Organisation;
use crate::papers::{self, Fact, Head};
use crate::scope::StaffScope;
use domain::access::Reach;
use domain::events::Subject;
use domain::ids::MemberId;
use domain::papers::{PaperState, Right};
use domain::refusal::Refusal;
use domain::registers::{Register, Registers};
use domain::rules::periodic::{Counted, Period, Periodic, Turn};
use domain::rules::{Rule, RuleBook, RuleId, Standing};
use domain::time::Day;
pub(crate) use house::House;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, Order};
use std::collections::HashMap;
use std::sync::Arc;
pub use upkeep::Upkeep;
pub(crate) use upkeep::{is_told, upkeep};
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
    /// Whether this member reads its papers; whoever only writes sees where, and neither papers nor what is asked.
    pub reads: bool,
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

impl Strip {
    /// The rule that asks it, as it reads today.
    #[must_use]
    pub fn asked_by(&self) -> Option<&'static Rule> {
        RuleBook::builtin().rule(self.rule?)
    }

    /// Its lines by the paper that asks, where each of a register asks by itself.
    pub fn asked_by_each(&self) -> impl Iterator<Item = AskedByOne<'_>> {
        self.lines.chunk_by(|one, next| one.asking == next.asking).filter_map(AskedByOne::of)
    }
}

/// What one paper asks, of everybody whom it asks.
#[derive(Clone, Debug)]
pub struct AskedByOne<'s> {
    /// The paper.
    pub asking: &'s Asking,
    /// Where it lies.
    pub place: &'s Place,
    /// How many are asked.
    pub of: usize,
    /// Who has not done it yet.
    pub lacking: Vec<&'s Line>,
    /// By when the first of them has to.
    pub until: Option<Day>,
    /// How it stands with the last of all.
    pub standing: Standing,
}

impl<'s> AskedByOne<'s> {
    fn of(lines: &'s [Line]) -> Option<Self> {
        let first = lines.first()?;
        let owed: Vec<(&Line, &Turn)> = lines.iter().filter_map(|line| Some((line, line.foremost()?))).collect();
        let lacking = || owed.iter().filter(|(_, turn)| turn.missing() > 0);
        let worst = [Standing::Late, Standing::Due, Standing::Open, Standing::MetLate];
        let standing = worst.into_iter().find(|standing| owed.iter().any(|(_, turn)| turn.standing == *standing));
        Some(Self {
            asking: first.asking.as_ref()?,
            place: &first.place,
            of: owed.len(),
            lacking: lacking().map(|(line, _)| *line).collect(),
            until: lacking().map(|(_, turn)| turn.stretch.last).min(),
            standing: standing.unwrap_or(Standing::Met),
        })
    }
}

/// How it stands with one subject.
#[derive(Clone, Debug)]
pub struct Line {
    /// The subject.
    pub place: Place,
    /// What of the subject it is about, where it is asked for several things by themselves.
    pub about: Option<About>,
    /// The paper that asks it, where each of a register asks by itself.
    pub asking: Option<Asking>,
    /// From when on it owes anything here.
    pub since: Day,
    /// Its turns, oldest first; the last is the one that runs.
    pub turns: Vec<Turn>,
    /// How many of its papers wait for a decision.
    pub waiting: usize,
}

impl Line {
    /// The turn that has to be seen to first: the one before, while it misses what can still be made up, else the one that runs.
    #[must_use]
    pub fn foremost(&self) -> Option<&Turn> {
        let lately = self.turns.get(self.turns.len().saturating_sub(2)..).unwrap_or_default();
        lately.iter().find(|turn| turn.standing == Standing::Late).or(lately.last())
    }

    /// How it stands, if somebody has to see to it now.
    #[must_use]
    pub fn presses(&self) -> Option<Standing> {
        self.foremost().map(|turn| turn.standing).filter(|standing| standing.presses())
    }
}

/// A paper that asks by itself: an edition for which everybody signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Which.
    pub paper: Counted,
    /// What it is called.
    pub about: About,
}

/// What a line is about, beside its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Papers with this answer to the question by which they are told apart.
    Answer(String),
    /// Somebody who works there, and their name.
    Member(MemberId, String),
    /// One paper: its number, and its answer to the question by which its register's papers are told apart.
    Paper {
        /// Its number.
        number: String,
        /// The answer.
        kind: Option<String>,
    },
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
    /// Whom of the staff its answers name, by their ids.
    pub named: HashMap<String, String>,
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

/// A register's page.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such register here, or one may neither read nor write it.
pub async fn page(
    scope: &StaffScope,
    register: &str,
    filter: &PaperFilter,
    slice: &Slice,
) -> Result<RegisterPage, Refusal> {
    let register = open_to(scope).find(|known| known.key == register).cloned().ok_or(Refusal::NotFound)?;
    let reads = may(scope, &register, Right::Read);
    let tx = scope.read().await?;
    let house = House::read(&tx, scope.organisation(), std::slice::from_ref(&register), scope.now().day()).await?;
    let house = house.for_writer(scope);
    let papers = if reads {
        let found = tx.find::<paper::Entity>().filter(these(scope, &register, filter));
        let found = listing::slice(&tx, found, slice, (paper::Column::OccurredAt, Order::Desc), SORTS).await?;
        rows(&tx, &house, found).await?
    } else {
        Listed::none()
    };
    let strips = if reads { house.strips(&register) } else { Vec::new() };
    let places = house.places(&register).into_iter().map(|(place, _)| place).filter(|place| place.opens).collect();
    Ok(RegisterPage { strips, register, places, reads, papers })
}

/// The registers that have a page here and that this member may read or write, each with what its rules ask of those who read.
///
/// # Errors
/// When the database does not answer.
pub async fn overview(scope: &StaffScope) -> Result<Vec<(Arc<Register>, Vec<Strip>)>, Refusal> {
    let registers: Vec<Arc<Register>> = open_to(scope).cloned().collect();
    let tx = scope.read().await?;
    let house = House::read(&tx, scope.organisation(), &registers, scope.now().day()).await?;
    let strips = |register: &Register| match may(scope, register, Right::Read) {
        true => house.strips(register),
        false => Vec::new(),
    };
    Ok(registers.into_iter().map(|register| (register.clone(), strips(&register))).collect())
}

fn open_to(scope: &StaffScope) -> impl Iterator<Item = &Arc<Register>> {
    let opens =
        move |register: &&Arc<Register>| may(scope, register, Right::Read) || may(scope, register, Right::Write);
    offered(scope.registers(), scope.organisation()).filter(opens)
}

/// The registers that have a page in an organisation.
pub(crate) fn offered<'r>(
    registers: &'r Registers,
    organisation: &Organisation,
) -> impl Iterator<Item = &'r Arc<Register>> + use<'r> {
    let packs = organisation.packs;
    registers.shelved().filter(move |register| register.is_offered_to(packs))
}

/// Whether this member has a right to any of a register's papers.
fn may(scope: &StaffScope, register: &Register, right: Right) -> bool {
    scope.papers_reach(register, right) != Reach::None
}

/// The papers of a register that this member may read, without drafts.
fn these(scope: &StaffScope, register: &Register, filter: &PaperFilter) -> Condition {
    use paper::Column;
    // Whoever reads only what one answers for finds the papers of the units that one heads.
    let own = (scope.papers_reach(register, Right::Read) == Reach::Own).then(|| {
        let headed = unit::Column::HeadId.eq(scope.member().uuid());
        Column::FileId.in_subquery(Query::select().column(unit::Column::Id).from(unit::Entity).and_where(headed).take())
    });
    Condition::all()
        .add(Column::Register.eq(&*register.key))
        .add(Column::State.ne(PaperState::Draft.code()))
        .add_option(filter.file.map(|file| Column::FileId.eq(file)))
        .add_option(filter.state.map(|state| Column::State.eq(state.code())))
        .add_option(own)
}

/// Papers of a house as a list shows them.
pub(crate) async fn rows(
    lane: &impl FileLane,
    house: &House<'_>,
    found: Listed<paper::Model>,
) -> Result<Listed<PaperRow>, Refusal> {
    let ids: Vec<Uuid> = found.rows.iter().map(|row| row.id).collect();
    let heads = papers::heads(lane, Condition::all().add(paper::Column::Id.is_in(ids.iter().copied())), None).await?;
    let mut heads: HashMap<Uuid, Head> = heads.into_iter().map(|head| (head.id.uuid(), head)).collect();
    let names = members::names(lane).await?;
    let row = |id: &Uuid| {
        let head = heads.remove(id)?;
        let author = names.get(&head.author.uuid()).cloned().unwrap_or_default();
        let codes = head.facts.values().flatten().filter_map(Fact::code);
        let named = codes.filter_map(|code| {
            let member: MemberId = code.parse().ok()?;
            Some((code.to_owned(), names.get(&member.uuid())?.clone()))
        });
        Some(PaperRow { place: house.name_of(head.file), author, named: named.collect(), head })
    };
    Ok(found.with(ids.iter().filter_map(row).collect()))
}
