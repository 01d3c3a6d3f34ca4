//! Applying: by the person on a phone, or by staff for a person at the window or on the telephone.

use super::documents::named;
use super::{DOCUMENTS, FORM, RECEIPT, happening};
use crate::attachments::{self, Waits};
use crate::catalogue::Service;
use crate::change::{Act, Change, Command, Permit, Writes, act};
use crate::clients::{self, Person, identity_index, phone_index};
use crate::codes;
use crate::entity::{application, attachment, person_key, search_piece, service};
use crate::happening::Happening;
use crate::scope::{PublicScope, StaffScope};
use domain::access::{Action, Object};
use domain::applications::{ApplicationState, Channel};
use domain::events::EventKind;
use domain::forms::{Answers, FormKey, FormTemplate, validate};
use domain::identity::MAJORITY;
use domain::ids::{ApplicationId, ServiceId};
use domain::numbers::Series;
use domain::refusal::{Problem, Refusal};
use domain::rules::{Facts, Known};
use domain::time::Moment;
use serde::{Deserialize, Serialize};

act!(
    /// Applying for oneself.
    Submit = Application Create => application, person_key, search_piece, attachment
);

/// Length of a receipt code: 60 bits, which cannot be guessed at the rate that is allowed.
const CODE_LENGTH: usize = 12;

/// A resident's application.
#[derive(Clone, Debug, Serialize)]
pub struct SubmitApplication {
    /// For which service.
    pub service: ServiceId,
    /// By website or by the code on a notice board.
    pub channel: Channel,
    /// What was filled in.
    pub answers: Answers,
}

/// An application that staff take in.
#[derive(Clone, Debug, Serialize)]
pub struct EnterApplication {
    /// For which service.
    pub service: ServiceId,
    /// At the window or on the telephone.
    pub channel: Channel,
    /// When the person told it; clocks begin then.
    pub told_at: Moment,
    /// Whether the proof documents that the service asks for were seen at the window.
    pub proof_seen: bool,
    /// What was filled in.
    pub answers: Answers,
}

/// What an applicant takes away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The application.
    pub application: ApplicationId,
    /// Its number.
    pub number: String,
    /// The code that looks the status up, as `K7QM-2XPA-9RTB`.
    pub code: String,
}

/// Submits an application (INT-01, INT-02). The receipt is the system's acknowledgement: clocks begin with it.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that needs correcting, [`Refusal::Blocked`] by INT-02.
pub async fn submit(scope: &PublicScope, command: Command<SubmitApplication>) -> Result<Receipt, Refusal> {
    scope
        .run(&command, async |change, asked| {
            if asked.channel.is_keyed_by_staff() {
                return Err(Refusal::field("channel", Problem::NotAChoice));
            }
            let permit = change.permit_new::<Submit>()?;
            let new = New {
                service: asked.service,
                channel: asked.channel,
                at: change.now(),
                answers: &asked.answers,
                proof_seen: false,
                waits: Waits::for_form(&scope.organisation().key, command.operation),
            };
            new.write(change, &permit).await
        })
        .await
}

/// Takes an application in for a person at the window or on the telephone (INT-03).
///
/// # Errors
/// As [`submit`]; and when the policy says no, or the told time lies ahead or more than 30 days back.
pub async fn enter(scope: &StaffScope, command: Command<EnterApplication>) -> Result<Receipt, Refusal> {
    scope
        .run(&command, async |change, asked| {
            let permit = change.permit_new::<Submit>()?;
            if !asked.channel.is_keyed_by_staff() {
                return Err(Refusal::field("channel", Problem::NotAChoice));
            }
            if asked.told_at > change.now() {
                return Err(Refusal::field("told_at", Problem::FutureDay));
            }
            if change.now().since(asked.told_at).in_days() > 30 {
                return Err(Refusal::field("told_at", Problem::ImpossibleDay));
            }
            let new = New {
                service: asked.service,
                channel: asked.channel,
                at: asked.told_at,
                answers: &asked.answers,
                proof_seen: asked.proof_seen,
                waits: Waits::Member(change.need_member()?.uuid()),
            };
            new.write(change, &permit).await
        })
        .await
}

struct New<'a> {
    service: ServiceId,
    channel: Channel,
    at: Moment,
    answers: &'a Answers,
    proof_seen: bool,
    /// For whom the files wait that the answers name.
    waits: Waits,
}

impl New<'_> {
    async fn write<A>(&self, change: &mut Change<'_>, permit: &Permit<A>) -> Result<Receipt, Refusal>
    where
        A: Act
            + Writes<application::Entity>
            + Writes<person_key::Entity>
            + Writes<search_piece::Entity>
            + Writes<attachment::Entity>,
    {
        let service = Service::read(change.find::<service::Entity>().by_id(self.service).need().await?)?;
        if !service.open {
            return Err(Refusal::NotFound);
        }
        let answers = validate(FormTemplate::builtin(FormKey::Application), self.answers, change.setting())?;
        let facts = Facts::default()
            .answered(Some(&answers))
            .tell_if(Known::ProofAsked, !service.proof.is_empty())
            .tell_if(Known::ProofSeen, self.proof_seen);
        change.heed((Object::Application, Action::Submit), &facts).await?;

        let person = Person::of(&answers);
        let key = change.new_person_key(permit).await?;
        let id = change.new_id();
        let code = new_code(change);
        let row = application::Model {
            organisation_id: change.organisation(),
            id,
            number: change.number(Series::Application).await?,
            service_id: self.service.uuid(),
            channel: self.channel.code().to_owned(),
            state: ApplicationState::Submitted.code().to_owned(),
            grade: None,
            key_id: key.id(),
            form: clients::seal(change, permit, &key, (FORM, id), &answers).await?,
            identity_index: identity_index(change, &person),
            phone_index: phone_index(change, &person),
            receipt_index: change.index(RECEIPT, &codes::plain(&code)),
            minor: person.age_on(change.now().day()).is_some_and(|age| age < MAJORITY),
            client_id: None,
            handler_id: None,
            missing: None,
            refusal_criterion: None,
            refusal_mode: None,
            refusal_referral: None,
            refusal_note: None,
            screening_method: None,
            submitted_at: self.at.millis(),
            accepted_at: None,
            reviewed_at: None,
            screened_at: None,
            confirmed_at: None,
            ended_at: None,
            version: 1,
        };
        change.insert(permit, application::ActiveModel::from(row.clone())).await?;
        let files = named(&answers, DOCUMENTS);
        attachments::keep_with(change, permit, (id.into(), &key), (&self.waits, DOCUMENTS), &files).await?;
        let submitted = happening(change, &row, EventKind::ApplicationSubmitted);
        let event = submitted.event.due_from(self.at);
        let event = if self.proof_seen { event.with("proof", "seen") } else { event };
        change.emit(Happening { event, ..submitted });
        Ok(Receipt { application: id.into(), number: row.number, code })
    }
}

/// A code in three groups of four.
fn new_code(change: &Change<'_>) -> String {
    let mut bytes = [0_u8; CODE_LENGTH];
    change.chance(&mut bytes);
    codes::spell(&bytes)
}
