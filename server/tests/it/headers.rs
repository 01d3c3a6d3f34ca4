//! What every answer carries, whatever it is.

use crate::world::{HOST, PASSWORD, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use server::config::Config;

fn nonce(policy: &str) -> &str {
    policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce")
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let world = World::new().await;
    let mut browser = world.browser();
    let large = vec![b'a'; 300 * 1024];
    let mut answers = vec![];
    for path in ["/", "/sign-in", "/nowhere", "/sign-out", "/pkg/banyan.css", "/pkg/none.css", "/healthz", "/readyz"] {
        answers.push((path, browser.get(path).await));
    }
    for method in ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"] {
        for path in ["/sign-in", "/pkg/banyan.css", "/healthz", "/nowhere"] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let answer = browser.send(request).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert_eq!(answer.header("allow"), "GET, HEAD, POST", "{method} {path}");
            answers.push((path, answer));
        }
    }
    answers.push(("wrong method", browser.post("/", &[]).await));
    answers.push(("no form", browser.post_raw("/preferences", "x").await));
    answers.push(("too slow", browser.get("/probe/endless").await));
    answers.push(("a panic", browser.get("/probe/panic").await));
    answers.push(("signed out", browser.get("/o/qs01/probe").await));
    answers.push(("wrong password", browser.post("/sign-in", &[("name", "head"), ("password", "wrong")]).await));
    answers.push(("too large", browser.post_raw("/preferences", large).await));
    answers.push(("foreign", browser.send(Request::post("/sign-out").body(Body::empty()).unwrap()).await));

    let mut nonces = vec![];
    for (path, answer) in &answers {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'nonce-"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(!answer.header("permissions-policy").is_empty(), "{path}");
        assert!(!answer.header("cache-control").is_empty(), "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path}: promised over plain http");
        nonces.push(nonce(policy).to_owned());
    }
    let all = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), all, "a nonce was used twice");
}

#[tokio::test]
async fn the_page_carries_the_nonce_of_its_answer_and_is_kept_nowhere() {
    let world = World::new().await;
    let answer = world.browser().get("/sign-in").await;
    let nonce = nonce(answer.header("content-security-policy"));
    assert!(answer.body.contains(&format!("nonce=\"{nonce}\"")), "{}", answer.body);
    assert!(!answer.body.contains("style=\""), "the policy forbids inline styles");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn what_is_not_there_is_a_page_of_ours() {
    let world = World::new().await;
    let mut browser = world.browser();
    let answer = browser.get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("没有找到") && answer.body.contains("href=\"/\""), "{}", answer.body);
    let answer = browser.get("/sign-out").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.body.contains("这里不能直接打开"), "{}", answer.body);
    let answer = browser.post("/", &[]).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    let answer = browser.get("/probe/panic").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.body.contains("a probe panics"), "{}", answer.body);
}

#[tokio::test]
async fn https_is_promised_where_it_is_served() {
    let config = Config { public_url: format!("https://{HOST}"), ..Config::default() };
    let world = World::with(config).await;
    let mut browser = world.browser();
    browser.secure = true;
    let mut answers = vec![];
    for path in ["/", "/nowhere", "/o/qs01/probe", "/pkg/banyan.css", "/pkg/none.css", "/healthz", "/probe/panic"] {
        answers.push((path, browser.get(path).await));
    }
    answers.push(("signing in", browser.post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await));
    let asked = |method: &str, host: &str| {
        Request::builder().method(method).uri("/sign-in").header("host", host).body(Body::empty()).unwrap()
    };
    answers.push(("another method", browser.send(asked("PUT", HOST)).await));
    answers.push(("another site", browser.send(asked("POST", HOST)).await));
    answers.push(("another name", browser.send(asked("GET", "evil.test")).await));
    for (path, answer) in answers {
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains", "{path}");
    }
}

/// No other site is allowed to read an answer, and none is told that it may ask.
#[tokio::test]
async fn no_other_site_may_read() {
    let world = World::new().await;
    let mut browser = world.signed_in("head").await;
    for path in ["/", "/sign-in", "/o/qs01/frame", "/pkg/banyan.css", "/healthz", "/nowhere"] {
        for method in ["GET", "POST", "OPTIONS"] {
            for origin in ["http://evil.test", "null", "http://banyan.test"] {
                let request = Request::builder()
                    .method(method)
                    .uri(path)
                    .header("origin", origin)
                    .header("access-control-request-method", "POST")
                    .header("access-control-request-headers", "content-type")
                    .body(Body::empty())
                    .unwrap();
                let answer = browser.send(request).await;
                let shared = answer.headers.keys().any(|name| name.as_str().starts_with("access-control-"));
                assert!(!shared, "{method} {path} from {origin}: {:?}", answer.headers);
                assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn every_answer_says_what_it_is() {
    let world = World::new().await;
    let mut browser = world.signed_in("head").await;
    for (path, kind) in [
        ("/sign-in", "text/html; charset=utf-8"),
        ("/o/qs01/frame", "text/html; charset=utf-8"),
        ("/nowhere", "text/html; charset=utf-8"),
        ("/probe/panic", "text/plain; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/readyz", "text/plain; charset=utf-8"),
        ("/pkg/banyan.css", "text/css; charset=utf-8"),
        ("/pkg/touch.js", "text/javascript; charset=utf-8"),
        ("/pkg/favicon.svg", "image/svg+xml; charset=utf-8"),
        ("/pkg/banyan_bg.wasm", "application/wasm"),
    ] {
        let answer = browser.get(path).await;
        assert!(!answer.body.is_empty(), "{path}");
        assert_eq!(answer.header("content-type"), kind, "{path}");
    }
    for method in ["PUT", "OPTIONS", "POST"] {
        let request = Request::builder().method(method).uri("/sign-out").body(Body::empty()).unwrap();
        assert_eq!(browser.send(request).await.header("content-type"), "text/plain; charset=utf-8", "{method}");
    }
    for path in ["/pkg/none.css", "/pkg/"] {
        let answer = browser.get(path).await;
        assert!(answer.body.is_empty() || !answer.header("content-type").is_empty(), "{path}");
    }
}

/// Where the public address is set, the service has no other name, but for those who watch over it.
#[tokio::test]
async fn another_name_is_not_ours() {
    let config = Config { public_url: "https://banyan.example.cn".to_owned(), ..Config::default() };
    let world = World::with(config).await;
    let asked = async |path: &str, host: &str| {
        let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
        world.browser().send(request).await
    };
    for host in ["banyan.example.cn", "BANYAN.example.cn"] {
        assert_eq!(asked("/sign-in", host).await.status, StatusCode::OK, "{host}");
    }
    for host in ["evil.test", "banyan.example.cn.evil.test", "banyan.example.cn:8443", "127.0.0.1:3000", ""] {
        for path in ["/sign-in", "/pkg/banyan.css", "/o/qs01/cases"] {
            let answer = asked(path, host).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host} {path}");
            assert!(!answer.header("content-security-policy").is_empty(), "{host} {path}");
            assert!(!answer.body.contains("evil"), "{host} {path}");
        }
        assert_eq!(asked("/healthz", host).await.status, StatusCode::OK, "{host}");
        assert_eq!(asked("/readyz", host).await.status, StatusCode::OK, "{host}");
    }
}
