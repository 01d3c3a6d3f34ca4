//! Intake (INT): from an application to a confirmed client with a case.
//!
//! The states and what may follow stand in `domain::applications`; the gates in the rule book. An operation here
//! reads the application, takes a permit, asks workflow and rules, writes, and says what happened. Who applies has no account:
//! what they do later than applying, they do with the code of their receipt.

mod acts;
mod agree;
mod apply;
mod decide;
mod documents;
mod queries;
mod sent;
mod status;
mod telling;

pub use acts::ApplicationAct;
pub use agree::{Confirm, Confirmed, PrepareAgreement, Sign, confirm, in_the_way, prepare_agreement, sign};
pub use apply::{EnterApplication, Receipt, SubmitApplication, enter, submit};
pub use decide::{
    Accept, AskSupplement, Inquire, Refuse, Screen, Supplement, Withdraw, accept, ask_supplement, inquire, refuse,
    review, screen, supplement, withdraw,
};
pub use documents::{SendDocuments, chosen_for, chosen_so_far, form_with, send_documents};
pub use queries::{AgreementView, ApplicationFile, ApplicationFilter, ApplicationRow, NoticeView, list, open, waiting};
pub(crate) use queries::{Around, BoundApplication, person, read_file, transition_view};
pub use queries::{RefusalView, TransitionView};
pub use sent::Delivery;
pub use status::{Status, status};
pub use telling::{Tell, tell};
pub(crate) use telling::{changed, happened, noticed};

use crate::change::{Act, Change, Permit, Responsible, Writes};
use crate::entity::application;
use crate::fault::{Fault, fault};
use crate::happening::Happening;
use crate::seal::PersonKey;
use domain::access::Object;
use domain::applications::{ApplicationState, Channel};
use domain::events::{EventKind, Subject};
use domain::ids::ApplicationId;
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

pub(crate) use crate::delivering::FORM;
/// Where the note of a refusal is sealed.
pub(crate) const REFUSAL: &str = "applications.refusal_note";
/// Where the list of missing documents is sealed.
pub(crate) const MISSING: &str = "applications.missing";
/// Where an agreement's contents are sealed.
pub(crate) const CONTENT: &str = "agreements.content";
/// Where signatures are sealed.
pub(crate) const SIGNATURE: &str = "agreements.signature";
/// The look-up of receipt codes.
const RECEIPT: &str = "receipt";
/// The question for documents, with the application and of what was missing.
const DOCUMENTS: &str = "documents";

impl Responsible for application::Model {
    fn responsible(&self) -> Option<Uuid> {
        self.handler_id
    }
}

fn state(row: &application::Model) -> Result<ApplicationState, Refusal> {
    ApplicationState::parse(&row.state).map_err(|_| fault(Fault::Stored("application state")))
}

fn channel(row: &application::Model) -> Result<Channel, Refusal> {
    Channel::parse(&row.channel).map_err(|_| fault(Fault::Stored("channel")))
}

fn subject(id: Uuid) -> Subject {
    Subject { kind: Object::Application, id }
}

async fn read(change: &Change<'_>, id: ApplicationId) -> Result<application::Model, Refusal> {
    change.find::<application::Entity>().by_id(id).need().await
}

fn happening(change: &Change<'_>, row: &application::Model, kind: EventKind) -> Happening {
    happened(row, kind, change.now())
}

/// One step of an application: what the workflow says follows, with everything that belongs to a change of state; for who saw
/// it as it is.
struct ApplicationStep<'a> {
    row: &'a application::Model,
    act: ApplicationAct,
    changes: application::ActiveModel,
    reason: Option<(&'a PersonKey, &'a str)>,
}

impl ApplicationStep<'_> {
    /// Writes the step: new state, transition, and that the applicant is to be told of it (INT-10).
    async fn take<A>(self, change: &mut Change<'_>, permit: &Permit<A>, kind: EventKind) -> Result<(), Refusal>
    where
        A: Act + Writes<application::Entity>,
    {
        let from = state(self.row)?;
        let to = self.act.leads(from)?;
        let changes = application::ActiveModel { state: Set(to.code().to_owned()), ..self.changes };
        change.update::<_, application::Entity>(permit, self.row.id, change.seen(), changes).await?;
        let done = happening(change, self.row, kind);
        change.emit(done);
        if from != to {
            change.transition(permit, subject(self.row.id), (from.code(), to.code()), self.reason).await?;
            let changed = happening(change, self.row, EventKind::ApplicationStateChanged);
            change.emit(Happening { event: changed.event.with("state", to.code()), ..changed });
        }
        Ok(())
    }
}

/// When the clocks of an application begin: with the system's receipt, or when the person told it.
fn acknowledged(row: &application::Model) -> Moment {
    Moment::from_millis(row.submitted_at)
}
