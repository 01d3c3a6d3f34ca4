//! What hangs on papers: photographs, scans, documents.
//!
//! A file that was chosen is received first, by itself ([`receive`]): it waits for its author, whom alone it is shown to, until the
//! form that names it is handed in or kept as a draft ([`keep`]), so that a form that comes back loses none. Each is sealed by a key
//! of its own before it leaves the program; that key is sealed by the organisation's, and once the paper is somebody's by that
//! person's, so that whoever is erased is erased here too. It is read by whoever may read its paper, and by nobody from outside.
//! What hangs on a paper that was handed in stays there; a correction names it again and moves nothing.

mod content;
mod keeping;
mod picture;
mod reading;
mod receiving;
mod store;
mod sweeping;

pub(crate) use keeping::{Kept, keep};
pub(crate) use reading::called;
pub use reading::{Attachment, open, printable};
pub use receiving::{Upload, receive};
pub use store::Store;
pub use sweeping::sweep;

use crate::change::act;
use crate::entity::attachment::Model;
use crate::fault::{Fault, fault};
use crate::seal::{self, Place, Seals, Secret};
use domain::attachments::AttachmentKind;
use domain::refusal::Refusal;
use zeroize::Zeroizing;

act!(
    /// Receiving what is to hang on a paper.
    Receive = Attachment Create => attachment
);

/// Where the key and the name of an attachment are sealed.
const KEY: &str = "attachments.wrapped";
const NAME: &str = "attachments.name";

/// The key of an attachment.
fn secret(key: &impl Seals, row: &Model) -> Result<Secret, Refusal> {
    let written = Zeroizing::new(key.open(Place { column: KEY, row: row.id }, &row.wrapped).map_err(fault)?);
    seal::read_secret(&written).ok_or_else(|| fault(Fault::Stored("attachment's key")))
}

fn kind_of(row: &Model) -> Result<AttachmentKind, Refusal> {
    AttachmentKind::parse(&row.kind).map_err(|_| fault(Fault::Stored("attachment's kind")))
}
