//! `banyan admin`: a fresh database has no account, `create` makes the first one; `reset` lets somebody in again whom no head
//! can; `second-factor` says what a district asks for.

use super::{one_time_link, tell_account};
use crate::config::Config;
use crate::start::{self, Failure};
use backend::identity;
use backend::organisations::{self, AddDistrictMember, CreateDistrict};
use clap::{Args, Subcommand, ValueEnum};
use domain::refusal::Refusal;
use domain::sign_in::LinkPurpose;

#[derive(Subcommand)]
pub(super) enum Admin {
    /// Make an administrator of a district, and the district when it is new; prints a link that works once
    Create(CreateAdmin),
    /// Print a link, which works once, for somebody who forgot the password or lost the telephone
    Reset(Reset),
    /// Say whether a district asks for a second factor from everybody who sees clients
    SecondFactor(AskSecondFactor),
}

#[derive(Args)]
pub(super) struct Reset {
    /// Whose: the name to sign in with
    #[arg(long, value_name = "NAME")]
    sign_in_name: String,
    /// The telephone is lost: the link lets the person set up another one, with the password
    #[arg(long)]
    second_factor: bool,
}

#[derive(Args)]
pub(super) struct AskSecondFactor {
    /// The district's address: /d/SLUG
    #[arg(long, value_name = "SLUG")]
    district_slug: String,
    /// Whether it asks
    #[arg(long, value_name = "on|off")]
    ask: Switch,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Args)]
pub(super) struct CreateAdmin {
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
        match self {
            Self::Create(create) => create.run(config).await,
            Self::Reset(reset) => reset.run(config).await,
            Self::SecondFactor(second_factor) => second_factor.run(config).await,
        }
    }
}

impl Reset {
    async fn run(self, config: &Config) -> Result<(), Failure> {
        let backend = start::open(config).await?;
        let account = identity::account_named(backend.core(), &self.sign_in_name).await;
        let account = account.map_err(|_| Failure::Said(format!("there is no account {}", self.sign_in_name)))?;
        let purpose = if self.second_factor { LinkPurpose::SecondFactor } else { LinkPurpose::Password };
        let token = identity::make_link(backend.core(), account, purpose).await?;
        println!("account {}: works within 72 hours, once", self.sign_in_name);
        println!("  {}", one_time_link(config, &token));
        Ok(())
    }
}

impl AskSecondFactor {
    async fn run(self, config: &Config) -> Result<(), Failure> {
        let backend = start::open(config).await?;
        let nowhere = |_| Failure::Said(format!("there is no district {}", self.district_slug));
        let district = organisations::district(backend.core(), &self.district_slug).await.map_err(nowhere)?;
        let ask = self.ask == Switch::On;
        organisations::ask_second_factor(backend.core(), district.id, ask).await?;
        let says = if ask { "asks for a second factor" } else { "does not ask for a second factor" };
        println!("district {}: {says}", district.slug);
        Ok(())
    }
}

impl CreateAdmin {
    async fn run(self, config: &Config) -> Result<(), Failure> {
        let create = self;
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
