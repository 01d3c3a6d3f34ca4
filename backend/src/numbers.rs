//! Numbers without gaps or reuse: the sequence's row is locked by the transaction that takes a number, and a transaction
//! that fails gives it back.

use crate::db::WriteTx;
use crate::fault::{Fault, fault};
use domain::numbers::{Number, OrganisationCode, SeriesCode};
use domain::refusal::Refusal;
use domain::time::Day;

pub(crate) async fn next(tx: &WriteTx, organisation: &str, series: SeriesCode, today: Day) -> Result<String, Refusal> {
    let year = today.year();
    let sql = "INSERT INTO sequences (organisation_id, series, year, last) VALUES ($1, $2, $3, 1) \
               ON CONFLICT (organisation_id, series, year) DO UPDATE SET last = sequences.last + 1 RETURNING last";
    let row = tx.kernel(sql, vec![series.to_string().into(), i64::from(year).into()]).await?.ok_or(Refusal::Stale)?;
    let last: i64 = row.try_get_by_index(0).map_err(fault)?;
    let organisation = OrganisationCode::parse(organisation).map_err(|_| fault(Fault::Stored("organisation code")))?;
    let place = u32::try_from(last).map_err(|_| fault(Fault::Stored("sequence")))?;
    Ok(Number { organisation, series, year, place }.to_string())
}
