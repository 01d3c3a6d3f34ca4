//! The district (SEC-01): which station needs me today.
//!
//! A district sees numbers, and the rows behind each number without names. A named case it sees only by an opening: a
//! reason, a day's time, and entries in the station's own audit chain for the opening and for each look. The district's
//! lane cannot read a person at all; what an opening shows is read through the station's lane, once the opening was found.

mod figures;
mod openings;
mod registers;
mod rows;
mod rules;

pub use figures::{Figures, MonthFigures, StationFigures, stations, total};
pub use openings::{NamedCase, OpenCase, Opening, StationOpening, mine, open_case, openable, opened_case, openings};
pub use registers::registers;
pub(crate) use registers::seen;
pub use rows::{
    ApplicationLine, CaseLine, DistrictDuty, DistrictDutyPage, FigureFilter, FigurePage, FigureRows, duties, rows,
};
pub use rules::{
    AdoptRule, GivePacks, RuleSettings, SetLimit, SettingRow, adopt_rule, give_packs, rule_settings, set_limit,
};
