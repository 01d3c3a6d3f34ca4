//! What an organisation consists of: where a unit may stand, who may change it, and that none is left without a head.

use crate::world::*;
use backend::acts::Acts;
use backend::members::{HandOver, disable_member, hand_over};
use backend::trail::{TrailFilter, trail};
use backend::units::{self, ChangeUnit, CloseUnit, CreateUnit, Place, Profile, Unit, Units};
use backend::{Command, StaffScope};
use domain::access::Role;
use domain::events::EventKind;
use domain::ids::{MemberId, UnitId};
use domain::members::Held;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::units::{Misplaced, UnitKind};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is written of a unit of this name.
fn profile(name: &str) -> Profile {
    Profile { name: name.to_owned(), address: "白鹤路 1 号".to_owned(), ..Profile::default() }
}

/// What setting a unit up asks for; nobody heads it yet.
fn new(kind: UnitKind, name: &str, parent: Option<UnitId>) -> CreateUnit {
    CreateUnit { kind, place: Place { parent, head: None }, profile: profile(name), since: day("2026-03-02") }
}

async fn create(scope: &StaffScope, asked: CreateUnit) -> Result<UnitId, Refusal> {
    units::create(scope, fresh(asked)).await
}

/// A unit that is there as soon as it is asked for.
async fn unit(scope: &StaffScope, kind: UnitKind, name: &str, parent: Option<UnitId>) -> UnitId {
    create(scope, new(kind, name, parent)).await.unwrap()
}

/// The tree, each unit with how deep it stands.
async fn shown(scope: &StaffScope) -> Vec<String> {
    let units = units::tree(scope).await.unwrap();
    let line =
        |id| format!("{}{}", "  ".repeat(units.structure.way_to(id).len()), units.get(id).unwrap().standing.name);
    units.structure.walk().iter().map(|standing| line(standing.id)).collect()
}

async fn version(scope: &StaffScope, unit: UnitId) -> i64 {
    units::tree(scope).await.unwrap().get(unit).unwrap().version
}

async fn change(scope: &StaffScope, unit: UnitId, name: &str, place: Option<Place>) -> Result<(), Refusal> {
    let version = version(scope, unit).await;
    units::change(scope, fresh(ChangeUnit { unit, profile: profile(name), place }).seen(version)).await
}

async fn close(scope: &StaffScope, unit: UnitId, last: &str) -> Result<(), Refusal> {
    let version = version(scope, unit).await;
    units::close(scope, fresh(CloseUnit { unit, last: day(last) }).seen(version)).await
}

fn headed(parent: Option<UnitId>, head: MemberId) -> Option<Place> {
    Some(Place { parent, head: Some(head) })
}

fn misplaced(field: &str, misplaced: Misplaced) -> Refusal {
    Refusal::field(field, misplaced.into())
}

/// Who heads each unit, by the names of both.
fn heads(units: &Units) -> BTreeMap<String, Option<String>> {
    let head = |id| {
        let unit = units.get(id).unwrap();
        (unit.standing.name.clone(), unit.head.clone().map(|(_, name)| name))
    };
    units.structure.walk().iter().map(|standing| head(standing.id)).collect()
}

