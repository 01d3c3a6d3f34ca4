//! A list as a workbook of two sheets: the rows, and what they are.

use domain::lang::text;
use domain::refusal::Refusal;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// What kind of file it is.
pub const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Characters of a sheet's name, and those that it may not have.
const NAME: usize = 31;
const NOT_IN_NAMES: &[char] = &['[', ']', ':', '*', '?', '/', '\\', '\''];

/// Writes it. Every cell is text, so that nothing somebody typed is ever a formula.
///
/// # Errors
/// When it cannot be written.
pub fn of(
    title: &str,
    heads: &[String],
    rows: Vec<Vec<String>>,
    about: &[(&str, String)],
    second: &str,
) -> Result<Vec<u8>, Refusal> {
    write(title, heads, &rows, about, second).map_err(|_| Refusal::WrongState {
        text: text(
            "没有写成表格文件。请缩小筛选再试。",
            "The workbook could not be written. Narrow the list and try again.",
        ),
    })
}

fn write(
    title: &str,
    heads: &[String],
    rows: &[Vec<String>],
    about: &[(&str, String)],
    second: &str,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    sheet.set_name(title.replace(NOT_IN_NAMES, " ").chars().take(NAME).collect::<String>())?;
    for (column, head) in (0..).zip(heads) {
        sheet.write_string_with_format(0, column, head, &bold)?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofit();
    let sheet = workbook.add_worksheet();
    sheet.set_name(second)?;
    for (row, (what, is)) in (0..).zip(about) {
        sheet.write_string_with_format(row, 0, *what, &bold)?;
        sheet.write_string(row, 1, is)?;
    }
    sheet.autofit();
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use std::io::Cursor;

    #[test]
    fn what_somebody_typed_is_never_a_formula() {
        let typed = ["=1+1", "+86 138", "-5", "@SUM(A1)", "马*芬", ""].map(str::to_owned).to_vec();
        let heads = ["甲", "乙", "丙", "丁", "戊", "己"].map(str::to_owned);
        let bytes = of("个案: 在办/全部", &heads, vec![typed.clone()], &[("行数", "1".to_owned())], "说明").unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["个案  在办 全部", "说明"]);
        let rows = book.worksheet_range("个案  在办 全部").unwrap();
        let row: Vec<String> = rows.rows().nth(1).unwrap().iter().map(Data::to_string).collect();
        assert_eq!(row, typed[..row.len()]);
        assert!(rows.rows().nth(1).unwrap().iter().take(5).all(|cell| matches!(cell, Data::String(_))));
        assert!(book.worksheet_formula("个案  在办 全部").unwrap().is_empty());
        let about = book.worksheet_range("说明").unwrap();
        assert_eq!(about.get_value((0, 1)).map(ToString::to_string).as_deref(), Some("1"));
    }
}
