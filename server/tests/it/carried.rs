//! A form that waits while its person signs in, or proves who they are, belongs to that person: it opens for nobody else,
//! and nothing of it can be read in the page in which it waits.

use crate::authenticator::Authenticator;
use crate::second_factor::set_up;
use crate::world::{Answered, Browser, PASSWORD, World};
use app::limits::FORM;
use axum::http::StatusCode;
use backend::{Clock, ManualClock};
use domain::time::Span;
use server::config::Config;

/// Where what was typed is to be sent.
const TO: &str = "/o/qs01/probe";
/// What was typed; some of it under names that the pages of the way in use themselves.
const TYPED: [(&str, &str); 7] = [
    ("note", "李秀英夜里\r\n\"走失\" <b>&"),
    ("kind", "a"),
    ("kind", "b"),
    ("name", "不是账号"),
    ("password", "不是密码"),
    ("code", "不是验证码"),
    ("to", "不是地址"),
];
/// What somebody else is told.
const ANOTHERS: &str = "另一位同事还没有提交的内容";

/// Carried fields with more behind them.
pub fn with<'a>(carried: &'a [(String, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect()
}

/// The hidden fields of the first form of the page's main part, as a browser would send them.
pub fn hidden(page: &str) -> Vec<(String, String)> {
    hidden_in(page.split("class=\"form\"").nth(1).expect("a form"))
}

/// The hidden fields of the form that begins here.
pub fn hidden_in(page: &str) -> Vec<(String, String)> {
    let form = page.split("</form>").next().unwrap_or_default();
    let value_of = |input: &str, name: &str| {
        let value = input.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
    };
    form.split("<input ")
        .skip(1)
        .filter(|input| input.starts_with("type=\"hidden\""))
        .map(|input| (value_of(input, "name").expect("a name"), value_of(input, "value").expect("a value")))
        .collect()
}

/// What the probe says when somebody's form arrived as it was typed.
fn arrived(who: &str) -> String {
    format!("姓名 {who} {:?}", TYPED.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

/// Nothing that was typed can be read, however it is written.
fn keeps_silent(answer: &Answered) {
    for (_, value) in TYPED.iter().filter(|(_, value)| value.len() > 1) {
        for word in value.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let written: String = form_urlencoded::byte_serialize(word.as_bytes()).collect();
            // In a form that is sent once more with a preference it is written so twice.
            let twice: String = form_urlencoded::byte_serialize(written.as_bytes()).collect();
            for text in [word, &written, &twice] {
                assert!(word == "b" || !answer.body.contains(text), "{text}: {}", answer.body);
            }
        }
    }
}

async fn sign_in(browser: &mut Browser, page: &Answered, name: &str) -> Answered {
    browser.post("/sign-in", &with(&hidden(&page.body), &[("name", name), ("password", PASSWORD)])).await
}

/// Signed in as somebody to whom nothing of it is shown, who is told so, and who can send nothing of it.
async fn opens_not(browser: &mut Browser, answer: &Answered) {
    keeps_silent(answer);
    assert!(answer.body.contains(ANOTHERS), "{}", answer.body);
    assert!(!answer.body.contains("继续提交</span>"), "{}", answer.body);
    assert!(!answer.body.contains(&format!("class=\"form\" method=\"post\" action=\"{TO}\"")), "{}", answer.body);
    let fields = hidden(&answer.body);
    for sent in [browser.post(TO, &with(&fields, &[])).await, browser.post(TO, &renamed(&fields)).await] {
        assert!(!sent.body.starts_with("姓名") || !sent.body.contains("李秀英"), "{}", sent.body);
        keeps_silent(&sent);
    }
}

/// The sealed text, as the page sends it on which one button sends the form again.
fn renamed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (if name == "carried" { "sealed" } else { name.as_str() }, value.as_str()))
        .collect()
}

