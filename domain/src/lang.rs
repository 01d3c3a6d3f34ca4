//! The two languages, and wording that exists in both.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::refusal::Invalid;

/// A language of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Lang {
    /// Simplified Chinese, the language of the work.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Both languages, the default first.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The tag for the `lang` attribute and the language cookie.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// Reads a language tag by its primary subtag: `zh`, `zh-CN`, `en-GB`.
    ///
    /// # Errors
    /// [`Invalid`] for any other language.
    pub fn parse(tag: &str) -> Result<Self, Invalid> {
        match tag.trim().split(['-', '_']).next() {
            Some(primary) if primary.eq_ignore_ascii_case("zh") => Ok(Self::Zh),
            Some(primary) if primary.eq_ignore_ascii_case("en") => Ok(Self::En),
            _ => Err(Invalid),
        }
    }

    /// Chooses between two wordings.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Lang {
    type Err = Invalid;
    fn from_str(tag: &str) -> Result<Self, Invalid> {
        Self::parse(tag)
    }
}

crate::choice::as_string!(Lang);

/// Wording in both languages; one cannot be written without the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    pub zh: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

impl Text {
    /// The wording in one language.
    #[must_use]
    pub fn say(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

/// Wording known when the program is written.
#[must_use]
pub const fn text(zh: &'static str, en: &'static str) -> Text {
    Text { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
}

/// Wording put together while the program runs.
#[must_use]
pub fn texts(zh: String, en: String) -> Text {
    Text { zh: Cow::Owned(zh), en: Cow::Owned(en) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_by_their_primary_subtag() {
        for (tag, lang) in
            [("zh", Lang::Zh), ("zh-CN", Lang::Zh), ("ZH_hans", Lang::Zh), ("en", Lang::En), ("en-GB", Lang::En)]
        {
            assert_eq!(Lang::parse(tag), Ok(lang), "{tag}");
        }
        assert!(Lang::parse("fr").is_err());
        assert!(Lang::parse("").is_err());
    }
}
