//! No page has a style or a script in it: every page of the table, reached by its links in the demo district.

use crate::folder::Folder;
use app::route::Route;
use app::routes;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use backend::demo::{PASSWORD, sign_ins};
use server::config::Config;
use server::http::{Shared, Site, router};
use server::start;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use tower::ServiceExt;

/// So many pages of each route are read.
const EACH: usize = 3;
/// Pages to which no link leads, each with its reason.
const WITHOUT_LINK: &[&str] = &[
    // It is in a one-time link that is handed over.
    "/activate/{token}",
    // One is sent there in the middle of signing in.
    "/sign-in/code",
];

/// The route that shows a path.
fn route_of<'r>(routes: &'r [Route], path: &str) -> Option<&'r Route> {
    let fits = |route: &&Route| {
        let (pattern, parts) = (route.path.split('/'), path.split('/'));
        !route.posts()
            && route.path.split('/').count() == path.split('/').count()
            && pattern.zip(parts).all(|(pattern, part)| pattern == part || pattern.starts_with('{') && !part.is_empty())
    };
    // Fixed words before parameters, as the router has it.
    routes.iter().filter(fits).min_by_key(|route| route.path.matches('{').count())
}

fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

/// Whatever the policy would block.
fn faults(page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        let handler = tag.split_whitespace().any(|part| part.starts_with("on") && part.contains('='));
        if name == "style" || tag.contains(" style=") || handler || tag.contains("javascript:") {
            faults.push(format!("<{tag}>"));
        }
        if name == "script" && !(tag.contains(" src=") && tag.contains(" nonce=")) {
            faults.push(format!("<{tag}>"));
        }
    }
    faults
}

#[test]
fn a_fault_would_be_found() {
    for bad in [
        "<p style=\"color:red\">",
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        "<script src=\"/x.js\"></script>",
        "<a onclick=\"x()\">",
        "<a href=\"javascript:x()\">",
    ] {
        assert!(!faults(bad).is_empty(), "{bad}");
    }
    assert_eq!(
        faults("<p class=\"style\">on = off</p><script src=\"/x.js\" nonce=\"1\"></script>"),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn no_page_of_the_demo_has_a_style_or_a_script_in_it() {
    let folder = Folder::new();
    let config = Config {
        data_dir: folder.path().join("data"),
        site_dir: folder.path().join("site"),
        rate_limits: false,
        ..Config::default()
    };
    let backend = start::open(&config).await.unwrap();
    backend.load_demo().await.unwrap();
    let site = Site::open(&config.site_dir).unwrap();
    let shared = Arc::new(Shared::new(backend, &site, config).await.unwrap());
    let service = router(&shared, &site);
    let ask = async |method: &str, path: &str, cookie: &str, body: String| {
        let request = Request::builder().method(method).uri(path).header("host", "banyan.test").header(COOKIE, cookie);
        let request = request.header("sec-fetch-site", "same-origin");
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).unwrap();
        service.clone().oneshot(request).await.unwrap()
    };

    let table = routes();
    // One station's people stand for all of them.
    let of_one_house = |name: &str| ["qs01.", "qingrong.", "evaluator."].iter().any(|house| name.starts_with(house));
    let people = [None].into_iter().chain(sign_ins().into_iter().map(|person| Some(person.name)));
    let mut read: BTreeMap<&str, usize> = BTreeMap::new();
    for person in people.filter(|person| person.as_deref().is_none_or(of_one_house)) {
        let mut cookie = String::new();
        if let Some(name) = &person {
            let form = [("name", name.as_str()), ("password", PASSWORD)];
            let answer = ask("POST", "/sign-in", "", encoded(&form)).await;
            let set = answer.headers().get(SET_COOKIE).expect("a session").to_str().unwrap();
            cookie = set.split(';').next().unwrap().to_owned();
        }
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut mine: BTreeMap<&str, usize> = BTreeMap::new();
        let mut next: VecDeque<String> =
            ["/", "/me", "/sign-in", "/me/second-factor", "/s/qs01"].map(str::to_owned).into();
        while let Some(address) = next.pop_front() {
            let path = address.split(['?', '#']).next().unwrap().to_owned();
            let Some(route) = route_of(&table, &path) else { continue };
            let count = mine.entry(route.path).or_default();
            if *count >= EACH || !seen.insert(address.clone()) {
                continue;
            }
            *count += 1;
            let answer = ask("GET", &address, &cookie, String::new()).await;
            let status = answer.status().as_u16();
            assert!(status < 500, "{address}: {status}");
            let location = answer.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned());
            next.extend(location);
            let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            let page = String::from_utf8_lossy(&bytes).into_owned();
            assert_eq!(faults(&page), Vec::<String>::new(), "{address}");
            // A page that says why something cannot be done now is a page of its route as well.
            if !matches!(status, 401 | 403 | 404) {
                *read.entry(route.path).or_default() += 1;
                // What can be done with a thing is not always offered: it is asked for all the same.
                let below = table.iter().filter_map(|other| other.path.strip_prefix(&format!("{}/", route.path)));
                next.extend(below.filter(|rest| !rest.contains('{')).map(|rest| format!("{path}/{rest}")));
            }
            if path.ends_with("/open") && status == 200 {
                let operation =
                    page.split("name=\"operation\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
                let form = [("operation", operation.expect("a form")), ("reason", "核查收到的投诉，需要看服务过程。")];
                let opened = ask("POST", &path, &cookie, encoded(&form)).await;
                next.extend(opened.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned()));
            }
            let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            next.extend(links.filter(|link| link.starts_with('/')).map(|link| link.replace("&amp;", "&")));
        }
    }
    let unread: Vec<&str> = table
        .iter()
        .filter(|route| !route.posts() && !read.contains_key(route.path) && !WITHOUT_LINK.contains(&route.path))
        .map(|route| route.path)
        .collect();
    assert_eq!(unread, Vec::<&str>::new(), "no link leads there");
}
