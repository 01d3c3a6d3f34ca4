//! Papers in words, wherever one is shown: what it is called, how it stands, when it was written, how it lies in a story and
//! on the printer.

use crate::addresses::At;
use crate::components::badge::{Tone, badge, badge_with};
use crate::components::diff::Said;
use crate::components::form::{answer_words, form_answers, heads, is_answered, line_words};
use crate::components::icons::Icon;
use crate::components::paper::{Paper, PaperLine, paper};
use crate::components::timeline::{Entry, EntryKind};
use crate::duty::late_by;
use crate::ui::{Ui, Words};
use backend::duties::DutyRow;
use backend::papers::{Folder, Head, PaperView, Written};
use domain::events::Subject;
use domain::forms::{Answered, Answers, FieldKind, FormTemplate, TemplateField, differences, judge, rows, rows_beside};
use domain::lang::Text;
use domain::papers::{Deed, Life, PaperState};
use domain::registers::{Register, Registers};
use domain::time::Moment;
use leptos::prelude::*;

/// Where a paper stands.
#[must_use]
pub fn state_badge(ui: Ui, state: PaperState) -> AnyView {
    use PaperState as State;
    let words = ui.name(state);
    match state {
        State::Submitted | State::Reviewed | State::Asked | State::Mended | State::WrittenUp => badge(Tone::Due, words),
        State::Found | State::Reopened => badge(Tone::Late, words),
        State::Returned | State::Refused => badge_with(Tone::Late, Icon::Undo, words),
        State::Planned => badge_with(Tone::Info, Icon::Calendar, words),
        State::Draft => badge_with(Tone::Plain, Icon::Pen, words),
        State::Approved | State::Recorded | State::Done | State::Verified | State::Published | State::Filed => {
            badge(Tone::Good, words)
        }
        State::Replaced | State::Withdrawn | State::GivenBack | State::Superseded | State::Held | State::Cancelled => {
            badge(Tone::Plain, words)
        }
    }
}

/// What a paper is called among those of its file: `服务计划（第 2 稿）`, `服务记录 · 上门探访`.
#[must_use]
pub fn title(ui: Ui, registers: &Registers, head: &Head) -> String {
    let Some(register) = registers.get(&head.register) else { return String::new() };
    let title = ui.text(&register.title);
    if register.revises {
        let n = head.serial;
        return ui.words(|| format!("{title}（第 {n} 稿）"), || format!("{title}, revision {n}"));
    }
    match told_apart(ui, registers, register, head) {
        Some(words) => format!("{title} · {words}"),
        None => title,
    }
}

/// The answer that tells it apart from the others of its file.
fn told_apart(ui: Ui, registers: &Registers, register: &Register, head: &Head) -> Option<String> {
    let key = register.told_apart_by.as_ref()?;
    let question = registers.form_as_it_was(register, head.template)?.field(key)?;
    let answers = Answers::from([(key.clone(), head.code(key)?.to_owned())]);
    Some(answer_words(ui, question, &answers)).filter(|words| !words.is_empty())
}

/// How dates are said on paper: always with their year, for paper is read in another one.
#[must_use]
pub fn on_paper(ui: Ui) -> Ui {
    Ui { now: Moment::from_millis(0), ..ui }
}

/// When it happened, was written and was decided, always in this order, and by whom. What happened on the day it was
/// written is told by the writing alone.
#[must_use]
pub fn dates(ui: Ui, register: &Register, written: &Written) -> Vec<(Words, Words)> {
    let mut lines: Vec<(Words, Words)> = Vec::new();
    if let (Some(_), Some(occurred)) = (&register.occurred, written.occurred) {
        lines.push((ui.t("发生", "Happened").into(), ui.moment(occurred).into()));
    }
    if let Some(recorded) = written.recorded {
        lines.push((ui.t("记录", "Written").into(), ui.moment(recorded).into()));
    }
    lines.push((ui.t("编写人", "Author").into(), written.author.clone().into()));
    if let Some(decided) = written.decided {
        lines.push((ui.t("审核", "Approved").into(), ui.moment(decided).into()));
    }
    if let Some(reviewer) = &written.reviewer {
        lines.push((ui.t("审核人", "Reviewer").into(), reviewer.clone().into()));
    }
    lines
}

