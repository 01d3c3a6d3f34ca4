//! Who may be made responsible, as a choice in a form.

use crate::ui::{Ui, Words};
use domain::access::Role;
use domain::ids::MemberId;

/// A member to choose who is to answer for something: what they are, and how many open cases they have in hand.
#[must_use]
pub fn receiver_option(ui: Ui, id: MemberId, name: &str, roles: &[Role], open: u64) -> (String, Words) {
    let roles = ui.names(roles);
    let words = ui.words(|| format!("{name}（{roles}，在办 {open} 件）"), || format!("{name} ({roles}, {open} open)"));
    (id.to_string(), words.into())
}
