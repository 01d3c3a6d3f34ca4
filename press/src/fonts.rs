//! Which face prints which character.
//!
//! The norm asks for Song (宋体). Systems have it under many names, and where none is there another face with Chinese
//! characters is better than no paper. What the first face lacks is looked for in all others.

use crate::Unprinted;
use fontdb::{Database, Family, ID, Query, Source};
use krilla::text::Font;
use rustybuzz::ttf_parser;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

/// Faces with Chinese characters, the best first: Song by its names on Windows, macOS and Linux, then what has no serifs.
const WANTED: [&str; 18] = [
    "SimSun",
    "NSimSun",
    "STSong",
    "Songti SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "FandolSong",
    "AR PL UMing CN",
    "AR PL SungtiL GB",
    "Source Han Sans SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
];

/// What stands where no face has the character: what compositors put there when a type was missing.
pub(crate) const MARK: char = '〓';

/// The faces of this machine.
pub(crate) struct Fonts {
    database: Database,
    first: ID,
}

impl Fonts {
    /// Looks for them: in this folder, then where the system keeps them.
    pub(crate) fn found(folder: Option<&Path>) -> Result<Self, Unprinted> {
        let mut database = Database::new();
        if let Some(folder) = folder {
            database.load_fonts_dir(folder);
        }
        if Self::song(&database).is_none() {
            database.load_system_fonts();
        }
        let first = Self::song(&database).ok_or(Unprinted::NoFont)?;
        Ok(Self { database, first })
    }

    fn song(database: &Database) -> Option<ID> {
        let named = |name: &&str| database.query(&Query { families: &[Family::Name(name)], ..Query::default() });
        WANTED.iter().find_map(named)
    }

    /// What the first face is called.
    pub(crate) fn name(&self) -> String {
        let names = self.database.face(self.first).map(|face| &face.families);
        names.and_then(|names| names.first()).map(|(name, _)| name.clone()).unwrap_or_default()
    }

    /// The faces that these words need, read; each character with the face that has it.
    pub(crate) fn cast<'w>(mut self, words: impl Iterator<Item = &'w str>) -> Result<Faces, Unprinted> {
        let mut wanted: BTreeSet<char> = words.flat_map(str::chars).collect();
        wanted.insert(MARK);
        let mut of = HashMap::new();
        let mut faces = vec![self.read(self.first, &mut wanted, &mut of, 0)?];
        // What only blanks or joins needs no face.
        wanted.retain(|c| !is_silent(*c));
        if !wanted.is_empty() {
            self.database.load_system_fonts();
        }
        let by_name = WANTED
            .iter()
            .filter_map(|name| self.database.query(&Query { families: &[Family::Name(name)], ..Query::default() }));
        let others: Vec<ID> = by_name.chain(self.database.faces().map(|face| face.id)).collect();
        for id in others {
            if wanted.is_empty() {
                break;
            }
            let helps = |bytes: &[u8], index: u32| {
                let face = ttf_parser::Face::parse(bytes, index).ok();
                face.is_some_and(|face| is_drawn(&face) && wanted.iter().any(|c| face.glyph_index(*c).is_some()))
            };
            if self.database.with_face_data(id, helps) == Some(true) {
                faces.push(self.read(id, &mut wanted, &mut of, faces.len())?);
            }
        }
        Ok(Faces { faces, of })
    }

    /// Reads a face and takes from what is wanted what it has.
    fn read(
        &self,
        id: ID,
        wanted: &mut BTreeSet<char>,
        of: &mut HashMap<char, usize>,
        place: usize,
    ) -> Result<Face, Unprinted> {
        let info = self.database.face(id).ok_or(Unprinted::NoFont)?;
        let name = || info.post_script_name.clone();
        let bytes = match &info.source {
            Source::File(path) | Source::SharedFile(path, _) => {
                Arc::new(std::fs::read(path).map_err(|error| Unprinted::Font(format!("{}: {error}", path.display())))?)
            }
            Source::Binary(bytes) => Arc::new(bytes.as_ref().as_ref().to_vec()),
        };
        let index = info.index;
        let face =
            ttf_parser::Face::parse(&bytes, index).map_err(|error| Unprinted::Font(format!("{}: {error}", name())))?;
        wanted.retain(|c| match face.glyph_index(*c) {
            Some(_) => {
                of.insert(*c, place);
                false
            }
            None => true,
        });
        let font = Font::new(bytes.clone().into(), index).ok_or_else(|| Unprinted::Font(name()))?;
        Ok(Face { bytes, index, font })
    }
}

/// Whether its characters are outlines: pictures of them, as emoji often are, are not what paper is printed with.
fn is_drawn(face: &ttf_parser::Face<'_>) -> bool {
    let tables = face.tables();
    tables.glyf.is_some() || tables.cff.is_some() || tables.cff2.is_some()
}

/// Whether a character is nothing that one sees: it joins, parts or chooses between others.
pub(crate) fn is_silent(c: char) -> bool {
    matches!(c, '\n' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
        || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}')
}

/// A face, read.
pub(crate) struct Face {
    bytes: Arc<Vec<u8>>,
    index: u32,
    /// As the PDF knows it.
    pub(crate) font: Font,
}

/// The faces of a book.
pub(crate) struct Faces {
    faces: Vec<Face>,
    of: HashMap<char, usize>,
}

impl Faces {
    /// The face that has a character.
    pub(crate) fn of(&self, c: char) -> Option<usize> {
        self.of.get(&c).copied()
    }

    /// All of them, opened for setting.
    pub(crate) fn opened(&self) -> Vec<rustybuzz::Face<'_>> {
        self.faces.iter().filter_map(|face| rustybuzz::Face::from_slice(&face.bytes, face.index)).collect()
    }

    /// A face as the PDF knows it.
    pub(crate) fn font(&self, face: usize) -> Option<&Font> {
        self.faces.get(face).map(|face| &face.font)
    }
}
