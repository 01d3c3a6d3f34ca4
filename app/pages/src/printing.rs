//! What the press is given: the same sheets as the screen shows, as plain data.
//!
//! A sheet is laid once, for the browser's printer and for the press; here it loses what only a screen has.

use crate::components::button::Button;
use crate::components::form::named_words;
use crate::components::icons::Icon;
use crate::components::paper::{Paper, PaperLine};
use crate::handling::Answer;
use crate::papers::{Document, laid, late, on_paper, told};
use crate::ui::{Ui, Words};
use backend::StaffScope;
use backend::duties::DutyRow;
use backend::papers::{Folder, PaperView};
use domain::forms::{Answers, FormTemplate, TemplateField, cell, chosen, rows};
use domain::ids::AttachmentId;
use domain::papers::PaperState;
use domain::registers::Register;
use leptos::prelude::AnyView;
use print::{Block, Book, Picture};
use std::collections::HashMap;

/// How a document lies in a file.
#[derive(Clone, Debug, Default)]
pub struct Filed {
    /// What the catalogue calls it.
    pub entry: String,
    /// Its day there.
    pub day: String,
    /// Whose name stands beside the number on every page.
    pub about: String,
    /// What is written under the place for the seal, where somebody seals it.
    pub seal: Option<String>,
    /// The photographs that it shows, each under its question.
    pub pictures: Vec<(String, Vec<Picture>)>,
}

/// A sheet for the press.
#[must_use]
pub fn of_sheet(sheet: Paper, filed: Filed) -> print::Document {
    let Filed { entry, day, about, seal, pictures } = filed;
    let pictures = pictures.into_iter().map(|(label, pictures)| Block::Pictures(label, pictures));
    print::Document {
        title: sheet.title.into_owned(),
        entry,
        day,
        number: sheet.number.into_owned(),
        about,
        landscape: sheet.landscape,
        blocks: sheet.lines.into_iter().map(block).chain(pictures).collect(),
        signs: sheet.signs.into_iter().map(Words::into_owned).collect(),
        seal,
        edition: sheet.foot.into_owned(),
    }
}

fn block(line: PaperLine) -> Block {
    match line {
        PaperLine::Pair((one, first), (other, second)) => {
            Block::Pair((one.into_owned(), first.into_words()), (other.into_owned(), second.into_words()))
        }
        PaperLine::One(label, said) => Block::One(label.into_owned(), said.into_words()),
        PaperLine::Long(label, said) => Block::Long(label.into_owned(), said.into_words()),
        PaperLine::Rows(label, heads, rows) => {
            let rows =
                rows.into_iter().map(|row| row.into_iter().map(crate::components::diff::Said::into_words).collect());
            Block::Rows(label.into_owned(), heads.into_iter().map(Words::into_owned).collect(), rows.collect())
        }
    }
}

/// A filled form for the press; who prints it and when stands at the foot of the book.
#[must_use]
pub fn of_form(ui: Ui, document: Document<'_>, filed: Filed) -> print::Document {
    let told = told(ui, document.form, document.answers, None);
    of_sheet(laid(ui, Document { part: true, ..document }, told), filed)
}

/// The photographs among what hangs on a paper, question by question. Below each stands what else its row says, or its name.
#[must_use]
pub fn pictures(
    ui: Ui,
    form: &FormTemplate,
    answers: &Answers,
    printable: &HashMap<AttachmentId, Vec<u8>>,
) -> Vec<(String, Vec<Picture>)> {
    let named = |question: &TemplateField, answer: &str, caption: Option<&str>| {
        let shown = chosen(answer).filter_map(|id| {
            let option = question.option(id);
            let caption = caption.map(str::to_owned).or_else(|| Some(ui.text(&option?.label)));
            Some(Picture { bytes: printable.get(&id.parse().ok()?)?.clone(), caption: caption.unwrap_or_default() })
        });
        shown.collect::<Vec<_>>()
    };
    let of_row = |table: &TemplateField, row: usize| {
        let said = table.columns.iter().filter(|column| !column.takes_files());
        let said = said.map(|column| named_words(ui, column, answers, &cell(&table.key, row, &column.key)));
        let said: Vec<String> = said.filter(|words| !words.is_empty()).collect();
        let caption = (!said.is_empty()).then(|| said.join(" · "));
        let asked = table.columns.iter().filter(|column| column.takes_files());
        let shown = asked.filter_map(|column| {
            Some(named(column, answers.get(&cell(&table.key, row, &column.key))?, caption.as_deref()))
        });
        shown.flatten().collect::<Vec<_>>()
    };
    let of_question = |question: &TemplateField| {
        let shown: Vec<Picture> = match answers.get(&question.key).filter(|_| question.takes_files()) {
            Some(answer) => named(question, answer, None),
            None => rows(answers, &question.key).into_iter().flat_map(|row| of_row(question, row)).collect(),
        };
        (!shown.is_empty()).then(|| (ui.text(&question.label), shown))
    };
    form.fields().filter_map(of_question).collect()
}

/// What is told of a paper beside its answers: when it happened, was written, handed in and decided, always with the year, by
/// whom, how it stands, and by how much it was late.
#[must_use]
pub fn facts(
    ui: Ui,
    register: &Register,
    (folder, duties): (&Folder, &[DutyRow]),
    paper: &PaperView,
) -> Vec<(Words, Words)> {
    let (said, head) = (on_paper(ui), &paper.head);
    let mut facts = crate::papers::dates(said, register, &paper.written);
    if let Some(handed_in) = head.submitted.filter(|at| Some(*at) != head.recorded) {
        facts.push((ui.t("提交", "Handed in").into(), said.moment(handed_in).into()));
    }
    facts.push((ui.t("状态", "State").into(), ui.name(head.state).into()));
    facts.extend(late(ui, folder, duties, head).map(|late| (ui.t("时限", "Time").into(), late)));
    let reason = paper.reason.clone().filter(|_| !head.state.stands());
    facts.extend(reason.map(|reason| (why(ui, head.state).into(), reason.into())));
    facts
}

const fn why(ui: Ui, state: PaperState) -> &'static str {
    match state {
        PaperState::Withdrawn => ui.t("撤回原因", "Taken back because"),
        _ => ui.t("退回原因", "Sent back because"),
    }
}

/// Who prints, and when.
#[must_use]
pub fn foot(ui: Ui, scope: &StaffScope) -> String {
    let (who, now) = (scope.name(), on_paper(ui).moment(ui.now));
    ui.words(|| format!("{who} 打印于 {now}"), || format!("Printed by {who}, {now}"))
}

/// One document, to be printed.
#[must_use]
pub fn printed(ui: Ui, scope: &StaffScope, document: print::Document) -> Answer {
    let book = Book::of_one(document, scope.organisation().name.clone(), ui.lang, foot(ui, scope));
    Answer::Print { name: book.title.clone(), book: Box::new(book) }
}

/// The way to a PDF.
#[must_use]
pub fn pdf(ui: Ui, href: String) -> AnyView {
    Button::plain(ui.t("打印 PDF", "PDF to print")).icon(Icon::Download).link(href)
}
