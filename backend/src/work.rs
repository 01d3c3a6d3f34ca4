//! What is to be done, by a member or by the whole station: duties, what was sent back, what waits for a decision, drafts. One
//! table in one order, whichever area a row comes from.
//!
//! A row says whose it is as far as this member may know: of a file for which one answers the full name, of one that one may
//! open the masked one, of any other the number.

use crate::db::ReadTx;
use crate::duties::{self, DutyFigures, DutyRow};
use crate::entity::{application, case, client, paper, person_key};
use crate::fault::fault;
use crate::papers::{self, Folder, Key};
use crate::registers::Upkeep;
use crate::scope::StaffScope;
use crate::seal::{Place, Seals};
use crate::{applications, change, clients, keys, members, paperwork, registers};
use domain::access::{Action, Object, Reach};
use domain::events::Subject;
use domain::ids::{MemberId, PaperId};
use domain::papers::{PaperState, Right};
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::time::Moment;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, FromQueryResult, Order, QuerySelect};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

mod review;

pub use review::{Queue, Review, Waiting, queue, review};

/// How many papers that wait for a decision are on the table; the others follow when these are decided.
const IN_SIGHT: usize = 50;

/// Something to be done.
#[derive(Clone, Debug)]
pub struct Work {
    /// What.
    pub what: What,
    /// For whom.
    pub whose: Whose,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum What {
    /// Something is owed, late already or due within seven days.
    Duty(DutyRow),
    /// A paper of this member was sent back and is not written anew yet; the first line of why.
    Returned(Pending, String),
    /// Somebody else's paper waits for this member's decision; who wrote it.
    Decide(Pending, String),
    /// A paper that this member began.
    Draft(Pending),
}

/// A paper with which something is to be done.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Which.
    pub id: PaperId,
    /// Its register.
    pub register: Arc<Register>,
    /// The paper that it is about.
    pub about: Option<PaperId>,
    /// The paper that it is written instead of.
    pub replaces: Option<PaperId>,
    /// When what it tells happened.
    pub occurred: Option<Moment>,
    /// Since when it waits, or was sent back; of a draft nobody knows.
    pub since: Option<Moment>,
}

/// The file that something is about, as far as this member may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// The file.
    pub file: Subject,
    /// The person's name, whole or masked.
    pub name: Option<String>,
    /// The file's number.
    pub number: String,
    /// Whether this member may open it.
    pub opens: bool,
}

/// Everything that is to be done.
#[derive(Clone, Debug)]
pub struct WorkTable {
    /// What is late, longest first; then what is due, soonest first; then what has no time: sent back, to be decided, begun.
    pub rows: Vec<Work>,
    /// What is asked again and again and presses, what is late first.
    pub upkeep: Vec<Upkeep>,
    /// How much is owed; there may be more of it than rows.
    pub figures: DutyFigures,
    /// How many papers wait for this member's decision; there may be more of them than rows.
    pub to_decide: usize,
}

impl Work {
    /// Its place in the order: which comes first, and among its like since or until when.
    fn place(&self, now: Moment) -> (u8, Option<Moment>) {
        match &self.what {
            What::Duty(row) => (u8::from(!row.duty.standing(now).is_late()), Some(row.duty.due)),
            What::Returned(paper, _) => (2, paper.since),
            What::Decide(paper, _) => (3, paper.since),
            What::Draft(paper) => (4, paper.since),
        }
    }
}

