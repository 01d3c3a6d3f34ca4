//! What an applicant sees with the receipt code, without an account.

use super::telling::{changed, noticed, tells_of};
use super::{MISSING, RECEIPT, REFUSAL, state};
use crate::catalogue::Service;
use crate::codes::plain;
use crate::entity::{application, notice, service};
use crate::fault::fault;
use crate::keys;
use crate::scope::PublicScope;
use crate::seal::Place;
use crate::settle;
use domain::applications::{ApplicationState, ReferralDecision, TellMode};
use domain::refusal::{Problem, Refusal};
use domain::time::Moment;
use sea_orm::{ColumnTrait, Order};

/// Where an application stands, for the person who applied. Nothing about the person: a code may be seen by others.
#[derive(Clone, Debug)]
pub struct Status {
    /// Its number.
    pub number: String,
    /// For sending what is missing.
    pub version: i64,
    /// The service.
    pub service: String,
    /// Where it stands.
    pub state: ApplicationState,
    /// When it came in.
    pub submitted: Moment,
    /// What is missing, while it is.
    pub missing: Option<String>,
    /// Why it was refused, as it was explained.
    pub refusal: Option<String>,
    /// What was offered instead.
    pub referral: Option<ReferralDecision>,
    /// When the receipt of success was issued (INT-14).
    pub confirmed: Option<Moment>,
    /// When the applicant was told of which state, newest first.
    pub told: Vec<(Moment, ApplicationState)>,
}

/// Looks an application up by its receipt code. Whoever looks is told by looking (INT-10), which is written down once for each change.
///
/// # Errors
/// [`Refusal::Invalid`] at `code` when no application of this organisation has it.
pub async fn status(scope: &PublicScope, code: &str) -> Result<Status, Refusal> {
    let unknown = || Refusal::field("code", Problem::UnknownCode);
    let code = plain(code);
    if code.is_empty() {
        return Err(Refusal::field("code", Problem::Required));
    }
    let tx = scope.read().await?;
    let index = scope.organisation().key.index(RECEIPT, &code);
    let found = tx.find::<application::Entity>().filter(application::Column::ReceiptIndex.eq(index)).one().await?;
    let row = found.ok_or_else(unknown)?;
    let key = keys::open(&tx, scope.organisation(), row.key_id).await.map_err(|_| unknown())?;
    let service = Service::read(tx.find::<service::Entity>().by_id(row.service_id).need().await?)?;
    let told = tx
        .find::<notice::Entity>()
        .filter(notice::Column::ApplicationId.eq(row.id))
        .sorted(notice::Column::ToldAt, Order::Desc)
        .all()
        .await?;
    let changed = changed(&tx, &row).await?;
    drop(tx);
    if !tells_of(&told, state(&row)?, changed)
        && let Err(refusal) = look(scope, &row).await
    {
        tracing::warn!(%refusal, "that an applicant looked was not written down");
    }
    let text = |column: &str, sealed: &Option<Vec<u8>>| {
        sealed.as_ref().map(|sealed| key.open(Place { column, row: row.id }, sealed).map_err(fault)).transpose()
    };
    Ok(Status {
        service: service.name,
        state: state(&row)?,
        submitted: Moment::from_millis(row.submitted_at),
        missing: text(MISSING, &row.missing)?,
        refusal: text(REFUSAL, &row.refusal_note)?,
        referral: row.refusal_referral.as_deref().and_then(|referral| ReferralDecision::parse(referral).ok()),
        confirmed: row.confirmed_at.map(Moment::from_millis),
        told: told
            .iter()
            .filter_map(|row| Some((Moment::from_millis(row.told_at), ApplicationState::parse(&row.state).ok()?)))
            .collect(),
        version: row.version,
        number: row.number,
    })
}

/// Writes down that the applicant looked, unless it changed meanwhile or somebody else told.
async fn look(scope: &PublicScope, seen: &application::Model) -> Result<(), Refusal> {
    let acting = scope.acting();
    settle::witness(acting, async |tx, now| {
        let row = tx.find::<application::Entity>().by_id(seen.id).need().await?;
        let notices = tx.find::<notice::Entity>().filter(notice::Column::ApplicationId.eq(row.id)).all().await?;
        let here = state(&row)?;
        if row.state != seen.state || tells_of(&notices, here, changed(tx, &row).await?) {
            return Ok(Vec::new());
        }
        Ok(vec![noticed(&acting.core, tx, &row, here, TellMode::StatusPage, now).await?])
    })
    .await
}
