//! The page that people read: docs/requirements.md.

use crate::list::{List, Requirement, State};
use crate::proofs::Proof;
use std::fmt::Write;

const HEAD: &str = "\
# Requirements

<!-- Made by `./dev requirements` from requirements.toml and from what the tests say. Changed by hand it fails `./dev check`. -->

What is asked of Banyan, line by line, and which tests prove it. A requirement **works** when a test names it and nothing is known to be missing. It works **in part** when a test names it and something is missing. What no test names is **open**, whatever the code may do. How a test names a requirement: [development.md](development.md#tests).

";

/// The whole page.
pub fn page(list: &List, proofs: &[Proof]) -> String {
    let mut page = HEAD.to_owned();
    summary(&mut page, list, proofs).expect("text takes text");
    for area in &list.areas {
        writeln!(page, "\n## {} {} · {}\n", area.id, area.title.zh, area.title.en).expect("text takes text");
        page.push_str("| id | requirement | state | screen | tests |\n|---|---|---|---|---|\n");
        for requirement in &area.requirements {
            page.push_str(&row(requirement, &tests(requirement, proofs)));
        }
    }
    page
}

/// How many lines of each area stand where.
fn summary(page: &mut String, list: &List, proofs: &[Proof]) -> std::fmt::Result {
    let count = |requirements: &mut dyn Iterator<Item = &Requirement>| {
        let mut counts = [0; 3];
        for requirement in requirements {
            counts[requirement.state(!tests(requirement, proofs).is_empty()) as usize] += 1;
        }
        let [works, in_part, open] = counts;
        format!("{} | {works} | {in_part} | {open} |", works + in_part + open)
    };
    writeln!(page, "| area | lines | works | in part | open |\n|---|--:|--:|--:|--:|")?;
    for area in &list.areas {
        let counts = count(&mut area.requirements.iter());
        writeln!(page, "| {} {} · {} | {counts}", area.id, area.title.zh, area.title.en)?;
    }
    writeln!(page, "| all | {}", count(&mut list.requirements()))
}

fn row(requirement: &Requirement, tests: &[&str]) -> String {
    let Requirement { id, title, screen, missing } = requirement;
    let state = match requirement.state(!tests.is_empty()) {
        State::Works => "works".to_owned(),
        State::InPart => format!("in part: {}", missing.as_deref().unwrap_or_default()),
        State::Open => "open".to_owned(),
    };
    let screen = screen.as_deref().map(code).unwrap_or_default();
    let tests: Vec<String> = tests.iter().copied().map(code).collect();
    format!("| {id} | {}<br>{} | {state} | {screen} | {} |\n", title.zh, title.en, tests.join("<br>"))
}

/// The tests that name a requirement.
fn tests<'p>(requirement: &Requirement, proofs: &'p [Proof]) -> Vec<&'p str> {
    let naming = proofs.iter().filter(|proof| proof.proves.contains(&requirement.id));
    naming.map(|proof| proof.test.as_str()).collect()
}

fn code(text: &str) -> String {
    format!("`{text}`")
}
