use std::collections::BTreeSet;

use super::*;
use crate::forms::Privacy;
use crate::numbers::Series;
use crate::workflow::Workflow;

const FORM: &str = r#"
key = "slip"
version = 1
title = { zh = "单", en = "Slip" }
[[section]]
key = "a"
title = { zh = "内容", en = "Content" }
[[section.field]]
key = "on"
label = { zh = "日期", en = "Day" }
kind = "day"
[[section.field]]
key = "text"
label = { zh = "内容", en = "Text" }
kind = "line"
"#;

const REGISTER: &str = r#"
key = "slip"
title = { zh = "单", en = "Slip" }
area = "PLN"
norm = []
life = "note"
form = "slip"
lies_in = "case"
while = ["opened"]
signs = []
[rights]
write = { head = "all" }
read = { head = "all" }
[seen_by]
district = "never"
evaluator = "never"
[keep]
archive = "service"
"#;

fn read(register: &str) -> Result<Registers, String> {
    Registers::parse(&[("slip.toml", register)], &[("form.toml", FORM)]).map_err(|broken| broken.to_string())
}

#[test]
fn what_is_no_register_is_refused_with_its_line() {
    assert!(read(REGISTER).is_ok());
    for (was, is, said) in [
        ("life = \"note\"", "life = \"cat\"", "line 6"),
        ("form = \"slip\"", "form = \"slop\"", "slip.toml line 7: there is no form `slop`"),
        ("lies_in = \"case\"", "lies_in = \"moon\"", "line 8"),
        ("while = [\"opened\"]", "while = []", "slip.toml line 9: it can never be written"),
        ("signs = []", "signs = []\noccurred = \"text\"", "slip.toml line 11: `text` is no day and no moment"),
        ("signs = []", "signs = []\ngist = \"nothing\"", "slip.toml line 11: the form has no field `nothing`"),
        ("signs = []", "signs = []\nabout = { register = \"x\", states = [] }", "there is no register `x`"),
        ("signs = []", "signs = []\ncolour = \"red\"", "line 11"),
        (
            "[seen_by]",
            "[seen_by]\npublic = { only = { field = \"on\", is = [] }, sections = [] }",
            "line 15: only papers of the organisation itself are public",
        ),
        ("key = \"slip\"", "key = \"case\"", "`case` names something else already"),
        ("life = \"note\"", "life = \"approval\"", "who decides is said where its life has decisions"),
        ("head = \"all\"", "cook = \"all\"", "line 12"),
    ] {
        let refused = read(&REGISTER.replacen(was, is, 1)).unwrap_err();
        assert!(refused.starts_with("slip.toml") && refused.contains(said), "{is}: {refused}");
    }
}

#[test]
fn what_is_public_tells_of_nobody() {
    let registers = Registers::builtin();
    let (policy, public) = registers.public().find(|(register, _)| register.key == "policy").unwrap();
    let form = public.part_of(registers.form(policy).unwrap());
    for (field, is_shown) in
        [("title", true), ("articles", true), ("interpreted_by", false), ("discussion", false), ("handover", false)]
    {
        assert_eq!(form.field(field).is_some(), is_shown, "{field}");
    }
    let columns: Vec<&str> = form.field("appendices").unwrap().columns.iter().map(|column| &*column.key).collect();
    assert_eq!(columns, ["kind", "title"], "a file stays in the house");
    for (register, public) in registers.public() {
        for field in public.part_of(registers.form(register).unwrap()).fields() {
            let columns = field.columns.iter().chain([field]);
            assert!(
                columns.clone().all(|field| field.privacy == Privacy::Plain && field.refers_to().is_none()),
                "{}",
                field.key
            );
        }
    }
}

#[test]
fn whoever_writes_about_a_paper_may_read_it() {
    let other = REGISTER.replace("key = \"slip\"", "key = \"note\"").replace("read = { head", "read = { nurse");
    let about = REGISTER.replace("signs = []", "signs = []\nabout = { register = \"note\", states = [] }");
    let files = [("note.toml", &*other), ("slip.toml", &*about)];
    let refused = Registers::parse(&files, &[("form.toml", FORM)]).unwrap_err().to_string();
    assert!(refused.contains("`head` writes it and may not read `note`"), "{refused}");
}

#[test]
fn a_paper_keeps_the_version_of_its_form() {
    let registers = read(REGISTER).unwrap();
    let slip = registers.get("slip").unwrap().clone();
    let second = FormTemplate::parse(&FORM.replace("version = 1", "version = 2").replace("内容", "正文")).unwrap();
    let registers = registers.with_form(second);
    assert_eq!(registers.form(&slip).unwrap().version, 2);
    let label =
        |version| registers.form_as_it_was(&slip, version).map(|form| form.field("text").unwrap().label.zh.clone());
    assert_eq!(label(1).as_deref(), Some("内容"));
    assert_eq!(label(2).as_deref(), Some("正文"));
    assert_eq!(label(3), None);
}

#[test]
fn papers_of_a_case_name_states_of_a_case() {
    use crate::cases::CaseState;
    for register in Registers::builtin().of_file(Object::Case) {
        for state in register.file_states.iter().chain(&register.corrected_while) {
            assert!(CaseState::parse(state).is_ok_and(|state| !state.is_end()), "{}: {state}", register.key);
        }
    }
}

/// A finding that opens from a row says what the row said, and asks for nothing else that somebody would have to fill in.
#[test]
fn what_opens_from_a_row_takes_over_its_columns() {
    let registers = Registers::builtin();
    let form = |register: &str| registers.get(register).and_then(|register| registers.form(register)).unwrap();
    for register in registers.iter() {
        for spawn in &register.spawns {
            let opened = form(&spawn.register);
            let rows = form(&register.key).field(&spawn.from).unwrap();
            for column in &rows.columns {
                let taken = opened.field(&column.key).unwrap_or_else(|| panic!("{}: {}", register.key, column.key));
                let same = (&taken.kind, &taken.options, taken.fact, taken.max);
                assert_eq!(same, (&column.kind, &column.options, column.fact, column.max), "{}", column.key);
            }
            let added = opened.fields().filter(|field| rows.column(&field.key).is_none());
            for field in added.filter(|field| field.required) {
                assert!(field.at_first.is_some(), "{}: nobody fills in {}", register.key, field.key);
            }
        }
    }
}

#[test]
fn no_two_registers_share_the_letters_of_their_numbers() {
    let registers = Registers::builtin().iter().filter_map(|register| register.series.clone());
    let all: Vec<SeriesCode> = registers.chain(Series::ALL.map(SeriesCode::from)).collect();
    let distinct: BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(distinct.len(), all.len(), "{distinct:?}");
}
