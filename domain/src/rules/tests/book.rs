//! The book itself: complete, consistent, and only ever made stricter.

use std::collections::BTreeSet;

use super::*;
use crate::lang::Lang;
use crate::registers::Registers;
use crate::time::{History, Span};

#[test]
fn the_book_holds_every_rule_that_code_names() {
    for named in RuleId::NAMED {
        assert!(RuleBook::builtin().rule(*named).is_some(), "{named}");
    }
}

/// What the system carries out without being able to prove it is not called live, whatever tests there are.
#[test]
fn a_rule_is_live_by_an_engine_and_a_proof() {
    let book = RuleBook::builtin();
    for (rule, status) in [
        (RuleId::INT_07, Status::Live),
        (RuleId::PLN_07, Status::Live), // the form asks for it
        (RuleId::CLI_03, Status::Live),
        (RuleId::INT_10, Status::Live),
        (RuleId::INT_14, Status::RecordedOnly),
    ] {
        assert_eq!(book.rule(rule).unwrap().status(), status, "{rule}");
    }
    let idle = Rule { gates: Vec::new(), clock: None, ..book.rule(RuleId::INT_07).unwrap().clone() };
    assert_eq!(idle.status(), Status::Waiting, "proven, but nothing acts by it");
    let unproven = Rule { id: RuleId::new(RuleArea::Residence, 99), ..book.rule(RuleId::INT_07).unwrap().clone() };
    assert_eq!(unproven.status(), Status::Waiting, "it acts, but nothing proves it");
}

