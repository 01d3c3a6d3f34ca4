//! A register is two files: its list, its duty, its papers' life and everything around it follow from them.

use crate::export::exported;
use crate::story::answers;
use crate::world::*;
use backend::StaffScope;
use backend::listing::Slice;
use backend::paperwork::{Decide, Submit, decide, open, sheet, submit};
use backend::registers::{PaperFilter, RegisterPage, page};
use backend::units::{self, CreateUnit, Place, Profile};
use domain::access::{Object, Role};
use domain::events::Subject;
use domain::forms::FormTemplate;
use domain::ids::PaperId;
use domain::papers::{Deed, PaperState};
use domain::refusal::{Problem, Refusal};
use domain::registers::Registers;
use domain::rules::Standing;
use domain::units::UnitKind;
use std::sync::Arc;

const REGISTER: &str = include_str!("../registers/fire_walk.toml");
const FORM: &str = include_str!("../registers/fire_walk_form.toml");

/// The world with one more register.
async fn with_fire_walks(mut world: World) -> World {
    let registers = Registers::builtin().as_ref().clone().with_form(FormTemplate::parse(FORM).unwrap());
    let registers = registers.with_registers(&[("fire_walk.toml", REGISTER)]).unwrap();
    world.backend = world.backend.with_registers(Arc::new(registers)).await.unwrap();
    world
}

async fn site(head: &StaffScope, name: &str, since: &str) -> Subject {
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

async fn decided(scope: &StaffScope, paper: PaperId, deed: Deed, reason: &str) -> Result<(), Refusal> {
    let seen = open(scope, paper).await.unwrap().paper.head.version;
    decide(scope, fresh(Decide { paper, deed, reason: reason.to_owned() }).seen(seen)).await
}

async fn shown(scope: &StaffScope) -> RegisterPage {
    page(scope, "fire_walk", &PaperFilter::default(), &Slice::default()).await.unwrap()
}

/// How each site stands, period by period.
fn standings(page: &RegisterPage) -> Vec<(String, Vec<Standing>)> {
    let lines = page.strips.iter().flat_map(|strip| &strip.lines);
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
        assert_eq!(page.papers.rows[0].head.number.as_deref(), Some("QS01/XC/2026/001"));

        // Sent back, written anew under the same number, approved by somebody else.
        assert!(matches!(decided(&officer, paper, Deed::Approve, "").await, Err(Refusal::Forbidden)));
        decided(&head, paper, Deed::Return, "写明几具灭火器").await.unwrap();
        let anew = Submit { replaces: Some(paper), ..walk(near, "2026-09-09") };
        let anew = submit(&officer, fresh(anew)).await.unwrap();
        decided(&head, anew, Deed::Approve, "").await.unwrap();
        let file = open(&officer, anew).await.unwrap();
        assert_eq!(file.paper.head.number.as_deref(), Some("QS01/XC/2026/001"));
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
        let of_far = backend::registers::page(&head, "fire_walk", &filter, &Slice::default()).await.unwrap();
        assert_eq!(of_far.papers.rows.iter().map(|row| &*row.place).collect::<Vec<_>>(), ["江边站", "江边站"]);
        assert_eq!(of_far.papers.rows[0].head.answer("result").as_deref(), Some("good"));

        // What it says leaves the house with the export, its form with it.
        let (_, files) = exported(&world, QS01).await;
        let papers = files.lines("papers");
        assert_eq!(papers.iter().filter(|row| row["register"] == "fire_walk").count(), 4);
        assert!(files.lines("forms").iter().any(|form| form["key"] == "fire_walk"));
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
}
