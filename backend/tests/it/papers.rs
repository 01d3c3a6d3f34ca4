//! Papers: one way for every register, whatever the form, the file and the number of those who decide.

use crate::evaluations::engage;
use crate::export::exported;
use crate::road::Road;
use crate::story::*;
use crate::work::to_decide;
use crate::world::*;
use backend::cases::{self, Begin, CaseFile, begin};
use backend::clients::{self, AddClient, ClientOrigin};
use backend::members::{RevokeRole, revoke_role};
use backend::papers::{Fact, Head};
use backend::paperwork::{Submit, decide, open, sheet};
use backend::{StaffScope, evaluations};
use domain::access::{Object, Role};
use domain::cases::{CaseState, Origin};
use domain::forms::Answers;
use domain::ids::{CaseId, PaperId};
use domain::papers::{Deed, PaperState, not_by_its_author};
use domain::refusal::{Problem, Refusal};
use domain::registers::{Kind, Register, Registers};
use domain::rules::{RuleId, Standing};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A register that does not come with the program: two levels decide.
const HOME_HELP: &str = r#"
key = "home_help"
title = { zh = "居家安排", en = "Home help" }
area = "PLN"
norm = []
life = "approval"
form = "discussion"
lies_in = "case"
while = ["opened", "serving"]
occurred = "occurred_at"
gist = "discussion"
signs = []
level = [{ role = "supervisor" }, { role = "head" }]
[rights]
write = { supervisor = "all", social_worker = "own" }
read = { head = "all", supervisor = "all", social_worker = "own" }
decide = { head = "all", supervisor = "all" }
[seen_by]
district = "never"
evaluator = "masked"
[keep]
archive = "service"
"#;

/// The registers that come with the program.
pub fn builtin() -> Registers {
    Registers::builtin().as_ref().clone()
}

/// The same with home help.
fn with_home_help() -> Registers {
    builtin().with_registers(&[("home_help.toml", HOME_HELP)]).unwrap()
}

/// The world under other registers.
pub async fn under(mut world: World, registers: Registers) -> World {
    world.backend = world.backend.with_registers(Arc::new(registers)).await.unwrap();
    world
}

fn wrong_state<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> String {
    match outcome {
        Err(Refusal::WrongState { text }) => text.zh.into_owned(),
        other => panic!("{other:?} is no wrong state"),
    }
}

/// Changes of the state of papers, each as `submitted approved`, sorted.
async fn transitions(world: &World) -> Vec<String> {
    let question = "SELECT from_state || ' ' || to_state FROM transitions WHERE subject_kind = 'paper'";
    let mut steps = world.owner().await.column(question).await;
    steps.sort();
    steps
}

/// What an attempt has changed among the papers.
async fn changed_papers(world: &World, before: &Everything) -> Vec<String> {
    let changed = world.changed_since(before).await.into_keys();
    changed
        .filter(|table| ["papers", "paper_facts", "transitions", "cases", "obligations"].contains(&&**table))
        .collect()
}

async fn head_of(scope: &StaffScope, paper: PaperId) -> Head {
    open(scope, paper).await.unwrap().paper.head
}

