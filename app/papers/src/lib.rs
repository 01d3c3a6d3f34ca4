//! Papers, whichever register they belong to and whichever file they lie in: written, read, decided about.

mod attachment;
mod decide;
mod decision;
mod registers;
mod review;
mod show;
mod write;

use domain::access::{Action, Object};
use pages::limits::Limits;
use pages::route::Verb::{Get, Post};
use pages::route::{Route, staff};

/// Its routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (read, write) = ((Object::Paper, Action::Read), (Object::Paper, Action::Create));
    let decide = (Object::Paper, Action::Approve);
    let mut routes = registers::routes();
    routes.extend([
        staff(Get, "/o/{org}/papers/new/{register}/{file}", write, write::show),
        staff(Post, "/o/{org}/papers/new/{register}/{file}", write, write::hand_in).limited(Limits::take_uploads),
        staff(Get, "/o/{org}/papers/{paper}", read, show::show),
        staff(Get, "/o/{org}/papers/{paper}/paper.pdf", read, show::print),
        staff(Get, "/o/{org}/attachments/{attachment}", read, attachment::whole),
        staff(Get, "/o/{org}/attachments/{attachment}/preview", read, attachment::preview),
        // A decision, and what its author or whoever arranged it does to it afterwards.
        staff(Post, "/o/{org}/papers/{paper}/decide", decide, decide::decide),
        staff(Post, "/o/{org}/papers/{paper}/change", write, decide::change),
        // The same one after the other.
        staff(Get, "/o/{org}/review", decide, review::first),
        staff(Get, "/o/{org}/review/{paper}", decide, review::show),
        staff(Post, "/o/{org}/review/{paper}", decide, review::decide),
    ]);
    routes
}
