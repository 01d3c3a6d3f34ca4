//! Taking a backup in: all of it or nothing, in one transaction, held against its manifest before it is committed.

use super::lines::{
    BackupLine, BackupSection, Begin, FORMAT, Heading, Manifest, Named, OneOrganisation, Tally, named, schema,
};
use super::{BackupError, Keys, lines, survey_of};
use crate::audit::{Landmarks, Verdict, walk};
use crate::db::{StoredTable, Whole};
use crate::fault::Fault;
use crate::hex;
use crate::kernel::Core;
use crate::master::{ORGANISATION, SECOND_FACTOR};
use crate::seal::Place;
use sea_orm::{AccessMode, SqlErr};
use serde_json::Value;
use std::collections::HashMap;
use std::io::BufRead;
use uuid::Uuid;

/// How many rows are written at a time.
const STRIDE: usize = 500;

/// What was taken in.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What the backup said of itself.
    pub heading: Heading,
    /// What it held.
    pub manifest: Manifest,
}

/// Takes a backup in: everything into an empty installation, or one organisation into its district. The keys are those of
/// the installation that the backup comes from, where they differ from this one's.
///
/// # Errors
/// When it is not whole, does not fit, or would touch what is there; nothing is written then.
pub async fn restore(core: &Core, input: impl BufRead, keys: Option<&Keys>) -> Result<Restored, BackupError> {
    let mut lines = input.lines();
    let heading = read_heading(lines.next())?;
    let whole = core.db.whole(AccessMode::ReadWrite).await?;
    whole.enter(None).await?;
    let home = match &heading.organisation {
        Some(one) => Some(Home::find(&whole, one).await?),
        None => {
            expect_nothing(&whole).await?;
            None
        }
    };
    let mut intake = Intake { core, whole, keys, home, open: None, read: Vec::new(), stored: Vec::new() };
    let manifest = loop {
        let line = lines.next().ok_or_else(|| not_whole("it ends without its manifest"))?.map_err(cut)?;
        match serde_json::from_str(&line).map_err(|_| not_whole("a line that no backup holds"))? {
            BackupLine::Begin(begin) => intake.begin(begin).await?,
            BackupLine::Row(row) => intake.row(row, &line).await?,
            BackupLine::Manifest(manifest) => break manifest,
        }
    };
    if lines.next().is_some() {
        return Err(not_whole("there is something behind the manifest"));
    }
    intake.end().await?;
    intake.hold_against(&manifest).await?;
    intake.whole.commit().await?;
    Ok(Restored { heading, manifest })
}

fn read_heading(line: Option<std::io::Result<String>>) -> Result<Heading, BackupError> {
    let line = line.ok_or_else(|| not_whole("it is empty"))?.map_err(cut)?;
    let heading: Heading = serde_json::from_str(&line).map_err(|_| not_whole("it does not begin as a backup does"))?;
    if heading.banyan != "backup" || heading.format != FORMAT {
        return Err(not_whole("its format is not known to this program"));
    }
    let ours = schema();
    if heading.schema != ours {
        return Err(BackupError::OtherSchema { theirs: heading.schema, ours });
    }
    Ok(heading)
}

async fn expect_nothing(whole: &Whole) -> Result<(), BackupError> {
    for table in whole.tables().iter().filter(|table| !table.is_tenant()) {
        if !whole.is_empty(table).await? {
            return Err(BackupError::NotEmpty(table.name.clone()));
        }
    }
    Ok(())
}

/// Where one organisation goes.
struct Home {
    one: OneOrganisation,
    /// Its district as it is here: districts are known by their address, for two installations give them different ids.
    district: Uuid,
}

impl Home {
    async fn find(whole: &Whole, one: &OneOrganisation) -> Result<Self, BackupError> {
        let id = one.id.simple().to_string();
        for (column, text) in [("slug", &one.slug), ("id", &id)] {
            if named(whole, "organisations", column, text).await?.is_some() {
                return Err(BackupError::Exists(one.slug.clone()));
            }
        }
        let district = named(whole, "districts", "slug", &one.district).await?.and_then(|row| row.uuid("id"));
        let district = district.ok_or_else(|| BackupError::NoDistrict(one.district.clone()))?;
        Ok(Self { one: one.clone(), district })
    }
}

