//! A file as its papers see it, and whether something may be done to one of them now.
//!
//! [`may`] is asked by the operation, in its transaction, and by the page, with the same facts: what is offered is what is
//! accepted.

use super::reading::Key;
use crate::scope::StaffScope;
use domain::access::Role;
use domain::events::{Event, Subject};
use domain::forms::Answers;
use domain::ids::{MemberId, PaperId};
use domain::lang::{Text, text, texts};
use domain::papers::{Deed, Life, PaperState, not_by_its_author};
use domain::refusal::{Blocked, Refusal};
use domain::registers::Register;
use domain::rules::{Facts, Known, Occasion, OnFile, Part, Rules, Verdict};
use domain::time::{Day, Moment};
use domain::units::UnitKind;
use domain::workflow::WrongState;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// A file with its papers, as far as rules and lives ask about it.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Which file.
    pub file: Subject,
    /// Its number.
    pub number: String,
    /// Where it stands: the code of its state, and its name.
    pub state: (String, Text),
    /// Who answers for it.
    pub responsible: Option<MemberId>,
    /// The key of the person whom it is about.
    pub(crate) key: Option<Uuid>,
    /// What else hears of its papers: a case's application.
    pub related: Vec<Subject>,
    /// No paper tells of anything earlier.
    pub since: Moment,
    /// What is known of it, for forms that begin with it.
    pub known: BTreeMap<String, String>,
    /// Its papers, newest first, without drafts of others.
    pub heads: Vec<Head>,
}

/// A paper without what was written.
#[derive(Clone, Debug)]
pub struct Head {
    /// Which.
    pub id: PaperId,
    /// Of which register.
    pub register: String,
    /// In which file.
    pub file: Subject,
    /// Its place among the papers of its register in its file, from 1.
    pub serial: i64,
    /// Its number, where its register has a series; what is written instead of it keeps it.
    pub number: Option<String>,
    /// Where it stands.
    pub state: PaperState,
    /// How many levels have decided.
    pub level: usize,
    /// Who wrote it.
    pub author: MemberId,
    /// The paper that it is about.
    pub about: Option<PaperId>,
    /// The paper that it was written instead of.
    pub replaces: Option<PaperId>,
    /// The version of the form that was filled in.
    pub template: u16,
    /// When what it tells happened.
    pub occurred: Option<Moment>,
    /// When it was first written.
    pub recorded: Option<Moment>,
    /// When it was handed in.
    pub submitted: Option<Moment>,
    /// When it was decided.
    pub decided: Option<Moment>,
    /// Who decided last.
    pub reviewer: Option<MemberId>,
    /// The answers that rules, lists and figures read.
    pub facts: BTreeMap<String, Vec<Fact>>,
    /// For the next change.
    pub version: i64,
}

/// An answer that is kept readable: never what somebody wrote in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A number.
    Number(i64),
    /// A day.
    Day(Day),
    /// A moment.
    Moment(Moment),
    /// One of a closed list.
    Code(String),
}

impl Fact {
    /// The code, if it is one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Code(code) => Some(code),
            _ => None,
        }
    }
}

impl Head {
    /// The one choice under this key.
    #[must_use]
    pub fn code(&self, field: &str) -> Option<&str> {
        self.facts.get(field)?.first()?.code()
    }

    /// The answer under this key, as a form has it.
    #[must_use]
    pub fn answer(&self, field: &str) -> Option<String> {
        let word = |fact: &Fact| match fact {
            Fact::Number(number) => number.to_string(),
            Fact::Day(day) => day.to_string(),
            Fact::Moment(moment) => moment.to_input(),
            Fact::Code(code) => code.clone(),
        };
        Some(self.facts.get(field)?.iter().map(word).collect::<Vec<_>>().join(","))
    }

