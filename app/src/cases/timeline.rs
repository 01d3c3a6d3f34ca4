//! What happened in a case, newest first: when it occurred, when it was written, when it was approved. Late stays late.

use super::desk::Desk;
use super::follow_ups;
use super::papers::{follow_up_badge, paper_badge, record_badge};
use super::plans;
use crate::components::badge::{Tone, badge};
use crate::components::timeline::{Entry, EntryKind, timeline};
use crate::components::ui::Words;
use crate::duties::words::late_by;
use backend::cases::{AssessmentView, FollowUpView, PlanView, RecordView, Written};
use domain::cases::CaseState;
use domain::events::Subject;
use domain::records::RecordState;
use domain::time::Moment;
use domain::workflow::PaperState;
use leptos::prelude::*;

/// The whole story.
pub(super) fn story(desk: &Desk) -> AnyView {
    let file = &desk.file;
    let mut entries: Vec<(Moment, Entry)> = Vec::new();
    entries.extend(file.records.iter().map(|record| of_record(desk, record)));
    entries.extend(file.assessments.iter().map(|paper| of_assessment(desk, paper)));
    for plan in &file.plans {
        entries.push(of_plan(desk, plan));
        entries.extend(of_discussion(desk, plan));
    }
    entries.extend(file.follow_ups.iter().map(|paper| of_follow_up(desk, paper)));
    entries.extend(states(desk));
    // Newest first; what happened at the same moment keeps the order in which it follows from one another.
    entries.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    timeline(desk.ui, entries.into_iter().map(|(_, entry)| entry).collect())
}

/// The dates and people that every paper bears.
fn base(written: &Written) -> (Moment, Entry) {
    let at = written.occurred.or(written.recorded).unwrap_or(Moment::from_millis(0));
    let approved = written.approved.map(|at| (at, Words::from(written.reviewer.clone().unwrap_or_default())));
    let entry = Entry {
        occurred: Some(at),
        by: written.author.clone().into(),
        recorded: written.recorded,
        approved,
        clamp: true,
        ..Entry::default()
    };
    (at, entry)
}

/// By how much the writing was late, as its duty knows it.
fn late(desk: &Desk, paper: Subject) -> Option<Words> {
    let late = desk.file.duties.iter().filter(|row| row.duty.subject == paper).find_map(|row| late_by(desk.ui, row))?;
    Some(desk.ui.words(|| format!("迟记 {late}"), || format!("Written {late} late")).into())
}

fn of_record(desk: &Desk, record: &RecordView) -> (Moment, Entry) {
    let ui = desk.ui;
    let href = Some(desk.at().record(desk.file.id, record.id));
    let late = late(desk, Subject::from(record.id));
    let mode = ui.name(record.mode);
    if matches!(record.state, RecordState::Planned | RecordState::Cancelled) {
        let at = record.planned.unwrap_or(ui.now);
        let overdue = desk
            .file
            .duties
            .iter()
            .any(|row| row.duty.subject == Subject::from(record.id) && row.duty.standing(ui.now).is_late());
        let entry = Entry {
            occurred: Some(at),
            kind: EntryKind::Open,
            title: mode.into(),
            href,
            badges: vec![record_badge(ui, record.state)],
            by: record.written.author.clone().into(),
            late: late.or(overdue.then(|| ui.t("记录已逾期", "The record is overdue").into())),
            ..Entry::default()
        };
        return (at, entry);
    }
    let (at, entry) = base(&record.written);
    let returned = record.state == RecordState::Returned;
    let body = record.answers.get("content").cloned().filter(|content| !content.is_empty());
    let entry = Entry {
        title: ui.words(|| format!("服务记录 · {mode}"), || format!("Record · {mode}")).into(),
        href,
        badges: returned.then(|| record_badge(ui, record.state)).into_iter().collect(),
        body: body.map(Into::into),
        late,
        waiting: record.state == RecordState::Recorded,
        ..entry
    };
    (at, entry)
}

