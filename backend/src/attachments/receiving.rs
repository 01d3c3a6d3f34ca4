//! Receiving: what a file is, how it is kept, and that it waits.

use super::picture::{self, Picture};
use super::store::Part;
use super::{KEY, NAME, Receive, content};
use crate::ambient::new_id;
use crate::change::Command;
use crate::entity::attachment::{ActiveModel, Column, Entity};
use crate::fault::{Fault, fault};
use crate::happening::Happening;
use crate::hex;
use crate::scope::StaffScope;
use crate::seal::{self, Place, context};
use bytes::Bytes;
use domain::access::{Action, Object};
use domain::attachments::{MOST_WAITING, Unfit, name_of};
use domain::events::{Event, EventKind};
use domain::ids::{AttachmentId, OperationId};
use domain::refusal::{Problem, Refusal};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::ExprTrait;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// So many pictures are drawn at a time.
static DRAWN_AT_ONCE: Semaphore = Semaphore::const_new(2);

/// A file as it was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// The question that it answers.
    pub field: String,
    /// What its file was called.
    pub name: String,
    /// What is in it, or why nothing of it was kept.
    pub content: Result<Bytes, Unfit>,
}

impl fmt::Debug for Upload {
    /// Neither what it is called nor what is in it belongs into a log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Upload({}, {:?})", self.field, self.content.as_ref().map(Bytes::len))
    }
}

/// What is kept of a file beside its content.
#[derive(Clone, Debug, Serialize)]
struct Received {
    id: Uuid,
    sent: Vec<u8>,
    kind: &'static str,
    name: Vec<u8>,
    size: i64,
    wrapped: Vec<u8>,
}

/// Receives a file that came with a form: it waits for its author until a form names it. The same file, sent again with the same
/// form, is the one that waits already.
///
/// # Errors
/// [`Refusal::Invalid`] at the question, with why it is not taken.
pub async fn receive(scope: &StaffScope, form: OperationId, upload: Upload) -> Result<AttachmentId, Refusal> {
    scope.need(Object::Attachment, Action::Create)?;
    let Upload { field, name, content } = upload;
    let unfit = |unfit: Unfit| Refusal::field(&*field, Problem::Attachment(unfit));
    let bytes = content.map_err(unfit)?;
    let organisation = scope.organisation();
    let told = format!("{form}|{field}|{name}|{}", hex::encode(&Sha256::digest(&bytes)));
    let sent = organisation.key.index("attachments.sent", &told);
    let mine = Column::AuthorId.eq(scope.member().uuid()).and(Column::PaperId.is_null());
    let tx = scope.read().await?;
    let known = tx.find::<Entity>().filter(Column::AuthorId.eq(scope.member().uuid()));
    let known = known.filter(Column::SentIndex.eq(sent.clone())).one().await?;
    let waiting = tx.find::<Entity>().filter(mine).count().await?;
    drop(tx);
    if let Some(known) = known {
        return Ok(known.id.into());
    }
    if waiting >= MOST_WAITING {
        return Err(unfit(Unfit::TooManyWait));
    }
    let (name, Picture { kind, bytes, preview }) = drawn(name, bytes).await?.map_err(unfit)?;
    let (house, core) = (organisation.id.uuid(), scope.core());
    let id = new_id(core.clock.now(), &*core.chance);
    let secret = seal::new_secret();
    let sealed = |bytes: &[u8], column: &str| seal::seal(&secret, bytes, &context(house, column, id));
    let received = Received {
        id,
        sent,
        kind: kind.code(),
        name: sealed(name.as_bytes(), NAME),
        size: bytes.len() as i64,
        wrapped: organisation.key.seal(Place { column: KEY, row: id }, &seal::written(&secret)),
    };
    let store = core.store();
    store.put((house, id, Part::Whole), sealed(&bytes, Part::Whole.word())).await?;
    if !preview.is_empty() {
        store.put((house, id, Part::Preview), sealed(&preview, Part::Preview.word())).await?;
    }
    scope
        .run(&Command::of(scope.new_operation(), received), async |change, received| {
            let permit = change.permit_new::<Receive>()?;
            let row = ActiveModel {
                id: Set(received.id),
                author_id: Set(change.need_member()?.uuid()),
                kind: Set(received.kind.to_owned()),
                sent_index: Set(received.sent.clone()),
                name: Set(received.name.clone()),
                size: Set(received.size),
                wrapped: Set(received.wrapped.clone()),
                key_id: Set(None),
                paper_id: Set(None),
                received_at: Set(change.now().millis()),
                ..Default::default()
            };
            change.insert(&permit, row).await?;
            let id = AttachmentId::from(received.id);
            let event = Event::new(EventKind::AttachmentReceived, id, change.now());
            change.emit(Happening { event, number: String::new(), responsible: None });
            Ok(id)
        })
        .await
}

/// A file as it is kept, and its name: a picture drawn anew, anything else as it is. That takes a processor and memory for a
/// moment; others go on meanwhile.
async fn drawn(name: String, bytes: Bytes) -> Result<Result<(String, Picture), Unfit>, Refusal> {
    let broken = |error: &dyn fmt::Display| fault(Fault::System(error.to_string()));
    let _one_of = DRAWN_AT_ONCE.acquire().await.map_err(|error| broken(&error))?;
    let draw = move || {
        let kind = content::recognise(&name, &bytes)?;
        let drawn = match kind.is_picture() {
            true => picture::redraw(kind, &bytes)?,
            false => Picture { kind, bytes: bytes.into(), preview: Vec::new() },
        };
        Ok((name_of(&name, drawn.kind), drawn))
    };
    tokio::task::spawn_blocking(draw).await.map_err(|error| broken(&error))
}
