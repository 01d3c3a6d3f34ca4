//! The ground on which every call is made: two districts, three organisations with rows of every kind and one that has
//! none, an engagement in each district and one past its end, and everybody who could ask.

use crate::classes::asking;
use crate::factors::Factors;
use crate::harvest::{A_FEW, DOCUMENTS, EACH_STATE, Harvest, WORDS};
use crate::ledger::Ledger;
use crate::stations::{DRAFT_OF, Sort, Station, Until, canary, files, fill, first_unit, registers, tried};
use crate::visitor::{PASSWORD, Visitor};
use crate::world::*;
use app::route::Route;
use app::routes;
use axum::Router;
use backend::attachments::receive_from_resident;
use backend::evaluations::{CreateEngagement, close_engagement, create_engagement};
use backend::identity::{NewAccount, create_account};
use backend::members::{RevokeRole, revoke_role};
use backend::messages::Teller;
use backend::organisations::{AddDistrictMember, add_district_member, ask_second_factor};
use backend::oversight::{OpenCase, open_case};
use backend::views::{KeepView, keep};
use backend::{Backend, Clock, StaffScope};
use domain::access::{Object, Role};
use domain::forms::TemplateField;
use domain::ids::{CaseId, EngagementId, PaperId};
use domain::packs::Pack;
use domain::registers::{Kind, Register};
use domain::time::Span;
use server::config::Config;
use server::http::{Shared, Site, router};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The place of a register in an address.
const REGISTER: &str = "{register}";
/// Where the page of one is.
const PAGE: &str = "/registers/";

/// Who works beside the worker, with cases and a draft of their own.
pub const COLLEAGUE: &str = "colleague";

/// Who asks. The house of all of them is `qs01`, its district, and the engagement over it, unless their name says otherwise.
pub struct Person {
    pub name: &'static str,
    pub visitor: Visitor,
    /// Whose rows the person may ever see.
    pub houses: &'static [&'static str],
    pub sight: Sight,
    /// Whether denials are noted in the trail of `qs01`.
    pub noted: bool,
    /// The one role that tells the person apart from others of the house, who answers for nothing in it either.
    pub role: Option<Role>,
}

/// What sort of text a person may see of those houses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Only what is published.
    Published,
    /// Everything.
    Whole,
    /// The house and its numbers; a named file only by an opening.
    Numbers,
    /// Files without names.
    Masked,
}

impl Person {
    /// Whether the person may see a text of this sort, of this house, under an address of this line.
    pub fn may_see(&self, house: &str, sort: &str, line: &str) -> bool {
        if sort == Sort::Public.code() {
            return true;
        }
        if let Some(author) = sort.strip_prefix(DRAFT_OF) {
            return self.name == author;
        }
        let opened = line == "/d/{district}/openings/{opening}";
        self.houses.contains(&house)
            && match self.sight {
                Sight::Published => false,
                Sight::Whole => true,
                Sight::Numbers => sort == Sort::House.code() || opened,
                Sight::Masked => sort != Sort::Name.code(),
            }
    }
}

/// What evaluators were engaged for.
pub struct Engagements {
    /// Over the own house.
    pub own: EngagementId,
    /// Over the neighbour's.
    pub near: EngagementId,
    /// In the other district.
    pub far: EngagementId,
    /// Over the own house, but past its end.
    pub ended: EngagementId,
}

/// Where people are led.
pub struct Led {
    /// People of `qs01`, its district, its evaluator, its residents.
    pub own: Harvest,
    /// Ids that only a colleague answers for.
    pub colleagues: BTreeSet<String>,
    /// People of the neighbour, of the same district.
    pub near: Harvest,
    /// People of the other district.
    pub far: Harvest,
}

pub struct Ground {
    pub world: World,
    pub routes: Vec<Route>,
    pub people: Vec<Person>,
    pub engagements: Engagements,
    pub led: Led,
    /// A receipt code of each organisation.
    pub codes: BTreeMap<&'static str, String>,
    /// The code of a receipt in each, of an application of which something is missing.
    pub waiting: BTreeMap<&'static str, String>,
    /// Name, identity number and telephone of a client of each organisation.
    pub known: BTreeMap<&'static str, [String; 3]>,
    pub owners: BTreeMap<String, String>,
    /// Papers that everybody may read.
    pub published: BTreeSet<String>,
    /// What the colleague has begun to write.
    pub draft: PaperId,
    /// The register of every paper, by the number of its id.
    pub registers: BTreeMap<String, String>,
    /// What answers.
    pub served: Backend,
    pub ledger: Ledger,
}

