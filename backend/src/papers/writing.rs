//! Papers, written: rows with their facts, and steps with their transitions.

use super::folder::{Fact, Folder, Head};
use super::reading::{CONTENT, Key};
use crate::change::{Change, Permit, act};
use crate::entity::{paper, paper_fact};
use crate::happening::Happening;
use crate::sealed;
use domain::events::{Event, EventKind};
use domain::forms::{Answers, Decimal, FieldKind, FormTemplate, TemplateField, cell, chosen, rows};
use domain::ids::PaperId;
use domain::papers::{Deed, PaperState};
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::time::{Day, Moment};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, Order, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

act!(
    /// Writing a paper.
    Writing = Paper Create => paper, paper_fact, attachment
);
act!(
    /// Deciding about a paper.
    Deciding = Paper Approve => paper, paper_fact
);

/// What is put into a file.
pub(crate) struct Filed<'a> {
    /// Of which register.
    pub(crate) register: &'a Register,
    /// The form that was filled in.
    pub(crate) form: &'a FormTemplate,
    /// Where it begins.
    pub(crate) state: PaperState,
    /// What was written.
    pub(crate) answers: &'a Answers,
    /// The draft that it was.
    pub(crate) draft: Option<(&'a Head, i64)>,
    /// What it is about.
    pub(crate) about: Option<PaperId>,
    /// What it is written instead of.
    pub(crate) replaces: Option<&'a Head>,
    /// When it happened, where it says so.
    pub(crate) occurred: Option<Moment>,
}

/// Puts a paper into its file: a new row, or a draft that is no draft any more.
pub(crate) async fn write(
    change: &Change<'_>,
    permit: &Permit<Writing>,
    folder: &Folder,
    key: &Key<'_>,
    filed: Filed<'_>,
) -> Result<PaperId, Refusal> {
    let Filed { register, form, state, answers, draft, about, replaces, occurred } = filed;
    let id = draft.map_or_else(|| change.new_id(), |(head, _)| head.id.uuid());
    let (now, author) = (change.now(), change.need_member()?);
    let is_draft = state == PaperState::Draft;
    let handed_in = (!is_draft).then_some(now.millis());
    // What was first written stays the moment of writing: writing it anew does not make it later, unless it tells of
    // something later.
    let first = replaces.and_then(|head| head.recorded);
    let first = first.filter(|first| occurred.is_none_or(|occurred| occurred <= *first)).map(Moment::millis);
    let row = paper::ActiveModel {
        template: Set(i64::from(form.version)),
        state: Set(state.code().to_owned()),
        content: Set(sealed::seal(key, CONTENT, id, answers)?),
        about_id: Set(about.map(PaperId::uuid)),
        replaces_id: Set(replaces.map(|head| head.id.uuid())),
        // It happens when it is handed in, if no answer says when it did.
        occurred_at: Set(occurred.map(Moment::millis).or(handed_in)),
        recorded_at: Set(handed_in.map(|now| first.unwrap_or(now))),
        submitted_at: Set(handed_in),
        ..Default::default()
    };
    match draft {
        Some((_, version)) => {
            change.update::<_, paper::Entity>(permit, id, version, row).await?;
            let its = Condition::all().add(paper_fact::Column::PaperId.eq(id));
            change.delete_where::<_, paper_fact::Entity>(permit, its).await?;
        }
        None => {
            let last = last_serial(change, folder, register).await?;
            let number = match (&register.series, replaces.and_then(|head| head.number.clone())) {
                (None, _) => None,
                (Some(_), Some(number)) => Some(number),
                (Some(series), None) => Some(change.number(series.clone()).await?),
            };
            let row = paper::ActiveModel {
                id: Set(id),
                register: Set(register.key.clone()),
                file_kind: Set(folder.file.kind.code().to_owned()),
                file_id: Set(folder.file.id),
                key_id: Set(folder.key),
                serial: Set(last + 1),
                number: Set(number),
                level: Set(0),
                author_id: Set(author.uuid()),
                reviewer_id: Set(None),
                decided_at: Set(None),
                ended_at: Set(None),
                version: Set(1),
                ..row
            };
            change.insert(permit, row).await?;
        }
    }
    if !is_draft {
        change.insert_all(permit, facts(change, id, form, answers)).await?;
    }
    Ok(id.into())
}

/// The last place that is taken among the papers of a register in a file, by drafts of others too, which nobody sees.
async fn last_serial(change: &Change<'_>, folder: &Folder, register: &Register) -> Result<i64, Refusal> {
    use paper::Column;
    let these = Condition::all().add(Column::FileId.eq(folder.file.id)).add(Column::Register.eq(&*register.key));
    let last = change.find::<paper::Entity>().filter(these).order(Column::Serial, Order::Desc).limit(1);
    let last = last.shape(|select| select.select_only().column(Column::Serial)).tuples::<(i64,)>().await?;
    Ok(last.first().map_or(0, |(serial,)| *serial))
}