    /// The number under this key.
    #[must_use]
    pub fn number(&self, field: &str) -> Option<i64> {
        match self.facts.get(field)?.first()? {
            Fact::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The moment under this key.
    #[must_use]
    pub fn moment(&self, field: &str) -> Option<Moment> {
        match self.facts.get(field)?.first()? {
            Fact::Moment(moment) => Some(*moment),
            _ => None,
        }
    }
}

/// What is known of a unit: which kind it is.
pub(crate) const UNIT_KIND: &str = "unit_kind";

impl Folder {
    /// Whether papers of this register lie in it.
    #[must_use]
    pub fn holds(&self, register: &Register) -> bool {
        let kind = self.known.get(UNIT_KIND).and_then(|kind| UnitKind::parse(kind).ok());
        register.lies_in == self.file.kind && kind.is_none_or(|kind| register.lies_in_unit(kind))
    }

    /// Whether it is about a person: reading it leaves an entry in the trail.
    #[must_use]
    pub const fn is_somebodys(&self) -> bool {
        self.key.is_some()
    }

    /// The papers of a register, newest first.
    pub fn of<'f>(&'f self, register: &'f str) -> impl Iterator<Item = &'f Head> {
        self.heads.iter().filter(move |head| head.register == register)
    }

    /// Whether there is a paper of a register in one of these states.
    #[must_use]
    pub fn has(&self, register: &str, states: &[PaperState]) -> bool {
        self.of(register).any(|head| states.contains(&head.state))
    }

    /// One of its papers.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it lies elsewhere, or is a draft of somebody else.
    pub fn head(&self, id: PaperId) -> Result<&Head, Refusal> {
        self.heads.iter().find(|head| head.id == id).ok_or(Refusal::NotFound)
    }

    /// What was written instead of this paper, unless it was taken back.
    pub fn successor(&self, id: PaperId) -> Option<&Head> {
        self.heads.iter().find(|head| head.replaces == Some(id) && !head.state.is_dropped())
    }

    /// The paper and those that it was written instead of: it tells of the same, and what was owed was owed for the first.
    pub fn line<'f>(&'f self, head: &'f Head) -> impl Iterator<Item = &'f Head> {
        line(&self.heads, head)
    }

    /// The editions of what a paper is one edition of, newest first, itself among them; none where its register has no editions.
    #[must_use]
    pub fn editions<'f>(&'f self, register: &'f Register, head: &Head) -> Vec<&'f Head> {
        let stands = |other: &&Head| register.life == Life::Edition && other.state != PaperState::Draft;
        let all: Vec<&Head> = self.of(&register.key).filter(stands).collect();
        let is_of_one = |one: &Head, other: &Head| {
            one.id == other.id || is_edition_after(register, one, other) || is_edition_after(register, other, one)
        };
        let (mut editions, mut others): (Vec<&Head>, Vec<&Head>) = all.iter().partition(|other| is_of_one(head, other));
        // The third was written after the second, and knows nothing of the first.
        while let Some(at) = others.iter().position(|other| editions.iter().any(|known| is_of_one(known, other))) {
            editions.push(others.remove(at));
        }
        editions.sort_by_key(|head| Reverse(head.serial));
        editions
    }

    /// What a paper is compared with: what it was written instead of, or the edition before.
    #[must_use]
    pub fn before<'f>(&'f self, register: &'f Register, head: &Head) -> Option<&'f Head> {
        let edition = |other: &&Head| other.serial < head.serial && !other.state.is_dropped();
        let earlier = || self.of(&register.key).filter(edition).max_by_key(|other| other.serial);
        let near = |id: Option<PaperId>| id.and_then(|id| self.head(id).ok());
        // What was written as the next edition is about the one before it.
        let edition_before = near(head.about).filter(|other| other.register == head.register);
        near(head.replaces).or(edition_before).or_else(|| register.revises.then(earlier).flatten())
    }
}

/// The answer to a choice that names nothing on it.
const OTHER: &str = "other";

/// Whether a paper is an edition of the same as an earlier one, and takes its place: it is of the same sort, or was written as the
/// next one, of it or of the same as it. What is like nothing else on the list of a choice is of no sort.
pub(crate) fn is_edition_after(register: &Register, next: &Head, head: &Head) -> bool {
    let sort = |head: &Head| register.told_apart_by.as_ref().and_then(|field| head.answer(field));
    let of_the_same = next.about.is_some() && (next.about == Some(head.id) || next.about == head.about);
    of_the_same || sort(next) == sort(head) && sort(next).as_deref() != Some(OTHER)
}

/// A paper and those that it was written instead of, as far as they are among these.
pub(crate) fn line<'h>(heads: &'h [Head], head: &'h Head) -> impl Iterator<Item = &'h Head> {
    std::iter::successors(Some(head), |head| {
        let replaced = head.replaces?;
        heads.iter().find(|other| other.id == replaced)
    })
}

/// Which draft a paper is: where each is the next edition, which edition.
pub(crate) fn draft(register: &Register, heads: &[Head], head: &Head) -> usize {
    let edition = || usize::try_from(head.serial).unwrap_or(1);
    if register.revises { edition() } else { line(heads, head).count() }
}

/// A file opened for the page of one of its papers.
pub(crate) struct Opened<'o> {
    pub(crate) folder: Folder,
    /// What opens its papers.
    pub(crate) key: Key<'o>,
    /// Whom and what it is about, for the head of a printed sheet.
    pub(crate) heading: Vec<(Text, String)>,
}

/// Something that somebody wants to do in a file.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// With a paper of this register.
    pub register: &'a Register,
    /// What.
    pub deed: Deed,
    /// To which paper; none for a new one.
    pub paper: Option<&'a Head>,
    /// The paper that a new one is about.
    pub about: Option<&'a Head>,
    /// The paper that a new one is written instead of.
    pub replaces: Option<&'a Head>,
    /// Who.
    pub by: MemberId,
    /// With which roles.
    pub roles: &'a [Role],
    /// Whether a reason was written for going on where a rule blocks softly.
    pub reasoned: bool,
}

