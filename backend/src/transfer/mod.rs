//! Carrying data in and out: a station's old roster as a workbook or a text, an organisation's data as JSON lines.
//!
//! ```text
//! in    bytes → files (of which kind) → workbook, text file → sheets (cells and their states, as a person sees them)
//!             → headings and columns (what stands where) → rows (whom each is about, what is wrong with it)
//!             → who (is known already) → import (one operation a row) → what is returned, as a workbook
//! out   export (every table, opened) → a sink (a folder) with a manifest
//! ```

mod columns;
mod export;
mod files;
mod headings;
mod hidden;
mod import;
mod returned;
mod roster;
mod rows;
mod sheet;
pub(crate) mod tables;
mod text_file;
mod who;
mod words;
mod workbook;

pub use columns::RosterColumn;
pub use export::{ExportError, ExportManifest, Exported, Folder, Sink, TableFile, export};
pub use files::{MAX_ROSTER, OtherFile, RosterError};
pub use import::{ImportOutcome, import_clients};
pub use returned::returned_workbook;
pub use roster::{Roster, RowPlace, ToldRow, read_roster};
pub use rows::Remark;
pub use tables::NOT_SHOWN;