/// A section under way.
struct Open {
    begin: Begin,
    table: StoredTable,
    read: Tally,
    stored: Tally,
    rows: Vec<Vec<Value>>,
}

struct Intake<'c> {
    core: &'c Core,
    whole: Whole,
    keys: Option<&'c Keys>,
    home: Option<Home>,
    open: Option<Open>,
    /// What was read, and what is to be found afterwards: the same but for what was sealed anew.
    read: Vec<BackupSection>,
    stored: Vec<BackupSection>,
}

impl Intake<'_> {
    async fn begin(&mut self, begin: Begin) -> Result<(), BackupError> {
        self.end().await?;
        let table = self.whole.tables().iter().find(|table| table.name == begin.table).cloned();
        let table = table.ok_or_else(|| not_whole("a table that is not known"))?;
        if Begin::of(&table, begin.organisation).columns.iter().any(|column| !begin.columns.contains(column))
            || begin.columns.len() != table.columns.len()
            || begin.organisation.is_some() != table.is_tenant()
        {
            return Err(not_whole("a table of other columns"));
        }
        if let Some(home) = &self.home
            && begin.organisation.is_some_and(|organisation| organisation != home.one.id)
        {
            return Err(not_whole("rows of another organisation"));
        }
        self.whole.enter(begin.organisation).await?;
        self.open = Some(Open { begin, table, read: Tally::default(), stored: Tally::default(), rows: Vec::new() });
        Ok(())
    }

    async fn row(&mut self, row: Vec<Value>, line: &str) -> Result<(), BackupError> {
        let (core, keys, home) = (self.core, self.keys, &self.home);
        let open = self.open.as_mut().ok_or_else(|| not_whole("a row without a table"))?;
        open.read.add(line);
        let mut row = in_order(&open.begin, &open.table, row)?;
        match open.table.name.as_str() {
            "organisations" => take_over(core, keys, home.as_ref(), &open.table, &mut row)?,
            "second_factors" => take_over_second_factor(core, keys, &open.table, &mut row),
            _ => {}
        }
        open.stored.add(&serde_json::to_string(&row).map_err(std::io::Error::from)?);
        open.rows.push(row);
        if open.rows.len() >= STRIDE {
            self.write().await?;
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), BackupError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let rows = std::mem::take(&mut open.rows);
        if rows.is_empty() {
            return Ok(());
        }
        let accounts = self.home.is_some() && open.table.name == "accounts";
        if accounts {
            free_names(&self.whole, &open.table, &rows).await?;
        }
        // Accounts that one organisation brings along may be here already: people belong to several.
        self.whole.fill(&open.table, &rows, accounts).await.map_err(|fault| self.taken(fault))
    }

    /// A key that is taken, when one organisation is taken in, is its own number or address.
    fn taken(&self, fault: Fault) -> BackupError {
        match (&self.home, &fault) {
            (Some(home), Fault::Database(error))
                if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) =>
            {
                BackupError::Exists(home.one.slug.clone())
            }
            _ => fault.into(),
        }
    }

    async fn end(&mut self) -> Result<(), BackupError> {
        self.write().await?;
        if let Some(Open { begin, read, stored, .. }) = self.open.take() {
            self.stored.push(lines::section_of(begin.clone(), stored));
            self.read.push(lines::section_of(begin, read));
        }
        Ok(())
    }

    /// What was read is what the manifest names; what lies in the database is what was read; every chain is whole and ends
    /// where it ended.
    async fn hold_against(&self, manifest: &Manifest) -> Result<(), BackupError> {
        if self.read != manifest.sections {
            return Err(not_whole("its rows are not those that its manifest names"));
        }
        let found = survey_of(&self.whole, self.home.as_ref().map(|home| home.one.id)).await?;
        // An account that was here already may be more recent than the one that came along.
        let merged = |section: &BackupSection| self.home.is_some() && section.table == "accounts";
        let found: HashMap<_, _> =
            found.iter().map(|section| ((&section.table, section.organisation), section)).collect();
        for section in self.stored.iter().filter(|section| !merged(section)) {
            if found.get(&(&section.table, section.organisation)) != Some(&section) {
                return Err(not_whole(&format!("{} was not stored as it was read", section.table)));
            }
        }
        for chain in &manifest.chains {
            self.whole.enter(Some(chain.organisation)).await?;
            let mut landmarks = Landmarks::default();
            if chain.entries > 0 {
                landmarks.add(chain.entries, hex::decode(&chain.head).unwrap_or_default());
            }
            match walk(&self.whole, chain.organisation, 1, landmarks).await? {
                Verdict::Whole { entries } if entries == chain.entries => {}
                Verdict::Whole { entries: seq } | Verdict::Broken { seq } | Verdict::Rewritten { seq, .. } => {
                    return Err(BackupError::BrokenChain { slug: chain.slug.clone(), seq });
                }
            }
        }
        Ok(())
    }
}

