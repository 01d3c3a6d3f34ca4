//! The table of routes, read as a whole.

use app::limits::{FORM, Limits, Rate};
use app::route::{Face, Route};
use app::routes;
use domain::access::{Action, Object};
use std::collections::BTreeSet;

/// The only addresses that may change something without asking the policy, each with its reason: nobody is known yet, or
/// only the person's own browser is concerned.
const OPEN_TO_POST: &[&str] = &[
    "/activate/{token}",
    // A person's own way in.
    "/me/password",
    "/me/second-factor",
    "/me/second-factor/codes",
    "/me/second-factor/confirm",
    "/me/second-factor/remove",
    "/me/sessions/end",
    "/me/sessions/end-others",
    "/preferences",
    "/sign-in",
    "/sign-in/code",
    "/sign-out",
];

/// What is so grave that the person has to prove again who they are: other people's rights, named cases, data that leave,
/// the way in itself. Nothing else is, so that the question keeps its weight.
const GRAVE: &[&str] = &[
    "/d/{district}/engagements",
    "/d/{district}/stations/{org}/cases/{case}/open",
    "/me/second-factor",
    "/me/second-factor/codes",
    "/me/second-factor/remove",
    "/o/{org}/applications/export",
    "/o/{org}/cases/export",
    "/o/{org}/cases/{case}/file.pdf",
    "/o/{org}/clients/export",
    "/o/{org}/duties/export",
    "/o/{org}/members/new",
    "/o/{org}/members/{member}/disable",
    "/o/{org}/members/{member}/grant",
    "/o/{org}/members/{member}/link",
    "/o/{org}/members/{member}/revoke",
    "/o/{org}/registers/{register}/export",
];

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
fn what_is_grave_asks_again() {
    let routes = routes();
    let grave: BTreeSet<&str> = routes.iter().filter(|route| route.fresh).map(|route| route.path).collect();
    assert_eq!(grave.into_iter().collect::<Vec<_>>(), GRAVE);
    for route in &routes {
        assert!(!route.fresh || route.posts(), "{route:?}: the form that waits for the answer is a form");
        let leaves =
            matches!(route.needs, Some((Object::Export, _) | (_, Action::Export) | (Object::Opening, Action::Create)));
        let rights = matches!(
            route.needs,
            Some(
                (Object::Member, Action::Create | Action::Edit | Action::Disable)
                    | (Object::Engagement, Action::Create)
            )
        );
        assert!(!(route.posts() && (leaves || rights)) || route.fresh, "{route:?}");
    }
}

#[test]
fn every_route_has_limits_and_the_way_in_is_tried_seldom() {
    for route in routes() {
        let Limits { bytes, uploads, time, rate } = route.limits;
        let (path, posts) = (route.path, route.posts());
        let enters =
            ["/sign-in", "/activate", "/me/password", "/me/second-factor"].iter().any(|start| path.starts_with(start));
        let expected = match route.face() {
            _ if !posts => Rate::Look,
            Face::Public => Rate::Resident,
            Face::Open if enters => Rate::Enter,
            _ => Rate::Change,
        };
        assert_eq!((bytes, rate), (FORM, expected), "{route:?}");
        assert!(posts || uploads.files == 0, "{route:?}");
        assert!(route.face() != Face::Public || uploads.files <= 10 && uploads.bytes <= 40 << 20, "{route:?}");
        assert!(time.as_secs() <= if uploads.files > 0 { 300 } else { 30 }, "{route:?}");
    }
    for rate in Rate::ALL {
        let (address, account) = (rate.per_address(), rate.per_account());
        assert!(
            account.burst <= address.burst && account.pause >= address.pause
                || matches!(rate, Rate::Resident | Rate::Documents),
            "{rate:?}"
        );
    }
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
