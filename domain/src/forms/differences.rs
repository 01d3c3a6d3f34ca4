//! What changed from one draft to the next, so that whoever decides reads that and not everything again.

use super::Answers;
use dissimilar::Chunk;
use std::collections::BTreeMap;

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answered {
    /// It says the same.
    Alike,
    /// There was none before.
    Added,
    /// There is none any more.
    Removed,
    /// It says something else.
    Changed,
}

/// A piece of a text, as it came about from an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Piece<'t> {
    /// It stands in both.
    Kept(&'t str),
    /// It was taken out.
    Removed(&'t str),
    /// It was put in.
    Added(&'t str),
}

/// What became of each answer, by the name of its field: between versions of a form too, for a field keeps its name. An empty
/// answer is none.
#[must_use]
pub fn differences<'a>(old: &'a Answers, new: &'a Answers) -> BTreeMap<&'a str, Answered> {
    let answer = |answers: &'a Answers, key: &str| answers.get(key).filter(|answer| !answer.is_empty());
    let became = |key: &'a str| {
        let answered = match (answer(old, key), answer(new, key)) {
            (Some(before), Some(after)) if before != after => Answered::Changed,
            (None, Some(_)) => Answered::Added,
            (Some(_), None) => Answered::Removed,
            _ => Answered::Alike,
        };
        (key, answered)
    };
    old.keys().chain(new.keys()).map(|key| became(key)).collect()
}

/// What of a text was kept, taken out and put in, in reading order. Where hardly anything is common, scattered letters are
/// not: they would make nobody the wiser.
#[must_use]
pub fn pieces<'t>(old: &'t str, new: &'t str) -> Vec<Piece<'t>> {
    let piece = |chunk| match chunk {
        Chunk::Equal(text) => Piece::Kept(text),
        Chunk::Delete(text) => Piece::Removed(text),
        Chunk::Insert(text) => Piece::Added(text),
    };
    dissimilar::diff(old, new).into_iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        pairs.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())).collect()
    }

    #[test]
    fn every_answer_is_compared_by_the_name_of_its_field() {
        let old = answers(&[("mode", "visit"), ("content", "陪诊。"), ("place", "家中"), ("risk", ""), ("gone", "有")]);
        let new =
            answers(&[("mode", "visit"), ("content", "陪诊，取药。"), ("place", ""), ("risk", "低"), ("asked", "有")]);
        let became = differences(&old, &new);
        let expected = [
            ("asked", Answered::Added),
            ("content", Answered::Changed),
            ("gone", Answered::Removed),
            ("mode", Answered::Alike),
            ("place", Answered::Removed),
            ("risk", Answered::Added),
        ];
        assert_eq!(became.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_text_falls_into_pieces_that_somebody_can_read() {
        use Piece::{Added, Kept, Removed};
        assert_eq!(pieces("本人", "本人、儿子"), [Kept("本人"), Added("、儿子")]);
        assert_eq!(
            pieces("看了药盒。药基本按时吃。", "看了药盒。晚上的降压药漏了两次。"),
            [Kept("看了药盒。"), Removed("药基本按时吃"), Added("晚上的降压药漏了两次"), Kept("。")],
            "the one letter in common is not kept apart"
        );
        assert_eq!(pieces("同", "同"), [Kept("同")]);
        assert_eq!(pieces("", "新"), [Added("新")]);
        assert_eq!(pieces("旧", ""), [Removed("旧")]);
        assert_eq!(pieces("", ""), []);
    }

    proptest! {
        #[test]
        fn the_pieces_make_both_texts_again(old in "[一-十abc。，\n😀]{0,40}", new in "[一-十abc。，\n😀]{0,40}") {
            let (mut before, mut after) = (String::new(), String::new());
            for piece in pieces(&old, &new) {
                let (from, to) = match piece {
                    Piece::Kept(text) => (text, text),
                    Piece::Removed(text) => (text, ""),
                    Piece::Added(text) => ("", text),
                };
                prop_assert!(!from.is_empty() || !to.is_empty());
                before.push_str(from);
                after.push_str(to);
            }
            prop_assert_eq!((before, after), (old, new));
        }
    }
}
