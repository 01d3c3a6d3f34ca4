//! Gates: what each pack demands, when nothing is there and when everything is.

use uuid::Uuid;

use super::*;
use crate::applications::{CriterionGround, Grade, ReferralDecision, TellMode};
use crate::forms::{Answers, FormTemplate, Setting};
use crate::ids::MemberId;
use crate::refusal::Blocked;
use crate::registers::Registers;
use crate::rules::gates::{self, *};

/// The rules that stand in the way, each once: `INT-03 INT-13`.
fn rules(blocked: &[Blocked]) -> String {
    let mut rules: Vec<_> = blocked.iter().map(|block| block.rule.to_string()).collect();
    rules.dedup();
    rules.join(" ")
}

/// Asks a gate as an organisation of each pack, and compares with what is expected of it.
fn expect(gate: &str, ask: impl Fn(&RuleBook, &OrgRules) -> Vec<Blocked>, expected: [(&str, &str); 5]) {
    for (pack, blocked) in expected {
        assert_eq!(rules(&ask(RuleBook::builtin(), &org(pack))), blocked, "{gate} in {pack}");
    }
    assert_eq!(rules(&ask(RuleBook::builtin(), &org(""))), "", "{gate} without a pack");
}

/// Asks a gate as an organisation that carries all packs.
fn asked<F>(gate: impl Fn(&RuleBook, &OrgRules, &F) -> Vec<Blocked>, facts: &F) -> String {
    rules(&gate(RuleBook::builtin(), &org("WCSKP"), facts))
}

fn member(n: u128) -> MemberId {
    MemberId::from(Uuid::from_u128(n))
}

/// Proves ASM-05, INT-06.
#[test]
fn each_pack_blocks_what_its_norm_demands() {
    let submit = SubmitFacts { proofs_missing: 2, ..SubmitFacts::default() };
    expect(
        "submit",
        |b, o| submit_application(b, o, &submit),
        [("W", "INT-02"), ("C", ""), ("S", ""), ("K", "INT-02"), ("P", "")],
    );
    expect(
        "accept",
        |b, o| accept(b, o, &AcceptFacts::default()),
        [("W", ""), ("C", ""), ("S", ""), ("K", "INT-06"), ("P", "")],
    );
    expect(
        "supplement",
        |b, o| ask_supplement(b, o, &SupplementFacts::default()),
        [("W", "INT-09"), ("C", ""), ("S", ""), ("K", ""), ("P", "")],
    );
    expect(
        "confirm",
        |b, o| confirm(b, o, &ConfirmFacts::default()),
        [("W", ""), ("C", ""), ("S", ""), ("K", ""), ("P", "INT-03 INT-13 CLI-03")],
    );
    expect(
        "refuse",
        |b, o| refuse(b, o, &RefuseFacts::default()),
        [("W", "INT-17"), ("C", ""), ("S", "INT-17"), ("K", ""), ("P", "INT-16 INT-17 CLO-10")],
    );
    expect(
        "plan",
        |b, o| create_plan(b, o, &PlanFacts::default()),
        [("W", "ASM-03"), ("C", "ASM-03"), ("S", "ASM-03"), ("K", ""), ("P", "")],
    );
    let own = ApproveFacts { author: member(1), approver: member(1) };
    expect(
        "assessment",
        |b, o| approve_assessment(b, o, &own),
        [("W", "ASM-05"), ("C", ""), ("S", ""), ("K", ""), ("P", "")],
    );
    let undiscussed = ActivateFacts { discussed: false, author: member(1), approver: None };
    expect(
        "activate",
        |b, o| activate_plan(b, o, &undiscussed),
        [("W", ""), ("C", ""), ("S", "PLN-02"), ("K", ""), ("P", "")],
    );
    expect(
        "record",
        |b, o| filled(b, o, record(), &Answers::new(), setting()),
        [("W", ""), ("C", ""), ("S", "PLN-07"), ("K", ""), ("P", "")],
    );
    expect(
        "close",
        |b, o| close_case(b, o, &CloseFacts::default()),
        [("W", ""), ("C", ""), ("S", ""), ("K", "INT-18 PLN-09"), ("P", "CLO-10")],
    );
    expect(
        "disable",
        |b, o| disable_member(b, o, &DisableFacts { orphans: 1 }),
        [("W", "ORG-14"), ("C", ""), ("S", "ORG-14"), ("K", ""), ("P", "")],
    );
}

fn setting() -> Setting {
    Setting { today: Day::parse("2026-02-14").unwrap(), packs: PackSet::EMPTY }
}

/// The form of a service record.
fn record() -> &'static FormTemplate {
    let registers = Registers::builtin();
    registers.get("record").and_then(|register| registers.form(register)).unwrap()
}

fn three_contents() -> Answers {
    ["content", "feedback", "effect"].map(|key| (key.to_owned(), "有".to_owned())).into()
}

