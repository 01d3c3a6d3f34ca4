//! Passwords: argon2id with the library's recommended cost, off the request threads.

use crate::entity::account;
use crate::fault::{Fault, fault};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use domain::refusal::{FieldError, Problem, Refusal};
use std::collections::HashSet;
use std::sync::LazyLock;
use zxcvbn::zxcvbn;

/// Fewest characters. Length is what protects; no composition rule, no forced change.
const MIN: usize = 10;
/// Most characters: hashing time must not be the attacker's to choose.
const MAX: usize = 200;

/// So many zeros has the number of guesses that somebody who knows the usual passwords and patterns needs at least.
const GUESSES: f64 = 8.0;

/// The 5,000 most used passwords that are long enough, in lower case, by Mark Burnett's count of ten million, which he gave
/// to everybody (2015). The estimate alone lets a quarter of them pass: it knows neither Russian words on English keys nor
/// words of most other languages.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Verified when there is no such account, so that the answer takes as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_now("nobody's password").ok());

/// What is wrong with a new password that was typed twice, at `password` and `again`.
pub(super) fn errors(password: &str, again: &str, account: &account::Model) -> Vec<FieldError> {
    match check(password, &[&account.sign_in_name, &account.display_name, "banyan", "rongyin"]) {
        Err(problem) => vec![FieldError::new("password", problem)],
        Ok(()) if password != again => vec![FieldError::new("again", Problem::Contradicts)],
        Ok(()) => Vec::new(),
    }
}

/// Whether `password` may be chosen by somebody who is known by these words.
fn check(password: &str, known: &[&str]) -> Result<(), Problem> {
    let length = password.chars().count();
    if length < MIN {
        Err(Problem::TooShort { min: MIN })
    } else if length > MAX {
        Err(Problem::TooLong { max: MAX })
    } else if COMMON.contains(password.to_lowercase().as_str()) || zxcvbn(password, known).guesses_log10() < GUESSES {
        Err(Problem::EasilyGuessed)
    } else {
        Ok(())
    }
}

/// The hash to store.
pub(crate) async fn hash(password: String) -> Result<String, Refusal> {
    let hashed = tokio::task::spawn_blocking(move || hash_now(&password)).await;
    hashed.map_err(|error| fault(Fault::System(error.to_string())))?.map_err(fault)
}

/// Whether `password` is the one that was hashed; `None` stands for an account that does not exist.
pub(crate) async fn verify(password: String, hash: Option<String>) -> Result<bool, Refusal> {
    if password.chars().count() > MAX {
        return Ok(false);
    }
    let right = tokio::task::spawn_blocking(move || {
        let exists = hash.is_some();
        let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return false };
        #[cfg(test)]
        work::count(&password);
        let Ok(hash) = PasswordHash::new(&hash) else { return false };
        Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && exists
    });
    right.await.map_err(|error| fault(Fault::System(error.to_string())))
}

fn hash_now(password: &str) -> Result<String, Fault> {
    let hash =
        Argon2::default().hash_password(password.as_bytes()).map_err(|error| Fault::System(error.to_string()))?;
    Ok(hash.to_string())
}

/// How often each password was hashed to be verified, so that tests count work instead of time.
#[cfg(test)]
pub(super) mod work {
    use std::sync::Mutex;

    static DONE: Mutex<Vec<String>> = Mutex::new(Vec::new());

    pub(super) fn count(password: &str) {
        DONE.lock().unwrap().push(password.to_owned());
    }

    pub(crate) fn on(password: &str) -> usize {
        DONE.lock().unwrap().iter().filter(|done| *done == password).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_protects_and_what_everybody_takes_does_not() {
        let known = ["li.na", "李娜", "banyan"];
        let good = ["correct horse battery", "many words in a row", "榕树下面的长椅很凉快呀", "xk7-Rm2-qPz9"];
        let bad = [
            "1234567890",
            "password123",
            "qwertyuiop",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "1qaz2wsx3edc",
            "woaini1314",
            "5201314520",
            "P@ssw0rd123",
            "a123456789",
            "banyanbanyan",
            "2026-11-26",
            "13800138000",
            "lina19900101",
        ];
        for password in good {
            assert_eq!(check(password, &known), Ok(()), "{password}");
        }
        for password in bad {
            assert_eq!(check(password, &known), Err(Problem::EasilyGuessed), "{password}");
        }
        assert_eq!(check("rfnthbyjxrf", &known), Err(Problem::EasilyGuessed), "катериночка on English keys");
        assert_eq!(check("short", &known), Err(Problem::TooShort { min: 10 }));
        assert_eq!(check(&"long ".repeat(50), &known), Err(Problem::TooLong { max: 200 }));
    }

    #[test]
    fn none_of_the_most_used_passwords_may_be_chosen() {
        let listed: Vec<&str> = include_str!("common_passwords.txt").lines().collect();
        assert_eq!((listed.len(), COMMON.len()), (5_000, 5_000), "each is there once");
        for password in listed {
            assert!(password.chars().count() >= MIN && *password == password.to_lowercase(), "{password}");
            for typed in [password.to_owned(), password.to_uppercase()] {
                assert_eq!(check(&typed, &[]), Err(Problem::EasilyGuessed), "{typed}");
            }
        }
    }

    /// Length decides, not the kinds of characters.
    #[test]
    fn characters_of_any_kind_may_stand_alone() {
        for password in [
            "quietriverbenchmoonlight",
            "QUIETRIVERBENCHMOONLIGHT",
            "84019 27365 50918",
            "榕树下面的长椅很凉快呀",
            "تحت شجرة الأثأب مقعد",
            "🌳🪑🌙🚲🫖🧵🪁🧂🪴🎏",
            "~^{}|<>;:_\u{a7}\u{b6}",
            "    leading and trailing    ",
        ] {
            assert_eq!(check(password, &[]), Ok(()), "{password}");
        }
    }
}
