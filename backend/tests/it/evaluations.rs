//! The evaluator: masked files of one engagement until its end, every view noted, a sample that both sides can repeat.

use crate::road::*;
use crate::world::*;
use backend::evaluations::{self, CreateEngagement, Sample, sampling};
use backend::identity::{NewAccount, create_account};
use backend::{EvaluatorScope, OversightScope};
use domain::access::{Object, Role};
use domain::evaluations::Gap;
use domain::ids::{AccountId, CaseId, EngagementId};
use domain::refusal::{Problem, Refusal};
use domain::registers::{Kind, Registers};
use std::collections::BTreeMap;

async fn outsider(world: &World, name: &str) -> AccountId {
    let new = NewAccount { sign_in_name: name.to_owned(), display_name: name.to_owned(), password: None };
    create_account(world.core(), new).await.unwrap().0
}

/// Everything that an engagement can open.
fn openable() -> Vec<Kind> {
    Registers::builtin().openable().collect()
}

fn engagement(organisations: &[&str], kinds: &[Kind]) -> CreateEngagement {
    CreateEngagement {
        title: "第一季度评估".to_owned(),
        organisations: organisations.iter().map(|slug| (*slug).to_owned()).collect(),
        kinds: kinds.to_vec(),
        from: day("2026-03-01"),
        to: day("2026-03-31"),
        ends: moment("2026-06-30T18:00"),
        evaluators: vec!["evaluator".to_owned()],
    }
}

/// An engagement over these organisations, and its evaluator at work.
pub async fn engage(world: &World, organisations: &[&str], kinds: &[Kind]) -> (EngagementId, EvaluatorScope) {
    let account = outsider(world, "evaluator").await;
    let district = world.oversight(HAIZHU).await;
    let id = evaluations::create_engagement(&district, fresh(engagement(organisations, kinds))).await.unwrap();
    (id, world.backend.evaluator(account, id).await.unwrap())
}

async fn wrong(district: &OversightScope, new: CreateEngagement) -> Vec<(String, Problem)> {
    match evaluations::create_engagement(district, fresh(new)).await {
        Err(Refusal::Invalid(errors)) => errors.into_iter().map(|error| (error.field, error.problem)).collect(),
        other => panic!("{other:?}"),
    }
}

async fn kinds_noted(world: &World, slug: &str) -> Vec<String> {
    let owner = world.owner().await;
    let organisation = owner.id(world.organisation(slug).await.uuid());
    let sql = format!(
        "SELECT detail FROM audit_entries WHERE organisation_id = {organisation} AND kind = 'evaluator.viewed' ORDER BY seq"
    );
    owner.column(&sql).await
}

