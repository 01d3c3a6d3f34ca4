//! What members answer for, counted by kind.

use crate::db::{Found, ReadTx};
use crate::entity::{TenantOwned, application, case, client, obligation, unit};
use crate::fault::{Fault, fault};
use crate::units;
use domain::applications::ApplicationState;
use domain::cases::CaseState;
use domain::ids::MemberId;
use domain::members::{Held, Holdings};
use domain::refusal::Refusal;
use domain::time::Day;
use sea_orm::{ColumnTrait, QuerySelect, TryGetableMany};
use std::collections::HashMap;
use uuid::Uuid;

/// What each member answers for, or only one of them: five queries.
pub(crate) async fn holdings(
    lane: &ReadTx,
    whose: Option<MemberId>,
    today: Day,
) -> Result<HashMap<Uuid, Holdings>, Refusal> {
    let mut all: HashMap<Uuid, Holdings> = HashMap::new();
    let mut add = |member: Uuid, held, n: i64| all.entry(member).or_default().add(held, n.unsigned_abs());
    let (found, by) = (lane.find::<case::Entity>(), case::Column::ResponsibleId);
    for (member, state, n) in counted::<_, (Uuid, String, i64)>(found, whose, by, Some(case::Column::State)).await? {
        let state = CaseState::parse(&state).map_err(|_| fault(Fault::Stored("case state")))?;
        add(member, Held::of_case(state), n);
    }
    let (found, by) = (lane.find::<client::Entity>(), client::Column::ResponsibleId);
    for (member, n) in counted::<_, (Uuid, i64)>(found, whose, by, None).await? {
        add(member, Held::Clients, n);
    }
    let (found, by) = (lane.find::<application::Entity>(), application::Column::HandlerId);
    let state = Some(application::Column::State);
    for (member, state, n) in counted::<_, (Uuid, String, i64)>(found, whose, by, state).await? {
        let state = ApplicationState::parse(&state).map_err(|_| fault(Fault::Stored("application state")))?;
        add(member, Held::of_application(state), n);
    }
    let found = lane.find::<obligation::Entity>().filter(obligation::Column::Open.eq(true));
    for (member, n) in counted::<_, (Uuid, i64)>(found, whose, obligation::Column::ResponsibleId, None).await? {
        add(member, Held::Duties, n);
    }
    let found = lane.find::<unit::Entity>().filter(units::stays(today));
    for (member, n) in counted::<_, (Uuid, i64)>(found, whose, unit::Column::HeadId, None).await? {
        add(member, Held::Units, n);
    }
    Ok(all)
}

/// What one member answers for.
pub(crate) async fn holdings_of(lane: &ReadTx, member: MemberId, today: Day) -> Result<Holdings, Refusal> {
    Ok(holdings(lane, Some(member), today).await?.remove(&member.uuid()).unwrap_or_default())
}

/// How many rows there are for each member, whom this column names, and for each state.
async fn counted<E, T>(
    found: Found<'_, E>,
    whose: Option<MemberId>,
    responsible: E::Column,
    state: Option<E::Column>,
) -> Result<Vec<T>, Refusal>
where
    E: TenantOwned,
    T: TryGetableMany,
{
    let found = match whose {
        Some(member) => found.filter(responsible.eq(member.uuid())),
        None => found.filter(responsible.is_not_null()),
    };
    let counted = found.shape(|select| {
        let by = std::iter::once(responsible).chain(state);
        let select = by.fold(select.select_only(), |select, column| select.column(column).group_by(column));
        select.column_as(E::ID.count(), "n")
    });
    counted.tuples().await
}
