//! Reading applications.

use super::acts::{ApplicationAct, Standing, signed};
use super::sent::{Delivery, sent};
use super::{CONTENT, FORM, MISSING, REFUSAL, SIGNATURE, channel, state};
use crate::acts::Acts;
use crate::attachments::{self, Named};
use crate::catalogue::Service;
use crate::clients::Person;
use crate::db::{FileLane, Found};
use crate::duties::{self, DutyRow};
use crate::entity::{agreement, application, case, notice, person_key, service, transition};
use crate::fault::fault;
use crate::listing::{Listed, Slice, Sorts};
use crate::organisations::Organisation;
use crate::scope::StaffScope;
use crate::seal::{PersonKey, Place};
use crate::{keys, listing, members, sealed};
use domain::access::{Action, Object};
use domain::agreements::Signer;
use domain::applications::{ApplicationState, Channel, Grade, ReferralDecision, ScreeningMethod, TellMode};
use domain::events::EventKind;
use domain::forms::Answers;
use domain::ids::{AgreementId, ApplicationId, CaseId, MemberId};
use domain::refusal::Refusal;
use domain::time::{Day, Moment};
use domain::workflow::Workflow;
use sea_orm::{ColumnTrait, Order};
use std::collections::HashMap;
use uuid::Uuid;

/// What the queue is narrowed to; it lives in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationFilter {
    /// Only in this state; without one, everything that is not decided yet.
    pub state: Option<ApplicationState>,
    /// Also what is decided.
    pub decided: bool,
}

/// One application in the queue, masked.
#[derive(Clone, Debug)]
pub struct ApplicationRow {
    /// The application.
    pub id: ApplicationId,
    /// Its number.
    pub number: String,
    /// The applicant's masked name.
    pub name: String,
    /// The service.
    pub service: String,
    /// How it came in.
    pub channel: Channel,
    /// Where it stands.
    pub state: ApplicationState,
    /// How urgent it is.
    pub grade: Option<Grade>,
    /// When it came in.
    pub submitted: Moment,
    /// Who handles it.
    pub handler: Option<String>,
    /// Whether the applicant is a minor.
    pub minor: bool,
}

/// An application with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct ApplicationFile {
    /// The application.
    pub id: ApplicationId,
    /// Its number.
    pub number: String,
    /// For the next change.
    pub version: i64,
    /// The service, with its published criteria.
    pub service: Service,
    /// How it came in.
    pub channel: Channel,
    /// Where it stands.
    pub state: ApplicationState,
    /// How urgent it is.
    pub grade: Option<Grade>,
    /// Who handles it.
    pub handler: Option<String>,
    /// The applicant.
    pub person: Person,
    /// Everything that was filled in.
    pub answers: Answers,
    /// What hangs on it: with the application, and what followed.
    pub documents: Vec<Named>,
    /// What is missing, while it is.
    pub missing: Option<String>,
    /// How it was screened.
    pub screening: Option<ScreeningMethod>,
    /// Why it was refused.
    pub refusal: Option<RefusalView>,
    /// The agreement, once it is written.
    pub agreement: Option<AgreementView>,
    /// Every change of state, newest first.
    pub history: Vec<TransitionView>,
    /// What the applicant was told, newest first.
    pub notices: Vec<NoticeView>,
    /// What was and is to be sent, newest first.
    pub deliveries: Vec<Delivery>,
    /// What is or was owed for it.
    pub duties: Vec<DutyRow>,
    /// The case that came of it, where it may be opened.
    pub case: Option<CaseId>,
    /// When it came in.
    pub submitted: Moment,
    /// What this person may do with it.
    pub acts: Acts<ApplicationAct>,
}

impl ApplicationFile {
    /// How it stands, as its acts are asked about it.
    pub(super) fn standing(&self, today: Day) -> Standing {
        let agreement = self.agreement.as_ref();
        let signed = agreement.map(|agreement| signed(agreement.client.is_some(), agreement.guardian.is_some()));
        Standing::of(self.state, &self.person, today, signed)
    }

