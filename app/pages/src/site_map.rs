//! Which pages there are, as far as a page may know it.
//!
//! The navigation shows only what is there and what the person may open, and the way in leads back only to a page that can
//! be shown. Both ask this map, which the table of routes hands in with each request: a page never asks the table itself,
//! because the table knows every page.

use domain::access::{Action, Object};

/// What of the policy a route needs; nothing where being who one is suffices.
pub type Needs = Option<(Object, Action)>;

/// The addresses at which something is shown, each with what it needs.
#[derive(Clone, Copy, Debug, Default)]
pub struct SiteMap(&'static [(&'static str, Needs)]);

impl SiteMap {
    /// The map of these pages; it stays for as long as the program runs.
    #[must_use]
    pub fn new(pages: Vec<(&'static str, Needs)>) -> Self {
        Self(pages.leak())
    }

    /// What the page at this address needs, when there is one.
    #[must_use]
    pub fn needs(self, path: &str) -> Option<Needs> {
        self.0.iter().find(|(page, _)| *page == path).map(|(_, needs)| *needs)
    }
}
