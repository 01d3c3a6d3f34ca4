//! What changed from one draft to the next, so that whoever decides reads that and not everything again.

use super::Answers;
use super::rows::cells;
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

/// The rows of a table beside those of an earlier draft, in reading order: rows that say the same stand beside each other, and
/// what lies between them is compared row by row.
#[must_use]
pub fn rows_beside(table: &str, old: &Answers, new: &Answers) -> Vec<(Option<usize>, Option<usize>)> {
    let read = |answers: &Answers| {
        let mut rows: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
        for (row, column, answer) in cells(answers, table).filter(|(.., answer)| !answer.is_empty()) {
            rows.entry(row).or_default().push((column.to_owned(), answer.to_owned()));
        }
        rows.into_iter().collect::<Vec<_>>()
    };
    let (old, new) = (read(old), read(new));
    // How many rows from here on stand in both, for each pair of places.
    let mut common = vec![vec![0_u16; new.len() + 1]; old.len() + 1];
    let at = |common: &[Vec<u16>], i: usize, j: usize| common.get(i).and_then(|line| line.get(j)).copied().unwrap_or(0);
    for (i, (_, before)) in old.iter().enumerate().rev() {
        for (j, (_, after)) in new.iter().enumerate().rev() {
            let longest = match before == after {
                true => at(&common, i + 1, j + 1) + 1,
                false => at(&common, i + 1, j).max(at(&common, i, j + 1)),
            };
            if let Some(place) = common.get_mut(i).and_then(|line| line.get_mut(j)) {
                *place = longest;
            }
        }
    }
    let (mut beside, mut gone, mut come) = (Vec::new(), Vec::new(), Vec::new());
    let (mut before, mut after) = (old.iter().enumerate().peekable(), new.iter().enumerate().peekable());
    loop {
        match (before.peek(), after.peek()) {
            (Some((_, (row, was))), Some((_, (place, is)))) if was == is => {
                pair_off(&mut beside, &mut gone, &mut come);
                beside.push((Some(*row), Some(*place)));
                before.next();
                after.next();
            }
            (Some((i, _)), Some((j, _))) if at(&common, i + 1, *j) < at(&common, *i, j + 1) => {
                come.extend(after.next().map(|(_, (row, _))| *row));
            }
            (Some(_), _) => gone.extend(before.next().map(|(_, (row, _))| *row)),
            (None, Some(_)) => come.extend(after.next().map(|(_, (row, _))| *row)),
            (None, None) => break,
        }
    }
    pair_off(&mut beside, &mut gone, &mut come);
    beside
}

/// Rows that were there only before, and only after, one beside the other as far as they go.
fn pair_off(beside: &mut Vec<(Option<usize>, Option<usize>)>, gone: &mut Vec<usize>, come: &mut Vec<usize>) {
    let longer = gone.len().max(come.len());
    beside.extend((0..longer).map(|at| (gone.get(at).copied(), come.get(at).copied())));
    gone.clear();
    come.clear();
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
    fn rows_are_compared_with_the_rows_that_they_were() {
        let table = |rows: &[&str]| -> Answers {
            (1..).zip(rows).map(|(row, what)| (super::super::cell("t", row, "what"), (*what).to_owned())).collect()
        };
        let beside = |old: &[&str], new: &[&str]| rows_beside("t", &table(old), &table(new));
        let both = |old, new| (Some(old), Some(new));
        assert_eq!(
            beside(&["a", "b"], &["x", "a", "b"]),
            [(None, Some(1)), both(1, 2), both(2, 3)],
            "one was put before"
        );
        assert_eq!(
            beside(&["a", "b", "c"], &["a", "c"]),
            [both(1, 1), (Some(2), None), both(3, 2)],
            "one was taken out"
        );
        assert_eq!(
            beside(&["a", "b", "c"], &["a", "x", "c"]),
            [both(1, 1), both(2, 2), both(3, 3)],
            "one was written anew"
        );
        assert_eq!(beside(&["a"], &[]), [(Some(1), None)]);
        assert_eq!(beside(&[], &[]), []);
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
