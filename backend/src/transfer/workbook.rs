//! An Excel workbook as sheets, read within limits: whatever is handed in, memory and time stay bounded.
//!
//! A workbook is a zip archive of XML. Its cells are streamed; two cells in opposite corners of a sheet cost two cells.

use super::files::{MAX_COLUMNS, MAX_ROWS, RosterError};
use super::hidden::hidden_rows;
use super::sheet::{Cell, Content, Epoch, Merged, Shows, Worksheet};
use calamine::{CellErrorType, DataRef, NumberFormat, Reader, SheetVisible, Xlsx, XlsxError};
use std::collections::HashMap;
use std::io::Cursor;

/// The most sheets that are looked at.
const MAX_SHEETS: usize = 20;
/// The most cells with content.
pub(super) const MAX_CELLS: usize = 1_000_000;

/// Numbers of built-in formats that show no day: `mmm-yy`, and `yyyy年m月` as Chinese Excel has it.
const MONTH_FORMATS: &[u32] = &[17, 27, 36, 50, 52, 57];

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

/// The sheets in order.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Worksheet>, RosterError> {
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let sheets = book.sheets_metadata().to_vec();
    if sheets.len() > MAX_SHEETS {
        return Err(RosterError::TooMuch);
    }
    let mut hidden = hidden_rows(bytes)?.into_iter();
    let mut budget = Budget(MAX_CELLS);
    let mut read = Vec::new();
    for about in sheets {
        let mut sheet =
            Worksheet { name: about.name, hidden: about.visible != SheetVisible::Visible, ..Worksheet::default() };
        fill(&mut book, &mut sheet, &mut budget)?;
        for row in hidden.next().unwrap_or_default() {
            if let Some(row) = sheet.rows.get_mut(&row) {
                row.hidden = true;
            }
        }
        read.push(sheet);
    }
    Ok(read)
}

/// How many cells may still be kept.
struct Budget(usize);

impl Budget {
    fn spend(&mut self, cells: usize) -> Result<(), RosterError> {
        self.0 = self.0.checked_sub(cells).ok_or(RosterError::TooMuch)?;
        Ok(())
    }
}

fn fill(book: &mut Book<'_>, sheet: &mut Worksheet, budget: &mut Budget) -> Result<(), RosterError> {
    read_cells(book, sheet, budget)?;
    if sheet.rows.is_empty() {
        return Ok(());
    }
    for area in book.merge_cells_by_sheet_name(&sheet.name).map_err(|error| unreadable(&error))? {
        let (left, right) = (area.start.1, area.end.1.min(MAX_COLUMNS - 1));
        budget.spend(sheet.spread(Merged { rows: (area.start.0, area.end.0), columns: (left, right) }))?;
    }
    Ok(())
}

fn read_cells(book: &mut Book<'_>, sheet: &mut Worksheet, budget: &mut Budget) -> Result<(), RosterError> {
    let epoch = if book.has_1904_epoch() { Epoch::Of1904 } else { Epoch::Of1900 };
    let shows = shows(book, &sheet.name)?;
    let mut cells = match book.worksheet_cells_reader(&sheet.name) {
        Ok(cells) => cells,
        // A chart has no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(error) => return Err(unreadable(&error)),
    };
    while let Some(record) = cells.next_cell_with_formula_metadata().map_err(|error| unreadable(&error))? {
        let (row, column) = record.pos;
        let shows = shows.get(&record.pos).copied().unwrap_or(Shows::Day);
        let formula = record.formula.is_some();
        let Some(content) = content(&record.value, formula, shows, epoch) else { continue };
        budget.spend(1)?;
        sheet.rows.entry(row).or_default().cells.insert(column, Cell { content, formula, across: false });
        if column >= MAX_COLUMNS || sheet.rows.len() > MAX_ROWS {
            return Err(RosterError::TooMuch);
        }
    }
    Ok(())
}

/// The cells whose format shows less than a whole date.
fn shows(book: &mut Book<'_>, sheet: &str) -> Result<HashMap<(u32, u32), Shows>, RosterError> {
    let mut cells = match book.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        Err(XlsxError::NotAWorksheet(_)) => return Ok(HashMap::new()),
        Err(error) => return Err(unreadable(&error)),
    };
    let formats = cells.styles().iter().map(|style| style.number_format.as_ref());
    let shown = |format: &NumberFormat| shown_by(&format.format_code, format.format_id);
    let styles: Vec<Shows> = formats.map(|format| format.map_or(Shows::Day, shown)).collect();
    let mut shows = HashMap::new();
    if styles.iter().all(|style| *style == Shows::Day) {
        return Ok(shows);
    }
    while let Some((row, column, style)) = cells.next_style_id().map_err(|error| unreadable(&error))? {
        if let Some(less) = styles.get(style).filter(|style| **style != Shows::Day) {
            shows.insert((row, column), *less);
        }
    }
    Ok(shows)
}

