//! Bytes as people and files write them: in hexadecimal, in small letters; read in either.

use data_encoding::HEXLOWER_PERMISSIVE;

/// Bytes in hexadecimal.
pub(crate) fn encode(bytes: &[u8]) -> String {
    HEXLOWER_PERMISSIVE.encode(bytes)
}

/// The bytes that are written here; none when it is not hexadecimal.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&bytes)), Some(bytes));
        assert_eq!(encode(&[0x0f, 0xa0]), "0fa0");
        assert_eq!(decode("0FA0"), Some(vec![0x0f, 0xa0]));
        for wrong in ["0", "0g", "汉字", "0 "] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
