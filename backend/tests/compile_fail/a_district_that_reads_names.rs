//! A district reads numbers and rows without names; neither persons nor narratives nor the keys that open them.

use backend::db::OversightTx;
use backend::entity::{client, member_role, paper, paper_fact, person_key, search_piece};

fn read(tx: &OversightTx) {
    let _ = tx.find::<client::Entity>();
    let _ = tx.find::<search_piece::Entity>();
    let _ = tx.find::<person_key::Entity>();
    let _ = tx.find::<member_role::Entity>();
    let _ = tx.find::<paper::Entity>();
    let _ = tx.find::<paper_fact::Entity>();
}