/// What is to be done: duties and upkeep of the station for whoever sees all duties, unless only one's own are asked for; papers
/// are always one's own affair.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn table(scope: &StaffScope, mine: bool) -> Result<WorkTable, Refusal> {
    let (tx, now) = (scope.read().await?, scope.now());
    let (owed, figures) = duties::pressing(scope, &tx, mine).await?;
    let of_papers = owed.iter().filter(|row| row.subject_kind == Object::Paper.code()).map(|row| row.subject_id);
    let mut papers = papers(scope, &tx, of_papers).await?;
    let decide: Vec<Uuid> = papers.iter().filter(|row| row.waits_for(scope)).map(|row| row.id).collect();
    let (to_decide, beyond) = (decide.len(), decide.get(IN_SIGHT..).unwrap_or_default());
    papers.retain(|row| !beyond.contains(&row.id));
    // Who owes one of the station's duties, who wrote a paper; whoever sees only what is their own knows that.
    let names = if mine && to_decide == 0 { HashMap::new() } else { members::names(&tx).await? };
    let owed = owed.iter().map(|row| DutyRow::read(row, &names)).collect::<Result<Vec<_>, _>>()?;
    let lies_in = papers.iter().map(|row| Ok((row.id, row.file()?))).collect::<Result<HashMap<_, _>, Refusal>>()?;
    let file_of = |row: &DutyRow| lies_in.get(&row.duty.subject.id).copied().unwrap_or(row.duty.subject);
    let subjects: Vec<Subject> = owed.iter().map(file_of).chain(lies_in.values().copied()).collect();
    let files = files(scope, &tx, &subjects).await?;

    let mut rows = with_papers(scope, &tx, &papers, &files, &names).await?;
    for row in owed {
        let file = file_of(&row);
        let unknown = || Whose { file, number: row.number.clone(), name: None, opens: false };
        let whose = files.get(&file.id).map_or_else(unknown, |file| file.whose.clone());
        rows.push(Work { what: What::Duty(row), whose });
    }
    rows.sort_by_key(|work| work.place(now));
    let own = mine || scope.reach(Object::Duty, Action::List) != Reach::All;
    let upkeep = registers::upkeep(scope, &tx, own).await?;
    Ok(WorkTable { rows, upkeep, figures, to_decide })
}

/// What is to be done with these papers.
async fn with_papers(
    scope: &StaffScope,
    tx: &ReadTx,
    papers: &[Row],
    files: &HashMap<Uuid, File<'_>>,
    names: &HashMap<Uuid, String>,
) -> Result<Vec<Work>, Refusal> {
    let writes = |row: &&Row| files.get(&row.file_id).is_some_and(|file| row.is_written_by(scope, file));
    let of = |row: &Row| Some((row.id, files.get(&row.file_id)?.key.as_ref()?));
    let returned: Vec<&Row> = papers.iter().filter(|row| row.was_sent_back()).filter(writes).collect();
    let mut reasons = reasons(tx, &returned.iter().filter_map(|row| of(row)).collect()).await?;
    let mut work = Vec::new();
    for row in papers {
        let (Some(register), Some(file)) = (scope.registers().get(&row.register), files.get(&row.file_id)) else {
            continue;
        };
        let is_returned = |id: Uuid| returned.iter().any(|row| row.id == id);
        // A draft of what was sent back is the same matter.
        let is_new = || row.replaces_id.is_none_or(|replaced| !is_returned(replaced));
        let what = if row.waits_for(scope) {
            What::Decide(row.pending(register), names.get(&row.author_id).cloned().unwrap_or_default())
        } else if is_returned(row.id) {
            What::Returned(row.pending(register), reasons.remove(&row.id).unwrap_or_default())
        } else if row.is_draft() && writes(&row) && is_new() {
            What::Draft(row.pending(register))
        } else {
            continue;
        };
        work.push(Work { what, whose: file.whose.clone() });
    }
    Ok(work)
}

/// A paper as far as the table asks about it.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    register: String,
    file_kind: String,
    file_id: Uuid,
    state: String,
    level: i64,
    author_id: Uuid,
    about_id: Option<Uuid>,
    replaces_id: Option<Uuid>,
    occurred_at: Option<i64>,
    submitted_at: Option<i64>,
    decided_at: Option<i64>,
    written_anew: bool,
}

impl Row {
    fn is_draft(&self) -> bool {
        self.state == PaperState::Draft.code()
    }

    fn was_sent_back(&self) -> bool {
        self.state == PaperState::Returned.code() && !self.written_anew
    }

    /// Whether this member wrote it and may go on with it, as its file stands now.
    fn is_written_by(&self, scope: &StaffScope, file: &File<'_>) -> bool {
        let register = scope.registers().get(&self.register);
        self.author_id == scope.member().uuid()
            && register.is_some_and(|register| {
                register.is_open_while(&file.state, false) && scope.may_papers(register, Right::Write, file.responsible)
            })
    }

    /// Whether this member is to decide about it.
    fn waits_for(&self, scope: &StaffScope) -> bool {
        let level = usize::try_from(self.level).unwrap_or_default();
        PaperState::parse(&self.state)
            .is_ok_and(|state| paperwork::waits_for(scope, &self.register, self.author_id.into(), (state, level)))
    }

    fn file(&self) -> Result<Subject, Refusal> {
        papers::file_of(&self.file_kind, self.file_id)
    }

