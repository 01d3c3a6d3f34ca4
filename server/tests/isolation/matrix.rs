//! Everybody makes every call, and every answer is judged.

use crate::calls::{Call, DRAFT, calls};
use crate::ground::{COLLEAGUE, Ground, Sight};
use crate::ledger::only_traces;
use crate::verdicts::{comparable, is_denied, leaks};
use crate::visitor::Answered;
use crate::world::QS01;
use app::route::{Face, Route};
use backend::Question;
use domain::access::Role;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What somebody was answered, and what told that person apart: the role, and what was asked about it.
struct Told {
    role: Role,
    questions: BTreeSet<Question>,
    status: u16,
    text: String,
}

/// Who asked, and what each call was answered.
type Statuses = (&'static str, Vec<u16>);

/// What came of it.
#[derive(Default)]
pub struct Outcome {
    /// How many calls were made.
    pub calls: usize,
    /// How many were not, because somebody who is told apart by nothing had made them.
    pub alike: usize,
    /// Whatever was not as it should be, a sentence each, and to whom it happened.
    pub faults: BTreeMap<String, BTreeSet<&'static str>>,
    /// What each call of each person was answered, but for what differs each time.
    pub answers: BTreeMap<(String, &'static str, String), u64>,
    /// Each line, its calls, and the status that each of them got from each person.
    lines: Vec<(String, Vec<String>, Vec<Statuses>)>,
}

impl Outcome {
    fn fault(&mut self, route: &Route, ids: &str, fault: &str, person: &'static str) {
        let fault = format!("{} {}, {ids}: {fault}", method(route), route.path);
        self.faults.entry(fault).or_default().insert(person);
    }

    /// The golden table: one paragraph for each line, by its address, one row for each answer to its calls, and who got it.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let mut lines: Vec<_> = self.lines.iter().collect();
        lines.sort_by_key(|(line, ..)| line.split_once(' ').map(|(method, path)| (path, method)));
        for (line, calls, people) in lines {
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
                let names = if names.len() == people.len() { "everybody".to_owned() } else { names.join(" ") };
                text.push_str(&format!("    {statuses}{names}\n"));
            }
            text.push('\n');
        }
        text
    }

    /// Forms that somebody carried out.
    pub fn done_by_posting(&self) -> Vec<String> {
        let posts = self.lines.iter().filter(|(line, ..)| line.starts_with("POST"));
        let done =
            posts.flat_map(|(line, _, people)| people.iter().map(move |(name, statuses)| (line, name, statuses)));
        done.filter(|(_, _, statuses)| statuses.iter().any(|s| *s < 400))
            .map(|(line, name, _)| format!("{line} as {name}"))
            .collect()
    }

    /// Lines whose change nobody could carry out: a probe that always fails proves nothing.
    pub fn never_done(&self) -> Vec<&str> {
        let done = |people: &[Statuses]| people.iter().any(|(_, statuses)| statuses.iter().any(|s| *s < 400));
        self.lines.iter().filter(|(_, _, people)| !done(people)).map(|(line, _, _)| line.as_str()).collect()
    }
}

/// These people make every call of the lines of these faces; where nobody is named, all people do.
pub async fn run(ground: &mut Ground, faces: &[Face], names: &[&str]) -> Outcome {
    let mut outcome = Outcome::default();
    let routes: Vec<Route> = ground.routes.iter().filter(|route| faces.contains(&route.face())).cloned().collect();
    for route in &routes {
        let calls = calls(ground, route);
        let line = format!("{} {}", method(route), route.path);
        if calls.is_empty() {
            outcome.faults.insert(format!("{line}: no page leads there; it is not tried"), BTreeSet::new());
            continue;
        }
        ground.ledger.begin_again().await;
        ground.served.policy().listen();
        let (mut people, mut told) = (Vec::new(), calls.iter().map(|_| Vec::new()).collect::<Vec<Vec<Told>>>());
        for at in 0..ground.people.len() {
            let name = ground.people[at].name;
            if !names.is_empty() && !names.contains(&name) {
                continue;
            }
            let statuses = of_person(ground, route, at, (&calls, &mut told), &mut outcome).await;
            people.push((name, statuses));
        }
        if !ground.routes.iter().any(|other| other.path == route.path && other.posts() != route.posts()) {
            by_the_other_method(ground, route, &calls[0], &mut outcome).await;
        }
        outcome.lines.push((line, calls.into_iter().map(|call| call.ids).collect(), people));
    }
    ground.ledger.is_whole().await;
    outcome
}

