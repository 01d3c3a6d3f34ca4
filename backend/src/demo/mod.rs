//! The demo district: five organisations, forty-five staff, four hundred clients and twelve months of work, all invented.
//!
//! Nothing is inserted. The demo moves a clock through a year and lets people do their work by the same operations that
//! the pages call, so that what it shows is what the program does: duties are met or late because of when things were done.
//! The same day and the same dice make the same district.

mod dice;
mod digest;
mod lives;
mod people;
mod picture;
mod texts;
mod upkeep;

pub use digest::digest;

use crate::ambient::{Chance, Clock, ManualClock, SeededChance};
use crate::attachments::Store;
use crate::catalogue::{OfferService, offer_as_operator};
use crate::change::Command;
use crate::db::Database;
use crate::entity::district;
use crate::evaluations::{CreateEngagement, create_engagement};
use crate::identity::{NewAccount, create_account};
use crate::master::MasterKey;
use crate::members::{AddMember, add_member_as_operator};
use crate::messages::{self, Teller};
use crate::organisations::{
    AddDistrictMember, CreateDistrict, CreateOrganisation, add_district_member, ask_second_factor, create_district,
    create_organisation,
};
use crate::units::{self, CloseUnit, CreateUnit, Place, Profile};
use crate::views::{KeepView, keep};
use crate::{Backend, PolicyError, StaffScope};
use dice::Dice;
use domain::access::Object;
use domain::applications::CriterionGround;
use domain::ids::{AccountId, DistrictId, OperationId, ServiceId, UnitId};
use domain::lang::{Lang, text};
use domain::packs::PackSet;
use domain::refusal::Refusal;
use domain::rules::RuleId;
use domain::services::Criterion;
use domain::time::{Day, Moment};
use domain::units::UnitKind;
use lives::Lives;
use people::{ORGANISATIONS, STAFF, StaffPost, UnitPlan};
use sea_orm::AccessMode;
use std::collections::BTreeMap;
use std::sync::Arc;
use upkeep::Upkeep;

/// The password of every sign-in of the demo. Only `banyan demo` makes sign-ins that are known.
pub const PASSWORD: &str = "banyan-demo";
/// The district's address.
pub const DISTRICT: &str = "qingrong";
/// The district administrator's sign-in name.
pub const DISTRICT_ADMIN: &str = "qingrong.admin";
/// The evaluators' sign-in names.
pub const EVALUATORS: [&str; 2] = ["evaluator.lin", "evaluator.he"];
/// How long the year is, in days.
const YEAR: i64 = 365;
/// How many days before the end of the year an evaluation began that has ended since.
const MIDDLE: i64 = 150;
/// Of how many days before today nobody has read yet what they were told.
const UNREAD: i64 = 7;
/// The dice.
const SEED: u64 = 2_026;

/// Why the demo cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is something in the database already.
    #[error("the database is not empty: the demo is only made in a new one")]
    NotEmpty,
    /// The policy is not sound.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// An operation was refused, which the demo does not expect.
    #[error("the demo stopped at {at}: {refusal}")]
    Refused {
        /// At which moment of the year.
        at: String,
        /// Why.
        refusal: Refusal,
    },
}

/// A sign-in of the demo.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The name to sign in with.
    pub name: String,
    /// Who it is.
    pub person: String,
    /// What the person is, where.
    pub post: String,
}

/// Makes the demo district as of `now`.
///
/// # Errors
/// [`DemoError::NotEmpty`] when the database holds a district.
pub async fn load(db: &Database, store: &Store, master: &MasterKey, now: Moment) -> Result<Vec<SignIn>, DemoError> {
    let clock = Arc::new(ManualClock::new(Moment::at(now.day().plus_days(-YEAR - 30), 9, 0)));
    let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(SEED));
    let backend = Backend::new(db.clone(), store.clone(), master.clone(), clock.clone(), chance).await?;
    let told = |refusal: Refusal| DemoError::Refused { at: clock.now().to_input(), refusal };
    if !is_empty(&backend).await.map_err(told)? {
        return Err(DemoError::NotEmpty);
    }
    let stage = Stage { backend, clock: clock.clone() };
    db.hurry(true).await.map_err(told)?;
    let made = stage.play(now).await;
    db.hurry(false).await.map_err(told)?;
    made.map_err(told)?;
    Ok(sign_ins())
}

