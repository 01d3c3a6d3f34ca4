//! One-time passwords by the clock (RFC 6238) as authenticator apps make them: SHA-1, 30 seconds, six digits.

use crate::ambient::fill_from_system;
use domain::time::Moment;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

/// Bytes of a secret: as many as SHA-1 gives.
const SECRET: usize = 20;
/// Milliseconds of a step.
const STEP: i64 = 30_000;
/// So many steps a telephone's clock may be wrong.
const DRIFT: i64 = 1;
/// What secrets are spelled with (RFC 4648).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret.
pub(super) fn new_secret() -> Zeroizing<Vec<u8>> {
    let mut secret = Zeroizing::new(vec![0_u8; SECRET]);
    fill_from_system(&mut secret);
    secret
}

/// The secret as it is typed into an app, in groups of four.
pub(super) fn spelled(secret: &[u8]) -> String {
    let letters: Vec<char> = base32(secret).chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// What the app's camera reads.
pub(super) fn address(name: &str, secret: &[u8]) -> String {
    format!("otpauth://totp/Banyan:{name}?secret={}&issuer=Banyan", base32(secret))
}

/// The step whose code this is, if it is one around now and none up to `last` was used: a code works once.
pub(super) fn step_of(secret: &[u8], code: &str, now: Moment, last: i64) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let six = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let code: u32 = six.then(|| digits.parse().ok()).flatten()?;
    let present = now.millis().div_euclid(STEP);
    // Every step is computed, whichever fits.
    let fits = (present - DRIFT..=present + DRIFT).filter(|step| code_at(secret, *step) == Some(code));
    fits.filter(|step| *step > last).max()
}

fn code_at(secret: &[u8], step: i64) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash.last()? & 0x0F);
    let four: [u8; 4] = hash.get(at..at + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(four) & 0x7FFF_FFFF) % 1_000_000)
}

fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let bits = chunk.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - chunk.len()));
        let letters = (chunk.len() * 8).div_ceil(5);
        text.extend((0..letters).map(|at| char::from(BASE32[(bits >> (35 - 5 * at) & 31) as usize])));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_examples_of_rfc_6238_hold() {
        for (seconds, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(code_at(SECRET, seconds / 30), Some(code), "at {seconds}");
        }
    }

    #[test]
    fn the_examples_of_rfc_4648_hold() {
        for (plain, spelled) in
            [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("", "")]
        {
            assert_eq!(base32(plain.as_bytes()), spelled);
        }
        assert_eq!(super::spelled(b"foobar"), "MZXW 6YTB OI");
    }

    #[test]
    fn a_code_fits_its_step_and_the_two_beside_it_once() {
        let at = |seconds: i64| Moment::from_millis(seconds * 1_000);
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