/// What only changes does not answer to looking, and the other way round, though somebody asks who may do both.
async fn by_the_other_method(ground: &mut Ground, route: &Route, call: &Call, outcome: &mut Outcome) {
    for name in ["head", "admin", "evaluator"] {
        let visitor = ground.people.iter().find(|person| person.name == name).unwrap().visitor.clone();
        let answer = match route.posts() {
            true => visitor.get(&call.met.address()).await,
            false => visitor.post(&call.met.address(), &call.met.fields).await,
        };
        outcome.calls += 1;
        let changed = ground.ledger.changes().await;
        if answer.status != 405 || !only_traces(&changed) {
            let fault = format!("answers {} to the other method and changes {changed:?}", answer.status);
            outcome.fault(route, &call.ids, &fault, name);
        }
    }
}

/// Two sorts of calls are not made. Whoever is answered the same to everything that a call asked of the policy is of one class for
/// it: the first of them makes all calls, the others their own. And whoever is turned away at the door, where nothing of a call is
/// looked at but its line and its house, makes the first call and the last into each house.
async fn of_person(
    ground: &mut Ground,
    route: &Route,
    at: usize,
    (calls, told): (&[Call], &mut [Vec<Told>]),
    outcome: &mut Outcome,
) -> Vec<u16> {
    let mut statuses = Vec::new();
    let mut answers: BTreeMap<String, String> = BTreeMap::new();
    let role = ground.people[at].role.filter(|_| route.face() == Face::Staff);
    let mut turned_away: BTreeMap<Option<String>, u16> = BTreeMap::new();
    for (place, (call, told)) in calls.iter().zip(told).enumerate() {
        let policy = ground.served.policy();
        let alike =
            role.and_then(|role| told.iter().find(|other| policy.answers_alike(role, other.role, &other.questions)));
        let house = call.house(route);
        let is_last = !calls[place + 1..].iter().any(|other| other.house(route) == house);
        let at_the_door = turned_away.get(&house);
        let same = alike.filter(|_| place > 0);
        if let Some(status) = same.map(|told| told.status).or_else(|| at_the_door.filter(|_| !is_last).copied()) {
            statuses.push(status);
            // What was said at the door holds what was asked there: it is compared with nothing.
            answers.extend(same.map(|told| (call.ids.clone(), told.text.clone())));
            outcome.alike += 1;
            continue;
        }
        let before = at_the_door.copied().or_else(|| alike.map(|told| told.status));
        let call = call.clone().renewed();
        policy.heard();
        let (answer, faults) = make(ground, route, at, &call).await;
        let questions = ground.served.policy().heard();
        statuses.push(answer.status);
        answers.insert(call.ids.clone(), comparable(ground, route, &call, &answer));
        outcome.calls += 1;
        let repeats = !route.posts() || turned_away.contains_key(&house);
        if let Some(status) = before.filter(|status| repeats && *status != answer.status) {
            let fault = format!("answers {} to one who is told apart by nothing, and {status}", answer.status);
            outcome.fault(route, &call.ids, &fault, ground.people[at].name);
        }
        if answer.turned_away {
            turned_away.entry(house).or_insert(answer.status);
        }
        if let Some(role) = role.filter(|_| before.is_none()) {
            told.push(Told { role, questions, status: answer.status, text: answers[&call.ids].clone() });
        }
        // A receipt or a link that was made just now stands in the answer to the form that made it.
        let new = route.posts() && answer.status == 200;
        let text = if new { "" } else { answers[&call.ids].as_str() };
        let line = format!("{} {}", method(route), route.path);
        outcome.answers.insert((line, ground.people[at].name, call.ids.clone()), hashed(text));
        for fault in faults {
            outcome.fault(route, &call.ids, &fault, ground.people[at].name);
        }
    }
    let author = ground.people[at].name == COLLEAGUE;
    for (foreign, absent) in pairs(route, &answers).into_iter().filter(|(theirs, _)| !(author && theirs == DRAFT)) {
        if answers[&foreign] != answers[&absent] {
            let (one, other) = differing(&answers[&foreign], &answers[&absent]);
            let fault = format!("and {absent} are answered differently: {one:?} and {other:?}");
            outcome.fault(route, &foreign, &fault, ground.people[at].name);
        }
    }
    statuses
}

