//! Reading cases.

use super::{ASSESSMENT, CLOSING, DISCUSSION, FOLLOW_UP, PLAN, RECORD, state};
use crate::applications::TransitionView;
use crate::clients::Person;
use crate::db::{FileLane, Found, ReadTx};
use crate::duties::{self, DutyRow};
use crate::entity::{application, assessment, case, client, follow_up, person_key, plan, record, service, transition};
use crate::fault::{Fault, fault};
use crate::organisations::Organisation;
use crate::scope::StaffScope;
use crate::seal::{PersonKey, Place};
use crate::{applications, clients, keys, members, sealed};
use domain::access::{Action, Object, Reach};
use domain::applications::TellMode;
use domain::cases::CaseState;
use domain::events::{EventKind, Subject};
use domain::follow_ups::FollowUpState;
use domain::forms::Answers;
use domain::ids::{ApplicationId, AssessmentId, CaseId, ClientId, FollowUpId, MemberId, PlanId, RecordId};
use domain::records::{ContactMode, RecordState};
use domain::refusal::Refusal;
use domain::time::Moment;
use domain::workflow::PaperState;
use sea_orm::{ColumnTrait, Condition, Order, QueryOrder};
use std::collections::HashMap;
use uuid::Uuid;

/// Rows on one page.
const PAGE: u64 = 50;

/// What the list is narrowed to; it lives in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Only in this state; without one, everything that is open.
    pub state: Option<CaseState>,
    /// Also what has ended.
    pub ended: bool,
    /// Only one's own.
    pub mine: bool,
    /// Only this client's.
    pub client: Option<ClientId>,
    /// Only those before this one, for the next page.
    pub after: Option<CaseId>,
}

/// One case on a list, masked.
#[derive(Clone, Debug)]
pub struct CaseRow {
    /// The case.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// The client's masked name.
    pub name: String,
    /// The service.
    pub service: String,
    /// Where it stands.
    pub state: CaseState,
    /// Who answers for it.
    pub responsible: String,
    /// Since when.
    pub opened: Moment,
    /// How many of its open duties are late now.
    pub late: usize,
    /// When its next duty is due.
    pub due: Option<Moment>,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct CasePage {
    /// Its rows, newest first.
    pub rows: Vec<CaseRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<CaseId>,
}

/// When a paper happened, was written, was approved, and by whom.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// When it happened.
    pub occurred: Option<Moment>,
    /// When it was written.
    pub recorded: Option<Moment>,
    /// When it was approved.
    pub approved: Option<Moment>,
    /// Who wrote it.
    pub author: String,
    /// Who wrote it, for asking whether it was oneself.
    pub author_id: Option<MemberId>,
    /// Who approved it or sent it back.
    pub reviewer: Option<String>,
}

/// A need assessment.
#[derive(Clone, Debug)]
pub struct AssessmentView {
    /// Which.
    pub id: AssessmentId,
    /// Where it stands.
    pub state: PaperState,
    /// Its dates and people.
    pub written: Written,
    /// The report.
    pub answers: Answers,
    /// Why it was sent back.
    pub returned: Option<String>,
    /// For the next change.
    pub version: i64,
}

/// A plan.
#[derive(Clone, Debug)]
pub struct PlanView {
    /// Which.
    pub id: PlanId,
    /// Its revision, from 1.
    pub revision: i64,
    /// Where it stands.
    pub state: PaperState,
    /// Its dates and people.
    pub written: Written,
    /// The plan.
    pub answers: Answers,
    /// The team's discussion, and when it was.
    pub discussion: Option<(Moment, String)>,
    /// Why it was sent back.
    pub returned: Option<String>,
    /// For the next change.
    pub version: i64,
}

/// A service record, or an appointment.
#[derive(Clone, Debug)]
pub struct RecordView {
    /// Which.
    pub id: RecordId,
    /// Where it stands.
    pub state: RecordState,
    /// How the client was met.
    pub mode: ContactMode,
    /// Until when it was appointed.
    pub planned: Option<Moment>,
    /// Its dates and people.
    pub written: Written,
    /// What was done; an appointment has none.
    pub answers: Answers,
    /// Why it was sent back.
    pub returned: Option<String>,
    /// For the next change.
    pub version: i64,
}

/// A follow-up.
#[derive(Clone, Debug)]
pub struct FollowUpView {
    /// Which.
    pub id: FollowUpId,
    /// 3, 6 or 12 months after service began.
    pub month: i64,
    /// Whether the person was reached.
    pub state: FollowUpState,
    /// Its dates and people.
    pub written: Written,
    /// What was found.
    pub answers: Answers,
}

