//! Forms: paper as data.
//!
//! A template is a TOML file in `domain/forms/`; a district may add its own version. One function
//! checks answers against it, in the browser while they are typed and on the server when they
//! arrive, so that the two can never disagree.

mod compute;
mod condition;
mod decimal;
mod differences;
mod flaws;
mod rows;
mod template;
mod validate;

pub use compute::{Band, Compute, Only, Tone};
pub use condition::Condition;
pub use decimal::Decimal;
pub use differences::{Answered, Piece, differences, pieces, rows_beside};
pub use flaws::BrokenForm;
pub use rows::{MOST_ROWS, cell, county, rows, without_row};
pub use template::{AtFirst, Auto, Choosable, FieldKind, FormKey, FormTemplate, Privacy, Section, TemplateField};
pub use validate::{Answers, Judged, Setting, birth_date, chosen, judge, telling_number, unanswered, validate};

#[cfg(test)]
mod tests;
