//! What safety asks of a house, and what of it is there.

use crate::registers::{decided, filled, site};
use crate::story::answers;
use crate::world::*;
use backend::StaffScope;
use backend::listing::Slice;
use backend::members::{HandOver, hand_over};
use backend::paperwork::{PaperFile, Submit, open, sheet, submit};
use backend::registers::{About, Line, PaperFilter, page};
use domain::access::Role;
use domain::events::Subject;
use domain::ids::{MemberId, PaperId};
use domain::packs::Pack;
use domain::papers::{Deed, PaperState};
use domain::refusal::Refusal;
use domain::rules::Standing;
use std::collections::BTreeSet;

on_both_engines! {
    /// Proves SAF-09.
    async fn of_each_sort_one_edition_is_in_force(world: World) {
        let house = world.with_pack(Pack::K).await;
        let [head, supervisor] = [world.staff(house, Role::Head).await, world.staff(house, Role::Supervisor).await];
        let publish = async |kind: &str| {
            let kind = answers([("kind", kind)]);
            let paper = submit(&head, fresh(filled(&head, "emergency_plan", house_of(&head), kind))).await.unwrap();
            decided(&supervisor, paper, Deed::Approve, "").await.unwrap();
            paper
        };
        let state = async |paper| open(&head, paper).await.unwrap().paper.head.state;
        let missing = async || lacking(&head, "emergency_plan").await;
        assert_eq!(missing().await, ["fire", "natural_disaster", "public_health"]);
        let (fire, flood) = (publish("fire").await, publish("natural_disaster").await);
        assert_eq!(missing().await, ["public_health"]);
        assert_eq!(state(fire).await, PaperState::Published, "another sort takes nobody's place");
        let again = publish("fire").await;
        assert_eq!([state(fire).await, state(again).await], [PaperState::Superseded, PaperState::Published]);
        assert_eq!(state(flood).await, PaperState::Published);
        let others = [publish("other").await, publish("other").await];
        assert_eq!([state(others[0]).await, state(others[1]).await], [PaperState::Published; 2]);
        decided(&head, again, Deed::Withdraw, "").await.unwrap();
        assert_eq!(missing().await, ["fire", "public_health"], "what was superseded is not in force again");
    }

    /// Proves SAF-01.
    async fn a_policy_covers_what_it_names_and_no_more(world: World) {
        let house = world.with_pack(Pack::K).await;
        let [head, supervisor] = [world.staff(house, Role::Head).await, world.staff(house, Role::Supervisor).await];
        let office = site(&head, "综合站", "2026-01-01").await;
        let by_whom = office.to_string();
        let publish = async |topic: &str, scope: &str| {
            let said = answers([("topic", topic), ("safety_scope", scope), ("interpreted_by", &by_whom)]);
            let paper = submit(&head, fresh(filled(&head, "policy", house_of(&head), said))).await.unwrap();
            decided(&supervisor, paper, Deed::Approve, "").await.unwrap();
        };
        let all = ["persons", "facilities", "information", "public_health"];
        assert_eq!(lacking(&head, "policy").await, all);
        publish("cases", "").await;
        assert_eq!(lacking(&head, "policy").await, all, "another topic says nothing of safety");
        publish("safety", "persons,facilities").await;
        assert_eq!(lacking(&head, "policy").await, ["information", "public_health"]);
        publish("safety", "persons,facilities,information,public_health").await;
        assert_eq!(lacking(&head, "policy").await, [""; 0]);
        publish("safety", "persons").await;
        assert_eq!(lacking(&head, "policy").await, ["facilities", "information", "public_health"], "it took the other's place");
    }

    /// Proves SAF-05.
    async fn the_newest_list_of_a_site_misses_nothing(world: World) {
        let house = world.with_pack(Pack::K).await;
        let head = world.staff(house, Role::Head).await;
        let (near, far) = (site(&head, "东门站", "2026-01-01").await, site(&head, "西门站", "2026-01-01").await);
        let list = async |site: Subject, first: &str| {
            let said = answers([("facilities.1.state", first)]);
            submit(&head, fresh(filled(&head, "facility_list", site, said))).await.unwrap();
            world.pass_minutes(1);
        };
        assert_eq!(lacking(&head, "facility_list").await.len(), 2);
        list(near, "present").await;
        list(far, "missing").await;
        assert_eq!(lacking(&head, "facility_list").await, ["西门站"]);
        list(far, "present").await;
        assert_eq!(lacking(&head, "facility_list").await, [""; 0]);
        list(near, "missing").await;
        assert_eq!(lacking(&head, "facility_list").await, ["东门站"], "the newest says how it is");
    }

    /// Proves SAF-03.
    async fn what_a_walk_finds_opens_by_itself(world: World) {
        let house = world.with_pack(Pack::P).await;
        world.set_clock("2026-03-02T09:00");
        let [head, worker] = [world.staff(house, Role::Head).await, world.staff(house, Role::SocialWorker).await];
        let hall = site(&head, "东门站", "2026-01-01").await;
        let owner = worker.member().to_string();
        let walk = async |found: &[(&str, &str)], replaces: Option<PaperId>| {
            let mut said = answers([("checked_on", "2026-03-02")]);
            for (row, (what, at_once)) in found.iter().enumerate() {
                let cell = |column: &str| format!("hazards.{}.{column}", row + 1);
                let row = [("what", *what), ("place", "活动室"), ("level", "general"), ("mended_at_once", at_once)];
                said.extend(row.map(|(column, answer)| (cell(column), answer.to_owned())));
                said.extend([("measure", "换新"), ("owner", &owner)].map(|(column, answer)| (cell(column), answer.to_owned())));
                if *at_once == "no" {
                    said.insert(cell("due_on"), "2026-03-06".to_owned());
                }
            }
            submit(&head, fresh(Submit { replaces, ..filled(&head, "site_patrol", hall, said) })).await.unwrap()
        };
        let first = walk(&[("插座松动", "no"), ("地垫翘边", "yes")], None).await;
        let hazards = async || page(&head, "hazard", &PaperFilter::default(), &Slice::default()).await.unwrap().papers.rows;
        let found = hazards().await;
        let stands: BTreeSet<PaperState> = found.iter().map(|row| row.head.state).collect();
        assert_eq!(stands, [PaperState::Found, PaperState::Mended].into());
        assert!(found.iter().all(|row| row.head.about == Some(first)), "{found:?}");
        let open_one = found.iter().find(|row| row.head.state == PaperState::Found).unwrap().head.id;
        let shown = open(&worker, open_one).await.unwrap();
        assert_eq!(shown.paper.answers["what"], "插座松动");
        let owed: Vec<_> = shown.duties.iter().map(|row| (row.duty.is_open(), row.responsible.as_ref().map(|(id, _)| *id))).collect();
        assert_eq!(owed, [(true, Some(worker.member()))], "it is owed by whom the row names");
        let mended = found.iter().find(|row| row.head.state == PaperState::Mended).unwrap().head.id;
        assert!(open(&worker, mended).await.unwrap().duties.iter().all(|row| !row.duty.is_open()));
        let around: BTreeSet<PaperId> = open(&head, first).await.unwrap().around.iter().map(|view| view.head.id).collect();
        assert_eq!(around, [open_one, mended].into());

        walk(&[("插座松动", "no"), ("灯不亮", "no")], Some(first)).await;
        let what = hazards().await.len();
        assert_eq!(what, 3, "what stood there before has its paper already");
        decided(&worker, open_one, Deed::Mend, "换了插座").await.unwrap();
        decided(&head, open_one, Deed::Reopen, "还有一处松动").await.unwrap();
        let again = open(&worker, open_one).await.unwrap();
        assert_eq!(again.paper.reason.as_deref(), Some("还有一处松动"));
        let owed = |file: &PaperFile| {
            let open = file.duties.iter().filter(|row| row.duty.is_open());
            open.filter_map(|row| row.responsible.as_ref()).map(|(member, _)| *member).collect::<Vec<_>>()
        };
        assert_eq!(owed(&again), [worker.member()], "it is owed again");
        hand_over(&head, fresh(HandOver { from: worker.member(), to: head.member() })).await.unwrap();
        assert_eq!(owed(&open(&head, open_one).await.unwrap()), [head.member()], "it goes with everything else");
    }

    /// Proves SAF-06.
    async fn no_equipment_is_past_its_day(world: World) {
        let house = world.with_pack(Pack::P).await;
        world.set_clock("2026-03-02T09:00");
        let head = world.staff(house, Role::Head).await;
        let (near, far) = (site(&head, "东门站", "2026-01-01").await, site(&head, "西门站", "2026-01-01").await);
        let card = async |state: &str, until: &str, replaces: Option<PaperId>| {
            let said = answers([("kind", "extinguisher"), ("state", state), ("valid_until", until), ("inspected_on", "2026-01-05")]);
            submit(&head, fresh(Submit { replaces, ..filled(&head, "safety_equipment", near, said) })).await.unwrap()
        };
        assert_eq!(lacking(&head, "safety_equipment").await, ["东门站", "西门站"], "there is none at all");
        let soon = card("in_use", "2026-03-31", None).await;
        card("in_use", "2027-01-05", None).await;
        card("retired", "2026-03-10", None).await;
        assert_eq!(lacking(&head, "safety_equipment").await, ["西门站"]);
        world.set_clock("2026-03-31T17:00");
        assert_eq!(standing(&head, "safety_equipment", near).await, [Standing::Due, Standing::Met], "most urgent first");
        world.set_clock("2026-04-01T09:00");
        assert_eq!(standing(&head, "safety_equipment", near).await, [Standing::Late, Standing::Met]);
        let number = open(&head, soon).await.unwrap().paper.head.number.unwrap();
        assert_eq!(lacking(&head, "safety_equipment").await, [number, "西门站".to_owned()]);
        card("in_use", "2027-03-31", Some(soon)).await;
        assert_eq!(standing(&head, "safety_equipment", near).await, [Standing::Met; 2], "a card takes the place of the one before");
        assert_eq!(standing(&head, "safety_equipment", far).await, [Standing::Late]);
    }

    /// Proves SAF-07, SAF-17.
    async fn records_of_the_house_are_kept(world: World) {
        let house = world.with_pack(Pack::K).await;
        let head = world.staff(house, Role::Head).await;
        let hall = site(&head, "东门站", "2026-01-01").await;
        for (register, place) in [("building_record", hall), ("risk", house_of(&head))] {
            let paper = submit(&head, fresh(filled(&head, register, place, answers([])))).await.unwrap();
            let rows = page(&head, register, &PaperFilter::default(), &Slice::default()).await.unwrap().papers.rows;
            assert_eq!(rows.iter().map(|row| row.head.id).collect::<Vec<_>>(), [paper], "{register}");
            assert!(!open(&head, paper).await.unwrap().paper.answers.is_empty());
        }
    }

    /// Proves SAF-08.
    async fn a_connected_device_tells_how_it_stands(world: World) {
        let house = world.with_pack(Pack::K).await;
        world.set_clock("2026-03-02T09:00");
        let [head, worker] = [world.staff(house, Role::Head).await, world.staff(house, Role::SocialWorker).await];
        let hall = site(&head, "东门站", "2026-01-01").await;
        let on_platform = [("kind", "smoke"), ("state", "online"), ("platform", "青山社区智慧平台")];
        let card = filled(&head, "connected_device", hall, answers(on_platform));
        assert_eq!(submit(&worker, fresh(card.clone())).await, Err(Refusal::Forbidden), "others read it");
        let card = submit(&head, fresh(card)).await.unwrap();
        let told = answers([
            ("kind", "smoke"),
            ("state", "faulty"),
            ("reports.1.at", "2026-03-01T14:10"),
            ("reports.1.what", "alarm"),
            ("reports.2.at", "2026-03-01T20:40"),
            ("reports.2.what", "false_alarm"),
        ]);
        let corrected = Submit { replaces: Some(card), ..filled(&head, "connected_device", hall, told) };
        let corrected = submit(&head, fresh(corrected)).await.unwrap();
        let [before, now] = [open(&worker, card).await.unwrap().paper, open(&worker, corrected).await.unwrap().paper];
        assert_eq!([before.head.state, now.head.state], [PaperState::Replaced, PaperState::Recorded]);
        assert_eq!(before.head.number, now.head.number, "it is the card of the same device");
        assert_eq!((now.head.code("state"), now.head.number("alarm_count")), (Some("faulty"), Some(1)));
        assert_eq!(before.answers["platform"], "青山社区智慧平台");
    }

    /// Proves SAF-14.
    async fn an_emergency_is_dealt_with_and_learned_from(world: World) {
        let house = world.with_pack(Pack::K).await;
        world.set_clock("2026-03-02T15:00");
        let [head, supervisor] = [world.staff(house, Role::Head).await, world.staff(house, Role::Supervisor).await];
        let worker = world.staff(house, Role::SocialWorker).await;
        let hall = site(&head, "东门站", "2026-01-01").await;
        // Whoever is there writes it; few read it.
        sheet(&worker, "incident", hall, (None, None)).await.unwrap();
        let said = answers([
            ("occurred_at", "2026-03-02T14:10"),
            ("kind", "fire"),
            ("plan_state", "activated"),
            ("activated_at", "2026-03-02T14:12"),
            ("actions.1.at", "2026-03-02T14:12"),
            ("actions.2.at", "2026-03-02T14:20"),
            ("reports.1.to", "district"),
            ("reports.1.at", "2026-03-02T14:25"),
            ("hurt.1.severity", "slight"),
            ("hurt.2.severity", "serious"),
        ]);
        let incident = submit(&worker, fresh(filled(&worker, "incident", hall, said))).await.unwrap();
        assert_eq!(open(&worker, incident).await.map(drop), Err(Refusal::NotFound));
        let shown = open(&head, incident).await.unwrap().paper;
        assert_eq!([shown.head.number("hurt_count"), shown.head.number("grave_count")], [Some(2), Some(1)]);
        assert_eq!(shown.answers["reports.1.to"], "district");
        assert!(!shown.answers["plan"].is_empty(), "it says which plan");

        // What was learned follows from one emergency, and what it showed to be unsafe is mended like any hazard.
        let owner = worker.member().to_string();
        let learned = answers([
            ("hazards.1.what", "插座过载"),
            ("hazards.1.level", "serious"),
            ("hazards.1.mended_at_once", "no"),
            ("hazards.1.owner", &owner),
            ("hazards.1.due_on", "2026-03-02"),
        ]);
        let review = filled(&head, "incident_review", hall, learned);
        assert_eq!(submit(&head, fresh(review.clone())).await, Err(Refusal::NotFound), "it is about none");
        let review = submit(&head, fresh(Submit { about: Some(incident), ..review })).await.unwrap();
        decided(&supervisor, review, Deed::Approve, "").await.unwrap();
        let hazards = page(&head, "hazard", &PaperFilter::default(), &Slice::default()).await.unwrap().papers.rows;
        let opened: Vec<_> = hazards.iter().map(|row| (row.head.about, row.head.state)).collect();
        assert_eq!(opened, [(Some(review), PaperState::Found)]);
        let around: Vec<PaperId> = open(&head, incident).await.unwrap().around.iter().map(|view| view.head.id).collect();
        assert_eq!(around, [review]);
    }

    /// A paper that stands on a shelf is written about another that stands there, and can be corrected afterwards.
    async fn a_trip_ends_with_its_return(world: World) {
        let house = world.with_pack(Pack::K).await;
        world.set_clock("2026-03-02T09:00");
        let head = world.staff(house, Role::Head).await;
        let (near, far) = (site(&head, "东门站", "2026-01-01").await, site(&head, "西门站", "2026-01-01").await);
        let trip = submit(&head, fresh(filled(&head, "trip_record", near, answers([])))).await.unwrap();
        let state = async |paper| open(&head, paper).await.unwrap().paper.head.state;
        assert_eq!(state(trip).await, PaperState::Planned);
        sheet(&head, "trip_return", near, (Some(trip), None)).await.unwrap();
        let back = |file: Subject| Submit { about: Some(trip), ..filled(&head, "trip_return", file, answers([])) };
        assert_eq!(submit(&head, fresh(back(far))).await, Err(Refusal::NotFound), "it set off elsewhere");
        let returned = submit(&head, fresh(back(near))).await.unwrap();
        assert_eq!(state(trip).await, PaperState::Held);
        submit(&head, fresh(Submit { replaces: Some(returned), ..back(near) })).await.unwrap();
        assert_eq!(state(returned).await, PaperState::Replaced);
    }

    /// Proves SAF-12.
    async fn a_fire_drill_counts_when_clients_were_taught(world: World) {
        let house = world.with_pack(Pack::P).await;
        let head = world.staff(house, Role::Head).await;
        let hall = site(&head, "东门站", "2026-01-01").await;
        world.set_clock("2028-01-02T09:00");
        let drill = async |kind: &str, taught: &str, on: &str| {
            let said = answers([("kind", kind), ("clients_taught", taught), ("held_on", on)]);
            submit(&head, fresh(filled(&head, "drill_record", hall, said))).await.unwrap();
        };
        drill("fire", "no", "2027-11-02").await;
        drill("missing", "yes", "2027-11-02").await;
        assert_eq!(lacking(&head, "drill_record").await, ["fire"]);
        drill("fire", "yes", "2027-11-03").await;
        assert_eq!(lacking(&head, "drill_record").await, [""; 0], "written down after its year: met, and late");
    }

    /// Proves SAF-11.
    async fn each_plan_is_drilled_wherever_a_drill_is_held(world: World) {
        let house = world.with_pack(Pack::K).await;
        world.set_clock("2026-03-02T09:00");
        let [head, supervisor] = [world.staff(house, Role::Head).await, world.staff(house, Role::Supervisor).await];
        let hall = site(&head, "东门站", "2026-01-01").await;
        let plan = async |kind: &str| {
            let said = answers([("kind", kind)]);
            let paper = submit(&head, fresh(filled(&head, "emergency_plan", house_of(&head), said))).await.unwrap();
            decided(&supervisor, paper, Deed::Approve, "").await.unwrap();
            paper
        };
        let drill = async |kind: &str, on: &str| {
            let said = answers([("kind", kind), ("held_on", on), ("clients_taught", "yes")]);
            submit(&head, fresh(filled(&head, "drill_record", hall, said))).await.unwrap();
        };
        assert_eq!(asked(&head, "drill_record").await, [""; 0], "no plan, no drill");
        let flood = plan("natural_disaster").await;
        plan("fire").await;
        assert_eq!(asked(&head, "drill_record").await, ["fire", "natural_disaster"]);
        world.set_clock("2028-01-02T09:00");
        assert_eq!(lacking(&head, "drill_record").await, ["fire", "natural_disaster"]);
        for on in ["2027-12-30", "2028-01-01"] {
            drill("fire", on).await;
        }
        // Both were written down after the year, and make it up late.
        assert_eq!(lacking(&head, "drill_record").await, ["natural_disaster"]);
        decided(&head, flood, Deed::Withdraw, "").await.unwrap();
        assert_eq!(asked(&head, "drill_record").await, ["fire"], "what is not in force is not drilled");
    }

    /// Proves SAF-16.
    async fn whoever_holds_a_risky_post_has_what_protects_them(world: World) {
        let house = world.with_pack(Pack::K).await;
        let [head, worker] = [world.staff(house, Role::Head).await, world.staff(house, Role::SocialWorker).await];
        let [own, hers] = [head.member(), worker.member()].map(|member| member.to_string());
        let post = async |holder: &str, replaces: Option<PaperId>| {
            let said = answers([("holders.1.member", holder), ("holders.1.since", "2026-03-01")]);
            submit(&head, fresh(Submit { replaces, ..filled(&head, "risky_post", house_of(&head), said) })).await.unwrap()
        };
        let issue = async |holder: &str, state: &str| {
            let mut said = answers([("member", holder), ("missing_why", "尺码不合，已订。")]);
            said.extend((1..=8).map(|row| (format!("equipment.{row}.state"), "has".to_owned())));
            said.insert("equipment.2.state".to_owned(), state.to_owned());
            submit(&head, fresh(filled(&head, "protective_issue", house_of(&head), said))).await.unwrap();
            world.pass_minutes(1);
        };
        assert_eq!(asked(&head, "protective_issue").await, [""; 0]);
        let card = post(&hers, None).await;
        let name = named(&head, worker.member()).await;
        assert_eq!(lacking(&head, "protective_issue").await, [name.as_str()]);
        issue(&own, "has").await;
        assert_eq!(lacking(&head, "protective_issue").await, [name.as_str()], "another one's shoes");
        issue(&hers, "missing").await;
        assert_eq!(lacking(&head, "protective_issue").await, [name.as_str()]);
        issue(&hers, "has").await;
        assert_eq!(lacking(&head, "protective_issue").await, [""; 0]);
        issue(&hers, "missing").await;
        assert_eq!(lacking(&head, "protective_issue").await, [name.as_str()], "the newest says how it is");
        post(&own, Some(card)).await;
        assert_eq!(lacking(&head, "protective_issue").await, [""; 0], "somebody else holds it, and has all");
    }

    /// Proves SAF-18.
    async fn everybody_is_trained_each_year(world: World) {
        let house = world.with_pack(Pack::K).await;
        let [head, worker] = [world.staff(house, Role::Head).await, world.staff(house, Role::SocialWorker).await];
        let names = [named(&head, head.member()).await, named(&head, worker.member()).await];
        let train = async |kind: &str, who: MemberId, on: &str| {
            let said = answers([("kind", kind), ("held_on", on), ("ended_on", on), ("participants.1.member", &who.to_string())]);
            submit(&head, fresh(filled(&head, "safety_training", house_of(&head), said))).await.unwrap();
        };
        let newest = async || {
            let lines = lines(&head, "safety_training").await;
            let one = |line: Line| (called(&line), line.turns.last().map(|turn| turn.standing));
            lines.into_iter().map(one).collect::<Vec<_>>()
        };
        let [first, second] = [0, 1].map(|at| names[at].clone());
        assert_eq!(newest().await, [(first.clone(), None), (second.clone(), None)], "they came in the middle of a year");
        world.set_clock("2027-05-04T09:00");
        train("safety", worker.member(), "2027-05-03").await;
        train("ethics", head.member(), "2027-05-03").await;
        let rows = page(&head, "safety_training", &PaperFilter::default(), &Slice::default()).await.unwrap().papers.rows;
        let here: Vec<&String> = rows.iter().flat_map(|row| row.named.values()).collect();
        assert_eq!(here.iter().collect::<BTreeSet<_>>().len(), 2, "a list knows whom its papers name: {here:?}");
        assert_eq!(newest().await, [(first.clone(), Some(Standing::Open)), (second.clone(), Some(Standing::Met))]);
        world.set_clock("2028-01-01T09:00");
        assert_eq!(lacking(&head, "safety_training").await, [first]);
    }
}

