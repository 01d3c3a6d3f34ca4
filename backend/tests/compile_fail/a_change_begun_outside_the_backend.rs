//! A page names an operation; it does not write one.

use backend::StaffScope;
use domain::ids::OperationId;

async fn write(scope: &StaffScope, operation: OperationId) {
    let _ = scope.change(operation, &(), async |_| Ok(())).await;
}
