//! Cases (PLN, ASM, CLO): the list, the file of one case, how one begins without an application and how it ends.
//!
//! Every page of a case begins with [`desk::Desk`]: the file as it is now, who looks at it, and what they may do. Buttons and
//! links are asked of it, so none is shown that would be refused. What is written in a case are papers, which have pages of
//! their own.

mod begin;
mod desk;
mod documents;
mod ending;
mod list;
mod next;
mod page;
mod timeline;
mod volume;

use domain::access::{Action, Object};
use pages::listing;
use pages::route::Verb::{Get, Post};
use pages::route::{Route, staff};

pub(crate) fn routes() -> Vec<Route> {
    let read = (Object::Case, Action::Read);
    let (create, close, tell) =
        ((Object::Case, Action::Create), (Object::Case, Action::Close), (Object::Case, Action::Tell));
    let mut routes = listing::routes::<list::Cases>("/o/{org}/cases", "/o/{org}/cases/export", Action::List);
    routes.extend([
        staff(Get, "/o/{org}/cases/new/{client}", create, begin::show),
        staff(Post, "/o/{org}/cases/new/{client}", create, begin::begin),
        staff(Get, "/o/{org}/cases/{case}", read, page::show),
        staff(Post, "/o/{org}/cases/{case}/file.pdf", (Object::Case, Action::Export), volume::print).fresh(),
        staff(Get, "/o/{org}/cases/{case}/finish", close, ending::finish_form),
        staff(Post, "/o/{org}/cases/{case}/finish", close, ending::finish),
        staff(Get, "/o/{org}/cases/{case}/result", tell, ending::result_form),
        staff(Post, "/o/{org}/cases/{case}/result", tell, ending::tell_result),
    ]);
    routes
}
