//! The second factor: who must have one sets it up first, codes work once, and what was typed survives all of it.

use crate::authenticator::Authenticator;
use crate::carried::{hidden, with};
use crate::recovery::recovery_codes;
use crate::world::{Browser, PASSWORD, World};
use axum::http::StatusCode;
use backend::{Clock, ManualClock};
use domain::time::{Moment, Span};

/// Signs in as somebody who has no second factor yet, and sets it up; the recovery codes come along.
pub async fn set_up(world: &World, name: &str, clock: &ManualClock) -> (Browser, Authenticator, Vec<String>) {
    let mut browser = world.browser();
    let answer = browser.post("/sign-in", &[("name", name), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/me/second-factor"));
    assert_eq!(browser.post("/me/second-factor", &[]).await.status, StatusCode::SEE_OTHER);
    let app = Authenticator::scan(&browser.get("/me/second-factor").await.body);
    let answer = browser.post("/me/second-factor/confirm", &[("code", &app.code(clock))]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let codes = recovery_codes(&answer.body);
    (browser, app, codes)
}

fn pass(clock: &ManualClock, span: Span) {
    clock.set(clock.now().plus(span));
}

fn long_after(clock: &ManualClock) -> Moment {
    clock.now().plus(Span::hours(2))
}

async fn password(browser: &mut Browser, name: &str) {
    let answer = browser.post("/sign-in", &[("name", name), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in/code"));
}

#[tokio::test]
async fn whoever_sees_clients_sets_it_up_before_anything_else() {
    let (world, clock) = World::guarded().await;
    let mut browser = world.browser();
    browser.post("/sign-in", &[("name", "worker"), ("password", PASSWORD)]).await;
    let halfway = browser.cookie("session").expect("a session").to_owned();
    for path in ["/o/qs01/probe", "/o/qs01/cases", "/me", "/me/sessions", "/me/password", "/d/qingshan"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.body.contains("开始设置") && !answer.body.contains("姓名 worker"), "{path}: {}", answer.body);
    }
    for path in ["/o/qs01/probe", "/me/sessions/end-others", "/me/second-factor/codes", "/me/second-factor/remove"] {
        assert_eq!(browser.post(path, &[]).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    browser.post("/me/second-factor", &[]).await;
    let page = browser.get("/me/second-factor").await.body;
    assert!(page.contains("class=\"gate__qr\"") && !page.contains(" style="), "{page}");
    let app = Authenticator::scan(&page);

    let wrong = browser.post("/me/second-factor/confirm", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("验证码不正确"), "{}", wrong.body);
    let done = browser.post("/me/second-factor/confirm", &[("code", &app.code(&*clock))]).await;
    let codes = recovery_codes(&done.body);
    assert_eq!(codes.len(), 10);
    assert_ne!(browser.cookie("session"), Some(halfway.as_str()), "what proves more begins a new session");
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK);
    let page = browser.get("/me/second-factor").await.body;
    assert!(page.contains("还有 10 个备用码") && !page.contains("停用二次验证"), "{page}");
    for code in codes {
        assert!(!page.contains(&code), "shown once");
    }
    let mut thief = world.browser();
    thief.set_cookie("session", &halfway);
    assert_eq!(thief.get("/me/second-factor").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_code_works_once_and_around_its_time() {
    let (world, clock) = World::guarded().await;
    let (_, app, _) = set_up(&world, "worker", &clock).await;
    let mut browser = world.browser();
    password(&mut browser, "worker").await;
    let used = app.code(&*clock);
    let again = browser.post("/sign-in/code", &[("code", &used)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "the code that set it up is used");
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);

    for (late, fits) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
        pass(&clock, Span::minutes(16));
        let mut browser = world.browser();
        password(&mut browser, "worker").await;
        let code = app.code_at(clock.now().plus(Span::millis(late * 1_000)));
        let answer = browser.post("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, fits, "{late} seconds: {}", answer.body);
        let mut other = world.browser();
        password(&mut other, "worker").await;
        let replayed = other.post("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY, "{late} seconds, a second time");
    }
}

#[tokio::test]
async fn whoever_guesses_codes_has_to_wait_though_the_password_was_right() {
    let (world, clock) = World::guarded().await;
    let (_, app, codes) = set_up(&world, "worker", &clock).await;
    pass(&clock, Span::minutes(5));
    let mut browser = world.browser();
    for at in 0..5 {
        // The right password in between takes nothing away from the count.
        password(&mut browser, "worker").await;
        let answer = browser.post("/sign-in/code", &[("code", &format!("00000{at}"))]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    for right in [app.code(&*clock), codes[0].clone()] {
        let answer = browser.post("/sign-in/code", &[("code", &right)]).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.header("retry-after"), "900");
    }
    assert_eq!(
        browser.post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await.status,
        StatusCode::SEE_OTHER
    );
    pass(&clock, Span::minutes(15));
    password(&mut browser, "worker").await;
    assert_eq!(browser.post("/sign-in/code", &[("code", &app.code(&*clock))]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_recovery_code_stands_in_once() {
    let (world, clock) = World::guarded().await;
    let (mut settled, _, codes) = set_up(&world, "worker", &clock).await;
    let mut browser = world.browser();
    password(&mut browser, "worker").await;
    // However it is typed.
    let typed = codes[3].to_lowercase().replace('-', " ");
    assert_eq!(browser.post("/sign-in/code", &[("code", &typed)]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/me/second-factor").await.body.contains("还有 9 个备用码"));
    assert!(browser.get("/me/sessions").await.body.contains("用备用码通过验证"));
    let mut again = world.browser();
    password(&mut again, "worker").await;
    assert_eq!(again.post("/sign-in/code", &[("code", &codes[3])]).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let renewed = recovery_codes(&settled.post("/me/second-factor/codes", &[]).await.body);
    assert_eq!(renewed.len(), 10);
    assert_eq!(again.post("/sign-in/code", &[("code", &codes[4])]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.post("/sign-in/code", &[("code", &renewed[4])]).await.status, StatusCode::SEE_OTHER);
}

/// A form is on its way, the session is over, and a second factor stands in between: nothing typed is lost.
#[tokio::test]
async fn what_was_typed_goes_through_both_steps() {
    let (world, clock) = World::guarded().await;
    let (mut browser, app, _) = set_up(&world, "worker", &clock).await;
    clock.set(long_after(&clock));
    let typed = [("note", "第一行\r\n<b>"), ("code", "不是验证码"), ("to", "不是地址")];
    let interrupted = browser.post("/o/qs01/probe", &typed).await;
    assert_eq!(interrupted.status, StatusCode::UNAUTHORIZED);
    let carried = hidden(&interrupted.body);
    let asked = browser.post("/sign-in", &with(&carried, &[("name", "worker"), ("password", PASSWORD)])).await;
    assert!(asked.body.contains("输入动态验证码"), "{}", asked.body);
    assert_eq!(hidden(&asked.body), carried);
    let wrong = browser.post("/sign-in/code", &with(&carried, &[("code", "123")])).await;
    assert_eq!(hidden(&wrong.body), carried);
    let done = browser.post("/sign-in/code", &with(&carried, &[("code", &app.code(&*clock))])).await;
    assert!(done.body.contains("继续提交"), "{}", done.body);
    let sent = browser.post("/o/qs01/probe", &with(&hidden(&done.body), &[])).await;
    assert_eq!(sent.body, format!("姓名 worker {:?}", typed.map(|(name, value)| (name.to_owned(), value.to_owned()))));
}

/// The same when the second factor is only set up in between.
#[tokio::test]
async fn what_was_typed_outlives_setting_it_up() {
    let (world, clock) = World::guarded().await;
    let mut browser = world.browser();
    browser.post("/sign-in", &[("name", "worker"), ("password", PASSWORD)]).await;
    pass(&clock, Span::minutes(15));
    let typed = [("note", "很长的记录")];
    let carried = hidden(&browser.post("/o/qs01/probe", &typed).await.body);
    let explained = browser.post("/sign-in", &with(&carried, &[("name", "worker"), ("password", PASSWORD)])).await;
    assert!(explained.body.contains("开始设置"), "{}", explained.body);
    assert_eq!(hidden(&explained.body), carried);
    let shown = browser.post("/me/second-factor", &with(&carried, &[])).await;
    let app = Authenticator::scan(&shown.body);
    assert_eq!(hidden(&shown.body), carried);
    let done = browser.post("/me/second-factor/confirm", &with(&carried, &[("code", &app.code(&*clock))])).await;
    assert_eq!(recovery_codes(&done.body).len(), 10);
    let sent = browser.post("/o/qs01/probe", &with(&hidden(&done.body), &[])).await;
    assert!(sent.body.contains("很长的记录"), "{}", sent.body);
}

#[tokio::test]
async fn the_second_step_does_not_wait_for_ever() {
    let (world, clock) = World::guarded().await;
    let (_, app, _) = set_up(&world, "worker", &clock).await;
    let mut browser = world.browser();
    password(&mut browser, "worker").await;
    pass(&clock, Span::minutes(15));
    let answer = browser.post("/sign-in/code", &[("code", &app.code(&*clock))]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("action=\"/sign-in\""), "{}", answer.body);
    assert_eq!(world.browser().get("/sign-in/code").await.location(), "/sign-in");
}

/// A district that begins to ask is obeyed by those who are in already, at their next request.
#[tokio::test]
async fn a_district_may_begin_to_ask() {
    let world = World::new().await;
    let mut browser = world.signed_in("worker").await;
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK);
    let core = world.backend.core();
    let district = backend::organisations::district(core, "qingshan").await.unwrap().id;
    backend::organisations::ask_second_factor(core, district, true).await.unwrap();
    let answer = browser.get("/o/qs01/probe").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("开始设置"), "{}", answer.body);
    backend::organisations::ask_second_factor(core, district, false).await.unwrap();
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK);
}

/// A lost telephone: the head's link and the person's own password, and nobody else's hands in between.
#[tokio::test]
async fn the_head_lets_a_member_set_it_up_anew() {
    let (world, clock) = World::guarded().await;
    let (mut worker, old, codes) = set_up(&world, "worker", &clock).await;
    let (mut head, _, _) = set_up(&world, "head", &clock).await;
    let member = member_address(&mut head, "姓名 worker").await;
    let operation = hidden_value(&head.get(&member).await.body, "operation");
    let fields = [("operation", operation.as_str()), ("purpose", "second_factor")];
    let made = head.post(&format!("{member}/link"), &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let link = one_time_link(&made.body);
    assert!(head.get("/o/qs01/audit").await.body.contains("生成登录链接"));
    assert_eq!(worker.get("/o/qs01/probe").await.status, StatusCode::OK, "a link that is not used changes nothing");

    let mut newcomer = world.browser();
    assert!(newcomer.get(&link).await.body.contains("重设二次验证"));
    let wrong = newcomer.post(&link, &[("password", "not the password")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "the link alone opens nothing");
    let right = newcomer.post(&link, &[("password", PASSWORD)]).await;
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, "/me/second-factor"));
    assert_eq!(worker.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED, "every other session is over");
    assert_eq!(world.browser().get(&link).await.status, StatusCode::NOT_FOUND, "and so is the link");
    let (_, new, _) = set_up(&world, "worker", &clock).await;
    pass(&clock, Span::minutes(2));
    let mut browser = world.browser();
    password(&mut browser, "worker").await;
    for gone in [old.code(&*clock), codes[0].clone()] {
        assert_eq!(browser.post("/sign-in/code", &[("code", &gone)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(browser.post("/sign-in/code", &[("code", &new.code(&*clock))]).await.status, StatusCode::SEE_OTHER);
}

/// A forgotten password: the link sets another one, and the second factor still stands in between.
#[tokio::test]
async fn a_password_link_does_not_open_past_the_second_factor() {
    let (world, clock) = World::guarded().await;
    let (_, app, _) = set_up(&world, "worker", &clock).await;
    let (mut head, _, _) = set_up(&world, "head", &clock).await;
    let member = member_address(&mut head, "姓名 worker").await;
    let operation = hidden_value(&head.get(&member).await.body, "operation");
    let fields = [("operation", operation.as_str()), ("purpose", "password")];
    let link = one_time_link(&head.post(&format!("{member}/link"), &fields).await.body);
    let mut browser = world.browser();
    let easy = browser.post(&link, &[("password", "password123"), ("again", "password123")]).await;
    assert_eq!(easy.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(easy.body.contains("太容易被猜到") && !easy.body.contains("password123"), "{}", easy.body);
    let words = "a bridge of old oranges";
    let answer = browser.post(&link, &[("password", words), ("again", words)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in/code"));
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);
    pass(&clock, Span::minutes(2));
    assert_eq!(browser.post("/sign-in/code", &[("code", &app.code(&*clock))]).await.status, StatusCode::SEE_OTHER);
    let old = world.browser().post("/sign-in", &[("name", "worker"), ("password", PASSWORD)]).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
}

/// A head could else come in elsewhere as somebody who works here too.
#[tokio::test]
async fn nobody_makes_a_link_for_an_account_that_is_used_elsewhere() {
    let (world, clock) = World::guarded().await;
    let (mut head, _, _) = set_up(&world, "head", &clock).await;
    let member = member_address(&mut head, "姓名 both").await;
    for purpose in ["password", "second_factor"] {
        let operation = hidden_value(&head.get(&member).await.body, "operation");
        let fields = [("operation", operation.as_str()), ("purpose", purpose)];
        let answer = head.post(&format!("{member}/link"), &fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("不只在本机构使用") && !answer.body.contains("/activate/"), "{}", answer.body);
    }
    let (mut worker, _, _) = set_up(&world, "worker", &clock).await;
    let operation = hidden_value(&head.get(&member).await.body, "operation");
    let fields = [("operation", operation.as_str()), ("purpose", "password")];
    let answer = worker.post(&format!("{member}/link"), &fields).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

async fn member_address(head: &mut Browser, name: &str) -> String {
    let list = head.get("/o/qs01/members").await.body;
    let before = list.split(name).next().expect("the member");
    let address = before.rsplit("href=\"").next().and_then(|rest| rest.split('"').next()).expect("a link");
    assert!(address.starts_with("/o/qs01/members/"), "{address}");
    address.to_owned()
}

fn hidden_value(page: &str, name: &str) -> String {
    let input = page.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("the field");
    input.split('"').next().unwrap().to_owned()
}

fn one_time_link(page: &str) -> String {
    let shown = page.split("<p class=\"once\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a link");
    let at = shown.find("/activate/").expect("an address");
    shown[at..].to_owned()
}
