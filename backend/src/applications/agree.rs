//! Agreeing: the service agreement, its two signatures, and the confirmation that opens a case.

use super::acts::{Standing, signed};
use super::{
    ApplicationAct, ApplicationFile, ApplicationStep, CONTENT, FORM, SIGNATURE, acknowledged, happening, read, state,
};
use crate::change::{Act, Change, Command, Permit, Writes, act};
use crate::clients::{ClientOrigin, NewClient, Person, enter, unnumbered_namesake};
use crate::entity::{agreement, application, case};
use crate::happening::Happening;
use crate::members;
use crate::scope::StaffScope;
use crate::seal::{PersonKey, Place};
use crate::sealed;
use domain::access::{Action, Object};
use domain::agreements::Signer;
use domain::cases::{CaseState, Origin};
use domain::events::{Event, EventKind, Subject};
use domain::forms::{Answers, FormKey, FormTemplate, validate};
use domain::ids::{ApplicationId, CaseId, ClientId, MemberId};
use domain::numbers::Series;
use domain::refusal::{Blocked, Problem, Refusal};
use domain::rules::{Facts, Known, Occasion, OrgRules};
use domain::text;
use domain::time::Day;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};

act!(
    /// Writing the agreement down.
    MayPrepare = Agreement Create => agreement
);
act!(
    /// Taking a signature.
    MaySign = Agreement Sign => agreement, application
);
act!(
    /// Confirming an applicant, which opens a case.
    MayConfirm = Application Confirm => application, client, person_key, search_piece, case
);

/// Writes the agreement for an application, or writes it anew while nobody has signed. The version is the agreement's.
#[derive(Clone, Debug, Serialize)]
pub struct PrepareAgreement {
    /// For which application.
    pub application: ApplicationId,
    /// The six contents (CLI-05) and that they were explained (CLI-06).
    pub answers: Answers,
}

/// Writes the agreement down and notes that it was explained.
///
/// # Errors
/// [`Refusal::Invalid`] with every content that is missing, [`Refusal::Stale`] once somebody has signed or was quicker.
pub async fn prepare_agreement(scope: &StaffScope, command: Command<PrepareAgreement>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let application = read(change, asked.application).await?;
            let permit = change.permit::<MayPrepare>(&application)?;
            let key = change.person_key(application.key_id).await?;
            let Bound { agreement, standing, .. } = Bound::read(change, &key, &application).await?;
            standing.may(ApplicationAct::Prepare)?;
            let answers = validate(FormTemplate::builtin(FormKey::Agreement), &asked.answers, change.setting())?;
            let by = change.need_member()?;
            match agreement {
                Some(known) => {
                    let row = agreement::ActiveModel {
                        content: Set(sealed::seal(&key, CONTENT, known.id, &answers)?),
                        explained_at: Set(Some(change.now().millis())),
                        explained_by: Set(Some(by.uuid())),
                        ..Default::default()
                    };
                    change.update::<_, agreement::Entity>(&permit, known.id, change.seen(), row).await
                }
                None => {
                    let id = change.new_id();
                    let row = agreement::ActiveModel {
                        id: Set(id),
                        number: Set(change.number(Series::Agreement).await?),
                        application_id: Set(application.id),
                        key_id: Set(key.id()),
                        content: Set(sealed::seal(&key, CONTENT, id, &answers)?),
                        explained_at: Set(Some(change.now().millis())),
                        explained_by: Set(Some(by.uuid())),
                        client_signed_at: Set(None),
                        client_signature: Set(None),
                        guardian_signed_at: Set(None),
                        guardian_signature: Set(None),
                        created_at: Set(change.now().millis()),
                        version: Set(1),
                        ..Default::default()
                    };
                    change.insert(&permit, row).await
                }
            }
        })
        .await
}

/// Takes one signature; the client's and the guardian's are separate acts.
#[derive(Clone, Debug, Serialize)]
pub struct Sign {
    /// For which application.
    pub application: ApplicationId,
    /// Who signs.
    pub signer: Signer,
    /// The name as signed; for a child under 8 how the child was told.
    pub signature: String,
}

