//! The station itself: what is to be done today, what is owed, who works here in which unit, who looked at what.

mod audit;
mod duties;
mod inbox;
mod members;
mod today;
mod units;
mod views;

use pages::route::Route;

/// Its routes, area by area.
#[must_use]
pub fn routes() -> Vec<Route> {
    [
        audit::routes(),
        duties::routes(),
        inbox::routes(),
        members::routes(),
        today::routes(),
        units::routes(),
        views::routes(),
    ]
    .concat()
}
