//! How often one may ask: generous for people, narrow for programs that try things out.

use crate::world::{Answered, Browser, PASSWORD, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use backend::Clock;
use domain::time::Span;
use server::config::Config;

async fn look_up(browser: &mut Browser, code: &str, forwarded: Option<&str>) -> Answered {
    let mut request = Request::post("/s/qs01/status")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    browser.send(request.body(Body::from(format!("code={code}"))).unwrap()).await
}

#[tokio::test]
async fn receipt_codes_cannot_be_tried_out() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.browser();
    for at in 0..30 {
        let answer = look_up(&mut browser, &format!("AAAA-AAAA-{at:04}"), None).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{at}");
    }
    let answer = look_up(&mut browser, "AAAA-AAAA-AAAA", None).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "20");
    assert!(answer.body.contains("操作过于频繁") && answer.body.contains("回到社工站首页"), "{}", answer.body);
    assert!(!answer.header("content-security-policy").is_empty());
    assert_eq!(browser.get("/s/qs01").await.status, StatusCode::OK, "looking is another matter");
    let mut neighbour = world.browser();
    neighbour.peer = [192, 0, 2, 2];
    assert_eq!(look_up(&mut neighbour, "AAAA-AAAA-AAAA", None).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    clock.set(clock.now().plus(Span::millis(20_000)));
    assert_eq!(look_up(&mut browser, "AAAA-AAAA-AAAA", None).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Who asks is whom the connection says, or whom the proxy says that we know; nobody says it of themselves.
#[tokio::test]
async fn nobody_is_somebody_else_by_a_header() {
    let (world, _) = World::standing(Config::default()).await;
    let mut browser = world.browser();
    for at in 0..30 {
        look_up(&mut browser, "AAAA-AAAA-AAAA", Some(&format!("198.51.100.{at}"))).await;
    }
    let answer = look_up(&mut browser, "AAAA-AAAA-AAAA", Some("198.51.100.99")).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "not by a header of one's own");

    let config = Config { trusted_proxy: "192.0.2.1".to_owned(), ..Config::default() };
    let (world, _) = World::standing(config).await;
    let mut proxy = world.browser();
    for at in 0..60 {
        let answer = look_up(&mut proxy, "AAAA-AAAA-AAAA", Some(&format!("198.51.100.{at}"))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "the proxy tells people apart");
    }
    for at in 0..30 {
        look_up(&mut proxy, "AAAA-AAAA-AAAA", Some(&format!("198.51.100.{at}, 203.0.113.7"))).await;
    }
    let answer = look_up(&mut proxy, "AAAA-AAAA-AAAA", Some("198.51.100.99, 203.0.113.7")).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "only the proxy's own word counts, which is the last");
}

#[tokio::test]
async fn an_account_is_counted_wherever_it_asks_from() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("worker").await;
    let mut seen = 0;
    for at in 0..310 {
        browser.peer = [198, 51, 100, u8::try_from(at % 250).unwrap()];
        let answer = browser.get("/o/qs01/probe").await;
        if answer.status != StatusCode::OK {
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
            break;
        }
        seen += 1;
    }
    assert_eq!(seen, 300);
    assert_eq!(world.signed_in("head").await.get("/o/qs01/probe").await.status, StatusCode::OK, "others may");
    clock.set(clock.now().plus(Span::millis(1_000)));
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK);
}

/// What was refused for its number is there to be sent again; a password is not.
#[tokio::test]
async fn what_was_typed_waits() {
    let (world, _) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("worker").await;
    for _ in 0..60 {
        assert_eq!(browser.post("/o/qs01/probe", &[("note", "记录")]).await.status, StatusCode::OK);
    }
    let answer = browser.post("/o/qs01/probe", &[("note", "很长的记录")]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.body.contains("value=\"很长的记录\"") && answer.body.contains("再提交一次"), "{}", answer.body);
    let mut guesser = world.browser();
    guesser.peer = [192, 0, 2, 9];
    for _ in 0..120 {
        // Without a name nothing is hashed: only the number counts here.
        guesser.post("/sign-in", &[("name", ""), ("password", PASSWORD)]).await;
    }
    let answer = guesser.post("/sign-in", &[("name", ""), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!answer.body.contains(PASSWORD), "{}", answer.body);
}
