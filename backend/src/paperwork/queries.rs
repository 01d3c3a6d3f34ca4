//! Papers as pages show them: one to be read, one to be written; and which of them wait.

use super::keepers;
use super::naming::Naming;
use crate::db::{FileLane, ReadTx};
use crate::duties::{self, DutyRow};
use crate::entity::{paper, transition};
use crate::members;
use crate::papers::{self, Ask, Folder, Head, Offer, Opened, PaperView, is_ones_turn};
use crate::scope::StaffScope;
use domain::access::Reach;
use domain::events::{EventKind, Subject};
use domain::forms::{Answers, AtFirst, FieldKind, FormTemplate};
use domain::ids::{MemberId, PaperId};
use domain::lang::Text;
use domain::nouns::Object;
use domain::papers::{Deed, PaperState, Right};
use domain::refusal::{Blocked, Refusal};
use domain::registers::Register;
use domain::time::Moment;
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// A paper to be read, with the file that it lies in.
#[derive(Clone, Debug)]
pub struct PaperFile {
    /// The file with its papers.
    pub folder: Folder,
    /// The paper.
    pub paper: PaperView,
    /// What it is compared with, and the form in which that was filled in: what it was written instead of, or the edition before.
    pub before: Option<(PaperView, Arc<FormTemplate>)>,
    /// Papers that are about it, newest first.
    pub around: Vec<PaperView>,
    /// Its register.
    pub register: Arc<Register>,
    /// The form in the version that was filled in.
    pub form: Arc<FormTemplate>,
    /// Whom and what the file is about, for the head of a printed sheet.
    pub heading: Vec<(Text, String)>,
    /// What this person may do in the file, and what stands in the way.
    pub offers: Vec<Offer>,
    /// What is or was owed for the paper.
    pub duties: Vec<DutyRow>,
}

/// A paper, opened. Reading it leaves an entry in the audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, it is another organisation's, somebody's draft, or out of one's reach.
pub async fn open(scope: &StaffScope, id: PaperId) -> Result<PaperFile, Refusal> {
    let (tx, me) = (scope.read().await?, scope.member());
    let heads = papers::heads_beside(&tx, id, Some(me)).await?;
    let file = heads.iter().find(|head| head.id == id).ok_or(Refusal::NotFound)?.file;
    let opened = keepers::opened(&tx, scope.organisation(), file, heads).await?;
    let (heads, names) = (&opened.folder.heads, members::names(&tx).await?);
    let head = opened.folder.head(id)?;
    let history = papers::history(&tx, near(scope, &opened.folder, head).map(|head| head.id.uuid())).await?;
    let duties = duties::of_subjects(&tx, owed_for(heads, head).collect(), &names).await?;
    let found = read(scope, &tx, id, opened, Around { names: &names, history: &history, duties }).await?;
    drop(tx);
    if found.folder.is_somebodys() {
        scope.note(EventKind::ClientRead, file).await?;
    }
    Ok(found)
}

/// What is read for a paper beside its file, by whoever opens one.
pub(crate) struct Around<'a> {
    /// The members' names.
    pub(crate) names: &'a HashMap<Uuid, String>,
    /// The transitions of the papers that are [`near`], newest first.
    pub(crate) history: &'a [transition::Model],
    /// What is or was owed for it.
    pub(crate) duties: Vec<DutyRow>,
}

/// The papers that a page shows with this one: itself, what it is compared with, what is about it and may be read.
pub(crate) fn near<'f>(scope: &StaffScope, folder: &'f Folder, head: &'f Head) -> impl Iterator<Item = &'f Head> {
    let register = scope.registers().get(&head.register);
    let before = register.and_then(|register| folder.before(register, head)).map(|before| before.id);
    let id = head.id;
    let reads = |other: &Head| {
        let register = scope.registers().get(&other.register);
        register.is_some_and(|register| scope.may_papers(register, Right::Read, folder.responsible))
    };
    // An edition that was written after it is no part of it.
    let is_about = move |other: &Head| other.about == Some(id) && other.register != head.register && reads(other);
    folder.heads.iter().filter(move |other| other.id == id || Some(other.id) == before || is_about(other))
}

/// For what something may be owed that is owed with this paper: it tells of the same as those that it was written instead of,
/// and of what was arranged.
pub(crate) fn owed_for<'h>(heads: &'h [Head], head: &'h Head) -> impl Iterator<Item = Uuid> + 'h {
    papers::line(heads, head).flat_map(|head| [Some(head.id), head.about]).flatten().map(PaperId::uuid)
}

