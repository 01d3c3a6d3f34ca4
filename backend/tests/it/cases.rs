//! Cases: the master lifecycle, its gates and clocks, and what a neighbour gets.

use crate::story::*;
use crate::world::*;
use backend::cases::finish;
use backend::paperwork::{Submit, decide};
use backend::{cases, duties, paperwork};
use domain::access::Role;
use domain::cases::CaseState;
use domain::ids::PaperId;
use domain::papers::{Deed, PaperState};
use domain::refusal::{Problem, Refusal};
use domain::rules::{RuleId, Standing};
use domain::time::Moment;

fn blocked_by(refusal: Refusal) -> Vec<RuleId> {
    let Refusal::Blocked(blocked) = refusal else { panic!("{refusal:?} is no gate") };
    blocked.into_iter().map(|block| block.rule).collect()
}

on_both_engines! {
    /// Proves CLO-12, CLO-14.
    async fn from_an_application_to_a_closed_case_with_follow_ups(world: World) {
        let slug = world.with_pack(domain::packs::Pack::W).await;
        let story = Story::begin(&world, slug).await;
        let case = story.serve(&world).await;
        world.set_clock("2026-03-09T15:00");
        let written = story.write(case, moment("2026-03-09T10:00")).await.unwrap();
        story.approve(written).await.unwrap();
        world.set_clock("2026-06-01T09:00");
        story.finish(case).await.unwrap();
        assert_eq!(story.file(case).await.state, CaseState::Closing);
        story.tell(case).await.unwrap();
        story.close(case).await.unwrap();

        let file = story.file(case).await;
        assert_eq!(file.state, CaseState::Closed);
        assert_eq!(file.of("record").next().unwrap().head.state, PaperState::Approved);
        let follow_ups: Vec<Moment> =
            file.duties.iter().filter(|duty| duty.duty.rule == RuleId::CLO_12).map(|duty| duty.duty.due).collect();
        let days: Vec<String> = follow_ups.iter().map(|due| Moment::from_millis(due.millis() - 1).day().to_string()).collect();
        assert_eq!(days, ["2026-06-02", "2026-09-02", "2027-03-02"], "3, 6 and 12 months after service began");

        story.hand_in(case, "follow_up", follow_up(3, moment("2026-06-01T08:00"))).await.unwrap();
        let file = story.file(case).await;
        assert_eq!(file.state, CaseState::Following);
        let standings: Vec<Standing> = file
            .duties
            .iter()
            .filter(|duty| duty.duty.rule == RuleId::CLO_12)
            .map(|duty| duty.duty.standing(moment("2026-06-01T09:00")))
            .collect();
        assert_eq!(standings, [Standing::Met, Standing::Open, Standing::Open]);
    }

    /// Proves ASM-03, PLN-02.
    async fn no_plan_without_an_assessment_and_no_service_without_a_plan(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let submit = async || story.hand_in(case, "plan", plan()).await;
        assert_eq!(blocked_by(submit().await.unwrap_err()), [RuleId::ASM_03]);
        assert!(matches!(story.write(case, moment("2026-03-02T09:00")).await, Err(Refusal::WrongState { .. })));
        story.assess(case).await.unwrap();
        let plan = submit().await.unwrap();
        assert_eq!(blocked_by(story.approve(plan).await.unwrap_err()), [RuleId::PLN_02], "not discussed");
    }

    /// Proves PLN-06.
    async fn a_plan_that_was_sent_back_is_kept_beside_the_next(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        story.assess(case).await.unwrap();
        let submit = async |indicators: &str, replaces: Option<PaperId>| {
            let mut answers = plan();
            answers.insert("indicators".to_owned(), indicators.to_owned());
            submit(&story.worker, Submit { replaces, ..filled(case, "plan", answers) }).await.unwrap()
        };
        let reason = "请写明怎样算按时。";
        let back = submit("按时复诊。", None).await;
        story.send_back(back, reason).await.unwrap();
        world.pass_minutes(1);
        submit("复诊率 100%。", Some(back)).await;
        let file = story.file(case).await;
        let told: Vec<_> = file
            .of("plan")
            .map(|plan| (plan.head.serial, plan.head.state, plan.reason.as_deref(), &*plan.answers["indicators"]))
            .collect();
        let first = (1, PaperState::Returned, Some(reason), "按时复诊。");
        assert_eq!(told, [(2, PaperState::Submitted, None, "复诊率 100%。"), first]);
    }

    /// Proves ASM-04, ASM-05.
    async fn nobody_approves_the_own_work(world: World) {
        let slug = world.with_pack(domain::packs::Pack::W).await;
        let story = Story::begin(&world, slug).await;
        let case = story.open(&world).await.case;
        let assessment = submit(&story.supervisor, filled(case, "assessment", assessment())).await.unwrap();
        let approve = || decision(assessment, Deed::Approve);
        assert_eq!(blocked_by(decide(&story.supervisor, approve()).await.unwrap_err()), [RuleId::ASM_05]);
        assert_eq!(decide(&story.worker, approve()).await, Err(Refusal::Forbidden));
        decide(&story.head, approve()).await.unwrap();
    }

    /// Proves DAT-08, PLN-08.
    async fn a_record_bears_when_it_happened_and_when_it_was_written(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        world.set_clock("2026-03-20T18:00");
        let late = story.write(case, moment("2026-03-10T10:00")).await.unwrap();
        let timely = story.write(case, moment("2026-03-19T10:00")).await.unwrap();
        let file = story.file(case).await;
        let standing = |record: uuid::Uuid| {
            let duty = file.duties.iter().find(|duty| duty.duty.rule == RuleId::PLN_08 && duty.duty.subject.id == record);
            duty.unwrap().duty.standing(moment("2026-12-31T00:00"))
        };
        assert_eq!(standing(timely.uuid()), Standing::Met);
        assert_eq!(standing(late.uuid()), Standing::MetLate, "written ten days after the visit");
        let paper = |id| file.of("record").find(|record| record.head.id == id).unwrap();
        let written = &paper(late).written;
        assert_eq!((written.occurred, written.recorded), (Some(moment("2026-03-10T10:00")), Some(moment("2026-03-20T18:00"))));

        story.send_back(late, "请写明效果。").await.unwrap();
        world.set_clock("2026-03-25T09:00");
        let again = Submit { replaces: Some(late), ..filled(case, "record", record(moment("2026-03-10T10:00"))) };
        let again = submit(&story.worker, again).await.unwrap();
        let file = story.file(case).await;
        let corrected = file.of("record").find(|record| record.head.id == again).unwrap();
        assert_eq!(corrected.written.recorded, Some(moment("2026-03-20T18:00")), "correcting does not move it");
        assert!(file.duties.iter().all(|duty| duty.duty.subject.id != again.uuid()), "nor is it owed a second time");
    }

    /// Proves PLN-07.
    async fn what_the_norm_wants_in_a_record_is_asked_for(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let half = answers([("occurred_at", "2026-03-02T09:00"), ("mode", "office"), ("content", "面谈。")]);
        let blocked = blocked_by(story.hand_in(case, "record", half).await.unwrap_err());
        assert_eq!(blocked, [RuleId::PLN_07, RuleId::PLN_07], "feedback and effect, pack S");
    }

    /// Proves INT-20, PLN-08.
    async fn an_appointment_that_passes_is_owed(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let visit = story.appoint(case, "2026-03-04T11:00").await.unwrap();
        world.set_clock("2026-03-08T00:01");
        let figures = duties::figures(&story.worker, true).await.unwrap();
        assert!(figures.overdue >= 1, "the record was due on 7 March");
        story.hand_in_about(case, ("record", visit), record(moment("2026-03-04T11:00"))).await.unwrap();
        let settled = duties::DutyFilter { which: duties::Which::SettledLate, ..Default::default() };
        let rows = duties::list(&story.worker, &settled, &Default::default()).await.unwrap().rows;
        assert!(rows.iter().any(|row| row.duty.subject.id == visit.uuid()), "late for ever");
    }

    /// Proves CLO-11, INT-18, PLN-09.
    async fn a_case_is_closed_only_when_nothing_was_skipped(world: World) {
        let story = Story::begin(&world, QS02).await;
        let case = story.serve(&world).await;
        story.finish(case).await.unwrap();
        let refusal = story.close(case).await.unwrap_err();
        assert_eq!(blocked_by(refusal), [RuleId::INT_18, RuleId::INT_18, RuleId::PLN_09], "no record, no result, pack K");
    }

    /// Proves CLO-14.
    async fn who_waits_to_be_closed_is_still_followed_up_and_no_longer_served(world: World) {
        let slug = world.with_pack(domain::packs::Pack::W).await;
        let story = Story::begin(&world, slug).await;
        let case = story.serve(&world).await;
        world.set_clock("2026-06-02T09:00");
        story.write(case, moment("2026-06-02T08:00")).await.unwrap();
        let followed_up = async |month| {
            story.hand_in(case, "follow_up", follow_up(month, moment("2026-06-02T08:30"))).await
        };
        let refused = async || {
            let planned = story.appoint(case, "2026-06-05T11:00").await;
            let written = story.write(case, moment("2026-06-02T08:40")).await;
            [planned, written].iter().all(|outcome| matches!(outcome, Err(Refusal::WrongState { .. })))
        };
        followed_up(3).await.unwrap();
        assert_eq!(story.file(case).await.state, CaseState::Serving, "a follow-up ends no service");
        assert_eq!(followed_up(3).await, Err(Refusal::field("month", Problem::WrittenAlready)));

        story.finish(case).await.unwrap();
        followed_up(6).await.unwrap();
        assert_eq!(story.file(case).await.state, CaseState::Closing);
        assert!(refused().await, "service is finished");

        story.tell(case).await.unwrap();
        story.close(case).await.unwrap();
        assert!(refused().await, "the case is closed");
        followed_up(12).await.unwrap();
        assert_eq!(story.file(case).await.state, CaseState::Following);
        assert!(refused().await, "and stays so while it is followed up");
    }

    async fn nobody_is_followed_up_before_service_began(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let refusal = story.hand_in(case, "follow_up", follow_up(3, world.backend.now())).await.unwrap_err();
        assert!(matches!(refusal, Refusal::WrongState { .. }), "{refusal:?}");
    }

    /// Proves SEC-01.
    async fn a_neighbour_and_a_colleague_out_of_reach_find_nothing(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let colleague = world.colleague(QS01).await;
        let neighbour = world.staff(QS02, Role::Head).await;
        for scope in [&colleague, &neighbour] {
            assert_eq!(cases::open(scope, case).await.unwrap_err(), Refusal::NotFound);
            assert!(cases::list(scope, &Default::default(), &Default::default()).await.unwrap().rows.is_empty());
        }
        let before = world.everything().await;
        let command = || fresh(case).seen(1);
        assert_eq!(finish(&neighbour, command()).await, Err(Refusal::NotFound));
        assert!(world.changed_since(&before).await.is_empty());
        assert_eq!(finish(&colleague, command()).await, Err(Refusal::Forbidden));
    }

    /// Proves SEC-09.
    async fn only_the_audit_chain_remembers_that_a_file_was_read(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let before = world.everything().await;
        cases::open(&story.head, case).await.unwrap();
        let changed = world.changed_since(&before).await;
        assert_eq!(changed.keys().map(String::as_str).collect::<Vec<_>>(), ["audit_entries", "audit_heads"]);
    }

    async fn a_whole_file_is_taken_out_only_by_whom_may(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let file = story.file(case).await;
        let forms = paperwork::forms_of(&story.head, &file.papers).await.unwrap();
        let registers: Vec<&str> = forms.iter().map(|(_, register, _)| register.key.as_str()).collect();
        let heads: Vec<&str> = file.papers.iter().map(|paper| paper.head.register.as_str()).collect();
        assert_eq!(registers, heads, "each paper with the form that was filled in");
        assert_eq!(cases::taken_out(&story.worker, &file, forms.len()).await, Err(Refusal::Forbidden));
        let before = world.everything().await;
        cases::taken_out(&story.head, &file, forms.len()).await.unwrap();
        let changed = world.changed_since(&before).await;
        assert_eq!(changed.keys().map(String::as_str).collect::<Vec<_>>(), ["audit_entries", "audit_heads"]);
    }
}
