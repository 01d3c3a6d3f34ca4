//! External evaluation (QUA-10, SEC-07): chosen organisations, a period, kinds of record, named evaluators, an end.
//!
//! A district makes an engagement; an evaluator reads what it opens, masked, and nothing else. Every view stands in the
//! audit chain of each organisation whose rows it showed, before it is shown. A sample is drawn by a rule that an evaluator
//! and a station can both repeat by hand (`sampling`).

mod cases;
mod engagements;
mod file;
mod registers;
mod samples;
pub mod sampling;

pub use cases::{Evidence, EvidenceLine, EvidencePage, cases, overview};
pub(crate) use engagements::titles;
pub use engagements::{CreateEngagement, EngagementRow, close_engagement, create_engagement, engagements, of_station};
pub use file::{MaskedFile, case_file};
pub use registers::{EvaluatedRegister, HouseRegisters, MaskedPaper, paper, register, registers};
pub use samples::{Sample, SampledCase, repeat_sample, sample};

use crate::engagement::Engagement;
use crate::entity::case;
use domain::time::Moment;
use sea_orm::{ColumnTrait, Condition};

/// The cases that an engagement is about: those opened within its period.
fn in_period(engagement: &Engagement) -> Condition {
    let (from, until) = (Moment::start_of(engagement.from), Moment::end_of(engagement.to));
    Condition::all().add(case::Column::OpenedAt.gte(from.millis())).add(case::Column::OpenedAt.lt(until.millis()))
}