fn method(route: &Route) -> &'static str {
    if route.posts() { "POST" } else { "GET" }
}

fn hashed(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Which answers must be the same: what is another's is like what is not there.
///
/// A form of the other district says other things than the neighbour's, which the sign-in page keeps; so it is compared only
/// where the absent one was made of it.
fn pairs(route: &Route, answers: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let as_it_says = |ids: &str| ids != "far" || !route.posts() || !answers.contains_key("foreign");
    let absent = |foreign: &str| {
        let absent = match foreign {
            "far" | DRAFT => "absent".to_owned(),
            other => other.replace("foreign", "absent"),
        };
        answers.contains_key(&absent).then(|| (foreign.to_owned(), absent))
    };
    answers
        .keys()
        .filter(|ids| ids.contains("foreign") || ["far", DRAFT].contains(&ids.as_str()))
        .filter(|ids| as_it_says(ids.as_str()))
        .filter_map(|ids| absent(ids))
        .collect()
}

/// The first place where two texts differ.
fn differing(one: &str, other: &str) -> (String, String) {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let part = |text: &str| text.chars().skip(same.saturating_sub(20)).take(80).collect();
    (part(one), part(other))
}

async fn make(ground: &mut Ground, route: &Route, at: usize, call: &Call) -> (Answered, Vec<String>) {
    let visitor = ground.people[at].visitor.clone();
    let mut answer = match route.posts() {
        true => visitor.post(&call.met.address(), &call.met.fields).await,
        false => visitor.get(&call.met.address()).await,
    };
    if let (Some(list), true) = (answer.location(), call.sought.is_some()) {
        answer = visitor.get(list).await;
    }
    let person = &ground.people[at];
    let mut faults = leaks(ground, route, person, call, &answer);
    if answer.status >= 500 {
        faults.push(format!("answers {}: {}", answer.status, answer.body));
    }
    let changed = ground.ledger.changes().await;
    if (is_denied(answer.status) || !route.posts()) && !only_traces(&changed) {
        faults.push(format!("answers {} and changes {changed:?}", answer.status));
    }
    if person.sight == Sight::Masked && route.face() == Face::Evaluator && !only_traces(&changed) {
        faults.push(format!("an evaluator changes {changed:?}"));
    }
    // Above the organisations stand accounts, sessions and engagements; the residents' pages are everybody's.
    for (table, house) in changed.iter().filter(|_| route.face() != Face::Public) {
        if !house.is_empty() && !ground.people[at].houses.contains(&house.as_str()) {
            faults.push(format!("answers {} and writes {table} of {house}", answer.status));
        }
    }
    let (denied, noted) = (answer.status == 403, ground.people[at].noted);
    for (house, entries) in ground.ledger.new_denials(&changed).await {
        let expected = i64::from(denied && noted && house == QS01);
        if entries != expected {
            faults.push(format!("answers {} and leaves {entries} denials in the trail of {house}", answer.status));
        }
    }
    ground.ledger.put_back(&changed).await;
    (answer, faults)
}
