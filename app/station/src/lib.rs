//! The station itself: what is to be done today, what is owed, what is found, who works here in which unit, who looked at what.

mod audit;
mod duties;
mod find;
mod inbox;
mod members;
mod today;
mod units;
mod views;

use pages::route::Route;

/// Its routes, area by area.
#[must_use]
pub fn routes() -> Vec<Route> {
    let areas = [
        audit::routes(),
        duties::routes(),
        find::routes(),
        inbox::routes(),
        members::routes(),
        today::routes(),
        units::routes(),
        views::routes(),
    ];
    areas.concat()
}
