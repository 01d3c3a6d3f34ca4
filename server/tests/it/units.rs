//! The structure on the screen: the tree from the district down, what a form says that cannot stand, who is offered what.

use crate::cases::{fill, staff, today};
use crate::world::{Answered, PASSWORD, World};
use axum::http::StatusCode;
use backend::Command;
use backend::organisations::{AddDistrictMember, add_district_member, district};
use backend::units::{self, CloseUnit, CreateUnit, Place, Profile};
use domain::ids::UnitId;
use domain::units::UnitKind;

const TREE: &str = "/o/qs01/units";
const NEW: &str = "/o/qs01/units/new";

/// A project of the house, which `worker` heads.
pub async fn set_up(world: &World, name: &str) -> UnitId {
    let (head, worker) = (staff(world, "head").await, staff(world, "worker").await);
    let asked = CreateUnit {
        kind: UnitKind::Project,
        place: Place { parent: None, head: Some(worker.member()) },
        profile: Profile { name: name.to_owned(), ..Profile::default() },
        since: head.now().day(),
    };
    units::create(&head, Command::of(head.new_operation(), asked)).await.unwrap()
}

fn unit_at(answer: &Answered) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().split('?').next().unwrap().to_owned()
}

/// The page's text without its tags, in one line.
fn text(html: &str) -> String {
    let texts = html.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text).trim());
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What the tree's list shows, and no more.
fn tree(html: &str) -> String {
    let list = html.split_once("<ul class=\"tree\">").unwrap().1;
    text(&format!("<ul>{}", list.split("</main>").next().unwrap()))
}

/// The words, in this order.
fn in_order(text: &str, words: &[&str]) -> bool {
    words.iter().try_fold(text, |rest, word| rest.split_once(word).map(|(_, rest)| rest)).is_some()
}

/// Proves ORG-01.
#[tokio::test]
async fn the_head_builds_the_tree_and_everybody_reads_it() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    let (day, worker) = (today(&world), staff(&world, "worker").await.member().to_string());
    let site = [("kind", "site"), ("name", "白鹤站"), ("address", "白鹤路 1 号"), ("since", &*day)];
    let site = unit_at(&fill(&mut head, NEW, NEW, &site.to_vec()).await);
    let id = |page: &str| page.rsplit('/').next().unwrap().to_owned();
    let below = |parent: &str| format!("{NEW}?parent={}", id(parent));
    let parent = id(&site);
    let department = vec![("parent", &*parent), ("kind", "department"), ("name", "长者部"), ("since", &day)];
    let department = unit_at(&fill(&mut head, &below(&site), NEW, &department).await);
    let parent = id(&department);
    let project = vec![
        ("parent", &*parent),
        ("kind", "project"),
        ("name", "安居计划"),
        ("goals", "户户有人探访。"),
        ("duties", "逐户评估。"),
        ("head", &worker),
        ("since", &day),
    ];
    let project = unit_at(&fill(&mut head, &below(&department), NEW, &project).await);

    let mut reader = world.signed_in("worker").await;
    let shown = reader.get(TREE).await.body;
    let line = [
        "区县 青山区",
        "街道 青山街道",
        "机构 qs01 社会工作站",
        "站点 白鹤站",
        "部门 长者部",
        "项目 安居计划 姓名 worker",
    ];
    assert!(in_order(&tree(&shown), &line), "{}", tree(&shown));
    assert!(!shown.contains("<ul><ul>"), "a list holds items, and they the lists below");
    assert!(!shown.contains("units/new"), "only the head sets units up");
    let own = text(&reader.get(&project).await.body);
    assert!(
        in_order(&own, &["青山区 › 青山街道 › qs01 社会工作站 › 白鹤站 › 长者部", "逐户评估。", "户户有人探访。"]),
        "{own}"
    );

    // What is over is folded away, below what it stood.
    let close = format!("{project}/close");
    assert_eq!(unit_at(&fill(&mut head, &project, &close, &vec![("until", &day)]).await), project);
    let shown = head.get(TREE).await.body;
    assert!(in_order(&tree(&shown), &["长者部", "安居计划"]), "on its last day it is there");
    assert!(!shown.contains("<details class=\"tree__over\">"));
}

#[tokio::test]
async fn what_is_over_is_folded_away() {
    let (world, clock) = World::standing(server::config::Config { rate_limits: false, ..Default::default() }).await;
    let (head, unit) = (staff(&world, "head").await, set_up(&world, "旧项目").await);
    let last = head.now().day();
    units::close(&head, Command::of(head.new_operation(), CloseUnit { unit, last }).seen(1)).await.unwrap();
    clock.set(domain::time::Moment::parse("2026-03-04T09:00").unwrap());
    let mut head = world.signed_in("head").await;
    let shown = head.get(TREE).await.body;
    let folded = shown.split_once("<details class=\"tree__over\">").unwrap().1.split("</details>").next().unwrap();
    assert!(in_order(&text(folded), &["已撤销 1 个", "旧项目"]), "{folded}");
    let page = head.get(&format!("{TREE}/{unit}")).await.body;
    assert!(page.contains("已撤销") && !page.contains("/change\""), "it is changed no more");
    assert!(page.contains("/close\""), "a wrong last day can still be put right");
}

