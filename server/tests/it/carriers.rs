//! The ways out, on the wire: a mail server and a gateway that do what such services do on bad days.

use backend::deliveries::{Carrier, Letter};
use domain::delivery::Cause;
use server::carriers::{Mail, Sms};
use server::config::Config;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

/// How long the carriers of these tests wait.
const PATIENCE: Duration = Duration::from_millis(800);

/// A service that answers as it was told, in this order, and keeps what it was sent.
struct Service {
    address: String,
    heard: Heard,
}

/// What it answers; nothing means that it never does.
type Answers = Arc<Mutex<VecDeque<Option<&'static str>>>>;
/// What it was sent.
type Heard = Arc<Mutex<Vec<String>>>;

impl Service {
    async fn open<T: Future<Output = std::io::Result<()>> + Send + 'static>(
        answers: &[Option<&'static str>],
        speak: impl Fn(TcpStream, Answers, Heard) -> T + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (answers, heard): (Answers, Heard) =
            (Arc::new(Mutex::new(answers.iter().copied().collect())), Heard::default());
        let kept = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(speak(stream, answers.clone(), kept.clone()));
            }
        });
        Self { address, heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// Answers one request of HTTP.
async fn gateway(stream: TcpStream, answers: Answers, heard: Heard) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut request, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == "\r\n" {
            break;
        }
        let line = line.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        request.push_str(&line);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    heard.lock().unwrap().push(format!("{request}\n{}", String::from_utf8(body).unwrap()));
    let answer = answers.lock().unwrap().pop_front();
    match answer {
        Some(Some(answer)) => {
            let (status, said) = answer.split_once(' ').unwrap_or((answer, ""));
            let answer =
                format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{said}", said.len());
            stream.write_all(answer.as_bytes()).await
        }
        _ => {
            tokio::time::sleep(PATIENCE * 2).await;
            Ok(())
        }
    }
}

/// Takes one letter, as far as it is told to: each answer is the one to RCPT.
async fn mail_server(stream: TcpStream, answers: Answers, heard: Heard) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(answer) = answers.lock().unwrap().pop_front().flatten() else {
        tokio::time::sleep(PATIENCE * 2).await;
        return Ok(());
    };
    stream.write_all(b"220 mail.example.cn\r\n").await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let said = match line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase().as_str() {
            "RCPT" => answer.to_owned(),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut letter = String::new();
                while !letter.ends_with("\r\n.\r\n") {
                    stream.read_line(&mut letter).await?;
                }
                heard.lock().unwrap().push(letter);
                "250 taken".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 yes".to_owned(),
        };
        stream.write_all(format!("{said}\r\n").as_bytes()).await?;
    }
}

fn letter(to: &str) -> Letter {
    Letter {
        id: Uuid::from_u128(7),
        to: to.to_owned(),
        subject: "青榕社工站：申请 QS01/SQ/2026/001 有新进展".to_owned(),
        text: "您的申请 QS01/SQ/2026/001 正在初审。".to_owned(),
    }
}

