//! The pages: from data to HTML.
//!
//! A page is an ordinary function from plain data to a view; it is rendered on the server, once, and needs no script. Where
//! a page comes from stands in one table, [`routes::routes`]: each address with what it needs of the policy and the handler
//! that asks the backend and shows the answer. A form posts to the address of an operation; when it is refused the same page
//! comes back with everything that was typed and a sentence at each field.
//!
//! Nothing here opens a transaction or decides a rule; nothing here is compiled to WebAssembly.

mod addresses;
pub mod components;
pub mod frames;
mod handling;
pub mod limits;
mod live;
mod merge;
mod paging;
mod refusals;
mod render;
pub mod routes;

// The areas, one line each. Each has a function `routes`, which `routes.rs` names.
mod account;
mod audit;
mod cases;
mod clients;
mod duties;
mod evaluations;
mod intake;
mod members;
mod oversight;
mod portal;
mod today;

mod chain;
mod clause;
mod reading;

pub use account::{PROOF, holds_sealed, open_sealed, preferred, prove_again, sign_in_again, take_whose};
pub use components::ui::{Assets, Nonce, Theme, Ui};
pub use handling::{Answer, Form, Request, local_path, refused};
pub use refusals::{Misuse, misuse_page, refusal_page};
