//! The installation's master key: it lies in a file outside the database and seals the organisations' keys and the secrets
//! of second factors.
//!
//! The file holds one key or, while it is being exchanged, several: **the first seals, all of them open.** A sealed value
//! does not say which key sealed it; it is tried under each. The list is short, a trial costs microseconds, what opens is
//! certain where a mark could be wrong, and files and rows from before keys were exchanged need no change.
//!
//! A process reads the file again before it seals, and where no key that it knows opens. Both are rare. So the processes of
//! one installation need not be started anew when a key is added, and none of them seals under a key that is on its way out.
//!
//! ```text
//! master   sealing and opening       file   reading and replacing the file
//! rows     what each key still seals, sealing it anew, taking a key out
//! ```

mod file;
mod rows;

pub use rows::{KeyUse, Resealed, Survey, check, forget_old_codes, reseal, retire, survey};

use crate::fault::Fault;
use crate::hex;
use crate::seal::{self, OrganisationKey, Place, Secret, keyed_hash, new_secret};
use domain::refusal::Refusal;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;
use zeroize::Zeroizing;

/// Where an organisation's sealed key lies.
pub(crate) const ORGANISATION: &str = "organisations.data_key";
/// Where the sealed secret of a second factor lies, confirmed or not.
pub(crate) const SECOND_FACTOR: &str = "second_factors.secret";

/// Why the master key cannot be used or exchanged.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file, or one beside it.
    #[error("{0}: {1}")]
    Io(String, #[source] std::io::Error),
    /// The keys live in no file.
    #[error("this master key lies in no file, so it cannot be exchanged")]
    NoFile,
    /// The file belongs to another installation.
    #[error(
        "{file} is not the master key of this database: it opens none of {organisations} organisations' keys; put the right \
         file in its place (one that was made just now, because there was none, can go)"
    )]
    Foreign {
        /// The file.
        file: String,
        /// How many organisations there are.
        organisations: usize,
    },
    /// There is no such key in the file.
    #[error("there is no key {0} in the file; `banyan keys list` names those that are")]
    Unknown(Fingerprint),
    /// The first key is the one that seals.
    #[error("the key {0} is the one that seals; put another in front first (`banyan keys new`)")]
    Seals(Fingerprint),
    /// Rows would not open any more.
    #[error("the key {} is still needed, by {}; {}", .0.key, .0, .0.remedy())]
    Needed(KeyUse),
    /// Sealing or opening failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The database did not answer.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// A key's short name: it says which key it is, and nothing about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 4]);

impl Fingerprint {
    fn of(key: &Secret) -> Self {
        let [a, b, c, d, ..] = keyed_hash(&**key, "master.key", "fingerprint");
        Self([a, b, c, d])
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(&self.0))
    }
}

/// A text that is no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 8 hexadecimal digits, as `banyan keys list` prints them")]
pub struct NotAFingerprint;

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(raw: &str) -> Result<Self, NotAFingerprint> {
        hex::decode(raw.trim()).and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(NotAFingerprint)
    }
}

/// The installation's master key, as its file holds it. Cheap to clone; clones know the same keys.
#[derive(Clone)]
pub struct MasterKey(Arc<Held>);

