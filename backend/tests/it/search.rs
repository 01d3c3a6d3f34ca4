//! Finding: by every way of asking, as far as one may open what is found, over data that nobody reads without its keys.

use crate::registers::{filled as written, site};
use crate::rosters::table;
use crate::story::*;
use crate::world::*;
use backend::StaffScope;
use backend::clients::{self, AddClient, AmendClient, ClientFilter, ClientOrigin};
use backend::paperwork::submit as hand_in;
use backend::search::{Completed, Group, SHOWN, Sought, complete, find};
use backend::transfer::{import_clients, read_roster};
use domain::access::{Object, Role};
use domain::ids::{ClientId, MemberId};

/// What finds 王小明 of the story.
const WAYS: [&str; 12] = [
    "王小明",
    "王小",
    "明",
    "wangxiaoming",
    "Wang Xiao Ming",
    "xiaoming",
    "wxm",
    "wangxm",
    ADULT,
    "0012",
    "138-0013-8000",
    "8000",
];

async fn found(scope: &StaffScope, typed: &str) -> Vec<Group> {
    find(scope, &Sought::read(typed).unwrap()).await.unwrap()
}

/// The kinds of which something was found.
async fn kinds(scope: &StaffScope, typed: &str) -> Vec<Object> {
    found(scope, typed).await.iter().map(|group| group.kind).collect()
}

/// The names of the clients who were found, in their order.
async fn names(scope: &StaffScope, typed: &str) -> Vec<String> {
    let groups = found(scope, typed).await;
    let clients = groups.iter().filter(|group| group.kind == Object::Client).flat_map(|group| &group.hits);
    clients.map(|hit| hit.name.clone().unwrap()).collect()
}

/// A client at the desk, of whom no more is known than this.
async fn enter(scope: &StaffScope, name: &str, responsible: Option<MemberId>) -> ClientId {
    let answers = answers([("name", name), ("phone", "13700137000")]);
    let new = AddClient { answers, responsible, origin: ClientOrigin::Work };
    clients::add(scope, fresh(new)).await.unwrap().client
}

/// How many pieces there are in all houses, or of which persons.
async fn pieces(world: &World, which: &str) -> i64 {
    world.owner().await.number(&format!("SELECT count(*) FROM search_pieces {which}")).await
}

