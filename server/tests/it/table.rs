//! The table of routes, read as a whole.

use app::routes::{Face, Route, routes};
use std::collections::BTreeSet;

/// The only addresses that may change something without asking the policy, each with its reason: nobody is known yet, or
/// only the person's own browser is concerned.
const OPEN_TO_POST: &[&str] = &["/activate/{token}", "/preferences", "/sign-in", "/sign-out"];

#[test]
fn no_address_is_there_twice() {
    let mut seen = BTreeSet::new();
    for route in routes() {
        assert!(seen.insert((route.path, route.posts())), "{route:?}");
    }
}

#[test]
fn whoever_changes_something_needs_a_right() {
    let open: BTreeSet<&str> =
        routes().iter().filter(|route| route.posts() && route.needs.is_none()).map(|route| route.path).collect();
    assert_eq!(open.into_iter().collect::<Vec<_>>(), OPEN_TO_POST);
}

#[test]
fn an_address_belongs_to_the_face_that_it_begins_with() {
    for route in routes() {
        let prefix = match route.face() {
            Face::Open => continue,
            Face::Public => "/s/{org}",
            Face::Staff => "/o/{org}",
            Face::District => "/d/{district}",
            Face::Evaluator => "/e/{engagement}",
        };
        assert!(route.path == prefix || route.path.starts_with(&format!("{prefix}/")), "{route:?}");
    }
    let foreign = |route: &Route| {
        route.face() == Face::Open && ["/o/", "/s/", "/d/", "/e/"].iter().any(|start| route.path.starts_with(start))
    };
    assert!(!routes().iter().any(foreign), "an open route stands among those of a face");
}

/// Nothing is changed by looking: where an address is named after a change, looking at it shows the form that is posted
/// to the same address.
#[test]
fn looking_changes_nothing() {
    let changing =
        ["delete", "remove", "revoke", "approve", "accept", "close", "submit", "cancel", "withdraw", "sign-out"];
    let routes = routes();
    for route in routes.iter().filter(|route| !route.posts()) {
        let last = route.path.rsplit('/').next().unwrap_or_default();
        let has_form = routes.iter().any(|other| other.posts() && other.path == route.path);
        assert!(has_form || !changing.contains(&last), "{route:?}");
    }
}
