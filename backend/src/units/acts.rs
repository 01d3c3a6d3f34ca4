//! What can be done with a unit, and how it has to stand for that.

use crate::acts::FileAct;
use domain::access::{Action, Object};
use domain::lang::text;
use domain::refusal::Refusal;
use domain::time::Day;
use domain::units::Standing;

/// Something that can be done with a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitAct {
    /// Changing what is written of it.
    Change,
    /// Saying where it stands and who heads it.
    Place,
    /// Setting another up below it.
    Extend,
    /// Giving it a last day, or another one.
    Close,
}

impl FileAct for UnitAct {
    const ALL: &'static [Self] = &[Self::Change, Self::Place, Self::Extend, Self::Close];

    fn right(self) -> (Object, Action) {
        let action = match self {
            Self::Change => Action::Edit,
            Self::Place => Action::Assign,
            Self::Extend => Action::Create,
            Self::Close => Action::Close,
        };
        (Object::Unit, action)
    }
}

impl UnitAct {
    /// Whether it may be done to a unit that stands so.
    pub(super) fn may(self, unit: &Standing, today: Day) -> Result<(), Refusal> {
        let over = match self {
            Self::Change | Self::Place => unit.is_closed(today),
            Self::Extend => unit.until.is_some(),
            Self::Close => false,
        };
        if over {
            return Err(Refusal::WrongState {
                text: text("这个单元已经撤销，不能再更改。", "This unit is over and is changed no more."),
            });
        }
        Ok(())
    }
}
