//! Telling the applicant (INT-10). An applicant counts as told when a message went out, when the status page was opened with the
//! code after the change, or when staff wrote down how and when; never because a row was written.

use super::{ApplicationAct, read, state, subject};
use crate::ambient::new_id;
use crate::change::{Act, Change, Command, Permit, Writes, act};
use crate::db::{ReadTx, WriteTx};
use crate::entity::{application, notice, transition};
use crate::happening::Happening;
use crate::kernel::Core;
use crate::scope::StaffScope;
use domain::applications::{ApplicationState, TellMode};
use domain::events::{Event, EventKind};
use domain::ids::{ApplicationId, MemberId};
use domain::refusal::{Problem, Refusal};
use domain::time::{Moment, Span};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Order};
use serde::Serialize;
use uuid::Uuid;

act!(
    /// Telling the applicant.
    MayTell = Application Tell => notice
);

/// Notes that the applicant was told of the present state.
#[derive(Clone, Debug, Serialize)]
pub struct Tell {
    /// Which application.
    pub application: ApplicationId,
    /// How.
    pub mode: TellMode,
    /// When: after the change of which it tells, and not ahead.
    pub at: Moment,
}

/// Notes how and when somebody told the applicant of the present state (INT-10).
///
/// # Errors
/// [`Refusal::Invalid`] when it is no way in which staff tell, or no moment at which this state could be told; [`Refusal::Forbidden`]
/// when the policy says no.
pub async fn tell(scope: &StaffScope, command: Command<Tell>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = read(change, asked.application).await?;
            let permit = change.permit::<MayTell>(&row)?;
            ApplicationAct::Tell.leads(state(&row)?)?;
            if !asked.mode.is_by_staff() {
                return Err(Refusal::field("mode", Problem::NotAChoice));
            }
            if asked.at > change.now() {
                return Err(Refusal::field("at", Problem::FutureDay));
            }
            let changed = changed(change.lane(), &row).await?;
            // People write down minutes: what was told in the minute of the change was told after it.
            if asked.at.plus(Span::minutes(1)) <= changed {
                return Err(Refusal::field("at", Problem::BeforeTheChange { changed }));
            }
            told(change, &permit, &row, state(&row)?, asked.mode, asked.at.max(changed)).await
        })
        .await
}

/// Notes that a member told the applicant of a state.
pub(super) async fn told<A>(
    change: &mut Change<'_>,
    permit: &Permit<A>,
    row: &application::Model,
    state: ApplicationState,
    mode: TellMode,
    at: Moment,
) -> Result<(), Refusal>
where
    A: Act + Writes<notice::Entity>,
{
    change.insert(permit, notice(change.new_id(), row, state, mode, at, change.member())).await?;
    change.emit(was_told(row, mode, at));
    Ok(())
}

/// Writes down that the applicant came to know of a state without anybody's doing, and says what happened.
pub(crate) async fn noticed(
    core: &Core,
    tx: &WriteTx,
    row: &application::Model,
    state: ApplicationState,
    mode: TellMode,
    at: Moment,
) -> Result<Happening, Refusal> {
    let notice = notice(new_id(at, &*core.chance), row, state, mode, at, None);
    tx.insert(notice::ActiveModel { organisation_id: Set(tx.organisation()), ..notice }).await?;
    Ok(was_told(row, mode, at))
}

/// When an application came into the state in which it is.
pub(crate) async fn changed(tx: &ReadTx, row: &application::Model) -> Result<Moment, Refusal> {
    let steps = tx.find::<transition::Entity>().filter(transition::Column::SubjectId.eq(row.id));
    let last = steps.order(transition::Column::At, Order::Desc).limit(1).one().await?;
    Ok(Moment::from_millis(last.map_or(row.submitted_at, |step| step.at)))
}

/// Whether one of these tells of the state into which it came then.
pub(super) fn tells_of<'n>(
    notices: impl IntoIterator<Item = &'n notice::Model>,
    state: ApplicationState,
    changed: Moment,
) -> bool {
    notices.into_iter().any(|notice| notice.state == state.code() && notice.told_at >= changed.millis())
}

/// Something that happened to an application.
pub(crate) fn happened(row: &application::Model, kind: EventKind, at: Moment) -> Happening {
    Happening {
        event: Event::new(kind, subject(row.id), at),
        number: row.number.clone(),
        responsible: row.handler_id.map(MemberId::from),
    }
}

fn was_told(row: &application::Model, mode: TellMode, at: Moment) -> Happening {
    let told = happened(row, EventKind::ApplicationApplicantTold, at);
    Happening { event: told.event.with("mode", mode.code()), ..told }
}

fn notice(
    id: Uuid,
    row: &application::Model,
    state: ApplicationState,
    mode: TellMode,
    at: Moment,
    by: Option<MemberId>,
) -> notice::ActiveModel {
    notice::ActiveModel {
        id: Set(id),
        application_id: Set(row.id),
        state: Set(state.code().to_owned()),
        mode: Set(mode.code().to_owned()),
        told_at: Set(at.millis()),
        told_by: Set(by.map(MemberId::uuid)),
        ..Default::default()
    }
}
