//! Time as the work knows it: moments, days and months in Asia/Shanghai.
//!
//! The zone is a fixed UTC+8: China has kept it without summer time since 1991, and moments before
//! that are not recorded here (births are days, not moments). No clock is read in this crate; *now*
//! is always an argument.

mod day;
mod history;
mod moment;
mod month;
pub mod say;

pub use ::time::Weekday;
pub use day::Day;
pub use history::History;
pub use moment::{Moment, Parts, Span};
pub use month::Month;

choice! {
    /// What a limit is counted in.
    ///
    /// Hours run through, nights and holidays included. Days are calendar days that end at 24:00,
    /// the starting day not counted. Working days follow the State Council's calendar. Months end on
    /// the same day of a later month, or on its last day. What is only counted, or a share, is no time.
    pub enum Unit {
        Hours       = "hours",        "小时",   "hours";
        Days        = "days",         "天",     "days";
        WorkingDays = "working_days", "个工作日", "working days";
        Months      = "months",       "个月",   "months";
        Count       = "count",        "项",     "items";
        Percent     = "percent",      "％",     "%";
    }
}

impl Unit {
    /// Whether a limit in it is a time.
    #[must_use]
    pub const fn is_time(self) -> bool {
        !matches!(self, Self::Count | Self::Percent)
    }
}
