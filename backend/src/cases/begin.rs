//! A case that begins without an application: out of a crisis, a call, a referral.

use super::happening;
use crate::change::{Command, act};
use crate::entity::{case, client, service};
use crate::members;
use crate::scope::StaffScope;
use domain::cases::{CaseState, Origin};
use domain::events::EventKind;
use domain::ids::{CaseId, ClientId, MemberId, ServiceId};
use domain::numbers::Series;
use domain::refusal::{Problem, Refusal};
use domain::time::Moment;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

act!(
    /// Beginning a case.
    MayBegin = Case Create => case
);

/// Begins a case for somebody who is on file.
#[derive(Clone, Debug, Serialize)]
pub struct Begin {
    /// For whom.
    pub client: ClientId,
    /// With which service.
    pub service: ServiceId,
    /// From what it comes.
    pub origin: Origin,
    /// Who answers for it.
    pub responsible: MemberId,
    /// When the person was taken on.
    pub accepted: Moment,
}

/// Begins a case without an application. The road is the same from there: assessment, plan, service.
///
/// # Errors
/// [`Refusal::Invalid`] at each field that needs correcting; [`Refusal::NotFound`] when there is no such client.
pub async fn begin(scope: &StaffScope, command: Command<Begin>) -> Result<CaseId, Refusal> {
    scope
        .run(&command, async |change, asked| {
            let client = change.find::<client::Entity>().by_id(asked.client).need().await?;
            let permit = change.permit::<MayBegin>(&client)?;
            // Whoever was erased is served no more.
            change.person_key(client.key_id).await?;
            if asked.origin == Origin::Application {
                return Err(Refusal::field("origin", Problem::NotAChoice));
            }
            let unknown = || Refusal::field("service", Problem::NotAChoice);
            let service = change.find::<service::Entity>().by_id(asked.service).one().await?.ok_or_else(unknown)?;
            members::receiver(scope, change, asked.responsible, "responsible", &members::CASE).await?;
            if asked.accepted > change.now() {
                return Err(Refusal::field("accepted_at", Problem::FutureDay));
            }
            let (id, number) = (change.new_id(), change.number(Series::Case).await?);
            let row = case::ActiveModel {
                id: Set(id),
                number: Set(number),
                client_id: Set(client.id),
                application_id: Set(None),
                origin: Set(asked.origin.code().to_owned()),
                service_id: Set(service.id),
                key_id: Set(client.key_id),
                state: Set(CaseState::Opened.code().to_owned()),
                responsible_id: Set(asked.responsible.uuid()),
                accepted_at: Set(asked.accepted.millis()),
                opened_at: Set(change.now().millis()),
                started_at: Set(None),
                told_at: Set(None),
                told_mode: Set(None),
                closed_at: Set(None),
                version: Set(1),
                ..Default::default()
            };
            change.insert(&permit, row).await?;
            let case = change.find::<case::Entity>().by_id(id).need().await?;
            let opened = happening(change, &case, EventKind::CaseOpened);
            change.emit(opened);
            Ok(id.into())
        })
        .await
}
