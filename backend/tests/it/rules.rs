//! What a district says of the rules, and what follows from a rule: each from a first day on, and each seen by the station.

use crate::road::*;
use crate::story::*;
use crate::world::*;
use backend::applications::{self, Accept};
use backend::duties::{self, DutyFilter};
use backend::oversight::{AdoptRule, GivePacks, SetLimit, adopt_rule, give_packs, rule_settings, set_limit};
use backend::paperwork::{self, Submit};
use backend::trail::{TrailFilter, trail};
use backend::units::{self, CreateUnit, Place, Profile};
use backend::{OversightScope, StaffScope};
use domain::access::Role;
use domain::events::EventKind;
use domain::ids::{MemberId, UnitId};
use domain::packs::{Pack, PackSet};
use domain::papers::Deed;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::registers::Registers;
use domain::rules::{RuleBook, RuleId};
use domain::time::{Moment, Span};
use domain::units::UnitKind;

const REVIEW: &str = "int.initial_review_hours";

fn limit(parameter: &str, value: Option<i64>, from: &str) -> SetLimit {
    SetLimit { parameter: parameter.to_owned(), value, from: day(from) }
}

async fn set(district: &OversightScope, asked: SetLimit) -> Result<(), Refusal> {
    set_limit(district, fresh(asked)).await
}

/// When what is owed under a rule is due, last opened first.
async fn due(scope: &StaffScope, rule: RuleId) -> Vec<Moment> {
    let filter = DutyFilter { rule: Some(rule), ..DutyFilter::default() };
    let found = duties::list(scope, &filter, &backend::listing::Slice::default()).await.unwrap();
    let mut duties: Vec<_> = found.rows.into_iter().map(|row| (row.duty.opened, row.duty.due)).collect();
    duties.sort_unstable();
    duties.into_iter().rev().map(|(_, due)| due).collect()
}

/// What the station finds of this in its trail, newest first, with its details.
async fn told(scope: &StaffScope, kind: EventKind) -> Vec<String> {
    let rows = trail(scope, &TrailFilter::default()).await.unwrap().rows;
    rows.iter().filter(|row| row.kind == kind).map(|row| format!("{:?}", row.detail)).collect()
}

fn wrong(field: &str, problem: Problem) -> Result<(), Refusal> {
    Err(Refusal::Invalid(vec![FieldError::new(field, problem)]))
}

