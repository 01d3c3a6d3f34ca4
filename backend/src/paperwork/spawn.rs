//! What is filed together with a paper: the findings that its rows are, and what was done about it at once.

use crate::change::{Change, Permit};
use crate::entity::paper;
use crate::papers::{self, CONTENT, Filed, Folder, Head, Key, Writing};
use crate::sealed;
use domain::events::{Event, EventKind};
use domain::forms::{Answers, FormTemplate, cell, rows, validate};
use domain::ids::{MemberId, PaperId};
use domain::papers::{Deed, PaperState};
use domain::refusal::{FieldError, Refusal};
use domain::registers::{Register, Spawn};
use domain::time::Moment;
use sea_orm::ColumnTrait;
use std::collections::BTreeSet;

/// Where papers are filed, and by whose right.
pub(super) struct Filing<'f> {
    pub(super) permit: &'f Permit<Writing>,
    pub(super) folder: &'f Folder,
    pub(super) key: &'f Key<'f>,
}

/// What is done with a paper as it is handed in, and where that leads.
pub(super) fn at_once(register: &Register, from: PaperState, answers: &Answers) -> Option<(Deed, PaperState)> {
    let at_once = register.at_once.as_ref().filter(|at_once| at_once.is_said(answers))?;
    Some((at_once.deed, register.life.next(from, at_once.deed).ok()?))
}

/// Who has to see to a paper, where it names somebody.
pub(super) fn owner(register: &Register, said: impl Fn(&str) -> Option<String>) -> Option<MemberId> {
    register.owner.as_ref().and_then(|field| said(field)?.parse().ok())
}

impl Filing<'_> {
    /// Tells that a paper was handed in, to whoever it names, and what was done with it at once.
    pub(super) async fn tell(
        &self,
        change: &mut Change<'_>,
        (register, id, answers): (&Register, PaperId, &Answers),
        (event, since): (Event, Option<Moment>),
        (from, at_once): (PaperState, Option<(Deed, PaperState)>),
    ) -> Result<(), Refusal> {
        let facts = event.facts.clone();
        let event = match since {
            Some(since) => event.due_from(since),
            None => event,
        };
        let named = owner(register, |field| answers.get(field).cloned());
        change.emit(self.folder.happening(event).owed_by(named));
        if let Some((deed, to)) = at_once {
            papers::passed(change, self.permit, id, (from, to), None).await?;
            let event = papers::event(change, self.folder, &register.key, id, deed.event());
            change.emit(self.folder.happening(Event { facts, ..event }));
        }
        Ok(())
    }

    /// Opens a finding for each row of the tables that give rise to them. What stood already in the paper that was written
    /// before this one has its finding.
    pub(super) async fn open_findings(
        &self,
        change: &mut Change<'_>,
        (register, parent, replaces): (&Register, PaperId, Option<&Head>),
        answers: &Answers,
        occurred: Option<Moment>,
    ) -> Result<(), Refusal> {
        let registers = change.registers().clone();
        for spawn in &register.spawns {
            let opened = registers.get(&spawn.register).ok_or(Refusal::NotFound)?;
            let form = registers.form(opened).ok_or(Refusal::NotFound)?;
            let known = self.known(change, replaces, (spawn, form)).await?;
            for row in rows(answers, &spawn.from) {
                let said = row_of(spawn, form, answers, row);
                if !known.contains(&said) {
                    self.open_finding(change, (opened, form, parent), (spawn, row), (said, occurred)).await?;
                }
            }
        }
        Ok(())
    }

    async fn open_finding(
        &self,
        change: &mut Change<'_>,
        (register, form, parent): (&Register, &FormTemplate, PaperId),
        (spawn, row): (&Spawn, usize),
        (mut said, occurred): (Answers, Option<Moment>),
    ) -> Result<(), Refusal> {
        if let (Some(field), Some(occurred)) = (&register.occurred, occurred) {
            said.insert(field.clone(), occurred.day().to_string());
        }
        let in_row = |error: FieldError| FieldError { field: cell(&spawn.from, row, &error.field), ..error };
        let wrong = |errors: Vec<FieldError>| Refusal::Invalid(errors.into_iter().map(in_row).collect());
        let answers = validate(form, &said, change.setting()).map_err(wrong)?;
        let found = register.life.step(None, Deed::Submit)?;
        let at_once = at_once(register, found, &answers);
        let state = at_once.map_or(found, |(_, to)| to);
        let about = Some(parent);
        let filed = Filed { register, form, state, answers: &answers, draft: None, about, replaces: None, occurred };
        let id = papers::write(change, self.permit, self.folder, self.key, filed).await?;
        let event = papers::event(change, self.folder, &register.key, id, EventKind::PaperSubmitted);
        let event = Event { facts: papers::codes(form, &answers), ..event };
        self.tell(change, (register, id, &answers), (event, occurred), (found, at_once)).await
    }

    /// What the paper that was written before said in its rows.
    async fn known(
        &self,
        change: &Change<'_>,
        replaces: Option<&Head>,
        (spawn, form): (&Spawn, &FormTemplate),
    ) -> Result<BTreeSet<Answers>, Refusal> {
        let Some(before) = replaces else { return Ok(BTreeSet::new()) };
        let found = change.find::<paper::Entity>().filter(paper::Column::Id.eq(before.id.uuid())).all().await?;
        let mut known = BTreeSet::new();
        for row in found {
            let said: Answers = sealed::open(self.key, CONTENT, row.id, &row.content)?;
            known.extend(rows(&said, &spawn.from).into_iter().map(|at| row_of(spawn, form, &said, at)));
        }
        Ok(known)
    }
}

/// What a row says, by the names of the form that it becomes.
fn row_of(spawn: &Spawn, form: &FormTemplate, answers: &Answers, row: usize) -> Answers {
    let said = |key: &String| answers.get(&cell(&spawn.from, row, key)).cloned();
    form.fields().filter_map(|field| Some((field.key.clone(), said(&field.key)?))).collect()
}
