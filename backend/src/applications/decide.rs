//! Deciding: accept, review, ask for more, inquire, screen, refuse; and telling the applicant.

use super::telling::told;
use super::{ApplicationAct, ApplicationStep, MISSING, REFUSAL, acknowledged, happening, read, state};
use crate::catalogue::Service;
use crate::change::{Change, Command, Permit, act};
use crate::entity::{application, service};
use crate::happening::Happening;
use crate::scope::StaffScope;
use crate::seal::{PersonKey, Place};
use domain::access::{Action, Object};
use domain::applications::{Grade, ReferralDecision, ScreeningMethod, TellMode};
use domain::events::EventKind;
use domain::ids::ApplicationId;
use domain::refusal::Refusal;
use domain::rules::{Facts, Known};
use domain::text;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

act!(
    /// Accepting an application into review.
    MayAccept = Application Accept => application
);
act!(
    /// Finishing the initial review, or holding it for documents or an inquiry.
    MayReview = Application Review => application
);
act!(
    /// Noting that documents came, or sending them.
    MaySupplement = Application Edit => application, attachment
);
act!(
    /// Screening by the service's responsible staff.
    MayScreen = Application Screen => application
);
act!(
    /// Refusing.
    MayRefuse = Application Refuse => application, notice
);
act!(
    /// Noting that the applicant withdrew.
    MayWithdraw = Application Withdraw => application
);
/// Longest note, in characters.
const NOTE: usize = 1_000;

/// Accepts an application and grades it.
#[derive(Clone, Debug, Serialize)]
pub struct Accept {
    /// Which application.
    pub application: ApplicationId,
    /// How urgent it is.
    pub grade: Option<Grade>,
}

/// Accepts an application: INT-06 grades it, INT-07 and INT-19 begin to run from the acknowledgement.
///
/// # Errors
/// [`Refusal::Blocked`] by INT-06 without a grade.
pub async fn accept(scope: &StaffScope, command: Command<Accept>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = read(change, asked.application).await?;
            let permit = change.permit::<MayAccept>(&row)?;
            ApplicationAct::Accept.leads(state(&row)?)?;
            let facts = Facts::default().tell_any(Known::Grade, asked.grade.map(Grade::code));
            change.heed((Object::Application, Action::Accept), &facts).await?;
            let handler = change.need_member()?;
            let changes = application::ActiveModel {
                grade: Set(asked.grade.map(|grade| grade.code().to_owned())),
                handler_id: Set(Some(handler.uuid())),
                accepted_at: Set(Some(change.now().millis())),
                ..Default::default()
            };
            let row = application::Model { handler_id: Some(handler.uuid()), ..row };
            let accepted = happening(change, &row, EventKind::ApplicationAccepted);
            let event = accepted.event.due_from(acknowledged(&row));
            change.emit(Happening { event, ..accepted });
            let step = ApplicationStep { row: &row, act: ApplicationAct::Accept, changes, reason: None };
            step.take(change, &permit, EventKind::ApplicationGraded).await
        })
        .await
}

/// Finishes the initial review (INT-07): the application may go to screening.
///
/// # Errors
/// When the state or the policy does not allow it.
pub async fn review(scope: &StaffScope, command: Command<ApplicationId>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = read(change, *asked).await?;
            let permit = change.permit::<MayReview>(&row)?;
            let changes =
                application::ActiveModel { reviewed_at: Set(Some(change.now().millis())), ..Default::default() };
            let step = ApplicationStep { row: &row, act: ApplicationAct::Review, changes, reason: None };
            step.take(change, &permit, EventKind::ApplicationReviewed).await
        })
        .await
}

/// Asks for documents; the review's clock stands still meanwhile (INT-09).
#[derive(Clone, Debug, Serialize)]
pub struct AskSupplement {
    /// Which application.
    pub application: ApplicationId,
    /// What is missing, one item on each line.
    pub missing: String,
}

