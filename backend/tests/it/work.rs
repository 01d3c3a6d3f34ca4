//! The one table of what is to be done: its order, whose names are on it for whom, and what never is.

use crate::registers::{self, site};
use crate::story::*;
use crate::world::*;
use backend::StaffScope;
use backend::members::{HandOver, hand_over};
use backend::paperwork::{self, Submit, decide};
use backend::registers::{Line, Upkeep};
use backend::work::{Pending, What, Whose, Work, WorkTable, queue, table};
use domain::access::{Object, Role};
use domain::ids::{CaseId, PaperId};
use domain::packs::Pack;
use domain::papers::Deed;
use domain::rules::{Consequence, RuleId, Standing};
use std::collections::BTreeSet;

/// What of a rule puts it on somebody's table.
const TELLS: [Consequence; 2] = [Consequence::Todo, Consequence::Warn];

/// A row in a word: its rule, or what is to be done with which register's paper.
fn word(work: &Work) -> String {
    match &work.what {
        What::Duty(row) => row.duty.rule.to_string(),
        What::Returned(paper, _) => format!("{} returned", paper.register.key),
        What::Decide(paper, _) => format!("{} to decide", paper.register.key),
        What::Draft(paper) => format!("{} draft", paper.register.key),
    }
}

fn words(table: &WorkTable) -> Vec<String> {
    table.rows.iter().map(word).collect()
}

/// The papers of others that wait for this member: on the table and in the queue the same.
pub async fn to_decide(scope: &StaffScope) -> Vec<Pending> {
    let waiting = |work: Work| match work.what {
        What::Decide(paper, _) => Some(paper),
        _ => None,
    };
    let table: Vec<Pending> = seen(scope).await.rows.into_iter().filter_map(waiting).collect();
    let ids = |papers: Vec<PaperId>| papers.into_iter().collect::<BTreeSet<_>>();
    let queue = queue(scope).await.unwrap().rows.iter().map(|row| row.paper.id).collect();
    assert_eq!(ids(queue), ids(table.iter().map(|paper| paper.id).collect()));
    table
}

async fn seen(scope: &StaffScope) -> WorkTable {
    table(scope, false).await.unwrap()
}

/// How the person of the only file on the table is called there.
fn whose(table: &WorkTable) -> &Whose {
    &table.rows.first().unwrap().whose
}

async fn draft(scope: &StaffScope, case: CaseId, register: &str, replaces: Option<PaperId>) -> PaperId {
    let half = answers([("situation", "独居。"), ("content", "陪诊。")]);
    keep_draft(scope, Submit { replaces, ..filled(case, register, half) }).await.unwrap()
}

