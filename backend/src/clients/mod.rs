//! Clients (CLI): one record for each person, found by identity number without being stored readably.

mod person;
mod queries;
mod record;

pub use person::Person;
pub(crate) use queries::within;
pub use queries::{Client, ClientFilter, ClientRow, list, open};
pub use record::{AddClient, AddedClient, AmendClient, ClientAct, ClientOrigin, add, amend};
pub(crate) use record::{NewClient, enter, identity_index, phone_index, profile, seal, unnumbered_namesake};

use crate::change::Responsible;
use crate::entity::client;

/// Where a profile is sealed.
pub(crate) const PROFILE: &str = "clients.profile";
/// The look-up of identity numbers; the same for applications, so that the two meet.
pub(crate) const IDENTITY: &str = "identity_number";
/// The look-up of telephone numbers.
const PHONE: &str = "phone";

impl Responsible for client::Model {
    fn responsible(&self) -> Option<uuid::Uuid> {
        self.responsible_id
    }
}
