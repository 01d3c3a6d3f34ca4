//! The way to the trail, from wherever somebody's file stands.

use crate::addresses::At;
use crate::components::icons::Icon;
use crate::components::rows::{ListRow, rows};
use crate::components::section::section;
use crate::ui::Ui;
use backend::StaffScope;
use backend::trail::Sort;
use domain::access::{Action, Object};
use leptos::prelude::*;

/// Beside a person's file: the way to who looked at it, for those whom the policy lets read the trail.
pub fn who_looked(ui: Ui, scope: &StaffScope, subject: &str) -> Option<AnyView> {
    scope.need(Object::AuditTrail, Action::Read).ok()?;
    let row = ListRow {
        icon: Some(Icon::Eye),
        title: ui.t("谁看过", "Who looked").into(),
        href: Some(address(At(&scope.organisation().slug), Sort::Reading, Some(subject))),
        note: Some(ui.t("谁、以什么身份、什么时候、为什么看过", "Who, as what, when and why").into()),
        ..ListRow::default()
    };
    Some(section(ui.t("查看记录", "Looks"), rows(vec![row])))
}

/// The trail, narrowed to a kind of entry and to one subject.
#[must_use]
pub fn address(at: At<'_>, sort: Sort, subject: Option<&str>) -> String {
    let mut pairs = Vec::new();
    if sort != Sort::Any {
        pairs.push(format!("sort={}", sort.code()));
    }
    pairs.extend(subject.map(|subject| format!("subject={subject}")));
    let list = at.area("audit");
    if pairs.is_empty() { list } else { format!("{list}?{}", pairs.join("&")) }
}
