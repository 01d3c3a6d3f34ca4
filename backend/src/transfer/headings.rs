//! Where the headings of a table stand, and what stands above each column: one row of them, or several with groups.

use super::columns::RosterColumn;
use super::sheet::{SheetRow, SheetRows};
use std::collections::BTreeMap;

/// Rows among which the headings are looked for.
const HEADING_ROWS: usize = 20;
/// The most rows of groups above the headings.
const GROUP_ROWS: u32 = 3;
/// What heads a group of columns is no longer than this.
const LONGEST_GROUP: usize = 20;

/// The headings of a table.
#[derive(Clone, Debug)]
pub(super) struct Headings {
    /// The last of their rows.
    pub last: u32,
    /// What stands above each column, from the widest group to its own heading.
    pub paths: BTreeMap<u32, Vec<String>>,
}

impl Headings {
    /// The first rows that name what a roster needs.
    pub(super) fn find(rows: &SheetRows) -> Option<Self> {
        rows.iter().take(HEADING_ROWS).find_map(|(at, row)| {
            if row.is_one_line_across() {
                return None;
            }
            let groups = groups_above(rows, *at);
            let headings = Self { last: *at, paths: paths(&groups, row, &[]) };
            headings.are_enough().then(|| headings.with_rows_below(rows, &groups, row))
        })
    }

    /// A name, and something that tells one bearer of it from another.
    fn are_enough(&self) -> bool {
        let has = |wanted: RosterColumn| self.paths.values().any(|path| RosterColumn::of(path) == Some(wanted));
        has(RosterColumn::Name) && (has(RosterColumn::Identity) || has(RosterColumn::BirthDate))
    }

    /// Further rows of headings: every cell repeats the one above, because it is merged with it, or is a heading itself.
    fn with_rows_below(mut self, rows: &SheetRows, groups: &[&SheetRow], main: &SheetRow) -> Self {
        let mut below: Vec<&SheetRow> = Vec::new();
        while let Some(next) =
            rows.get(&(self.last + 1)).filter(|next| next.cells.len() > 1 && !next.is_one_line_across())
        {
            below.push(next);
            let paths = paths(groups, main, &below);
            let heads = |column: &u32| {
                let path = paths.get(column).map_or(&[][..], Vec::as_slice);
                self.paths.get(column).is_some_and(|before| before == path) || RosterColumn::of(path).is_some()
            };
            if paths == self.paths || !next.cells.keys().all(heads) {
                break;
            }
            self = Self { last: self.last + 1, paths };
        }
        self
    }

    /// What a column is called where it is spoken of: `F“监护人情况·姓名”`.
    pub(super) fn called(&self, column: u32) -> String {
        let path = self.paths.get(&column).map(|path| path.iter().map(|text| on_one_line(text)).collect::<Vec<_>>());
        match path {
            Some(path) => format!("{}“{}”", letters(column), path.join("·")),
            None => letters(column),
        }
    }

    /// Whether a row repeats the headings, as they stand on every printed page.
    pub(super) fn are_repeated_by(&self, row: &SheetRow) -> bool {
        row.cells.len() > 1
            && row.cells.iter().all(|(column, cell)| {
                let shown = cell.content.shown();
                self.paths.get(column).is_some_and(|path| path.contains(&shown))
            })
    }
}

/// The rows of groups right above the headings, the widest first.
fn groups_above(rows: &SheetRows, at: u32) -> Vec<&SheetRow> {
    let first = rows.get(&at).and_then(|main| main.cells.keys().next().copied()).unwrap_or_default();
    let above = (1..=GROUP_ROWS).map_while(|up| rows.get(&at.checked_sub(up)?));
    let above = above.take_while(|row| heads_groups(row, first));
    let mut groups: Vec<&SheetRow> = above.collect();
    groups.reverse();
    groups
}

/// Neither a title nor a line to be filled in, such as `填表日期：…`. What stands alone over the first column is a title.
fn heads_groups(row: &SheetRow, first: u32) -> bool {
    let alone = row.cells.len() == 1 && row.cells.keys().all(|column| *column <= first);
    let heads = |shown: &str| shown.chars().count() <= LONGEST_GROUP && !shown.contains(['：', ':']);
    !alone && !row.is_one_line_across() && row.cells.values().all(|cell| heads(&cell.content.shown()))
}

