//! What a member of staff answers for: what is counted before a hand-over, and passed on by it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::{Action, Object};
use crate::applications::ApplicationState;
use crate::cases::CaseState;
use crate::lang::Lang;
use crate::workflow::Workflow;

choice! {
    /// A kind of thing that somebody answers for.
    pub enum Held {
        OpenCases           = "open_cases",           "在办个案", "Open cases";
        FollowedCases       = "followed_cases",       "跟进个案", "Cases followed up";
        EndedCases          = "ended_cases",          "已结个案", "Ended cases";
        Clients             = "clients",              "服务对象", "Clients";
        OpenApplications    = "open_applications",    "在办申请", "Open applications";
        DecidedApplications = "decided_applications", "办结申请", "Decided applications";
        Duties              = "duties",               "未了待办", "Open duties";
        Units               = "units",                "负责的单元", "Units headed";
    }
}

impl Held {
    /// The kind of a case in this state.
    #[must_use]
    pub fn of_case(state: CaseState) -> Self {
        match state {
            CaseState::Following => Self::FollowedCases,
            state if state.is_open() => Self::OpenCases,
            _ => Self::EndedCases,
        }
    }

    /// The kind of an application in this state.
    #[must_use]
    pub fn of_application(state: ApplicationState) -> Self {
        if state.is_end() { Self::DecidedApplications } else { Self::OpenApplications }
    }

    /// Whether there is still something to be done: what ORG-14 lets nobody leave behind.
    #[must_use]
    pub const fn is_unfinished(self) -> bool {
        matches!(self, Self::OpenCases | Self::FollowedCases | Self::OpenApplications | Self::Duties | Self::Units)
    }

    /// What one must be allowed to do, at least with what is one's own, to make anything of it.
    #[must_use]
    pub const fn needs(self) -> (Object, Action) {
        match self {
            Self::OpenCases | Self::FollowedCases | Self::EndedCases => (Object::Case, Action::Read),
            Self::Clients => (Object::Client, Action::Read),
            Self::OpenApplications | Self::DecidedApplications => (Object::Application, Action::Read),
            Self::Duties => (Object::Duty, Action::List),
            Self::Units => (Object::Unit, Action::Read),
        }
    }
}

/// How much of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Holdings(BTreeMap<Held, u64>);

impl Holdings {
    /// So many more of a kind.
    pub fn add(&mut self, held: Held, number: u64) {
        *self.0.entry(held).or_default() += number;
    }

    /// How many of a kind.
    #[must_use]
    pub fn of(&self, held: Held) -> u64 {
        self.0.get(&held).copied().unwrap_or(0)
    }

    /// The kinds of which there are any, in the order people read them.
    pub fn iter(&self) -> impl Iterator<Item = (Held, u64)> + '_ {
        self.0.iter().map(|(held, number)| (*held, *number)).filter(|(_, number)| *number > 0)
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// How many in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.iter().map(|(_, number)| number).sum()
    }

    /// How many with which there is still something to be done.
    #[must_use]
    pub fn unfinished(&self) -> u64 {
        self.iter().filter(|(held, _)| held.is_unfinished()).map(|(_, number)| number).sum()
    }

    /// As the trail's plain facts keep it, beside others.
    #[must_use]
    pub fn read(detail: &BTreeMap<String, String>) -> Self {
        let number = |(key, number): (&String, &String)| Some((Held::parse(key).ok()?, number.parse().ok()?));
        Self(detail.iter().filter_map(number).collect())
    }

    /// `在办个案 3、跟进个案 8`
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let kind = |(held, number): (Held, u64)| format!("{} {number}", held.say(lang));
        self.iter().map(kind).collect::<Vec<_>>().join(lang.pick("、", ", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_open_followed_up_or_ended() {
        for (state, held) in [
            (CaseState::Opened, Held::OpenCases),
            (CaseState::Serving, Held::OpenCases),
            (CaseState::Closing, Held::OpenCases),
            (CaseState::Following, Held::FollowedCases),
            (CaseState::Closed, Held::EndedCases),
            (CaseState::Archived, Held::EndedCases),
            (CaseState::Referred, Held::EndedCases),
            (CaseState::Withdrawn, Held::EndedCases),
        ] {
            assert_eq!(Held::of_case(state), held, "{state}");
        }
        assert_eq!(Held::of_application(ApplicationState::Agreement), Held::OpenApplications);
        assert_eq!(Held::of_application(ApplicationState::Refused), Held::DecidedApplications);
    }

    #[test]
    fn holdings_are_counted_said_and_kept_among_other_facts() {
        let mut holdings = Holdings::default();
        assert!(holdings.is_empty());
        holdings.add(Held::Duties, 0);
        assert!(holdings.is_empty(), "none of a kind is nothing");
        for (held, number) in [(Held::EndedCases, 12), (Held::OpenCases, 3), (Held::Clients, 26), (Held::OpenCases, 1)]
        {
            holdings.add(held, number);
        }
        assert_eq!((holdings.total(), holdings.unfinished(), holdings.of(Held::Duties)), (42, 4, 0));
        assert_eq!(holdings.say(Lang::Zh), "在办个案 4、已结个案 12、服务对象 26");
        assert_eq!(holdings.say(Lang::En), "Open cases 4, Ended cases 12, Clients 26");
        let facts = holdings.iter().map(|(held, number)| (held.to_string(), number.to_string()));
        let facts: BTreeMap<String, String> = facts.chain([("to".to_owned(), "mem_1".to_owned())]).collect();
        assert_eq!(Holdings::read(&facts).say(Lang::Zh), holdings.say(Lang::Zh));
    }
}
