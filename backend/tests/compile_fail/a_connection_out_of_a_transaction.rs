//! What a transaction stands on stays inside.

use backend::db::{Database, ReadTx, WriteTx};

fn the_connection(database: &Database, reading: &ReadTx, writing: &WriteTx) {
    let _ = &database.engine;
    let _ = &reading.tx;
    let _ = &writing.read;
}