on_both_engines! {
    async fn a_paper_is_shown_by_the_form_that_was_filled_in(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let old = story.hand_in(case, "assessment", assessment()).await.unwrap();
        story.approve(old).await.unwrap();

        let registers = builtin();
        let mut second = registers.form(registers.get("assessment").unwrap()).unwrap().as_ref().clone();
        second.version = 2;
        second.title.zh = "第二版评估报告".into();
        let world = under(world, registers.with_form(second)).await;
        let worker = world.staff(QS01, Role::SocialWorker).await;
        world.pass_minutes(1);
        let before = world.everything().await;
        let stale = submit(&worker, filled(case, "assessment", assessment())).await;
        assert_eq!(wrong_state(stale), "这份表单已更新为第 2 版。您填写的都在，请核对后再提交。");
        assert_eq!(world.changed_since(&before).await, BTreeMap::new());

        let new = Submit { template: 2, ..filled(case, "assessment", assessment()) };
        let new = submit(&worker, new).await.unwrap();
        for (paper, version, title) in [(old, 1, "服务需求评估报告"), (new, 2, "第二版评估报告")] {
            let file = open(&worker, paper).await.unwrap();
            assert_eq!((file.paper.head.template, file.form.version, &*file.form.title.zh), (version, version, title));
            assert_eq!(file.paper.answers, assessment());
        }

        // What leaves the house can be read without the program: each paper by the form that it names.
        let (_, export) = exported(&world, QS01).await;
        let (registers, forms) = (export.lines("registers"), export.lines("forms"));
        for (paper, title) in [(old, "服务需求评估报告"), (new, "第二版评估报告")] {
            let row = export.lines("papers").into_iter().find(|row| row["id"] == paper.uuid().to_string()).unwrap();
            let register = registers.iter().find(|register| register["key"] == row["register"]).unwrap();
            let named = |form: &&Value| form["key"] == register["form"] && form["version"] == row["template"];
            assert_eq!(forms.iter().find(named).unwrap()["title"]["zh"], title);
        }
    }

    async fn of_two_who_decide_at_once_one_is_too_late(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let paper = story.hand_in(case, "assessment", assessment()).await.unwrap();
        let back = decision_because(paper, Deed::Return, "请补充。");
        let (one, other) =
            tokio::join!(decide(&story.supervisor, decision(paper, Deed::Approve)), decide(&story.head, back));
        let (done, refused): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
        assert_eq!(done.len(), 1, "{refused:?}");
        assert!(matches!(refused[0], Err(Refusal::Stale | Refusal::WrongState { .. })), "{refused:?}");
        assert_eq!(transitions(&world).await.len(), 1);

        // A draft that was kept in another window meanwhile is not written over.
        let draft = |id| Submit { draft: Some(id), ..filled(case, "assessment", assessment()) };
        let kept = keep_draft(&story.worker, filled(case, "assessment", assessment())).await.unwrap();
        keep_draft(&story.worker, draft((kept, 1))).await.unwrap();
        assert_eq!(keep_draft(&story.worker, draft((kept, 1))).await, Err(Refusal::Stale));
        assert_eq!(submit(&story.worker, draft((kept, 1))).await, Err(Refusal::Stale));
    }

    async fn neither_the_author_decides_nor_who_no_longer_may(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let own = submit(&story.supervisor, filled(case, "record", record(world.backend.now()))).await.unwrap();
        let of_worker = story.write(case, world.backend.now()).await.unwrap();
        let before = world.everything().await;
        for deed in [Deed::Approve, Deed::Return] {
            let command = decision_because(own, deed, "再写。");
            assert_eq!(decide(&story.supervisor, command).await, Err(not_by_its_author()));
        }
        assert_eq!(changed_papers(&world, &before).await, Vec::<String>::new());

        // Whoever was signed in before the role ended.
        let (member, role) = (story.supervisor.member(), Role::Supervisor);
        revoke_role(&story.head, fresh(RevokeRole { member, role })).await.unwrap();
        assert_eq!(story.approve(of_worker).await, Err(Refusal::Forbidden));
        assert_eq!(head_of(&story.head, of_worker).await.state, PaperState::Submitted);
    }

    async fn level_by_level_each_in_its_turn(world: World) {
        let world = under(world, with_home_help()).await;
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let paper = story.hand_in(case, "home_help", discussion(world.backend.now())).await.unwrap();
        let by = |version, deed| decision(paper, deed).seen(version);
        let waits = async |scope| to_decide(scope).await.iter().any(|waiting| waiting.id == paper);

        assert_eq!((waits(&story.supervisor).await, waits(&story.head).await), (true, false));
        let early = wrong_state(decide(&story.head, by(1, Deed::Approve)).await);
        assert!(early.contains("现在由督导审核"), "{early}");
        decide(&story.supervisor, by(1, Deed::Approve)).await.unwrap();
        assert_eq!(head_of(&story.head, paper).await.state, PaperState::Reviewed);

        assert_eq!((waits(&story.supervisor).await, waits(&story.head).await), (false, true));
        let again = wrong_state(decide(&story.supervisor, by(2, Deed::Approve)).await);
        assert!(again.contains("现在由站长审核"), "{again}");
        // The last level approves: it cannot pass on to a level that is not there, where anybody would decide.
        wrong_state(decide(&story.head, by(2, Deed::Review)).await);
        decide(&story.head, by(2, Deed::Approve)).await.unwrap();
        let head = head_of(&story.head, paper).await;
        assert_eq!((head.state, head.level, head.reviewer), (PaperState::Approved, 2, Some(story.head.member())));
        assert!(!waits(&story.head).await);

        let steps = "SELECT actor, from_state, to_state FROM transitions WHERE subject_kind = 'paper'
                     ORDER BY CASE from_state WHEN 'submitted' THEN 1 ELSE 2 END";
        let steps = world.owner().await.rows(steps).await;
        let by = |scope: &StaffScope| format!("member:{}", scope.member());
        assert_eq!(
            steps,
            [
                [by(&story.supervisor), "submitted".into(), "reviewed".into()],
                [by(&story.head), "reviewed".into(), "approved".into()],
            ]
        );
    }

    /// Proves SEC-01.
    async fn nothing_is_written_where_one_has_no_business(world: World) {
        let road = Road::at(&world, QS01).await;
        let story = &road.story;
        let case = story.serve(&world).await;
        let paper = story.write(case, world.backend.now()).await.unwrap();
        let draft = keep_draft(&story.worker, filled(case, "record", record(world.backend.now()))).await.unwrap();
        let two = Story::begin(&world, QS02).await;
        let elsewhere = two.serve(&world).await;
        let theirs = two.write(elsewhere, world.backend.now()).await.unwrap();
        let colleague = world.colleague(QS01).await;

        let before = world.everything().await;
        let attempt = || filled(case, "record", record(world.backend.now()));
        // A neighbour's: nothing is there.
        assert_eq!(submit(&two.worker, attempt()).await, Err(Refusal::NotFound));
        assert_eq!(keep_draft(&two.worker, attempt()).await, Err(Refusal::NotFound));
        assert_eq!(sheet(&two.worker, "record", case.into(), (None, None)).await.unwrap_err(), Refusal::NotFound);
        assert_eq!(decide(&two.supervisor, decision(paper, Deed::Approve)).await, Err(Refusal::NotFound));
        assert_eq!(open(&two.head, paper).await.unwrap_err(), Refusal::NotFound);
        for odd in [
            Submit { about: Some(theirs), ..attempt() },
            Submit { replaces: Some(theirs), ..attempt() },
            Submit { draft: Some((theirs, 1)), ..attempt() },
            Submit { file: elsewhere.into(), ..attempt() },
        ] {
            assert_eq!(submit(&story.worker, odd.clone()).await, Err(Refusal::NotFound), "{odd:?}");
        }
        // A colleague's: one's own reach ends before it.
        assert_eq!(open(&colleague, paper).await.unwrap_err(), Refusal::NotFound);
        assert_eq!(sheet(&colleague, "record", case.into(), (None, None)).await.unwrap_err(), Refusal::NotFound);
        assert_eq!(submit(&colleague, attempt()).await, Err(Refusal::Forbidden));
        assert_eq!(decide(&colleague, decision(paper, Deed::Withdraw)).await, Err(Refusal::Forbidden));
        assert_eq!(changed_papers(&world, &before).await, Vec::<String>::new());

        // The case is closed meanwhile.
        road.close(case).await;
        let before = world.everything().await;
        let late = Submit { draft: Some((draft, 1)), ..attempt() };
        assert!(wrong_state(submit(&story.worker, late).await).contains("已结案"));
        assert!(wrong_state(submit(&story.worker, attempt()).await).contains("已结案"));
        assert_eq!(changed_papers(&world, &before).await, Vec::<String>::new());
    }

    async fn a_draft_is_its_author_s_alone(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let half = answers([("situation", "独居。"), ("no such field", "x")]);
        let draft = keep_draft(&story.worker, filled(case, "assessment", half)).await.unwrap();
        let going_on = |version| Submit { draft: Some((draft, version)), ..filled(case, "assessment", assessment()) };

        for other in [&story.supervisor, &story.head] {
            let file = cases::open(other, case).await.unwrap();
            assert_eq!((file.papers.len(), file.folder.heads.len()), (0, 0), "not in the list");
            assert_eq!(open(other, draft).await.unwrap_err(), Refusal::NotFound, "nor by its id");
            assert_eq!(submit(other, going_on(1)).await, Err(Refusal::NotFound));
            assert_eq!(keep_draft(other, going_on(1)).await, Err(Refusal::NotFound));
            assert_eq!(decide(other, decision(draft, Deed::Withdraw)).await, Err(Refusal::NotFound));
            assert!(to_decide(other).await.is_empty());
        }
        // Who does not know of it writes all the same.
        let meanwhile = submit(&story.supervisor, filled(case, "assessment", assessment())).await.unwrap();
        decide(&story.head, decision(meanwhile, Deed::Approve)).await.unwrap();

        let sheet = sheet(&story.worker, "assessment", case.into(), (None, None)).await.unwrap();
        assert_eq!((sheet.draft, sheet.keeps_drafts, sheet.outcome), (Some((draft, 1)), true, Ok(())));
        assert_eq!(sheet.answers, answers([("situation", "独居。")]));
        keep_draft(&story.worker, going_on(1)).await.unwrap();
        submit(&story.worker, going_on(2)).await.unwrap();
        let head = head_of(&story.supervisor, draft).await;
        assert_eq!((head.state, head.author), (PaperState::Submitted, story.worker.member()));
        wrong_state(submit(&story.worker, going_on(3)).await);
        let serials: BTreeSet<i64> = story.file(case).await.of("assessment").map(|paper| paper.head.serial).collect();
        assert_eq!(serials, [1, 2].into());
    }

    /// Proves DAT-01.
    async fn every_change_of_state_leaves_a_transition(world: World) {
        const REASON: &str = "请写明怎样算按时。";
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let going_on = |id| Submit { draft: Some((id, 1)), ..filled(case, "assessment", assessment()) };
        let draft = keep_draft(&story.worker, filled(case, "assessment", assessment())).await.unwrap();
        submit(&story.worker, going_on(draft)).await.unwrap();
        decide(&story.worker, decision(draft, Deed::Withdraw).seen(2)).await.unwrap();
        let back = story.hand_in(case, "assessment", assessment()).await.unwrap();
        story.send_back(back, REASON).await.unwrap();
        story.assess(case).await.unwrap();
        let dropped = keep_draft(&story.worker, filled(case, "plan", plan())).await.unwrap();
        decide(&story.worker, decision(dropped, Deed::Withdraw)).await.unwrap();
        let paper = story.hand_in(case, "plan", plan()).await.unwrap();
        let said = story.hand_in_about(case, ("discussion", paper), discussion(world.backend.now())).await.unwrap();
        let again = Submit { about: Some(paper), replaces: Some(said), ..filled(case, "discussion", discussion(world.backend.now())) };
        submit(&story.worker, again).await.unwrap();
        story.approve(paper).await.unwrap();
        let cancelled = story.appoint(case, "2026-03-04T11:00").await.unwrap();
        decide(&story.worker, decision(cancelled, Deed::Cancel)).await.unwrap();
        let kept = story.appoint(case, "2026-03-02T09:00").await.unwrap();
        story.hand_in_about(case, ("record", kept), record(world.backend.now())).await.unwrap();

        assert_eq!(
            transitions(&world).await,
            [
                "draft submitted",
                "draft withdrawn",
                "planned cancelled",
                "planned held",
                "recorded replaced",
                "submitted approved",
                "submitted approved",
                "submitted returned",
                "submitted withdrawn",
            ]
        );
        let owner = world.owner().await;
        let reasons = "SELECT count(*) FROM transitions WHERE subject_kind = 'paper' AND reason IS NOT NULL";
        assert_eq!(owner.number(reasons).await, 1);
        assert_eq!(open(&story.worker, back).await.unwrap().paper.reason.as_deref(), Some(REASON));
        let sealed = format!("{:?}", world.everything().await["transitions"]);
        let hex: String = REASON.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!sealed.contains(REASON) && !sealed.to_lowercase().contains(&hex), "a reason is sealed");
        // Whoever is not where papers of its life begin has come there by a step.
        let lost = "SELECT count(*) FROM papers p WHERE state NOT IN ('draft', 'submitted', 'recorded', 'planned') AND NOT EXISTS
                    (SELECT 1 FROM transitions t WHERE t.subject_id = p.id AND t.to_state = p.state)";
        assert_eq!(owner.number(lost).await, 0);
    }

    /// Proves DAT-08, PLN-08.
    async fn what_was_sent_back_is_written_anew_beside_it_and_is_not_late_by_that(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let visit = story.appoint(case, "2026-03-03T10:00").await.unwrap();
        world.set_clock("2026-03-03T12:00");
        let happened = || record(moment("2026-03-03T10:00"));
        let first = story.hand_in_about(case, ("record", visit), happened()).await.unwrap();
        story.send_back(first, "请写明效果。").await.unwrap();
        world.set_clock("2026-03-30T09:00");
        let anew = || Submit { about: Some(visit), replaces: Some(first), ..filled(case, "record", happened()) };
        let second = submit(&story.worker, anew()).await.unwrap();
        wrong_state(submit(&story.worker, anew()).await);

        let [before, after] = [head_of(&story.worker, first).await, head_of(&story.worker, second).await];
        assert_eq!((before.state, before.replaces), (PaperState::Returned, None));
        assert_eq!((after.state, after.replaces, after.about), (PaperState::Submitted, Some(first), Some(visit)));
        assert_eq!(after.recorded, before.recorded, "written when it was first written");
        assert_eq!(after.submitted, Some(moment("2026-03-30T09:00")));
        let duties = story.file(case).await.duties;
        let owed: Vec<_> = duties.iter().filter(|duty| duty.duty.rule == RuleId::PLN_08).collect();
        let standings: Vec<_> = owed.iter().map(|duty| (duty.duty.subject.id, duty.duty.standing(world.backend.now()))).collect();
        assert_eq!(standings, [(visit.uuid(), Standing::Met)]);
    }

    async fn what_happened_is_kept_to_the_minute_and_within_its_file(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        world.set_clock("2026-03-09T15:00");
        let paper = story.write(case, moment("2026-03-09T10:20")).await.unwrap();
        assert_eq!(head_of(&story.worker, paper).await.occurred, Some(moment("2026-03-09T10:20")));
        for (occurred, problem) in [
            ("2026-03-09T15:01", Problem::FutureDay),
            ("2026-03-01T10:00", Problem::BeforeItsFile { since: day("2026-03-02") }),
        ] {
            let refusal = story.write(case, moment(occurred)).await.unwrap_err();
            assert_eq!(refusal, Refusal::field("occurred_at", problem));
        }
    }

    /// Proves SEC-04.
    async fn facts_are_numbers_moments_and_choices_and_never_words(world: World) {
        let road = Road::at(&world, QS01).await;
        let case = road.story.serve(&world).await;
        let visit = road.appoint(case, "2026-03-02T08:30").await;
        road.write(case, visit, "2026-03-02T08:30").await;
        keep_draft(&road.story.worker, filled(case, "assessment", assessment())).await.unwrap();
        road.close(case).await;
        let facts = head_of(&road.story.head, visit).await.facts;
        assert_eq!(facts["ends_at"], [Fact::Moment(moment("2026-03-02T08:30"))]);
        assert_eq!(facts["mode"], [Fact::Code("visit".to_owned())]);
        let file = road.story.file(case).await;
        let closing = &file.of("closing").next().unwrap().head;
        assert_eq!((closing.number("satisfaction"), closing.code("reason")), (Some(5), Some("goal_reached")));

        let kept = format!("{:?}", world.everything().await["paper_facts"]);
        let written = file.papers.iter().flat_map(|paper| {
            let form = Registers::builtin().form(Registers::builtin().get(&paper.head.register).unwrap()).unwrap();
            form.fields().filter(|field| !field.fact).filter_map(|field| paper.answers.get(&field.key).cloned())
        });
        let written: Vec<String> = written.filter(|answer| !answer.is_ascii()).collect();
        assert!(written.len() > 15, "{written:?}");
        for words in written {
            let hex: String = words.bytes().map(|byte| format!("{byte:02X}")).collect();
            assert!(!kept.contains(&words) && !kept.contains(&hex), "{words}");
        }
    }

    /// Proves CLO-11, PLN-09.
    async fn a_case_without_an_application_goes_the_whole_road(world: World) {
        let story = Story::begin(&world, QS01).await;
        let by_hand = fresh(AddClient {
            answers: answers([("name", "何婆婆"), ("phone", "13700137000")]),
            responsible: None,
            origin: ClientOrigin::Work,
        });
        let client = clients::add(&story.head, by_hand).await.unwrap().client;
        let asked = || Begin {
            client,
            service: story.service,
            origin: Origin::Crisis,
            responsible: story.worker.member(),
            accepted: moment("2026-03-02T08:00"),
        };
        let stranger = world.staff(QS02, Role::Head).await;
        let before = world.everything().await;
        assert_eq!(begin(&stranger, fresh(asked())).await, Err(Refusal::NotFound));
        let later = Begin { accepted: moment("2026-03-02T09:01"), ..asked() };
        assert_eq!(begin(&story.head, fresh(later)).await, Err(Refusal::field("accepted_at", Problem::FutureDay)));
        let applied = Begin { origin: Origin::Application, ..asked() };
        assert_eq!(begin(&story.head, fresh(applied)).await, Err(Refusal::field("origin", Problem::NotAChoice)));
        let to_nobody = Begin { responsible: story.intake.member(), ..asked() };
        assert!(matches!(begin(&story.head, fresh(to_nobody)).await, Err(Refusal::Invalid(_))));
        assert_eq!(world.changed_since(&before).await, BTreeMap::new());
        assert_eq!(begin(&story.worker, fresh(asked())).await, Err(Refusal::Forbidden));

        let case = begin(&story.supervisor, fresh(asked())).await.unwrap();
        story.assess(case).await.unwrap();
        story.plan(case).await.unwrap();
        let written = story.write(case, world.backend.now()).await.unwrap();
        story.approve(written).await.unwrap();
        story.finish(case).await.unwrap();
        story.tell(case).await.unwrap();
        story.close(case).await.unwrap();
        let file = story.file(case).await;
        assert_eq!((file.state, file.origin, file.application), (CaseState::Closed, Origin::Crisis, None));
        let all = Registers::builtin().openable().collect::<Vec<_>>();
        let (_, evaluator) = engage(&world, &[QS01], &all).await;
        let seen = evaluations::case_file(&evaluator, case).await.unwrap();
        assert!(seen.application.is_none() && seen.case.papers.len() == file.papers.len());
    }

    async fn one_text_adds_a_kind_of_paper(world: World) {
        let world = under(world, with_home_help()).await;
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let paper = story.hand_in(case, "home_help", discussion(world.backend.now())).await.unwrap();
        // Listed, with what may be done to it.
        let file = cases::open(&story.supervisor, case).await.unwrap();
        assert_eq!(file.of("home_help").map(|paper| paper.head.id).collect::<Vec<_>>(), [paper]);
        assert!(file.offers("home_help", Deed::Review, Some(paper)));
        assert_eq!(&*to_decide(&story.supervisor).await[0].register.title.zh, "居家安排");
        // Exported.
        let (_, memory) = exported(&world, QS01).await;
        let rows = memory.lines("papers");
        assert_eq!((rows.len(), &rows[0]["register"], &rows[0]["content"]["discussion"]), (1, &"home_help".into(), &"团队一致同意。".into()));
        // Evaluated.
        let kind = Kind::papers("home_help");
        let (_, evaluator) = engage(&world, &[QS01], std::slice::from_ref(&kind)).await;
        let seen = evaluations::case_file(&evaluator, case).await.unwrap();
        assert_eq!(seen.case.of("home_help").count(), 1);
        assert!(evaluations::overview(&evaluator).await.unwrap()[0].papers.contains(&(kind, 1)));
    }

    /// Whoever renders a page asks what may be done, and whoever does it asks the same: a walk through a case, on which
    /// everything is tried at every place, by everybody, whether it was offered or not.
    async fn what_is_offered_is_accepted_and_nothing_else(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let mut walk = Walk { world: &world, case, refused: BTreeSet::new(), accepted: BTreeMap::new() };
        let people = [&story.worker, &story.supervisor, &story.head];
        let mut states = BTreeSet::new();
        for _ in 0..200 {
            let state = story.file(case).await.state;
            states.insert(state);
            // The case itself goes on only when everything here was done once; it may take a second time until it can.
            let goes_on = walk.go(people, 1).await || story.finish(case).await.is_ok() || story.tell(case).await.is_ok();
            if !goes_on && (state == CaseState::Closed || !walk.go(people, 2).await) {
                break;
            }
        }
        // Every follow-up is written while service lasts, so nothing is left to be followed up.
        assert_eq!(states, [CaseState::Opened, CaseState::Serving, CaseState::Closing, CaseState::Closed].into());
        let done: BTreeSet<String> = walk.accepted.keys().map(|key| key.split(" by ").next().unwrap().to_owned()).collect();
        for register in Registers::builtin().of_file(Object::Case) {
            let deeds = register.life.steps().iter().map(|(_, deed, _)| *deed);
            // What follows from another paper is done with that one; a summary closes the case and is not taken back.
            let by_itself = |deed: &Deed| matches!(deed, Deed::Replace | Deed::Hold | Deed::Review | Deed::WriteUp | Deed::File);
            let closes = |deed: &Deed| *deed == Deed::Withdraw && ["closing", "follow_up"].contains(&&*register.key);
            for deed in deeds.filter(|deed| !by_itself(deed) && !closes(deed)).chain([Deed::Submit]) {
                assert!(done.contains(&format!("{} {deed}", register.key)), "{} {deed}: {done:?}", register.key);
            }
        }
        assert!(walk.refused.len() > 200, "{}", walk.refused.len());
    }
}