/// A paper of a file that was opened, with what goes with it; that it was read is the caller's to note.
pub(crate) async fn read(
    scope: &StaffScope,
    tx: &ReadTx,
    id: PaperId,
    opened: Opened<'_>,
    around: Around<'_>,
) -> Result<PaperFile, Refusal> {
    let Opened { folder, key, heading } = opened;
    let head = folder.head(id)?;
    let registers = scope.registers();
    let register = registers.get(&head.register).ok_or(Refusal::NotFound)?.clone();
    if !scope.may_papers(&register, Right::Read, folder.responsible) {
        return Err(Refusal::NotFound);
    }
    let form = |head: &Head| registers.form_as_it_was(&register, head.template).cloned();
    let ids: Vec<PaperId> = near(scope, &folder, head).map(|head| head.id).collect();
    let mut near =
        papers::views(tx, &key, (around.names, around.history), &folder, |head| ids.contains(&head.id)).await?;
    let mut take = |id: PaperId| near.iter().position(|view| view.head.id == id).map(|at| near.remove(at));
    let paper = take(id).ok_or(Refusal::NotFound)?;
    let naming = Naming::of(scope, tx);
    let before = match folder.before(&register, head).and_then(|before| Some((take(before.id)?, form(before)?))) {
        Some((view, form)) => {
            let form = naming.said(&form, &view.answers).await?;
            Some((view, form))
        }
        None => None,
    };
    let rules = scope.organisation().rules(tx).await?;
    let rules = scope.core().bind(&rules, scope.now());
    let offers = papers::offers(scope, &folder, |ask| keepers::heed(&folder, rules, ask, None));
    let form = naming.said(&form(head).ok_or(Refusal::NotFound)?, &paper.answers).await?;
    Ok(PaperFile { paper, before, around: near, register, form, heading, offers, duties: around.duties, folder })
}

/// The forms of papers that were opened already, each in the version that was filled in and with what its answers name; in
/// their order, without those whose form is known no more.
///
/// # Errors
/// When the database does not answer.
pub async fn forms_of<'p>(
    scope: &StaffScope,
    papers: impl IntoIterator<Item = &'p PaperView>,
) -> Result<Vec<(&'p PaperView, Arc<Register>, Arc<FormTemplate>)>, Refusal> {
    let registers = scope.registers();
    let filled = papers.into_iter().filter_map(|paper| {
        let register = registers.get(&paper.head.register)?;
        Some((paper, register, registers.form_as_it_was(register, paper.head.template)?))
    });
    let filled: Vec<_> = filled.collect();
    let tx = scope.read().await?;
    let asked: Vec<_> = filled.iter().map(|(paper, _, form)| (*form, &paper.answers)).collect();
    let forms = Naming::of(scope, &tx).all_said(&asked).await?;
    Ok(filled.into_iter().zip(forms).map(|((paper, register, _), form)| (paper, register.clone(), form)).collect())
}

/// Where a paper belongs.
#[derive(Clone, Debug)]
pub struct PlaceOf {
    /// The file that it lies in.
    pub file: Subject,
    /// Its register's word.
    pub register: String,
}

/// Where a paper belongs that this person may read.
///
/// # Errors
/// [`Refusal::NotFound`] as for [`open`].
pub async fn place_of(scope: &StaffScope, id: PaperId) -> Result<PlaceOf, Refusal> {
    let (tx, me) = (scope.read().await?, scope.member());
    let (file, register) = place(&tx, id, me).await?;
    let register = scope.registers().get(&register).ok_or(Refusal::NotFound)?;
    let folder = keepers::folder(&tx, scope.organisation(), (file, register), me).await?;
    let reads = scope.may_papers(register, Right::Read, folder.responsible);
    if reads { Ok(PlaceOf { file: folder.file, register: register.key.clone() }) } else { Err(Refusal::NotFound) }
}

/// A form to be filled in.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The file with its papers.
    pub folder: Folder,
    /// The register.
    pub register: Arc<Register>,
    /// The form as it is filled in now, with what the rules demand.
    pub form: FormTemplate,
    /// What stands in it at first.
    pub answers: Answers,
    /// The paper that it is about.
    pub about: Option<PaperId>,
    /// The paper that it is written instead of.
    pub replaces: Option<PaperView>,
    /// The draft that goes on, with its version.
    pub draft: Option<(PaperId, i64)>,
    /// Whether it can be handed in now, or why not.
    pub outcome: Result<(), Refusal>,
    /// What the rules say to it without standing in its way.
    pub warned: Vec<Blocked>,
    /// Whether a draft can be kept.
    pub keeps_drafts: bool,
}

