//! The service road: somebody applies, becomes a client, has a case.

mod applications;
mod cases;
mod clients;

use pages::route::Route;

/// Its routes, area by area.
#[must_use]
pub fn routes() -> Vec<Route> {
    [cases::routes(), clients::routes(), applications::routes()].concat()
}