/// By how much the writing was late, as the duty knows it: its own, that of the appointment it was written about, or that of
/// the paper it was written instead of.
#[must_use]
pub fn late(ui: Ui, folder: &Folder, duties: &[DutyRow], head: &Head) -> Option<Words> {
    let line: Vec<Subject> =
        folder.line(head).flat_map(|head| [Some(head.id), head.about]).flatten().map(Subject::from).collect();
    let late = duties.iter().filter(|row| line.contains(&row.duty.subject)).find_map(|row| late_by(ui, row))?;
    Some(ui.words(|| format!("迟记 {late}"), || format!("Written {late} late")).into())
}

/// A paper in the story of its file.
#[must_use]
pub fn entry(
    ui: Ui,
    registers: &Registers,
    at: At<'_>,
    (folder, duties): (&Folder, &[DutyRow]),
    view: &PaperView,
) -> Option<Entry> {
    let head = &view.head;
    let register = registers.get(&head.register)?;
    let arranged = register.arranged.as_ref().and_then(|field| head.moment(field));
    let moment = arranged.or(head.occurred).or(head.recorded).unwrap_or(ui.now);
    let quiet = matches!(head.state, PaperState::Approved | PaperState::Recorded) || head.state.waits();
    let of_this = |row: &&DutyRow| row.duty.subject == Subject::from(head.id);
    let overdue = duties.iter().filter(of_this).any(|row| row.duty.is_open() && row.duty.standing(ui.now).is_late());
    let gist = register.gist.as_ref().and_then(|field| view.answers.get(field)).filter(|gist| !gist.is_empty());
    let by_day = register.occurred.as_ref().and_then(|field| {
        registers.form_as_it_was(register, head.template)?.field(field).map(|field| field.kind == FieldKind::Day)
    });
    let decided = head.decided.map(|at| (at, Words::from(view.written.reviewer.clone().unwrap_or_default())));
    let open = matches!(head.state, PaperState::Planned | PaperState::Cancelled | PaperState::Draft);
    let late = late(ui, folder, duties, head);
    Some(Entry {
        occurred: Some(moment),
        day_only: by_day == Some(true),
        kind: if open { EntryKind::Open } else { EntryKind::Work },
        title: title(ui, registers, head).into(),
        href: Some(at.paper(head.id)),
        badges: (!quiet).then(|| state_badge(ui, head.state)).into_iter().collect(),
        by: view.written.author.clone().into(),
        body: gist.cloned().map(Into::into),
        clamp: true,
        recorded: head.recorded.filter(|_| register.occurred.is_some()),
        late: late.or(overdue.then(|| ui.t("记录已逾期", "The record is overdue").into())),
        approved: decided,
        waiting: head.state.waits(),
    })
}

/// A paper as the page shows it: its answers on the screen, its sheet on the printer.
pub struct Document<'a> {
    /// The form in the version that was filled in.
    pub form: &'a FormTemplate,
    /// Its answers.
    pub answers: &'a Answers,
    /// Its title.
    pub title: Words,
    /// The organisation.
    pub organisation: Words,
    /// The number of its file.
    pub number: Words,
    /// Whom and what the file is about.
    pub heading: &'a [(Text, String)],
    /// Short facts before the answers, on the sheet only; said by [`on_paper`].
    pub facts: Vec<(Words, Words)>,
    /// Who signs it.
    pub signs: &'a [Text],
    /// Who prints it.
    pub printer: &'a str,
    /// It stands on a page that has a heading of its own.
    pub part: bool,
}

/// A document: to be read here, and for the printer.
#[must_use]
pub fn document(ui: Ui, document: Document<'_>) -> AnyView {
    let screen = form_answers(ui, document.form, document.answers);
    let told = told(ui, document.form, document.answers, None);
    view! {
        <div class="no-print">{screen}</div>
        <div class="only-print">{sheet(ui, document, told)}</div>
    }
    .into_any()
}

