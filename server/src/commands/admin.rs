//! `banyan admin create`: a fresh database has no account; this makes the first one.

use super::tell_account;
use crate::config::Config;
use crate::start::{self, Failure};
use backend::organisations::{self, AddDistrictMember, CreateDistrict};
use clap::{Args, Subcommand};
use domain::refusal::Refusal;

#[derive(Subcommand)]
pub(super) enum Admin {
    /// Make an administrator of a district, and the district when it is new; prints a link that works once
    Create(Create),
}

#[derive(Args)]
pub(super) struct Create {
    /// The district's address: /d/SLUG
    #[arg(long, value_name = "SLUG")]
    district_slug: String,
    /// The district's name, when it is new
    #[arg(long, value_name = "NAME")]
    district_name: Option<String>,
    /// The district's six-digit area code (GB/T 2260), when it is new
    #[arg(long, value_name = "CODE")]
    area_code: Option<String>,
    /// The name to sign in with
    #[arg(long, value_name = "NAME")]
    sign_in_name: String,
    /// The person's name
    #[arg(long, value_name = "NAME")]
    name: String,
}

impl Admin {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let Self::Create(create) = self;
        let backend = start::open(config).await?;
        let core = backend.core();
        let district = match organisations::district(core, &create.district_slug).await {
            Ok(district) => {
                println!("district {}: exists already", district.slug);
                district.id
            }
            Err(Refusal::NotFound) => {
                let id = organisations::create_district(core, create.district()?).await?;
                println!("district {}: new, at /d/{}", create.district_slug, create.district_slug);
                id
            }
            Err(refusal) => return Err(refusal.into()),
        };
        let member = AddDistrictMember {
            sign_in_name: create.sign_in_name.clone(),
            name: create.name,
            from: backend.now().day(),
            until: None,
            password: None,
        };
        let (_, activation) = organisations::add_district_member(core, district, member).await?;
        tell_account(config, &create.sign_in_name, activation.as_deref());
        Ok(())
    }
}

impl Create {
    fn district(&self) -> Result<CreateDistrict, Failure> {
        let (Some(name), Some(code)) = (&self.district_name, &self.area_code) else {
            return Err(Failure::Said(format!(
                "there is no district {} yet: give --district-name and --area-code to make it",
                self.district_slug
            )));
        };
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Failure::Said("area-code: six digits, as 440105".to_owned()));
        }
        Ok(CreateDistrict {
            slug: self.district_slug.clone(),
            name: name.clone(),
            area_code: code.clone(),
            adopts: Vec::new(),
        })
    }
}
