//! The list: what is asked, area by area.

use domain::lang::Text;
use serde::Deserialize;

/// Everything that is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    #[serde(rename = "area")]
    pub areas: Vec<Area>,
}

/// An area of the work.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    pub id: String,
    pub title: Text,
    #[serde(rename = "requirement")]
    pub requirements: Vec<Requirement>,
}

/// One line of what is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    pub id: String,
    pub title: Text,
    /// Where it is met: an address of the route table.
    pub screen: Option<String>,
    /// What is not there yet, while only a part is.
    pub missing: Option<String>,
}

/// How far a requirement is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Works,
    InPart,
    Open,
}

impl List {
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.areas.iter().flat_map(|area| &area.requirements)
    }
}

impl Requirement {
    /// What no test names is open, whatever the code may do.
    pub fn state(&self, proven: bool) -> State {
        match (proven, &self.missing) {
            (false, _) => State::Open,
            (true, Some(_)) => State::InPart,
            (true, None) => State::Works,
        }
    }
}
