//! The key that signs checkpoints, and its public half by which anybody checks them.

use crate::hex;
use crate::seal::{Secret, secret_in};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// The installation's key for checkpoints (Ed25519), kept outside the database.
pub struct CheckpointKey(SigningKey);

impl fmt::Debug for CheckpointKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CheckpointKey({})", self.public().id())
    }
}

impl CheckpointKey {
    /// Reads the key from `path`, making it when the file does not exist yet (readable by its owner only).
    ///
    /// # Errors
    /// When the file cannot be read or made, or holds something else.
    pub fn load_or_create(path: &Path) -> std::io::Result<Self> {
        Ok(Self::of(&secret_in(path)?))
    }

    pub(crate) fn of(secret: &Secret) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// The half that everybody may know.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, text: &str) -> String {
        hex::encode(&self.0.sign(text.as_bytes()).to_bytes())
    }
}

/// The public half of a [`CheckpointKey`]; written as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// A short name: the beginning of the key's SHA-256.
    #[must_use]
    pub fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.0.as_bytes())[..4])
    }

    /// Whether this key's other half signed the text.
    pub(super) fn signed(&self, text: &str, signature: &str) -> bool {
        let signature = hex::decode(signature).and_then(|bytes| Signature::from_slice(&bytes).ok());
        signature.is_some_and(|signature| self.0.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(self.0.as_bytes()))
    }
}

/// A text that is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public key is 64 hexadecimal digits, as `banyan audit key` prints them")]
pub struct NotAKey;

impl FromStr for PublicKey {
    type Err = NotAKey;

    fn from_str(raw: &str) -> Result<Self, NotAKey> {
        let bytes = hex::decode(raw.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).ok_or(NotAKey)?;
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| NotAKey)
    }
}
