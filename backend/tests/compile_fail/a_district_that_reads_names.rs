//! A district reads numbers and rows without names; neither persons nor narratives nor the keys that open them.

use backend::db::OversightTx;
use backend::entity::{client, client_name, member_role, person_key, plan, record};

fn read(tx: &OversightTx) {
    let _ = tx.find::<client::Entity>();
    let _ = tx.find::<client_name::Entity>();
    let _ = tx.find::<person_key::Entity>();
    let _ = tx.find::<member_role::Entity>();
    let _ = tx.find::<plan::Entity>();
    let _ = tx.find::<record::Entity>();
}
