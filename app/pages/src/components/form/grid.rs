//! A table of questions: on a wide screen a table, on a phone each row a block of its own. Rows come and go by buttons that post
//! the form; nothing is kept by that.

use domain::forms::{Answers, FieldKind, TemplateField, cell, rows};
use leptos::prelude::*;

use super::super::button::Button;
use super::super::icons::{Icon, icon};
use super::{Asking, named_words};
use crate::handling::Form;
use crate::ui::{Ui, Words};

/// The button that adds a row to a table says so by this name.
const ADD: &str = "add_row";
/// And the one that takes a row away.
const TAKE: &str = "take_row";

/// A table to be filled in.
pub(super) fn grid(asking: &Asking<'_>, table: &TemplateField) -> AnyView {
    let ui = asking.ui;
    let shown = table.shown_rows(asking.answers);
    let (fewest, most) = table.row_range();
    let is_given = !table.given.is_empty();
    let next = shown.last().map_or(1, |last| last + 1);
    let heads = table.columns.iter().map(|column| {
        let need = column.required.then(|| view! { <span class="field__need">{ui.t("必填", "required")}</span> });
        view! { <th scope="col">{ui.text(&column.label)}{need}</th> }.into_any()
    });
    let first = if is_given { ui.t("项目", "Item") } else { ui.t("行", "Row") };
    let lines = shown.iter().enumerate().map(|(place, row)| {
        let name: Words = match table.given_row(*row) {
            Some(given) => ui.text(given).into(),
            None => ui.words(|| format!("第 {} 行", place + 1), || format!("Row {}", place + 1)).into(),
        };
        let cells = table.columns.iter().map(|column| {
            view! { <td class="grid__cell">{asking.question(column, Some((table, *row)))}</td> }.into_any()
        });
        let id = format!("{}.{row}", table.key);
        // A row of which nothing is chosen yet is there all the same.
        let there = (!is_given).then(|| view! { <input type="hidden" name=cell(&table.key, *row, "") value=""/> });
        let take = (!is_given && shown.len() > 1).then(|| {
            let words = ui.words(|| format!("删去第 {} 行", place + 1), || format!("Take row {} away", place + 1));
            let button = Button::quiet(words).small().icon(Icon::Close);
            let back = format!("{}#{}", asking.action, table.key);
            view! { <td class="grid__take">{button.submit_to(TAKE, id.clone(), back)}</td> }
        });
        view! { <tr id=id.clone() tabindex="-1"><th scope="row">{name}{there}</th>{cells.collect_view()}{take}</tr> }
            .into_any()
    });
    let add = (!is_given && shown.len() < most).then(|| {
        let to = format!("{}#{}.{next}", asking.action, table.key);
        Button::plain(ui.t("添加一行", "Add a row")).icon(Icon::Plus).submit_to(ADD, table.key.clone(), to)
    });
    let need = (fewest > 0 && !is_given).then(|| view! { <span class="field__need">{ui.t("必填", "required")}</span> });
    let error = asking.errors.iter().find(|error| error.field == table.key);
    let error = error.map(|error| {
        let id = format!("{}-error", table.key);
        view! { <p class="field__error" id=id>{icon(Icon::Late)}<span>{error.problem.say(ui.lang)}</span></p> }
    });
    let when = table.visible_if.as_ref().map(|condition| asking.when(&table.key, condition, None));
    let off = when.as_ref().is_some_and(|when| !when.on);
    let mut class = String::from("field field--grid");
    for (is, word) in [(error.is_some(), " field--error"), (off, " field--off")] {
        class.push_str(if is { word } else { "" });
    }
    let when = when.map(|when| view! { <p class="field__when">{when.words}</p> });
    let help = table.help.as_ref().map(|help| view! { <p class="field__help">{ui.text(help)}</p> });
    let ends = (!is_given && shown.len() > 1)
        .then(|| view! { <th><span class="visually-hidden">{ui.t("删去", "Take away")}</span></th> });
    view! {
        <fieldset class=class id=table.key.clone()>
            <legend class="field__label">{ui.text(&table.label)}{need}</legend>
            {when}
            {help}
            {error}
            <div class="grid-box">
                <table class="grid">
                    <thead><tr><th scope="col">{first}</th>{heads.collect_view()}{ends}</tr></thead>
                    <tbody>{lines.collect_view()}</tbody>
                </table>
            </div>
            {add.map(|add| view! { <div class="grid__add">{add}</div> })}
        </fieldset>
    }
    .into_any()
}

