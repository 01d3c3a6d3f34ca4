//! Gates: what each pack demands, when nothing is there and when everything is.

use uuid::Uuid;

use super::*;
use crate::access::{Action, Object, Role};
use crate::applications::CriterionGround;
use crate::calendar::WorkCalendar;
use crate::forms::{Answers, FormTemplate, Setting};
use crate::ids::{MemberId, PaperId};
use crate::papers::{Deed, PaperState};
use crate::refusal::{Blocked, Refusal};
use crate::registers::Registers;
use crate::time::Span;

/// Two roles; which they are makes no difference.
const HEAD: Role = Role::STAFF[0];
const SOMEBODY_ELSE: Role = Role::STAFF[2];

/// The rules that stand in the way, each once: `INT-03 INT-13`.
fn rules(blocked: &[Blocked]) -> String {
    let mut rules: Vec<_> = blocked.iter().map(|block| block.rule.to_string()).collect();
    rules.dedup();
    rules.join(" ")
}

/// The rules of the book as they bind an organisation.
fn binding(org: &OrgRules) -> Rules<'_> {
    Rules { book: RuleBook::builtin(), org, calendar: WorkCalendar::builtin(), now: at("2026-02-13T10:00") }
}

fn on(raw: &str) -> Occasion {
    raw.parse().unwrap()
}

/// Asks as an organisation that carries these packs.
fn ask(packs: &str, occasion: &str, facts: &Facts<'_>) -> String {
    rules(&binding(&org(packs)).ask(&on(occasion), facts).blocked)
}

/// Asks as an organisation that carries all packs.
fn asked(occasion: &str, facts: &Facts<'_>) -> String {
    ask("WCSKP", occasion, facts)
}

fn member(n: u128) -> MemberId {
    MemberId::from(Uuid::from_u128(n))
}

fn paper(n: u128) -> PaperId {
    PaperId::from(Uuid::from_u128(n))
}

/// A paper of a register in some state.
fn on_file(n: u128, register: &str, state: PaperState) -> OnFile<'_> {
    OnFile { id: paper(n), register, state, about: None, occurred: None }
}

/// The record of the team's discussion of a plan.
fn discussion(of: u128) -> OnFile<'static> {
    OnFile { about: Some(paper(of)), ..on_file(7, "discussion", PaperState::Recorded) }
}

/// Proves ASM-05, INT-06.
#[test]
fn each_pack_blocks_what_its_norm_demands() {
    let nothing = || Facts::default();
    let (empty, own) =
        (Answers::new(), || Facts::default().person(Part::Author, member(1)).person(Part::Approver, member(1)));
    for (occasion, facts, expected) in [
        ("application.submit", nothing().answered(Some(&empty)), ["INT-02", "", "", "INT-02", ""]),
        ("application.accept", nothing(), ["", "", "", "INT-06", ""]),
        ("application.ask_more", nothing(), ["INT-09", "", "", "", ""]),
        ("application.confirm", nothing(), ["CLI-03", "CLI-03", "CLI-03", "CLI-03", "INT-03 INT-13 CLI-03"]),
        ("application.refuse", nothing(), ["INT-17", "", "INT-17", "", "INT-16 INT-17 CLO-10"]),
        ("plan.submit", nothing(), ["ASM-03", "ASM-03", "ASM-03", "", ""]),
        ("assessment.approve", own(), ["ASM-05", "", "", "", ""]),
        ("plan.approve", own(), ["", "", "PLN-02", "", ""]),
        ("closing.submit", nothing().answered(Some(&empty)), ["", "", "", "INT-18 PLN-09", "CLO-10"]),
        ("member.disable", nothing().tell(Known::Unfinished, 1_i64), ["ORG-14", "", "ORG-14", "", ""]),
    ] {
        for (pack, blocked) in ["W", "C", "S", "K", "P"].into_iter().zip(expected) {
            assert_eq!(ask(pack, occasion, &facts), blocked, "{occasion} in {pack}");
        }
        assert_eq!(ask("", occasion, &facts), "", "{occasion} without a pack");
    }
    for (pack, blocked) in [("W", ""), ("C", ""), ("S", "PLN-07"), ("K", ""), ("P", "")] {
        let verdict = binding(&org(pack)).unfilled(record(), &Answers::new(), setting());
        assert_eq!(rules(&verdict.blocked), blocked, "record in {pack}");
    }
}

/// The form of a service record.
fn record() -> &'static FormTemplate {
    let registers = Registers::builtin();
    registers.get("record").and_then(|register| registers.form(register)).unwrap()
}

