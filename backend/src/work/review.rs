//! The review queue: what waits for this member's decision, late ones first; and one of these papers, opened between the others.

use super::{Pending, Whose, files, of_case};
use crate::ambient::first_id;
use crate::cases::{self, BoundCase};
use crate::db::ReadTx;
use crate::duties::{self, DutyRow};
use crate::entity::{case, paper, transition};
use crate::members;
use crate::papers::{self, Head};
use crate::paperwork::{self, Around, PaperFile};
use crate::scope::StaffScope;
use domain::access::Object;
use domain::events::{EventKind, Subject};
use domain::ids::PaperId;
use domain::papers::{Life, PaperState, Right};
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A paper that waits for this member's decision.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Which.
    pub paper: Pending,
    /// Who wrote it.
    pub author: String,
    /// Which draft it is, from 1.
    pub draft: usize,
    /// For whom.
    pub whose: Whose,
    /// What is owed with it, or was and is late; the most urgent.
    pub duty: Option<DutyRow>,
}

/// What waits for this member's decision.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Late ones first, then as they were handed in.
    pub rows: Vec<Waiting>,
    /// How many this member decided today.
    pub decided: usize,
}

/// One paper of the queue, opened.
#[derive(Clone, Debug)]
pub struct Review {
    /// The paper with its file; whoever does not answer for the file reads the masked name.
    pub file: PaperFile,
    /// Which draft it is, from 1.
    pub draft: usize,
    /// The queue in which it stands, as long as it waits.
    pub queue: Queue,
}

impl Waiting {
    /// Whether it is late: what is owed with it, or what it was written for.
    #[must_use]
    pub fn is_late(&self, now: Moment) -> bool {
        duties::is_late(self.duty.as_slice(), now)
    }
}

impl Queue {
    /// How many are late.
    #[must_use]
    pub fn late(&self, now: Moment) -> usize {
        self.rows.iter().filter(|row| row.is_late(now)).count()
    }

    /// Where a paper stands, from 0.
    #[must_use]
    pub fn place(&self, paper: PaperId) -> Option<usize> {
        self.rows.iter().position(|row| row.paper.id == paper)
    }

    /// The one after a paper; after the last one, and for one that no longer waits, the first of the others.
    #[must_use]
    pub fn after(&self, paper: PaperId) -> Option<PaperId> {
        let next = self.place(paper).and_then(|at| self.rows.get(at + 1)).or_else(|| self.rows.first());
        next.map(|row| row.paper.id).filter(|next| *next != paper)
    }

    /// The one before a paper, if it is not the first.
    #[must_use]
    pub fn before(&self, paper: PaperId) -> Option<PaperId> {
        let at = self.place(paper)?.checked_sub(1)?;
        self.rows.get(at).map(|row| row.paper.id)
    }
}

/// What waits for this member's decision: the papers that stand as such on the [`table`](super::table), all of them.
///
/// # Errors
/// When the database does not answer.
pub async fn queue(scope: &StaffScope) -> Result<Queue, Refusal> {
    read(scope, None).await.map(|(queue, _)| queue)
}

/// A paper, opened between the others of the queue. Reading it leaves an entry in the audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] as for [`paperwork::open`].
pub async fn review(scope: &StaffScope, paper: PaperId) -> Result<Review, Refusal> {
    let (queue, file) = read(scope, Some(paper)).await?;
    let file = file.ok_or(Refusal::NotFound)?;
    if file.folder.is_somebodys() {
        scope.note(EventKind::ClientRead, file.folder.file).await?;
    }
    let draft = papers::draft(&file.register, &file.folder.heads, &file.paper.head);
    Ok(Review { file, draft, queue })
}

