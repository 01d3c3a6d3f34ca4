//! Opening a named case (SEC-01): for a reason, for a day, and never unseen by the station.

use crate::acting::Acting;
use crate::cases::{self, CaseFile};
use crate::change::{Command, act, run};
use crate::entity::{case, opening};
use crate::happening::Happening;
use crate::organisations::{Organisation, among};
use crate::scope::{OversightScope, StaffScope};
use crate::{audit, identity, members};
use domain::access::{Action, Object};
use domain::events::{Event, EventKind, Subject};
use domain::ids::{CaseId, OpeningId};
use domain::refusal::{Problem, Refusal};
use domain::text;
use domain::time::{Moment, Span};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, Order};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

act!(
    /// Opening a named case.
    MayOpen = Opening Create => opening
);

/// How long an opening lasts.
const LASTS: Span = Span::hours(24);
/// A reason is a sentence, not a word.
const REASON: std::ops::RangeInclusive<usize> = 10..=500;
/// How many openings a list shows.
const LIST: u64 = 200;

/// Opens a named case.
#[derive(Clone, Debug, Serialize)]
pub struct OpenCase {
    /// Of which organisation.
    pub organisation: String,
    /// Which case.
    pub case: CaseId,
    /// Why; the station reads it.
    pub reason: String,
}

/// An opening.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Which.
    pub id: OpeningId,
    /// Of which case.
    pub case: CaseId,
    /// Why.
    pub reason: String,
    /// Since when.
    pub opened: Moment,
    /// Until when.
    pub expires: Moment,
}

impl Opening {
    fn read(row: &opening::Model) -> Self {
        Self {
            id: row.id.into(),
            case: row.case_id.into(),
            reason: row.reason.clone(),
            opened: Moment::from_millis(row.opened_at),
            expires: Moment::from_millis(row.expires_at),
        }
    }

    /// Whether it still opens the case.
    #[must_use]
    pub fn is_live(&self, now: Moment) -> bool {
        now < self.expires
    }
}

/// A case with the name of the person, for as long as its opening lasts.
#[derive(Clone, Debug)]
pub struct NamedCase {
    /// The opening by which it is seen.
    pub opening: Opening,
    /// Whose case it is.
    pub organisation: Arc<Organisation>,
    /// The whole file.
    pub file: CaseFile,
}

/// An opening as the station sees it.
#[derive(Clone, Debug)]
pub struct StationOpening {
    /// The opening.
    pub opening: Opening,
    /// The case's number.
    pub number: String,
    /// Who opened it.
    pub by: String,
}

/// The number of a case that could be opened: what the district knows of it already.
///
/// # Errors
/// [`Refusal::NotFound`] when the organisation is not of this district or the case not of the organisation.
pub async fn openable(scope: &OversightScope, organisation: &str, case: CaseId) -> Result<String, Refusal> {
    scope.need(Object::Opening, Action::Create)?;
    let house = scope.organisation(organisation)?;
    let tx = scope.read().await?;
    let of_house = case::Column::OrganisationId.eq(house.id.uuid());
    Ok(tx.find::<case::Entity>().filter(of_house).by_id(case).need().await?.number)
}

/// Opens a named case for a day. The opening is written in the station, with an entry in its audit chain; the reason stands
/// in the opening itself and not in the chain, which outlives what people write about others.
///
/// # Errors
/// [`Refusal::NotFound`] when the organisation is not of this district or the case not of the organisation,
/// [`Refusal::Invalid`] without a reason of 10 to 500 characters.
pub async fn open_case(scope: &OversightScope, command: Command<OpenCase>) -> Result<OpeningId, Refusal> {
    let acting = scope.acting(scope.organisation(&command.body.organisation)?);
    run(&acting, &command, async |change, asked| {
        let case = change.find::<case::Entity>().by_id(asked.case).need().await?;
        let permit = change.permit_new::<MayOpen>()?;
        let id = change.new_id();
        let row = opening::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            account_id: Set(scope.account().uuid()),
            reason: Set(reason(&asked.reason)?),
            opened_at: Set(change.now().millis()),
            expires_at: Set(change.now().plus(LASTS).millis()),
            ..Default::default()
        };
        change.insert(&permit, row).await?;
        let event = Event::new(EventKind::OpeningMade, OpeningId::from(id), change.now())
            .concerning(CaseId::from(case.id))
            .with("case", &*case.number);
        change.emit(Happening { event, number: case.number, responsible: None });
        Ok(id.into())
    })
    .await
}

/// The named case of a live opening. Each look is noted in the station's audit chain before anything is shown.
///
/// # Errors
/// [`Refusal::NotFound`] when the opening has expired, is another account's, or of another district.
pub async fn opened_case(scope: &OversightScope, id: OpeningId) -> Result<NamedCase, Refusal> {
    let live = Live::find(scope, id).await?;
    let file = live.file().await?;
    live.note(&file).await?;
    Ok(NamedCase { opening: live.opening, organisation: live.acting.organisation, file })
}