struct Held {
    /// None where the keys came out of a backup, or live as long as the process.
    file: Option<PathBuf>,
    keys: RwLock<Arc<[Secret]>>,
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// A new key that lives as long as the process, for tests.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self::of(vec![new_secret()])
    }

    /// The keys that a backup of the keys held.
    pub(crate) fn of(keys: Vec<Secret>) -> Self {
        Self(Arc::new(Held { file: None, keys: RwLock::new(keys.into()) }))
    }

    /// Reads the file, making it with a new key when it does not exist yet (readable by its owner only).
    ///
    /// # Errors
    /// When the file cannot be read or made, or holds something else.
    pub fn load_or_create(path: &Path) -> std::io::Result<Self> {
        if !path.exists() {
            seal::keep_secret(path, &new_secret())?;
        }
        let keys = file::read(path)?;
        Ok(Self(Arc::new(Held { file: Some(path.to_owned()), keys: RwLock::new(keys.into()) })))
    }

    /// Puts a new key in front of the file: from now on it seals, and the others go on opening.
    ///
    /// # Errors
    /// When the file cannot be read or replaced.
    pub fn add_key(&self) -> Result<Fingerprint, KeysError> {
        let path = self.file()?;
        let failed = named(path);
        let locked = file::Locked::take(path).map_err(&failed)?;
        let key = new_secret();
        let fingerprint = Fingerprint::of(&key);
        let keys: Vec<Secret> = std::iter::once(key).chain(locked.keys().iter().cloned()).collect();
        locked.replace(&keys).map_err(&failed)?;
        self.read_again()?;
        Ok(fingerprint)
    }

    fn file(&self) -> Result<&Path, KeysError> {
        self.0.file.as_deref().ok_or(KeysError::NoFile)
    }

    /// The keys as they were last read, in their order.
    pub(crate) fn known(&self) -> Arc<[Secret]> {
        self.0.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The keys as the file has them now.
    fn read_again(&self) -> Result<Arc<[Secret]>, Fault> {
        let Some(path) = &self.0.file else { return Ok(self.known()) };
        let read = file::read(path).map_err(|error| Fault::System(format!("{}: {error}", path.display())))?;
        let keys: Arc<[Secret]> = read.into();
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.clone();
        Ok(keys)
    }

    /// Seals a secret for a row above the organisations, by the key that is the first one now.
    ///
    /// # Errors
    /// When the file of the keys cannot be read any more.
    pub(crate) fn seal(&self, place: Place<'_>, secret: &[u8]) -> Result<Vec<u8>, Fault> {
        let keys = self.read_again()?;
        let first = keys.first().ok_or(Fault::Seal("no key"))?;
        Ok(seal::seal(first, secret, &context(place)))
    }

    /// Opens what was sealed for `place`, whichever key did it.
    ///
    /// # Errors
    /// When none of them did, or it was sealed for another place.
    pub(crate) fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let opened = tried(&self.known(), place, sealed).or_else(|fault| match self.0.file {
            // Another process may have put a key in front meanwhile.
            Some(_) => tried(&self.read_again()?, place, sealed),
            None => Err(fault),
        });
        opened.map(|(_, secret)| secret)
    }

    /// The same secret sealed by the first key; none when it is that already.
    ///
    /// # Errors
    /// As [`MasterKey::open`].
    fn sealed_anew(&self, place: Place<'_>, sealed: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let keys = self.read_again()?;
        Ok(match (tried(&keys, place, sealed)?, keys.first()) {
            ((at, secret), Some(first)) if at > 0 => Some(seal::seal(first, &secret, &context(place))),
            _ => None,
        })
    }

    /// What another installation's master key sealed, sealed by this one; none when this one opens it as it is.
    ///
    /// # Errors
    /// When the other key does not open it either, or there is no other.
    pub(crate) fn take_over(
        &self,
        other: Option<&Self>,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, Fault> {
        match (self.open(place, sealed), other) {
            (Ok(_), _) => Ok(None),
            (Err(_), Some(other)) => self.seal(place, &other.open(place, sealed)?).map(Some),
            (Err(fault), None) => Err(fault),
        }
    }

    /// A new organisation's key, sealed.
    ///
    /// # Errors
    /// As [`MasterKey::seal`].
    pub(crate) fn new_organisation_key(&self, organisation: Uuid) -> Result<Vec<u8>, Fault> {
        self.seal(Place { column: ORGANISATION, row: organisation }, &*new_secret())
    }

    /// Opens an organisation's key.
    ///
    /// # Errors
    /// When it was sealed by another master key.
    pub(crate) fn open_organisation_key(&self, organisation: Uuid, sealed: &[u8]) -> Result<OrganisationKey, Fault> {
        OrganisationKey::of(organisation, &self.open(Place { column: ORGANISATION, row: organisation }, sealed)?)
    }

    /// Under each key, the hash by which an account's `value` is known without being stored. Nothing new is kept so: a hash
    /// cannot be sealed anew.
    pub(crate) fn indexes(&self, place: Place<'_>, value: &str) -> Vec<Vec<u8>> {
        let column = format!("{}|{}", place.column, place.row);
        self.known().iter().map(|key| keyed_hash(&**key, &column, value)[..16].to_vec()).collect()
    }
}

/// Tries each key; says which one opened.
fn tried(keys: &[Secret], place: Place<'_>, sealed: &[u8]) -> Result<(usize, Zeroizing<Vec<u8>>), Fault> {
    let context = context(place);
    let mut failed = Fault::Seal("no key");
    for (at, key) in keys.iter().enumerate() {
        match seal::open(key, sealed, &context) {
            Ok(secret) => return Ok((at, Zeroizing::new(secret))),
            Err(fault) => failed = fault,
        }
    }
    Err(failed)
}

fn context(place: Place<'_>) -> Vec<u8> {
    seal::context(place.row, place.column, place.row)
}

