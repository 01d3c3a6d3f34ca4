//! Papers of the case to be read, and the same as documents of the trade for the printer.

use super::desk::Desk;
use backend::cases::Written;
use domain::cases::CaseState;
use domain::follow_ups::FollowUpState;
use domain::forms::{Answers, FieldKind, FormKey, FormTemplate, is_visible};
use domain::records::RecordState;
use domain::time::Moment;
use domain::workflow::PaperState;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge, badge_with};
use pages::components::form::{answer_words, form_answers};
use pages::components::icons::Icon;
use pages::components::paper::{Paper, PaperLine, paper};
use pages::ui::{Ui, Words};

/// Where a case stands.
pub(super) fn case_badge(ui: Ui, state: CaseState) -> AnyView {
    let tone = match state {
        CaseState::Opened | CaseState::Serving => Tone::Accent,
        CaseState::Closing => Tone::Due,
        CaseState::Closed => Tone::Good,
        CaseState::Following => Tone::Info,
        CaseState::Archived | CaseState::Referred | CaseState::Withdrawn => Tone::Plain,
    };
    badge(tone, ui.name(state))
}

/// Where an assessment or a plan stands.
pub(super) fn paper_badge(ui: Ui, state: PaperState) -> AnyView {
    match state {
        PaperState::Draft => badge(Tone::Plain, ui.name(state)),
        PaperState::Submitted => badge(Tone::Due, ui.name(state)),
        PaperState::Returned => badge_with(Tone::Late, Icon::Undo, ui.name(state)),
        PaperState::Approved => badge(Tone::Good, ui.name(state)),
    }
}

/// Where a record stands.
pub(super) fn record_badge(ui: Ui, state: RecordState) -> AnyView {
    match state {
        RecordState::Planned => badge_with(Tone::Info, Icon::Calendar, ui.name(state)),
        RecordState::Recorded => badge(Tone::Due, ui.name(state)),
        RecordState::Returned => badge_with(Tone::Late, Icon::Undo, ui.name(state)),
        RecordState::Approved => badge(Tone::Good, ui.name(state)),
        RecordState::Cancelled => badge(Tone::Plain, ui.name(state)),
    }
}

/// Whether the person was reached.
pub(super) fn follow_up_badge(ui: Ui, state: FollowUpState) -> AnyView {
    let tone = if state == FollowUpState::Done { Tone::Good } else { Tone::Due };
    badge(tone, ui.name(state))
}

/// How dates are said on paper: always with their year, for paper is read in another one.
pub(super) fn on_paper(ui: Ui) -> Ui {
    Ui { now: Moment::from_millis(0), ..ui }
}

/// Who wrote it and when, who approved it and when; when it happened, where that is another moment than the writing.
pub(super) fn dates(ui: Ui, written: &Written, happened: bool) -> Vec<(Words, Words)> {
    let mut lines: Vec<(Words, Words)> = Vec::new();
    if let Some(occurred) = written.occurred.filter(|_| happened) {
        lines.push((ui.t("发生", "Happened").into(), ui.moment(occurred).into()));
    }
    if let Some(recorded) = written.recorded {
        lines.push((ui.t("记录", "Written").into(), ui.moment(recorded).into()));
    }
    lines.push((ui.t("编写人", "Author").into(), written.author.clone().into()));
    if let Some(approved) = written.approved {
        lines.push((ui.t("审核", "Approved").into(), ui.moment(approved).into()));
    }
    if let Some(reviewer) = &written.reviewer {
        lines.push((ui.t("审核人", "Reviewer").into(), reviewer.clone().into()));
    }
    lines
}

/// A document as the page shows it: its answers on the screen, its sheet on the printer.
pub(super) struct Document<'a> {
    /// Its form.
    pub(super) form: FormKey,
    /// Its answers.
    pub(super) answers: &'a Answers,
    /// Its title, where it says more than the form's.
    pub(super) title: Words,
    /// Short facts before the answers, on the sheet only; said by [`on_paper`].
    pub(super) facts: Vec<(Words, Words)>,
    /// Who signs it.
    pub(super) signs: Vec<Words>,
}

/// A document.
pub(super) fn document(desk: &Desk, document: Document<'_>) -> AnyView {
    let template = FormTemplate::builtin(document.form);
    let ui = desk.ui;
    let screen = form_answers(ui, template, document.answers);
    view! {
        <div class="no-print">{screen}</div>
        <div class="only-print">{printed(desk, template, document)}</div>
    }
    .into_any()
}

fn printed(desk: &Desk, template: &FormTemplate, document: Document<'_>) -> AnyView {
    let (ui, file) = (desk.ui, &desk.file);
    let (id, number, person) = &file.client;
    let _ = id;
    let client = format!("{} {number}", person.name());
    let mut short: Vec<(Words, Words)> = vec![
        (ui.t("服务对象", "Client").into(), client.into()),
        (ui.t("服务项目", "Service").into(), file.service.clone().into()),
    ];
    short.extend(document.facts);
    let mut lines = Vec::new();
    for question in template.fields() {
        if !document.answers.contains_key(&question.key) && !is_visible(question, document.answers, ui.now.day()) {
            continue;
        }
        let line = (ui.text(&question.label).into(), answer_words(on_paper(ui), question, document.answers).into());
        if question.kind == FieldKind::Paragraph {
            lines.extend(paired(&mut short));
            lines.push(PaperLine::Long(line.0, line.1));
        } else {
            short.push(line);
        }
    }
    lines.extend(paired(&mut short));
    let version = template.version;
    let (title, printer, now) = (ui.text(&template.title), desk.scope.name(), on_paper(ui).moment(ui.now));
    let foot = ui.words(
        || format!("{title} 第 {version} 版 · {printer} 打印于 {now}"),
        || format!("{title}, version {version} · printed by {printer}, {now}"),
    );
    let sheet = Paper {
        title: document.title,
        organisation: desk.scope.organisation().name.clone().into(),
        number: ui.words(|| format!("个案编号 {}", file.number), || format!("Case {}", file.number)).into(),
        lines,
        signs: document.signs,
        foot: foot.into(),
    };
    paper(ui, sheet)
}

/// Short answers, two to a line.
fn paired(short: &mut Vec<(Words, Words)>) -> Vec<PaperLine> {
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