/// What a format shows of a date.
fn shown_by(code: &str, id: Option<u32>) -> Shows {
    if id.is_some_and(|id| MONTH_FORMATS.contains(&id)) {
        return Shows::Month;
    }
    let (mut quoted, mut escaped) = (false, false);
    // What is quoted or escaped is shown as it is and means nothing.
    let letters = code.split(';').next().unwrap_or_default().chars().filter(|c| {
        let means = !quoted && !escaped && *c != '"';
        quoted ^= *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        means
    });
    let (mut year, mut month) = (false, false);
    for letter in letters {
        match letter.to_ascii_lowercase() {
            'y' | 'e' => year = true,
            'm' => month = true,
            'd' => return Shows::Day,
            _ => {}
        }
    }
    match (year, month) {
        (true, true) => Shows::Month,
        (true, false) => Shows::Year,
        (false, _) => Shows::Day,
    }
}

fn unreadable(error: &XlsxError) -> RosterError {
    match error {
        XlsxError::Password => RosterError::Protected,
        _ => RosterError::Damaged,
    }
}

/// A cell's content; nothing when it is empty. A formula counts as what it came to.
fn content(data: &DataRef<'_>, formula: bool, shows: Shows, epoch: Epoch) -> Option<Content> {
    match data {
        DataRef::Empty => formula.then_some(Content::Uncalculated),
        DataRef::Error(error) => Some(Content::Failed(failure(error))),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Content::text(text),
        DataRef::SharedString(text) => Content::text(text),
        DataRef::Bool(yes) => Some(Content::Flag(*yes)),
        DataRef::Int(number) => Some(Content::number(*number as f64, Shows::Number, epoch)),
        DataRef::Float(number) => Some(Content::number(*number, Shows::Number, epoch)),
        DataRef::DateTime(at) => Some(Content::number(at.as_f64(), shows, epoch)),
    }
}

const fn failure(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#DATA!",
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::tests::archive;
    use super::*;

    #[test]
    fn a_format_that_shows_no_day_gives_none() {
        for (code, id, shows) in [
            ("yyyy-mm-dd", 164, Shows::Day),
            ("yyyy\"年\"m\"月\"d\"日\";@", 165, Shows::Day),
            ("yyyy\"年\"m\"月\";@", 166, Shows::Month),
            ("yyyy/m", 167, Shows::Month),
            ("yyyy", 168, Shows::Year),
            ("[$-804]yyyy\"day\"", 169, Shows::Year),
            ("mmm-yy", 17, Shows::Month),
            ("General", 57, Shows::Month),
            ("m/d", 170, Shows::Day),
            ("h:mm", 20, Shows::Day),
        ] {
            assert_eq!(shown_by(code, Some(id)), shows, "{code}");
        }
    }

    /// No file of this machine is read and nothing grows, whatever a workbook declares about its own text.
    #[test]
    fn what_a_workbook_declares_is_not_looked_up() {
        let told = |declared: &str, text: &str| read(&written(declared, text)).map(|sheets| format!("{sheets:?}"));
        assert!(told("", "王明").unwrap().contains("王明"), "without a declaration it is a workbook");
        let file = std::env::temp_dir().join(format!("banyan-entity-{}", std::process::id()));
        std::fs::write(&file, "a secret of this machine").unwrap();
        let outside = format!("<!DOCTYPE x [<!ENTITY e SYSTEM \"file://{}\">]>", file.display());
        let swelling = "<!DOCTYPE x [<!ENTITY a \"secret secret\"><!ENTITY e \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
        for declared in [outside.as_str(), swelling] {
            match told(declared, "&e;") {
                Ok(sheets) => assert!(!sheets.contains("secret"), "{sheets}"),
                Err(error) => assert_eq!(error, RosterError::Damaged),
            }
        }
        std::fs::remove_file(&file).unwrap();
    }

    /// A workbook with one cell, whose sheet and whose shared texts declare something.
    fn written(declared: &str, text: &str) -> Vec<u8> {
        const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
        let book = format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
        );
        let relations = format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
             <Relationship Id=\"r2\" Type=\"{OFFICE}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
        );
        let texts = format!("{declared}<sst xmlns=\"{MAIN}\"><si><t>{text}</t></si></sst>");
        let sheet = format!(
            "{declared}<worksheet xmlns=\"{MAIN}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>\
             <c r=\"B1\" t=\"inlineStr\"><is><t>{text}</t></is></c></row></sheetData></worksheet>"
        );
        let package = format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        );
        archive(&[
            ("_rels/.rels", package.as_bytes()),
            ("xl/workbook.xml", book.as_bytes()),
            ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
            ("xl/sharedStrings.xml", texts.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ])
    }
}