/// The queue, and one paper opened: together, for both ask the same of the database.
async fn read(scope: &StaffScope, opened: Option<PaperId>) -> Result<(Queue, Option<PaperFile>), Refusal> {
    let (tx, me) = (scope.read().await?, scope.member());
    let heads = papers::heads(&tx, these(scope, opened), Some(me)).await?;
    let opened = opened.map(|id| heads.iter().find(|head| head.id == id).ok_or(Refusal::NotFound)).transpose()?;
    let is_waiting = |head: &&Head| paperwork::waits_for(scope, &head.register, head.author, (head.state, head.level));
    let waiting: Vec<&Head> = heads.iter().filter(is_waiting).collect();
    let names = members::names(&tx).await?;
    let mut cases = bound(&tx, waiting.iter().copied().chain(opened)).await?;
    let others: Vec<Subject> = waiting.iter().map(|head| head.file).filter(|file| file.kind != Object::Case).collect();
    let others = files(scope, &tx, &others).await?;
    let owed_for = waiting.iter().copied().chain(opened).flat_map(|head| paperwork::owed_for(&heads, head));
    let owed = duties::of_subjects(&tx, owed_for.collect(), &names).await?;

    let mut rows = Vec::new();
    for head in &waiting {
        let Some(register) = scope.registers().get(&head.register) else { continue };
        let unknown = || Whose { file: head.file, name: None, number: String::new(), opens: false };
        let known = cases.get(&head.file.id);
        let file = known.map(|known| of_case(scope, &known.case, Some(&known.client), Some(&known.key))).transpose()?;
        let whose = file.map(|file| file.whose).or_else(|| others.get(&head.file.id).map(|file| file.whose.clone()));
        rows.push(Waiting {
            paper: Pending {
                id: head.id,
                register: register.clone(),
                about: head.about,
                replaces: head.replaces,
                occurred: head.occurred,
                since: head.submitted,
            },
            author: names.get(&head.author.uuid()).cloned().unwrap_or_default(),
            draft: papers::draft(register, &heads, head),
            whose: whose.unwrap_or_else(unknown),
            duty: most_urgent(scope.now(), &owed, &heads, head).cloned(),
        });
    }
    rows.sort_by_key(|row| (Reverse(row.is_late(scope.now())), row.paper.since, row.paper.id));

    let Some(head) = opened else {
        let decided = papers::transitions(&tx, decided_today(scope)).await?.len();
        return Ok((Queue { rows, decided }, None));
    };
    let beside = heads.iter().filter(|other| other.file == head.file).cloned().collect();
    let file = match cases.remove(&head.file.id) {
        Some(case) => {
            let own = case.case.responsible_id == me.uuid();
            cases::keeper::opened_as(scope.organisation(), case, beside, |person| person.name_for(own))?
        }
        None => paperwork::opened(&tx, scope.organisation(), head.file, beside).await?,
    };
    let near: HashSet<Uuid> = paperwork::near(scope, &file.folder, head).map(|head| head.id.uuid()).collect();
    let of_these = Condition::all().add(transition::Column::SubjectId.is_in(near.iter().copied()));
    let history = papers::transitions(&tx, Condition::any().add(of_these).add(decided_today(scope))).await?;
    let decided = history.iter().filter(|row| was_decided_today(scope, row)).count();
    let for_this: HashSet<Uuid> = paperwork::owed_for(&heads, head).collect();
    let duties = owed.iter().filter(|row| for_this.contains(&row.duty.subject.id)).cloned().collect();
    let around = Around { names: &names, history: &history, duties };
    let file = paperwork::read(scope, &tx, head.id, file, around).await?;
    Ok((Queue { rows, decided }, Some(file)))
}

/// What waits for this member, what that was written instead of, and the file of the paper that is opened.
fn these(scope: &StaffScope, opened: Option<PaperId>) -> Condition {
    use paper::Column;
    let file_of = |these: Condition| {
        Column::FileId.in_subquery(Query::select().column(Column::FileId).from(paper::Entity).cond_where(these).take())
    };
    let replaced =
        PaperState::ALL.into_iter().filter(|state| state.may_be_replaced() || *state == PaperState::Replaced);
    let earlier = Condition::all()
        .add(Column::State.is_in(replaced.map(PaperState::code)))
        .add(file_of(paperwork::waiting(scope)));
    let beside = opened.map(|id| file_of(Condition::all().add(Column::Id.eq(id.uuid()))));
    Condition::any().add(paperwork::waiting(scope)).add(earlier).add_option(beside)
}

/// The cases in which these lie.
async fn bound<'h>(tx: &ReadTx, heads: impl Iterator<Item = &'h Head>) -> Result<HashMap<Uuid, BoundCase>, Refusal> {
    let of: HashSet<Uuid> = heads.filter(|head| head.file.kind == Object::Case).map(|head| head.file.id).collect();
    let found = tx.find::<case::Entity>().filter(case::Column::Id.is_in(of));
    Ok(BoundCase::all(found).await?.into_iter().map(|bound| (bound.case.id, bound)).collect())
}

/// What is owed with a paper, or was and is late: late before what is only due, and then the oldest.
fn most_urgent<'o>(now: Moment, owed: &'o [DutyRow], heads: &[Head], head: &Head) -> Option<&'o DutyRow> {
    let of: HashSet<Uuid> = paperwork::owed_for(heads, head).collect();
    let is_late = |row: &DutyRow| row.duty.standing(now).is_late();
    let matters = |row: &&DutyRow| of.contains(&row.duty.subject.id) && (row.duty.is_open() || is_late(row));
    owed.iter().filter(matters).min_by_key(|row| (!is_late(row), row.duty.due))
}

/// The states into which papers come by a decision.
fn decided_states() -> impl Iterator<Item = PaperState> {
    let steps = Life::ALL.into_iter().flat_map(|life| life.steps());
    steps.filter(|(_, deed, _)| deed.right() == Right::Decide).map(|(_, _, to)| *to)
}

/// This member's decisions since the day began.
fn decided_today(scope: &StaffScope) -> Condition {
    use transition::Column;
    Condition::all()
        .add(Column::Id.gte(first_id(Moment::at(scope.now().day(), 0, 0))))
        .add(Column::Actor.eq(scope.acting().actor.code()))
        .add(Column::SubjectKind.eq(Object::Paper.code()))
        .add(Column::ToState.is_in(decided_states().map(PaperState::code)))
}

/// The same of one that was read already.
fn was_decided_today(scope: &StaffScope, row: &transition::Model) -> bool {
    row.at >= Moment::at(scope.now().day(), 0, 0).millis()
        && row.actor == scope.acting().actor.code()
        && row.subject_kind == Object::Paper.code()
        && decided_states().any(|state| state.code() == row.to_state)
}