on_both_engines! {
    /// Proves ORG-03.
    async fn a_limit_binds_every_station_from_its_first_day(world: World) {
        let district = world.oversight(HAIZHU).await;
        let road = Road::at(&world, QS02).await;
        set(&district, limit(REVIEW, Some(8), "2026-03-03")).await.unwrap();

        let before = road.apply(WANG, "2026-03-02T08:00").await;
        road.story.accept(before).await.unwrap();
        assert_eq!(due(&road.story.head, RuleId::INT_07).await, [moment("2026-03-03T08:00")]);
        world.set_clock("2026-03-03T09:00");
        let after = road.apply(LI, "2026-03-03T08:30").await;
        road.story.accept(after).await.unwrap();
        let both = [moment("2026-03-03T16:30"), moment("2026-03-03T08:00")];
        assert_eq!(due(&road.story.head, RuleId::INT_07).await, both, "what began before keeps its time");

        // The default binds again, and says so.
        set(&district, limit(REVIEW, None, "2026-03-04")).await.unwrap();
        let said = rule_settings(&district).await.unwrap();
        let said: Vec<_> = said.rows.iter().map(|row| (row.parameter.as_deref(), row.value, row.from, row.at)).collect();
        let (first, second) = (moment("2026-03-02T09:00"), moment("2026-03-03T09:00"));
        assert_eq!(said, [(Some(REVIEW), None, day("2026-03-04"), second), (Some(REVIEW), Some(8), day("2026-03-03"), first)]);
        let told = told(&road.story.head, EventKind::OrganisationRuleSet).await;
        assert_eq!(told.len(), 2);
        assert!(told[1].contains("\"8\"") && told[1].contains("INT-07") && told[1].contains("2026-03-03"), "{told:?}");
    }

    /// Proves ORG-03.
    async fn nothing_is_made_laxer_or_changed_backwards(world: World) {
        let district = world.oversight(HAIZHU).await;
        let before = world.everything().await;
        let refused = [
            (limit(REVIEW, Some(48), "2026-03-02"), wrong("value", Problem::NotANumber { min: 0.into(), max: 24.into(), decimals: 0 })),
            (limit(REVIEW, Some(8), "2026-03-01"), wrong("from", Problem::PastDay)),
            (limit(REVIEW, Some(8), "2020-01-01"), wrong("from", Problem::PastDay)),
            (limit("int.no_such_limit", Some(8), "2026-03-02"), Err(Refusal::NotFound)),
        ];
        for (asked, outcome) in refused {
            assert_eq!(set(&district, asked.clone()).await, outcome, "{asked:?}");
        }
        let (rule, past) = (RuleId::INT_06, day("2026-03-01"));
        let adopt = fresh(AdoptRule { rule, follows: true, from: past });
        assert_eq!(adopt_rule(&district, adopt).await, wrong("from", Problem::PastDay));
        let give = |slug: &str, packs, from| GivePacks { organisation: slug.to_owned(), packs, from };
        let today = world.today();
        for (asked, outcome) in [
            (give(QS01, PackSet::EMPTY, today), wrong("packs", Problem::Required)),
            (give(QS01, Pack::K.into(), past), wrong("from", Problem::PastDay)),
            (give(LN01, Pack::K.into(), today), Err(Refusal::NotFound)),
        ] {
            assert_eq!(give_packs(&district, fresh(asked.clone())).await, outcome, "{asked:?}");
        }
        assert_eq!(world.changed_since(&before).await.len(), 0);
        // What is no duty may be set either way.
        set(&district, limit("int.e2e_wd", Some(15), "2026-03-02")).await.unwrap();
    }

    /// Proves INT-06, ORG-03.
    async fn an_adopted_rule_binds_until_it_is_dropped(world: World) {
        let district = world.oversight(HAIZHU).await;
        let road = Road::at(&world, QS01).await;
        for (follows, from) in [(true, "2026-03-03"), (false, "2026-03-05")] {
            adopt_rule(&district, fresh(AdoptRule { rule: RuleId::INT_06, follows, from: day(from) })).await.unwrap();
        }
        for (who, now, binds) in [(WANG, "2026-03-02T10:00", false), (LI, "2026-03-04T10:00", true), (WANG, "2026-03-05T10:00", false)] {
            world.set_clock(now);
            let application = road.apply(who, now).await;
            let ungraded = applications::accept(&road.story.intake, fresh(Accept { application, grade: None }).seen(1)).await;
            let blocked = matches!(&ungraded, Err(Refusal::Blocked(blocked)) if blocked[0].rule == RuleId::INT_06);
            assert_eq!((blocked, ungraded.is_ok()), (binds, !binds), "{now}: {ungraded:?}");
        }
        assert_eq!(told(&road.story.head, EventKind::OrganisationRuleAdopted).await.len(), 1);
        assert_eq!(told(&road.story.head, EventKind::OrganisationRuleDropped).await.len(), 1);
    }

    /// Proves ORG-03.
    async fn a_station_carries_the_norms_that_it_was_given(world: World) {
        let district = world.oversight(HAIZHU).await;
        let (from, packs) = (day("2026-03-03"), PackSet::parse("SK").unwrap());
        let command = fresh(GivePacks { organisation: QS01.to_owned(), packs, from });
        give_packs(&district, command.clone()).await.unwrap();
        give_packs(&district, command).await.unwrap();
        let road = Road::at(&world, QS01).await;
        assert_eq!(road.story.head.organisation().packs, Pack::S.into());
        assert_eq!(told(&road.story.head, EventKind::OrganisationPacksGiven).await.len(), 1, "sent twice, told once");
        for (who, now, owed) in [(WANG, "2026-03-02T10:00", 0), (LI, "2026-03-03T10:00", 1)] {
            world.set_clock(now);
            let application = road.apply(who, now).await;
            road.story.accept(application).await.unwrap();
            assert_eq!(due(&road.story.head, RuleId::INT_07).await.len(), owed, "{now}");
        }
        assert_eq!(world.staff(QS01, Role::Head).await.organisation().packs, packs);
    }
}