on_both_engines! {
    async fn late_first_then_what_is_due_then_what_has_no_time(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        story.appoint(case, "2026-03-02T10:00").await.unwrap();
        world.set_clock("2026-03-10T09:00");
        story.appoint(case, "2026-03-10T08:00").await.unwrap();
        story.appoint(case, "2026-06-10T08:00").await.unwrap();
        let back = story.write(case, moment("2026-03-09T10:00")).await.unwrap();
        world.pass_minutes(5);
        story.send_back(back, "请写明效果。\n另外，时间不对。").await.unwrap();
        let waits = story.write(case, moment("2026-03-09T15:00")).await.unwrap();
        draft(&story.worker, case, "assessment", None).await;

        let worker = seen(&story.worker).await;
        assert_eq!(words(&worker), ["PLN-08", "PLN-08", "record returned", "assessment draft"]);
        let late = |work: &Work| matches!(&work.what, What::Duty(row) if row.duty.standing(world.backend.now()).is_late());
        assert_eq!(worker.rows.iter().map(late).collect::<Vec<_>>(), [true, false, false, false]);
        let What::Returned(paper, reason) = &worker.rows[2].what else { panic!("{:?}", worker.rows[2]) };
        assert_eq!((paper.id, reason.as_str()), (back, "请写明效果。"), "the first line says why");
        let now = worker.figures;
        assert_eq!((now.overdue, now.week, now.later, worker.to_decide), (1, 1, 1, 0), "what is far off is counted");

        let supervisor = seen(&story.supervisor).await;
        assert_eq!(words(&supervisor), ["PLN-08", "PLN-08", "record to decide"], "others' drafts are nobody's affair");
        let What::Decide(paper, by) = &supervisor.rows[2].what else { panic!("{:?}", supervisor.rows[2]) };
        assert_eq!((paper.id, by.as_str(), supervisor.to_decide), (waits, story.worker.name(), 1));
        assert!(words(&table(&story.supervisor, true).await.unwrap()) == ["record to decide"], "who owes nothing");
    }

    async fn the_name_whole_for_ones_own_masked_for_who_may_open_it_and_else_the_number(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let number = story.file(case).await.number;
        story.appoint(case, "2026-03-02T08:00").await.unwrap();
        let own = whose(&seen(&story.worker).await).clone();
        let file = case.into();
        assert_eq!(own, Whose { file, name: Some("王小明".to_owned()), number: number.clone(), opens: true });
        for scope in [&story.supervisor, &story.head] {
            let other = whose(&seen(scope).await).clone();
            assert_eq!(other, Whose { file, name: Some("王*明".to_owned()), number: number.clone(), opens: true });
        }
        let intake = whose(&seen(&story.intake).await).clone();
        assert_eq!(intake, Whose { file, name: Some("王*明".to_owned()), number: number.clone(), opens: false }, "clients, no cases");

        // Nobody sees all duties without seeing clients; where a district thinks otherwise, the number has to do.
        let rights = include_str!("../../policy/rights.policy");
        let blind = rights.replace("client read     all    all          all ", "client read     all    all          ·   ");
        assert_ne!(rights, blind);
        let backend = world.backend.under_policy(&blind).await.unwrap();
        let intake = backend.staff(world.account(QS01, Role::Intake).await, QS01).await.unwrap();
        assert_eq!(whose(&seen(&intake).await), &Whose { file, name: None, number, opens: false });
    }

    async fn an_application_has_its_applicants_name_before_there_is_a_client(world: World) {
        let story = Story::begin(&world, QS02).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        story.accept(application).await.unwrap();
        let (handler, other) = (seen(&story.intake).await, seen(&story.head).await);
        assert_eq!(words(&handler).first().map(String::as_str), Some(RuleId::INT_07.to_string().as_str()));
        assert_eq!((whose(&handler).name.as_deref(), whose(&other).name.as_deref()), (Some("王小明"), Some("王*明")));
        assert_eq!(whose(&other).file.kind, Object::Application);
    }

    async fn a_paper_that_was_sent_back_waits_until_it_is_written_anew(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let first = story.hand_in(case, "assessment", assessment()).await.unwrap();
        story.send_back(first, "请写明方法。").await.unwrap();
        assert_eq!(words(&seen(&story.worker).await), ["assessment returned"]);
        let begun = draft(&story.worker, case, "assessment", Some(first)).await;
        assert_eq!(words(&seen(&story.worker).await), ["assessment returned"], "its draft is the same matter");
        let anew = Submit { replaces: Some(first), draft: Some((begun, 1)), ..filled(case, "assessment", assessment()) };
        let second = submit(&story.worker, anew).await.unwrap();
        assert_eq!(words(&seen(&story.worker).await), [""; 0]);
        decide(&story.worker, decision(second, Deed::Withdraw).seen(2)).await.unwrap();
        assert_eq!(words(&seen(&story.worker).await), ["assessment returned"], "what was taken back stands in nobody's place");
        story.hand_in(case, "assessment", assessment()).await.unwrap();
        assert_eq!(words(&seen(&story.worker).await), [""; 0], "of those there is only one at a time");
    }

    async fn nobody_sees_what_is_not_theirs(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let back = story.hand_in(case, "assessment", assessment()).await.unwrap();
        story.send_back(back, "请写明方法。").await.unwrap();
        draft(&story.worker, case, "plan", None).await;
        assert_eq!(words(&seen(&story.worker).await), ["assessment returned", "plan draft"]);

        let finance = world.staff(QS01, Role::Finance).await;
        let colleague = world.colleague(QS01).await;
        for other in [&colleague, &finance, &story.supervisor] {
            assert_eq!(words(&seen(other).await), [""; 0]);
        }
        let neighbour = Story::begin(&world, QS02).await;
        for other in [&neighbour.worker, &neighbour.supervisor, &neighbour.head] {
            let table = seen(other).await;
            assert_eq!((words(&table).len(), table.figures, table.to_decide), (0, Default::default(), 0));
        }
    }

    /// Proves SAF-02, SAF-04, SAF-06, SAF-11, SAF-12, SAF-18.
    async fn what_comes_again_is_told_to_whoever_sees_to_it(world: World) {
        let house = world.with_pack(Pack::P).await;
        let [head, officer] = [world.staff(house, Role::Head).await, world.staff(house, Role::SafetyOfficer).await];
        let worker = world.staff(house, Role::SocialWorker).await;
        let hall = site(&head, "东门站", "2026-01-01").await;
        world.set_clock("2026-05-04T09:00");
        let patrols = async |scope: &StaffScope, mine: bool| -> Vec<(Standing, Vec<String>)> {
            let pressing = table(scope, mine).await.unwrap().upkeep.into_iter();
            let patrols = pressing.filter(|pressing| pressing.register.key == "site_patrol");
            let names = |lines: &[Line]| lines.iter().map(|line| line.place.name.clone()).collect();
            patrols.map(|pressing| (pressing.standing, names(&pressing.strip.lines))).collect()
        };
        let hall_is = |standing| vec![(standing, vec!["东门站".to_owned()])];
        assert_eq!(patrols(&officer, true).await, hall_is(Standing::Late));
        assert_eq!(patrols(&head, false).await, hall_is(Standing::Late), "whoever sees all duties sees it too");
        assert_eq!(patrols(&head, true).await, [], "and owes it not");
        assert_eq!(patrols(&worker, false).await, []);

        let patrol = answers([("checked_on", "2026-05-04")]);
        paperwork::submit(&officer, fresh(registers::filled(&officer, "site_patrol", hall, patrol))).await.unwrap();
        assert_eq!(patrols(&officer, true).await, []);
        world.set_clock("2026-05-27T09:00");
        assert_eq!(patrols(&officer, true).await, [], "eight days ahead nobody is told");
        world.set_clock("2026-05-28T09:00");
        assert_eq!(patrols(&officer, true).await, hall_is(Standing::Due));

        let told = table(&head, false).await.unwrap().upkeep;
        let tells = |pressing: &Upkeep| pressing.strip.asked_by().unwrap().consequences.clone();
        assert!(told.iter().all(|pressing| tells(pressing).iter().any(|follows| TELLS.contains(follows))), "{told:?}");
        let neighbour = world.staff(QS02, Role::Head).await;
        let named = |pressing: &Upkeep| pressing.strip.lines.iter().any(|line| line.place.name == "东门站");
        assert!(!table(&neighbour, false).await.unwrap().upkeep.iter().any(named));
    }

    async fn what_was_handed_over_is_no_longer_ones_own(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        story.appoint(case, "2026-03-02T08:00").await.unwrap();
        let back = story.write(case, moment("2026-03-02T08:30")).await.unwrap();
        story.send_back(back, "请写明效果。").await.unwrap();
        assert_eq!(words(&seen(&story.worker).await), ["PLN-08", "record returned"]);
        let colleague = world.colleague(QS01).await;
        let (from, to) = (story.worker.member(), colleague.member());
        hand_over(&story.head, fresh(HandOver { from, to })).await.unwrap();
        assert_eq!(words(&seen(&story.worker).await), [""; 0]);
        assert_eq!(whose(&seen(&colleague).await).name.as_deref(), Some("王小明"));
    }
}
