//! Words that open something once, or for a while: a link, a session.

use sha2::{Digest, Sha256};

/// What is kept of it.
pub(super) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
