//! Carrying data in and out: a station's old roster as a workbook, an organisation's data as JSON lines.
//!
//! ```text
//! in    bytes → workbook (cells, within limits) → roster (columns by their headings) → import (one operation a row)
//!                                                                                    ↘ bad rows, as a workbook
//! out   export (every table, opened) → a sink (a folder) with a manifest
//! ```

mod bad_rows;
mod columns;
mod export;
mod import;
mod roster;
pub(crate) mod tables;
mod workbook;

pub use bad_rows::bad_rows_workbook;
pub use columns::Column;
pub use export::{ExportError, Exported, Folder, Manifest, Sink, TableFile, export};
pub use import::{ImportOutcome, import_clients};
pub use roster::{BadCell, BadRow, Roster, read_roster};
pub use tables::NOT_SHOWN;
pub use workbook::{MAX_ROSTER, RosterError};
