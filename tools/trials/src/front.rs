//! What comes at the door: thousands who send slowly, and requests made to be read in two ways.

use crate::Common;
use crate::browser::Browser;
use crate::engine::Kind;
use crate::proxy::Proxy;
use crate::record::{Report, quantiles};
use crate::road::STATION;
use crate::server::Server;
use crate::shell;
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[derive(Args)]
pub struct Front {
    #[command(flatten)]
    common: Common,
    /// How many send slowly at the same time
    #[arg(long, default_value_t = 10_000)]
    slow: usize,
    /// How many honest requests are timed, before and meanwhile
    #[arg(long, default_value_t = 1_000)]
    honest: usize,
    /// The operators' configuration
    #[arg(long, value_name = "FILE", default_value = "docs/nginx.conf")]
    nginx: PathBuf,
}

/// Whoever says nothing for so long has nothing more to say.
const SILENCE: Duration = Duration::from_millis(1_500);
/// How often each ambiguous request is sent.
const TIMES: usize = 10;
/// A longer wait than this is not the slow ones' doing but the machine's.
const NOISE: Duration = Duration::from_millis(100);

impl Front {
    pub fn run(self) -> Result<Report> {
        let common = &self.common;
        let engine = common.engine()?;
        let port = shell::free_port()?;
        let public = format!("http://127.0.0.1:{port}");
        let settings =
            [("BANYAN_LOG", "info"), ("BANYAN_PUBLIC_URL", public.as_str()), ("BANYAN_TRUSTED_PROXY", "127.0.0.1")];
        let mut servers = vec![Server::start(&engine, &common.binary, &settings)?];
        // An SQLite file belongs to one instance; the other is then one that is down.
        if common.engine == Kind::Postgres {
            servers.push(Server::start(&engine, &common.binary, &settings)?);
        }
        let ports = [servers[0].port, servers.last().map_or(0, |server| server.port)];
        let proxy = Proxy::start(&self.nginx, engine.folder.join("nginx"), port, ports)?;
        let mut report = Report::new("front", common);
        self.slow(&proxy, &mut report)?;
        self.smuggle(&proxy, &servers, &mut report)?;
        drop(proxy);
        for mut server in servers {
            server.stop()?;
        }
        engine.remove()?;
        Ok(report)
    }

    fn slow(&self, proxy: &Proxy, report: &mut Report) -> Result<()> {
        let before = self.honest(&proxy.base())?;
        let (stop, open, cut) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
        let meanwhile = std::thread::scope(|scope| -> Result<Vec<Duration>> {
            let dripping = scope.spawn(|| drip(proxy.port, self.slow, &stop, &open, &cut));
            let began = Instant::now();
            while open.load(Ordering::SeqCst) < self.slow && began.elapsed() < Duration::from_secs(60) {
                std::thread::sleep(Duration::from_millis(50));
            }
            let meanwhile = self.honest(&proxy.base());
            stop.store(true, Ordering::SeqCst);
            dripping.join().ok().context("a slow client panicked")??;
            meanwhile
        })?;
        report.number("slow connections", open.load(Ordering::SeqCst));
        report.number("of them cut off and opened again", cut.load(Ordering::SeqCst));
        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        let (calm, busy) = (quantiles(&before), quantiles(&meanwhile));
        report.text("honest p50 / p99 before", format!("{:.1} / {:.1} ms", millis(calm.0), millis(calm.1)));
        report.text("and meanwhile", format!("{:.1} / {:.1} ms", millis(busy.0), millis(busy.1)));
        if busy.1 > 2 * calm.1 + NOISE {
            report.wrong(["honest requests waited for slow ones".to_owned()]);
        }
        Ok(())
    }

    /// How long a resident waits for the station's page, each time.
    fn honest(&self, base: &str) -> Result<Vec<Duration>> {
        let mut browser = Browser::new(base);
        (0..self.honest)
            .map(|_| {
                let began = Instant::now();
                let status = browser.get(&format!("/s/{STATION}"))?.status;
                ensure!(status == 200, "an honest request was answered {status}");
                Ok(began.elapsed())
            })
            .collect()
    }

