//! Reading clients.

use super::Person;
use super::record::{ClientAct, profile};
use crate::acts::Acts;
use crate::db::ReadTx;
use crate::entity::{case, client, person_key};
use crate::listing::{Listed, Slice, Sorts};
use crate::pieces::Sought;
use crate::scope::StaffScope;
use crate::{audit, keys, listing, members};
use domain::access::{Action, Object, Reach};
use domain::cases::CaseState;
use domain::clients::PersonKind;
use domain::events::{EventKind, Subject};
use domain::ids::{CaseId, ClientId, MemberId};
use domain::numbers::Series;
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::{ColumnTrait, Condition, Order};
use std::collections::HashMap;
use uuid::Uuid;

/// What a list of clients is narrowed to; it lives in the address, what is sought sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientFilter {
    /// Part of a name or how it is read, a document, a telephone number or the last four digits of either, a client's number.
    pub search: String,
    /// Only those with this kind.
    pub kind: Option<PersonKind>,
}

/// One client on a list, masked.
#[derive(Clone, Debug)]
pub struct ClientRow {
    /// The client.
    pub id: ClientId,
    /// The number, as `QS01/DX/2026/001`.
    pub number: String,
    /// The masked name.
    pub name: String,
    /// Full years today.
    pub age: Option<u32>,
    /// Kinds of person.
    pub kinds: Vec<PersonKind>,
    /// Who answers for the client.
    pub responsible: Option<String>,
    /// Since when.
    pub since: Moment,
    /// Open cases.
    pub open_cases: usize,
}

/// A client's whole record.
#[derive(Clone, Debug)]
pub struct Client {
    /// The client.
    pub id: ClientId,
    /// The number.
    pub number: String,
    /// The person, unmasked.
    pub person: Person,
    /// Who answers for the client.
    pub responsible: Option<(MemberId, String)>,
    /// Since when.
    pub since: Moment,
    /// When the record was last changed, and by whom.
    pub changed: Option<(Moment, String)>,
    /// The cases: id where it may be opened, number, state, opened.
    pub cases: Vec<(Option<CaseId>, String, CaseState, Moment)>,
    /// For the next change.
    pub version: i64,
    /// What this person may do with it.
    pub acts: Acts<ClientAct>,
}

/// What the list can be sorted by.
const SORTS: &Sorts<client::Entity> = &[("since", client::Column::CreatedAt), ("number", client::Column::Number)];

/// Clients, newest last unless it is said otherwise, as far as one may see.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn list(scope: &StaffScope, filter: &ClientFilter, slice: &Slice) -> Result<Listed<ClientRow>, Refusal> {
    let reach = scope.need(Object::Client, Action::List)?;
    let tx = scope.read().await?;
    let mut found = tx.find::<client::Entity>().filter(within(reach, scope.member()));
    if !filter.search.trim().is_empty() {
        found = found.filter(searched(scope, &filter.search));
    }
    if let Some(kind) = filter.kind {
        found = found.filter(client::Column::PersonKinds.contains(kind.code()));
    }
    let found = listing::slice(&tx, found, slice, (client::Column::Id, Order::Asc), SORTS).await?;
    let rows = &found.rows;
    let names = members::names(&tx).await?;
    let keys =
        keys::open_many(tx.find::<person_key::Entity>(), scope.organisation(), rows.iter().map(|row| row.key_id))
            .await?;
    let open = open_cases(&tx, rows.iter().map(|row| row.id).collect()).await?;
    let today = scope.now().day();
    let rows = rows.iter().map(|row| {
        // An erased person stays on the list without a name.
        let person = keys.get(&row.key_id).map(|key| profile(key, row)).transpose()?.unwrap_or_default();
        Ok(ClientRow {
            id: row.id.into(),
            number: row.number.clone(),
            name: person.masked_name(),
            age: person.age_on(today),
            kinds: kinds(&row.person_kinds),
            responsible: row.responsible_id.and_then(|id| names.get(&id).cloned()),
            since: Moment::from_millis(row.created_at),
            open_cases: open.get(&row.id).copied().unwrap_or(0),
        })
    });
    Ok(found.with(rows.collect::<Result<_, Refusal>>()?))
}

/// A client's record. Reading it leaves an entry in the audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, it is another organisation's, or out of one's reach.
pub async fn open(scope: &StaffScope, id: ClientId) -> Result<Client, Refusal> {
    let reach = scope.need(Object::Client, Action::Read)?;
    let tx = scope.read().await?;
    let row = tx.find::<client::Entity>().by_id(id).filter(within(reach, scope.member())).need().await?;
    let key = keys::open(&tx, scope.organisation(), row.key_id).await?;
    let names = members::names(&tx).await?;
    let cases = tx
        .find::<case::Entity>()
        .filter(case::Column::ClientId.eq(row.id))
        .sorted(case::Column::OpenedAt, Order::Desc)
        .all()
        .await?;
    let person = profile(&key, &row)?;
    let changed = audit::last(&tx, EventKind::ClientChanged, row.id, &names).await?;
    drop(tx);
    scope.note(EventKind::ClientRead, Subject { kind: Object::Client, id: row.id }).await?;
    Ok(Client {
        acts: Acts::of(scope, &row, |_| Ok(())),
        id,
        number: row.number,
        person,
        responsible: row.responsible_id.and_then(|id| names.get(&id).map(|name| (id.into(), name.clone()))),
        since: Moment::from_millis(row.created_at),
        changed,
        cases: cases
            .into_iter()
            .filter_map(|case| {
                let state = CaseState::parse(&case.state).ok()?;
                let opens = scope.reaches(Object::Case, Action::Read, &case).then(|| case.id.into());
                Some((opens, case.number, state, Moment::from_millis(case.opened_at)))
            })
            .collect(),
        version: row.version,
    })
}

/// The rows within one's reach.
pub(crate) fn within(reach: Reach, member: MemberId) -> Condition {
    match reach {
        Reach::All => Condition::all(),
        Reach::Own | Reach::None => Condition::all().add(client::Column::ResponsibleId.eq(member.uuid())),
    }
}

/// The rows that what was typed can mean; none, where it can mean nothing.
fn searched(scope: &StaffScope, typed: &str) -> Condition {
    let Ok(sought) = Sought::read(typed) else {
        return Condition::all().add(client::Column::Id.is_in([] as [Uuid; 0]));
    };
    let house = scope.organisation();
    let numbers = sought.numbers(house, [Series::Client.into()], scope.now().day());
    let persons = sought.persons(house).map(|persons| client::Column::KeyId.in_subquery(persons));
    Condition::any().add(client::Column::Number.is_in(numbers)).add_option(persons)
}

async fn open_cases(tx: &ReadTx, clients: Vec<Uuid>) -> Result<HashMap<Uuid, usize>, Refusal> {
    let open = Condition::all()
        .add(case::Column::ClientId.is_in(clients))
        .add(case::Column::State.is_in(CaseState::OPEN.iter().map(|state| state.code())));
    let mut counts = HashMap::new();
    for case in tx.find::<case::Entity>().filter(open).all().await? {
        *counts.entry(case.client_id).or_default() += 1;
    }
    Ok(counts)
}

pub(crate) fn kinds(joined: &str) -> Vec<PersonKind> {
    joined.split(',').filter_map(|kind| PersonKind::parse(kind).ok()).collect()
}
