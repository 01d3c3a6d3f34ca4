//! A station's public face: what is offered, applying for it, how an application stands, and what everybody may read.
//!
//! A resident meets it once, on a phone, perhaps on a bad day: one thing per screen, no account, no script needed. The code
//! of a receipt opens the status, so it is never written into an address, where histories and logs would keep it.

mod apply;
mod documents;
mod front;
mod promise;
mod published;
mod status;

use domain::access::{Action, Object};
use domain::applications::Channel;
use pages::handling::Request;
use pages::limits::Limits;
use pages::route::Verb::{Get, Post};
use pages::route::{Route, public};

/// Its routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (create, read) = ((Object::Application, Action::Create), (Object::Application, Action::Read));
    let edit = (Object::Application, Action::Edit);
    vec![
        public(Get, "/s/{org}", None, front::show),
        public(Get, "/s/{org}/services/{service}", None, front::service),
        public(Get, "/s/{org}/published", None, published::list),
        public(Get, "/s/{org}/published/{paper}", None, published::show),
        public(Get, "/s/{org}/apply/{service}", create, apply::show),
        public(Post, "/s/{org}/apply/{service}", create, apply::submit).limited(Limits::take_documents),
        public(Get, "/s/{org}/status", read, status::ask),
        public(Post, "/s/{org}/status", read, status::show),
        public(Post, "/s/{org}/status/documents", edit, documents::send).limited(Limits::take_documents),
    ]
}

/// What the code on a notice board adds to the addresses it leads to.
const BOARD: &str = "board";

/// How a resident came: by the code on a notice board, or else by the website.
fn channel(via: &str) -> Channel {
    if via == BOARD { Channel::NoticeBoard } else { Channel::Website }
}

/// An address of this station that keeps in mind how the resident came.
fn address(request: &Request, path: &str) -> String {
    let via = if channel(request.query.get("via")) == Channel::NoticeBoard { "?via=board" } else { "" };
    format!("/s/{}{path}{via}", request.param("org"))
}
