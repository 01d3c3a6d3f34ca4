//! Reading cases.

use super::{CaseAct, keeper, state};
use crate::acts::Acts;
use crate::applications::TransitionView;
use crate::clients::Person;
use crate::db::{FileLane, Found, ReadTx};
use crate::duties::{self, DutyRow};
use crate::entity::{application, case, client, member, paper, person_key, service};
use crate::fault::{Fault, fault};
use crate::listing::{Listed, Slice, Sorts};
use crate::organisations::Organisation;
use crate::papers::{self, Folder, Key, Offer, PaperView};
use crate::scope::StaffScope;
use crate::{applications, clients, keys, listing, members};
use domain::access::{Action, Object, Reach};
use domain::applications::TellMode;
use domain::cases::{CaseState, Origin};
use domain::events::{EventKind, Subject};
use domain::ids::{ApplicationId, CaseId, ClientId, MemberId, PaperId};
use domain::papers::{Deed, PaperState, Right};
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, Order, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

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
    /// Only those that this member answers for.
    pub responsible: Option<MemberId>,
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
    /// From what it comes.
    pub origin: Origin,
    /// The application it began with, if it did: id, number.
    pub application: Option<(ApplicationId, String)>,
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
    /// Its papers, newest first, without drafts of others.
    pub papers: Vec<PaperView>,
    /// The same without what was written, as rules ask about them.
    pub folder: Folder,
    /// What this person may do to them, and what stands in the way.
    pub offers: Vec<Offer>,
    /// What this person may do with the case itself.
    pub acts: Acts<CaseAct>,
    /// Changes of state, newest first.
    pub history: Vec<TransitionView>,
    /// What is or was owed for the case, its application and its papers.
    pub duties: Vec<DutyRow>,
}

impl CaseFile {
    /// The papers of a register, newest first.
    pub fn of<'f>(&'f self, register: &'f str) -> impl Iterator<Item = &'f PaperView> {
        self.papers.iter().filter(move |paper| paper.head.register == register)
    }

    /// Whether this person may do this now; not even asked of whom the policy refuses.
    #[must_use]
    pub fn offers(&self, register: &str, deed: Deed, paper: Option<PaperId>) -> bool {
        self.offer(register, deed, paper).is_some_and(|offer| offer.outcome.is_ok())
    }

    /// What is offered, with what stands in its way; of new ones the one about nothing, or about the newest paper.
    #[must_use]
    pub fn offer(&self, register: &str, deed: Deed, paper: Option<PaperId>) -> Option<&Offer> {
        let this = |offer: &&Offer| offer.register.key == register && offer.deed == deed && offer.paper == paper;
        self.offers.iter().filter(this).find(|offer| paper.is_some() || offer.replaces.is_none())
    }
}

/// What the list can be sorted by.
const SORTS: &Sorts<case::Entity> = &[("opened", case::Column::OpenedAt), ("number", case::Column::Number)];

/// Cases, newest first unless it is said otherwise, as far as one may see.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn list(scope: &StaffScope, filter: &CaseFilter, slice: &Slice) -> Result<Listed<CaseRow>, Refusal> {
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
    if let Some(responsible) = filter.responsible {
        found = found.filter(case::Column::ResponsibleId.eq(responsible.uuid()));
    }
    let found = listing::slice(&tx, found, slice, (case::Column::Id, Order::Desc), SORTS).await?;
    Ok(found.with(read_rows(scope, &tx, &found.rows).await?))
}