/// A case with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The case.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// For the next change.
    pub version: i64,
    /// Where it stands.
    pub state: CaseState,
    /// The client.
    pub client: (ClientId, String, Person),
    /// The application it began with: id, number.
    pub application: (ApplicationId, String),
    /// The service.
    pub service: String,
    /// Who answers for it.
    pub responsible: (MemberId, String),
    /// When the application was acknowledged.
    pub accepted: Moment,
    /// When the case was opened.
    pub opened: Moment,
    /// When service began.
    pub started: Option<Moment>,
    /// When the result was told, and how.
    pub told: Option<(Moment, TellMode)>,
    /// When it was closed.
    pub closed: Option<Moment>,
    /// Summary and evaluation.
    pub closing: Option<Answers>,
    /// Need assessments, newest first.
    pub assessments: Vec<AssessmentView>,
    /// Plans, newest first.
    pub plans: Vec<PlanView>,
    /// Records and appointments, newest first.
    pub records: Vec<RecordView>,
    /// Follow-ups by month.
    pub follow_ups: Vec<FollowUpView>,
    /// Changes of state, newest first.
    pub history: Vec<TransitionView>,
    /// What is or was owed for the case, its application and its papers.
    pub duties: Vec<DutyRow>,
}

/// Cases, newest first, as far as one may see.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn list(scope: &StaffScope, filter: &CaseFilter) -> Result<CasePage, Refusal> {
    let reach = scope.need(Object::Case, Action::List)?;
    let tx = scope.read().await?;
    let mut found = tx.find::<case::Entity>().filter(within(reach, scope.member(), filter.mine));
    found = match filter.state {
        Some(state) => found.filter(case::Column::State.eq(state.code())),
        None if filter.ended => found,
        None => found.filter(case::Column::State.is_in(CaseState::OPEN.iter().map(|state| state.code()))),
    };
    if let Some(client) = filter.client {
        found = found.filter(case::Column::ClientId.eq(client.uuid()));
    }
    if let Some(after) = filter.after {
        found = found.filter(case::Column::Id.lt(after.uuid()));
    }
    let mut rows = found.order(case::Column::Id, Order::Desc).limit(PAGE + 1).all().await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(super::id);
    let rows = read_rows(scope, &tx, &rows).await?;
    Ok(CasePage { rows, next })
}

async fn read_rows(scope: &StaffScope, tx: &ReadTx, rows: &[case::Model]) -> Result<Vec<CaseRow>, Refusal> {
    let clients: HashMap<Uuid, client::Model> = tx
        .find::<client::Entity>()
        .filter(client::Column::Id.is_in(rows.iter().map(|row| row.client_id)))
        .all()
        .await?
        .into_iter()
        .map(|client| (client.id, client))
        .collect();
    let keys = keys::open_many(
        tx.find::<person_key::Entity>(),
        scope.organisation(),
        clients.values().map(|client| client.key_id),
    )
    .await?;
    let names = members::names(tx).await?;
    let services: HashMap<Uuid, String> =
        tx.find::<service::Entity>().all().await?.into_iter().map(|service| (service.id, service.name)).collect();
    // What is owed for a case is owed for its application and its appointments too.
    let appointed = Condition::all()
        .add(record::Column::CaseId.is_in(rows.iter().map(|row| row.id)))
        .add(record::Column::State.eq(RecordState::Planned.code()));
    let mut of_case: HashMap<Uuid, Uuid> =
        rows.iter().flat_map(|row| [(row.id, row.id), (row.application_id, row.id)]).collect();
    of_case.extend(tx.find::<record::Entity>().filter(appointed).all().await?.iter().map(|row| (row.id, row.case_id)));
    let duties = duties::of_subjects(tx, of_case.keys().copied().collect(), &names).await?;
    let now = scope.now();
    rows.iter()
        .map(|row| {
            let client = clients.get(&row.client_id);
            let person = client.and_then(|client| keys.get(&client.key_id).map(|key| clients::profile(key, client)));
            let open: Vec<&DutyRow> = duties
                .iter()
                .filter(|duty| of_case.get(&duty.duty.subject.id) == Some(&row.id) && duty.duty.is_open())
                .collect();
            Ok(CaseRow {
                id: row.id.into(),
                number: row.number.clone(),
                name: person.transpose()?.unwrap_or_default().masked_name(),
                service: services.get(&row.service_id).cloned().unwrap_or_default(),
                state: state(row)?,
                responsible: names.get(&row.responsible_id).cloned().unwrap_or_default(),
                opened: Moment::from_millis(row.opened_at),
                late: open.iter().filter(|duty| duty.duty.standing(now).is_late()).count(),
                due: open.iter().map(|duty| duty.duty.due).min(),
            })
        })
        .collect()
}

