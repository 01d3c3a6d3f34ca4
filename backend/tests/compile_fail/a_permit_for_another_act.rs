//! A permit to list clients adds none.

use backend::change::{Act, Change, Permit};
use backend::entity::client;
use domain::access::{Action, Object};

struct ListClients;

impl Act for ListClients {
    const OBJECT: Object = Object::Client;
    const ACTION: Action = Action::List;
}

async fn add(change: &Change<'_>, permit: &Permit<ListClients>, row: client::ActiveModel) {
    let _ = change.insert::<ListClients, client::ActiveModel>(permit, row).await;
}