/// The service over this backend, as it is served.
pub async fn serve(backend: Backend) -> Router {
    let site = Site::open(Path::new("no such folder")).unwrap();
    // These people ask more often than people do.
    let config = Config { rate_limits: false, ..Config::default() };
    router(&Arc::new(Shared::new(backend, &site, config).await.unwrap()), &site)
}

async fn member(world: &World, slug: &str, name: &str, role: Role) -> StaffScope {
    let account = sign_up(world, slug, name, role).await;
    world.backend.staff(account, slug).await.unwrap()
}

async fn sign_up(world: &World, slug: &str, name: &str, role: Role) -> domain::ids::AccountId {
    let mut newcomer = world.newcomer(name, &[role]);
    // Whose way in has ended still reads the own name.
    if !["expired", "disabled", "revoked", "halfway"].contains(&name) {
        newcomer.name = canary(slug, Sort::House);
    }
    newcomer.password = Some(PASSWORD.to_owned());
    world.add(slug, newcomer).await.account
}

/// Keeps a view of a list for nobody's eyes but one's own.
async fn keep_view(member: &StaffScope, name: &'static str) {
    let name = canary(&member.organisation().slug, Sort::Draft(name));
    let view = KeepView { list: Object::Case.into(), name, query: "ended=1".to_owned() };
    keep(member, fresh(view)).await.unwrap();
}

async fn administrator(world: &World, district: &'static str, name: &str) -> backend::OversightScope {
    let new = AddDistrictMember {
        sign_in_name: name.to_owned(),
        name: name.to_owned(),
        from: world.today(),
        until: None,
        password: Some(PASSWORD.to_owned()),
    };
    let (account, _) = add_district_member(world.core(), world.district(district), new).await.unwrap();
    world.backend.oversight(account, district).await.unwrap()
}

async fn engagement(
    world: &World,
    district: &backend::OversightScope,
    house: &str,
    evaluators: &[&str],
) -> EngagementId {
    for name in evaluators {
        let new = NewAccount {
            sign_in_name: (*name).to_owned(),
            display_name: (*name).to_owned(),
            password: Some(PASSWORD.to_owned()),
        };
        create_account(world.core(), new).await.unwrap();
    }
    let kinds = ["case", "assessment", "plan", "record", "agreement"].map(Kind::from_code).into_iter();
    let registers = registers();
    let of_the_house = registers.shelved().map(|register| Kind::papers(&register.key));
    let create = fresh(CreateEngagement {
        title: canary(house, Sort::House),
        organisations: vec![house.to_owned()],
        kinds: kinds.chain(of_the_house).collect(),
        from: day("2026-01-01"),
        to: day("2026-12-31"),
        ends: moment("2026-06-30T18:00"),
        evaluators: evaluators.iter().map(|name| (*name).to_owned()).collect(),
    });
    create_engagement(district, create).await.unwrap()
}

