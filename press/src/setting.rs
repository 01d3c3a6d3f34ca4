//! From words to lines: which glyphs stand for them, and where a line may end.
//!
//! Where lines may be broken the Unicode rules say, which know what must not begin or end a Chinese line. What stands between
//! two such places is set by itself. Nearly everything here is one glyph for one character; scripts whose letters change with
//! their neighbours (维吾尔文, 藏文, 蒙古文) are shaped.

use crate::fonts::{Faces, MARK, is_silent};
use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::UnicodeBuffer;
use std::ops::Range;
use unicode_linebreak::{BreakOpportunity, linebreaks};

/// Text in one face, set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// Which face.
    pub(crate) face: usize,
    /// What it says: what is copied and searched.
    pub(crate) text: String,
    /// Its glyphs; widths are parts of the size.
    pub(crate) glyphs: Vec<KrillaGlyph>,
}

/// A line, set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// What it consists of.
    pub(crate) runs: Vec<Run>,
    /// How wide it is, without the blanks at its end, in parts of the size.
    pub(crate) width: f32,
    /// The characters for which a mark stands.
    pub(crate) missing: Vec<char>,
}

/// What cannot be broken: a character, a word.
#[derive(Clone, Debug, Default)]
struct Piece {
    runs: Vec<Run>,
    /// Without the blanks behind it.
    ink: f32,
    /// With them.
    width: f32,
    missing: Vec<char>,
}

/// Sets lines in the faces of a book.
pub(crate) struct Setter<'f> {
    faces: &'f Faces,
    opened: Vec<rustybuzz::Face<'f>>,
}

impl<'f> Setter<'f> {
    pub(crate) fn of(faces: &'f Faces) -> Self {
        Self { faces, opened: faces.opened() }
    }

    /// Everything in one line, however long.
    pub(crate) fn line(&self, words: &str) -> Line {
        let mut line = Filling::default();
        for paragraph in cleaned(words).split('\n') {
            self.pieces(paragraph).into_iter().for_each(|piece| line.push(piece));
        }
        line.end(None)
    }

    /// How wide words are in one line, and their widest piece.
    pub(crate) fn widths(&self, words: &str) -> (f32, f32) {
        let mut widest: (f32, f32) = (0.0, 0.0);
        for paragraph in cleaned(words).split('\n') {
            let pieces = self.pieces(paragraph);
            let whole = pieces.iter().map(|piece| piece.width).sum::<f32>();
            let piece = pieces.iter().map(|piece| piece.ink).fold(0.0, f32::max);
            widest = (widest.0.max(whole), widest.1.max(piece));
        }
        widest
    }

    /// Lines of this width, in parts of the size. Within a paragraph they are drawn out to it, as type always was.
    pub(crate) fn lines(&self, words: &str, width: f32) -> Vec<Line> {
        let words = cleaned(words);
        let words = words.trim_end();
        if words.is_empty() {
            return Vec::new();
        }
        let mut lines = Vec::new();
        for paragraph in words.split('\n') {
            let mut line = Filling::default();
            for piece in self.pieces(paragraph) {
                if !line.is_empty() && line.width + piece.ink > width {
                    lines.push(std::mem::take(&mut line).end(Some(width)));
                }
                if piece.ink <= width {
                    line.push(piece);
                    continue;
                }
                // A word that is wider than its column is broken anywhere.
                for part in piece.parts() {
                    if !line.is_empty() && line.width + part.ink > width {
                        lines.push(std::mem::take(&mut line).end(None));
                    }
                    line.push(part);
                }
            }
            lines.push(line.end(None));
        }
        lines
    }

    fn pieces(&self, paragraph: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut from = 0;
        for (to, kind) in linebreaks(paragraph) {
            if kind == BreakOpportunity::Allowed || to == paragraph.len() {
                pieces.extend(paragraph.get(from..to).filter(|words| !words.is_empty()).map(|words| self.piece(words)));
                from = to;
            }
        }
        pieces
    }

    fn piece(&self, words: &str) -> Piece {
        let mut piece = Piece::default();
        let mut rest = words.chars().peekable();
        while let Some(c) = rest.next() {
            if is_silent(c) && self.faces.of(c).is_none() {
                continue;
            }
            let Some(face) = self.faces.of(c) else {
                piece.missing.push(c);
                let mark = self.faces.of(MARK).unwrap_or_default();
                // The mark is seen, the character is what is copied and searched.
                piece.add(mark, &c.to_string(), &[self.glyph(mark, MARK, 0..c.len_utf8())]);
                continue;
            };
            if !is_shaped(c) {
                piece.add(face, &c.to_string(), &[self.glyph(face, c, 0..c.len_utf8())]);
                continue;
            }
            let mut word = c.to_string();
            while let Some(next) =
                rest.next_if(|next| is_silent(*next) || is_shaped(*next) && self.faces.of(*next) == Some(face))
            {
                word.push(next);
            }
            piece.add(face, &word, &self.shaped(face, &word));
        }
        let blank: f32 = words.chars().rev().take_while(|c| *c == ' ').map(|c| self.advance(c)).sum();
        piece.ink = piece.width - blank;
        piece
    }

    fn advance(&self, c: char) -> f32 {
        self.faces.of(c).map_or(0.0, |face| self.glyph(face, c, 0..0).x_advance)
    }

