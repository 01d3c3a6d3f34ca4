//! Rows of answers.

use super::*;

fn hazards(most: usize) -> FormTemplate {
    let choose = options(&[("serious", None), ("slight", None)]);
    form_of(
        &[
            field("hazards", "table", &format!("rows = [0, {most}]")),
            column("what", "line", "required = true"),
            column("level", "choice", &format!("required = true\n{choose}\nfact = true")),
            column("why", "line", "visible_if = { field = \"level\", is = [\"serious\"] }\nrequired = true"),
            field("all", "computed", "compute = { count = \"hazards\" }\nfact = true"),
            field(
                "serious",
                "computed",
                "compute = { count = \"hazards\", where = { column = \"level\", is = [\"serious\"] } }",
            ),
        ]
        .concat(),
    )
}

fn problems(form: &FormTemplate, typed: &Answers) -> Vec<(String, Problem)> {
    let errors = validate(form, typed, setting()).unwrap_err();
    errors.into_iter().map(|error| (error.field, error.problem)).collect()
}

fn at(field: &str, problem: Problem) -> (String, Problem) {
    (field.to_owned(), problem)
}

#[test]
fn rows_are_counted_without_gaps_and_empty_ones_are_none() {
    let typed = answers(&[
        ("hazards.1.what", "插座松动"),
        ("hazards.1.level", "slight"),
        ("hazards.1.why", "不该在"),
        ("hazards.2.what", " "),
        ("hazards.2.level", ""),
        ("hazards.4.what", "通道堵塞"),
        ("hazards.4.level", "serious"),
        ("hazards.4.why", "堆放杂物"),
        ("hazards.10.what", "灭火器过期"),
        ("hazards.10.level", "slight"),
        ("hazards.9.what", "门锁坏"),
        ("hazards.9.level", "slight"),
        ("hazards.09.what", "不是一行"),
        ("hazards.x.what", "不是一行"),
        ("hazards.0.what", "不是一行"),
        ("hazards.12.gone", "没有这一列"),
        ("all", "99"),
    ]);
    let kept = validate(&hazards(50), &typed, setting()).unwrap();
    let expected = answers(&[
        ("hazards.1.what", "插座松动"),
        ("hazards.1.level", "slight"),
        ("hazards.2.what", "通道堵塞"),
        ("hazards.2.level", "serious"),
        ("hazards.2.why", "堆放杂物"),
        ("hazards.3.what", "门锁坏"),
        ("hazards.3.level", "slight"),
        ("hazards.4.what", "灭火器过期"),
        ("hazards.4.level", "slight"),
        ("all", "4"),
        ("serious", "1"),
    ]);
    assert_eq!(kept, expected);
    assert_eq!(validate(&hazards(50), &kept, setting()), Ok(kept));
}

#[test]
fn every_problem_is_named_at_its_cell_by_the_row_that_was_sent() {
    let typed = answers(&[("hazards.3.level", "serious"), ("hazards.7.what", "门"), ("hazards.7.level", "bad")]);
    assert_eq!(
        problems(&hazards(50), &typed),
        [
            at("hazards.3.what", Problem::Required),
            at("hazards.3.why", Problem::Required),
            at("hazards.7.level", Problem::NotAChoice),
        ]
    );
    let judged = judge(&hazards(50), &typed, setting());
    assert!(!judged.hidden.contains("hazards.3.why") && judged.hidden.contains("hazards.7.why"));
    assert_eq!(hazards(50).named("hazards.3.what").unwrap().key, "what");
}

#[test]
fn five_hundred_rows_fit_and_one_more_does_not() {
    let form = hazards(500);
    let rows = |count: usize| -> Answers {
        let row = |row| {
            [(cell("hazards", row, "what"), "门".to_owned()), (cell("hazards", row, "level"), "slight".to_owned())]
        };
        (1..=count).flat_map(row).collect()
    };
    let kept = validate(&form, &rows(500), setting()).unwrap();
    assert_eq!(kept["all"], "500");
    assert_eq!(problems(&form, &rows(501)), [at("hazards", Problem::TooManyRows { max: 500 })]);
}

#[test]
fn a_table_may_need_rows() {
    let table = |more: &str| form_of(&[field("t", "table", more), column("what", "line", "")].concat());
    let one = answers(&[("t.1.what", "一")]);
    assert_eq!(problems(&table("required = true"), &Answers::new()), [at("t", Problem::Required)]);
    assert!(validate(&table("required = true"), &one, setting()).is_ok());
    assert_eq!(problems(&table("rows = [2, 9]"), &one), [at("t", Problem::TooFewRows { min: 2 })]);
    assert_eq!(problems(&table("rows = [1, 9]"), &answers(&[("t.1.what", " ")])), [at("t", Problem::Required)]);
}

