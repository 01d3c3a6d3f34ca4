//! What was and is to be sent to an applicant.

use crate::db::ReadTx;
use crate::entity::delivery::{Column, Entity, Model};
use crate::fault::{Fault, fault};
use domain::applications::ApplicationState;
use domain::delivery::{Cause, DeliveryState, Way};
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::{ColumnTrait, Order};
use uuid::Uuid;

/// A message to an applicant, as staff see it: never where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Of which state it tells.
    pub told: ApplicationState,
    /// By which way.
    pub way: Way,
    /// How it stands.
    pub state: DeliveryState,
    /// Why it was not sent the last time.
    pub cause: Option<Cause>,
    /// When it was made.
    pub made: Moment,
    /// When it goes, while it is to go.
    pub due: Moment,
    /// When it went.
    pub sent: Option<Moment>,
}

impl Delivery {
    fn read(row: &Model) -> Result<Self, Refusal> {
        let stored = |_| fault(Fault::Stored("delivery"));
        Ok(Self {
            told: ApplicationState::parse(&row.told).map_err(stored)?,
            way: Way::parse(&row.way).map_err(stored)?,
            state: DeliveryState::parse(&row.state).map_err(stored)?,
            cause: row.cause.as_deref().map(Cause::parse).transpose().map_err(stored)?,
            made: Moment::from_millis(row.made_at),
            due: Moment::from_millis(row.due_at),
            sent: row.sent_at.map(Moment::from_millis),
        })
    }
}

/// What was and is to be sent of an application, newest first.
pub(super) async fn sent(tx: &ReadTx, application: Uuid) -> Result<Vec<Delivery>, Refusal> {
    let rows = tx.find::<Entity>().filter(Column::ApplicationId.eq(application));
    rows.sorted(Column::MadeAt, Order::Desc).all().await?.iter().map(Delivery::read).collect()
}