/// A case's whole file. Reading it leaves an entry in the audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, it is another organisation's, or out of one's reach.
pub async fn open(scope: &StaffScope, id: CaseId) -> Result<CaseFile, Refusal> {
    let reach = scope.need(Object::Case, Action::Read)?;
    let tx = scope.read().await?;
    let found = Bound::find(tx.find().by_id(id).filter(within(reach, scope.member(), false))).await?;
    let names = members::names(&tx).await?;
    let file = read_file(&tx, scope.organisation(), names, found).await?;
    drop(tx);
    scope.note(EventKind::ClientRead, Subject { kind: Object::Case, id: id.uuid() }).await?;
    Ok(file)
}

/// A case bound together with what it belongs to, and with its need assessments, newest first: one query.
pub(crate) struct Bound {
    pub(crate) case: case::Model,
    client: client::Model,
    application: application::Model,
    service: service::Model,
    key: person_key::Model,
    assessments: Vec<assessment::Model>,
}

impl Bound {
    /// The case that is looked for.
    pub(crate) async fn find(found: Found<'_, case::Entity>) -> Result<Self, Refusal> {
        let rows = found.joined(|select| {
            select
                .find_also(case::Entity, client::Entity)
                .find_also(case::Entity, application::Entity)
                .find_also(case::Entity, service::Entity)
                .find_also(case::Entity, person_key::Entity)
                .find_also(case::Entity, assessment::Entity)
                .order_by(assessment::Column::Id, Order::Desc)
                .into_model::<case::Model, client::Model, application::Model, service::Model, person_key::Model, _>()
        });
        let (mut bound, mut assessments) = (None, Vec::new());
        for (case, client, application, service, key, assessment) in rows.await? {
            assessments.extend(assessment);
            bound = bound.or(Some(case).zip(client).zip(application).zip(service).zip(key));
        }
        let ((((case, client), application), service), key) = bound.ok_or(Refusal::NotFound)?;
        Ok(Self { case, client, application, service, key, assessments })
    }
}

/// The whole file, as it is; who may see how much of it is the caller's affair. `names` are the members'.
pub(crate) async fn read_file(
    tx: &impl FileLane,
    organisation: &Organisation,
    names: HashMap<Uuid, String>,
    bound: Bound,
) -> Result<CaseFile, Refusal> {
    let Bound { case: row, client, application, service, key, assessments } = bound;
    let reader = Reader { key: keys::opened(organisation, &key)?, names };
    let plans = tx
        .find::<plan::Entity>()
        .filter(plan::Column::CaseId.eq(row.id))
        .order(plan::Column::Revision, Order::Desc)
        .all()
        .await?;
    let records = tx
        .find::<record::Entity>()
        .filter(record::Column::CaseId.eq(row.id))
        .order(record::Column::Id, Order::Desc)
        .all()
        .await?;
    let follow_ups = tx
        .find::<follow_up::Entity>()
        .filter(follow_up::Column::CaseId.eq(row.id))
        .order(follow_up::Column::Month, Order::Asc)
        .all()
        .await?;
    let papers = assessments
        .iter()
        .map(|row| row.id)
        .chain(plans.iter().map(|row| row.id))
        .chain(records.iter().map(|row| row.id));
    let subjects: Vec<Uuid> = [row.id, row.application_id].into_iter().chain(papers).collect();
    let history = tx
        .find::<transition::Entity>()
        .filter(transition::Column::SubjectId.is_in(subjects.iter().copied()))
        .sorted(transition::Column::At, Order::Desc)
        .all()
        .await?;
    let returns = reader.returns(&history, &row)?;
    let duties = duties::of_subjects(tx, subjects, &reader.names).await?;
    let of_case = history.iter().filter(|entry| entry.subject_id == row.id);
    Ok(CaseFile {
        id: row.id.into(),
        version: row.version,
        state: state(&row)?,
        client: (client.id.into(), client.number.clone(), clients::profile(&reader.key, &client)?),
        application: (application.id.into(), application.number),
        service: service.name,
        responsible: (row.responsible_id.into(), reader.name(Some(row.responsible_id)).unwrap_or_default()),
        accepted: Moment::from_millis(row.accepted_at),
        opened: Moment::from_millis(row.opened_at),
        started: row.started_at.map(Moment::from_millis),
        told: row
            .told_at
            .map(Moment::from_millis)
            .zip(row.told_mode.as_deref().and_then(|mode| TellMode::parse(mode).ok())),
        closed: row.closed_at.map(Moment::from_millis),
        closing: row.closing.as_ref().map(|sealed| sealed::open(&reader.key, CLOSING, row.id, sealed)).transpose()?,
        assessments: assessments.iter().map(|row| reader.assessment(row, &returns)).collect::<Result<_, _>>()?,
        plans: plans.iter().map(|row| reader.plan(row, &returns)).collect::<Result<_, _>>()?,
        records: records.iter().map(|row| reader.record(row, &returns)).collect::<Result<_, _>>()?,
        follow_ups: follow_ups.iter().map(|row| reader.follow_up(row)).collect::<Result<_, _>>()?,
        history: of_case
            .map(|entry| applications::transition_view(&reader.key, entry, &reader.names))
            .collect::<Result<_, _>>()?,
        duties,
        number: row.number,
    })
}

