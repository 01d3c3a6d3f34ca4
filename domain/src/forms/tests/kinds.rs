//! Each kind of answer, one by one.

use super::*;
use crate::attachments::Unfit;
use crate::packs::Pack;

const NO_CHOICE: Problem = Problem::NotAChoice;

fn between(min: i64, max: i64, decimals: u8) -> Problem {
    Problem::NotANumber { min: min.into(), max: max.into(), decimals }
}

#[test]
fn each_kind_of_answer_is_held_to_its_kind() {
    let options = &options(&[("a", None), ("b", None)]);
    let member = "mem_01900000000070008000000000000001";
    let unit = "uni_01900000000070008000000000000001";
    for (kind, more, typed, kept) in [
        ("choice", &**options, " b ", Ok("b")),
        ("choice", options, "c", Err(NO_CHOICE)),
        ("choices", options, "b, a,b", Ok("a,b")),
        ("choices", options, "a,c", Err(NO_CHOICE)),
        ("day", "", "2026-02-14", Ok("2026-02-14")),
        ("day", "", "2026-02-15", Err(Problem::FutureDay)),
        ("day", "future = true", "2026-02-15", Ok("2026-02-15")),
        ("day", "", "2024-02-29", Ok("2024-02-29")),
        ("day", "", "2025-02-29", Err(Problem::ImpossibleDay)),
        ("day", "", "1899-12-31", Err(Problem::ImpossibleDay)),
        ("day", "", "2026-02-30", Err(Problem::ImpossibleDay)),
        ("day", "", "14.2.2026", Err(Problem::NotADay)),
        ("day", "", "1951年3月15日", Ok("1951-03-15")),
        ("day", "", "1951", Err(Problem::YearAlone)),
        ("number", "min = 1\nmax = 5", "５", Ok("5")),
        ("number", "min = 1\nmax = 5", "6", Err(between(1, 5, 0))),
        ("number", "", "many", Err(between(0, 999_999, 0))),
        ("number", "", "1.5", Err(between(0, 999_999, 0))),
        ("number", "", "1,234", Ok("1234")),
        ("number", "decimals = 1\nmin = 35\nmax = 42", "３６．５", Ok("36.5")),
        ("number", "decimals = 1", "36", Ok("36.0")),
        ("number", "decimals = 1", "36.55", Err(Problem::TooManyDecimals { most: 1 })),
        ("number", "min = -10", "-10", Ok("-10")),
        ("money", "", "1,234.5", Ok("1234.50")),
        ("money", "", "１２．５", Ok("12.50")),
        ("money", "", "-1", Err(between(0, 999_999_999, 2))),
        ("money", "", "0.001", Err(Problem::TooManyDecimals { most: 2 })),
        ("money", "", "12元", Err(between(0, 999_999_999, 2))),
        ("time", "", "9:05", Ok("09:05")),
        ("time", "", "１４：３０", Ok("14:30")),
        ("time", "", "24:00", Err(Problem::NotATime)),
        ("time", "", "half past two", Err(Problem::NotATime)),
        ("duration", "", "01:30", Ok("1:30")),
        ("duration", "", "0:05", Ok("0:05")),
        ("duration", "", "90", Err(Problem::NotADuration)),
        ("duration", "", "1:60", Err(Problem::NotADuration)),
        ("duration", "", "-1:00", Err(Problem::NotADuration)),
        ("moment", "", "2026-02-14 09:30", Ok("2026-02-14T09:30")),
        ("scale", "min = 0\nmax = 3", "3", Ok("3")),
        ("scale", "min = 0\nmax = 3", "4", Err(NO_CHOICE)),
        ("scale", options, "b", Ok("b")),
        ("yes_no", "", "on", Ok("yes")),
        ("yes_no", "", "maybe", Err(NO_CHOICE)),
        ("yes_no", "must_be = \"yes\"", "no", Err(Problem::MustAgree)),
        ("name", "", "祖丽菲娅•艾山", Ok("祖丽菲娅·艾山")),
        ("line", "", "一\n二", Err(Problem::ControlCharacters)),
        ("line", "max = 2", "一二三", Err(Problem::TooLong { max: 2 })),
        (
            "photo",
            "",
            "att_01900000000070008000000000000001,,att_01900000000070008000000000000002,att_01900000000070008000000000000001",
            Ok("att_01900000000070008000000000000001,att_01900000000070008000000000000002"),
        ),
        (
            "photo",
            "max = 1",
            "att_01900000000070008000000000000001,att_01900000000070008000000000000002",
            Err(Problem::Attachment(Unfit::TooMany { most: 1 })),
        ),
        ("file", "", "办公室 2 号柜", Err(Problem::Attachment(Unfit::Gone))),
        ("file", "", "mem_01900000000070008000000000000001", Err(Problem::Attachment(Unfit::Gone))),
        ("identity_number", "", "110105202612310025", Err(Problem::FutureDay)),
        ("member", "", member, Ok(member)),
        ("member", "", unit, Err(NO_CHOICE)),
        ("member", "", "王小明", Err(NO_CHOICE)),
        ("noun", "of = \"unit\"", unit, Ok(unit)),
        ("noun", "of = \"unit\"", member, Err(NO_CHOICE)),
    ] {
        let form = form_of(&field("f", kind, more));
        let found = validate(&form, &answers(&[("f", typed)]), setting());
        let found = found.map(|kept| kept["f"].clone()).map_err(|errors| errors[0].problem.clone());
        assert_eq!(found, kept.map(str::to_owned), "{kind} {typed}");
        // A number that is kept as a fact reads as it was answered.
        let asked = form.field("f").unwrap();
        if let (Ok(kept), "number" | "money" | "time" | "duration") = (&found, kind) {
            assert_eq!(asked.answered(asked.amount(kept).unwrap().units()), *kept, "{kind} {typed}");
        }
    }
}

