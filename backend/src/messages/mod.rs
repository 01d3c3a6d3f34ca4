//! What members and the district are told, and what they have read of it (收件).
//!
//! ```text
//! due      what presses: told when its time comes, step by step
//! inbox    what was told, and what of it was read
//! ```
//!
//! What follows from an event is written in its own transaction ([`crate::telling`]).

mod due;
mod inbox;

pub use due::Teller;
pub use inbox::{DistrictMessage, Message, district, inbox, open, open_in_district, read_all};

use crate::change::act;

act!(
    /// Reading what one was told.
    ReadMessage = Message Read => message, member
);
