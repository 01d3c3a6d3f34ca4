//! The score book: each organisation's evidence with its gaps and lateness, and the cases behind it.

use super::in_period;
use crate::clients::{self, Person};
use crate::db::EvaluatorTx;
use crate::duties::late;
use crate::engagement::Engagement;
use crate::entity::{agreement, case, client, obligation, paper, person_key};
use crate::fault::{Fault, fault};
use crate::keys;
use crate::listing::{self, Listed, PAGE};
use crate::organisations::{Organisation, among};
use crate::scope::EvaluatorScope;
use domain::access::{Action, Object};
use domain::cases::CaseState;
use domain::evaluations::{Gap, Traces};
use domain::ids::CaseId;
use domain::papers::PaperState;
use domain::refusal::Refusal;
use domain::registers::Kind;
use domain::time::{Moment, Span};
use sea_orm::sea_query::{Query, SelectStatement, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, Order, QuerySelect};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// One organisation's evidence.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The organisation.
    pub organisation: Arc<Organisation>,
    /// Cases opened within the period.
    pub cases: u64,
    /// How many papers of each opened kind there are.
    pub papers: Vec<(Kind, u64)>,
    /// How many cases have each gap; a gap in a kind that is not opened is not shown.
    pub gaps: Vec<(Gap, u64)>,
    /// How many duties of these cases are late or were.
    pub late: u64,
}

/// A case on the evaluator's list, masked.
#[derive(Clone, Debug)]
pub struct EvidenceLine {
    /// The organisation.
    pub organisation: Arc<Organisation>,
    /// The case.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// The person's masked name.
    pub name: String,
    /// Where it stands.
    pub state: CaseState,
    /// When the application was acknowledged.
    pub accepted: Moment,
    /// When the case was opened.
    pub opened: Moment,
    /// When service began.
    pub started: Option<Moment>,
    /// When the result was told.
    pub told: Option<Moment>,
    /// When it was closed.
    pub closed: Option<Moment>,
    /// What is missing, in the kinds that are opened.
    pub gaps: Vec<Gap>,
    /// How many of its duties are late or were.
    pub late: u64,
}

impl EvidenceLine {
    /// From acceptance to the result that was told (INT-19).
    #[must_use]
    pub fn handling(&self) -> Option<Span> {
        self.told.map(|told| told.since(self.accepted))
    }
}

/// A page of the evaluator's list.
#[derive(Clone, Debug)]
pub struct EvidencePage {
    /// Its rows, in the order in which the cases were opened.
    pub rows: Vec<EvidenceLine>,
    /// Where the next page begins, if there is one.
    pub next: Option<CaseId>,
}

/// The evidence of every engaged organisation.
///
/// # Errors
/// When the engagement has ended or the database does not answer.
pub async fn overview(scope: &EvaluatorScope) -> Result<Vec<Evidence>, Refusal> {
    scope.need(Object::Case, Action::List)?;
    let engagement = scope.engagement();
    let tx = scope.read().await?;
    let population = tx.find::<case::Entity>().filter(in_period(engagement)).all().await?;
    let these = Among::Period(period(scope));
    let left = Left::of(&tx, &these, &population, scope.now()).await?;
    let agreements = these.applications(agreement::Column::ApplicationId);
    let agreements = tx.find::<agreement::Entity>().filter(agreements).count_by_organisation().await?;
    drop(tx);
    let evidence = |organisation: &Arc<Organisation>| {
        let here: Vec<&case::Model> =
            population.iter().filter(|row| row.organisation_id == organisation.id.uuid()).collect();
        let of = |counts: &HashMap<Uuid, u64>| counts.get(&organisation.id.uuid()).copied().unwrap_or_default();
        let sum = |of: fn(&Left) -> u64| here.iter().filter_map(|row| left.get(&row.id)).map(of).sum::<u64>();
        let missing =
            |gap: Gap| here.iter().filter(|row| gaps(engagement, row, left.get(&row.id)).contains(&gap)).count();
        let registers = scope.registers().openable().filter(|kind| scope.registers().get(kind.code()).is_some());
        let written = registers.map(|register| {
            let n = here.iter().filter_map(|row| left.get(&row.id)).map(|left| left.written(register.code())).sum();
            (register, n)
        });
        let papers = std::iter::once((Object::Agreement.into(), of(&agreements))).chain(written);
        let shown = Gap::ALL.into_iter().filter(|gap| engagement.opens(gap.kind()));
        Evidence {
            organisation: organisation.clone(),
            cases: here.len() as u64,
            papers: papers.filter(|(kind, _)| engagement.opens(kind.clone())).collect(),
            gaps: shown.map(|gap| (gap, missing(gap) as u64)).collect(),
            late: sum(|left| left.late),
        }
    };
    let evidence = scope.organisations().iter().map(evidence).collect();
    note_everywhere(scope, scope.organisations(), "overview").await?;
    Ok(evidence)
}

