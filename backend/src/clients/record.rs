//! Making a client's record: from a confirmed application, by hand, or from a roster.

use super::{IDENTITY, PHONE, PROFILE, Person};
use crate::acts::FileAct;
use crate::change::{Change, Command, Permit, Writes, act};
use crate::entity::{client, person_key, search_piece};
use crate::happening::Happening;
use crate::pieces::{self, Piece};
use crate::scope::StaffScope;
use crate::seal::PersonKey;
use crate::{members, sealed};
use domain::access::{Action, Object};
use domain::events::{Event, EventKind, Subject};
use domain::forms::{Answers, validate};
use domain::identity::MAJORITY;
use domain::ids::{ClientId, MemberId};
use domain::numbers::Series;
use domain::phone::Phone;
use domain::refusal::{Problem, Refusal};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, Order};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

act!(
    /// Making a client's record.
    Register = Client Create => client, person_key, search_piece
);

act!(
    /// Correcting a client's record, or adding to it.
    Amend = Client Edit => client, search_piece
);

/// What can be done with a client's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientAct {
    /// Correcting it, or adding to it.
    Amend,
    /// Beginning a case without an application.
    Begin,
}

impl FileAct for ClientAct {
    const ALL: &'static [Self] = &[Self::Amend, Self::Begin];

    fn right(self) -> (Object, Action) {
        match self {
            Self::Amend => (Object::Client, Action::Edit),
            Self::Begin => (Object::Case, Action::Create),
        }
    }
}

/// What a new record is made of.
pub(crate) struct NewClient<'a> {
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
    entry: NewClient<'_>,
) -> Result<(client::Model, bool), Refusal>
where
    A: Writes<client::Entity> + Writes<person_key::Entity> + Writes<search_piece::Entity>,
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
        profile: seal(change, permit, &key, (PROFILE, id), entry.person.answers()).await?,
        identity_index: identity,
        phone_index: phone_index(change, entry.person),
        person_kinds: entry.person.get("person_kinds").to_owned(),
        minor_until: majority(entry.person),
        responsible_id: entry.responsible.map(MemberId::uuid),
        created_at: change.now().millis(),
        version: 1,
    };
    change.insert(permit, client::ActiveModel::from(row.clone())).await?;
    let kind = match entry.origin {
        ClientOrigin::Work => EventKind::ClientCreated,
        ClientOrigin::Roster => EventKind::ClientImported,
    };
    let event = Event::new(kind, Subject { kind: Object::Client, id }, change.now());
    change.emit(Happening { event, number: row.number.clone(), responsible: entry.responsible });
    Ok((row, true))
}