/// Opens a form: with one's draft, with the paper that it replaces, or with what is known already.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such register, or the file is out of one's reach; [`Refusal::Forbidden`] when one
/// may not write such papers.
pub async fn sheet(
    scope: &StaffScope,
    register: &str,
    file: Subject,
    (about, replaces): (Option<PaperId>, Option<PaperId>),
) -> Result<Sheet, Refusal> {
    let (tx, me) = (scope.read().await?, scope.member());
    let register = scope.registers().get(register).ok_or(Refusal::NotFound)?.clone();
    let form = scope.registers().form(&register).ok_or(Refusal::NotFound)?;
    let heads = papers::heads_in(&tx, file, Some(&register), Some(me)).await?;
    let Opened { folder, key, .. } = keepers::opened(&tx, scope.organisation(), file, heads).await?;
    let offered = register.is_offered_to(scope.organisation().packs);
    let may = |right: Right| scope.may_papers(&register, right, folder.responsible);
    let (reads, writes) = (may(Right::Read), may(Right::Write));
    if !folder.holds(&register) || !offered || !(reads || writes) {
        return Err(Refusal::NotFound);
    }
    if !writes {
        return Err(Refusal::Forbidden);
    }
    let draft = folder.of(&register.key).find(|head| head.state == PaperState::Draft && head.author == me);
    let replaced = replaces.or_else(|| draft.and_then(|draft| draft.replaces)).map(|id| folder.head(id)).transpose()?;
    if replaced.is_some_and(|head| !super::knows(head, reads, me)) {
        return Err(Refusal::NotFound);
    }
    let of = about.or_else(|| draft.or(replaced).and_then(|head| head.about));
    let of = of.map(|id| folder.head(id)).transpose()?;
    let rules = scope.organisation().rules(&tx).await?;
    let rules = scope.core().bind(&rules, scope.now());
    let ask = Ask {
        register: &register,
        deed: Deed::Submit,
        paper: draft,
        about: of,
        replaces: replaced,
        by: me,
        roles: scope.roles(),
        reasoned: false,
    };
    let (outcome, warned) = match papers::may(&folder, ask, || keepers::heed(&folder, rules, ask, None)) {
        Ok(leads) => (Ok(()), leads.warned),
        Err(refusal) => (Err(refusal), Vec::new()),
    };
    let names = members::names(&tx).await?;
    let first = First { folder: &folder, register: &register, form, now: scope.now() };
    let wanted = first.wanted(draft, replaced, of);
    let history = papers::history(&tx, replaced.map(|head| head.id.uuid())).await?;
    let views = papers::views(&tx, &key, (&names, &history), &folder, |head| wanted.contains(&head.id)).await?;
    let view = |head: Option<&Head>| views.iter().find(|view| head.is_some_and(|head| head.id == view.head.id));
    let answers = match view(draft).or(view(replaced)) {
        Some(view) => view.answers.clone(),
        None => first.answers(of, &views),
    };
    Ok(Sheet {
        form: Naming::of(scope, &tx).choosable(rules.demanding(form), &answers).await?,
        answers,
        about: of.map(|head| head.id),
        replaces: view(replaced).cloned(),
        draft: draft.map(|head| (head.id, head.version)),
        outcome,
        warned,
        keeps_drafts: register.life.step(None, Deed::Draft).is_ok(),
        register: register.clone(),
        folder: folder.clone(),
    })
}

/// What stands in a form before anybody typed.
struct First<'a> {
    folder: &'a Folder,
    register: &'a Register,
    form: &'a FormTemplate,
    now: Moment,
}