/// The row in the order of this engine's columns.
fn in_order(begin: &Begin, table: &StoredTable, row: Vec<Value>) -> Result<Vec<Value>, BackupError> {
    if row.len() != begin.columns.len() {
        return Err(not_whole("a row of another length"));
    }
    let mut cells: HashMap<&str, Value> = begin.columns.iter().map(|(name, _)| name.as_str()).zip(row).collect();
    Ok(table.columns.iter().filter_map(|column| cells.remove(column.name.as_str())).collect())
}

/// An organisation comes under this installation's master key, and into its district as it is here.
fn take_over(
    core: &Core,
    keys: Option<&Keys>,
    home: Option<&Home>,
    table: &StoredTable,
    row: &mut [Value],
) -> Result<(), BackupError> {
    let at = |name: &str| table.columns.iter().position(|column| column.name == name);
    let broken = || not_whole("an organisation that cannot be read");
    let (id, key, district) = match (at("id"), at("data_key"), at("district_id")) {
        (Some(id), Some(key), Some(district)) => (id, key, district),
        _ => return Err(broken()),
    };
    let organisation: Uuid = row[id].as_str().and_then(|id| id.parse().ok()).ok_or_else(broken)?;
    let sealed = row[key].as_str().and_then(hex::decode).ok_or_else(broken)?;
    let place = Place { column: ORGANISATION, row: organisation };
    let taken = core.master.take_over(keys.map(Keys::master), place, &sealed).map_err(|_| BackupError::OtherKey)?;
    if let Some(taken) = taken {
        row[key] = Value::String(hex::encode(&taken));
    }
    if let Some(home) = home {
        row[district] = Value::String(home.district.simple().to_string());
    }
    Ok(())
}

/// The secrets of a second factor come under this installation's master key. One that no key opens is left as it is: it was
/// lost before, and its person can be let in anew.
fn take_over_second_factor(core: &Core, keys: Option<&Keys>, table: &StoredTable, row: &mut [Value]) {
    let at = |name: &str| table.columns.iter().position(|column| column.name == name);
    let account = at("account_id").and_then(|at| row[at].as_str()?.parse::<Uuid>().ok());
    let Some(account) = account else { return };
    let place = Place { column: SECOND_FACTOR, row: account };
    for column in ["secret", "pending"].into_iter().filter_map(at) {
        let sealed = row[column].as_str().and_then(hex::decode);
        let taken = sealed.and_then(|sealed| core.master.take_over(keys.map(Keys::master), place, &sealed).ok()?);
        if let Some(taken) = taken {
            row[column] = Value::String(hex::encode(&taken));
        }
    }
}

/// Nobody else may have a sign-in name that comes along.
async fn free_names(whole: &Whole, table: &StoredTable, rows: &[Vec<Value>]) -> Result<(), BackupError> {
    let columns = Begin::of(table, None).columns;
    let mut taken = Vec::new();
    for row in rows {
        let account = Named::of(&columns, row);
        let Some(name) = account.text("sign_in_name") else { continue };
        let there = named(whole, "accounts", "sign_in_name", &name).await?;
        if there.is_some_and(|there| there.text("id") != account.text("id")) {
            taken.push(name);
        }
    }
    if taken.is_empty() { Ok(()) } else { Err(BackupError::NamesTaken(taken)) }
}

fn not_whole(why: &str) -> BackupError {
    BackupError::NotWhole(why.to_owned())
}

/// A stream that was cut or bent does not open to its end.
fn cut(error: std::io::Error) -> BackupError {
    BackupError::NotWhole(error.to_string())
}
