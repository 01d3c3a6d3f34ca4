//! The file of the master key: a key in each line, the first of which seals. Whoever reads it finds the old lines or the new
//! ones, never half of them; whoever changes it waits for others who do.

use crate::seal::{Secret, read_secret, written};
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The keys in the file.
///
/// # Errors
/// When it cannot be read, or holds something else.
pub(super) fn read(path: &Path) -> Result<Vec<Secret>> {
    keys_in(&Zeroizing::new(std::fs::read_to_string(path)?))
}

fn keys_in(text: &str) -> Result<Vec<Secret>> {
    let none = || Error::new(ErrorKind::InvalidData, "does not hold keys of 64 hexadecimal digits, one in each line");
    let mut keys: Vec<Secret> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let key = read_secret(line).ok_or_else(none)?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.is_empty() { Err(none()) } else { Ok(keys) }
}

fn text_of(keys: &[Secret]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(keys.len() * 65));
    for key in keys {
        text.push_str(&written(key));
        text.push('\n');
    }
    text
}

/// The file while nobody else changes it.
pub(super) struct Locked {
    /// The file itself: a link to it stays a link.
    path: PathBuf,
    file: File,
    keys: Vec<Secret>,
}

impl Locked {
    /// Waits for whoever changes the file, and reads it.
    pub(super) fn take(path: &Path) -> Result<Self> {
        let path = path.canonicalize()?;
        loop {
            let mut file = File::open(&path)?;
            file.lock()?;
            let mut held = Zeroizing::new(String::new());
            file.read_to_string(&mut held)?;
            // Whoever had the lock may have put another file in its place; then that one is to be locked.
            if *Zeroizing::new(std::fs::read_to_string(&path)?) == *held {
                return Ok(Self { keys: keys_in(&held)?, path, file });
            }
        }
    }

    pub(super) fn keys(&self) -> &[Secret] {
        &self.keys
    }

    /// Writes a key to a file of its own beside this one, where it is not there already; answers where.
    pub(super) fn set_aside(&self, key: &Secret, name: &str) -> Result<PathBuf> {
        let aside = self.beside(&format!(".retired-{name}"));
        if !read(&aside).is_ok_and(|keys| keys.contains(key)) {
            self.write(&aside, std::slice::from_ref(key))?;
        }
        Ok(aside)
    }

    /// Puts these keys in the place of the old ones.
    pub(super) fn replace(self, keys: &[Secret]) -> Result<()> {
        let new = self.beside(".new");
        self.write(&new, keys)?;
        std::fs::rename(&new, &self.path)?;
        self.sync_folder()
    }

    /// Writes a file that belongs to the same owner and is as closed to others: the command may be given by another user than
    /// the one that serves.
    fn write(&self, path: &Path, keys: &[Secret]) -> Result<()> {
        match std::fs::remove_file(path) {
            // What a command that was stopped left behind.
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(text_of(keys).as_bytes())?;
        self.own_like_this(&file)?;
        file.sync_all()?;
        self.sync_folder()
    }

    #[cfg(unix)]
    fn own_like_this(&self, file: &File) -> Result<()> {
        use std::os::unix::fs::{MetadataExt, fchown};
        let (new, old) = (file.metadata()?, self.file.metadata()?);
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            fchown(file, Some(old.uid()), Some(old.gid()))?;
        }
        file.set_permissions(old.permissions())
    }

    #[cfg(not(unix))]
    fn own_like_this(&self, file: &File) -> Result<()> {
        file.set_permissions(self.file.metadata()?.permissions())
    }

    /// So that the machine may lose its power now.
    fn sync_folder(&self) -> Result<()> {
        match self.path.parent() {
            Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    }

    fn beside(&self, end: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(end);
        name.into()
    }
}
