//! What the log says of a request: what was asked, by its pattern, and how it ended. Never who asked, nor what was typed.

use crate::folder::Folder;
use crate::world::{Browser, World};
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use server::config::Config;
use std::fs::{File, read_to_string};

async fn post(browser: &mut Browser, path: &str, from: &str) {
    let request = Request::post(path).header("sec-fetch-site", from).body(Body::from("q=王小明")).unwrap();
    browser.send(request).await;
}

#[tokio::test]
async fn a_request_is_named_by_its_pattern_however_it_ends() {
    let world = World::new().await;
    let mut browser = world.signed_in("head").await;
    let folder = Folder::new();
    let file = folder.path().join("log");
    let log = tracing_subscriber::fmt().json().with_env_filter(Config::default().log);
    let listening = tracing::subscriber::set_default(log.with_writer(File::create(&file).unwrap()).finish());

    let sought = "q=%E7%8E%8B%E5%B0%8F%E6%98%8E";
    browser.get(&format!("/o/qs01/probe?{sought}")).await;
    browser.get("/o/qs02/probe").await;
    browser.get("/o/qs01/clients/cli_018f4a7e5b6c7d8e9f0a1b2c3d4e5f60").await;
    browser.get("/activate/0123456789abcdef").await;
    browser.get("/probe/panic").await;
    browser.get("/healthz").await;
    post(&mut browser, "/o/qs01/probe", "same-origin").await;
    post(&mut browser, "/o/qs01/probe", "cross-site").await;
    post(&mut browser, "/o/qs01/frame", "same-origin").await;
    browser.get(&format!("/pkg/banyan.css?{sought}")).await;
    browser.get(&format!("/nowhere/018f4a7e?{sought}")).await;

    drop(listening);
    let text = read_to_string(file).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"].take());
    let requests: Vec<String> = lines
        .filter(|fields| fields["message"] == "request")
        .inspect(|fields| assert!(fields["millis"].is_u64(), "{fields}"))
        .map(|fields| {
            let part = |name: &str| fields[name].to_string().replace('"', "");
            format!("{} {} {}", part("method"), part("path"), part("status"))
        })
        .collect();
    assert_eq!(
        requests,
        [
            "GET /o/{org}/probe 200",
            "GET /o/{org}/probe 404",
            "GET /o/{org}/clients/{id} 404",
            "GET /activate/{token} 404",
            "GET /probe/panic 503",
            "GET /healthz 200",
            "POST /o/{org}/probe 415",
            "POST /o/{org}/probe 403",
            "POST /o/{org}/frame 405",
            "GET - 200",
            "GET - 404",
        ]
    );
    for told in ["qs0", "018f4a7e", "01234567", "head", "王小明", "%E7", "192.0.2.1"] {
        assert!(!text.contains(told), "{told}: {text}");
    }
}
