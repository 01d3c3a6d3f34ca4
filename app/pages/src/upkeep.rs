//! What presses of what is done again and again, as lines of the work table.

use crate::addresses::At;
use crate::components::badge::{Tone, badge};
use crate::components::work_line::WorkLine;
use crate::registers::{answered, named, question};
use crate::ui::{Ui, Words};
use backend::registers::{About, Line, Upkeep};
use domain::ids::MemberId;
use domain::registers::Registers;
use domain::rules::Standing;
use domain::time::{Moment, Unit};
use std::collections::BTreeSet;

/// How many names a line says before it counts.
const NAMES: usize = 3;

/// What presses of a register by one rule.
#[must_use]
pub fn line(ui: Ui, at: At<'_>, registers: &Registers, pressing: &Upkeep) -> WorkLine {
    let Upkeep { register, strip, standing } = pressing;
    let (title, question) = (ui.text(&register.title), question(registers, register, strip));
    let soonest = strip.lines.iter().filter_map(Line::foremost).min_by_key(|turn| turn.stretch.last);
    let tone = if *standing == Standing::Late { Tone::Late } else { Tone::Due };
    let state = match soonest {
        Some(turn) if !strip.duty.is_of_today() || !turn.counted.is_empty() => {
            ui.left(Moment::end_of(turn.stretch.last), Unit::Days)
        }
        _ => ui.t("还没有", "None yet").to_owned(),
    };
    let period = strip.period.zip(soonest).map(|(period, turn)| ui.text(&period.called(turn.stretch)));
    // Of what a paper asks of everybody it is told which paper, and of how many.
    let called = |line: &Line| {
        let asking = line.asking.as_ref().map(|asking| &asking.about);
        named(ui, question, asking.or(line.about.as_ref()), &line.place)
    };
    let mut names: Vec<String> = strip.lines.iter().map(called).collect();
    names.dedup();
    let people = strip.duty.each_of.is_some().then(|| {
        let people: BTreeSet<_> = strip.lines.iter().map(|line| whose(&line.about)).collect();
        let n = people.len();
        ui.words(|| format!("还差 {n} 人"), || format!("{n} to go")).into()
    });
    let list = at.register(&register.key);
    let writes = |line: &&Line| line.place.opens && line.foremost().is_some_and(|turn| turn.missing() > 0);
    let action = match (&strip.lines[..], names.len()) {
        ([Line { asking: Some(asking), .. }, ..], 1) => (ui.t("去看", "Open it"), at.paper(asking.paper.paper)),
        ([line], _) if writes(&line) => {
            let href = at.write(&register.key, line.place.file, None, None);
            (ui.t("去写", "Write it"), answered(href, question, line))
        }
        _ => (ui.t("去看", "See which"), list.clone()),
    };
    WorkLine {
        state: badge(tone, state),
        name: Some(together(ui, &names)),
        number: period.unwrap_or_else(|| title.clone()).into(),
        file: Some(list),
        what: strip.asked_by().map_or(title, |rule| ui.text(&rule.title)).into(),
        notes: people.into_iter().collect(),
        rule: strip.rule.map(|rule| (rule.to_string().into(), at.rule(rule))),
        action: Some((action.0.into(), action.1)),
    }
}

fn whose(about: &Option<About>) -> Option<MemberId> {
    match about {
        Some(About::Member(member, _)) => Some(*member),
        _ => None,
    }
}

/// Some names in a row, and how many more there are.
fn together(ui: Ui, names: &[String]) -> Words {
    let first = names.get(..NAMES).unwrap_or(names).join(ui.t("、", ", "));
    let (n, more) = (names.len(), names.len().saturating_sub(NAMES));
    match more {
        0 => first.into(),
        _ => ui.words(|| format!("{first}等 {n} 项"), || format!("{first} and {more} more")).into(),
    }
}
