//! The service road: somebody applies, becomes a client, has a case.

mod cases;
mod clients;
mod intake;

use pages::route::Route;

/// Its routes, area by area.
#[must_use]
pub fn routes() -> Vec<Route> {
    [cases::routes(), clients::routes(), intake::routes()].concat()
}
