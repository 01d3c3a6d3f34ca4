//! The world in which tests happen, on either engine: two districts, three organisations, a clock that stands until it is
//! moved, dice that fall the same way every time. People come into it when a test asks for them.
//!
//! The unit tests of the kernel share it (`backend/src/lib.rs` names this file), so that they too run on both engines.

#![allow(dead_code, reason = "two test binaries share the vocabulary, and neither uses all of it")]

pub mod sql;
mod stage;

pub use sql::Sql;
pub use stage::{Engine, Stage};

use backend::db::Database;
use backend::members::{AddMember, Added, add_member_as_operator};
use backend::organisations::{
    AddDistrictMember, CreateDistrict, CreateOrganisation, OperatorScope, add_district_member, as_operator,
    create_district, create_organisation,
};
use backend::{
    Backend, Clock, Command, Core, EvaluatorScope, ManualClock, MasterKey, OversightScope, SeededChance, StaffScope,
    Store,
};
use domain::access::Role;
use domain::ids::{AccountId, DistrictId, EngagementId, OperationId, OrganisationId};
use domain::packs::{Pack, PackSet};
use domain::time::{Day, Moment};
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// The district of `QS01` and `QS02`.
pub const HAIZHU: &str = "haizhu";
/// The district of `LN01`.
pub const PANYU: &str = "panyu";
/// A social-work station.
pub const QS01: &str = "qs01";
/// Its neighbour in the same district.
pub const QS02: &str = "qs02";
/// An organisation of another district.
pub const LN01: &str = "ln01";
/// All organisations, each with its district and pack.
const ORGANISATIONS: [(&str, &str, Pack); 3] =
    [(QS01, HAIZHU, Pack::S), (QS02, HAIZHU, Pack::K), (LN01, PANYU, Pack::W)];

/// Every row of every table, as text.
pub type Everything = BTreeMap<String, Vec<String>>;

/// Writes each test twice, as `name::sqlite` and `name::postgres`.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: World) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn test($world: World) $body

            #[test]
            fn sqlite() {
                $crate::world::run($crate::world::Engine::Sqlite, test);
            }

            #[test]
            fn postgres() {
                $crate::world::run($crate::world::Engine::Postgres, test);
            }
        }
    )+};
}

/// Runs a test in a world of its own, and takes the world down whatever happens.
pub fn run<'t, T: Future<Output = ()> + 't>(engine: Engine, test: impl FnOnce(World) -> T + 't) {
    play(engine, Box::new(|world| Box::pin(test(world))));
}

/// Whatever a test does in its world.
type Play<'t> = Box<dyn FnOnce(World) -> Pin<Box<dyn Future<Output = ()> + 't>> + 't>;

/// The same for all tests: the runtime is compiled once, and not for each.
fn play(engine: Engine, test: Play<'_>) {
    if engine == Engine::Postgres && stage::skips_postgres() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stage = runtime.block_on(Stage::raise(engine));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { test(World::on(stage.clone()).await).await });
    }));
    runtime.block_on(stage.strike());
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// A database with its districts and organisations, and the backend over it.
pub struct World {
    pub backend: Backend,
    pub clock: Arc<ManualClock>,
    pub stage: Stage,
    pub store: Store,
    master: MasterKey,
    chance: Arc<SeededChance>,
    districts: HashMap<&'static str, DistrictId>,
    accounts: Mutex<HashMap<(String, Role), AccountId>>,
}

impl World {
    async fn on(stage: Stage) -> Self {
        let clock = Arc::new(ManualClock::new(moment("2026-03-02T09:00")));
        let chance = Arc::new(SeededChance::new(2026));
        let (store, master) = (Store::in_memory(), MasterKey::ephemeral());
        let db = Database::open(&stage.app).await.unwrap();
        db.check_schema().await.unwrap();
        let backend = Backend::new(db, store.clone(), master.clone(), clock.clone(), chance.clone()).await.unwrap();
        let mut districts = HashMap::new();
        for (slug, name, area_code) in [(HAIZHU, "海珠区", "440105"), (PANYU, "番禺区", "440113")] {
            let new = CreateDistrict {
                slug: slug.to_owned(),
                name: name.to_owned(),
                area_code: area_code.to_owned(),
                adopts: Vec::new(),
            };
            districts.insert(slug, create_district(backend.core(), new).await.unwrap());
        }
        for (slug, district, pack) in ORGANISATIONS {
            create_organisation(backend.core(), districts[district], organisation(slug, pack)).await.unwrap();
        }
        Self { backend, clock, stage, store, master, chance, districts, accounts: Mutex::default() }
    }