pub fn house_of(scope: &StaffScope) -> Subject {
    scope.organisation().id.into()
}

pub async fn named(scope: &StaffScope, member: MemberId) -> String {
    let rows = backend::members::list(scope).await.unwrap();
    rows.into_iter().find(|row| row.id == member).unwrap().name
}

async fn lines(scope: &StaffScope, register: &str) -> Vec<Line> {
    let page = page(scope, register, &PaperFilter::default(), &Slice::default()).await.unwrap();
    page.strips.into_iter().flat_map(|strip| strip.lines).collect()
}

/// What a line is about, else its place.
pub fn called(line: &Line) -> String {
    match &line.about {
        Some(About::Answer(what) | About::Member(_, what) | About::Paper { number: what, .. }) => what.clone(),
        None => line.place.name.clone(),
    }
}

/// What the papers of a register are asked for.
async fn asked(scope: &StaffScope, register: &str) -> Vec<String> {
    lines(scope, register).await.iter().map(called).collect()
}

/// What of a register is late now.
async fn lacking(scope: &StaffScope, register: &str) -> Vec<String> {
    let is_late = |line: &Line| line.turns.iter().any(|turn| turn.standing == Standing::Late);
    lines(scope, register).await.iter().filter(|line| is_late(line)).map(called).collect()
}

/// How the lines of a place stand now.
async fn standing(scope: &StaffScope, register: &str, place: Subject) -> Vec<Standing> {
    let lines = lines(scope, register).await.into_iter().filter(|line| line.place.file == place);
    lines.filter_map(|line| line.turns.last().map(|turn| turn.standing)).collect()
}