fn answers<const N: usize>(filled: [&str; N]) -> Answers {
    filled.map(|key| (key.to_owned(), "有".to_owned())).into()
}

/// Proves INT-02.
#[test]
fn proof_is_wanted_where_the_service_asks_for_it() {
    let applied = answers(["name", "need", "phone"]);
    let with = answers(["name", "need", "phone", "documents"]);
    for (facts, blocked) in [
        (Facts::default().answered(Some(&applied)), ""),
        (Facts::default().answered(Some(&applied)).tell_if(Known::ProofAsked, true), "INT-02"),
        (Facts::default().answered(Some(&with)).tell_if(Known::ProofAsked, true), ""),
        (
            Facts::default().answered(Some(&applied)).tell_if(Known::ProofAsked, true).tell_if(Known::ProofSeen, true),
            "",
        ),
        (Facts::default().tell_if(Known::ProofAsked, true), ""),
    ] {
        assert_eq!(asked("application.submit", &facts), blocked, "{facts:?}");
    }
}

#[test]
fn nothing_blocks_when_everything_is_there() {
    let nothing = || Facts::default();
    let two = || Facts::default().person(Part::Author, member(1)).person(Part::Approver, member(2));
    let (applied, closed) = (answers(["name", "need", "phone"]), answers(["reason"]));
    for (occasion, facts) in [
        ("application.submit", nothing().answered(Some(&applied))),
        ("application.accept", nothing().tell(Known::Grade, "routine")),
        ("application.ask_more", nothing().tell(Known::Items, 1_i64)),
        ("application.confirm", adult()),
        ("application.refuse", fair(CriterionGround::Area)),
        ("plan.submit", nothing().file([on_file(1, "assessment", PaperState::Approved)], None)),
        ("assessment.approve", two()),
        ("plan.approve", two().file([on_file(1, "plan", PaperState::Submitted), discussion(1)], Some(paper(1)))),
        ("closing.submit", done(0).answered(Some(&closed))),
        ("member.disable", nothing().tell(Known::Unfinished, 0_i64)),
    ] {
        assert_eq!(asked(occasion, &facts), "", "{occasion}");
    }
    let filled = answers(["content", "feedback", "effect"]);
    assert_eq!(binding(&org("WCSKP")).unfilled(record(), &filled, setting()), Verdict::default());
}

/// A grown-up who may be confirmed.
fn adult() -> Facts<'static> {
    let known = [Known::Form, Known::Screened, Known::ClientSigned];
    known.into_iter().fold(Facts::default(), |facts, known| facts.tell_if(known, true)).tell(Known::Age, 40_u32)
}

/// Proves CLI-03, CLI-04.
#[test]
fn a_minor_signs_with_the_guardian() {
    // age, self-supporting, client signed, guardian signed, child informed
    for (age, working, client, guardian, informed, blocked) in [
        (Some(18), false, true, false, false, ""),
        (Some(17), false, true, false, false, "CLI-03"),
        (Some(17), false, false, true, false, "CLI-03"),
        (Some(17), false, true, true, false, ""),
        (Some(16), true, true, false, false, ""),
        (Some(15), true, true, false, false, "CLI-03"),
        (Some(8), false, false, true, false, "CLI-03"),
        (Some(7), false, false, true, true, ""),
        (Some(7), false, false, true, false, "CLI-03"),
        (Some(7), false, true, false, true, "CLI-03"),
        (None, false, true, true, true, "CLI-03"),
        (Some(40), false, false, false, false, "INT-13"),
    ] {
        let facts = Facts::default()
            .tell_if(Known::Form, true)
            .tell_if(Known::Screened, true)
            .tell_any(Known::Age, age.map(i64::from))
            .tell_if(Known::SelfSupporting, working)
            .tell_if(Known::ClientSigned, client)
            .tell_if(Known::GuardianSigned, guardian)
            .tell_if(Known::ChildTold, informed);
        assert_eq!(asked("application.confirm", &facts), blocked, "{facts:?}");
    }
}

