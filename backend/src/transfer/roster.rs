//! A station's list of the people it serves, as it kept it before Banyan: what of a file is read, and what is not.

use super::columns::{Columns, RosterColumn};
use super::files::{self, Readable, RosterError, quoted};
use super::headings::Headings;
use super::rows::{Remark, RowVerdict, judge};
use super::sheet::{Content, SheetRow, SheetRows, Worksheet};
use super::{text_file, workbook};
use domain::lang::{Lang, Text, texts};
use domain::time::Day;
use std::collections::BTreeMap;

/// Longest content that is given back in a cell; Excel itself holds not much more.
const LONGEST_SHOWN: usize = 30_000;

/// A roster as it was read: every sheet that can be seen and has headings.
#[derive(Clone, Debug)]
pub struct Roster {
    pub(super) lists: Vec<List>,
    hidden: Vec<String>,
    without_headings: Vec<String>,
}

/// One sheet of a roster.
#[derive(Clone, Debug)]
pub(super) struct List {
    /// The sheet's name; a text file has none.
    pub sheet: String,
    pub headings: Headings,
    pub columns: Columns,
    /// The rows below the headings.
    pub rows: SheetRows,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    /// The sheet; empty when it is the only one that is read.
    pub sheet: String,
    /// The row's number on it, counted from 1 as Excel does.
    pub row: u32,
}

impl RowPlace {
    /// The place in words.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let row = lang.pick(format!("第 {} 行", self.row), format!("row {}", self.row));
        match self.sheet.as_str() {
            "" => row,
            sheet => lang.pick(format!("“{sheet}”{row}"), format!("{row} of “{sheet}”")),
        }
    }
}

/// A row about which something is said: why it was not taken, or what is doubtful about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldRow {
    /// Where it stands.
    pub place: RowPlace,
    /// Where it stood before it was given back for correction.
    pub origin: Option<RowPlace>,
    /// What stood in it, by column.
    pub cells: BTreeMap<u32, String>,
    /// Everything that is said about it.
    pub remarks: Vec<Remark>,
    /// Which of the sheets that were read.
    pub(super) list: usize,
}

impl ToldRow {
    /// Where it stood in the first file.
    #[must_use]
    pub fn first_place(&self) -> &RowPlace {
        self.origin.as_ref().unwrap_or(&self.place)
    }

    /// Where it stands and, if it was given back before, where it stood at first.
    #[must_use]
    pub fn said_place(&self, lang: Lang) -> String {
        let here = self.place.say(lang);
        match &self.origin {
            None => here,
            Some(origin) => lang
                .pick(format!("{here}（原表{}）", origin.say(lang)), format!("{here} ({} at first)", origin.say(lang))),
        }
    }
}

/// Reads a file: every visible sheet that has headings, and every row below them.
///
/// # Errors
/// [`RosterError`] when the file is of no kind that is read, too large, or has no headings.
pub fn read_roster(bytes: &[u8]) -> Result<Roster, RosterError> {
    let sheets = match files::kind(bytes)? {
        Readable::Workbook => workbook::read(bytes)?,
        Readable::Text(text) => vec![text_file::read(&text)?],
    };
    Roster::of(sheets)
}