    /// The same world seen through another database, such as a pool of one connection.
    pub async fn through(&self, db: Database) -> Backend {
        let (store, master) = (self.store.clone(), self.master.clone());
        Backend::new(db, store, master, self.clock.clone(), self.chance.clone()).await.unwrap()
    }

    /// The key that seals what this world's organisations keep.
    pub fn master_key(&self) -> MasterKey {
        self.master.clone()
    }

    /// What operations that precede any scope take.
    pub fn core(&self) -> &Arc<Core> {
        self.backend.core()
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        self.stage.engine
    }

    /// Moves the clock.
    pub fn set_clock(&self, raw: &str) {
        self.clock.set(moment(raw));
    }

    /// Lets minutes pass.
    pub fn pass_minutes(&self, minutes: i64) {
        self.clock.set(Moment::from_millis(self.clock.now().millis() + minutes * 60_000));
    }

    /// Today.
    pub fn today(&self) -> Day {
        self.clock.now().day()
    }

    /// The operator within an organisation.
    pub async fn operator(&self, slug: &str) -> OperatorScope {
        as_operator(self.core(), slug).await.unwrap()
    }

    /// An organisation of the first district that carries this pack, made when first asked for; its address.
    pub async fn with_pack(&self, pack: Pack) -> &'static str {
        let slug = match pack {
            Pack::S => QS01,
            Pack::K => QS02,
            Pack::W => "fl01",
            Pack::C => "et01",
            Pack::P => "xl01",
        };
        if as_operator(self.core(), slug).await.is_err() {
            create_organisation(self.core(), self.district(HAIZHU), organisation(slug, pack)).await.unwrap();
        }
        slug
    }

    /// The organisation's id.
    pub async fn organisation(&self, slug: &str) -> OrganisationId {
        self.operator(slug).await.organisation().id
    }

    /// The district's id.
    pub fn district(&self, slug: &str) -> DistrictId {
        self.districts[slug]
    }

    /// What adding `name` with these roles from today asks for.
    pub fn newcomer(&self, name: &str, roles: &[Role]) -> AddMember {
        AddMember {
            sign_in_name: name.to_owned(),
            name: name.to_owned(),
            roles: roles.to_vec(),
            from: self.today(),
            until: None,
            password: None,
        }
    }

    /// Adds a member as the operator does.
    pub async fn add(&self, slug: &str, newcomer: AddMember) -> Added {
        add_member_as_operator(&self.operator(slug).await, fresh(newcomer)).await.unwrap()
    }

    /// The account of the organisation's one member with this role, who comes when first asked for.
    pub async fn account(&self, slug: &str, role: Role) -> AccountId {
        let key = (slug.to_owned(), role);
        let known = self.accounts.lock().unwrap().get(&key).copied();
        if let Some(account) = known {
            return account;
        }
        let account = self.add(slug, self.newcomer(&format!("{slug}-{}", role.code()), &[role])).await.account;
        self.accounts.lock().unwrap().insert(key, account);
        account
    }

    /// The organisation's member with this role, signed in.
    pub async fn staff(&self, slug: &str, role: Role) -> StaffScope {
        self.backend.staff(self.account(slug, role).await, slug).await.unwrap()
    }

    /// A social worker of the organisation beside the one whom [`Self::staff`] knows, signed in.
    pub async fn colleague(&self, slug: &str) -> StaffScope {
        let added = self.add(slug, self.newcomer("colleague", &[Role::SocialWorker])).await;
        self.backend.staff(added.account, slug).await.unwrap()
    }

    /// The district's administrator, signed in.
    pub async fn oversight(&self, slug: &str) -> OversightScope {
        let key = (slug.to_owned(), Role::DistrictAdmin);
        let known = self.accounts.lock().unwrap().get(&key).copied();
        let account = match known {
            Some(account) => account,
            None => {
                let new = AddDistrictMember {
                    sign_in_name: format!("{slug}-admin"),
                    name: format!("{slug}-admin"),
                    from: self.today(),
                    until: None,
                    password: None,
                };
                let (account, _) = add_district_member(self.core(), self.district(slug), new).await.unwrap();
                self.accounts.lock().unwrap().insert(key, account);
                account
            }
        };
        self.backend.oversight(account, slug).await.unwrap()
    }

    /// An engagement of the first organisation's district over these organisations and kinds, and its evaluator.
    pub async fn engagement(&self, slugs: &[&str], kinds: &str, ends: &str) -> (AccountId, EngagementId) {
        let new = backend::identity::NewAccount {
            sign_in_name: "evaluator".to_owned(),
            display_name: "评估员".to_owned(),
            password: None,
        };
        let (account, _) = backend::identity::create_account(self.core(), new).await.unwrap();
        let district = self.operator(slugs[0]).await.organisation().district;
        let engagement = Uuid::from_u128(0xE1);
        let owner = self.owner().await;
        let id = |id: Uuid| owner.id(id);
        let (district, account_id) = (id(district.uuid()), id(account.uuid()));
        let mut rows = vec![
            format!(
                "INSERT INTO engagements (district_id, id, title, kinds, period_from, period_to, ends_at, created_at, created_by)
                 VALUES ({district}, {}, '评估', '{kinds}', '2026-01-01', '2026-12-31', {}, 0, {account_id})",
                id(engagement),
                moment(ends).millis()
            ),
            format!("INSERT INTO engagement_evaluators VALUES ({district}, {}, {account_id})", id(engagement)),
        ];
        for slug in slugs {
            let organisation = id(self.organisation(slug).await.uuid());
            rows.push(format!(
                "INSERT INTO engagement_organisations VALUES ({district}, {}, {organisation})",
                id(engagement)
            ));
        }
        for row in rows {
            owner.run(&row).await.unwrap();
        }
        (account, engagement.into())
    }

    /// The evaluator of an engagement over these organisations, signed in.
    pub async fn evaluator(&self, slugs: &[&str]) -> EvaluatorScope {
        let (account, engagement) = self.engagement(slugs, "case,record,plan", "2026-06-30T18:00").await;
        self.backend.evaluator(account, engagement).await.unwrap()
    }

    /// A connection of the database's owner, whom nothing binds.
    pub async fn owner(&self) -> Sql {
        Sql::open(&self.stage.owner).await
    }

    /// A connection of the application's user, before any lane.
    pub async fn app(&self) -> Sql {
        Sql::open(&self.stage.app).await
    }

    /// Every row of every table.
    pub async fn everything(&self) -> Everything {
        self.owner().await.everything().await
    }

    /// Which tables hold something else than before, and how many rows more.
    pub async fn changed_since(&self, before: &Everything) -> BTreeMap<String, i64> {
        let now = self.everything().await;
        now.into_iter()
            .filter(|(table, rows)| before.get(table) != Some(rows))
            .map(|(table, rows)| {
                let more = rows.len() as i64 - before.get(&table).map_or(0, Vec::len) as i64;
                (table, more)
            })
            .collect()
    }
}

