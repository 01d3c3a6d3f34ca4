//! The ways out of this installation, as its settings say: a mail server, and a gateway for text messages.

mod http;
mod mail;
mod sms;

pub use mail::Mail;
pub use sms::Sms;

use crate::config::Config;
use crate::start::Failure;
use backend::deliveries::Carriers;
use domain::delivery::Way;
use std::sync::Arc;
use std::time::Duration;

/// The ways that are set up; none, and nothing leaves the house.
///
/// # Errors
/// When a setting is not what it should be: better now than when somebody waits for a message.
pub fn of(config: &Config) -> Result<Carriers, Failure> {
    let patience = Duration::from_secs(u64::from(config.delivery_seconds.clamp(1, 30)));
    let mut carriers = Carriers::at(&config.public_url);
    if !config.sms_url.is_empty() {
        carriers = carriers.with(Way::Sms, Arc::new(Sms::open(config, patience)?));
    }
    if !config.smtp_url.is_empty() {
        carriers = carriers.with(Way::Email, Arc::new(Mail::open(config, patience)?));
    }
    if !carriers.is_empty() && config.public_url.is_empty() {
        tracing::warn!("messages do not say where to look: set public_url to the address that people type");
    }
    Ok(carriers)
}

/// That a setting is wrong, without what it holds: it may be a secret.
fn wrong(setting: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Said(format!("settings: {setting}: {why}"))
}
