//! Workflows: what may happen next, as tables.
//!
//! Every noun with a life of its own lists its steps once; the buttons on a page, the check in an
//! operation, the diagram in the documentation and the tests are all read from that list.
//!
//! ```
//! use domain::{access::Action, applications::ApplicationState, workflow::Workflow};
//!
//! let state = ApplicationState::Submitted;
//! assert_eq!(state.next(Action::Accept), Ok(ApplicationState::Reviewing));
//! assert!(state.next(Action::Confirm).is_err());
//! ```

mod lifecycle;

use std::fmt::Write;

pub use lifecycle::{Progress, Stage, stage_of};

use crate::access::Action;
use crate::choice::Choice;
use crate::lang::{Lang, Text, texts};
use crate::refusal::Refusal;

/// From any of these states, this action leads to that state.
#[derive(Debug, Clone, Copy)]
pub struct Step<S: 'static> {
    /// Where it may be taken.
    pub from: &'static [S],
    /// What is done.
    pub action: Action,
    /// Where it leads; the same state when the action leaves it as it is.
    pub to: S,
}

/// The states of a noun and the steps between them.
pub trait Workflow: Choice {
    /// Where a life may begin.
    const STARTS: &'static [Self];
    /// Where it ends.
    const ENDS: &'static [Self];
    /// Every step there is.
    const STEPS: &'static [Step<Self>];

    /// The state an action leads to.
    ///
    /// # Errors
    /// [`WrongState`] when the action cannot be taken here.
    fn next(self, action: Action) -> Result<Self, WrongState> {
        Self::STEPS
            .iter()
            .find(|step| step.action == action && step.from.contains(&self))
            .map(|step| step.to)
            .ok_or_else(|| WrongState { state: self.name(), action: action.name() })
    }

    /// The actions that can be taken here, in the table's order.
    fn actions(self) -> Vec<Action> {
        let here = Self::STEPS.iter().filter(|step| step.from.contains(&self));
        here.map(|step| step.action).collect()
    }

    /// Whether an action can be taken here.
    fn allows(self, action: Action) -> bool {
        self.next(action).is_ok()
    }

    /// Whether nothing more happens.
    fn is_end(self) -> bool {
        Self::ENDS.contains(&self)
    }

    /// The workflow as a Mermaid state diagram.
    fn diagram(lang: Lang) -> String {
        let mut lines = String::from("stateDiagram-v2\n");
        // Writing to a string cannot fail.
        for state in Self::all() {
            let _ = writeln!(lines, "    {} : {}", state.code(), state.say(lang));
        }
        for start in Self::STARTS {
            let _ = writeln!(lines, "    [*] --> {}", start.code());
        }
        for Step { from, action, to } in Self::STEPS {
            for from in *from {
                let _ = writeln!(lines, "    {} --> {} : {}", from.code(), to.code(), action.say(lang));
            }
        }
        for end in Self::ENDS {
            let _ = writeln!(lines, "    {} --> [*]", end.code());
        }
        lines
    }
}

/// An action that the present state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
pub struct WrongState {
    /// The state's name.
    pub state: Text,
    /// What was asked.
    pub action: Text,
}

impl WrongState {
    /// A sentence for the person who asked.
    #[must_use]
    pub fn text(&self) -> Text {
        let Self { state, action } = self;
        texts(
            format!("当前状态为“{}”，不能{}。", state.zh, action.zh),
            format!("In state “{}” this is not possible: {}.", state.en, action.en),
        )
    }
}

impl From<WrongState> for Refusal {
    fn from(wrong: WrongState) -> Self {
        Self::WrongState { text: wrong.text() }
    }
}

#[cfg(test)]
mod tests;