/// The answers that stay readable; of a table, each row's at the row's place.
fn facts(change: &Change<'_>, paper: Uuid, form: &FormTemplate, answers: &Answers) -> Vec<paper_fact::ActiveModel> {
    let mut facts = Vec::new();
    let mut read = |named: &str, field: &TemplateField, answer: &str, row: Option<usize>| {
        for (place, value) in chosen(answer).enumerate() {
            let mut fact = fact(field, value);
            fact.id = Set(change.new_id());
            fact.paper_id = Set(paper);
            fact.field = Set(named.to_owned());
            fact.place = Set(row.unwrap_or(place) as i64);
            facts.push(fact);
        }
    };
    for field in form.fields() {
        if let Some(answer) = answers.get(&field.key).filter(|_| field.fact) {
            read(&field.key, field, answer, None);
        }
        for column in field.columns.iter().filter(|column| column.fact) {
            let named = format!("{}.{}", field.key, column.key);
            for row in rows(answers, &field.key) {
                if let Some(answer) = answers.get(&cell(&field.key, row, &column.key)) {
                    read(&named, column, answer, Some(row));
                }
            }
        }
    }
    facts
}

/// One answer as rules and figures read it: money in fen, numbers in units of their last decimal, durations and times in minutes.
fn fact(field: &TemplateField, value: &str) -> paper_fact::ActiveModel {
    let mut fact = paper_fact::ActiveModel {
        number: Set(None),
        day: Set(None),
        moment_at: Set(None),
        code: Set(None),
        ..Default::default()
    };
    match (field.kind, field.amount(value).map(Decimal::units)) {
        (FieldKind::Day, _) => fact.day = Set(Day::parse(value).ok().map(Into::into)),
        (FieldKind::Moment, _) => fact.moment_at = Set(Moment::parse(value).ok().map(Moment::millis)),
        // A choice is read by its word, whatever it scores.
        (FieldKind::Choice | FieldKind::Choices, _) | (_, None) => fact.code = Set(Some(value.to_owned())),
        (_, number) => fact.number = Set(number),
    }
    fact
}

/// The codes among the answers that clocks may hang on.
pub(crate) fn codes(form: &FormTemplate, answers: &Answers) -> BTreeMap<String, Vec<String>> {
    let facts = form.fields().filter(|field| field.fact);
    let said = facts.filter_map(|field| Some((field.key.clone(), answers.get(&field.key)?)));
    said.map(|(key, answer)| (key, chosen(answer).map(str::to_owned).collect())).collect()
}

/// Takes a paper one step further: its state, a transition with author, moment and reason, and the event.
pub(crate) async fn step<A>(
    change: &mut Change<'_>,
    permit: &Permit<A>,
    folder: &Folder,
    (head, version): (&Head, i64),
    (deed, to): (Deed, PaperState),
    reason: Option<(&Key<'_>, &str)>,
) -> Result<Event, Refusal>
where
    A: crate::change::Writes<paper::Entity>,
{
    let decides = deed.right() == domain::papers::Right::Decide;
    let mut row = paper::ActiveModel { state: Set(to.code().to_owned()), ..Default::default() };
    if decides {
        row.reviewer_id = Set(Some(change.need_member()?.uuid()));
        row.level = Set(head.level as i64 + 1);
    }
    if decides && matches!(to, PaperState::Approved | PaperState::Published) {
        row.decided_at = Set(Some(change.now().millis()));
    }
    if head.state.is_in_force() && !to.is_in_force() {
        row.ended_at = Set(Some(change.now().millis()));
    }
    change.update::<_, paper::Entity>(permit, head.id.uuid(), version, row).await?;
    passed(change, permit, head.id, (head.state, to), reason).await?;
    let code = |fact: &Fact| match fact {
        Fact::Code(code) => Some(code.clone()),
        _ => None,
    };
    let facts = head.facts.iter().map(|(key, facts)| (key.clone(), facts.iter().filter_map(code).collect())).collect();
    Ok(Event { facts, ..event(change, folder, &head.register, head.id, deed.event()) })
}

/// Leaves the transition.
pub(crate) async fn passed<A: crate::change::Act>(
    change: &Change<'_>,
    permit: &Permit<A>,
    paper: PaperId,
    (from, to): (PaperState, PaperState),
    reason: Option<(&Key<'_>, &str)>,
) -> Result<(), Refusal> {
    change.transition(permit, paper.into(), (from.code(), to.code()), reason).await
}

/// Something that happened to a paper: its file hears it too, and what belongs to that.
pub(crate) fn event(change: &Change<'_>, folder: &Folder, register: &str, paper: PaperId, kind: EventKind) -> Event {
    let event = Event::new(kind, paper, change.now()).with(Event::REGISTER, register).concerning(folder.file);
    folder.related.iter().fold(event, |event, related| event.concerning(*related))
}

impl Folder {
    /// What an operation says happened in this file.
    pub(crate) fn happening(&self, event: Event) -> Happening {
        Happening { event, number: self.number.clone(), responsible: self.responsible }
    }
}
