//! What stands above the organisations is not found among the rows of one.

use backend::db::ReadTx;
use backend::entity::{account, organisation, session};

fn read(tx: &ReadTx) {
    let _ = tx.find::<account::Entity>();
    let _ = tx.find::<session::Entity>();
    let _ = tx.find::<organisation::Entity>();
}
