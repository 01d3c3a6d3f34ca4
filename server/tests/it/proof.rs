//! What is grave asks again who is at the screen, and then carries out the form that waited.

use crate::carried::{hidden, with};
use crate::world::{PASSWORD, World};
use axum::http::StatusCode;
use backend::Clock;
use domain::time::Span;
use server::config::Config;

#[tokio::test]
async fn a_grave_form_waits_for_the_answer_and_loses_nothing() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("head").await;
    let typed = [("note", "第一行\r\n<b>"), ("kind", "a"), ("kind", "b")];
    let told = format!("姓名 head {:?}", typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(browser.post("/o/qs01/probe/grave", &typed).await.body, told, "the password was given just now");

    clock.set(clock.now().plus(Span::minutes(5)));
    assert_eq!(browser.post("/o/qs01/probe", &typed).await.status, StatusCode::OK, "what is not grave does not ask");
    let asked = browser.post("/o/qs01/probe/grave", &typed).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert!(asked.body.contains("请确认是您本人") && asked.body.contains("action=\"/o/qs01/probe/grave\""));
    let waiting = hidden(&asked.body);
    assert_eq!(waiting.len(), 2, "the form, sealed, and whose it is");
    let again = browser.post("/o/qs01/probe/grave", &with(&waiting, &[("proof", "wrong")])).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("密码不正确") && !again.body.contains("value=\"wrong\""), "{}", again.body);

    let right = browser.post("/o/qs01/probe/grave", &with(&hidden(&again.body), &[("proof", PASSWORD)])).await;
    assert_eq!(right.body, told, "the handler never sees the proof");
    assert_eq!(browser.post("/o/qs01/probe/grave", &typed).await.body, told, "and it holds for the next one");
}

#[tokio::test]
async fn guesses_at_the_proof_count_like_those_at_the_door() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("head").await;
    clock.set(clock.now().plus(Span::minutes(6)));
    for _ in 0..5 {
        let answer = browser.post("/o/qs01/probe/grave", &[("proof", "a guess")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = browser.post("/o/qs01/probe/grave", &[("proof", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let answer = world.browser().post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

/// What was copied before is worth nothing after.
#[tokio::test]
async fn a_proof_begins_a_new_session() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("head").await;
    let before = browser.cookie("session").unwrap().to_owned();
    clock.set(clock.now().plus(Span::minutes(6)));
    let done = browser.post("/o/qs01/probe/grave", &[("note", "a"), ("proof", PASSWORD)]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert_ne!(browser.cookie("session"), Some(before.as_str()));
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK);
    let mut thief = world.browser();
    thief.set_cookie("session", &before);
    assert_eq!(thief.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);
    let after = browser.cookie("session").unwrap().to_owned();
    browser.post("/o/qs01/probe/grave", &[("note", "b")]).await;
    assert_eq!(browser.cookie("session"), Some(after.as_str()), "only with a proof");
}

/// Whoever may not do it is told so, and not asked for a password first.
#[tokio::test]
async fn the_policy_is_asked_before_the_person() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("worker").await;
    clock.set(clock.now().plus(Span::minutes(6)));
    assert_eq!(browser.post("/o/qs01/members/new", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.post("/o/qs02/members/new", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.browser().post("/o/qs01/members/new", &[]).await.status, StatusCode::UNAUTHORIZED);
}