#[test]
fn what_is_no_answer_is_none() {
    for (kind, more, typed) in [
        ("line", "", "  "),
        ("choices", &*options(&[("a", None)]), " , ,"),
        ("signature", "required = true", "王小明"),
        ("text", "", "王小明"),
        ("auto", "auto = \"author\"", "王小明"),
    ] {
        let form = form_of(&field("f", kind, more));
        assert_eq!(validate(&form, &answers(&[("f", typed)]), setting()), Ok(Answers::new()), "{kind}");
    }
    let needed = form_of(&field("f", "choices", &format!("required = true\n{}", options(&[("a", None)]))));
    assert_eq!(validate(&needed, &answers(&[("f", ",")]), setting()).unwrap_err()[0].problem, Problem::Required);
}

#[test]
fn an_address_has_its_county_beside_it() {
    let form = form_of(&field("home", "address", ""));
    let typed = answers(&[("home", " 榕园路5号 "), ("home.county", " 广州市青山区 ")]);
    let kept = validate(&form, &typed, setting()).unwrap();
    assert_eq!(kept, answers(&[("home", "榕园路5号"), ("home.county", "广州市青山区")]));
    let long = validate(&form, &answers(&[("home.county", &"长".repeat(41))]), setting()).unwrap_err();
    assert_eq!((&*long[0].field, &long[0].problem), ("home.county", &Problem::TooLong { max: 40 }));
}

