//! Pieces follow from what is sealed, and are made anew from it: where a program that cut none, or cut them otherwise, wrote
//! it. Of whoever was erased none are left.

use crate::audit::Head;
use crate::clients::Person;
use crate::db::{ReadTx, WriteTx};
use crate::entity::{TenantOwned, application, client, person_key, search_piece};
use crate::kernel::Core;
use crate::organisations::{self, Organisation};
use crate::pieces::{self, Piece};
use crate::{applications, clients, keys};
use domain::refusal::Refusal;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// How many persons get their pieces in one transaction.
const STRIDE: u64 = 200;

/// What was made good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completed {
    /// Persons who got their pieces.
    pub made: usize,
}

/// Makes the pieces of all persons who have none, or older ones, and removes those of persons who were erased. It can be
/// repeated and cut off; other programs may serve meanwhile.
///
/// # Errors
/// When the database does not answer.
pub async fn complete(core: &Core) -> Result<Completed, Refusal> {
    let mut done = Completed::default();
    for row in organisations::all(core).await? {
        let house = Organisation::read(core, row)?;
        while wants(&core.db.read(house.id.uuid()).await?, &house).await? {
            // Under the head of the chain nobody else changes a name of this organisation.
            let (tx, _head) = Head::take(&core.db, house.id.uuid()).await?;
            done.made += make(&tx, &house).await?;
            forget(&tx).await?;
            tx.commit().await?;
        }
    }
    Ok(done)
}

/// Whether there is anybody to see to.
async fn wants(tx: &ReadTx, house: &Organisation) -> Result<bool, Refusal> {
    let lacking =
        !clients_without(tx, house, 1).await?.is_empty() || !applications_without(tx, house, 1).await?.is_empty();
    Ok(lacking || tx.find::<search_piece::Entity>().filter(of_erased(house.id.uuid())).limit(1).one().await?.is_some())
}

/// Makes the pieces of some who lack them; says of how many.
async fn make(tx: &WriteTx, house: &Organisation) -> Result<usize, Refusal> {
    let (clients, applications) =
        (clients_without(tx, house, STRIDE).await?, applications_without(tx, house, STRIDE).await?);
    let ids = clients.iter().map(|row| row.key_id).chain(applications.iter().map(|row| row.key_id));
    let keys = keys::open_many(tx.find::<person_key::Entity>(), house, ids).await?;
    let mut persons: Vec<(Uuid, Person)> = Vec::new();
    for row in &clients {
        if let Some(key) = keys.get(&row.key_id) {
            persons.push((row.key_id, clients::profile(key, row)?));
        }
    }
    for row in &applications {
        if let Some(key) = keys.get(&row.key_id) {
            persons.push((row.key_id, applications::person(key, row)?));
        }
    }
    let these = search_piece::Column::PersonId.is_in(persons.iter().map(|(key, _)| *key));
    tx.delete::<search_piece::Entity>(Condition::all().add(these)).await?;
    let rows = persons.iter().flat_map(|(key, person)| pieces::rows(house, *key, &person.known())).collect();
    tx.insert_new(rows).await?;
    Ok(persons.len())
}

/// Removes the pieces of whoever was erased.
async fn forget(tx: &WriteTx) -> Result<(), Refusal> {
    tx.delete::<search_piece::Entity>(of_erased(tx.organisation())).await
}

fn of_erased(organisation: Uuid) -> Condition {
    Condition::all().add(search_piece::Column::PersonId.in_subquery(erased(organisation)))
}

/// The keys of persons who were erased.
fn erased(organisation: Uuid) -> SelectStatement {
    use person_key::{Column, Entity};
    Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::OrganisationId.eq(organisation))
        .and_where(Column::Wrapped.is_null())
        .take()
}

async fn clients_without(tx: &ReadTx, house: &Organisation, most: u64) -> Result<Vec<client::Model>, Refusal> {
    let found = tx.find::<client::Entity>().filter(without::<client::Entity>(house, client::Column::KeyId));
    found.limit(most).all().await
}

async fn applications_without(
    tx: &ReadTx,
    house: &Organisation,
    most: u64,
) -> Result<Vec<application::Model>, Refusal> {
    let found = tx.find::<application::Entity>();
    found.filter(without::<application::Entity>(house, application::Column::KeyId)).limit(most).all().await
}

/// The rows whose person has no pieces of today, though there is a person.
fn without<E: TenantOwned>(house: &Organisation, key: E::Column) -> Condition {
    let of_today = pieces::with_any(house, vec![Piece::of_today().hashed(&house.key)]);
    Condition::all().add(key.not_in_subquery(of_today)).add(key.not_in_subquery(erased(house.id.uuid())))
}
