mod flawed;
mod generated;
mod kinds;
mod tables;

use proptest::prelude::*;

use super::*;
use crate::choice::Choice;
use crate::lang::Lang;
use crate::packs::PackSet;
use crate::refusal::Problem;
use crate::registers::Registers;
use crate::time::Day;
use crate::{applications, clients, identity};

fn today() -> Day {
    Day::parse("2026-02-14").unwrap()
}

fn setting() -> Setting {
    Setting { today: today(), packs: PackSet::EMPTY }
}

/// A form of one section with these fields.
fn form_of(fields: &str) -> FormTemplate {
    read_form(fields).unwrap()
}

fn read_form(fields: &str) -> Result<FormTemplate, BrokenForm> {
    FormTemplate::parse(&format!(
        "key = \"test\"\nversion = 1\ntitle = {{ zh = \"试\", en = \"Test\" }}\n\
         [[section]]\nkey = \"s\"\ntitle = {{ zh = \"试\", en = \"Test\" }}\n{fields}"
    ))
}

/// A field, with whatever else it says.
fn field(key: &str, kind: &str, more: &str) -> String {
    described("[[section.field]]", key, kind, more)
}

/// A column of the table above it.
fn column(key: &str, kind: &str, more: &str) -> String {
    described("[[section.field.column]]", key, kind, more)
}

fn described(what: &str, key: &str, kind: &str, more: &str) -> String {
    format!("{what}\nkey = \"{key}\"\nlabel = {{ zh = \"试\", en = \"T\" }}\nkind = \"{kind}\"\n{more}\n")
}

/// Options, each with its score where it has one.
fn options(options: &[(&str, Option<i64>)]) -> String {
    let option = |(value, score): &(&str, Option<i64>)| {
        let score = score.map(|score| format!(", score = {score}")).unwrap_or_default();
        format!("{{ value = \"{value}\", label = {{ zh = \"甲\", en = \"A\" }}{score} }}")
    };
    format!("option = [{}]", options.iter().map(option).collect::<Vec<_>>().join(", "))
}

fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())).collect()
}

/// An adult with an identity card applies.
fn adult() -> Answers {
    answers(&[
        ("name", " 王小明 "),
        ("document_kind", "resident_id"),
        ("identity_number", "11010519491231002x"),
        ("phone", "138 0013 8000"),
        ("address", "青山区榕树街道榕园路5号"),
        ("need", "独居，\r\n需要上门探访。"),
        ("consent", "on"),
    ])
}

/// Somebody born on this day, without an identity card, applies.
fn born(birth_date: &str) -> Answers {
    let mut answers = adult();
    answers.insert("document_kind".into(), "passport".into());
    answers.insert("document_number".into(), "E12345678".into());
    answers.insert("birth_date".into(), birth_date.into());
    answers
}

fn apply(answers: &Answers) -> Result<Answers, Vec<(String, Problem)>> {
    validate(FormTemplate::builtin(FormKey::Application), answers, setting())
        .map_err(|errors| errors.into_iter().map(|error| (error.field, error.problem)).collect())
}

#[test]
fn every_form_is_sound_and_speaks_both_languages() {
    for key in FormKey::ALL {
        let form = FormTemplate::builtin(key);
        assert_eq!(form.key, key.code());
        assert_eq!(form.title.say(Lang::Zh), key.say(Lang::Zh));
        for field in form.fields() {
            assert!(!field.label.zh.is_ascii() && field.label.en.is_ascii(), "{key} {}", field.key);
        }
        let sent = toml::to_string(form).unwrap();
        assert_eq!(FormTemplate::parse(&sent).unwrap(), *form, "{key} travels unchanged");
    }
}

/// The form of a register.
fn paper(register: &str) -> &'static FormTemplate {
    let registers = Registers::builtin();
    registers.get(register).and_then(|register| registers.form(register)).unwrap()
}

