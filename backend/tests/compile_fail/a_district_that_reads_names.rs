//! A district reads numbers and rows without names; neither narratives nor the pieces of names.

use backend::db::OversightTx;
use backend::entity::{client_name, member_role, plan, record};

fn read(tx: &OversightTx) {
    let _ = tx.find::<client_name::Entity>();
    let _ = tx.find::<member_role::Entity>();
    let _ = tx.find::<plan::Entity>();
    let _ = tx.find::<record::Entity>();
}
