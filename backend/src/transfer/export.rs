//! One organisation's data as files that any program can read: a table a file, a row a line, in JSON.
//!
//! Everything is there, opened: an export is how an organisation takes its own work along. So only its head may make one, it
//! stands in the audit chain before the first row is read, and its files are readable by their owner only.

use super::tables::{self, Rows};
use crate::hex;
use crate::organisations::Organisation;
use crate::scope::StaffScope;
use domain::access::{Action, Object};
use domain::events::{EventKind, Subject};
use domain::lang::{Lang, Text, texts};
use domain::refusal::Refusal;
use migrations::{Migrator, MigratorTrait};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The version of what an export looks like; it counts up when a reader would have to change.
const FORMAT: u32 = 1;
/// The name of the manifest's file.
const MANIFEST: &str = "manifest.json";
/// Every register, and every form in each of its versions.
const REGISTERS: &str = "registers";
const FORMS: &str = "forms";

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The business said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A file could not be written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl ExportError {
    /// A sentence in one language.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Self::Refused(refusal) => refusal.say(lang),
            Self::Io(error) => not_written(error).say(lang).to_owned(),
        }
    }
}

fn not_written(error: &std::io::Error) -> Text {
    texts(format!("文件无法写入：{error}。"), format!("The files cannot be written: {error}."))
}

/// Where an export goes.
pub trait Sink {
    /// Begins a file; what comes next belongs to it.
    ///
    /// # Errors
    /// When it cannot be made.
    fn begin(&mut self, file: &str) -> std::io::Result<()>;

    /// Adds to the file that was begun last.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()>;

    /// Finishes the file that was begun last.
    ///
    /// # Errors
    /// When it cannot be written.
    fn end(&mut self) -> std::io::Result<()>;
}

/// A folder that the export fills.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    open: Option<BufWriter<File>>,
}

impl Folder {
    /// A new or empty folder.
    ///
    /// # Errors
    /// When there is something in it, or it cannot be made.
    pub fn new(path: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(path)?;
        if std::fs::read_dir(path)?.next().is_some() {
            return Err(std::io::Error::new(std::io::ErrorKind::DirectoryNotEmpty, "the folder is not empty"));
        }
        Ok(Self { path: path.to_owned(), open: None })
    }
}

impl Sink for Folder {
    fn begin(&mut self, file: &str) -> std::io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        self.open = Some(BufWriter::new(options.open(self.path.join(file))?));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.open.as_mut().map_or(Ok(()), |file| file.write_all(bytes))
    }

    fn end(&mut self) -> std::io::Result<()> {
        match self.open.take() {
            Some(file) => file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all(),
            None => Ok(()),
        }
    }
}

/// What an export holds, for whoever reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExportManifest {
    /// The version of what an export looks like.
    pub format: u32,
    /// The newest change of the schema.
    pub schema: String,
    /// When it was made.
    pub exported_at: String,
    /// By whom.
    pub exported_by: String,
    /// Whose data it is.
    pub organisation: Exported,
    /// The files, in order.
    pub tables: Vec<TableFile>,
}

/// The organisation as its export names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Its id.
    pub id: String,
    /// Its address.
    pub slug: String,
    /// What its numbers begin with.
    pub code: String,
    /// Its registered name.
    pub name: String,
    /// Who runs it.
    pub operator: String,
    /// The area it serves.
    pub area: String,
    /// The packs it carries.
    pub packs: String,
    /// What it is there for.
    pub about: String,
    /// Where it is.
    pub address: String,
    /// Its enquiry telephone.
    pub phone: String,
    /// When it is open.
    pub hours: String,
}

impl Exported {
    fn of(organisation: &Organisation) -> Self {
        Self {
            id: organisation.id.uuid().to_string(),
            slug: organisation.slug.clone(),
            code: organisation.code.clone(),
            name: organisation.name.clone(),
            operator: organisation.operator.clone(),
            area: organisation.area.clone(),
            packs: organisation.given.to_string(),
            about: organisation.about.clone(),
            address: organisation.address.clone(),
            phone: organisation.phone.clone(),
            hours: organisation.hours.clone(),
        }
    }
}

/// One file of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableFile {
    /// Its name.
    pub file: String,
    /// How many rows, each a line.
    pub rows: u64,
    /// The hash of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Writes the organisation's data to `sink`, the manifest last: an export without one is not whole.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody but the head; or when a file cannot be written.
pub async fn export<S: Sink + Send>(scope: &StaffScope, sink: &mut S) -> Result<ExportManifest, ExportError> {
    scope.need(Object::Export, Action::Create)?;
    let organisation = scope.organisation();
    let subject = Subject { kind: Object::Export, id: organisation.id.uuid() };
    scope.note_with(EventKind::ExportMade, subject, BTreeMap::new()).await?;
    let mut files = Files { sink, done: Vec::new(), open: None };
    let tx = scope.read().await?;
    tables::all(&tx, organisation, &mut files).await?;
    // A paper names its register and the version of the form that it was filled in; without them nobody could read it.
    files.table(REGISTERS)?;
    for register in scope.registers().iter() {
        files.row(&serde_json::to_value(&**register).map_err(std::io::Error::other)?)?;
    }
    files.table(FORMS)?;
    for form in scope.registers().forms() {
        files.row(&serde_json::to_value(form).map_err(std::io::Error::other)?)?;
    }
    files.end()?;
    let manifest = ExportManifest {
        format: FORMAT,
        schema: Migrator::migrations().last().map_or_else(String::new, |migration| migration.name().to_owned()),
        exported_at: scope.now().to_iso(),
        exported_by: scope.name().to_owned(),
        organisation: Exported::of(organisation),
        tables: files.done,
    };
    let text = serde_json::to_string_pretty(&manifest).map_err(std::io::Error::other)?;
    sink.begin(MANIFEST)?;
    sink.write(text.as_bytes())?;
    sink.write(b"\n")?;
    sink.end()?;
    Ok(manifest)
}

/// Rows on their way into files, counted and hashed.
struct Files<'s, S> {
    sink: &'s mut S,
    done: Vec<TableFile>,
    open: Option<(String, u64, Sha256)>,
}

impl<S: Sink> Files<'_, S> {
    fn end(&mut self) -> std::io::Result<()> {
        if let Some((file, rows, hash)) = self.open.take() {
            self.sink.end()?;
            self.done.push(TableFile { file, rows, sha256: hex::encode(&hash.finalize()) });
        }
        Ok(())
    }
}

impl<S: Sink> Rows for Files<'_, S> {
    type Error = ExportError;

    fn table(&mut self, name: &str) -> Result<(), ExportError> {
        self.end()?;
        let file = format!("{name}.jsonl");
        self.sink.begin(&file)?;
        self.open = Some((file, 0, Sha256::new()));
        Ok(())
    }

    fn row(&mut self, row: &Value) -> Result<(), ExportError> {
        let line = format!("{row}\n");
        self.sink.write(line.as_bytes())?;
        if let Some((_, rows, hash)) = &mut self.open {
            *rows += 1;
            hash.update(line.as_bytes());
        }
        Ok(())
    }
}
