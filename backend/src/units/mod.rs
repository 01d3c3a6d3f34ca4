//! What an organisation consists of (ORG-01): its sites, departments, projects and their groups; who heads each, from when
//! to when. The rules of the tree are the domain's ([`domain::units`]).

mod acts;
mod operations;
mod queries;

pub use acts::UnitAct;
pub use operations::{ChangeUnit, CloseUnit, CreateUnit, Place, Profile, change, close, create};
pub(crate) use queries::holder;
pub use queries::{Unit, Units, of_station, tree};

use crate::change::Responsible;
use crate::entity::unit;
use domain::time::Day;
use sea_orm::{ColumnTrait, Condition};

/// Whoever heads a unit answers for it.
impl Responsible for unit::Model {
    fn responsible(&self) -> Option<uuid::Uuid> {
        self.head_id
    }
}

/// Units that are not over: somebody has to head them. Who headed one that is over stays with it.
pub(crate) fn stays(today: Day) -> Condition {
    Condition::any().add(unit::Column::Until.is_null()).add(unit::Column::Until.gte(today.inner()))
}
