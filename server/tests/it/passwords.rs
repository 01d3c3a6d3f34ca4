//! Passwords as browsers, password managers and people meet them: where they are asked, and how they are taken.

use crate::carried::hidden;
use crate::world::{PASSWORD, World};
use axum::http::StatusCode;
use backend::Clock;
use backend::identity::{NewAccount, account_named, create_account, make_link};
use domain::sign_in::LinkPurpose;
use domain::time::Span;
use server::config::Config;
use std::collections::BTreeSet;

/// What only the person knows, by the names of its fields.
const SECRETS: [&str; 5] = ["password", "current", "again", "proof", "code"];

/// Every page on which a password is asked, with the words that say which it is.
async fn asking() -> Vec<(&'static str, String)> {
    let (world, clock) = World::standing(Config { rate_limits: false, ..Config::default() }).await;
    let core = world.backend.core();
    let new = NewAccount { sign_in_name: "newcomer".to_owned(), display_name: "新人".to_owned(), password: None };
    let token = create_account(core, new).await.unwrap().1.expect("a new account has a link");
    let both = account_named(core, "both").await.unwrap();
    let lost = make_link(core, both, LinkPurpose::SecondFactor).await.unwrap();
    let mut head = world.signed_in("head").await;
    let mut visitor = world.browser();
    let mut pages = vec![
        ("登录", visitor.get("/sign-in").await.body),
        ("账号或密码不正确", visitor.post("/sign-in", &[("name", "head"), ("password", "not it")]).await.body),
        ("登录后即可查看此页面", visitor.get("/o/qs01/probe").await.body),
        ("启用账号", visitor.get(&format!("/activate/{token}")).await.body),
        ("重设二次验证", visitor.get(&format!("/activate/{lost}")).await.body),
        ("修改密码", head.get("/me/password").await.body),
    ];
    clock.set(clock.now().plus(Span::minutes(6)));
    pages.push(("请确认是您本人", head.post("/o/qs01/probe/grave", &[("note", "a")]).await.body));
    pages
}

/// The inputs of a page, each with all that stands in its tag.
fn inputs(page: &str) -> impl Iterator<Item = &str> {
    page.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap())
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let begins = format!("{name}=\"");
    let (at, _) = tag.match_indices(&begins).find(|(at, _)| *at == 0 || tag.as_bytes()[at - 1] == b' ')?;
    tag[at + begins.len()..].split('"').next()
}

#[tokio::test]
async fn a_password_is_masked_and_may_be_pasted_and_remembered() {
    for (words, page) in asking().await {
        assert!(page.contains(words), "{words}: {page}");
        let secret: Vec<&str> =
            inputs(&page).filter(|tag| attribute(tag, "name").is_some_and(|name| SECRETS.contains(&name))).collect();
        assert!(!secret.is_empty(), "{words}: {page}");
        for tag in secret {
            assert_eq!(attribute(tag, "type"), Some("password"), "{words}: {tag}");
            let helper = attribute(tag, "autocomplete");
            assert!(matches!(helper, Some("current-password" | "new-password")), "{words}: {tag}");
            assert_eq!(attribute(tag, "value").unwrap_or_default(), "", "{words}: {tag}");
            for hindrance in ["maxlength", "pattern", "readonly", "onpaste", "oncopy", "ondrop"] {
                assert!(!tag.contains(hindrance), "{words}: {tag}");
            }
        }
        for form in page.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap()) {
            let opening = form.split('>').next().unwrap();
            let asks = form.contains("type=\"password\"");
            assert!(!asks || opening.contains("method=\"post\""), "{words}: a password would stand in an address");
        }
    }
}

/// There is no question whose answer somebody else may know, and no hint.
#[tokio::test]
async fn nothing_is_asked_but_the_name_and_what_proves_it() {
    let mut asked = BTreeSet::new();
    for (_, page) in asking().await {
        let form = page.split("class=\"form\"").nth(1).and_then(|rest| rest.split("</form>").next()).expect("a form");
        let carried = hidden(&page);
        for tag in inputs(form) {
            let Some(name) = attribute(tag, "name") else { continue };
            if !carried.iter().any(|(hidden, _)| hidden == name) {
                asked.insert(name.to_owned());
            }
        }
        assert!(!page.contains("密码提示") && !page.contains("安全问题"), "{page}");
    }
    assert_eq!(asked.into_iter().collect::<Vec<_>>(), ["again", "current", "name", "password", "proof"]);
}

/// Nothing is cut off, trimmed, folded or composed differently.
#[tokio::test]
async fn a_password_counts_as_it_was_typed() {
    let chosen = "  Ünder the 榕树, a Bench for more than seventy-two bytes of words and then the End  ";
    let world = World::new().await;
    let fields = [("current", PASSWORD), ("password", chosen), ("again", chosen)];
    let changed = world.signed_in("head").await.post("/me/password", &fields).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    let enter = async |password: &str| {
        world.browser().post("/sign-in", &[("name", "head"), ("password", password)]).await.status
    };
    let cut: String = chosen.chars().take(70).collect();
    assert!(cut.len() > 72);
    for others in [
        [chosen.trim(), chosen.trim_end(), &cut],
        [&chosen.to_lowercase(), &chosen.replace('Ü', "U\u{308}"), &chosen.replace("  ", " ")],
    ] {
        for other in others {
            assert_eq!(enter(other).await, StatusCode::UNAUTHORIZED, "{other:?}");
        }
        assert_eq!(enter(chosen).await, StatusCode::SEE_OTHER);
    }
}

/// What proves who somebody is comes in the body alone: in an address it would stay in histories and logs.
#[tokio::test]
async fn an_address_proves_nothing() {
    let world = World::new().await;
    let query = format!("name=head&password={}&code=000000", PASSWORD.replace(' ', "+"));
    let mut browser = world.browser();
    let looked = browser.get(&format!("/sign-in?{query}")).await;
    assert_eq!(looked.status, StatusCode::OK);
    assert!(looked.set_cookies().is_empty() && !looked.body.contains(PASSWORD), "{}", looked.body);
    let posted = browser.post(&format!("/sign-in?{query}"), &[]).await;
    assert_eq!(posted.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(posted.set_cookies().is_empty());
    let session = world.signed_in("head").await.cookie("session").unwrap().to_owned();
    for address in [format!("/o/qs01/probe?session={session}"), format!("/o/qs01/probe;session={session}")] {
        assert_ne!(browser.get(&address).await.status, StatusCode::OK, "{address}");
    }
}
