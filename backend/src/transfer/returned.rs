//! What an import has to say, as a workbook: the rows that were refused, as they were handed in, with the reason beside each
//! cell; and what is to be looked at in the rows that were taken.
//!
//! Everything is written as text, so that nothing in it can become a formula; what looks like one also carries Excel's mark
//! for quoted text, which survives editing. The workbook can be corrected and imported again as it is: the columns that it
//! adds are its own ([`ADDED`]), are not given back a second time, and keep where a row stood in the first file.

use super::columns::ADDED;
use super::import::ImportOutcome;
use super::roster::{List, Roster, RowPlace, ToldRow};
use super::rows::Remark;
use crate::fault::{Fault, fault};
use domain::lang::{Lang, Text, text};
use domain::refusal::Refusal;
use rust_xlsxwriter::{Color, Format, Note, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// The colour of a cell that has to be corrected, and of its reason.
const BAD: Color = Color::RGB(0xFBE3E4);
/// Width of a column of reasons, in characters.
const REASONS: f64 = 60.0;
/// Width of the other columns.
const COLUMN: f64 = 20.0;

/// Writes the rows that were refused below their headings, a sheet for each sheet that they stood on, and what was noted.
///
/// # Errors
/// When the workbook cannot be put together.
pub fn returned_workbook(roster: &Roster, outcome: &ImportOutcome, lang: Lang) -> Result<Vec<u8>, Refusal> {
    let write = || -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let of = |list: usize| outcome.refused.iter().filter(|row| row.list == list).collect::<Vec<_>>();
        let lists = roster.lists.iter().enumerate().map(|(at, list)| (list, of(at)));
        let refused: Vec<_> = lists.filter(|(_, rows)| !rows.is_empty()).collect();
        for (number, (list, rows)) in (1..).zip(&refused) {
            let name = lang.pick("待更正", "To correct");
            let sheet = workbook.add_worksheet();
            sheet.set_name(if refused.len() > 1 { format!("{name} {number}") } else { name.to_owned() })?;
            write_refused(sheet, list, rows, lang)?;
        }
        if !outcome.noted.is_empty() {
            write_noted(workbook.add_worksheet(), &outcome.noted, lang)?;
        }
        workbook.save_to_buffer()
    };
    write().map_err(|error| fault(Fault::System(error.to_string())))
}

fn write_refused(sheet: &mut Worksheet, list: &List, rows: &[&ToldRow], lang: Lang) -> Result<(), XlsxError> {
    let places = Places::of(list, rows);
    let bold = plain().set_bold();
    for (column, place) in &places.columns {
        sheet.set_column_width(*place, COLUMN)?;
        sheet.set_column_format(*place, &plain())?;
        let heading = list.headings.paths.get(column).map(|path| path.join("·")).unwrap_or_default();
        sheet.write_string_with_format(0, *place, heading, &bold)?;
    }
    sheet.set_column_width(places.added, REASONS)?;
    for (place, added) in (places.added..).zip(ADDED) {
        sheet.write_string_with_format(0, place, added.say(lang), &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, told) in (1..).zip(rows) {
        write_row(sheet, row, told, &places, (lang, &list.sheet))?;
    }
    Ok(())
}

/// Where the file's columns stand in the workbook: in the same order, without the empty ones between, the added ones last.
struct Places {
    columns: BTreeMap<u32, u16>,
    added: u16,
}

impl Places {
    fn of(list: &List, rows: &[&ToldRow]) -> Self {
        let headed = list.headings.paths.keys().copied().filter(|column| !list.columns.added.contains(column));
        let in_rows = rows.iter().flat_map(|row| row.cells.keys().copied().chain(row.remarks.iter().map(|r| r.column)));
        let mut used: Vec<u32> = headed.chain(in_rows).collect();
        used.sort_unstable();
        used.dedup();
        let added = u16::try_from(used.len()).unwrap_or(u16::MAX - 3);
        Self { columns: used.into_iter().zip(0..).collect(), added }
    }
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    told: &ToldRow,
    places: &Places,
    (lang, stood_on): (Lang, &str),
) -> Result<(), XlsxError> {
    for (column, place) in &places.columns {
        let content = told.cells.get(column).map_or("", String::as_str);
        let reasons: Vec<&str> = told
            .remarks
            .iter()
            .filter(|remark| remark.column == *column)
            .map(|remark| remark.reason.say(lang))
            .collect();
        let mut format = if reasons.is_empty() { plain() } else { plain().set_background_color(BAD) };
        if looks_like_a_formula(content) {
            format = format.set_quote_prefix();
        }
        if !content.is_empty() || !reasons.is_empty() {
            sheet.write_string_with_format(row, *place, content, &format)?;
        }
        if !reasons.is_empty() {
            sheet.insert_note(row, *place, &Note::new(reasons.join("\n")).add_author_prefix(false))?;
        }
    }
    let reasons: Vec<String> = told.remarks.iter().map(|remark| said(remark, lang)).collect();
    let wrapped = Format::new().set_background_color(BAD).set_text_wrap();
    sheet.write_string_with_format(row, places.added, reasons.join("\n"), &wrapped)?;
    let here = RowPlace { sheet: stood_on.to_owned(), row: told.place.row };
    let first = told.origin.as_ref().unwrap_or(&here);
    sheet.write_string_with_format(row, places.added + 1, &first.sheet, &plain())?;
    sheet.write_number(row, places.added + 2, first.row)?;
    Ok(())
}

/// What is to be looked at: a line for each remark.
fn write_noted(sheet: &mut Worksheet, noted: &[ToldRow], lang: Lang) -> Result<(), XlsxError> {
    const HEADINGS: [Text; 3] = [text("行", "Row"), text("内容", "Content"), text("说明", "What to look at")];
    sheet.set_name(lang.pick("已导入，请核对", "Taken, please check"))?;
    sheet.set_column_width(0, COLUMN)?.set_column_width(1, COLUMN)?.set_column_width(2, REASONS)?;
    for (column, heading) in (0..).zip(&HEADINGS) {
        sheet.write_string_with_format(0, column, heading.say(lang), &plain().set_bold())?;
    }
    let remarks = noted.iter().flat_map(|row| row.remarks.iter().map(move |remark| (row, remark)));
    for (line, (row, remark)) in (1..).zip(remarks) {
        let content = row.cells.get(&remark.column).map_or("", String::as_str);
        let format = if looks_like_a_formula(content) { plain().set_quote_prefix() } else { plain() };
        sheet.write_string_with_format(line, 0, row.first_place().say(lang), &plain())?;
        sheet.write_string_with_format(line, 1, content, &format)?;
        sheet.write_string_with_format(line, 2, said(remark, lang), &Format::new().set_text_wrap())?;
    }
    Ok(())
}

/// A remark with the column that it is about: `身份证号：…`.
fn said(remark: &Remark, lang: Lang) -> String {
    format!("{}{}{}", remark.holds.label().say(lang), lang.pick("：", ": "), remark.reason.say(lang))
}

/// Cells hold text, so that an identity number typed into one keeps its digits.
fn plain() -> Format {
    Format::new().set_num_format("@")
}

/// What a spreadsheet would calculate when it is typed in or read from a text file.
fn looks_like_a_formula(content: &str) -> bool {
    content.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}
