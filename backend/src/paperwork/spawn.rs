//! What is filed together with a paper: the findings that its rows are, and what was done about it at once.

use crate::change::{Change, Permit};
use crate::entity::paper;
use crate::fault::{Fault, fault};
use crate::papers::{self, CONTENT, Filed, Folder, Head, Key, Writing};
use crate::seal::{Place, Seals};
use domain::events::EventKind;
use domain::forms::{Answers, FormTemplate, cell, rows, validate};
use domain::ids::{MemberId, PaperId};
use domain::papers::{Deed, PaperState};
use domain::refusal::{FieldError, Refusal};
use domain::registers::{Register, Spawn};
use domain::time::Moment;
use sea_orm::ColumnTrait;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Tells that something was done at once with a paper that was just filed.
    pub(super) async fn step_at_once(
        &self,
        change: &mut Change<'_>,
        (register, id): (&Register, PaperId),
        (from, (deed, to)): (PaperState, (Deed, PaperState)),
        facts: BTreeMap<String, Vec<String>>,
    ) -> Result<(), Refusal> {
        papers::passed(change, self.permit, id, (from, to), None).await?;
        let mut event = papers::event(change, self.folder, &register.key, id, deed.event());
        event.facts = facts;
        change.emit(self.folder.happening(event));
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
        let facts = papers::codes(form, &answers);
        let mut event = papers::event(change, self.folder, &register.key, id, EventKind::PaperSubmitted);
        event.facts = facts.clone();
        if let Some(occurred) = occurred {
            event = event.due_from(occurred);
        }
        let named = owner(register, |field| answers.get(field).cloned());
        change.emit(self.folder.happening(event).owed_by(named));
        match at_once {
            Some(at_once) => self.step_at_once(change, (register, id), (found, at_once), facts).await,
            None => Ok(()),
        }
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
            let text = self.key.open(Place { column: CONTENT, row: row.id }, &row.content).map_err(fault)?;
            let said: Answers = serde_json::from_str(&text).map_err(|_| fault(Fault::Stored("answers")))?;
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
