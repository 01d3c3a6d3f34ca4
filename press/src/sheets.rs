//! From blocks to sheets: where each line stands, and where a sheet ends.
//!
//! A document is a table over the whole width, as the forms of the trade are. Its rows are laid one below the other; one that
//! does not fit is cut between two lines, with at least [`FEW`] on either side, or goes to the next sheet whole. The last row is
//! laid together with the signatures: where there is no room for both, its last lines go along with them.

use crate::fonts::Faces;
use crate::furniture::Furniture;
use crate::setting::{Line, Setter};
use crate::{MOST_SHEETS, Unprinted};
use krilla::image::Image;
use print::{Block, Book, Cover, Document, Picture};
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

/// Points in a millimetre.
const MM: f32 = 72.0 / 25.4;
/// A4, in points.
const SHORT: f32 = 210.0 * MM;
const LONG: f32 = 297.0 * MM;
/// What stays free above and below, left and right.
const ABOVE: f32 = 25.0 * MM;
const BESIDE: f32 = 20.0 * MM;

/// The size of what is written: 小四, 12 points (ACT-10).
const SIZE: f32 = 12.0;
/// The size where a table has many columns, and of what stands beside the title: 五号.
const SMALL: f32 = 10.5;
/// The size of head and foot: 小五.
const TINY: f32 = 9.0;
/// The title of a document: 三号.
const TITLE: f32 = 16.0;
/// From line to line, in parts of the size: what one line of Song takes, 1.25 times (ACT-10).
const LEADING: f32 = 1.15 * 1.25;

/// Between a line of the table and what is written.
const PAD: f32 = 5.0;
/// How wide the column of the questions is.
const LABEL: f32 = 5.0 * SIZE + 2.0 * PAD;
/// The least that a row takes.
const LEAST: f32 = 26.0;
/// Room to write, where nothing is written yet.
const ROOM: f32 = 90.0;
/// More columns than this are set small.
const MANY: usize = 4;
/// No fewer lines of a row stand alone at the end or the beginning of a sheet.
const FEW: usize = 2;
/// How much of a sheet a photograph takes at most: two of them to a sheet (ACT-08, ACT-09).
const PICTURE: f32 = 0.38;
/// How much of a sheet is kept free below the last row for those who sign.
const KEPT: f32 = 0.4;
/// A line to sign on.
const SIGN: f32 = 36.0;
/// The place for a seal: those of organisations are 42 mm across.
const SEAL: f32 = 44.0 * MM;

/// A sheet, laid out.
#[derive(Default)]
pub(crate) struct Sheet {
    /// It lies across.
    pub(crate) landscape: bool,
    /// What stands on it.
    pub(crate) marks: Vec<Mark>,
    /// The characters for which a mark stands.
    pub(crate) missing: BTreeSet<char>,
    /// What begins on it: its name in the reader's list.
    pub(crate) begins: Option<String>,
}

/// Something on a sheet, in points from its upper left corner.
pub(crate) enum Mark {
    /// A line of words; `y` is what they stand on.
    Words { x: f32, y: f32, size: f32, bold: bool, line: Line },
    /// A box, with a tint or without.
    Box { x: f32, y: f32, width: f32, height: f32, tinted: bool },
    /// A rule across.
    Rule { x: f32, y: f32, width: f32 },
    /// A photograph.
    Picture { x: f32, y: f32, width: f32, height: f32, image: Image },
}

impl Sheet {
    fn size(landscape: bool) -> (f32, f32) {
        if landscape { (LONG, SHORT) } else { (SHORT, LONG) }
    }

    /// Width and height.
    pub(crate) fn extent(&self) -> (f32, f32) {
        Self::size(self.landscape)
    }

    fn words(&mut self, (x, y): (f32, f32), size: f32, bold: bool, line: Line) {
        self.missing.extend(&line.missing);
        self.marks.push(Mark::Words { x, y, size, bold, line });
    }
}