/// The cases of the period, masked, in the order in which they were opened.
///
/// # Errors
/// When the engagement has ended or the database does not answer.
pub async fn cases(scope: &EvaluatorScope, after: Option<CaseId>) -> Result<EvidencePage, Refusal> {
    scope.need(Object::Case, Action::List)?;
    let tx = scope.read().await?;
    let within = || tx.find::<case::Entity>().filter(in_period(scope.engagement()));
    let last = match after {
        Some(after) => Some(within().by_id(after).need().await?),
        None => None,
    };
    let order = (case::Column::OpenedAt, Order::Asc);
    let Listed { rows, next } = listing::page(within(), last.as_ref(), order, PAGE).await?;
    let next = next.map(CaseId::from);
    let rows = lines(scope, tx, &rows).await?;
    let mut shown: Vec<Arc<Organisation>> = rows.iter().map(|row| row.organisation.clone()).collect();
    shown.sort_by_key(|organisation| organisation.id);
    shown.dedup_by_key(|organisation| organisation.id);
    note_everywhere(scope, &shown, "cases").await?;
    Ok(EvidencePage { rows, next })
}

/// Cases as the evaluator sees them; who shows them notes the view.
pub(super) async fn lines(
    scope: &EvaluatorScope,
    tx: EvaluatorTx,
    rows: &[case::Model],
) -> Result<Vec<EvidenceLine>, Refusal> {
    let people = people(scope, &tx, rows).await?;
    let left = Left::of(&tx, &Among::of(rows), rows, scope.now()).await?;
    let line = |row: &case::Model| {
        Ok(EvidenceLine {
            organisation: among(scope.organisations(), row.organisation_id)?.clone(),
            id: row.id.into(),
            number: row.number.clone(),
            name: people.get(&row.client_id).map(Person::masked_name).unwrap_or_default(),
            state: CaseState::parse(&row.state).map_err(|_| fault(Fault::Stored("case state")))?,
            accepted: Moment::from_millis(row.accepted_at),
            opened: Moment::from_millis(row.opened_at),
            started: row.started_at.map(Moment::from_millis),
            told: row.told_at.map(Moment::from_millis),
            closed: row.closed_at.map(Moment::from_millis),
            gaps: gaps(scope.engagement(), row, left.get(&row.id)),
            late: left.get(&row.id).map_or(0, |left| left.late),
        })
    };
    rows.iter().map(line).collect()
}

/// Notes a view in the chain of each organisation whose rows it shows.
pub(super) async fn note_everywhere(
    scope: &EvaluatorScope,
    organisations: &[Arc<Organisation>],
    what: &str,
) -> Result<(), Refusal> {
    for organisation in organisations {
        scope.note(organisation, scope.engagement().id.into(), what).await?;
    }
    Ok(())
}

async fn people(
    scope: &EvaluatorScope,
    tx: &EvaluatorTx,
    rows: &[case::Model],
) -> Result<HashMap<Uuid, Person>, Refusal> {
    let these = client::Column::Id.is_in(rows.iter().map(|row| row.client_id));
    let clients = tx.find::<client::Entity>().filter(these).all().await?;
    let ids = clients.iter().map(|client| client.key_id);
    let keys = keys::open_across(tx.find::<person_key::Entity>(), scope.organisations(), ids).await?;
    let person = |client: &client::Model| {
        // An erased person stays on the list without a name.
        let key = keys.get(&client.key_id)?;
        Some(clients::profile(key, client).map(|person| (client.id, person)))
    };
    clients.iter().filter_map(person).collect()
}

/// Which cases: the rows of a page, or everything of the period.
enum Among {
    /// These cases, and their applications.
    Rows { cases: Vec<Uuid>, applications: Vec<Uuid> },
    /// Every case of the period.
    Period(Condition),
}

impl Among {
    fn of(rows: &[case::Model]) -> Self {
        Self::Rows {
            cases: rows.iter().map(|row| row.id).collect(),
            applications: rows.iter().filter_map(|row| row.application_id).collect(),
        }
    }

    /// The column holds one of these cases.
    fn cases(&self, column: impl ColumnTrait) -> SimpleExpr {
        match self {
            Self::Rows { cases, .. } => column.is_in(cases.iter().copied()),
            Self::Period(these) => column.in_subquery(cases_of(case::Column::Id, these)),
        }
    }

