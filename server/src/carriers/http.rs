//! Asking another service by HTTP: one request, one answer, within a time.

use axum::http::{Request, StatusCode};
use bytes::Bytes;
use domain::delivery::Cause;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::time::Duration;
use tokio::time::timeout;

/// How much of an answer is read.
const ANSWER: usize = 16 * 1024;

/// A client for one service. It follows no redirection: a message goes where the settings say, and nowhere else.
pub(super) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    patience: Duration,
}

impl Http {
    pub(super) fn new(patience: Duration) -> Self {
        let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
        Self { client: Client::builder(TokioExecutor::new()).build(connector), patience }
    }

    /// Asks, and says what was answered.
    ///
    /// # Errors
    /// When nothing is answered in time, or that it was not taken.
    pub(super) async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Bytes, Cause> {
        let asked = async {
            let answer = self.client.request(request).await.map_err(|_| Cause::Unreachable)?;
            judged(answer.status())?;
            let body = Limited::new(answer.into_body(), ANSWER).collect().await.map_err(|_| Cause::Trouble)?;
            Ok(body.to_bytes())
        };
        timeout(self.patience, asked).await.unwrap_or(Err(Cause::NoAnswer))
    }
}

/// What a status means: that the message is not wanted, or that it may be taken later. Not being let in is for the operator to
/// mend, and no fault of the message.
fn judged(status: StatusCode) -> Result<(), Cause> {
    match status.as_u16() {
        200..=299 => Ok(()),
        401 | 403 | 407 | 408 | 425 | 429 | 500..=599 => Err(Cause::Trouble),
        _ => Err(Cause::Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_whether_trying_again_may_help() {
        for (status, may_pass) in
            [(400, false), (422, false), (302, false), (401, true), (429, true), (500, true), (503, true)]
        {
            let cause = judged(StatusCode::from_u16(status).unwrap()).unwrap_err();
            assert_eq!(cause.may_pass(), may_pass, "{status}");
        }
        assert_eq!(judged(StatusCode::ACCEPTED), Ok(()));
    }
}
