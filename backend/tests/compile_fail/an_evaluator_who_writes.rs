//! An evaluator's scope and transaction have no method that writes.

use backend::EvaluatorScope;
use backend::db::EvaluatorTx;
use backend::entity::case;
use domain::ids::OperationId;

async fn by_an_operation(scope: &EvaluatorScope, operation: OperationId) {
    let _ = scope.change(operation, &(), async |_| Ok(())).await;
}

async fn by_hand(tx: &EvaluatorTx, row: case::ActiveModel) {
    let _ = tx.insert(row).await;
}
