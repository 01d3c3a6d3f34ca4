//! Names' pieces and openings are nothing to evaluate.

use backend::db::EvaluatorTx;
use backend::entity::{client_name, opening};

fn read(tx: &EvaluatorTx) {
    let _ = tx.find::<client_name::Entity>();
    let _ = tx.find::<opening::Entity>();
}
