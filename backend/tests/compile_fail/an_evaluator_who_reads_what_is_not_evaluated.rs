//! Roles, names' pieces and openings are nothing to evaluate.

use backend::db::EvaluatorTx;
use backend::entity::{client_name, member_role, opening};

fn read(tx: &EvaluatorTx) {
    let _ = tx.find::<client_name::Entity>();
    let _ = tx.find::<member_role::Entity>();
    let _ = tx.find::<opening::Entity>();
}