#[tokio::test]
async fn a_gateway_may_fail_be_silent_and_repeat_itself() {
    let answers = [
        Some("500"),
        None,
        Some("429"),
        Some("401"),
        Some(r#"200 {"code":9}"#),
        Some("400"),
        Some(r#"200 {"code":0}"#),
        Some(r#"200 {"code":0}"#),
    ];
    let service = Service::open(&answers, gateway).await;
    let config = Config {
        sms_url: format!("http://{}/send", service.address),
        sms_body: r#"{"to":"{telephone}","text":"{text}","id":"{id}"}"#.to_owned(),
        sms_header: "X-Key: secret".to_owned(),
        sms_accepted: r#""code":0"#.to_owned(),
        ..Config::default()
    };
    let sms = Sms::open(&config, PATIENCE).unwrap();
    let mut said = Vec::new();
    for _ in answers {
        said.push(sms.carry(&letter("13800138000")).await);
    }
    let (trouble, silence) = (Err(Cause::Trouble), Err(Cause::NoAnswer));
    assert_eq!(said, [trouble, silence, trouble, trouble, trouble, Err(Cause::Refused), Ok(()), Ok(())]);
    let heard = service.heard();
    assert_eq!(heard.len(), answers.len());
    for request in &heard {
        let (head, body) = request.split_once('\n').unwrap();
        assert!(head.starts_with("post /send "), "{head}");
        assert!(request.contains("x-key: secret") && request.contains("idempotency-key: 00000000-"), "{request}");
        let body: serde_json::Value = serde_json::from_str(body.rsplit('\n').next().unwrap()).unwrap();
        assert_eq!(body["to"], "13800138000");
        assert_eq!(body["text"], letter("").text);
        assert_eq!(body["id"], Uuid::from_u128(7).simple().to_string());
    }
}

#[tokio::test]
async fn a_gateway_may_be_asked_by_address_alone() {
    let service = Service::open(&[Some("200")], gateway).await;
    let url = format!("http://{}/send?m={{telephone}}&c={{text}}", service.address);
    let config = Config { sms_url: url, sms_method: "GET".to_owned(), ..Config::default() };
    assert_eq!(Sms::open(&config, PATIENCE).unwrap().carry(&letter("13800138000")).await, Ok(()));
    assert!(service.heard()[0].starts_with("get /send?m=13800138000&c=%e6%82%a8"), "{}", service.heard()[0]);
}

#[tokio::test]
async fn nobody_at_home_is_no_refusal() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let config = Config {
        sms_url: format!("http://{closed}/"),
        sms_body: "{telephone}{text}".to_owned(),
        smtp_url: format!("smtp://{closed}"),
        smtp_from: "noreply@example.cn".to_owned(),
        ..Config::default()
    };
    let unreachable = Err(Cause::Unreachable);
    assert_eq!(Sms::open(&config, PATIENCE).unwrap().carry(&letter("13800138000")).await, unreachable);
    assert_eq!(Mail::open(&config, PATIENCE).unwrap().carry(&letter("wang@example.cn")).await, unreachable);
}

#[tokio::test]
async fn a_mail_server_may_defer_refuse_and_be_silent() {
    let answers = [Some("451 later"), Some("550 nobody of that name"), None, Some("250 yes"), Some("250 yes")];
    let service = Service::open(&answers, mail_server).await;
    let config = Config {
        smtp_url: format!("smtp://{}", service.address),
        smtp_from: "榕荫 <noreply@example.cn>".to_owned(),
        ..Config::default()
    };
    let mail = Mail::open(&config, PATIENCE).unwrap();
    let mut said = Vec::new();
    for _ in answers {
        said.push(mail.carry(&letter("wang@example.cn")).await);
    }
    assert_eq!(said, [Err(Cause::Trouble), Err(Cause::Refused), Err(Cause::NoAnswer), Ok(()), Ok(())]);
    let letters = service.heard();
    assert_eq!(letters.len(), 2);
    for letter in &letters {
        let id = format!("Message-ID: <{}@example.cn>", Uuid::from_u128(7));
        assert!(letter.contains(&id) && letter.contains("To: wang@example.cn"), "{letter}");
    }
}

#[test]
fn a_mail_server_that_cannot_be_is_said_at_the_start() {
    for (url, from, setting) in [
        ("https://mail.example.cn", "noreply@example.cn", "smtp_url"),
        ("smtps://u:secret@", "noreply@example.cn", "smtp_url"),
        ("smtps://u:secret@mail.example.cn", "nobody", "smtp_from"),
    ] {
        let config = Config { smtp_url: url.to_owned(), smtp_from: from.to_owned(), ..Config::default() };
        let why = Mail::open(&config, PATIENCE).map(drop).unwrap_err().to_string();
        assert!(why.contains(setting) && !why.contains("secret"), "{why}");
    }
}
