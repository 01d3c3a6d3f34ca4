//! Bad rows as a workbook: what was handed in, with the reason beside each cell.
//!
//! Everything is written as text, so that nothing in it can become a formula; what looks like one also carries Excel's mark
//! for quoted text, which survives editing. The workbook can be corrected and imported again as it is.

use super::roster::{BadRow, Roster};
use crate::fault::{Fault, fault};
use domain::lang::{Lang, Text, text};
use domain::refusal::Refusal;
use rust_xlsxwriter::{Color, Format, Note, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// The colour of a cell that has to be corrected, and of its reason.
const BAD: Color = Color::RGB(0xFBE3E4);
/// Width of the column of reasons, in characters.
const REASONS: f64 = 60.0;
/// Width of the other columns.
const COLUMN: f64 = 20.0;

/// Writes the rows that were not taken, below their headings.
///
/// # Errors
/// When the workbook cannot be put together.
pub fn bad_rows_workbook(roster: &Roster, bad: &[BadRow], lang: Lang) -> Result<Vec<u8>, Refusal> {
    let write = || -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.set_name(lang.pick("待更正", "To correct"))?;
        let columns = Columns::of(roster, bad);
        headings(sheet, roster, &columns, lang)?;
        for (row, bad) in (1..).zip(bad) {
            write_row(sheet, row, bad, &columns, lang)?;
        }
        workbook.save_to_buffer()
    };
    write().map_err(|error| fault(Fault::System(error.to_string())))
}

/// Where the file's columns stand in the workbook: in the same order, without the empty ones between.
struct Columns {
    places: BTreeMap<u32, u16>,
    reason: u16,
    number: u16,
}

impl Columns {
    fn of(roster: &Roster, bad: &[BadRow]) -> Self {
        let in_rows =
            bad.iter().flat_map(|row| row.cells.keys().copied().chain(row.flaws.iter().map(|flaw| flaw.column)));
        let mut used: Vec<u32> = roster.headings.keys().copied().chain(in_rows).collect();
        used.sort_unstable();
        used.dedup();
        let reason = u16::try_from(used.len()).unwrap_or(u16::MAX - 1);
        Self { places: used.into_iter().zip(0..).collect(), reason, number: reason + 1 }
    }
}

/// The headings that this workbook adds; neither is read when it is imported again.
fn added() -> [Text; 2] {
    [text("原因", "Reason"), text("原表行号", "Row in the original")]
}

fn headings(sheet: &mut Worksheet, roster: &Roster, columns: &Columns, lang: Lang) -> Result<(), XlsxError> {
    let bold = plain().set_bold();
    for (column, place) in &columns.places {
        sheet.set_column_width(*place, COLUMN)?;
        sheet.set_column_format(*place, &plain())?;
        let heading = roster.headings.get(column).map_or("", String::as_str);
        sheet.write_string_with_format(0, *place, heading, &bold)?;
    }
    let [reason, number] = added();
    sheet.set_column_width(columns.reason, REASONS)?;
    sheet.write_string_with_format(0, columns.reason, reason.say(lang), &bold)?;
    sheet.write_string_with_format(0, columns.number, number.say(lang), &bold)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn write_row(sheet: &mut Worksheet, row: u32, bad: &BadRow, columns: &Columns, lang: Lang) -> Result<(), XlsxError> {
    for (column, place) in &columns.places {
        let content = bad.cells.get(column).map_or("", String::as_str);
        let reasons: Vec<&str> =
            bad.flaws.iter().filter(|flaw| flaw.column == *column).map(|flaw| flaw.reason.say(lang)).collect();
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
    let all: Vec<String> = bad
        .flaws
        .iter()
        .map(|flaw| format!("{}{}{}", flaw.holds.label().say(lang), lang.pick("：", ": "), flaw.reason.say(lang)))
        .collect();
    let format = Format::new().set_background_color(BAD).set_text_wrap();
    sheet.write_string_with_format(row, columns.reason, all.join("\n"), &format)?;
    sheet.write_number(row, columns.number, bad.number)?;
    Ok(())
}

/// Cells hold text, so that an identity number typed into one keeps its digits.
fn plain() -> Format {
    Format::new().set_num_format("@")
}

/// What a spreadsheet would calculate when it is typed in or read from a text file.
fn looks_like_a_formula(content: &str) -> bool {
    content.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}
