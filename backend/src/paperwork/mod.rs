//! Paperwork: papers written, handed in, decided about, taken back. One way for every register and every kind of file.
//!
//! An operation reads the file, asks the policy and [`crate::papers::may`], writes the paper, and lets the keeper of the file
//! do what follows. Nothing is edited after it was handed in: what was sent back or has to be corrected is written anew and
//! names what it replaces; both stay.

mod keepers;
mod naming;
mod published;
mod queries;
mod shelves;
mod spawn;

pub(crate) use keepers::opened;
pub use published::{Published, published, published_one};
pub(crate) use queries::{Around, near, owed_for, read, waiting, waits_for};
pub use queries::{PaperFile, PlaceOf, Sheet, forms_of, open, place_of, sheet};
pub(crate) use shelves::shelves;

use self::naming::Naming;
use self::spawn::{Filing, owner};
use crate::attachments::{self, Kept};
use crate::change::{Act, Change, Command, Permit, Writes};
use crate::entity::paper;
use crate::papers::{self, Ask, Deciding, Filed, Folder, Head, Key, Leads, Writing, deciding};
use crate::scope::StaffScope;
use domain::events::{Event, Subject};
use domain::forms::{Answers, FormTemplate, Setting, judge, validate};
use domain::ids::{MemberId, PaperId};
use domain::lang::texts;
use domain::papers::{Deed, PaperState, Right};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::registers::Register;
use domain::rules::Verdict;
use domain::text::clean_paragraph;
use domain::time::{Day, Moment};
use serde::Serialize;
use std::sync::Arc;

/// Longest reason, in characters.
const REASON: usize = 1_000;
/// Longest answer of a draft, in characters: what a form allows is asked when it is handed in.
const DRAFT: usize = 10_000;

/// A form, filled in.
#[derive(Clone, Debug, Serialize)]
pub struct Submit {
    /// Of which register.
    pub register: String,
    /// In which file.
    pub file: Subject,
    /// The version of the form that was on the screen.
    pub template: u16,
    /// The paper that it is about.
    pub about: Option<PaperId>,
    /// The paper that it is written instead of.
    pub replaces: Option<PaperId>,
    /// The draft that it was, with its version.
    pub draft: Option<(PaperId, i64)>,
    /// What was written.
    pub answers: Answers,
    /// Why it is handed in though a rule stands in the way that lets somebody go on with a reason.
    pub why: String,
}

/// Hands a paper in.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that needs correcting, [`Refusal::Blocked`] with every rule that is not met,
/// [`Refusal::WrongState`] when it is not the time for it or the form has a newer version.
pub async fn submit(scope: &StaffScope, command: Command<Submit>) -> Result<PaperId, Refusal> {
    scope.run(&command, async |change, filled| put(change, filled, Deed::Submit).await).await
}

/// Keeps a draft, which nobody but its author sees.
///
/// # Errors
/// [`Refusal::WrongState`] when no draft can be kept here.
pub async fn keep_draft(scope: &StaffScope, command: Command<Submit>) -> Result<PaperId, Refusal> {
    scope.run(&command, async |change, filled| put(change, filled, Deed::Draft).await).await
}

