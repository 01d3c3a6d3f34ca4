//! One-time passwords by the clock (RFC 6238) as authenticator apps make them: SHA-1, 30 seconds, six digits.

use crate::ambient::fill_from_system;
use crate::codes::in_fours;
use data_encoding::BASE32_NOPAD;
use domain::time::Moment;
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

/// Bytes of a secret: as many as SHA-1 gives.
const SECRET: usize = 20;

/// A new secret.
pub(super) fn new_secret() -> Zeroizing<[u8; SECRET]> {
    let mut secret = Zeroizing::new([0; SECRET]);
    fill_from_system(&mut *secret);
    secret
}

/// The secret as it is typed into an app.
pub(super) fn spelled(secret: &[u8]) -> String {
    in_fours(&BASE32_NOPAD.encode(secret), " ")
}

/// What the app's camera reads.
pub(super) fn address(name: &str, secret: &[u8]) -> String {
    format!("otpauth://totp/Banyan:{name}?secret={}&issuer=Banyan", BASE32_NOPAD.encode(secret))
}

/// The step whose code this is, if it is one around now and none up to `last` was used: a code works once.
pub(super) fn step_of(secret: &[u8], code: &str, now: Moment, last: i64) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.millis().div_euclid(1_000)).ok()?;
    let step = app(secret)?.check(&digits, seconds)?;
    i64::try_from(step).ok().filter(|step| *step > last)
}

/// An app that has taken the secret in.
fn app(secret: &[u8]) -> Option<Totp> {
    Builder::new().with_secret(<[u8; SECRET]>::try_from(secret).ok()?).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Moment {
        Moment::from_millis(seconds * 1_000)
    }

    #[test]
    fn the_examples_of_rfc_6238_hold() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step_of(SECRET, code, at(seconds), 0), Some(seconds / 30), "at {seconds}");
        }
    }

    #[test]
    fn the_examples_of_rfc_4648_hold() {
        for (plain, spelled) in
            [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW 6"), ("foob", "MZXW 6YQ"), ("fooba", "MZXW 6YTB"), ("", "")]
        {
            assert_eq!(super::spelled(plain.as_bytes()), spelled);
        }
        assert_eq!(spelled(b"foobar"), "MZXW 6YTB OI");
    }

    #[test]
    fn a_code_fits_its_step_and_the_two_beside_it_once() {
        let code = "287082";
        for (seconds, fits) in [(-1, false), (0, true), (30, true), (59, true), (89, true), (90, false)] {
            assert_eq!(step_of(SECRET, code, at(seconds), 0).is_some(), fits, "at {seconds}");
        }
        assert_eq!(step_of(SECRET, code, at(59), 0), Some(1));
        assert_eq!(step_of(SECRET, " 287 082 ", at(59), 0), Some(1), "as apps show it");
        assert_eq!(step_of(SECRET, code, at(59), 1), None, "used already");
        for wrong in ["287083", "28708", "2870820", "", "abcdef", "-87082", "+87082"] {
            assert_eq!(step_of(SECRET, wrong, at(59), 0), None, "{wrong}");
        }
    }
}
