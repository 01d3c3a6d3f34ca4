//! `banyan migrate`

use crate::config::Config;
use crate::start::{self, Failure};

pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    start::migrate(config).await?;
    println!("the schema is up to date");
    Ok(())
}