on_both_engines! {
    /// Proves ORG-01, ORG-16.
    async fn district_street_organisation_and_all_below_stand_in_one_tree(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let worker = world.staff(QS01, Role::SocialWorker).await;
        let site = unit(&head, UnitKind::Site, "白鹤站", None).await;
        let office = unit(&head, UnitKind::Department, "综合部", None).await;
        let department = unit(&head, UnitKind::Department, "长者部", Some(site)).await;
        let mut project = new(UnitKind::Project, "安居计划", Some(department));
        project.place.head = Some(worker.member());
        project.profile.goals = "三年内让独居长者都有人探访。".to_owned();
        let project = create(&head, project).await.unwrap();
        unit(&head, UnitKind::Group, "探访组", Some(project)).await;
        let tree = ["白鹤站", "  长者部", "    安居计划", "      探访组", "综合部"];
        assert_eq!(shown(&worker).await, tree, "everybody on the staff sees it");

        let units = units::tree(&head).await.unwrap();
        assert_eq!((&*units.district, &*units.street), ("海珠区", "南华西街道"));
        let led = units.get(project).unwrap();
        assert_eq!(led.head, Some((worker.member(), "qs01-social_worker".to_owned())));
        assert_eq!((led.address.as_deref(), led.goals.as_deref()), (None, Some("三年内让独居长者都有人探访。")));
        assert_eq!(units.get(site).unwrap().address.as_deref(), Some("白鹤路 1 号"));

        // The district sees what every organisation below it consists of, and nobody else's.
        let district = world.oversight(HAIZHU).await;
        let (house, seen) = units::of_station(&district, QS01).await.unwrap();
        assert_eq!((house.id, &seen.structure), (head.organisation().id, &units.structure));
        for standing in units.structure.walk() {
            let (theirs, ours) = (seen.get(standing.id).unwrap(), units.get(standing.id).unwrap());
            assert_eq!(theirs, &Unit { acts: Acts::default(), ..ours.clone() }, "the same, to look at");
        }
        assert!(units::of_station(&district, QS02).await.unwrap().1.is_empty());
        let other = world.oversight(PANYU).await;
        assert_eq!(units::of_station(&other, QS01).await.err(), Some(Refusal::NotFound));

        // A department moves with all that lies below it.
        let second = unit(&head, UnitKind::Site, "荷塘站", None).await;
        change(&head, department, "长者部", Some(Place { parent: Some(second), head: None })).await.unwrap();
        let moved = ["白鹤站", "荷塘站", "  长者部", "    安居计划", "      探访组", "综合部"];
        assert_eq!(shown(&head).await, moved);
        let refused = change(&head, department, "长者部", Some(Place { parent: Some(project), head: None })).await;
        let (kind, below) = (UnitKind::Department, Some(UnitKind::Project));
        assert_eq!(refused, Err(misplaced("parent", Misplaced::Kind { kind, below })), "not into its own child");
        let itself = change(&head, department, "长者部", Some(Place { parent: Some(department), head: None })).await;
        let below = Some(UnitKind::Department);
        assert_eq!(itself, Err(misplaced("parent", Misplaced::Kind { kind, below })));
        let nowhere = create(&head, new(UnitKind::Group, "无处组", Some(office))).await;
        let kind = UnitKind::Group;
        assert_eq!(nowhere, Err(misplaced("parent", Misplaced::Kind { kind, below })));
        assert_eq!(shown(&head).await, moved);
    }

    async fn everything_that_has_to_be_mended_is_said_at_once(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let gone = world.add(QS01, world.newcomer("gone", &[Role::Intake])).await.member;
        disable_member(&head, fresh(gone).seen(1)).await.unwrap();
        let before = world.everything().await;
        let asked = CreateUnit {
            kind: UnitKind::Site,
            place: Place { parent: Some(Uuid::from_u128(7).into()), head: Some(gone) },
            profile: Profile { name: " ".to_owned(), duties: "职\u{202E}责".to_owned(), ..Profile::default() },
            since: day("2026-03-02"),
        };
        let wrong = [
            ("parent", Problem::NotAChoice),
            ("head", Problem::NotAtWork),
            ("address", Problem::Required),
            ("duties", Problem::ControlCharacters),
            ("name", Problem::Required),
        ];
        let wrong = wrong.map(|(field, problem)| FieldError::new(field, problem)).to_vec();
        assert_eq!(create(&head, asked).await, Err(Refusal::Invalid(wrong)));
        assert_eq!(world.changed_since(&before).await, [].into());

        unit(&head, UnitKind::Department, "综合部", None).await;
        let again = create(&head, new(UnitKind::Project, " 综合部 ", None)).await;
        assert_eq!(again, Err(misplaced("name", Misplaced::Namesake { kind: UnitKind::Department })));
    }

    async fn a_neighbour_finds_nothing_and_a_colleague_changes_nothing(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let (worker, colleague) = (world.staff(QS01, Role::SocialWorker).await, world.colleague(QS01).await);
        let department = unit(&head, UnitKind::Department, "长者部", None).await;
        change(&head, department, "长者部", headed(None, worker.member())).await.unwrap();
        let neighbour = world.staff(QS02, Role::Head).await;
        assert!(units::tree(&neighbour).await.unwrap().is_empty());

        let before = world.everything().await;
        let asked = |name: &str, place| fresh(ChangeUnit { unit: department, profile: profile(name), place }).seen(2);
        assert_eq!(units::change(&neighbour, asked("他部", None)).await, Err(Refusal::NotFound));
        let last = || fresh(CloseUnit { unit: department, last: day("2026-03-02") }).seen(2);
        assert_eq!(units::close(&neighbour, last()).await, Err(Refusal::NotFound));
        let below = create(&neighbour, new(UnitKind::Project, "渗入", Some(department))).await;
        assert_eq!(below, Err(Refusal::field("parent", Problem::NotAChoice)), "as one that is not there");
        let mut headed_by_another_house = new(UnitKind::Project, "借人", None);
        headed_by_another_house.place.head = Some(worker.member());
        let refused = create(&neighbour, headed_by_another_house).await;
        assert_eq!(refused, Err(Refusal::field("head", Problem::NotAChoice)));
        assert_eq!(world.changed_since(&before).await, [].into());

        // Who does not head it reads it; who heads it keeps true what is written of it, and neither moves nor closes it.
        let forbidden = Err(Refusal::Forbidden);
        assert_eq!(units::change(&colleague, asked("他部", None)).await, forbidden);
        assert_eq!(units::change(&worker, asked("长者部", headed(None, colleague.member()))).await, forbidden);
        assert_eq!(units::close(&worker, last()).await, forbidden);
        assert_eq!(create(&worker, new(UnitKind::Project, "自设", Some(department))).await, Err(Refusal::Forbidden));
        units::change(&worker, asked("长者服务部", None)).await.unwrap();
        assert_eq!(shown(&head).await, ["长者服务部"]);
    }

    async fn of_two_at_once_the_second_is_told(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let department = unit(&head, UnitKind::Department, "长者部", None).await;
        let ask = |name: &str| fresh(ChangeUnit { unit: department, profile: profile(name), place: None }).seen(1);
        let (one, other) = tokio::join!(units::change(&head, ask("甲部")), units::change(&head, ask("乙部")));
        let outcomes = [one, other];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert!(outcomes.contains(&Err(Refusal::Stale)), "{outcomes:?}");

        let twin = || create(&head, new(UnitKind::Project, "孪生计划", None));
        let (one, other) = tokio::join!(twin(), twin());
        let refused = [one, other].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert_eq!(refused, [misplaced("name", Misplaced::Namesake { kind: UnitKind::Project })]);

        // Of one that ends and one that begins below it, whichever comes second is refused.
        let (site, below) = (unit(&head, UnitKind::Site, "白鹤站", None).await, new(UnitKind::Department, "长者部", None));
        let below = CreateUnit { place: Place { parent: Some(site), head: None }, ..below };
        let (closed, begun) = tokio::join!(close(&head, site, "2026-03-02"), create(&head, below));
        assert!(closed.is_ok() != begun.is_ok(), "{closed:?} {begun:?}");
    }

    async fn a_unit_ends_after_all_that_lies_below_it(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let site = unit(&head, UnitKind::Site, "白鹤站", None).await;
        let department = unit(&head, UnitKind::Department, "长者部", Some(site)).await;
        unit(&head, UnitKind::Department, "儿童部", Some(site)).await;
        let open = |first: &str, number| Err(misplaced("until", Misplaced::OpenBelow { first: first.to_owned(), number }));
        assert_eq!(close(&head, site, "2026-03-31").await, open("长者部", 2));
        assert_eq!(close(&head, department, "2026-03-01").await, Err(misplaced("until", Misplaced::BeforeItBegan { since: day("2026-03-02") })));
        close(&head, department, "2026-03-31").await.unwrap();
        assert_eq!(close(&head, site, "2026-03-31").await, open("儿童部", 1));

        // Until its last day it can be changed, and a wrong last day put right.
        change(&head, department, "银龄部", Some(Place { parent: None, head: None })).await.unwrap();
        close(&head, department, "2026-03-20").await.unwrap();
        world.set_clock("2026-03-21T09:00");
        let refused = change(&head, department, "长者部", None).await;
        assert!(matches!(refused, Err(Refusal::WrongState { .. })), "{refused:?}");
        let below = create(&head, new(UnitKind::Project, "后来", Some(department))).await;
        assert_eq!(below, Err(misplaced("parent", Misplaced::Closing { until: day("2026-03-20") })));
        // Its name is free for who follows it.
        unit(&head, UnitKind::Department, "银龄部", None).await;
    }

    /// Proves ORG-14.
    async fn who_leaves_leaves_no_unit_without_a_head(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let (worker, successor) = (world.staff(QS01, Role::SocialWorker).await, world.colleague(QS01).await);
        for (name, last) in [("长者部", None), ("到期部", Some("2026-04-30")), ("旧部", Some("2026-03-02"))] {
            let id = unit(&head, UnitKind::Department, name, None).await;
            change(&head, id, name, headed(None, worker.member())).await.unwrap();
            if let Some(last) = last {
                close(&head, id, last).await.unwrap();
            }
        }
        world.set_clock("2026-03-03T09:00");
        let disable = || fresh(worker.member()).seen(1);
        let stopped = disable_member(&head, disable()).await;
        assert!(matches!(&stopped, Err(Refusal::Blocked(rules)) if rules[0].text.zh.contains("还有 2 项")), "{stopped:?}");

        let order = fresh(HandOver { from: worker.member(), to: successor.member() });
        let held = hand_over(&head, order).await.unwrap();
        assert_eq!(held.iter().collect::<Vec<_>>(), [(Held::Units, 2)]);
        disable_member(&head, disable()).await.unwrap();
        let (worker, successor) = (Some("qs01-social_worker".to_owned()), Some("colleague".to_owned()));
        let expected = [("旧部", worker), ("长者部", successor.clone()), ("到期部", successor)];
        let expected: BTreeMap<_, _> = expected.map(|(name, head)| (name.to_owned(), head)).into();
        assert_eq!(heads(&units::tree(&head).await.unwrap()), expected, "who headed what is over stays with it");
    }

    async fn what_happened_to_a_unit_stands_in_the_trail_under_its_name(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let worker = world.staff(QS01, Role::SocialWorker).await;
        let site = unit(&head, UnitKind::Site, "白鹤站", None).await;
        let department = unit(&head, UnitKind::Department, "长者部", None).await;
        change(&head, department, "银龄部", headed(Some(site), worker.member())).await.unwrap();
        let seen = version(&head, department).await;
        change(&head, department, "银龄部", None).await.unwrap();
        assert_eq!(version(&head, department).await, seen + 1, "who saw it before is told that it was saved");
        close(&head, department, "2026-03-31").await.unwrap();
        let filter = TrailFilter { subject: Some(department.into()), ..TrailFilter::default() };
        let rows = trail(&head, &filter).await.unwrap().rows;
        use EventKind::{UnitAssigned, UnitChanged, UnitClosed, UnitCreated, UnitMoved};
        let kinds: Vec<EventKind> = rows.iter().rev().map(|row| row.kind).collect();
        assert_eq!(kinds, [UnitCreated, UnitChanged, UnitMoved, UnitAssigned, UnitClosed]);
        assert!(rows.iter().all(|row| row.number.as_deref() == Some("银龄部")), "{rows:?}");
        let detail = |kind| rows.iter().find(|row| row.kind == kind).unwrap().detail.clone();
        assert_eq!(detail(UnitMoved), [("parent".to_owned(), site.to_string())].into());
        assert_eq!(detail(UnitAssigned), [("to".to_owned(), worker.member().to_string())].into());
        assert_eq!(detail(UnitClosed), [("until".to_owned(), "2026-03-31".to_owned())].into());
    }

    async fn a_form_sent_twice_sets_one_unit_up(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let command: Command<CreateUnit> = fresh(new(UnitKind::Site, "白鹤站", None));
        let first = units::create(&head, command.clone()).await.unwrap();
        assert_eq!(units::create(&head, command).await, Ok(first));
        assert_eq!(shown(&head).await, ["白鹤站"]);
    }
}
