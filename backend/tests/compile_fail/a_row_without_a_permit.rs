//! Nothing is written unless the policy was asked.

use backend::change::Change;
use backend::entity::client;

async fn add(change: &Change<'_>, row: client::ActiveModel) {
    let _ = change.insert(row).await;
}
