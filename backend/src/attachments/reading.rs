//! Reading: an attachment as whoever may read its paper or its application gets it.

use super::keeping::named;
use super::store::Part;
use super::{NAME, Waits, kind_of, picture, secret};
use crate::db::ReadTx;
use crate::entity::attachment::{Column, Entity, Model};
use crate::entity::{application, person_key};
use crate::fault::{Fault, fault};
use crate::keys;
use crate::organisations::Organisation;
use crate::papers::{Key, PaperView};
use crate::paperwork;
use crate::scope::StaffScope;
use crate::seal::{self, PersonKey, Secret, context};
use domain::access::{Action, Object};
use domain::attachments::AttachmentKind;
use domain::events::{EventKind, Subject};
use domain::forms::FormTemplate;
use domain::ids::{ApplicationId, AttachmentId, MemberId};
use domain::refusal::Refusal;
use sea_orm::{ColumnTrait, Condition, Order};
use std::collections::HashMap;
use tokio::task::spawn_blocking;
use uuid::Uuid;

/// An attachment, opened.
pub struct Attachment {
    /// What it is called, with the ending of its kind.
    pub name: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// An attachment by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The attachment.
    pub id: AttachmentId,
    /// What it is called, with the ending of its kind.
    pub name: String,
}

/// An attachment, or its small picture. Where what it hangs on is somebody's, reading the whole leaves an entry in the audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, it is another organisation's, waits for somebody else, or hangs on a paper or an
/// application that one may not read.
pub async fn open(scope: &StaffScope, id: AttachmentId, preview: bool) -> Result<Attachment, Refusal> {
    let tx = scope.read().await?;
    let row = tx.find::<Entity>().by_id(id).need().await?;
    let key = Key::of(&tx, scope.organisation(), row.key_id).await?;
    let file: Option<Subject> = match (row.paper_id, row.application_id) {
        (Some(paper), _) => {
            drop(tx);
            Some(paperwork::place_of(scope, paper.into()).await?.file)
        }
        (None, Some(id)) => {
            let application = tx.find::<application::Entity>().by_id(id).need().await?;
            drop(tx);
            let reads = scope.reaches(Object::Application, Action::Read, &application);
            Some(ApplicationId::from(id).into()).filter(|_| reads)
        }
        (None, None) => {
            drop(tx);
            None
        }
    };
    match file {
        // The page on which the small ones stand has left its own entry.
        Some(file) if !preview && row.key_id.is_some() => scope.note(EventKind::ClientRead, file).await?,
        Some(_) => {}
        None if Waits::Member(scope.member().uuid()).has(&row) => {}
        None => return Err(Refusal::NotFound),
    }
    let (secret, kind) = (secret(&key, &row)?, kind_of(&row)?);
    let (part, kind) = match (preview, kind.is_picture()) {
        (false, _) => (Part::Whole, kind),
        (true, true) => (Part::Preview, AttachmentKind::Jpeg),
        (true, false) => return Err(Refusal::NotFound),
    };
    let bytes = content(scope, &row, &secret, part).await?;
    Ok(Attachment { name: name(&secret, &row)?, kind, bytes })
}

/// What some attachments are called, in the order in which they were received; with those that wait for this member.
pub(crate) async fn called(
    tx: &ReadTx,
    organisation: &Organisation,
    ids: &[Uuid],
    waiting_for: Option<MemberId>,
) -> Result<Vec<(Uuid, String)>, Refusal> {
    if ids.is_empty() && waiting_for.is_none() {
        return Ok(Vec::new());
    }
    let waiting = waiting_for.map(|member| Waits::Member(member.uuid()).waiting());
    let wanted = Condition::any().add(Column::Id.is_in(ids.iter().copied())).add_option(waiting);
    let found = unsealed(tx, organisation, wanted).await?;
    found.iter().map(|(row, secret)| Ok((row.id, name(secret, row)?))).collect()
}

/// What waits for whoever fills a form in, in the order in which it was received.
pub(crate) async fn waiting_for(
    tx: &ReadTx,
    organisation: &Organisation,
    waits: &Waits,
) -> Result<Vec<Named>, Refusal> {
    named_each(&unsealed(tx, organisation, waits.waiting()).await?)
}