    /// Whether the applicant came to know of the state in which it is; of having handed it in, its receipt tells.
    #[must_use]
    pub fn is_told(&self) -> bool {
        let Some(changed) = self.history.first().map(|step| step.at) else { return true };
        self.notices.iter().any(|notice| notice.state == self.state && notice.at >= changed)
    }

    /// Whose signature the agreement still needs.
    #[must_use]
    pub fn unsigned(&self, today: Day) -> Vec<Signer> {
        self.standing(today).unsigned()
    }
}

/// Why an application was refused.
#[derive(Clone, Debug)]
pub struct RefusalView {
    /// The published criterion, by its key.
    pub criterion: String,
    /// How it was explained.
    pub mode: Option<TellMode>,
    /// What was offered instead.
    pub referral: Option<ReferralDecision>,
    /// The reason as it was explained.
    pub note: String,
}

/// An agreement.
#[derive(Clone, Debug)]
pub struct AgreementView {
    /// The agreement.
    pub id: AgreementId,
    /// For the next change.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Its contents.
    pub answers: Answers,
    /// When it was explained, and by whom.
    pub explained: Option<(Moment, String)>,
    /// When the client signed, and how.
    pub client: Option<(Moment, String)>,
    /// When the guardian signed, and how.
    pub guardian: Option<(Moment, String)>,
}

/// A change of state.
#[derive(Clone, Debug)]
pub struct TransitionView {
    /// When.
    pub at: Moment,
    /// By whom: a member's name, or the kind of actor.
    pub actor: String,
    /// To which state, by its code.
    pub to: String,
    /// Why, as it was written down.
    pub reason: Option<String>,
}

/// Something that the applicant was told.
#[derive(Clone, Debug)]
pub struct NoticeView {
    /// When.
    pub at: Moment,
    /// Of which state.
    pub state: ApplicationState,
    /// How.
    pub mode: TellMode,
    /// By whom; the system tells by itself.
    pub by: Option<String>,
}

/// What the queue can be sorted by.
const SORTS: &Sorts<application::Entity> =
    &[("submitted", application::Column::SubmittedAt), ("number", application::Column::Number)];

/// The queue, oldest first unless it is said otherwise: who waits longest stands on top.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn list(
    scope: &StaffScope,
    filter: &ApplicationFilter,
    slice: &Slice,
) -> Result<Listed<ApplicationRow>, Refusal> {
    scope.need(Object::Application, Action::List)?;
    let tx = scope.read().await?;
    let mut found = tx.find::<application::Entity>();
    found = match filter.state {
        Some(state) => found.filter(application::Column::State.eq(state.code())),
        None if filter.decided => found,
        None => found.filter(application::Column::State.is_in(undecided())),
    };
    let found = listing::slice(&tx, found, slice, (application::Column::Id, Order::Asc), SORTS).await?;
    let rows = &found.rows;
    let keys =
        keys::open_many(tx.find::<person_key::Entity>(), scope.organisation(), rows.iter().map(|row| row.key_id))
            .await?;
    let names = members::names(&tx).await?;
    let services: HashMap<Uuid, String> =
        tx.find::<service::Entity>().all().await?.into_iter().map(|service| (service.id, service.name)).collect();
    let rows = rows.iter().map(|row| {
        let person = keys.get(&row.key_id).map(|key| person(key, row)).transpose()?.unwrap_or_default();
        Ok(ApplicationRow {
            id: row.id.into(),
            number: row.number.clone(),
            name: person.masked_name(),
            service: services.get(&row.service_id).cloned().unwrap_or_default(),
            channel: channel(row)?,
            state: state(row)?,
            grade: row.grade.as_deref().and_then(|grade| Grade::parse(grade).ok()),
            submitted: Moment::from_millis(row.submitted_at),
            handler: row.handler_id.and_then(|id| names.get(&id).cloned()),
            minor: row.minor,
        })
    });
    Ok(found.with(rows.collect::<Result<_, Refusal>>()?))
}

/// How many applications wait to be accepted.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn waiting(scope: &StaffScope) -> Result<u64, Refusal> {
    scope.need(Object::Application, Action::List)?;
    let tx = scope.read().await?;
    let submitted = application::Column::State.eq(ApplicationState::Submitted.code());
    tx.find::<application::Entity>().filter(submitted).count().await
}

