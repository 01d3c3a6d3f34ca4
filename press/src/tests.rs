//! Sheets as they are laid, and the PDF as a reader finds it. They need a Chinese font (Debian: `fonts-noto-cjk`).

use crate::fonts::{Faces, Fonts, MARK};
use crate::furniture::WORDS;
use crate::sheets::{self, Mark, Sheet};
use crate::{Book, MOST_SHEETS, Press, Printed, Unprinted};
use domain::lang::Lang;
use print::{Block, Cover, Document, Picture};
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::LazyLock;

/// Millimetres in points, as far as tests look.
const MM: f32 = 72.0 / 25.4;
/// What only those who sign write beside.
const SIGNING: [&str; 4] = ["日期", "机构（盖章）", "　　　年　　月　　日", ""];

fn own(words: &str) -> String {
    words.to_owned()
}

fn of(document: Document) -> Book {
    Book::of_one(document, own("青山街道社会工作站"), Lang::Zh, own("陈站长 打印于 2026年11月29日"))
}

fn document(blocks: Vec<Block>) -> Document {
    Document {
        title: own("个案服务记录表"),
        entry: own("服务记录"),
        number: own("编号 QS01/GA/2026/001"),
        about: own("王淑芬"),
        blocks,
        signs: vec![own("签名甲"), own("签名乙")],
        ..Document::default()
    }
}

fn faces<'w>(words: impl Iterator<Item = &'w str>) -> Faces {
    Fonts::found(None).unwrap().cast(words.chain(WORDS)).unwrap()
}

fn laid(book: &Book) -> Vec<Sheet> {
    sheets::of(book, &faces(book.words())).unwrap()
}

/// Every line, with where it stands.
fn lines(sheet: &Sheet) -> impl Iterator<Item = (f32, String)> {
    sheet.marks.iter().filter_map(|mark| match mark {
        Mark::Words { y, line, .. } => Some((*y, line.runs.iter().map(|run| run.text.as_str()).collect())),
        _ => None,
    })
}

fn sheet_says(sheet: &Sheet, words: &str) -> bool {
    lines(sheet).any(|(_, line)| line == words)
}

/// The lines between head and foot.
fn body(sheet: &Sheet) -> Vec<String> {
    let (_, height) = sheet.extent();
    let inside = |y: f32| y > 25.0 * MM && y < height - 25.0 * MM;
    lines(sheet).filter(|(y, _)| inside(*y)).map(|(_, line)| line).collect()
}

fn printed(book: &Book) -> Printed {
    Press::default().print(book).unwrap()
}

/// What a reader copies from a page, counted from 1; blanks aside, for readers differ in those.
fn copied(printed: &Printed, page: u32) -> String {
    let pdf = lopdf::Document::load_mem(&printed.bytes).unwrap();
    pdf.extract_text(&[page]).unwrap().split_whitespace().collect()
}

fn blank_free(words: &str) -> String {
    words.split_whitespace().collect()
}

#[test]
fn text_is_copied_and_searched_as_it_was_typed() {
    let typed = "王奶奶说：“这几天睡得好。”#set text(red) $x^2$ *粗* _斜_ `code` \\ // \\u{41} @ref <label> [[]] %PDF (a) & < > 100%";
    let book = of(document(vec![Block::Long(own("服务过程"), own(typed))]));
    let text = copied(&printed(&book), 1);
    for words in [typed, "个案服务记录表", "青山街道社会工作站", "王淑芬", "编号QS01/GA/2026/001", "第1页共1页"]
    {
        assert!(text.contains(&blank_free(words)), "{words} is not in {text}");
    }
}

/// A4, Song where the machine has it, 12 points, 1.25 times the line.
/// Proves ACT-10.
#[test]
fn what_is_written_is_set_as_the_norm_wants_it() {
    let book = of(document(vec![Block::Long(own("服务过程"), "社工上门探访，了解近况。".repeat(40))]));
    let sheet = laid(&book).remove(0);
    let (width, height) = sheet.extent();
    assert_eq!((width.round(), height.round()), (595.0, 842.0), "A4 in points");
    let told = |mark: &Mark| match mark {
        Mark::Words { y, size, line, .. } if line.runs.iter().any(|run| run.text.contains("上门探访")) => {
            Some((*y, *size))
        }
        _ => None,
    };
    let told: Vec<(f32, f32)> = sheet.marks.iter().filter_map(told).collect();
    assert!(told.len() > 5 && told.iter().all(|(_, size)| *size == 12.0), "{told:?}");
    // One line of Song takes 1.15 times its size.
    assert!(told.windows(2).all(|two| (two[1].0 - two[0].0 - 12.0 * 1.15 * 1.25).abs() < 0.01), "{told:?}");
    let face = Press::default().face().unwrap();
    assert!(!face.contains("Sans"), "{face} where a Song face is there");
}