/// Rules of a book of the tests' own, which let go on with a reason, warn, hang on a fact, and are owed by a post.
const BOOK: &str = r#"
[[rule]]
id = "ASM-99"
version = 1
effective_from = "2024-01-01"
packs = "S"
strength = "D"
family = "gate"
title = { zh = "先讨论", en = "Discuss first" }
wording = { zh = "先讨论。", en = "Discuss first." }
clause = { zh = "条", en = "Clause" }
consequences = ["soft_block", "count"]
justified_by = ["social_worker"]
[[rule.gate]]
on = "assessment.submit"
need = { has = "discussion" }
missing = { zh = "还没有讨论。", en = "Not discussed yet." }

[[rule]]
id = "ASM-98"
version = 1
effective_from = "2024-01-01"
packs = "S"
strength = "R"
family = "gate"
title = { zh = "最好先探访", en = "Better after a visit" }
wording = { zh = "最好先探访。", en = "Better after a visit." }
clause = { zh = "条", en = "Clause" }
consequences = ["warn"]
[[rule.gate]]
on = "assessment.submit"
need = { has = "visit" }
missing = { zh = "还没有探访。", en = "Not visited yet." }

[[rule]]
id = "PLN-99"
version = 1
effective_from = "2024-01-01"
packs = "S"
strength = "D"
family = "clock"
title = { zh = "电话后探访", en = "Visit after a call" }
wording = { zh = "电话后探访。", en = "Visit after a call." }
clause = { zh = "条", en = "Clause" }
consequences = ["todo", "escalate"]
[[rule.parameter]]
key = "pln.call_days"
label = { zh = "天", en = "Days" }
default = 7
unit = "days"
stricter = "lower"
[rule.clock]
limits = ["pln.call_days"]
every = "pln.call_days"
if = { fact = "mode", is = ["telephone"] }
opens_on = ["record.submitted"]
met_by = ["record.approved"]
escalate = true
owner = "responsible"

[[rule]]
id = "ORG-99"
version = 1
effective_from = "2024-01-01"
packs = "S"
strength = "D"
family = "clock"
title = { zh = "新单元", en = "New unit" }
wording = { zh = "新单元。", en = "New unit." }
clause = { zh = "条", en = "Clause" }
consequences = ["todo"]
[[rule.parameter]]
key = "org.unit_days"
label = { zh = "天", en = "Days" }
default = 7
unit = "days"
stricter = "lower"
[rule.clock]
limits = ["org.unit_days"]
opens_on = ["unit.created"]
met_by = ["unit.changed"]
owner = "post:site"
"#;

/// The world under those rules.
async fn under_them(mut world: World) -> World {
    let book = RuleBook::parse(&[("tests.toml", BOOK)], Registers::builtin()).unwrap();
    world.backend = world.backend.under_rules(book).await.unwrap();
    world
}

async fn unit(scope: &StaffScope, kind: UnitKind, parent: Option<UnitId>, head: Option<MemberId>) -> UnitId {
    let profile = Profile { name: kind.code().to_owned(), address: "白鹤路 1 号".to_owned(), ..Profile::default() };
    let asked = CreateUnit { kind, place: Place { parent, head }, profile, since: day("2026-03-02") };
    units::create(scope, fresh(asked)).await.unwrap()
}

