//! What every page is told about the person, the moment and the files: [`Ui`].

use std::borrow::Cow;
use std::fmt;

use domain::choice::Choice;
use domain::forms::Setting;
use domain::lang::{Lang, Text};
use domain::packs::PackSet;
use domain::time::{Day, Moment, Month, Unit, say};

/// Wording as components take it: known when the program is written, or put together.
pub type Words = Cow<'static, str>;

/// The files of the front end, by the hashed names under which the server gives them.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The loader of the islands (`islands.js`).
    pub islands_js: String,
    /// The glue of the islands' WebAssembly.
    pub js: String,
    /// The islands' WebAssembly.
    pub wasm: String,
    /// Small conveniences for pages without islands (`touch.js`).
    pub touch_js: String,
    /// The mark in the browser's tab.
    pub favicon: String,
}

/// The light a person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The value of `data-theme`; none leaves it to the system.
    #[must_use]
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// Reads the preference; anything unknown is the system's.
    #[must_use]
    pub fn read(raw: &str) -> Self {
        match raw {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The request's number used once, which the content security policy names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Nonce(pub u128);

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Text for the two elements that hold text only, `<title>` and `<textarea>`: there a browser would
/// show the little marks that the renderer puts between nodes.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What a page needs to speak: language, moment, preferences, files. Handed in first, everywhere.
#[derive(Debug, Clone, Copy)]
pub struct Ui {
    /// The language of the page.
    pub lang: Lang,
    /// The moment of the request.
    pub now: Moment,
    /// The light.
    pub theme: Theme,
    /// Letters of 22 pixels.
    pub large_print: bool,
    /// The areas on the left as a narrow rail.
    pub narrow: bool,
    /// The page answers a form: what changes how it is shown sends the form once more, so that nothing typed is lost.
    pub answers_form: bool,
    /// The data are invented and the sign-ins known: a banner says so on every page.
    pub demo: bool,
    /// The packs of the organisation whose page it is: some questions are asked of some only.
    pub packs: PackSet,
    /// The nonce of this response.
    pub nonce: Nonce,
    /// The files of the front end.
    pub assets: &'static Assets,
}

impl Ui {
    /// Takes a preference over, as [`crate::preferences::preferred`] reads it.
    pub fn prefer(&mut self, name: &str, value: &str) {
        match name {
            "lang" => self.lang = Lang::parse(value).unwrap_or(self.lang),
            "theme" => self.theme = Theme::read(value),
            "print" => self.large_print = value == "large",
            "nav" => self.narrow = value == "narrow",
            _ => {}
        }
    }

    /// Where and when a form is filled in.
    #[must_use]
    pub fn setting(&self) -> Setting {
        Setting { today: self.now.day(), packs: self.packs }
    }

    /// Chooses the wording: `ui.t("受理申请", "Accept application")`.
    #[must_use]
    pub const fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Chooses between two wordings that are put together only when wanted.
    pub fn words(&self, zh: impl FnOnce() -> String, en: impl FnOnce() -> String) -> String {
        match self.lang {
            Lang::Zh => zh(),
            Lang::En => en(),
        }
    }

    /// A text of the domain in the page's language.
    #[must_use]
    pub fn text(&self, text: &Text) -> String {
        text.say(self.lang).to_owned()
    }

    /// The name of a choice.
    #[must_use]
    pub fn name(&self, choice: impl Choice) -> &'static str {
        choice.say(self.lang)
    }

    /// The names of several: `督导、社工`.
    #[must_use]
    pub fn names(&self, choices: &[impl Choice]) -> String {
        choices.iter().map(|choice| self.name(*choice)).collect::<Vec<_>>().join(self.t("、", ", "))
    }

    /// `11月21日 周六`, with the year when it is not this one.
    #[must_use]
    pub fn day(&self, day: Day) -> String {
        say::day(self.lang, day, self.now.day())
    }

    /// `2026 年 11 月`.
    #[must_use]
    pub fn month(&self, month: Month) -> String {
        self.words(|| format!("{} 年 {} 月", month.year(), month.month()), || month.to_string())
    }

    /// `11月21日`, for narrow places whose year is known.
    #[must_use]
    pub fn short_day(&self, day: Day) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let month = MONTHS.get(usize::from(day.month()).saturating_sub(1)).copied().unwrap_or_default();
        self.words(|| format!("{}月{}日", day.month(), day.day()), || format!("{} {month}", day.day()))
    }

    /// `11月21日`, with the year when it is not this one: for the narrow columns of a table.
    #[must_use]
    pub fn brief_day(&self, day: Day) -> String {
        let short = self.short_day(day);
        if day.year() == self.now.day().year() {
            return short;
        }
        self.words(|| format!("{}年{short}", day.year()), || format!("{short} {}", day.year()))
    }

    /// `11月21日 周六 14:30`.
    #[must_use]
    pub fn moment(&self, moment: Moment) -> String {
        say::moment(self.lang, moment, self.now)
    }

    /// `14:30`.
    #[must_use]
    pub fn time(&self, moment: Moment) -> String {
        let parts = moment.parts();
        format!("{:02}:{:02}", parts.hour, parts.minute)
    }

    /// `还剩 5 小时`, `已超 2 个工作日`.
    #[must_use]
    pub fn left(&self, due: Moment, unit: Unit) -> String {
        say::left(self.lang, self.now, due, unit)
    }
}
