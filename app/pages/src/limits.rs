//! What a route takes at most: bytes, seconds, and how often. Each line of the route table has its own, or what holds for
//! most.
//!
//! How often is counted by token buckets in the memory of each instance, for the address that asks and for the account: so
//! many at once, and one more after each pause. People stay far below; programs that try things out do not.

use domain::attachments::{MOST_FILES, MOST_OF_A_RESIDENT, OF_A_FORM, Room};
use domain::time::Span;
use std::time::Duration;

/// Most bytes that a form may have.
pub const FORM: usize = 256 * 1024;

/// What comes with one form of somebody who is signed in.
pub const UPLOADS: Room = Room { files: MOST_FILES, bytes: 64 * 1024 * 1024 };

/// What a route takes at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a form.
    pub bytes: usize,
    /// The files that come with it; where there is room for none, no file is read at all.
    pub uploads: Room,
    /// From the first byte to the answer.
    pub time: Duration,
    /// How often.
    pub rate: Rate,
}

impl Limits {
    /// What holds for most routes.
    #[must_use]
    pub const fn usual(rate: Rate) -> Self {
        Self { bytes: FORM, uploads: Room { files: 0, bytes: 0 }, time: Duration::from_secs(30), rate }
    }

    /// What holds for a form with files: a telephone on a poor network is given time.
    pub const fn take_uploads(&mut self) {
        self.uploads = UPLOADS;
        self.time = Duration::from_secs(300);
    }

    /// What holds for a form of residents with files.
    pub const fn take_documents(&mut self) {
        self.uploads = Room { files: MOST_OF_A_RESIDENT, bytes: OF_A_FORM.bytes };
        self.time = Duration::from_secs(300);
    }
}

/// How often a kind of request may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rate {
    /// Looking.
    Look,
    /// Changing something.
    Change,
    /// Proving who one is.
    Enter,
    /// What residents send without an account: an application, a receipt code.
    Resident,
    /// Forms of residents that bring files, counted besides.
    Documents,
}

impl Rate {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Look, Self::Change, Self::Enter, Self::Resident, Self::Documents];

    /// From one network address. A whole station shares one, and so do many telephones.
    #[must_use]
    pub const fn per_address(self) -> Allowance {
        match self {
            Self::Look => Allowance { burst: 1_200, pause: Span::millis(50) },
            Self::Change => Allowance { burst: 300, pause: Span::millis(200) },
            Self::Enter => Allowance { burst: 120, pause: Span::millis(1_000) },
            Self::Resident => Allowance { burst: 30, pause: Span::millis(20_000) },
            Self::Documents => Allowance { burst: 15, pause: Span::millis(120_000) },
        }
    }

    /// From one account.
    #[must_use]
    pub const fn per_account(self) -> Allowance {
        match self {
            Self::Look => Allowance { burst: 300, pause: Span::millis(200) },
            Self::Change => Allowance { burst: 60, pause: Span::millis(1_000) },
            Self::Enter | Self::Resident | Self::Documents => Allowance { burst: 20, pause: Span::millis(15_000) },
        }
    }
}

/// A bucket: full at first, one token back after each pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// So many at once.
    pub burst: i64,
    /// Until one more.
    pub pause: Span,
}