/// The sheets of a book.
///
/// # Errors
/// [`Unprinted::TooLong`].
pub(crate) fn of(book: &Book, faces: &Faces) -> Result<Vec<Sheet>, Unprinted> {
    let (setter, furniture) = (Setter::of(faces), Furniture(book.lang));
    let mut laid = 0;
    let mut documents = Vec::new();
    for document in &book.documents {
        let sheets = lay(&setter, furniture, book, document, MOST_SHEETS - laid)?;
        laid += sheets.len();
        documents.push(sheets);
    }
    let mut sheets = Vec::new();
    if let Some(cover) = &book.cover {
        // How long the catalogue is does not hang on the numbers in it.
        let catalogue = |pages: &[usize]| {
            lay(&setter, furniture, book, &furniture.catalogue(book, &cover.number, pages), MOST_SHEETS)
        };
        let before = 1 + catalogue(&vec![MOST_SHEETS; documents.len()])?.len();
        let pages = documents.iter().scan(before, |page, sheets| {
            let begins = *page + 1;
            *page += sheets.len();
            Some(begins)
        });
        let pages: Vec<usize> = pages.collect();
        sheets.push(front(&setter, furniture, book, cover, before + laid));
        sheets.extend(catalogue(&pages)?);
    }
    sheets.extend(documents.into_iter().flatten());
    let of = sheets.len();
    let covers = usize::from(book.cover.is_some());
    for (place, sheet) in sheets.iter_mut().enumerate().skip(covers) {
        numbered(&setter, furniture, sheet, place + 1, of);
    }
    Ok(sheets)
}

/// The first sheet of a file.
fn front(setter: &Setter<'_>, furniture: Furniture, book: &Book, cover: &Cover, sheets: usize) -> Sheet {
    let mut sheet = Sheet { begins: Some(furniture.file().to_owned()), ..Sheet::default() };
    let middle = |sheet: &mut Sheet, y: f32, size: f32, bold: bool, words: &str| {
        let mut y = y;
        for line in setter.lines(words, (SHORT - 2.0 * BESIDE) / size) {
            sheet.words(((SHORT - line.width * size) / 2.0, y), size, bold, line);
            y += size * LEADING;
        }
        y
    };
    let y = middle(&mut sheet, 150.0, 20.0, false, &book.organisation);
    let y = middle(&mut sheet, y + 60.0, 36.0, true, furniture.file());
    let y = middle(&mut sheet, y, TITLE, false, &cover.number);
    let (label, said) = (6.0 * TITLE, 260.0);
    let x = (SHORT - label - said) / 2.0;
    let extent = (String::new(), furniture.extent(book.documents.len(), sheets));
    let mut y = y + 70.0;
    for (name, words) in cover.lines.iter().chain([&extent]) {
        let lines = setter.lines(words, (said - 2.0 * PAD) / 14.0);
        sheet.words((x, y), 14.0, false, setter.line(name));
        for line in lines {
            sheet.words((x + label + PAD, y), 14.0, false, line);
            sheet.marks.push(Mark::Rule { x: x + label, y: y + 5.0, width: said });
            y += 14.0 * LEADING + 10.0;
        }
    }
    if !cover.seal.is_empty() {
        let (x, y) = (SHORT - BESIDE - SEAL, LONG - ABOVE - 30.0);
        for (line, y) in [(&*cover.seal, y), (furniture.day(), y + SIZE * LEADING)] {
            let line = setter.line(line);
            sheet.words((x + (SEAL - line.width * SIZE) / 2.0, y), SIZE, false, line);
        }
    }
    sheet
}

/// Which page of how many, and which characters are missing on it.
fn numbered(setter: &Setter<'_>, furniture: Furniture, sheet: &mut Sheet, page: usize, of: usize) {
    let (width, height) = sheet.extent();
    let line = setter.line(&furniture.page(page, of));
    sheet.words((width - BESIDE - line.width * TINY, height - ABOVE + 26.0), TINY, false, line);
    let missing: Vec<char> = sheet.missing.iter().copied().collect();
    if !missing.is_empty() {
        let line = setter.line(&furniture.missing(&missing));
        sheet.words((BESIDE, height - ABOVE + 14.0), TINY, false, line);
    }
}

/// A cell of a row.
#[derive(Clone, Default)]
struct Cell {
    x: f32,
    width: f32,
    lines: VecDeque<Line>,
    /// It says what is asked.
    is_label: bool,
    picture: Option<(Image, f32, f32)>,
}

/// A row of the table that a document is.
#[derive(Clone, Default)]
struct Row {
    cells: Vec<Cell>,
    size: f32,
    least: f32,
    /// Something has to follow on the same sheet.
    keeps: bool,
    /// What is written above it again, where a sheet begins with it.
    under: Option<Rc<Row>>,
}

impl Row {
    fn lines(&self) -> usize {
        self.cells.iter().map(|cell| cell.lines.len()).max().unwrap_or_default()
    }

