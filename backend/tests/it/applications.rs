//! Intake: what is asked of an application, what it opens, and what a neighbour sees of it.

use crate::story::*;
use crate::world::*;
use backend::applications::{
    Accept, AskSupplement, Confirm, EnterApplication, Refuse, SubmitApplication, Supplement, Tell, Withdraw, accept,
    ask_supplement, confirm, enter, refuse, status, submit, supplement, tell, withdraw,
};
use backend::members::{self, AddMember, disable_member};
use backend::{Command, StaffScope, applications, clients, duties};
use domain::access::Role;
use domain::agreements::Signer;
use domain::applications::{ApplicationState, Channel, Grade, ReferralDecision, TellMode};
use domain::refusal::{Problem, Refusal};
use domain::rules::{RuleId, Standing};
use domain::time::Moment;

pub fn blocked_by(refusal: Refusal) -> Vec<RuleId> {
    let Refusal::Blocked(blocked) = refusal else { panic!("{refusal:?} is no gate") };
    blocked.into_iter().map(|block| block.rule).collect()
}

on_both_engines! {
    /// Proves RGT-12.
    async fn an_application_is_acknowledged_and_found_by_its_code(world: World) {
        let story = Story::begin(&world, QS01).await;
        let receipt = story.apply(&world, application(ADULT)).await.unwrap();
        assert_eq!(receipt.number, "QS01/SQ/2026/001");
        let public = world.backend.public(QS01).await.unwrap();
        for typed in [receipt.code.clone(), receipt.code.to_lowercase(), receipt.code.replace('-', " ")] {
            let found = status(&public, &typed).await.unwrap();
            assert_eq!((found.number.as_str(), found.state), ("QS01/SQ/2026/001", ApplicationState::Submitted));
        }
        let neighbour = world.backend.public(QS02).await.unwrap();
        let unknown = Refusal::field("code", Problem::UnknownCode);
        assert_eq!(status(&neighbour, &receipt.code).await.unwrap_err(), unknown, "another station's code is no code");
        assert_eq!(status(&public, "AAAA-AAAA-AAAA").await.unwrap_err(), unknown);
    }

    /// Proves DAT-01, DAT-08.
    async fn each_change_of_state_is_written_down_with_its_author(world: World) {
        let story = Story::begin(&world, QS01).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        let steps = async || {
            let owner = world.owner().await;
            owner.unbind().await;
            let sql = format!(
                "SELECT from_state, to_state, actor FROM transitions WHERE subject_id = {} ORDER BY from_state",
                owner.id(application.uuid())
            );
            owner.rows(&sql).await
        };
        assert!(steps().await.is_empty(), "nothing has been decided");
        story.accept(application).await.unwrap();
        story.review(application).await.unwrap();
        story.screen(application).await.unwrap();
        story.agree(application).await.unwrap();
        story.sign(application, Signer::Client).await.unwrap();
        story.confirm(application).await.unwrap();
        let [intake, worker] = [&story.intake, &story.worker].map(|scope| format!("member:{}", scope.member()));
        let expected = [
            ["agreement", "confirmed", &intake],
            ["reviewing", "screening", &intake],
            ["screening", "agreement", &worker],
            ["submitted", "reviewing", &intake],
        ];
        assert_eq!(steps().await, expected);
    }

    /// Proves INT-19.
    async fn what_is_still_owed_for_a_confirmed_application_is_the_worker_s(world: World) {
        let story = Story::begin(&world, QS02).await;
        let owed = async |by: &StaffScope| {
            let mine = duties::DutyFilter { mine: true, ..Default::default() };
            duties::list(by, &mine, &Default::default()).await.unwrap().rows.into_iter().map(|row| row.duty.rule).collect::<Vec<_>>()
        };
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        story.accept(application).await.unwrap();
        assert!(owed(&story.intake).await.contains(&RuleId::INT_19), "the whole time runs from acceptance");
        story.review(application).await.unwrap();
        story.screen(application).await.unwrap();
        story.agree(application).await.unwrap();
        story.sign(application, Signer::Client).await.unwrap();
        story.confirm(application).await.unwrap();
        assert!(!owed(&story.intake).await.contains(&RuleId::INT_19));
        assert!(owed(&story.worker).await.contains(&RuleId::INT_19));
    }

    async fn a_case_goes_to_those_to_whom_it_is_offered_and_to_nobody_else(world: World) {
        let story = Story::begin(&world, QS01).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        story.accept(application).await.unwrap();
        story.review(application).await.unwrap();
        story.screen(application).await.unwrap();
        story.agree(application).await.unwrap();
        story.sign(application, Signer::Client).await.unwrap();
        for role in Role::STAFF {
            world.staff(QS01, role).await;
        }
        world.add(QS01, world.newcomer("both", &[Role::Finance, Role::Counsellor])).await;
        let tomorrow = AddMember { from: day("2026-03-03"), ..world.newcomer("tomorrow", &[Role::SocialWorker]) };
        world.add(QS01, tomorrow).await;
        let left = world.add(QS01, world.newcomer("left", &[Role::SocialWorker])).await.member;
        disable_member(&story.head, fresh(left).seen(1)).await.unwrap();
        let foreign = world.staff(QS02, Role::SocialWorker).await.member();

        let members = members::list(&story.head).await.unwrap();
        let offered = members::receivers(&story.head, &members::CASE).await.unwrap();
        let mut names: Vec<&str> = offered.iter().map(|member| member.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["both", "qs01-counsellor", "qs01-head", "qs01-social_worker", "qs01-supervisor"]);

        let version = story.version(application).await;
        let confirmed = async |responsible, version| {
            confirm(&story.intake, fresh(Confirm { application, responsible, another: false }).seen(version)).await
        };
        let refused = |problem| Err(Refusal::field("responsible", problem));
        for member in members {
            let outcome = confirmed(member.id, version + 1).await;
            let expected = match member.name.as_str() {
                name if names.contains(&name) => Err(Refusal::Stale),
                "left" | "tomorrow" => refused(Problem::NotAtWork),
                _ => refused(Problem::OutOfReach),
            };
            assert_eq!(outcome, expected, "{}", member.name);
        }
        assert_eq!(confirmed(foreign, version).await, refused(Problem::NotAChoice));
        let counsellor = world.staff(QS01, Role::Counsellor).await;
        let made = confirmed(counsellor.member(), version).await.unwrap();
        assert!(backend::cases::open(&counsellor, made.case).await.is_ok(), "whoever is responsible can open it");
    }

    /// Proves CLI-09, INT-02.
    async fn every_field_that_is_wrong_is_named_at_once(world: World) {
        let story = Story::begin(&world, QS01).await;
        let mut typed = application(ADULT);
        typed.insert("name".into(), "\u{202e}明小王".into());
        typed.insert("identity_number".into(), "440105198001010010".into());
        typed.insert("phone".into(), "12345".into());
        typed.remove("need");
        typed.insert("consent".into(), "no".into());
        let before = world.everything().await;
        let Refusal::Invalid(errors) = story.apply(&world, typed).await.unwrap_err() else { panic!("not invalid") };
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["name", "identity_number", "phone", "need", "consent"]);
        assert!(world.changed_since(&before).await.is_empty(), "nothing is half written");
    }

    /// Proves INT-01.
    async fn every_way_in_leads_to_one_queue(world: World) {
        let story = Story::begin(&world, QS01).await;
        let public = world.backend.public(QS01).await.unwrap();
        for channel in Channel::ALL {
            let (operation, service, answers) = (operation(), story.service, application(ADULT));
            if channel.is_keyed_by_staff() {
                let told_at = world.backend.now();
                enter(&story.intake, Command::of(operation, EnterApplication { service, channel, told_at, proof_seen: false, answers })).await.unwrap();
            } else {
                submit(&public, Command::of(operation, SubmitApplication { service, channel, answers })).await.unwrap();
            }
        }
        let queue = applications::list(&story.intake, &Default::default(), &Default::default()).await.unwrap().rows;
        assert_eq!(queue.len(), Channel::ALL.len());
        assert!(Channel::ALL.iter().all(|channel| queue.iter().any(|row| row.channel == *channel)), "{queue:?}");
    }

    async fn sending_twice_has_one_effect(world: World) {
        let story = Story::begin(&world, QS01).await;
        let public = world.backend.public(QS01).await.unwrap();
        let command = fresh(SubmitApplication { service: story.service, channel: Channel::Website, answers: application(ADULT) });
        let first = submit(&public, command.clone()).await.unwrap();
        let again = submit(&public, command).await.unwrap();
        assert_eq!(first, again);
        assert_eq!(applications::list(&story.intake, &Default::default(), &Default::default()).await.unwrap().rows.len(), 1);
    }

    /// Proves INT-07.
    async fn the_clock_starts_when_a_caller_told_it(world: World) {
        let story = Story::begin(&world, QS02).await;
        let command = |told_at: &str| fresh(EnterApplication { service: story.service, channel: Channel::Telephone, told_at: moment(told_at), proof_seen: false, answers: application(ADULT) });
        assert!(enter(&story.intake, command("2026-03-02T09:01")).await.is_err(), "not in the future");
        let entered = enter(&story.intake, command("2026-03-01T16:00")).await.unwrap();
        story.accept(entered.application).await.unwrap();
        let file = applications::open(&story.intake, entered.application).await.unwrap();
        let review = file.duties.iter().find(|duty| duty.duty.rule == RuleId::INT_07).unwrap();
        assert_eq!(review.duty.due, moment("2026-03-02T16:00"), "24 hours after the call, pack K");
        assert_eq!(review.duty.standing(moment("2026-03-02T12:00")), Standing::Due);
        world.set_clock("2026-03-02T17:00");
        story.review(entered.application).await.unwrap();
        let file = applications::open(&story.intake, entered.application).await.unwrap();
        let review = file.duties.iter().find(|duty| duty.duty.rule == RuleId::INT_07).unwrap();
        assert_eq!(review.duty.standing(moment("2027-01-01T00:00")), Standing::MetLate, "late for ever");
    }

    /// Proves INT-07, INT-09.
    async fn waiting_for_documents_stops_the_review_clock(world: World) {
        let story = Story::begin(&world, QS02).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        story.accept(application).await.unwrap();
        let review = async || {
            let file = applications::open(&story.intake, application).await.unwrap();
            file.duties.into_iter().find(|duty| duty.duty.rule == RuleId::INT_07).unwrap()
        };
        let before = review().await.duty;
        world.set_clock("2026-03-02T10:00");
        let version = story.version(application).await;
        let empty = fresh(AskSupplement { application, missing: "  \n ".into() }).seen(version);
        assert!(matches!(ask_supplement(&story.intake, empty).await, Err(Refusal::Invalid(_))));
        let ask = fresh(AskSupplement { application, missing: "户口簿\n残疾证".into() }).seen(version);
        ask_supplement(&story.intake, ask).await.unwrap();
        world.set_clock("2026-03-05T10:00");
        let version = story.version(application).await;
        let came = fresh(Supplement { application, note: "两份都已收到。".into() }).seen(version);
        supplement(&story.intake, came).await.unwrap();
        const PAUSE: i64 = 3 * 24 * 3_600_000;
        let review = review().await;
        assert_eq!(review.duty.due, moment("2026-03-06T09:00"), "three days later than it was");
        assert_eq!(review.duty.warn, Moment::from_millis(before.warn.millis() + PAUSE));
        assert_eq!(review.duty.late_after, Moment::from_millis(before.late_after.millis() + PAUSE));
        assert_eq!((review.duty.paused, review.paused_ms), (None, PAUSE), "it runs, and the pause is shown apart");
    }

    /// Proves INT-06.
    async fn a_grade_is_asked_where_the_norm_asks_for_it(world: World) {
        for (slug, asked) in [(QS01, false), (QS02, true)] {
            let story = Story::begin(&world, slug).await;
            let application = story.apply(&world, application(ADULT)).await.unwrap().application;
            let command = fresh(Accept { application, grade: None }).seen(1);
            match accept(&story.intake, command).await {
                Err(refusal) if asked => assert_eq!(blocked_by(refusal), [RuleId::INT_06]),
                outcome => assert_eq!((outcome, asked), (Ok(()), false), "{slug}"),
            }
        }
    }

    /// Proves CAT-11, INT-17.
    async fn nobody_is_refused_without_a_published_fair_reason(world: World) {
        let story = Story::begin(&world, LN01).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        story.accept(application).await.unwrap();
        let version = story.version(application).await;
        let command = |criterion: &str, mode, referral| fresh(Refuse { application, criterion: criterion.to_owned(), note: "不在服务区域内。".to_owned(), mode, referral }).seen(version);
        let told = Some(TellMode::Telephone);
        let offered = Some(ReferralDecision::Suggested);
        for criterion in ["poor", "unheard-of"] {
            let refusal = refuse(&story.intake, command(criterion, told, offered)).await.unwrap_err();
            assert_eq!(blocked_by(refusal), [RuleId::INT_17], "{criterion}: pack W");
        }
        refuse(&story.intake, command("area", told, offered)).await.unwrap();
        let file = applications::open(&story.intake, application).await.unwrap();
        assert_eq!(file.state, ApplicationState::Refused);
        assert_eq!(file.refusal.unwrap().referral, offered);
    }

    /// Proves CLI-03, CLI-05, CLI-06, CLI-08, INT-13.
    async fn a_minor_and_the_guardian_both_sign_where_the_norm_asks(world: World) {
        let slug = world.with_pack(domain::packs::Pack::P).await;
        let story = Story::begin(&world, slug).await;
        let application = story.apply(&world, application(CHILD)).await.unwrap().application;
        story.accept(application).await.unwrap();
        story.review(application).await.unwrap();
        story.screen(application).await.unwrap();
        assert_eq!(blocked_by(story.confirm(application).await.unwrap_err()), [RuleId::INT_13, RuleId::CLI_03, RuleId::CLI_03]);
        assert!(story.sign(application, Signer::Client).await.is_err(), "nothing to sign yet");
        story.agree(application).await.unwrap();
        story.sign(application, Signer::Client).await.unwrap();
        assert_eq!(blocked_by(story.confirm(application).await.unwrap_err()), [RuleId::CLI_03]);
        story.sign(application, Signer::Guardian).await.unwrap();
        let confirmed = story.confirm(application).await.unwrap();
        let client = clients::open(&story.worker, confirmed.client).await.unwrap();
        assert_eq!(client.person.age_on(world.today()), Some(10));
    }

    /// Proves INT-14.
    async fn whoever_succeeds_has_a_receipt_at_once(world: World) {
        let slug = world.with_pack(domain::packs::Pack::P).await;
        let story = Story::begin(&world, slug).await;
        let public = world.backend.public(slug).await.unwrap();
        let receipt = story.apply(&world, application(ADULT)).await.unwrap();
        let (application, confirmed) = (receipt.application, async || status(&public, &receipt.code).await.unwrap().confirmed);
        story.accept(application).await.unwrap();
        story.review(application).await.unwrap();
        story.screen(application).await.unwrap();
        story.agree(application).await.unwrap();
        story.sign(application, Signer::Client).await.unwrap();
        assert_eq!(confirmed().await, None);
        world.pass_minutes(5);
        story.confirm(application).await.unwrap();
        assert_eq!(confirmed().await, Some(world.backend.now()), "whoever has the code reads it");
        let file = applications::open(&story.intake, application).await.unwrap();
        let owed = file.duties.iter().find(|duty| duty.duty.rule == RuleId::INT_14).unwrap();
        assert_eq!(owed.duty.standing(moment("2027-01-01T00:00")), Standing::Met);
    }

    /// Proves INT-04.
    async fn a_known_person_gets_no_second_record(world: World) {
        let story = Story::begin(&world, QS01).await;
        let (first, second) = (story.open(&world).await, story.open(&world).await);
        assert_eq!(first.client, second.client);
        assert_ne!(first.case, second.case);
    }

    /// Proves INT-10.
    async fn who_cannot_be_messaged_is_told_by_staff(world: World) {
        let story = Story::begin(&world, LN01).await;
        let command = fresh(EnterApplication { service: story.service, channel: Channel::Window, told_at: moment("2026-03-02T09:00"), proof_seen: false, answers: application(ADULT) });
        let application = enter(&story.intake, command).await.unwrap().application;
        story.accept(application).await.unwrap();
        let owed = duties::list(&story.intake, &Default::default(), &Default::default()).await.unwrap().rows;
        assert!(owed.iter().any(|row| row.duty.rule == RuleId::INT_10), "pack W: the state has to be told");
        tell(&story.intake, fresh(Tell { application, mode: TellMode::Telephone, at: story.intake.now() })).await.unwrap();
        let owed = duties::list(&story.intake, &Default::default(), &Default::default()).await.unwrap().rows;
        assert!(!owed.iter().any(|row| row.duty.rule == RuleId::INT_10));
    }

    async fn whoever_was_slower_is_told_so(world: World) {
        let story = Story::begin(&world, QS01).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        let command = || fresh(Accept { application, grade: Some(Grade::Priority) }).seen(1);
        accept(&story.intake, command()).await.unwrap();
        assert!(matches!(accept(&story.head, command()).await, Err(Refusal::WrongState { .. })));
        let stale = fresh(Withdraw { application, note: "不需要了。".into() }).seen(1);
        assert_eq!(withdraw(&story.head, stale).await, Err(Refusal::Stale));
    }

    /// Proves CLO-03, RGT-10.
    async fn for_who_withdraws_nothing_is_owed_any_more(world: World) {
        let story = Story::begin(&world, QS02).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        story.accept(application).await.unwrap();
        let owed = async |which| {
            let filter = duties::DutyFilter { which, ..Default::default() };
            let rows = duties::list(&story.head, &filter, &Default::default()).await.unwrap().rows.into_iter();
            rows.map(|row| (row.duty.rule, row.duty.met, row.duty.cancelled)).collect::<Vec<_>>()
        };
        let (review, result) = (RuleId::INT_07, RuleId::INT_19);
        assert_eq!(owed(duties::Which::Open).await, [(review, None, None), (result, None, None)]);
        world.pass_minutes(10);
        let version = story.version(application).await;
        let command = fresh(Withdraw { application, note: "不需要了。".into() }).seen(version);
        withdraw(&story.intake, command).await.unwrap();
        assert!(owed(duties::Which::Open).await.is_empty());
        let now = Some(story.intake.now());
        assert_eq!(owed(duties::Which::Settled).await, [(result, None, now), (review, None, now)], "latest first");
    }

    async fn a_neighbour_finds_nothing(world: World) {
        let story = Story::begin(&world, QS01).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        let neighbour = world.staff(QS02, Role::Head).await;
        assert_eq!(applications::open(&neighbour, application).await.unwrap_err(), Refusal::NotFound);
        assert!(applications::list(&neighbour, &Default::default(), &Default::default()).await.unwrap().rows.is_empty());
        let before = world.everything().await;
        let command = fresh(Accept { application, grade: Some(Grade::Routine) }).seen(1);
        assert_eq!(accept(&neighbour, command).await, Err(Refusal::NotFound));
        assert!(world.changed_since(&before).await.is_empty());
    }

    async fn names_are_found_by_pieces_and_masked(world: World) {
        let story = Story::begin(&world, QS01).await;
        story.open(&world).await;
        let search = async |text: &str| {
            let filter = clients::ClientFilter { search: text.to_owned(), ..Default::default() };
            clients::list(&story.head, &filter, &Default::default()).await.unwrap().rows
        };
        for text in ["王小明", "小明", "王小", ADULT, "138 0013 8000", "QS01/DX/2026/001"] {
            let rows = search(text).await;
            assert_eq!(rows.len(), 1, "{text}");
            assert_eq!(rows[0].name, "王*明");
        }
        for text in ["王明", "李小", "440105198001010039"] {
            assert!(search(text).await.is_empty(), "{text}");
        }
    }
}
