//! Puts a [`Book`] on A4.
//!
//! A book is words that were put together already. [`fonts`] finds a Song face that has their characters, [`setting`] makes
//! lines of them, [`sheets`] lays the lines on sheets, and [`pdf`] writes these. Nothing typed is ever read as anything but
//! text, because there is no markup in between; what comes out depends on the book and the fonts alone.
//!
//! Two promises are kept by [`sheets`]: a signature never stands on a sheet without something of what is signed, and no sheet
//! is empty.

mod fonts;
mod furniture;
mod pdf;
mod setting;
mod sheets;
#[cfg(test)]
mod tests;

use fonts::Fonts;
pub use print::Book;
use std::path::PathBuf;

/// So many sheets at most: ten times the thickest file that anybody binds.
pub const MOST_SHEETS: usize = 1_000;

/// Why something was not printed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unprinted {
    /// No face with Chinese characters was found.
    #[error(
        "no Chinese font was found on this machine: install one (Debian: apt-get install fonts-noto-cjk), or put the files \
         of one into the folder that print_fonts names"
    )]
    NoFont,
    /// A font that was found cannot be read.
    #[error("a font cannot be read: {0}")]
    Font(String),
    /// It would take more than [`MOST_SHEETS`].
    #[error("more than {MOST_SHEETS} sheets")]
    TooLong,
    /// The PDF cannot be written.
    #[error("the PDF cannot be written: {0}")]
    Unwritten(String),
}

/// What came off the press.
#[derive(Clone, Debug)]
pub struct Printed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// How many sheets it has.
    pub sheets: usize,
    /// The characters that no font has. A mark stands in their place, and the foot of its sheet says which they are.
    pub missing: Vec<char>,
}

/// What prints: knows where fonts may lie.
#[derive(Clone, Debug, Default)]
pub struct Press {
    folder: Option<PathBuf>,
}

impl Press {
    /// A press that looks for fonts in this folder first, then where the system keeps them.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// The name of the face that it would print with.
    ///
    /// # Errors
    /// [`Unprinted::NoFont`] when there is none.
    pub fn face(&self) -> Result<String, Unprinted> {
        Ok(Fonts::found(self.folder.as_deref())?.name())
    }

    /// Prints a book. It takes time and keeps a processor busy: where others wait, it belongs on a thread of its own.
    ///
    /// Fonts are looked up each time: whoever installs one need not start anything anew, and between two books none lies in
    /// memory.
    ///
    /// # Errors
    /// When there is no font, the book is too long, or the PDF cannot be written.
    pub fn print(&self, book: &Book) -> Result<Printed, Unprinted> {
        let faces = Fonts::found(self.folder.as_deref())?.cast(book.words().chain(furniture::WORDS))?;
        let sheets = sheets::of(book, &faces)?;
        let missing = sheets.iter().flat_map(|sheet| sheet.missing.iter().copied()).collect();
        let missing = std::collections::BTreeSet::into_iter(missing).collect();
        let bytes = pdf::write(book, &sheets, &faces)?;
        Ok(Printed { bytes, sheets: sheets.len(), missing })
    }
}
