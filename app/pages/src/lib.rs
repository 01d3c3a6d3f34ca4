//! What pages are made of.
//!
//! [`components`] are the parts and [`frames`] what stands around a page; [`handling`] is the request that a handler is
//! given and the answer that it gives; [`route`] is a line of the table. The rest is what several areas show alike.

pub mod components;
pub mod frames;
pub mod handling;
pub mod limits;
pub mod listing;
pub mod preferences;
pub mod refusals;
pub mod route;
pub mod site_map;
pub mod ui;
pub mod units;
pub mod upkeep;
pub mod whose;

// What several areas show alike.
pub mod addresses;
pub mod attachments;
pub mod chain;
pub mod clause;
pub mod compliance;
pub mod duty;
pub mod live;
pub mod merge;
pub mod messages;
pub mod paging;
pub mod papers;
pub mod printing;
pub mod reading;
pub mod receivers;
pub mod registers;
pub mod trail;

mod render;
