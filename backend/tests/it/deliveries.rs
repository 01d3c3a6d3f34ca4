//! What leaves the house: who is told of what, once; at which hours; and what is left to do where nothing arrives.

use crate::story::*;
use crate::world::*;
use async_trait::async_trait;
use backend::applications::{self, ApplicationFile, Tell, status, tell};
use backend::db::Database;
use backend::deliveries::{Carrier, Carriers, Letter, send};
use backend::messages::inbox;
use backend::{Backend, StaffScope, duties};
use domain::applications::{ApplicationState, TellMode};
use domain::delivery::{Cause, DeliveryState, Way};
use domain::forms::Answers;
use domain::ids::ApplicationId;
use domain::messages::MessageKind;
use domain::refusal::{Problem, Refusal};
use domain::rules::RuleId;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, Semaphore};

/// Keeps what it is given, and answers as it was told; when it was told nothing, yes.
struct Post {
    taken: Mutex<Vec<Letter>>,
    answers: Mutex<VecDeque<Result<(), Cause>>>,
    /// Says that somebody is at the counter, who waits there until it is opened.
    came: Notify,
    counter: Semaphore,
}

impl Default for Post {
    fn default() -> Self {
        Self {
            taken: Mutex::default(),
            answers: Mutex::default(),
            came: Notify::new(),
            counter: Semaphore::new(Semaphore::MAX_PERMITS),
        }
    }
}

#[async_trait]
impl Carrier for Post {
    async fn carry(&self, letter: &Letter) -> Result<(), Cause> {
        self.taken.lock().unwrap().push(letter.clone());
        self.came.notify_one();
        self.counter.acquire().await.unwrap().forget();
        self.answers.lock().unwrap().pop_front().unwrap_or(Ok(()))
    }
}

impl Post {
    fn taken(&self) -> Vec<Letter> {
        self.taken.lock().unwrap().clone()
    }

    fn will_answer(&self, answers: impl IntoIterator<Item = Result<(), Cause>>) {
        self.answers.lock().unwrap().extend(answers);
    }
}

/// From now on text messages and letters go by this post.
fn post_of(backend: &Backend) -> Arc<Post> {
    let post = Arc::new(Post::default());
    deliver_by(backend, &post);
    post
}

fn deliver_by(backend: &Backend, post: &Arc<Post>) {
    let carriers = Carriers::at("https://banyan.example.cn/");
    backend.deliver_by(carriers.with(Way::Sms, post.clone()).with(Way::Email, post.clone()));
}

async fn sent(world: &World) -> usize {
    send(world.core()).await.unwrap()
}

async fn file(story: &Story, application: ApplicationId) -> ApplicationFile {
    applications::open(&story.head, application).await.unwrap()
}

/// How often INT-10 is still owed.
async fn owed(scope: &StaffScope) -> usize {
    let rows = duties::list(scope, &Default::default(), &Default::default()).await.unwrap().rows;
    rows.iter().filter(|row| row.duty.rule == RuleId::INT_10).count()
}

async fn call_to_make(scope: &StaffScope) -> usize {
    let rows = inbox(scope, &Default::default()).await.unwrap().rows;
    rows.iter().filter(|(message, _)| message.kind == MessageKind::Undelivered).count()
}

/// An application by somebody who can be reached otherwise.
fn reached_by(phone: &str, email: &str) -> Answers {
    let mut answers = application(ADULT);
    answers.insert("phone".to_owned(), phone.to_owned());
    answers.insert("email".to_owned(), email.to_owned());
    answers
}