/// One application. Reading it leaves an entry in the audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none or it is another organisation's.
pub async fn open(scope: &StaffScope, id: ApplicationId) -> Result<ApplicationFile, Refusal> {
    scope.need(Object::Application, Action::Read)?;
    let tx = scope.read().await?;
    let mut bound = BoundApplication::find(tx.find().by_id(id)).await?;
    bound.case = bound.case.filter(|case| scope.reaches(Object::Case, Action::Read, case));
    let names = members::names(&tx).await?;
    let (history, notices, duties) = course(&tx, id.uuid(), &names).await?;
    let (row, key) = (bound.row.clone(), keys::opened(scope.organisation(), &bound.key)?);
    let file = read_file(scope.organisation(), bound, Around { names, history, notices, duties })?;
    let documents = attachments::on_application(&tx, &key, id).await?;
    let deliveries = sent(&tx, id.uuid()).await?;
    drop(tx);
    let standing = file.standing(scope.now().day());
    let acts = Acts::of(scope, &row, |act| standing.may(act));
    let file = ApplicationFile { acts, deliveries, documents, ..file };
    scope.note(EventKind::ClientRead, id.into()).await?;
    Ok(file)
}

/// An application bound together with what it belongs to and what came of it: one query.
pub(crate) struct BoundApplication {
    row: application::Model,
    service: service::Model,
    key: person_key::Model,
    agreement: Option<agreement::Model>,
    case: Option<case::Model>,
}

impl BoundApplication {
    /// The application that is looked for.
    pub(crate) async fn find(found: Found<'_, application::Entity>) -> Result<Self, Refusal> {
        let rows = found.joined(|select| {
            select
                .find_also(application::Entity, service::Entity)
                .find_also(application::Entity, person_key::Entity)
                .find_also(application::Entity, agreement::Entity)
                .find_also(application::Entity, case::Entity)
                .into_model::<application::Model, service::Model, person_key::Model, agreement::Model, case::Model>()
        });
        match rows.await?.into_iter().next() {
            Some((row, Some(service), Some(key), agreement, case)) => Ok(Self { row, service, key, agreement, case }),
            _ => Err(Refusal::NotFound),
        }
    }
}

/// What happened around an application.
#[derive(Default)]
pub(crate) struct Around {
    pub(crate) names: HashMap<Uuid, String>,
    pub(crate) history: Vec<transition::Model>,
    pub(crate) notices: Vec<notice::Model>,
    pub(crate) duties: Vec<DutyRow>,
}

/// An application's changes of state, what was told of them, and what was owed for it.
async fn course(
    tx: &impl FileLane,
    id: Uuid,
    names: &HashMap<Uuid, String>,
) -> Result<(Vec<transition::Model>, Vec<notice::Model>, Vec<DutyRow>), Refusal> {
    let history = tx
        .find::<transition::Entity>()
        .filter(transition::Column::SubjectId.eq(id))
        .sorted(transition::Column::At, Order::Desc)
        .all()
        .await?;
    let notices = tx
        .find::<notice::Entity>()
        .filter(notice::Column::ApplicationId.eq(id))
        .sorted(notice::Column::ToldAt, Order::Desc)
        .all()
        .await?;
    Ok((history, notices, duties::of_subjects(tx, vec![id], names).await?))
}

