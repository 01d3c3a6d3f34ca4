//! `banyan demo`

use crate::config::Config;
use crate::start::{self, Failure};
use backend::Backend;
use backend::demo::{DemoError, PASSWORD, SignIn, sign_ins};
use std::time::Instant;

/// Makes the demo in an empty database.
pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    let backend = start::open(config).await?;
    load(&backend).await?;
    print(&sign_ins());
    backend.database().settle().await.map_err(|fault| Failure::Said(fault.to_string()))
}

/// Makes the demo when there is nothing yet, and says how to sign in.
pub(super) async fn load_once(backend: &Backend) -> Result<(), Failure> {
    match load(backend).await {
        Ok(()) | Err(Failure::Demo(DemoError::NotEmpty)) => {
            print(&sign_ins());
            Ok(())
        }
        Err(failure) => Err(failure),
    }
}

async fn load(backend: &Backend) -> Result<(), Failure> {
    let began = Instant::now();
    backend.load_demo().await?;
    tracing::info!(seconds = began.elapsed().as_secs(), "made the demo district");
    Ok(())
}

fn print(list: &[SignIn]) {
    println!("Demo sign-ins; the password of each is {PASSWORD}");
    for one in list {
        println!("  {:<18} {}  {}", one.name, one.person, one.post);
    }
}
