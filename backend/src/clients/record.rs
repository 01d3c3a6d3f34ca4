//! Making a client's record: from a confirmed application, by hand, or from a roster.

use super::{IDENTITY, NAME, PHONE, PROFILE, Person};
use crate::change::{Change, Happening, Permit, Writes, act};
use crate::entity::{client, client_name, person_key};
use crate::scope::StaffScope;
use crate::seal::PersonKey;
use crate::sealed;
use domain::access::Object;
use domain::events::{Event, EventKind, Subject};
use domain::forms::Answers;
use domain::identity::MAJORITY;
use domain::ids::{ClientId, MemberId, OperationId};
use domain::numbers::Series;
use domain::refusal::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

act!(
    /// Making a client's record.
    Register = Client Create => client, client_name, person_key
);

/// What a new record is made of.
pub(crate) struct Entry<'a> {
    pub(crate) person: &'a Person,
    pub(crate) responsible: Option<MemberId>,
    pub(crate) origin: ClientOrigin,
}

/// Where a record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClientOrigin {
    /// A confirmed application, or staff at the desk.
    Work,
    /// A roster that was there before Banyan.
    Roster,
}

/// The client with this identity, made when there is none yet; says which and whether it is new.
pub(crate) async fn enter<A>(
    change: &mut Change<'_>,
    permit: &Permit<A>,
    entry: Entry<'_>,
) -> Result<(client::Model, bool), Refusal>
where
    A: Writes<client::Entity> + Writes<client_name::Entity> + Writes<person_key::Entity>,
{
    let identity = identity_index(change, entry.person);
    if let Some(index) = &identity
        && let Some(known) =
            change.find::<client::Entity>().filter(client::Column::IdentityIndex.eq(index.clone())).one().await?
    {
        return Ok((known, false));
    }
    let key = change.new_person_key(permit).await?;
    let id = change.new_id();
    let row = client::Model {
        organisation_id: change.organisation(),
        id,
        number: change.number(Series::Client).await?,
        key_id: key.id(),
        profile: sealed::seal(&key, PROFILE, id, entry.person.answers())?,
        identity_index: identity,
        phone_index: phone_index(change, entry.person),
        person_kinds: entry.person.get("person_kinds").to_owned(),
        minor_until: entry.person.birth_date().map(|birth| birth.plus_years(i64::from(MAJORITY)).inner()),
        responsible_id: entry.responsible.map(MemberId::uuid),
        created_at: change.now().millis(),
        version: 1,
    };
    change.insert(permit, client::ActiveModel::from(row.clone())).await?;
    change.insert_all(permit, pieces(change, id, entry.person.name())).await?;
    let kind = match entry.origin {
        ClientOrigin::Work => EventKind::ClientCreated,
        ClientOrigin::Roster => EventKind::ClientImported,
    };
    let event = Event::new(kind, Subject { kind: Object::Client, id }, change.now());
    change.emit(Happening { event, number: row.number.clone(), responsible: entry.responsible });
    Ok((row, true))
}

/// The look-up hash of the identity number, or of another document's number.
pub(crate) fn identity_index(change: &Change<'_>, person: &Person) -> Option<Vec<u8>> {
    let number = ["identity_number", "document_number"]
        .map(|key| person.get(key))
        .into_iter()
        .find(|number| !number.is_empty())?;
    Some(change.index(IDENTITY, &number.to_uppercase()))
}

/// The look-up hash of the telephone number.
pub(crate) fn phone_index(change: &Change<'_>, person: &Person) -> Option<Vec<u8>> {
    let phone = person.get("phone");
    (!phone.is_empty()).then(|| change.index(PHONE, phone))
}

/// Every two neighbouring characters of a name, each under the organisation's keyed hash.
pub(crate) fn name_pieces(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    if characters.len() < 2 {
        return vec![characters.into_iter().collect()];
    }
    characters.windows(2).map(|pair| pair.iter().collect()).collect()
}

fn pieces(change: &Change<'_>, client: Uuid, name: &str) -> Vec<client_name::ActiveModel> {
    let mut pieces = name_pieces(name);
    pieces.sort();
    pieces.dedup();
    let row = |piece: String| client_name::ActiveModel {
        piece: Set(change.index(NAME, &piece)),
        client_id: Set(client),
        ..Default::default()
    };
    pieces.into_iter().map(row).collect()
}

/// A new client at the desk, or one row of a roster.
#[derive(Clone, Debug, Serialize)]
pub struct AddClient {
    /// The operation's id.
    pub operation: OperationId,
    /// What is known about the person, already validated.
    pub answers: Answers,
    /// Who answers for the person.
    pub responsible: Option<MemberId>,
    /// Where the record comes from.
    pub origin: ClientOrigin,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedClient {
    /// The record.
    pub client: ClientId,
    /// Whether it is new; an identity number that is known adds nothing.
    pub new: bool,
}

/// Adds a client.
///
/// # Errors
/// When the policy says no.
pub async fn add(scope: &StaffScope, command: AddClient) -> Result<AddedClient, Refusal> {
    scope
        .change(command.operation, &command, async |change| {
            let permit = change.permit_new::<Register>()?;
            let person = Person::of(&command.answers);
            let entry = Entry { person: &person, responsible: command.responsible, origin: command.origin };
            let (client, new) = enter(change, &permit, entry).await?;
            Ok(AddedClient { client: client.id.into(), new })
        })
        .await
}

/// Opens a client's profile.
pub(crate) fn profile(key: &PersonKey, row: &client::Model) -> Result<Person, Refusal> {
    sealed::open(key, PROFILE, row.id, &row.profile).map(Person)
}
