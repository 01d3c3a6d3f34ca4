//! An organisation as its registers see it: what is asked of it, of which of its parts, and which of its papers count.
//!
//! Three faces ask: its own staff, an evaluator, the district. Each reads through a lane of its own; what is read of a paper is
//! where it lies, who wrote it and about which other, how it stands, its dates, and the facts that a duty counts by.

mod strips;

use super::{About, Line, Place};
use crate::db::RuledLane;
use crate::entity::{member, member_role, paper, paper_fact, unit};
use crate::organisations::{Organisation, settings};
use crate::scope::StaffScope;
use crate::units;
use domain::access::Role;
use domain::events::Subject;
use domain::ids::{MemberId, PaperId};
use domain::nouns::Object;
use domain::papers::{PaperState, Right};
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::rules::periodic::{Apart, Counted, Lifetime, Periodic, Stretch, Subject as Of};
use domain::rules::{OrgRules, Owner, Rule, RuleBook};
use domain::time::{Day, Moment};
use domain::units::UnitKind;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, FromQueryResult, Order, QuerySelect};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use time::Date;
use uuid::Uuid;

/// An organisation as its registers see it.
pub(crate) struct House<'o> {
    organisation: &'o Organisation,
    rules: OrgRules,
    pub(super) units: Vec<unit::Model>,
    /// Who belongs here, where something is asked of each of them.
    staff: Vec<Staff>,
    /// From when to when each of them works for it: nobody asks of a volunteer or an auditor what is asked of who does.
    works: HashMap<Uuid, Lifetime>,
    tallies: Vec<Tally>,
    /// What papers answered where a duty asks what they say: by the paper's id.
    answers: HashMap<Uuid, Vec<(String, String)>>,
    today: Day,
    /// Who could write; nobody, where one only looks.
    writer: Option<&'o StaffScope>,
    /// The days that are looked at; all, if nothing is said.
    only: Option<Stretch>,
    /// Whether what was asked of those is told too who left since, and by what was superseded since.
    ever: bool,
}

/// A paper as far as duties count it.
#[derive(FromQueryResult)]
struct Tally {
    organisation_id: Uuid,
    id: Uuid,
    register: String,
    number: Option<String>,
    file_id: Uuid,
    author_id: Uuid,
    about_id: Option<Uuid>,
    state: String,
    occurred_at: Option<i64>,
    recorded_at: Option<i64>,
    decided_at: Option<i64>,
    ended_at: Option<i64>,
}

impl Tally {
    fn on(&self) -> Option<Day> {
        self.occurred_at.map(|at| Moment::from_millis(at).day())
    }

    /// From when to when it held: from its decision, where somebody decides, until another took its place or it was taken back.
    fn held(&self) -> Option<Lifetime> {
        let day = |at: i64| Moment::from_millis(at).day();
        let since = day(self.decided_at.or(self.recorded_at)?);
        let until = self.ended_at.map(|at| day(at).plus_days(-1));
        let taken_back = self.stands(|state| state == PaperState::Withdrawn) && self.decided_at.is_some();
        let held = self.stands(PaperState::counts) || taken_back;
        held.then_some(Lifetime { since, until })
    }

    fn counted(&self) -> Option<Counted> {
        let written = Moment::from_millis(self.recorded_at?).day();
        Some(Counted { paper: PaperId::from(self.id), on: self.on()?, written })
    }

    fn stands(&self, which: impl Fn(PaperState) -> bool) -> bool {
        PaperState::parse(&self.state).is_ok_and(which)
    }
}

/// Somebody who belongs to a house.
#[derive(FromQueryResult)]
struct Staff {
    organisation_id: Uuid,
    id: Uuid,
    name: String,
    valid_from: Date,
    valid_until: Option<Date>,
    disabled_at: Option<i64>,
}