/// Forms are data and lists are code; where a form asks for one of a list, it offers that list.
#[test]
fn forms_offer_the_lists_that_code_knows() {
    fn offers<C: Choice>(form: &FormTemplate, field: &str) {
        offers_some(form, field, |_: &C| true);
    }
    fn offers_some<C: Choice>(form: &FormTemplate, field: &str, which: impl Fn(&C) -> bool) {
        let field = form.field(field).unwrap();
        let offered: Vec<_> =
            field.options.iter().map(|o| (o.value.as_str(), o.label.zh.as_ref(), o.label.en.as_ref())).collect();
        let known: Vec<_> =
            C::all().iter().filter(|c| which(c)).map(|c| (c.code(), c.say(Lang::Zh), c.say(Lang::En))).collect();
        assert_eq!(offered, known);
    }
    let application = FormTemplate::builtin(FormKey::Application);
    offers::<identity::DocumentKind>(application, "document_kind");
    offers::<identity::Sex>(application, "sex");
    offers::<clients::PersonKind>(application, "person_kinds");
    offers::<clients::Relation>(application, "guardian_relation");
    offers::<applications::ScreeningMethod>(paper("assessment"), "methods");
    offers_some(paper("closing"), "told_how", |mode: &applications::TellMode| mode.is_of_result());
}

/// Proves ASM-01, ASM-02, CLI-05, CLI-06, CLO-11, PLN-01, RGT-02.
#[test]
fn what_the_norms_want_in_a_paper_is_asked_for() {
    for (form, wanted) in [
        (FormTemplate::builtin(FormKey::Agreement), "rights_and_duties contacts sessions mode results risks explained"),
        (paper("assessment"), "methods assessed_on method_evidence situation problems needs goals recommendation"),
        (paper("plan"), "goals indicators content methods starts_on ends_on frequency place staff resources"),
        (paper("closing"), "summary goal_attainment reason told_how"),
    ] {
        let missing = validate(form, &Answers::new(), setting()).unwrap_err();
        let missing: Vec<&str> = missing.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(missing.join(" "), wanted, "{}", form.key);
    }
    let unexplained = validate(FormTemplate::builtin(FormKey::Agreement), &answers(&[("explained", "no")]), setting());
    let last = unexplained.unwrap_err().pop().unwrap();
    assert_eq!((last.field.as_str(), last.problem), ("explained", Problem::MustAgree), "to say no is not enough");
}

#[test]
fn answers_are_cleaned_and_an_identity_number_fills_in_the_rest() {
    let kept = apply(&adult()).unwrap();
    for (key, answer) in [
        ("name", "王小明"),
        ("identity_number", "11010519491231002X"),
        ("birth_date", "1949-12-31"),
        ("sex", "female"),
        ("phone", "13800138000"),
        ("need", "独居，\n需要上门探访。"),
        ("consent", "yes"),
    ] {
        assert_eq!(kept.get(key).map(String::as_str), Some(answer), "{key}");
    }
    assert_eq!(apply(&kept).unwrap(), kept, "what is clean stays as it is");
}

#[test]
fn a_document_s_number_is_cleaned_and_belongs_to_its_kind() {
    let with = |kind: &str, number: &str| {
        let mut typed = born("1990-01-01");
        typed.insert("document_kind".into(), kind.into());
        typed.insert(if kind == "resident_id" { "identity_number" } else { "document_number" }.into(), number.into());
        apply(&typed)
    };
    for (kind, number, kept, birth) in [
        ("passport", "\u{202D}e1234 5678\u{202C}", "E12345678", "1990-01-01"),
        ("permanent_resident", "９３１８４０１９８５０６２３９９３３", "931840198506239933", "1985-06-23"),
        ("permanent_resident", "usa310085062399", "USA310085062399", "1990-01-01"),
        ("hk_mo_permit", "H12345678（01）", "H12345678(01)", "1990-01-01"),
    ] {
        let answers = with(kind, number).unwrap();
        assert_eq!(
            (answers["document_number"].as_str(), answers["birth_date"].as_str()),
            (kept, birth),
            "{kind} {number}"
        );
    }
    let other = |kind| Problem::OtherDocument { kind: Some(kind) };
    for (kind, number, field, problem) in [
        ("resident_id", "931840198506239933", "identity_number", other(identity::DocumentKind::PermanentResident)),
        ("permanent_resident", "11010519491231002X", "document_number", other(identity::DocumentKind::ResidentId)),
        ("permanent_resident", "931840198506239934", "document_number", Problem::IdentityChecksum),
        ("passport", "无", "document_number", Problem::NoNumber),
        ("passport", "护照E1", "document_number", Problem::NotADocumentNumber),
    ] {
        let problems = with(kind, number).unwrap_err();
        assert!(problems.contains(&(field.to_owned(), problem)), "{kind} {number}: {problems:?}");
    }
}

