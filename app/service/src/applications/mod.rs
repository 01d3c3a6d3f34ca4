//! Intake: the queue, taking an application in, and the file in which it is decided.
//!
//! What may be done in a state comes from the workflow, who may do it from the policy; a page shows only what is both. Every
//! operation has its own address; when it is refused the file comes back with its form open and what was typed kept.

mod act;
mod agreement;
mod desk;
mod file;
mod forms;
mod list;
mod new;
mod operations;
mod reached;
mod sides;

pub(crate) use agreement::for_press;

use domain::access::{Action, Object};
use pages::limits::Limits;
use pages::listing;
use pages::route::Verb::{Get, Post};
use pages::route::{Route, staff};

pub(crate) fn routes() -> Vec<Route> {
    let may = |action| (Object::Application, action);
    let agreement = |action| (Object::Agreement, action);
    let mut routes =
        listing::routes::<list::Applications>("/o/{org}/applications", "/o/{org}/applications/export", Action::List);
    routes.extend([
        staff(Get, "/o/{org}/applications/new", may(Action::Create), new::show),
        staff(Post, "/o/{org}/applications/new", may(Action::Create), new::enter).limited(Limits::take_uploads),
        staff(Get, "/o/{org}/applications/{id}", may(Action::Read), file::show),
        staff(Post, "/o/{org}/applications/{id}/accept", may(Action::Accept), operations::accept),
        staff(Post, "/o/{org}/applications/{id}/review", may(Action::Review), operations::review),
        staff(Post, "/o/{org}/applications/{id}/supplement/ask", may(Action::Review), operations::ask),
        staff(Post, "/o/{org}/applications/{id}/supplement", may(Action::Edit), operations::supplement),
        staff(Post, "/o/{org}/applications/{id}/inquire", may(Action::Review), operations::inquire),
        staff(Post, "/o/{org}/applications/{id}/screen", may(Action::Screen), operations::screen),
        staff(Post, "/o/{org}/applications/{id}/refuse", may(Action::Refuse), operations::refuse),
        staff(Post, "/o/{org}/applications/{id}/withdraw", may(Action::Withdraw), operations::withdraw),
        staff(Post, "/o/{org}/applications/{id}/tell", may(Action::Tell), operations::tell),
        staff(Get, "/o/{org}/applications/{id}/agreement", may(Action::Read), agreement::show),
        staff(Get, "/o/{org}/applications/{id}/agreement.pdf", may(Action::Read), agreement::print_it),
        staff(Post, "/o/{org}/applications/{id}/agreement", agreement(Action::Create), agreement::prepare),
        staff(Post, "/o/{org}/applications/{id}/sign", agreement(Action::Sign), operations::sign),
        staff(Post, "/o/{org}/applications/{id}/confirm", may(Action::Confirm), operations::confirm),
    ]);
    routes
}