/// What the rules miss before something is done to a paper. `answers` are there when it is handed in.
pub(crate) fn heed(folder: &Folder, rules: Rules<'_>, ask: Ask<'_>, answers: Option<&Answers>) -> Verdict {
    rules.ask(&Occasion::Paper(ask.register.key.clone(), ask.deed), &known(folder, ask, answers))
}

/// What the rules are told: the papers of the file, what is known of it, who has which part.
fn known<'f>(folder: &'f Folder, ask: Ask<'_>, answers: Option<&'f Answers>) -> Facts<'f> {
    let papers = folder.heads.iter().map(|head| OnFile {
        id: head.id,
        register: &head.register,
        state: head.state,
        about: head.about,
        occurred: head.occurred,
    });
    let facts = Facts::default()
        .answered(answers)
        .file(papers, ask.paper.map(|paper| paper.id))
        .person(Part::Author, ask.paper.map_or(ask.by, |paper| paper.author))
        .person(Part::Approver, ask.by)
        .tell(Known::FileAccepted, folder.since)
        .tell_any(Known::FileToldMode, folder.known.get("told_mode").map(String::as_str));
    match folder.responsible {
        Some(responsible) => facts.person(Part::Responsible, responsible),
        None => facts,
    }
}

/// Where a deed leads, when it may be done.
pub(crate) struct Leads {
    /// To which state.
    pub(crate) to: PaperState,
    /// The rules that were passed over for the reason that was written.
    pub(crate) passed: Vec<Blocked>,
    /// What the rules only say.
    pub(crate) warned: Vec<Blocked>,
}

/// What one who decides in favour does: at the last level it is approved, below that it goes on to the next.
#[must_use]
pub fn deciding(register: &Register, head: &Head) -> Deed {
    deciding_at(register, head.level)
}

const fn deciding_at(register: &Register, level: usize) -> Deed {
    if level + 1 < register.levels.len() { Deed::Review } else { Deed::Approve }
}

/// Whether a paper that stands so, after so many levels, waits for somebody with these roles.
pub(crate) fn is_ones_turn(register: &Register, roles: &[Role], (state, level): (PaperState, usize)) -> bool {
    let turn = register.levels.get(level).is_none_or(|level| roles.contains(&level.role));
    turn && register.life.next(state, deciding_at(register, level)).is_ok()
}