fn of_assessment(desk: &Desk, paper: &AssessmentView) -> (Moment, Entry) {
    let (ui, (at, entry)) = (desk.ui, base(&paper.written));
    let entry = Entry {
        title: ui.t("需求评估报告", "Needs-assessment report").into(),
        href: Some(desk.at().assessment(desk.file.id, paper.id)),
        badges: (paper.state == PaperState::Returned).then(|| paper_badge(ui, paper.state)).into_iter().collect(),
        body: paper.answers.get("needs").cloned().map(Into::into),
        waiting: paper.state == PaperState::Submitted,
        day_only: true,
        ..entry
    };
    (at, entry)
}

fn of_plan(desk: &Desk, plan: &PlanView) -> (Moment, Entry) {
    let (ui, (at, entry)) = (desk.ui, base(&plan.written));
    let entry = Entry {
        title: plans::name(desk, plan).into(),
        href: Some(desk.at().plan(desk.file.id, plan.id)),
        badges: (plan.state == PaperState::Returned).then(|| paper_badge(ui, plan.state)).into_iter().collect(),
        body: plan.answers.get("goals").cloned().map(Into::into),
        waiting: plan.state == PaperState::Submitted,
        recorded: None,
        ..entry
    };
    (at, entry)
}

fn of_discussion(desk: &Desk, plan: &PlanView) -> Option<(Moment, Entry)> {
    let (at, said) = plan.discussion.clone()?;
    let entry = Entry {
        occurred: Some(at),
        title: desk.ui.t("团队讨论服务计划", "The team discussed the plan").into(),
        href: Some(desk.at().plan(desk.file.id, plan.id)),
        body: Some(said.into()),
        clamp: true,
        ..Entry::default()
    };
    Some((at, entry))
}

fn of_follow_up(desk: &Desk, paper: &FollowUpView) -> (Moment, Entry) {
    let (ui, (at, entry)) = (desk.ui, base(&paper.written));
    let entry = Entry {
        title: follow_ups::name(ui, paper.month).into(),
        href: Some(desk.at().follow_up(desk.file.id, paper.id)),
        badges: vec![follow_up_badge(ui, paper.state)],
        body: paper.answers.get("situation").cloned().map(Into::into),
        ..entry
    };
    (at, entry)
}

/// The states the case went through, with who brought it there.
fn states(desk: &Desk) -> Vec<(Moment, Entry)> {
    let (ui, file) = (desk.ui, &desk.file);
    let entry = |at: Moment, title: Words, by: Words| Entry {
        occurred: Some(at),
        kind: EntryKind::State,
        title,
        by,
        ..Entry::default()
    };
    let mut entries = Vec::new();
    for change in &file.history {
        let Ok(to) = CaseState::parse(&change.to) else { continue };
        let (title, href) = match to {
            CaseState::Serving => (ui.t("服务开始", "Service began"), None),
            CaseState::Closing => (ui.t("服务完成", "Service completed"), None),
            CaseState::Closed => (ui.t("结案", "Case closed"), Some(desk.below("summary"))),
            CaseState::Following => continue,
            other => (ui.name(other), None),
        };
        let body = change.reason.clone().map(Into::into);
        entries.push((change.at, Entry { href, body, ..entry(change.at, title.into(), change.actor.clone().into()) }));
    }
    if let Some((at, mode)) = file.told {
        let badges = vec![badge(Tone::Plain, ui.name(mode))];
        let title = ui.t("向服务对象反馈结果", "Result told to the client");
        entries.push((at, Entry { badges, ..entry(at, title.into(), Words::default()) }));
    }
    let opened = ui.t("开案", "Case opened");
    entries.push((file.opened, entry(file.opened, opened.into(), Words::default())));
    let application = Entry {
        href: Some(desk.at().application(file.application.0)),
        ..entry(file.accepted, ui.t("受理申请", "Application accepted").into(), file.application.1.clone().into())
    };
    entries.push((file.accepted, application));
    entries
}
