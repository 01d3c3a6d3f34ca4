//! Forms and answers that nobody thought of.

use super::*;
use std::collections::BTreeSet;

/// Texts that are answers of some kind, or nearly.
const TYPED: [&str; 26] = [
    "",
    " ",
    "yes",
    "no",
    "on",
    "a",
    "b",
    "a,b",
    "a,z",
    "1",
    "2",
    "3",
    "12.5",
    "1,234.5",
    "１２",
    "-1",
    "0.001",
    "2026-02-14",
    "2024-02-29",
    "2026-02-30",
    "14:30",
    "1:30",
    "王小明",
    "13800138000",
    "mem_01900000000070008000000000000001",
    ",",
];

/// Kinds with what they need.
fn kinds() -> Vec<(&'static str, String)> {
    let plain = [
        "line",
        "paragraph",
        "name",
        "money",
        "day",
        "time",
        "moment",
        "duration",
        "yes_no",
        "member",
        "phone",
        "address",
    ];
    let plain = plain.into_iter().map(|kind| (kind, String::new()));
    let more = [
        ("number", "decimals = 1\nmin = -5".to_owned()),
        ("number", String::new()),
        ("choice", options(&[("a", Some(1)), ("b", Some(4)), ("c", None)])),
        ("choices", options(&[("a", Some(2)), ("b", Some(3))])),
        ("scale", "min = 0\nmax = 3".to_owned()),
        ("signature", String::new()),
    ];
    plain.chain(more).collect()
}

/// A form in which each field has one of the kinds, some in a table, some hidden, and a sum of what can be added up.
fn form() -> impl Strategy<Value = FormTemplate> {
    let kinds = kinds();
    let one = (0..kinds.len(), any::<bool>(), 0..4_usize);
    (prop::collection::vec(one.clone(), 0..6), prop::collection::vec(one, 1..5), any::<bool>()).prop_map(
        move |(fields, columns, given)| {
            let waits = |waits: usize| match waits {
                0 => "visible_if = { field = \"gate\", is = [\"yes\"] }\n",
                1 => "visible_if = { not = { field = \"points\", at_least = 2 } }\n",
                _ => "",
            };
            let describe =
                |write: fn(&str, &str, &str) -> String, prefix: &str, fields: &[(usize, bool, usize)]| -> String {
                    let one = |(place, (kind, required, condition)): (usize, &(usize, bool, usize))| {
                        let (kind, more) = &kinds[*kind];
                        let required = if *required { "required = true\n" } else { "" };
                        write(&format!("{prefix}{place}"), kind, &format!("{}{required}{more}", waits(*condition)))
                    };
                    fields.iter().enumerate().map(one).collect()
                };
            let rows = if given {
                "given = [{ zh = \"甲\", en = \"A\" }, { zh = \"乙\", en = \"B\" }]"
            } else {
                "rows = [0, 4]"
            };
            form_of(
                &[
                    field("gate", "yes_no", ""),
                    field("points", "scale", "min = 0\nmax = 3"),
                    describe(field, "f", &fields),
                    field("t", "table", rows),
                    describe(column, "c", &columns),
                    column("n", "number", "decimals = 2"),
                    column("m", "number", ""),
                    column("p", "computed", "compute = { product = [\"n\", \"m\"] }\ndecimals = 3"),
                    field("sum", "computed", "compute = { sum = [\"t.n\"] }"),
                    field("mean", "computed", "compute = { mean = [\"t.n\"] }\ndecimals = 1"),
                    field("count", "computed", "compute = { count = \"t\" }"),
                ]
                .concat(),
            )
        },
    )
}

fn typed() -> impl Strategy<Value = Answers> {
    let name = prop_oneof![
        (0..6_usize).prop_map(|field| format!("f{field}")),
        (0..6_usize).prop_map(|field| format!("f{field}.county")),
        (0..7_usize, 0..5_usize).prop_map(|(row, column)| format!("t.{row}.c{column}")),
        (1..7_usize, prop::sample::select(vec!["n", "m", "p"])).prop_map(|(row, column)| format!("t.{row}.{column}")),
        prop::sample::select(vec!["gate", "points", "sum", "count", "t", "t.x.n", "t.01.n"]).prop_map(str::to_owned),
    ];
    let answer = prop_oneof![9 => prop::sample::select(TYPED.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::btree_map(name, answer, 0..30)
}

/// A number as a slow reader has it: in thousandths.
fn thousandths(text: &str) -> i128 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits: i128 = format!("{whole}{decimals:0<3}").replace('-', "").parse().unwrap();
    if whole.starts_with('-') { -digits } else { digits }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is typed: nothing panics, what is kept is kept again unchanged, nothing hidden is kept, rows have no gaps, and
    /// what is computed is what a slow reader computes.
    #[test]
    fn what_is_kept_is_sound(form in form(), typed in typed()) {
        let judged = judge(&form, &typed, setting());
        for error in &judged.errors {
            prop_assert!(form.named(&error.field).is_some(), "{}", error.field);
            prop_assert!(!judged.hidden.contains(&error.field), "{}", error.field);
        }
        // Only what is wrong is left out: the rest is accepted.
        let mut mended = judged.answers.clone();
        for (place, error) in judged.errors.iter().enumerate() {
            mended.insert(error.field.clone(), TYPED[place % TYPED.len()].to_owned());
        }
        for typed in [&typed, &judged.answers, &mended] {
            let Ok(kept) = validate(&form, typed, setting()) else { continue };
            prop_assert_eq!(validate(&form, &kept, setting()), Ok(kept.clone()));
            let again = judge(&form, &kept, setting());
            prop_assert!(again.hidden.iter().all(|name| !kept.contains_key(name)));

            let there = rows(&kept, "t");
            let is_given = !form.field("t").unwrap().given.is_empty();
            prop_assert!(is_given || there == (1..=there.len()).collect::<BTreeSet<_>>(), "{:?}", there);
            prop_assert_eq!(&kept["count"], &there.len().to_string());
            let numbers: Vec<i128> =
                there.iter().filter_map(|row| kept.get(&cell("t", *row, "n"))).map(|number| thousandths(number)).collect();
            let sum = (!numbers.is_empty()).then(|| numbers.iter().sum::<i128>());
            prop_assert_eq!(kept.get("sum").map(|sum| thousandths(sum)), sum);
            // Half is rounded away from zero: twice the distance is never more than one tenth.
            if let (Some(sum), Some(mean)) = (sum, kept.get("mean")) {
                let count = numbers.len() as i128;
                let off = thousandths(mean) * count - sum;
                prop_assert!(off.abs() * 2 <= 100 * count, "{} of {:?}", mean, numbers);
                prop_assert!(off.abs() * 2 < 100 * count || (off > 0) == (sum > 0), "{} of {:?}", mean, numbers);
            }
            for row in &there {
                let factor = |column| kept.get(&cell("t", *row, column)).map(|number| thousandths(number));
                let product = factor("n").zip(factor("m")).map(|(n, m)| n * m / 1_000);
                prop_assert_eq!(kept.get(&cell("t", *row, "p")).map(|p| thousandths(p)), product);
            }
        }
    }
}
