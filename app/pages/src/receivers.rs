//! Who may be made responsible, as a choice in a form.

use crate::ui::{Ui, Words};
use backend::members::MemberRow;
use domain::members::Held;

/// A member to choose who is to answer for something: what they are, and what they have in hand.
#[must_use]
pub fn receiver_option(ui: Ui, member: &MemberRow) -> (String, Words) {
    let (name, open) = (&member.name, member.holdings.of(Held::OpenCases));
    let roles: Vec<&str> = member.roles.iter().map(|role| ui.name(*role)).collect();
    let roles = roles.join(ui.t("、", ", "));
    let words = ui.words(|| format!("{name}（{roles}，在办 {open} 件）"), || format!("{name} ({roles}, {open} open)"));
    (member.id.to_string(), words.into())
}
