//! Backups: everything, or one organisation, as one sealed stream that either engine can take in.
//!
//! ```text
//! out   one snapshot → rows, a line each → gzip → age → file
//! in    file → age → gzip → rows → one transaction → digests and chains held against the manifest → commit
//! ```
//!
//! A backup is lines of JSON inside gzip inside [age](https://age-encryption.org/v1): the heading, then section after section
//! (a table of one organisation, or one above them all) with a row a line, then the manifest. Without its manifest a backup
//! is not whole. What is sealed in the database stays sealed; the keys lie in a file of their own ([`Keys`]).

mod envelope;
mod keys;
mod lines;
mod restore;

pub use envelope::{BadLock, Lock, Opened, Sealed, Unlock};
pub use keys::Keys;
pub use lines::{BackupSection, Chain, Heading, Manifest, OneOrganisation};
pub use restore::{Restored, restore};

use crate::db::{FileLane, Only, StoredTable, Whole};
use crate::entity::audit_head;
use crate::fault::Fault;
use crate::kernel::Core;
use domain::refusal::Refusal;
use lines::{Begin, FORMAT, Tally, schema, section_of};
use sea_orm::{AccessMode, ColumnTrait, DbBackend};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use uuid::Uuid;

/// Why a backup could not be made or taken in.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The database.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The business said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such organisation.
    #[error("there is no organisation {0}")]
    NoOrganisation(String),
    /// It cannot be opened with what was given.
    #[error("cannot be opened: not this passphrase or identity, or no backup ({0})")]
    Locked(String),
    /// It ends early, or holds what no backup holds.
    #[error("the backup is not whole: {0}")]
    NotWhole(String),
    /// It was made by a program with another schema.
    #[error(
        "the backup has the schema {theirs}, this program has {ours}; restore it with the version that made it and upgrade then"
    )]
    OtherSchema {
        /// The backup's newest change.
        theirs: String,
        /// This program's.
        ours: String,
    },
    /// A backup of everything goes into an empty installation only.
    #[error("there is something in the database: {0} has rows; a backup of everything goes into an empty one only")]
    NotEmpty(String),
    /// One organisation goes into its district only.
    #[error("there is no district {0} here; make it first (`banyan admin create`)")]
    NoDistrict(String),
    /// The organisation is there already.
    #[error("there is an organisation {0} here already, or one of the same number")]
    Exists(String),
    /// Accounts of other people have these names.
    #[error("these sign-in names belong to other accounts here: {}", .0.join(", "))]
    NamesTaken(Vec<String>),
    /// The master key of this installation does not open the organisations' keys.
    #[error(
        "what is sealed was sealed under another master key; give the keys of the backup (--keys), or put its master.key in place first"
    )]
    OtherKey,
    /// A chain is not the one that the manifest names.
    #[error("{slug}: the audit chain is not whole, from entry {seq} on")]
    BrokenChain {
        /// Whose.
        slug: String,
        /// The first entry that is wrong.
        seq: i64,
    },
}

/// Writes everything, or one organisation, to `out`, as of one moment; whoever writes meanwhile is not disturbed.
///
/// # Errors
/// When the database or `out` does not answer; [`BackupError::NoOrganisation`].
pub async fn backup(core: &Core, organisation: Option<&str>, out: &mut impl Write) -> Result<Manifest, BackupError> {
    let whole = core.db.whole(AccessMode::ReadOnly).await?;
    whole.enter(None).await?;
    let one = match organisation {
        Some(slug) => Some(lines::one_organisation(&whole, slug).await?),
        None => None,
    };
    let engine = if whole.backend() == DbBackend::Postgres { "postgres" } else { "sqlite" };
    let heading = Heading {
        banyan: "backup".to_owned(),
        format: FORMAT,
        schema: schema(),
        engine: engine.to_owned(),
        made_at: (core.clock.now()).to_iso(),
        organisation: one.clone(),
    };
    write_line(out, &serde_json::to_value(&heading).map_err(std::io::Error::from)?)?;
    let mut sections = Vec::new();
    for part in parts(&whole, one.as_ref().map(|one| one.id)).await? {
        whole.enter(part.organisation).await?;
        let begin = Begin::of(part.table, part.organisation);
        write_line(out, &serde_json::to_value(&begin).map_err(std::io::Error::from)?)?;
        let mut tally = Tally::default();
        let each = |row: &[Value]| {
            let line = serde_json::to_string(row).map_err(std::io::Error::from)?;
            tally.add(&line);
            out.write_all(line.as_bytes())?;
            Ok::<(), BackupError>(out.write_all(b"\n")?)
        };
        whole.rows(part.table, &part.only, each).await?;
        sections.push(section_of(begin, tally));
    }
    let manifest = Manifest { sections, chains: chains(&whole, core, one.as_ref().map(|one| one.id)).await? };
    write_line(out, &serde_json::to_value(&manifest).map_err(std::io::Error::from)?)?;
    whole.rollback().await?;
    Ok(manifest)
}

