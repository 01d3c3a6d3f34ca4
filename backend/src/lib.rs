//! What the business does.
//!
//! ```text
//! areas     applications  clients  cases  duties  members  units  organisations  oversight  evaluations
//!           work: what is to be done, over all of them; search: what is found, over all of them
//! papers    paperwork → the keepers of files among the areas → papers
//! kernel    scope → change → (policy · numbers · obligations · tallies · audit) → db
//! ```
//!
//! An area has **operations** (verb and noun, each one transaction) and **queries** (each one read transaction). Both begin
//! with a scope and end with plain values. Nothing here knows HTTP or HTML, and no connection leaves [`db`].

#![warn(missing_docs)]

// The unit tests of the kernel happen in the world of the integration tests, which knows this crate by its name.
#[cfg(test)]
extern crate self as backend;
#[cfg(test)]
#[macro_use]
#[path = "../tests/it/world/mod.rs"]
mod world;

mod acting;
pub mod acts;
mod ambient;
pub mod attachments;
pub mod audit;
pub mod backup;
mod carriers;
pub mod change;
mod codes;
pub mod db;
mod delivering;
mod engagement;
pub mod entity;
mod fault;
mod happening;
mod hex;
mod kernel;
mod keys;
pub mod listing;
pub mod master;
mod memberships;
mod numbers;
mod obligations;
mod pieces;
mod policy;
pub mod scope;
mod seal;
mod sealed;
mod settle;
mod tallies;
mod telling;

pub mod applications;
pub mod cases;
pub mod catalogue;
pub mod clients;
pub mod compliance;
pub mod deliveries;
pub mod demo;
pub mod duties;
pub mod evaluations;
pub mod identity;
pub mod members;
pub mod messages;
pub mod organisations;
pub mod oversight;
pub mod papers;
pub mod paperwork;
pub mod registers;
pub mod search;
pub mod trail;
pub mod transfer;
pub mod units;
pub mod views;
pub mod work;

pub use ambient::{Chance, Clock, ManualClock, SeededChance, SystemChance, SystemClock};
pub use attachments::Store;
pub use change::Command;
pub use fault::{Fault, fault};
pub use master::MasterKey;
pub use policy::{Policy, PolicyError, Question};
pub use scope::{EvaluatorScope, OversightScope, PublicScope, StaffScope};

use db::Database;
use domain::calendar::WorkCalendar;
use domain::ids::{AccountId, EngagementId, OperationId};
use domain::refusal::Refusal;
use domain::registers::Registers;
use domain::rules::RuleBook;
pub use kernel::Core;
use std::sync::{Arc, OnceLock};

/// The business, ready to be asked. Cheap to clone.
#[derive(Clone)]
pub struct Backend {
    core: Arc<Core>,
}