impl Ground {
    /// Makes it on the world's engine.
    pub async fn lay(mut world: World) -> Self {
        world.backend = world.backend.with_registers(Arc::new(registers())).await.unwrap();
        for district in [HAIZHU, PANYU] {
            ask_second_factor(world.core(), world.district(district), false).await.unwrap();
        }
        let empty = world.with_pack(Pack::C).await;
        let (mut codes, mut known, mut with_a_file) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut waiting = BTreeMap::new();
        let mut own_station = Station::begin(&world, QS01).await;
        let worker = member(&world, QS01, "social_worker", Role::SocialWorker).await;
        let colleague = member(&world, QS01, COLLEAGUE, Role::SocialWorker).await;
        own_station.arrange(&worker).await;
        own_station.keep_house().await;
        let mut published = own_station.publish(&world.staff(QS01, Role::Supervisor).await).await;
        for until in Until::ALL {
            own_station.live(&worker, until).await;
        }
        for until in Until::ALL.into_iter().filter(|until| until.is_case()) {
            own_station.live(&colleague, until).await;
        }
        own_station.draft(&worker, "social_worker").await;
        let draft = own_station.draft(&colleague, COLLEAGUE).await;
        keep_view(&colleague, COLLEAGUE).await;
        codes.insert(QS01, own_station.code(Until::Submitted));
        waiting.insert(QS01, own_station.code(Until::Supplement));
        with_a_file.extend(own_station.with_a_file.map(|paper| (QS01, paper)));
        for slug in [QS02, LN01] {
            let mut station = Station::begin(&world, slug).await;
            let worker = member(&world, slug, &format!("{slug}-worker"), Role::SocialWorker).await;
            station.arrange(&worker).await;
            station.keep_house().await;
            published.extend(station.publish(&world.staff(slug, Role::Supervisor).await).await);
            for until in Until::ALL {
                station.live(&worker, until).await;
            }
            station.draft(&worker, "nobody who asks").await;
            codes.insert(slug, station.code(Until::Submitted));
            waiting.insert(slug, station.code(Until::Supplement));
            known.insert(slug, station.known);
            with_a_file.extend(station.with_a_file.map(|paper| (slug, paper)));
        }

        let admin = administrator(&world, HAIZHU, "admin").await;
        let far_admin = administrator(&world, PANYU, "far_admin").await;
        for (district, slug) in [(&admin, QS01), (&admin, QS02), (&far_admin, LN01)] {
            let case = some_case(&world, slug).await;
            let reason = canary(slug, Sort::House);
            let open = fresh(OpenCase { organisation: slug.to_owned(), case, reason });
            open_case(district, open).await.unwrap();
        }
        // What comes to be due is told, to the district too.
        let now = world.clock.now();
        world.clock.set(now.plus(Span::days(3)));
        Teller::default().tell(world.core()).await.unwrap();
        world.clock.set(now);
        let engagements = Engagements {
            own: engagement(&world, &admin, QS01, &["evaluator"]).await,
            near: engagement(&world, &admin, QS02, &["other_evaluator"]).await,
            far: engagement(&world, &far_admin, LN01, &["far_evaluator"]).await,
            ended: engagement(&world, &admin, QS01, &["late_evaluator", "evaluator"]).await,
        };
        let close = fresh(engagements.ended);
        close_engagement(&admin, close).await.unwrap();

        let router = serve(world.backend.clone()).await;
        let (mut people, routes) = (people(&world, &router).await, lines(routes()));
        let factors = Factors::set_up(&world, &mut people).await;
        let led = gather(&world, &routes, &people, (&engagements, &with_a_file, &waiting), &router, &factors).await;
        end_sessions(&world, &people).await;
        let ledger = Ledger::keep(&world).await;
        let (owners, registers) = (ledger.owners_of_ids().await, ledger.registers_of_papers().await);
        assert!(world.backend.public(empty).await.is_ok());
        let served = world.backend.clone();
        Self {
            world,
            routes,
            people,
            engagements,
            led,
            codes,
            waiting,
            known,
            owners,
            published,
            draft,
            registers,
            served,
            ledger,
        }
    }

    /// From now on everybody asks this backend.
    pub async fn ask(&mut self, backend: Backend) {
        self.served = backend.clone();
        let router = serve(backend).await;
        for person in &mut self.people {
            person.visitor = person.visitor.at(&router);
        }
    }
}

/// The table of routes, with a line for each register that is tried where one stands in the address; those of a case have no page
/// of their own.
fn lines(routes: Vec<Route>) -> Vec<Route> {
    let registers = tried(&registers());
    let of_one = |route: &Route, register: &str| {
        let path: &'static str = route.path.replace(REGISTER, register).leak();
        Route { path, ..route.clone() }
    };
    let lines = |route: Route| {
        let has_page = |register: &&Arc<Register>| register.is_shelved() || !route.path.contains(PAGE);
        match route.path.contains(REGISTER) {
            true => registers.iter().filter(has_page).map(|register| of_one(&route, &register.key)).collect(),
            false => vec![route],
        }
    };
    routes.into_iter().flat_map(lines).collect()
}

/// The one of this name.
pub fn person<'p>(people: &'p [Person], name: &str) -> &'p Person {
    people.iter().find(|person| person.name == name).unwrap()
}

