//! Engagements: a district opens chosen organisations to named evaluators, and closes them again.

use crate::change::{Command, act, run};
use crate::engagement::Engagement;
use crate::entity::{account, engagement, engagement_evaluator, engagement_organisation};
use crate::happening::Happening;
use crate::kernel::Core;
use crate::memberships;
use crate::organisations::Organisation;
use crate::scope::{OversightScope, StaffScope};
use domain::access::{Action, Object};
use domain::events::{Event, EventKind};
use domain::ids::{AccountId, EngagementId, OrganisationId};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::registers::{Kind, Registers};
use domain::text;
use domain::time::{Day, Moment};
use sea_orm::ActiveValue::Set;
use sea_orm::{AccessMode, ColumnTrait, Condition};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

act!(
    /// Opening organisations to evaluators.
    MayOpen = Engagement Create
);
act!(
    /// Closing an engagement before its end.
    MayClose = Engagement Close
);

/// Longest title, in characters.
const TITLE: usize = 80;

/// A new engagement. Its id is the operation's, so that it is made once however often the form is sent.
#[derive(Clone, Debug, Serialize)]
pub struct CreateEngagement {
    /// What it is called.
    pub title: String,
    /// Which organisations it opens, by their addresses.
    pub organisations: Vec<String>,
    /// Which kinds of record it opens; the list of cases with their dates always.
    pub kinds: Vec<Kind>,
    /// Cases opened from this day …
    pub from: Day,
    /// … to this day.
    pub to: Day,
    /// From this moment on nothing opens.
    pub ends: Moment,
    /// To whom, by their sign-in names.
    pub evaluators: Vec<String>,
}

/// An engagement as its district sees it.
#[derive(Clone, Debug)]
pub struct EngagementRow {
    /// What it opens.
    pub engagement: Engagement,
    /// The engaged organisations' names.
    pub organisations: Vec<String>,
    /// The evaluators' names.
    pub evaluators: Vec<String>,
}

impl EngagementRow {
    /// Whether it still opens anything.
    #[must_use]
    pub fn is_open(&self, now: Moment) -> bool {
        now < self.engagement.ends
    }
}

/// Makes an engagement. Each engaged organisation finds it in its audit chain before anyone can look.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that needs correcting, [`Refusal::NotFound`] for an organisation of another
/// district.
pub async fn create_engagement(
    scope: &OversightScope,
    command: Command<CreateEngagement>,
) -> Result<EngagementId, Refusal> {
    scope.need(Object::Engagement, Action::Create)?;
    let asked = &command.body;
    let title = check(&scope.core().registers, asked, scope.now())?;
    let organisations = engaged(scope, &asked.organisations)?;
    let evaluators = evaluators(scope, &asked.evaluators, &organisations).await?;
    let id = EngagementId::from(command.operation.uuid());
    for organisation in &organisations {
        run(&scope.acting(organisation), &command, async |change, asked| {
            let _permit = change.permit_new::<MayOpen>()?;
            let event = Event::new(EventKind::EngagementOpened, id, change.now()).with("ends", asked.ends.to_input());
            change.emit(Happening { event, number: String::new(), responsible: None });
            Ok(())
        })
        .await?;
    }
    write(scope, id, asked, title, &organisations, &evaluators).await?;
    Ok(id)
}

/// The district's engagements, newest first.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn engagements(scope: &OversightScope) -> Result<Vec<EngagementRow>, Refusal> {
    scope.need(Object::Engagement, Action::List)?;
    let district = scope.district().id.uuid();
    let tx = scope.core().db.identity(None, AccessMode::ReadOnly).await?;
    let of_district = engagement::Column::DistrictId.eq(district);
    let mut rows = tx.find::<engagement::Entity>().filter(of_district).all().await?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
    let organisations = tx
        .find::<engagement_organisation::Entity>()
        .filter(engagement_organisation::Column::DistrictId.eq(district))
        .all()
        .await?;
    let evaluators = tx
        .find::<engagement_evaluator::Entity>()
        .filter(engagement_evaluator::Column::DistrictId.eq(district))
        .all()
        .await?;
    let accounts = account::Column::Id.is_in(evaluators.iter().map(|row| row.account_id));
    let accounts = tx.find::<account::Entity>().filter(accounts).all().await?;
    let people: HashMap<Uuid, String> = accounts.into_iter().map(|row| (row.id, row.display_name)).collect();
    let houses: HashMap<Uuid, &str> =
        scope.organisations().iter().map(|organisation| (organisation.id.uuid(), &*organisation.name)).collect();
    let line = |row: &engagement::Model| EngagementRow {
        engagement: Engagement::read(row),
        organisations: organisations
            .iter()
            .filter(|engaged| engaged.engagement_id == row.id)
            .filter_map(|engaged| houses.get(&engaged.organisation_id).map(|name| (*name).to_owned()))
            .collect(),
        evaluators: evaluators
            .iter()
            .filter(|evaluator| evaluator.engagement_id == row.id)
            .filter_map(|evaluator| people.get(&evaluator.account_id).cloned())
            .collect(),
    };
    Ok(rows.iter().map(line).collect())
}

