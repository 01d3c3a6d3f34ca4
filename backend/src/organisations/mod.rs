//! Districts and organisations (ORG): the tenants and what they carry.

mod setup;

pub use setup::{
    AddDistrictMember, CreateDistrict, CreateOrganisation, OperatorScope, add_district_member, as_operator,
    ask_second_factor, create_district, create_organisation,
};

use crate::db::{IdentityTx, ReadTx, RuledLane};
use crate::entity::{district, organisation, rule_setting};
use crate::fault::{Fault, fault};
use crate::kernel::Core;
use crate::seal::OrganisationKey;
use domain::forms::Setting;
use domain::ids::{DistrictId, OrganisationId};
use domain::packs::PackSet;
use domain::refusal::Refusal;
use domain::rules::OrgRules;
use domain::text::Slug;
use domain::time::{Day, History, Moment};
use sea_orm::{AccessMode, ColumnTrait, Order};
use std::sync::Arc;
use uuid::Uuid;

/// A district (区县).
#[derive(Clone, Debug)]
pub struct District {
    /// Its id.
    pub id: DistrictId,
    /// Its address: `/d/{slug}`.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// An organisation: one tenant (ORG-02).
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its district.
    pub district: DistrictId,
    /// Its address: `/o/{slug}`, `/s/{slug}`.
    pub slug: String,
    /// What its numbers begin with, as `QS01`.
    pub code: String,
    /// Its registered name.
    pub name: String,
    /// Who runs it (承接机构).
    pub operator: String,
    /// The area it serves.
    pub area: String,
    /// The street or township (街道、乡镇) that it stands under; the district's tree has them between itself and it (ORG-01).
    pub street: String,
    /// The policy packs that it carries today (ORG-03).
    pub packs: PackSet,
    /// Those that it carried and will carry, each from a first day on.
    pub given: History<PackSet>,
    /// What it is there for, in a few sentences.
    pub about: String,
    /// Where it is.
    pub address: String,
    /// Its enquiry telephone.
    pub phone: String,
    /// When it is open.
    pub hours: String,
    /// The day on which it came here; what is owed again and again is owed from then on.
    pub since: Day,
    pub(crate) key: OrganisationKey,
}

impl Organisation {
    pub(crate) fn read(core: &Core, row: organisation::Model) -> Result<Self, Refusal> {
        let given: History<PackSet> = row.packs.parse().map_err(|_| fault(Fault::Stored("packs")))?;
        Ok(Self {
            key: core.master.open_organisation_key(row.id, &row.data_key).map_err(fault)?,
            id: row.id.into(),
            district: row.district_id.into(),
            packs: *given.on(core.clock.now().day()),
            given,
            slug: row.slug,
            code: row.code,
            name: row.name,
            operator: row.operator,
            area: row.area,
            street: row.street,
            about: row.about,
            address: row.address,
            phone: row.phone,
            hours: row.hours,
            since: Moment::from_millis(row.created_at).day(),
        })
    }

    /// Where and when a form is filled in here.
    #[must_use]
    pub const fn setting(&self, today: Day) -> Setting {
        Setting { today, packs: self.packs }
    }

    /// The rules of the organisation: its packs, and what its district adopted and set, each from its first day on.
    pub(crate) async fn rules(&self, tx: &ReadTx) -> Result<OrgRules, Refusal> {
        self.rules_of(&settings(tx, self.district).await?)
    }

    /// The same by what its district said, read already.
    pub(crate) fn rules_of(&self, settings: &[rule_setting::Model]) -> Result<OrgRules, Refusal> {
        settings.iter().try_fold(OrgRules::of(self.given.clone()), with_setting)
    }
}

/// What a district adopted and set, whenever it begins.
pub(crate) async fn settings(lane: &impl RuledLane, district: DistrictId) -> Result<Vec<rule_setting::Model>, Refusal> {
    lane.settings().filter(rule_setting::Column::DistrictId.eq(district.uuid())).all().await
}

/// The rules with one thing that a district said of them: whether it adopts a rule, or to what it sets a limit.
pub(crate) fn with_setting(rules: OrgRules, row: &rule_setting::Model) -> Result<OrgRules, Refusal> {
    let rule = row.rule.parse().map_err(|_| fault(Fault::Stored("rule")))?;
    Ok(match row.parameter.as_str() {
        "" => rules.adopt(rule, row.effective_from.into(), row.adopted),
        parameter => rules.set(parameter, row.effective_from.into(), row.value),
    })
}

/// The organisation with this id among some.
pub(crate) fn among(organisations: &[Arc<Organisation>], id: Uuid) -> Result<&Arc<Organisation>, Refusal> {
    organisations.iter().find(|organisation| organisation.id.uuid() == id).ok_or(Refusal::NotFound)
}

/// The addresses of all organisations, for the command line.
///
/// # Errors
/// When the database does not answer.
pub async fn slugs(core: &Core) -> Result<Vec<String>, Refusal> {
    Ok(all(core).await?.into_iter().map(|row| row.slug).collect())
}

/// Every organisation of the installation, for what goes through them one after the other.
pub(crate) async fn all(core: &Core) -> Result<Vec<organisation::Model>, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    tx.find::<organisation::Entity>().order(organisation::Column::Slug, Order::Asc).all().await
}

/// The district at an address, for the command line.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn district(core: &Core, slug: &str) -> Result<District, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    district_by_slug(&tx, slug).await
}

pub(crate) async fn by_slug(core: &Core, tx: &IdentityTx, slug: &str) -> Result<Organisation, Refusal> {
    let slug = Slug::parse(slug).map_err(|_| Refusal::NotFound)?;
    let row = tx.find::<organisation::Entity>().filter(organisation::Column::Slug.eq(slug.as_str())).need().await?;
    Organisation::read(core, row)
}

pub(crate) async fn of_district(
    core: &Core,
    tx: &IdentityTx,
    district: DistrictId,
) -> Result<Vec<Organisation>, Refusal> {
    tx.find::<organisation::Entity>()
        .filter(organisation::Column::DistrictId.eq(district.uuid()))
        .order(organisation::Column::Code, Order::Asc)
        .all()
        .await?
        .into_iter()
        .map(|row| Organisation::read(core, row))
        .collect()
}

pub(crate) async fn district_by_slug(tx: &IdentityTx, slug: &str) -> Result<District, Refusal> {
    let slug = Slug::parse(slug).map_err(|_| Refusal::NotFound)?;
    let row = tx.find::<district::Entity>().filter(district::Column::Slug.eq(slug.as_str())).need().await?;
    Ok(District { id: row.id.into(), slug: row.slug, name: row.name })
}
