//! `banyan organisation create`

use super::tell_account;
use crate::config::Config;
use crate::start::{self, Failure};
use backend::Command;
use backend::members::{self, AddMember};
use backend::organisations::{self, CreateOrganisation};
use clap::{Args, Subcommand};
use domain::access::Role;
use domain::packs::PackSet;

#[derive(Subcommand)]
pub(super) enum OrganisationCommand {
    /// Make an organisation with its head; prints a link that works once
    Create(Box<NewOrganisation>),
}

#[derive(Args)]
pub(super) struct NewOrganisation {
    /// The district's address
    #[arg(long, value_name = "SLUG")]
    district: String,
    /// The organisation's address: /o/SLUG for its staff, /s/SLUG for residents
    #[arg(long, value_name = "SLUG")]
    slug: String,
    /// What its numbers begin with, as QS01
    #[arg(long, value_name = "CODE")]
    code: String,
    /// Its registered name
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Who runs it (承接机构)
    #[arg(long, value_name = "NAME")]
    operator: String,
    /// The area it serves
    #[arg(long, value_name = "TEXT")]
    area: String,
    /// The street or township under which it stands (街道、乡镇)
    #[arg(long, value_name = "NAME")]
    street: String,
    /// The norms that bind it, by their letters: W welfare institution, C children's institution, S social-work station,
    /// K community service centre, P psychological service
    #[arg(long, value_name = "LETTERS")]
    packs: String,
    /// What it is there for, in a few sentences
    #[arg(long, value_name = "TEXT")]
    about: String,
    /// Where it is
    #[arg(long, value_name = "TEXT")]
    address: String,
    /// Its enquiry telephone
    #[arg(long, value_name = "NUMBER")]
    phone: String,
    /// When it is open
    #[arg(long, value_name = "TEXT")]
    hours: String,
    /// The name with which its head signs in
    #[arg(long, value_name = "NAME")]
    head_sign_in_name: String,
    /// Its head's name
    #[arg(long, value_name = "NAME")]
    head_name: String,
}

impl OrganisationCommand {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let Self::Create(create) = self;
        let packs = PackSet::parse(&create.packs).ok().filter(|packs| !packs.is_empty());
        let packs =
            packs.ok_or_else(|| Failure::Said("packs: one or more of the letters W C S K P, as SK".to_owned()))?;
        let backend = start::open(config).await?;
        let core = backend.core();
        let district = organisations::district(core, &create.district).await.map_err(|_| {
            Failure::Said(format!("there is no district {}: `banyan admin create` makes it", create.district))
        })?;
        let new = CreateOrganisation {
            slug: create.slug.clone(),
            code: create.code,
            name: create.name,
            operator: create.operator,
            area: create.area,
            street: create.street,
            packs,
            about: create.about,
            address: create.address,
            phone: create.phone,
            hours: create.hours,
        };
        let operator = organisations::create_organisation(core, district.id, new).await?;
        println!("organisation {}: new, at /o/{} and /s/{}", create.slug, create.slug, create.slug);
        let head = Command::of(
            backend.new_operation(),
            AddMember {
                sign_in_name: create.head_sign_in_name.clone(),
                name: create.head_name,
                roles: vec![Role::Head],
                from: backend.now().day(),
                until: None,
                password: None,
            },
        );
        let added = members::add_member_as_operator(&operator, head).await?;
        tell_account(config, &create.head_sign_in_name, added.activation.as_deref());
        Ok(())
    }
}
