//! A sheet as a person sees it: filled cells with their state, merged cells spread over what they cover, and what is hidden.

use domain::time::Day;
use std::collections::BTreeMap;

/// From here on a number has more digits than a cell keeps.
pub(super) const EXACT: f64 = 1e15;
/// The last count of days that is taken for one, by the usual epoch: 31 December 2099.
const LAST_SERIAL: f64 = 73_050.0;
/// What Excel and WPS show for a formula that failed.
const FAILURES: &[&str] = &[
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#UNKNOWN!",
    "#BUSY!",
    "#DATA!",
];

/// One sheet of a workbook, or a whole text file.
#[derive(Clone, Debug, Default)]
pub(super) struct Worksheet {
    /// Its name; a text file has none.
    pub name: String,
    /// Whether its readers do not see it.
    pub hidden: bool,
    /// The rows with content, counted from 0.
    pub rows: SheetRows,
}

/// Rows by their numbers, counted from 0.
pub(super) type SheetRows = BTreeMap<u32, SheetRow>;

/// A row with content.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SheetRow {
    /// The filled cells by column, counted from 0.
    pub cells: BTreeMap<u32, Cell>,
    /// Hidden by a filter, or by hand.
    pub hidden: bool,
}

impl SheetRow {
    /// Whether one merged cell is all that stands in it: a title, or a line of text across the table.
    pub(super) fn is_one_line_across(&self) -> bool {
        let mut cells = self.cells.values();
        cells.next().is_some_and(|first| first.across && cells.all(|cell| cell == first))
    }
}

/// A filled cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    /// What stands in it.
    pub content: Content,
    /// Whether a formula put it there.
    pub formula: bool,
    /// Whether it is merged with cells beside it.
    pub across: bool,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// Text, as typed.
    Text(String),
    /// A number; a long one has lost its last digits already.
    Number {
        /// The number.
        value: f64,
        /// The day that it counts to from the workbook's epoch, where it can.
        day: Option<Day>,
        /// As what the cell shows it.
        shows: Shows,
    },
    /// TRUE or FALSE.
    Flag(bool),
    /// A formula that nobody ever calculated.
    Uncalculated,
    /// A formula that failed, with what is shown for it.
    Failed(&'static str),
}

/// As what a cell shows its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// A number.
    Number,
    /// A whole date.
    Day,
    /// Year and month of a date; whoever typed them gave no day.
    Month,
    /// The year of a date.
    Year,
}

/// From which day a workbook counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Epoch {
    /// Windows: 1 is 1 January 1900.
    #[default]
    Of1900,
    /// Old Macintoshes: 0 is 1 January 1904.
    Of1904,
}

impl Epoch {
    fn day(self, serial: f64) -> Option<Day> {
        let (begin, skipped) = match self {
            // Excel counts a 29 February 1900 that never was.
            Self::Of1900 => (Day::new(1899, 12, 30), i64::from(serial < 60.0)),
            Self::Of1904 => (Day::new(1904, 1, 1), 0),
        };
        let counts = (0.0..=LAST_SERIAL).contains(&serial);
        begin.ok().filter(|_| counts).map(|begin| begin.plus_days(serial as i64 + skipped))
    }
}

impl Content {
    /// Text, unless nothing is to be seen in it.
    pub(super) fn text(raw: &str) -> Option<Self> {
        let seen = raw.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        let failed = FAILURES.iter().find(|failure| **failure == seen);
        match (seen, failed) {
            ("", _) => None,
            (_, Some(failure)) => Some(Self::Failed(failure)),
            _ => Some(Self::Text(raw.to_owned())),
        }
    }

    /// A number in a workbook that counts days from this epoch.
    pub(super) fn number(value: f64, shows: Shows, epoch: Epoch) -> Self {
        let day = epoch.day(value);
        // What shows no date that there is shows its number.
        Self::Number { value, day, shows: if day.is_some() { shows } else { Shows::Number } }
    }

    /// As a person reads it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number { day: Some(day), shows: Shows::Day, .. } => day.to_string(),
            Self::Number { day: Some(day), shows: Shows::Month, .. } => format!("{:04}-{:02}", day.year(), day.month()),
            Self::Number { day: Some(day), shows: Shows::Year, .. } => format!("{:04}", day.year()),
            // As Excel shows it: were its lost digits written as zeros, it would look whole.
            Self::Number { value, .. } if value.abs() >= EXACT => format!("{value:.5E}").replace('E', "E+"),
            Self::Number { value, .. } => format!("{value}"),
            Self::Flag(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
            Self::Uncalculated => String::new(),
            Self::Failed(failure) => (*failure).to_owned(),
        }
    }
}

impl From<Content> for Cell {
    fn from(content: Content) -> Self {
        Self { content, formula: false, across: false }
    }
}

/// A merged cell, its edges included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Merged {
    /// The first and the last row.
    pub rows: (u32, u32),
    /// The first and the last column.
    pub columns: (u32, u32),
}

impl Worksheet {
    /// Gives every cell that a merged one covers the merged one's content, in the rows that there are. Answers how many.
    pub(super) fn spread(&mut self, merged: Merged) -> usize {
        let Merged { rows: (top, bottom), columns: (left, right) } = merged;
        let first = self.rows.get(&top).and_then(|row| row.cells.get(&left));
        let Some(mut cell) = first.cloned() else { return 0 };
        cell.across = right > left;
        let mut filled = 0;
        for (_, row) in self.rows.range_mut(top..=bottom) {
            for column in left..=right {
                row.cells.insert(column, cell.clone());
                filled += 1;
            }
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_counts_days_from_the_workbook_s_own_epoch() {
        for (epoch, serial, day) in [
            (Epoch::Of1900, 18_702.0, Some("1951-03-15")),
            (Epoch::Of1904, 17_240.0, Some("1951-03-15")),
            (Epoch::Of1900, 1.0, Some("1900-01-01")),
            (Epoch::Of1900, 61.0, Some("1900-03-01")),
            (Epoch::Of1900, 18_702.75, Some("1951-03-15")),
            (Epoch::Of1900, 19_510_315.0, None),
            (Epoch::Of1900, -3.0, None),
            (Epoch::Of1900, f64::NAN, None),
        ] {
            let Content::Number { day: counted, .. } = Content::number(serial, Shows::Day, epoch) else { panic!() };
            assert_eq!(counted, day.map(|day| Day::parse(day).unwrap()), "{epoch:?} {serial}");
        }
    }

    #[test]
    fn a_cell_is_shown_as_excel_shows_it() {
        let number = |value, shows| Content::number(value, shows, Epoch::Of1900);
        for (content, shown) in [
            (number(18_702.0, Shows::Day), "1951-03-15"),
            (number(18_702.0, Shows::Month), "1951-03"),
            (number(18_702.0, Shows::Year), "1951"),
            (number(18_702.0, Shows::Number), "18702"),
            (number(19_900_002_007.0, Shows::Number), "19900002007"),
            (number(4.403_051_948_031_299e17, Shows::Number), "4.40305E+17"),
            (number(19_510_315.0, Shows::Day), "19510315"),
            (Content::Flag(true), "TRUE"),
            (Content::text("#N/A ").unwrap(), "#N/A"),
        ] {
            assert_eq!(content.shown(), shown, "{content:?}");
        }
        assert_eq!(Content::text(" \u{3000}\u{FEFF}"), None, "nothing is to be seen");
    }
}
