//! Sessions: begun anew, ended for good, and what was typed when one ended in between.

use crate::world::{PASSWORD, World};
use axum::http::StatusCode;

const PREPARED: &str = "AAAAAAAAAAAAAAAAAAAAAA";

#[tokio::test]
async fn a_prepared_session_is_worth_nothing() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.set_cookie("session", PREPARED);
    browser.post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await;
    let first = browser.cookie("session").expect("a session").to_owned();
    assert_ne!(first, PREPARED);
    let mut thief = world.browser();
    thief.set_cookie("session", PREPARED);
    assert_eq!(thief.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);

    // Signing in over a session that exists begins another one; the first is over.
    browser.post("/sign-in", &[("name", "worker"), ("password", PASSWORD)]).await;
    let second = browser.cookie("session").expect("a session").to_owned();
    assert_ne!(first, second);
    thief.set_cookie("session", &first);
    assert_eq!(thief.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);
    assert!(browser.get("/o/qs01/frame").await.body.contains("姓名 worker"));
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    let world = World::new().await;
    let mut browser = world.signed_in("head").await;
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK);
    let mut copy = browser.clone();
    let answer = browser.post("/sign-out", &[]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(answer.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(browser.cookie("session"), None);
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(copy.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED, "a copied cookie is dead too");
}

#[tokio::test]
async fn nonsense_in_the_cookie_is_nobody() {
    let world = World::new().await;
    for value in
        ["x", "%00", "../../etc", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "{}", "AAAAAAAAAAAAAAAAAAAAA="]
    {
        let mut browser = world.browser();
        browser.set_cookie("session", value);
        assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED, "{value}");
        assert_eq!(browser.get("/").await.status, StatusCode::OK, "{value}");
    }
}

/// While the database does not answer nobody knows who somebody is, and nobody is told to sign in again.
#[tokio::test]
async fn a_session_that_cannot_be_read_is_not_over() {
    let world = World::new().await;
    let mut browser = world.signed_in("head").await;
    world.meddle("ALTER TABLE sessions RENAME TO sessions_elsewhere").await;
    for answer in [browser.get("/o/qs01/probe").await, browser.post("/o/qs01/probe", &[("note", "很长的记录")]).await]
    {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
        assert!(answer.set_cookies().is_empty());
    }
    let begun = world.browser().post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await;
    assert_eq!(begun.status, StatusCode::SERVICE_UNAVAILABLE, "a session that cannot be kept");
    assert!(begun.body.contains("请稍后再试") && begun.set_cookies().is_empty(), "{}", begun.body);
    world.meddle("ALTER TABLE sessions_elsewhere RENAME TO sessions").await;
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK, "it goes on where it was");
}

/// A form is on its way, the session is over: what was typed goes through signing in and is sent again.
#[tokio::test]
async fn what_was_typed_outlives_the_session() {
    let world = World::new().await;
    let mut browser = world.browser();
    let typed = [
        ("note", "第一行\r\n\"引号\" <b>&"),
        ("kind", "a"),
        ("kind", "b"),
        ("name", "不是账号"),
        ("password", "不是密码"),
    ];
    let interrupted = browser.post("/o/qs01/probe", &typed).await;
    assert_eq!(interrupted.status, StatusCode::UNAUTHORIZED);
    assert!(interrupted.body.contains("请重新登录"), "{}", interrupted.body);
    let carried = hidden(&interrupted.body);
    assert!(carried.iter().any(|(name, value)| name == "carried.name" && value == "不是账号"), "{carried:?}");

    // A wrong password in between loses nothing.
    let wrong = browser.post("/sign-in", &with(&carried, &[("name", "head"), ("password", "wrong")])).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(hidden(&wrong.body), carried);

    let answer = browser.post("/sign-in", &with(&carried, &[("name", "head"), ("password", PASSWORD)])).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("继续提交") && answer.body.contains("action=\"/o/qs01/probe\""), "{}", answer.body);
    assert!(answer.body.contains("姓名 head"), "it says who is about to send it");
    let again = hidden(&answer.body);
    let sent = browser.post("/o/qs01/probe", &with(&again, &[])).await;
    assert_eq!(sent.status, StatusCode::OK);
    assert_eq!(sent.body, format!("姓名 head {:?}", typed.map(|(name, value)| (name.to_owned(), value.to_owned()))));
}

fn with<'a>(carried: &'a [(String, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect()
}

/// The hidden fields of the first form of the page's main part, as a browser would send them.
fn hidden(page: &str) -> Vec<(String, String)> {
    let form = page.split("class=\"form\"").nth(1).and_then(|rest| rest.split("</form>").next()).expect("a form");
    let value_of = |input: &str, name: &str| {
        let value = input.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
    };
    form.split("<input ")
        .skip(1)
        .filter(|input| input.starts_with("type=\"hidden\""))
        .map(|input| (value_of(input, "name").expect("a name"), value_of(input, "value").expect("a value")))
        .collect()
}