/// The client of the same name and day of birth of whom no number is kept, where this person's number is known to nobody:
/// perhaps the same person, whose record only lacks it.
pub(crate) async fn unnumbered_namesake(
    change: &mut Change<'_>,
    person: &Person,
) -> Result<Option<client::Model>, Refusal> {
    let Some(index) = identity_index(change, person) else { return Ok(None) };
    if change.find::<client::Entity>().filter(client::Column::IdentityIndex.eq(index)).one().await?.is_some() {
        return Ok(None);
    }
    let house = change.house();
    let name = Piece::of_name(person.name()).hashed(&house.key);
    let namesakes = client::Column::KeyId.in_subquery(pieces::with_any(&house, vec![name]));
    for row in change.find::<client::Entity>().filter(namesakes).order(client::Column::Id, Order::Asc).all().await? {
        let key = match change.person_key(row.key_id).await {
            // An erased person is nobody's namesake.
            Err(Refusal::NotFound) => continue,
            key => key?,
        };
        if row.identity_index.is_none() && profile(&key, &row)?.is_namesake_of(person) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// The look-up hash of the identity number, or of another document's number.
pub(crate) fn identity_index(change: &Change<'_>, person: &Person) -> Option<Vec<u8>> {
    person.number().map(|number| change.index(IDENTITY, number))
}

/// The look-up hash of the telephone number; whoever rings need not know the extension.
pub(crate) fn phone_index(change: &Change<'_>, person: &Person) -> Option<Vec<u8>> {
    Phone::parse(person.get("phone")).ok().map(|phone| change.index(PHONE, phone.line()))
}

/// Seals what is known about a person for a row's column, and keeps the pieces by which the person is found in place of those
/// before. Nothing else seals a profile or an application, so that there is none whose person is not found.
pub(crate) async fn seal<A: Writes<search_piece::Entity>>(
    change: &Change<'_>,
    permit: &Permit<A>,
    key: &PersonKey,
    (column, row): (&str, Uuid),
    answers: &Answers,
) -> Result<Vec<u8>, Refusal> {
    let before = Condition::all().add(search_piece::Column::PersonId.eq(key.id()));
    change.delete_where::<_, search_piece::Entity>(permit, before).await?;
    let found_by = pieces::rows(&change.house(), key.id(), &Person::of(answers).known());
    change.insert_all(permit, found_by).await?;
    sealed::seal(key, column, row, answers)
}

/// A new client at the desk, or one row of a roster.
#[derive(Clone, Debug, Serialize)]
pub struct AddClient {
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
/// When the policy says no, or the person could not be that member's.
pub async fn add(scope: &StaffScope, command: Command<AddClient>) -> Result<AddedClient, Refusal> {
    scope
        .run(&command, async |change, asked| {
            let permit = change.permit_new::<Register>()?;
            if let Some(member) = asked.responsible {
                members::receiver(scope, change, member, "responsible", &members::CASE).await?;
            }
            let person = Person::of(&asked.answers);
            let entry = NewClient { person: &person, responsible: asked.responsible, origin: asked.origin };
            let (client, new) = enter(change, &permit, entry).await?;
            Ok(AddedClient { client: client.id.into(), new })
        })
        .await
}

/// Corrects a client's record.
#[derive(Clone, Debug, Serialize)]
pub struct AmendClient {
    /// Whose.
    pub client: ClientId,
    /// Everything that is known about the person now.
    pub answers: Answers,
}

/// Corrects a client's record, or adds to it.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that needs correcting, [`Refusal::Stale`] when somebody else was quicker.
pub async fn amend(scope: &StaffScope, command: Command<AmendClient>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = change.find::<client::Entity>().by_id(asked.client).need().await?;
            let permit = change.permit::<Amend>(&row)?;
            let answers = validate(&Person::questions(), &asked.answers, change.setting())?;
            let person = Person::of(&answers);
            let identity = identity_index(change, &person);
            if let Some(index) = &identity {
                let another = Condition::all()
                    .add(client::Column::IdentityIndex.eq(index.clone()))
                    .add(client::Column::Id.ne(row.id));
                if change.find::<client::Entity>().filter(another).one().await?.is_some() {
                    return Err(Refusal::field("identity_number", Problem::NumberTaken));
                }
            }
            let key = change.person_key(row.key_id).await?;
            let changes = client::ActiveModel {
                profile: Set(seal(change, &permit, &key, (PROFILE, row.id), person.answers()).await?),
                identity_index: Set(identity),
                phone_index: Set(phone_index(change, &person)),
                person_kinds: Set(person.get("person_kinds").to_owned()),
                minor_until: Set(majority(&person)),
                ..Default::default()
            };
            change.update::<_, client::Entity>(&permit, row.id, change.seen(), changes).await?;
            let event =
                Event::new(EventKind::ClientChanged, Subject { kind: Object::Client, id: row.id }, change.now());
            change.emit(Happening { event, number: row.number, responsible: row.responsible_id.map(MemberId::from) });
            Ok(())
        })
        .await
}

/// The day on which a person is of age, where the day of birth is known.
fn majority(person: &Person) -> Option<time::Date> {
    person.birth_date().map(|birth| birth.plus_years(i64::from(MAJORITY)).inner())
}

/// Opens a client's profile.
pub(crate) fn profile(key: &PersonKey, row: &client::Model) -> Result<Person, Refusal> {
    sealed::open(key, PROFILE, row.id, &row.profile).map(Person)
}