/// Signed in as the one who typed it: one button sends it, as it was.
async fn opens(browser: &mut Browser, answer: &Answered, who: &str) {
    keeps_silent(answer);
    assert!(answer.body.contains("继续提交") && answer.body.contains(&format!("action=\"{TO}\"")), "{}", answer.body);
    assert!(answer.body.contains(&format!("姓名 {who}")), "it says who is about to send it: {}", answer.body);
    let sent = browser.post(TO, &with(&hidden(&answer.body), &[])).await;
    assert_eq!((sent.status, sent.body), (StatusCode::OK, arrived(who)));
}

fn pass(clock: &ManualClock, span: Span) {
    clock.set(clock.now().plus(span));
}

/// A form is on its way, the session is over: what was typed goes through signing in and is sent again.
#[tokio::test]
async fn what_was_typed_outlives_the_session() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("head").await;
    pass(&clock, Span::minutes(31));
    let interrupted = browser.post(TO, &TYPED).await;
    assert_eq!(interrupted.status, StatusCode::UNAUTHORIZED);
    assert!(
        interrupted.body.contains("请重新登录") && interrupted.body.contains("您填写的都在"),
        "{}",
        interrupted.body
    );
    keeps_silent(&interrupted);
    let carried = hidden(&interrupted.body);

    // A wrong password in between loses nothing.
    let wrong = browser.post("/sign-in", &with(&carried, &[("name", "head"), ("password", "wrong")])).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(hidden(&wrong.body), carried);
    keeps_silent(&wrong);

    let answer = sign_in(&mut browser, &wrong, "head").await;
    assert_eq!(answer.status, StatusCode::OK);
    opens(&mut browser, &answer, "head").await;
}

/// The colleague who signs in on the page that was left reads nothing and sends nothing; its owner still can, there.
#[tokio::test]
async fn what_was_typed_opens_for_nobody_else() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("worker").await;
    pass(&clock, Span::minutes(31));
    let interrupted = browser.post(TO, &TYPED).await;
    let colleague = sign_in(&mut browser, &interrupted, "head").await;
    assert_eq!(colleague.status, StatusCode::OK);
    opens_not(&mut browser, &colleague).await;
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::OK, "the colleague is in all the same");

    let mut owner = browser.clone();
    for page in [&interrupted, &colleague] {
        let back = sign_in(&mut owner, page, "worker").await;
        opens(&mut owner, &back, "worker").await;
    }
    browser.post("/preferences", &[("lang", "en")]).await;
    let english = sign_in(&mut browser, &interrupted, "head").await;
    assert!(english.body.contains("It is not shown to you and not sent"), "{}", english.body);
}

/// No sign-in page stands in between: one signed out, a colleague came in beside the page that was left open, and presses
/// its button.
#[tokio::test]
async fn a_page_that_was_left_open_sends_nothing_in_another_s_name() {
    let world = World::new().await;
    let mut browser = world.signed_in("worker").await;
    let left = hidden(&browser.get("/o/qs01/probe/form").await.body);
    let typed = with(&left, &TYPED);
    assert_eq!(browser.post(TO, &typed).await.body, arrived("worker"));
    browser.post("/sign-out", &[]).await;
    browser.post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await;

    let pressed = browser.post(TO, &typed).await;
    assert_eq!(pressed.status, StatusCode::UNAUTHORIZED);
    opens_not(&mut browser, &pressed).await;
    assert!(browser.get("/o/qs01/frame").await.body.contains("姓名 head"), "who has signed in stays so");
    let still_not = sign_in(&mut browser, &pressed, "head").await;
    opens_not(&mut browser, &still_not).await;
    let back = sign_in(&mut browser, &pressed, "worker").await;
    opens(&mut browser, &back, "worker").await;

    // The page says whose it is when the cookie says nothing.
    let stranger = world.browser().post(TO, &typed).await;
    let colleague = sign_in(&mut world.browser(), &stranger, "head").await;
    opens_not(&mut world.browser(), &colleague).await;
    let mut owner = world.browser();
    let back = sign_in(&mut owner, &stranger, "worker").await;
    opens(&mut owner, &back, "worker").await;
}