/// A walk through a case.
struct Walk<'w> {
    world: &'w World,
    case: CaseId,
    /// What was refused where, by whom.
    refused: BTreeSet<String>,
    /// What was accepted where, by whom, and how often.
    accepted: BTreeMap<String, usize>,
}

/// Something to try.
struct Try {
    register: Arc<Register>,
    deed: Deed,
    paper: Option<Head>,
    about: Option<PaperId>,
    replaces: Option<PaperId>,
}

impl Walk<'_> {
    /// Tries whatever is refused here, and takes the step that was taken least, if it was taken less than so often.
    async fn go(&mut self, people: [&StaffScope; 3], often: usize) -> bool {
        self.world.pass_minutes(1);
        let mut steps = Vec::new();
        for scope in people {
            let file = cases::open(scope, self.case).await.unwrap();
            for attempt in tries(scope, &file) {
                let offer = file.offers.iter().find(|offer| {
                    offer.register.key == attempt.register.key
                        && offer.deed == attempt.deed
                        && offer.paper == attempt.paper.as_ref().map(|head| head.id)
                        && (offer.about, offer.replaces) == (attempt.about, attempt.replaces)
                });
                let outcome = offer.map(|offer| &offer.outcome);
                let Try { register, deed, paper, about, replaces } = &attempt;
                let stands = paper.as_ref().map(|head| (head.state, head.author == scope.member()));
                let replaced = replaces.map(|id| file.folder.head(id).unwrap().state);
                let whose = scope.roles()[0];
                let key = format!(
                    "{} {deed} by {whose} while {:?}: {stands:?} {} {replaced:?}",
                    register.key,
                    file.state,
                    about.is_some()
                );
                if outcome.is_some_and(Result::is_ok) {
                    steps.push((self.accepted.get(&key).copied().unwrap_or(0), key, scope, attempt));
                } else if self.refused.insert(format!("{key} {outcome:?}")) {
                    let answer = self.attempt(scope, &file, &attempt).await;
                    assert!(answer.is_err(), "{key} was done, and is {outcome:?} on the page");
                }
            }
        }
        let least = steps.into_iter().min_by_key(|(often, ..)| *often);
        let Some((_, key, scope, attempt)) = least.filter(|(done, ..)| *done < often) else { return false };
        let file = cases::open(scope, self.case).await.unwrap();
        let answer = self.attempt(scope, &file, &attempt).await;
        assert_eq!(answer, Ok(()), "{key} is offered");
        *self.accepted.entry(key).or_default() += 1;
        true
    }

    async fn attempt(&self, scope: &StaffScope, file: &CaseFile, attempt: &Try) -> Result<(), Refusal> {
        let Try { register, deed, paper, about, replaces } = attempt;
        let replaced = replaces.and_then(|id| file.folder.head(id).ok()?.code("month"));
        let month = replaced.or(file.folder.known.get("next_month").map(String::as_str));
        let month = month.map_or(3, |month| month.parse().unwrap());
        let now = self.world.backend.now();
        let written: Answers = match &*register.key {
            "assessment" => assessment(),
            "plan" => plan(),
            "closing" => closing(),
            "discussion" => discussion(now),
            "visit" => visit(now),
            "record" => record(now),
            _ => follow_up(month, now),
        };
        let draft = paper.as_ref().map(|head| (head.id, head.version));
        let form = Submit { about: *about, replaces: *replaces, draft, ..filled(self.case, &register.key, written) };
        match (deed, paper) {
            (Deed::Submit, _) => submit(scope, form).await.map(drop),
            (Deed::Draft, _) => keep_draft(scope, form).await.map(drop),
            (_, Some(Head { id, version, .. })) => {
                decide(scope, decision_because(*id, *deed, "请写明。").seen(*version)).await
            }
            (_, None) => Err(Refusal::NotFound),
        }
    }
}

