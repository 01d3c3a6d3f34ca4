//! sea-orm's own query would read every organisation's rows; a transaction is not a connection, so it has nothing to run on.

use backend::db::ReadTx;
use backend::entity::client;
use sea_orm::EntityTrait;

async fn everybodys_clients(tx: &ReadTx) {
    let _ = client::Entity::find().all(tx).await;
}
