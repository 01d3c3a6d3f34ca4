//! What is served as a file: what a build made, and nothing that lies beside it.

use crate::world::World;
use axum::http::StatusCode;

#[tokio::test]
async fn nothing_is_served_but_what_a_build_made() {
    let world = World::new().await;
    let mut browser = world.signed_in("head").await;
    for path in ["/pkg/banyan.css", "/pkg/touch.js", "/pkg/favicon.svg", "/pkg/banyan_bg.wasm"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    for path in [
        "/.git/HEAD",
        "/.git/config",
        "/.svn/entries",
        "/.env",
        "/pkg/.git/config",
        "/pkg/%2egit/config",
        "/pkg/%2Egit/config",
        "/pkg/.env",
        "/pkg/../.git/HEAD",
        "/pkg/%2e%2e/.git/HEAD",
        "/pkg/..%2f.git/HEAD",
        "/pkg/..%2fmanifest.json",
        "/pkg/../manifest.json",
        "/manifest.json",
        "/banyan.db",
        "/data/banyan.db",
        "/data/keys/master.key",
        "/pkg/../../data/banyan.db",
        "/pkg/..%2f..%2fdata%2fkeys%2fmaster.key",
        "/Cargo.toml",
        "/pkg/",
        "/pkg",
    ] {
        let answer = browser.get(path).await;
        assert!(matches!(answer.status.as_u16(), 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.body.contains("left behind") && !answer.body.contains("banyan.css\":"), "{path}");
    }
}

/// A file that lies in the served folder is handed out as it is and never run: nothing here runs files.
#[tokio::test]
async fn a_file_is_sent_and_not_run() {
    let world = World::new().await;
    let answer = world.browser().get("/pkg/touch.js?x=%3C?php").await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "1"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}
