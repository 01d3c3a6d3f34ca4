//! Tables: rows of answers in one flat map. A cell's name is its table, its row counted from 1, and its column: `hazards.3.what`.

use std::collections::BTreeSet;

use super::template::{FieldKind, FormTemplate, TemplateField};
use super::validate::{Answers, Setting};

/// The most rows of any table.
pub const MOST_ROWS: usize = 500;
/// The second part of an address.
const COUNTY: &str = "county";
/// The most rows where the table does not say.
const ROWS: usize = 100;

/// The name of a cell.
#[must_use]
pub fn cell(table: &str, row: usize, column: &str) -> String {
    format!("{table}.{row}.{column}")
}

/// The name of the second answer of an address: which county it lies in.
#[must_use]
pub fn county(address: &str) -> String {
    format!("{address}.{COUNTY}")
}

/// The rows of a table of which something was answered, or sent empty.
#[must_use]
pub fn rows(answers: &Answers, table: &str) -> BTreeSet<usize> {
    cells(answers, table).map(|(row, ..)| row).collect()
}

/// What stands in a table: row, column and answer.
pub(super) fn cells<'a>(answers: &'a Answers, table: &str) -> impl Iterator<Item = (usize, &'a str, &'a str)> {
    let begins = format!("{table}.");
    let from = begins.len();
    let of_table = answers.range(begins.clone()..).take_while(move |(name, _)| name.starts_with(&begins));
    of_table.filter_map(move |(name, answer)| {
        let (row, column) = row_of(name.get(from..)?)?;
        Some((row, column, answer.as_str()))
    })
}

impl FormTemplate {
    /// Whether an answer of this name is asked for: a field's, an address's county, a cell's.
    #[must_use]
    pub fn asks(&self, name: &str) -> bool {
        let answers = |field: &TemplateField, rest: Option<&str>| match rest {
            None => field.kind.is_asked(),
            Some(rest) => field.kind == FieldKind::Address && rest == COUNTY,
        };
        let (key, rest) = name.split_once('.').map_or((name, None), |(key, rest)| (key, Some(rest)));
        let Some(field) = self.field(key) else { return false };
        if field.kind != FieldKind::Table {
            return answers(field, rest);
        }
        let Some((row, column)) = rest.and_then(row_of) else { return false };
        let (column, rest) = column.split_once('.').map_or((column, None), |(column, rest)| (column, Some(rest)));
        row <= MOST_ROWS && field.column(column).is_some_and(|column| answers(column, rest))
    }
}

/// The number and the rest of `3.what`; a number that is not written as one is no row.
fn row_of(name: &str) -> Option<(usize, &str)> {
    let (number, rest) = name.split_once('.')?;
    let row: usize = number.parse().ok()?;
    (row > 0 && row.to_string() == number).then_some((row, rest))
}

/// The same answers with the rows of every table counted without gaps; a checklist's rows keep their places.
pub(super) fn closed_up(form: &FormTemplate, mut answers: Answers) -> Answers {
    for table in form.fields().filter(|field| !field.columns.is_empty() && field.given.is_empty()) {
        for (place, row) in (1..).zip(rows(&answers, &table.key)) {
            if place != row {
                move_row(&mut answers, &table.key, (row, place));
            }
        }
    }
    answers
}

/// Gives every cell of a row the number of another.
fn move_row(answers: &mut Answers, table: &str, (from, to): (usize, usize)) {
    let old = format!("{table}.{from}.");
    let of_row = answers.range(old.clone()..).map(|(name, _)| name).take_while(|name| name.starts_with(&old));
    for name in of_row.cloned().collect::<Vec<_>>() {
        if let (Some(answer), Some(rest)) = (answers.remove(&name), name.get(old.len()..)) {
            answers.insert(cell(table, to, rest), answer);
        }
    }
}

/// The same answers without one row; those below it move up.
#[must_use]
pub fn without_row(mut answers: Answers, table: &str, row: usize) -> Answers {
    let all = rows(&answers, table);
    let gone = format!("{table}.{row}.");
    answers.retain(|name, _| !name.starts_with(&gone));
    for below in all.into_iter().filter(|number| *number > row) {
        move_row(&mut answers, table, (below, below - 1));
    }
    answers
}

impl TemplateField {
    /// The fewest and the most rows of a table; of a checklist, all of them.
    #[must_use]
    pub fn row_range(&self) -> (usize, usize) {
        match (self.given.len(), self.rows) {
            (0, Some([fewest, most])) => (fewest.max(usize::from(self.required)), most),
            (0, None) => (usize::from(self.required), ROWS),
            (given, _) => (given, given),
        }
    }

    /// The rows that a page shows: a checklist's all, else those that were sent, and as many as are needed to begin with.
    #[must_use]
    pub fn shown_rows(&self, answers: &Answers) -> BTreeSet<usize> {
        let (fewest, _) = self.row_range();
        let sent = if self.given.is_empty() { rows(answers, &self.key) } else { BTreeSet::new() };
        if sent.is_empty() { (1..=fewest.max(1)).collect() } else { sent }
    }
}

/// What a field knows when it is judged: the answers before it, and the row that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) form: &'a FormTemplate,
    pub(super) answers: &'a Answers,
    pub(super) setting: Setting,
    pub(super) row: Option<(&'a TemplateField, usize)>,
}

impl<'a> Seen<'a> {
    /// The field that a key means here: a column of the same table before a field above it.
    pub(super) fn field(&self, key: &str) -> Option<&'a TemplateField> {
        let column = self.row.and_then(|(table, _)| table.column(key));
        column.or_else(|| self.form.field(key))
    }

    /// The name under which its answer lies.
    pub(super) fn name(&self, key: &str) -> String {
        match self.row {
            Some((table, row)) if table.column(key).is_some() => cell(&table.key, row, key),
            _ => key.to_owned(),
        }
    }

    /// Its answer.
    pub(super) fn answer(&self, key: &str) -> &'a str {
        self.answers.get(&self.name(key)).map_or("", String::as_str)
    }
}
