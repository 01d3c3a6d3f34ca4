//! Setting up, changing, moving and closing.

use super::UnitAct;
use super::queries::standing;
use crate::change::{Change, Command, act};
use crate::entity::unit;
use crate::happening::Happening;
use crate::members::receiver;
use crate::scope::StaffScope;
use domain::access::{Action, Object};
use domain::events::{Event, EventKind};
use domain::ids::{MemberId, UnitId};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::time::Day;
use domain::units::{Address, Duties, Goals, Particular, Structure, UnitKind, UnitName};
use sea_orm::ActiveValue::Set;
use serde::Serialize;
use uuid::Uuid;

act!(
    /// Setting a unit up.
    MayCreate = Unit Create => unit
);
act!(
    /// Changing what is written of one.
    MayEdit = Unit Edit => unit
);
act!(
    /// Saying where one stands and who heads it.
    MayAssign = Unit Assign
);
act!(
    /// Giving one a last day.
    MayClose = Unit Close => unit
);

/// What is written of a unit, as somebody typed it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Profile {
    /// What it is called.
    pub name: String,
    /// What it has to do; may be written later.
    pub duties: String,
    /// Where it is, for a site.
    pub address: String,
    /// What it is to reach, for a project; may be written later.
    pub goals: String,
}

/// The same, read.
struct Known {
    name: UnitName,
    duties: Option<String>,
    address: Option<String>,
    goals: Option<String>,
}

impl Profile {
    /// What of it a unit of this kind has; nothing, and every problem at its field, when something has to be mended.
    fn read(&self, kind: UnitKind, wrong: &mut Vec<FieldError>) -> Option<Known> {
        let mut at = At(wrong);
        let (address, goals) = match kind.particular() {
            Some(Particular::Address) => (at.read("address", Address::parse(&self.address)), None),
            Some(Particular::Goals) => (None, at.read_if_any("goals", &self.goals, Goals::parse)),
            None => (None, None),
        };
        let (address, goals) = (address.map(Address::into_string), goals.map(Goals::into_string));
        let duties = at.read_if_any("duties", &self.duties, Duties::parse).map(Duties::into_string);
        let name = at.read("name", UnitName::parse(&self.name));
        name.filter(|_| wrong.is_empty()).map(|name| Known { name, duties, address, goals })
    }
}

/// Notes every problem at its field.
struct At<'w>(&'w mut Vec<FieldError>);

impl At<'_> {
    fn read<T>(&mut self, field: &str, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.0.push(FieldError::new(field, problem))).ok()
    }

    /// What may be left out.
    fn read_if_any<T>(&mut self, field: &str, raw: &str, read: fn(&str) -> Result<T, Problem>) -> Option<T> {
        if raw.trim().is_empty() { None } else { self.read(field, read(raw)) }
    }
}

/// Where a unit stands and who heads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Below what; nothing is the organisation itself.
    pub parent: Option<UnitId>,
    /// Who heads it; nobody while the post is vacant.
    pub head: Option<MemberId>,
}

/// A new unit.
#[derive(Clone, Debug, Serialize)]
pub struct CreateUnit {
    /// What it is.
    pub kind: UnitKind,
    /// Where it stands and who heads it.
    pub place: Place,
    /// What is written of it.
    pub profile: Profile,
    /// Its first day.
    pub since: Day,
}

/// Sets a unit up.
///
/// # Errors
/// [`Refusal::Invalid`] with everything that has to be mended: what is written, where it is to stand, who is to head it.
pub async fn create(scope: &StaffScope, command: Command<CreateUnit>) -> Result<UnitId, Refusal> {
    scope
        .run(&command, async |change, asked| {
            let permit = change.permit_new::<MayCreate>()?;
            let CreateUnit { kind, place, ref profile, since } = *asked;
            let (structure, mut wrong) = (structure(change).await?, Vec::new());
            let placed = structure.may_stand(kind, None, place.parent);
            wrong.extend(placed.err().map(|problem| FieldError::new("parent", problem)));
            wrong.extend(heading(scope, change, place.head).await?);
            let known = profile.read(kind, &mut wrong);
            let named = known.as_ref().map_or(Ok(()), |known| structure.may_be_named(None, &known.name, place.parent));
            wrong.extend(named.err().map(|problem| FieldError::new("name", problem)));
            let Some(known) = known.filter(|_| wrong.is_empty()) else { return Err(wrong.into()) };
            let id = change.new_id();
            let row = unit::ActiveModel {
                id: Set(id),
                kind: Set(kind.code().to_owned()),
                name: Set(known.name.as_str().to_owned()),
                parent_id: Set(place.parent.map(UnitId::uuid)),
                duties: Set(known.duties),
                address: Set(known.address),
                goals: Set(known.goals),
                head_id: Set(place.head.map(MemberId::uuid)),
                since: Set(since.inner()),
                until: Set(None),
                version: Set(1),
                ..Default::default()
            };
            change.insert(&permit, row).await?;
            let told = Told { id, name: known.name.as_str(), head: place.head };
            told.that(change, EventKind::UnitCreated, |event| below(event.with("kind", kind.code()), place.parent));
            Ok(id.into())
        })
        .await
}

/// What is to be changed of a unit.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeUnit {
    /// Which.
    pub unit: UnitId,
    /// What is written of it.
    pub profile: Profile,
    /// Where it stands and who heads it; nothing leaves both as they are.
    pub place: Option<Place>,
}

