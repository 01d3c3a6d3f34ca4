//! What follows from what happened: the list of those who listen.
//!
//! No operation does any of this, so none can forget it. Whoever has to hear of events is a line of [`settle`].

use crate::acting::Acting;
use crate::db::WriteTx;
use crate::happening::Happening;
use crate::{audit, delivering, obligations, tallies, telling};
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
    delivering::follow(acting, tx, happenings).await?;
    let events: Vec<&Event> = happenings.iter().map(|happening| &happening.event).collect();
    chain.append(tx, &acting.actor, now, &events).await
}

/// Notes what the program sees happen and nobody does: that a message went out, that somebody with the code looked. No one is
/// asked for a right, for no one acts; everything that follows from what happened follows.
pub(crate) async fn witness(
    acting: &Acting,
    work: impl AsyncFnOnce(&WriteTx, Moment) -> Result<Vec<Happening>, Refusal>,
) -> Result<(), Refusal> {
    let now = acting.core.clock.now();
    let (tx, chain) = audit::Head::take(&acting.core.db, acting.organisation.id.uuid()).await?;
    let happenings = match work(&tx, now).await {
        Ok(happenings) => happenings,
        Err(refusal) => {
            tx.rollback().await?;
            return Err(refusal);
        }
    };
    settle(acting, &tx, &acting.organisation.rules(&tx).await?, chain, &happenings, now).await?;
    tx.commit().await
}
