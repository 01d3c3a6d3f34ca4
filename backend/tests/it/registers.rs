//! A register is two files: its list, its duty, its papers' life and everything around it follow from them.

use crate::export::exported;
use crate::pen::Pen;
use crate::story::answers;
use crate::world::*;
use backend::evaluations::{self, CreateEngagement};
use backend::identity::{NewAccount, create_account};
use backend::listing::Slice;
use backend::members::{HandOver, hand_over};
use backend::oversight;
use backend::paperwork::{Decide, Submit, decide, keep_draft, open, sheet, submit};
use backend::registers::{self, PaperFilter, RegisterPage, Strip, page};
use backend::units::{self, CreateUnit, Place, Profile};
use backend::{EvaluatorScope, StaffScope};
use domain::access::{Object, Role};
use domain::events::Subject;
use domain::forms::{Answers, FormTemplate, Setting, TemplateField};
use domain::ids::PaperId;
use domain::papers::{Deed, PaperState};
use domain::refusal::{Problem, Refusal};
use domain::registers::{Kind, Registers};
use domain::rules::Standing;
use domain::units::UnitKind;
use std::collections::BTreeMap;
use std::sync::Arc;

const REGISTER: &str = include_str!("../registers/fire_walk.toml");
const FORM: &str = include_str!("../registers/fire_walk_form.toml");

/// The world with one more register.
async fn with_fire_walks(world: World) -> World {
    with_register(world, REGISTER).await
}

async fn with_register(mut world: World, register: &str) -> World {
    let registers = Registers::builtin().as_ref().clone().with_form(FormTemplate::parse(FORM).unwrap());
    let registers = registers.with_registers(&[("fire_walk.toml", register)]).unwrap();
    world.backend = world.backend.with_registers(Arc::new(registers)).await.unwrap();
    world
}

pub async fn site(head: &StaffScope, name: &str, since: &str) -> Subject {
    let profile = Profile { name: name.to_owned(), address: "白鹤路 1 号".to_owned(), ..Profile::default() };
    let place = Place { parent: None, head: None };
    let asked = CreateUnit { kind: UnitKind::Site, place, profile, since: day(since) };
    units::create(head, fresh(asked)).await.unwrap().into()
}

fn walk(file: Subject, on: &str) -> Submit {
    let answers = answers([("walked_on", on), ("result", "good"), ("found", "灭火器压力正常")]);
    let (about, replaces, draft) = (None, None, None);
    Submit { register: "fire_walk".to_owned(), file, template: 1, about, replaces, draft, answers, why: String::new() }
}

pub async fn decided(scope: &StaffScope, paper: PaperId, deed: Deed, reason: &str) -> Result<(), Refusal> {
    let seen = open(scope, paper).await.unwrap().paper.head.version;
    decide(scope, fresh(Decide { paper, deed, reason: reason.to_owned() }).seen(seen)).await
}

async fn shown(scope: &StaffScope) -> RegisterPage {
    page(scope, "fire_walk", &PaperFilter::default(), &Slice::default()).await.unwrap()
}

/// Written by one, approved by another.
async fn approved((officer, head): (&StaffScope, &StaffScope), walk: Submit) -> PaperId {
    let paper = submit(officer, fresh(walk)).await.unwrap();
    decided(head, paper, Deed::Approve, "").await.unwrap();
    paper
}

/// An engagement over the second half of 2026, and its evaluator at work.
pub async fn evaluator(world: &World, houses: &[&str], kinds: &[Kind]) -> EvaluatorScope {
    let new = NewAccount { sign_in_name: "ev".to_owned(), display_name: "评估员".to_owned(), password: None };
    let account = create_account(world.core(), new).await.unwrap().0;
    let engagement = CreateEngagement {
        title: "下半年评估".to_owned(),
        organisations: houses.iter().map(|slug| (*slug).to_owned()).collect(),
        kinds: kinds.to_vec(),
        from: day("2026-07-01"),
        to: day("2026-12-31"),
        ends: moment("2027-06-30T18:00"),
        evaluators: vec!["ev".to_owned()],
    };
    let district = world.oversight(HAIZHU).await;
    let id = evaluations::create_engagement(&district, fresh(engagement)).await.unwrap();
    world.backend.evaluator(account, id).await.unwrap()
}

/// What evaluators looked at, as the house's trail has it.
async fn looks(world: &World, slug: &str) -> Vec<String> {
    let owner = world.owner().await;
    let house = owner.id(world.organisation(slug).await.uuid());
    let looks = "SELECT detail FROM audit_entries WHERE kind = 'evaluator.viewed'";
    owner.column(&format!("{looks} AND organisation_id = {house} ORDER BY seq")).await
}

