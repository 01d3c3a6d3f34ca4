//! The people who are served: the list, masked, and one record for each.

mod amend;
mod list;
mod record;

use domain::access::{Action, Object};
use pages::listing;
use pages::route::Verb::{Get, Post};
use pages::route::{Route, staff};

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = listing::routes::<list::Clients>("/o/{org}/clients", "/o/{org}/clients/export", Action::List);
    routes.extend([
        staff(Post, "/o/{org}/clients", (Object::Client, Action::List), list::seek),
        staff(Get, "/o/{org}/clients/{id}", (Object::Client, Action::Read), record::show),
        staff(Get, "/o/{org}/clients/{id}/edit", (Object::Client, Action::Edit), amend::show),
        staff(Post, "/o/{org}/clients/{id}/edit", (Object::Client, Action::Edit), amend::amend),
    ]);
    routes
}
