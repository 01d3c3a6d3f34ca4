//! Delivering: what an applicant is told, as rows, in the transaction of the change of which it tells. They are sent by
//! [`crate::deliveries::send`].

use crate::acting::Acting;
use crate::ambient::new_id;
use crate::carriers::Carriers;
use crate::db::WriteTx;
use crate::entity::{application, delivery, person_key};
use crate::happening::Happening;
use crate::seal::Place;
use crate::{keys, sealed};
use domain::access::Object;
use domain::delivery::{DeliveryState, Urgency, told_of};
use domain::events::Event;
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::ActiveValue::Set;

/// Where an application's answers are sealed.
pub(crate) const FORM: &str = "applications.form";
/// Where the address of a delivery is sealed.
pub(crate) const ADDRESS: &str = "deliveries.address";

/// Writes what follows from these events. Where no way leads to the person nothing is written: to tell stays owed (INT-10).
pub(crate) async fn follow(acting: &Acting, tx: &WriteTx, happenings: &[Happening]) -> Result<(), Refusal> {
    let Some(carriers) = acting.core.carriers.get() else { return Ok(()) };
    let mut rows = Vec::new();
    for event in happenings.iter().map(|happening| &happening.event) {
        if let Some(urgency) = told_of(event.kind).filter(|_| event.subject.kind == Object::Application) {
            rows.extend(delivery_of(acting, tx, carriers, event, urgency).await?);
        }
    }
    tx.insert_all(rows).await
}

async fn delivery_of(
    acting: &Acting,
    tx: &WriteTx,
    carriers: &Carriers,
    event: &Event,
    urgency: Urgency,
) -> Result<Option<delivery::ActiveModel>, Refusal> {
    let Some(row) = tx.find::<application::Entity>().by_id(event.subject.id).one().await? else { return Ok(None) };
    let key = tx.find::<person_key::Entity>().by_id(row.key_id).one().await?;
    let Some(key) = keys::opened_if_there(&acting.organisation, key.as_ref())? else { return Ok(None) };
    let answers = sealed::open(&key, FORM, row.id, &row.form)?;
    // The applicant's own telephone, a child's too: what a child asks for may be nothing that the guardian should learn from us.
    let answer = |key: &str| answers.get(key).map_or("", String::as_str);
    let Some((way, address)) = carriers.reach(answer("phone"), answer("email")) else { return Ok(None) };
    let now = acting.core.clock.now();
    let id = new_id(now, &*acting.core.chance);
    Ok(Some(delivery::ActiveModel {
        organisation_id: Set(tx.organisation()),
        id: Set(id),
        application_id: Set(row.id),
        key_id: Set(row.key_id),
        told_for: Set(format!("{}/{}/{}", event.kind, row.id.simple(), row.version)),
        told: Set(row.state),
        urgent: Set(urgency == Urgency::Crisis),
        way: Set(way.code().to_owned()),
        address: Set(key.seal(Place { column: ADDRESS, row: id }, &address)),
        state: Set(DeliveryState::Waiting.code().to_owned()),
        cause: Set(None),
        attempts: Set(0),
        made_at: Set(now.millis()),
        due_at: Set(urgency.not_before(now).millis()),
        leased_until: Set(None),
        sent_at: Set(None),
    }))
}

/// How much a row presses.
pub(crate) fn urgency(row: &delivery::Model) -> Urgency {
    if row.urgent { Urgency::Crisis } else { Urgency::Civil }
}

/// When a row was made: with the change of which it tells.
pub(crate) fn made(row: &delivery::Model) -> Moment {
    Moment::from_millis(row.made_at)
}
