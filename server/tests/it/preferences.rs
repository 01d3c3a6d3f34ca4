//! How a person likes to be spoken to.

use crate::world::{HOST, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use server::config::Config;

#[tokio::test]
async fn a_preference_is_kept_and_leads_back() {
    let world = World::new().await;
    let mut browser = world.browser();
    for (name, value, sign) in [
        ("theme", "dark", "data-theme=\"dark\""),
        ("print", "large", "large-print"),
        ("lang", "en", "<html lang=\"en\""),
    ] {
        let request = Request::post("/preferences")
            .header("origin", format!("http://{HOST}"))
            .header("referer", format!("http://{HOST}/sign-in?to=/o/qs01"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("{name}={value}")))
            .unwrap();
        let answer = browser.send(request).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in?to=/o/qs01"));
        assert!(answer.set_cookies()[0].contains("HttpOnly"), "{:?}", answer.set_cookies());
        assert!(browser.get("/sign-in").await.body.contains(sign), "{name}");
    }
    assert!(browser.get("/sign-in").await.body.contains("Sign in"));
}

/// Over https no other host, and nobody on plain http, can put one into the browser.
#[tokio::test]
async fn over_https_a_preference_stays_with_this_host() {
    let world = World::with(Config { public_url: format!("https://{HOST}"), ..Config::default() }).await;
    let mut browser = world.browser();
    browser.secure = true;
    for (name, value) in [("theme", "dark"), ("print", "large"), ("lang", "en"), ("nav", "narrow")] {
        let answer = browser.post("/preferences", &[(name, value)]).await;
        let cookies = answer.set_cookies();
        assert!(cookies[0].starts_with(&format!("__Host-{name}={value}; Path=/;")), "{cookies:?}");
        assert!(cookies[0].ends_with("; Secure") && !cookies[0].contains("Domain"), "{cookies:?}");
    }
    assert!(browser.get("/sign-in").await.body.contains("data-theme=\"dark\""));
    let mut other = world.browser();
    other.set_cookie("theme", "dark");
    assert!(!other.get("/sign-in").await.body.contains("data-theme=\"dark\""), "one without the prefix is not ours");
}

#[tokio::test]
async fn the_language_changes_on_a_refused_form_and_what_was_typed_stays() {
    let world = World::new().await;
    let mut browser = world.browser();
    let operation = world.backend.new_operation().to_string();
    let typed = [
        ("operation", operation.as_str()),
        ("name", "王小明"),
        ("need", "第一行\n<b>第二行"),
        ("person_kinds", "elder"),
        ("person_kinds", "disabled"),
    ];
    let refused = browser.post("/s/qs01/apply/elder-care", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("<form id=\"sent\"") && refused.body.contains("form=\"sent\" name=\"prefer.lang\""));
    assert!(!refused.body.contains("/preferences"), "nothing on it leads away from the form");

    // What the button sends: the form as it was, in one field, and the language.
    let sent = refused.body.split("name=\"prefer.form\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let again = [("prefer.form", &*sent.replace("&amp;", "&")), ("prefer.lang", "en")];
    let english = browser.post("/s/qs01/apply/elder-care", &again).await;
    assert_eq!(english.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["<html lang=\"en\"", "王小明", "&lt;b&gt;第二行", "Please fill this in"] {
        assert!(english.body.contains(kept), "{kept}: {}", english.body);
    }
    assert_eq!(browser.cookie("lang"), Some("en"));
    assert!(browser.get("/s/qs01").await.body.contains("<html lang=\"en\""));

    let unknown = browser.post("/s/qs01/apply/elder-care", &[("name", "王"), ("prefer.lang", "xx")]).await;
    assert!(unknown.set_cookies().is_empty(), "only what is known");
}

#[tokio::test]
async fn no_password_is_written_into_a_page() {
    let world = World::new().await;
    let refused = world.browser().post("/sign-in", &[("name", "head"), ("password", "not this one, surely")]).await;
    assert!(refused.body.contains("<form id=\"sent\"") && !refused.body.contains("not this one"), "{}", refused.body);
}

#[tokio::test]
async fn only_known_preferences_become_cookies() {
    let world = World::new().await;
    for form in [[("theme", "blue")], [("session", "AAAA")], [("lang", "en; Domain=evil.test")], [("theme", "")]] {
        let answer = world.browser().post("/preferences", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        assert!(answer.set_cookies().is_empty(), "{form:?}");
    }
    let foreign = Request::post("/preferences")
        .header("origin", format!("http://{HOST}"))
        .header("referer", "http://evil.test/sign-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("theme=dark"))
        .unwrap();
    assert_eq!(world.browser().send(foreign).await.location(), "/");
}
