//! Which rows of a workbook are hidden: what the reader of cells does not tell.

use super::files::RosterError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeSet, HashMap};
use std::io::{BufReader, Cursor};
use zip::ZipArchive;
use zip::result::ZipError;

/// The hidden rows of each sheet, in the workbook's order, counted from 0.
pub(super) fn hidden_rows(bytes: &[u8]) -> Result<Vec<BTreeSet<u32>>, RosterError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| RosterError::Damaged)?;
    let mut parts: HashMap<String, String> = HashMap::new();
    each(&mut archive, "xl/_rels/workbook.xml.rels", "Relationship", |relation| {
        if let (Some(id), Some(target)) = (attribute(relation, "Id"), attribute(relation, "Target")) {
            parts.insert(id, target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned));
        }
    })?;
    let mut sheets = Vec::new();
    each(&mut archive, "xl/workbook.xml", "sheet", |sheet| {
        sheets.push(attribute(sheet, "id").and_then(|id| parts.get(&id)).cloned().unwrap_or_default());
    })?;
    sheets.iter().map(|part| hidden_in(&mut archive, part)).collect()
}

fn hidden_in(archive: &mut ZipArchive<Cursor<&[u8]>>, part: &str) -> Result<BTreeSet<u32>, RosterError> {
    let mut hidden = BTreeSet::new();
    let mut before = 0_u32;
    each(archive, part, "row", |row| {
        // A row without a number follows the one before.
        let number = attribute(row, "r").and_then(|number| number.parse().ok()).unwrap_or(before + 1);
        before = number;
        if attribute(row, "hidden").is_some_and(|said| said == "1" || said == "true") {
            hidden.insert(number.saturating_sub(1));
        }
    })?;
    Ok(hidden)
}

/// Looks at every element of this name in one part; a part that is not there has none.
fn each(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    part: &str,
    name: &str,
    mut look: impl FnMut(&BytesStart<'_>),
) -> Result<(), RosterError> {
    let part = match archive.by_name(part) {
        Ok(part) => part,
        Err(ZipError::FileNotFound) => return Ok(()),
        Err(_) => return Err(RosterError::Damaged),
    };
    let mut reader = Reader::from_reader(BufReader::new(part));
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) if element.local_name().as_ref() == name => {
                look(&element);
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(RosterError::Damaged),
        }
        buffer.clear();
    }
}

/// An attribute by its name, whatever it is prefixed with.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let mut found = attributes.with_checks(false).flatten();
    found.find(|attribute| attribute.key.local_name().as_ref() == name).map(|found| found.value.into_owned())
}
