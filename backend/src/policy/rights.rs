//! What is granted, read from the table as people write it.
//!
//! ```text
//! [clients]       head   supervisor   social_worker
//! client list     all    all          own
//! client assign   all    all          ·
//! ```
//!
//! A block begins with its name and its columns, which are roles; `staff` is every role of an organisation that has no
//! column of its own in the block. A row is an act, object and action, and a cell how far the right to it goes. An act
//! stands in one row, whichever text has it, so that whoever reads the row knows everybody who may do it. A text may come
//! from anywhere: the reviewed table is one, a register with a row of its own is another.

use domain::access::{Action, Object, Reach, Role};
use std::collections::BTreeMap;

/// The column of everybody in an organisation who has none of their own.
const STAFF: &str = "staff";

/// A line that is no part of a table.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{file} line {line}: {wrong}")]
pub struct Misread {
    /// Where the text is from.
    pub file: String,
    /// Counted from one.
    pub line: usize,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Wrong {
    /// It is neither the beginning of a block nor a row.
    #[error("`{0}` is no row; a row is an object, an action, and a cell for each column")]
    NoRow(String),
    /// A block begins otherwise.
    #[error("`{0}` begins no block; a block begins with its name, as `[cases]`, and its columns")]
    NoBlock(String),
    /// A row before the first block.
    #[error("the row has no columns; a block, as `[cases] head supervisor`, has to begin before it")]
    NoColumns,
    /// A column of no role.
    #[error("`{0}` is no role; a column is `staff` or a role's code")]
    Role(String),
    /// Two columns of one role.
    #[error("`{0}` has two columns; leave one")]
    TwoColumns(String),
    /// Nothing that could be done.
    #[error("`{0}` is no act; a row begins with an object and an action of domain/src/access.rs")]
    Act(String),
    /// Cells missing or too many.
    #[error("{cells} cells under {columns} columns; each column needs one, `·` where nothing is granted")]
    Ragged {
        /// So many stand there.
        cells: usize,
        /// So many are needed.
        columns: usize,
    },
    /// A word that says nothing of how far a right goes.
    #[error("`{0}` is no cell; a cell is `all`, `own` or `·`")]
    Cell(String),
    /// A row without a right.
    #[error("nobody is granted this; grant it or take the row away")]
    Nobody,
    /// The second row of an act.
    #[error("the act has its row in {file} line {line}; put them together there")]
    Twice {
        /// The text of the first row.
        file: String,
        /// Its line.
        line: usize,
    },
}

/// What some texts grant.
#[derive(Debug, Default)]
pub struct Rights(BTreeMap<(Object, Action), Row>);

#[derive(Debug)]
struct Row {
    file: String,
    line: usize,
    reaches: Vec<(Role, Reach)>,
}

impl Rights {
    /// Adds what one more text grants.
    ///
    /// # Errors
    /// [`Misread`] at the first line that is no part of a table, or whose act has its row already.
    pub fn extend(&mut self, file: &str, text: &str) -> Result<(), Misread> {
        let mut columns = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line_number = at + 1;
            let misread = |wrong| Misread { file: file.to_owned(), line: line_number, wrong };
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                [first, ref roles @ ..] if first.starts_with('[') => {
                    columns = read_columns(first, roles).map_err(misread)?;
                }
                [object, action, ref cells @ ..] => {
                    let (act, reaches) = read_row(object, action, cells, &columns).map_err(misread)?;
                    if let Some(Row { file, line, .. }) = self.0.get(&act) {
                        return Err(misread(Wrong::Twice { file: file.clone(), line: *line }));
                    }
                    self.0.insert(act, Row { file: file.to_owned(), line: line_number, reaches });
                }
                [word] => return Err(misread(Wrong::NoRow(word.to_owned()))),
            }
        }
        Ok(())
    }

    /// Each act, and whoever may do it.
    pub fn acts(&self) -> impl Iterator<Item = (Object, Action, &[(Role, Reach)])> {
        self.0.iter().map(|((object, action), row)| (*object, *action, row.reaches.as_slice()))
    }
}