/// Whether it may be done now: the life of the paper, the state of its file, who wrote it, whose turn it is, and what the
/// rules of the file miss. Says to which state it leads. Whether this person may do it at all, the policy says.
///
/// # Errors
/// [`Refusal::WrongState`] when it is not the time for it, [`Refusal::Blocked`] with every rule that is not met.
pub(crate) fn may(
    folder: &Folder,
    ask: Ask<'_>,
    rules: impl FnOnce() -> Result<Verdict, Refusal>,
) -> Result<Leads, Refusal> {
    let to = ask.register.life.step(ask.paper.map(|head| head.state), ask.deed)?;
    match ask.deed {
        Deed::Submit | Deed::Draft => may_be_written(folder, ask)?,
        _ if is_decision(ask.deed) => need_turn(ask)?,
        Deed::Withdraw if ask.paper.is_some_and(|head| head.author != ask.by) => {
            return Err(Refusal::WrongState {
                text: text("只有编写人可以撤回。", "Only its author can take it back."),
            });
        }
        _ => {}
    }
    // A rule that forbids it too says why, so it is heard first.
    let verdict = rules()?;
    let warned = verdict.warned.clone();
    let passed = verdict.clear(ask.roles, ask.reasoned)?;
    if is_decision(ask.deed) && ask.paper.is_some_and(|head| head.author == ask.by) {
        return Err(not_by_its_author());
    }
    Ok(Leads { to, passed, warned })
}

/// Whether it decides about what somebody else handed in.
const fn is_decision(deed: Deed) -> bool {
    matches!(deed, Deed::Review | Deed::Approve | Deed::Return | Deed::Refuse)
}

fn may_be_written(folder: &Folder, ask: Ask<'_>) -> Result<(), Refusal> {
    let register = ask.register;
    let corrects = ask.replaces.is_some_and(|replaced| replaced.state == PaperState::Recorded);
    if !register.is_open_while(&folder.state.0, corrects) {
        let title = &register.title;
        let action = texts(format!("写{}", title.zh), format!("write: {}", title.en));
        return Err(WrongState { state: folder.state.1.clone(), action }.into());
    }
    // Instead of one that was sent back, the next one may be written at once; it is the same matter.
    let other = |head: &&Head| head.state.waits() && ask.paper.is_none_or(|paper| paper.id != head.id);
    if register.one_at_a_time && folder.of(&register.key).any(|head| other(&head)) {
        let Text { zh, en } = &register.title;
        return Err(Refusal::WrongState {
            text: texts(format!("已有一份{zh}在等审批。"), format!("Another one is waiting for approval: {en}.")),
        });
    }
    match (&register.about, ask.about) {
        (Some(about), Some(head)) if head.register == about.register => {
            // What replaces a paper is about what that one was about, wherever it stands by now.
            let same = ask.replaces.is_some_and(|replaced| replaced.about == Some(head.id));
            if !same && !about.states.contains(&head.state) {
                let action = texts(format!("写{}", register.title.zh), format!("write: {}", register.title.en));
                return Err(WrongState { state: head.state.name(), action }.into());
            }
        }
        (Some(about), None) if !about.required => {}
        (None, None) => {}
        _ => return Err(Refusal::NotFound),
    }
    if register.once_each {
        once_each(folder, ask)?;
    }
    if let Some(replaced) = ask.replaces {
        let taken = folder.successor(replaced.id).is_some_and(|next| ask.paper.is_none_or(|paper| paper.id != next.id));
        if replaced.register != register.key || taken || !replaced.state.may_be_replaced() {
            return Err(Refusal::WrongState {
                text: text(
                    "这份文书已经重写过，或不能更正。",
                    "This paper was written anew already, or cannot be corrected.",
                ),
            });
        }
    }
    Ok(())
}

/// Everybody writes one's own, once.
fn once_each(folder: &Folder, ask: Ask<'_>) -> Result<(), Refusal> {
    let about = ask.about.map(|head| head.id);
    let is_replaced = |head: &Head| ask.replaces.is_some_and(|replaced| replaced.id == head.id);
    let mine = |head: &Head| head.author == ask.by && head.about == about && head.state.stands() && !is_replaced(head);
    let why = match ask.replaces {
        Some(replaced) if replaced.author != ask.by => text("只有编写人可以更正。", "Only its author can correct it."),
        _ if folder.of(&ask.register.key).any(mine) => text("您已经写过了。", "You have written yours already."),
        _ => return Ok(()),
    };
    Err(Refusal::WrongState { text: why })
}

