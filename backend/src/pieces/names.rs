//! A name, in the pieces by which it is found.

use super::pinyin::{Sound, readings};
use super::{Fit, Piece, Sort};
use domain::text::PersonName;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Most characters in a piece. Of a name or a question that is longer every piece of so many characters is taken, and who has
/// them all is looked at.
const WIDTH: usize = 4;
/// In how many ways a piece is read at most: each character that is read in two ways doubles them.
const MOST_READINGS: usize = 16;

/// A name as it is sought: its characters, and how each is read.
pub(super) struct Name {
    characters: Vec<char>,
    sounds: Vec<Vec<Cow<'static, str>>>,
}

impl Name {
    pub(super) fn of(name: &str) -> Self {
        let characters: Vec<char> = PersonName::sought(name).chars().collect();
        let sounds = characters.iter().map(|character| readings(*character)).collect();
        Self { characters, sounds }
    }

    /// Everything by which the name is found.
    pub(super) fn pieces(&self) -> BTreeSet<Piece> {
        let mut pieces = BTreeSet::new();
        if self.characters.is_empty() {
            return pieces;
        }
        pieces.insert(Piece::new(Sort::Name, self.characters.iter().collect::<String>()));
        for width in 1..=WIDTH {
            let parts = self.characters.windows(width);
            pieces.extend(parts.map(|part| Piece::new(Sort::Part, part.iter().collect::<String>())));
            for part in self.sounds.windows(width) {
                let syllables = part.iter().map(|readings| readings.iter().map(Cow::as_ref).collect()).collect();
                pieces.extend(each_way(syllables).map(|way| Piece::new(Sort::Syllables, way.join(" "))));
                if width > 1 {
                    let initials = part.iter().map(|readings| initials(readings)).collect();
                    pieces.extend(each_way(initials).map(|way| Piece::new(Sort::Initials, way.concat())));
                }
            }
        }
        pieces
    }

    /// How characters that were typed fit.
    pub(super) fn fit(&self, typed: &str) -> Option<Fit> {
        let typed: Vec<char> = typed.chars().collect();
        let at = self.characters.windows(typed.len().max(1)).position(|part| part == typed)?;
        Some(Fit::at(at, typed.len() == self.characters.len()))
    }

    /// How letters that were typed fit, as they were heard. Initials alone are never all of a name.
    pub(super) fn sounds_like(&self, heard: &[Sound]) -> Option<Fit> {
        let is = |sound: &Sound, readings: &[Cow<'static, str>]| match sound {
            Sound::Syllable(syllable) => readings.iter().any(|reading| reading == syllable),
            Sound::Initial(initial) => readings.iter().any(|reading| reading.starts_with(*initial)),
        };
        let sounds_so =
            |part: &[Vec<Cow<'static, str>>]| heard.iter().zip(part).all(|(sound, readings)| is(sound, readings));
        let at = self.sounds.windows(heard.len().max(1)).position(sounds_so)?;
        let all = heard.len() == self.sounds.len() && heard.iter().all(|sound| matches!(sound, Sound::Syllable(_)));
        Some(Fit::at(at, all))
    }
}

/// The pieces that a name has in which these characters stand together.
pub(super) fn asked_of_characters(typed: &str) -> Vec<Piece> {
    let characters: Vec<char> = typed.chars().collect();
    parts(&characters).map(|part| Piece::new(Sort::Part, part.iter().collect::<String>())).collect()
}

/// The pieces that a name has that sounds so.
pub(super) fn asked_of_sounds(heard: &[Sound]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let syllable = |sound: &Sound| match sound {
        Sound::Syllable(syllable) => Some(syllable.clone()),
        Sound::Initial(_) => None,
    };
    let together = heard.chunk_by(|one, next| syllable(one).is_some() && syllable(next).is_some());
    for run in together {
        let syllables: Vec<String> = run.iter().filter_map(syllable).collect();
        pieces.extend(parts(&syllables).map(|part| Piece::new(Sort::Syllables, part.join(" "))));
    }
    // What begins the syllables follows from them.
    if heard.iter().any(|sound| syllable(sound).is_none()) {
        let initials: Vec<char> = heard.iter().map(Sound::initial).collect();
        pieces.extend(parts(&initials).map(|part| Piece::new(Sort::Initials, part.iter().collect::<String>())));
    }
    pieces
}

/// All of it, or where it is longer than a piece every part of that length.
fn parts<T>(whole: &[T]) -> impl Iterator<Item = &[T]> {
    whole.windows(WIDTH.min(whole.len()).max(1))
}

/// The letters with which these readings begin.
fn initials<'r>(readings: &'r [Cow<'static, str>]) -> Vec<&'r str> {
    let mut initials: Vec<&str> = readings.iter().filter_map(|reading| reading.get(..1)).collect();
    initials.sort_unstable();
    initials.dedup();
    initials
}

/// Every way of taking one of each; none, where one has none.
fn each_way(choices: Vec<Vec<&str>>) -> impl Iterator<Item = Vec<&str>> {
    let first = vec![Vec::new()];
    let ways = choices.into_iter().fold(first, |ways, choice| {
        let longer = |way: &Vec<_>| choice.iter().map(|one| [way.as_slice(), &[*one]].concat()).collect::<Vec<_>>();
        ways.iter().flat_map(longer).take(MOST_READINGS).collect()
    });
    ways.into_iter()
}
