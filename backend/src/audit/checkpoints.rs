//! Checkpoints: the heads of the chains, signed and kept outside the database.
//!
//! A checkpoint says that one organisation's chain had so many entries and this head at this moment. It stands as one line of
//! JSON in a file of its month, and each line holds the hash of the line before, so that nothing can be taken out of the
//! middle. One line concerns one organisation, so it can be handed out alone and checked with nothing but the public key.
//!
//! Before a new head is signed, the chain must still go through the last one that was: a chain that was cut or written anew
//! is never signed again, and the log says so within a minute.

use super::chain::Landmarks;
use super::key::{CheckpointKey, PublicKey};
use crate::hex;
use domain::ids::OrganisationId;
use domain::refusal::Refusal;
use domain::time::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// What the first checkpoint of all names as the line before it.
const NOTHING_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One organisation's chain as it stood at a moment, signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// When, as ISO 8601 has it, in Shanghai.
    pub at: String,
    /// Whose chain.
    pub organisation: OrganisationId,
    /// Its address.
    pub slug: String,
    /// How many entries.
    pub entries: i64,
    /// The hash of the last one, in hexadecimal.
    pub head: String,
    /// The SHA-256 of the line before it in the file, in hexadecimal.
    pub previous: String,
    /// The name of the key that signed it.
    pub key: String,
    /// The signature (Ed25519) of [`Checkpoint::text`], in hexadecimal.
    pub signature: String,
}

impl Checkpoint {
    /// What is signed: a line for each fact.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { at, organisation, slug, entries, head, previous, .. } = self;
        format!("banyan checkpoint 1\n{at}\n{}\n{slug}\n{entries}\n{head}\n{previous}\n", organisation.uuid())
    }

    /// The line that stands in the file.
    #[must_use]
    pub fn line(&self) -> String {
        // Texts and a number: there is nothing in it that JSON could not hold.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether this key signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.signed(&self.text(), &self.signature)
    }

    /// When, to the minute.
    #[must_use]
    pub fn moment(&self) -> Option<Moment> {
        Moment::parse(self.at.get(..16)?).ok()
    }

    pub(super) fn hash(&self) -> Option<Vec<u8>> {
        hex::decode(&self.head)
    }
}