impl Staff {
    /// From their first day to their last, if that is known.
    fn stays(&self) -> Lifetime {
        let disabled = self.disabled_at.map(|at| Moment::from_millis(at).day());
        let until = self.valid_until.map(Day::from).into_iter().chain(disabled).min();
        Lifetime { since: self.valid_from.into(), until }
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
            let (units, staff, tallies) = (Vec::new(), Vec::new(), Vec::new());
            let (works, answers) = (HashMap::new(), HashMap::new());
            let rules = organisation.rules_of(&settings)?;
            let (writer, only, ever) = (None, None, false);
            Ok(Self { organisation, rules, units, staff, works, tallies, answers, today, writer, only, ever })
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
        let counted: BTreeSet<&str> = duties.iter().flat_map(|duty| duty.reads()).collect();
        let told_apart = |register: &&Arc<Register>| counted.contains(register.key.as_str());
        let called = registers.iter().filter(told_apart).filter_map(|register| register.told_apart_by.as_deref());
        let asked: BTreeSet<&str> =
            duties.iter().flat_map(|duty| duty.facts()).map(|(_, fact)| fact).chain(called).collect();
        let of_staff = duties.iter().any(|duty| duty.subject == Of::Member);
        if counted.is_empty() {
            return Ok(houses);
        }
        if of_staff {
            use member::Column;
            let staff = lane.find::<member::Entity>().filter(Column::OrganisationId.is_in(these()));
            let staff = staff.order(Column::Name, Order::Asc).order(Column::Id, Order::Asc);
            let with_roles = staff.joined(|select| {
                select.find_also(member::Entity, member_role::Entity).into_model::<Staff, member_role::Model>()
            });
            for (member, role) in with_roles.await? {
                if let Some(house) = of(&mut houses, member.organisation_id) {
                    house.meet(member, role.as_ref());
                }
            }
        }
        let columns = [
            Column::OrganisationId,
            Column::Id,
            Column::Register,
            Column::Number,
            Column::FileId,
            Column::AuthorId,
            Column::AboutId,
            Column::State,
            Column::OccurredAt,
            Column::RecordedAt,
            Column::DecidedAt,
            Column::EndedAt,
        ];
        let found = lane.find::<paper::Entity>().filter(Column::OrganisationId.is_in(these()));
        let found = found.filter(Column::Register.is_in(counted.iter().copied()));
        let tallies: Vec<Tally> = found.shape(|select| select.select_only().columns(columns)).models().await?;
        let by_author = duties.iter().any(|duty| duty.apart.as_ref().is_some_and(|apart| apart.by == Apart::AUTHOR));
        for tally in tallies {
            if let Some(house) = of(&mut houses, tally.organisation_id) {
                if by_author {
                    let author = MemberId::from(tally.author_id).to_string();
                    house.answers.entry(tally.id).or_default().push((Apart::AUTHOR.to_owned(), author));
                }
                house.tallies.push(tally);
            }
        }
        if asked.is_empty() {
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
        let facts = facts.filter(Fact::Field.is_in(asked)).filter(Fact::PaperId.in_subquery(papers));
        for fact in facts.all().await? {
            let day = || fact.day.map(|day| Day::from(day).to_string());
            let answer = fact.code.or_else(|| fact.number.map(|number| number.to_string())).or_else(day);
            if let (Some(house), Some(code)) = (of(&mut houses, fact.organisation_id), answer) {
                house.answers.entry(fact.paper_id).or_default().push((fact.field, code));
            }
        }
        Ok(houses)
    }

    /// Takes in somebody who belongs here, with one of the roles that they hold or held.
    fn meet(&mut self, member: Staff, role: Option<&member_role::Model>) {
        let employs = |role: &&member_role::Model| Role::parse(&role.role).is_ok_and(Role::is_employed);
        if let Some(role) = role.filter(employs) {
            let revoked = role.revoked_at.map(|at| Moment::from_millis(at).day());
            let until = role.valid_until.map(Day::from).into_iter().chain(revoked).min();
            let this = Lifetime { since: role.valid_from.into(), until };
            self.works.entry(member.id).and_modify(|whole| *whole = whole.and(this)).or_insert(this);
        }
        if self.staff.last().is_none_or(|last| last.id != member.id) {
            self.staff.push(member);
        }
    }

    /// For somebody who writes there.
    pub(super) const fn for_writer(mut self, scope: &'o StaffScope) -> Self {
        self.writer = Some(scope);
        self
    }

    /// For somebody who is shown these days only: a period that they judge, as it was, and the papers within them.
    pub(crate) const fn only(mut self, days: Stretch) -> Self {
        self.only = Some(days);
        self.ever()
    }

    /// With what was asked of those who left since, and by what was superseded since: a month that is over stays as it was.
    pub(crate) const fn ever(mut self) -> Self {
        self.ever = true;
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

    /// What is asked of the papers of this register, as far as it binds here.
    fn asking<'r>(&self, register: &'r Register) -> impl Iterator<Item = (Option<&'static Rule>, &'r Periodic)> {
        let binds = |rule: &Rule| self.rules.is_live(rule, self.today);
        asked_of(register, self.today).filter(move |(rule, _)| rule.is_none_or(binds))
    }

    /// Whether a member is to see to what a line asks.
    pub(super) fn owes(&self, scope: &StaffScope, owner: Owner, line: &Line) -> bool {
        match (owner, &line.about) {
            (Owner::Role(role), _) => scope.roles().contains(&role),
            (Owner::Responsible, about) if !matches!(about, Some(About::Member(..))) => line.place.opens,
            _ => self.owner(owner, line) == Some(scope.member().uuid()),
        }
    }

    /// The one who is to see to what a line asks, where that is one: the holder of a post, whoever is asked, whoever heads the place.
    pub(crate) fn owner(&self, owner: Owner, line: &Line) -> Option<Uuid> {
        let place = line.place.file.id;
        let head = || self.units.iter().find(|unit| unit.id == place).and_then(|unit| unit.head_id);
        match (owner, &line.about) {
            (Owner::Role(_), _) => None,
            (Owner::Post(kind), _) => units::holder(&self.units, kind, place).or_else(head),
            (Owner::Responsible, Some(About::Member(member, _))) => Some(member.uuid()),
            (Owner::Responsible, _) => head(),
        }
    }

    /// Where papers of a register lie, and from when to when each is there.
    pub(super) fn places(&self, register: &Register) -> Vec<(Place, Lifetime)> {
        if register.lies_in == Object::Organisation {
            return vec![self.whole(register)];
        }
        self.units.iter().filter_map(|unit| self.unit(register, unit)).map(|(_, place, life)| (place, life)).collect()
    }

    fn opens(&self, register: &Register, head: Option<Uuid>) -> bool {
        // What is about another paper begins on the page of that one.
        let begins_here = register.about.as_ref().is_none_or(|about| !about.required);
        begins_here && self.writer.is_some_and(|scope| scope.may_papers(register, Right::Write, head.map(Into::into)))
    }

    /// The organisation itself as a place of papers.
    fn whole(&self, register: &Register) -> (Place, Lifetime) {
        let house = self.organisation;
        let opens = register.lies_in == Object::Organisation && self.opens(register, None);
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
}

/// What is asked of the papers of a register anywhere: by the rules of a day, by itself.
pub(super) fn asked_of(register: &Register, day: Day) -> impl Iterator<Item = (Option<&'static Rule>, &Periodic)> {
    let counts = |duty: &&Periodic| duty.shown_with() == Some(register.key.as_str());
    let rules = RuleBook::builtin().on(day);
    let rules = rules.filter_map(move |rule| Some((Some(rule), rule.periodic.as_ref().filter(counts)?)));
    rules.chain(register.asks.as_ref().map(|duty| (None, duty)))
}

fn of<'h, 'o>(houses: &'h mut [House<'o>], organisation: Uuid) -> Option<&'h mut House<'o>> {
    houses.iter_mut().find(|house| house.organisation.id.uuid() == organisation)
}