/// The account's own openings in this district, newest first.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn mine(scope: &OversightScope) -> Result<Vec<(Arc<Organisation>, String, Opening)>, Refusal> {
    scope.need(Object::Opening, Action::List)?;
    let tx = scope.read().await?;
    let own = opening::Column::AccountId.eq(scope.account().uuid());
    let rows = tx
        .find::<opening::Entity>()
        .filter(own)
        .sorted(opening::Column::OpenedAt, Order::Desc)
        .limit(LIST)
        .all()
        .await?;
    let of_these = case::Column::Id.is_in(rows.iter().map(|row| row.case_id));
    let cases = tx.find::<case::Entity>().filter(of_these).all().await?;
    let numbers: HashMap<Uuid, String> = cases.into_iter().map(|case| (case.id, case.number)).collect();
    let line = |row: &opening::Model| {
        let organisation = among(scope.organisations(), row.organisation_id)?.clone();
        Ok((organisation, numbers.get(&row.case_id).cloned().unwrap_or_default(), Opening::read(row)))
    };
    rows.iter().map(line).collect()
}

/// Who of the district opened which case, when and why, newest first: for the station's head and supervisors.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn openings(scope: &StaffScope) -> Result<Vec<StationOpening>, Refusal> {
    scope.need(Object::Opening, Action::List)?;
    let tx = scope.read().await?;
    let rows = tx.find::<opening::Entity>().sorted(opening::Column::OpenedAt, Order::Desc).limit(LIST).all().await?;
    let of_these = case::Column::Id.is_in(rows.iter().map(|row| row.case_id));
    let cases = tx.find::<case::Entity>().filter(of_these).all().await?;
    drop(tx);
    let numbers: HashMap<Uuid, String> = cases.into_iter().map(|case| (case.id, case.number)).collect();
    let names = identity::display_names(scope.core(), rows.iter().map(|row| row.account_id.into())).await?;
    let line = |row: &opening::Model| StationOpening {
        opening: Opening::read(row),
        number: numbers.get(&row.case_id).cloned().unwrap_or_default(),
        by: names.get(&row.account_id).cloned().unwrap_or_default(),
    };
    Ok(rows.iter().map(line).collect())
}

fn reason(raw: &str) -> Result<String, Refusal> {
    let reason = text::clean_paragraph(raw, *REASON.end()).map_err(|problem| Refusal::field("reason", problem))?;
    if reason.chars().count() < *REASON.start() {
        return Err(Refusal::field("reason", Problem::TooShort { min: *REASON.start() }));
    }
    Ok(reason)
}

/// An opening that was found to be the account's own and not expired: the only way to a named case.
struct Live {
    acting: Acting,
    opening: Opening,
}

impl Live {
    async fn find(scope: &OversightScope, id: OpeningId) -> Result<Self, Refusal> {
        scope.need(Object::Opening, Action::Read)?;
        let tx = scope.read().await?;
        let own_and_live = Condition::all()
            .add(opening::Column::AccountId.eq(scope.account().uuid()))
            .add(opening::Column::ExpiresAt.gt(scope.now().millis()));
        let row = tx.find::<opening::Entity>().by_id(id).filter(own_and_live).need().await?;
        let organisation = among(scope.organisations(), row.organisation_id)?;
        Ok(Self { acting: scope.acting(organisation), opening: Opening::read(&row) })
    }

    /// Reads through the station's own lane: the district's has no way to a person, opening or not.
    async fn file(&self) -> Result<CaseFile, Refusal> {
        let organisation = &self.acting.organisation;
        let tx = self.acting.core.db.read(organisation.id.uuid()).await?;
        let found = cases::BoundCase::find(tx.find().by_id(self.opening.case)).await?;
        let names = members::names(&tx).await?;
        cases::read_file(&tx, organisation, names, found, None).await
    }

    /// The look stands in the case's own trail, like a look of the station's staff.
    async fn note(&self, file: &CaseFile) -> Result<(), Refusal> {
        let detail = BTreeMap::from([
            ("opening".to_owned(), self.opening.id.to_string()),
            ("case".to_owned(), file.number.clone()),
        ]);
        let case = Subject { kind: Object::Case, id: file.id.uuid() };
        audit::note_in(&self.acting, EventKind::ClientRead, case, detail).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_sentence() {
        let problem = |raw: &str| match reason(raw) {
            Err(Refusal::Invalid(errors)) => errors.into_iter().next().map(|error| error.problem),
            _ => None,
        };
        assert_eq!(problem("  "), Some(Problem::Required));
        assert_eq!(problem("投诉核查"), Some(Problem::TooShort { min: 10 }));
        assert_eq!(problem(&"长".repeat(501)), Some(Problem::TooLong { max: 500 }));
        assert_eq!(problem("居民投诉超期未反馈结果，核查经过。"), None);
    }
}
