//! Forms: paper as data.
//!
//! A template is a TOML file in `domain/forms/`; a district may add its own version. One function
//! checks answers against it, in the browser while they are typed and on the server when they
//! arrive, so that the two can never disagree.

mod differences;
mod template;
mod validate;

pub use differences::{Answered, Piece, differences, pieces};
pub use template::{
    AtFirst, BrokenForm, Choosable, FieldKind, FormKey, FormTemplate, Privacy, Section, TemplateField, VisibleIf,
};
pub use validate::{Answers, birth_date, chosen, is_visible, telling_number, validate};

#[cfg(test)]
mod tests;