async fn put(change: &mut Change<'_>, filled: &Submit, deed: Deed) -> Result<PaperId, Refusal> {
    let registers = change.registers().clone();
    let register = registers.get(&filled.register).ok_or(Refusal::NotFound)?;
    let form = registers.form(register).ok_or(Refusal::NotFound)?;
    let me = change.need_member()?;
    let house = change.house();
    let folder = keepers::folder(change, &house, (filled.file, register), me).await?;
    if !folder.holds(register) || !register.is_offered_to(change.house().packs) {
        return Err(Refusal::NotFound);
    }
    let permit = change.permit_papers::<Writing>(register, Right::Write, folder.file, folder.responsible)?;
    let head = |id: Option<PaperId>| id.map(|id| folder.head(id)).transpose();
    let (about, replaces) = (head(filled.about)?, head(filled.replaces)?);
    let reads = change.may_papers(register, Right::Read, folder.responsible);
    if replaces.is_some_and(|head| !knows(head, reads, me)) {
        return Err(Refusal::NotFound);
    }
    let draft = filled.draft.map(|(id, version)| Ok::<_, Refusal>((folder.head(id)?, version))).transpose()?;
    let paper = draft.map(|(head, _)| head);
    if paper.is_some_and(|head| head.register != register.key || head.author != me) {
        return Err(Refusal::NotFound);
    }
    let roles = change.roles().to_vec();
    let reasoned = !filled.why.trim().is_empty();
    let ask = Ask { register, deed, paper, about, replaces, by: me, roles: &roles, reasoned };
    // First whether it is the time for it at all, then what is wrong with each answer, then what the rules miss of them.
    papers::may(&folder, ask, || Ok(Verdict::default()))?;
    let rules = change.rules().await?.clone();
    let rules = change.core().bind(&rules, change.now());
    let (answers, occurred) = match deed {
        Deed::Draft => (half_written(form, &filled.answers), None),
        _ => {
            let demanding = rules.demanding(form);
            let sound = checked((change.now(), change.setting()), &folder, register, (form, &demanding), filled)?;
            let house = change.house();
            // Rows as they were sent: that is where the page says it.
            let sent = judge(form, &filled.answers, change.setting()).answers;
            let unknown = Naming::within(change, &house, me).unknown(form, &sent).await?;
            if !unknown.is_empty() {
                return Err(Refusal::Invalid(unknown));
            }
            sound
        }
    };
    let handed_in = (deed == Deed::Submit).then_some(&answers);
    let leads = papers::may(&folder, ask, || {
        let unfilled = handed_in.map(|answers| rules.unfilled(form, answers, change.setting()));
        Ok(unfilled.unwrap_or_default().and(keepers::heed(&folder, rules, ask, handed_in)?))
    })?;
    // What is done at once is done with it: it never stands there as if it still had to be.
    let at_once = handed_in.and_then(|answers| spawn::at_once(register, leads.to, answers));
    let state = at_once.map_or(leads.to, |(_, to)| to);
    let why = passed_over(&leads, &filled.why, "why")?;
    let organisation = change.house();
    let key = Key::of(change, &organisation, folder.key).await?;
    let about = about.map(|head| head.id);
    let filed = Filed { register, form, state, answers: &answers, draft, about, replaces, occurred };
    let id = papers::write(change, &permit, &folder, &key, filed).await?;
    let edition_before = ask.about.filter(|head| head.register == register.key);
    let before = replaces.into_iter().chain(edition_before).flat_map(|head| folder.line(head)).map(|head| head.id);
    let kept = Kept { paper: id, before: before.collect(), key: &key, key_id: folder.key };
    attachments::keep(change, &permit, kept, (form, &answers)).await?;
    let from = paper.map_or(PaperState::Draft, |draft| draft.state);
    if why.is_some() || paper.is_some_and(|draft| draft.state != leads.to) {
        let why = why.as_ref().map(|why| (&key, why.as_str()));
        papers::passed(change, &permit, id, (from, leads.to), why).await?;
    }
    let event = papers::event(change, &folder, &register.key, id, deed.event());
    let event = leads.noted(Event { facts: papers::codes(form, &answers), ..event });
    if deed == Deed::Draft {
        change.emit(folder.happening(event));
        return Ok(id);
    }
    // What nobody announced is judged by when it happened; what was announced, or written before, has its clock already.
    let arranged = register.arranged.as_ref().and_then(|field| moment_of(&answers, field));
    let since = arranged.or(occurred.filter(|_| about.is_none() && replaces.is_none()));
    let filing = Filing { permit: &permit, folder: &folder, key: &key };
    filing.tell(change, (register, id, &answers), (event, since), (leads.to, at_once)).await?;
    filing.open_findings(change, (register, id, replaces), &answers, occurred).await?;
    follow(change, &permit, &folder, ask, occurred).await?;
    keepers::written(change, &permit, &folder, (&register.key, replaces.is_some()), &answers).await?;
    Ok(id)
}

/// Whether somebody knows a paper: whoever writes here and reads nothing knows one's own.
fn knows(head: &Head, reads: bool, me: MemberId) -> bool {
    reads || head.author == me
}