/// The roles of each column.
fn read_columns(name: &str, roles: &[&str]) -> Result<Vec<Vec<Role>>, Wrong> {
    let is_name = name.len() > 2 && name.find(']') == Some(name.len() - 1);
    if !is_name || roles.is_empty() {
        return Err(Wrong::NoBlock([&[name], roles].concat().join(" ")));
    }
    if let Some(twice) = roles.iter().enumerate().find(|(at, role)| roles[..*at].contains(role)) {
        return Err(Wrong::TwoColumns((*twice.1).to_owned()));
    }
    let the_others = || Role::STAFF.into_iter().filter(|role| !roles.contains(&role.code())).collect();
    let column = |role: &&str| match (*role, Role::parse(role)) {
        (STAFF, _) => Ok(the_others()),
        (_, Ok(role)) => Ok(vec![role]),
        (unknown, Err(_)) => Err(Wrong::Role(unknown.to_owned())),
    };
    roles.iter().map(column).collect()
}

type Right = (Object, Action);

fn read_row(
    object: &str,
    action: &str,
    cells: &[&str],
    columns: &[Vec<Role>],
) -> Result<(Right, Vec<(Role, Reach)>), Wrong> {
    if columns.is_empty() {
        return Err(Wrong::NoColumns);
    }
    let (Ok(known), Ok(done)) = (Object::parse(object), Action::parse(action)) else {
        return Err(Wrong::Act(format!("{object} {action}")));
    };
    if cells.len() != columns.len() {
        return Err(Wrong::Ragged { cells: cells.len(), columns: columns.len() });
    }
    let mut reaches = Vec::new();
    for (cell, roles) in cells.iter().zip(columns) {
        let reach = match *cell {
            "all" => Reach::All,
            "own" => Reach::Own,
            "·" => continue,
            unknown => return Err(Wrong::Cell(unknown.to_owned())),
        };
        reaches.extend(roles.iter().map(|role| (*role, reach)));
    }
    if reaches.is_empty() { Err(Wrong::Nobody) } else { Ok(((known, done), reaches)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with the first line of this that is, and which line it is.
    fn refused(text: &str) -> (usize, Wrong) {
        let refused = Rights::default().extend("a text", text).unwrap_err();
        assert_eq!(refused.file, "a text");
        (refused.line, refused.wrong)
    }

    type Granted = (Object, Action, Vec<(Role, Reach)>);

    fn granted(texts: &[&str]) -> Vec<Granted> {
        let mut rights = Rights::default();
        texts.iter().for_each(|text| rights.extend(text, text).unwrap());
        rights.acts().map(|(object, action, granted)| (object, action, granted.to_vec())).collect()
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_line() {
        let word = str::to_owned;
        for (text, line, wrong) in [
            ("case read all", 1, Wrong::NoColumns),
            ("# rights\n\ncase read all", 3, Wrong::NoColumns),
            ("[cases]", 1, Wrong::NoBlock(word("[cases]"))),
            ("[] head", 1, Wrong::NoBlock(word("[] head"))),
            ("[cases head", 1, Wrong::NoBlock(word("[cases head"))),
            ("[all cases] head", 1, Wrong::NoBlock(word("[all cases] head"))),
            ("[cases] head chef", 1, Wrong::Role(word("chef"))),
            ("[cases] Head", 1, Wrong::Role(word("Head"))),
            ("[cases] head intake head", 1, Wrong::TwoColumns(word("head"))),
            ("[cases] staff head staff", 1, Wrong::TwoColumns(word("staff"))),
            ("[cases] head\ncase", 2, Wrong::NoRow(word("case"))),
            ("[cases] head\ncase fly all", 2, Wrong::Act(word("case fly"))),
            ("[cases] head\nmoon read all", 2, Wrong::Act(word("moon read"))),
            ("[cases] head\nread case all", 2, Wrong::Act(word("read case"))),
            ("[cases] head intake\ncase read", 2, Wrong::Ragged { cells: 0, columns: 2 }),
            ("[cases] head intake\ncase read all", 2, Wrong::Ragged { cells: 1, columns: 2 }),
            ("[cases] head intake\ncase read all own all", 2, Wrong::Ragged { cells: 3, columns: 2 }),
            ("[cases] head\n\ncase read yes", 3, Wrong::Cell(word("yes"))),
            ("[cases] head\ncase read All", 2, Wrong::Cell(word("All"))),
            ("[cases] head\ncase read none", 2, Wrong::Cell(word("none"))),
            ("[cases] head\ncase read -", 2, Wrong::Cell(word("-"))),
            ("[cases] head intake\ncase read · ·", 2, Wrong::Nobody),
            ("[cases] head\ncase read all\ncase read all", 3, Wrong::Twice { file: word("a text"), line: 2 }),
            (
                "[cases] head\ncase read all\n\n[others] intake\ncase list all\ncase read own",
                6,
                Wrong::Twice { file: word("a text"), line: 2 },
            ),
        ] {
            assert_eq!(refused(text), (line, wrong), "{text}");
        }
    }

    /// What has let a revoked or foreign right through elsewhere cannot be said in a table at all.
    #[test]
    fn a_row_says_nothing_but_a_plain_grant() {
        let is_role = |wrong: &Wrong| matches!(wrong, Wrong::Role(_));
        for column in ["*", "role:head", "u:head", "role:*", "g", "head,intake", "站长"] {
            let (line, wrong) = refused(&format!("[cases] {column}\ncase read all"));
            assert!(line == 1 && is_role(&wrong), "{column}: {wrong}");
        }
        for act in ["* read", "case *", "/case/* read", "case read.own", "case (read|list)", "g head", "个案 read"] {
            let (line, wrong) = refused(&format!("[cases] head\n{act} all"));
            assert_eq!((line, wrong), (2, Wrong::Act(act.to_owned())));
        }
        for cell in ["deny", "allow", "!all", "all.own", "*", "全部"] {
            let (line, wrong) = refused(&format!("[cases] head\ncase read {cell}"));
            assert_eq!((line, wrong), (2, Wrong::Cell(cell.to_owned())));
        }
    }

    #[test]
    fn staff_are_those_without_a_column_of_their_own() {
        let [(Object::Duty, Action::List, granted)] =
            &granted(&["[duties] head staff resident\nduty list all own ·"])[..]
        else {
            panic!("one act")
        };
        let reach = |role| granted.iter().filter(|(of, _)| *of == role).map(|(_, reach)| *reach).collect::<Vec<_>>();
        for role in Role::ALL {
            let expected = match role {
                Role::Head => vec![Reach::All],
                role if Role::STAFF.contains(&role) => vec![Reach::Own],
                _ => vec![],
            };
            assert_eq!(reach(role), expected, "{role}");
        }
    }

    /// A register brings its row; what it says of an act that has one already is refused, and both places are named.
    #[test]
    fn several_texts_are_one_table() {
        let (first, second) = ("[cases] head\ncase read all", "[more] intake evaluator\ncase list own ·");
        let all = |reach| vec![(Role::Head, reach)];
        assert_eq!(
            granted(&[first, second]),
            [
                (Object::Case, Action::List, vec![(Role::Intake, Reach::Own)]),
                (Object::Case, Action::Read, all(Reach::All)),
            ]
        );
        let mut rights = Rights::default();
        rights.extend("rights.policy", first).unwrap();
        let refused = rights.extend("register.toml", "[more] intake\n\ncase read all").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "register.toml line 3: the act has its row in rights.policy line 2; put them together there"
        );
        let columns = rights.extend("register.toml", "case list all").unwrap_err();
        assert_eq!(columns.wrong, Wrong::NoColumns, "the columns of one text are none of another's");
    }
}
