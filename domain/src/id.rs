//! How a typed id is made: a client's id is not a case's id, to the compiler and to the reader of a log.
//!
//! Inside, an id is a UUID (version 7, made where rows are made); outwardly it carries a prefix,
//! `cli_0190…`, so that a wrong id in an address or a log is seen at once.

use uuid::Uuid;

use crate::refusal::Invalid;

/// Writes one newtype per `/// doc  Name "prefix";` line.
macro_rules! id {
    ($($(#[$meta:meta])* $Name:ident $prefix:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name(uuid::Uuid);

        impl $Name {
            /// What the outward form starts with.
            pub const PREFIX: &'static str = $prefix;

            /// The bare UUID, as the database keeps it.
            #[must_use]
            pub const fn uuid(self) -> uuid::Uuid {
                self.0
            }
        }

        impl From<uuid::Uuid> for $Name {
            fn from(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$Name> for uuid::Uuid {
            fn from(id: $Name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl std::str::FromStr for $Name {
            type Err = $crate::refusal::Invalid;
            fn from_str(raw: &str) -> Result<Self, $crate::refusal::Invalid> {
                $crate::id::parse($prefix, raw).map(Self)
            }
        }

        crate::choice::as_string!($Name);
    )+};
}

/// Reads exactly what `Display` writes: no second spelling of an id exists.
pub(crate) fn parse(prefix: &str, raw: &str) -> Result<Uuid, Invalid> {
    let hex = raw.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or(Invalid)?;
    let lower = hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if lower { Uuid::try_parse(hex).map_err(|_| Invalid) } else { Err(Invalid) }
}

pub(crate) use id;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientId;

    #[test]
    fn an_id_reads_back_as_itself_and_as_nothing_else() {
        let id = ClientId::from(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string(), "cli_01900000000070008000000000000001");
        assert_eq!(id.to_string().parse::<ClientId>().unwrap(), id);
        for wrong in [
            "cas_01900000000070008000000000000001",
            "cli_01900000-0000-7000-8000-000000000001",
            "cli_0190000000007000800000000000000",
            "CLI_01900000000070008000000000000001",
            "cli_0190000000007000800000000000000G",
            "01900000000070008000000000000001",
            "",
        ] {
            assert!(wrong.parse::<ClientId>().is_err(), "{wrong}");
        }
    }
}
