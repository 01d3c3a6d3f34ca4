//! Persons' keys as rows: made, opened, destroyed.

use crate::db::{FileLane, Found};
use crate::entity::person_key;
use crate::fault::fault;
use crate::organisations::{self, Organisation};
use crate::seal::PersonKey;
use domain::refusal::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// A new key and its row.
pub(crate) fn new(organisation: &Organisation, id: Uuid) -> (PersonKey, person_key::ActiveModel) {
    let (key, wrapped) = organisation.key.new_person_key(id);
    let row = person_key::ActiveModel {
        organisation_id: Set(organisation.id.uuid()),
        id: Set(id),
        wrapped: Set(Some(wrapped)),
        destroyed_at: Set(None),
    };
    (key, row)
}

/// One key, opened; an erased person is not found.
pub(crate) async fn open(tx: &impl FileLane, organisation: &Organisation, id: Uuid) -> Result<PersonKey, Refusal> {
    opened(organisation, &tx.find::<person_key::Entity>().by_id(id).need().await?)
}

/// A key whose row is there already.
pub(crate) fn opened(organisation: &Organisation, row: &person_key::Model) -> Result<PersonKey, Refusal> {
    let wrapped = row.wrapped.as_ref().ok_or(Refusal::NotFound)?;
    organisation.key.open_person_key(row.id, wrapped).map_err(fault)
}

/// The same of a person who may have been erased, or of no person.
pub(crate) fn opened_if_there(
    organisation: &Organisation,
    row: Option<&person_key::Model>,
) -> Result<Option<PersonKey>, Refusal> {
    row.filter(|row| row.wrapped.is_some()).map(|row| opened(organisation, row)).transpose()
}

/// Many keys at once over several organisations, each opened by its own organisation's key: one query.
pub(crate) async fn open_across(
    rows: Found<'_, person_key::Entity>,
    organisations: &[Arc<Organisation>],
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, PersonKey>, Refusal> {
    let rows = rows.filter(person_key::Column::Id.is_in(ids)).all().await?;
    let mut keys = HashMap::new();
    for row in rows {
        let organisation = organisations::among(organisations, row.organisation_id)?;
        if let Some(wrapped) = row.wrapped {
            keys.insert(row.id, organisation.key.open_person_key(row.id, &wrapped).map_err(fault)?);
        }
    }
    Ok(keys)
}

/// Many keys at once, for a list: one query.
pub(crate) async fn open_many(
    rows: Found<'_, person_key::Entity>,
    organisation: &Organisation,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, PersonKey>, Refusal> {
    let rows = rows.filter(person_key::Column::Id.is_in(ids)).all().await?;
    let mut keys = HashMap::new();
    for row in rows {
        if let Some(wrapped) = row.wrapped {
            keys.insert(row.id, organisation.key.open_person_key(row.id, &wrapped).map_err(fault)?);
        }
    }
    Ok(keys)
}
