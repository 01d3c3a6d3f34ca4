//! Who looked at a person's files, beside the files themselves: for those whom the policy lets read the trail.

use super::{address, what, who};
use crate::addresses::At;
use crate::components::empty::empty_line;
use crate::components::icons::Icon;
use crate::components::rows::{ListRow, rows};
use crate::components::section::{SectionHead, section_with};
use crate::components::ui::Ui;
use backend::StaffScope;
use backend::audit::{Sort, TrailFilter, TrailRow, trail};
use domain::access::{Action, Object};
use domain::events::Subject;
use domain::refusal::Refusal;
use leptos::prelude::*;

/// How many looks stand beside a file; the trail has them all.
const SHOWN: usize = 5;

/// The newest looks at a person's files; none for whom the policy does not let read the trail.
pub(crate) async fn looks(scope: &StaffScope, subject: Subject) -> Result<Option<Vec<TrailRow>>, Refusal> {
    if scope.need(Object::AuditTrail, Action::Read).is_err() {
        return Ok(None);
    }
    let filter = TrailFilter { sort: Sort::Reading, subject: Some(subject), before: None };
    let mut rows = trail(scope, &filter).await?.rows;
    rows.truncate(SHOWN);
    Ok(Some(rows))
}

/// A section that tells them; `subject` as the address of the trail writes it.
pub(crate) fn looked_at(ui: Ui, at: At<'_>, subject: &str, looks: &[TrailRow]) -> AnyView {
    let line = |row: &TrailRow| {
        let (name, role) = who(ui, &row.who);
        let by =
            role.map_or(name.clone(), |role| ui.words(|| format!("{name}（{role}）"), || format!("{name} ({role})")));
        let mut note = format!("{} · {}", ui.moment(row.at), what(ui, row));
        if let Some(reason) = &row.reason {
            note.push_str(&ui.words(|| format!("。理由：{reason}"), || format!(". Reason: {reason}")));
        }
        ListRow { icon: Some(Icon::Eye), title: by.into(), note: Some(note.into()), ..ListRow::default() }
    };
    let body = if looks.is_empty() {
        empty_line(ui.t("还没有人看过。", "Nobody has looked yet."))
    } else {
        rows(looks.iter().map(line).collect())
    };
    let all = (ui.t("全部", "All").into(), address(at, Sort::Reading, Some(subject)));
    let head = SectionHead { title: ui.t("谁看过", "Who looked").into(), more: Some(all), ..SectionHead::default() };
    section_with(head, body)
}
