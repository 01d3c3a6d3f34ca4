//! Processor time, as the kernel counts it.

use anyhow::{Context as _, Result};
use std::fs;

/// What a process and all its ended children used, in clock ticks.
fn ticks(pid: i32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    // After the name: state is field 3, utime 14, stime 15, and the two of ended children 16 and 17.
    fields.get(11..15)?.iter().map(|field| field.parse::<u64>().ok()).sum()
}

/// Processor time of these processes, in microseconds.
pub fn micros(pids: &[i32]) -> Result<f64> {
    let ticks: u64 = pids.iter().filter_map(|pid| ticks(*pid)).sum();
    let second = rustix::param::clock_ticks_per_second();
    Ok(ticks as f64 * 1_000_000.0 / second as f64)
        .and_then(|micros| (ticks > 0).then_some(micros).context("no such process"))
}

/// What somebody pays for one request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Of the program, in microseconds.
    pub program: f64,
    /// Of the database, in microseconds.
    pub database: f64,
}

impl Cost {
    pub fn total(self) -> f64 {
        self.program + self.database
    }
}
