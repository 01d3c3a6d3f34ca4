use std::collections::BTreeSet;
use std::fmt::Debug;

use proptest::prelude::*;

use super::*;
use crate::applications::ApplicationState;
use crate::cases::CaseState;

/// What must hold of every workflow, whatever it is about.
fn sound<S: Workflow + Ord + Debug>() {
    let mut seen: BTreeSet<S> = S::STARTS.iter().copied().collect();
    loop {
        let reached: Vec<S> = seen
            .iter()
            .flat_map(|state| state.actions().into_iter().map(|action| state.next(action).unwrap()))
            .filter(|state| !seen.contains(state))
            .collect();
        if reached.is_empty() {
            break;
        }
        seen.extend(reached);
    }
    for state in S::all() {
        assert!(seen.contains(state), "{state:?} cannot be reached");
        let actions = state.actions();
        let leads_on = actions.iter().any(|action| state.next(*action).unwrap() != *state);
        assert_eq!(leads_on, !state.is_end(), "{state:?} is a dead end, or an end that goes on");
        let distinct: BTreeSet<_> = actions.iter().collect();
        assert_eq!(distinct.len(), actions.len(), "{state:?} has an action leading two ways");
    }
}

#[test]
fn every_workflow_is_sound() {
    sound::<ApplicationState>();
    sound::<CaseState>();
}

#[test]
fn a_wrong_action_is_named_with_the_state() {
    let wrong = ApplicationState::Confirmed.next(Action::Accept).unwrap_err();
    assert_eq!(wrong.text().zh, "当前状态为“已确认”，不能受理。");
    assert_eq!(Refusal::from(wrong).status(), 409);
}

#[test]
fn the_diagram_shows_every_state_and_step() {
    let diagram = CaseState::diagram(Lang::Zh);
    assert!(diagram.starts_with("stateDiagram-v2\n    opened : 已确认\n"));
    assert!(diagram.contains("    [*] --> opened\n"));
    assert!(diagram.contains("    closing --> closed : 结案\n"));
    assert!(diagram.ends_with("    archived --> [*]\n"));
}

/// Proves PLN-04.
#[test]
fn the_road_has_one_step_at_a_time() {
    let application = |state| Progress { application: Some(state), ..Progress::default() };
    let case =
        |state, result_told| Progress { case: Some(state), result_told, ..application(ApplicationState::Confirmed) };
    for (progress, stage) in [
        (Progress::default(), Some(Stage::Apply)),
        (application(ApplicationState::Inquiry), Some(Stage::Apply)),
        (application(ApplicationState::Screening), Some(Stage::Assess)),
        (application(ApplicationState::Agreement), Some(Stage::Agree)),
        (application(ApplicationState::Confirmed), Some(Stage::Plan)),
        (application(ApplicationState::Refused), None),
        (case(CaseState::Opened, false), Some(Stage::Plan)),
        (case(CaseState::Serving, false), Some(Stage::Serve)),
        (case(CaseState::Closing, false), Some(Stage::Evaluate)),
        (case(CaseState::Closing, true), Some(Stage::Close)),
        (case(CaseState::Closed, true), Some(Stage::Close)),
        (case(CaseState::Following, true), Some(Stage::FollowUp)),
        (case(CaseState::Withdrawn, false), None),
    ] {
        assert_eq!(stage_of(progress), stage, "{progress:?}");
    }
}

proptest! {
    /// However people press the buttons, a life stays on its road and an end stays an end.
    #[test]
    fn random_walks_stay_on_the_road(presses in prop::collection::vec(0_usize..Action::ALL.len(), 0..60)) {
        let mut state = CaseState::STARTS[0];
        for press in presses {
            match state.next(Action::ALL[press]) {
                Ok(next) => {
                    prop_assert!(!state.is_end());
                    state = next;
                }
                Err(wrong) => prop_assert_eq!(wrong.action, Action::ALL[press].name()),
            }
        }
    }
}
