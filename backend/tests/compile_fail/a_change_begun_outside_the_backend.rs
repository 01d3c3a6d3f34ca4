//! A page names an operation; it does not write one.

use backend::{Command, StaffScope};
use domain::ids::OperationId;

async fn write(scope: &StaffScope, operation: OperationId) {
    let _ = scope.run(&Command::of(operation, ()), async |_, _| Ok(())).await;
}
