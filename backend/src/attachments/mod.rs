//! What hangs on papers and on applications: photographs, scans, documents.
//!
//! A file that was chosen is received first, by itself ([`receive`]): it waits for its author, whom alone it is shown to, until the
//! form that names it is handed in or kept as a draft ([`keep`]), so that a form that comes back loses none. Whoever applies has no
//! account: what comes from there ([`receive_from_resident`]) waits for the form with which it came, which nobody else has, until
//! that is handed in ([`keep_with`]). Each is sealed by a key
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

pub(crate) use keeping::{Kept, keep, keep_with};
pub use reading::{Attachment, Named, open, printable};
pub(crate) use reading::{called, on_application, waiting_for};
pub use receiving::{Upload, receive, receive_from_resident};
pub use store::Store;
pub use sweeping::sweep;

use crate::change::act;
use crate::entity::attachment::{Column, Model};
use crate::fault::{Fault, fault};
use crate::seal::{self, OrganisationKey, Place, Seals, Secret};
use domain::attachments::AttachmentKind;
use domain::ids::OperationId;
use domain::refusal::Refusal;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;
use zeroize::Zeroizing;

act!(
    /// Receiving what is to hang on a paper or an application.
    Receive = Attachment Create => attachment
);

/// The look-up of residents' forms.
const FORM: &str = "attachments.form";

/// For whom something waits that hangs on nothing yet.
#[derive(Clone, Debug)]
pub(crate) enum Waits {
    /// The member who chose it.
    Member(Uuid),
    /// The form of a resident, by the keyed hash of its operation: whoever has not got the form cannot name it.
    Form(Vec<u8>),
}

impl Waits {
    /// For this form of a resident.
    pub(crate) fn for_form(key: &OrganisationKey, form: OperationId) -> Self {
        Self::Form(key.index(FORM, &form.to_string()))
    }

    /// Everything that was sent there, whether it still waits or not.
    fn sent(&self) -> Condition {
        Condition::all().add(match self {
            Self::Member(member) => Column::AuthorId.eq(*member),
            Self::Form(form) => Column::FormIndex.eq(form.clone()),
        })
    }

    /// What waits there.
    fn waiting(&self) -> Condition {
        self.sent().add(hangs_nowhere())
    }

    /// Whether this waits there.
    fn has(&self, row: &Model) -> bool {
        let is_theirs = match self {
            Self::Member(member) => row.author_id == Some(*member),
            Self::Form(form) => row.form_index.as_ref() == Some(form),
        };
        is_theirs && row.paper_id.is_none() && row.application_id.is_none()
    }
}

/// What hangs on nothing.
fn hangs_nowhere() -> Condition {
    Condition::all().add(Column::PaperId.is_null()).add(Column::ApplicationId.is_null())
}

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