#[test]
fn conditions_ask_about_what_stands_above() {
    let form = |condition: &str| {
        let fields = [
            field("kind", "choice", &options(&[("a", Some(1)), ("b", Some(5))])),
            field("amount", "money", ""),
            field("length", "duration", ""),
            field("birth_date", "day", ""),
            field("f", "line", &format!("visible_if = {condition}")),
        ];
        form_of(&fields.concat())
    };
    let typed =
        answers(&[("kind", "b"), ("amount", "12.5"), ("length", "1:30"), ("birth_date", "1960-02-14"), ("f", "在")]);
    for (condition, holds) in [
        ("{ field = \"kind\", is = [\"a\", \"b\"] }", true),
        ("{ field = \"kind\", is_not = [\"b\"] }", false),
        ("{ field = \"kind\", at_least = 5 }", true),
        ("{ field = \"kind\", at_most = 4 }", false),
        ("{ field = \"amount\", at_least = 12.5 }", true),
        ("{ field = \"amount\", at_least = 12.51 }", false),
        ("{ field = \"length\", at_most = 90 }", true),
        ("{ field = \"length\", at_most = 89 }", false),
        ("{ age = [60, 200] }", true),
        ("{ age = [66, 66] }", true),
        ("{ minor = true }", false),
        ("{ pack = \"KP\" }", false),
        ("{ pack = \"SK\" }", true),
        ("{ all = [{ pack = \"S\" }, { minor = false }] }", true),
        ("{ all = [{ pack = \"S\" }, { minor = true }] }", false),
        ("{ any = [{ pack = \"K\" }, { minor = false }] }", true),
        ("{ not = { any = [{ pack = \"K\" }, { minor = false }] } }", false),
    ] {
        let setting = Setting { packs: Pack::S.into(), ..setting() };
        let form = form(condition);
        let judged = judge(&form, &typed, setting);
        assert_eq!(judged.hidden.contains("f"), !holds, "{condition}");
        assert_eq!(judged.answers.contains_key("f"), holds, "{condition}");
        let sent = toml::to_string(&form).unwrap();
        assert_eq!(FormTemplate::parse(&sent).unwrap(), form, "{condition} travels unchanged");
    }
}

#[test]
fn what_is_hidden_counts_as_not_answered_further_down() {
    let yes = |field: &str| format!("visible_if = {{ field = \"{field}\", is = [\"yes\"] }}");
    let form =
        form_of(&[field("a", "yes_no", ""), field("b", "yes_no", &yes("a")), field("c", "line", &yes("b"))].concat());
    let kept = validate(&form, &answers(&[("a", "no"), ("b", "yes"), ("c", "在")]), setting()).unwrap();
    assert_eq!(kept, answers(&[("a", "no")]));
}

#[test]
fn an_answer_may_be_needed_only_where_something_else_was_said() {
    let needed = "required_if = { field = \"a\", is = [\"yes\"] }";
    let form = form_of(&[field("a", "yes_no", ""), field("b", "line", needed)].concat());
    assert!(validate(&form, &answers(&[("a", "no")]), setting()).is_ok());
    let missing = validate(&form, &answers(&[("a", "yes")]), setting()).unwrap_err();
    assert_eq!((&*missing[0].field, &missing[0].problem), ("b", &Problem::Required));
}

#[test]
fn a_section_that_is_not_there_asks_nothing() {
    let form = FormTemplate::parse(
        "key = \"t\"\nversion = 1\ntitle = { zh = \"试\", en = \"T\" }\n\
         [[section]]\nkey = \"s\"\ntitle = { zh = \"试\", en = \"T\" }\nvisible_if = { pack = \"P\" }\n\
         [[section.field]]\nkey = \"f\"\nlabel = { zh = \"试\", en = \"T\" }\nkind = \"line\"\nrequired = true\n",
    )
    .unwrap();
    assert_eq!(validate(&form, &answers(&[("f", "在")]), setting()), Ok(Answers::new()));
    let there = Setting { packs: Pack::P.into(), ..setting() };
    assert!(validate(&form, &Answers::new(), there).is_err());
}