/// The case to which a paper belongs: papers have no address without their case.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such paper, or its case is out of one's reach.
pub async fn case_of(scope: &StaffScope, paper: Subject) -> Result<CaseId, Refusal> {
    let reach = scope.need(Object::Case, Action::Read)?;
    let tx = scope.read().await?;
    let case = match paper.kind {
        Object::Case => paper.id,
        Object::Assessment => tx.find::<assessment::Entity>().by_id(paper.id).need().await?.case_id,
        Object::Plan => tx.find::<plan::Entity>().by_id(paper.id).need().await?.case_id,
        Object::Record => tx.find::<record::Entity>().by_id(paper.id).need().await?.case_id,
        Object::FollowUp => tx.find::<follow_up::Entity>().by_id(paper.id).need().await?.case_id,
        _ => return Err(Refusal::NotFound),
    };
    let row = tx.find::<case::Entity>().by_id(case).filter(within(reach, scope.member(), false)).need().await?;
    Ok(super::id(&row))
}

/// What waits for the member's approval: papers of others, oldest first.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn waiting_for_me(scope: &StaffScope) -> Result<Vec<(CaseId, Object, String, Moment)>, Refusal> {
    if scope.reach(Object::Plan, Action::Approve) == Reach::None {
        return Ok(Vec::new());
    }
    let me = scope.member().uuid();
    let tx = scope.read().await?;
    let mut waiting: Vec<(Uuid, Object, i64)> = Vec::new();
    let submitted = PaperState::Submitted.code();
    let of_others = |state, author: Condition| Condition::all().add(state).add(author);
    let found =
        of_others(assessment::Column::State.eq(submitted), Condition::all().add(assessment::Column::AuthorId.ne(me)));
    for row in tx
        .find::<assessment::Entity>()
        .filter(found)
        .sorted(assessment::Column::RecordedAt, Order::Asc)
        .limit(PAGE)
        .all()
        .await?
    {
        waiting.push((row.case_id, Object::Assessment, row.recorded_at));
    }
    let found = of_others(plan::Column::State.eq(submitted), Condition::all().add(plan::Column::AuthorId.ne(me)));
    for row in
        tx.find::<plan::Entity>().filter(found).sorted(plan::Column::RecordedAt, Order::Asc).limit(PAGE).all().await?
    {
        waiting.push((row.case_id, Object::Plan, row.recorded_at));
    }
    let recorded = RecordState::Recorded.code();
    let found = of_others(record::Column::State.eq(recorded), Condition::all().add(record::Column::AuthorId.ne(me)));
    for row in tx
        .find::<record::Entity>()
        .filter(found)
        .sorted(record::Column::RecordedAt, Order::Asc)
        .limit(PAGE)
        .all()
        .await?
    {
        waiting.push((row.case_id, Object::Record, row.recorded_at.unwrap_or_default()));
    }
    waiting.sort_by_key(|(case, _, at)| (*at, *case));
    let numbers: HashMap<Uuid, String> = tx
        .find::<case::Entity>()
        .filter(case::Column::Id.is_in(waiting.iter().map(|(case, _, _)| *case)))
        .all()
        .await?
        .into_iter()
        .map(|case| (case.id, case.number))
        .collect();
    let row = |(case, kind, at): (Uuid, Object, i64)| {
        (CaseId::from(case), kind, numbers.get(&case).cloned().unwrap_or_default(), Moment::from_millis(at))
    };
    Ok(waiting.into_iter().map(row).collect())
}

