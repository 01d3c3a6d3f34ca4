//! What is owed by when, and the rules behind it (the rule book's face).

mod compliance;
mod list;
mod rule;
mod rules;

use domain::access::{Action, Object};
use pages::listing;
use pages::route::Verb::Get;
use pages::route::{Route, staff};

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = listing::routes::<list::Duties>("/o/{org}/duties", "/o/{org}/duties/export", Action::List);
    routes.extend([
        staff(Get, "/o/{org}/duties/compliance", (Object::Duty, Action::List), compliance::show),
        staff(Get, "/o/{org}/duties/rules", (Object::Rule, Action::Read), rules::show),
        staff(Get, "/o/{org}/duties/rules/{rule}", (Object::Rule, Action::Read), rule::show),
    ]);
    routes
}
