//! What stands around documents: the words of cover, catalogue, head and foot.

use domain::lang::Lang;
use print::{Block, Book, Document};

/// Everything that is written here, in both languages, so that its characters are looked up too.
pub(crate) const WORDS: [&str; 3] = [
    "个案卷宗本卷共有份文书页编号第（续）卷内目录序号名称日期年月日盖章缺字印作〓：、，等照片无法打印0123456789+U",
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~",
    "　·—…“”‘’《》〈〉。；？！",
];

/// The words of one language.
#[derive(Clone, Copy)]
pub(crate) struct Furniture(pub(crate) Lang);

impl Furniture {
    fn pick<'w>(self, zh: &'w str, en: &'w str) -> &'w str {
        self.0.pick(zh, en)
    }

    /// What a file of several documents is called on its cover.
    pub(crate) fn file(self) -> &'static str {
        self.0.pick("个案卷宗", "Case file")
    }

    /// How much is in it.
    pub(crate) fn extent(self, documents: usize, sheets: usize) -> String {
        self.0
            .pick(format!("本卷共 {documents} 份文书，{sheets} 页"), format!("{documents} documents on {sheets} pages"))
    }

    /// Which page of how many.
    pub(crate) fn page(self, page: usize, of: usize) -> String {
        self.0.pick(format!("第 {page} 页 共 {of} 页"), format!("Page {page} of {of}"))
    }

    /// The line for the day beside a signature.
    pub(crate) fn date(self) -> &'static str {
        self.0.pick("日期", "Date")
    }

    /// A day to be filled in by hand.
    pub(crate) fn day(self) -> &'static str {
        self.0.pick("　　　年　　月　　日", "")
    }

    /// What stands in place of a photograph that cannot be read.
    pub(crate) fn no_picture(self) -> &'static str {
        self.pick("照片无法打印", "The photograph cannot be printed")
    }

    /// Which characters have a mark in their place on this page.
    pub(crate) fn missing(self, missing: &[char]) -> String {
        const SHOWN: usize = 6;
        let mut codes: Vec<String> = missing.iter().take(SHOWN).map(|c| format!("U+{:04X}", u32::from(*c))).collect();
        if missing.len() > SHOWN {
            codes.push(self.pick("等", "…").to_owned());
        }
        let codes = codes.join(self.pick("、", ", "));
        self.0
            .pick(format!("本页有缺字，印作〓：{codes}"), format!("〓 stands for characters that no font has: {codes}"))
    }

    /// The list of what is in a file, each with its page.
    pub(crate) fn catalogue(self, book: &Book, number: &str, pages: &[usize]) -> Document {
        let heads = match self.0 {
            Lang::Zh => ["序号", "文书名称", "日期", "页"],
            Lang::En => ["No.", "Document", "Date", "Page"],
        };
        let row = |(place, (document, page)): (usize, (&Document, &usize))| {
            vec![(place + 1).to_string(), document.entry.clone(), document.day.clone(), page.to_string()]
        };
        let rows = book.documents.iter().zip(pages).enumerate().map(row).collect();
        let title = self.pick("卷内目录", "Contents").to_owned();
        Document {
            entry: title.clone(),
            title,
            number: number.to_owned(),
            about: book.documents.first().map(|document| document.about.clone()).unwrap_or_default(),
            blocks: vec![Block::Rows(String::new(), heads.map(str::to_owned).to_vec(), rows)],
            ..Document::default()
        }
    }
}
