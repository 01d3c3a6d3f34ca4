//! Service agreements: what both sides promise, and who has to sign.

use crate::identity::{Capacity, MAJORITY};

choice! {
    /// Who signs an agreement.
    pub enum Signer {
        Client   = "client",   "服务对象", "Client";
        Guardian = "guardian", "监护人",   "Guardian";
        Station  = "station",  "机构",     "Organisation";
    }
}

choice! {
    /// How a signature was given.
    pub enum SignatureKind {
        Account = "account", "账号签署", "By verified account";
        Drawn   = "drawn",   "手写签名", "Drawn by hand";
        Paper   = "paper",   "纸质扫描", "Scanned paper";
    }
}

/// Who has to sign for a client of this age: the guardian for a child under 8, both for a minor, the
/// client alone otherwise.
#[must_use]
pub const fn signers(age: u32, self_supporting: bool) -> &'static [Signer] {
    match Capacity::by_age(age, self_supporting) {
        Capacity::None => &[Signer::Guardian],
        Capacity::Limited if age < MAJORITY => &[Signer::Client, Signer::Guardian],
        Capacity::Limited | Capacity::Full => &[Signer::Client],
    }
}

/// Who takes part in the signing of somebody of this age, if it is known: whoever signs, and a child who does not but is told in
/// suitable words.
#[must_use]
pub const fn taking_part(age: Option<u32>, self_supporting: bool) -> &'static [Signer] {
    match age {
        Some(age) => match signers(age, self_supporting) {
            [Signer::Client] => &[Signer::Client],
            _ => &[Signer::Client, Signer::Guardian],
        },
        None => &[Signer::Client],
    }
}

/// Whether somebody of this age does not sign, but is told in suitable words.
#[must_use]
pub const fn is_told_only(age: u32, self_supporting: bool) -> bool {
    matches!(signers(age, self_supporting), [Signer::Guardian])
}
