//! Keeping: what answers name is hung on their paper, or on the application with which it came.

use super::{KEY, Waits, hangs_nowhere, kind_of, secret};
use crate::change::{Change, Permit, Writes};
use crate::entity::attachment::{ActiveModel, Column, Entity, Model};
use crate::papers::Key;
use crate::seal::{self, PersonKey, Place, Seals};
use domain::attachments::Unfit;
use domain::forms::{Answers, FieldKind, FormTemplate, TemplateField, chosen};
use domain::ids::{ApplicationId, AttachmentId, PaperId};
use domain::refusal::{FieldError, Problem, Refusal};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;
use uuid::Uuid;

/// On which paper, and what was written before it: what it is written instead of, and the edition before.
pub(crate) struct Kept<'k> {
    pub(crate) paper: PaperId,
    pub(crate) before: Vec<PaperId>,
    pub(crate) key: &'k Key<'k>,
    pub(crate) key_id: Option<Uuid>,
}

/// Hangs what the answers name on a paper, under its key. What hung on papers that were written before it stays where it hangs and
/// may be named again; what a draft no longer names waits once more.
///
/// # Errors
/// [`Refusal::Invalid`] at each question that names what is not there, waits for somebody else, or hangs on any other paper; or
/// names no picture where one is asked for.
pub(crate) async fn keep<A: Writes<Entity>>(
    change: &Change<'_>,
    permit: &Permit<A>,
    kept: Kept<'_>,
    (form, answers): (&FormTemplate, &Answers),
) -> Result<(), Refusal> {
    if !form.takes_files() {
        return Ok(());
    }
    let asked: Vec<(&String, Option<AttachmentId>, &TemplateField)> = named(form, answers).collect();
    let ids: Vec<Uuid> = asked.iter().filter_map(|(_, id, _)| Some((*id)?.uuid())).collect();
    let rows = change.find::<Entity>().filter(Column::Id.is_in(ids.iter().copied())).all().await?;
    let rows: HashMap<Uuid, Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut wrong = Vec::new();
    for (name, id, field) in asked {
        let row = id.and_then(|id| rows.get(&id.uuid()));
        let outcome = match row {
            Some(row) if field.kind == FieldKind::Photo && !kind_of(row)?.is_picture() => Err(Unfit::NoPicture),
            Some(row) => hang(change, permit, &kept, row).await?,
            None => Err(Unfit::Gone),
        };
        wrong.extend(outcome.err().map(|unfit| FieldError::new(name, Problem::Attachment(unfit))));
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    let named_no_more = Condition::all().add(Column::PaperId.eq(kept.paper.uuid())).add(Column::Id.is_not_in(ids));
    let waits = ActiveModel { paper_id: Set(None), received_at: Set(change.now().millis()), ..Default::default() };
    change.update_where::<_, Entity>(permit, named_no_more, waits).await.map(drop)
}

async fn hang<A: Writes<Entity>>(
    change: &Change<'_>,
    permit: &Permit<A>,
    kept: &Kept<'_>,
    row: &Model,
) -> Result<Result<(), Unfit>, Refusal> {
    match row.paper_id.map(PaperId::from) {
        Some(paper) if paper == kept.paper || kept.before.contains(&paper) => return Ok(Ok(())),
        None if Waits::Member(change.need_member()?.uuid()).has(row) => {}
        _ => return Ok(Err(Unfit::Gone)),
    }
    let secret = match row.key_id {
        None => secret(&change.house().key, row)?,
        // It hung on a draft in this very file.
        Some(_) if row.key_id == kept.key_id => secret(kept.key, row)?,
        Some(_) => return Ok(Err(Unfit::Gone)),
    };
    let hung = ActiveModel {
        wrapped: Set(kept.key.seal(Place { column: KEY, row: row.id }, &seal::written(&secret))),
        key_id: Set(kept.key_id),
        paper_id: Set(Some(kept.paper.uuid())),
        ..Default::default()
    };
    // Another program may have taken it away since it was read.
    let this = hangs_nowhere().add(Column::Id.eq(row.id));
    let hung = change.update_where::<_, Entity>(permit, this, hung).await?;
    Ok(if hung == 1 { Ok(()) } else { Err(Unfit::Gone) })
}

/// Hangs on an application what waits for whoever sends it, under the key of its person. `field` is the question that asks for it.
///
/// # Errors
/// [`Refusal::Invalid`] at the question when something is not there, waits for somebody else, or hangs somewhere already.
pub(crate) async fn keep_with<A: Writes<Entity>>(
    change: &Change<'_>,
    permit: &Permit<A>,
    (application, key): (ApplicationId, &PersonKey),
    (waits, field): (&Waits, &str),
    files: &[AttachmentId],
) -> Result<(), Refusal> {
    if files.is_empty() {
        return Ok(());
    }
    let gone = || Refusal::field(field, Problem::Attachment(Unfit::Gone));
    let these = waits.waiting().add(Column::Id.is_in(files.iter().map(|file| file.uuid())));
    let rows = change.find::<Entity>().filter(these).all().await?;
    if rows.len() != files.len() {
        return Err(gone());
    }
    for row in rows {
        let secret = secret(&change.house().key, &row)?;
        let hung = ActiveModel {
            wrapped: Set(key.seal(Place { column: KEY, row: row.id }, &seal::written(&secret))),
            key_id: Set(Some(key.id())),
            application_id: Set(Some(application.uuid())),
            ..Default::default()
        };
        let this = waits.waiting().add(Column::Id.eq(row.id));
        if change.update_where::<_, Entity>(permit, this, hung).await? != 1 {
            return Err(gone());
        }
    }
    Ok(())
}

/// What questions for files are answered by, each with the name of its answer and its question; nothing where it is no id.
pub(super) fn named<'f>(
    form: &'f FormTemplate,
    answers: &'f Answers,
) -> impl Iterator<Item = (&'f String, Option<AttachmentId>, &'f TemplateField)> {
    let of_field = move |(name, answer): (&'f String, &'f String)| {
        let field = form.named(name).filter(|field| field.takes_files())?;
        Some(chosen(answer).map(move |id| (name, id.parse().ok(), field)))
    };
    answers.iter().filter_map(of_field).flatten()
}
