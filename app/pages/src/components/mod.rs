//! The parts that pages are made of: one file per part here, one of the same name in `style/`.
//!
//! A part is a plain function from data to a view. Wording is handed in, or chosen with
//! [`Ui::t`](ui::Ui::t); links and forms do all the work, so every part serves without scripts.

pub mod badge;
pub mod button;
pub mod card;
pub mod chart;
pub mod diff;
pub mod duty_line;
pub mod empty;
pub mod facts;
pub mod field;
pub mod figures;
pub mod filters;
pub mod find;
pub mod form;
pub mod frame;
pub mod icons;
pub mod layout;
pub mod menu;
pub mod notice;
pub mod page_head;
pub mod pager;
pub mod panes;
pub mod paper;
pub mod queue;
pub mod receipt;
pub mod resident;
pub mod rows;
pub mod section;
pub mod sign_in;
pub mod stepper;
pub mod strip;
pub mod switch;
pub mod table;
pub mod timeline;
pub mod verdict;
pub mod watermark;
pub mod work_line;
