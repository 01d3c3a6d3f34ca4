//! What the organisation consists of (ORG-01): the tree, and each unit's own page.

mod new;
mod questions;
mod tree;
mod unit;

use domain::access::{Action, Object};
use pages::route::Verb::{Get, Post};
use pages::route::{Route, staff};

pub(crate) fn routes() -> Vec<Route> {
    let (read, create) = ((Object::Unit, Action::Read), (Object::Unit, Action::Create));
    vec![
        staff(Get, "/o/{org}/units", read, tree::show),
        staff(Get, "/o/{org}/units/new", create, new::form),
        staff(Post, "/o/{org}/units/new", create, new::create),
        staff(Get, "/o/{org}/units/{unit}", read, unit::show),
        staff(Post, "/o/{org}/units/{unit}/change", (Object::Unit, Action::Edit), unit::change),
        staff(Post, "/o/{org}/units/{unit}/close", (Object::Unit, Action::Close), unit::close),
    ]
}