/// The sign-ins of the demo, the most telling first.
#[must_use]
pub fn sign_ins() -> Vec<SignIn> {
    let mut list = vec![SignIn {
        name: DISTRICT_ADMIN.to_owned(),
        person: people::ADMIN.to_owned(),
        post: format!("区级管理员 · /d/{DISTRICT}"),
    }];
    list.extend(EVALUATORS.iter().zip(people::EVALUATORS).map(|(name, person)| SignIn {
        name: (*name).to_owned(),
        person: person.to_owned(),
        post: "第三方评估员".to_owned(),
    }));
    for house in ORGANISATIONS {
        for (post, person) in house.people() {
            let roles: Vec<&str> = post.roles.iter().map(|role| role.say(Lang::Zh)).collect();
            list.push(SignIn {
                name: format!("{}.{}", house.slug, post.name),
                person: (*person).to_owned(),
                post: format!("{} · {} · /o/{}", house.name, roles.join("、"), house.slug),
            });
        }
    }
    list
}

async fn is_empty(backend: &Backend) -> Result<bool, Refusal> {
    let tx = backend.core().db.identity(None, AccessMode::ReadOnly).await?;
    Ok(tx.find::<district::Entity>().one().await?.is_none())
}

/// The clock and the business that it drives.
pub(crate) struct Stage {
    backend: Backend,
    clock: Arc<ManualClock>,
}

/// An organisation with its people, signed in.
pub(crate) struct House {
    slug: &'static str,
    services: Vec<ServiceId>,
    posts: BTreeMap<&'static str, StaffScope>,
    /// Its sites that are still there at the end of the year.
    sites: Vec<UnitId>,
}

impl House {
    /// The member at a post.
    fn post(&self, name: &str) -> Result<&StaffScope, Refusal> {
        self.posts.get(name).ok_or(Refusal::NotFound)
    }
}

impl Stage {
    /// What is asked for, under an operation of its own.
    fn ask<B>(&self, body: B) -> Command<B> {
        Command::of(self.operation(), body)
    }

    fn operation(&self) -> OperationId {
        self.backend.new_operation()
    }

    /// The whole year. An evaluation in its course has ended when it is over; the one at its end is open.
    async fn play(&self, now: Moment) -> Result<(), Refusal> {
        let (admin, houses) = self.set_up().await?;
        let mut lives = Lives::begin(&houses, Dice::new(SEED), now);
        let mut upkeep = Upkeep::of(&houses, now);
        let middle = Moment::at(now.day().plus_days(-MIDDLE), 10, 0);
        self.go_on(&mut lives, &mut upkeep, &houses, middle).await?;
        self.clock.set(middle);
        self.engage(admin, &houses, "中期服务质量评估", middle.day().plus_days(30)).await?;
        let mut teller = Teller::default();
        for ahead in -UNREAD..=0 {
            let morning = Moment::at(now.day().plus_days(ahead), 8, 0).min(now);
            self.go_on(&mut lives, &mut upkeep, &houses, morning).await?;
            self.clock.set(morning);
            teller.tell(self.backend.core()).await?;
            if ahead == -UNREAD {
                self.read_everything(admin, &houses).await?;
            }
        }
        self.go_on(&mut lives, &mut upkeep, &houses, now).await?;
        self.clock.set(now);
        self.engage(admin, &houses, "年度服务质量评估", now.day().plus_months(2)).await
    }

    /// Lets everything happen that happens until then, in its order.
    async fn go_on(
        &self,
        lives: &mut Lives,
        upkeep: &mut Upkeep,
        houses: &[House],
        until: Moment,
    ) -> Result<(), Refusal> {
        while let Some(at) = upkeep.next_by(until) {
            lives.go_on(self, houses, at).await?;
            upkeep.keep_next(self, houses).await?;
        }
        lives.go_on(self, houses, until).await
    }

