//! The program under trial, as a process that can be killed.

use crate::engine::Engine;
use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A running `banyan serve`.
pub struct Server {
    child: Child,
    pub port: u16,
    binary: PathBuf,
    log: PathBuf,
    settings: Vec<(String, String)>,
}

impl Server {
    /// Starts it and waits until it is ready.
    pub fn start(engine: &Engine, binary: &Path, settings: &[(&str, &str)]) -> Result<Self> {
        let port = crate::shell::free_port()?;
        let log = engine.folder.join(format!("banyan-{port}.log"));
        let settings: Vec<(String, String)> =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let child = spawn(engine, binary, port, &log, &settings)?;
        let server = Self { child, port, binary: binary.to_owned(), log, settings };
        server.wait_until_ready()?;
        Ok(server)
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its lines so far.
    pub fn log(&self) -> Result<String> {
        Ok(std::fs::read_to_string(&self.log)?)
    }

    pub fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    /// Kills it without a word.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop, and waits until it has; answers how long that took.
    pub fn stop(&mut self) -> Result<Duration> {
        let began = Instant::now();
        kill_process(self.pid().context("a process")?, Signal::TERM)?;
        let ended = self.child.wait()?;
        ensure!(ended.success(), "banyan ended with {ended}");
        Ok(began.elapsed())
    }

    /// Starts it again at the same address; answers how long it took until it was ready.
    pub fn restart(&mut self, engine: &Engine) -> Result<Duration> {
        let began = Instant::now();
        self.child = spawn(engine, &self.binary, self.port, &self.log, &self.settings)?;
        self.wait_until_ready()?;
        Ok(began.elapsed())
    }

    /// Waits until `/readyz` says so; answers how long.
    pub fn wait_until_ready(&self) -> Result<Duration> {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(30) {
            if is_ready(self.port) {
                return Ok(began.elapsed());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        bail!("banyan is not ready after 30 s; see {}", self.log.display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

fn spawn(engine: &Engine, binary: &Path, port: u16, log: &Path, settings: &[(String, String)]) -> Result<Child> {
    let log = File::options().create(true).append(true).open(log)?;
    let mut command = engine.command(binary);
    command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    Ok(command.spawn()?)
}

/// Whether the service at this port says that it can work.
pub fn is_ready(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(12)))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: banyan\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
