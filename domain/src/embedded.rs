//! Data files that are compiled into the program: calendars, the rule book, form templates.

use std::fmt::Display;

/// The requirements that tests prove, one a line; made by `domain/tests/requirements`.
pub(crate) const PROVEN: &str = include_str!("../proven.txt");

include!(concat!(env!("OUT_DIR"), "/data_files.rs"));

/// Opens embedded data that was read with `read`.
///
/// A broken file here is a broken build, not a state a running program could meet: a test reads
/// every one of them. Going on without the rule book would be far worse than stopping.
#[expect(clippy::panic, reason = "embedded files are read by tests; a broken one must stop the program")]
pub(crate) fn sound<T, E: Display>(file: &str, read: Result<T, E>) -> T {
    match read {
        Ok(data) => data,
        Err(error) => panic!("the embedded {file} is broken: {error}"),
    }
}
