//! Sealed fields: identity numbers, names, telephone numbers, addresses and narratives are stored encrypted.
//!
//! Three layers of keys: the installation's master key (outside the database, [`crate::master`]) seals each organisation's
//! key, that one seals each person's key, and that one seals the person's texts. Destroying a person's key erases the person
//! everywhere, backups included, while the audit chain, which never holds such text, stays whole.
//!
//! A sealed text is `version · algorithm · nonce · ciphertext`; it is bound to its table, column and row, so that moving it
//! elsewhere makes it unreadable. Exact look-up goes through a keyed hash ([`OrganisationKey::index`]), different for every
//! organisation, so that two organisations' rows cannot be joined.

use crate::ambient::fill_from_system;
use crate::fault::Fault;
use crate::hex;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use std::io::Write;
use std::path::Path;
use uuid::Uuid;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const XCHACHA20_POLY1305: u8 = 1;
const NONCE: usize = 24;

/// A key's bytes.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

/// A new key.
pub(crate) fn new_secret() -> Secret {
    let mut secret = Zeroizing::new([0_u8; 32]);
    fill_from_system(&mut *secret);
    secret
}

/// Reads a secret from `path`, making it when the file does not exist yet.
///
/// # Errors
/// When the file cannot be read or made, or holds something else.
pub(crate) fn secret_in(path: &Path) -> std::io::Result<Secret> {
    if !path.exists() {
        let secret = new_secret();
        keep_secret(path, &secret)?;
        return Ok(secret);
    }
    let text = Zeroizing::new(std::fs::read_to_string(path)?);
    read_secret(&text).ok_or_else(|| {
        std::io::Error::new(
            std::io::ErrorKind::InvalidData,
            format!("{} does not hold a key of 64 hexadecimal digits", path.display()),
        )
    })
}

/// Writes a secret to a new file, readable by its owner only.
///
/// # Errors
/// When there is such a file already, or it cannot be made.
pub(crate) fn keep_secret(path: &Path, secret: &Secret) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(written(secret).as_bytes())?;
    file.write_all(b"\n")?;
    // What is sealed under it may reach the disk at once, so it must be there before.
    file.sync_all()
}

/// A secret as its file holds it.
pub(crate) fn written(secret: &Secret) -> Zeroizing<String> {
    Zeroizing::new(hex::encode(&**secret))
}

/// Reads what [`written`] wrote.
pub(crate) fn read_secret(text: &str) -> Option<Secret> {
    let bytes = Zeroizing::new(hex::decode(text.trim())?);
    bytes.as_slice().try_into().ok().map(Zeroizing::new)
}

/// Where a sealed text lives: it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Table and column, as `clients.profile`.
    pub column: &'a str,
    /// The row.
    pub row: Uuid,
}

/// An organisation's key; it seals persons' keys and answers, and makes the look-up hashes.
#[derive(Clone)]
pub struct OrganisationKey {
    organisation: Uuid,
    key: Secret,
}

impl fmt::Debug for OrganisationKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("OrganisationKey(…)")
    }
}

impl OrganisationKey {
    /// The key that these bytes are.
    ///
    /// # Errors
    /// When they are none.
    pub(crate) fn of(organisation: Uuid, bytes: &[u8]) -> Result<Self, Fault> {
        Ok(Self { organisation, key: secret(bytes)? })
    }

    /// A new person's key, and the same sealed for the row `id` of `person_keys`.
    #[must_use]
    pub fn new_person_key(&self, id: Uuid) -> (PersonKey, Vec<u8>) {
        let key = new_secret();
        let sealed = seal(&self.key, &*key, &context(self.organisation, "person_keys.wrapped", id));
        (PersonKey { id, organisation: self.organisation, key }, sealed)
    }

    /// Opens a person's key.
    ///
    /// # Errors
    /// When it was sealed by another organisation's key, or for another row.
    pub fn open_person_key(&self, id: Uuid, sealed: &[u8]) -> Result<PersonKey, Fault> {
        let key = open(&self.key, sealed, &context(self.organisation, "person_keys.wrapped", id))?;
        Ok(PersonKey { id, organisation: self.organisation, key: secret(&key)? })
    }

    /// Seals a text that belongs to the organisation and to no one person.
    #[must_use]
    pub fn seal(&self, place: Place<'_>, text: &str) -> Vec<u8> {
        seal(&self.key, text.as_bytes(), &context(self.organisation, place.column, place.row))
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// When it was sealed with another key or for another place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<String, Fault> {
        let bytes = open(&self.key, sealed, &context(self.organisation, place.column, place.row))?;
        String::from_utf8(bytes).map_err(|_| Fault::Seal("not text"))
    }

    /// The keyed hash by which `value` is found in `column` without being stored readably.
    #[must_use]
    pub fn index(&self, column: &str, value: &str) -> Vec<u8> {
        keyed_hash(&*self.key, column, value)[..16].to_vec()
    }
}

/// A person's key; it seals what is written about the person.
#[derive(Clone)]
pub struct PersonKey {
    id: Uuid,
    organisation: Uuid,
    key: Secret,
}