/// Everything that could be tried: each form about nothing and about each paper, and each deed on each paper.
fn tries(scope: &StaffScope, file: &CaseFile) -> Vec<Try> {
    let mut tries = Vec::new();
    for register in scope.registers().of_file(Object::Case) {
        let heads = &file.folder.heads;
        let about = register.about.iter().flat_map(|about| heads.iter().filter(|head| head.register == about.register));
        for about in std::iter::once(None).chain(about.map(|head| Some(head.id))) {
            for (deed, _) in register.life.starts() {
                tries.push(Try { register: register.clone(), deed: *deed, paper: None, about, replaces: None });
            }
        }
        for head in file.folder.of(&register.key) {
            for (deed, _) in register.life.starts() {
                let (about, replaces) = (head.about, Some(head.id));
                tries.push(Try { register: register.clone(), deed: *deed, paper: None, about, replaces });
            }
        }
        let deeds: BTreeSet<Deed> = register.life.steps().iter().map(|(_, deed, _)| *deed).collect();
        for (head, deed) in file.folder.of(&register.key).flat_map(|head| deeds.iter().map(move |deed| (head, *deed))) {
            let begun = |id: Option<PaperId>| id.filter(|_| matches!(deed, Deed::Submit | Deed::Draft));
            let (about, replaces) = (begun(head.about), begun(head.replaces));
            tries.push(Try { register: register.clone(), deed, paper: Some(head.clone()), about, replaces });
        }
    }
    tries
}
