//! Another site cannot make a browser do anything here.

use crate::world::{HOST, World};
use app::Answer;
use app::route::Verb::{Get, Post};
use app::route::{Route, open};
use app::routes;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use server::config::Config;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

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

/// Where the public address is set, pages come from there and from nowhere else.
#[tokio::test]
async fn the_public_address_is_ours() {
    let config = Config { public_url: "https://banyan.example.cn/".to_owned(), ..Config::default() };
    let world = World::with(config).await;
    let from = async |origin: &str| posted(&world, &[("host", "banyan.example.cn"), ("origin", origin)]).await;
    assert_eq!(from("https://banyan.example.cn").await, StatusCode::SEE_OTHER);
    for origin in ["http://banyan.example.cn", "https://evil.test", "https://banyan.example.cn.evil.test", "null"] {
        assert_eq!(from(origin).await, StatusCode::FORBIDDEN, "{origin}");
    }
}

/// Every address that changes something, by every method, with every kind of body that a browser sends by itself, from
/// every place that is not ours: not one of them reaches its handler. Each handler of the table is replaced by one that
/// counts; who asks is not even looked at, so that only the guard stands in between.
#[tokio::test]
async fn nothing_from_elsewhere_reaches_a_handler_that_changes() {
    static REACHED: AtomicUsize = AtomicUsize::new(0);
    let counted = |mut route: Route| {
        let counting = open(Post, "/", async |_, _| {
            REACHED.fetch_add(1, SeqCst);
            Ok(Answer::SeeOther("/".to_owned()))
        });
        let looking = open(Get, "/", async |_, _| Ok(Answer::SeeOther("/".to_owned())));
        route.handler = if route.posts() { counting.handler } else { looking.handler };
        route
    };
    let addresses: Vec<String> =
        routes().iter().filter(|route| route.posts()).map(|route| filled(route.path)).collect();
    let world = World::of_routes(routes().into_iter().map(counted).collect()).await;
    let ours = format!("http://{HOST}");
    let mut asked = 0;
    for address in &addresses {
        let mut browser = world.browser();
        assert_eq!(browser.post(address, &[]).await.status, StatusCode::SEE_OTHER, "{address}: our own page may");
        let reached = REACHED.swap(0, SeqCst);
        assert_eq!(reached, 1, "{address}: the count counts");
        for method in ["POST", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "post", "BREW"] {
            for kind in FORMS {
                for from in elsewhere(&ours) {
                    let mut request = Request::builder().method(method).uri(address);
                    for (name, value) in kind.iter().map(|kind| ("content-type", *kind)).chain(from.iter().copied()) {
                        request = request.header(name, value);
                    }
                    let answer = browser.send(request.body(Body::from("a=b")).unwrap()).await;
                    asked += 1;
                    let refused = match method {
                        "POST" => answer.status == StatusCode::FORBIDDEN,
                        "GET" | "HEAD" => {
                            [StatusCode::SEE_OTHER, StatusCode::METHOD_NOT_ALLOWED].contains(&answer.status)
                        }
                        _ => answer.status == StatusCode::METHOD_NOT_ALLOWED,
                    };
                    assert!(refused, "{method} {address} {kind:?} {from:?}: {}", answer.status);
                }
            }
        }
    }
    assert_eq!(REACHED.load(SeqCst), 0, "of {asked}");
    assert!(asked > 10_000, "{asked} over {} addresses", addresses.len());
}

/// What forms and scripts of another site can send without being asked first, and two that they cannot.
const FORMS: [Option<&str>; 5] = [
    None,
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=x"),
    Some("text/plain"),
    Some("application/json"),
];

/// Everywhere but our own pages, as browsers say it.
fn elsewhere(ours: &str) -> Vec<Vec<(&'static str, &str)>> {
    let mut from = vec![vec![]];
    for origin in ["http://evil.test", "null", "http://banyan.test:8080", "http://banyan.test.evil.test", ""] {
        from.push(vec![("origin", origin)]);
        from.push(vec![("origin", origin), ("sec-fetch-site", "same-origin")]);
    }
    for site in ["cross-site", "same-site", "bogus", ""] {
        from.push(vec![("sec-fetch-site", site)]);
        from.push(vec![("sec-fetch-site", site), ("origin", ours)]);
    }
    from
}

/// An address of the table with something in each place.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
    parts.collect::<Vec<_>>().join("/")
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
