//! What was sought, sealed for an address: a name or a number that is typed into a search stands in no browser's history,
//! no bookmark and no proxy's log.

use crate::hex;
use crate::scope::StaffScope;
use crate::seal::Place;

/// The text as it may stand in an address of this member's.
#[must_use]
pub fn seal_search(scope: &StaffScope, text: &str) -> String {
    hex::encode(&scope.organisation().key.seal(place(scope), text))
}

/// The text that [`seal_search`] sealed; nothing when it was not sealed for this member.
#[must_use]
pub fn open_search(scope: &StaffScope, sealed: &str) -> Option<String> {
    scope.organisation().key.open(place(scope), &hex::decode(sealed)?).ok()
}

fn place(scope: &StaffScope) -> Place<'static> {
    Place { column: "clients.search", row: scope.member().uuid() }
}
