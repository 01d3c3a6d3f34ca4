//! Passwords: argon2id with the library's recommended cost, off the request threads.

use crate::fault::{Fault, fault};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use domain::refusal::{Problem, Refusal};
use std::sync::LazyLock;

/// Fewest characters. Length is what protects; no composition rule, no forced change.
const MIN: usize = 10;
/// Most characters: hashing time must not be the attacker's to choose.
const MAX: usize = 200;

/// Verified when there is no such account, so that the answer takes as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_now("nobody's password").ok());

/// Whether `password` may be chosen.
pub(crate) fn check(password: &str) -> Result<(), Problem> {
    let length = password.chars().count();
    if length < MIN {
        Err(Problem::TooShort { min: MIN })
    } else if length > MAX {
        Err(Problem::TooLong { max: MAX })
    } else {
        Ok(())
    }
}

/// The hash to store.
pub(crate) async fn hash(password: String) -> Result<String, Refusal> {
    let hashed = tokio::task::spawn_blocking(move || hash_now(&password)).await;
    hashed.map_err(|error| fault(Fault::System(error.to_string())))?.map_err(fault)
}

/// Whether `password` is the one that was hashed; `None` stands for an account that does not exist.
pub(crate) async fn verify(password: String, hash: Option<String>) -> Result<bool, Refusal> {
    if password.chars().count() > MAX {
        return Ok(false);
    }
    let right = tokio::task::spawn_blocking(move || {
        let exists = hash.is_some();
        let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return false };
        let Ok(hash) = PasswordHash::new(&hash) else { return false };
        Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && exists
    });
    right.await.map_err(|error| fault(Fault::System(error.to_string())))
}

fn hash_now(password: &str) -> Result<String, Fault> {
    let hash =
        Argon2::default().hash_password(password.as_bytes()).map_err(|error| Fault::System(error.to_string()))?;
    Ok(hash.to_string())
}
