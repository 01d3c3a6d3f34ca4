//! Finding (查找): clients, applications, cases by their person or number, papers by their number, as far as one may open them.
//!
//! Of each kind whoever has the pieces of what was typed is opened, newest first, and looked at ([`crate::pieces`]). What is
//! found says whose it is as [`crate::work`] does: of a file for which one answers the full name, of any other the masked one.
//! What one may not open is not found.

mod address;
mod upkeep;

pub use crate::pieces::{Sought, Unsearchable};
pub use address::{open_search, seal_search};
pub use upkeep::{Completed, complete};

use crate::clients::Person;
use crate::db::{Found, ReadTx};
use crate::entity::{TenantOwned, application, case, client, paper, person_key, unit};
use crate::fault::{Fault, fault};
use crate::pieces::Fit;
use crate::scope::StaffScope;
use crate::seal::PersonKey;
use crate::{applications, cases, clients, keys};
use domain::access::{Action, Object, Reach};
use domain::applications::ApplicationState;
use domain::cases::CaseState;
use domain::events::Subject;
use domain::numbers::Series;
use domain::papers::{PaperState, Right};
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::time::Moment;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, FromQueryResult, Order, QueryOrder, QuerySelect, Select, Selector, SelectorTrait,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// How many of a kind are shown: who has more before them types more.
pub const SHOWN: usize = 20;
/// How many of a kind are opened and looked at, the newest of those who have the pieces. Namesakes come before.
const LOOKED_AT: u64 = 300;

/// What was found of one kind.
#[derive(Clone, Debug)]
pub struct Group {
    /// Clients, applications, cases or papers.
    pub kind: Object,
    /// What fits best first, among equals the newest.
    pub hits: Vec<Hit>,
    /// Whether there is more than is shown.
    pub more: bool,
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Which.
    pub subject: Subject,
    /// Its number.
    pub number: String,
    /// The person's name, whole or masked; a paper is found by its number and names nobody.
    pub name: Option<String>,
    /// What it is.
    pub is: HitKind,
    /// When it came in, was opened, or tells of.
    pub at: Moment,
}

/// What was found, with what tells it from its like.
#[derive(Clone, Debug)]
pub enum HitKind {
    /// A client, and full years today.
    Client(Option<u32>),
    /// An application, and where it stands.
    Application(ApplicationState),
    /// A case, and where it stands.
    Case(CaseState),
    /// A paper: its register, and where it stands.
    Paper(Arc<Register>, PaperState),
}

/// Finds what was sought, kind by kind; a kind of which one may open nothing, or nothing was found, is not there.
///
/// # Errors
/// When the database does not answer.
pub async fn find(scope: &StaffScope, sought: &Sought) -> Result<Vec<Group>, Refusal> {
    let tx = scope.read().await?;
    let desk = Desk { scope, tx: &tx, sought };
    let groups = [desk.clients().await?, desk.applications().await?, desk.cases().await?, desk.papers().await?];
    Ok(groups.into_iter().filter(|group| !group.hits.is_empty()).collect())
}

/// Who seeks what, and where.
struct Desk<'a> {
    scope: &'a StaffScope,
    tx: &'a ReadTx,
    sought: &'a Sought,
}

/// In which columns something of a kind is looked for.
struct Columns<E: TenantOwned> {
    number: E::Column,
    key: E::Column,
    at: E::Column,
}

/// What of a kind is looked through.
struct Files<E: TenantOwned> {
    kind: Object,
    series: Series,
    /// How far one may open them.
    within: Condition,
    columns: Columns<E>,
}