/// Each test of its own, where it is met, where not, and where nobody can say.
#[test]
fn what_no_row_can_say_has_tests_of_its_own() {
    let facts = |age: Option<i64>, known: &[Known]| {
        let facts = Facts::default().tell_any(Known::Age, age);
        known.iter().fold(facts, |facts, known| facts.tell_if(*known, true))
    };
    for (custom, signs, works_alone) in [
        (Custom::GuardianSigns, Known::GuardianSigned, Some(true)),
        (Custom::MinorSigns, Known::ClientSigned, Some(false)),
        (Custom::ChildTold, Known::ChildTold, Some(true)),
    ] {
        let is_met = |facts: Facts<'_>| custom.is_met(&facts);
        let due_at = if custom == Custom::ChildTold { 7 } else { 12 };
        assert_eq!(is_met(facts(Some(due_at), &[])), Some(false), "{custom}");
        assert_eq!(is_met(facts(Some(due_at), &[signs])), Some(true), "{custom}");
        assert_eq!(is_met(facts(Some(17), &[Known::SelfSupporting])), works_alone, "{custom}");
        assert_eq!(is_met(facts(Some(18), &[])), Some(true), "{custom}");
        assert_eq!(is_met(facts(None, &[signs])), None, "{custom}");
    }
}

/// Proves INT-03, INT-13.
#[test]
fn a_form_is_needed_except_on_the_hotline() {
    let without = |form: bool, exempt: bool, screened: bool| {
        Facts::default()
            .tell(Known::Age, 40_u32)
            .tell_if(Known::ClientSigned, true)
            .tell_if(Known::Form, form)
            .tell_if(Known::FormExempt, exempt)
            .tell_if(Known::Screened, screened)
    };
    assert_eq!(asked("application.confirm", &without(false, false, true)), "INT-03 INT-13");
    assert_eq!(asked("application.confirm", &without(false, true, true)), "");
    assert_eq!(asked("application.confirm", &without(true, false, false)), "INT-13");
}

/// A refusal on this ground in which nothing is missing.
fn fair(ground: CriterionGround) -> Facts<'static> {
    Facts::default()
        .tell_if(Known::Reason, true)
        .tell(Known::TellMode, "telephone")
        .tell(Known::Referral, "not_needed")
        .tell(Known::Criterion, "district")
        .tell(Known::Ground, ground.code())
}

/// Proves CLO-10, INT-16, INT-17, SPG-07.
#[test]
fn nobody_is_refused_for_what_they_are() {
    for ground in CriterionGround::ALL {
        let blocked = if ground.is_discriminatory() { "INT-17" } else { "" };
        assert_eq!(asked("application.refuse", &fair(ground)), blocked, "{ground}");
    }
    let parts: [(Known, &str); 4] = [
        (Known::Criterion, "INT-17"),
        (Known::Reason, "INT-16 CLO-10"),
        (Known::TellMode, "INT-16"),
        (Known::Referral, "INT-16"),
    ];
    for (left_out, blocked) in parts {
        let told = parts.into_iter().filter(|(known, _)| *known != left_out);
        let facts = told.fold(Facts::default(), |facts, (known, _)| facts.tell(known, "x"));
        assert_eq!(asked("application.refuse", &facts), blocked, "{left_out}");
    }
}

/// A case about to be closed, of which one thing is left out; nothing with 0.
fn done(left_out: u8) -> Facts<'static> {
    let papers =
        [(2, on_file(1, "assessment", PaperState::Approved)), (3, on_file(2, "record", PaperState::Submitted))];
    let there = papers.into_iter().filter(|(number, _)| *number != left_out).map(|(_, paper)| paper);
    Facts::default()
        .tell_any(Known::FileAccepted, (left_out != 1).then_some(at("2026-01-01T08:00")))
        .tell_any(Known::FileToldMode, (left_out != 4).then_some("telephone"))
        .file(there, None)
}

/// Proves CLO-10, INT-18.
#[test]
fn no_step_of_the_chain_is_skipped() {
    let reason = answers(["reason"]);
    for (left_out, blocked) in [(1, "INT-18"), (2, "INT-18"), (3, "INT-18"), (4, "INT-18 PLN-09")] {
        assert_eq!(asked("closing.submit", &done(left_out).answered(Some(&reason))), blocked, "{left_out}");
    }
    assert_eq!(asked("closing.submit", &done(0).answered(Some(&Answers::new()))), "CLO-10");
    assert_eq!(asked("closing.submit", &done(0)), "", "what the page has not asked for yet is not missing");
}

/// Proves PLN-02.
#[test]
fn nobody_approves_their_own_plan() {
    for (approver, discussed, blocked) in [
        (Some(1), 1, "PLN-02"),
        (Some(2), 1, ""),
        (None, 1, "PLN-02"),
        (Some(2), 9, "PLN-02"), // the team discussed another plan
    ] {
        let facts = Facts::default().person(Part::Author, member(1));
        let facts = approver.map_or(facts.clone(), |approver| facts.person(Part::Approver, member(approver)));
        let facts = facts.file([discussion(discussed)], Some(paper(1)));
        assert_eq!(asked("plan.approve", &facts), blocked);
    }
}

