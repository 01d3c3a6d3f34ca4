//! What every request stands on.

use crate::ambient::{Chance, Clock, new_id};
use crate::attachments::Store;
use crate::audit::checkpoints::Checkpoints;
use crate::carriers::Carriers;
use crate::db::Database;
use crate::master::MasterKey;
use crate::policy::Policy;
use domain::calendar::WorkCalendar;
use domain::ids::OperationId;
use domain::registers::Registers;
use domain::rules::{OrgRules, RuleBook, Rules};
use domain::time::Moment;
use std::sync::{Arc, OnceLock};

/// What every request stands on: the database, the policy, the registers, the rules, the calendar, the keys, the clock and the dice.
pub struct Core {
    pub(crate) db: Database,
    pub(crate) policy: Policy,
    pub(crate) registers: Arc<Registers>,
    pub(crate) book: Arc<RuleBook>,
    pub(crate) calendar: WorkCalendar,
    pub(crate) master: MasterKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) checkpoints: OnceLock<Checkpoints>,
    /// The ways out of the house; none, and nobody is sent anything.
    pub(crate) carriers: OnceLock<Carriers>,
    pub(crate) store: Store,
}

impl Core {
    pub(crate) fn new_operation(&self) -> OperationId {
        new_id(self.clock.now(), &*self.chance).into()
    }

    /// Where the contents of attachments lie.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The rules as they bind an organisation at a moment.
    pub(crate) fn bind<'a>(&'a self, org: &'a OrgRules, now: Moment) -> Rules<'a> {
        Rules { book: &self.book, org, calendar: &self.calendar, now }
    }
}