    /// Everybody reads what they were told so far.
    async fn read_everything(&self, admin: AccountId, houses: &[House]) -> Result<(), Refusal> {
        let over = self.backend.oversight(admin, DISTRICT).await?;
        for row in messages::district(&over, None).await?.0.rows {
            messages::open_in_district(&over, &row.organisation.slug, self.ask(row.message.id)).await?;
        }
        for member in houses.iter().flat_map(|house| house.posts.values()) {
            messages::read_all(member, self.ask(())).await?;
        }
        Ok(())
    }

    async fn set_up(&self) -> Result<(AccountId, Vec<House>), Refusal> {
        let core = self.backend.core();
        let new = CreateDistrict {
            slug: DISTRICT.to_owned(),
            name: "青榕区".to_owned(),
            area_code: "990100".to_owned(),
            adopts: vec![RuleId::CLO_12, RuleId::INT_07, RuleId::PLN_08, RuleId::PLN_09, RuleId::INT_10],
        };
        let district = create_district(core, new).await?;
        // The sign-ins are public: a second factor would shut everybody out but the first.
        ask_second_factor(core, district, false).await?;
        let from = self.clock.now().day();
        let admin = AddDistrictMember {
            sign_in_name: DISTRICT_ADMIN.to_owned(),
            name: people::ADMIN.to_owned(),
            from,
            until: None,
            password: Some(PASSWORD.to_owned()),
        };
        let (admin, _) = add_district_member(core, district, admin).await?;
        for (name, person) in EVALUATORS.iter().zip(people::EVALUATORS) {
            let new = NewAccount {
                sign_in_name: (*name).to_owned(),
                display_name: person.to_owned(),
                password: Some(PASSWORD.to_owned()),
            };
            create_account(core, new).await?;
        }
        let mut houses = Vec::new();
        for plan in ORGANISATIONS {
            houses.push(self.furnish(district, plan, from).await?);
        }
        // One person works in two places, and changes between them without signing in again.
        let second = &ORGANISATIONS[3];
        let operator = crate::organisations::as_operator(core, second.slug).await?;
        let visitor = self.member(&ORGANISATIONS[0], &STAFF[1], ORGANISATIONS[0].staff[1], from);
        add_member_as_operator(&operator, visitor).await?;
        Ok((admin, houses))
    }

    async fn furnish(
        &self,
        district: DistrictId,
        plan: &people::OrganisationPlan,
        from: Day,
    ) -> Result<House, Refusal> {
        let new = CreateOrganisation {
            slug: plan.slug.to_owned(),
            code: plan.slug.to_uppercase(),
            name: plan.name.to_owned(),
            operator: plan.operator.to_owned(),
            area: plan.area.to_owned(),
            street: plan.street.to_owned(),
            packs: PackSet::from(plan.pack),
            about: plan.about.to_owned(),
            address: plan.address.to_owned(),
            phone: plan.phone.to_owned(),
            hours: "周一至周五 9:00–12:00，14:00–17:30".to_owned(),
        };
        let operator = create_organisation(self.backend.core(), district, new).await?;
        let mut services = Vec::new();
        for (code, name, summary) in plan.services {
            let offer = self.ask(OfferService {
                code: (*code).to_owned(),
                name: (*name).to_owned(),
                summary: (*summary).to_owned(),
                criteria: criteria(),
                proof: if *code == "relief" {
                    "身份证或户口簿\n收入证明，或低保证".to_owned()
                } else {
                    String::new()
                },
            });
            services.push(offer_as_operator(&operator, offer).await?);
        }
        let mut posts = BTreeMap::new();
        for (post, person) in plan.people() {
            let added = add_member_as_operator(&operator, self.member(plan, post, person, from)).await?;
            posts.insert(post.name, self.backend.staff(added.account, plan.slug).await?);
        }
        if let Some(head) = posts.get("head") {
            let newest = KeepView {
                list: Object::Case.into(),
                name: "最近开案".to_owned(),
                query: "ended=1&columns=service&columns=responsible&columns=opened&columns=state&sort=-opened"
                    .to_owned(),
            };
            keep(head, self.ask(newest)).await?;
        }
        let mut house = House { slug: plan.slug, services, posts, sites: Vec::new() };
        house.sites = self.arrange(plan.units, &house, from).await?;
        Ok(house)
    }