fn need_turn(ask: Ask<'_>) -> Result<(), Refusal> {
    let Some(head) = ask.paper else { return Err(Refusal::NotFound) };
    // Behind the last level there is none: whoever decides there approves.
    if ask.deed == Deed::Review && deciding(ask.register, head) != Deed::Review {
        return Err(WrongState { state: head.state.name(), action: ask.deed.name() }.into());
    }
    let turn = ask.register.levels.get(head.level).map(|level| level.role);
    match turn {
        Some(role) if !ask.roles.contains(&role) => {
            let name = role.name();
            Err(Refusal::WrongState {
                text: texts(
                    format!("现在由{}审核，还没有轮到您。", name.zh),
                    format!("It is for the {} now.", name.en),
                ),
            })
        }
        _ => Ok(()),
    }
}

/// Something that this person may do in a file as far as the policy goes, and what stands in its way now.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Of which register.
    pub register: Arc<Register>,
    /// What.
    pub deed: Deed,
    /// To which paper; none for a new one.
    pub paper: Option<PaperId>,
    /// The paper that it is about.
    pub about: Option<PaperId>,
    /// The paper that it is written instead of.
    pub replaces: Option<PaperId>,
    /// Whether it can be done now, or why not.
    pub outcome: Result<(), Refusal>,
}

impl Leads {
    /// The event, which says which rules were passed over: they are counted. The reason is sealed with the step, for it may
    /// speak of persons, and the trail outlives them.
    pub(crate) fn noted(&self, event: Event) -> Event {
        if self.passed.is_empty() {
            return event;
        }
        let rules: BTreeSet<String> = self.passed.iter().map(|passed| passed.rule.to_string()).collect();
        event.with(Event::PASSED_OVER, rules.into_iter().collect::<Vec<_>>().join(","))
    }
}

/// Everything that a person may do to the papers of a file as far as the policy goes, with what stands in the way; `rules` says
/// which rules of the file are not met.
pub(crate) fn offers(
    scope: &StaffScope,
    folder: &Folder,
    rules: impl Fn(Ask<'_>) -> Result<Verdict, Refusal>,
) -> Vec<Offer> {
    let (by, roles) = (scope.member(), scope.roles());
    let mut offers = Vec::new();
    let packs = scope.organisation().packs;
    let registers = scope.registers().of_file(folder.file.kind).filter(|register| folder.holds(register));
    for register in registers.filter(|register| register.is_offered_to(packs)) {
        let near = |id: Option<PaperId>| id.and_then(|id| folder.head(id).ok());
        let mut offer = |deed: Deed, paper: Option<&Head>, about: Option<&Head>, replaces: Option<&Head>| {
            if scope.may_papers(register, deed.right(), folder.responsible) {
                let ask = Ask { register, deed, paper, about, replaces, by, roles, reasoned: false };
                let outcome = may(folder, ask, || rules(ask)).map(drop);
                let id = |head: Option<&Head>| head.map(|head| head.id);
                let (paper, about, replaces) = (id(paper), id(about), id(replaces));
                offers.push(Offer { register: register.clone(), deed, paper, about, replaces, outcome });
            }
        };
        for (deed, _) in register.life.starts() {
            if register.about.as_ref().is_none_or(|about| !about.required) {
                offer(*deed, None, None, None);
            }
            if let Some(about) = &register.about {
                for head in folder.of(&about.register).filter(|head| about.states.contains(&head.state)) {
                    offer(*deed, None, Some(head), None);
                }
            }
        }
        for head in folder.of(&register.key) {
            for deed in register.life.deeds(head.state) {
                let follows_by_itself = matches!(deed, Deed::Replace | Deed::Hold | Deed::Supersede);
                let not_ones_turn = matches!(deed, Deed::Review | Deed::Approve) && deed != deciding(register, head);
                if !follows_by_itself && !not_ones_turn {
                    // A draft goes on about what it was begun about.
                    let begun = |id: Option<PaperId>| near(id.filter(|_| matches!(deed, Deed::Submit | Deed::Draft)));
                    offer(deed, Some(head), begun(head.about), begun(head.replaces));
                }
            }
            if head.state.may_be_replaced() {
                for (deed, _) in register.life.starts() {
                    offer(*deed, None, near(head.about), Some(head));
                }
            }
        }
    }
    offers
}