#[test]
fn every_rule_can_be_read_by_people() {
    for rule in RuleBook::builtin().iter() {
        for text in [&rule.title, &rule.wording, &rule.clause] {
            assert!(!text.say(Lang::Zh).is_ascii() && !text.say(Lang::En).is_empty(), "{}", rule.id);
        }
        assert!(rule.wording.zh.ends_with('。') && rule.wording.en.ends_with('.'), "{}", rule.id);
        assert!(!rule.consequences.is_empty(), "{}", rule.id);
        if let Some(why) = &rule.recorded_only {
            assert!(why.zh.ends_with('。') && why.en.ends_with('.'), "{}", rule.id);
        }
        // The clause quotes the norm of every pack the rule comes from; what binds all of them, and what the field
        // demands beyond them, has its source elsewhere.
        for pack in rule.packs.iter().filter(|_| rule.packs != PackSet::ALL && rule.strength != Strength::F) {
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

fn day(raw: &str) -> Day {
    Day::parse(raw).unwrap()
}

/// Proves ORG-03.
#[test]
fn a_rule_binds_by_pack_or_by_adoption_from_a_first_day() {
    let rule = RuleBook::builtin().rule(RuleId::INT_07).unwrap();
    let today = day("2026-03-01");
    assert!(org("K").is_live(rule, today));
    assert!(org("SK").is_live(rule, today));
    assert!(!org("WCSP").is_live(rule, today));
    let adopts = org("S").adopt(rule.id, day("2026-03-01"), true).adopt(rule.id, day("2026-06-01"), false);
    let mut given = History::of(PackSet::parse("S").unwrap());
    given.change(day("2026-03-01"), PackSet::parse("SK").unwrap());
    given.change(day("2026-06-01"), PackSet::parse("S").unwrap());
    for org in [adopts, OrgRules::of(given)] {
        let live = ["2026-02-28", "2026-03-01", "2026-05-31", "2026-06-01"].map(|on| org.is_live(rule, day(on)));
        assert_eq!(live, [false, true, true, false]);
    }
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
        let org = org("WCSKP").set(key, day("2026-01-01"), Some(set));
        assert_eq!(org.value(book.parameter(key).unwrap(), day("2026-01-01")), value, "{key} = {set}");
    }
}

/// Proves ORG-03.
#[test]
fn a_number_binds_from_its_first_day_until_another_does() {
    let parameter = RuleBook::builtin().parameter("int.initial_review_hours").unwrap();
    let set = |org: OrgRules, on, value| org.set(&*parameter.key, day(on), value);
    let org = set(set(set(org("K"), "2026-03-01", Some(12)), "2026-05-01", Some(8)), "2026-07-01", None);
    for (on, value) in
        [("2026-02-28", 24), ("2026-03-01", 12), ("2026-04-30", 12), ("2026-05-01", 8), ("2026-07-01", 24)]
    {
        assert_eq!(org.value(parameter, day(on)), value, "{on}");
    }
    let binds = |at: Moment| {
        let (book, calendar) = (RuleBook::builtin(), crate::calendar::WorkCalendar::builtin());
        Rules { book, org: &org, calendar, now: at }.value(&parameter.key)
    };
    assert_eq!([binds(end("2026-02-28").minus(Span::millis(1))), binds(end("2026-02-28"))], [Some(24), Some(12)]);
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

fn parse(files: &[&str]) -> Result<RuleBook, Broken> {
    let files: Vec<_> = files.iter().map(|text| ("rulebook/intake.toml", *text)).collect();
    RuleBook::parse(&files, Registers::builtin())
}

#[test]
fn past_days_keep_the_version_they_had() {
    let newer = RULE
        .replace("version = 1", "version = 2")
        .replace("2024-01-01", "2026-03-01")
        .replace("default = 24", "default = 12");
    let book = parse(&[RULE, &newer]).unwrap();
    let default = |on| {
        let rule = book.rule_on(RuleId::INT_07, day(on))?;
        Some(rule.parameters[0].default)
    };
    assert_eq!(default("2023-12-31"), None);
    assert_eq!(default("2026-02-28"), Some(24));
    assert_eq!(default("2026-03-01"), Some(12));
    assert_eq!(book.rule(RuleId::INT_07).unwrap().version, 2);
    assert_eq!(book.history(RuleId::INT_07).len(), 2);
}

#[test]
fn what_has_no_engine_yet_is_read() {
    let bare = RULE.split("[rule.clock]").next().unwrap();
    for family in ["gate", "clock", "periodic"] {
        let rule = bare.replace("family = \"clock\"", &format!("family = \"{family}\"")).replace("\"M\"", "\"F\"");
        let book = parse(&[&rule]).unwrap();
        let rule = book.rule(RuleId::INT_07).unwrap();
        assert_eq!(
            (rule.strength, rule.has_engine(), rule.status()),
            (Strength::F, false, Status::Waiting),
            "{family}"
        );
    }
    for id in ["MSG-01", "RSD-08"] {
        assert!(parse(&[&bare.replace("INT-07", id)]).is_ok(), "{id}");
    }
}

/// A rule of the same file with one gate.
fn gated(on: &str, need: &str) -> String {
    let bare = RULE.split("[rule.clock]").next().unwrap().replace("\"clock\"", "\"gate\"");
    let missing = "missing = { zh = \"缺。\", en = \"Missing.\" }";
    format!("{bare}\n[[rule.gate]]\non = \"{on}\"\nneed = {need}\n{missing}\n")
}

#[test]
fn a_rule_that_contradicts_itself_is_refused_at_its_line() {
    assert!(parse(&[RULE]).is_ok());
    for (line, what, wrong) in [
        (6, "it belongs to no pack", RULE.replace("packs = \"K\"", "packs = \"\"")),
        (0, "PackSet", RULE.replace("packs = \"K\"", "packs = \"X\"")),
        (0, "Trigger", RULE.replace("application.reviewed", "application.rewed")),
        (21, "`days` is no parameter", RULE.replace("limits = [\"hours\"]", "limits = [\"days\"]")),
        (21, "counted in time", RULE.replace("unit = \"hours\"", "unit = \"percent\"")),
        (8, "only a clock has events", RULE.replace("family = \"clock\"", "family = \"gate\"")),
        (21, "must happen to one kind of thing", RULE.replace("[\"application.accepted\"]", "[]")),
        (21, "nothing meets it", RULE.replace("[\"application.reviewed\"]", "[]")),
        (
            21,
            "one kind of thing",
            RULE.replace("[\"application.accepted\"]", "[\"application.accepted\", \"case.opened\"]"),
        ),
        (21, "what pauses must resume", format!("{RULE}paused_by = [\"application.supplement_asked\"]")),
        (0, "unknown field", format!("{RULE}colour = \"red\"")),
        (21, "there is no register `plam`", RULE.replace("application.reviewed", "plam.approved")),
        (21, "`record.held` never happens", RULE.replace("application.reviewed", "record.held")),
        (21, "only papers have facts", format!("{RULE}if = {{ fact = \"grade\", is = [\"priority\"] }}")),
        (21, "neither pauses nor comes again", format!("{RULE}before = true\nevery = \"hours\"")),
        (21, "`never` is no parameter", format!("{RULE}every = \"never\"")),
        (
            12,
            "who may go on with a reason",
            gated("application.accept", "{ filled = [\"grade\"] }").replace("\"todo\"", "\"soft_block\""),
        ),
    ] {
        assert_ne!(wrong, RULE, "{what}");
        let said = parse(&[&wrong]).unwrap_err().to_string();
        let at = if line == 0 {
            "rulebook/intake.toml: TOML parse error at line ".to_owned()
        } else {
            format!("rulebook/intake.toml line {line}: INT-07: ")
        };
        assert!(said.starts_with(&at) && said.contains(what), "{what}: {said}");
    }
    let twice = parse(&[RULE, RULE]).unwrap_err().to_string();
    assert_eq!(twice, "rulebook/intake.toml line 4: INT-07: its versions do not follow each other");
    let other = parse(&[RULE, &RULE.replace("INT-07", "INT-08")]).unwrap_err().to_string();
    assert_eq!(other, "rulebook/intake.toml line 15: INT-08: `hours` is a parameter already");
}

#[test]
fn a_gate_that_names_what_is_not_there_is_refused_at_its_line() {
    for (on, need) in [
        ("plan.submit", "{ has = \"assessment\", states = [\"approved\"] }"),
        ("plan.submit", "{ filled = [\"goals\", \"file.accepted\"] }"),
        ("plan.submit", "{ before = [\"file.accepted\", \"hours\"] }"),
        ("plan.submit", "{ count = \"record\", between = [1, 20] }"),
        ("plan.submit", "{ since = \"record\", at_most = \"hours\" }"),
        ("member.disable", "{ not = { not_above = [\"hours\", \"unfinished\"] } }"),
        ("application.confirm", "{ all = [{ custom = \"child_told\" }, { different = [\"author\", \"approver\"] }] }"),
    ] {
        assert!(parse(&[&gated(on, need)]).is_ok(), "{on} {need}: {:?}", parse(&[&gated(on, need)]).err());
    }
    for (on, need, why) in [
        ("plam.submit", "{ filled = [\"goals\"] }", "there is no register `plam`"),
        ("plan.mend", "{ filled = [\"goals\"] }", "nobody does `mend` to a paper of `plan`"),
        ("case.archive", "{ filled = [\"goals\"] }", "the rules are not asked before `case.archive`"),
        ("plan.submit", "{ filled = [\"gaols\"] }", "nothing is known as `gaols` on `plan.submit`"),
        ("plan.submit", "{ any = [{ filled = [\"file.closed\"] }] }", "nothing is known as `file.closed`"),
        ("application.accept", "{ filled = [\"reason\"] }", "nothing is known as `reason` on `application.accept`"),
        ("application.accept", "{ custom = \"minor_signs\" }", "nothing is known as `age` on `application.accept`"),
        ("plan.submit", "{ has = \"plam\" }", "there is no register `plam`"),
        ("plan.submit", "{ has = \"record\", substitute = [\"plam\"] }", "there is no register `plam`"),
        ("application.accept", "{ has = \"plan\" }", "another kind of file"),
        ("plan.submit", "{ after = [\"file.accepted\", \"days\"] }", "`days` is no parameter"),
        ("plan.submit", "{ not_above = [\"hours\", \"int.e2e_wd\"] }", "nothing is known as `int.e2e_wd`"),
    ] {
        let said = parse(&[&gated(on, need)]).unwrap_err().to_string();
        assert!(said.starts_with("rulebook/intake.toml line 23: INT-07: ") && said.contains(why), "{need}: {said}");
    }
    for need in [
        "{ }",
        "{ filled = [\"a\"], has = \"plan\" }",
        "{ count = \"plan\" }",
        "{ states = [] }",
        "{ custom = \"moon\" }",
    ] {
        let said = parse(&[&gated("plan.submit", need)]).unwrap_err().to_string();
        assert!(said.starts_with("rulebook/intake.toml: TOML parse error at line 24"), "{need}: {said}");
    }
    let quoted = gated("plan.submit", "{ filled = [\"goals\"] }").replace("缺。", "缺 {gaols}。");
    assert!(parse(&[&quoted]).unwrap_err().to_string().contains("nothing is known as `gaols`"));
}