impl fmt::Debug for PersonKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PersonKey(…)")
    }
}

impl PersonKey {
    /// The row of `person_keys` that holds it.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Seals `text` for `place`.
    #[must_use]
    pub fn seal(&self, place: Place<'_>, text: &str) -> Vec<u8> {
        seal(&self.key, text.as_bytes(), &context(self.organisation, place.column, place.row))
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// When it was sealed with another key or for another place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<String, Fault> {
        let bytes = open(&self.key, sealed, &context(self.organisation, place.column, place.row))?;
        String::from_utf8(bytes).map_err(|_| Fault::Seal("not text"))
    }
}

/// A key that seals texts for their places.
pub trait Seals {
    /// Seals `text` for `place`.
    fn seal(&self, place: Place<'_>, text: &str) -> Vec<u8>;
    /// Opens what was sealed for `place`.
    fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<String, Fault>;
}

impl Seals for OrganisationKey {
    fn seal(&self, place: Place<'_>, text: &str) -> Vec<u8> {
        self.seal(place, text)
    }

    fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<String, Fault> {
        self.open(place, sealed)
    }
}

impl Seals for PersonKey {
    fn seal(&self, place: Place<'_>, text: &str) -> Vec<u8> {
        self.seal(place, text)
    }

    fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<String, Fault> {
        self.open(place, sealed)
    }
}

/// The hash by which `value` is known in `column` without being stored: without the key it cannot be guessed.
pub(crate) fn keyed_hash(key: &[u8], column: &str, value: &str) -> [u8; 32] {
    // HMAC takes keys of any length, so this cannot fail.
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else { return [0; 32] };
    mac.update(b"index|");
    mac.update(column.as_bytes());
    mac.update(b"|");
    mac.update(value.as_bytes());
    mac.finalize().into_bytes().into()
}

/// What a sealed value is bound to.
pub(crate) fn context(organisation: Uuid, column: &str, row: Uuid) -> Vec<u8> {
    format!("{organisation}|{column}|{row}").into_bytes()
}

/// Seals a message.
pub(crate) fn seal(key: &Secret, message: &[u8], context: &[u8]) -> Vec<u8> {
    let mut nonce = [0_u8; NONCE];
    fill_from_system(&mut nonce);
    let cipher = XChaCha20Poly1305::new(&Key::from(**key));
    let mut sealed = vec![VERSION, XCHACHA20_POLY1305];
    sealed.extend_from_slice(&nonce);
    // The cipher refuses only messages beyond 256 GB, which no form can hold.
    if let Ok(ciphertext) = cipher.encrypt(&XNonce::from(nonce), Payload { msg: message, aad: context }) {
        sealed.extend_from_slice(&ciphertext);
    }
    sealed
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// When another key sealed it, or for another place.
pub(crate) fn open(key: &Secret, sealed: &[u8], context: &[u8]) -> Result<Vec<u8>, Fault> {
    let [VERSION, XCHACHA20_POLY1305, rest @ ..] = sealed else { return Err(Fault::Seal("unknown version")) };
    let Some((nonce, ciphertext)) = rest.split_at_checked(NONCE) else { return Err(Fault::Seal("cut short")) };
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Fault::Seal("cut short"))?;
    XChaCha20Poly1305::new(&Key::from(**key))
        .decrypt(&XNonce::from(nonce), Payload { msg: ciphertext, aad: context })
        .map_err(|_| Fault::Seal("another key or another place"))
}

fn secret(bytes: &[u8]) -> Result<Secret, Fault> {
    bytes.try_into().map(Zeroizing::new).map_err(|_| Fault::Seal("not a key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> OrganisationKey {
        OrganisationKey::of(Uuid::from_u128(1), &*new_secret()).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_at_its_place_only() {
        let (person, _) = key().new_person_key(Uuid::from_u128(2));
        let place = Place { column: "clients.profile", row: Uuid::from_u128(3) };
        let sealed = person.seal(place, "王小明");
        assert_eq!(person.open(place, &sealed).unwrap(), "王小明");
        assert!(person.open(Place { row: Uuid::from_u128(4), ..place }, &sealed).is_err(), "another row");
        assert!(person.open(Place { column: "clients.note", ..place }, &sealed).is_err(), "another column");
        let mut bent = sealed.clone();
        *bent.last_mut().expect("a ciphertext") ^= 1;
        assert!(person.open(place, &bent).is_err(), "a changed byte");
        assert!(!sealed.windows(6).any(|window| window == "王小".as_bytes()), "nothing readable");
    }

    #[test]
    fn another_organisation_opens_nothing_and_joins_nothing() {
        let (one, other) = (key(), key());
        let (_, wrapped) = one.new_person_key(Uuid::from_u128(2));
        assert!(other.open_person_key(Uuid::from_u128(2), &wrapped).is_err());
        assert_ne!(
            one.index("clients.identity", "440103198001011234"),
            other.index("clients.identity", "440103198001011234")
        );
        assert_eq!(one.index("clients.identity", "1"), one.index("clients.identity", "1"));
        assert_ne!(one.index("clients.identity", "1"), one.index("clients.phone", "1"));
    }
}
