//! A telephone with an authenticator app, as the person holds it: written anew from RFC 6238, not with the product's code.

use backend::Clock;
use domain::time::Moment;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// An app that has taken a secret in.
pub struct Authenticator {
    secret: Vec<u8>,
}

impl Authenticator {
    /// Takes in the secret that a page shows as text.
    pub fn scan(page: &str) -> Self {
        let shown = page.split("<p class=\"once\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
        let mut bits = String::new();
        for letter in shown.chars().filter(|letter| !letter.is_whitespace()) {
            let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
            bits.push_str(&format!("{value:05b}"));
        }
        let bytes = bits.as_bytes().chunks_exact(8);
        let secret = bytes.map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect();
        Self { secret }
    }

    /// What it shows now.
    pub fn code(&self, clock: &impl Clock) -> String {
        self.code_at(clock.now())
    }

    /// What it shows at a moment.
    pub fn code_at(&self, at: Moment) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.secret).unwrap();
        mac.update(&(at.millis() / 30_000).to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let from = usize::from(hash[19] & 15);
        let number = u32::from_be_bytes(hash[from..from + 4].try_into().unwrap()) & 0x7FFF_FFFF;
        format!("{:06}", number % 1_000_000)
    }
}
