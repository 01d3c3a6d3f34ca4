//! Cases: the master lifecycle, its gates and clocks, and what a neighbour gets.

use crate::story::*;
use crate::world::*;
use backend::cases::{
    ApproveAssessment, ApprovePlan, ApproveRecord, Close, Finish, PlanVisit, RecordFollowUp, ReturnPlan, ReturnRecord,
    SubmitAssessment, SubmitPlan, TellResult, WriteRecord, approve_assessment, approve_plan, approve_record, close,
    finish, plan_visit, record_follow_up, return_plan, return_record, submit_assessment, submit_plan, tell_result,
    write_record,
};
use backend::{cases, duties};
use domain::access::Role;
use domain::applications::TellMode;
use domain::cases::CaseState;
use domain::follow_ups::FollowUpState;
use domain::records::{ContactMode, RecordState};
use domain::refusal::Refusal;
use domain::rules::{RuleId, Standing};
use domain::time::Moment;
use domain::workflow::PaperState;

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
        approve_record(&story.supervisor, ApproveRecord { operation: operation(), record: written, version: 1 }).await.unwrap();
        world.set_clock("2026-06-01T09:00");
        let file = story.file(case).await;
        finish(&story.worker, Finish { operation: operation(), case, version: file.version }).await.unwrap();
        let file = story.file(case).await;
        assert_eq!(file.state, CaseState::Closing);
        let told = TellResult { operation: operation(), case, version: file.version, mode: TellMode::FaceToFace };
        tell_result(&story.worker, told).await.unwrap();
        let version = story.file(case).await.version;
        close(&story.worker, Close { operation: operation(), case, version, answers: closing() }).await.unwrap();

        let file = story.file(case).await;
        assert_eq!(file.state, CaseState::Closed);
        assert_eq!(file.records[0].state, RecordState::Approved);
        let follow_ups: Vec<Moment> =
            file.duties.iter().filter(|duty| duty.duty.rule == RuleId::CLO_12).map(|duty| duty.duty.due).collect();
        let days: Vec<String> = follow_ups.iter().map(|due| Moment::from_millis(due.millis() - 1).day().to_string()).collect();
        assert_eq!(days, ["2026-06-02", "2026-09-02", "2027-03-02"], "3, 6 and 12 months after service began");

        let record = RecordFollowUp {
            operation: operation(),
            case,
            version: file.version,
            month: 3,
            occurred: moment("2026-06-01T08:00"),
            state: FollowUpState::Done,
            answers: answers([("mode", "visit"), ("situation", "生活稳定。"), ("later_needs", "暂无。")]),
        };
        record_follow_up(&story.worker, record).await.unwrap();
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
        let submit = || SubmitPlan { operation: operation(), case, answers: plan() };
        assert_eq!(blocked_by(submit_plan(&story.worker, submit()).await.unwrap_err()), [RuleId::ASM_03]);
        assert!(matches!(story.write(case, moment("2026-03-02T09:00")).await, Err(Refusal::WrongState { .. })));
        story.assess(case).await.unwrap();
        let plan = submit_plan(&story.worker, submit()).await.unwrap();
        let approve = ApprovePlan { operation: operation(), plan, version: 1 };
        assert_eq!(blocked_by(approve_plan(&story.supervisor, approve).await.unwrap_err()), [RuleId::PLN_02], "not discussed");
    }

    /// Proves PLN-06.
    async fn a_plan_that_was_sent_back_is_kept_beside_the_next(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        story.assess(case).await.unwrap();
        let submit = async |indicators: &str| {
            let mut answers = plan();
            answers.insert("indicators".to_owned(), indicators.to_owned());
            submit_plan(&story.worker, SubmitPlan { operation: operation(), case, answers }).await.unwrap()
        };
        let reason = "请写明怎样算按时。".to_owned();
        let back = ReturnPlan { operation: operation(), plan: submit("按时复诊。").await, version: 1, reason: reason.clone() };
        return_plan(&story.supervisor, back).await.unwrap();
        submit("复诊率 100%。").await;
        let plans = story.file(case).await.plans.into_iter();
        let told: Vec<_> = plans.map(|plan| (plan.revision, plan.state, plan.returned, plan.answers["indicators"].clone())).collect();
        let first = (1, PaperState::Returned, Some(reason), "按时复诊。".to_owned());
        assert_eq!(told, [(2, PaperState::Submitted, None, "复诊率 100%。".to_owned()), first]);
    }

    /// Proves ASM-04, ASM-05.
    async fn nobody_approves_the_own_work(world: World) {
        let slug = world.with_pack(domain::packs::Pack::W).await;
        let story = Story::begin(&world, slug).await;
        let case = story.open(&world).await.case;
        let command = SubmitAssessment { operation: operation(), case, answers: assessment() };
        let assessment = submit_assessment(&story.supervisor, command).await.unwrap();
        let approve = || ApproveAssessment { operation: operation(), assessment, version: 1 };
        assert_eq!(blocked_by(approve_assessment(&story.supervisor, approve()).await.unwrap_err()), [RuleId::ASM_05]);
        assert_eq!(approve_assessment(&story.worker, approve()).await, Err(Refusal::Forbidden));
        approve_assessment(&story.head, approve()).await.unwrap();
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
        let written = &file.records.iter().find(|record| record.id == late).unwrap().written;
        assert_eq!((written.occurred, written.recorded), (Some(moment("2026-03-10T10:00")), Some(moment("2026-03-20T18:00"))));

        let back = ReturnRecord { operation: operation(), record: late, version: 1, reason: "请写明效果。".into() };
        return_record(&story.supervisor, back).await.unwrap();
        world.set_clock("2026-03-25T09:00");
        let again = WriteRecord {
            operation: operation(),
            case,
            of: Some((late, 2)),
            occurred: moment("2026-03-10T10:00"),
            mode: ContactMode::Visit,
            answers: record(),
        };
        write_record(&story.worker, again).await.unwrap();
        let file = story.file(case).await;
        let corrected = file.records.iter().find(|record| record.id == late).unwrap();
        assert_eq!(corrected.written.recorded, Some(moment("2026-03-20T18:00")), "correcting does not move it");
    }

    /// Proves PLN-07.
    async fn what_the_norm_wants_in_a_record_is_asked_for(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let command = WriteRecord {
            operation: operation(),
            case,
            of: None,
            occurred: moment("2026-03-02T09:00"),
            mode: ContactMode::Office,
            answers: answers([("content", "面谈。")]),
        };
        let blocked = blocked_by(write_record(&story.worker, command).await.unwrap_err());
        assert_eq!(blocked, [RuleId::PLN_07, RuleId::PLN_07], "feedback and effect, pack S");
    }

    /// Proves INT-20, PLN-08.
    async fn an_appointment_that_passes_is_owed(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let visit = PlanVisit { operation: operation(), case, ends: moment("2026-03-04T11:00"), mode: ContactMode::Visit };
        let record = plan_visit(&story.worker, visit).await.unwrap();
        world.set_clock("2026-03-08T00:01");
        let figures = duties::figures(&story.worker, true).await.unwrap();
        assert!(figures.overdue >= 1, "the record was due on 7 March");
        let write = WriteRecord {
            operation: operation(),
            case,
            of: Some((record, 1)),
            occurred: moment("2026-03-04T11:00"),
            mode: ContactMode::Visit,
            answers: crate::story::record(),
        };
        write_record(&story.worker, write).await.unwrap();
        let settled = duties::DutyFilter { which: duties::Which::SettledLate, ..Default::default() };
        let rows = duties::list(&story.worker, &settled).await.unwrap().rows;
        assert!(rows.iter().any(|row| row.duty.subject.id == record.uuid()), "late for ever");
    }

    /// Proves CLO-11, INT-18, PLN-09.
    async fn a_case_is_closed_only_when_nothing_was_skipped(world: World) {
        let story = Story::begin(&world, QS02).await;
        let case = story.serve(&world).await;
        let version = story.file(case).await.version;
        finish(&story.worker, Finish { operation: operation(), case, version }).await.unwrap();
        let version = story.file(case).await.version;
        let refusal = close(&story.worker, Close { operation: operation(), case, version, answers: closing() }).await.unwrap_err();
        assert_eq!(blocked_by(refusal), [RuleId::INT_18, RuleId::INT_18, RuleId::PLN_09], "no record, no result, pack K");
    }

    /// Proves CLO-14.
    async fn who_waits_to_be_closed_is_still_followed_up_and_no_longer_served(world: World) {
        let slug = world.with_pack(domain::packs::Pack::W).await;
        let story = Story::begin(&world, slug).await;
        let case = story.serve(&world).await;
        world.set_clock("2026-06-02T09:00");
        story.write(case, moment("2026-06-02T08:00")).await.unwrap();
        let follow_up = async |month: i64| {
            let version = story.file(case).await.version;
            let command = RecordFollowUp {
                operation: operation(),
                case,
                version,
                month,
                occurred: moment("2026-06-02T08:30"),
                state: FollowUpState::Done,
                answers: answers([("mode", "visit"), ("situation", "生活稳定。"), ("later_needs", "暂无。")]),
            };
            record_follow_up(&story.worker, command).await
        };
        let refused = async || {
            let ends = moment("2026-06-05T11:00");
            let visit = PlanVisit { operation: operation(), case, ends, mode: ContactMode::Visit };
            let planned = plan_visit(&story.worker, visit).await.map(drop);
            let written = story.write(case, moment("2026-06-02T08:40")).await.map(drop);
            [planned, written].iter().all(|outcome| matches!(outcome, Err(Refusal::WrongState { .. })))
        };
        follow_up(3).await.unwrap();
        assert_eq!(story.file(case).await.state, CaseState::Serving, "a follow-up ends no service");

        let version = story.file(case).await.version;
        finish(&story.worker, Finish { operation: operation(), case, version }).await.unwrap();
        follow_up(6).await.unwrap();
        assert_eq!(story.file(case).await.state, CaseState::Closing);
        assert!(refused().await, "service is finished");

        let version = story.file(case).await.version;
        let told = TellResult { operation: operation(), case, version, mode: TellMode::FaceToFace };
        tell_result(&story.worker, told).await.unwrap();
        let version = story.file(case).await.version;
        close(&story.worker, Close { operation: operation(), case, version, answers: closing() }).await.unwrap();
        assert!(refused().await, "the case is closed");
        follow_up(12).await.unwrap();
        assert_eq!(story.file(case).await.state, CaseState::Following);
        assert!(refused().await, "and stays so while it is followed up");
    }

    async fn nobody_is_followed_up_before_service_began(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let command = RecordFollowUp {
            operation: operation(),
            case,
            version: story.file(case).await.version,
            month: 3,
            occurred: world.backend.now(),
            state: FollowUpState::Done,
            answers: answers([("mode", "visit"), ("situation", "生活稳定。"), ("later_needs", "暂无。")]),
        };
        let refusal = record_follow_up(&story.worker, command).await.unwrap_err();
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
            assert!(cases::list(scope, &Default::default()).await.unwrap().rows.is_empty());
        }
        let before = world.everything().await;
        let command = || Finish { operation: operation(), case, version: 1 };
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
}
