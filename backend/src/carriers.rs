//! Carriers: who takes a message out of the house. What they speak, mail or HTTP, is for whoever starts the program to bring.

use async_trait::async_trait;
use domain::delivery::{Cause, Way};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// One message, ready to go.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The delivery: the same however often it is tried, so that whoever carries it can see a repetition.
    pub id: Uuid,
    /// Where it goes.
    pub to: String,
    /// What stands over it, where the way has room for that.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl fmt::Debug for Letter {
    /// Never where it goes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Takes messages out of the house by one way.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Hands a message over. It answers within half a minute, or is given up on.
    ///
    /// # Errors
    /// Why it was not taken; [`Cause::may_pass`] says whether trying again may help.
    async fn carry(&self, letter: &Letter) -> Result<(), Cause>;
}

/// The ways out of this installation.
#[derive(Clone, Default)]
pub struct Carriers {
    ways: BTreeMap<Way, Arc<dyn Carrier>>,
    public_url: String,
}

impl Carriers {
    /// No way yet; people come in at this address, as `https://banyan.example.cn`.
    #[must_use]
    pub fn at(public_url: &str) -> Self {
        Self { ways: BTreeMap::new(), public_url: public_url.trim_end_matches('/').to_owned() }
    }

    /// The same with one way more.
    #[must_use]
    pub fn with(mut self, way: Way, carrier: Arc<dyn Carrier>) -> Self {
        self.ways.insert(way, carrier);
        self
    }

    /// Whether nothing can leave the house.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    pub(crate) fn by(&self, way: Way) -> Option<&Arc<dyn Carrier>> {
        self.ways.get(&way)
    }

    /// Where an applicant looks up how it stands; empty where nobody said at which address people come in.
    pub(crate) fn status_page(&self, slug: &str) -> String {
        if self.public_url.is_empty() { String::new() } else { format!("{}/s/{slug}/status", self.public_url) }
    }

    /// By which way this person is told, and where that leads.
    pub(crate) fn reach(&self, phone: &str, email: &str) -> Option<(Way, String)> {
        let ways = Way::ALL.into_iter().filter(|way| self.ways.contains_key(way));
        ways.filter_map(|way| Some((way, way.address(phone, email)?))).next()
    }
}

impl fmt::Debug for Carriers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.ways.keys().map(|way| way.code())).finish()
    }
}