#[test]
fn the_rows_of_a_checklist_are_given() {
    let given = "given = [{ zh = \"灭火器\", en = \"Extinguishers\" }, { zh = \"通道\", en = \"Exits\" }]";
    let form = form_of(
        &[
            field("list", "table", given),
            column("fine", "yes_no", "required = true\nfact = true"),
            column("note", "line", "required_if = { field = \"fine\", is = [\"no\"] }"),
        ]
        .concat(),
    );
    assert_eq!(
        problems(&form, &answers(&[("list.2.fine", "no"), ("list.3.fine", "maybe")])),
        [at("list.1.fine", Problem::Required), at("list.2.note", Problem::Required)],
        "a third row is not there"
    );
    let typed = answers(&[("list.1.fine", "yes"), ("list.2.fine", "no"), ("list.2.note", "堵"), ("list.1.zh", "改了")]);
    let kept = validate(&form, &typed, setting()).unwrap();
    assert_eq!(kept, answers(&[("list.1.fine", "yes"), ("list.2.fine", "no"), ("list.2.note", "堵")]));
    assert_eq!(form.field("list").unwrap().given_row(2).unwrap().zh, "通道");
    assert_eq!(form.field("list").unwrap().given_row(3), None);

    // Rows keep their places, for their words do.
    let free = form_of(&[field("list", "table", given), column("note", "line", "")].concat());
    let second = answers(&[("list.2.note", "堵")]);
    assert_eq!(validate(&free, &second, setting()), Ok(second));
}

#[test]
fn rows_are_computed_and_added_up() {
    let form = form_of(
        &[
            field("items", "table", "rows = [0, 9]"),
            column("quantity", "number", ""),
            column("price", "money", ""),
            column("amount", "computed", "compute = { product = [\"quantity\", \"price\"] }\nfact = true"),
            column("length", "duration", ""),
            field("total", "computed", "compute = { sum = [\"items.amount\"] }"),
            field("long", "computed", "compute = { sum = [\"items.length\"] }"),
        ]
        .concat(),
    );
    let typed = answers(&[
        ("items.2.quantity", "3"),
        ("items.2.price", "1,000.05"),
        ("items.2.amount", "1"),
        ("items.2.length", "0:45"),
        ("items.3.amount", "99"),
        ("items.5.quantity", "2"),
        ("items.5.length", "1:30"),
        ("items.6.quantity", "1"),
        ("items.6.price", "0.5"),
    ]);
    let kept = validate(&form, &typed, setting()).unwrap();
    let expected = answers(&[
        ("items.1.quantity", "3"),
        ("items.1.price", "1000.05"),
        ("items.1.amount", "3000.15"),
        ("items.1.length", "0:45"),
        ("items.2.quantity", "2"),
        ("items.2.length", "1:30"),
        ("items.3.quantity", "1"),
        ("items.3.price", "0.50"),
        ("items.3.amount", "0.50"),
        ("total", "3000.65"),
        ("long", "2:15"),
    ]);
    assert_eq!(kept, expected);
}

#[test]
fn a_form_asks_for_what_it_names_and_nothing_else() {
    let form = form_of(
        &[
            field("home", "address", ""),
            field("t", "table", "rows = [0, 9]"),
            column("what", "line", ""),
            column("place", "address", ""),
            column("all", "signature", ""),
        ]
        .concat(),
    );
    for name in ["home", "home.county", "t.1.what", "t.500.what", "t.2.place.county"] {
        assert!(form.asks(name), "{name}");
    }
    for name in
        ["", "t", "gone", "home.street", "t.what", "t.0.what", "t.01.what", "t.501.what", "t.1.all", "t.1.what.county"]
    {
        assert!(!form.asks(name), "{name}");
    }
}

#[test]
fn a_row_is_taken_away_and_those_below_move_up() {
    let typed = answers(&[("t.1.a", "一"), ("t.2.a", "二"), ("t.2.b", "乙"), ("t.3.a", "三"), ("tt.2.a", "别的")]);
    let left = answers(&[("t.1.a", "一"), ("t.2.a", "三"), ("tt.2.a", "别的")]);
    assert_eq!(without_row(typed, "t", 2), left);
}