on_both_engines! {
    async fn the_evaluator_is_known_by_name_to_whoever_marks_the_pages(world: World) {
        let (_, evaluator) = engage(&world, &[QS01], &openable()).await;
        assert_eq!(evaluator.name(), "evaluator");
    }

    async fn a_district_opens_an_engagement_and_the_stations_know(world: World) {
        let district = world.oversight(HAIZHU).await;
        let (head, worker) = (world.staff(QS01, Role::Head).await, world.account(QS01, Role::SocialWorker).await);
        outsider(&world, "evaluator").await;
        let before = world.everything().await;
        let field = |field: &str, problem| vec![(field.to_owned(), problem)];
        let nobody = CreateEngagement { evaluators: vec!["nobody".to_owned()], ..engagement(&[QS01], &openable()) };
        assert_eq!(wrong(&district, nobody).await, field("evaluators", Problem::NotAChoice));
        let insider = format!("{QS01}-{}", Role::SocialWorker.code());
        let insider = CreateEngagement { evaluators: vec![insider], ..engagement(&[QS01], &openable()) };
        assert_eq!(wrong(&district, insider.clone()).await, field("evaluators", Problem::Contradicts));
        let past = CreateEngagement { ends: moment("2026-03-02T09:00"), ..engagement(&[QS01], &openable()) };
        assert_eq!(wrong(&district, past).await, field("ends", Problem::ImpossibleDay));
        let foreign = evaluations::create_engagement(&district, fresh(engagement(&[QS01, LN01], &openable()))).await;
        assert_eq!(foreign.unwrap_err(), Refusal::NotFound);
        assert_eq!(world.changed_since(&before).await, BTreeMap::new(), "nothing of this was written");

        let create = fresh(engagement(&[QS02, QS01, QS01], &[Kind::papers("record")]));
        let id = evaluations::create_engagement(&district, create.clone()).await.unwrap();
        assert_eq!(evaluations::create_engagement(&district, create).await.unwrap(), id, "sent twice, made once");
        let elsewhere = CreateEngagement { organisations: vec![QS02.to_owned()], ..insider };
        evaluations::create_engagement(&district, fresh(elsewhere)).await.unwrap();
        assert!(world.backend.staff(worker, QS01).await.is_ok());

        let listed = evaluations::engagements(&district).await.unwrap();
        assert_eq!(listed.len(), 2);
        let row = listed.iter().find(|row| row.engagement.id == id).unwrap();
        assert_eq!((row.organisations.len(), &*row.evaluators), (2, &["evaluator".to_owned()][..]));
        assert_eq!(row.engagement.kinds, [Kind::from(Object::Case), Kind::papers("record")]);
        assert_eq!(evaluations::of_station(&head).await.unwrap().len(), 1);
        let opened = "SELECT count(*) FROM audit_entries WHERE kind = 'engagement.opened'";
        assert_eq!(world.owner().await.number(opened).await, 3, "once in the chain of each engaged station");
        let other = world.oversight(PANYU).await;
        assert!(evaluations::engagements(&other).await.unwrap().is_empty());
    }

    /// Proves SEC-07.
    async fn nothing_opens_after_the_end(world: World) {
        let road = Road::at(&world, QS01).await;
        let case = road.open_case(WANG, "2026-03-01T10:00").await;
        let (id, scope) = engage(&world, &[QS01], &openable()).await;
        let account = outsider(&world, "evaluator").await;
        assert!(evaluations::case_file(&scope, case).await.is_ok());

        world.set_clock("2026-06-30T18:00");
        let before = world.everything().await;
        assert_eq!(world.backend.evaluator(account, id).await.err(), Some(Refusal::NotFound));
        assert_eq!(evaluations::case_file(&scope, case).await.unwrap_err(), Refusal::NotFound, "nor for who is still in");
        assert_eq!(evaluations::cases(&scope, None).await.unwrap_err(), Refusal::NotFound);
        assert_eq!(evaluations::overview(&scope).await.unwrap_err(), Refusal::NotFound);
        let sample = Sample { seed: "3".to_owned(), each: 1 };
        assert_eq!(evaluations::sample(&scope, &sample).await.unwrap_err(), Refusal::NotFound);
        assert_eq!(world.changed_since(&before).await, BTreeMap::new());
    }

    async fn a_district_closes_its_own_engagement_only(world: World) {
        let (id, _) = engage(&world, &[QS01], &openable()).await;
        let account = outsider(&world, "evaluator").await;
        let (district, other) = (world.oversight(HAIZHU).await, world.oversight(PANYU).await);
        let close = || fresh(id);
        let before = world.everything().await;
        assert_eq!(evaluations::close_engagement(&other, close()).await, Err(Refusal::NotFound));
        assert_eq!(world.changed_since(&before).await, BTreeMap::new());
        assert!(world.backend.evaluator(account, id).await.is_ok());

        evaluations::close_engagement(&district, close()).await.unwrap();
        assert_eq!(world.backend.evaluator(account, id).await.err(), Some(Refusal::NotFound));
        let row = evaluations::engagements(&district).await.unwrap().remove(0);
        assert!(!row.is_open(world.backend.now()));
        let ended = row.engagement.ends;
        world.pass_minutes(60);
        evaluations::close_engagement(&district, close()).await.unwrap();
        let row = evaluations::engagements(&district).await.unwrap().remove(0);
        assert_eq!(row.engagement.ends, ended, "what has ended keeps its end");
    }

    /// Proves QUA-10, SEC-07.
    async fn an_evaluator_reads_dates_and_lateness_and_no_names(world: World) {
        let road = Road::at(&world, QS01).await;
        let case = road.open_case(WANG, "2026-03-01T10:00").await;
        road.start(case).await;
        let visit = road.appoint(case, "2026-03-03T10:00").await;
        world.set_clock("2026-03-10T09:00");
        road.write(case, visit, "2026-03-03T10:00").await;
        road.close(case).await;
        let (_, scope) = engage(&world, &[QS01], &openable()).await;

        let file = evaluations::case_file(&scope, case).await.unwrap();
        assert_eq!(file.case.client.2.name(), "王*明");
        let record = file.case.of("record").next().unwrap();
        assert_eq!(record.answers["content"], "王*明说身份证110***********002X丢了，电话138****8000。");
        assert_eq!(record.written.occurred, Some(moment("2026-03-03T10:00")));
        assert_eq!(record.written.recorded, Some(moment("2026-03-10T09:00")));
        let late: Vec<_> = file.case.duties.iter().filter(|duty| duty.duty.standing(scope.now()).is_late()).collect();
        assert_eq!(late.len(), 1);
        assert_eq!((late[0].duty.rule.to_string(), late[0].duty.subject.id), ("PLN-08".to_owned(), visit.uuid()));
        assert!(file.application.as_ref().unwrap().agreement.is_some());

        let list = evaluations::cases(&scope, None).await.unwrap();
        assert_eq!(list.rows.len(), 1);
        assert_eq!((&*list.rows[0].name, list.rows[0].late), ("王*明", 1));
        assert!(list.rows[0].gaps.is_empty());
        let evidence = evaluations::overview(&scope).await.unwrap();
        assert_eq!((evidence[0].cases, evidence[0].late), (1, 1));
        assert!(evidence[0].papers.contains(&(Kind::papers("record"), 1)) && evidence[0].papers.contains(&(Object::Agreement.into(), 1)));

        let everything = format!("{file:?}{list:?}{evidence:?}");
        for secret in ["王小明", "小明", WANG.phone, "138 0013 8000", WANG.identity, HOME] {
            assert!(!everything.contains(secret), "{secret} is readable");
        }
        let views = kinds_noted(&world, QS01).await;
        assert_eq!(views, [r#"{"view":"case_file"}"#, r#"{"view":"cases"}"#, r#"{"view":"overview"}"#]);
    }

    /// Proves QUA-10.
    async fn what_is_not_opened_is_not_shown(world: World) {
        let (road, two) = (Road::at(&world, QS01).await, Road::at(&world, QS02).await);
        let early = road.open_case(LI, "2026-03-01T08:00").await;
        world.set_clock("2026-03-03T00:00");
        let case = road.open_case(WANG, "2026-03-02T10:00").await;
        road.start(case).await;
        let elsewhere = two.open_case(LI, "2026-03-02T10:00").await;
        world.set_clock("2026-03-05T00:00");
        let after = road.open_case(LI, "2026-03-02T10:00").await;
        let account = outsider(&world, "evaluator").await;
        let days = CreateEngagement {
            from: day("2026-03-03"),
            to: day("2026-03-04"),
            ..engagement(&[QS01], &[Kind::papers("record")])
        };
        let id = evaluations::create_engagement(&world.oversight(HAIZHU).await, fresh(days)).await.unwrap();
        let scope = world.backend.evaluator(account, id).await.unwrap();

        let file = evaluations::case_file(&scope, case).await.unwrap();
        assert!(file.case.papers.is_empty() && file.application.is_none());
        let line = evaluations::cases(&scope, None).await.unwrap().rows;
        assert_eq!(line.len(), 1, "cases opened within the period, of the engaged station");
        assert_eq!(line[0].gaps, [Gap::Record]);
        let evidence = evaluations::overview(&scope).await.unwrap();
        assert_eq!(evidence[0].papers, [(Kind::papers("record"), 0)]);
        assert_eq!(evidence[0].gaps, [(Gap::Record, 1), (Gap::Result, 0)]);

        let stranger = outsider(&world, "stranger").await;
        let admin = world.oversight(HAIZHU).await.account();
        let before = world.everything().await;
        for case in [early, after, elsewhere, CaseId::from(uuid::Uuid::from_u128(7))] {
            assert_eq!(evaluations::case_file(&scope, case).await.unwrap_err(), Refusal::NotFound);
            assert_eq!(evaluations::cases(&scope, Some(case)).await.unwrap_err(), Refusal::NotFound);
        }
        for account in [stranger, admin, world.account(QS01, Role::Head).await] {
            assert_eq!(world.backend.evaluator(account, id).await.err(), Some(Refusal::NotFound));
        }
        assert_eq!(world.changed_since(&before).await, BTreeMap::new());
    }

    /// Proves QUA-10.
    async fn both_sides_draw_the_same_sample(world: World) {
        let (one, two) = (Road::at(&world, QS01).await, Road::at(&world, QS02).await);
        for _ in 0..6 {
            one.open_case(WANG, "2026-03-02T08:00").await;
        }
        two.open_case(LI, "2026-03-02T08:00").await;
        let (id, scope) = engage(&world, &[QS01, QS02], &openable()).await;
        let drawing = Sample { seed: " 2026春 ".to_owned(), each: 3 };
        let drawn = evaluations::sample(&scope, &drawing).await.unwrap();
        let of = |slug: &str| -> Vec<(String, String)> {
            let here = drawn.iter().filter(|case| case.line.organisation.slug == slug);
            here.map(|case| (case.rank.clone(), case.line.number.clone())).collect()
        };
        assert_eq!((of(QS01).len(), of(QS02).len()), (3, 1));
        assert!(of(QS01).iter().all(|(rank, number)| *rank == sampling::rank("2026春", number)));
        assert_eq!(evaluations::repeat_sample(&one.story.head, id, &drawing).await.unwrap(), of(QS01));
        assert_eq!(evaluations::repeat_sample(&two.story.head, id, &drawing).await.unwrap(), of(QS02));
        let all = Sample { each: 6, ..drawing.clone() };
        let all = evaluations::repeat_sample(&one.story.head, id, &all).await.unwrap();
        assert_eq!(all[..3], of(QS01), "the three of the lowest rank");
        assert_eq!(kinds_noted(&world, QS02).await, [r#"{"view":"sample 3 2026春"}"#]);

        assert_eq!(evaluations::repeat_sample(&one.story.worker, id, &drawing).await.unwrap_err(), Refusal::Forbidden);
        let stranger = world.staff(LN01, Role::Head).await;
        assert_eq!(evaluations::repeat_sample(&stranger, id, &drawing).await.unwrap_err(), Refusal::NotFound);
        let nothing = Sample { seed: String::new(), each: 51 };
        let Err(Refusal::Invalid(errors)) = evaluations::sample(&scope, &nothing).await else { panic!("accepted") };
        assert_eq!(errors.len(), 2);
    }
}
