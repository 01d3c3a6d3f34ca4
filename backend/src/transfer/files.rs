//! What kind of file it is, by its content and not by its name; and why a file is no roster.

use super::columns::RosterColumn;
use domain::lang::{Lang, Text, text, texts};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The largest file, in bytes.
const MAX_FILE: usize = 20 * 1024 * 1024;
/// The same for whoever looks at a file's size before reading it.
pub const MAX_ROSTER: u64 = MAX_FILE as u64;
/// The most its parts may unpack to, in bytes.
const MAX_UNPACKED: u64 = 200 * 1024 * 1024;
/// The most parts of an archive.
const MAX_PARTS: usize = 2_000;
/// The most rows with content.
pub(super) const MAX_ROWS: usize = 20_000;
/// The most columns.
pub(super) const MAX_COLUMNS: u32 = 256;

/// The first bytes of a zip archive.
const ZIP: &[u8] = b"PK";
/// The first bytes of an OLE file: the old Excel format, or an encrypted workbook.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// The first bytes of kinds that have no cells.
const MARKS: &[(&[u8], OtherFile)] = &[
    (b"%PDF", OtherFile::Pdf),
    (b"{\\rtf", OtherFile::Word),
    (b"\x89PNG", OtherFile::Picture),
    (b"\xFF\xD8\xFF", OtherFile::Picture),
    (b"GIF8", OtherFile::Picture),
    (b"BM", OtherFile::Picture),
    (b"Rar!", OtherFile::Archive),
    (b"7z\xBC\xAF\x27\x1C", OtherFile::Archive),
];
/// How far into a text it is looked for what kind of text it is.
const BEGINNING: usize = 4_096;

/// A kind of file that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Readable {
    /// An Excel workbook.
    Workbook,
    /// Text with a row on each line.
    Text(String),
}

/// A kind of file that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherFile {
    /// Excel's format until 2003, or WPS's own.
    OldExcel,
    /// Excel's binary format.
    BinaryExcel,
    /// LibreOffice's.
    OpenDocument,
    /// A web page, under whatever name: many systems call one “.xls”.
    WebPage,
    /// Excel's format of 2003 in XML.
    XmlSpreadsheet,
    /// A document of text.
    Word,
    /// A document for printing.
    Pdf,
    /// A photograph or a scan.
    Picture,
    /// Files packed together.
    Archive,
    /// Something else.
    Unknown,
}

impl OtherFile {
    /// What it is called.
    fn name(self) -> Text {
        match self {
            Self::OldExcel => {
                text("旧版 Excel 或 WPS 表格（.xls、.et）", "a workbook of an old Excel or of WPS (.xls, .et)")
            }
            Self::BinaryExcel => text("Excel 二进制工作簿（.xlsb）", "a binary Excel workbook (.xlsb)"),
            Self::OpenDocument => text("OpenDocument 文件（.ods）", "an OpenDocument file (.ods)"),
            Self::WebPage => {
                text("网页（有些系统把网页导出为“.xls”）", "a web page (some systems export one under the name “.xls”)")
            }
            Self::XmlSpreadsheet => text("XML 电子表格（2003）", "an XML spreadsheet (2003)"),
            Self::Word => text("文字文档（Word）", "a text document (Word)"),
            Self::Pdf => text("PDF 文档", "a PDF document"),
            Self::Picture => text("图片", "a picture"),
            Self::Archive => text("压缩包", "an archive of files"),
            Self::Unknown => text("无法辨认的文件", "of no kind that is known here"),
        }
    }

