//! How often somebody may ask: token buckets in the memory of this instance.
//!
//! A bucket is one moment, the one at which it will be full again (GCRA): each request moves it on by one pause, and what
//! would move it further than the burst away is refused. Several instances count each for themselves, so that together they
//! allow as many times more; a restart forgets. Both are harmless: what guards against guessing is counted in the database.

use app::limits::{Allowance, Rate};
use domain::refusal::Refusal;
use domain::time::{Moment, Span};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// So many buckets are kept before the full ones are thrown away.
const BUCKETS: usize = 50_000;

/// Whose bucket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Asker {
    /// A network address.
    Address(String),
    /// An account.
    Account(uuid::Uuid),
}

impl Asker {
    /// Who asks from this address. Whoever has IPv6 has a whole network of addresses, and one bucket for it.
    pub fn from(address: &str) -> Self {
        match address.parse() {
            Ok(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                Self::Address(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
            }
            _ => Self::Address(address.to_owned()),
        }
    }

    fn allowance(&self, rate: Rate) -> Allowance {
        match self {
            Self::Address(_) => rate.per_address(),
            Self::Account(_) => rate.per_account(),
        }
    }
}

/// Every bucket.
#[derive(Default)]
pub struct Rates {
    full_at: Mutex<HashMap<(Rate, Asker), Moment>>,
}

impl Rates {
    /// Takes one token.
    ///
    /// # Errors
    /// [`Refusal::TooMany`] with the moment at which there is one again.
    pub fn take(&self, rate: Rate, who: Asker, now: Moment) -> Result<(), Refusal> {
        let Allowance { burst, pause } = who.allowance(rate);
        let room = Span::millis(pause.in_millis() * burst);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= BUCKETS {
            full_at.retain(|_, full| *full > now);
            if full_at.len() >= BUCKETS {
                full_at.clear();
            }
        }
        let full = full_at.entry((rate, who)).or_insert(now);
        let next = (*full).max(now).plus(pause);
        if next.since(now) > room {
            return Err(Refusal::TooMany { until: next.minus(room) });
        }
        *full = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_millis(1_000_000 + seconds * 1_000)
    }

    #[test]
    fn a_burst_and_then_one_after_each_pause() {
        let rates = Rates::default();
        let resident = || Asker::from("192.0.2.1");
        for _ in 0..30 {
            assert_eq!(rates.take(Rate::Resident, resident(), at(0)), Ok(()));
        }
        assert_eq!(rates.take(Rate::Resident, resident(), at(0)), Err(Refusal::TooMany { until: at(20) }));
        assert_eq!(rates.take(Rate::Resident, resident(), at(19)), Err(Refusal::TooMany { until: at(20) }));
        assert_eq!(rates.take(Rate::Resident, resident(), at(20)), Ok(()));
        assert!(rates.take(Rate::Resident, resident(), at(20)).is_err());
        assert_eq!(rates.take(Rate::Resident, Asker::from("192.0.2.2"), at(20)), Ok(()), "others may");
        assert_eq!(rates.take(Rate::Look, resident(), at(20)), Ok(()), "and may look");
        for _ in 0..30 {
            assert_eq!(rates.take(Rate::Resident, resident(), at(3_600)), Ok(()), "full again");
        }
    }

    #[test]
    fn a_network_of_addresses_has_one_bucket() {
        assert_eq!(Asker::from("2001:db8:1:2:3::4"), Asker::from("2001:db8:1:2:ffff::1"));
        assert_ne!(Asker::from("2001:db8:1:2::4"), Asker::from("2001:db8:1:3::4"));
        assert_ne!(Asker::from("192.0.2.1"), Asker::from("192.0.2.2"));
    }

    #[test]
    fn buckets_do_not_fill_the_memory() {
        let rates = Rates::default();
        for at_address in 0..(BUCKETS + 10) {
            rates.take(Rate::Look, Asker::Address(at_address.to_string()), at(0)).unwrap();
        }
        assert!(rates.full_at.lock().unwrap().len() <= BUCKETS);
    }
}
