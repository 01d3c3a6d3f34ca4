//! Evaluations: what an outside evaluator looks at, and what is missing from a file.

use crate::nouns::Object;
use crate::registers::Kind;

choice! {
    /// What should be in a case's file by now and is not.
    pub enum Gap {
        Assessment = "assessment", "缺已批准的评估",   "No approved assessment";
        Plan       = "plan",       "缺已批准的计划",   "No approved plan";
        Record     = "record",     "服务中而无记录",   "Served without a record";
        Result     = "result",     "结案而未反馈结果", "Closed without telling the result";
    }
}

impl Gap {
    /// In which kind of record the gap is: an engagement that does not open the kind does not show it.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Assessment => Kind::papers("assessment"),
            Self::Plan => Kind::papers("plan"),
            Self::Record => Kind::papers("record"),
            Self::Result => Object::Case.into(),
        }
    }
}

/// What a case has left behind so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traces {
    /// Whether service began.
    pub started: bool,
    /// Whether the case was closed.
    pub closed: bool,
    /// Whether the result was told.
    pub told: bool,
    /// Assessments that were approved.
    pub assessments: u64,
    /// Plans that were approved.
    pub plans: u64,
    /// Services that were written down.
    pub records: u64,
}

impl Traces {
    /// What is missing: nobody is served without assessment, plan and record, and no case ends without its result told
    /// (ASM-03, PLN-02, PLN-07, PLN-09).
    pub fn gaps(self) -> impl Iterator<Item = Gap> {
        [
            (Gap::Assessment, self.started && self.assessments == 0),
            (Gap::Plan, self.started && self.plans == 0),
            (Gap::Record, self.started && self.records == 0),
            (Gap::Result, self.closed && !self.told),
        ]
        .into_iter()
        .filter_map(|(gap, missing)| missing.then_some(gap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::Registers;

    /// Proves ARC-02.
    #[test]
    fn gaps_follow_from_how_far_a_case_has_come() {
        let opened = Traces::default();
        let started = Traces { started: true, ..opened };
        let served = Traces { assessments: 1, plans: 2, records: 9, ..started };
        let closed = Traces { closed: true, ..served };
        for (traces, gaps) in [
            (opened, vec![]),
            (started, vec![Gap::Assessment, Gap::Plan, Gap::Record]),
            (served, vec![]),
            (closed, vec![Gap::Result]),
            (Traces { told: true, ..closed }, vec![]),
        ] {
            assert_eq!(traces.gaps().collect::<Vec<_>>(), gaps);
        }
    }

    #[test]
    fn every_gap_is_in_a_kind_that_can_be_opened() {
        let registers = Registers::builtin();
        assert!(Gap::ALL.iter().all(|gap| registers.openable().any(|kind| kind == gap.kind())));
    }
}
