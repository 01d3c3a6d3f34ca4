//! The rows that the master key seals: which key each needs, sealing them anew, and letting a key go.
//!
//! Everything happens while the service runs, in small transactions, and can be repeated: a row that the first key sealed is
//! left alone, and one that changed since it was read is looked at again.

use super::{Fingerprint, KeysError, MasterKey, ORGANISATION, SECOND_FACTOR, file, named, tried};
use crate::entity::{Platform, organisation, recovery_code, second_factor};
use crate::fault::Fault;
use crate::kernel::Core;
use crate::seal::{Place, Secret};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{AccessMode, ActiveModelTrait, ColumnTrait, Condition, Order};
use std::fmt;
use std::path::PathBuf;
use uuid::Uuid;

/// How many rows are looked at in one transaction.
const STRIDE: u64 = 100;

/// What needs a key of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The key.
    pub key: Fingerprint,
    /// Organisations whose key it seals.
    pub organisations: usize,
    /// Second factors whose secret it seals.
    pub second_factors: usize,
    /// Recovery codes that only it can check, from before they were kept under the second factor's own secret.
    pub recovery_codes: usize,
}

impl KeyUse {
    /// Whether anything needs it.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.organisations + self.second_factors + self.recovery_codes > 0
    }

    /// How it comes to be needed no more.
    pub(super) fn remedy(&self) -> &'static str {
        if self.organisations + self.second_factors > 0 {
            "run `banyan keys reseal`"
        } else {
            "such codes go when their people make new ones, or with --forget-codes"
        }
    }
}

impl fmt::Display for KeyUse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} organisations, {} second factors", self.organisations, self.second_factors)?;
        if self.recovery_codes > 0 {
            write!(out, ", {} recovery codes", self.recovery_codes)?;
        }
        Ok(())
    }
}

/// The keys of the file and what needs them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// In the order of the file: the first one seals.
    pub keys: Vec<KeyUse>,
    /// The addresses of organisations whose key none of them opens.
    pub closed_organisations: Vec<String>,
    /// How many second factors none of them opens.
    pub closed_second_factors: usize,
}

/// Says what each key of the file still seals.
///
/// # Errors
/// When the file or the database does not answer.
pub async fn survey(core: &Core) -> Result<Survey, KeysError> {
    survey_under(core, &core.master.read_again()?).await
}

async fn survey_under(core: &Core, keys: &[Secret]) -> Result<Survey, KeysError> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let unused = |key| KeyUse { key: Fingerprint::of(key), organisations: 0, second_factors: 0, recovery_codes: 0 };
    let mut survey = Survey { keys: keys.iter().map(unused).collect(), ..Survey::default() };
    for row in tx.find::<organisation::Entity>().order(organisation::Column::Slug, Order::Asc).all().await? {
        match tried(keys, Place { column: ORGANISATION, row: row.id }, &row.data_key) {
            Ok((at, _)) => survey.keys[at].organisations += 1,
            Err(_) => survey.closed_organisations.push(row.slug),
        }
    }
    for row in tx.find::<second_factor::Entity>().all().await? {
        let place = Place { column: SECOND_FACTOR, row: row.account_id };
        let sealed = [row.secret, row.pending].into_iter().flatten();
        let (opened, closed): (Vec<_>, Vec<_>) =
            sealed.map(|sealed| tried(keys, place, &sealed)).partition(Result::is_ok);
        let mut by: Vec<usize> = opened.into_iter().flatten().map(|(at, _)| at).collect();
        by.dedup();
        by.into_iter().for_each(|at| survey.keys[at].second_factors += 1);
        survey.closed_second_factors += usize::from(!closed.is_empty());
    }
    if let Some(last) = survey.keys.last_mut() {
        // A hash does not tell its key. But since codes are kept otherwise, no key was added that such a hash could be under:
        // it is under the oldest one of the file.
        last.recovery_codes = tx.find::<recovery_code::Entity>().filter(old_codes()).count().await? as usize;
    }
    Ok(survey)
}

/// Recovery codes that are kept under the master key itself: their hashes are shorter than those of today.
fn old_codes() -> SimpleExpr {
    Expr::cust("length(code_hash) = 16")
}

/// Removes the recovery codes that hang on the oldest key; says how many. Their people make new ones.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old_codes(core: &Core) -> Result<u64, KeysError> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    let gone = tx.delete::<recovery_code::Entity>(Condition::all().add(old_codes())).await?;
    tx.commit().await?;
    Ok(gone)
}

/// Holds the file against the database: a file that opens nothing there is another installation's.
///
/// # Errors
/// [`KeysError::Foreign`]; or when the database does not answer.
pub async fn check(core: &Core) -> Result<(), KeysError> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let rows = tx.find::<organisation::Entity>().all().await?;
    let organisations = rows.len();
    let keys = core.master.known();
    let opens =
        |row: &organisation::Model| tried(&keys, Place { column: ORGANISATION, row: row.id }, &row.data_key).is_ok();
    let closed: Vec<String> = rows.into_iter().filter(|row| !opens(row)).map(|row| row.slug).collect();
    if organisations > 0 && closed.len() == organisations {
        let file = core.master.0.file.as_ref().map_or("the key".to_owned(), |file| file.display().to_string());
        return Err(KeysError::Foreign { file, organisations });
    }
    if !closed.is_empty() {
        tracing::error!(organisations = closed.join(", "), "the master key does not open these organisations' keys");
    }
    Ok(())
}

/// What was sealed anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Organisations' keys.
    pub organisations: usize,
    /// Secrets of second factors.
    pub second_factors: usize,
}