/// How many rows every table of every organisation has, and their hash: two installations with the same sections hold the
/// same.
///
/// # Errors
/// When the database does not answer.
pub async fn survey(core: &Core) -> Result<Vec<BackupSection>, BackupError> {
    let whole = core.db.whole(AccessMode::ReadOnly).await?;
    survey_of(&whole, None).await
}

async fn survey_of(whole: &Whole, one: Option<Uuid>) -> Result<Vec<BackupSection>, BackupError> {
    let mut sections = Vec::new();
    for part in parts(whole, one).await? {
        whole.enter(part.organisation).await?;
        let mut tally = Tally::default();
        let each = |row: &[Value]| {
            tally.add(&serde_json::to_string(row).map_err(std::io::Error::from)?);
            Ok::<(), BackupError>(())
        };
        whole.rows(part.table, &part.only, each).await?;
        sections.push(section_of(Begin::of(part.table, part.organisation), tally));
    }
    Ok(sections)
}

/// A section that is to be read.
struct Part<'t> {
    table: &'t StoredTable,
    organisation: Option<Uuid>,
    only: Only,
}

/// What a backup of everything, or of one organisation, consists of: what stands above, then organisation by organisation.
/// Of what stands above, one organisation takes along itself and the accounts that its rows name.
async fn parts(whole: &Whole, one: Option<Uuid>) -> Result<Vec<Part<'_>>, BackupError> {
    let (tenants, above): (Vec<&StoredTable>, Vec<&StoredTable>) =
        whole.tables().iter().partition(|table| table.is_tenant());
    let mut parts = Vec::new();
    let organisations = match one {
        None => {
            parts.extend(above.iter().map(|table| Part { table, organisation: None, only: Only::All }));
            whole.enter(None).await?;
            organisations(whole).await?.into_keys().collect()
        }
        Some(id) => {
            whole.enter(Some(id)).await?;
            let mut named: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
            for table in &tenants {
                let up = table.links.iter().filter(|(_, to)| above.iter().any(|table| table.name == *to));
                for (column, to) in up.filter(|(_, to)| to != "organisations") {
                    named.entry(to).or_default().extend(whole.referred(table, column, id).await?);
                }
            }
            for table in &above {
                let only = match named.remove(table.name.as_str()) {
                    Some(mut ids) => {
                        ids.sort();
                        ids.dedup();
                        Only::Ids(ids)
                    }
                    None if table.name == "organisations" => Only::Ids(vec![id]),
                    None => continue,
                };
                parts.push(Part { table, organisation: None, only });
            }
            vec![id]
        }
    };
    for id in organisations {
        parts.extend(tenants.iter().map(|table| Part { table, organisation: Some(id), only: Only::Organisation(id) }));
    }
    Ok(parts)
}

/// The addresses of all organisations, by their ids.
async fn organisations(whole: &Whole) -> Result<BTreeMap<Uuid, String>, BackupError> {
    let slug = |table: &StoredTable| {
        let at = |name: &str| table.columns.iter().position(|column| column.name == name);
        at("id").zip(at("slug"))
    };
    let table = whole.tables().iter().find(|table| table.name == "organisations");
    let mut found = BTreeMap::new();
    if let Some((table, (id, slug))) = table.and_then(|table| Some((table, slug(table)?))) {
        let each = |row: &[Value]| {
            let text = |at: usize| row.get(at).and_then(Value::as_str).unwrap_or_default();
            found.extend(text(id).parse::<Uuid>().map(|id| (id, text(slug).to_owned())));
            Ok::<(), BackupError>(())
        };
        whole.rows(table, &Only::All, each).await?;
    }
    Ok(found)
}

/// Where the chains stand, and what was last signed of them.
async fn chains(whole: &Whole, core: &Core, one: Option<Uuid>) -> Result<Vec<Chain>, BackupError> {
    whole.enter(None).await?;
    let mut chains = Vec::new();
    for (organisation, slug) in organisations(whole).await? {
        if one.is_some_and(|one| one != organisation) {
            continue;
        }
        whole.enter(Some(organisation)).await?;
        let head = whole.find::<audit_head::Entity>();
        let head = head.filter(audit_head::Column::OrganisationId.eq(organisation)).one().await?;
        let checkpoint = core.checkpoints.get().and_then(|kept| kept.last(organisation.into()));
        chains.push(Chain {
            organisation,
            slug,
            entries: head.as_ref().map_or(0, |head| head.seq),
            head: crate::hex::encode(&head.map(|head| head.hash).unwrap_or_default()),
            checkpoint,
        });
    }
    Ok(chains)
}

fn write_line(out: &mut impl Write, line: &Value) -> std::io::Result<()> {
    out.write_all(format!("{line}\n").as_bytes())
}