/// Takes one signature (CLI-03).
///
/// # Errors
/// [`Refusal::Blocked`] never; [`Refusal::WrongState`] without a written agreement.
pub async fn sign(scope: &StaffScope, command: Command<Sign>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let application = read(change, asked.application).await?;
            let permit = change.permit::<MaySign>(&application)?;
            let key = change.person_key(application.key_id).await?;
            let Bound { agreement, standing, .. } = Bound::read(change, &key, &application).await?;
            standing.may(ApplicationAct::Sign)?;
            let written = agreement.ok_or(Refusal::NotFound)?;
            if !standing.unsigned().contains(&asked.signer) {
                return Err(Refusal::field("signer", Problem::NotAChoice));
            }
            let signature =
                text::clean_line(&asked.signature, 80).map_err(|problem| Refusal::field("signature", problem))?;
            let place = Place { column: SIGNATURE, row: written.id };
            let (at, sealed) = (Set(Some(change.now().millis())), Set(Some(key.seal(place, &signature))));
            let row = match asked.signer {
                Signer::Guardian => {
                    agreement::ActiveModel { guardian_signed_at: at, guardian_signature: sealed, ..Default::default() }
                }
                _ => agreement::ActiveModel { client_signed_at: at, client_signature: sealed, ..Default::default() },
            };
            change.update::<_, agreement::Entity>(&permit, written.id, written.version, row).await?;
            let changes = application::ActiveModel::default();
            let step = ApplicationStep { row: &application, act: ApplicationAct::Sign, changes, reason: None };
            step.take(change, &permit, EventKind::ApplicationAgreementSigned).await
        })
        .await
}

/// Confirms an applicant.
#[derive(Clone, Debug, Serialize)]
pub struct Confirm {
    /// Which application.
    pub application: ApplicationId,
    /// Who will answer for the case.
    pub responsible: MemberId,
    /// Somebody looked, and the applicant is not the person of the same name and day of birth who is on file.
    pub another: bool,
}

/// What a confirmation makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// The client, new or known.
    pub client: ClientId,
    /// The case.
    pub case: CaseId,
}

/// Confirms an applicant: INT-03, INT-13 and CLI-03 are met, the receipt is issued (INT-14), the client's record is made
/// or found, and a case is opened.
///
/// # Errors
/// [`Refusal::Blocked`] with everything that is missing, [`Refusal::Invalid`] when the case could not be that member's;
/// [`Problem::PerhapsKnown`] until somebody has looked.
pub async fn confirm(scope: &StaffScope, command: Command<Confirm>) -> Result<Confirmed, Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = read(change, asked.application).await?;
            let permit = change.permit::<MayConfirm>(&row)?;
            let key = change.person_key(row.key_id).await?;
            let Bound { person, standing, .. } = Bound::read(change, &key, &row).await?;
            standing.may(ApplicationAct::Confirm)?;
            members::receiver(scope, change, asked.responsible, "responsible", &members::CASE).await?;
            let facts = known(row.screened_at.is_some(), &person, change.now().day(), &standing);
            change.heed((Object::Application, Action::Confirm), &facts).await?;
            if !asked.another
                && let Some(known) = unnumbered_namesake(change, &person).await?
            {
                return Err(Refusal::field("another", Problem::PerhapsKnown { record: known.number }));
            }
            let made = open_case(change, &permit, &row, &person, asked.responsible).await?;
            let changes = application::ActiveModel {
                client_id: Set(Some(made.client.uuid())),
                confirmed_at: Set(Some(change.now().millis())),
                ended_at: Set(Some(change.now().millis())),
                ..Default::default()
            };
            let step = ApplicationStep { row: &row, act: ApplicationAct::Confirm, changes, reason: None };
            step.take(change, &permit, EventKind::ApplicationConfirmed).await?;
            let receipt = happening(change, &row, EventKind::ApplicationReceiptIssued);
            change.emit(receipt);
            Ok(made)
        })
        .await
}

