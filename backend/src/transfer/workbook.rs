//! A workbook as cells, read within limits: whatever is handed in, memory and time stay bounded.
//!
//! A workbook is a zip archive of XML. Before anything is parsed, the file's size is looked at, and its parts are unpacked
//! once into nothing, counting: an archive that lies about its sizes is found out here. The cells are then streamed; two
//! cells in opposite corners of a sheet cost two cells.

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use domain::lang::{Lang, Text, text, texts};
use domain::time::Day;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The largest file, in bytes.
const MAX_FILE: usize = 20 * 1024 * 1024;
/// The same for whoever looks at a file's size before reading it.
pub const MAX_ROSTER: u64 = MAX_FILE as u64;
/// The most its parts may unpack to, in bytes.
const MAX_UNPACKED: u64 = 200 * 1024 * 1024;
/// The most parts of an archive, and the most sheets that are looked at.
const MAX_PARTS: usize = 2_000;
const MAX_SHEETS: usize = 20;
/// The most rows with content.
const MAX_ROWS: usize = 20_000;
/// The most columns.
const MAX_COLUMNS: u32 = 256;
/// The most cells with content.
const MAX_CELLS: usize = 1_000_000;

/// From here on a number has more digits than a cell keeps.
pub(super) const EXACT: f64 = 1e15;

/// The first bytes of a zip archive.
const ZIP: &[u8] = b"PK";
/// The first bytes of an OLE file: the old Excel format, or an encrypted workbook.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Why a file is no roster.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub enum RosterError {
    /// The file is larger than is read.
    TooLarge,
    /// The file is empty.
    EmptyFile,
    /// It is protected by a password.
    Protected,
    /// It is a workbook of a kind that is not read.
    OtherFormat,
    /// It is no workbook at all.
    NotAWorkbook,
    /// It unpacks to more than is read, or has more rows, columns or cells.
    TooMuch,
    /// It calls itself a workbook, and cannot be read as one.
    Damaged,
    /// No cell is filled in.
    NothingInIt,
    /// No row names the columns that are needed.
    NoHeadings,
}

impl RosterError {
    /// What is wrong and what to do, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        let megabytes = MAX_FILE / 1024 / 1024;
        match self {
            Self::TooLarge => texts(
                format!("文件超过 {megabytes} MB，请拆成几个文件再导入。"),
                format!("The file is larger than {megabytes} MB: please split it into several."),
            ),
            Self::EmptyFile => text("文件是空的，请重新选择。", "The file is empty: please choose another."),
            Self::Protected => text(
                "工作簿设有密码，请先在 Excel 或 WPS 中取消密码再导入。",
                "The workbook is protected by a password: please remove it first.",
            ),
            Self::OtherFormat => text(
                "请用 Excel 或 WPS 打开此文件，另存为“.xlsx”格式后再导入。",
                "Please open the file in Excel or WPS, save it as “.xlsx”, and import that.",
            ),
            Self::NotAWorkbook => text(
                "这不是 Excel 工作簿，请选择“.xlsx”文件。",
                "This is no Excel workbook: please choose an “.xlsx” file.",
            ),
            Self::TooMuch => texts(
                format!("内容过多：最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列，请拆分或删去多余的工作表和空白格式后再导入。"),
                format!("There is too much in it: at most {MAX_ROWS} rows and {MAX_COLUMNS} columns. Please split it."),
            ),
            Self::Damaged => text(
                "工作簿已损坏，无法读取。请用 Excel 或 WPS 打开并重新保存后再导入。",
                "The workbook is damaged. Please open it in Excel or WPS, save it again, and import that.",
            ),
            Self::NothingInIt => text("工作簿里没有内容。", "There is nothing in the workbook."),
            Self::NoHeadings => text(
                "没有找到表头：前 20 行中须有一行写明“姓名”，以及“身份证号”或“出生日期”。",
                "No headings were found: one of the first 20 rows must say “姓名” (name) and “身份证号” (identity number) \
                 or “出生日期” (date of birth).",
            ),
        }
    }

    /// The sentence in one language.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        self.text().say(lang).to_owned()
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Text, as typed.
    Text(String),
    /// A number; a long one has lost its last digits already.
    Number(f64),
    /// A day, kept by Excel as a number with a date's format.
    Day(Day),
}

impl Cell {
    /// The cell as a person reads it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            // As Excel shows it: were its lost digits written as zeros, it would look whole.
            Self::Number(number) if number.abs() >= EXACT => format!("{number:.5E}").replace('E', "E+"),
            Self::Number(number) => format!("{number}"),
            Self::Day(day) => day.to_string(),
        }
    }
}

/// The filled cells of a row by column, both counted from 0.
pub(super) type Rows = BTreeMap<u32, BTreeMap<u32, Cell>>;

/// The sheets in order, each by name with its filled cells.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<(String, Rows)>, RosterError> {
    look_at(bytes)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let names = workbook.sheet_names();
    if names.len() > MAX_SHEETS {
        return Err(RosterError::TooMuch);
    }
    let mut budget = MAX_CELLS;
    names.into_iter().map(|name| Ok((name.clone(), sheet(&mut workbook, &name, &mut budget)?))).collect()
}

