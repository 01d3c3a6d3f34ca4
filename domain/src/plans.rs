//! Service plans: what will be done, by whom, how often, to which end.

/// Where a service plan stands.
pub use crate::workflow::PaperState as PlanState;
