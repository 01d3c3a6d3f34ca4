//! The page on which one finds something, by plain forms: what is found, what nobody finds, and what cannot be looked for.

use crate::cases::{Road, opened};
use crate::world::{Browser, World};
use axum::http::StatusCode;

/// What a page answers to what was typed; the address does not say what that was.
async fn found(browser: &mut Browser, typed: &str) -> String {
    let answer = browser.post("/o/qs01/find", &[("q", typed)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let sealed = answer.location().strip_prefix("/o/qs01/find?search=").unwrap().to_owned();
    assert!(sealed.bytes().all(|byte| byte.is_ascii_hexdigit()), "{sealed}");
    let page = browser.get(&format!("/o/qs01/find?search={sealed}")).await;
    assert_eq!(page.status, StatusCode::OK);
    page.body
}

/// The headings of what was found, with how many.
fn groups(page: &str) -> Vec<String> {
    let sections = page.split("class=\"section\"").skip(1);
    let word = |section: &str, tag: &str| {
        section.split(tag).nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned()
    };
    sections.map(|section| format!("{} {}", word(section, "<h2>"), word(section, "section__count\">"))).collect()
}

#[tokio::test]
async fn what_is_found_stands_kind_by_kind_and_leads_to_its_page() {
    let world = World::new().await;
    let case = opened(&world).await;
    let mut head = world.signed_in("head").await;
    for typed in ["王小明", "wangxiaoming", "wxm", "8000", "0012"] {
        let page = found(&mut head, typed).await;
        assert_eq!(groups(&page), ["服务对象 1", "申请 1", "个案 1"], "{typed}: {page}");
        assert!(page.contains("王*明") && page.contains(&format!("href=\"/o/qs01/cases/{case}\"")), "{page}");
    }
    let page = found(&mut head, "GA/1").await;
    assert_eq!(groups(&page), ["个案 1"]);
    let worker = found(&mut world.signed_in("worker").await, "小明").await;
    assert!(worker.contains(">王小明<"), "whoever answers for the case sees the name: {worker}");
}

#[tokio::test]
async fn the_field_above_every_page_leads_there() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    let page = head.get("/o/qs01").await.body;
    assert!(page.contains("action=\"/o/qs01/find\"") && page.contains("data-key=\"/\""), "{page}");
    assert!(
        page.contains("class=\"bottombar__link\" href=\"/o/qs01/find\"")
            || page.contains("href=\"/o/qs01/find\" class=\"bottombar__link\"")
    );
    let empty = head.get("/o/qs01/find").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(groups(&empty.body).is_empty() && !empty.body.contains("没有找到"), "{}", empty.body);
    let nothing = head.post("/o/qs01/find", &[("q", "  ")]).await;
    assert_eq!(nothing.location(), "/o/qs01/find");
}

#[tokio::test]
async fn what_cannot_be_found_says_what_to_do() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    assert!(found(&mut head, "欧阳无名").await.contains("没有找到“欧阳无名”"));
    assert!(found(&mut head, "？！").await.contains("请输入要查找的姓名"));
    for long in ["长".repeat(10_000), "x".repeat(10_000), "1".repeat(10_000), "%00".repeat(3_000)] {
        let page = found(&mut head, &long).await;
        assert!(page.contains("输入的内容太长"), "{}", &long[..9]);
    }
    for odd in
        ["\u{202E}王", "a\0b", "'; DROP TABLE search_pieces; --", "<script>alert(1)</script>", "%", "_", "王\n明"]
    {
        let page = found(&mut head, odd).await;
        assert!(!page.contains("<script>alert"), "{odd:?}");
    }
    head.set_cookie("lang", "en");
    assert!(found(&mut head, &"x".repeat(10_000)).await.contains("That is too long"));
    assert!(found(&mut head, "nobody").await.contains("Nothing found for “nobody”"));
}

/// An address that somebody passes on says nothing to a colleague.
#[tokio::test]
async fn what_was_sought_opens_for_its_member_alone() {
    let mut road = Road::of(World::new().await).await;
    let answer = road.head.post("/o/qs01/find", &[("q", "王小明")]).await;
    let address = answer.location().to_owned();
    assert!(road.head.get(&address).await.body.contains("value=\"王小明\""));
    let theirs = road.worker.get(&address).await;
    assert_eq!(theirs.status, StatusCode::OK);
    assert!(!theirs.body.contains("王小明") && groups(&theirs.body).is_empty(), "{}", theirs.body);
    assert_eq!(road.head.get("/o/qs01/find?search=00").await.status, StatusCode::OK);
}