/// What stands above each column, without repetition.
fn paths(groups: &[&SheetRow], main: &SheetRow, below: &[&SheetRow]) -> BTreeMap<u32, Vec<String>> {
    let levels: Vec<&SheetRow> = groups.iter().copied().chain([main]).chain(below.iter().copied()).collect();
    let mut columns: Vec<u32> = levels.iter().flat_map(|row| row.cells.keys().copied()).collect();
    columns.sort_unstable();
    columns.dedup();
    let path = |column: u32| {
        let mut path: Vec<String> = Vec::new();
        for level in levels.iter().rev() {
            let own = level.cells.get(&column).map(|cell| cell.content.shown());
            // A group that is not merged stands above its first column only.
            let group = || if path.is_empty() { None } else { group_from_the_left(level, column) };
            if let Some(text) = own.or_else(group)
                && path.last() != Some(&text)
            {
                path.push(text);
            }
        }
        // A row of headings that was put together from several has them parted by dots.
        path.iter().rev().flat_map(|text| text.split('·')).map(|text| text.trim().to_owned()).collect()
    };
    columns.into_iter().map(|column| (column, path(column))).collect()
}

fn group_from_the_left(level: &SheetRow, column: u32) -> Option<String> {
    let (_, cell) = level.cells.range(..column).next_back()?;
    (!cell.across).then(|| cell.content.shown())
}

/// A column as Excel names it: `A`, `Z`, `AA`.
fn letters(column: u32) -> String {
    let mut left = column + 1;
    let mut letters = Vec::new();
    while left > 0 {
        letters.push(char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

/// A cell with line breaks in it, on one line.
pub(super) fn on_one_line(raw: &str) -> String {
    raw.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::sheet::{Content, Merged, Worksheet};
    use super::*;

    fn sheet(table: &[&[&str]], merged: &[Merged]) -> Worksheet {
        let mut sheet = Worksheet::default();
        for (number, cells) in (0..).zip(table) {
            for (place, text) in (0..).zip(*cells) {
                if let Some(content) = Content::text(text) {
                    sheet.rows.entry(number).or_default().cells.insert(place, content.into());
                }
            }
        }
        for area in merged {
            sheet.spread(*area);
        }
        sheet
    }

    /// The last row of the headings, and what stands above each column.
    fn found(table: &[&[&str]], merged: &[Merged]) -> Option<(u32, Vec<String>)> {
        let headings = Headings::find(&sheet(table, merged).rows)?;
        Some((headings.last, headings.paths.values().map(|path| path.join("·")).collect()))
    }

    fn headed(last: u32, paths: &[&str]) -> Option<(u32, Vec<String>)> {
        Some((last, paths.iter().map(|path| (*path).to_owned()).collect()))
    }

    #[test]
    fn headings_stand_in_one_row_or_in_several() {
        let data: &[&str] = &["王明", "11010519491231002X", "李梅", "13800138000"];
        let merged = |rows, columns| Merged { rows, columns };
        let two = ["姓名", "身份证号", "监护人·姓名", "监护人·电话"];
        // One row, below a title.
        let plain: &[&[&str]] = &[&["名册"], &["姓名", "身份证号", "监护人", "监护人电话"], data];
        assert_eq!(found(plain, &[]), headed(1, &["姓名", "身份证号", "监护人", "监护人电话"]));
        // Groups above, merged.
        let groups: &[&[&str]] = &[&["名册"], &["姓名", "身份证号", "监护人", ""], &["", "", "姓名", "电话"], data];
        let merges = [merged((0, 0), (0, 3)), merged((1, 2), (0, 0)), merged((1, 2), (1, 1)), merged((1, 1), (2, 3))];
        assert_eq!(found(groups, &merges), headed(2, &two), "merged downwards and across");
        assert_eq!(found(groups, &merges[..1]), headed(2, &two), "not merged at all");
        // A group for every column.
        let groups: &[&[&str]] = &[&["儿童情况", "", "监护人", ""], &["姓名", "身份证号", "姓名", "电话"], data];
        let paths = ["儿童情况·姓名", "儿童情况·身份证号", "监护人·姓名", "监护人·电话"];
        let merges = [merged((0, 0), (0, 1)), merged((0, 0), (2, 3))];
        assert_eq!(found(groups, &merges), headed(1, &paths));
        assert_eq!(found(groups, &[]), headed(1, &paths), "each group over its first column");
        // A line to be filled in is no group.
        let line: &[&[&str]] = &[&["填表人：", "陈清", "日期：2026"], &["姓名", "身份证号", "电话"], data];
        assert_eq!(found(line, &[]), headed(1, &["姓名", "身份证号", "电话"]));
        // What was given back in one row is read like what it came from.
        let joined: &[&[&str]] = &[&two, data];
        assert_eq!(found(joined, &[]), headed(0, &two));
        assert_eq!(found(&[data, data], &[]), None);
    }

    #[test]
    fn columns_are_called_as_in_excel() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (255, "IV")] {
            assert_eq!(letters(column), name);
        }
    }
}
