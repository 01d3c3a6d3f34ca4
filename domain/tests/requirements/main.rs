//! What is asked of Banyan, and which tests prove it: docs/requirements.md is made of docs/requirements.toml and of what
//! the tests of the whole workspace say of themselves. A test says what it proves in a comment above it, `/// Proves
//! INT-07, INT-09.`, with two strokes in a journey. `INSTA_UPDATE=always` writes the page anew (`./dev requirements`).

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]

mod list;
mod page;
mod proofs;

use domain::rules::{RuleArea, RuleBook, RuleId};
use list::{List, State};
use proofs::Proof;
use std::collections::BTreeSet;
use std::path::Path;

const PAGE: &str = "docs/requirements.md";
const PROVEN: &str = "domain/proven.txt";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn list() -> List {
    toml::from_str(&read("docs/requirements.toml")).unwrap()
}

/// The files below a folder of ours whose names end so, as paths from the root.
fn files(folder: &Path, endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap();
        if name.starts_with('.') || ["target", "node_modules"].contains(&name) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
        }
    }
    found.sort();
    found
}

/// What every test claims, in order of the files, and which claims stand above no test.
fn proofs() -> (Vec<Proof>, Vec<String>) {
    let (mut proofs, mut faults) = (Vec::new(), Vec::new());
    for path in files(root(), &[".rs", ".spec.ts"]) {
        for claim in proofs::read(&path, &read(&path)) {
            match claim {
                Ok(proof) => proofs.push(proof),
                Err(fault) => faults.push(fault),
            }
        }
    }
    (proofs, faults)
}

#[test]
fn the_page_is_what_the_tests_say() {
    let page = page::page(&list(), &proofs().0);
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        std::fs::write(root().join(PAGE), &page).unwrap();
    }
    let found = read(PAGE);
    let only_in = |one: &str, other: &str| -> Vec<String> {
        let other: BTreeSet<&str> = other.lines().collect();
        one.lines().filter(|line| !other.contains(line)).map(str::to_owned).collect()
    };
    let differs = format!("{:#?}\nis there, and should be\n{:#?}", only_in(&found, &page), only_in(&page, &found));
    assert!(found == page, "{PAGE} is not what the tests say; `./dev requirements` writes it anew.\n{differs}");
}

/// Which rules a test proves, for the program to read: what is called live has both an engine and a proof.
#[test]
fn the_proven_rules_are_what_the_tests_say() {
    let proven: BTreeSet<RuleId> =
        proofs().0.iter().flat_map(|proof| &proof.proves).filter_map(|id| id.parse().ok()).collect();
    let held = proven.iter().filter(|rule| RuleBook::builtin().rule(**rule).is_some());
    let list: String = held.map(|rule| format!("{rule}\n")).collect();
    // What is written anew is compiled anew, and everything with it.
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") && read(PROVEN) != list {
        std::fs::write(root().join(PROVEN), &list).unwrap();
    }
    assert!(read(PROVEN) == list, "{PROVEN} is not what the tests say; `./dev requirements` writes it anew.");
}

#[test]
fn every_claim_stands_above_a_test_and_names_what_is_asked() {
    let list = list();
    let asked: BTreeSet<&str> = list.requirements().map(|requirement| requirement.id.as_str()).collect();
    let (proofs, mut faults) = proofs();
    for Proof { test, proves } in &proofs {
        let unknown = proves.iter().filter(|id| !asked.contains(id.as_str()));
        faults.extend(unknown.map(|id| format!("{test}: nothing is asked under the name {id:?}")));
    }
    assert_eq!(faults, Vec::<String>::new());
}

/// Names are given once and in order, titles are those of the rule book, and screens are addresses of the route table.
#[test]
fn the_list_is_sound() {
    let list = list();
    for area in &list.areas {
        if let Ok(known) = RuleArea::parse(&area.id) {
            assert_eq!(area.title, known.name(), "{}", area.id);
        }
        let names: Vec<String> = (1..=area.requirements.len()).map(|n| format!("{}-{n:02}", area.id)).collect();
        let found: Vec<&str> = area.requirements.iter().map(|requirement| requirement.id.as_str()).collect();
        assert_eq!(found, names, "a name is given once, in order, and never given up");
    }
    let known = |id: &str| list.requirements().find(|requirement| requirement.id == id);
    for rule in RuleBook::builtin().iter() {
        let title = known(&rule.id.to_string()).map(|requirement| &requirement.title.zh);
        assert_eq!(title, Some(&rule.title.zh), "{}", rule.id);
    }
    let routes: String = files(&root().join("app"), &[".rs"]).iter().map(|path| read(path)).collect();
    let routes: String = routes.split_whitespace().collect();
    for requirement in list.requirements() {
        assert!(!requirement.title.zh.is_ascii() && requirement.title.en.is_ascii(), "{}", requirement.id);
        let Some(screen) = &requirement.screen else { continue };
        // A page of its own, or that of a list.
        let written = [format!("(Get,\"{screen}\","), format!(">(\"{screen}\",")];
        assert!(written.iter().any(|page| routes.contains(page)), "{}: no page at {screen}", requirement.id);
    }
}

#[test]
fn a_claim_is_read_with_the_test_below_it() {
    let told = |path: &str, source: &str| -> Vec<(String, String)> {
        let claims = proofs::read(path, source).into_iter();
        claims
            .map(|claim| claim.map_or_else(|fault| ("fault".to_owned(), fault), |p| (p.test, p.proves.join(" "))))
            .collect()
    };
    let one = |test: &str, proves: &str| vec![(test.to_owned(), proves.to_owned())];
    let fault = |path: &str| one("fault", &format!("{path}:1: no test stands below this claim"));
    for (source, expected) in [
        ("/// Proves INT-07.\n#[test]\nfn one() {", one("a.rs::one", "INT-07")),
        (
            "    /// Why.\n    /// Proves INT-07, CLI-03.\n    #[tokio::test]\n    async fn two() {",
            one("a.rs::two", "INT-07 CLI-03"),
        ),
        ("/// Proves INT-07.\n    async fn both(world: World) {\non_both_engines! {", one("a.rs::both", "INT-07")),
        ("/// Proves INT-07.\n    async fn both(world: World) {", fault("a.rs")),
        ("/// Proves INT-07.\nfn helper() {", fault("a.rs")),
        ("/// Proves INT-07.\n\n#[test]\nfn far() {", fault("a.rs")),
        ("/// Proves INT-07.", fault("a.rs")),
        ("/// Proves that it is so.\nfn other() {", vec![]),
        ("let text = \"/// Proves INT-07.\";", vec![]),
    ] {
        assert_eq!(told("a.rs", source), expected, "{source}");
    }
    assert_eq!(told("b.spec.ts", "// Proves INT-01.\ntest(\"a road\", async"), one("b.spec.ts: \"a road\"", "INT-01"));
    assert_eq!(told("b.spec.ts", "// Proves INT-01.\ntest.skip(\"a road\", async"), fault("b.spec.ts"));
}

#[test]
fn what_no_test_names_is_open() {
    let mut list = list();
    let mut requirement = list.areas.remove(0).requirements.remove(0);
    requirement.missing = None;
    assert_eq!([true, false].map(|proven| requirement.state(proven)), [State::Works, State::Open]);
    requirement.missing = Some("half of it".to_owned());
    assert_eq!([true, false].map(|proven| requirement.state(proven)), [State::InPart, State::Open]);
}
