//! Everybody makes every call, and every answer is judged.

use crate::calls::{Call, calls};
use crate::ground::Ground;
use crate::ledger::only_traces;
use crate::verdicts::{comparable, is_denied, leaks};
use crate::visitor::Answered;
use app::routes::{Face, Route};
use std::collections::BTreeMap;

/// What came of it.
#[derive(Default)]
pub struct Outcome {
    /// How many calls were made.
    pub calls: usize,
    /// Whatever was not as it should be, a sentence each.
    pub faults: Vec<String>,
    /// Each line, its calls, and the status that each person got.
    lines: Vec<(String, Vec<String>, Vec<(&'static str, Vec<u16>)>)>,
}

impl Outcome {
    /// The golden table: one paragraph for each line, one row for each answer to its calls, and who got it.
    pub fn table(&self) -> String {
        let mut text = String::new();
        for (line, calls, people) in &self.lines {
            text.push_str(&format!("{line}\n"));
            let mut rows: Vec<(&Vec<u16>, Vec<&str>)> = Vec::new();
            for (name, statuses) in people {
                match rows.iter_mut().find(|(other, _)| *other == statuses) {
                    Some((_, names)) => names.push(name),
                    None => rows.push((statuses, vec![name])),
                }
            }
            let widths: Vec<usize> = calls.iter().map(|call| call.chars().count().max(3)).collect();
            let cells = |cells: Vec<String>| -> String {
                cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}  ")).collect()
            };
            text.push_str(&format!("    {}\n", cells(calls.clone()).trim_end()));
            for (statuses, names) in rows {
                let statuses = cells(statuses.iter().map(u16::to_string).collect());
                text.push_str(&format!("    {statuses}{}\n", names.join(" ")));
            }
            text.push('\n');
        }
        text
    }

    /// Lines whose change nobody could carry out: a probe that always fails proves nothing.
    pub fn never_done(&self) -> Vec<&str> {
        let done = |people: &[(&str, Vec<u16>)]| people.iter().any(|(_, statuses)| statuses.iter().any(|s| *s < 400));
        self.lines.iter().filter(|(_, _, people)| !done(people)).map(|(line, _, _)| line.as_str()).collect()
    }
}

/// Makes every call of the lines of these faces.
pub async fn run(ground: &mut Ground, faces: &[Face]) -> Outcome {
    let mut outcome = Outcome::default();
    let routes: Vec<Route> = ground.routes.iter().filter(|route| faces.contains(&route.face())).cloned().collect();
    for route in &routes {
        let calls = calls(ground, route);
        let line = format!("{} {}", if route.posts() { "POST" } else { "GET" }, route.path);
        if calls.is_empty() {
            outcome.faults.push(format!("{line}: no page leads there; it is not tried"));
            continue;
        }
        let mut people = Vec::new();
        for at in 0..ground.people.len() {
            let name = ground.people[at].name;
            let statuses = of_person(ground, route, at, &calls, &mut outcome).await;
            people.push((name, statuses));
        }
        outcome.lines.push((line, calls.into_iter().map(|call| call.ids).collect(), people));
    }
    outcome
}

async fn of_person(ground: &mut Ground, route: &Route, at: usize, calls: &[Call], outcome: &mut Outcome) -> Vec<u16> {
    let mut statuses = Vec::new();
    let mut answers: BTreeMap<String, String> = BTreeMap::new();
    for call in calls {
        let call = call.clone().renewed();
        let (answer, mut faults) = make(ground, route, at, &call).await;
        statuses.push(answer.status);
        answers.insert(call.ids.clone(), comparable(&call, &answer));
        let (method, person) = (if route.posts() { "POST" } else { "GET" }, ground.people[at].name);
        outcome.calls += 1;
        outcome.faults.extend(
            faults.drain(..).map(|fault| format!("{method} {} as {person}, {}: {fault}", route.path, call.ids)),
        );
    }
    for (foreign, absent) in pairs(&answers) {
        if answers[&foreign] != answers[&absent] {
            let (one, other) = differing(&answers[&foreign], &answers[&absent]);
            let person = ground.people[at].name;
            outcome.faults.push(format!(
                "{} as {person}: {foreign} and {absent} are answered differently: {one:?} and {other:?}",
                route.path
            ));
        }
    }
    statuses
}

/// Which answers must be the same: what is another's is like what is not there.
fn pairs(answers: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let absent = |foreign: &str| {
        let absent = match foreign {
            "far" => "absent".to_owned(),
            other => other.replace("foreign", "absent"),
        };
        answers.contains_key(&absent).then(|| (foreign.to_owned(), absent))
    };
    answers.keys().filter(|ids| ids.contains("foreign") || *ids == "far").filter_map(|ids| absent(ids)).collect()
}

/// The first place where two texts differ.
fn differing(one: &str, other: &str) -> (String, String) {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let part = |text: &str| text.chars().skip(same.saturating_sub(20)).take(80).collect();
    (part(one), part(other))
}

async fn make(ground: &mut Ground, route: &Route, at: usize, call: &Call) -> (Answered, Vec<String>) {
    let denials = ground.ledger.denials().await;
    let visitor = ground.people[at].visitor.clone();
    let answer = match route.posts() {
        true => visitor.post(&call.met.address(), &call.met.fields).await,
        false => visitor.get(&call.met.address()).await,
    };
    let person = &ground.people[at];
    let mut faults = leaks(ground, route, person, call, &answer);
    if answer.status >= 500 {
        faults.push(format!("answers {}: {}", answer.status, answer.body));
    }
    let changed = ground.ledger.changes().await;
    if (is_denied(answer.status) || !route.posts()) && !only_traces(&changed) {
        faults.push(format!("answers {} and changes {changed:?}", answer.status));
    }
    // Above the organisations stand accounts, sessions and engagements; the residents' pages are everybody's.
    for (table, house) in changed.iter().filter(|_| route.face() != Face::Public) {
        if !house.is_empty() && !ground.people[at].houses.contains(&house.as_str()) {
            faults.push(format!("answers {} and writes {table} of {house}", answer.status));
        }
    }
    let after = ground.ledger.denials().await;
    for (house, before) in denials {
        let expected = i64::from(answer.status == 403 && ground.people[at].noted && house == crate::world::QS01);
        if after[&house] - before != expected {
            faults.push(format!(
                "answers {} and leaves {} entries of a denial in the trail of {house}",
                answer.status,
                after[&house] - before
            ));
        }
    }
    ground.ledger.put_back(&changed).await;
    (answer, faults)
}
