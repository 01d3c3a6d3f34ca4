//! Reading and writing are two types.

use backend::db::ReadTx;
use backend::entity::client;

async fn write(tx: &ReadTx, row: client::ActiveModel) {
    let _ = tx.insert(row).await;
}
