//! What follows from what happened: the list of those who listen.
//!
//! No operation does any of this, so none can forget it. Whoever has to hear of events is a line of [`settle`].

use crate::acting::Acting;
use crate::db::WriteTx;
use crate::happening::Happening;
use crate::{audit, obligations, tallies, telling};
use domain::events::Event;
use domain::refusal::Refusal;
use domain::rules::OrgRules;
use domain::time::Moment;

/// Everything that follows from the events.
pub(crate) async fn settle(
    acting: &Acting,
    tx: &WriteTx,
    rules: &OrgRules,
    chain: audit::Head,
    happenings: &[Happening],
    now: Moment,
) -> Result<(), Refusal> {
    for happening in happenings {
        obligations::follow(acting, tx, rules, happening).await?;
        tallies::follow(tx, happening).await?;
    }
    telling::follow(acting, tx, happenings).await?;
    let events: Vec<&Event> = happenings.iter().map(|happening| &happening.event).collect();
    chain.append(tx, &acting.actor, now, &events).await
}