#[test]
fn nothing_blocks_when_everything_is_there() {
    assert_eq!(
        asked(submit_application, &SubmitFacts { basic: true, need: true, contact: true, proofs_missing: 0 }),
        ""
    );
    assert_eq!(asked(accept, &AcceptFacts { grade: Some(Grade::Routine) }), "");
    assert_eq!(asked(ask_supplement, &SupplementFacts { items: 1 }), "");
    assert_eq!(asked(confirm, &ADULT), "");
    assert_eq!(asked(refuse, &FAIR), "");
    assert_eq!(asked(create_plan, &PlanFacts { assessment_approved: true }), "");
    assert_eq!(asked(approve_assessment, &ApproveFacts { author: member(1), approver: member(2) }), "");
    assert_eq!(
        asked(activate_plan, &ActivateFacts { discussed: true, author: member(1), approver: Some(member(2)) }),
        ""
    );
    assert_eq!(asked(|b, o, answers: &Answers| filled(b, o, record(), answers, setting()), &three_contents()), "");
    assert_eq!(asked(close_case, &DONE), "");
    assert_eq!(asked(disable_member, &DisableFacts { orphans: 0 }), "");
}

const ADULT: ConfirmFacts = ConfirmFacts {
    form_on_file: true,
    form_exempt: false,
    screening_passed: true,
    age: Some(40),
    self_supporting: false,
    signed_by_client: true,
    signed_by_guardian: false,
    child_informed: false,
};

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
        let facts = ConfirmFacts {
            age,
            self_supporting: working,
            signed_by_client: client,
            signed_by_guardian: guardian,
            child_informed: informed,
            ..ADULT
        };
        assert_eq!(asked(confirm, &facts), blocked, "{facts:?}");
    }
}

/// Proves INT-03, INT-13.
#[test]
fn a_form_is_needed_except_on_the_hotline() {
    assert_eq!(asked(confirm, &ConfirmFacts { form_on_file: false, ..ADULT }), "INT-03 INT-13");
    assert_eq!(asked(confirm, &ConfirmFacts { form_on_file: false, form_exempt: true, ..ADULT }), "");
    assert_eq!(asked(confirm, &ConfirmFacts { screening_passed: false, ..ADULT }), "INT-13");
}

const FAIR: RefuseFacts = RefuseFacts {
    reason_given: true,
    mode: Some(TellMode::Telephone),
    referral: Some(ReferralDecision::NotNeeded),
    criterion_published: true,
    ground: Some(CriterionGround::Area),
};

/// Proves CLO-10, INT-16, INT-17, SPG-07.
#[test]
fn nobody_is_refused_for_what_they_are() {
    for ground in CriterionGround::ALL {
        let blocked = if ground.is_discriminatory() { "INT-17" } else { "" };
        assert_eq!(asked(refuse, &RefuseFacts { ground: Some(ground), ..FAIR }), blocked, "{ground}");
    }
    assert_eq!(asked(refuse, &RefuseFacts { criterion_published: false, ..FAIR }), "INT-17");
    assert_eq!(asked(refuse, &RefuseFacts { reason_given: false, ..FAIR }), "INT-16 CLO-10");
    assert_eq!(asked(refuse, &RefuseFacts { mode: None, ..FAIR }), "INT-16");
    assert_eq!(asked(refuse, &RefuseFacts { referral: None, ..FAIR }), "INT-16");
}

const DONE: CloseFacts =
    CloseFacts { accepted: true, assessed: true, served: true, result_told: true, reason_given: true };

/// Proves CLO-10, INT-18.
#[test]
fn no_step_of_the_chain_is_skipped() {
    for (facts, blocked) in [
        (CloseFacts { accepted: false, ..DONE }, "INT-18"),
        (CloseFacts { assessed: false, ..DONE }, "INT-18"),
        (CloseFacts { served: false, ..DONE }, "INT-18"),
        (CloseFacts { result_told: false, ..DONE }, "INT-18 PLN-09"),
        (CloseFacts { reason_given: false, ..DONE }, "CLO-10"),
    ] {
        assert_eq!(asked(close_case, &facts), blocked, "{facts:?}");
    }
}

/// Proves PLN-02.
#[test]
fn nobody_approves_their_own_plan() {
    for (approver, blocked) in [(Some(member(1)), "PLN-02"), (Some(member(2)), ""), (None, "PLN-02")] {
        let facts = ActivateFacts { discussed: true, author: member(1), approver };
        assert_eq!(asked(activate_plan, &facts), blocked);
    }
}

/// Proves PLN-07.
#[test]
fn everything_missing_is_said_at_once() {
    let blocked = gates::filled(RuleBook::builtin(), &org("S"), record(), &Answers::new(), setting());
    let said: Vec<_> = blocked.iter().map(|block| &*block.text.zh).collect();
    assert_eq!(said, ["请填写服务内容。", "请填写服务对象反馈。", "请填写服务效果。"]);
}

/// Proves ORG-03.
#[test]
fn an_adopted_rule_blocks_like_any_other() {
    let adopts = OrgRules { adopted: vec![RuleId::INT_06], ..org("S") };
    assert_eq!(rules(&accept(RuleBook::builtin(), &adopts, &AcceptFacts::default())), "INT-06");
}