impl<'a> First<'a> {
    /// Where answers come from: an approved paper of the file under the register's word, newest first.
    fn source(&self, register: &str) -> Option<&'a Head> {
        let approved = |head: &&Head| head.register == register && head.state == PaperState::Approved;
        self.folder.heads.iter().find(approved)
    }

    /// The edition before, where each is the next one.
    fn edition(&self) -> Option<&'a Head> {
        let is_one = |head: &&Head| head.register == self.register.key && head.state != PaperState::Draft;
        self.register.revises.then(|| self.folder.heads.iter().find(is_one)).flatten()
    }

    /// The papers whose content is needed.
    fn wanted(&self, draft: Option<&Head>, replaced: Option<&Head>, of: Option<&Head>) -> Vec<PaperId> {
        let sources = self.register.offers.values().filter_map(|from| self.source(from.split('.').next()?));
        let heads = draft.into_iter().chain(replaced).chain(of).chain(self.edition()).chain(sources);
        heads.map(|head| head.id).collect()
    }

    fn answers(&self, of: Option<&Head>, views: &[PaperView]) -> Answers {
        let view = |head: &Head| views.iter().find(|view| view.head.id == head.id);
        if let Some(edition) = self.edition().and_then(view) {
            return edition.answers.clone();
        }
        let mut answers = Answers::new();
        for field in self.form.fields() {
            let offered = self.register.offers.get(&field.key).and_then(|from| from.split_once('.'));
            let known = offered.map(|(register, answer)| match register {
                "file" => under(&self.folder.known, answer, &field.key),
                register => {
                    let source = self.source(register).and_then(view);
                    source.map(|source| under(&source.answers, answer, &field.key)).unwrap_or_default()
                }
            });
            // An appointment that is kept says how, and when.
            let arranged =
                || of.and_then(view).map(|of| under(&of.answers, &field.key, &field.key)).unwrap_or_default();
            let at_first =
                || field.at_first.map(|at_first| (field.key.clone(), self.at_first(field.kind, at_first, of)));
            let known = known.filter(|known| !known.is_empty()).unwrap_or_else(arranged);
            if known.is_empty() {
                answers.extend(at_first());
            } else {
                answers.extend(known);
            }
        }
        answers
    }

    fn at_first(&self, kind: FieldKind, at_first: AtFirst, of: Option<&Head>) -> String {
        let moments = of.map(|of| &of.facts).into_iter().flat_map(|facts| facts.keys());
        let arranged = moments.filter_map(|field| of?.moment(field)).find(|at| *at <= self.now);
        // What happens now, where it was arranged, happened then.
        let now = arranged.filter(|_| at_first == AtFirst::Now).unwrap_or(self.now);
        at_first.answer(kind, now)
    }
}

/// The answers of a field, of a table all its cells, under the name of another.
fn under(answers: &Answers, from: &str, to: &str) -> Answers {
    let of_it = answers.iter().filter_map(|(name, answer)| Some((name.strip_prefix(from)?, answer)));
    let of_it = of_it.filter(|(rest, _)| rest.is_empty() || rest.starts_with('.'));
    of_it.map(|(rest, answer)| (format!("{to}{rest}"), answer.clone())).collect()
}

/// The papers of others that wait in registers about which this member decides; whose turn it is, their levels say.
pub(crate) fn waiting(scope: &StaffScope) -> Condition {
    use paper::Column;
    // Whoever decides only in files of their own wrote their papers too.
    let decides = |register: &&Arc<Register>| scope.papers_reach(register, Right::Decide) == Reach::All;
    let registers = scope.registers().iter().filter(decides).map(|register| register.key.as_str());
    let waits = PaperState::ALL.into_iter().filter(|state| state.waits()).map(PaperState::code);
    Condition::all()
        .add(Column::Register.is_in(registers))
        .add(Column::State.is_in(waits))
        .add(Column::AuthorId.ne(scope.member().uuid()))
}

/// Whether one of these waits for this member: with those who decide in turn, whether it is theirs.
pub(crate) fn waits_for(scope: &StaffScope, register: &str, author: MemberId, stands: (PaperState, usize)) -> bool {
    scope.registers().get(register).is_some_and(|register| {
        author != scope.member()
            && scope.may_papers(register, Right::Decide, None)
            && stands.0.waits()
            && is_ones_turn(register, scope.roles(), stands)
    })
}

/// The file in which a paper lies, and its register; somebody else's draft lies nowhere.
pub(super) async fn place(lane: &impl FileLane, id: PaperId, me: MemberId) -> Result<(Subject, String), Refusal> {
    let row = lane.find::<paper::Entity>().by_id(id).need().await?;
    if row.state == PaperState::Draft.code() && row.author_id != me.uuid() {
        return Err(Refusal::NotFound);
    }
    let kind = Object::parse(&row.file_kind).map_err(|_| Refusal::NotFound)?;
    Ok((Subject { kind, id: row.file_id }, row.register))
}