    /// The column holds one of their applications.
    fn applications(&self, column: impl ColumnTrait) -> SimpleExpr {
        match self {
            Self::Rows { applications, .. } => column.is_in(applications.iter().copied()),
            Self::Period(these) => column.in_subquery(cases_of(case::Column::ApplicationId, these)),
        }
    }

    /// The column holds something that a clock runs for: the case, its application, a paper of it.
    fn subjects(&self, column: impl ColumnTrait) -> Condition {
        let papers = Query::select()
            .column(paper::Column::Id)
            .from(paper::Entity)
            .and_where(self.cases(paper::Column::FileId))
            .take();
        Condition::any().add(self.cases(column)).add(self.applications(column)).add(column.in_subquery(papers))
    }
}

/// The cases of the period, for a query within a query: it names the organisations itself.
fn period(scope: &EvaluatorScope) -> Condition {
    let engaged = scope.organisations().iter().map(|organisation| organisation.id.uuid());
    in_period(scope.engagement()).add(case::Column::OrganisationId.is_in(engaged))
}

fn cases_of(column: case::Column, these: &Condition) -> SelectStatement {
    Query::select().column(column).from(case::Entity).cond_where(these.clone()).take()
}

/// What one case has left behind.
#[derive(Default)]
struct Left {
    /// Its papers by register and state, without drafts.
    papers: Vec<(String, PaperState)>,
    late: u64,
}

impl Left {
    /// How many papers of a register were written, whatever became of them.
    fn written(&self, register: &str) -> u64 {
        self.papers.iter().filter(|(of, state)| of == register && *state != PaperState::Withdrawn).count() as u64
    }

    /// How many of them are approved.
    fn approved(&self, register: &str) -> u64 {
        self.papers.iter().filter(|(of, state)| of == register && *state == PaperState::Approved).count() as u64
    }

    /// What each of these cases has left behind; `rows` are the same cases.
    async fn of(
        tx: &EvaluatorTx,
        these: &Among,
        rows: &[case::Model],
        now: Moment,
    ) -> Result<HashMap<Uuid, Self>, Refusal> {
        let mut left: HashMap<Uuid, Self> = rows.iter().map(|row| (row.id, Self::default())).collect();
        // Who a clock's subject belongs to.
        let mut cases: HashMap<Uuid, Uuid> = rows.iter().map(|row| (row.id, row.id)).collect();
        cases.extend(rows.iter().filter_map(|row| Some((row.application_id?, row.id))));
        for (paper, case, register, state) in papers(tx, these).await? {
            cases.insert(paper, case);
            let state = PaperState::parse(&state).map_err(|_| fault(Fault::Stored("paper state")))?;
            left.entry(case).or_default().papers.push((register, state));
        }
        for subject in late_subjects(tx, these, now).await? {
            if let Some(case) = cases.get(&subject) {
                left.entry(*case).or_default().late += 1;
            }
        }
        Ok(left)
    }
}

/// What is missing from a case's file, in the kinds that are opened.
fn gaps(engagement: &Engagement, row: &case::Model, left: Option<&Left>) -> Vec<Gap> {
    let traces = Traces {
        started: row.started_at.is_some(),
        closed: row.closed_at.is_some(),
        told: row.told_at.is_some(),
        assessments: left.map_or(0, |left| left.approved("assessment")),
        plans: left.map_or(0, |left| left.approved("plan")),
        records: left.map_or(0, |left| left.written("record")),
    };
    traces.gaps().filter(|gap| engagement.opens(gap.kind())).collect()
}

/// Each paper, its case, its register and where it stands; drafts are nobody's but their author's.
async fn papers(tx: &EvaluatorTx, these: &Among) -> Result<Vec<(Uuid, Uuid, String, String)>, Refusal> {
    use paper::Column;
    let columns = [Column::Id, Column::FileId, Column::Register, Column::State];
    tx.find::<paper::Entity>()
        .filter(these.cases(Column::FileId))
        .filter(Column::State.ne(PaperState::Draft.code()))
        .shape(|select| select.select_only().columns(columns))
        .tuples()
        .await
}

/// The subject of each duty that is late or was.
async fn late_subjects(tx: &EvaluatorTx, these: &Among, now: Moment) -> Result<Vec<Uuid>, Refusal> {
    use obligation::Column;
    let found = tx.find::<obligation::Entity>().filter(these.subjects(Column::SubjectId)).filter(late(now));
    let rows = found.shape(|select| select.select_only().column(Column::SubjectId)).tuples::<(Uuid,)>().await?;
    Ok(rows.into_iter().map(|(subject,)| subject).collect())
}