/// What a paper that was handed in means for others: an appointment was kept, a note corrected.
async fn follow(
    change: &mut Change<'_>,
    permit: &Permit<Writing>,
    folder: &Folder,
    ask: Ask<'_>,
    occurred: Option<Moment>,
) -> Result<(), Refusal> {
    let registers = change.registers().clone();
    let mut along = Vec::new();
    if let Some(about) = ask.about.filter(|head| head.state == PaperState::Planned) {
        along.push((about, Deed::Hold));
    }
    if let Some(replaced) = ask.replaces.filter(|head| head.state == PaperState::Recorded) {
        along.push((replaced, Deed::Replace));
    }
    for (head, deed) in along {
        let Some(register) = registers.get(&head.register) else { continue };
        let to = register.life.next(head.state, deed)?;
        let event = papers::step(change, permit, folder, (head, head.version), (deed, to), None).await?;
        let event = match occurred.filter(|_| deed == Deed::Hold) {
            Some(occurred) => event.due_from(occurred),
            None => event,
        };
        change.emit(folder.happening(event));
    }
    Ok(())
}

/// The answers, checked against the form that is filled in now, and when it happened; everything that is wrong at once.
fn checked(
    (now, setting): (Moment, Setting),
    folder: &Folder,
    register: &Register,
    (form, demanding): (&FormTemplate, &FormTemplate),
    filled: &Submit,
) -> Result<(Answers, Option<Moment>), Refusal> {
    let occurred = register.occurred.as_ref().map(|field| occurred(now, folder, field, &filled.answers));
    let (answers, occurred) = match (validate(form, &filled.answers, setting), occurred.transpose()) {
        (Ok(answers), Ok(occurred)) => (answers, occurred),
        (Ok(_), Err(error)) => return Err(Refusal::Invalid(vec![error])),
        (Err(errors), occurred) => {
            // What only a rule demands is said by its clause, unless there is more to mend anyway.
            let mut errors = validate(demanding, &filled.answers, setting).err().unwrap_or(errors);
            errors.extend(occurred.err().filter(|error| errors.iter().all(|known| known.field != error.field)));
            return Err(Refusal::Invalid(errors));
        }
    };
    if filled.template != form.version {
        let version = form.version;
        return Err(Refusal::WrongState {
            text: texts(
                format!("这份表单已更新为第 {version} 版。您填写的都在，请核对后再提交。"),
                format!("The form has a new version, {version}. What you wrote is kept: check it and send it again."),
            ),
        });
    }
    Ok((answers, occurred))
}

/// The reason that is kept with the step, when a rule was passed over for it.
fn passed_over(leads: &Leads, why: &str, field: &str) -> Result<Option<String>, Refusal> {
    let why = || clean_paragraph(why, REASON).map_err(|problem| Refusal::field(field, problem));
    if leads.passed.is_empty() { Ok(None) } else { why().map(Some) }
}

/// What was typed so far, as far as the form asks for it.
fn half_written(form: &FormTemplate, answers: &Answers) -> Answers {
    let kept = |answer: &str| answer.chars().take(DRAFT).collect();
    let asked = answers.iter().filter(|(name, _)| form.asks(name));
    asked.filter(|(_, answer)| !answer.is_empty()).map(|(key, answer)| (key.clone(), kept(answer))).collect()
}

/// When it happened: not in the future, and not before its file began.
fn occurred(now: Moment, folder: &Folder, field: &str, answers: &Answers) -> Result<Moment, FieldError> {
    let wrong = |problem| FieldError::new(field, problem);
    let at = moment_of(answers, field).ok_or_else(|| wrong(Problem::Required))?;
    if at > now {
        Err(wrong(Problem::FutureDay))
    } else if at.day() < folder.since.day() {
        Err(wrong(Problem::BeforeItsFile { since: folder.since.day() }))
    } else {
        Ok(at)
    }
}

/// A moment or a day among the answers; whoever reads days would read a moment's day too.
fn moment_of(answers: &Answers, field: &str) -> Option<Moment> {
    let answer = answers.get(field)?;
    Moment::parse(answer).or_else(|_| Day::read(answer).map(Moment::start_of)).ok()
}