    fn pending(&self, register: &Arc<Register>) -> Pending {
        Pending {
            id: self.id.into(),
            register: register.clone(),
            about: self.about_id.map(PaperId::from),
            replaces: self.replaces_id.map(PaperId::from),
            occurred: self.occurred_at.map(Moment::from_millis),
            since: self.decided_at.or(self.submitted_at).map(Moment::from_millis),
        }
    }
}

/// The papers about which something is owed, and those with which this member has something to do, oldest first.
async fn papers(scope: &StaffScope, tx: &ReadTx, owed: impl Iterator<Item = Uuid>) -> Result<Vec<Row>, Refusal> {
    use paper::Column;
    let unfinished = [PaperState::Draft, PaperState::Returned].map(PaperState::code);
    let mine = Condition::all().add(Column::AuthorId.eq(scope.member().uuid())).add(Column::State.is_in(unfinished));
    let these = Condition::any().add(Column::Id.is_in(owed)).add(mine).add(paperwork::waiting(scope));
    let columns = [
        Column::Id,
        Column::Register,
        Column::FileKind,
        Column::FileId,
        Column::State,
        Column::Level,
        Column::AuthorId,
        Column::AboutId,
        Column::ReplacesId,
        Column::OccurredAt,
        Column::SubmittedAt,
        Column::DecidedAt,
    ];
    let one_at_a_time = scope.registers().iter().filter(|register| register.one_at_a_time);
    let anew = written_anew(one_at_a_time.map(|register| register.key.as_str()));
    let found = tx.find::<paper::Entity>().filter(these).sorted(Column::SubmittedAt, Order::Asc);
    found.shape(|select| select.select_only().columns(columns).expr_as(anew, "written_anew")).models().await
}

/// Whether a later paper stands in a paper's place: it names the one before, or there is never more than one at a time.
fn written_anew<'r>(one_at_a_time: impl Iterator<Item = &'r str>) -> Expr {
    use paper::Column;
    let next = Alias::new("next");
    let of_next = |column: Column| Expr::col((next.clone(), column));
    let this = |column: Column| (paper::Entity, column);
    let dropped = PaperState::ALL.into_iter().filter(|state| state.is_dropped()).map(PaperState::code);
    let later = Condition::all()
        .add(Expr::col(this(Column::Register)).is_in(one_at_a_time))
        .add(of_next(Column::Serial).gt(Expr::col(this(Column::Serial))));
    let stands_in = Condition::all()
        .add(of_next(Column::OrganisationId).equals(this(Column::OrganisationId)))
        .add(of_next(Column::FileId).equals(this(Column::FileId)))
        .add(of_next(Column::Register).equals(this(Column::Register)))
        .add(of_next(Column::State).is_not_in(dropped))
        .add(Condition::any().add(of_next(Column::ReplacesId).equals(this(Column::Id))).add(later));
    let found = Query::select().expr(Expr::value(1)).from_as(paper::Entity, next.clone()).cond_where(stands_in).take();
    Expr::exists(found)
}

/// The files of these subjects as far as this member may know them, each by the subject's own id: what is a paper lies in one.
pub(crate) async fn whose(
    scope: &StaffScope,
    tx: &ReadTx,
    subjects: &[Subject],
) -> Result<HashMap<Uuid, Whose>, Refusal> {
    let papers: Vec<Uuid> = subjects.iter().filter(|this| this.kind == Object::Paper).map(|this| this.id).collect();
    let mut lies_in: HashMap<Uuid, Subject> = subjects.iter().map(|subject| (subject.id, *subject)).collect();
    if !papers.is_empty() {
        use paper::Column;
        let found = tx.find::<paper::Entity>().filter(Column::Id.is_in(papers));
        let found = found.shape(|select| select.select_only().columns([Column::Id, Column::FileKind, Column::FileId]));
        for (id, kind, file) in found.tuples::<(Uuid, String, Uuid)>().await? {
            lies_in.insert(id, papers::file_of(&kind, file)?);
        }
    }
    let files = files(scope, tx, &lies_in.values().copied().collect::<Vec<_>>()).await?;
    let known = |(subject, file): (Uuid, Subject)| Some((subject, files.get(&file.id)?.whose.clone()));
    Ok(lies_in.into_iter().filter_map(known).collect())
}