/// Sends everybody who may see a page to every page.
async fn gather(
    world: &World,
    routes: &[Route],
    people: &[Person],
    (engagements, with_a_file, waiting): (&Engagements, &BTreeMap<&str, PaperId>, &BTreeMap<&str, String>),
    router: &Router,
    factors: &Factors,
) -> Led {
    let (day, moment) = (world.today().to_string(), world.clock.now().to_input());
    let mut newcomer = world.newcomer("newcomer", &[Role::Finance]);
    newcomer.name = canary(QS01, Sort::House);
    let token = world.add(QS01, newcomer).await.activation.unwrap();
    let everywhere = ["/".to_owned(), "/me".to_owned(), "/sign-in".to_owned(), format!("/activate/{token}")];
    let walk = async |name: &str, starts: &[String], enough: usize| {
        let visitor = match name {
            "nobody" => &Visitor::stranger(router),
            name => &person(people, name).visitor,
        };
        Harvest::gather(routes, visitor, starts, (&day, &moment), enough).await
    };
    let station = |slug: &str| format!("/o/{slug}");
    let public = |slug: &str| format!("/s/{slug}");
    let paper = |slug: &str| format!("/o/{slug}/papers/{}", with_a_file[slug]);
    // What is missing is asked for on a page that the code of a receipt opens.
    let asked = async |slug: &str| {
        let code = vec![("code".to_owned(), waiting[slug].clone())];
        let page = Visitor::stranger(router).post(&format!("/s/{slug}/status"), &code).await;
        let resident = world.backend.public(slug).await.unwrap();
        let [_, words] = files(DOCUMENTS, &canary(slug, Sort::File));
        let send = async |form| receive_from_resident(&resident, form, words.clone()).await.unwrap();
        Harvest::of_page(routes, &page.body, (&day, &moment)).with_documents(send).await
    };
    let mine = walk("social_worker", &[paper(QS01), station(QS01)], EACH_STATE).await;
    let colleague = walk(COLLEAGUE, &[station(QS01)], EACH_STATE).await;
    let colleagues = colleague.ids().difference(&mine.ids()).cloned().collect();
    let own = mine
        .join(walk("head", &[&[paper(QS01), station(QS01)][..], &everywhere].concat(), EACH_STATE).await)
        .join(colleague)
        .join(walk("admin", &[format!("/d/{HAIZHU}")], EACH_STATE).await)
        .join(walk("evaluator", &[format!("/e/{}", engagements.own)], EACH_STATE).await)
        .join(walk("nobody", &[&[public(QS01)][..], &everywhere].concat(), EACH_STATE).await)
        .join(asked(QS01).await)
        .join(factors.gather(routes, people, (&day, &moment)).await);
    // Of the others it is enough to know where one of each thing is.
    let near = walk("neighbour", &[paper(QS02), station(QS02), "/me/sessions".to_owned()], A_FEW)
        .await
        .join(walk("other_evaluator", &[format!("/e/{}", engagements.near)], A_FEW).await)
        .join(walk("nobody", &[public(QS02)], A_FEW).await)
        .join(asked(QS02).await);
    let far = walk("far_head", &[paper(LN01), station(LN01)], A_FEW)
        .await
        .join(walk("far_admin", &[format!("/d/{PANYU}")], A_FEW).await)
        .join(walk("far_evaluator", &[format!("/e/{}", engagements.far)], A_FEW).await)
        .join(walk("nobody", &[public(LN01)], A_FEW).await)
        .join(asked(LN01).await);
    Led {
        own: in_ink(world, QS01, own.complete(routes)).await,
        colleagues,
        near: in_ink(world, QS02, near.complete(routes)).await,
        far: in_ink(world, LN01, far.complete(routes)).await,
    }
}

/// What a page leaves to whoever writes in it, such as each line of a check, is written as somebody of this house would.
async fn in_ink(world: &World, slug: &str, harvest: Harvest) -> Harvest {
    let head = world.staff(slug, Role::Head).await;
    let unit = first_unit(&head).await;
    harvest.filled(|register, fields| {
        let register = head.registers().get(register).unwrap();
        let form = head.registers().form(register).unwrap();
        let (typed, rest): (Vec<_>, Vec<_>) = fields.iter().cloned().partition(|(name, _)| form.named(name).is_some());
        // Nobody chooses a file, and so nobody begins a row for one.
        let of_a_file = |name: &str| {
            let question = name.split('.').next().and_then(|key| form.field(key));
            question.is_some_and(|asked| asked.takes_files() || asked.columns.iter().any(TemplateField::takes_files))
        };
        let typed = typed.into_iter().filter(|(name, _)| !of_a_file(name)).collect();
        rest.into_iter().chain(fill(&head, unit, register, &|_| WORDS.to_owned(), typed)).collect()
    })
}

