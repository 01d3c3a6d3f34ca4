//! Codes that people read off paper and type: receipts, recovery codes.

use domain::text::half_width;

/// Letters and digits that are not mistaken for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A code of five bits from each byte, in groups of four: `K7QM-2XPA-9RTB`.
pub(crate) fn spell(random: &[u8]) -> String {
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]);
    in_fours(&random.iter().map(letter).collect::<String>(), "-")
}

/// Letters in groups of four.
pub(crate) fn in_fours(letters: &str, between: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(between)
}

/// A code as it is looked up: however it was typed.
pub(crate) fn plain(code: &str) -> String {
    half_width(code).chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}
