//! Where a matter stands on the common road.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Behind us.
    Done,
    /// Here.
    Now,
    /// Here it ended early: refused, withdrawn, referred.
    Stopped,
    /// Before us.
    Next,
}

/// One step.
#[derive(Debug, Clone)]
pub struct RoadStep {
    /// Its name.
    pub words: Words,
    /// How it stands.
    pub state: StepState,
    /// When it was reached, shortly.
    pub when: Option<Words>,
}

/// Steps before `now` are done, the others to come.
#[must_use]
pub fn steps(names: impl IntoIterator<Item = impl Into<Words>>, now: usize) -> Vec<RoadStep> {
    let state = |place: usize| match place.cmp(&now) {
        std::cmp::Ordering::Less => StepState::Done,
        std::cmp::Ordering::Equal => StepState::Now,
        std::cmp::Ordering::Greater => StepState::Next,
    };
    let step = |(place, words): (usize, _)| RoadStep { words: Into::into(words), state: state(place), when: None };
    names.into_iter().enumerate().map(step).collect()
}

/// The road with its steps.
#[must_use]
pub fn stepper(ui: Ui, steps: Vec<RoadStep>) -> AnyView {
    let whole = steps.len();
    let here = steps.iter().position(|step| matches!(step.state, StepState::Now | StepState::Stopped));
    let short = here.and_then(|place| {
        let words = steps.get(place)?.words.clone();
        let place = place + 1;
        let count = ui.words(|| format!("第 {place} 步，共 {whole} 步"), || format!("Step {place} of {whole}"));
        Some(view! { <p class="stepper__short" aria-hidden="true"><b>{words}</b><span>{count}</span></p> })
    });
    let lines = steps.into_iter().map(|step| step_line(ui, step)).collect_view();
    view! { <div>{short}<ol class="stepper" aria-label=ui.t("办理进度", "Progress")>{lines}</ol></div> }.into_any()
}

fn step_line(ui: Ui, step: RoadStep) -> AnyView {
    let (class, mark, said) = match step.state {
        StepState::Done => ("step step--done", Some(Icon::Check), ui.t("，已完成", ", done")),
        StepState::Now => ("step step--now", None, ""),
        StepState::Stopped => ("step step--stopped", Some(Icon::Ban), ui.t("，到此结束", ", ended here")),
        StepState::Next => ("step", None, ""),
    };
    let current = (step.state == StepState::Now).then_some("step");
    let when = step.when.map(|when| view! { <span class="step__when">{when}</span> });
    view! {
        <li class=class aria-current=current>
            <span class="step__label">{mark.map(icon)}<span>{step.words}<span class="visually-hidden">{said}</span></span></span>
            {when}
        </li>
    }
    .into_any()
}
