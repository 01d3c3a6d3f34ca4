//! The keys of an installation, for a sealed file of their own: kept apart from the backup, for whoever has both has
//! everything.

use super::BackupError;
use crate::master::MasterKey;
use crate::seal::{Secret, keep_secret, read_secret, secret_in, written};
use std::fmt;
use std::io::{Read, Write};
use std::path::Path;

/// The master key (all that its file holds), and the key that signs checkpoints.
#[derive(Clone)]
pub struct Keys {
    master: MasterKey,
    checkpoint: Secret,
}

impl fmt::Debug for Keys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Keys(…)")
    }
}

impl Keys {
    /// The keys that an installation has.
    ///
    /// # Errors
    /// When the file of the checkpoints' key cannot be read.
    pub fn of(master: &MasterKey, checkpoint: &Path) -> std::io::Result<Self> {
        Ok(Self { master: master.clone(), checkpoint: secret_in(checkpoint)? })
    }

    /// Writes them, a line each; `out` must be sealed. The key that signs checkpoints comes second, behind the master key
    /// that seals, so that programs which know only one master key read the file as well.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        let keys = self.master.known();
        let (first, others) = keys.split_at(keys.len().min(1));
        for secret in first.iter().chain([&self.checkpoint]).chain(others) {
            out.write_all(written(secret).as_bytes())?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Reads what [`Keys::write`] wrote.
    ///
    /// # Errors
    /// [`BackupError::NotWhole`] when it is something else.
    pub fn read(mut input: impl Read) -> Result<Self, BackupError> {
        let mut text = zeroize::Zeroizing::new(String::new());
        input.read_to_string(&mut text)?;
        let mut secrets = text.lines().map(read_secret).collect::<Option<Vec<Secret>>>().unwrap_or_default();
        if secrets.len() < 2 {
            return Err(BackupError::NotWhole("no keys in it".to_owned()));
        }
        let checkpoint = secrets.remove(1);
        Ok(Self { master: MasterKey::of(secrets), checkpoint })
    }

    /// The master key.
    #[must_use]
    pub fn master(&self) -> &MasterKey {
        &self.master
    }

    /// Puts the checkpoints' key in place where there is none yet, so that those who hold the public key go on checking.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn keep_checkpoint_key(&self, path: &Path) -> std::io::Result<()> {
        if path.exists() { Ok(()) } else { keep_secret(path, &self.checkpoint) }
    }
}