/// Closes an engagement: from now on nothing opens, and each engaged organisation finds that in its audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] when it is another district's.
pub async fn close_engagement(scope: &OversightScope, command: Command<EngagementId>) -> Result<(), Refusal> {
    scope.need(Object::Engagement, Action::Close)?;
    let this = Condition::all()
        .add(engagement::Column::DistrictId.eq(scope.district().id.uuid()))
        .add(engagement::Column::Id.eq(command.body.uuid()));
    let now = scope.now().millis();
    let tx = scope.core().db.identity(None, AccessMode::ReadWrite).await?;
    tx.find::<engagement::Entity>().filter(this.clone()).need().await?;
    let ended = engagement::ActiveModel { ends_at: Set(now), ..Default::default() };
    // What has ended by itself keeps its end.
    tx.update::<engagement::Entity>(ended, this.add(engagement::Column::EndsAt.gt(now))).await?;
    let of_this = engagement_organisation::Column::EngagementId.eq(command.body.uuid());
    let engaged = tx.find::<engagement_organisation::Entity>().filter(of_this).all().await?;
    tx.commit().await?;
    for organisation in scope.organisations() {
        if !engaged.iter().any(|row| row.organisation_id == organisation.id.uuid()) {
            continue;
        }
        run(&scope.acting(organisation), &command, async |change, asked| {
            let _permit = change.permit_new::<MayClose>()?;
            let event = Event::new(EventKind::EngagementClosed, *asked, change.now());
            change.emit(Happening { event, number: String::new(), responsible: None });
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// The engagements that open this station, newest first: a station knows who may look, and until when.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn of_station(scope: &StaffScope) -> Result<Vec<Engagement>, Refusal> {
    scope.need(Object::Engagement, Action::List)?;
    let tx = scope.core().db.identity(None, AccessMode::ReadOnly).await?;
    let here = engagement_organisation::Column::OrganisationId.eq(scope.organisation().id.uuid());
    let engaged = tx.find::<engagement_organisation::Entity>().filter(here).all().await?;
    let these = engagement::Column::Id.is_in(engaged.iter().map(|row| row.engagement_id));
    let mut rows = tx.find::<engagement::Entity>().filter(these).all().await?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
    Ok(rows.iter().map(Engagement::read).collect())
}

/// What these engagements are called, for showing an organisation who evaluated it.
pub(crate) async fn titles(
    core: &Core,
    engagements: impl Iterator<Item = EngagementId>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    let these = engagement::Column::Id.is_in(engagements.map(EngagementId::uuid));
    let rows = tx.find::<engagement::Entity>().filter(these).all().await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// Everything about it that needs no database; answers the clean title.
fn check(registers: &Registers, asked: &CreateEngagement, now: Moment) -> Result<String, Refusal> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, problem: Problem| errors.push(FieldError::new(field, problem));
    let title = text::clean_line(&asked.title, TITLE).inspect_err(|problem| wrong("title", problem.clone()));
    if asked.organisations.is_empty() {
        wrong("organisations", Problem::Required);
    }
    if asked.evaluators.is_empty() {
        wrong("evaluators", Problem::Required);
    }
    if asked.kinds.is_empty() {
        wrong("kinds", Problem::Required);
    } else if !asked.kinds.iter().all(|kind| registers.openable().any(|known| known == *kind)) {
        wrong("kinds", Problem::NotAChoice);
    }
    if asked.to < asked.from {
        wrong("to", Problem::Contradicts);
    }
    if asked.ends <= now || asked.ends > Moment::end_of(now.day().plus_years(1)) {
        wrong("ends", Problem::ImpossibleDay);
    }
    match title {
        Ok(title) if errors.is_empty() => Ok(title),
        _ => Err(errors.into()),
    }
}

fn engaged(scope: &OversightScope, slugs: &[String]) -> Result<Vec<Arc<Organisation>>, Refusal> {
    let mut organisations: Vec<Arc<Organisation>> =
        slugs.iter().map(|slug| scope.organisation(slug).cloned()).collect::<Result<_, _>>()?;
    organisations.sort_by_key(|organisation| organisation.id);
    organisations.dedup_by_key(|organisation| organisation.id);
    Ok(organisations)
}

/// The accounts behind the sign-in names. An outside evaluator works at none of the organisations to be evaluated.
async fn evaluators(
    scope: &OversightScope,
    names: &[String],
    organisations: &[Arc<Organisation>],
) -> Result<Vec<AccountId>, Refusal> {
    let names: Vec<String> = names.iter().map(|name| name.trim().to_lowercase()).collect();
    let db = &scope.core().db;
    let tx = db.identity(None, AccessMode::ReadOnly).await?;
    let named = account::Column::SignInName.is_in(names.iter().map(String::as_str));
    let mut found = tx.find::<account::Entity>().filter(named).all().await?;
    drop(tx);
    found.retain(|account| account.disabled_at.is_none());
    if names.iter().any(|name| !found.iter().any(|account| account.sign_in_name == *name)) {
        return Err(Refusal::field("evaluators", Problem::NotAChoice));
    }
    let engaged: Vec<OrganisationId> = organisations.iter().map(|organisation| organisation.id).collect();
    for account in &found {
        let tx = db.identity(Some(account.id), AccessMode::ReadOnly).await?;
        let memberships = memberships::everywhere(&tx, account.id.into(), scope.now()).await?;
        if memberships.iter().any(|(organisation, _)| engaged.contains(organisation)) {
            return Err(Refusal::field("evaluators", Problem::Contradicts));
        }
    }
    Ok(found.into_iter().map(|account| account.id.into()).collect())
}

/// Writes the engagement in one transaction; one that is there already was written by the same operation.
async fn write(
    scope: &OversightScope,
    id: EngagementId,
    asked: &CreateEngagement,
    title: String,
    organisations: &[Arc<Organisation>],
    evaluators: &[AccountId],
) -> Result<(), Refusal> {
    let (district, id) = (scope.district().id.uuid(), id.uuid());
    let tx = scope.core().db.identity(None, AccessMode::ReadWrite).await?;
    let this = Condition::all().add(engagement::Column::DistrictId.eq(district)).add(engagement::Column::Id.eq(id));
    if tx.find::<engagement::Entity>().filter(this).one().await?.is_some() {
        return Ok(());
    }
    tx.insert(engagement::ActiveModel {
        district_id: Set(district),
        id: Set(id),
        title: Set(title),
        kinds: Set(kinds(&scope.core().registers, &asked.kinds)),
        period_from: Set(asked.from.inner()),
        period_to: Set(asked.to.inner()),
        ends_at: Set(asked.ends.millis()),
        created_at: Set(scope.now().millis()),
        created_by: Set(scope.account().uuid()),
    })
    .await?;
    for organisation in organisations {
        let (organisation_id, engagement_id) = (Set(organisation.id.uuid()), Set(id));
        let row = engagement_organisation::ActiveModel { district_id: Set(district), engagement_id, organisation_id };
        tx.insert(row).await?;
    }
    for account in evaluators {
        let (account_id, engagement_id) = (Set(account.uuid()), Set(id));
        let row = engagement_evaluator::ActiveModel { district_id: Set(district), engagement_id, account_id };
        tx.insert(row).await?;
    }
    tx.commit().await
}

/// The kinds in the order of the list, the cases always among them.
fn kinds(registers: &Registers, chosen: &[Kind]) -> String {
    let opened = registers.openable().filter(|kind| *kind == Kind::from(Object::Case) || chosen.contains(kind));
    opened.map(|kind| kind.code().to_owned()).collect::<Vec<_>>().join(",")
}

/// An engagement that opens this organisation.
pub(super) async fn engaging(scope: &StaffScope, id: EngagementId) -> Result<Engagement, Refusal> {
    scope.need(Object::Engagement, Action::List)?;
    let tx = scope.core().db.identity(None, AccessMode::ReadOnly).await?;
    let here = Condition::all()
        .add(engagement_organisation::Column::EngagementId.eq(id.uuid()))
        .add(engagement_organisation::Column::OrganisationId.eq(scope.organisation().id.uuid()));
    tx.find::<engagement_organisation::Entity>().filter(here).need().await?;
    let row = tx.find::<engagement::Entity>().filter(engagement::Column::Id.eq(id.uuid())).need().await?;
    Ok(Engagement::read(&row))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(raw: &str) -> Moment {
        Moment::parse(raw).unwrap()
    }

    fn command() -> CreateEngagement {
        CreateEngagement {
            title: "2026 年第一季度评估".to_owned(),
            organisations: vec!["qs01".to_owned()],
            kinds: vec![Kind::papers("record")],
            from: Day::parse("2026-01-01").unwrap(),
            to: Day::parse("2026-03-31").unwrap(),
            ends: moment("2026-06-30T18:00"),
            evaluators: vec!["pinggu".to_owned()],
        }
    }

    fn wrong(asked: &CreateEngagement) -> Vec<String> {
        match check(Registers::builtin(), asked, moment("2026-04-01T09:00")) {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        assert!(wrong(&command()).is_empty());
        let nothing = CreateEngagement {
            title: " ".to_owned(),
            organisations: Vec::new(),
            kinds: Vec::new(),
            to: Day::parse("2025-12-31").unwrap(),
            ends: moment("2026-04-01T09:00"),
            evaluators: Vec::new(),
            ..command()
        };
        assert_eq!(wrong(&nothing), ["title", "organisations", "evaluators", "kinds", "to", "ends"]);
        assert_eq!(wrong(&CreateEngagement { ends: moment("2027-04-02T00:01"), ..command() }), ["ends"], "over a year");
        assert_eq!(wrong(&CreateEngagement { kinds: vec![Object::Member.into()], ..command() }), ["kinds"]);
    }

    #[test]
    fn cases_are_always_opened() {
        let chosen = ["record", "plan", "record"].map(Kind::papers);
        assert_eq!(kinds(Registers::builtin(), &chosen), "case,plan,record");
    }
}
