//! What the program writes into its log meanwhile, at the level of a service: it must tell nobody's data.

use crate::ground::Ground;
use crate::harvest::ids;
use server::config::Config;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged since.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

/// Listens to the log from now on.
pub fn listen() -> Log {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().json().with_env_filter(Config::default().log).with_writer(log.clone()).finish();
    // Where tests run as threads of one process, the first one listens for all.
    let _ = tracing::subscriber::set_global_default(subscriber);
    log
}

impl Log {
    /// What it tells and should not.
    pub fn tells(&self, ground: &Ground) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned();
        let names_somebody = |line: &&str| {
            line.contains('⟦')
                || ids(line).iter().any(|id| ground.owners.contains_key(&id[4..]))
                || ground.codes.values().any(|code| line.contains(code.as_str()))
        };
        text.lines().filter(names_somebody).map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}