    /// Whether Excel or WPS opens it as a table.
    const fn is_a_table(self) -> bool {
        matches!(self, Self::OldExcel | Self::BinaryExcel | Self::OpenDocument | Self::WebPage | Self::XmlSpreadsheet)
    }
}

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
    /// It is of a kind that is not read.
    Other(OtherFile),
    /// It unpacks to more than is read, or has more rows, columns or cells.
    TooMuch,
    /// It calls itself a workbook, and cannot be read as one.
    Damaged,
    /// A quotation mark in a text file has no second one.
    OpenQuotation {
        /// In which row it stands, counted from 1.
        row: usize,
    },
    /// No cell is filled in.
    NothingInIt,
    /// No row names the columns that are needed.
    NoHeadings,
    /// Only sheets that are hidden have headings.
    OnlyHidden {
        /// Their names.
        sheets: Vec<String>,
    },
    /// Several columns are headed alike, and nothing tells whom each speaks of.
    EqualColumns {
        /// On which sheet.
        sheet: String,
        /// What each would hold.
        holds: RosterColumn,
        /// Where they stand, with their headings.
        columns: Vec<String>,
    },
    /// A telephone number stands among the guardian's columns and does not say whose it is.
    WhosePhone {
        /// On which sheet.
        sheet: String,
        /// Where it stands, with its heading.
        column: String,
    },
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
            Self::Other(kind) if kind.is_a_table() => texts(
                format!(
                    "这个文件是{}。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再导入。",
                    kind.name().zh
                ),
                format!(
                    "This file is {}. Please open it in Excel or WPS, save it as “Excel workbook (.xlsx)”, and import \
                     that.",
                    kind.name().en
                ),
            ),
            Self::Other(kind) => texts(
                format!(
                    "这个文件是{}，里面没有可以读取的表格。请选择 Excel 工作簿（.xlsx）或 CSV 文本。",
                    kind.name().zh
                ),
                format!(
                    "This file is {}: there is no table in it that can be read. Please choose an Excel workbook (.xlsx) or \
                     CSV text.",
                    kind.name().en
                ),
            ),
            Self::TooMuch => texts(
                format!("内容过多：最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列，请拆分或删去多余的工作表和空白格式后再导入。"),
                format!("There is too much in it: at most {MAX_ROWS} rows and {MAX_COLUMNS} columns. Please split it."),
            ),
            Self::Damaged => text(
                "工作簿已损坏，无法读取。请用 Excel 或 WPS 打开并重新保存后再导入。",
                "The workbook is damaged. Please open it in Excel or WPS, save it again, and import that.",
            ),
            Self::OpenQuotation { row } => texts(
                format!(
                    "第 {row} 行有一个引号没有成对，后面的行无法分开。请补上或删去这个引号，或另存为“.xlsx”后再导入。"
                ),
                format!(
                    "In row {row} a quotation mark has no second one, and the rows below cannot be told apart. Please add or \
                     delete it, or save the file as “.xlsx”."
                ),
            ),
            Self::NothingInIt => text("文件里没有内容。", "There is nothing in the file."),
            Self::NoHeadings => text(
                "没有找到表头：前 20 行中须有一行写明“姓名”，以及“身份证号”或“出生日期”。",
                "No headings were found: one of the first 20 rows must say “姓名” (name) and “身份证号” (identity number) \
                 or “出生日期” (date of birth).",
            ),
            Self::OnlyHidden { sheets } => texts(
                format!("只有隐藏的工作表里有名册：{}。如要导入，请先取消隐藏并保存。", quoted(sheets, "、")),
                format!(
                    "Only hidden sheets hold a roster: {}. To import one, please unhide it and save the file.",
                    quoted(sheets, ", ")
                ),
            ),
            Self::EqualColumns { sheet, holds, columns } => texts(
                format!(
                    "{}有几列都是“{}”，分不清各是谁的：{}。请把表头写清楚，例如“监护人姓名”“监护人电话”，或删去多余的列。",
                    on_sheet(sheet, Lang::Zh),
                    holds.label().zh,
                    columns.join("、")
                ),
                format!(
                    "{}several columns hold “{}”, and nothing tells whose each is: {}. Please say so in the headings, such as \
                     “监护人姓名” (guardian's name), or delete what is too much.",
                    on_sheet(sheet, Lang::En),
                    holds.label().en,
                    columns.join(", ")
                ),
            ),
            Self::WhosePhone { sheet, column } => texts(
                format!(
                    "{}{column}列紧接在监护人各列之后，分不清是谁的电话。请把表头改为“本人电话”或“监护人电话”。",
                    on_sheet(sheet, Lang::Zh)
                ),
                format!(
                    "{}column {column} follows the guardian's and does not say whose telephone it is. Please head it “本人电话” \
                     (own) or “监护人电话” (guardian's).",
                    on_sheet(sheet, Lang::En)
                ),
            ),
        }
    }

    /// The sentence in one language.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        self.text().say(lang).to_owned()
    }
}

/// Names in quotation marks.
pub(super) fn quoted(names: &[String], between: &str) -> String {
    names.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(between)
}

fn on_sheet(sheet: &str, lang: Lang) -> String {
    if sheet.is_empty() {
        String::new()
    } else {
        lang.pick(format!("工作表“{sheet}”："), format!("On sheet “{sheet}”, "))
    }
}

/// Tells what kind of file it is, before anything in it is parsed.
pub(super) fn kind(bytes: &[u8]) -> Result<Readable, RosterError> {
    if bytes.is_empty() {
        return Err(RosterError::EmptyFile);
    }
    if bytes.len() > MAX_FILE {
        return Err(RosterError::TooLarge);
    }
    if bytes.starts_with(OLE) {
        return Err(ole(bytes));
    }
    if bytes.starts_with(ZIP) {
        return zipped(bytes).map(|()| Readable::Workbook);
    }
    if let Some((_, kind)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Err(RosterError::Other(*kind));
    }
    let text = decoded(bytes).ok_or(RosterError::Other(OtherFile::Unknown))?;
    match marked_up(&text) {
        Some(kind) => Err(RosterError::Other(kind)),
        None => Ok(Readable::Text(text)),
    }
}

/// What an OLE file is, by the names of its streams.
fn ole(bytes: &[u8]) -> RosterError {
    let holds = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    if holds("EncryptedPackage") {
        RosterError::Protected
    } else if holds("WordDocument") {
        RosterError::Other(OtherFile::Word)
    } else {
        RosterError::Other(OtherFile::OldExcel)
    }
}