#[test]
fn a_file_begins_with_its_cover_and_says_where_each_document_is() {
    let long = Block::Long(own("服务过程"), "社工上门探访，了解近况。".repeat(300));
    let documents = (1..=5).map(|n| Document { entry: format!("文书{n}"), ..document(vec![long.clone()]) });
    let cover = Cover {
        number: own("QS01/GA/2026/001"),
        lines: vec![(own("服务对象"), own("王淑芬"))],
        seal: own("机构（盖章）"),
    };
    let book =
        Book { title: own("个案卷宗"), cover: Some(cover), documents: documents.collect(), ..Book::default() };
    let sheets = laid(&book);
    let begins: Vec<(usize, &str)> =
        sheets.iter().enumerate().filter_map(|(at, sheet)| Some((at + 1, sheet.begins.as_deref()?))).collect();
    assert_eq!(begins.iter().map(|(_, name)| *name).collect::<Vec<_>>()[..3], ["个案卷宗", "卷内目录", "文书1"]);
    let catalogue = body(&sheets[1]).join("\n");
    for (page, name) in &begins[2..] {
        assert!(catalogue.contains(&format!("{name}\n{page}")), "{name} on {page} is not in {catalogue}");
    }
    let print = printed(&book);
    assert_eq!(print.sheets, sheets.len());
    for page in 2..=sheets.len() {
        let text = copied(&print, u32::try_from(page).unwrap());
        assert!(text.contains(&format!("第{page}页共{}页", sheets.len())), "{text}");
        assert!(text.contains("王淑芬") && text.contains("QS01/GA/2026/001"), "{text}");
    }
}

#[test]
fn what_no_font_has_is_marked_and_named_and_not_lost() {
    // A private character, a control character, and one that is not assigned.
    let typed = "名字\u{F8FE}字\u{7}尾\u{3FFFD}";
    let book = of(document(vec![Block::Long(own("姓名"), own(typed))]));
    let print = printed(&book);
    assert_eq!(print.missing, ['\u{7}', '\u{F8FE}', '\u{3FFFD}']);
    let sheet = laid(&book).remove(0);
    assert!(body(&sheet).contains(&own(typed)), "what is copied is what was typed");
    assert!(sheet_says(&sheet, &format!("本页有缺字，印作{MARK}：U+0007、U+F8FE、U+3FFFD")));
    assert!(copied(&print, 1).contains("U+0007、U+F8FE、U+3FFFD"));
}

#[test]
fn letters_that_hang_together_and_marks_that_are_not_seen_do_no_harm() {
    let typed = "ئۇيغۇر བོད་ ᠮᠣᠩᠭᠣᠯ é e\u{301} 葛\u{E0100}城 a\u{200B}b\u{FEFF} 👩‍👧 한국어";
    let print =
        printed(&of(document(vec![Block::One(own("姓名"), own(typed)), Block::Long(own("说明"), typed.repeat(50))])));
    assert!(print.missing.iter().all(|c| !matches!(c, '\u{E0100}' | '\u{200B}' | '\u{200D}' | '\u{FEFF}')));
}

#[test]
fn a_word_of_ten_thousand_letters_is_broken_and_all_there() {
    let typed = "x".repeat(10_000);
    let rows = vec![vec![own("1"), "y".repeat(400)]];
    let blocks = vec![Block::Rows(own("表"), vec![own("序号"), own("内容")], rows), Block::Long(own("说明"), typed)];
    let all: String = laid(&of(document(blocks))).iter().flat_map(body).collect();
    assert_eq!(all.matches('x').count(), 10_000);
    assert_eq!(all.matches('y').count(), 400);
}

#[test]
fn a_photograph_is_put_on_paper_and_what_is_none_says_so() {
    let png = tiny_png();
    let picture = |bytes: &[u8]| Picture { bytes: bytes.to_vec(), caption: own("活动现场，2026年3月9日") };
    let pictures = vec![picture(&png), picture(b"no picture"), picture(&png), picture(&png)];
    let sheets = laid(&of(document(vec![Block::Pictures(own("相片"), pictures)])));
    let count = |sheet: &Sheet| sheet.marks.iter().filter(|mark| matches!(mark, Mark::Picture { .. })).count();
    assert_eq!(sheets.iter().map(count).sum::<usize>(), 3);
    assert!(sheets.iter().all(|sheet| count(sheet) <= 2), "two to a sheet (ACT-08)");
    assert!(sheets.iter().flat_map(body).any(|line| line == "照片无法打印"));
}

