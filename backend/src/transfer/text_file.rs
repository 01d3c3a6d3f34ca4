//! A text file with a row on each line, as Excel and WPS write CSV (RFC 4180), as one sheet.

use super::files::{MAX_COLUMNS, MAX_ROWS, RosterError};
use super::sheet::{Cell, Content, Worksheet};
use super::workbook::MAX_CELLS;

/// What may stand between the fields of a line.
const SEPARATORS: [char; 4] = [',', '\t', ';', '，'];

/// The file as a sheet; its rows are numbered as Excel would number them.
pub(super) fn read(text: &str) -> Result<Worksheet, RosterError> {
    let (first, told) = match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
        // Excel's own hint to itself.
        Some((separator, _)) => (1, separator.chars().next()),
        None => (0, None),
    };
    let separator = told.unwrap_or_else(|| separator(text));
    let mut sheet = Worksheet::default();
    let mut cells = 0;
    for (number, fields) in (0..).zip(records(text, separator)?).skip(first) {
        for (column, field) in (0..).zip(fields) {
            let Some(content) = Content::text(plain(&field)) else { continue };
            sheet.rows.entry(number).or_default().cells.insert(column, Cell::from(content));
            cells += 1;
            if column >= MAX_COLUMNS {
                return Err(RosterError::TooMuch);
            }
        }
        if cells > MAX_CELLS || sheet.rows.len() > MAX_ROWS {
            return Err(RosterError::TooMuch);
        }
    }
    Ok(sheet)
}

/// The separator that the first line with any has most of.
fn separator(text: &str) -> char {
    let count = |line: &str, separator: char| line.matches(separator).count();
    let best = |line: &str| SEPARATORS.into_iter().rev().max_by_key(|separator| count(line, *separator));
    let telling = text.lines().find(|line| SEPARATORS.iter().any(|separator| count(line, *separator) >= 2));
    telling.and_then(best).unwrap_or(',')
}

/// A field written as `="0755"`, so that Excel keeps its digits, without that wrapping.
fn plain(field: &str) -> &str {
    field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(field)
}

/// The lines cut into fields; between quotation marks a separator and a line break are text, and two marks are one.
fn records(text: &str, separator: char) -> Result<Vec<Vec<String>>, RosterError> {
    let mut records = Vec::new();
    let mut fields: Vec<String> = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' if quoted => quoted = false,
            _ if quoted => field.push(letter),
            '"' if field.is_empty() => quoted = true,
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' | '\n' => {
                fields.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut fields));
            }
            _ if letter == separator => fields.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    if quoted {
        // All the rows that follow would be one field of this one.
        return Err(RosterError::OpenQuotation { row: records.len() + 1 });
    }
    fields.push(field);
    records.push(fields);
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each filled cell with its row and column, as numbered from 0.
    fn cells(text: &str) -> Vec<(u32, u32, String)> {
        let sheet = read(text).unwrap();
        let rows = sheet.rows.into_iter();
        rows.flat_map(|(row, cells)| {
            cells.cells.into_iter().map(move |(column, cell)| (row, column, cell.content.shown()))
        })
        .collect()
    }

    #[test]
    fn fields_are_cut_as_a_spreadsheet_cuts_them() {
        for (text, expected) in [
            ("姓名,电话\r\n王明,1\r\n", vec![(0, 0, "姓名"), (0, 1, "电话"), (1, 0, "王明"), (1, 1, "1")]),
            (
                "a,b,c\n\"x,y\",\"say \"\"hi\"\"\",\n",
                vec![(0, 0, "a"), (0, 1, "b"), (0, 2, "c"), (1, 0, "x,y"), (1, 1, "say \"hi\"")],
            ),
            ("a\tb\tc\n1\t\t3", vec![(0, 0, "a"), (0, 1, "b"), (0, 2, "c"), (1, 0, "1"), (1, 2, "3")]),
            ("sep=;\na;b\n", vec![(1, 0, "a"), (1, 1, "b")]),
            (
                "a,b,c\n\"two\nlines\",2,3\nd,,\n",
                vec![
                    (0, 0, "a"),
                    (0, 1, "b"),
                    (0, 2, "c"),
                    (1, 0, "two\nlines"),
                    (1, 1, "2"),
                    (1, 2, "3"),
                    (2, 0, "d"),
                ],
            ),
            (
                "a,b,c\n=\"0755\",2,3",
                vec![(0, 0, "a"), (0, 1, "b"), (0, 2, "c"), (1, 0, "0755"), (1, 1, "2"), (1, 2, "3")],
            ),
            ("名册\n\na;b;c", vec![(0, 0, "名册"), (2, 0, "a"), (2, 1, "b"), (2, 2, "c")]),
            ("a,b\"c,d", vec![(0, 0, "a"), (0, 1, "b\"c"), (0, 2, "d")]),
            ("", vec![]),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|(row, column, text)| (row, column, text.to_owned())).collect();
            assert_eq!(cells(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_text_without_end_is_not_read_to_it() {
        assert_eq!(read(&",".repeat(300)).map(|_| ()), Ok(()), "nothing stands in it");
        assert_eq!(read(&"x,".repeat(300)).map(|_| ()), Err(RosterError::TooMuch));
        assert_eq!(read(&"x\n".repeat(MAX_ROWS + 1)).map(|_| ()), Err(RosterError::TooMuch));
        assert_eq!(read("a,b,c\n\"1,2,3\n4,5,6\n").map(|_| ()), Err(RosterError::OpenQuotation { row: 2 }));
    }
}
