//! A form that waits in a page while its person signs in or proves who they are: sealed for one account, so that neither the
//! page's source nor the next person at the screen tells what was typed. Nothing of it is kept here.

use crate::fault::fault;
use crate::hex;
use crate::kernel::Core;
use crate::seal::Place;
use domain::ids::AccountId;
use domain::refusal::Refusal;
use std::sync::Arc;

/// The text as it may stand in a page, for this account.
///
/// # Errors
/// When the file of the keys cannot be read any more.
pub fn seal_form(core: &Arc<Core>, account: AccountId, text: &str) -> Result<String, Refusal> {
    core.master.seal(place(account), text.as_bytes()).map(|sealed| hex::encode(&sealed)).map_err(fault)
}

/// The text that [`seal_form`] sealed; nothing when it was not sealed for this account.
#[must_use]
pub fn open_form(core: &Arc<Core>, account: AccountId, sealed: &str) -> Option<String> {
    let text = core.master.open(place(account), &hex::decode(sealed)?).ok()?;
    std::str::from_utf8(&text).ok().map(str::to_owned)
}

fn place(account: AccountId) -> Place<'static> {
    Place { column: "accounts.form", row: account.uuid() }
}