/// How each site stands, period by period.
fn standings(page: &RegisterPage) -> Vec<(String, Vec<Standing>)> {
    told(&page.strips)
}

fn told(strips: &[Strip]) -> Vec<(String, Vec<Standing>)> {
    let lines = strips.iter().flat_map(|strip| &strip.lines);
    lines.map(|line| (line.place.name.clone(), line.turns.iter().map(|turn| turn.standing).collect())).collect()
}

on_both_engines! {
    async fn a_register_from_two_files_has_a_page_a_duty_and_a_life(world: World) {
        let world = with_fire_walks(world).await;
        let head = world.staff(QS01, Role::Head).await;
        let (near, far) = (site(&head, "白鹤站", "2026-03-02").await, site(&head, "江边站", "2026-03-03").await);
        // The first full half-year begins in July.
        assert_eq!(standings(&shown(&head).await), [("白鹤站".to_owned(), vec![]), ("江边站".to_owned(), vec![])]);

        world.set_clock("2026-09-10T09:00");
        let officer = world.staff(QS01, Role::SafetyOfficer).await;
        let head = world.staff(QS01, Role::Head).await;
        let early = submit(&officer, fresh(walk(near, "2026-03-01"))).await;
        assert_eq!(early, Err(Refusal::field("walked_on", Problem::BeforeItsFile { since: day("2026-03-02") })));
        let paper = submit(&officer, fresh(walk(near, "2026-09-09"))).await.unwrap();
        let open_now = |page: &RegisterPage| standings(page).into_iter().map(|(_, turns)| turns[0]).collect::<Vec<_>>();
        let page = shown(&officer).await;
        assert_eq!(open_now(&page), [Standing::Open, Standing::Open], "it waits for approval");
        assert_eq!(page.strips[0].lines[0].waiting, 1);
        assert_eq!(page.papers.rows[0].head.number.as_deref(), Some("QS01/HZ/2026/001"));

        // Sent back, written anew under the same number, approved by somebody else.
        assert!(matches!(decided(&officer, paper, Deed::Approve, "").await, Err(Refusal::Forbidden)));
        decided(&head, paper, Deed::Return, "写明几具灭火器").await.unwrap();
        let anew = Submit { replaces: Some(paper), ..walk(near, "2026-09-09") };
        let anew = submit(&officer, fresh(anew)).await.unwrap();
        decided(&head, anew, Deed::Approve, "").await.unwrap();
        let file = open(&officer, anew).await.unwrap();
        assert_eq!(file.paper.head.number.as_deref(), Some("QS01/HZ/2026/001"));
        assert_eq!(file.before.unwrap().0.reason.as_deref(), Some("写明几具灭火器"));
        assert_eq!(open_now(&shown(&head).await), [Standing::Met, Standing::Open]);

        // The half-year ends: what is missing is late, and stays late when it is done.
        world.set_clock("2027-01-12T09:00");
        let officer = world.staff(QS01, Role::SafetyOfficer).await;
        let head = world.staff(QS01, Role::Head).await;
        let turns = |page: &RegisterPage, site: usize| standings(page)[site].1.clone();
        assert_eq!(turns(&shown(&head).await, 1), [Standing::Late, Standing::Open]);
        for on in ["2027-01-11", "2027-01-12"] {
            let paper = submit(&officer, fresh(walk(far, on))).await.unwrap();
            decided(&head, paper, Deed::Approve, "").await.unwrap();
        }
        assert_eq!(turns(&shown(&head).await, 1), [Standing::MetLate, Standing::Met]);

        // The list narrows, and reads on.
        let filter = PaperFilter { file: Some(far.id), state: Some(PaperState::Approved) };
        let of_far = registers::page(&head, "fire_walk", &filter, &Slice::default()).await.unwrap();
        assert_eq!(of_far.papers.rows.iter().map(|row| &*row.place).collect::<Vec<_>>(), ["江边站", "江边站"]);
        assert_eq!(of_far.papers.rows[0].head.answer("result").as_deref(), Some("good"));

        // What it says leaves the house with the export, its form with it.
        let (_, files) = exported(&world, QS01).await;
        let papers = files.lines("papers");
        assert_eq!(papers.iter().filter(|row| row["register"] == "fire_walk").count(), 4);
        assert!(files.lines("forms").iter().any(|form| form["key"] == "fire_walk"));
    }

    async fn a_site_that_changes_hands_takes_its_register_along(world: World) {
        let world = with_fire_walks(world).await;
        world.set_clock("2026-09-10T09:00");
        let head = world.staff(QS01, Role::Head).await;
        let department_head = async |name: &str| {
            let account = world.add(QS01, world.newcomer(name, &[Role::DepartmentHead])).await.account;
            world.backend.staff(account, QS01).await.unwrap()
        };
        let (leaving, next) = (department_head("leaving").await, department_head("next").await);
        let place = Place { parent: None, head: Some(leaving.member()) };
        let profile = Profile { name: "白鹤站".to_owned(), address: "白鹤路 1 号".to_owned(), ..Profile::default() };
        let create = CreateUnit { kind: UnitKind::Site, place, profile, since: day("2026-01-01") };
        let near: Subject = units::create(&head, fresh(create)).await.unwrap().into();
        let returned = submit(&leaving, fresh(walk(near, "2026-09-08"))).await.unwrap();
        decided(&head, returned, Deed::Return, "写明几具灭火器").await.unwrap();
        assert_eq!(submit(&next, fresh(walk(near, "2026-09-09"))).await, Err(Refusal::Forbidden));
        hand_over(&head, fresh(HandOver { from: leaving.member(), to: next.member() })).await.unwrap();
        assert_eq!(submit(&leaving, fresh(walk(near, "2026-09-09"))).await, Err(Refusal::Forbidden));
        let anew = Submit { replaces: Some(returned), ..walk(near, "2026-09-08") };
        let anew = submit(&next, fresh(anew)).await.unwrap();
        assert_eq!(open(&next, anew).await.unwrap().paper.head.replaces, Some(returned));
        assert_eq!(shown(&next).await.places.iter().map(|place| place.file).collect::<Vec<_>>(), [near]);
    }

    async fn a_register_keeps_out_who_has_no_right_to_it(world: World) {
        let world = with_fire_walks(world).await;
        let head = world.staff(QS01, Role::Head).await;
        let near = site(&head, "白鹤站", "2026-03-02").await;
        world.set_clock("2026-09-10T09:00");
        let officer = world.staff(QS01, Role::SafetyOfficer).await;
        let paper = submit(&officer, fresh(walk(near, "2026-09-09"))).await.unwrap();

        // Everybody of the staff reads; who may not write is told so before anybody types.
        let worker = world.staff(QS01, Role::SocialWorker).await;
        assert_eq!(open(&worker, paper).await.unwrap().paper.answers["found"], "灭火器压力正常");
        assert_eq!(sheet(&worker, "fire_walk", near, (None, None)).await.map(drop), Err(Refusal::Forbidden));
        assert_eq!(submit(&worker, fresh(walk(near, "2026-09-09"))).await, Err(Refusal::Forbidden));
        assert!(shown(&worker).await.places.is_empty());

        // The neighbour finds neither the paper nor the site; nor does a paper lie in a file of another kind.
        let neighbour = world.staff(QS02, Role::Head).await;
        assert_eq!(open(&neighbour, paper).await.map(drop), Err(Refusal::NotFound));
        assert_eq!(submit(&neighbour, fresh(walk(near, "2026-09-09"))).await, Err(Refusal::NotFound));
        assert!(shown(&neighbour).await.papers.rows.is_empty());
        let house = Subject { kind: Object::Organisation, id: head.organisation().id.uuid() };
        assert_eq!(submit(&officer, fresh(walk(house, "2026-09-09"))).await, Err(Refusal::NotFound));
        let project = CreateUnit {
            kind: UnitKind::Project,
            place: Place { parent: None, head: None },
            profile: Profile { name: "夕阳红".to_owned(), ..Profile::default() },
            since: day("2026-03-02"),
        };
        let project: Subject = units::create(&head, fresh(project)).await.unwrap().into();
        assert_eq!(submit(&officer, fresh(walk(project, "2026-09-09"))).await, Err(Refusal::NotFound), "only sites");
    }

    /// Proves QUA-10.
    async fn an_evaluator_sees_a_register_within_the_period_and_masked(world: World) {
        let world = with_fire_walks(world).await;
        let head = world.staff(QS01, Role::Head).await;
        let (near, far) = (site(&head, "白鹤站", "2026-03-02").await, site(&head, "江边站", "2026-03-03").await);
        world.set_clock("2026-09-10T09:00");
        let (officer, head) = (world.staff(QS01, Role::SafetyOfficer).await, world.staff(QS01, Role::Head).await);
        let early = approved((&officer, &head), walk(near, "2026-05-20")).await;
        let mut told_by = walk(near, "2026-09-09");
        told_by.answers.extend(answers([("told_by", "欧阳小明"), ("found", "欧阳小明说灭火器压力不足，打13800138000找小明。")]));
        let within = approved((&officer, &head), told_by).await;
        world.set_clock("2027-01-12T09:00");
        let (officer, head) = (world.staff(QS01, Role::SafetyOfficer).await, world.staff(QS01, Role::Head).await);
        let later = approved((&officer, &head), walk(far, "2027-01-11")).await;
        approved((&officer, &head), walk(far, "2027-01-12")).await;
        let neighbour = world.staff(QS02, Role::Head).await;
        let theirs = site(&neighbour, "梅园站", "2026-03-02").await;
        let their_officer = world.staff(QS02, Role::SafetyOfficer).await;
        let theirs = approved((&their_officer, &neighbour), walk(theirs, "2026-12-30")).await;

        let scope = evaluator(&world, &[QS01], &[Kind::papers("fire_walk")]).await;
        let houses = evaluations::registers(&scope).await.unwrap();
        let registers: Vec<_> = houses.iter().flat_map(|house| &house.registers).map(|(known, _)| &*known.key).collect();
        assert_eq!((houses.len(), &*registers), (1, &["fire_walk"][..]), "one house, and no register of cases");
        let expected = [
            ("白鹤站".to_owned(), vec![Standing::Met]),
            // Made up for by a paper of the next year, which stays closed itself.
            ("江边站".to_owned(), vec![Standing::MetLate]),
        ];
        assert_eq!(told(&houses[0].registers[0].1), expected, "the half-year that is judged, and no other");

        let page = evaluations::register(&scope, QS01, "fire_walk", None).await.unwrap();
        assert_eq!(told(&page.strips), expected);
        let rows: Vec<_> = page.papers.rows.iter().map(|row| (row.head.id, &*row.place)).collect();
        assert_eq!(rows, [(within, "白鹤站")]);
        assert!(page.strips.iter().flat_map(|strip| &strip.lines).all(|line| !line.place.opens), "nothing to write");

        let sheet = evaluations::paper(&scope, within).await.unwrap();
        assert_eq!(sheet.paper.answers["told_by"], "欧阳*明");
        assert_eq!(sheet.paper.answers["found"], "欧阳*明说灭火器压力不足，打138****8000找*明。");
        assert_eq!((&*sheet.place, &*sheet.paper.answers["result"]), ("白鹤站", "good"));
        assert!(!format!("{houses:?}{page:?}{sheet:?}").contains("小明"));

        // Begun by somebody and not handed in.
        let draft = keep_draft(&officer, fresh(walk(near, "2026-11-02"))).await.unwrap();
        for (what, id) in [("earlier", early), ("later", later), ("another house's", theirs), ("a draft", draft)] {
            assert_eq!(evaluations::paper(&scope, id).await.map(drop), Err(Refusal::NotFound), "{what}");
        }
        for (house, register) in [(QS02, "fire_walk"), ("nowhere", "fire_walk"), (QS01, "record"), (QS01, "nothing")] {
            let page = evaluations::register(&scope, house, register, None).await;
            assert_eq!(page.map(drop), Err(Refusal::NotFound), "{house} {register}");
        }
        let views = [
            r#"{"view":"registers"}"#,
            r#"{"register":"fire_walk","view":"register"}"#,
            r#"{"register":"fire_walk","view":"paper"}"#,
        ];
        assert_eq!(looks(&world, QS01).await, views, "each look once, and what was not shown not at all");
        assert!(looks(&world, QS02).await.is_empty());

        world.set_clock("2027-06-30T18:00");
        assert_eq!(evaluations::registers(&scope).await.map(drop), Err(Refusal::NotFound));
        assert_eq!(evaluations::paper(&scope, within).await.map(drop), Err(Refusal::NotFound));
        assert_eq!(looks(&world, QS01).await.len(), 3);
    }

    /// Proves SEC-07.
    async fn a_register_that_is_not_named_stays_closed_to_an_evaluator(world: World) {
        let world = with_fire_walks(world).await;
        let head = world.staff(QS01, Role::Head).await;
        let near = site(&head, "白鹤站", "2026-03-02").await;
        world.set_clock("2026-09-10T09:00");
        let (officer, head) = (world.staff(QS01, Role::SafetyOfficer).await, world.staff(QS01, Role::Head).await);
        let paper = approved((&officer, &head), walk(near, "2026-09-09")).await;

        let scope = evaluator(&world, &[QS01], &[Kind::papers("record")]).await;
        assert!(evaluations::registers(&scope).await.unwrap().iter().all(|house| house.registers.is_empty()));
        let page = evaluations::register(&scope, QS01, "fire_walk", None).await;
        assert_eq!(page.map(drop), Err(Refusal::NotFound));
        assert_eq!(evaluations::paper(&scope, paper).await.map(drop), Err(Refusal::NotFound));
    }

    /// Proves SEC-01.
    async fn a_district_sees_how_a_register_stands_and_no_paper(world: World) {
        let world = with_fire_walks(world).await;
        let head = world.staff(QS01, Role::Head).await;
        let (near, _) = (site(&head, "白鹤站", "2026-03-02").await, site(&head, "江边站", "2026-03-03").await);
        world.set_clock("2026-09-10T09:00");
        let (officer, head) = (world.staff(QS01, Role::SafetyOfficer).await, world.staff(QS01, Role::Head).await);
        approved((&officer, &head), walk(near, "2026-09-09")).await;
        submit(&officer, fresh(walk(near, "2026-09-10"))).await.unwrap();

        let district = world.oversight(HAIZHU).await;
        let before = world.everything().await;
        let (station, registers) = oversight::registers(&district, QS01).await.unwrap();
        assert_eq!(station.slug, QS01);
        let strips = &registers.iter().find(|(register, _)| register.key == "fire_walk").unwrap().1;
        let expected = [("白鹤站".to_owned(), vec![Standing::Met]), ("江边站".to_owned(), vec![Standing::Open])];
        assert_eq!(told(strips), expected);
        assert_eq!(strips[0].lines[0].waiting, 1);
        assert!(!format!("{registers:?}").contains("压力正常"));
        assert_eq!(world.changed_since(&before).await, BTreeMap::new(), "a number leaves no trace");

        let other = world.oversight(PANYU).await;
        assert_eq!(oversight::registers(&other, QS01).await.map(drop), Err(Refusal::NotFound));
        let unseen = REGISTER.replace(r#"district = "numbers""#, r#"district = "never""#);
        let world = with_register(world, &unseen).await;
        let (_, registers) = oversight::registers(&world.oversight(HAIZHU).await, QS01).await.unwrap();
        assert!(registers.iter().all(|(register, _)| register.key != "fire_walk"), "{registers:?}");
    }

    async fn whoever_only_writes_sees_where_and_nothing_else(world: World) {
        let read = |line: &str| line.starts_with("read = ");
        let narrow = REGISTER.lines().map(|line| if read(line) { "read = { head = \"all\" }" } else { line });
        let world = with_register(world, &narrow.collect::<Vec<_>>().join("\n")).await;
        world.set_clock("2026-09-10T09:00");
        let head = world.staff(QS01, Role::Head).await;
        let officer = world.staff(QS01, Role::SafetyOfficer).await;
        let near = site(&head, "白鹤站", "2026-01-01").await;
        submit(&officer, fresh(walk(near, "2026-09-09"))).await.unwrap();
        let page = shown(&officer).await;
        assert!(!page.reads && page.papers.rows.is_empty() && page.strips.is_empty(), "{page:?}");
        assert_eq!(page.places.iter().map(|place| place.file).collect::<Vec<_>>(), [near]);
        assert!(registers::overview(&officer).await.unwrap().iter().any(|(register, _)| register.key == "fire_walk"));
        assert_eq!(shown(&head).await.papers.rows.len(), 1);
        let other = world.staff(QS01, Role::Finance).await;
        assert_eq!(registers::page(&other, "fire_walk", &PaperFilter::default(), &Slice::default()).await.map(drop), Err(Refusal::NotFound));
    }
}

/// A paper of a register, filled in beside what is said here.
pub fn filled(scope: &StaffScope, register: &str, file: Subject, said: Answers) -> Submit {
    let known = scope.registers();
    let form = known.form(known.get(register).unwrap()).unwrap();
    let words = |_: &TemplateField| "先报警，再疏散，到操场集合。".to_owned();
    let pen = Pen { now: scope.now(), member: scope.member(), unit: None, words: &words };
    let answers = pen.fill(form, Setting { today: scope.now().day(), packs: scope.organisation().packs }, said);
    let (register, template, why) = (register.to_owned(), form.version, String::new());
    let (about, replaces, draft) = (None, None, None);
    Submit { register, file, template, about, replaces, draft, answers, why }
}