#[test]
fn what_was_not_asked_is_not_kept() {
    let mut typed = adult();
    typed.insert("document_number".into(), "E12345678".into()); // belongs to a passport
    typed.insert("guardian_name".into(), "李梅".into()); // an adult has none
    typed.insert("birth_date".into(), "2020-01-01".into()); // contradicts the identity number
    typed.insert("role".into(), "head".into()); // not in the form at all
    assert_eq!(apply(&typed), apply(&adult()));
}

#[test]
fn a_minor_needs_a_guardian() {
    let guardian = [("guardian_name", "李梅"), ("guardian_relation", "mother"), ("guardian_phone", "13800138001")];
    let missing: Vec<_> =
        ["guardian_name", "guardian_relation", "guardian_phone"].map(|key| (key.to_owned(), Problem::Required)).into();
    let with = |mut answers: Answers, more: &[(&str, &str)]| {
        answers.extend(self::answers(more));
        answers
    };

    assert_eq!(apply(&born("2008-02-14")).unwrap().get("guardian_name"), None, "18 today");
    assert_eq!(apply(&born("2008-02-15")), Err(missing.clone()), "18 tomorrow");
    assert!(apply(&with(born("2008-02-15"), &guardian)).is_ok());
    assert!(apply(&with(born("2009-05-01"), &[("self_supporting", "yes")])).is_ok(), "16, working");
    assert_eq!(apply(&with(born("2012-05-01"), &[("self_supporting", "yes")])), Err(missing.clone()), "13");

    let mut by_identity = adult();
    by_identity.insert("identity_number".into(), "110105201505010022".into());
    assert_eq!(apply(&by_identity), Err(missing), "the birth date is read from the number");
}

#[test]
fn every_problem_is_named_at_its_field_in_the_forms_order() {
    let typed = answers(&[
        ("name", "a\u{202E}b"),
        ("document_kind", "resident_id"),
        ("identity_number", "110105194912310021"),
        ("person_kinds", "elder,wizard"),
        ("phone", "12345"),
        ("need", &"长".repeat(1001)),
    ]);
    let expected = [
        ("name", Problem::ControlCharacters),
        ("identity_number", Problem::IdentityChecksum),
        ("person_kinds", Problem::NotAChoice),
        ("phone", Problem::NotAPhone),
        ("address", Problem::Required),
        ("need", Problem::TooLong { max: 1000 }),
        ("consent", Problem::MustAgree),
    ];
    assert_eq!(apply(&typed), Err(expected.map(|(key, problem)| (key.to_owned(), problem)).into()));
    assert!(apply(&Answers::new()).is_err());
}

proptest! {
    /// Whatever is typed, nothing panics, and what is accepted once is accepted again unchanged.
    #[test]
    fn validation_is_idempotent(
        typed in prop::collection::btree_map(
            prop::sample::select(
                FormTemplate::builtin(FormKey::Application).fields().map(|f| f.key.clone()).collect::<Vec<_>>()
            ),
            prop_oneof![
                any::<String>(),
                prop::sample::select(vec![
                    "yes", "no", "passport", "resident_id", "11010519491231002X", "2010-01-01",
                    "13800138000", "elder,child", "mother", "王小明", "",
                ]).prop_map(str::to_owned),
            ],
            0..18,
        )
    ) {
        for base in [Answers::new(), adult(), born("2012-05-01")] {
            let mut mixed = base;
            mixed.extend(typed.clone());
            if let Ok(kept) = apply(&mixed) {
                prop_assert_eq!(apply(&kept), Ok(kept.clone()));
            }
        }
    }
}

#[test]
fn an_appointment_lies_within_a_year() {
    let visit = |ends: &str| validate(paper("visit"), &answers(&[("ends_at", ends), ("mode", "visit")]), setting());
    assert!(visit("2027-02-14T09:00").is_ok());
    let far = visit("2027-02-16T09:00").unwrap_err();
    assert_eq!((far[0].field.as_str(), &far[0].problem), ("ends_at", &Problem::ImpossibleDay));
    assert!(visit("2026-02-14T09:60").is_err());
}
