//! A random sample that both sides can repeat.
//!
//! The rule, exactly: each case has a rank, the SHA-256 of the UTF-8 bytes of `seed`, one `|` and the case's number, as 64
//! lower-case hexadecimal digits. Cases stand in the order of their ranks; the sample is the first `n`. Whoever knows the
//! seed and the numbers comes to the same cases with any tool:
//!
//! ```sh
//! printf '%s' 'seed|QS01/GA/2026/001' | sha256sum
//! ```
//!
//! The order in which a database answers does not matter, and a case that joins the population moves no other case's rank.

use crate::hex;
use sha2::{Digest, Sha256};

/// A case's rank under a seed.
#[must_use]
pub fn rank(seed: &str, number: &str) -> String {
    hex::encode(&Sha256::new().chain_update(seed).chain_update("|").chain_update(number).finalize())
}

/// The first `n` in the order of their ranks, each with its rank.
pub fn draw<T>(
    population: impl IntoIterator<Item = T>,
    number: impl Fn(&T) -> &str,
    seed: &str,
    n: usize,
) -> Vec<(String, T)> {
    let mut ranked: Vec<(String, T)> = population.into_iter().map(|case| (rank(seed, number(&case)), case)).collect();
    ranked.sort_by(|(a, _), (b, _)| a.cmp(b));
    ranked.truncate(n);
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `printf '%s' '2026-03|QS01/GA/2026/001' | sha256sum` says.
    #[test]
    fn a_rank_is_what_sha256sum_says() {
        assert_eq!(
            rank("2026-03", "QS01/GA/2026/001"),
            "9ad1936f152a53485fe86f14f4f6a03ba9adaf9dd2e5ea2ed38e6532bd8ea4fc"
        );
        assert_eq!(
            rank("种子", "QS01/GA/2026/002"),
            "cefcfd96bd8cad627fba20e165504123e1b67b299b709c604427342efec9bd08"
        );
    }

    #[test]
    fn the_same_seed_draws_the_same_cases_in_any_order() {
        let numbers: Vec<String> = (1..=200).map(|place| format!("QS01/GA/2026/{place:03}")).collect();
        let drawn = |numbers: Vec<String>, seed: &str, n| -> Vec<String> {
            draw(numbers, String::as_str, seed, n).into_iter().map(|(_, number)| number).collect()
        };
        let sample = drawn(numbers.clone(), "2026-03", 20);
        assert_eq!(sample.len(), 20);
        assert_eq!(drawn(numbers.iter().rev().cloned().collect(), "2026-03", 20), sample, "order does not matter");
        assert_eq!(drawn(numbers.clone(), "2026-03", 10), sample[..10], "a smaller sample is its beginning");
        assert_ne!(drawn(numbers.clone(), "2026-04", 20), sample, "another seed, another sample");
        let fewer = drawn(numbers.into_iter().filter(|number| !sample.contains(number)).collect(), "2026-03", 500);
        assert_eq!(fewer.len(), 180, "a sample is no larger than its population");
    }
}