impl Roster {
    pub(super) fn of(sheets: Vec<Worksheet>) -> Result<Self, RosterError> {
        let mut roster = Self { lists: Vec::new(), hidden: Vec::new(), without_headings: Vec::new() };
        if sheets.iter().all(|sheet| sheet.rows.is_empty()) {
            return Err(RosterError::NothingInIt);
        }
        let mut only_hidden = Vec::new();
        for sheet in sheets.into_iter().filter(|sheet| !sheet.rows.is_empty()) {
            match Headings::find(&sheet.rows) {
                headings if sheet.hidden => {
                    only_hidden.extend(headings.map(|_| sheet.name.clone()));
                    roster.hidden.push(sheet.name);
                }
                None => roster.without_headings.push(sheet.name),
                Some(headings) => roster.lists.push(List::below(headings, sheet)?),
            }
        }
        match (roster.lists.is_empty(), only_hidden.is_empty()) {
            (false, _) => Ok(roster),
            (true, false) => Err(RosterError::OnlyHidden { sheets: only_hidden }),
            (true, true) => Err(RosterError::NoHeadings),
        }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lists.iter().map(|list| list.rows.len()).sum()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was read and what was not, in sentences.
    #[must_use]
    pub fn account(&self) -> Vec<Text> {
        let mut account = Vec::new();
        for list in &self.lists {
            let (rows, name) = (list.rows.len(), &list.sheet);
            account.push(if name.is_empty() {
                texts(format!("读取了 {rows} 行。"), format!("{rows} rows were read."))
            } else {
                texts(format!("读取了工作表“{name}”，{rows} 行。"), format!("Sheet “{name}” was read: {rows} rows."))
            });
            if !list.columns.unread.is_empty() {
                let columns = &list.columns.unread;
                account.push(texts(
                    format!("没有导入的列：{}。", columns.join("、")),
                    format!("Columns that were not taken: {}.", columns.join(", ")),
                ));
            }
            let hidden: Vec<u32> = list.rows.iter().filter(|(_, row)| row.hidden).map(|(row, _)| row + 1).collect();
            if !hidden.is_empty() {
                account.push(texts(
                    format!("被隐藏或筛掉的行也读取了：第 {} 行。", ranges(&hidden, "、")),
                    format!("Rows that are hidden or filtered out were read too: {}.", ranges(&hidden, ", ")),
                ));
            }
        }
        if !self.hidden.is_empty() {
            account.push(texts(
                format!("没有读取隐藏的工作表：{}。如需导入，请取消隐藏并保存。", quoted(&self.hidden, "、")),
                format!(
                    "Hidden sheets were not read: {}. To import one, please unhide it and save the file.",
                    quoted(&self.hidden, ", ")
                ),
            ));
        }
        if !self.without_headings.is_empty() {
            account.push(texts(
                format!("没有读取没有表头的工作表：{}。", quoted(&self.without_headings, "、")),
                format!("Sheets without headings were not read: {}.", quoted(&self.without_headings, ", ")),
            ));
        }
        account
    }

    /// Every row with what becomes of it.
    pub(super) fn judged(&self, today: Day) -> impl Iterator<Item = (RowAt<'_>, RowVerdict)> + '_ {
        self.lists.iter().enumerate().flat_map(move |(list, of)| {
            of.rows.iter().map(move |(number, row)| {
                let at = RowAt { roster: self, list, number: *number, row };
                (at, judge(of, row, today))
            })
        })
    }
}

/// A row of a roster.
#[derive(Clone, Copy)]
pub(super) struct RowAt<'r> {
    roster: &'r Roster,
    list: usize,
    number: u32,
    row: &'r SheetRow,
}

impl RowAt<'_> {
    fn of(&self) -> &List {
        &self.roster.lists[self.list]
    }

    /// Where it stands; the sheet is named when there are several.
    pub(super) fn place(&self) -> RowPlace {
        let several = self.roster.lists.len() > 1;
        RowPlace { sheet: if several { self.of().sheet.clone() } else { String::new() }, row: self.number + 1 }
    }

    /// Something to be said of what a column holds.
    pub(super) fn remark(&self, holds: RosterColumn, reason: Text) -> Remark {
        self.of().remark(holds, reason)
    }

    /// The row, with what is said about it.
    pub(super) fn told(&self, remarks: Vec<Remark>) -> ToldRow {
        let cell = |column: Option<u32>| column.and_then(|column| self.row.cells.get(&column));
        let origin = &self.of().columns.origin;
        let number = cell(origin.number).and_then(|cell| match &cell.content {
            Content::Number { value, .. } if *value >= 1.0 => Some(*value as u32),
            other => other.shown().trim().parse().ok(),
        });
        let sheet = cell(origin.sheet).map(|cell| cell.content.shown()).unwrap_or_default();
        let added = &self.of().columns.added;
        let shown = |content: &Content| content.shown().chars().take(LONGEST_SHOWN).collect::<String>();
        let own = self.row.cells.iter().filter(|(column, _)| !added.contains(column));
        ToldRow {
            place: self.place(),
            origin: number.map(|row| RowPlace { sheet, row }),
            cells: own.map(|(column, cell)| (*column, shown(&cell.content))).collect(),
            remarks,
            list: self.list,
        }
    }
}

impl List {
    fn below(headings: Headings, sheet: Worksheet) -> Result<Self, RosterError> {
        let columns = Columns::of(&sheet.name, &headings, &sheet.rows)?;
        let rows = sheet.rows.into_iter().filter(|(row, _)| *row > headings.last).collect();
        Ok(Self { sheet: sheet.name, headings, columns, rows })
    }

    /// Something to be said of what a column holds. Where the sheet has no such column, it stands beside the name.
    pub(super) fn remark(&self, holds: RosterColumn, reason: Text) -> Remark {
        let place = |wanted: RosterColumn| {
            self.columns.read.iter().find(|(_, column)| *column == wanted).map(|(place, _)| *place)
        };
        Remark { column: place(holds).or_else(|| place(RosterColumn::Name)).unwrap_or_default(), holds, reason }
    }
}

/// Numbers in order, those that follow one another as one: `3、8–301`.
pub(super) fn ranges(numbers: &[u32], between: &str) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let run = |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}–{last}") };
    runs.iter().map(run).collect::<Vec<_>>().join(between)
}