/// A question as it stands on a sheet.
pub struct Told {
    /// What was asked.
    pub label: Words,
    /// What was said.
    pub said: Said,
    /// Whether it has the whole width.
    pub long: bool,
    /// What was said row by row, in a table: what stands above the columns, and the rows.
    pub rows: Option<(Vec<Words>, Vec<Vec<Said>>)>,
}

impl Told {
    /// Whether it says something else than before.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        let rows = self.rows.iter().flat_map(|(_, rows)| rows);
        self.said.is_changed() || rows.flatten().any(Said::is_changed)
    }
}

/// What a paper tells, question by question; beside an earlier one, with what became of each answer. What only the earlier
/// one asked and was told comes last.
#[must_use]
pub fn told(ui: Ui, form: &FormTemplate, answers: &Answers, before: Option<(&FormTemplate, &Answers)>) -> Vec<Told> {
    let (ui, hidden) = (on_paper(ui), judge(form, answers, ui.setting()).hidden);
    let became = before.map(|(_, before)| differences(before, answers)).unwrap_or_default();
    let changed = |question: &TemplateField| {
        let of_it = |name: &str| name == question.key || name.split('.').next() == Some(&question.key);
        became.iter().any(|(name, it)| of_it(name) && *it != Answered::Alike)
    };
    let line = |question: &TemplateField, answers: &Answers| {
        let is = answer_words(ui, question, answers);
        let was = before.filter(|_| changed(question)).map(|(form, answers)| {
            form.field(&question.key).map(|question| answer_words(ui, question, answers)).unwrap_or_default()
        });
        let by_pieces = matches!(question.kind, FieldKind::Line | FieldKind::Paragraph | FieldKind::Choices);
        let is_table = question.kind == FieldKind::Table;
        Told {
            label: ui.text(&question.label).into(),
            said: since(was.filter(|_| !is_table), is, by_pieces),
            long: matches!(question.kind, FieldKind::Paragraph | FieldKind::Signature),
            rows: is_table.then(|| told_rows(ui, question, answers, before)),
        }
    };
    let told = |question: &&TemplateField| {
        let says = !matches!(question.kind, FieldKind::Text | FieldKind::Auto);
        says && (is_answered(question, answers) || changed(question) || !hidden.contains(&question.key))
    };
    let no_more = before.into_iter().flat_map(|(form, _)| form.fields());
    let no_more = no_more.filter(|question| form.field(&question.key).is_none() && changed(question));
    let none = Answers::new();
    let told = form.fields().filter(told).map(|question| line(question, answers));
    told.chain(no_more.map(|question| line(question, &none))).collect()
}

/// What is said now, with what was said before where that was something else.
fn since(was: Option<String>, is: String, by_pieces: bool) -> Said {
    match was.filter(|was| *was != is) {
        Some(was) => Said::Changed { was, is, by_pieces },
        None => is.into(),
    }
}

/// A table, each row beside the one that it was.
fn told_rows(
    ui: Ui,
    table: &TemplateField,
    answers: &Answers,
    before: Option<(&FormTemplate, &Answers)>,
) -> (Vec<Words>, Vec<Vec<Said>>) {
    let before = before.and_then(|(form, before)| Some((form.field(&table.key)?, before)));
    let beside: Vec<(Option<usize>, Option<usize>)> = match (table.given.len(), before) {
        (0, Some((_, before))) => rows_beside(&table.key, before, answers),
        (0, None) => rows(answers, &table.key).into_iter().map(|row| (None, Some(row))).collect(),
        (given, _) => (1..=given).map(|row| (before.map(|_| row), Some(row))).collect(),
    };
    let line = |(was, is): (Option<usize>, Option<usize>)| {
        let empty = || heads(ui, table).iter().map(|_| String::new()).collect::<Vec<_>>();
        let is = is.map_or_else(empty, |row| line_words(ui, table, answers, row));
        let Some((old, before)) = before else { return is.into_iter().map(Said::from).collect() };
        // A column that was not asked before was left empty.
        let was = was.map_or_else(empty, |row| line_words(ui, old, before, row));
        let was = was.into_iter().map(Some).chain(std::iter::repeat(Some(String::new())));
        is.into_iter().zip(was).map(|(is, was)| since(was, is, false)).collect()
    };
    (heads(ui, table), beside.into_iter().map(line).collect())
}