impl Desk<'_> {
    async fn clients(&self) -> Result<Group, Refusal> {
        use client::{Column, Entity};
        let columns = Columns { number: Column::Number, key: Column::KeyId, at: Column::CreatedAt };
        let within = clients::within(self.scope.reach(Object::Client, Action::Read), self.scope.member());
        let files = Files { kind: Object::Client, series: Series::Client, within, columns };
        let with_key = |select: Select<Entity>| {
            select.find_also(Entity, person_key::Entity).into_model::<client::Model, person_key::Model>()
        };
        self.files(files, with_key, |(row, key)| {
            let Some(key) = self.opened(key.as_ref())? else { return Ok(None) };
            let person = clients::profile(&key, &row)?;
            let is = HitKind::Client(person.age_on(self.scope.now().day()));
            let hit = Hit {
                subject: Subject { kind: Object::Client, id: row.id },
                number: row.number,
                name: Some(person.name_for(self.is_mine(row.responsible_id))),
                is,
                at: Moment::from_millis(row.created_at),
            };
            Ok(Some((person, hit)))
        })
        .await
    }

    async fn applications(&self) -> Result<Group, Refusal> {
        use application::{Column, Entity};
        let columns = Columns { number: Column::Number, key: Column::KeyId, at: Column::SubmittedAt };
        let all = self.scope.reach(Object::Application, Action::Read) == Reach::All;
        let own = (!all).then(|| Column::HandlerId.eq(self.scope.member().uuid()));
        let within = Condition::all().add_option(own);
        let files = Files { kind: Object::Application, series: Series::Application, within, columns };
        let with_key = |select: Select<Entity>| {
            select.find_also(Entity, person_key::Entity).into_model::<application::Model, person_key::Model>()
        };
        self.files(files, with_key, |(row, key)| {
            let Some(key) = self.opened(key.as_ref())? else { return Ok(None) };
            let person = applications::person(&key, &row)?;
            let state = ApplicationState::parse(&row.state).map_err(|_| fault(Fault::Stored("application state")))?;
            let hit = Hit {
                subject: Subject { kind: Object::Application, id: row.id },
                number: row.number,
                name: Some(person.name_for(self.is_mine(row.handler_id))),
                is: HitKind::Application(state),
                at: Moment::from_millis(row.submitted_at),
            };
            Ok(Some((person, hit)))
        })
        .await
    }

    async fn cases(&self) -> Result<Group, Refusal> {
        use case::{Column, Entity};
        let columns = Columns { number: Column::Number, key: Column::KeyId, at: Column::OpenedAt };
        let within = cases::within(self.scope.reach(Object::Case, Action::Read), self.scope.member(), false);
        let files = Files { kind: Object::Case, series: Series::Case, within, columns };
        let with_client = |select: Select<Entity>| {
            select
                .find_also(Entity, client::Entity)
                .find_also(Entity, person_key::Entity)
                .into_model::<case::Model, client::Model, person_key::Model>()
        };
        self.files(files, with_client, |(row, client, key)| {
            let (Some(client), Some(key)) = (client, self.opened(key.as_ref())?) else { return Ok(None) };
            let person = clients::profile(&key, &client)?;
            let state = CaseState::parse(&row.state).map_err(|_| fault(Fault::Stored("case state")))?;
            let hit = Hit {
                subject: Subject { kind: Object::Case, id: row.id },
                number: row.number,
                name: Some(person.name_for(self.is_mine(Some(row.responsible_id)))),
                is: HitKind::Case(state),
                at: Moment::from_millis(row.opened_at),
            };
            Ok(Some((person, hit)))
        })
        .await
    }

    /// Asks for files of a kind and looks at them: each is read with what is joined to it, unless its person was erased.
    async fn files<E: TenantOwned, S: SelectorTrait>(
        &self,
        Files { kind, series, within, columns }: Files<E>,
        join: impl Fn(Select<E>) -> Selector<S>,
        read: impl Fn(S::Item) -> Result<Option<(Person, Hit)>, Refusal>,
    ) -> Result<Group, Refusal> {
        let mut found = Gathered::of(kind);
        for ask in self.asks::<E>(self.scope.reach(kind, Action::Read), series, columns) {
            let rows = ask.of(self.tx.find::<E>().filter(within.clone()), &join).await?;
            found.looked_at(rows.len());
            for row in rows {
                if let Some((person, hit)) = read(row)? {
                    found.add(ask.fit(self.sought, &person), hit);
                }
            }
        }
        Ok(found.group())
    }

    fn is_mine(&self, responsible: Option<Uuid>) -> bool {
        responsible == Some(self.scope.member().uuid())
    }

    async fn papers(&self) -> Result<Group, Refusal> {
        use paper::Column;
        let mut found = Gathered::of(Object::Paper);
        let numbered = |register: &&Arc<Register>| self.reads(register) != Reach::None;
        let series = self.scope.registers().iter().filter(numbered).filter_map(|register| register.series.clone());
        let numbers = self.sought.numbers(self.scope.organisation(), series, self.scope.now().day());
        if numbers.is_empty() {
            return Ok(found.group());
        }
        let columns =
            [Column::Id, Column::Register, Column::Number, Column::State, Column::OccurredAt, Column::RecordedAt];
        let rows = self.tx.find::<paper::Entity>().filter(Column::Number.is_in(numbers)).filter(self.readable());
        let rows = rows.sorted(Column::RecordedAt, Order::Desc).limit(LOOKED_AT);
        let rows: Vec<PaperRow> = rows.shape(|select| select.select_only().columns(columns)).models().await?;
        found.looked_at(rows.len());
        for row in rows {
            let Some(register) = self.scope.registers().get(&row.register) else { continue };
            let state = PaperState::parse(&row.state).map_err(|_| fault(Fault::Stored("state of a paper")))?;
            let at = row.occurred_at.or(row.recorded_at).unwrap_or_default();
            found.add(
                Some(Fit::Exact),
                Hit {
                    subject: Subject { kind: Object::Paper, id: row.id },
                    number: row.number.unwrap_or_default(),
                    name: None,
                    is: HitKind::Paper(register.clone(), state),
                    at: Moment::from_millis(at),
                },
            );
        }
        Ok(found.group())
    }

    fn reads(&self, register: &Register) -> Reach {
        self.scope.papers_reach(register, Right::Read)
    }

    /// The papers that one may open: of some registers all, of others those in the files for which one answers.
    fn readable(&self) -> Condition {
        use paper::Column;
        let me = self.scope.member().uuid();
        let registers = self.scope.registers();
        let with = |reach| {
            let these = registers.iter().filter(|register| self.reads(register) == reach);
            Column::Register.is_in(these.map(|register| register.key.as_str()))
        };
        let headed =
            Query::select().column(unit::Column::Id).from(unit::Entity).and_where(unit::Column::HeadId.eq(me)).take();
        let led = Query::select()
            .column(case::Column::Id)
            .from(case::Entity)
            .and_where(case::Column::ResponsibleId.eq(me))
            .take();
        let ones_own = Condition::any().add(Column::FileId.in_subquery(led)).add(Column::FileId.in_subquery(headed));
        let own = Condition::all().add(with(Reach::Own)).add(ones_own);
        Condition::all()
            .add(Column::State.ne(PaperState::Draft.code()))
            .add(Condition::any().add(with(Reach::All)).add(own))
    }

    /// What is asked of a kind: by the numbers that what was typed can be, and by the persons. Both at once would have to look
    /// at every row.
    fn asks<E: TenantOwned>(&self, reach: Reach, series: Series, columns: Columns<E>) -> Vec<Ask<E>> {
        if reach == Reach::None {
            return Vec::new();
        }
        let house = self.scope.organisation();
        let numbers = self.sought.numbers(house, [series.into()], self.scope.now().day());
        let newest = columns.at;
        let by_number = (!numbers.is_empty()).then(|| Ask {
            these: columns.number.is_in(numbers).into_condition(),
            first: None,
            newest,
            by_number: true,
        });
        let first = self.sought.namesakes(house).map(|namesakes| (columns.key, namesakes));
        let by_person = self.sought.persons(house).map(|persons| Ask {
            these: columns.key.in_subquery(persons).into_condition(),
            first,
            newest,
            by_number: false,
        });
        by_number.into_iter().chain(by_person).collect()
    }

    /// A person's key: who was erased is found no more.
    fn opened(&self, key: Option<&person_key::Model>) -> Result<Option<PersonKey>, Refusal> {
        keys::opened_if_there(self.scope.organisation(), key)
    }
}