on_both_engines! {
    async fn who_may_goes_on_with_a_reason_that_is_kept(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let world = under_them(world).await;
        let (worker, supervisor) = (world.staff(QS01, Role::SocialWorker).await, world.staff(QS01, Role::Supervisor).await);
        let with = |why: &str| Submit { why: why.to_owned(), ..filled(case, "assessment", assessment()) };

        let sheet = paperwork::sheet(&worker, "assessment", case.into(), (None, None)).await.unwrap();
        let Err(Refusal::Blocked(blocked)) = &sheet.outcome else { panic!("{:?}", sheet.outcome) };
        assert_eq!((&*blocked[0].text.zh, &blocked[0].unless), ("还没有讨论。", &vec![Role::SocialWorker]));
        let before = world.everything().await;
        assert!(matches!(submit(&worker, with("  ")).await, Err(Refusal::Blocked(_))), "without a reason");
        assert!(matches!(submit(&supervisor, with("来不及。")).await, Err(Refusal::Blocked(_))), "not everybody");
        assert_eq!(world.changed_since(&before).await.len(), 0);

        let paper = submit(&worker, with("王奶奶急需帮助，来不及讨论。")).await.unwrap();
        let shown = paperwork::open(&worker, paper).await.unwrap().paper;
        assert_eq!(shown.reason.as_deref(), Some("王奶奶急需帮助，来不及讨论。"));
        let head = world.staff(QS01, Role::Head).await;
        let told = told(&head, EventKind::PaperSubmitted).await;
        assert!(told[0].contains("passed_over") && told[0].contains("ASM-99") && !told[0].contains("王奶奶"), "{told:?}");
    }

    async fn what_a_rule_warns_of_is_said_and_goes_on(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        story.assess(case).await.unwrap();
        let plan = story.hand_in(case, "plan", plan()).await.unwrap();
        let said = discussion(world.backend.now());
        story.hand_in_about(case, ("discussion", plan), said).await.unwrap();
        let world = under_them(world).await;
        let worker = world.staff(QS01, Role::SocialWorker).await;
        let sheet = paperwork::sheet(&worker, "assessment", case.into(), (None, None)).await.unwrap();
        assert_eq!(sheet.outcome, Ok(()));
        let warned: Vec<_> = sheet.warned.iter().map(|warned| &*warned.text.zh).collect();
        assert_eq!(warned, ["还没有探访。"]);
        submit(&worker, filled(case, "assessment", assessment())).await.unwrap();
    }

    async fn a_clock_hangs_on_what_its_paper_says_and_comes_again(world: World) {
        let road = Road::at(&world, QS01).await;
        let case = road.open_case(WANG, "2026-03-02T08:00").await;
        road.start(case).await;
        let world = under_them(world).await;
        let (worker, head) = (world.staff(QS01, Role::SocialWorker).await, world.staff(QS01, Role::Head).await);
        let rule: RuleId = "PLN-99".parse().unwrap();
        let written = |mode: &str| {
            let mut record = record(world.backend.now());
            record.insert("mode".to_owned(), mode.to_owned());
            filled(case, "record", record)
        };
        submit(&worker, written("visit")).await.unwrap();
        assert_eq!(due(&head, rule).await, [], "a visit opens nothing");
        let call = submit(&worker, written("telephone")).await.unwrap();
        assert_eq!(due(&head, rule).await, [Moment::end_of(day("2026-03-09"))]);
        world.set_clock("2026-03-05T10:00");
        let supervisor = world.staff(QS01, Role::Supervisor).await;
        paperwork::decide(&supervisor, decision(call, Deed::Approve).seen(1)).await.unwrap();
        assert_eq!(due(&head, rule).await, [Moment::end_of(day("2026-03-12"))], "met, and owed again from then");
        let filter = DutyFilter { rule: Some(rule), ..DutyFilter::default() };
        let owed = duties::list(&head, &filter, &backend::listing::Slice::default()).await.unwrap().rows.swap_remove(0);
        assert_eq!(owed.duty.escalates, Some(owed.duty.due.plus(Span::days(1))));
    }

    async fn a_post_is_answered_by_whoever_heads_the_unit(world: World) {
        let world = under_them(world).await;
        let head = world.staff(QS01, Role::Head).await;
        let (worker, other) = (world.staff(QS01, Role::SocialWorker).await, world.staff(QS01, Role::Supervisor).await);
        let site = unit(&head, UnitKind::Site, None, Some(worker.member())).await;
        let project = unit(&head, UnitKind::Project, Some(site), Some(other.member())).await;
        let department = unit(&head, UnitKind::Department, None, Some(other.member())).await;
        let filter = DutyFilter { rule: Some("ORG-99".parse().unwrap()), ..DutyFilter::default() };
        let found = duties::list(&head, &filter, &backend::listing::Slice::default()).await.unwrap().rows;
        for (unit, owes, why) in [
            (site, worker.member(), "its own head"),
            (project, worker.member(), "the head of the site above it"),
            (department, other.member(), "no site is above it, so whoever answers for it"),
        ] {
            let row = found.iter().find(|row| row.duty.subject.id == unit.uuid()).unwrap();
            assert_eq!(row.responsible.as_ref().map(|(member, _)| *member), Some(owes), "{why}");
        }
    }
}
