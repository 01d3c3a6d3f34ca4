//! Handing work over: everything goes that somebody answers for, and the successor can open all of it.

use crate::road::*;
use crate::schema::catalogue;
use crate::story::*;
use crate::world::*;
use backend::audit::Verdict;
use backend::cases::{self, CaseFilter};
use backend::clients::{self, AddClient, ClientFilter, ClientOrigin};
use backend::duties::{self, DutyFilter};
use backend::members::{AddMember, GrantRole, HandOver, disable_member, grant_role, hand_over, handed_over};
use backend::organisations::{CreateOrganisation, create_organisation};
use backend::trail::{self, verify};
use backend::units::{self, CreateUnit, Place, Profile};
use backend::{Command, StaffScope, applications, paperwork};
use domain::access::{Object, Role};
use domain::events::Subject;
use domain::ids::MemberId;
use domain::members::Held;
use domain::packs::{Pack, PackSet};
use domain::refusal::{Problem, Refusal};
use domain::units::UnitKind;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Where somebody has been for long.
const HOUSE: &str = "ws01";

/// Who wrote, attached, approved, explained or told something, whose role it was and who was told, are facts of history: these
/// columns keep their member; so does how somebody likes to see a list. Every other column that names one says who answers for the row now, and is
/// handed over. The list is closed.
const STAYS: [&str; 8] = [
    "agreements.explained_by",
    "attachments.author_id",
    "member_roles.member_id",
    "messages.member_id",
    "notices.told_by",
    "papers.author_id",
    "papers.reviewer_id",
    "views.member_id",
];

/// The columns that say who answers for a row, as `cases.responsible_id`, read from the schema.
async fn answering(owner: &Sql) -> BTreeSet<String> {
    let tables = catalogue::read(owner).await;
    let of_table = |table: &catalogue::Table| {
        table.naming_members().map(|column| format!("{}.{column}", table.name)).collect::<Vec<_>>()
    };
    let mut columns: BTreeSet<String> = tables.iter().flat_map(of_table).collect();
    for known in STAYS {
        assert!(columns.remove(known), "{known} is no column that names a member");
    }
    columns
}

/// In which of them one member stands. A duty that was settled stays with whom it was owed by, a unit that is over with whom
/// it was headed by.
async fn answered_for(world: &World, member: MemberId) -> BTreeSet<String> {
    let owner = world.owner().await;
    let member = owner.id(member.uuid());
    let mut found = BTreeSet::new();
    for column in answering(&owner).await {
        let (table, _) = column.split_once('.').unwrap();
        let open = match table {
            "obligations" => "AND open IS TRUE",
            "units" => "AND until IS NULL",
            _ => "",
        };
        if owner.number(&format!("SELECT count(*) FROM {table} WHERE {column} = {member} {open}")).await > 0 {
            found.insert(column);
        }
    }
    found
}

/// A worker who has been here for long, and takes applications in as well: a case that is open, one that is closed, one that
/// is followed up, a client without a case, an application under way, a visit to come, a project.
async fn long_here(world: &World) -> Road {
    // Records of visits are due (S), and follow-ups (W).
    let packs = PackSet::from(Pack::S).with(Pack::W);
    let new = CreateOrganisation { packs, ..organisation(HOUSE, Pack::S) };
    create_organisation(world.core(), world.district(HAIZHU), new).await.unwrap();
    let mut road = Road::at(world, HOUSE).await;
    let [worker, head] = [&road.story.worker, &road.story.head];
    let grant = fresh(GrantRole { member: worker.member(), role: Role::Intake, from: world.today(), until: None });
    grant_role(head, grant).await.unwrap();
    road.story.intake = world.staff(HOUSE, Role::SocialWorker).await;
    for who in [WANG, LI] {
        let case = road.open_case(who, "2026-03-02T08:00").await;
        road.start(case).await;
        road.close(case).await;
    }
    let followed = cases::list(&road.story.worker, &everything(), &Default::default()).await.unwrap().rows[0].id;
    let paper = follow_up(3, moment("2026-03-02T08:30"));
    road.story.hand_in(followed, "follow_up", paper).await.unwrap();
    let case = road.story.serve(world).await;
    road.appoint(case, "2026-03-04T11:00").await;
    let by_hand = fresh(AddClient {
        answers: answers([("name", "何婆婆"), ("phone", "13700137000")]),
        responsible: Some(road.story.worker.member()),
        origin: ClientOrigin::Work,
    });
    clients::add(&road.story.head, by_hand).await.unwrap();
    let application = road.story.apply(world, application(CHILD)).await.unwrap().application;
    road.story.accept(application).await.unwrap();
    let project = CreateUnit {
        kind: UnitKind::Project,
        place: Place { parent: None, head: Some(road.story.worker.member()) },
        profile: Profile { name: "安居计划".to_owned(), ..Profile::default() },
        since: world.today(),
    };
    units::create(&road.story.head, fresh(project)).await.unwrap();
    road
}