#[test]
fn what_follows_is_computed_and_never_taken() {
    let item = |key: &str| field(key, "scale", "min = 0\nmax = 3");
    let bands = "band = [{ from = 0, to = 4, label = { zh = \"没有症状\", en = \"No symptoms\" }, tone = \"good\" }, \
                 { from = 5, label = { zh = \"有症状\", en = \"Symptoms\" }, tone = \"late\" }]";
    let computed = |key: &str, more: &str| field(key, "computed", more);
    let form = form_of(
        &[
            item("q1"),
            item("q2"),
            item("q3"),
            field("from", "day", ""),
            field("to", "day", ""),
            field("begins", "time", ""),
            field("ends", "time", ""),
            field("budget", "money", ""),
            field("spent", "money", ""),
            field("kilos", "number", "decimals = 1"),
            computed(
                "score",
                &format!("compute = {{ sum = [\"q1\", \"q2\", \"q3\"] }}\nreverse = [\"q3\"]\n{bands}\nfact = true"),
            ),
            computed("mean", "compute = { mean = [\"q1\", \"q2\", \"q3\"] }"),
            computed("days", "compute = { difference = [\"to\", \"from\"] }"),
            computed("minutes", "compute = { difference = [\"ends\", \"begins\"] }"),
            computed("left", "compute = { difference = [\"budget\", \"spent\"] }"),
            computed("cost", "compute = { product = [\"kilos\", \"spent\"] }"),
            computed("doubled", "compute = { sum = [\"left\", \"left\"] }"),
        ]
        .concat(),
    );
    let typed = answers(&[
        ("q1", "1"),
        ("q2", "2"),
        ("q3", "1"),
        ("from", "2024-02-28"),
        ("to", "2024-03-01"),
        ("begins", "09:10"),
        ("ends", "10:00"),
        ("budget", "10"),
        ("spent", "12.5"),
        ("kilos", "1.5"),
        ("score", "0"),
        ("mean", "99"),
    ]);
    let kept = validate(&form, &typed, setting()).unwrap();
    for (key, answer) in [
        ("score", "5"),
        ("mean", "1.33"),
        ("days", "2"),
        ("minutes", "50"),
        ("left", "-2.50"),
        ("cost", "18.75"),
        ("doubled", "-5.00"),
    ] {
        assert_eq!(kept.get(key).map(String::as_str), Some(answer), "{key}");
    }
    let score = form.field("score").unwrap();
    assert_eq!(score.band(&kept["score"]).unwrap().label.zh, "有症状");
    assert_eq!(score.band("4").unwrap().tone, Tone::Good);
    assert_eq!(score.amount("5").map(Decimal::units), Some(5));
    assert_eq!(form.field("left").unwrap().amount("-2.50").map(Decimal::units), Some(-250));

    // Part of a score is no score; what was not spent is not known.
    let part = validate(&form, &answers(&[("q1", "1"), ("score", "0"), ("budget", "10")]), setting()).unwrap();
    assert_eq!(part, answers(&[("q1", "1"), ("budget", "10.00")]));
}

#[test]
fn what_lies_between_two_bands_belongs_to_the_lower_and_beyond_the_last_to_none() {
    let band = |from: &str, to: &str, tone: &str| {
        format!("{{ from = {from}, to = {to}, label = {{ zh = \"甲\", en = \"A\" }}, tone = \"{tone}\" }}")
    };
    let bands = format!("band = [{}, {}]", band("1", "1.9", "good"), band("2", "3", "late"));
    let form = form_of(
        &[
            field("q", "number", "decimals = 2"),
            field("f", "computed", &format!("compute = {{ mean = [\"q\"] }}\n{bands}")),
        ]
        .concat(),
    );
    let tone = |answer: &str| form.field("f").unwrap().band(answer).map(|band| band.tone);
    for (answer, expected) in [
        ("0.99", None),
        ("1.00", Some(Tone::Good)),
        ("1.95", Some(Tone::Good)),
        ("2.00", Some(Tone::Late)),
        ("3.00", Some(Tone::Late)),
        ("3.01", None),
        ("", None),
    ] {
        assert_eq!(tone(answer), expected, "{answer}");
    }
}
