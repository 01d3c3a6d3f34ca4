//! What goes on paper, as plain data: a [`Book`] of [`Document`]s.
//!
//! Pages say here what is to be printed; `press` puts it on A4. Neither knows the other, so nothing that is written for the
//! screen waits for what makes PDF. Everything here is words that were put together already: nothing is markup, so nothing that
//! somebody typed can become any.

use domain::lang::Lang;

/// What is printed at once: one document, or the whole file of a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// What it is called, in the reader's window too.
    pub title: String,
    /// Whose it is.
    pub organisation: String,
    /// The language of what stands around the documents.
    pub lang: Lang,
    /// What lies on top of a file; with it come the catalogue and a page for everything else.
    pub cover: Option<Cover>,
    /// What is in it, in the trade's order.
    pub documents: Vec<Document>,
    /// At the foot of every page: who printed it and when.
    pub foot: String,
}

/// The first sheet of a file (卷宗).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cover {
    /// The number of the file.
    pub number: String,
    /// Whom and what it is about, from when to when.
    pub lines: Vec<(String, String)>,
    /// What is written under the place for the seal.
    pub seal: String,
}

/// One document of the trade.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Its title: 个案服务计划表.
    pub title: String,
    /// What it is called in the catalogue: 服务计划（第 2 稿）.
    pub entry: String,
    /// Its day, in the catalogue.
    pub day: String,
    /// Its number, or that of its file.
    pub number: String,
    /// Whose name stands on every page beside the number; empty where it is about nobody.
    pub about: String,
    /// It lies across.
    pub landscape: bool,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Who signs: a line for the name and one for the date.
    pub signs: Vec<String>,
    /// What is written under the place for the seal; none where nobody seals it.
    pub seal: Option<String>,
    /// The form and its version, at the foot of its pages.
    pub edition: String,
}

/// Something that is asked, and what was said to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Two short answers side by side.
    Pair((String, String), (String, String)),
    /// One answer over the whole width.
    One(String, String),
    /// A long answer, with room to write while there is none.
    Long(String, String),
    /// A table: what it is, what stands above its columns, and its rows.
    Rows(String, Vec<String>, Vec<Vec<String>>),
    /// Photographs, two of them to a sheet.
    Pictures(String, Vec<Picture>),
}

/// A photograph with what is seen in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// JPEG or PNG.
    pub bytes: Vec<u8>,
    /// Who and what, where and when.
    pub caption: String,
}

impl Book {
    /// One document by itself.
    #[must_use]
    pub fn of_one(document: Document, organisation: String, lang: Lang, foot: String) -> Self {
        // It is what a window and a file are called, so it names nobody.
        let title = format!("{} {}", document.entry, document.number);
        let title = title.trim().to_owned();
        Self { title, organisation, lang, cover: None, documents: vec![document], foot }
    }

    /// Everything that is written anywhere in it.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let own = [&*self.title, &self.organisation, &self.foot];
        let cover = self.cover.iter().flat_map(|cover| {
            let lines = cover.lines.iter().flat_map(|(label, said)| [&**label, said]);
            [&*cover.number, &cover.seal].into_iter().chain(lines)
        });
        own.into_iter().chain(cover).chain(self.documents.iter().flat_map(Document::words))
    }
}

impl Document {
    fn words(&self) -> impl Iterator<Item = &str> {
        let own = [&*self.title, &self.entry, &self.day, &self.number, &self.about, &self.edition];
        let signs = self.signs.iter().chain(&self.seal).map(String::as_str);
        own.into_iter().chain(signs).chain(self.blocks.iter().flat_map(Block::words))
    }
}

impl Block {
    fn words(&self) -> Vec<&str> {
        match self {
            Self::Pair((one, first), (other, second)) => vec![one, first, other, second],
            Self::One(label, said) | Self::Long(label, said) => vec![label, said],
            Self::Rows(label, heads, rows) => {
                std::iter::once(label).chain(heads).chain(rows.iter().flatten()).map(String::as_str).collect()
            }
            Self::Pictures(label, pictures) => std::iter::once(label)
                .chain(pictures.iter().map(|picture| &picture.caption))
                .map(String::as_str)
                .collect(),
        }
    }
}
