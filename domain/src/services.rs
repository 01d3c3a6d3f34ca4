//! Services: what an organisation offers, and the criteria it has published for it.

use serde::{Deserialize, Serialize};

use crate::applications::CriterionGround;
use crate::lang::Text;

/// A criterion a service has published; only these may be reasons for a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its name among the service's criteria.
    pub key: String,
    /// What it rests on.
    pub ground: CriterionGround,
    /// Its published wording.
    pub text: Text,
}