/// What hangs on an application, in the order in which it was received.
pub(crate) async fn on_application(tx: &ReadTx, key: &PersonKey, id: ApplicationId) -> Result<Vec<Named>, Refusal> {
    let rows = tx.find::<Entity>().filter(Column::ApplicationId.eq(id.uuid()));
    let rows = rows.order(Column::ReceivedAt, Order::Asc).order(Column::Id, Order::Asc).all().await?;
    let found = rows.into_iter().map(|row| Ok((secret(key, &row)?, row))).map(|each| each.map(|(key, row)| (row, key)));
    named_each(&found.collect::<Result<Vec<_>, Refusal>>()?)
}

fn named_each(found: &[(Model, Secret)]) -> Result<Vec<Named>, Refusal> {
    found.iter().map(|(row, secret)| Ok(Named { id: row.id.into(), name: name(secret, row)? })).collect()
}

/// The pictures on some papers, as large as paper shows them, by their ids. Whoever opened the papers has left the entry for it.
///
/// # Errors
/// When the database or the store does not answer.
pub async fn printable<'p>(
    scope: &StaffScope,
    papers: impl IntoIterator<Item = (&'p FormTemplate, &'p PaperView)>,
) -> Result<HashMap<AttachmentId, Vec<u8>>, Refusal> {
    let on_paper = |(form, paper): (&'p FormTemplate, &'p PaperView)| named(form, &paper.answers);
    let ids: Vec<Uuid> = papers.into_iter().flat_map(on_paper).filter_map(|(_, id, _)| Some(id?.uuid())).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let tx = scope.read().await?;
    let found = unsealed(&tx, scope.organisation(), Condition::all().add(Column::Id.is_in(ids))).await?;
    drop(tx);
    let mut pictures = HashMap::new();
    for (row, secret) in found {
        let kind = kind_of(&row)?;
        if kind.is_picture() {
            let whole = content(scope, &row, &secret, Part::Whole).await?;
            let drawn = spawn_blocking(move || picture::for_paper(kind, &whole)).await;
            let drawn = drawn.map_err(|_| fault(Fault::System("a picture broke".to_owned())))?;
            // What cannot be drawn is told of by whoever lays the sheet.
            pictures.insert(row.id.into(), drawn.unwrap_or_default());
        }
    }
    Ok(pictures)
}

/// Attachments with their keys, in the order in which they were received. Whoever was erased takes along what hung on their papers.
async fn unsealed(
    tx: &ReadTx,
    organisation: &Organisation,
    wanted: Condition,
) -> Result<Vec<(Model, Secret)>, Refusal> {
    let rows = tx.find::<Entity>().filter(wanted).order(Column::ReceivedAt, Order::Asc).order(Column::Id, Order::Asc);
    let rows = rows.all().await?;
    let persons: Vec<Uuid> = rows.iter().filter_map(|row| row.key_id).collect();
    let persons = match persons.is_empty() {
        true => HashMap::new(),
        false => keys::open_many(tx.find::<person_key::Entity>(), organisation, persons).await?,
    };
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let secret = match row.key_id.map(|person| persons.get(&person)) {
            None => secret(&organisation.key, &row)?,
            Some(Some(key)) => secret(key, &row)?,
            Some(None) => continue,
        };
        found.push((row, secret));
    }
    Ok(found)
}

async fn content(scope: &StaffScope, row: &Model, secret: &Secret, part: Part) -> Result<Vec<u8>, Refusal> {
    let sealed = scope.core().store().get((row.organisation_id, row.id, part)).await?;
    seal::open(secret, &sealed, &context(row.organisation_id, part.word(), row.id)).map_err(fault)
}

fn name(secret: &Secret, row: &Model) -> Result<String, Refusal> {
    let bytes = seal::open(secret, &row.name, &context(row.organisation_id, NAME, row.id)).map_err(fault)?;
    String::from_utf8(bytes).map_err(|_| fault(Fault::Stored("attachment's name")))
}
