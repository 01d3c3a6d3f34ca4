//! Letters, by a mail server.

use super::wrong;
use crate::config::Config;
use crate::start::Failure;
use async_trait::async_trait;
use backend::deliveries::{Carrier, Letter};
use domain::delivery::Cause;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;
use tokio::time::timeout;

/// A mail server.
pub struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    patience: Duration,
}

impl Mail {
    /// The mail server of the settings.
    ///
    /// # Errors
    /// When a setting is not what it should be.
    pub fn open(config: &Config, patience: Duration) -> Result<Self, Failure> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(&config.smtp_url)
            .map_err(|_| wrong("smtp_url", "no address of a mail server, as smtps://user:password@mail.example.cn"))?;
        let from = config.smtp_from.parse().map_err(|_| wrong("smtp_from", "no address that a letter comes from"))?;
        Ok(Self { server: server.timeout(Some(patience)).build(), from, patience })
    }

    fn message(&self, letter: &Letter) -> Result<Message, Cause> {
        let to = letter.to.parse().map_err(|_| Cause::Refused)?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&*letter.subject)
            // The same however often it is tried: a reader's mailbox shows a repetition once.
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|_| Cause::Refused)
    }
}

#[async_trait]
impl Carrier for Mail {
    async fn carry(&self, letter: &Letter) -> Result<(), Cause> {
        let message = self.message(letter)?;
        match timeout(self.patience, self.server.send(message)).await {
            Ok(sent) => sent.map(drop).map_err(|error| judged(&error)),
            Err(_) => Err(Cause::NoAnswer),
        }
    }
}

/// What a mail server's no means. That it does not let us in is for the operator to mend, and no fault of the letter.
fn judged(error: &Error) -> Cause {
    let closed = error.status().is_some_and(|code| ["530", "534", "535", "538"].contains(&code.to_string().as_str()));
    if closed || error.is_transient() {
        Cause::Trouble
    } else if error.is_permanent() {
        Cause::Refused
    } else if error.is_timeout() {
        Cause::NoAnswer
    } else {
        Cause::Unreachable
    }
}