/// Proves PLN-07.
#[test]
fn everything_missing_is_said_at_once() {
    let blocked = binding(&org("S")).unfilled(record(), &Answers::new(), setting()).blocked;
    let said: Vec<_> = blocked.iter().map(|block| &*block.text.zh).collect();
    assert_eq!(said, ["请填写服务内容。", "请填写服务对象反馈。", "请填写服务效果。"]);
}

/// Proves ORG-14.
#[test]
fn a_sentence_says_what_is_known() {
    let facts = Facts::default().tell(Known::Unfinished, 3_i64);
    let said = binding(&org("S")).ask(&on("member.disable"), &facts).blocked.swap_remove(0).text;
    assert_eq!(said.zh, "名下还有 3 项未结工作，请先转交他人。");
    assert_eq!(said.en, "3 open items would be left without an owner: hand them over first.");
    let lax = org("WCSKP").set("org.orphan_items", at("2026-01-01T00:00").day(), Some(5));
    assert_eq!(binding(&lax).ask(&on("member.disable"), &facts).blocked.len(), 1, "a duty is never made laxer");
}

/// Proves ORG-03.
#[test]
fn an_adopted_rule_blocks_like_any_other() {
    let adopts = org("S").adopt(RuleId::INT_06, at("2026-02-13T00:00").day(), true);
    let verdict = binding(&adopts).ask(&on("application.accept"), &Facts::default());
    assert_eq!(rules(&verdict.blocked), "INT-06");
    let later = org("S").adopt(RuleId::INT_06, at("2026-02-14T00:00").day(), true);
    assert_eq!(binding(&later).ask(&on("application.accept"), &Facts::default()), Verdict::default());
}

const BOOK: &str = r#"
[[rule]]
id = "PLN-14"
version = 1
effective_from = "2024-01-01"
packs = "WCSKP"
strength = "D"
family = "gate"
title = { zh = "词", en = "Words" }
wording = { zh = "词。", en = "Words." }
clause = { zh = "条", en = "Clause" }
consequences = ["CONSEQUENCE"]
JUSTIFIED

[[rule.parameter]]
key = "pln.days"
label = { zh = "天", en = "Days" }
default = 7
unit = "days"
stricter = "lower"

[[rule.parameter]]
key = "pln.most"
label = { zh = "最多", en = "Most" }
default = 3
unit = "count"
stricter = "lower"

[[rule.gate]]
on = "closing.submit"
need = NEED
missing = { zh = "缺，至多 {pln.most}。", en = "Missing, at most {pln.most}." }
"#;

fn book(need: &str, consequence: &str, justified: &str) -> RuleBook {
    let text = BOOK.replace("NEED", need).replace("CONSEQUENCE", consequence).replace("JUSTIFIED", justified);
    RuleBook::parse(&[("rulebook/plans.toml", &text)], Registers::builtin()).unwrap()
}

/// Whether a need of the vocabulary is met at 10:00 on 13 February 2026.
fn is_met(need: &str, facts: &Facts<'_>) -> bool {
    let (book, org) = (book(need, "block", ""), org("S"));
    let rules = Rules { book: &book, ..binding(&org) };
    rules.ask(&on("closing.submit"), facts).blocked.is_empty()
}