    fn glyph(&self, face: usize, c: char, range: Range<usize>) -> KrillaGlyph {
        let opened = self.opened.get(face);
        let glyph = opened.and_then(|face| face.glyph_index(c)).unwrap_or_default();
        let advance = opened.map_or(1.0, |face| {
            f32::from(face.glyph_hor_advance(glyph).unwrap_or_default()) / f32::from(face.units_per_em().max(1) as u16)
        });
        KrillaGlyph::new(GlyphId::new(u32::from(glyph.0)), advance, 0.0, 0.0, 0.0, range, None)
    }

    /// A word whose letters depend on each other.
    fn shaped(&self, face: usize, word: &str) -> Vec<KrillaGlyph> {
        let Some(face) = self.opened.get(face) else { return Vec::new() };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(word);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(face, &[], buffer);
        let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|glyph| glyph.cluster as usize).collect();
        starts.sort_unstable();
        let em = face.units_per_em().max(1) as f32;
        let glyph = |(info, at): (&rustybuzz::GlyphInfo, &rustybuzz::GlyphPosition)| {
            let from = info.cluster as usize;
            let to = starts.iter().copied().find(|start| *start > from).unwrap_or(word.len());
            let (x, y) = (at.x_offset as f32 / em, at.y_offset as f32 / em);
            KrillaGlyph::new(GlyphId::new(info.glyph_id), at.x_advance as f32 / em, x, y, 0.0, from..to, None)
        };
        shaped.glyph_infos().iter().zip(shaped.glyph_positions()).map(glyph).collect()
    }
}

/// Whether a letter changes with its neighbours: everything but the scripts that do not do so.
fn is_shaped(c: char) -> bool {
    !matches!(c,
        '\u{20}'..='\u{2FF}' | '\u{370}'..='\u{482}' | '\u{48A}'..='\u{52F}' | '\u{1E00}'..='\u{1FFF}'
        | '\u{2000}'..='\u{2BFF}' | '\u{2E80}'..='\u{3029}' | '\u{3030}'..='\u{3098}' | '\u{309B}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}' | '\u{E000}'..='\u{FAFF}' | '\u{FE10}'..='\u{FE1F}' | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FFEF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Words with one kind of line end, and blanks for tabs. What else controls something is no text: its mark says that it is there.
fn cleaned(words: &str) -> String {
    words
        .replace("\r\n", "\n")
        .replace(['\r', '\u{85}', '\u{B}', '\u{C}', '\u{2028}', '\u{2029}'], "\n")
        .replace('\t', "    ")
}

/// A line that is being filled.
#[derive(Default)]
struct Filling {
    pieces: Vec<Piece>,
    width: f32,
}

/// More than this, in parts of the size, a line is not drawn out at a gap: readers would take a wider one for a blank, and
/// what was typed would not be found.
const WIDEST_GAP: f32 = 0.08;

impl Filling {
    fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    fn push(&mut self, piece: Piece) {
        self.width += piece.width;
        self.pieces.push(piece);
    }

    /// The line; drawn out to a width between its pieces, where one is given.
    fn end(self, width: Option<f32>) -> Line {
        let ink = self.width - self.pieces.last().map_or(0.0, |piece| piece.width - piece.ink);
        let gaps = self.pieces.len().saturating_sub(1);
        let gap = width.map_or(0.0, |width| (width - ink).max(0.0) / gaps.max(1) as f32);
        let gap = if gap > WIDEST_GAP { 0.0 } else { gap };
        let mut line = Line { width: ink + gap * gaps as f32, ..Line::default() };
        for (place, piece) in self.pieces.into_iter().enumerate() {
            line.missing.extend(piece.missing);
            let mut runs = piece.runs;
            if let Some(last) = runs.last_mut().and_then(|run| run.glyphs.last_mut()).filter(|_| place < gaps) {
                last.x_advance += gap;
            }
            runs.into_iter().for_each(|run| joined(&mut line.runs, run.face, &run.text, &run.glyphs));
        }
        line
    }
}

impl Piece {
    fn add(&mut self, face: usize, text: &str, glyphs: &[KrillaGlyph]) {
        self.width += glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>();
        self.ink = self.width;
        joined(&mut self.runs, face, text, glyphs);
    }

    /// Its clusters, one by one.
    fn parts(self) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        for run in &self.runs {
            let mut from = 0;
            while let Some(first) = run.glyphs.get(from) {
                let range = first.text_range.clone();
                let count = run.glyphs.iter().skip(from).take_while(|glyph| glyph.text_range == range).count();
                let glyphs = run.glyphs.iter().skip(from).take(count).cloned().map(|mut glyph| {
                    glyph.text_range = 0..range.len();
                    glyph
                });
                let glyphs: Vec<KrillaGlyph> = glyphs.collect();
                let mut part = Self::default();
                part.add(run.face, run.text.get(range).unwrap_or_default(), &glyphs);
                parts.push(part);
                from += count;
            }
        }
        if let Some(first) = parts.first_mut() {
            first.missing = self.missing;
        }
        parts
    }
}

/// Adds to the last run where the face is the same: a line is copied as one.
fn joined(runs: &mut Vec<Run>, face: usize, text: &str, glyphs: &[KrillaGlyph]) {
    if runs.last().is_none_or(|run| run.face != face) {
        runs.push(Run { face, ..Run::default() });
    }
    if let Some(run) = runs.last_mut() {
        let from = run.text.len();
        run.text.push_str(text);
        run.glyphs.extend(glyphs.iter().cloned().map(|mut glyph| {
            glyph.text_range = glyph.text_range.start + from..glyph.text_range.end + from;
            glyph
        }));
    }
}