on_both_engines! {
    async fn a_person_is_found_by_every_way_of_asking(world: World) {
        let story = Story::begin(&world, QS01).await;
        story.open(&world).await;
        let before = world.everything().await;
        for way in WAYS {
            assert_eq!(kinds(&story.head, way).await, [Object::Client, Object::Application, Object::Case], "{way}");
            assert_eq!(names(&story.head, way).await, ["王*明"], "of whom one does not answer for, masked: {way}");
            assert_eq!(names(&story.worker, way).await, ["王小明"], "of one's own the whole name: {way}");
        }
        for way in ["李", "小王", "wanxm", "wm", "0013", "8001", "13800138001", "440105198001010013", "王小明明"] {
            assert_eq!(kinds(&story.head, way).await, [], "{way}");
        }
        assert!(world.changed_since(&before).await.is_empty(), "a search is a list: it leaves no entry");
    }

    /// Proves ARC-09.
    async fn a_file_is_found_by_its_number_or_the_end_of_it(world: World) {
        let story = Story::begin(&world, QS01).await;
        let confirmed = story.open(&world).await;
        let place = site(&story.head, "榕园点", "2026-01-01").await;
        let paper = hand_in(&story.head, fresh(written(&story.head, "hazard", place, answers([])))).await.unwrap();
        let [client, application, case, hazard] =
            ["DX", "SQ", "GA", "YH"].map(|series| format!("QS01/{series}/2026/001"));
        for (number, kind, id) in [
            (&client, Object::Client, confirmed.client.uuid()),
            (&case, Object::Case, confirmed.case.uuid()),
            (&hazard, Object::Paper, paper.uuid()),
        ] {
            for typed in [number.clone(), number.to_lowercase(), number[5..].to_owned(), number[5..].replace("2026/001", "1")] {
                let groups = found(&story.head, &typed).await;
                let hits: Vec<_> = groups.iter().flat_map(|group| &group.hits).map(|hit| hit.subject).collect();
                assert_eq!(hits.iter().map(|hit| (hit.kind, hit.id)).collect::<Vec<_>>(), [(kind, id)], "{typed}");
            }
        }
        assert_eq!(kinds(&story.head, &application).await, [Object::Application]);
        let all = [Object::Client, Object::Application, Object::Case, Object::Paper];
        for typed in ["2026/001", "001", "1"] {
            assert_eq!(kinds(&story.head, typed).await, all, "{typed}");
        }
        for typed in ["2025/001", "002", "GA/2026/002", "QS02/GA/2026/001"] {
            assert_eq!(kinds(&story.head, typed).await, [], "{typed}");
        }
    }

    /// Proves SEC-01.
    async fn nobody_finds_what_one_may_not_open(world: World) {
        let story = Story::begin(&world, QS01).await;
        story.open(&world).await;
        let place = site(&story.head, "榕园点", "2026-01-01").await;
        hand_in(&story.head, fresh(written(&story.head, "incident", place, answers([])))).await.unwrap();
        let colleague = world.colleague(QS01).await;
        let finance = world.staff(QS01, Role::Finance).await;
        let neighbour = world.staff(QS02, Role::Head).await;
        for way in WAYS {
            assert_eq!(kinds(&colleague, way).await, [Object::Application], "the window's queue is everybody's: {way}");
            assert_eq!(kinds(&finance, way).await, [], "{way}");
            assert_eq!(kinds(&neighbour, way).await, [], "{way}");
        }
        assert_eq!(kinds(&story.head, "001").await, [Object::Client, Object::Application, Object::Case, Object::Paper]);
        assert_eq!(kinds(&colleague, "001").await, [Object::Application]);
        assert_eq!(kinds(&finance, "001").await, []);
        assert_eq!(kinds(&neighbour, "QS01/DX/2026/001").await, []);
    }

    /// As long as a name may be, in characters and in letters that fall apart in many ways.
    async fn a_long_name_is_found_by_all_of_it_and_by_a_part(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let (long, letters) = ("长安".repeat(50), "an".repeat(15));
        enter(&head, &long, Some(head.member())).await;
        for way in [long.clone(), "长安长安长安".to_owned(), "zhanganchangan".to_owned(), "caca".to_owned()] {
            assert_eq!(names(&head, &way).await, [long.as_str()], "{way}");
        }
        for way in ["安安安安安".to_owned(), letters, "Maximiliana Featherstonehaugh".to_owned()] {
            assert_eq!(names(&head, &way).await, Vec::<String>::new(), "{way}");
        }
    }

    async fn two_houses_share_no_piece(world: World) {
        let (here, there) = (world.staff(QS01, Role::Head).await, world.staff(QS02, Role::Head).await);
        for head in [&here, &there] {
            enter(head, "王小明", None).await;
            assert_eq!(names(head, "王小明").await, ["王*明"]);
        }
        let shared = "SELECT count(*) FROM search_pieces a JOIN search_pieces b ON a.piece = b.piece \
                      AND a.organisation_id <> b.organisation_id";
        assert_eq!(world.owner().await.number(shared).await, 0, "the same person in both");
    }

    async fn what_fits_best_stands_first_and_the_newest_before_the_others(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        for name in ["王伟", "李王伟", "王伟大", "王伟人", "张王", "赵伟"] {
            enter(&head, name, Some(head.member())).await;
            world.pass_minutes(1);
        }
        assert_eq!(names(&head, "王伟").await, ["王伟", "王伟人", "王伟大", "李王伟"]);
        assert_eq!(names(&head, "wangwei").await, ["王伟", "王伟人", "王伟大", "李王伟"]);
        assert_eq!(names(&head, "王").await, ["王伟人", "王伟大", "王伟", "张王", "李王伟"]);
    }

    /// However many have what was typed as a part of their name, who is called so is found.
    async fn a_namesake_stands_before_all_who_came_later(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        enter(&head, "王伟", Some(head.member())).await;
        world.pass_minutes(1);
        for _ in 0..310 {
            enter(&head, "王伟明", Some(head.member())).await;
        }
        let groups = found(&head, "王伟").await;
        let clients = &groups[0];
        assert_eq!((clients.hits.len(), clients.more), (SHOWN, true));
        assert_eq!(clients.hits[0].name.as_deref(), Some("王伟"));
    }

    async fn who_is_renamed_is_found_by_the_new_name_alone(world: World) {
        let story = Story::begin(&world, QS01).await;
        let id = story.open(&world).await.client;
        let client = clients::open(&story.worker, id).await.unwrap();
        let mut changed = client.person.answers().clone();
        changed.extend(answers([("name", "李晓雯"), ("phone", "13711112222")]));
        clients::amend(&story.worker, fresh(AmendClient { client: id, answers: changed }).seen(client.version)).await.unwrap();
        for way in ["李晓雯", "lxw", "lixiaowen", "2222"] {
            assert_eq!(kinds(&story.worker, way).await, [Object::Client, Object::Case], "{way}");
        }
        // What was written into the application stays as it was.
        for way in ["王小明", "wxm", "8000"] {
            assert_eq!(kinds(&story.worker, way).await, [Object::Application], "{way}");
        }
        assert_eq!(kinds(&story.worker, "0012").await, [Object::Client, Object::Application, Object::Case]);
    }

    async fn who_comes_with_a_roster_is_found(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let bytes = table(&[&["姓名", "身份证号", "出生日期", "联系电话"], &["曾淑芬", "11010519491231002X", "", "13800000001"]]);
        assert_eq!(import_clients(&head, &read_roster(&bytes).unwrap()).await.unwrap().added, 1);
        for way in ["曾", "zengshufen", "zsf", "002X", "002x", "11010519491231002x", "0001"] {
            assert_eq!(names(&head, way).await, ["曾*芬"], "{way}");
            let filter = ClientFilter { search: way.to_owned(), ..ClientFilter::default() };
            let listed = clients::list(&head, &filter, &Default::default()).await.unwrap();
            assert_eq!(listed.rows.len(), 1, "on the list of clients too: {way}");
        }
    }

    async fn nothing_is_left_of_whoever_was_erased(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let erased = enter(&head, "王小明", None).await;
        enter(&head, "李雷", None).await;
        let owner = world.owner().await;
        owner.unbind().await;
        let of = format!("id = (SELECT key_id FROM clients WHERE id = {})", owner.id(erased.uuid()));
        owner.run(&format!("UPDATE person_keys SET wrapped = NULL, destroyed_at = 1 WHERE {of}")).await.unwrap();
        assert_eq!(names(&head, "王小明").await, Vec::<String>::new(), "at once");
        let others = pieces(&world, "WHERE person_id IN (SELECT id FROM person_keys WHERE wrapped IS NOT NULL)").await;
        assert!(others > 0 && pieces(&world, "").await > others);
        assert_eq!(complete(world.core()).await.unwrap(), Completed { made: 0 });
        assert_eq!(pieces(&world, "").await, others, "no piece is left");
        assert_eq!(names(&head, "李雷").await, ["李*"]);
    }

    /// A program that cut no pieces wrote these people: they get theirs when one starts that does, once.
    async fn whoever_has_no_pieces_gets_them(world: World) {
        let story = Story::begin(&world, QS01).await;
        story.open(&world).await;
        enter(&world.staff(QS02, Role::Head).await, "李雷", None).await;
        assert_eq!(complete(world.core()).await.unwrap(), Completed { made: 0 }, "every writer cuts them");
        let before = world.everything().await;
        world.owner().await.run("DELETE FROM search_pieces").await.unwrap();
        assert_eq!(kinds(&story.head, "王").await, []);
        assert_eq!(complete(world.core()).await.unwrap(), Completed { made: 3 }, "a client, an application, a neighbour's client");
        assert!(world.changed_since(&before).await.is_empty(), "the same pieces, and nothing else");
        assert_eq!(complete(world.core()).await.unwrap(), Completed { made: 0 });
    }
}
