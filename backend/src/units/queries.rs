//! The tree as it is shown.

use super::UnitAct;
use crate::acts::Acts;
use crate::db::Found;
use crate::entity::{district, member, unit};
use crate::fault::{Fault, fault};
use crate::organisations::Organisation;
use crate::scope::{OversightScope, StaffScope};
use domain::access::{Action, Object};
use domain::ids::{MemberId, UnitId};
use domain::refusal::Refusal;
use domain::units::{Standing, Structure, UnitKind};
use sea_orm::ColumnTrait;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// One unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Where it stands, what it is called, from when to when.
    pub standing: Standing,
    /// What it has to do.
    pub duties: Option<String>,
    /// Where it is, for a site.
    pub address: Option<String>,
    /// What it is to reach, for a project.
    pub goals: Option<String>,
    /// Who heads it; nobody while the post is vacant.
    pub head: Option<(MemberId, String)>,
    /// For the next change.
    pub version: i64,
    /// What this person may do with it.
    pub acts: Acts<UnitAct>,
}

/// All units of one organisation, with what stands above them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units {
    /// The district.
    pub district: String,
    /// The street.
    pub street: String,
    /// The organisation.
    pub organisation: String,
    /// How they stand to each other.
    pub structure: Structure,
    units: BTreeMap<UnitId, Unit>,
}

impl Units {
    /// One of them.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when it is not of this organisation.
    pub fn get(&self, id: UnitId) -> Result<&Unit, Refusal> {
        self.units.get(&id).ok_or(Refusal::NotFound)
    }

    /// What stands directly below a unit, or below the organisation itself.
    pub fn below(&self, parent: Option<UnitId>) -> impl Iterator<Item = &Unit> {
        self.structure.below(parent).filter_map(|standing| self.units.get(&standing.id))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Reads them for a member who may do something with them, or for somebody who only looks.
    async fn read(
        district: String,
        house: &Organisation,
        found: Found<'_, unit::Entity>,
        member: Option<&StaffScope>,
    ) -> Result<Self, Refusal> {
        let rows = found
            .joined(|select| select.find_also(unit::Entity, member::Entity).into_model::<unit::Model, member::Model>());
        let unit = |(row, head): (unit::Model, Option<member::Model>)| {
            let standing = standing(&row)?;
            let acts = |scope| Acts::of(scope, &row, |act: UnitAct| act.may(&standing, scope.now().day()));
            let unit = Unit {
                acts: member.map(acts).unwrap_or_default(),
                duties: row.duties,
                address: row.address,
                goals: row.goals,
                head: head.map(|head| (head.id.into(), head.name)),
                version: row.version,
                standing,
            };
            Ok((unit.standing.id, unit))
        };
        let units: BTreeMap<UnitId, Unit> = rows.await?.into_iter().map(unit).collect::<Result<_, Refusal>>()?;
        let structure = Structure::of(units.values().map(|unit| unit.standing.clone()).collect());
        Ok(Self { district, street: house.street.clone(), organisation: house.name.clone(), structure, units })
    }
}

/// A row as far as its place in the tree goes.
pub(super) fn standing(row: &unit::Model) -> Result<Standing, Refusal> {
    Ok(Standing {
        id: row.id.into(),
        kind: UnitKind::parse(&row.kind).map_err(|_| fault(Fault::Stored("unit kind")))?,
        name: row.name.clone(),
        parent: row.parent_id.map(Into::into),
        since: row.since.into(),
        until: row.until.map(Into::into),
    })
}

/// The units of one's own organisation.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn tree(scope: &StaffScope) -> Result<Units, Refusal> {
    scope.need(Object::Unit, Action::Read)?;
    let house = scope.organisation();
    let tx = scope.read().await?;
    let district = tx.platform::<district::Entity>().filter(district::Column::Id.eq(house.district.uuid())).need();
    Units::read(district.await?.name, house, tx.find(), Some(scope)).await
}

/// The units of one organisation of a district, with the organisation.
///
/// # Errors
/// [`Refusal::NotFound`] when the organisation is not of this district.
pub async fn of_station(scope: &OversightScope, slug: &str) -> Result<(Arc<Organisation>, Units), Refusal> {
    scope.need(Object::Unit, Action::Read)?;
    let house = scope.organisation(slug)?.clone();
    let tx = scope.read().await?;
    let theirs = tx.find().filter(unit::Column::OrganisationId.eq(house.id.uuid()));
    let units = Units::read(scope.district().name.clone(), &house, theirs, None).await?;
    Ok((house, units))
}

/// Who holds a post: whoever heads the nearest unit of that kind, from the unit itself upwards.
pub(crate) fn holder(units: &[unit::Model], kind: UnitKind, lies_in: Uuid) -> Option<Uuid> {
    let get = |id: Uuid| units.iter().find(|unit| unit.id == id);
    let above = std::iter::successors(get(lies_in), |unit| get(unit.parent_id?));
    above.filter(|unit| unit.kind == kind.code()).find_map(|unit| unit.head_id)
}
