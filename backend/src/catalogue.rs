//! What an organisation offers, and the criteria it has published for each service (CAT, INT-17).

use crate::change::{Command, act, run};
use crate::db::ReadTx;
use crate::entity::service::{self, Column, Entity};
use crate::fault::{Fault, fault};
use crate::happening::Happening;
use crate::organisations::OperatorScope;
use crate::scope::{PublicScope, StaffScope};
use domain::access::{Action, Object};
use domain::events::{Event, EventKind, Subject};
use domain::ids::ServiceId;
use domain::refusal::Refusal;
use domain::services::Criterion;
use domain::text;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Order};
use serde::Serialize;

act!(
    /// Adding a service to the catalogue.
    Offer = Service Create => service
);

/// A service on offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Its short name in addresses, as `home-visit`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is, in a few sentences.
    pub summary: String,
    /// The published criteria; a refusal must name one of them.
    pub criteria: Vec<Criterion>,
    /// The proof documents that it asks for, one on each line (INT-02); empty where it asks for none.
    pub proof: String,
    /// Whether one can apply now.
    pub open: bool,
}

impl Service {
    pub(crate) fn read(row: service::Model) -> Result<Self, Refusal> {
        Ok(Self {
            criteria: serde_json::from_str(&row.criteria).map_err(|_| fault(Fault::Stored("criteria")))?,
            id: row.id.into(),
            code: row.code,
            name: row.name,
            summary: row.summary,
            proof: row.proof,
            open: row.open,
        })
    }
}

/// A new service.
#[derive(Clone, Debug, Serialize)]
pub struct OfferService {
    /// Its short name in addresses.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub summary: String,
    /// Its criteria.
    pub criteria: Vec<Criterion>,
    /// The proof documents that it asks for, one on each line; empty for none.
    pub proof: String,
}

/// Adds a service when an organisation is set up at the command line.
///
/// # Errors
/// When a value is not what it should be, or the short name is taken.
pub async fn offer_as_operator(scope: &OperatorScope, command: Command<OfferService>) -> Result<ServiceId, Refusal> {
    run(&scope.acting, &command, async |change, asked| {
        let permit = change.permit_new::<Offer>()?;
        let id = change.new_id();
        let criteria = serde_json::to_string(&asked.criteria).map_err(|_| fault(Fault::Stored("criteria")))?;
        let row = service::ActiveModel {
            id: Set(id),
            code: Set(text::Slug::parse(&asked.code).map_err(|problem| Refusal::field("code", problem))?.into_string()),
            name: Set(text::clean_line(&asked.name, 80).map_err(|problem| Refusal::field("name", problem))?),
            summary: Set(
                text::clean_paragraph(&asked.summary, 1_000).map_err(|problem| Refusal::field("summary", problem))?
            ),
            criteria: Set(criteria),
            proof: Set(match asked.proof.trim() {
                "" => String::new(),
                proof => text::clean_paragraph(proof, 500).map_err(|problem| Refusal::field("proof", problem))?,
            }),
            open: Set(true),
            created_at: Set(change.now().millis()),
            version: Set(1),
            ..Default::default()
        };
        change.insert(&permit, row).await?;
        let subject = Subject { kind: Object::Service, id };
        let event = Event::new(EventKind::ServiceOffered, subject, change.now()).with("code", &*asked.code);
        change.emit(Happening { event, number: String::new(), responsible: None });
        Ok(id.into())
    })
    .await
}

/// What residents can apply for.
///
/// # Errors
/// When the database does not answer.
pub async fn on_offer(scope: &PublicScope) -> Result<Vec<Service>, Refusal> {
    open_services(&scope.read().await?).await
}

/// One service that residents can apply for.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not on offer.
pub async fn service_on_offer(scope: &PublicScope, code: &str) -> Result<Service, Refusal> {
    let tx = scope.read().await?;
    Service::read(tx.find::<Entity>().filter(Column::Code.eq(code)).filter(Column::Open.eq(true)).need().await?)
}

/// The services for which staff can take an application in.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn list(scope: &StaffScope) -> Result<Vec<Service>, Refusal> {
    scope.need(Object::Service, Action::List)?;
    open_services(&scope.read().await?).await
}

async fn open_services(tx: &ReadTx) -> Result<Vec<Service>, Refusal> {
    let rows = tx.find::<Entity>().filter(Column::Open.eq(true)).order(Column::Code, Order::Asc).all().await?;
    rows.into_iter().map(Service::read).collect()
}