#[tokio::test]
async fn what_cannot_stand_is_said_at_its_field_and_nothing_typed_is_lost() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    let day = today(&world);
    let typed =
        vec![("kind", "site"), ("name", ""), ("address", ""), ("duties", "接待来访。"), ("head", ""), ("since", &*day)];
    let answer = fill(&mut head, NEW, NEW, &typed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["接待来访。", "id=\"name-error\"", "id=\"address-error\"", "名称：请填写此项。", "地址：请填写此项。"]
    {
        assert!(answer.body.contains(kept), "{kept} in {}", answer.body);
    }
    let typed = vec![("kind", "group"), ("name", "探访组"), ("since", &*day)];
    let answer = fill(&mut head, NEW, NEW, &typed).await;
    assert!(answer.body.contains("id=\"parent-error\""), "{}", answer.body);
    assert!(answer.body.contains("本机构之下不能直接设项目组。项目组可以设在：项目。"), "{}", answer.body);
    assert!(answer.body.contains("value=\"探访组\""));
    let typed = vec![("kind", "department"), ("name", "综合部"), ("since", "某天")];
    let answer = fill(&mut head, NEW, NEW, &typed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("id=\"since-error\"") && answer.body.contains("value=\"综合部\""), "{}", answer.body);

    let unit = set_up(&world, "安居计划").await;
    let page = format!("{TREE}/{unit}");
    let typed = vec![("name", "安居计划"), ("duties", "改过的职责。"), ("parent", "uni_x"), ("head", "")];
    let answer = fill(&mut head, &page, &format!("{page}/change"), &typed).await;
    assert!(answer.body.contains("id=\"parent-error\"") && answer.body.contains("改过的职责。"), "{}", answer.body);
    assert!(answer.body.contains("<details id=\"change\" open"), "{}", answer.body);
    let answer = fill(&mut head, &page, &format!("{page}/close"), &vec![("until", "2020-01-01")]).await;
    assert!(
        answer.body.contains("id=\"until-error\"") && answer.body.contains("不能早于设立的那天"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("value=\"2020-01-01\""));
}

/// Proves ORG-11.
#[tokio::test]
async fn who_heads_a_unit_writes_of_it_and_does_not_move_it() {
    let world = World::new().await;
    let page = format!("{TREE}/{}", set_up(&world, "安居计划").await);
    let mut worker = world.signed_in("worker").await;
    let shown = worker.get(&page).await.body;
    assert!(shown.contains("未写职责"), "duties that are not written are asked for");
    for offered in ["name=\"parent\"", "name=\"head\"", "/close\""] {
        assert!(!shown.contains(offered), "{offered}");
    }
    // A field that was put there by hand counts for nothing.
    let typed = vec![("name", "安居工程"), ("duties", "逐户评估。"), ("goals", ""), ("head", "")];
    let answer = fill(&mut worker, &page, &format!("{page}/change"), &typed).await;
    assert_eq!(unit_at(&answer), page);
    let shown = text(&worker.get(&page).await.body);
    assert!(in_order(&shown, &["安居工程", "逐户评估。", "姓名 worker"]), "{shown}");
    assert!(!shown.contains("未写职责"), "{shown}");
    let mut both = world.signed_in("both").await;
    assert!(!both.get(&page).await.body.contains("/change\""), "another one's unit is only read");
    let foreign = both.get(&page.replace("qs01", "qs02")).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "in the other house it is not there");
}

/// Proves ORG-01.
#[tokio::test]
async fn a_district_has_its_stations_by_street_and_reads_what_each_consists_of() {
    let world = World::new().await;
    set_up(&world, "安居计划").await;
    let core = world.backend.core();
    let admin = AddDistrictMember {
        sign_in_name: "admin".to_owned(),
        name: "区管".to_owned(),
        from: world.backend.now().day(),
        until: None,
        password: Some(PASSWORD.to_owned()),
    };
    add_district_member(core, district(core, "qingshan").await.unwrap().id, admin).await.unwrap();
    let mut admin = world.signed_in("admin").await;
    let by_street = text(&admin.get("/d/qingshan?by=street").await.body);
    assert!(in_order(&by_street, &["按街道", "青山街道", "2 家", "qs01 社会工作站"]), "{by_street}");
    let station = admin.get("/d/qingshan/stations/qs01").await.body;
    assert!(station.contains("href=\"/d/qingshan/stations/qs01/units\""), "{station}");
    let shown = admin.get("/d/qingshan/stations/qs01/units").await.body;
    let line = ["区县 青山区", "街道 青山街道", "机构 qs01 社会工作站", "项目 安居计划 姓名 worker"];
    assert!(in_order(&tree(&shown), &line), "{}", tree(&shown));
    assert!(!shown.contains("/o/qs01"), "it leads into no station");
    let elsewhere = admin.get("/d/qingshan/stations/nowhere/units").await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}