/// A colleague leaves and changes how pages look from wherever the browser stands.
#[tokio::test]
async fn another_s_page_leads_out_and_speaks_english() {
    let world = World::new().await;
    let mut browser = world.signed_in("worker").await;
    let left = hidden(&browser.get("/o/qs01/probe/form").await.body);
    browser.post("/sign-in", &[("name", "head"), ("password", PASSWORD)]).await;
    assert_eq!(browser.post("/preferences", &with(&left, &[("lang", "en")])).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.post("/sign-out", &with(&left, &[])).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/o/qs01/probe").await.status, StatusCode::UNAUTHORIZED);
}

/// Where nothing says whose a form is, nobody is given it.
#[tokio::test]
async fn what_is_nobody_s_is_not_kept() {
    let world = World::new().await;
    for session in ["", "AAAAAAAAAAAAAAAAAAAAAA", "nonsense"] {
        let mut browser = world.browser();
        if !session.is_empty() {
            browser.set_cookie("session", session);
        }
        let interrupted = browser.post(TO, &TYPED).await;
        assert_eq!(interrupted.status, StatusCode::UNAUTHORIZED);
        assert!(interrupted.body.contains("也没有保留"), "{}", interrupted.body);
        keeps_silent(&interrupted);
        let inside = sign_in(&mut browser, &interrupted, "head").await;
        assert_eq!((inside.status, inside.location()), (StatusCode::SEE_OTHER, TO), "{session:?}");
    }
}

/// A form that is answered by the page in which it waits is sent once more with the language: it is sealed there too.
#[tokio::test]
async fn the_language_changes_while_it_waits() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("worker").await;
    pass(&clock, Span::minutes(31));
    let interrupted = browser.post(TO, &TYPED).await;
    let sent = interrupted.body.split("name=\"prefer.form\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let english = browser.post(TO, &[("prefer.form", &*sent.replace("&amp;", "&")), ("prefer.lang", "en")]).await;
    assert_eq!(english.status, StatusCode::UNAUTHORIZED);
    assert!(english.body.contains("What you typed is kept"), "{}", english.body);
    keeps_silent(&english);
    let colleague = sign_in(&mut browser.clone(), &english, "head").await;
    keeps_silent(&colleague);
    browser.post("/preferences", &[("lang", "zh-CN")]).await;
    let back = sign_in(&mut browser, &english, "worker").await;
    opens(&mut browser, &back, "worker").await;
}

/// The second step stands in between: for the colleague too, and with the factor set up on the way.
#[tokio::test]
async fn it_opens_for_nobody_else_behind_a_second_factor() {
    let (world, clock) = World::guarded().await;
    let (mut browser, app, _) = set_up(&world, "worker", &clock).await;
    let (_, colleagues, _) = set_up(&world, "head", &clock).await;
    pass(&clock, Span::hours(2));
    let interrupted = browser.post(TO, &TYPED).await;
    keeps_silent(&interrupted);

    let asked = sign_in(&mut browser, &interrupted, "head").await;
    assert!(asked.body.contains("输入动态验证码") && asked.body.contains(ANOTHERS), "{}", asked.body);
    assert!(!asked.body.contains("您填写的都在"), "{}", asked.body);
    let code = colleagues.code(&*clock);
    let inside = browser.post("/sign-in/code", &with(&hidden(&asked.body), &[("code", &code)])).await;
    assert_eq!(inside.status, StatusCode::OK);
    opens_not(&mut browser, &inside).await;

    // Somebody else again, who has no second factor yet.
    let explained = sign_in(&mut browser, &inside, "both").await;
    assert!(explained.body.contains("开始设置"), "{}", explained.body);
    let shown = browser.post("/me/second-factor", &with(&hidden(&explained.body), &[])).await;
    let theirs = Authenticator::scan(&shown.body);
    let fields = hidden(&shown.body);
    let code = theirs.code(&*clock);
    let confirmed = browser.post("/me/second-factor/confirm", &with(&fields, &[("code", &code)])).await;
    assert!(confirmed.body.contains("备用码") && confirmed.body.contains(ANOTHERS), "{}", confirmed.body);
    keeps_silent(&confirmed);

    let asked = sign_in(&mut browser, &inside, "worker").await;
    assert!(asked.body.contains("您填写的都在"), "{}", asked.body);
    let back = browser.post("/sign-in/code", &with(&hidden(&asked.body), &[("code", &app.code(&*clock))])).await;
    opens(&mut browser, &back, "worker").await;
}

/// The form that waits for a proof cannot be read over a shoulder either, and is carried out for nobody else.
#[tokio::test]
async fn what_waits_for_a_proof_waits_sealed() {
    let grave = "/o/qs01/probe/grave";
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("worker").await;
    pass(&clock, Span::minutes(6));
    let asked = browser.post(grave, &TYPED).await;
    assert!(asked.body.contains("请确认是您本人"), "{}", asked.body);
    keeps_silent(&asked);
    let waiting = hidden(&asked.body);

    let mut colleague = world.signed_in("head").await;
    let theirs = colleague.post(grave, &with(&waiting, &[("proof", PASSWORD)])).await;
    assert_eq!(theirs.status, StatusCode::UNAUTHORIZED);
    opens_not(&mut colleague, &theirs).await;

    // The session ends while the page waits; what was typed goes through signing in as any other form does.
    let mut later = browser.clone();
    assert_eq!(browser.post(grave, &with(&waiting, &[("proof", PASSWORD)])).await.body, arrived("worker"));
    pass(&clock, Span::minutes(31));
    let interrupted = later.post(grave, &with(&waiting, &[("proof", PASSWORD)])).await;
    assert!(interrupted.body.contains("请重新登录"), "{}", interrupted.body);
    keeps_silent(&interrupted);
    let back = sign_in(&mut later, &interrupted, "worker").await;
    assert_eq!(later.post(grave, &with(&hidden(&back.body), &[])).await.body, arrived("worker"));
}

/// A form as large as any may be is kept as well.
#[tokio::test]
async fn the_largest_form_is_carried_too() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("worker").await;
    let mut text = "很长的记录，".repeat(FORM / 54 - 10);
    let form = |text: &str| form_urlencoded::Serializer::new(String::new()).append_pair("note", text).finish();
    text.push_str(&"a".repeat(FORM - form(&text).len()));
    assert_eq!(form(&text).len(), FORM);
    pass(&clock, Span::minutes(31));
    let interrupted = browser.post(TO, &[("note", &text)]).await;
    let back = sign_in(&mut browser, &interrupted, "worker").await;
    assert_eq!(back.status, StatusCode::OK, "{}", &back.body[..2000]);
    let sent = browser.post(TO, &with(&hidden(&back.body), &[])).await;
    assert_eq!(sent.body, format!("姓名 worker {:?}", [("note", &text)]));
    text.push('a');
    assert_eq!(browser.post(TO, &[("note", &text)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let pretended = browser.post(TO, &[("note", &*text), ("sealed", "00")]).await;
    assert_eq!(pretended.status, StatusCode::UNAUTHORIZED, "nothing opens that nobody sealed");
}

/// What somebody changed opens for nobody, and nobody is told more than that it is not theirs.
#[tokio::test]
async fn what_was_tampered_with_opens_for_nobody() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut browser = world.signed_in("worker").await;
    pass(&clock, Span::minutes(31));
    let carried = hidden(&browser.post(TO, &TYPED).await.body);
    let (_, sealed) = carried.iter().find(|(name, _)| name == "carried").expect("what is carried");
    let bent = format!("{}{}", &sealed[..sealed.len() - 1], if sealed.ends_with('0') { "1" } else { "0" });
    for wrong in [bent.as_str(), "00", "没有", &sealed[2..]] {
        let fields = [("to", TO), ("carried", wrong), ("name", "worker"), ("password", PASSWORD)];
        let answer = browser.post("/sign-in", &fields).await;
        assert_eq!(answer.status, StatusCode::OK);
        opens_not(&mut browser, &answer).await;
    }
}