/// A zip archive that is a workbook and unpacks to no more than is read.
fn zipped(bytes: &[u8]) -> Result<(), RosterError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| RosterError::Damaged)?;
    if archive.len() > MAX_PARTS {
        return Err(RosterError::TooMuch);
    }
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.to_lowercase())).collect();
    let holds = |part: &str| names.iter().any(|name| name == part);
    let other = if holds("content.xml") {
        OtherFile::OpenDocument
    } else if holds("xl/workbook.bin") {
        OtherFile::BinaryExcel
    } else if holds("word/document.xml") {
        OtherFile::Word
    } else if holds("xl/workbook.xml") {
        return unpack(&mut archive, MAX_UNPACKED);
    } else {
        OtherFile::Archive
    };
    Err(RosterError::Other(other))
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

/// The text in these bytes: as their mark says, else UTF-8, else the national encoding, in which Excel and WPS write CSV.
fn decoded(bytes: &[u8]) -> Option<String> {
    let (encoding, mark) = encoding_rs::Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    let bytes = bytes.get(mark..)?;
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .or_else(|| encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes))?;
    // What no keyboard types is no text, though it may be read as some.
    let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    let text = text.trim_end_matches('\u{1A}');
    (!text.contains(odd)).then(|| text.to_owned())
}

/// Text that is marked up for another program.
fn marked_up(text: &str) -> Option<OtherFile> {
    let beginning: String = text.trim_start().chars().take(BEGINNING).collect::<String>().to_lowercase();
    if beginning.starts_with("mime-version") {
        return Some(OtherFile::WebPage);
    }
    if !beginning.starts_with('<') {
        return None;
    }
    let sheet = ["excel.sheet", "office:spreadsheet"].iter().any(|mark| beginning.contains(mark));
    let page = ["<html", "<!doctype html", "<table", "<meta", "<body"].iter().any(|mark| beginning.contains(mark));
    Some(match (sheet && !beginning.contains("<html"), page) {
        (true, _) => OtherFile::XmlSpreadsheet,
        (false, true) => OtherFile::WebPage,
        (false, false) => OtherFile::Unknown,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn ole_with(stream: &str) -> Vec<u8> {
        OLE.iter().copied().chain(stream.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    }

    #[test]
    fn a_file_is_told_by_its_content() {
        let zip = |parts: &[&str]| archive(&parts.iter().map(|part| (*part, &b"<a/>"[..])).collect::<Vec<_>>());
        let other = RosterError::Other;
        for (bytes, error) in [
            (Vec::new(), RosterError::EmptyFile),
            (vec![b'x'; MAX_FILE + 1], RosterError::TooLarge),
            (ole_with("EncryptedPackage"), RosterError::Protected),
            (ole_with("Workbook"), other(OtherFile::OldExcel)),
            (ole_with("WordDocument"), other(OtherFile::Word)),
            (b"PK\x03\x04 and then nothing".to_vec(), RosterError::Damaged),
            (zip(&["word/document.xml"]), other(OtherFile::Word)),
            (zip(&["mimetype", "content.xml"]), other(OtherFile::OpenDocument)),
            (zip(&["xl/workbook.bin"]), other(OtherFile::BinaryExcel)),
            (zip(&["photo.jpg"]), other(OtherFile::Archive)),
            (b"%PDF-1.7".to_vec(), other(OtherFile::Pdf)),
            (b"\x89PNG\r\n".to_vec(), other(OtherFile::Picture)),
            (b"Rar!\x1A".to_vec(), other(OtherFile::Archive)),
            ("\u{FEFF}<html><body><table>".into(), other(OtherFile::WebPage)),
            (
                b"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>".to_vec(),
                other(OtherFile::XmlSpreadsheet),
            ),
            (b"<svg/>".to_vec(), other(OtherFile::Unknown)),
            (b"\x00\x01\x02\x03".to_vec(), other(OtherFile::Unknown)),
        ] {
            let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
            assert_eq!(kind(&bytes), Err(error.clone()), "{shown}");
            assert!(error.say(Lang::Zh).ends_with('。') && error.say(Lang::En).ends_with('.'), "{error:?}");
        }
        assert_eq!(kind(&zip(&["xl/workbook.xml"])), Ok(Readable::Workbook));
    }

    #[test]
    fn a_text_is_read_in_the_encoding_that_it_is_written_in() {
        let text = "姓名,身份证号\n胡㛃,1\n𠮷田,2\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (national, _, lost) = encoding_rs::GB18030.encode(text);
        assert!(!lost);
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            [&b"\xFF\xFE"[..], &utf16].concat(),
            national.into_owned(),
        ] {
            assert_eq!(kind(&bytes), Ok(Readable::Text(text.to_owned())));
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

    /// A zip archive of these parts.
    pub(crate) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }
}