    /// Sets an organisation's units up, and closes those that did not last; answers the sites that did.
    async fn arrange(&self, plans: &[UnitPlan], house: &House, from: Day) -> Result<Vec<UnitId>, Refusal> {
        let (head, mut known, mut sites) = (house.post("head")?, BTreeMap::new(), Vec::new());
        for plan in plans {
            // Units stand in the order in which they were set up.
            self.clock.set(Moment::from_millis(self.clock.now().millis() + 60_000));
            let place = Place {
                parent: known.get(plan.below).copied(),
                head: house.posts.get(plan.head).map(StaffScope::member),
            };
            let profile = Profile {
                name: plan.name.to_owned(),
                duties: plan.duties.to_owned(),
                address: plan.particular.to_owned(),
                goals: plan.particular.to_owned(),
            };
            let unit = self.ask(CreateUnit { kind: plan.kind, place, profile, since: from });
            let unit = units::create(head, unit).await?;
            known.insert(plan.name, unit);
            match plan.lasted {
                Some(days) => {
                    let last = from.plus_days(days);
                    units::close(head, self.ask(CloseUnit { unit, last }).seen(1)).await?;
                }
                None if plan.kind == UnitKind::Site => sites.push(unit),
                None => {}
            }
        }
        Ok(sites)
    }

    fn member(&self, plan: &people::OrganisationPlan, post: &StaffPost, person: &str, from: Day) -> Command<AddMember> {
        self.ask(AddMember {
            sign_in_name: format!("{}.{}", plan.slug, post.name),
            name: person.to_owned(),
            roles: post.roles.to_vec(),
            from,
            until: None,
            password: Some(PASSWORD.to_owned()),
        })
    }

    /// Opens the last half year to the evaluators, to the end of a day.
    async fn engage(&self, admin: AccountId, houses: &[House], title: &str, last: Day) -> Result<(), Refusal> {
        let scope = self.backend.oversight(admin, DISTRICT).await?;
        let today = scope.now().day();
        let command = self.ask(CreateEngagement {
            title: title.to_owned(),
            organisations: houses.iter().map(|house| house.slug.to_owned()).collect(),
            kinds: scope.registers().openable().collect(),
            from: today.plus_months(-6),
            to: today,
            ends: Moment::at(last, 18, 0),
            evaluators: EVALUATORS.map(str::to_owned).to_vec(),
        });
        create_engagement(&scope, command).await.map(drop)
    }
}

/// What every organisation publishes: on these grounds and no others a request may be declined.
fn criteria() -> Vec<Criterion> {
    let of = |key: &str, ground, zh: &'static str, en: &'static str| Criterion {
        key: key.to_owned(),
        ground,
        text: text(zh, en),
    };
    vec![
        of("area", CriterionGround::Area, "居住或就读在本机构服务区域内", "Lives or goes to school within our area"),
        of("need", CriterionGround::Need, "需求属于本服务的内容", "The need is what this service is for"),
        of("health", CriterionGround::Health, "不需要医疗机构先行处理", "Needs no medical treatment first"),
        of("full", CriterionGround::Full, "当期仍有名额", "There is a place left in this period"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;
    use domain::registers::Registers;

    #[tokio::test]
    async fn somebody_of_each_class_is_among_the_forty_five() {
        let posts: Vec<&StaffPost> =
            ORGANISATIONS.iter().flat_map(|house| house.people()).map(|(post, _)| post).collect();
        assert_eq!(posts.len(), 45);
        for class in Policy::load(Registers::builtin()).await.unwrap().classes() {
            let held = |post: &&StaffPost| post.roles.iter().any(|role| class.contains(role));
            assert!(posts.iter().any(held), "nobody is {class:?}");
        }
    }
}
