//! The rule book: what the norms demand, as data.
//!
//! Each machine-checkable clause is one entry in `domain/rulebook/`: its wording, the clause behind
//! it, the packs it binds, its limits with their defaults, and what follows when it is not met. Three
//! families act in three ways:
//!
//! - a **gate** is asked before a step is taken and says what is still missing ([`Rules::ask`]);
//! - a **clock** is opened by one event and met by another ([`clocks`]);
//! - a **periodic** duty is counted over time, from papers, when it is read ([`periodic`]).
//!
//! Nothing is stored about lateness: a duty keeps its moments, and [`standing`] tells from them, at
//! any time, how it stands. Nor is it stored how far a rule is carried out: [`Rule::status`] follows from what acts by it
//! and from what the tests prove.

mod book;
mod clock;
mod custom;
mod effects;
mod facts;
mod gate;
mod gates;
mod id;
mod organisation;
pub mod periodic;

pub use book::{Broken, Parameter, Rule, RuleBook, Status};
pub use clock::{If, LimitIf, Owner, RuleClock, Trigger, Warning};
pub use custom::Custom;
pub use effects::{ClockEffect, Opening, Standing, clocks, standing};
pub use facts::{Facts, Known, OnFile, Part, Value};
pub use gate::{Gate, Need, Occasion};
pub use gates::{Rules, Verdict};
pub use id::{RuleArea, RuleId};
pub use organisation::OrgRules;

choice! {
    /// How firmly the source speaks.
    pub enum Strength {
        M = "M", "规定",     "Duty";
        R = "R", "建议",     "Advice";
        T = "T", "目标",     "Target";
        D = "D", "产品默认", "Duty with a default number";
        F = "F", "行业",     "Practice of the field";
    }
}

choice! {
    /// How a rule acts.
    pub enum Family {
        Gate     = "gate",     "前置条件", "Gate";
        Clock    = "clock",    "时限",     "Clock";
        Periodic = "periodic", "定期职责", "Periodic duty";
    }
}

choice! {
    /// What follows when a rule is not met, or so that it is.
    pub enum Consequence {
        Block     = "block",      "阻止",     "Block";
        SoftBlock = "soft_block", "可说明后继续", "Block unless justified";
        Warn      = "warn",       "提醒",     "Warn";
        Todo      = "todo",       "列入待办", "To-do";
        Count     = "count",      "计入评分", "Count";
        Escalate  = "escalate",   "上报",     "Escalate";
        Auto      = "auto",       "自动办理", "Automatic";
        Allow     = "allow",      "允许",     "Allowed";
    }
}

choice! {
    /// Which direction of a limit is the stricter one.
    pub enum Stricter {
        Lower  = "lower",  "越小越严", "Lower is stricter";
        Higher = "higher", "越大越严", "Higher is stricter";
    }
}

#[cfg(test)]
mod tests;
