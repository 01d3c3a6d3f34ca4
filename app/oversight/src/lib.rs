//! Those who look on: a district, which reads numbers and opens a file for a reason, and an evaluator, who reads what an
//! engagement opens.

mod district;
mod evaluations;

use pages::route::Route;

/// Its routes, face by face.
#[must_use]
pub fn routes() -> Vec<Route> {
    [district::routes(), evaluations::routes()].concat()
}
