//! Papers, read: heads for rules and lists, views for pages.

use super::folder::{Fact, Folder, Head};
use crate::db::FileLane;
use crate::entity::{paper, paper_fact, transition};
use crate::fault::{Fault, fault};
use crate::keys;
use crate::organisations::Organisation;
use crate::seal::{OrganisationKey, PersonKey, Place, Seals};
use crate::sealed;
use domain::access::Object;
use domain::events::Subject;
use domain::forms::Answers;
use domain::ids::{MemberId, PaperId};
use domain::papers::PaperState;
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::time::Moment;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, FromQueryResult, Order, QuerySelect};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Where what was written is sealed.
pub(crate) const CONTENT: &str = "papers.content";

/// When a paper happened, was written, was decided, and by whom.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// When it happened.
    pub occurred: Option<Moment>,
    /// When it was written.
    pub recorded: Option<Moment>,
    /// When it was decided.
    pub decided: Option<Moment>,
    /// Who wrote it.
    pub author: String,
    /// Who decided.
    pub reviewer: Option<String>,
}

/// A paper with what was written.
#[derive(Clone, Debug)]
pub struct PaperView {
    /// What it is and where it stands.
    pub head: Head,
    /// Its dates and people.
    pub written: Written,
    /// What was written.
    pub answers: Answers,
    /// Why it was sent back or taken back.
    pub reason: Option<String>,
    /// When that was said.
    pub said: Option<Moment>,
}

/// What seals papers: the key of the person whom they are about, else the organisation's.
pub(crate) enum Key<'o> {
    Person(PersonKey),
    Organisation(&'o OrganisationKey),
}

/// The transitions of these subjects, newest first.
pub(crate) async fn history(
    lane: &impl FileLane,
    subjects: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<transition::Model>, Refusal> {
    transitions(lane, Condition::all().add(transition::Column::SubjectId.is_in(subjects))).await
}

/// The transitions that meet a condition, newest first.
pub(crate) async fn transitions(lane: &impl FileLane, these: Condition) -> Result<Vec<transition::Model>, Refusal> {
    lane.find::<transition::Entity>().filter(these).sorted(transition::Column::At, Order::Desc).all().await
}

impl<'o> Key<'o> {
    /// The key of a folder's papers.
    pub(crate) async fn of(
        lane: &impl FileLane,
        organisation: &'o Organisation,
        person: Option<Uuid>,
    ) -> Result<Self, Refusal> {
        match person {
            Some(person) => keys::open(lane, organisation, person).await.map(Self::Person),
            None => Ok(Self::Organisation(&organisation.key)),
        }
    }
}

impl Seals for Key<'_> {
    fn seal(&self, place: Place<'_>, text: &str) -> Vec<u8> {
        match self {
            Self::Person(key) => key.seal(place, text),
            Self::Organisation(key) => key.seal(place, text),
        }
    }

    fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<String, Fault> {
        match self {
            Self::Person(key) => key.open(place, sealed),
            Self::Organisation(key) => key.open(place, sealed),
        }
    }
}

/// A row without what was written.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    register: String,
    file_kind: String,
    file_id: Uuid,
    serial: i64,
    number: Option<String>,
    state: String,
    level: i64,
    author_id: Uuid,
    about_id: Option<Uuid>,
    replaces_id: Option<Uuid>,
    template: i64,
    occurred_at: Option<i64>,
    recorded_at: Option<i64>,
    submitted_at: Option<i64>,
    decided_at: Option<i64>,
    reviewer_id: Option<Uuid>,
    version: i64,
}

/// The kinds of files that are shelves: papers of several registers stand there, each register by itself.
const SHELVES: [Object; 2] = [Object::Organisation, Object::Unit];

/// The papers of one file, newest first, of a shelf those of this register and of the one that it is written about; drafts only
/// those of this member.
pub(crate) async fn heads_in(
    lane: &impl FileLane,
    file: Subject,
    register: Option<&Register>,
    me: Option<MemberId>,
) -> Result<Vec<Head>, Refusal> {
    let of_one = register.filter(|_| SHELVES.contains(&file.kind)).map(|register| {
        let about = register.about.as_ref().map(|about| about.register.as_str());
        paper::Column::Register.is_in(std::iter::once(register.key.as_str()).chain(about))
    });
    heads(lane, Condition::all().add(paper::Column::FileId.eq(file.id)).add_option(of_one), me).await
}

/// The papers of the file in which this one lies; of a shelf those of its register, what it is about, and what is about it.
pub(crate) async fn heads_beside(
    lane: &impl FileLane,
    id: PaperId,
    me: Option<MemberId>,
) -> Result<Vec<Head>, Refusal> {
    use paper::Column;
    let this =
        |column: Column| Query::select().column(column).from(paper::Entity).and_where(Column::Id.eq(id.uuid())).take();
    let on_no_shelf = Column::FileKind.is_not_in(SHELVES.map(Object::code));
    let of_one = Condition::any().add(on_no_shelf).add(Column::Register.in_subquery(this(Column::Register)));
    let of_one = of_one.add(Column::AboutId.eq(id.uuid())).add(Column::Id.in_subquery(this(Column::AboutId)));
    heads(lane, Condition::all().add(Column::FileId.in_subquery(this(Column::FileId))).add(of_one), me).await
}