impl Backend {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When the policy is not sound; the program must not start then.
    pub async fn new(
        db: Database,
        store: Store,
        master: MasterKey,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Result<Self, PolicyError> {
        let core = Core {
            db,
            policy: Policy::load(Registers::builtin()).await?,
            registers: Registers::builtin().clone(),
            book: Arc::new(RuleBook::builtin().clone()),
            calendar: WorkCalendar::builtin().clone(),
            master,
            clock,
            chance,
            checkpoints: OnceLock::new(),
            carriers: OnceLock::new(),
            store,
        };
        Ok(Self { core: Arc::new(core) })
    }

    /// The same business under another table of rights: the tests prove that the other locks hold when the policy grants
    /// everything. A release build does not have this method.
    ///
    /// # Errors
    /// As [`Policy::load`].
    #[cfg(debug_assertions)]
    pub async fn under_policy(&self, rights: &str) -> Result<Self, PolicyError> {
        let Core { registers, book, .. } = &*self.core;
        let policy = Policy::of_text("another policy", rights, registers).await?;
        Ok(self.beside(policy, registers.clone(), book.clone()))
    }

    /// The same business with other registers or more versions of their forms, as a district will add them.
    ///
    /// # Errors
    /// As [`Policy::load`].
    pub async fn with_registers(&self, registers: Arc<Registers>) -> Result<Self, PolicyError> {
        Ok(self.beside(Policy::load(&registers).await?, registers, self.core.book.clone()))
    }

    /// The same business under other rules: the tests prove what no rule of the norms does yet. A release build does not have
    /// this method.
    ///
    /// # Errors
    /// As [`Policy::load`].
    #[cfg(debug_assertions)]
    pub async fn under_rules(&self, book: RuleBook) -> Result<Self, PolicyError> {
        let registers = self.core.registers.clone();
        Ok(self.beside(Policy::load(&registers).await?, registers, Arc::new(book)))
    }

    /// The same business on the same data under another policy, other registers, other rules.
    fn beside(&self, policy: Policy, registers: Arc<Registers>, book: Arc<RuleBook>) -> Self {
        let Core { db, store, calendar, master, clock, chance, .. } = &*self.core;
        let core = Core {
            db: db.clone(),
            policy,
            registers,
            book,
            calendar: calendar.clone(),
            master: master.clone(),
            clock: clock.clone(),
            chance: chance.clone(),
            checkpoints: OnceLock::new(),
            carriers: self.core.carriers.clone(),
            store: store.clone(),
        };
        Self { core: Arc::new(core) }
    }

    /// The registers.
    #[must_use]
    pub fn registers(&self) -> &Arc<Registers> {
        &self.core.registers
    }

    /// The parts, for operations that come before any scope: signing in, setting up.
    #[must_use]
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.core.db
    }

    /// The master key.
    #[must_use]
    pub fn master(&self) -> &MasterKey {
        &self.core.master
    }

    /// From now on the heads of the audit chains are kept here as well. What was said first holds.
    pub fn keep_checkpoints(&self, checkpoints: audit::Checkpoints) {
        if self.core.checkpoints.set(checkpoints).is_err() {
            tracing::warn!("checkpoints are kept elsewhere already");
        }
    }

    /// Where checkpoints are kept, if they are.
    #[must_use]
    pub fn checkpoints(&self) -> Option<&audit::Checkpoints> {
        self.core.checkpoints.get()
    }

    /// From now on applicants are told by these ways. What was said first holds.
    pub fn deliver_by(&self, carriers: deliveries::Carriers) {
        if carriers.is_empty() {
            return;
        }
        if self.core.carriers.set(carriers).is_err() {
            tracing::warn!("messages are sent by other ways already");
        }
    }

    /// Makes the demo district in this database, which must be empty.
    ///
    /// # Errors
    /// When it is not, or an operation is refused.
    pub async fn load_demo(&self) -> Result<Vec<demo::SignIn>, demo::DemoError> {
        demo::load(&self.core.db, &self.core.store, &self.core.master, self.now()).await
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.core.policy
    }

    /// The id for an operation that is about to be asked for.
    #[must_use]
    pub fn new_operation(&self) -> OperationId {
        self.core.new_operation()
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> domain::time::Moment {
        self.core.clock.now()
    }

    /// The account as a member of the organisation at `/o/{slug}`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it is none, or there is no such organisation.
    pub async fn staff(&self, account: AccountId, slug: &str) -> Result<StaffScope, Refusal> {
        StaffScope::open(&self.core, account, slug).await
    }

    /// The public face of the organisation at `/s/{slug}`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none.
    pub async fn public(&self, slug: &str) -> Result<PublicScope, Refusal> {
        PublicScope::open(&self.core, slug).await
    }

    /// The account as someone of the district at `/d/{slug}`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it is not, or there is no such district.
    pub async fn oversight(&self, account: AccountId, slug: &str) -> Result<OversightScope, Refusal> {
        OversightScope::open(&self.core, account, slug).await
    }

    /// The account as an evaluator of the engagement at `/e/{engagement}`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it is not one, or the engagement has ended.
    pub async fn evaluator(&self, account: AccountId, engagement: EngagementId) -> Result<EvaluatorScope, Refusal> {
        EvaluatorScope::open(&self.core, account, engagement).await
    }
}
