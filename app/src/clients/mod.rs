//! The people who are served: the list, masked, and one record for each.

mod list;
mod record;

use crate::routes::Method::Get;
use crate::routes::{Route, staff};
use domain::access::{Action, Object};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        staff(Get, "/o/{org}/clients", (Object::Client, Action::List), list::show),
        staff(Get, "/o/{org}/clients/{id}", (Object::Client, Action::Read), record::show),
    ]
}
