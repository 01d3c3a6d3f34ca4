//! What one member may do with one file now, and why not the rest. Each act is asked of the policy and of the file itself and
//! given with the file: a page offers what is open here and decides nothing, and the operation asks the same of the file again
//! in its own transaction.

use crate::change::Responsible;
use crate::scope::StaffScope;
use domain::access::{Action, Object};
use domain::refusal::Refusal;

/// What can be done with a kind of file.
pub trait FileAct: Copy + Eq + 'static {
    /// Every act.
    const ALL: &'static [Self];

    /// What the policy is asked about it.
    fn right(self) -> (Object, Action);
}

/// The acts of a file, each with its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acts<A>(Vec<(A, Result<(), Refusal>)>);

impl<A> Default for Acts<A> {
    /// For whoever only looks: nothing can be done.
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<A: FileAct> Acts<A> {
    /// Asks the policy about each act on this row, and the file about those that the policy grants.
    pub(crate) fn of(scope: &StaffScope, row: &impl Responsible, file: impl Fn(A) -> Result<(), Refusal>) -> Self {
        let outcome = |act: A| {
            let (object, action) = act.right();
            if scope.reaches(object, action, row) { file(act) } else { Err(Refusal::Forbidden) }
        };
        Self(A::ALL.iter().map(|act| (*act, outcome(*act))).collect())
    }

    /// Whether it may be done, or why not.
    ///
    /// # Errors
    /// What the operation would say before it looks at anything that was filled in.
    pub fn may(&self, act: A) -> Result<(), Refusal> {
        let found = self.0.iter().find(|(known, _)| *known == act);
        found.map_or(Err(Refusal::Forbidden), |(_, outcome)| outcome.clone())
    }

    /// Whether it may be done.
    #[must_use]
    pub fn open(&self, act: A) -> bool {
        self.may(act).is_ok()
    }
}