/// One grey dot.
fn tiny_png() -> Vec<u8> {
    const DOT: &str = "89504e470d0a1a0a0000000d4948445200000001000000010800000000\
                       3a7e9b550000000a4944415478da63680000008200815f70f9550000000049454e44ae426082";
    let digits: Vec<u8> = DOT.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn a_machine_without_a_chinese_font_says_what_to_install() {
    // Where the system has one it is used, whatever lies in the folder.
    let empty = Press::new(Some(PathBuf::from("/nowhere")));
    match empty.face() {
        Ok(name) => assert!(!name.is_empty()),
        Err(error) => {
            assert_eq!(error, Unprinted::NoFont);
            assert!(error.to_string().contains("fonts-noto-cjk"));
        }
    }
}

#[test]
fn a_book_has_an_end() {
    let long = Block::Long(own("说明"), "字\n".repeat(45 * MOST_SHEETS));
    assert_eq!(Press::default().print(&of(document(vec![long]))).unwrap_err(), Unprinted::TooLong);
}

/// Words as people type them: short ones, long ones, several paragraphs, none.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[一-龥，。、0-9a-z ]{0,12}",
        2 => "[一-龥，。]{20,200}(\n[一-龥，。]{0,120}){0,3}",
        1 => "([一-龥，。]{40,80}\n){8,30}[一-龥]{1,9}",
        1 => "[a-zA-Z ]{0,300}",
    ]
}

fn blocks() -> impl Strategy<Value = Block> {
    let table = (words(), 1..6_usize).prop_flat_map(|(name, columns)| {
        let rows = prop::collection::vec(prop::collection::vec(words(), columns), 0..12);
        rows.prop_map(move |rows| Block::Rows(name.clone(), vec![own("列名"); columns], rows))
    });
    prop_oneof![
        (words(), words(), words()).prop_map(|(a, b, c)| Block::Pair((own("甲"), a), (b, c))),
        (words(), words()).prop_map(|(label, said)| Block::One(label.chars().take(30).collect(), said)),
        words().prop_map(|said| Block::Long(own("服务过程"), said)),
        table,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// No signature without something of what is signed, no sheet without anything, nothing over the edge, nothing lost.
    #[test]
    fn sheets_keep_their_promises(
        blocks in prop::collection::vec(blocks(), 0..9),
        signs in 0..7_usize,
        sealed in any::<bool>(),
        landscape in any::<bool>(),
    ) {
        let signs: Vec<String> = (0..signs.min(if landscape { 4 } else { 6 })).map(|n| format!("签名{n}")).collect();
        let seal = sealed.then(|| own("机构（盖章）"));
        let document = Document { signs: signs.clone(), seal, landscape, ..document(blocks) };
        let book = of(document);
        // Fonts are looked up once for all that is generated.
        static USUAL: LazyLock<Faces> = LazyLock::new(|| {
            let usual: String = ('一'..='龥').chain('\u{20}'..='\u{7e}').collect();
            faces(std::iter::once(&*usual))
        });
        let sheets = sheets::of(&book, &USUAL).unwrap();
        let signs_something = |line: &String| signs.contains(line) || SIGNING.contains(&line.as_str());
        let mut all = String::new();
        for sheet in &sheets {
            let lines = body(sheet);
            prop_assert!(lines.iter().any(|line| !signs_something(line)), "a sheet has nothing but {lines:?}");
            let (width, height) = sheet.extent();
            for mark in &sheet.marks {
                if let Mark::Box { x, y, width: wide, height: high, .. } = mark {
                    prop_assert!(y + high <= height - 25.0 * MM + 0.5, "a row goes on below the sheet");
                    prop_assert!(x + wide <= width - 20.0 * MM + 0.5, "a row goes on beside the sheet");
                }
            }
            lines.iter().for_each(|line| all.push_str(line));
        }
        let last = sheets.last().map(body).unwrap_or_default();
        for sign in &signs {
            prop_assert!(last.contains(sign), "all sign on one sheet");
        }
        let all = blank_free(&all);
        for block in &book.documents[0].blocks {
            let said = match block {
                Block::Pair((_, first), (_, second)) => vec![first, second],
                Block::One(_, said) | Block::Long(_, said) => vec![said],
                Block::Rows(_, _, _) | Block::Pictures(_, _) => vec![],
            };
            for said in said {
                // Cells of one row stand side by side, so only what stands over the whole width is read in one piece.
                if matches!(block, Block::Long(..)) && said.chars().count() < 20 {
                    prop_assert!(all.contains(&blank_free(said)), "{said} is lost");
                }
                let count = |c: char| all.matches(c).count();
                prop_assert!(said.chars().filter(|c| !c.is_whitespace()).all(|c| count(c) > 0));
            }
        }
    }
}