/// One question to a table.
struct Ask<E: TenantOwned> {
    these: Condition,
    /// Whom it has to name before others, by which column.
    first: Option<(E::Column, SelectStatement)>,
    /// By which column the others follow, the newest first.
    newest: E::Column,
    by_number: bool,
}

impl<E: TenantOwned> Ask<E> {
    /// The rows that it is answered with, with what is joined to them.
    async fn of<S: SelectorTrait>(
        &self,
        found: Found<'_, E>,
        join: impl FnOnce(Select<E>) -> Selector<S>,
    ) -> Result<Vec<S::Item>, Refusal> {
        let (first, newest) = (self.first.clone(), self.newest);
        let found = found.filter(self.these.clone()).shape(|select| match first {
            Some((column, these)) => select.order_by(Expr::col((E::default(), column)).in_subquery(these), Order::Desc),
            None => select,
        });
        found.sorted(newest, Order::Desc).limit(LOOKED_AT).joined(join).await
    }

    /// How somebody fits whom it found.
    fn fit(&self, sought: &Sought, person: &Person) -> Option<Fit> {
        if self.by_number { Some(Fit::Exact) } else { sought.fit(&person.known()) }
    }
}

/// A paper as far as it is shown.
#[derive(FromQueryResult)]
struct PaperRow {
    id: Uuid,
    register: String,
    number: Option<String>,
    state: String,
    occurred_at: Option<i64>,
    recorded_at: Option<i64>,
}

/// What was found of a kind so far.
struct Gathered {
    kind: Object,
    hits: Vec<(Fit, Hit)>,
    /// There were more than were looked at.
    cut: bool,
}

impl Gathered {
    const fn of(kind: Object) -> Self {
        Self { kind, hits: Vec::new(), cut: false }
    }

    fn looked_at(&mut self, rows: usize) {
        self.cut |= rows as u64 == LOOKED_AT;
    }

    fn add(&mut self, fit: Option<Fit>, hit: Hit) {
        self.hits.extend(fit.map(|fit| (fit, hit)));
    }

    fn group(mut self) -> Group {
        self.hits.sort_by_key(|(fit, hit)| (*fit, std::cmp::Reverse((hit.at, hit.subject.id))));
        // What is found by its number and by its person stands here twice.
        let mut seen = BTreeSet::new();
        self.hits.retain(|(_, hit)| seen.insert(hit.subject.id));
        let more = self.cut || self.hits.len() > SHOWN;
        let hits = self.hits.into_iter().take(SHOWN).map(|(_, hit)| hit).collect();
        Group { kind: self.kind, hits, more }
    }
}