fn everything() -> CaseFilter {
    CaseFilter { ended: true, ..CaseFilter::default() }
}

/// Opens whatever a duty or a list leads to.
async fn open(scope: &StaffScope, subject: Subject) {
    let opened = match subject.kind {
        Object::Application => applications::open(scope, subject.id.into()).await.map(drop),
        Object::Client => clients::open(scope, subject.id.into()).await.map(drop),
        Object::Paper => paperwork::open(scope, subject.id.into()).await.map(drop),
        _ => cases::open(scope, subject.id.into()).await.map(drop),
    };
    assert_eq!(opened, Ok(()), "{subject:?}");
}

/// Everything that the lists of a member of staff lead to.
async fn led_to(scope: &StaffScope) -> Vec<Subject> {
    let duties =
        duties::list(scope, &DutyFilter { mine: true, ..DutyFilter::default() }, &Default::default()).await.unwrap();
    let cases = cases::list(scope, &everything(), &Default::default()).await.unwrap();
    let clients = clients::list(scope, &ClientFilter::default(), &Default::default()).await.unwrap();
    assert!(duties.next.is_none() && cases.next.is_none() && clients.next.is_none());
    let of = |kind, id| Subject { kind, id };
    let duties = duties.rows.iter().map(|row| row.duty.subject);
    let cases = cases.rows.iter().map(|row| of(Object::Case, row.id.uuid()));
    duties.chain(cases).chain(clients.rows.iter().map(|row| of(Object::Client, row.id.uuid()))).collect()
}

/// The order to hand over.
fn order(from: MemberId, to: MemberId) -> Command<HandOver> {
    fresh(HandOver { from, to })
}