    fn leading(&self) -> f32 {
        self.size * LEADING
    }

    fn height(&self) -> f32 {
        let picture = self.cells.iter().filter_map(|cell| cell.picture.as_ref()).map(|(_, _, height)| height + PAD);
        let picture = picture.fold(0.0, f32::max);
        (self.lines() as f32 * self.leading() + picture + 2.0 * PAD).max(self.least)
    }

    fn may_be_cut(&self) -> bool {
        self.lines() >= 2 * FEW && self.cells.iter().all(|cell| cell.picture.is_none())
    }

    /// What of it may not be torn from what stands above it.
    fn beginning(&self) -> f32 {
        if self.may_be_cut() { FEW as f32 * self.leading() + 2.0 * PAD } else { self.height() }
    }

    /// How many of its lines fit into a height.
    fn fitting(&self, height: f32) -> usize {
        ((height - 2.0 * PAD) / self.leading()).max(0.0) as usize
    }

    /// Its first lines; it keeps the others.
    fn cut(&mut self, lines: usize) -> Self {
        let first = |cell: &mut Cell| {
            let lines = cell.lines.drain(..lines.min(cell.lines.len())).collect();
            Cell { lines, picture: None, ..*cell }
        };
        let cells = self.cells.iter_mut().map(first).collect();
        self.least = 0.0;
        Self { cells, under: None, ..*self }
    }
}

/// What stands below the last row: lines to sign on, and the place for the seal.
struct Tail<'d> {
    signs: &'d [String],
    seal: Option<&'d str>,
}

impl Tail<'_> {
    fn height(&self) -> f32 {
        let signs = self.signs.len() as f32 * SIGN;
        let seal = if self.seal.is_some() { SEAL } else { 0.0 };
        if signs + seal == 0.0 { 0.0 } else { signs.max(seal) + 2.0 * PAD }
    }
}

/// Sheets of one document, as far as they are laid.
struct Laying<'l> {
    setter: &'l Setter<'l>,
    furniture: Furniture,
    book: &'l Book,
    document: &'l Document,
    sheets: Vec<Sheet>,
    most: usize,
    /// Where the next row begins.
    y: f32,
    /// Nothing of the document stands on the sheet yet.
    fresh: bool,
}

fn lay(
    setter: &Setter<'_>,
    furniture: Furniture,
    book: &Book,
    document: &Document,
    most: usize,
) -> Result<Vec<Sheet>, Unprinted> {
    let mut laying = Laying { setter, furniture, book, document, sheets: Vec::new(), most, y: 0.0, fresh: true };
    laying.turn(None)?;
    laying.title();
    let tail = Tail { signs: &document.signs, seal: document.seal.as_deref() };
    let rows: Vec<Row> = document.blocks.iter().flat_map(|block| laying.rows(block)).collect();
    // Where so many sign that it would fill most of a sheet, they sign on several.
    let kept = tail.height().min(laying.height() * KEPT);
    for (place, row) in rows.iter().enumerate() {
        let rest = rows.get(place..).unwrap_or_default();
        if row.keeps && !laying.fresh && together(rest, kept) > laying.room() {
            laying.turn(None)?;
        }
        laying.place(row.clone(), if rest.len() == 1 { kept } else { 0.0 })?;
    }
    laying.sign(&tail)?;
    Ok(laying.sheets)
}

/// What has to stand together from these rows on: all that keep, and the beginning of the one that they keep.
fn together(rows: &[Row], tail: f32) -> f32 {
    let chain = rows.iter().take_while(|row| row.keeps).count();
    let kept: f32 = rows.iter().take(chain).map(Row::height).sum();
    match rows.get(chain) {
        Some(next) if chain + 1 == rows.len() && !next.may_be_cut() => kept + next.height() + tail,
        Some(next) => kept + next.beginning(),
        None => kept + tail,
    }
}

