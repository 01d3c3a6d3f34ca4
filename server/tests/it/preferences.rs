//! How a person likes to be spoken to.

use crate::world::{HOST, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};

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
