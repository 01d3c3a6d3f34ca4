//! The book itself: complete, consistent, and only ever made stricter.

use std::collections::BTreeSet;

use super::*;
use crate::lang::Lang;

#[test]
fn the_book_holds_every_rule_that_code_names_and_no_other() {
    let held: Vec<_> = RuleBook::builtin().iter().map(|rule| rule.id).collect();
    let mut named = RuleId::NAMED.to_vec();
    named.sort_unstable();
    assert_eq!(held, named);
}

#[test]
fn every_rule_can_be_read_by_people() {
    for rule in RuleBook::builtin().iter() {
        for text in [&rule.title, &rule.wording, &rule.clause] {
            assert!(!text.say(Lang::Zh).is_ascii() && !text.say(Lang::En).is_empty(), "{}", rule.id);
        }
        assert!(rule.wording.zh.ends_with('。') && rule.wording.en.ends_with('.'), "{}", rule.id);
        assert!(!rule.consequences.is_empty(), "{}", rule.id);
        // The clause quotes the norm of every pack the rule comes from.
        for pack in rule.packs.iter() {
            assert!(rule.clause.zh.contains(&*pack.norm().zh), "{} lacks {pack}", rule.id);
            assert!(rule.clause.en.contains(&*pack.norm().en), "{} lacks {pack}", rule.id);
        }
    }
}

#[test]
fn a_rule_id_has_one_spelling() {
    assert_eq!("INT-07".parse::<RuleId>(), Ok(RuleId::INT_07));
    assert_eq!(RuleId::INT_07.to_string(), "INT-07");
    for raw in ["INT-7", "int-07", "XYZ-07", "INT07", "INT-300", "INT-", ""] {
        assert!(raw.parse::<RuleId>().is_err(), "{raw}");
    }
}

#[test]
fn parameters_have_names_of_their_own() {
    let keys: Vec<_> = RuleBook::builtin().iter().flat_map(|rule| &rule.parameters).map(|p| &p.key).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
}

/// Proves ORG-03.
#[test]
fn a_rule_is_live_by_pack_or_by_adoption() {
    let rule = RuleBook::builtin().rule(RuleId::INT_07).unwrap();
    assert!(org("K").is_live(rule));
    assert!(org("SK").is_live(rule));
    assert!(!org("WCSP").is_live(rule));
    assert!(OrgRules { adopted: vec![RuleId::INT_07], ..org("S") }.is_live(rule));
}

/// Proves ORG-03.
#[test]
fn a_duty_is_only_made_stricter_and_the_rest_is_free() {
    let book = RuleBook::builtin();
    for (key, set, value) in [
        ("int.initial_review_hours", 12, 12), // M: stricter
        ("int.initial_review_hours", 48, 24), // M: laxer counts for nothing
        ("int.initial_review_hours", -1, 24),
        ("pln.record_days", 1, 1), // D: free
        ("pln.record_days", 7, 7),
        ("int.e2e_wd", 12, 12), // T: free
        ("clo.follow_months_1", 2, 2),
    ] {
        let org = OrgRules { overrides: [(key.to_owned(), set)].into(), ..org("WCSKP") };
        assert_eq!(org.value(book.parameter(key).unwrap()), value, "{key} = {set}");
    }
}

const RULE: &str = r#"
[[rule]]
id = "INT-07"
version = 1
effective_from = "2024-01-01"
packs = "K"
strength = "M"
family = "clock"
title = { zh = "初审", en = "Review" }
wording = { zh = "初审。", en = "Review." }
clause = { zh = "条款", en = "Clause" }
consequences = ["todo"]

[[rule.parameter]]
key = "hours"
label = { zh = "时限", en = "Time" }
default = 24
unit = "hours"
stricter = "lower"

[rule.clock]
limits = ["hours"]
opens_on = ["application.accepted"]
met_by = ["application.reviewed"]
owner = "intake"
"#;

#[test]
fn past_days_keep_the_version_they_had() {
    let newer = RULE
        .replace("version = 1", "version = 2")
        .replace("2024-01-01", "2026-03-01")
        .replace("default = 24", "default = 12");
    let book = RuleBook::parse(&[RULE, &newer]).unwrap();
    let default = |day| {
        let rule = book.rule_on(RuleId::INT_07, Day::parse(day).unwrap())?;
        Some(rule.parameters[0].default)
    };
    assert_eq!(default("2023-12-31"), None);
    assert_eq!(default("2026-02-28"), Some(24));
    assert_eq!(default("2026-03-01"), Some(12));
    assert_eq!(book.rule(RuleId::INT_07).unwrap().version, 2);
    assert_eq!(book.history(RuleId::INT_07).len(), 2);
}

#[test]
fn a_rule_that_contradicts_itself_is_refused() {
    assert!(RuleBook::parse(&[RULE]).is_ok());
    for (what, wrong) in [
        ("no pack", RULE.replace("packs = \"K\"", "packs = \"\"")),
        ("no such pack", RULE.replace("packs = \"K\"", "packs = \"X\"")),
        ("no such event", RULE.replace("application.reviewed", "application.rewed")),
        ("no such limit", RULE.replace("limits = [\"hours\"]", "limits = [\"days\"]")),
        ("a limit that is no time", RULE.replace("unit = \"hours\"", "unit = \"count\"")),
        ("a gate with events", RULE.replace("family = \"clock\"", "family = \"gate\"")),
        ("nothing opens it", RULE.replace("[\"application.accepted\"]", "[]")),
        ("nothing meets it", RULE.replace("[\"application.reviewed\"]", "[]")),
        ("mixed subjects", RULE.replace("[\"application.accepted\"]", "[\"application.accepted\", \"case.opened\"]")),
        ("a pause without end", format!("{RULE}paused_by = [\"application.supplement_asked\"]")),
        ("an unknown word", format!("{RULE}colour = \"red\"")),
        ("a clock without events", RULE.split("[rule.clock]").next().unwrap().to_owned()),
    ] {
        assert!(RuleBook::parse(&[&wrong]).is_err(), "{what}");
    }
    assert!(RuleBook::parse(&[RULE, RULE]).is_err(), "the same version twice");
}