async fn read_rows(scope: &StaffScope, tx: &ReadTx, rows: &[case::Model]) -> Result<Vec<CaseRow>, Refusal> {
    let these = tx.find::<case::Entity>().filter(case::Column::Id.is_in(rows.iter().map(|row| row.id)));
    let bound = these.joined(|select| {
        select
            .find_also(case::Entity, client::Entity)
            .find_also(case::Entity, person_key::Entity)
            .find_also(case::Entity, service::Entity)
            .into_model::<case::Model, client::Model, person_key::Model, service::Model>()
    });
    let bound: HashMap<Uuid, _> =
        bound.await?.into_iter().map(|(case, client, key, service)| (case.id, (client, key, service))).collect();
    let names = members::names(tx).await?;
    // What is owed for a case is owed for its application and its appointments too.
    let arranged = Condition::all()
        .add(paper::Column::FileId.is_in(rows.iter().map(|row| row.id)))
        .add(paper::Column::State.eq(PaperState::Planned.code()));
    let arranged = tx.find::<paper::Entity>().filter(arranged);
    let arranged = arranged.shape(|select| select.select_only().columns([paper::Column::Id, paper::Column::FileId]));
    let mut of_case: HashMap<Uuid, Uuid> = rows.iter().map(|row| (row.id, row.id)).collect();
    of_case.extend(rows.iter().filter_map(|row| Some((row.application_id?, row.id))));
    of_case.extend(arranged.tuples::<(Uuid, Uuid)>().await?);
    let duties = duties::of_subjects(tx, of_case.keys().copied().collect(), &names).await?;
    let now = scope.now();
    rows.iter()
        .map(|row| {
            let (client, key, service) = bound.get(&row.id).ok_or_else(|| fault(Fault::Stored("case")))?;
            // An erased person stays on the list without a name.
            let key = keys::opened_if_there(scope.organisation(), key.as_ref())?;
            let person = client.as_ref().zip(key).map(|(client, key)| clients::profile(&key, client)).transpose()?;
            let open: Vec<&DutyRow> = duties
                .iter()
                .filter(|duty| of_case.get(&duty.duty.subject.id) == Some(&row.id) && duty.duty.is_open())
                .collect();
            Ok(CaseRow {
                id: row.id.into(),
                number: row.number.clone(),
                name: person.unwrap_or_default().masked_name(),
                service: service.as_ref().map(|service| service.name.clone()).unwrap_or_default(),
                state: state(row)?,
                responsible: names.get(&row.responsible_id).cloned().unwrap_or_default(),
                opened: Moment::from_millis(row.opened_at),
                late: open.iter().filter(|duty| duty.duty.standing(now).is_late()).count(),
                due: open.iter().map(|duty| duty.duty.due).min(),
            })
        })
        .collect()
}

/// Who answers for at least one case, by name.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn workers(scope: &StaffScope) -> Result<Vec<(MemberId, String)>, Refusal> {
    scope.need(Object::Case, Action::List)?;
    let own = |column: case::Column| Expr::col((case::Entity, column));
    let of_member = |column: member::Column| (member::Entity, column);
    let answers = Query::select()
        .expr(Expr::value(1))
        .from(case::Entity)
        .and_where(own(case::Column::OrganisationId).equals(of_member(member::Column::OrganisationId)))
        .and_where(own(case::Column::ResponsibleId).equals(of_member(member::Column::Id)))
        .take();
    let tx = scope.read().await?;
    let found = tx.find::<member::Entity>().filter(Expr::exists(answers));
    let rows = found.order(member::Column::Name, Order::Asc).all().await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name)).collect())
}

/// A case's whole file. Reading it leaves an entry in the audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, it is another organisation's, or out of one's reach.
pub async fn open(scope: &StaffScope, id: CaseId) -> Result<CaseFile, Refusal> {
    let reach = scope.need(Object::Case, Action::Read)?;
    let tx = scope.read().await?;
    let found = BoundCase::find(tx.find().by_id(id).filter(within(reach, scope.member(), false))).await?;
    let names = members::names(&tx).await?;
    let acts = Acts::of(scope, &found.case, |act: CaseAct| act.may(&found.case));
    let mut file = read_file(&tx, scope.organisation(), names, found, Some(scope.member())).await?;
    let rules = scope.organisation().rules(&tx).await?;
    let rules = scope.core().bind(&rules, scope.now());
    drop(tx);
    let reads = |paper: &PaperView| {
        let register = scope.registers().get(&paper.head.register);
        register.is_some_and(|register| scope.may_papers(register, Right::Read, file.folder.responsible))
    };
    file.papers.retain(reads);
    file.acts = acts;
    file.offers = papers::offers(scope, &file.folder, |ask| {
        keeper::allows(&file.folder, ask, None)?;
        Ok(papers::heed(&file.folder, rules, ask, None))
    });
    scope.note(EventKind::ClientRead, Subject { kind: Object::Case, id: id.uuid() }).await?;
    Ok(file)
}

