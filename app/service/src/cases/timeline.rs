//! What happened in a case, newest first: when it occurred, when it was written, when it was approved. Late stays late.

use super::desk::Desk;
use domain::cases::CaseState;
use domain::time::Moment;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge};
use pages::components::timeline::{Entry, timeline};
use pages::duty::late_at;
use pages::papers::entry;
use pages::ui::Words;

/// The whole story.
pub(super) fn story(desk: &Desk<'_>) -> AnyView {
    let file = &desk.file;
    let around = (&file.folder, file.duties.as_slice());
    let of_paper = |paper| entry(desk.ui, desk.scope.registers(), desk.at(), around, paper);
    let mut entries: Vec<Entry> = file.papers.iter().filter_map(of_paper).collect();
    entries.extend(states(desk));
    timeline(desk.ui, entries)
}

/// The states the case went through, with who brought it there.
fn states(desk: &Desk<'_>) -> Vec<Entry> {
    let (ui, file) = (desk.ui, &desk.file);
    let entry = |at: Moment, title: &'static str, by: Words| Entry {
        late: late_at(ui, &file.duties, at),
        ..Entry::state(at, title, by)
    };
    let mut entries = Vec::new();
    for change in &file.history {
        let Ok(to) = CaseState::parse(&change.to) else { continue };
        let title = match to {
            CaseState::Serving => ui.t("服务开始", "Service began"),
            CaseState::Closing => ui.t("服务完成", "Service completed"),
            CaseState::Closed => ui.t("结案", "Case closed"),
            CaseState::Following => continue,
            other => ui.name(other),
        };
        let body = change.reason.clone().map(Into::into);
        entries.push(Entry { body, ..entry(change.at, title, change.actor.clone().into()) });
    }
    if let Some((at, mode)) = file.told {
        let badges = vec![badge(Tone::Plain, ui.name(mode))];
        let title = ui.t("向服务对象反馈结果", "Result told to the client");
        entries.push(Entry { badges, ..entry(at, title, Words::default()) });
    }
    let opened = ui.t("开案", "Case opened");
    entries.push(entry(file.opened, opened, ui.name(file.origin).into()));
    if let Some((id, number)) = &file.application {
        let title = ui.t("受理申请", "Application accepted");
        let application = entry(file.accepted, title, number.clone().into());
        entries.push(Entry { href: Some(desk.at().application(*id)), ..application });
    }
    entries
}