/// Asks the applicant for what is missing.
///
/// # Errors
/// [`Refusal::Invalid`] when nothing is listed, [`Refusal::Blocked`] by INT-09.
pub async fn ask_supplement(scope: &StaffScope, command: Command<AskSupplement>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = read(change, asked.application).await?;
            let permit = change.permit::<MayReview>(&row)?;
            let missing = note(&asked.missing, "missing")?;
            let items = missing.lines().filter(|line| !line.trim().is_empty()).count();
            let facts = Facts::default().tell_if(Known::Items, items > 0);
            change.heed((Object::Application, Action::AskMore), &facts).await?;
            let key = change.person_key(row.key_id).await?;
            let sealed = key.seal(Place { column: MISSING, row: row.id }, &missing);
            let changes = application::ActiveModel { missing: Set(Some(sealed)), ..Default::default() };
            let reason = Some((&key, missing.as_str()));
            let step = ApplicationStep { row: &row, act: ApplicationAct::Ask, changes, reason };
            step.take(change, &permit, EventKind::ApplicationSupplementAsked).await
        })
        .await
}

/// Notes that what was missing came.
#[derive(Clone, Debug, Serialize)]
pub struct Supplement {
    /// Which application.
    pub application: ApplicationId,
    /// What came.
    pub note: String,
}

/// Notes that the documents came; the review's clock runs on.
///
/// # Errors
/// When the state or the policy does not allow it.
pub async fn supplement(scope: &StaffScope, command: Command<Supplement>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = read(change, asked.application).await?;
            let permit = change.permit::<MaySupplement>(&row)?;
            let came = note(&asked.note, "note")?;
            let key = change.person_key(row.key_id).await?;
            it_came(change, &permit, &row, Some((&key, &came))).await
        })
        .await
}

/// What was missing came, whoever says so: the review goes on.
pub(super) async fn it_came(
    change: &mut Change<'_>,
    permit: &Permit<MaySupplement>,
    row: &application::Model,
    reason: Option<(&PersonKey, &str)>,
) -> Result<(), Refusal> {
    let changes = application::ActiveModel { missing: Set(None), ..Default::default() };
    let step = ApplicationStep { row, act: ApplicationAct::Supplement, changes, reason };
    step.take(change, permit, EventKind::ApplicationSupplemented).await
}

/// Opens a further inquiry.
#[derive(Clone, Debug, Serialize)]
pub struct Inquire {
    /// Which application.
    pub application: ApplicationId,
    /// What has to be found out.
    pub note: String,
}

/// Opens a further inquiry (进一步核查); the review's clock runs on.
///
/// # Errors
/// When the state or the policy does not allow it.
pub async fn inquire(scope: &StaffScope, command: Command<Inquire>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = read(change, asked.application).await?;
            let permit = change.permit::<MayReview>(&row)?;
            let question = note(&asked.note, "note")?;
            let key = change.person_key(row.key_id).await?;
            let reason = Some((&key, question.as_str()));
            let changes = application::ActiveModel::default();
            let step = ApplicationStep { row: &row, act: ApplicationAct::Inquire, changes, reason };
            step.take(change, &permit, EventKind::ApplicationInquiryOpened).await
        })
        .await
}

/// Passes an applicant in screening.
#[derive(Clone, Debug, Serialize)]
pub struct Screen {
    /// Which application.
    pub application: ApplicationId,
    /// How it was found out (INT-11).
    pub method: ScreeningMethod,
    /// What was found.
    pub note: String,
}

/// Passes an applicant in screening.
///
/// # Errors
/// When the state or the policy does not allow it.
pub async fn screen(scope: &StaffScope, command: Command<Screen>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = read(change, asked.application).await?;
            let permit = change.permit::<MayScreen>(&row)?;
            let found = note(&asked.note, "note")?;
            let key = change.person_key(row.key_id).await?;
            let changes = application::ActiveModel {
                screened_at: Set(Some(change.now().millis())),
                screening_method: Set(Some(asked.method.code().to_owned())),
                ..Default::default()
            };
            let reason = Some((&key, found.as_str()));
            let step = ApplicationStep { row: &row, act: ApplicationAct::Screen, changes, reason };
            step.take(change, &permit, EventKind::ApplicationScreened).await
        })
        .await
}