/// Everything that can be said before anything is parsed.
fn look_at(bytes: &[u8]) -> Result<(), RosterError> {
    if bytes.is_empty() {
        return Err(RosterError::EmptyFile);
    }
    if bytes.len() > MAX_FILE {
        return Err(RosterError::TooLarge);
    }
    if bytes.starts_with(OLE) {
        let mark: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encrypted = bytes.windows(mark.len()).any(|window| window == mark);
        return Err(if encrypted { RosterError::Protected } else { RosterError::OtherFormat });
    }
    if !bytes.starts_with(ZIP) {
        return Err(RosterError::NotAWorkbook);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| RosterError::Damaged)?;
    if archive.len() > MAX_PARTS {
        return Err(RosterError::TooMuch);
    }
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.to_lowercase())).collect();
    let holds = |part: &str| names.iter().any(|name| name == part);
    if holds("content.xml") || holds("xl/workbook.bin") {
        return Err(RosterError::OtherFormat);
    }
    if !holds("xl/workbook.xml") {
        return Err(RosterError::NotAWorkbook);
    }
    unpack(&mut archive, MAX_UNPACKED)
}

/// Unpacks every part into nothing, up to the limit; what a part says about its own size is not believed.
fn unpack(archive: &mut ZipArchive<Cursor<&[u8]>>, limit: u64) -> Result<(), RosterError> {
    let mut left = limit;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|_| RosterError::Damaged)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| RosterError::Damaged)?;
        left = left.checked_sub(read).ok_or(RosterError::TooMuch)?;
    }
    Ok(())
}

fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, budget: &mut usize) -> Result<Rows, RosterError> {
    let mut rows = Rows::new();
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A chart has no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(rows),
        Err(error) => return Err(unreadable(&error)),
    };
    while let Some(cell) = cells.next_cell().map_err(|error| unreadable(&error))? {
        let (row, column) = cell.get_position();
        let Some(value) = value(cell.get_value()) else { continue };
        *budget = budget.checked_sub(1).ok_or(RosterError::TooMuch)?;
        rows.entry(row).or_default().insert(column, value);
        if column >= MAX_COLUMNS || rows.len() > MAX_ROWS {
            return Err(RosterError::TooMuch);
        }
    }
    Ok(rows)
}

fn unreadable(error: &XlsxError) -> RosterError {
    match error {
        XlsxError::Password => RosterError::Protected,
        _ => RosterError::Damaged,
    }
}

/// A filled cell's content; a formula counts as what it came to, a failed one as nothing.
fn value(data: &DataRef<'_>) -> Option<Cell> {
    let filled = |text: &str| (!text.trim().is_empty()).then(|| Cell::Text(text.to_owned()));
    match data {
        DataRef::Empty | DataRef::Error(_) => None,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => filled(text),
        DataRef::SharedString(text) => filled(text),
        DataRef::Bool(yes) => Some(Cell::Text(if *yes { "是" } else { "否" }.to_owned())),
        DataRef::Int(number) => Some(Cell::Number(*number as f64)),
        DataRef::Float(number) => Some(Cell::Number(*number)),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            Some(Day::new(i32::from(year), month, day).map_or(Cell::Number(at.as_f64()), Cell::Day))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    #[test]
    fn what_is_no_workbook_is_told_apart_in_plain_words() {
        let encrypted: Vec<u8> =
            OLE.iter().copied().chain("…EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, error) in [
            (Vec::new(), RosterError::EmptyFile),
            (vec![b'x'; MAX_FILE + 1], RosterError::TooLarge),
            (b"name,phone\n".to_vec(), RosterError::NotAWorkbook),
            (b"PK\x03\x04 and then nothing".to_vec(), RosterError::Damaged),
            ([OLE, b"Workbook"].concat(), RosterError::OtherFormat),
            (encrypted, RosterError::Protected),
            (archive(&[("word/document.xml", b"<w/>")]), RosterError::NotAWorkbook),
            (archive(&[("mimetype", b""), ("content.xml", b"<o/>")]), RosterError::OtherFormat),
            (archive(&[("xl/workbook.xml", b"<no")]), RosterError::Damaged),
        ] {
            assert_eq!(read(&bytes).unwrap_err(), error);
            assert!(error.say(Lang::Zh).ends_with('。') && error.say(Lang::En).ends_with('.'), "{error:?}");
        }
    }

    #[test]
    fn an_archive_that_swells_is_stopped_before_it_is_parsed() {
        let zeros = vec![b' '; 400_000];
        let bomb = archive(&["xl/workbook.xml", "a", "b"].map(|name| (name, zeros.as_slice())));
        assert!(bomb.len() < 10_000, "{} bytes", bomb.len());
        let mut opened = ZipArchive::new(Cursor::new(bomb.as_slice())).unwrap();
        assert_eq!(unpack(&mut opened, 1_000_000), Err(RosterError::TooMuch));
        assert_eq!(unpack(&mut opened, 1_200_000), Ok(()));
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

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }
}