/// A form whose table has one more row, or one fewer, where a button asked for that; none where none did.
#[must_use]
pub fn rows_changed(form: &Form) -> Option<Form> {
    let (add, take) = (form.get(ADD), form.get(TAKE));
    let answers = form.answers();
    let (table, changed) = match take.split_once('.') {
        Some((table, row)) => (table, domain::forms::without_row(answers, table, row.parse().ok()?)),
        None if add.is_empty() => return None,
        None => {
            let next = rows(&answers, add).last().map_or(1, |last| last + 1);
            let mut answers: Answers = answers;
            answers.insert(cell(add, next, ""), String::new());
            (add, answers)
        }
    };
    let begins = format!("{table}.");
    let others = form.0.iter().filter(|(name, _)| !name.starts_with(&begins) && name != ADD && name != TAKE);
    let cells = changed.into_iter().filter(|(name, _)| name.starts_with(&begins));
    Some(Form(others.cloned().chain(cells).collect()))
}

/// A filled table to be read.
#[must_use]
pub(super) fn told_rows(ui: Ui, table: &TemplateField, answers: &Answers) -> AnyView {
    let (heads, lines) = row_words(ui, table, answers);
    if lines.is_empty() {
        return view! { <span class="facts__none">"—"</span> }.into_any();
    }
    let heads = heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }.into_any());
    let lines = lines.into_iter().map(|line| {
        let cells = line.into_iter().map(|words| view! { <td>{words}</td> }.into_any());
        view! { <tr>{cells.collect_view()}</tr> }.into_any()
    });
    view! {
        <div class="grid-box">
            <table class="grid grid--told">
                <thead><tr>{heads.collect_view()}</tr></thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What stands above the columns, and the rows in words; a checklist's begin with the words that are given.
fn row_words(ui: Ui, table: &TemplateField, answers: &Answers) -> (Vec<Words>, Vec<Vec<String>>) {
    let there = match table.given.len() {
        0 => rows(answers, &table.key),
        given => (1..=given).collect(),
    };
    (heads(ui, table), there.into_iter().map(|row| line_words(ui, table, answers, row)).collect())
}

/// What stands above the columns of a filled table.
pub(crate) fn heads(ui: Ui, table: &TemplateField) -> Vec<Words> {
    let first = (!table.given.is_empty()).then(|| ui.t("项目", "Item").into());
    first.into_iter().chain(table.columns.iter().map(|column| ui.text(&column.label).into())).collect()
}

/// One row in words.
pub(crate) fn line_words(ui: Ui, table: &TemplateField, answers: &Answers, row: usize) -> Vec<String> {
    let given = table.given_row(row).map(|given| ui.text(given));
    let cells = table.columns.iter().map(|column| match column.kind {
        FieldKind::Signature => String::new(),
        _ => named_words(ui, column, answers, &cell(&table.key, row, &column.key)),
    });
    given.into_iter().chain(cells).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn rows_come_and_go_and_nothing_else_changes() {
        let sent = [("operation", "1"), ("t.1.", ""), ("t.1.a", "一"), ("t.3.a", "x"), ("t.3.a", "y"), ("text", "在")];
        assert_eq!(rows_changed(&form(&sent)), None);

        let with =
            |button: (&'static str, &'static str)| rows_changed(&form(&[&sent[..], &[button]].concat())).unwrap();
        let added = with(("add_row", "t"));
        let expected =
            [("operation", "1"), ("text", "在"), ("t.1.", ""), ("t.1.a", "一"), ("t.3.a", "x,y"), ("t.4.", "")];
        assert_eq!(added, form(&expected));
        assert_eq!(with(("take_row", "t.1")), form(&[("operation", "1"), ("text", "在"), ("t.2.a", "x,y")]));
        assert_eq!(rows_changed(&form(&[("add_row", "t")])), Some(form(&[("t.1.", "")])));
    }
}
