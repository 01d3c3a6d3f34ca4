//! Setting up districts and organisations, from the command line.

use super::{Organisation, by_slug};
use crate::acting::{Acting, Actor};
use crate::ambient::new_id;
use crate::entity::{district, district_member, organisation, rule_setting};
use crate::fault::fault;
use crate::identity::{NewAccount, create_account};
use crate::kernel::Core;
use crate::memberships;
use domain::access::Role;
use domain::ids::{AccountId, DistrictId};
use domain::numbers::OrganisationCode;
use domain::packs::PackSet;
use domain::refusal::{Problem, Refusal};
use domain::rules::RuleId;
use domain::text;
use domain::time::Day;
use sea_orm::ActiveValue::Set;
use sea_orm::{AccessMode, ColumnTrait};
use std::sync::Arc;

/// A new district.
#[derive(Clone, Debug)]
pub struct CreateDistrict {
    /// Its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its six-digit area code (GB/T 2260).
    pub area_code: String,
    /// Rules that it adopts, from this day on, beyond the packs of its organisations.
    pub adopts: Vec<RuleId>,
}

/// A new organisation.
#[derive(Clone, Debug)]
pub struct CreateOrganisation {
    /// Its address.
    pub slug: String,
    /// What its numbers begin with.
    pub code: String,
    /// Its registered name.
    pub name: String,
    /// Who runs it.
    pub operator: String,
    /// The area it serves.
    pub area: String,
    /// The street or township (街道、乡镇) that it stands under.
    pub street: String,
    /// The packs it carries.
    pub packs: PackSet,
    /// What it is there for.
    pub about: String,
    /// Where it is.
    pub address: String,
    /// Its enquiry telephone.
    pub phone: String,
    /// When it is open.
    pub hours: String,
}

/// Makes a district.
///
/// # Errors
/// When a value is not what it should be, or the address is taken.
pub async fn create_district(core: &Arc<Core>, new: CreateDistrict) -> Result<DistrictId, Refusal> {
    let now = core.clock.now();
    let slug = text::Slug::parse(&new.slug).map_err(|problem| Refusal::field("slug", problem))?.into_string();
    let name = text::clean_line(&new.name, 80).map_err(|problem| Refusal::field("name", problem))?;
    let id = new_id(now, &*core.chance);
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    tx.insert(district::ActiveModel {
        id: Set(id),
        slug: Set(slug),
        name: Set(name),
        area_code: Set(new.area_code),
        created_at: Set(now.millis()),
        second_factor: Set(true),
    })
    .await?;
    for rule in new.adopts {
        tx.insert(rule_setting::ActiveModel {
            district_id: Set(id),
            rule: Set(rule.to_string()),
            parameter: Set(String::new()),
            effective_from: Set(now.day().inner()),
            value: Set(None),
            adopted: Set(true),
            set_by: Set(None),
            set_at: Set(now.millis()),
        })
        .await?;
    }
    tx.commit().await?;
    Ok(id.into())
}

/// Says whether a district asks for a second factor from everybody who sees clients; a new one does.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such district.
pub async fn ask_second_factor(core: &Arc<Core>, district: DistrictId, ask: bool) -> Result<(), Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    let row = district::ActiveModel { second_factor: Set(ask), ..Default::default() };
    if tx.update::<district::Entity>(row, district::Column::Id.eq(district.uuid())).await? == 0 {
        return Err(Refusal::NotFound);
    }
    tx.commit().await
}

/// Makes an organisation with a key of its own.
///
/// # Errors
/// When a value is not what it should be, or the address or code is taken.
pub async fn create_organisation(
    core: &Arc<Core>,
    district: DistrictId,
    new: CreateOrganisation,
) -> Result<OperatorScope, Refusal> {
    let now = core.clock.now();
    let id = new_id(now, &*core.chance);
    let code = OrganisationCode::parse(&new.code).map_err(|problem| Refusal::field("code", problem))?;
    let line = |field: &str, raw: &str| text::clean_line(raw, 200).map_err(|problem| Refusal::field(field, problem));
    let row = organisation::Model {
        id,
        district_id: district.uuid(),
        slug: text::Slug::parse(&new.slug).map_err(|problem| Refusal::field("slug", problem))?.into_string(),
        code: code.to_string(),
        name: line("name", &new.name)?,
        operator: line("operator", &new.operator)?,
        area: line("area", &new.area)?,
        street: text::clean_line(&new.street, 40).map_err(|problem| Refusal::field("street", problem))?,
        packs: new.packs.to_string(),
        about: text::clean_paragraph(&new.about, 1_000).map_err(|problem| Refusal::field("about", problem))?,
        address: line("address", &new.address)?,
        phone: line("phone", &new.phone)?,
        hours: line("hours", &new.hours)?,
        data_key: core.master.new_organisation_key(id).map_err(fault)?,
        created_at: now.millis(),
        version: 1,
    };
    let tx = core.db.identity(None, AccessMode::ReadWrite).await?;
    tx.insert(organisation::ActiveModel::from(row.clone())).await?;
    tx.commit().await?;
    Ok(OperatorScope::over(core, Organisation::read(core, row)?))
}

/// The operator within an organisation that exists.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none at this address.
pub async fn as_operator(core: &Arc<Core>, slug: &str) -> Result<OperatorScope, Refusal> {
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    Ok(OperatorScope::over(core, by_slug(core, &tx, slug).await?))
}

/// Somebody who is to administer a district.
#[derive(Clone, Debug)]
pub struct AddDistrictMember {
    /// The name to sign in with; an account that exists is taken.
    pub sign_in_name: String,
    /// The person's name.
    pub name: String,
    /// From when.
    pub from: Day,
    /// Until when, if it is limited.
    pub until: Option<Day>,
    /// A password known beforehand, for the demo only.
    pub password: Option<String>,
}

/// Makes somebody an administrator of a district; answers the account, and the token of its activation link when it is new.
///
/// # Errors
/// When a value is not what it should be, or the account administers the district already.
pub async fn add_district_member(
    core: &Arc<Core>,
    district: DistrictId,
    new: AddDistrictMember,
) -> Result<(AccountId, Option<String>), Refusal> {
    let now = core.clock.now();
    let account = NewAccount { sign_in_name: new.sign_in_name, display_name: new.name, password: new.password };
    let (account, activation) = create_account(core, account).await?;
    let tx = core.db.identity(Some(account.uuid()), AccessMode::ReadWrite).await?;
    if !memberships::district_roles(&tx, district, account, now).await?.is_empty() {
        return Err(Refusal::field("sign_in_name", Problem::Taken));
    }
    tx.insert(district_member::ActiveModel {
        district_id: Set(district.uuid()),
        id: Set(new_id(now, &*core.chance)),
        account_id: Set(account.uuid()),
        role: Set(Role::DistrictAdmin.code().to_owned()),
        valid_from: Set(new.from.inner()),
        valid_until: Set(new.until.map(Day::inner)),
        revoked_at: Set(None),
    })
    .await?;
    tx.commit().await?;
    Ok((account, activation))
}

/// The operator of the installation within one organisation: sets it up at the command line, never on the web.
pub struct OperatorScope {
    pub(crate) acting: Acting,
}

impl OperatorScope {
    fn over(core: &Arc<Core>, organisation: Organisation) -> Self {
        Self { acting: Acting::new(core.clone(), Arc::new(organisation), Actor::Operator, vec![Role::Operator]) }
    }

    /// The organisation.
    #[must_use]
    pub fn organisation(&self) -> &Organisation {
        &self.acting.organisation
    }
}