/// What opens the papers of one case.
struct Reader {
    key: PersonKey,
    names: HashMap<Uuid, String>,
}

impl Reader {
    fn name(&self, id: Option<Uuid>) -> Option<String> {
        id.and_then(|id| self.names.get(&id).cloned())
    }

    fn written(
        &self,
        author: Uuid,
        reviewer: Option<Uuid>,
        [occurred, recorded, approved]: [Option<i64>; 3],
    ) -> Written {
        Written {
            occurred: occurred.map(Moment::from_millis),
            recorded: recorded.map(Moment::from_millis),
            approved: approved.map(Moment::from_millis),
            author: self.name(Some(author)).unwrap_or_default(),
            author_id: Some(author.into()),
            reviewer: self.name(reviewer),
        }
    }

    /// Why papers were sent back, by paper; the newest reason counts.
    fn returns(&self, history: &[transition::Model], case: &case::Model) -> Result<HashMap<Uuid, String>, Refusal> {
        let mut reasons = HashMap::new();
        for entry in
            history.iter().rev().filter(|entry| entry.subject_id != case.id && entry.subject_id != case.application_id)
        {
            if let Some(sealed) = &entry.reason {
                let place = Place { column: "transitions.reason", row: entry.id };
                reasons.insert(entry.subject_id, self.key.open(place, sealed).map_err(fault)?);
            }
        }
        Ok(reasons)
    }

    fn assessment(&self, row: &assessment::Model, returns: &HashMap<Uuid, String>) -> Result<AssessmentView, Refusal> {
        Ok(AssessmentView {
            id: row.id.into(),
            state: paper_state(&row.state)?,
            written: self.written(
                row.author_id,
                row.reviewer_id,
                [Some(row.occurred_at), Some(row.recorded_at), row.approved_at],
            ),
            answers: sealed::open(&self.key, ASSESSMENT, row.id, &row.content)?,
            returned: returns.get(&row.id).cloned(),
            version: row.version,
        })
    }

    fn plan(&self, row: &plan::Model, returns: &HashMap<Uuid, String>) -> Result<PlanView, Refusal> {
        let place = Place { column: DISCUSSION, row: row.id };
        let said = row.discussion.as_ref().map(|sealed| self.key.open(place, sealed).map_err(fault)).transpose()?;
        Ok(PlanView {
            id: row.id.into(),
            revision: row.revision,
            state: paper_state(&row.state)?,
            written: self.written(
                row.author_id,
                row.reviewer_id,
                [Some(row.occurred_at), Some(row.recorded_at), row.approved_at],
            ),
            answers: sealed::open(&self.key, PLAN, row.id, &row.content)?,
            discussion: row.discussed_at.map(Moment::from_millis).zip(said),
            returned: returns.get(&row.id).cloned(),
            version: row.version,
        })
    }

    fn record(&self, row: &record::Model, returns: &HashMap<Uuid, String>) -> Result<RecordView, Refusal> {
        let answers = row.content.as_ref().map(|sealed| sealed::open(&self.key, RECORD, row.id, sealed)).transpose()?;
        Ok(RecordView {
            id: row.id.into(),
            state: RecordState::parse(&row.state).map_err(|_| fault(Fault::Stored("record state")))?,
            mode: ContactMode::parse(&row.mode).map_err(|_| fault(Fault::Stored("contact mode")))?,
            planned: row.planned_at.map(Moment::from_millis),
            written: self.written(row.author_id, row.reviewer_id, [row.occurred_at, row.recorded_at, row.approved_at]),
            answers: answers.unwrap_or_default(),
            returned: returns.get(&row.id).cloned(),
            version: row.version,
        })
    }

    fn follow_up(&self, row: &follow_up::Model) -> Result<FollowUpView, Refusal> {
        Ok(FollowUpView {
            id: row.id.into(),
            month: row.month,
            state: FollowUpState::parse(&row.state).map_err(|_| fault(Fault::Stored("follow-up state")))?,
            written: self.written(row.author_id, None, [Some(row.occurred_at), Some(row.recorded_at), None]),
            answers: sealed::open(&self.key, FOLLOW_UP, row.id, &row.content)?,
        })
    }
}

fn paper_state(code: &str) -> Result<PaperState, Refusal> {
    PaperState::parse(code).map_err(|_| fault(Fault::Stored("paper state")))
}

/// The rows within one's reach.
fn within(reach: Reach, member: MemberId, mine: bool) -> Condition {
    match reach {
        Reach::All if !mine => Condition::all(),
        _ => Condition::all().add(case::Column::ResponsibleId.eq(member.uuid())),
    }
}
