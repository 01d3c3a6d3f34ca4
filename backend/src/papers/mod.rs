//! Papers: filled forms with a life, whichever register they belong to and whichever file they lie in.
//!
//! Here is what a paper is, how it is read, and whether something may be done to it now. What only one kind of file knows of
//! its papers, its area says ([`crate::cases::keeper`]); who brings the two together is [`crate::paperwork`].

mod folder;
mod reading;
mod writing;

pub use folder::{Ask, Fact, Folder, Head, Offer, deciding};
pub(crate) use folder::{Leads, Opened, UNIT_KIND, draft, heed, is_edition_after, is_ones_turn, line, may, offers};
pub(crate) use reading::{CONTENT, Key, file_of, heads, heads_beside, heads_in, history, transitions, views};
pub use reading::{PaperView, Written};
pub(crate) use writing::{Deciding, Filed, Writing, codes, event, passed, step, write};