impl Laying<'_> {
    fn width(&self) -> f32 {
        Sheet::size(self.document.landscape).0 - 2.0 * BESIDE
    }

    fn bottom(&self) -> f32 {
        Sheet::size(self.document.landscape).1 - ABOVE
    }

    /// How much room a sheet has from top to bottom.
    fn height(&self) -> f32 {
        self.bottom() - ABOVE
    }

    fn room(&self) -> f32 {
        self.bottom() - self.y
    }

    fn sheet(&mut self) -> &mut Sheet {
        if self.sheets.is_empty() {
            self.sheets.push(Sheet::default());
        }
        let last = self.sheets.len() - 1;
        &mut self.sheets[last]
    }

    /// A new sheet, with what stands above a table that goes on.
    fn turn(&mut self, under: Option<Rc<Row>>) -> Result<(), Unprinted> {
        if self.sheets.len() >= self.most {
            return Err(Unprinted::TooLong);
        }
        let document = self.document;
        let begins = self.sheets.is_empty().then(|| document.entry.clone());
        self.sheets.push(Sheet { landscape: document.landscape, begins, ..Sheet::default() });
        let (width, height) = Sheet::size(document.landscape);
        let named = [&*document.about, &document.number].into_iter().filter(|word| !word.is_empty());
        let named = self.setter.line(&named.collect::<Vec<_>>().join("　"));
        let free = width - 2.0 * BESIDE - named.width * TINY - 2.0 * SIZE;
        let whose = [&*self.book.organisation, &document.entry].into_iter().filter(|word| !word.is_empty());
        let whose = self.setter.lines(&whose.collect::<Vec<_>>().join("　"), free.max(80.0) / TINY);
        let foot = [&*document.edition, &self.book.foot].into_iter().filter(|word| !word.is_empty());
        let foot = self.setter.lines(&foot.collect::<Vec<_>>().join("　"), (width - 2.0 * BESIDE - 90.0) / TINY);
        let sheet = self.sheet();
        let head = ABOVE - 22.0;
        sheet.words((width - BESIDE - named.width * TINY, head), TINY, false, named);
        whose.into_iter().take(1).for_each(|line| sheet.words((BESIDE, head), TINY, false, line));
        sheet.marks.push(Mark::Rule { x: BESIDE, y: head + 5.0, width: width - 2.0 * BESIDE });
        for (place, line) in foot.into_iter().take(2).enumerate() {
            let y = height - ABOVE + 26.0 + place as f32 * TINY * LEADING;
            sheet.words((BESIDE, y), TINY, false, line);
        }
        self.y = ABOVE;
        self.fresh = true;
        if let Some(under) = under {
            self.draw(&under);
            self.fresh = true;
        }
        Ok(())
    }

    /// The title over the whole width, below it whose document it is and its number.
    fn title(&mut self) {
        let width = self.width();
        let (title, setter) = (self.document.title.as_str(), self.setter);
        self.y += TITLE;
        for line in setter.lines(title, width / TITLE) {
            let at = (BESIDE + (width - line.width * TITLE) / 2.0, self.y);
            self.sheet().words(at, TITLE, true, line);
            self.y += TITLE * LEADING;
        }
        let number = setter.line(&self.document.number);
        let at = (BESIDE + width - number.width * SMALL, self.y);
        self.sheet().words(at, SMALL, false, number.clone());
        let free = (width - number.width * SMALL - SIZE).max(80.0);
        for line in setter.lines(&self.book.organisation, free / SMALL) {
            let at = (BESIDE, self.y);
            self.sheet().words(at, SMALL, false, line);
            self.y += SMALL * LEADING;
        }
        self.y -= SMALL * LEADING - 7.0;
    }

    fn cell(&self, (x, width): (f32, f32), words: &str, size: f32, is_label: bool) -> Cell {
        Cell { x, width, lines: self.setter.lines(words, (width - 2.0 * PAD) / size).into(), is_label, picture: None }
    }

    fn rows(&self, block: &Block) -> Vec<Row> {
        let whole = self.width();
        let row = |cells, least| Row { cells, size: SIZE, least, ..Row::default() };
        let answered = |label: &str, said: &str, least| {
            let cells =
                vec![self.cell((0.0, LABEL), label, SIZE, true), self.cell((LABEL, whole - LABEL), said, SIZE, false)];
            vec![row(cells, least)]
        };
        match block {
            Block::Pair((one, first), (other, second)) => {
                let half = whole / 2.0;
                let cells = vec![
                    self.cell((0.0, LABEL), one, SIZE, true),
                    self.cell((LABEL, half - LABEL), first, SIZE, false),
                    self.cell((half, LABEL), other, SIZE, true),
                    self.cell((half + LABEL, half - LABEL), second, SIZE, false),
                ];
                vec![row(cells, LEAST)]
            }
            Block::One(label, said) => answered(label, said, LEAST),
            Block::Long(label, said) => answered(label, said, if said.trim().is_empty() { ROOM } else { LEAST }),
            Block::Rows(label, heads, rows) => self.table(label, heads, rows),
            Block::Pictures(label, pictures) => {
                let caption = Row { keeps: true, ..row(vec![self.cell((0.0, whole), label, SIZE, true)], LEAST) };
                std::iter::once(caption).chain(pictures.iter().map(|picture| self.picture(picture))).collect()
            }
        }
    }

    fn picture(&self, picture: &Picture) -> Row {
        let whole = self.width();
        let data = || picture.bytes.clone().into();
        let image = Image::from_jpeg(data(), true).or_else(|_| Image::from_png(data(), true)).ok();
        let caption = match &image {
            Some(_) => picture.caption.clone(),
            None => format!("{}\n{}", self.furniture.no_picture(), picture.caption),
        };
        let mut cell = self.cell((0.0, whole), &caption, SIZE, false);
        cell.picture = image.map(|image| {
            let (wide, high) = image.size();
            let (wide, high) = (wide.max(1) as f32, high.max(1) as f32);
            let scale = ((whole - 2.0 * PAD) / wide).min(self.height() * PICTURE / high);
            (image, wide * scale, high * scale)
        });
        Row { cells: vec![cell], size: SIZE, least: LEAST, ..Row::default() }
    }

    /// A table: its name, the heads of its columns, its rows.
    fn table(&self, label: &str, heads: &[String], rows: &[Vec<String>]) -> Vec<Row> {
        let whole = self.width();
        let size = if heads.len() > MANY && !self.document.landscape { SMALL } else { SIZE };
        let places = self.columns(heads, rows, size);
        let line = |words: &[String], is_label: bool| {
            let cell = |(place, words): (&(f32, f32), &String)| self.cell(*place, words, size, is_label);
            Row { cells: places.iter().zip(words).map(cell).collect(), size, least: LEAST, ..Row::default() }
        };
        let mut laid = Vec::new();
        if !label.is_empty() {
            let caption = self.cell((0.0, whole), label, SIZE, true);
            laid.push(Row { cells: vec![caption], size: SIZE, least: LEAST, keeps: true, under: None });
        }
        let head = Rc::new(Row { keeps: true, ..line(heads, true) });
        laid.push((*head).clone());
        // A table without rows is there to be filled in by hand.
        let empty = vec![String::new(); heads.len()];
        let blank = [empty];
        let rows = if rows.is_empty() { &blank } else { rows };
        laid.extend(rows.iter().map(|row| Row { under: Some(head.clone()), ..line(row, false) }));
        laid
    }

    /// Where the columns of a table stand: each as wide as what is in it wants, but none narrower than its widest word where
    /// that can be.
    fn columns(&self, heads: &[String], rows: &[Vec<String>], size: f32) -> Vec<(f32, f32)> {
        const MOST: f32 = 24.0;
        let whole = self.width();
        let blank = 2.0 * PAD + 0.5;
        let mut wants: Vec<(f32, f32)> = Vec::new();
        for place in 0..heads.len() {
            let words = heads.get(place).into_iter().chain(rows.iter().filter_map(|row| row.get(place)));
            let widths = words.map(|words| self.setter.widths(words));
            let (want, least) =
                widths.fold((2.0_f32, 1.0_f32), |(want, least), (all, piece)| (want.max(all), least.max(piece)));
            wants.push((want.min(MOST) * size + blank, least.min(MOST / 3.0) * size + blank));
        }
        let sum = |of: fn(&(f32, f32)) -> f32| wants.iter().map(of).sum::<f32>().max(1.0);
        let (all, least) = (sum(|want| want.0), sum(|want| want.1));
        let width = |(want, needs): &(f32, f32)| {
            if all <= whole {
                want * whole / all
            } else if least <= whole {
                needs + (whole - least) * (want - needs) / (all - least).max(1.0)
            } else {
                needs * whole / least
            }
        };
        let widths = wants.iter().map(width);
        widths
            .scan(0.0, |x, width| {
                let place = (*x, width);
                *x += width;
                Some(place)
            })
            .collect()
    }

    /// Lays a row, cut where it has to be; so much has to fit below its end.
    fn place(&mut self, mut row: Row, kept: f32) -> Result<(), Unprinted> {
        loop {
            let (lines, room) = (row.lines(), self.room());
            if row.height() + kept <= room {
                break;
            }
            let first = row.fitting(room).min(lines.saturating_sub(FEW));
            if row.may_be_cut() && first >= FEW {
                let above = row.cut(first);
                self.draw(&above);
            } else if self.fresh {
                break;
            }
            self.turn(row.under.clone())?;
        }
        self.draw(&row);
        Ok(())
    }

    fn draw(&mut self, row: &Row) {
        let (y, height, leading) = (self.y, row.height(), row.leading());
        let whole = row.lines();
        let sheet = self.sheet();
        for cell in &row.cells {
            let x = BESIDE + cell.x;
            sheet.marks.push(Mark::Box { x, y, width: cell.width, height, tinted: cell.is_label });
            // Short things stand in the middle of their row.
            let text = cell.lines.len() as f32 * leading;
            let high = cell.picture.as_ref().map_or(0.0, |(_, _, high)| high + PAD);
            let free = (height - text - high).max(2.0 * PAD);
            let top = if cell.is_label || whole <= 2 * FEW { free / 2.0 } else { PAD };
            let mut at = y + top;
            if let Some((image, wide, high)) = &cell.picture {
                let x = x + (cell.width - wide) / 2.0;
                sheet.marks.push(Mark::Picture { x, y: at, width: *wide, height: *high, image: image.clone() });
                at += high + PAD;
            }
            for line in &cell.lines {
                let centred = cell.is_label || cell.picture.is_some();
                let left = if centred { (cell.width - line.width * row.size) / 2.0 } else { PAD };
                // Letters stand a little below the middle of their line.
                let base = at + leading / 2.0 + row.size * 0.36;
                sheet.words((x + left, base), row.size, false, line.clone());
                at += leading;
            }
        }
        self.y += height;
        self.fresh = false;
    }

    /// The lines to sign on, beside them the place for the seal.
    fn sign(&mut self, tail: &Tail<'_>) -> Result<(), Unprinted> {
        let height = tail.height();
        if height == 0.0 {
            return Ok(());
        }
        let (whole, furniture, setter) = (self.width(), self.furniture, self.setter);
        let seal = tail.seal.map_or(0.0, |_| SEAL + 2.0 * PAD);
        let mut signs = tail.signs;
        let mut is_sealed = tail.seal.is_some();
        while !signs.is_empty() || is_sealed {
            let fits = ((self.room() - 2.0 * PAD) / SIGN).max(0.0) as usize;
            let (now, then) = signs.split_at(fits.min(signs.len()));
            let lines = now.len() as f32 * SIGN;
            let height = if is_sealed { lines.max(SEAL) } else { lines } + 2.0 * PAD;
            if (now.is_empty() && !signs.is_empty() || height > self.room() + 0.1) && !self.fresh {
                self.turn(None)?;
                continue;
            }
            let (y, wide) = (self.y, whole - if is_sealed { seal } else { 0.0 });
            let sheet = self.sheet();
            sheet.marks.push(Mark::Box { x: BESIDE, y, width: wide, height, tinted: false });
            let step = (height - 2.0 * PAD) / now.len().max(1) as f32;
            for (place, sign) in now.iter().enumerate() {
                let base = y + PAD + step * (place as f32 + 0.5) + SIZE * 0.36;
                let (name, date) = (setter.line(sign), setter.line(furniture.date()));
                let day = wide * 0.58;
                let (from, to) = (PAD + name.width * SIZE + 6.0, day - 10.0);
                sheet.words((BESIDE + PAD, base), SIZE, false, name);
                sheet.marks.push(Mark::Rule { x: BESIDE + from, y: base + 4.0, width: (to - from).max(40.0) });
                let from = day + date.width * SIZE + 6.0;
                sheet.words((BESIDE + day, base), SIZE, false, date);
                sheet.marks.push(Mark::Rule { x: BESIDE + from, y: base + 4.0, width: (wide - PAD - from).max(30.0) });
            }
            if let Some(words) = tail.seal.filter(|_| is_sealed) {
                let x = BESIDE + wide;
                sheet.marks.push(Mark::Box { x, y, width: seal, height, tinted: false });
                let lines = [words, furniture.day()].map(|words| setter.line(words));
                for (place, line) in lines.into_iter().enumerate() {
                    let base = y + height - PAD - 4.0 - (1.0 - place as f32) * SIZE * LEADING;
                    sheet.words((x + (seal - line.width * SIZE) / 2.0, base), SIZE, false, line);
                }
            }
            self.y += height;
            self.fresh = false;
            is_sealed = false;
            signs = then;
        }
        Ok(())
    }
}
