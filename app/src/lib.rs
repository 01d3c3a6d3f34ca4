//! The pages: from data to HTML.
//!
//! A page is an ordinary function from plain data to a view; it is rendered on the server, once, and needs no script. Where
//! a page comes from stands in one table, [`routes::routes`]: each address with what it needs of the policy and the handler
//! that asks the backend and shows the answer. A form posts to the address of an operation; when it is refused the same page
//! comes back with everything that was typed and a sentence at each field.
//!
//! Nothing here opens a transaction or decides a rule; nothing here is compiled to WebAssembly.

pub mod components;
mod handling;
mod render;
pub mod routes;

mod account;
mod cases;
mod clients;
mod duties;
mod evaluations;
mod intake;
mod members;
mod oversight;
mod portal;
mod today;

pub use components::ui::{Assets, Nonce, Theme, Ui};
pub use handling::{Answer, Form, Request, refused};
