//! Sessions: begun anew, and ended for good.

use crate::world::{PASSWORD, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use backend::Clock;
use domain::time::Span;
use server::config::Config;

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

/// 128 bits of chance, as the library makes them, new each time.
#[tokio::test]
async fn nobody_guesses_a_session() {
    let world = World::new().await;
    let mut values: Vec<String> = Vec::new();
    for _ in 0..8 {
        let value = world.signed_in("head").await.cookie("session").expect("a session").to_owned();
        assert_eq!(value.len(), 22, "16 bytes in base 64: {value}");
        assert!(value.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"-_".contains(&sign)), "{value}");
        values.push(value);
    }
    for at in 0..values.len() {
        for other in &values[..at] {
            let same = values[at].bytes().zip(other.bytes()).filter(|(one, other)| one == other).count();
            assert!(same < 8, "{} {other}", values[at]);
        }
    }
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

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_after_a_day_in_any_case() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("head").await;
    let pass = |span: Span| clock.set(clock.now().plus(span));
    pass(Span::minutes(29));
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK);
    pass(Span::minutes(29));
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK, "it was used in between");
    pass(Span::minutes(30));
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED, "nobody used it");

    let mut browser = world.signed_in("head").await;
    for _ in 0..35 {
        pass(Span::minutes(20));
        assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK);
    }
    pass(Span::minutes(20));
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED, "twelve hours, however busy");

    let config = Config { idle_minutes: 5, session_hours: 1, ..Config::default() };
    let (world, clock) = World::standing(config).await;
    let mut browser = world.signed_in("head").await;
    clock.set(clock.now().plus(Span::minutes(5)));
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED, "as the settings say");
}

#[tokio::test]
async fn a_person_sees_and_ends_their_sessions() {
    let (world, clock) = World::standing(Config::default()).await;
    let sign_in = async |agent: &str| {
        let mut browser = world.browser();
        let request = Request::post("/sign-in")
            .header("sec-fetch-site", "same-origin")
            .header("user-agent", agent)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("name=head&password={}", PASSWORD.replace(' ', "+"))))
            .unwrap();
        assert_eq!(browser.send(request).await.status, StatusCode::SEE_OTHER);
        clock.set(clock.now().plus(Span::minutes(1)));
        browser
    };
    let mut office =
        sign_in("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0").await;
    let mut phone = sign_in("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 MicroMessenger/8.0").await;
    let mut other = sign_in("<script>alert(1)</script>").await;
    let mut stranger = world.signed_in("worker").await;

    let page = office.get("/me/sessions").await.body;
    for words in ["Edge 浏览器 · Windows 电脑", "微信 · 安卓手机", "无法识别的设备", "192.0.2.1", "本次登录"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<script>alert"), "{page}");
    for cookie in [&office, &phone, &other].map(|browser| browser.cookie("session").unwrap().to_owned()) {
        assert!(!page.contains(&cookie), "no cookie is shown");
    }
    let ids: Vec<String> = page
        .split("name=\"session\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2, "one's own is not offered");
    // The one that was seen last stands first.
    assert_eq!(stranger.post("/me/sessions/end", &[("session", &ids[0])]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(other.get("/o/qs01/probe").await.status, StatusCode::OK, "nobody ends another's session");
    assert_eq!(office.post("/me/sessions/end", &[("session", &ids[0])]).await.location(), "/me/sessions?done=ended");
    assert_eq!(other.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(phone.get("/o/qs01/probe").await.status, StatusCode::OK);
    office.post("/me/sessions/end-others", &[]).await;
    assert_eq!(phone.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(office.get("/o/qs01/probe").await.status, StatusCode::OK);
    assert_eq!(stranger.get("/o/qs01/probe").await.status, StatusCode::OK);
    assert!(office.get("/me/sessions").await.body.contains("结束其他登录"));
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session() {
    let world = World::new().await;
    let (mut browser, mut other) = (world.signed_in("head").await, world.signed_in("head").await);
    let before = browser.cookie("session").unwrap().to_owned();
    let new = "an orange bridge of rain";
    for (fields, words) in [
        ([("current", "wrong"), ("password", new), ("again", new)], "密码不正确"),
        ([("current", PASSWORD), ("password", new), ("again", "else")], "与其他内容不一致"),
        ([("current", PASSWORD), ("password", "1234567890"), ("again", "1234567890")], "太容易被猜到"),
        ([("current", PASSWORD), ("password", PASSWORD), ("again", PASSWORD)], "已被使用"),
        ([("current", PASSWORD), ("password", "short"), ("again", "short")], "至少 10 个字"),
    ] {
        let answer = browser.post("/me/password", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.body.contains(words) && !answer.body.contains(PASSWORD), "{words}: {}", answer.body);
    }
    let fields = [("current", PASSWORD), ("password", new), ("again", new)];
    let answer = browser.post("/me/password", &fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/me/password?done=changed"));
    assert_ne!(browser.cookie("session"), Some(before.as_str()), "this one goes on under a new value");
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK);
    assert_eq!(other.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);
    other.set_cookie("session", &before);
    assert_eq!(other.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);
    assert!(browser.get("/me/sessions").await.body.contains("修改密码"));
    let old = world.browser().post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let signed_out = world.browser().post("/me/password", &fields).await;
    assert_eq!(signed_out.status, StatusCode::UNAUTHORIZED);
    assert!(!signed_out.body.contains(new) && !signed_out.body.contains(PASSWORD), "{}", signed_out.body);
}
