//! What a service file consists of, and what of it is missing: basic information, needs assessment, plan, records, summary.

use super::desk::Desk;
use backend::papers::PaperView;
use domain::cases::CaseState;
use domain::papers::PaperState;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge, badge_with};
use pages::components::icons::Icon;
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section_with};
use pages::papers::{state_badge, title};
use pages::ui::{Ui, Words};

/// The documents of the file.
pub(super) fn documents(desk: &Desk<'_>) -> AnyView {
    let ui = desk.ui;
    let mut list = vec![basics(desk)];
    list.extend(application(desk));
    list.extend([assessment(desk), plan(desk), records(desk), summary(desk)]);
    list.extend(follow_ups(desk));
    let missing = list.iter().filter(|row| row.missing).count();
    let count =
        (missing > 0).then(|| Words::from(ui.words(|| format!("缺 {missing} 项"), || format!("{missing} missing"))));
    let head = SectionHead {
        title: ui.t("卷宗文书", "Documents of the file").into(),
        count,
        id: Some("documents".into()),
        ..SectionHead::default()
    };
    section_with(head, rows(list))
}

fn row(title: impl Into<Words>, href: Option<String>) -> ListRow {
    ListRow { icon: Some(Icon::File), title: title.into(), href, ..ListRow::default() }
}

/// Ought to be there by now, and is not.
fn missing(ui: Ui, row: ListRow) -> ListRow {
    ListRow { missing: true, end: Some(badge_with(Tone::Due, Icon::Alert, ui.t("缺", "Missing"))), ..row }
}

/// Will be there later.
fn later(ui: Ui, row: ListRow, note: Words) -> ListRow {
    ListRow { missing: false, note: Some(note), end: Some(badge(Tone::Plain, ui.t("尚未到", "Later"))), ..row }
}

fn basics(desk: &Desk<'_>) -> ListRow {
    let ui = desk.ui;
    let (id, _, person) = &desk.file.client;
    let asked = [
        ("name", ui.t("姓名", "name")),
        ("sex", ui.t("性别", "sex")),
        ("birth_date", ui.t("出生日期", "birth date")),
        ("phone", ui.t("联系电话", "telephone")),
        ("address", ui.t("现居地址", "address")),
    ];
    let known = |key: &str| match key {
        "birth_date" => person.birth_date().is_some(),
        _ => !person.get(key).is_empty(),
    };
    let lacking: Vec<&str> = asked.iter().filter(|(key, _)| !known(key)).map(|(_, words)| *words).collect();
    let row = row(ui.t("基本信息", "Basic information"), Some(desk.at().client(*id)));
    if lacking.is_empty() {
        return ListRow { end: Some(badge(Tone::Good, ui.t("齐全", "Complete"))), ..row };
    }
    let lacking = lacking.join(ui.t("、", ", "));
    let note = ui.words(|| format!("未填：{lacking}"), || format!("Not filled in: {lacking}"));
    missing(ui, ListRow { note: Some(note.into()), ..row })
}

fn application(desk: &Desk<'_>) -> Option<ListRow> {
    let (id, number) = desk.file.application.as_ref()?;
    let row = row(desk.ui.t("服务申请表和协议", "Application and agreement"), Some(desk.at().application(*id)));
    let accepted = desk.ui.short_day(desk.file.accepted.day());
    Some(ListRow { note: Some(number.clone().into()), end: Some(accepted.into_any()), ..row })
}

/// A paper of which the file needs one: the approved one, else the newest.
fn one(desk: &Desk<'_>, register: &str, due: bool, when: &'static str) -> ListRow {
    let (ui, registers) = (desk.ui, desk.scope.registers());
    let approved = desk.newest(register, PaperState::Approved).or(desk.newest(register, PaperState::Recorded));
    match approved.or(desk.file.of(register).next()) {
        Some(paper) => ListRow {
            end: Some(state_badge(ui, paper.head.state)),
            missing: paper.head.state == PaperState::Returned,
            ..row(title(ui, registers, &paper.head), Some(desk.at().paper(paper.head.id)))
        },
        None => {
            let name = registers.get(register).map(|register| ui.text(&register.title)).unwrap_or_default();
            if due { missing(ui, row(name, None)) } else { later(ui, row(name, None), when.into()) }
        }
    }
}

fn assessment(desk: &Desk<'_>) -> ListRow {
    one(desk, "assessment", true, "")
}

fn plan(desk: &Desk<'_>) -> ListRow {
    let due = desk.newest("assessment", PaperState::Approved).is_some() || desk.file.state != CaseState::Opened;
    one(desk, "plan", due, desk.ui.t("需求评估批准后制定", "Made when the assessment is approved"))
}

fn records(desk: &Desk<'_>) -> ListRow {
    let ui = desk.ui;
    let count = |state: PaperState| desk.count("record", state);
    let (approved, waiting, returned) =
        (count(PaperState::Approved), count(PaperState::Submitted), count(PaperState::Returned));
    let written = approved + waiting + returned;
    let row = row(ui.t("服务记录", "Service records"), None);
    if written == 0 {
        return match desk.file.state {
            CaseState::Opened => later(ui, row, ui.t("服务开始后填写", "Written once service has begun").into()),
            _ => missing(ui, row),
        };
    }
    let mut parts = vec![ui.words(|| format!("已批准 {approved} 份"), || format!("{approved} approved"))];
    if waiting > 0 {
        parts.push(ui.words(|| format!("待审 {waiting} 份"), || format!("{waiting} waiting")));
    }
    if returned > 0 {
        parts.push(ui.words(|| format!("退回 {returned} 份"), || format!("{returned} sent back")));
    }
    let end = ui.words(|| format!("{written} 份"), || written.to_string());
    ListRow { note: Some(parts.join(ui.t("，", ", ")).into()), end: Some(end.into_any()), ..row }
}

fn summary(desk: &Desk<'_>) -> ListRow {
    let due = desk.file.state == CaseState::Closing;
    one(desk, "closing", due, desk.ui.t("结案时填写", "Written when the case is closed"))
}

fn follow_ups(desk: &Desk<'_>) -> Vec<ListRow> {
    let ui = desk.ui;
    let row_of = |paper: &PaperView| ListRow {
        end: Some(state_badge(ui, paper.head.state)),
        ..row(title(ui, desk.scope.registers(), &paper.head), Some(desk.at().paper(paper.head.id)))
    };
    let mut rows: Vec<ListRow> =
        desk.file.of("follow_up").filter(|paper| paper.head.state.stands()).map(row_of).collect();
    rows.reverse();
    rows
}