/// Refuses an application.
#[derive(Clone, Debug, Serialize)]
pub struct Refuse {
    /// Which application.
    pub application: ApplicationId,
    /// Which published criterion is not met.
    pub criterion: String,
    /// The reason as it was explained.
    pub note: String,
    /// How it was explained.
    pub mode: Option<TellMode>,
    /// What was offered instead.
    pub referral: Option<ReferralDecision>,
}

/// Refuses an application: INT-16 reason, way of telling and referral, INT-17 a published criterion.
///
/// # Errors
/// [`Refusal::Blocked`] with everything that is missing.
pub async fn refuse(scope: &StaffScope, command: Command<Refuse>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = read(change, asked.application).await?;
            let permit = change.permit::<MayRefuse>(&row)?;
            let service = Service::read(change.find::<service::Entity>().by_id(row.service_id).need().await?)?;
            let criterion = service.criteria.iter().find(|criterion| criterion.key == asked.criterion);
            let explained = text::clean_paragraph(&asked.note, NOTE);
            let facts = Facts::default()
                .tell_if(Known::Reason, explained.is_ok())
                .tell_any(Known::TellMode, asked.mode.map(TellMode::code))
                .tell_any(Known::Referral, asked.referral.map(ReferralDecision::code))
                .tell_any(Known::Criterion, criterion.map(|criterion| &*criterion.key))
                .tell_any(Known::Ground, criterion.map(|criterion| criterion.ground.code()));
            change.heed((Object::Application, Action::Refuse), &facts).await?;
            let explained = explained.map_err(|problem| Refusal::field("note", problem))?;
            let key = change.person_key(row.key_id).await?;
            let now = change.now().millis();
            let changes = application::ActiveModel {
                refusal_criterion: Set(criterion.map(|criterion| criterion.key.clone())),
                refusal_mode: Set(asked.mode.map(|mode| mode.code().to_owned())),
                refusal_referral: Set(asked.referral.map(|referral| referral.code().to_owned())),
                refusal_note: Set(Some(key.seal(Place { column: REFUSAL, row: row.id }, &explained))),
                ended_at: Set(Some(now)),
                ..Default::default()
            };
            let reason = Some((&key, explained.as_str()));
            let step = ApplicationStep { row: &row, act: ApplicationAct::Refuse, changes, reason };
            step.take(change, &permit, EventKind::ApplicationRefused).await?;
            // The reason was explained to the person: by telephone, in writing or face to face.
            if let Some(mode) = asked.mode.filter(|mode| mode.is_by_staff()) {
                let refused = ApplicationAct::Refuse.leads(state(&row)?)?;
                told(change, &permit, &row, refused, mode, change.now()).await?;
            }
            Ok(())
        })
        .await
}

/// Notes that the applicant withdrew.
#[derive(Clone, Debug, Serialize)]
pub struct Withdraw {
    /// Which application.
    pub application: ApplicationId,
    /// What the person said; never a condition.
    pub note: String,
}

/// Ends an application because the person no longer wants it (RGT-10: always possible).
///
/// # Errors
/// When the state or the policy does not allow it.
pub async fn withdraw(scope: &StaffScope, command: Command<Withdraw>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = read(change, asked.application).await?;
            let permit = change.permit::<MayWithdraw>(&row)?;
            let said = note(&asked.note, "note")?;
            let key = change.person_key(row.key_id).await?;
            let changes = application::ActiveModel { ended_at: Set(Some(change.now().millis())), ..Default::default() };
            let reason = Some((&key, said.as_str()));
            let step = ApplicationStep { row: &row, act: ApplicationAct::Withdraw, changes, reason };
            step.take(change, &permit, EventKind::ApplicationWithdrawn).await
        })
        .await
}

fn note(raw: &str, field: &str) -> Result<String, Refusal> {
    text::clean_paragraph(raw, NOTE).map_err(|problem| Refusal::field(field, problem))
}
