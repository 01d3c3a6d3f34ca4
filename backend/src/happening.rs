//! What an operation says happened: audit, duties and counts follow from it.

use domain::events::Event;
use domain::ids::MemberId;

/// Something that happened, with what an obligation needs to be readable on a list.
#[derive(Clone, Debug)]
pub struct Happening {
    /// What, to which subjects, when.
    pub event: Event,
    /// The subject's number, as `QS01/GA/2026/001`.
    pub number: String,
    /// Who answers for what is now owed.
    pub responsible: Option<MemberId>,
}

impl Happening {
    /// The same, where somebody was named who has to see to it.
    pub(crate) fn owed_by(self, named: Option<MemberId>) -> Self {
        Self { responsible: named.or(self.responsible), ..self }
    }
}