/// The papers that meet a condition, newest first; drafts only those of this member.
pub(crate) async fn heads(lane: &impl FileLane, these: Condition, me: Option<MemberId>) -> Result<Vec<Head>, Refusal> {
    use paper::Column;
    let mine = Condition::any().add(Column::State.ne(PaperState::Draft.code()));
    let mine = mine.add_option(me.map(|me| Column::AuthorId.eq(me.uuid())));
    let columns = [
        Column::Id,
        Column::Register,
        Column::FileKind,
        Column::FileId,
        Column::Serial,
        Column::Number,
        Column::State,
        Column::Level,
        Column::AuthorId,
        Column::AboutId,
        Column::ReplacesId,
        Column::Template,
        Column::OccurredAt,
        Column::RecordedAt,
        Column::SubmittedAt,
        Column::DecidedAt,
        Column::ReviewerId,
        Column::Version,
    ];
    let found = lane.find::<paper::Entity>().filter(these.clone()).filter(mine).order(Column::Id, Order::Desc);
    let rows: Vec<Row> = found.shape(|select| select.select_only().columns(columns)).models().await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let of_these = paper_fact::Column::PaperId.is_in(rows.iter().map(|row| row.id));
    let mut facts: HashMap<Uuid, BTreeMap<String, Vec<Fact>>> = HashMap::new();
    let found = lane.find::<paper_fact::Entity>().filter(of_these).order(paper_fact::Column::Place, Order::Asc);
    for row in found.all().await? {
        if let Some(fact) = fact(&row) {
            facts.entry(row.paper_id).or_default().entry(row.field).or_default().push(fact);
        }
    }
    rows.into_iter().map(|row| read(&mut facts, row)).collect()
}

/// The file in which a paper lies, as its row names it.
///
/// # Errors
/// When no kind of file is called so.
pub(crate) fn file_of(kind: &str, id: Uuid) -> Result<Subject, Refusal> {
    let kind = Object::parse(kind).map_err(|_| fault(Fault::Stored("file of a paper")))?;
    Ok(Subject { kind, id })
}

fn read(facts: &mut HashMap<Uuid, BTreeMap<String, Vec<Fact>>>, row: Row) -> Result<Head, Refusal> {
    let stored = |what| fault(Fault::Stored(what));
    Ok(Head {
        id: row.id.into(),
        facts: facts.remove(&row.id).unwrap_or_default(),
        register: row.register,
        file: file_of(&row.file_kind, row.file_id)?,
        serial: row.serial,
        number: row.number,
        state: PaperState::parse(&row.state).map_err(|_| stored("paper state"))?,
        level: usize::try_from(row.level).map_err(|_| stored("level of a paper"))?,
        author: row.author_id.into(),
        about: row.about_id.map(PaperId::from),
        replaces: row.replaces_id.map(PaperId::from),
        template: u16::try_from(row.template).map_err(|_| stored("version of a form"))?,
        occurred: row.occurred_at.map(Moment::from_millis),
        recorded: row.recorded_at.map(Moment::from_millis),
        submitted: row.submitted_at.map(Moment::from_millis),
        decided: row.decided_at.map(Moment::from_millis),
        reviewer: row.reviewer_id.map(MemberId::from),
        version: row.version,
    })
}

fn fact(row: &paper_fact::Model) -> Option<Fact> {
    let number = row.number.map(Fact::Number);
    let day = || row.day.map(|day| Fact::Day(day.into()));
    let moment = || row.moment_at.map(|at| Fact::Moment(Moment::from_millis(at)));
    number.or_else(day).or_else(moment).or_else(|| row.code.clone().map(Fact::Code))
}

/// The papers of a folder with what was written, in its order; `names` are the members', `history` the transitions of these
/// papers.
pub(crate) async fn views(
    lane: &impl FileLane,
    key: &Key<'_>,
    (names, history): (&HashMap<Uuid, String>, &[transition::Model]),
    folder: &Folder,
    which: impl Fn(&Head) -> bool,
) -> Result<Vec<PaperView>, Refusal> {
    let heads: Vec<&Head> = folder.heads.iter().filter(|head| which(head)).collect();
    if heads.is_empty() {
        return Ok(Vec::new());
    }
    let ids = || heads.iter().map(|head| head.id.uuid());
    let content = lane.find::<paper::Entity>().filter(paper::Column::Id.is_in(ids()));
    let content = content.shape(|select| select.select_only().columns([paper::Column::Id, paper::Column::Content]));
    let content: HashMap<Uuid, Vec<u8>> = content.tuples::<(Uuid, Vec<u8>)>().await?.into_iter().collect();
    let mut reasons = reasons(key, history, &heads)?;
    let view = |head: &Head| {
        let content = content.get(&head.id.uuid()).ok_or_else(|| fault(Fault::Stored("paper")))?;
        let answers = sealed::open(key, CONTENT, head.id.uuid(), content)?;
        let name = |id: MemberId| names.get(&id.uuid()).cloned();
        let written = Written {
            occurred: head.occurred,
            recorded: head.recorded,
            decided: head.decided,
            author: name(head.author).unwrap_or_default(),
            reviewer: head.reviewer.and_then(name),
        };
        let (reason, said) = reasons.remove(&head.id.uuid()).unzip();
        Ok(PaperView { written, answers, reason, said, head: head.clone() })
    };
    heads.into_iter().map(view).collect()
}

/// Why papers were sent back or taken back, and when; the newest reason counts.
fn reasons(
    key: &Key<'_>,
    history: &[transition::Model],
    heads: &[&Head],
) -> Result<HashMap<Uuid, (String, Moment)>, Refusal> {
    let mut given: Vec<&transition::Model> =
        history.iter().filter(|row| heads.iter().any(|head| head.id.uuid() == row.subject_id)).collect();
    given.sort_by_key(|row| (row.at, row.id));
    let mut reasons = HashMap::new();
    for row in given {
        if let Some(sealed) = &row.reason {
            let place = Place { column: crate::change::REASON, row: row.id };
            let reason = key.open(place, sealed).map_err(fault)?;
            reasons.insert(row.subject_id, (reason, Moment::from_millis(row.at)));
        }
    }
    Ok(reasons)
}
