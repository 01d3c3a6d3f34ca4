//! What an evaluation engagement opens, and until when.

use crate::entity::engagement;
use domain::access::Object;
use domain::ids::EngagementId;
use domain::registers::Kind;
use domain::time::{Day, Moment};

/// What an engagement opens.
#[derive(Clone, Debug)]
pub struct Engagement {
    /// Its id.
    pub id: EngagementId,
    /// What it is called.
    pub title: String,
    /// Kinds of record that it opens.
    pub kinds: Vec<Kind>,
    /// Cases opened from this day …
    pub from: Day,
    /// … to this day.
    pub to: Day,
    /// From this moment on nothing opens.
    pub ends: Moment,
}

impl Engagement {
    /// Whether it opens this kind: itself, the rules, what is due under them and whether the audit chain is whole always;
    /// records only when it names them.
    #[must_use]
    pub fn opens(&self, kind: impl Into<Kind>) -> bool {
        let kind = kind.into();
        let always = [Object::Engagement, Object::Rule, Object::Duty, Object::AuditTrail].map(Kind::from);
        always.contains(&kind) || self.kinds.contains(&kind)
    }

    pub(crate) fn read(row: &engagement::Model) -> Self {
        Self {
            id: row.id.into(),
            title: row.title.clone(),
            kinds: row.kinds.split(',').map(Kind::from_code).collect(),
            from: row.period_from.into(),
            to: row.period_to.into(),
            ends: Moment::from_millis(row.ends_at),
        }
    }
}
