//! Receiving: what a file is, how it is kept, and that it waits.

use super::picture::{self, Picture};
use super::store::Part;
use super::{KEY, NAME, Receive, Waits, content};
use crate::acting::Acting;
use crate::ambient::new_id;
use crate::change::{Command, run};
use crate::db::{Found, ReadTx};
use crate::entity::attachment::{ActiveModel, Column, Entity};
use crate::fault::{Fault, fault};
use crate::happening::Happening;
use crate::hex;
use crate::scope::{PublicScope, StaffScope};
use crate::seal::{self, Place, context};
use bytes::Bytes;
use domain::access::{Action, Object};
use domain::attachments::{MOST_WAITING, OF_A_DAY, OF_A_FORM, Room, Unfit, name_of};
use domain::events::{Event, EventKind};
use domain::ids::{AttachmentId, OperationId};
use domain::refusal::{Problem, Refusal};
use domain::time::{Moment, Span};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, QuerySelect};
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
    take(scope.acting(), &Waits::Member(scope.member().uuid()), form, upload).await
}

/// Receives a file that came with the form of somebody without an account: it waits for that form.
///
/// # Errors
/// As [`receive`]; and when the form has too many, or too much came from residents within a day.
pub async fn receive_from_resident(
    scope: &PublicScope,
    form: OperationId,
    upload: Upload,
) -> Result<AttachmentId, Refusal> {
    scope.need(Object::Attachment, Action::Create)?;
    take(scope.acting(), &Waits::for_form(&scope.organisation().key, form), form, upload).await
}

async fn take(acting: &Acting, waits: &Waits, form: OperationId, upload: Upload) -> Result<AttachmentId, Refusal> {
    let Upload { field, name, content } = upload;
    let unfit = |unfit: Unfit| Refusal::field(&*field, Problem::Attachment(unfit));
    let bytes = content.map_err(unfit)?;
    let (organisation, core) = (&*acting.organisation, &*acting.core);
    let told = format!("{form}|{field}|{name}|{}", hex::encode(&Sha256::digest(&bytes)));
    let sent = organisation.key.index("attachments.sent", &told);
    let tx = core.db.read(organisation.id.uuid()).await?;
    let known = tx.find::<Entity>().filter(waits.sent()).filter(Column::SentIndex.eq(sent.clone())).one().await?;
    if let Some(known) = known {
        return Ok(known.id.into());
    }
    room(&tx, waits, bytes.len(), core.clock.now()).await?.map_err(unfit)?;
    drop(tx);
    let (name, Picture { kind, bytes, preview }) = drawn(name, bytes).await?.map_err(unfit)?;
    let house = organisation.id.uuid();
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
    let (author, form) = match waits {
        Waits::Member(member) => (Some(*member), None),
        Waits::Form(form) => (None, Some(form.clone())),
    };
    run(acting, &Command::of(core.new_operation(), received), async |change, received| {
        let permit = change.permit_new::<Receive>()?;
        let row = ActiveModel {
            id: Set(received.id),
            author_id: Set(author),
            form_index: Set(form.clone()),
            kind: Set(received.kind.to_owned()),
            sent_index: Set(received.sent.clone()),
            name: Set(received.name.clone()),
            size: Set(received.size),
            wrapped: Set(received.wrapped.clone()),
            key_id: Set(None),
            paper_id: Set(None),
            application_id: Set(None),
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

/// Whether there is room for one more of so many bytes. What residents sent counts for a day, whatever became of it.
async fn room(tx: &ReadTx, waits: &Waits, bytes: usize, now: Moment) -> Result<Result<(), Unfit>, Refusal> {
    if matches!(waits, Waits::Member(_)) {
        let waiting = tx.find::<Entity>().filter(waits.waiting()).count().await?;
        return Ok(if waiting < MOST_WAITING { Ok(()) } else { Err(Unfit::TooManyWait) });
    }
    let sizes = async |found: Found<'_, Entity>| -> Result<Vec<usize>, Refusal> {
        let found = found.shape(|select| select.select_only().column(Column::Size)).tuples::<(i64,)>().await?;
        Ok(found.into_iter().map(|(size,)| usize::try_from(size).unwrap_or(usize::MAX)).collect())
    };
    let holds = |room: Room, sizes: &[usize]| {
        let all = sizes.iter().fold(bytes, |all, size| all.saturating_add(*size));
        (sizes.len() < room.files, all <= room.bytes)
    };
    match holds(OF_A_FORM, &sizes(tx.find::<Entity>().filter(waits.sent())).await?) {
        (false, _) => return Ok(Err(Unfit::TooMany { most: OF_A_FORM.files })),
        (_, false) => return Ok(Err(Unfit::TooMuch { most: OF_A_FORM.bytes })),
        (true, true) => {}
    }
    let since = now.minus(Span::hours(24)).millis();
    let of_a_day = tx.find::<Entity>().filter(Column::AuthorId.is_null()).filter(Column::ReceivedAt.gt(since));
    let fits = holds(OF_A_DAY, &sizes(of_a_day).await?) == (true, true);
    Ok(if fits { Ok(()) } else { Err(Unfit::NoRoom) })
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