/// The sheet as it is printed.
#[must_use]
pub fn sheet(ui: Ui, document: Document<'_>, told: Vec<Told>) -> AnyView {
    paper(ui, laid(ui, document, told))
}

/// What stands on the sheet, line by line.
pub(crate) fn laid(ui: Ui, document: Document<'_>, told: Vec<Told>) -> Paper {
    let Document { form, title, organisation, number, heading, facts, signs, printer, part, .. } = document;
    let mut short: Vec<(Words, Said)> =
        heading.iter().map(|(label, words)| (ui.text(label).into(), words.clone().into())).collect();
    short.extend(facts.into_iter().map(|(label, words)| (label, words.into())));
    let mut lines = Vec::new();
    for Told { label, said, long, rows } in told {
        if let Some((heads, rows)) = rows {
            lines.extend(paired(&mut short));
            lines.push(PaperLine::Rows(label, heads, rows));
        } else if long {
            lines.extend(paired(&mut short));
            lines.push(PaperLine::Long(label, said));
        } else {
            short.push((label, said));
        }
    }
    lines.extend(paired(&mut short));
    let landscape = form.landscape;
    let (version, now, form_title) = (form.version, on_paper(ui).moment(ui.now), ui.text(&form.title));
    let edition = ui.words(|| format!("{form_title} 第 {version} 版"), || format!("{form_title}, version {version}"));
    let printed = ui
        .words(|| format!("{edition} · {printer} 打印于 {now}"), || format!("{edition} · printed by {printer}, {now}"));
    let foot = if part { edition } else { printed };
    let signs = signs.iter().map(|sign| ui.text(sign).into()).collect();
    Paper { part, landscape, title, organisation, number, lines, signs, foot: foot.into() }
}

/// Short answers, two to a line.
fn paired(short: &mut Vec<(Words, Said)>) -> Vec<PaperLine> {
    let mut lines = Vec::new();
    let mut rest = short.drain(..);
    while let Some(left) = rest.next() {
        match rest.next() {
            Some(right) => lines.push(PaperLine::Pair(left, right)),
            None => lines.push(PaperLine::One(left.0, left.1)),
        }
    }
    lines
}

/// What was just done, as the next page's address carries it: `plan.approve`.
#[must_use]
pub fn done_word(register: &str, deed: Deed) -> String {
    format!("{register}.{deed}")
}

/// What was just done, in words; an address that says something else says nothing.
#[must_use]
pub fn done(ui: Ui, registers: &Registers, raw: &str) -> Option<String> {
    let (register, deed) = raw.split_once('.')?;
    let (register, deed) = (registers.get(register)?, Deed::parse(deed).ok()?);
    let title = ui.text(&register.title);
    let follows = register.follows.as_ref().map(|follows| ui.text(follows)).unwrap_or_default();
    let words = match deed {
        Deed::Submit if register.life.is_approved() => {
            ui.words(|| format!("{title}已提交，等待审核。"), || format!("{title}: handed in, waiting for approval."))
        }
        Deed::Submit if register.life == Life::Session => {
            ui.words(|| format!("{title}已登记。"), || format!("{title}: noted."))
        }
        Deed::Submit => ui.words(|| format!("{title}已记录。"), || format!("{title}: written down.")),
        Deed::Draft => ui.words(
            || format!("{title}草稿已保存，只有您能看到。"),
            || format!("{title}: the draft is kept; only you can see it."),
        ),
        Deed::Approve => ui.words(|| format!("{title}已批准。{follows}"), || format!("{title}: approved. {follows}")),
        Deed::Return => ui.words(
            || format!("{title}已退回，编写人会看到退回原因。"),
            || format!("{title}: sent back; its author sees why."),
        ),
        Deed::Withdraw => ui.words(|| format!("{title}已撤回。"), || format!("{title}: taken back.")),
        Deed::Cancel => ui.words(|| format!("{title}已取消。"), || format!("{title}: cancelled.")),
        other => ui.words(|| format!("{title}：{}。", ui.name(other)), || format!("{title}: {}.", ui.name(other))),
    };
    Some(words)
}