/// Each word of the vocabulary, met and not.
#[test]
fn every_word_of_the_vocabulary_says_when_it_is_met() {
    let now = at("2026-02-13T10:00");
    let told = |days: i64| Facts::default().tell(Known::FileAccepted, now.plus(Span::days(days)));
    let filed = |days: &[i64]| {
        let papers = days.iter().zip(1..).map(|(days, n)| OnFile {
            occurred: Some(now.plus(Span::days(*days))),
            ..on_file(n, "record", PaperState::Approved)
        });
        Facts::default().file(papers, None)
    };
    let returned = Facts::default().file([on_file(1, "record", PaperState::Returned)], None);
    let chosen = |word: &'static str| Facts::default().tell(Known::FileToldMode, word);
    for (need, facts, met) in [
        ("{ filled = [\"file.accepted\"] }", told(0), true),
        ("{ filled = [\"file.accepted\", \"file.told_mode\"] }", told(0), false),
        ("{ has = \"record\" }", filed(&[0]), true),
        ("{ has = \"record\" }", returned.clone(), false),
        ("{ has = \"record\", states = [\"returned\"] }", returned.clone(), true),
        ("{ has = \"plan\" }", filed(&[0]), false),
        ("{ has = \"plan\", substitute = [\"record\"] }", filed(&[0]), true),
        ("{ count = \"record\", between = [1, 2] }", filed(&[]), false),
        ("{ count = \"record\", between = [1, 2] }", filed(&[0, 0]), true),
        ("{ count = \"record\", between = [1, 2] }", filed(&[0, 0, 0]), false),
        ("{ since = \"record\", at_most = \"pln.days\" }", filed(&[-30, -7]), true),
        ("{ since = \"record\", at_most = \"pln.days\" }", filed(&[-8]), false),
        ("{ since = \"record\", at_most = \"pln.days\" }", filed(&[]), false),
        ("{ before = [\"file.accepted\", \"pln.days\"] }", told(7), true),
        ("{ before = [\"file.accepted\", \"pln.days\"] }", told(6), false),
        ("{ after = [\"file.accepted\", \"pln.days\"] }", told(-7), true),
        ("{ after = [\"file.accepted\", \"pln.days\"] }", told(-6), false),
        ("{ after = [\"file.accepted\", \"pln.days\"] }", Facts::default(), false),
        ("{ valid = \"file.accepted\" }", told(0), true),
        ("{ valid = \"file.accepted\" }", told(-1), false),
        ("{ one_of = \"file.told_mode\", is = [\"writing\", \"message\"] }", chosen("message"), true),
        ("{ one_of = \"file.told_mode\", is = [\"writing\", \"message\"] }", chosen("telephone"), false),
        ("{ not = { one_of = \"file.told_mode\", is = [\"writing\"] } }", Facts::default(), true),
        ("{ any = [{ has = \"record\" }, { filled = [\"file.accepted\"] }] }", told(0), true),
        ("{ all = [{ has = \"record\" }, { filled = [\"file.accepted\"] }] }", told(0), false),
        ("{ different = [\"author\", \"responsible\"] }", Facts::default(), false),
    ] {
        assert_eq!(is_met(need, &facts), met, "{need} {facts:?}");
    }
}

#[test]
fn amounts_are_compared_exactly() {
    let over = "{ not_above = [\"satisfaction\", \"pln.most\"] }";
    for (answer, met) in [("3", true), ("3.0", true), ("3.0001", false), ("２", true), ("x", false), ("", false)] {
        let answers: Answers = [("satisfaction".to_owned(), answer.to_owned())].into();
        assert_eq!(is_met(over, &Facts::default().answered(Some(&answers))), met, "{answer}");
    }
    assert!(is_met(over, &Facts::default()), "nobody answered yet");
    let needs = "{ any = [{ filled = [\"reason\"] }, { has = \"record\" }] }";
    assert!(is_met(needs, &Facts::default()), "an answer may still meet it");
    assert!(!is_met(needs, &Facts::default().answered(Some(&Answers::new()))));
}

#[test]
fn what_follows_is_what_the_rule_says() {
    let ask = |consequence: &str, justified: &str| {
        let (book, org) = (book("{ has = \"record\" }", consequence, justified), org("S"));
        Rules { book: &book, ..binding(&org) }.ask(&on("closing.submit"), &Facts::default())
    };
    let firm = ask("block", "");
    assert_eq!(firm.blocked[0].text.zh, "缺，至多 3。");
    assert!(matches!(firm.clear(&[HEAD], true), Err(Refusal::Blocked(blocked)) if blocked.len() == 1));

    let soft = || ask("soft_block", "justified_by = [\"head\"]");
    assert_eq!(soft().blocked[0].unless, [HEAD]);
    assert!(soft().clear(&[HEAD], false).is_err(), "without a reason");
    assert!(soft().clear(&[SOMEBODY_ELSE], true).is_err(), "not by everybody");
    assert_eq!(rules(&soft().clear(&[HEAD], true).unwrap()), "PLN-14");
    assert!(soft().and(ask("block", "")).clear(&[HEAD], true).is_err(), "a firm rule stays in the way");

    let warned = ask("warn", "");
    assert_eq!((rules(&warned.warned), warned.clear(&[], false)), ("PLN-14".to_owned(), Ok(Vec::new())));
}

#[test]
fn an_occasion_has_one_spelling() {
    assert_eq!(on("plan.submit"), Occasion::Paper("plan".to_owned(), Deed::Submit));
    assert_eq!(on("member.disable"), Occasion::Act(Object::Member, Action::Disable));
    assert!(["plan", "plan.", "plan.fly", "member.fly"].iter().all(|raw| raw.parse::<Occasion>().is_err()));
}

fn setting() -> Setting {
    Setting { today: Day::parse("2026-02-14").unwrap(), packs: PackSet::EMPTY }
}