/// Why checkpoints cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// A file or the folder.
    #[error("{0}: {1}")]
    Io(String, #[source] std::io::Error),
    /// A line that is no checkpoint.
    #[error("{file}, line {line}: is no checkpoint")]
    Unreadable {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// Something was taken out, put in or changed before this line.
    #[error("{file}, line {line}: does not follow from the line before; the file was cut or changed")]
    Unlinked {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// A line that the key did not sign.
    #[error("{file}, line {line}: was not signed by the key {key}")]
    Unsigned {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The key's short name.
        key: String,
    },
    /// The business said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// The folder of an installation's checkpoints.
#[derive(Debug)]
pub struct Checkpoints {
    folder: PathBuf,
    key: CheckpointKey,
    known: Mutex<Known>,
}

/// What was read of this month's file and the one before it. A month's file begins with every chain, so these two know all.
#[derive(Debug)]
struct Known {
    month: String,
    read_to: u64,
    /// How many lines that are.
    lines: usize,
    previous: String,
    last: HashMap<Uuid, Checkpoint>,
}

impl Default for Known {
    fn default() -> Self {
        Self { month: String::new(), read_to: 0, lines: 0, previous: NOTHING_BEFORE.to_owned(), last: HashMap::new() }
    }
}

/// A head that is to be signed.
pub(super) struct NewHead {
    pub(super) organisation: Uuid,
    pub(super) slug: String,
    pub(super) entries: i64,
    pub(super) hash: Vec<u8>,
}

impl Checkpoints {
    /// Keeps checkpoints in `folder`, which is made when it is not there, signed by `key`.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path, key: CheckpointKey) -> Result<Self, CheckpointError> {
        std::fs::create_dir_all(folder).map_err(|error| io(folder, error))?;
        Ok(Self { folder: folder.to_owned(), key, known: Mutex::default() })
    }

    /// The key by which anybody checks them.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.key.public()
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The last checkpoint of an organisation, as of the last round.
    #[must_use]
    pub fn last(&self, organisation: OrganisationId) -> Option<Checkpoint> {
        self.known().last.get(&organisation.uuid()).cloned()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the file of a month and reads what was added to it, by this process or another. Nobody else writes to it until
    /// it is closed.
    fn open_month(&self, month: &str, known: &mut Known) -> Result<(File, PathBuf), CheckpointError> {
        let path = self.folder.join(format!("{month}.jsonl"));
        let opened = OpenOptions::new().create(true).read(true).append(true).open(&path);
        let mut file = opened.and_then(|file| file.lock().map(|()| file)).map_err(|error| io(&path, error))?;
        if known.month != month {
            let mut fresh = Known { month: month.to_owned(), ..Known::default() };
            if let Some(before) = files(&self.folder)?.into_iter().rfind(|file| *file < path) {
                fresh.read(&before, &std::fs::read_to_string(&before).map_err(|error| io(&before, error))?)?;
            }
            *known = fresh;
        }
        known.catch_up(&mut file, &path)?;
        Ok((file, path))
    }

    /// The last checkpoint of each organisation, whoever made it.
    pub(super) fn caught_up(&self, month: &str) -> Result<HashMap<Uuid, Checkpoint>, CheckpointError> {
        let mut known = self.known();
        self.open_month(month, &mut known)?;
        Ok(known.last.clone())
    }

    /// Adds a line for each head.
    pub(super) fn append(&self, now: Moment, heads: Vec<NewHead>) -> Result<Vec<Checkpoint>, CheckpointError> {
        let mut known = self.known();
        let month = month(now);
        let (mut file, path) = self.open_month(&month, &mut known)?;
        let failed = |error| io(&path, error);
        let mut lines = String::new();
        let mut made = Vec::new();
        for head in heads {
            let last = known.last.get(&head.organisation);
            if last.is_some_and(|last| last.entries >= head.entries && last.at.starts_with(&month)) {
                // Another process was quicker.
                continue;
            }
            let mut checkpoint = Checkpoint {
                at: now.to_iso(),
                organisation: head.organisation.into(),
                slug: head.slug,
                entries: head.entries,
                head: hex::encode(&head.hash),
                previous: known.previous.clone(),
                key: self.key.public().id(),
                signature: String::new(),
            };
            checkpoint.signature = self.key.sign(&checkpoint.text());
            let line = checkpoint.line();
            known.previous = line_hash(&line);
            lines.push_str(&line);
            lines.push('\n');
            known.last.insert(head.organisation, checkpoint.clone());
            made.push(checkpoint);
        }
        let written = file.write_all(lines.as_bytes()).and_then(|()| file.sync_data());
        if let Err(error) = written {
            // What is known is read again, from what reached the file.
            known.month.clear();
            return Err(failed(error));
        }
        known.read_to += lines.len() as u64;
        known.lines += made.len();
        Ok(made)
    }
}

pub(super) fn month(now: Moment) -> String {
    let parts = now.parts();
    format!("{:04}-{:02}", parts.year, parts.month)
}

impl Known {
    fn read(&mut self, path: &Path, text: &str) -> Result<(), CheckpointError> {
        for (at, line) in text.lines().enumerate() {
            let read: Checkpoint = serde_json::from_str(line).map_err(|_| CheckpointError::Unreadable {
                file: path.display().to_string(),
                line: self.lines + at + 1,
            })?;
            self.previous = line_hash(line);
            self.last.insert(read.organisation.uuid(), read);
        }
        Ok(())
    }

    /// Reads what was added since, by this process or another.
    fn catch_up(&mut self, file: &mut File, path: &Path) -> Result<(), CheckpointError> {
        let mut text = String::new();
        file.seek(SeekFrom::Start(self.read_to))
            .and_then(|_| file.read_to_string(&mut text))
            .map_err(|error| io(path, error))?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        self.read(path, &text[..whole])?;
        self.read_to += whole as u64;
        self.lines += text[..whole].lines().count();
        if whole < text.len() {
            // A process was stopped in the middle of a line; nobody was told of it.
            file.set_len(self.read_to).map_err(|error| io(path, error))?;
        }
        Ok(())
    }
}

/// The checkpoints in a file, or in all files of a folder, each following from the one before. A line that was handed out
/// alone is a file of one line.
///
/// # Errors
/// When it cannot be read, holds something else, or was cut in the middle.
pub fn read_file(path: &Path) -> Result<Vec<Checkpoint>, CheckpointError> {
    let files = if path.is_dir() { files(path)? } else { vec![path.to_owned()] };
    let mut lines = Vec::new();
    let mut previous: Option<String> = None;
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|error| io(&file, error))?;
        let file = file.display().to_string();
        for (at, line) in text.lines().enumerate() {
            let (file, at) = (file.clone(), at + 1);
            let Ok(read) = serde_json::from_str::<Checkpoint>(line) else {
                return Err(CheckpointError::Unreadable { file, line: at });
            };
            if previous.as_ref().is_some_and(|previous| *previous != read.previous) {
                return Err(CheckpointError::Unlinked { file, line: at });
            }
            previous = Some(line_hash(line));
            lines.push(read);
        }
    }
    Ok(lines)
}

/// The checkpoints in a file or folder, each of them signed by this key.
///
/// # Errors
/// As [`read_file`]; or when a line was signed by nobody or by another key.
pub fn checked(path: &Path, key: &PublicKey) -> Result<Vec<Checkpoint>, CheckpointError> {
    let lines = read_file(path)?;
    match lines.iter().position(|line| !line.is_signed_by(key)) {
        Some(at) => Err(CheckpointError::Unsigned { file: path.display().to_string(), line: at + 1, key: key.id() }),
        None => Ok(lines),
    }
}

/// What the checkpoints say of each organisation's chain.
#[must_use]
pub fn landmarks(checkpoints: &[Checkpoint]) -> HashMap<OrganisationId, Landmarks> {
    let mut landmarks: HashMap<OrganisationId, Landmarks> = HashMap::new();
    for checkpoint in checkpoints {
        // A head that cannot be read is one that no chain goes through.
        let hash = checkpoint.hash().unwrap_or_default();
        landmarks.entry(checkpoint.organisation).or_default().add(checkpoint.entries, hash);
    }
    landmarks
}

/// The files of a folder, by month.
fn files(folder: &Path) -> Result<Vec<PathBuf>, CheckpointError> {
    let entries = std::fs::read_dir(folder).map_err(|error| io(folder, error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    Ok(files)
}

fn line_hash(line: &str) -> String {
    hex::encode(&Sha256::digest(line.as_bytes()))
}

fn io(path: &Path, error: std::io::Error) -> CheckpointError {
    CheckpointError::Io(path.display().to_string(), error)
}
