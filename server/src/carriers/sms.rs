//! Text messages, by whatever gateway the district has: each asks for the same in other words, so the words are a setting.

use super::http::Http;
use super::wrong;
use crate::config::Config;
use crate::start::Failure;
use async_trait::async_trait;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Method, Request, Uri};
use backend::deliveries::{Carrier, Letter};
use bytes::Bytes;
use domain::delivery::Cause;
use http_body_util::Full;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;

/// What stands for what in the settings.
const TELEPHONE: &str = "{telephone}";
const TEXT: &str = "{text}";
const ID: &str = "{id}";

/// A gateway for text messages.
pub struct Sms {
    http: Http,
    url: String,
    method: Method,
    body: String,
    header: Option<(HeaderName, HeaderValue)>,
    accepted: String,
}

impl Sms {
    /// The gateway of the settings.
    ///
    /// # Errors
    /// When a setting is not what it should be.
    pub fn open(config: &Config, patience: Duration) -> Result<Self, Failure> {
        let filled = fill(&config.sms_url, &sample(), in_address);
        let url: Uri = filled.parse().map_err(|_| wrong("sms_url", "no address of the web"))?;
        if !matches!(url.scheme_str(), Some("https" | "http")) || url.host().is_none() {
            return Err(wrong("sms_url", "it has to begin with https:// or http://"));
        }
        let method = match config.sms_method.as_str() {
            "GET" => Method::GET,
            "POST" | "" => Method::POST,
            _ => return Err(wrong("sms_method", "POST or GET")),
        };
        let said = format!("{}{}", config.sms_url, config.sms_body);
        if let Some(missing) = [TELEPHONE, TEXT].into_iter().find(|word| !said.contains(word)) {
            return Err(wrong("sms_body", format!("neither it nor sms_url has {missing}")));
        }
        Ok(Self {
            http: Http::new(patience),
            url: config.sms_url.clone(),
            method,
            body: config.sms_body.clone(),
            header: header(&config.sms_header)?,
            accepted: config.sms_accepted.clone(),
        })
    }

    fn request(&self, letter: &Letter) -> Result<Request<Full<Bytes>>, Cause> {
        let is_json = self.body.trim_start().starts_with('{');
        let (kind, body) = if is_json {
            ("application/json; charset=utf-8", fill(&self.body, letter, in_json))
        } else {
            ("application/x-www-form-urlencoded; charset=utf-8", fill(&self.body, letter, in_address))
        };
        let mut request = Request::builder().method(&self.method).uri(fill(&self.url, letter, in_address));
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, kind);
        }
        if let Some((name, value)) = &self.header {
            request = request.header(name, value);
        }
        // A gateway that knows the custom passes a repetition on once.
        request = request.header("idempotency-key", letter.id.to_string());
        request.body(Full::new(Bytes::from(body))).map_err(|_| Cause::Refused)
    }
}

#[async_trait]
impl Carrier for Sms {
    async fn carry(&self, letter: &Letter) -> Result<(), Cause> {
        let answer = self.http.ask(self.request(letter)?).await?;
        // Many gateways say 200 to everything, and how it went in the answer.
        match String::from_utf8_lossy(&answer).contains(&self.accepted) {
            true => Ok(()),
            false => Err(Cause::Trouble),
        }
    }
}

/// The words of a setting with what they stand for, in one walk: what a message says is not read for words again.
fn fill(words: &str, letter: &Letter, escaped: fn(&str) -> String) -> String {
    let id = letter.id.simple().to_string();
    let known = [(TELEPHONE, letter.to.as_str()), (TEXT, &letter.text), (ID, &id)];
    let (mut filled, mut rest) = (String::new(), words);
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        match known.iter().find_map(|(word, value)| Some((from.strip_prefix(word)?, value))) {
            Some((after, value)) => {
                filled.push_str(&escaped(value));
                rest = after;
            }
            None => {
                filled.push('{');
                rest = from.strip_prefix('{').unwrap_or_default();
            }
        }
    }
    filled + rest
}

fn in_address(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}

fn in_json(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
}

fn header(line: &str) -> Result<Option<(HeaderName, HeaderValue)>, Failure> {
    if line.is_empty() {
        return Ok(None);
    }
    let (name, value) = line.split_once(':').ok_or_else(|| wrong("sms_header", "a name, a colon and a value"))?;
    let name = name.trim().parse().map_err(|_| wrong("sms_header", "this is no name of a header"))?;
    let mut value: HeaderValue = value.trim().parse().map_err(|_| wrong("sms_header", "its value cannot be sent"))?;
    value.set_sensitive(true);
    Ok(Some((name, value)))
}

/// A message with which the settings are tried at the start.
fn sample() -> Letter {
    Letter { id: uuid::Uuid::nil(), to: "13800138000".to_owned(), subject: String::new(), text: "您好".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_says_stays_what_it_says() {
        let letter = Letter { text: "“{id}” \"{telephone}\"\\&=\n".to_owned(), ..sample() };
        let body = fill(r#"{"to":"{telephone}","say":"{text}","n":{"id":"{id}"}}"#, &letter, in_json);
        let read: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(read["to"], "13800138000");
        assert_eq!(read["say"], letter.text);
        assert_eq!(read["n"]["id"], "0".repeat(32));
        let body = fill("to={telephone}&say={text}", &letter, in_address);
        let read: Vec<_> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        assert_eq!(read[1], ("say".to_owned(), letter.text));
    }

    #[test]
    fn a_setting_that_cannot_work_is_said_at_the_start() {
        let good = Config {
            sms_url: "https://sms.example.cn/send".to_owned(),
            sms_body: "m={telephone}&c={text}".to_owned(),
            ..Config::default()
        };
        let open = |config: Config| Sms::open(&config, Duration::from_secs(1)).map(drop).map_err(|why| why.to_string());
        assert_eq!(open(good.clone()), Ok(()));
        for (config, setting) in [
            (Config { sms_url: "ftp://sms.example.cn".to_owned(), ..good.clone() }, "sms_url"),
            (Config { sms_method: "PUT".to_owned(), ..good.clone() }, "sms_method"),
            (Config { sms_body: "m={telephone}".to_owned(), ..good.clone() }, "sms_body"),
            (Config { sms_header: "secret".to_owned(), ..good }, "sms_header"),
        ] {
            let why = open(config).unwrap_err();
            assert!(why.contains(setting) && !why.contains("secret"), "{why}");
        }
    }
}