on_both_engines! {
    /// Proves ORG-14.
    async fn nothing_that_somebody_answers_for_stays_behind(world: World) {
        let road = long_here(&world).await;
        let leaving = road.story.worker.member();
        let all = answering(&world.owner().await).await;
        assert_eq!(answered_for(&world, leaving).await, all, "the worker stands wherever one can stand");
        let successor = world.colleague(HOUSE).await;
        let held = hand_over(&road.story.head, order(leaving, successor.member())).await.unwrap();
        assert_eq!(answered_for(&world, leaving).await, BTreeSet::new());
        assert_eq!(answered_for(&world, successor.member()).await, all);

        let duties = led_to(&successor).await.len() as u64 - 3 - 4;
        let counted = [
            (Held::OpenCases, 1),
            (Held::FollowedCases, 1),
            (Held::EndedCases, 1),
            (Held::Clients, 4),
            (Held::OpenApplications, 1),
            (Held::DecidedApplications, 3),
            (Held::Duties, duties),
            (Held::Units, 1),
        ];
        assert_eq!(held.iter().collect::<Vec<_>>(), counted);
        let told = handed_over(&road.story.head, leaving).await.unwrap();
        assert_eq!(told, handed_over(&road.story.head, successor.member()).await.unwrap(), "both are told the same");
        assert_eq!((told.len(), &told[0].held), (1, &held));
        assert_eq!((told[0].from.0, told[0].to.0), (leaving, successor.member()));
    }

    async fn a_later_table_that_names_a_member_is_not_forgotten(world: World) {
        let owner = world.owner().await;
        let before = answering(&owner).await;
        let uuid = if world.engine() == Engine::Postgres { "uuid" } else { "blob" };
        let diaries = "CREATE TABLE diaries (organisation_id UUID NOT NULL, id UUID NOT NULL, keeper UUID, PRIMARY KEY (organisation_id, id),
             FOREIGN KEY (organisation_id, keeper) REFERENCES members (organisation_id, id))";
        owner.run(&diaries.replace("UUID", uuid)).await.unwrap();
        let after = answering(&owner).await;
        assert_eq!(after.difference(&before).collect::<Vec<_>>(), ["diaries.keeper"]);
    }

    async fn the_successor_opens_all_that_was_handed_over(world: World) {
        let road = long_here(&world).await;
        let successor = world.colleague(HOUSE).await;
        assert_eq!(led_to(&successor).await, []);
        let before = led_to(&road.story.worker).await;
        assert!(before.iter().any(|subject| subject.kind == Object::Paper), "a visit to come");
        hand_over(&road.story.head, order(road.story.worker.member(), successor.member())).await.unwrap();
        let after = led_to(&successor).await;
        for subject in &after {
            open(&successor, *subject).await;
        }
        assert_eq!(after, before);
        assert_eq!(led_to(&road.story.worker).await, []);
    }

    async fn only_a_colleague_at_work_who_could_open_it_takes_work_over(world: World) {
        let story = Story::begin(&world, QS01).await;
        story.serve(&world).await;
        let (worker, head) = (story.worker.member(), &story.head);
        let tomorrow = AddMember { from: day("2026-03-03"), ..world.newcomer("tomorrow", &[Role::SocialWorker]) };
        let gone = world.add(QS01, world.newcomer("gone", &[Role::SocialWorker])).await.member;
        disable_member(head, fresh(gone).seen(1)).await.unwrap();
        let past = world.add(QS01, AddMember {
            from: day("2026-02-01"),
            until: Some(day("2026-03-01")),
            ..world.newcomer("past", &[Role::SocialWorker])
        });
        let refused = [
            (worker, Problem::SamePerson),
            (gone, Problem::NotAtWork),
            (past.await.member, Problem::NotAtWork),
            (world.add(QS01, tomorrow).await.member, Problem::NotAtWork),
            (story.intake.member(), Problem::OutOfReach),
            (world.staff(QS01, Role::Archivist).await.member(), Problem::OutOfReach),
        ];
        let before = world.everything().await;
        for (to, problem) in refused {
            assert_eq!(hand_over(head, order(worker, to)).await, Err(Refusal::field("to", problem)));
        }
        // Who answers for nothing has nothing to hand over.
        let empty = hand_over(head, order(story.supervisor.member(), worker)).await;
        assert!(matches!(empty, Err(Refusal::WrongState { .. })), "{empty:?}");
        assert_eq!(world.changed_since(&before).await, [].into());
        assert!(hand_over(head, order(worker, story.supervisor.member())).await.is_ok());
    }

    async fn who_leaves_hands_unfinished_work_over_first_and_the_rest_can_follow(world: World) {
        let road = Road::at(&world, QS01).await;
        let case = road.open_case(WANG, "2026-03-02T08:00").await;
        let (worker, head) = (road.story.worker.member(), &road.story.head);
        let disable = || fresh(worker).seen(1);
        let stopped = disable_member(head, disable()).await;
        assert!(matches!(&stopped, Err(Refusal::Blocked(rules)) if rules[0].text.zh.contains("还有 1 项")), "{stopped:?}");
        road.start(case).await;
        road.close(case).await;
        disable_member(head, disable()).await.unwrap();
        // Closed cases and clients keep nobody here, and are handed over also by who has left.
        let successor = world.colleague(QS01).await;
        let held = hand_over(head, order(worker, successor.member())).await.unwrap();
        assert_eq!(held.iter().collect::<Vec<_>>(), [(Held::EndedCases, 1), (Held::Clients, 1)]);
        assert!(cases::open(&successor, case).await.is_ok());
    }

    async fn several_hundred_files_change_hands_at_once(world: World) {
        const MORE: u128 = 300;
        let story = Story::begin(&world, QS01).await;
        story.open(&world).await;
        let owner = world.owner().await;
        owner.unbind().await;
        for table in ["cases", "clients"] {
            let columns = owner.columns(table).await;
            for n in 0..MORE {
                let id = owner.id(Uuid::from_u128((1 << 64) + n));
                let value = |column: &String| match column.as_str() {
                    "id" | "application_id" => id.clone(),
                    "number" => format!("'QS01/XX/2026/{n}'"),
                    "identity_index" => "NULL".to_owned(),
                    column => column.to_owned(),
                };
                let values: Vec<String> = columns.iter().map(value).collect();
                let copy = format!(
                    "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE number NOT LIKE '%XX%'",
                    columns.join(", "),
                    values.join(", ")
                );
                assert_eq!(owner.run(&copy).await, Ok(1));
            }
        }
        let successor = world.colleague(QS01).await.member();
        let before = world.everything().await;
        let held = hand_over(&story.head, order(story.worker.member(), successor)).await.unwrap();
        let all = MORE as u64 + 1;
        assert_eq!((held.of(Held::OpenCases), held.of(Held::Clients)), (all, all));
        let entries = 2 * all as i64 + 2;
        let changed = [
            ("audit_entries", entries),
            ("audit_heads", 0),
            ("cases", 0),
            ("clients", 0),
            ("members", 0),
            ("messages", 1),
            ("operations", 1),
        ];
        assert_eq!(world.changed_since(&before).await, changed.map(|(table, more)| (table.to_owned(), more)).into());
        for table in ["cases", "clients"] {
            let changed = format!("SELECT count(*) FROM {table} WHERE version = 2");
            assert_eq!(owner.number(&changed).await, all as i64, "whoever has one of the {table} open sees that it changed");
        }
        assert!(matches!(verify(&story.head).await, Ok(Verdict::Whole { .. })));
    }

    async fn what_a_colleague_still_owed_is_owed_by_the_successor_and_what_was_met_stays_theirs(world: World) {
        let (record, application) = ((QS01, "PLN-08 worker"), (QS02, "INT-19 worker"));
        for (slug, owed_for_another_thing_than_the_case) in [record, application] {
            let story = Story::begin(&world, slug).await;
            let case = story.serve(&world).await;
            story.appoint(case, "2026-03-04T11:00").await.unwrap();
            story.write(case, moment("2026-03-02T08:00")).await.unwrap();
            let successor = world.colleague(slug).await.member();
            let owner = world.owner().await;
            owner.unbind().await;
            let owed = async |open: &str| {
                let [organisation, worker, successor] =
                    [story.worker.organisation().id.uuid(), story.worker.member().uuid(), successor.uuid()]
                        .map(|id| owner.id(id));
                let sql = format!(
                    "SELECT rule, CASE responsible_id WHEN {worker} THEN 'worker' WHEN {successor} THEN 'successor'
                       ELSE 'another' END
                       FROM obligations WHERE organisation_id = {organisation} AND open {open} ORDER BY rule, step",
                );
                owner.rows(&sql).await.into_iter().map(|row| row.join(" ")).collect::<Vec<_>>()
            };
            let (open, settled) = (owed("IS TRUE").await, owed("IS FALSE").await);
            assert!(open.contains(&owed_for_another_thing_than_the_case.to_owned()), "{open:?}");
            assert!(!settled.is_empty());

            let hand = fresh(HandOver { from: story.worker.member(), to: successor });
            hand_over(&story.head, hand).await.unwrap();
            let handed: Vec<String> = open.iter().map(|row| row.replace("worker", "successor")).collect();
            assert_eq!(owed("IS TRUE").await, handed);
            assert_eq!(owed("IS FALSE").await, settled);
        }
    }

    async fn who_was_handed_what_stands_in_the_trail(world: World) {
        let story = Story::begin(&world, QS01).await;
        let served = story.serve(&world).await;
        let [from, to] = [story.worker.member(), world.colleague(QS01).await.member()];
        hand_over(&story.head, order(from, to)).await.unwrap();
        let owner = world.owner().await;
        let told = "SELECT kind, subject_kind, detail FROM audit_entries WHERE kind LIKE '%.assigned' OR kind LIKE '%_over' ORDER BY seq";
        let files = format!(r#"{{"from":"{from}","to":"{to}"}}"#);
        let counted = r#""clients":"1","#;
        let entries = owner.rows(told).await;
        assert_eq!(
            entries,
            [
                ["case.assigned", "case", &files],
                ["client.assigned", "client", &files],
                ["member.handed_over", "member", &format!(r#"{{{counted}"open_cases":"1","to":"{to}"}}"#)],
                ["member.took_over", "member", &format!(r#"{{{counted}"from":"{from}","open_cases":"1"}}"#)],
            ]
        );
        let trail = trail::trail(&story.head, &trail::TrailFilter::default()).await.unwrap().rows;
        let of_case = trail.iter().find(|row| row.subject.id == served.uuid()).unwrap();
        assert_eq!(of_case.handed, Some(("qs01-social_worker".to_owned(), "colleague".to_owned())));
    }
}