/// Seals everything that another key of the file sealed by the first one. What no key opens is left as it is;
/// [`survey`] names it.
///
/// # Errors
/// When the file or the database does not answer; what was done until then stays done.
pub async fn reseal(core: &Core) -> Result<Resealed, KeysError> {
    let mut round = Round { core, done: Resealed::default(), overtaken: 0 };
    loop {
        let mut after = Some(Uuid::nil());
        while let Some(id) = after {
            after = round.organisations_after(id).await?;
        }
        after = Some(Uuid::nil());
        while let Some(id) = after {
            after = round.second_factors_after(id).await?;
        }
        // Whoever was quicker wrote the row: it is looked at once more.
        if std::mem::take(&mut round.overtaken) == 0 {
            return Ok(round.done);
        }
    }
}

/// One walk through everything that is sealed, some rows to a transaction.
struct Round<'c> {
    core: &'c Core,
    done: Resealed,
    /// Rows that somebody else wrote meanwhile.
    overtaken: usize,
}

impl Round<'_> {
    /// Seals the organisations' keys behind an id anew; answers the last id, if there may be more.
    async fn organisations_after(&mut self, after: Uuid) -> Result<Option<Uuid>, KeysError> {
        use organisation::{ActiveModel, Column, Entity};
        let tx = self.core.db.identity(None, AccessMode::ReadOnly).await?;
        let rows =
            tx.find::<Entity>().filter(Column::Id.gt(after)).order(Column::Id, Order::Asc).limit(STRIDE).all().await?;
        drop(tx);
        let last = rows.last().map(|row| row.id);
        let mut anew = Vec::new();
        for row in rows {
            let place = Place { column: ORGANISATION, row: row.id };
            let Some(sealed) = sealed_anew(&self.core.master, place, &row.data_key)? else { continue };
            let same = Condition::all().add(Column::Id.eq(row.id)).add(Column::DataKey.eq(row.data_key));
            anew.push((ActiveModel { data_key: Set(sealed), ..Default::default() }, same));
        }
        self.done.organisations += self.write::<Entity>(anew).await?;
        Ok(last)
    }

    /// The same for the secrets of second factors, those that wait for their first code included.
    async fn second_factors_after(&mut self, after: Uuid) -> Result<Option<Uuid>, KeysError> {
        use second_factor::{ActiveModel, Column, Entity};
        let tx = self.core.db.identity(None, AccessMode::ReadOnly).await?;
        let behind = Column::AccountId.gt(after);
        let rows = tx.find::<Entity>().filter(behind).order(Column::AccountId, Order::Asc).limit(STRIDE).all().await?;
        drop(tx);
        let last = rows.last().map(|row| row.account_id);
        let mut anew = Vec::new();
        for row in rows {
            let place = Place { column: SECOND_FACTOR, row: row.account_id };
            for (column, held) in [(Column::Secret, row.secret), (Column::Pending, row.pending)] {
                let Some(held) = held else { continue };
                let Some(sealed) = sealed_anew(&self.core.master, place, &held)? else { continue };
                let same = Condition::all().add(Column::AccountId.eq(row.account_id)).add(column.eq(held));
                let row = match column {
                    Column::Pending => ActiveModel { pending: Set(Some(sealed)), ..Default::default() },
                    _ => ActiveModel { secret: Set(Some(sealed)), ..Default::default() },
                };
                anew.push((row, same));
            }
        }
        self.done.second_factors += self.write::<Entity>(anew).await?;
        Ok(last)
    }

    /// Writes each row that is still as it was read; answers how many were. Where there is nothing to write nobody is kept
    /// waiting: SQLite has one writer, and it is not a fair queue.
    async fn write<E: Platform>(&mut self, anew: Vec<(E::ActiveModel, Condition)>) -> Result<usize, KeysError>
    where
        E::ActiveModel: ActiveModelTrait<Entity = E>,
    {
        let mut written = 0;
        if anew.is_empty() {
            return Ok(written);
        }
        let tx = self.core.db.identity(None, AccessMode::ReadWrite).await?;
        for (row, same) in anew {
            if tx.update::<E>(row, same).await? > 0 { written += 1 } else { self.overtaken += 1 }
        }
        tx.commit().await?;
        Ok(written)
    }
}

/// The secret sealed by the first key, where it is not and can be.
fn sealed_anew(master: &MasterKey, place: Place<'_>, sealed: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    match master.sealed_anew(place, sealed) {
        Err(Fault::Seal(_)) => Ok(None),
        other => other,
    }
}

/// Takes a key that nothing needs out of the file; answers the file in which it lies now: it still opens older backups.
///
/// # Errors
/// [`KeysError::Needed`], [`KeysError::Seals`] or [`KeysError::Unknown`]; or when the file or the database does not answer.
pub async fn retire(core: &Core, key: Fingerprint) -> Result<PathBuf, KeysError> {
    let path = core.master.file()?;
    let failed = named(path);
    let locked = file::Locked::take(path).map_err(&failed)?;
    let at = locked.keys().iter().position(|one| Fingerprint::of(one) == key).ok_or(KeysError::Unknown(key))?;
    if at == 0 {
        return Err(KeysError::Seals(key));
    }
    let needed =
        survey_under(core, locked.keys()).await?.keys.into_iter().find(|one| one.key == key && one.is_needed());
    if let Some(needed) = needed {
        return Err(KeysError::Needed(needed));
    }
    let mut rest = locked.keys().to_vec();
    let aside = locked.set_aside(&rest.remove(at), &key.to_string()).map_err(&failed)?;
    locked.replace(&rest).map_err(&failed)?;
    core.master.read_again()?;
    Ok(aside)
}
