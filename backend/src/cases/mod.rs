//! Cases (PLN, ASM, CLO): one person, one need, from confirmation to the archive.
//!
//! What is written in a case are papers, and [`crate::paperwork`] writes them; the case says as their keeper what the rules
//! want before one is written or approved, and what follows for itself. Its own operations are few: service is finished, and
//! the result is told.

mod begin;
mod ending;
pub(crate) mod keeper;
mod queries;

pub use begin::{Begin, begin};
pub use ending::{CaseAct, TellResult, finish, tell_result};
pub(crate) use queries::{BoundCase, read_file, within};
pub use queries::{CaseFile, CaseFilter, CaseRow, list, open, taken_out, workers};

use crate::change::{Change, Permit, Responsible, Writes};
use crate::entity::case;
use crate::fault::{Fault, fault};
use crate::happening::Happening;
use crate::seal::PersonKey;
use domain::access::{Action, Object};
use domain::cases::CaseState;
use domain::events::{Event, EventKind, Subject};
use domain::ids::{ApplicationId, CaseId, MemberId};
use domain::refusal::Refusal;
use domain::workflow::Workflow;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

/// The months at which is followed up, each a step of the rule's series (CLO-12).
pub const MONTHS: [i64; 3] = [3, 6, 12];

impl Responsible for case::Model {
    fn responsible(&self) -> Option<Uuid> {
        Some(self.responsible_id)
    }
}

async fn read(change: &Change<'_>, id: impl Into<Uuid>) -> Result<case::Model, Refusal> {
    change.find::<case::Entity>().by_id(id).need().await
}

fn state(row: &case::Model) -> Result<CaseState, Refusal> {
    CaseState::parse(&row.state).map_err(|_| fault(Fault::Stored("case state")))
}

/// Something that happened to a case: the application that it began with hears it too.
fn happening(change: &Change<'_>, case: &case::Model, kind: EventKind) -> Happening {
    let event = Event::new(kind, CaseId::from(case.id), change.now());
    let event = match case.application_id {
        Some(application) => event.concerning(ApplicationId::from(application)),
        None => event,
    };
    Happening { event, number: case.number.clone(), responsible: Some(MemberId::from(case.responsible_id)) }
}

/// One step of a case: new state, transition, event.
async fn step<A>(
    change: &mut Change<'_>,
    permit: &Permit<A>,
    (case, version): (&case::Model, i64),
    action: Action,
    changes: case::ActiveModel,
    told: Happening,
) -> Result<(), Refusal>
where
    A: Writes<case::Entity>,
{
    let from = state(case)?;
    let to = from.next(action)?;
    let changes = case::ActiveModel { state: Set(to.code().to_owned()), ..changes };
    change.update::<_, case::Entity>(permit, case.id, version, changes).await?;
    if from != to {
        let of = Subject { kind: Object::Case, id: case.id };
        change.transition(permit, of, (from.code(), to.code()), None::<(&PersonKey, &str)>).await?;
    }
    change.emit(told);
    Ok(())
}