/// Changes what is written of a unit, moves it with all that lies below it, gives it another head.
///
/// # Errors
/// [`Refusal::Invalid`] with everything that has to be mended, [`Refusal::WrongState`] for a unit that is over,
/// [`Refusal::Stale`] when somebody else changed it since.
pub async fn change(scope: &StaffScope, command: Command<ChangeUnit>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let row = change.find::<unit::Entity>().by_id(asked.unit).need().await?;
            let permit = change.permit::<MayEdit>(&row)?;
            let was = standing(&row)?;
            UnitAct::Change.may(&was, change.now().day())?;
            let stood = Place { parent: was.parent, head: row.head_id.map(Into::into) };
            let place = asked.place.unwrap_or(stood);
            if place != stood {
                let _permit = change.permit::<MayAssign>(&row)?;
                UnitAct::Place.may(&was, change.now().day())?;
            }
            let (structure, mut wrong) = (structure(change).await?, Vec::new());
            let (moved, assigned) = (place.parent != stood.parent, place.head != stood.head);
            if moved && let Err(problem) = structure.may_stand(was.kind, was.until, place.parent) {
                wrong.push(FieldError::new("parent", problem));
            }
            if assigned {
                wrong.extend(heading(scope, change, place.head).await?);
            }
            let known = asked.profile.read(was.kind, &mut wrong);
            let named =
                known.as_ref().map_or(Ok(()), |known| structure.may_be_named(Some(was.id), &known.name, place.parent));
            wrong.extend(named.err().map(|problem| FieldError::new("name", problem)));
            let Some(known) = known.filter(|_| wrong.is_empty()) else { return Err(wrong.into()) };
            let name = known.name.as_str();
            let rewritten = (name, &known.duties, &known.address, &known.goals)
                != (&row.name, &row.duties, &row.address, &row.goals);
            let changes = unit::ActiveModel {
                name: Set(name.to_owned()),
                parent_id: Set(place.parent.map(UnitId::uuid)),
                duties: Set(known.duties.clone()),
                address: Set(known.address.clone()),
                goals: Set(known.goals.clone()),
                head_id: Set(place.head.map(MemberId::uuid)),
                ..Default::default()
            };
            change.update::<_, unit::Entity>(&permit, row.id, change.seen(), changes).await?;
            let told = Told { id: row.id, name, head: place.head };
            if rewritten {
                told.that(change, EventKind::UnitChanged, |event| event);
            }
            if moved {
                told.that(change, EventKind::UnitMoved, |event| below(event, place.parent));
            }
            if assigned {
                let who = |event: Event, key: &str, who: Option<MemberId>| match who {
                    Some(member) => event.with(key, member.to_string()),
                    None => event,
                };
                told.that(change, EventKind::UnitAssigned, |event| {
                    who(who(event, "from", stood.head), "to", place.head)
                });
            }
            Ok(())
        })
        .await
}

/// A unit's last day.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CloseUnit {
    /// Which.
    pub unit: UnitId,
    /// The last day on which it is there.
    pub last: Day,
}

/// Gives a unit a last day; a wrong one is put right by another.
///
/// # Errors
/// [`Refusal::Invalid`] when something below it goes on for longer, or the day is before its first.
pub async fn close(scope: &StaffScope, command: Command<CloseUnit>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, &CloseUnit { unit, last }| {
            let row = change.find::<unit::Entity>().by_id(unit).need().await?;
            let permit = change.permit::<MayClose>(&row)?;
            UnitAct::Close.may(&standing(&row)?, change.now().day())?;
            let structure = structure(change).await?;
            structure.may_end(unit, last).map_err(|problem| Refusal::field("until", problem))?;
            let changes = unit::ActiveModel { until: Set(Some(last.inner())), ..Default::default() };
            change.update::<_, unit::Entity>(&permit, row.id, change.seen(), changes).await?;
            let told = Told { id: row.id, name: &row.name, head: row.head_id.map(Into::into) };
            told.that(change, EventKind::UnitClosed, |event| event.with("until", last.to_string()));
            Ok(())
        })
        .await
}

/// How the organisation's units stand to each other in this transaction.
async fn structure(change: &Change<'_>) -> Result<Structure, Refusal> {
    let rows = change.find::<unit::Entity>().all().await?;
    Ok(Structure::of(rows.iter().map(standing).collect::<Result<_, _>>()?))
}

/// What is wrong with this one as a head.
async fn heading(scope: &StaffScope, change: &Change<'_>, head: Option<MemberId>) -> Result<Vec<FieldError>, Refusal> {
    let Some(head) = head else { return Ok(Vec::new()) };
    match receiver(scope, change, head, "head", &[(Object::Unit, Action::Read)]).await {
        Err(Refusal::Invalid(wrong)) => Ok(wrong),
        outcome => outcome.map(|()| Vec::new()),
    }
}

/// The unit of which something is told.
struct Told<'a> {
    id: Uuid,
    name: &'a str,
    head: Option<MemberId>,
}

impl Told<'_> {
    fn that(&self, change: &mut Change<'_>, kind: EventKind, tell: impl FnOnce(Event) -> Event) {
        let event = tell(Event::new(kind, UnitId::from(self.id), change.now()));
        change.emit(Happening { event, number: self.name.to_owned(), responsible: self.head });
    }
}

/// Below what it stands; nothing is the organisation itself.
fn below(event: Event, parent: Option<UnitId>) -> Event {
    match parent {
        Some(parent) => event.with("parent", parent.to_string()),
        None => event,
    }
}
