use proptest::prelude::*;

use super::*;
use crate::choice::Choice;
use crate::lang::Lang;
use crate::refusal::Problem;
use crate::registers::Registers;
use crate::time::Day;
use crate::{applications, clients, identity};

fn today() -> Day {
    Day::parse("2026-02-14").unwrap()
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
    validate(FormTemplate::builtin(FormKey::Application), answers, today())
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
        let field = form.field(field).unwrap();
        let offered: Vec<_> =
            field.options.iter().map(|o| (o.value.as_str(), o.label.zh.as_ref(), o.label.en.as_ref())).collect();
        let known: Vec<_> = C::all().iter().map(|c| (c.code(), c.say(Lang::Zh), c.say(Lang::En))).collect();
        assert_eq!(offered, known);
    }
    let application = FormTemplate::builtin(FormKey::Application);
    offers::<identity::DocumentKind>(application, "document_kind");
    offers::<identity::Sex>(application, "sex");
    offers::<clients::PersonKind>(application, "person_kinds");
    offers::<clients::Relation>(application, "guardian_relation");
    offers::<applications::ScreeningMethod>(paper("assessment"), "methods");
    offers::<applications::TellMode>(paper("closing"), "told_how");
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
        let missing = validate(form, &Answers::new(), today()).unwrap_err();
        let missing: Vec<&str> = missing.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(missing.join(" "), wanted, "{}", form.key);
    }
    let unexplained = validate(FormTemplate::builtin(FormKey::Agreement), &answers(&[("explained", "no")]), today());
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

#[test]
fn each_kind_of_answer_is_held_to_its_kind() {
    let form = |kind: &str, more: &str| {
        let file = format!(
            "key = \"test\"\nversion = 1\ntitle = {{ zh = \"试\", en = \"Test\" }}\n\
             [[section]]\nkey = \"s\"\ntitle = {{ zh = \"试\", en = \"Test\" }}\n\
             [[section.field]]\nkey = \"f\"\nlabel = {{ zh = \"试\", en = \"Test\" }}\nkind = \"{kind}\"\n{more}\n"
        );
        FormTemplate::parse(&file).unwrap()
    };
    let options = "option = [{ value = \"a\", label = { zh = \"甲\", en = \"A\" } }, { value = \"b\", label = { zh = \"乙\", en = \"B\" } }]";
    for (kind, more, typed, kept) in [
        ("choice", options, " b ", Ok("b")),
        ("choice", options, "c", Err(Problem::NotAChoice)),
        ("choices", options, "b, a,b", Ok("a,b")),
        ("choices", options, "a,c", Err(Problem::NotAChoice)),
        ("day", "", "2026-02-14", Ok("2026-02-14")),
        ("day", "", "2026-02-15", Err(Problem::FutureDay)),
        ("day", "future = true", "2026-02-15", Ok("2026-02-15")),
        ("day", "", "1899-12-31", Err(Problem::ImpossibleDay)),
        ("day", "", "2026-02-30", Err(Problem::ImpossibleDay)),
        ("day", "", "14.2.2026", Err(Problem::NotADay)),
        ("number", "min = 1\nmax = 5", "５", Ok("5")),
        ("number", "min = 1\nmax = 5", "6", Err(Problem::NotANumber { min: 1, max: 5 })),
        ("number", "", "many", Err(Problem::NotANumber { min: 0, max: 999_999 })),
        ("yes_no", "", "on", Ok("yes")),
        ("yes_no", "", "maybe", Err(Problem::NotAChoice)),
        ("yes_no", "must_be = \"yes\"", "no", Err(Problem::MustAgree)),
        ("day", "", "1951年3月15日", Ok("1951-03-15")),
        ("day", "", "1951", Err(Problem::YearAlone)),
        ("name", "", "祖丽菲娅•艾山", Ok("祖丽菲娅·艾山")),
        ("line", "", "一\n二", Err(Problem::ControlCharacters)),
        ("identity_number", "", "110105202612310025", Err(Problem::FutureDay)),
    ] {
        let found = validate(&form(kind, more), &answers(&[("f", typed)]), today());
        let found = found.map(|kept| kept["f"].clone()).map_err(|errors| errors[0].problem.clone());
        assert_eq!(found, kept.map(str::to_owned), "{kind} {typed}");
    }
    assert!(validate(&form("line", ""), &Answers::new(), today()).unwrap().is_empty());
}

#[test]
fn a_form_that_contradicts_itself_is_refused() {
    let form = |fields: &str| {
        FormTemplate::parse(&format!(
            "key = \"test\"\nversion = 1\ntitle = {{ zh = \"试\", en = \"Test\" }}\n\
             [[section]]\nkey = \"s\"\ntitle = {{ zh = \"试\", en = \"Test\" }}\n{fields}"
        ))
    };
    let field = |key: &str, more: &str| {
        format!("[[section.field]]\nkey = \"{key}\"\nlabel = {{ zh = \"试\", en = \"T\" }}\nkind = \"line\"\n{more}\n")
    };
    assert!(form(&field("a", "")).is_ok());
    for (what, fields) in [
        ("a key twice", field("a", "") + &field("a", "")),
        ("a choice without options", field("a", "").replace("line", "choice")),
        ("a line with options", field("a", "option = [{ value = \"x\", label = { zh = \"甲\", en = \"X\" } }]")),
        ("it waits for a later field", field("a", "visible_if = { field = \"b\", is = [\"x\"] }") + &field("b", "")),
        ("an unknown condition", field("a", "visible_if = { moon = \"full\" }")),
        ("an unknown word", field("a", "colour = \"red\"")),
    ] {
        assert!(form(&fields).is_err(), "{what}");
    }
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
    let visit = |ends: &str| validate(paper("visit"), &answers(&[("ends_at", ends), ("mode", "visit")]), today());
    assert!(visit("2027-02-14T09:00").is_ok());
    let far = visit("2027-02-16T09:00").unwrap_err();
    assert_eq!((far[0].field.as_str(), &far[0].problem), ("ends_at", &Problem::ImpossibleDay));
    assert!(visit("2026-02-14T09:60").is_err());
}