/// A decision about a paper, or another step of its life.
#[derive(Clone, Debug, Serialize)]
pub struct Decide {
    /// Which paper.
    pub paper: PaperId,
    /// What is done; approving means going on to the next level while there is one.
    pub deed: Deed,
    /// Why, where that has to be said.
    pub reason: String,
}

/// Takes a paper one step further.
///
/// # Errors
/// [`Refusal::Blocked`] by every rule that is not met, [`Refusal::WrongState`] when it is not the time or not one's turn,
/// [`Refusal::Stale`] when somebody else was quicker.
pub async fn decide(scope: &StaffScope, command: Command<Decide>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let registers = change.registers().clone();
            let me = change.need_member()?;
            let (file, register) = queries::place(change, asked.paper, me).await?;
            let register = registers.get(&register).ok_or(Refusal::NotFound)?;
            let house = change.house();
            let folder = keepers::folder(change, &house, (file, register), me).await?;
            let head = folder.head(asked.paper)?;
            match asked.deed.right() {
                Right::Decide => {
                    let permit = permit::<Deciding>(change, register, Right::Decide, &folder)?;
                    let deed = if asked.deed == Deed::Approve { deciding(register, head) } else { asked.deed };
                    take(change, &permit, &folder, (register, head), deed, asked).await?;
                    if deed == Deed::Approve {
                        supersede(change, &permit, &folder, (register, head)).await?;
                    }
                    keepers::decided(change, &permit, &folder, &register.key, deed).await
                }
                _ => {
                    let permit = permit::<Writing>(change, register, Right::Write, &folder)?;
                    take(change, &permit, &folder, (register, head), asked.deed, asked).await
                }
            }
        })
        .await
}

/// What comes into force ends what was in force before it: of each sort one edition is.
async fn supersede<A>(
    change: &mut Change<'_>,
    permit: &Permit<A>,
    folder: &Folder,
    (register, published): (&Arc<Register>, &Head),
) -> Result<(), Refusal>
where
    A: Writes<paper::Entity>,
{
    let before = |head: &&Head| head.id != published.id && papers::is_edition_after(register, published, head);
    for head in folder.of(&register.key).filter(before) {
        let Ok(to) = register.life.next(head.state, Deed::Supersede) else { continue };
        let event = papers::step(change, permit, folder, (head, head.version), (Deed::Supersede, to), None).await?;
        change.emit(folder.happening(event));
    }
    Ok(())
}

fn permit<A: Act>(
    change: &Change<'_>,
    register: &Register,
    right: Right,
    folder: &Folder,
) -> Result<Permit<A>, Refusal> {
    change.permit_papers::<A>(register, right, folder.file, folder.responsible)
}

async fn take<A>(
    change: &mut Change<'_>,
    permit: &Permit<A>,
    folder: &Folder,
    (register, head): (&Arc<Register>, &Head),
    deed: Deed,
    asked: &Decide,
) -> Result<(), Refusal>
where
    A: Writes<paper::Entity>,
{
    // What follows from another paper is done with that one, and a paper is handed in with its answers.
    if matches!(deed, Deed::Submit | Deed::Draft | Deed::Replace | Deed::Hold | Deed::Supersede) {
        return Err(Refusal::NotFound);
    }
    let rules = change.rules().await?.clone();
    let rules = change.core().bind(&rules, change.now());
    let roles = change.roles().to_vec();
    let by = change.need_member()?;
    let reasoned = !asked.reason.trim().is_empty();
    let ask = Ask { register, deed, paper: Some(head), about: None, replaces: None, by, roles: &roles, reasoned };
    let leads = papers::may(folder, ask, || keepers::heed(folder, rules, ask, None))?;
    let reason = match (deed.needs_reason(), asked.reason.trim()) {
        (false, "") => None,
        _ => Some(clean_paragraph(&asked.reason, REASON).map_err(|problem| Refusal::field("reason", problem))?),
    };
    let organisation = change.house();
    let key = Key::of(change, &organisation, folder.key).await?;
    let reason = reason.as_ref().map(|reason| (&key, reason.as_str()));
    let event = papers::step(change, permit, folder, (head, change.seen()), (deed, leads.to), reason).await?;
    let named = owner(register, |field| head.code(field).map(str::to_owned));
    change.emit(folder.happening(leads.noted(event)).owed_by(named));
    Ok(())
}
