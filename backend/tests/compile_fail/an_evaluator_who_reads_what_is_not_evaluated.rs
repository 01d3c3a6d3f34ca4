//! Persons' pieces and openings are nothing to evaluate.

use backend::db::EvaluatorTx;
use backend::entity::{opening, search_piece};

fn read(tx: &EvaluatorTx) {
    let _ = tx.find::<search_piece::Entity>();
    let _ = tx.find::<opening::Entity>();
}