/// The whole file, as it is; who may see how much of it is the caller's affair.
pub(crate) fn read_file(
    organisation: &Organisation,
    bound: BoundApplication,
    around: Around,
) -> Result<ApplicationFile, Refusal> {
    let BoundApplication { row, service, key, agreement, case } = bound;
    let Around { names, history, notices, duties } = around;
    let (key, service) = (keys::opened(organisation, &key)?, Service::read(service)?);
    let answers = sealed::open(&key, FORM, row.id, &row.form)?;
    let text = |column: &str, sealed: &Option<Vec<u8>>| {
        sealed.as_ref().map(|sealed| key.open(Place { column, row: row.id }, sealed).map_err(fault)).transpose()
    };
    Ok(ApplicationFile {
        id: row.id.into(),
        version: row.version,
        service,
        channel: channel(&row)?,
        state: state(&row)?,
        grade: row.grade.as_deref().and_then(|grade| Grade::parse(grade).ok()),
        handler: row.handler_id.and_then(|id| names.get(&id).cloned()),
        person: Person::of(&answers),
        answers,
        documents: Vec::new(),
        missing: text(MISSING, &row.missing)?,
        screening: row.screening_method.as_deref().and_then(|method| ScreeningMethod::parse(method).ok()),
        refusal: text(REFUSAL, &row.refusal_note)?.map(|note| RefusalView {
            criterion: row.refusal_criterion.clone().unwrap_or_default(),
            mode: row.refusal_mode.as_deref().and_then(|mode| TellMode::parse(mode).ok()),
            referral: row.refusal_referral.as_deref().and_then(|referral| ReferralDecision::parse(referral).ok()),
            note,
        }),
        agreement: agreement.map(|agreement| agreed(&key, &agreement, &names)).transpose()?,
        history: history.iter().map(|row| transition_view(&key, row, &names)).collect::<Result<_, _>>()?,
        notices: notices.iter().filter_map(|row| notice_view(row, &names)).collect(),
        deliveries: Vec::new(),
        duties,
        case: case.map(|case| case.id.into()),
        submitted: Moment::from_millis(row.submitted_at),
        number: row.number,
        acts: Acts::default(),
    })
}

/// The applicant.
pub(crate) fn person(key: &PersonKey, row: &application::Model) -> Result<Person, Refusal> {
    Ok(Person::of(&sealed::open(key, FORM, row.id, &row.form)?))
}

fn undecided() -> impl Iterator<Item = &'static str> {
    ApplicationState::ALL.into_iter().filter(|state| !state.is_end()).map(ApplicationState::code)
}

fn agreed(key: &PersonKey, row: &agreement::Model, names: &HashMap<Uuid, String>) -> Result<AgreementView, Refusal> {
    let place = Place { column: SIGNATURE, row: row.id };
    let signature = |at: Option<i64>, sealed: &Option<Vec<u8>>| match (at, sealed) {
        (Some(at), Some(sealed)) => Ok(Some((Moment::from_millis(at), key.open(place, sealed).map_err(fault)?))),
        _ => Ok::<_, Refusal>(None),
    };
    let by = row.explained_by.and_then(|id| names.get(&id).cloned()).unwrap_or_default();
    Ok(AgreementView {
        id: row.id.into(),
        version: row.version,
        number: row.number.clone(),
        answers: sealed::open(key, CONTENT, row.id, &row.content)?,
        explained: row.explained_at.map(|at| (Moment::from_millis(at), by)),
        client: signature(row.client_signed_at, &row.client_signature)?,
        guardian: signature(row.guardian_signed_at, &row.guardian_signature)?,
    })
}

/// Changes of state are read the same way for every noun.
pub(crate) fn transition_view(
    key: &PersonKey,
    row: &transition::Model,
    names: &HashMap<Uuid, String>,
) -> Result<TransitionView, Refusal> {
    let place = Place { column: "transitions.reason", row: row.id };
    Ok(TransitionView {
        at: Moment::from_millis(row.at),
        actor: actor_name(&row.actor, names),
        to: row.to_state.clone(),
        reason: row.reason.as_ref().map(|sealed| key.open(place, sealed).map_err(fault)).transpose()?,
    })
}

fn actor_name(code: &str, names: &HashMap<Uuid, String>) -> String {
    let member = code.strip_prefix("member:").and_then(|id| id.parse::<MemberId>().ok());
    member.and_then(|id| names.get(&id.uuid()).cloned()).unwrap_or_default()
}

fn notice_view(row: &notice::Model, names: &HashMap<Uuid, String>) -> Option<NoticeView> {
    Some(NoticeView {
        at: Moment::from_millis(row.told_at),
        state: ApplicationState::parse(&row.state).ok()?,
        mode: TellMode::parse(&row.mode).ok()?,
        by: row.told_by.and_then(|id| names.get(&id).cloned()),
    })
}
