//! What a service file consists of, and what of it is missing: basic information, needs assessment, plan, records, summary.

use super::desk::Desk;
use super::follow_ups;
use super::papers::{follow_up_badge, paper_badge};
use super::plans;
use domain::cases::CaseState;
use domain::records::RecordState;
use domain::workflow::PaperState;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge, badge_with};
use pages::components::icons::Icon;
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section_with};
use pages::ui::{Ui, Words};

/// The documents of the file.
pub(super) fn documents(desk: &Desk) -> AnyView {
    let ui = desk.ui;
    let mut list = vec![basics(desk), application(desk), assessment(desk), plan(desk), records(desk), summary(desk)];
    list.extend(follow_ups_of(desk));
    let missing = list.iter().filter(|row| row.missing).count();
    let count =
        (missing > 0).then(|| Words::from(ui.words(|| format!("缺 {missing} 项"), || format!("{missing} missing"))));
    let head = SectionHead {
        title: ui.t("卷宗文书", "Documents of the file").into(),
        count,
        id: Some("documents"),
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

fn basics(desk: &Desk) -> ListRow {
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

fn application(desk: &Desk) -> ListRow {
    let (id, number) = &desk.file.application;
    let row = row(desk.ui.t("服务申请表和协议", "Application and agreement"), Some(desk.at().application(*id)));
    ListRow {
        note: Some(number.clone().into()),
        end: Some(desk.ui.short_day(desk.file.accepted.day()).into_any()),
        ..row
    }
}

fn assessment(desk: &Desk) -> ListRow {
    let ui = desk.ui;
    let title = ui.t("需求评估报告", "Needs-assessment report");
    let newest = desk
        .file
        .assessments
        .iter()
        .find(|paper| paper.state == PaperState::Approved)
        .or(desk.file.assessments.first());
    match newest {
        Some(paper) => ListRow {
            end: Some(paper_badge(ui, paper.state)),
            missing: paper.state == PaperState::Returned,
            ..row(title, Some(desk.at().assessment(desk.file.id, paper.id)))
        },
        None => missing(ui, row(title, None)),
    }
}

fn plan(desk: &Desk) -> ListRow {
    let ui = desk.ui;
    let title = ui.t("服务计划", "Service plan");
    match desk.plan_in_force().or(desk.file.plans.first()) {
        Some(plan) => {
            let note = plan
                .discussion
                .is_none()
                .then(|| ui.t("还没有团队讨论记录", "No record of the team's discussion").into());
            ListRow {
                end: Some(paper_badge(ui, plan.state)),
                note,
                missing: plan.state == PaperState::Returned,
                ..row(plans::name(desk, plan), Some(desk.at().plan(desk.file.id, plan.id)))
            }
        }
        None if desk.is_assessed() || desk.file.state != CaseState::Opened => missing(ui, row(title, None)),
        None => later(ui, row(title, None), ui.t("需求评估批准后制定", "Made when the assessment is approved").into()),
    }
}

fn records(desk: &Desk) -> ListRow {
    let ui = desk.ui;
    let count = |state: RecordState| desk.file.records.iter().filter(|record| record.state == state).count();
    let (approved, waiting, returned) =
        (count(RecordState::Approved), count(RecordState::Recorded), count(RecordState::Returned));
    let written = approved + waiting + returned;
    let row = row(ui.t("服务记录", "Service records"), None);
    if written == 0 {
        return match desk.file.state {
            CaseState::Opened => later(ui, row, ui.t("服务开始后填写", "Written once service has begun").into()),
            _ => missing(ui, row),
        };
    }
    let mut parts = vec![ui.words(|| format!("已审 {approved} 份"), || format!("{approved} approved"))];
    if waiting > 0 {
        parts.push(ui.words(|| format!("待审 {waiting} 份"), || format!("{waiting} waiting")));
    }
    if returned > 0 {
        parts.push(ui.words(|| format!("退回 {returned} 份"), || format!("{returned} sent back")));
    }
    let end = ui.words(|| format!("{written} 份"), || written.to_string());
    ListRow { note: Some(parts.join(ui.t("，", ", ")).into()), end: Some(end.into_any()), ..row }
}

fn summary(desk: &Desk) -> ListRow {
    let ui = desk.ui;
    let title = ui.t("服务总结", "Service summary");
    match (desk.file.closed, desk.file.state) {
        (Some(closed), _) => {
            ListRow { end: Some(ui.short_day(closed.day()).into_any()), ..row(title, Some(desk.below("summary"))) }
        }
        (None, CaseState::Closing) => missing(ui, row(title, None)),
        (None, _) => later(ui, row(title, None), ui.t("结案时填写", "Written when the case is closed").into()),
    }
}

fn follow_ups_of(desk: &Desk) -> Vec<ListRow> {
    let ui = desk.ui;
    let row_of = |paper: &backend::cases::FollowUpView| ListRow {
        end: Some(follow_up_badge(ui, paper.state)),
        ..row(follow_ups::name(ui, paper.month), Some(desk.at().follow_up(desk.file.id, paper.id)))
    };
    desk.file.follow_ups.iter().map(row_of).collect()
}
