//! The organisation's people.

use backend::StaffScope;
use backend::members::{MemberRow, list};
use domain::access::{Action, Object, Reach};
use domain::members::Held;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::{Tone, badge};
use pages::components::button::Button;
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let mut members = list(&scope).await?;
    // Who works here first; who has left stays on the list, because their name stays in the files.
    members.sort_by_key(|member| !works(member));
    let title = ui.t("成员与权限", "Members");
    let html = staff_page(&request, &scope, Area::Members, title, || {
        let at = At(&scope.organisation().slug);
        let active = members.iter().filter(|member| works(member)).count();
        let add = Button::primary(ui.t("添加成员", "Add a member")).icon(Icon::Plus).link(at.area("members/new"));
        let head = PageHead {
            title: title.into(),
            number: Some(ui.words(|| format!("在岗 {active} 人"), || format!("{active} at work")).into()),
            actions: (scope.reach(Object::Member, Action::Create) != Reach::None).then_some(add).into_iter().collect(),
            ..PageHead::default()
        };
        view! { {page_head(ui, head)}{rows(ui, at, &scope, members)} }.into_any()
    });
    Ok(Answer::page(html))
}

/// At work: the membership holds, and with it a role.
fn works(member: &MemberRow) -> bool {
    member.active && !member.roles.is_empty()
}

/// Whether the member can work here, in a word.
pub(super) fn standing(ui: Ui, member: &MemberRow) -> AnyView {
    match (member.active, member.roles.is_empty()) {
        (false, _) => badge(Tone::Plain, ui.t("已停用", "Disabled")),
        (true, true) => badge(Tone::Due, ui.t("没有角色", "No role")),
        (true, false) => badge(Tone::Good, ui.t("在岗", "At work")),
    }
}

fn rows(ui: Ui, at: At<'_>, scope: &StaffScope, members: Vec<MemberRow>) -> AnyView {
    let columns = vec![
        Column::title(ui.t("姓名", "Name")),
        Column::text(ui.t("角色", "Roles")),
        Column::number(ui.t("在办个案", "Open cases")).named_on_phone(),
        Column::number(ui.t("在办申请", "Applications")).named_on_phone(),
        Column::state(ui.t("状态", "State")),
    ];
    let line = |member: MemberRow| {
        let me = member.id == scope.member();
        let note = me.then(|| Words::from(ui.t("这是您自己", "This is you")));
        // A member who cannot work but still answers for something leaves it without an owner.
        let left_behind = !works(&member) && !member.holdings.is_empty();
        Row {
            late: left_behind,
            cells: vec![
                row_title(member.name.clone(), at.member(member.id), note),
                cell(ui.names(&member.roles)),
                count(member.holdings.of(Held::OpenCases)),
                count(member.holdings.of(Held::OpenApplications)),
                standing(ui, &member),
            ],
        }
    };
    let caption = ui.t("成员", "Members");
    table(
        ui,
        Table { caption: caption.into(), columns, rows: members.into_iter().map(line).collect(), ..Table::default() },
    )
}

fn count(number: u64) -> AnyView {
    if number == 0 { view! { <span class="table__none">"0"</span> }.into_any() } else { number.into_any() }
}
