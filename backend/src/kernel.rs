//! What every request stands on.

use crate::ambient::{Chance, Clock, new_id};
use crate::audit::checkpoints::Checkpoints;
use crate::db::Database;
use crate::master::MasterKey;
use crate::policy::Policy;
use domain::calendar::WorkCalendar;
use domain::ids::OperationId;
use domain::registers::Registers;
use std::sync::{Arc, OnceLock};

/// What every request stands on: the database, the policy, the registers, the calendar, the keys, the clock and the dice.
pub struct Core {
    pub(crate) db: Database,
    pub(crate) policy: Policy,
    pub(crate) registers: Arc<Registers>,
    pub(crate) calendar: WorkCalendar,
    pub(crate) master: MasterKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) checkpoints: OnceLock<Checkpoints>,
}

impl Core {
    pub(crate) fn new_operation(&self) -> OperationId {
        new_id(self.clock.now(), &*self.chance).into()
    }
}