fn named(path: &Path) -> impl Fn(std::io::Error) -> KeysError {
    let name = path.display().to_string();
    move |error| KeysError::Io(name.clone(), error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::written;

    const PLACE: Place<'_> = Place { column: SECOND_FACTOR, row: Uuid::from_u128(7) };

    /// A folder of its own for a key's file, which goes when the test ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("banyan-master-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            Self(folder)
        }

        fn file(&self) -> PathBuf {
            self.0.join("keys/master.key")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
    }

    #[test]
    fn keys_are_made_once_and_kept_from_others() {
        let folder = Folder::new("once");
        let made = MasterKey::load_or_create(&folder.file()).unwrap();
        let read = MasterKey::load_or_create(&folder.file()).unwrap();
        assert_eq!(made.known(), read.known());
        made.add_key().unwrap();
        #[cfg(unix)]
        assert_eq!(mode(&folder.file()), 0o600, "after it was replaced as well");
        let names: Vec<_> =
            std::fs::read_dir(folder.0.join("keys")).unwrap().map(|one| one.unwrap().file_name()).collect();
        assert_eq!(names, ["master.key"], "nothing is left beside it");
    }

    #[test]
    fn keys_of_a_file_with_one_line_go_on_working() {
        let folder = Folder::new("one");
        let before = new_secret();
        seal::keep_secret(&folder.file(), &before).unwrap();
        let sealed = seal::seal(&before, b"secret", &context(PLACE));
        let master = MasterKey::load_or_create(&folder.file()).unwrap();
        assert_eq!(**master.open(PLACE, &sealed).unwrap(), *b"secret");
        assert!(master.sealed_anew(PLACE, &sealed).unwrap().is_none());
    }

    #[test]
    fn keys_open_what_any_of_them_sealed_and_the_first_seals() {
        let folder = Folder::new("several");
        let master = MasterKey::load_or_create(&folder.file()).unwrap();
        let elsewhere = MasterKey::load_or_create(&folder.file()).unwrap();
        let old = master.seal(PLACE, b"secret").unwrap();
        let first = master.add_key().unwrap();
        assert_eq!(Fingerprint::of(&master.known()[0]), first);
        let new = master.seal(PLACE, b"secret").unwrap();
        for sealed in [&old, &new] {
            assert_eq!(**master.open(PLACE, sealed).unwrap(), *b"secret");
            assert_eq!(**elsewhere.open(PLACE, sealed).unwrap(), *b"secret", "by a process that knew the old key only");
        }
        assert!(tried(&master.known()[1..], PLACE, &new).is_err(), "the new key sealed it");
        let anew = master.sealed_anew(PLACE, &old).unwrap().unwrap();
        assert_eq!(**MasterKey::of(vec![master.known()[0].clone()]).open(PLACE, &anew).unwrap(), *b"secret");
        assert!(
            master.sealed_anew(PLACE, &new).unwrap().is_none() && master.sealed_anew(PLACE, &anew).unwrap().is_none()
        );
        assert!(master.sealed_anew(Place { row: Uuid::from_u128(8), ..PLACE }, &old).is_err(), "its place binds it");
    }

    #[test]
    fn keys_that_were_added_by_another_process_seal_at_once() {
        let folder = Folder::new("at-once");
        let (one, other) =
            (MasterKey::load_or_create(&folder.file()).unwrap(), MasterKey::load_or_create(&folder.file()).unwrap());
        let first = one.add_key().unwrap();
        let sealed = other.seal(PLACE, b"secret").unwrap();
        assert_eq!(tried(&one.known(), PLACE, &sealed).unwrap().0, 0, "under {first}");
    }

    #[test]
    fn keys_added_at_the_same_time_are_all_there() {
        let folder = Folder::new("race");
        let master = MasterKey::load_or_create(&folder.file()).unwrap();
        let mut added: Vec<String> = std::thread::scope(|scope| {
            let adding: Vec<_> = (0..8).map(|_| scope.spawn(|| master.add_key().unwrap().to_string())).collect();
            adding.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let keys = file::read(&folder.file()).unwrap();
        let mut found: Vec<String> = keys[..8].iter().map(|key| Fingerprint::of(key).to_string()).collect();
        added.sort();
        found.sort();
        assert_eq!((keys.len(), found), (9, added));
    }

    #[test]
    fn keys_that_are_none_are_told_in_a_sentence_without_them() {
        let folder = Folder::new("wrong");
        let master = MasterKey::load_or_create(&folder.file()).unwrap();
        let good = written(&new_secret()).to_string();
        for text in ["", "\n\n", "no key", &good[1..], &format!("{good}{good}"), &format!("{good}\nno key\n")] {
            std::fs::write(folder.file(), text).unwrap();
            let said = MasterKey::load_or_create(&folder.file()).unwrap_err().to_string();
            assert!(said.contains("64 hexadecimal digits"), "{said}");
            assert!(!said.contains(&good[2..12]), "{said}");
            assert!(master.seal(PLACE, b"secret").is_err(), "nothing is sealed by guess");
        }
        // The same key twice, spaces and empty lines do no harm.
        std::fs::write(folder.file(), format!("{good}\r\n\n {good} \n")).unwrap();
        assert_eq!(MasterKey::load_or_create(&folder.file()).unwrap().known().len(), 1);
        std::fs::remove_file(folder.file()).unwrap();
        assert!(master.seal(PLACE, b"secret").is_err() && !folder.file().exists(), "a file that went is not made anew");
        assert!(!format!("{master:?}").contains(&good[..8]));
    }

    #[test]
    fn keys_are_named_by_fingerprints() {
        let key = new_secret();
        let fingerprint = Fingerprint::of(&key);
        assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
        assert_ne!(fingerprint, Fingerprint::of(&new_secret()));
        assert!(!written(&key).contains(&fingerprint.to_string()), "it is no part of the key");
        for wrong in ["", "12", "xxxxxxxx", "0123456789"] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(NotAFingerprint), "{wrong}");
        }
    }
}
