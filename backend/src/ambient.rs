//! Time and chance, both handed in: the demo and the tests move the clock and repeat the dice.

use domain::time::Moment;
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Says what time it is.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Moment;
}

/// The clock on the wall.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where time comes in")]
    fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn new(at: Moment) -> Self {
        Self(AtomicI64::new(at.millis()))
    }

    /// Moves the clock, forwards or backwards.
    pub fn set(&self, at: Moment) {
        self.0.store(at.millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        Moment::from_millis(self.0.load(Ordering::SeqCst))
    }
}

impl<C: Clock> Clock for std::sync::Arc<C> {
    fn now(&self) -> Moment {
        (**self).now()
    }
}

/// Where ids and receipt codes come from. Keys and nonces never come from here: they are always the system's.
pub trait Chance: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The system's randomness.
#[derive(Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        fill_from_system(bytes);
    }
}

/// The same bytes for the same seed, for the demo and for tests.
#[derive(Debug)]
pub struct SeededChance {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededChance {
    /// Dice that fall the same way for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let draw = self.drawn.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::new().chain_update(self.seed.to_le_bytes()).chain_update(draw.to_le_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}

/// Fills `bytes` with the system's randomness. A system that has none cannot keep anything secret, so the process stops.
pub(crate) fn fill_from_system(bytes: &mut [u8]) {
    if getrandom::fill(bytes).is_err() {
        tracing::error!("the operating system gives no randomness; stopping");
        std::process::abort();
    }
}

/// A time-ordered id (UUIDv7).
pub(crate) fn new_id(now: Moment, chance: &dyn Chance) -> Uuid {
    let mut random = [0_u8; 10];
    chance.fill(&mut random);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(now.millis()).unwrap_or(0), &random).into_uuid()
}

/// Where the ids begin that were made at a moment or later: ids carry their time, so what came since is found by its key.
pub(crate) fn first_id(at: Moment) -> Uuid {
    Uuid::from_u128(u128::try_from(at.millis()).unwrap_or(0) << 80)
}
