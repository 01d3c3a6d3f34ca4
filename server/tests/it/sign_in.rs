//! Signing in: what it gives, what it refuses, what it never tells.

use crate::world::{HOST, PASSWORD, World};
use axum::http::StatusCode;
use server::config::Config;

#[tokio::test]
async fn a_session_is_a_cookie_that_scripts_cannot_read() {
    let world = World::new().await;
    let mut browser = world.browser();
    assert!(browser.get("/").await.set_cookies().is_empty(), "nobody gets a session for looking");
    let answer = browser.post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
    let cookies = answer.set_cookies();
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    for part in ["session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
        assert!(cookies[0].contains(part), "{part}: {cookies:?}");
    }
    assert!(!cookies[0].contains("Secure") && !cookies[0].contains("Domain"), "{cookies:?}");
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/o/qs01"));
}

#[tokio::test]
async fn over_https_the_cookie_stays_with_this_host() {
    let config = Config { public_url: format!("https://{HOST}"), ..Config::default() };
    let world = World::with(config).await;
    let mut browser = world.browser();
    browser.secure = true;
    let answer = browser.post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await;
    let cookies = answer.set_cookies();
    assert!(cookies[0].starts_with("__Host-session="), "{cookies:?}");
    assert!(cookies[0].contains("Secure") && cookies[0].contains("HttpOnly"), "{cookies:?}");
    assert_eq!(browser.get("/").await.location(), "/o/qs01");
}

#[tokio::test]
async fn a_wrong_password_keeps_the_name_and_tells_nothing() {
    let world = World::new().await;
    let mut browser = world.browser();
    let known = browser.post("/sign-in", &[("name", "head"), ("password", "not it")]).await;
    let unknown = browser.post("/sign-in", &[("name", "nobody"), ("password", "not it")]).await;
    for (answer, name) in [(&known, "head"), (&unknown, "nobody")] {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.body.contains("账号或密码不正确"), "{}", answer.body);
        assert!(answer.body.contains(&format!("value=\"{name}\"")), "{}", answer.body);
        assert!(!answer.body.contains("not it"), "a password is never written into a page");
        assert!(answer.set_cookies().is_empty());
    }
    let empty = browser.post("/sign-in", &[("name", "head"), ("password", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("value=\"head\"") && empty.body.contains("请填写此项"), "{}", empty.body);
}

#[tokio::test]
async fn whoever_guesses_has_to_wait() {
    let world = World::new().await;
    let mut browser = world.browser();
    for _ in 0..5 {
        let answer = browser.post("/sign-in", &[("name", "head"), ("password", "a guess")]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let answer = browser.post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.body.contains("尝试次数过多") && answer.body.contains("value=\"head\""), "{}", answer.body);
    let other = browser.post("/sign-in", &[("name", "worker"), ("password", PASSWORD)]).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "others may still come in");
}

#[tokio::test]
async fn one_goes_on_where_one_was() {
    let world = World::new().await;
    let mut browser = world.browser();
    let asked = browser.get("/o/qs01/probe?status=open&page=2").await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert!(asked.body.contains("value=\"/o/qs01/probe?status=open&amp;page=2\""), "{}", asked.body);
    let fields = [("name", "head"), ("password", PASSWORD), ("to", "/o/qs01/probe?status=open&page=2")];
    let answer = browser.post("/sign-in", &fields).await;
    assert_eq!(answer.location(), "/o/qs01/probe?status=open&page=2");
    assert!(browser.get(answer.location()).await.body.contains("(\"status\", \"open\")"));
}

#[tokio::test]
async fn a_person_with_two_posts_chooses() {
    let world = World::new().await;
    let mut browser = world.signed_in("both").await;
    let answer = browser.get("/").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("href=\"/o/qs01\"") && answer.body.contains("href=\"/o/qs02\""), "{}", answer.body);
    let framed = browser.get("/o/qs02/frame").await;
    assert!(framed.body.contains("href=\"/o/qs01\""), "the switcher leads to the other place: {}", framed.body);
    assert!(framed.body.contains("正文") && framed.body.contains("姓名 both"), "{}", framed.body);
}

#[tokio::test]
async fn on_a_phone_the_way_out_is_one_step_away() {
    let world = World::new().await;
    assert_eq!(world.browser().get("/me").await.status, StatusCode::UNAUTHORIZED);
    let mut browser = world.signed_in("both").await;
    assert!(browser.get("/o/qs01/frame").await.body.contains("href=\"/me\""));
    let me = browser.get("/me").await.body;
    for part in ["姓名 both", "href=\"/o/qs02\"", "action=\"/sign-out\"", "action=\"/preferences\""] {
        assert!(me.contains(part), "{part}: {me}");
    }
}
