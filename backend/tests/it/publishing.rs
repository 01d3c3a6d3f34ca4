//! The policies of a house: their editions, who signs for them, who may read them, and how one is changed.

use crate::registers::{decided, evaluator, filled, site};
use crate::safety::{called, house_of, named};
use crate::story::answers;
use crate::world::*;
use backend::StaffScope;
use backend::compliance::compliance;
use backend::evaluations::registers;
use backend::listing::Slice;
use backend::members::disable_member;
use backend::paperwork::{Submit, open, published, published_one, sheet, submit};
use backend::registers::{About, Line, PaperFilter, page};
use backend::units::{self, CreateUnit, Place, Profile};
use backend::work::table;
use domain::access::Role;
use domain::compliance::Kept;
use domain::events::Subject;
use domain::forms::Answers;
use domain::ids::PaperId;
use domain::packs::Pack;
use domain::papers::{Deed, PaperState};
use domain::refusal::Refusal;
use domain::registers::Kind;
use domain::rules::Standing;
use domain::time::Day;
use domain::units::UnitKind;

/// A house with its head and its supervisor, and the site that interprets its policies.
struct House {
    head: StaffScope,
    supervisor: StaffScope,
    office: String,
}

impl House {
    async fn of(world: &World, pack: Pack) -> Self {
        let slug = world.with_pack(pack).await;
        let [head, supervisor] = [world.staff(slug, Role::Head).await, world.staff(slug, Role::Supervisor).await];
        let office = site(&head, "综合站", "2026-01-01").await.to_string();
        Self { head, supervisor, office }
    }

    /// An edition that waits for approval.
    async fn written(&self, about: Option<PaperId>, said: &[(&str, &str)]) -> PaperId {
        let mut answers: Answers = said.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())).collect();
        answers.insert("interpreted_by".to_owned(), self.office.clone());
        let policy = filled(&self.head, "policy", house_of(&self.head), answers);
        submit(&self.head, fresh(Submit { about, ..policy })).await.unwrap()
    }

    /// An edition in force.
    async fn publish(&self, about: Option<PaperId>, said: &[(&str, &str)]) -> PaperId {
        let paper = self.written(about, said).await;
        decided(&self.supervisor, paper, Deed::Approve, "").await.unwrap();
        paper
    }

    async fn state(&self, paper: PaperId) -> PaperState {
        open(&self.head, paper).await.unwrap().paper.head.state
    }

    /// The editions of what this paper is one of, newest first.
    async fn editions(&self, paper: PaperId) -> Vec<PaperId> {
        let file = open(&self.head, paper).await.unwrap();
        file.folder.editions(&file.register, &file.paper.head).iter().map(|head| head.id).collect()
    }

    /// What a rule asks on the page of a register.
    async fn lines(&self, register: &str, rule: &str) -> Vec<Line> {
        let page = page(&self.head, register, &PaperFilter::default(), &Slice::default()).await.unwrap();
        let of_rule = page.strips.into_iter().filter(|strip| strip.rule == rule.parse().ok());
        of_rule.flat_map(|strip| strip.lines).collect()
    }

    /// What of the policies a rule misses now.
    async fn lacking(&self, rule: &str) -> Vec<String> {
        let is_late = |line: &Line| line.turns.iter().any(|turn| turn.standing == Standing::Late);
        self.lines("policy", rule).await.iter().filter(|line| is_late(line)).map(called).collect()
    }

    /// Who has to sign for an edition, by when, and how that stands.
    async fn signing(&self, edition: PaperId) -> Vec<(String, Day, Standing)> {
        let lines = self.lines("policy", "PUB-09").await.into_iter();
        let of_it = lines.filter(|line| line.asking.as_ref().is_some_and(|asking| asking.paper.paper == edition));
        of_it
            .flat_map(|line| {
                line.turns.iter().map(|turn| (called(&line), turn.stretch.last, turn.standing)).collect::<Vec<_>>()
            })
            .collect()
    }
}

/// Somebody signs for an edition.
async fn sign(scope: &StaffScope, edition: PaperId) -> Result<PaperId, Refusal> {
    let signoff = filled(scope, "policy_signoff", house_of(scope), Answers::new());
    submit(scope, fresh(Submit { about: Some(edition), ..signoff })).await
}

/// Whether the page of a paper offers this member to write such a paper about it.
async fn offers(scope: &StaffScope, paper: PaperId, register: &str) -> bool {
    let offers = open(scope, paper).await.unwrap().offers.into_iter().filter(|offer| offer.replaces.is_none());
    let mut offers = offers.filter(|offer| offer.register.key == register && offer.about == Some(paper));
    offers.any(|offer| offer.outcome.is_ok())
}