/// What the rules are told before an applicant is confirmed; the page tells them the same.
fn known(screened: bool, person: &Person, today: Day, standing: &Standing) -> Facts<'static> {
    let signed = |signer| standing.signed.as_ref().is_some_and(|signed| signed.contains(&signer));
    Facts::default()
        // An application is its form, whoever filled it in.
        .tell_if(Known::Form, true)
        .tell_if(Known::Screened, screened)
        .tell_any(Known::Age, person.age_on(today))
        .tell_if(Known::SelfSupporting, person.is_self_supporting())
        .tell_if(Known::ClientSigned, signed(Signer::Client))
        .tell_if(Known::GuardianSigned, signed(Signer::Guardian))
        // A child under 8 does not sign; what stands in its place says how the child was told.
        .tell_if(Known::ChildTold, signed(Signer::Client))
}

/// What the rules miss before the applicant of this file is confirmed.
#[must_use]
pub fn in_the_way(scope: &StaffScope, rules: &OrgRules, file: &ApplicationFile) -> Vec<Blocked> {
    let today = scope.now().day();
    let facts = known(file.screening.is_some(), &file.person, today, &file.standing(today));
    let on = Occasion::Act(Object::Application, Action::Confirm);
    scope.core().bind(rules, scope.now()).ask(&on, &facts).blocked
}

async fn open_case<A>(
    change: &mut Change<'_>,
    permit: &Permit<A>,
    row: &application::Model,
    person: &Person,
    responsible: MemberId,
) -> Result<Confirmed, Refusal>
where
    A: Act
        + Writes<case::Entity>
        + Writes<crate::entity::client::Entity>
        + Writes<crate::entity::person_key::Entity>
        + Writes<crate::entity::search_piece::Entity>,
{
    let entry = NewClient { person, responsible: Some(responsible), origin: ClientOrigin::Work };
    let (client, _) = enter(change, permit, entry).await?;
    let id = change.new_id();
    let number = change.number(Series::Case).await?;
    let case = case::ActiveModel {
        id: Set(id),
        number: Set(number.clone()),
        client_id: Set(client.id),
        application_id: Set(Some(row.id)),
        origin: Set(Origin::Application.code().to_owned()),
        service_id: Set(row.service_id),
        key_id: Set(client.key_id),
        state: Set(CaseState::Opened.code().to_owned()),
        responsible_id: Set(responsible.uuid()),
        accepted_at: Set(acknowledged(row).millis()),
        opened_at: Set(change.now().millis()),
        started_at: Set(None),
        told_at: Set(None),
        told_mode: Set(None),
        closed_at: Set(None),
        version: Set(1),
        ..Default::default()
    };
    change.insert(permit, case).await?;
    let event = Event::new(EventKind::CaseOpened, Subject { kind: Object::Case, id }, change.now())
        .concerning(super::subject(row.id));
    change.emit(Happening { event, number, responsible: Some(responsible) });
    // What is still owed for the application is now the worker's.
    change.hand_over(permit, super::subject(row.id), responsible).await?;
    Ok(Confirmed { client: client.id.into(), case: id.into() })
}

async fn of_application(change: &Change<'_>, row: &application::Model) -> Result<Option<agreement::Model>, Refusal> {
    change.find::<agreement::Entity>().filter(agreement::Column::ApplicationId.eq(row.id)).one().await
}

/// An application with the person and the agreement, as its acts are asked about it.
struct Bound {
    person: Person,
    agreement: Option<agreement::Model>,
    standing: Standing,
}

impl Bound {
    async fn read(change: &Change<'_>, key: &PersonKey, row: &application::Model) -> Result<Self, Refusal> {
        let person = Person::of(&sealed::open(key, FORM, row.id, &row.form)?);
        let agreement = of_application(change, row).await?;
        let signed = agreement
            .as_ref()
            .map(|agreement| signed(agreement.client_signed_at.is_some(), agreement.guardian_signed_at.is_some()));
        let standing = Standing::of(state(row)?, &person, change.now().day(), signed);
        Ok(Self { person, agreement, standing })
    }
}