on_both_engines! {
    /// Proves INT-10.
    async fn a_message_that_went_out_tells_the_applicant(world: World) {
        let post = post_of(&world.backend);
        let story = Story::begin(&world, LN01).await;
        let receipt = story.apply(&world, application(ADULT)).await.unwrap();
        story.accept(receipt.application).await.unwrap();
        assert_eq!(owed(&story.intake).await, 1, "a row tells nobody");
        assert!(!file(&story, receipt.application).await.is_told());
        assert_eq!(sent(&world).await, 2, "that it came in, and that it is under review");
        assert_eq!(owed(&story.intake).await, 0);
        let now = file(&story, receipt.application).await;
        assert!(now.is_told());
        assert_eq!(now.notices[0].mode, TellMode::Message);
        assert!(now.deliveries.iter().all(|delivery| delivery.state == DeliveryState::Sent));
        for letter in post.taken() {
            assert_eq!(letter.to, "13800138000");
            assert!(letter.text.contains(&receipt.number) && letter.text.contains("https://banyan.example.cn/s/ln01/status"));
            for secret in ["王", "小明", "陪", &receipt.code] {
                assert!(!letter.text.contains(secret), "{}", letter.text);
            }
        }
        assert_eq!(sent(&world).await, 0, "once");
    }

    /// Proves INT-10.
    async fn who_looks_it_up_with_the_code_is_told(world: World) {
        let story = Story::begin(&world, LN01).await;
        let receipt = story.apply(&world, application(ADULT)).await.unwrap();
        let public = world.backend.public(LN01).await.unwrap();
        status(&public, &receipt.code).await.unwrap();
        for step in 1..=2 {
            world.pass_minutes(10);
            match step {
                1 => story.accept(receipt.application).await.unwrap(),
                _ => story.review(receipt.application).await.unwrap(),
            }
            assert_eq!(owed(&story.intake).await, 1, "having looked before the change does not count");
            assert!(!file(&story, receipt.application).await.is_told());
            world.pass_minutes(10);
            status(&public, &receipt.code).await.unwrap();
            assert_eq!(owed(&story.intake).await, 0);
            let before = world.everything().await;
            status(&public, &receipt.code).await.unwrap();
            assert!(world.changed_since(&before).await.is_empty(), "looking again changes nothing");
        }
        let now = file(&story, receipt.application).await;
        assert!(now.is_told() && now.notices.iter().all(|notice| notice.mode == TellMode::StatusPage));
    }

    /// Proves INT-10.
    async fn where_no_way_leads_staff_tell_and_write_down_how_and_when(world: World) {
        let post = post_of(&world.backend);
        let story = Story::begin(&world, LN01).await;
        let application = story.apply(&world, reached_by("020-81234567", "")).await.unwrap().application;
        world.pass_minutes(60);
        story.accept(application).await.unwrap();
        world.pass_minutes(60);
        assert_eq!((sent(&world).await, post.taken().len()), (0, 0));
        assert!(file(&story, application).await.deliveries.is_empty());
        assert_eq!(owed(&story.intake).await, 1);
        let told = async |mode, at: &str| tell(&story.intake, fresh(Tell { application, mode, at: moment(at) })).await;
        let wrong = |field: &str, problem| Err(Refusal::field(field, problem));
        let changed = moment("2026-03-02T10:00");
        for (mode, at, said) in [
            (TellMode::Message, "2026-03-02T10:30", wrong("mode", Problem::NotAChoice)),
            (TellMode::StatusPage, "2026-03-02T10:30", wrong("mode", Problem::NotAChoice)),
            (TellMode::Telephone, "2026-03-02T11:01", wrong("at", Problem::FutureDay)),
            (TellMode::Telephone, "2026-03-02T09:59", wrong("at", Problem::BeforeTheChange { changed })),
            (TellMode::Telephone, "2026-03-02T10:30", Ok(())),
        ] {
            assert_eq!(told(mode, at).await, said, "{mode} {at}");
        }
        assert_eq!(owed(&story.intake).await, 0);
        let notice = file(&story, application).await.notices.remove(0);
        assert_eq!((notice.at, notice.state), (moment("2026-03-02T10:30"), ApplicationState::Reviewing));
    }

    async fn who_has_no_mobile_telephone_gets_a_letter(world: World) {
        let post = post_of(&world.backend);
        let story = Story::begin(&world, QS01).await;
        story.apply(&world, reached_by("020-81234567", "wang@example.cn")).await.unwrap();
        assert_eq!(sent(&world).await, 1);
        let letter = post.taken().remove(0);
        assert_eq!(letter.to, "wang@example.cn");
        assert!(letter.text.contains("您的申请") && letter.text.contains("your application"), "{}", letter.text);
    }

    /// Proves MSG-01.
    async fn nothing_goes_out_at_night(world: World) {
        let post = post_of(&world.backend);
        let story = Story::begin(&world, QS01).await;
        world.set_clock("2026-03-02T20:58");
        post.will_answer([Err(Cause::Unreachable)]);
        let early = story.apply(&world, application(ADULT)).await.unwrap().application;
        assert_eq!(sent(&world).await, 0);
        world.set_clock("2026-03-02T21:30");
        let late = story.apply(&world, application(ADULT)).await.unwrap().application;
        for night in ["2026-03-02T21:30", "2026-03-02T23:59", "2026-03-03T07:59"] {
            world.set_clock(night);
            assert_eq!((sent(&world).await, post.taken().len()), (0, 1), "{night}");
        }
        world.set_clock("2026-03-03T08:00");
        assert_eq!(sent(&world).await, 2);
        for application in [early, late] {
            assert_eq!(file(&story, application).await.deliveries[0].state, DeliveryState::Sent);
        }
    }

    async fn a_crisis_goes_out_at_any_hour(world: World) {
        post_of(&world.backend);
        let story = Story::begin(&world, QS01).await;
        world.set_clock("2026-03-02T23:00");
        story.apply(&world, application(ADULT)).await.unwrap();
        assert_eq!(sent(&world).await, 0);
        // No event of today is one.
        let due = backend::Clock::now(&*world.clock).millis();
        world.owner().await.run(&format!("UPDATE deliveries SET urgent = true, due_at = {due}")).await.unwrap();
        assert_eq!(sent(&world).await, 1);
    }

    async fn whoever_was_erased_is_written_to_no_more(world: World) {
        let post = post_of(&world.backend);
        let story = Story::begin(&world, QS01).await;
        story.apply(&world, application(ADULT)).await.unwrap();
        let owner = world.owner().await;
        owner.run("UPDATE person_keys SET wrapped = NULL, destroyed_at = 1").await.unwrap();
        assert_eq!((sent(&world).await, post.taken().len()), (0, 0));
        let rows = world.everything().await.remove("deliveries").unwrap();
        assert!(rows.len() == 1 && rows[0].contains("given_up") && rows[0].contains("erased"), "{rows:?}");
        let before = world.everything().await;
        world.pass_minutes(600);
        assert_eq!(sent(&world).await, 0);
        assert!(world.changed_since(&before).await.is_empty());
    }

    /// Proves INT-10.
    async fn what_is_refused_becomes_a_call_to_make(world: World) {
        let post = post_of(&world.backend);
        let story = Story::begin(&world, LN01).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        assert_eq!(sent(&world).await, 1);
        story.accept(application).await.unwrap();
        post.will_answer([Err(Cause::Refused)]);
        assert_eq!(sent(&world).await, 0);
        let now = file(&story, application).await;
        let delivery = &now.deliveries[0];
        assert_eq!((delivery.state, delivery.cause), (DeliveryState::GivenUp, Some(Cause::Refused)));
        assert_eq!((owed(&story.intake).await, call_to_make(&story.intake).await), (1, 1));
        world.pass_minutes(600);
        assert_eq!((sent(&world).await, post.taken().len()), (0, 2), "and is not tried again");
    }

    async fn an_hour_without_the_post_is_survived(world: World) {
        let post = post_of(&world.backend);
        let story = Story::begin(&world, QS01).await;
        story.apply(&world, application(ADULT)).await.unwrap();
        let mut went = 0;
        for minute in 0..90 {
            // It is down from nine to ten.
            post.answers.lock().unwrap().clear();
            post.will_answer((minute < 60).then_some(Err(Cause::Unreachable)));
            went += sent(&world).await;
            world.pass_minutes(1);
        }
        assert_eq!(went, 1);
        let taken = post.taken();
        assert_eq!(taken.len(), 5, "at 9:00, 9:01, 9:06, 9:21 and 10:21");
        assert!(taken.iter().all(|letter| letter.id == taken[0].id), "one message, however often it is tried");
    }

    async fn in_the_end_it_is_given_up_and_somebody_calls(world: World) {
        let post = post_of(&world.backend);
        let story = Story::begin(&world, LN01).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        assert_eq!(sent(&world).await, 1);
        story.accept(application).await.unwrap();
        post.will_answer([Err(Cause::NoAnswer); 7]);
        for _ in 0..500 {
            sent(&world).await;
            world.pass_minutes(1);
        }
        assert_eq!(post.taken().len(), 8);
        assert_eq!(file(&story, application).await.deliveries[0].state, DeliveryState::GivenUp);
        assert_eq!((owed(&story.intake).await, call_to_make(&story.intake).await), (1, 1), "within the same working day");
    }

    /// Proves INT-10.
    async fn being_told_of_what_it_was_is_not_being_told_of_what_it_is(world: World) {
        let post = post_of(&world.backend);
        let story = Story::begin(&world, LN01).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        assert_eq!(sent(&world).await, 1);
        story.accept(application).await.unwrap();
        world.pass_minutes(1);
        story.review(application).await.unwrap();
        post.will_answer([Ok(()), Err(Cause::Unreachable)]);
        assert_eq!(sent(&world).await, 1, "that it is under review, which it is no more");
        assert_eq!(owed(&story.intake).await, 1);
        assert!(!file(&story, application).await.is_told());
        world.pass_minutes(5);
        assert_eq!(sent(&world).await, 1);
        assert_eq!(owed(&story.intake).await, 0);
    }

    async fn what_a_stopped_program_had_taken_another_sends_under_the_same_id(world: World) {
        let post = post_of(&world.backend);
        let story = Story::begin(&world, QS01).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        post.counter.forget_permits(Semaphore::MAX_PERMITS);
        let core = world.core().clone();
        let slow = tokio::spawn(async move { send(&core).await.unwrap() });
        post.came.notified().await;
        assert_eq!(sent(&world).await, 0, "it is somebody's");
        world.pass_minutes(6);
        let core = world.core().clone();
        let other = tokio::spawn(async move { send(&core).await.unwrap() });
        post.came.notified().await;
        // Now both hear a yes: it was said twice.
        post.counter.add_permits(2);
        slow.await.unwrap();
        other.await.unwrap();
        let taken = post.taken();
        assert_eq!((taken.len(), taken[0].id), (2, taken[1].id));
        let now = file(&story, application).await;
        assert_eq!((now.notices.len(), now.deliveries[0].state), (1, DeliveryState::Sent));
    }

    async fn three_programs_send_each_message_once(world: World) {
        const MANY: usize = 300;
        let post = post_of(&world.backend);
        let story = Story::begin(&world, QS01).await;
        for _ in 0..MANY {
            story.apply(&world, application(ADULT)).await.unwrap();
        }
        let mut programs = Vec::new();
        for _ in 0..3 {
            let program = world.through(Database::open(&world.stage.app).await.unwrap()).await;
            deliver_by(&program, &post);
            let post = post.clone();
            programs.push(tokio::spawn(async move {
                let mut went = 0;
                for _ in 0..100 {
                    went += send(program.core()).await.unwrap();
                    if post.taken.lock().unwrap().len() >= MANY {
                        break;
                    }
                }
                went
            }));
        }
        let mut went = 0;
        for program in programs {
            went += program.await.unwrap();
        }
        let taken = post.taken();
        let ids: BTreeSet<_> = taken.iter().map(|letter| letter.id).collect();
        assert_eq!((went, taken.len(), ids.len()), (MANY, MANY, MANY));
        assert_eq!(world.everything().await["notices"].len(), MANY);
    }
}
