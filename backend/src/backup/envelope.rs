//! The envelope around a backup: gzip inside age, so that nothing readable ever lies on a disk, and a backup can be opened
//! without this program: `age -d FILE | gunzip`.

use super::BackupError;
use age::secrecy::SecretString;
use age::stream::{StreamReader, StreamWriter};
use age::{DecryptError, Decryptor, Encryptor, IdentityFile, scrypt, x25519};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};

/// By what a backup is sealed.
#[derive(Clone)]
pub enum Lock {
    /// A passphrase that a person keeps.
    Passphrase(SecretString),
    /// Public keys of age (`age1…`): whoever has one of their identities opens it, and this machine need not be able to.
    Recipients(Vec<x25519::Recipient>),
}

/// By what a backup is opened.
pub enum Unlock {
    /// The passphrase.
    Passphrase(SecretString),
    /// The contents of a file of identities (`AGE-SECRET-KEY-1…`).
    Identities(SecretString),
}

impl fmt::Debug for Lock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passphrase(_) => out.write_str("Passphrase(…)"),
            Self::Recipients(recipients) => write!(out, "Recipients({})", recipients.len()),
        }
    }
}

impl fmt::Debug for Unlock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Unlock(…)")
    }
}

/// A text that is neither a passphrase nor a recipient.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLock {
    /// Too short to protect anything.
    #[error("the passphrase is too short: at least {min} characters")]
    TooShort {
        /// The least.
        min: usize,
    },
    /// No public key of age.
    #[error("{0} is no public key of age: it begins with age1")]
    NoRecipient(String),
}

impl Lock {
    /// The shortest passphrase.
    const MIN: usize = 12;

    /// A passphrase.
    ///
    /// # Errors
    /// When it is too short.
    pub fn passphrase(raw: &str) -> Result<Self, BadLock> {
        if raw.chars().count() < Self::MIN {
            return Err(BadLock::TooShort { min: Self::MIN });
        }
        Ok(Self::Passphrase(raw.to_owned().into()))
    }

    /// Public keys, as `age-keygen` prints them.
    ///
    /// # Errors
    /// When one of them is none.
    pub fn recipients<'r>(raw: impl IntoIterator<Item = &'r str>) -> Result<Self, BadLock> {
        let read = |raw: &str| raw.trim().parse().map_err(|_| BadLock::NoRecipient(raw.to_owned()));
        raw.into_iter().map(read).collect::<Result<_, _>>().map(Self::Recipients)
    }

    fn encryptor(&self) -> std::io::Result<Encryptor> {
        let made = match self {
            Self::Passphrase(passphrase) => {
                let recipient = scrypt::Recipient::new(passphrase.clone());
                Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            }
            Self::Recipients(recipients) => {
                Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as &dyn age::Recipient))
            }
        };
        made.map_err(|error| std::io::Error::other(error.to_string()))
    }
}

/// A sealed stream that is being written.
pub struct Sealed<W: Write>(GzEncoder<StreamWriter<W>>);

impl<W: Write> Sealed<W> {
    /// Seals what is written from now on.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn new(lock: &Lock, out: W) -> std::io::Result<Self> {
        Ok(Self(GzEncoder::new(lock.encryptor()?.wrap_output(out)?, Compression::fast())))
    }

    /// Ends the stream; without this it cannot be opened.
    ///
    /// # Errors
    /// When the end cannot be written.
    pub fn finish(self) -> std::io::Result<W> {
        self.0.finish()?.finish()
    }
}

impl<W: Write> Write for Sealed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// A sealed stream that is being read.
pub struct Opened<R: Read>(BufReader<GzDecoder<StreamReader<BufReader<R>>>>);

impl<R: Read> Opened<R> {
    /// Opens what was sealed.
    ///
    /// # Errors
    /// [`BackupError::Locked`] when it is not opened by this, or is nothing sealed.
    pub fn new(unlock: &Unlock, sealed: R) -> Result<Self, BackupError> {
        let locked = |error: DecryptError| BackupError::Locked(error.to_string());
        let decryptor = Decryptor::new_buffered(BufReader::new(sealed)).map_err(locked)?;
        let reader = match unlock {
            Unlock::Passphrase(passphrase) => {
                let identity = scrypt::Identity::new(passphrase.clone());
                decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(locked)?
            }
            Unlock::Identities(text) => {
                let text = age::secrecy::ExposeSecret::expose_secret(text).as_bytes();
                let identities = IdentityFile::from_buffer(text)?.into_identities().map_err(locked)?;
                decryptor.decrypt(identities.iter().map(|one| &**one as &dyn age::Identity)).map_err(locked)?
            }
        };
        Ok(Self(BufReader::new(GzDecoder::new(reader))))
    }
}

impl<R: Read> Read for Opened<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> BufRead for Opened<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.0.fill_buf()
    }

    fn consume(&mut self, read: usize) {
        self.0.consume(read);
    }
}
