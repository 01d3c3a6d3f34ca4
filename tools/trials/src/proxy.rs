//! nginx in front of the instances, as `docs/nginx.conf` has it for operators.

use crate::shell;
use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running nginx; it ends with this value.
pub struct Proxy {
    child: Child,
    pub port: u16,
    folder: PathBuf,
}

impl Proxy {
    /// Fills the operators' file in and starts nginx with it, before the instances at these ports are there.
    pub fn start(config: &Path, folder: PathBuf, port: u16, instances: [u16; 2]) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        let mut text = fs::read_to_string(config).with_context(|| config.display().to_string())?;
        for (name, value) in [
            ("@listen@", format!("127.0.0.1:{port}")),
            ("@one@", format!("127.0.0.1:{}", instances[0])),
            ("@two@", format!("127.0.0.1:{}", instances[1])),
            ("@run@", folder.display().to_string()),
        ] {
            text = text.replace(name, &value);
        }
        let filled = folder.join("nginx.conf");
        fs::write(&filled, text)?;
        // Said here and not in the file: whose processes they are, and that they stay with this one.
        let whose = if rustix::process::geteuid().is_root() { "user root; daemon off;" } else { "daemon off;" };
        let child = Command::new("nginx")
            .arg("-c")
            .arg(&filled)
            .args(["-g", whose])
            .stdin(Stdio::null())
            .stderr(fs::File::create(folder.join("stderr"))?)
            .spawn()
            .context("nginx (apt-get install nginx-light)")?;
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(began.elapsed() < Duration::from_secs(10), "nginx does not listen; see {}", folder.display());
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(Self { child, port, folder })
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The requests that it passed on, each time that it did.
    pub fn passed_on(&self) -> Result<Passed> {
        let log = fs::read_to_string(self.folder.join("access.log"))?;
        let mut passed = Passed { all: 0, given_up: 0 };
        for line in log.lines() {
            // Each attempt is named by the instance's address; nobody else's address is in this log.
            let attempts = line.matches("127.0.0.1:").count();
            passed.all += attempts;
            passed.given_up += if line.split(' ').nth(2) == Some("499") { attempts } else { 0 };
        }
        Ok(passed)
    }
}

/// How many requests went to an instance.
pub struct Passed {
    pub all: usize,
    /// Those whose sender did not wait for the answer.
    pub given_up: usize,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The master tells its workers; killed, it would leave them behind.
        let _ = shell::output("kill", &["-QUIT", &self.child.id().to_string()]);
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(5) {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
    }
}