    /// Sends each of the corpus many times, with honest requests between them over the connections that nginx keeps.
    fn smuggle(&self, proxy: &Proxy, servers: &[Server], report: &mut Report) -> Result<()> {
        let corpus = corpus(proxy.port);
        let (taken, before) = (taken(servers)?, proxy.passed_on()?);
        let mut browser = Browser::new(&proxy.base());
        let (mut refused, mut sent) = (0, 0);
        for _ in 0..TIMES {
            for (name, bytes) in &corpus {
                let answer = send_raw(proxy.port, bytes)?;
                sent += 1;
                refused += usize::from(answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 501"));
                for _ in 0..3 {
                    let honest = browser.get("/healthz")?;
                    if (honest.status, honest.body.as_str()) != (200, "ok") {
                        report.wrong([format!("after {name} an honest request got {}", honest.status)]);
                    }
                }
            }
        }
        std::thread::sleep(Duration::from_millis(300));
        let (taken, after) = (self::taken(servers)? - taken, proxy.passed_on()?);
        let (passed, given_up) = (after.all - before.all, after.given_up - before.given_up);
        report.number("ambiguous requests", sent);
        report.number("of them refused", refused);
        report.text("passed on / taken", format!("{passed} / {taken}"));
        // What its sender gave up may have reached an instance or not; anything else is there exactly once.
        if taken > passed || taken + given_up < passed {
            report.wrong([format!(
                "nginx passed {passed} requests on ({given_up} given up), the instances took {taken}"
            )]);
        }
        Ok(())
    }
}

/// How many requests the instances took for one: each is a line of their logs.
fn taken(servers: &[Server]) -> Result<usize> {
    servers.iter().map(|server| Ok(server.log()?.matches("\"message\":\"request\"").count())).sum()
}

/// Keeps so many connections that send a byte now and then: a third of them headers, a third a form, a third nothing.
fn drip(port: u16, many: usize, stop: &AtomicBool, open: &AtomicUsize, cut: &AtomicUsize) -> Result<()> {
    let connect = |kind: usize| -> Result<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nonblocking(true)?;
        let host = format!("Host: 127.0.0.1:{port}\r\n");
        match kind % 3 {
            0 => stream.write_all(format!("GET / HTTP/1.1\r\n{host}X-Slow: ").as_bytes())?,
            1 => stream.write_all(
                format!("POST /sign-in HTTP/1.1\r\n{host}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n")
                    .as_bytes(),
            )?,
            _ => {}
        }
        Ok(stream)
    };
    let mut streams = Vec::new();
    for kind in 0..many {
        streams.push(connect(kind)?);
        open.fetch_add(1, Ordering::SeqCst);
    }
    while !stop.load(Ordering::SeqCst) {
        for (kind, stream) in streams.iter_mut().enumerate() {
            if stop.load(Ordering::SeqCst) {
                return Ok(());
            }
            let gone = match stream.read(&mut [0; 1]) {
                Ok(_) => true,
                Err(error) => error.kind() != ErrorKind::WouldBlock,
            };
            if gone {
                *stream = connect(kind)?;
                cut.fetch_add(1, Ordering::SeqCst);
            } else if kind % 3 != 2 {
                let _ = stream.write(b"a");
            }
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}

/// What the other side says until it closes or falls silent.
fn send_raw(port: u16, bytes: &[u8]) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(SILENCE))?;
    // It may be refused, and closed, before all of it was sent.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(n) = stream.read(&mut piece) {
        if n == 0 {
            break;
        }
        answer.extend_from_slice(&piece[..n]);
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Requests whose end two readers may see in different places; behind each hides another request.
fn corpus(port: u16) -> Vec<(&'static str, Vec<u8>)> {
    let host = format!("Host: 127.0.0.1:{port}");
    let hidden = format!("GET /s/hidden HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n");
    let post = |headers: &str, body: &str| {
        let form = "Content-Type: application/x-www-form-urlencoded";
        format!("POST /sign-in HTTP/1.1\r\n{host}\r\n{form}\r\n{headers}\r\n\r\n{body}").into_bytes()
    };
    let chunked = format!("0\r\n\r\n{hidden}");
    let chunk = format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
    let whole = chunked.len();
    let both = |coding: &str| post(&format!("Content-Length: {whole}\r\n{coding}"), &chunked);
    let mut list = vec![
        ("a length and chunks", both("Transfer-Encoding: chunked")),
        ("chunks and a short length", post("Transfer-Encoding: chunked\r\nContent-Length: 4", &chunk)),
        ("a coding with a space before the colon", both("Transfer-Encoding : chunked")),
        ("a coding with a tab", both("Transfer-Encoding:\tchunked")),
        ("a coding on a folded line", both("Transfer-Encoding:\r\n chunked")),
        ("a coding in odd letters", both("tRANSFER-eNCODING: cHUNKED")),
        ("a coding with a vertical tab", both("Transfer-Encoding: \x0bchunked")),
        ("a coding named twice", both("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity")),
        ("two codings on one line", both("Transfer-Encoding: chunked, identity")),
        ("a coding that nobody knows", both("Transfer-Encoding: xchunked")),
        ("a coding in quotes", both("Transfer-Encoding: \"chunked\"")),
        ("a coding with an underscore", both("Transfer_Encoding: chunked")),
        ("a coding after a bare line feed", both("X: x\nTransfer-Encoding: chunked")),
        ("a coding after a bare carriage return", both("X: x\rTransfer-Encoding: chunked")),
        ("a coding with a null byte", both("Transfer-Encoding: chunked\0")),
        ("two lengths", post(&format!("Content-Length: 0\r\nContent-Length: {whole}"), &chunked)),
        ("two lengths on one line", post(&format!("Content-Length: 0, {whole}"), &chunked)),
        ("a length with a sign", post("Content-Length: +0", &hidden)),
        ("a negative length", post("Content-Length: -1", &hidden)),
        ("a length in hexadecimal", post("Content-Length: 0x5", &hidden)),
        ("a length with a space in it", post("Content-Length: 0 5", &hidden)),
        ("a length too large for any number", post("Content-Length: 18446744073709551616", &hidden)),
        ("a length with a space before the colon", post("Content-Length : 5", &hidden)),
        ("no length", post("X: x", &hidden)),
        ("a chunk size with a sign", post("Transfer-Encoding: chunked", &format!("+0\r\n\r\n{hidden}"))),
        ("a chunk size with an extension", post("Transfer-Encoding: chunked", &format!("0;a=\r\n\r\n{hidden}"))),
        ("a chunk size in a bare line", post("Transfer-Encoding: chunked", &format!("0\n\n{hidden}"))),
        ("a chunk size too large", post("Transfer-Encoding: chunked", &format!("ffffffffffffffff1\r\n{hidden}"))),
        ("a chunk longer than it says", post("Transfer-Encoding: chunked", &format!("1\r\n{hidden}\r\n0\r\n\r\n"))),
    ];
    let get = |line: &str, headers: &str| format!("{line}\r\n{host}\r\n{headers}\r\n{hidden}").into_bytes();
    list.extend([
        ("a reading with a length", get("GET /healthz HTTP/1.1", &format!("Content-Length: {}\r\n", hidden.len()))),
        ("an old version with chunks", get("GET /healthz HTTP/1.0", "Transfer-Encoding: chunked\r\n")),
        ("a line with a version of its own", get("GET /healthz HTTP/1.1 HTTP/1.1", "")),
        ("an absolute address of another host", get("GET http://other.test/healthz HTTP/1.1", "")),
        ("two hosts", get("GET /healthz HTTP/1.1", "Host: other.test\r\n")),
        ("an upgrade", get("GET /healthz HTTP/1.1", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n")),
        ("a connection that drops its length", get("GET /healthz HTTP/1.1", "Connection: Content-Length\r\n")),
        ("an expectation", post(&format!("Expect: 100-continue\r\nContent-Length: {whole}"), &chunked)),
        ("a line feed in the address", get("GET /healthz\nX: x HTTP/1.1", "")),
    ]);
    list
}