/// A file with which something is to be done.
struct File<'s> {
    whose: Whose,
    responsible: Option<MemberId>,
    /// The code of its state.
    state: String,
    /// What opens what was written in it; none when its person was erased.
    key: Option<Key<'s>>,
}

/// The files that these are, each by its own id.
async fn files<'s>(
    scope: &'s StaffScope,
    tx: &ReadTx,
    subjects: &[Subject],
) -> Result<HashMap<Uuid, File<'s>>, Refusal> {
    let of = |kind| subjects.iter().filter(move |subject| subject.kind == kind).map(|subject| subject.id);
    let me = scope.member().uuid();
    let mut files = HashMap::new();
    if of(Object::Case).next().is_some() {
        let found = tx.find::<case::Entity>().filter(case::Column::Id.is_in(of(Object::Case)));
        let rows = found.joined(|select| {
            select
                .find_also(case::Entity, client::Entity)
                .find_also(case::Entity, person_key::Entity)
                .into_model::<case::Model, client::Model, person_key::Model>()
        });
        for (case, client, key) in rows.await? {
            files.insert(case.id, of_case(scope, &case, client.as_ref(), key.as_ref())?);
        }
    }
    if of(Object::Application).next().is_some() {
        let found = tx.find::<application::Entity>().filter(application::Column::Id.is_in(of(Object::Application)));
        let rows = found.joined(|select| {
            select
                .find_also(application::Entity, person_key::Entity)
                .into_model::<application::Model, person_key::Model>()
        });
        for (application, key) in rows.await? {
            let opens = scope.reaches(Object::Application, Action::Read, &application);
            let key = keys::opened_if_there(scope.organisation(), key.as_ref())?;
            let person =
                key.as_ref().filter(|_| opens).map(|key| applications::person(key, &application)).transpose()?;
            let name = person.map(|person| person.name_for(application.handler_id == Some(me)));
            let file = Subject { kind: Object::Application, id: application.id };
            let whose = Whose { file, name, number: application.number, opens };
            let responsible = application.handler_id.map(MemberId::from);
            let key = key.map(Key::Person);
            files.insert(application.id, File { whose, responsible, state: application.state, key });
        }
    }
    let house = scope.organisation();
    let shelf = |folder: Folder| {
        let whose = Whose { file: folder.file, name: None, number: folder.number, opens: true };
        let key = Some(Key::Organisation(&house.key));
        (folder.file.id, File { whose, responsible: folder.responsible, state: folder.state.0, key })
    };
    let on_shelves = subjects.iter().filter(|subject| matches!(subject.kind, Object::Unit | Object::Organisation));
    files.extend(paperwork::shelves(tx, house, on_shelves.copied()).await?.into_iter().map(shelf));
    Ok(files)
}

/// A case, with its client as far as this member may know them.
fn of_case<'s>(
    scope: &'s StaffScope,
    case: &case::Model,
    client: Option<&client::Model>,
    key: Option<&person_key::Model>,
) -> Result<File<'s>, Refusal> {
    let opens = scope.reaches(Object::Case, Action::Read, case);
    let known = client.filter(|client| opens || scope.reaches(Object::Client, Action::Read, *client));
    let key = keys::opened_if_there(scope.organisation(), key)?;
    let person = known.zip(key.as_ref()).map(|(client, key)| clients::profile(key, client)).transpose()?;
    let name = person.map(|person| person.name_for(case.responsible_id == scope.member().uuid()));
    let file = Subject { kind: Object::Case, id: case.id };
    let whose = Whose { file, name, number: case.number.clone(), opens };
    let key = key.map(Key::Person);
    Ok(File { whose, responsible: Some(case.responsible_id.into()), state: case.state.clone(), key })
}

/// The first line of why each of these papers was sent back.
async fn reasons(tx: &ReadTx, returned: &HashMap<Uuid, &Key<'_>>) -> Result<HashMap<Uuid, String>, Refusal> {
    let mut reasons = HashMap::new();
    if returned.is_empty() {
        return Ok(reasons);
    }
    // The newest stands first, and counts.
    for row in papers::history(tx, returned.keys().copied()).await?.into_iter().rev() {
        let (Some(sealed), Some(key)) = (&row.reason, returned.get(&row.subject_id)) else { continue };
        let reason = key.open(Place { column: change::REASON, row: row.id }, sealed).map_err(fault)?;
        reasons.insert(row.subject_id, reason.lines().next().unwrap_or_default().to_owned());
    }
    Ok(reasons)
}