/// An operation id that was not used before.
pub fn operation() -> OperationId {
    static USED: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(0x0100_0000 + u128::from(USED.fetch_add(1, Ordering::SeqCst))).into()
}

/// What is asked for, under an operation id that was not used before.
pub fn fresh<B>(body: B) -> Command<B> {
    Command::of(operation(), body)
}

/// A moment in the district, as `2026-03-02T09:00`.
pub fn moment(raw: &str) -> Moment {
    Moment::parse(raw).unwrap()
}

/// A day, as `2026-03-02`.
pub fn day(raw: &str) -> Day {
    Day::parse(raw).unwrap()
}

/// What a new organisation is made of.
pub fn organisation(slug: &str, pack: Pack) -> CreateOrganisation {
    CreateOrganisation {
        slug: slug.to_owned(),
        code: slug.to_uppercase(),
        name: format!("{slug} 社会工作站"),
        operator: "榕荫社会工作服务中心".to_owned(),
        area: "南华街".to_owned(),
        street: "南华西街道".to_owned(),
        packs: PackSet::from(pack),
        about: "为居民服务。".to_owned(),
        address: "南华西路 1 号".to_owned(),
        phone: "020-81234567".to_owned(),
        hours: "周一至周五 9:00-17:30".to_owned(),
    }
}