/// Whose signatures are on this member's table of the day.
async fn told(scope: &StaffScope, mine: bool) -> Vec<String> {
    let upkeep = table(scope, mine).await.unwrap().upkeep.into_iter();
    let lines = upkeep.filter(|pressing| pressing.register.key == "policy").flat_map(|pressing| pressing.strip.lines);
    let whose = lines.map(|line| match line.about {
        Some(About::Member(_, name)) => name,
        other => panic!("{other:?}"),
    });
    whose.collect()
}

on_both_engines! {
    /// Proves PUB-04.
    async fn a_policy_lives_in_its_editions(world: World) {
        let house = House::of(&world, Pack::K).await;
        let said = [("topic", "archives"), ("change", "new"), ("articles.1.heading", "总则"), ("appendices.1.kind", "law")];
        let first = house.publish(None, &said).await;
        let other = house.publish(None, &[("topic", "finance")]).await;
        let shown = open(&house.supervisor, first).await.unwrap().paper;
        for field in ["edition", "scope", "effective_from", "interpreted_by", "articles.1.text", "appendices.1.title"] {
            assert!(!shown.answers[field].is_empty(), "{field}");
        }
        let numbers = [shown.head.number, open(&house.head, other).await.unwrap().paper.head.number];
        assert_eq!(numbers, ["QS02/ZD/2026/001", "QS02/ZD/2026/002"].map(|number| Some(number.to_owned())));

        // The next edition begins with what the one in force says, and takes its place once somebody else approves it.
        assert!(offers(&house.head, first, "policy").await);
        let begun = sheet(&house.head, "policy", house_of(&house.head), (Some(first), None)).await.unwrap();
        assert_eq!([&begun.answers["topic"], &begun.answers["articles.1.heading"]], ["archives", "总则"]);
        let revised = [
            ("topic", "archives"),
            ("change", "revised"),
            ("changes", "补上电子档案。"),
            ("repeals.1.title", "文书档案管理制度"),
            ("repeals.1.number", "QS02/ZD/2026/001"),
        ];
        let second = house.written(Some(first), &revised).await;
        assert_eq!([house.state(first).await, house.state(second).await], [PaperState::Published, PaperState::Submitted]);
        let own = decided(&house.head, second, Deed::Approve, "").await;
        assert!(matches!(own, Err(Refusal::WrongState { .. })), "not by its author: {own:?}");
        decided(&house.supervisor, second, Deed::Approve, "").await.unwrap();
        assert_eq!([house.state(first).await, house.state(second).await], [PaperState::Superseded, PaperState::Published]);
        assert_eq!(house.state(other).await, PaperState::Published, "another topic stands by itself");
        for paper in [first, second] {
            assert_eq!(house.editions(paper).await, [second, first]);
        }
        assert_eq!(house.editions(other).await, [other]);
        assert!(!offers(&house.head, first, "policy").await, "only the edition in force is revised");

        // One is taken back: nothing is in force, and both stay to be read.
        decided(&house.head, second, Deed::Withdraw, "").await.unwrap();
        assert_eq!([house.state(first).await, house.state(second).await], [PaperState::Superseded, PaperState::Withdrawn]);
        assert_eq!(house.editions(first).await, [second, first]);

        // What stands on no list of topics is followed by what was written as its next edition alone.
        let canteen = [("topic", "other"), ("other_topic", "食堂")];
        let (first, parking) = (house.publish(None, &canteen).await, house.publish(None, &[("topic", "other")]).await);
        assert_eq!([house.state(first).await, house.state(parking).await], [PaperState::Published; 2]);
        let next = house.publish(Some(first), &canteen).await;
        let states = [house.state(first).await, house.state(parking).await];
        assert_eq!(states, [PaperState::Superseded, PaperState::Published]);
        assert_eq!(house.editions(next).await, [next, first]);
    }

    /// Proves PUB-05, PUB-06.
    async fn what_has_to_be_public_is_in_force_and_public(world: World) {
        let house = House::of(&world, Pack::P).await;
        let public = ["need_assessment", "abuse_protection", "complaints", "confidentiality", "entry_and_withdrawal"];
        let internal = ["client_management", "cases", "safety", "archives", "publicity", "duty_and_visits"];
        assert_eq!(house.lacking("PUB-05").await, public);
        assert_eq!(house.lacking("PUB-06").await, internal);
        let inside = house.publish(None, &[("topic", "complaints"), ("readers", "staff")]).await;
        assert_eq!(house.lacking("PUB-05").await, public, "only the staff read it");
        let title = ("title", "投诉与申诉办法");
        let said = [("topic", "complaints"), ("readers", "public"), title, ("discussion", "内部讨论的话")];
        let outside = house.publish(Some(inside), &said).await;
        let waiting = house.written(None, &[("topic", "confidentiality"), ("readers", "public")]).await;
        assert_eq!(house.lacking("PUB-05").await, ["need_assessment", "abuse_protection", "confidentiality", "entry_and_withdrawal"]);
        house.publish(None, &[("topic", "cases"), ("readers", "staff")]).await;
        assert_eq!(house.lacking("PUB-06").await, ["client_management", "safety", "archives", "publicity", "duty_and_visits"]);

        // Everybody reads what is in force and public, and of it what is no inner affair.
        let visitor = world.backend.public(&house.head.organisation().slug).await.unwrap();
        let found = published(&visitor).await.unwrap();
        assert_eq!(found.iter().map(|paper| (paper.paper.head.id, paper.title())).collect::<Vec<_>>(), [(outside, Some(title.1))]);
        let read = published_one(&visitor, outside).await.unwrap();
        assert!(!read.paper.answers["articles.1.text"].is_empty());
        assert!(read.paper.written.author.is_empty());
        let kept = ["discussion", "interpreted_by"].iter().any(|field| read.paper.answers.contains_key(*field));
        assert!(!kept && !format!("{read:?}").contains("内部讨论的话"), "{read:?}");
        let neighbour = world.backend.public(QS01).await.unwrap();
        for (who, paper) in [(&visitor, inside), (&visitor, waiting), (&neighbour, outside)] {
            assert_eq!(published_one(who, paper).await.map(drop), Err(Refusal::NotFound));
        }
        assert!(published(&neighbour).await.unwrap().is_empty());
        decided(&house.head, outside, Deed::Withdraw, "").await.unwrap();
        assert_eq!(published_one(&visitor, outside).await.map(drop), Err(Refusal::NotFound));
        assert_eq!(house.lacking("PUB-05").await, public);
    }

    /// Proves PUB-07.
    async fn every_project_reviews_its_policies_each_half_year(world: World) {
        let house = House::of(&world, Pack::P).await;
        let project = async |name: &str| -> Subject {
            let profile = Profile { name: name.to_owned(), ..Profile::default() };
            let place = Place { parent: None, head: None };
            let create = CreateUnit { kind: UnitKind::Project, place, profile, since: day("2026-03-02") };
            world.pass_minutes(1);
            units::create(&house.head, fresh(create)).await.unwrap().into()
        };
        let (near, far) = (project("向日葵").await, project("夕阳红").await);
        world.set_clock("2026-12-31T17:00");
        let review = async |project: Subject, on: &str| {
            let said = answers([("half", "second"), ("held_on", on), ("policies.1.decision", "keep")]);
            submit(&house.head, fresh(filled(&house.head, "policy_review", project, said))).await.unwrap();
        };
        let standing = async || {
            let lines = house.lines("policy_review", "PUB-07").await.into_iter();
            lines.map(|line| line.turns.iter().map(|turn| turn.standing).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        assert_eq!(standing().await, [[Standing::Due], [Standing::Due]], "their first full half-year");
        review(near, "2026-12-31").await;
        assert_eq!(standing().await, [[Standing::Met], [Standing::Due]], "the last day is in time");
        world.set_clock("2027-01-01T09:00");
        assert_eq!(standing().await, [[Standing::Met, Standing::Open], [Standing::Late, Standing::Open]]);
        review(far, "2026-12-31").await;
        assert_eq!(standing().await[1], [Standing::MetLate, Standing::Open], "written down after its half-year");
    }

    /// Proves PUB-08.
    async fn a_policy_changes_step_by_step(world: World) {
        let house = House::of(&world, Pack::K).await;
        let worker = world.staff(&house.head.organisation().slug, Role::SocialWorker).await;
        let policy = house.publish(None, &[("topic", "duty_and_visits"), ("title", "值班走访制度")]).await;
        let put = async |scope: &StaffScope, register: &str, about: PaperId, said: &[(&str, &str)]| {
            let file = house_of(scope);
            // What the paper before says already stands there.
            let mut answers = sheet(scope, register, file, (Some(about), None)).await?.answers;
            answers.extend(said.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())));
            assert_eq!([&answers["topic"], &answers["title"]], ["duty_and_visits", "值班走访制度"], "{register}");
            submit(scope, fresh(Submit { about: Some(about), ..filled(scope, register, file, answers) })).await
        };
        let proposal = put(&worker, "policy_proposal", policy, &[("wants", "revise")]).await.unwrap();
        let early = put(&house.head, "policy_discussion", proposal, &[]).await;
        assert!(matches!(early, Err(Refusal::WrongState { .. })), "nobody has taken it up yet: {early:?}");
        decided(&house.head, proposal, Deed::Approve, "").await.unwrap();
        let meeting = put(&house.head, "policy_discussion", proposal, &[("decision", "change")]).await.unwrap();
        let duties = [
            ("duties_change", "yes"),
            ("handover.1.duty", "节假日值班"),
            ("handover.1.from", "接案窗口"),
            ("handover.1.to", "当值"),
        ];
        let plan = put(&house.head, "policy_adjustment", meeting, &duties).await.unwrap();
        decided(&house.supervisor, plan, Deed::Approve, "").await.unwrap();
        let next = house.publish(Some(policy), &[("topic", "duty_and_visits"), ("change", "revised"), ("changes", "增加节假日值班。")]).await;
        assert_eq!([house.state(policy).await, house.state(next).await], [PaperState::Superseded, PaperState::Published]);
        // Each step is found from the one before it.
        for (paper, step) in [(policy, proposal), (proposal, meeting), (meeting, plan)] {
            let around = open(&worker, paper).await.unwrap().around;
            assert_eq!(around.iter().map(|view| view.head.id).collect::<Vec<_>>(), [step]);
        }
    }

    async fn a_month_that_is_over_stays_as_it_was(world: World) {
        world.set_clock("2026-03-02T09:00");
        let house = House::of(&world, Pack::P).await;
        let worker = world.staff(&house.head.organisation().slug, Role::SocialWorker).await;
        world.set_clock("2026-03-04T09:00");
        let edition = house.publish(None, &[("topic", "safety"), ("safety_scope", "persons")]).await;
        sign(&house.head, edition).await.unwrap();
        world.set_clock("2026-03-20T09:00");
        sign(&house.supervisor, edition).await.unwrap();
        let signed = async |month: &str| {
            let judged = compliance(&house.head, month.parse().unwrap()).await.unwrap();
            judged.rules.into_iter().find(|part| part.rule.id.to_string() == "PUB-09").map(|part| part.kept)
        };
        let march = Some(Kept { in_time: 1, late: 1, missed: 1 });
        assert_eq!(signed("2026-03").await, march);

        world.set_clock("2026-04-02T09:00");
        disable_member(&house.head, fresh(worker.member()).seen(1)).await.unwrap();
        world.pass_minutes(24 * 60);
        assert_eq!(house.signing(edition).await.len(), 2, "whoever left is asked no more");
        assert_eq!(signed("2026-03").await, march, "somebody left");
        let next = house.publish(Some(edition), &[("topic", "safety"), ("safety_scope", "persons")]).await;
        world.pass_minutes(24 * 60);
        assert_eq!(signed("2026-03").await, march, "another edition took its place");
        assert_eq!(house.signing(edition).await, [], "and nobody is asked for the one before");
        world.set_clock("2026-05-04T09:00");
        let april = Some(Kept { missed: 2, ..Kept::default() });
        assert_eq!(signed("2026-04").await, april, "of those who stayed");
        decided(&house.head, next, Deed::Withdraw, "").await.unwrap();
        world.pass_minutes(24 * 60);
        assert_eq!(signed("2026-04").await, april, "it was taken back");
        assert_eq!(signed("2026-03").await, march);
    }

    async fn an_evaluator_is_told_the_same(world: World) {
        world.set_clock("2026-07-06T09:00");
        let house = House::of(&world, Pack::P).await;
        let slug = house.head.organisation().slug.clone();
        house.publish(None, &[("topic", "safety"), ("safety_scope", "persons")]).await;
        world.set_clock("2026-07-28T09:00");
        let scope = evaluator(&world, &[&slug], &[Kind::papers("policy"), Kind::papers("policy_signoff")]).await;
        let seen = registers(&scope).await.unwrap().remove(0).registers;
        let strips = seen.into_iter().flat_map(|(_, strips)| strips);
        let signing = strips.filter(|strip| strip.rule.is_some_and(|rule| rule.to_string() == "PUB-09"));
        let late = signing.flat_map(|strip| strip.lines).filter(|line| line.presses() == Some(Standing::Late)).count();
        assert_eq!((late, house.lines("policy", "PUB-09").await.len()), (2, 2));
    }

    /// Proves PUB-09.
    async fn everybody_signs_for_each_edition(world: World) {
        world.set_clock("2026-03-02T09:00");
        let house = House::of(&world, Pack::P).await;
        let slug = house.head.organisation().slug.clone();
        let worker = world.staff(&slug, Role::SocialWorker).await;
        let names = [named(&house.head, house.head.member()).await, named(&house.head, worker.member()).await, named(&house.head, house.supervisor.member()).await];
        let [head, hers, supervisor] = names;
        world.set_clock("2026-03-04T09:00");
        let edition = house.publish(None, &[("topic", "safety"), ("safety_scope", "persons")]).await;
        let stands = |name: &str, last: &str, standing: Standing| (name.to_owned(), day(last), standing);
        let all = |standing: Standing| [&head, &hers, &supervisor].map(|name| stands(name, "2026-03-18", standing));
        assert_eq!(house.signing(edition).await, all(Standing::Open), "14 days from the day on which it was published");
        let line = house.lines("policy", "PUB-09").await.remove(0);
        let called = line.asking.map(|asking| asking.about);
        let about = About::Paper { number: "XL01/ZD/2026/001".to_owned(), kind: Some("safety".to_owned()) };
        assert_eq!(called, Some(about));

        // Each signs for oneself, once.
        assert!(offers(&worker, edition, "policy_signoff").await);
        let signed = sign(&worker, edition).await.unwrap();
        assert_eq!(open(&house.head, signed).await.unwrap().paper.head.author, worker.member());
        assert!(!offers(&worker, edition, "policy_signoff").await && offers(&house.head, edition, "policy_signoff").await);
        assert!(matches!(sign(&worker, edition).await, Err(Refusal::WrongState { .. })), "once is enough");
        let for_her = filled(&house.head, "policy_signoff", house_of(&house.head), Answers::new());
        let for_her = Submit { about: Some(edition), replaces: Some(signed), ..for_her };
        let instead = submit(&house.head, fresh(for_her)).await;
        assert!(matches!(instead, Err(Refusal::WrongState { .. })), "nobody corrects another's: {instead:?}");
        world.set_clock("2026-03-10T09:00");
        world.add(&slug, world.newcomer("zhou", &[Role::Counsellor])).await;
        world.add(&slug, world.newcomer("yan", &[Role::Auditor])).await;
        world.set_clock("2026-03-18T17:00");
        let now = house.signing(edition).await;
        let expected = [
            stands(&head, "2026-03-18", Standing::Due),
            stands(&hers, "2026-03-18", Standing::Met),
            stands(&supervisor, "2026-03-18", Standing::Due),
            stands("zhou", "2026-03-24", Standing::Due),
        ];
        assert_eq!(now, expected, "whoever came later has 14 days from then, and whoever only looks in has nothing to sign");
        assert_eq!(told(&house.supervisor, true).await, [house.supervisor.name()], "each is told of the own signature");
        assert_eq!(told(&worker, true).await, [""; 0]);
        assert_eq!(told(&house.head, false).await.len(), 3, "and whoever sees all duties of everybody's");
        world.set_clock("2026-03-19T09:00");
        sign(&house.head, edition).await.unwrap();
        let now: Vec<Standing> = house.signing(edition).await.into_iter().map(|(.., standing)| standing).collect();
        assert_eq!(now, [Standing::MetLate, Standing::Met, Standing::Late, Standing::Due], "day 15 is late, and stays late");

        // The next edition is signed for anew, and nobody is asked for the one before.
        let next = house.publish(Some(edition), &[("topic", "safety"), ("safety_scope", "persons"), ("change", "revised"), ("changes", "增加防跌倒。")]).await;
        assert_eq!(house.signing(edition).await, []);
        let now = house.signing(next).await;
        assert_eq!(now.len(), 4);
        assert!(now.iter().all(|(_, last, standing)| (*last, *standing) == (day("2026-04-02"), Standing::Open)), "{now:?}");
        assert!(matches!(sign(&house.supervisor, edition).await, Err(Refusal::WrongState { .. })));

        // Other houses may sign too; nobody counts it.
        let other = House::of(&world, Pack::K).await;
        let policy = other.publish(None, &[("topic", "finance")]).await;
        sign(&other.supervisor, policy).await.unwrap();
        assert!(other.lines("policy", "PUB-09").await.is_empty());
        assert_eq!(sign(&other.supervisor, edition).await, Err(Refusal::NotFound));
    }
}
