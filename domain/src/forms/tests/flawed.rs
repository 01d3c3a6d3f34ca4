//! Forms that contradict themselves, and the line at which they are told so.

use super::*;

#[test]
fn a_form_that_contradicts_itself_is_refused_at_its_line() {
    let a = &field("a", "line", "");
    let choose = &options(&[("x", None), ("y", Some(1))]);
    let table = &(field("t", "table", "rows = [0, 5]") + &column("n", "number", "") + &column("w", "line", ""));
    let scale = &field("q", "scale", "min = 0\nmax = 3");
    let with = |kind: &str, more: &str| a.clone() + &field("b", kind, more);
    assert!(read_form(&with("line", "")).is_ok());
    assert!(read_form(&(table.clone() + scale)).is_ok());
    let mut wrong = Vec::new();
    for (fields, said) in [
        (a.clone() + a, "line 13: a: its key is used twice"),
        (with("line", "colour = \"red\""), "line 16"),
        (with("cat", ""), "line 15"),
        (field("A", "line", ""), "line 8: A: its key is written in small letters"),
        (field("version", "line", ""), "line 8: version: its key is a word of the page's own"),
        (with("choice", ""), "line 13: b: a choice needs options"),
        (with("line", choose), "options belong to choices and scales"),
        (with("choice", &options(&[("x", None), ("x", None)])), "line 13: b: an option is offered twice"),
        (with("choice", &options(&[("x,y", None)])), "an option's value is empty, or has a comma"),
        (with("line", "fact = true"), "line 13: b: a fact is a number"),
        (with("paragraph", "fact = true"), "a fact is a number"),
        (with("client", "fact = true"), "a fact is a number"),
        (with("line", "visible_if = { moon = \"full\" }"), "line 16"),
        (with("line", "visible_if = { minor = true, age = [1, 2] }"), "a condition says one thing"),
        (with("line", "visible_if = { field = \"a\" }"), "a condition says one thing"),
        (
            with("line", "visible_if = { field = \"b\", is = [\"x\"] }"),
            "line 13: b: it names `b`, which does not come before it",
        ),
        (with("line", "visible_if = { field = \"c\", is = [\"x\"] }") + &field("c", "choice", choose), "it names `c`"),
        (with("line", "visible_if = { any = [{ not = { field = \"c\", is = [\"x\"] } }] }"), "it names `c`"),
        (
            with("line", "visible_if = { field = \"a\", is = [\"x\"] }"),
            "it waits for an answer of `a`, which is no choice",
        ),
        (
            field("a", "yes_no", "") + &field("b", "line", "visible_if = { field = \"a\", is = [\"on\"] }"),
            "it waits for `on`",
        ),
        (with("line", "required_if = { field = \"a\", at_least = 1 }"), "it compares `a`, which is no number"),
        (with("line", "visible_if = { all = [] }"), "all and any name conditions"),
        (with("line", "visible_if = { pack = \"Z\" }"), "line 16"),
        (with("computed", ""), "compute belongs to what is computed"),
        (with("computed", "compute = { sum = [\"a\"] }"), "line 13: b: `a` is no number and has no score"),
        (with("computed", "compute = { sum = [\"b\"] }"), "it names `b`, which does not come before it"),
        (with("computed", "compute = { sum = [\"c\"] }") + &field("c", "number", ""), "it names `c`"),
        (with("computed", "compute = { sum = [] }"), "it is computed from nothing"),
        (with("computed", "compute = { sum = [\"a\"], mean = [\"a\"] }"), "one thing is computed"),
        (with("computed", "compute = { count = \"a\" }"), "it counts the rows of `a`, which is no table"),
        (table.clone() + &field("b", "computed", "compute = { sum = [\"t.w\"] }"), "`t.w` is no number"),
        (table.clone() + &field("b", "computed", "compute = { sum = [\"t.x\"] }"), "there is no such column"),
        (
            table.clone()
                + &field("b", "computed", "compute = { count = \"t\", where = { column = \"w\", is = [\"x\"] } }"),
            "`where` names what the column does not offer",
        ),
        (
            field("m", "money", "")
                + &field("n", "number", "")
                + &field("b", "computed", "compute = { sum = [\"m\", \"n\"] }"),
            "it computes from what does not go together",
        ),
        (scale.clone() + &field("b", "computed", "compute = { sum = [\"q\"] }\nreverse = [\"r\"]"), "it scores `r`"),
        (
            scale.clone()
                + &field(
                    "b",
                    "computed",
                    "compute = { sum = [\"q\"] }\nband = [{ from = 0, to = 2, label = { zh = \"甲\", en = \"A\" }, tone = \"good\" }, \
                     { from = 2, to = 3, label = { zh = \"乙\", en = \"B\" }, tone = \"late\" }]",
                ),
            "bands follow one another",
        ),
        (field("t", "table", "rows = [0, 5]"), "line 8: t: columns belong to tables"),
        (table.replace("rows = [0, 5]", "rows = [0, 501]"), "line 8: t: a table has at most 500 rows"),
        (table.replace("rows = [0, 5]", "rows = [6, 5]"), "rows says the fewest and the most"),
        (table.clone() + &column("n", "line", ""), "line 23: n: its key is used twice in its table"),
        (table.clone() + &column("x", "table", ""), "a column is no table"),
        (
            table.clone()
                + &column("x", "line", "visible_if = { field = \"y\", is = [\"x\"] }")
                + &column("y", "choice", choose),
            "to its left",
        ),
        (
            table.clone() + &column("x", "choices", &format!("{choose}\nfact = true")),
            "a column of several choices is no fact",
        ),
        (with("line", "given = [{ zh = \"甲\", en = \"A\" }]"), "rows and given belong to tables"),
        (with("line", "decimals = 1"), "decimals belong to a number"),
        (with("number", "decimals = 5"), "at most four decimals"),
        (with("number", "min = 2\nmax = 1"), "min is larger than max"),
        (with("scale", "min = 0"), "a scale has options, or min and max"),
        (with("scale", "min = 0\nmax = 100"), "two to eleven points"),
        (with("noun", ""), "a noun says of which kind"),
        (with("noun", "of = \"rule\""), "a noun is one that can be chosen"),
        (with("auto", ""), "what the system fills in says what"),
        (with("text", "required = true"), "nobody answers it"),
        (with("line", "at_first = \"now\""), "at_first belongs to days"),
    ] {
        let refused = read_form(&fields).map(|_| fields).map_err(|broken| broken.to_string());
        if !refused.as_ref().is_err_and(|broken| broken.contains(said)) {
            wrong.push(format!("{said}: {refused:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
