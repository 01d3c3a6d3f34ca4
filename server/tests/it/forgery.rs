//! Another site cannot make a browser do anything here.

use crate::world::{HOST, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use server::config::Config;

async fn posted(world: &World, headers: &[(&str, &str)]) -> StatusCode {
    let mut request = Request::post("/preferences").header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.browser().send(request.body(Body::from("theme=dark")).unwrap()).await.status
}

#[tokio::test]
async fn only_our_own_pages_may_post() {
    let world = World::new().await;
    let ours = format!("http://{HOST}");
    for (headers, expected) in [
        (vec![], StatusCode::FORBIDDEN),
        (vec![("origin", "http://evil.test")], StatusCode::FORBIDDEN),
        (vec![("origin", "null")], StatusCode::FORBIDDEN),
        (vec![("origin", "http://banyan.test.evil.test")], StatusCode::FORBIDDEN),
        (vec![("origin", "http://banyan.test:8080")], StatusCode::FORBIDDEN),
        (vec![("sec-fetch-site", "cross-site")], StatusCode::FORBIDDEN),
        (vec![("sec-fetch-site", "same-site")], StatusCode::FORBIDDEN),
        (vec![("sec-fetch-site", "cross-site"), ("origin", ours.as_str())], StatusCode::FORBIDDEN),
        (vec![("sec-fetch-site", "same-origin"), ("origin", "http://evil.test")], StatusCode::FORBIDDEN),
        (vec![("sec-fetch-site", "same-origin")], StatusCode::SEE_OTHER),
        (vec![("origin", ours.as_str())], StatusCode::SEE_OTHER),
        (vec![("sec-fetch-site", "same-origin"), ("origin", ours.as_str())], StatusCode::SEE_OTHER),
    ] {
        assert_eq!(posted(&world, &headers).await, expected, "{headers:?}");
    }
}

/// Behind a proxy that changes the host, the public address is what pages come from.
#[tokio::test]
async fn the_public_address_is_ours_too() {
    let config = Config { public_url: "https://banyan.example.cn/".to_owned(), ..Config::default() };
    let world = World::with(config).await;
    assert_eq!(posted(&world, &[("origin", "https://banyan.example.cn")]).await, StatusCode::SEE_OTHER);
    assert_eq!(posted(&world, &[("origin", "http://banyan.example.cn")]).await, StatusCode::FORBIDDEN);
}

/// Other methods are no way around.
#[tokio::test]
async fn other_methods_are_refused() {
    let world = World::new().await;
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        let request = Request::builder().method(method).uri("/sign-in").body(Body::empty()).unwrap();
        assert_eq!(world.browser().send(request).await.status, StatusCode::FORBIDDEN, "{method}");
    }
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let world = World::new().await;
    for to in [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "\\/evil.test",
        "/\t/evil.test",
        "javascript:alert(1)",
        "",
        "/a b",
    ] {
        let answer = world.browser().post("/probe/elsewhere", &[("to", to)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{to:?}");
        let fields = [("name", "head"), ("password", crate::world::PASSWORD), ("to", to)];
        let answer = world.browser().post("/sign-in", &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{to:?}");
        let answer = world.browser().post("/preferences", &[("theme", "dark"), ("to", to)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{to:?}");
    }
    let answer = world.browser().post("/probe/elsewhere", &[("to", "/o/qs01/cases?status=open")]).await;
    assert_eq!(answer.location(), "/o/qs01/cases?status=open");
}