/// Says in the trail that a case's whole file leaves the house: whose, and how many papers.
///
/// # Errors
/// [`Refusal::Forbidden`] when this is not among one's rights.
pub async fn taken_out(scope: &StaffScope, file: &CaseFile, papers: usize) -> Result<(), Refusal> {
    if scope.need(Object::Case, Action::Export)? != Reach::All && file.responsible.0 != scope.member() {
        return Err(Refusal::Forbidden);
    }
    let subject = Subject { kind: Object::Export, id: scope.organisation().id.uuid() };
    let detail = [("file", file.number.clone()), ("papers", papers.to_string())];
    let detail = detail.map(|(key, value)| (key.to_owned(), value));
    scope.note_with(EventKind::ExportMade, subject, detail.into()).await
}

/// A case bound together with what it belongs to: one query.
pub(crate) struct BoundCase {
    pub(crate) case: case::Model,
    pub(crate) client: client::Model,
    application: Option<application::Model>,
    pub(super) service: service::Model,
    pub(crate) key: person_key::Model,
}

impl BoundCase {
    /// The case that is looked for.
    pub(crate) async fn find(found: Found<'_, case::Entity>) -> Result<Self, Refusal> {
        Self::all(found).await?.into_iter().next().ok_or(Refusal::NotFound)
    }

    /// The cases that are looked for.
    pub(crate) async fn all(found: Found<'_, case::Entity>) -> Result<Vec<Self>, Refusal> {
        let rows = found.joined(|select| {
            select
                .find_also(case::Entity, client::Entity)
                .find_also(case::Entity, application::Entity)
                .find_also(case::Entity, service::Entity)
                .find_also(case::Entity, person_key::Entity)
                .into_model::<case::Model, client::Model, application::Model, service::Model, person_key::Model>()
        });
        let bound = |(case, client, application, service, key): (_, Option<_>, _, Option<_>, Option<_>)| {
            Some(Self { case, client: client?, application, service: service?, key: key? })
        };
        Ok(rows.await?.into_iter().filter_map(bound).collect())
    }
}

/// The whole file, as it is; who may see how much of it is the caller's affair. `names` are the members', `me` whose drafts
/// are among its papers.
pub(crate) async fn read_file(
    tx: &impl FileLane,
    organisation: &Organisation,
    names: HashMap<Uuid, String>,
    bound: BoundCase,
    me: Option<MemberId>,
) -> Result<CaseFile, Refusal> {
    let BoundCase { case: row, client, application, service, key } = bound;
    let key = keys::opened(organisation, &key)?;
    let file = Subject { kind: Object::Case, id: row.id };
    let folder = keeper::folder_of(&row, papers::heads_in(tx, file, None, me).await?)?;
    let owed_for = || folder.heads.iter().map(|head| head.id.uuid());
    let history = papers::history(tx, owed_for().chain([row.id])).await?;
    let sealed_by = Key::Person(key.clone());
    let papers = papers::views(tx, &sealed_by, (&names, &history), &folder, |_| true).await?;
    let owed_for = owed_for().chain([row.id]).chain(row.application_id).collect();
    let duties = duties::of_subjects(tx, owed_for, &names).await?;
    Ok(CaseFile {
        id: row.id.into(),
        version: row.version,
        state: state(&row)?,
        client: (client.id.into(), client.number.clone(), clients::profile(&key, &client)?),
        origin: Origin::parse(&row.origin).map_err(|_| fault(Fault::Stored("origin of a case")))?,
        application: application.map(|application| (application.id.into(), application.number)),
        service: service.name,
        responsible: (row.responsible_id.into(), names.get(&row.responsible_id).cloned().unwrap_or_default()),
        accepted: Moment::from_millis(row.accepted_at),
        opened: Moment::from_millis(row.opened_at),
        started: row.started_at.map(Moment::from_millis),
        told: row
            .told_at
            .map(Moment::from_millis)
            .zip(row.told_mode.as_deref().and_then(|mode| TellMode::parse(mode).ok())),
        closed: row.closed_at.map(Moment::from_millis),
        papers,
        folder,
        offers: Vec::new(),
        acts: Acts::default(),
        history: history
            .iter()
            .map(|entry| applications::transition_view(&key, entry, &names))
            .collect::<Result<_, _>>()?,
        duties,
        number: row.number,
    })
}

/// The rows within one's reach.
pub(crate) fn within(reach: Reach, member: MemberId, mine: bool) -> Condition {
    match reach {
        Reach::All if !mine => Condition::all(),
        _ => Condition::all().add(case::Column::ResponsibleId.eq(member.uuid())),
    }
}