/// A session that has run out, an account that was disabled, a role that was revoked: all a moment ago.
async fn end_sessions(world: &World, people: &[Person]) {
    let owner = world.owner().await;
    for name in ["expired", "disabled", "revoked"] {
        let before = person(people, name).visitor.get(&format!("/o/{QS01}")).await;
        assert_eq!(before.status, 200, "{name} was somebody");
    }
    let of = |name: &str| format!("(SELECT id FROM accounts WHERE sign_in_name = '{name}')");
    for end in [
        format!("UPDATE sessions SET expires_at = 0 WHERE account_id = {}", of("expired")),
        format!("UPDATE accounts SET disabled_at = 1 WHERE id = {}", of("disabled")),
    ] {
        assert_eq!(owner.run(&end).await, Ok(1), "{end}");
    }
    let account = account_of(world, "revoked").await;
    let member = world.backend.staff(account, QS01).await.unwrap().member();
    let revoke = fresh(RevokeRole { member, role: Role::Head });
    revoke_role(&world.staff(QS01, Role::Head).await, revoke).await.unwrap();
}

async fn account_of(world: &World, name: &str) -> domain::ids::AccountId {
    backend::identity::account_named(world.core(), name).await.unwrap()
}

async fn some_case(world: &World, slug: &str) -> CaseId {
    let head = world.staff(slug, Role::Head).await;
    backend::cases::list(&head, &backend::cases::CaseFilter::default(), &Default::default()).await.unwrap().rows[0].id
}

/// Everybody who asks, signed in. Of the staff's roles one of each class does.
async fn people(world: &World, router: &Router) -> Vec<Person> {
    const OWN: &[&str] = &[QS01];
    let asking = asking(world.backend.policy());
    // The social workers are there already: their files are part of the ground.
    let others = asking.iter().filter(|role| **role != Role::SocialWorker).map(|role| (role.code(), *role));
    let ended = ["expired", "disabled", "revoked", "halfway"].map(|name| (name, Role::Head));
    for (name, role) in others.chain(ended) {
        sign_up(world, QS01, name, role).await;
    }
    sign_up(world, QS02, "neighbour", Role::Head).await;
    sign_up(world, LN01, "far_head", Role::Head).await;
    for (slug, name) in [(QS01, "head"), (QS02, "neighbour"), (LN01, "far_head")] {
        let account = account_of(world, name).await;
        keep_view(&world.backend.staff(account, slug).await.unwrap(), name).await;
    }
    let mut people = vec![Person {
        name: "nobody",
        visitor: Visitor::stranger(router),
        houses: &[],
        sight: Sight::Published,
        noted: false,
        role: None,
    }];
    let staff = asking.iter().map(|role| role.code()).chain([COLLEAGUE]).map(|name| (name, OWN, Sight::Whole, true));
    let others: [(_, &[&str], _, _); 12] = [
        ("expired", &[], Sight::Published, false),
        ("disabled", &[], Sight::Published, false),
        ("revoked", &[], Sight::Published, false),
        ("halfway", &[], Sight::Published, false),
        ("neighbour", &[QS02], Sight::Whole, false),
        ("far_head", &[LN01], Sight::Whole, false),
        ("admin", &[QS01, QS02, "et01"], Sight::Numbers, false),
        ("far_admin", &[LN01], Sight::Numbers, false),
        ("evaluator", OWN, Sight::Masked, true),
        ("other_evaluator", &[QS02], Sight::Masked, false),
        ("far_evaluator", &[LN01], Sight::Masked, false),
        ("late_evaluator", &[], Sight::Published, false),
    ];
    for (name, houses, sight, noted) in staff.chain(others) {
        let role = asking.iter().copied().find(|role| role.code() == name && *role != Role::SocialWorker);
        people.push(Person { name, visitor: Visitor::signed_in(router, name).await, houses, sight, noted, role });
    }
    // At another screen as well, which can be ended from this one.
    for name in ["head", "neighbour"] {
        Visitor::signed_in(router, name).await;
    }
    people
}
