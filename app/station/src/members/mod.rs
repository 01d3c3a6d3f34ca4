//! Who works here, with which roles, and that nobody leaves work behind (ORG-14).

mod add;
mod list;
mod member;

use backend::StaffScope;
use domain::access::{Action, Object, Role, RoleKind};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::Tone;
use pages::components::button::print;
use pages::components::field::Offered;
use pages::components::notice::{notice, refusal as refusal_notice};
use pages::route::Verb::{Get, Post};
use pages::route::{Route, staff};
use pages::ui::{Ui, Words};

pub(crate) fn routes() -> Vec<Route> {
    let (list_, create) = ((Object::Member, Action::List), (Object::Member, Action::Create));
    let (edit, disable) = ((Object::Member, Action::Edit), (Object::Member, Action::Disable));
    vec![
        staff(Get, "/o/{org}/members", list_, list::show),
        staff(Get, "/o/{org}/members/new", create, add::form),
        staff(Post, "/o/{org}/members/new", create, add::add).fresh(),
        staff(Get, "/o/{org}/members/{member}", list_, member::show),
        staff(Post, "/o/{org}/members/{member}/grant", edit, member::grant).fresh(),
        staff(Post, "/o/{org}/members/{member}/revoke", disable, member::revoke).fresh(),
        staff(Post, "/o/{org}/members/{member}/disable", disable, member::disable).fresh(),
        staff(Post, "/o/{org}/members/{member}/link", edit, member::make_link).fresh(),
        staff(Post, "/o/{org}/members/{member}/hand-over", (Object::Case, Action::Reassign), member::hand_over),
    ]
}

/// The choice among roles, by what sort of work they are, each with what it opens.
fn role_choice(ui: Ui, roles: &[Role]) -> Vec<(Words, Vec<Offered>)> {
    let choice = |role: Role| Offered {
        note: role.opens().map(|words| words.say(ui.lang).to_owned().into()),
        ..Offered::new(role.code(), ui.name(role))
    };
    let of = |kind: RoleKind| roles.iter().filter(move |role| role.kind() == Some(kind)).map(|role| choice(*role));
    let groups = RoleKind::ALL.map(|kind| (Words::from(ui.name(kind)), of(kind).collect::<Vec<_>>()));
    groups.into_iter().filter(|(_, choices)| !choices.is_empty()).collect()
}

/// What is said of the roles that say nothing of themselves.
const fn plain_roles(ui: Ui) -> &'static str {
    ui.t("没有说明的角色不接触服务对象资料。", "A role without a note sees no client data.")
}

/// What the system said no to, when it is not a matter of single fields.
fn said(ui: Ui, scope: &StaffScope, refusal: Option<&Refusal>) -> Option<AnyView> {
    let refusal = refusal.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)))?;
    let at = At(&scope.organisation().slug);
    Some(refusal_notice(ui, refusal, |rule| at.area(&format!("duties/rules/{rule}"))))
}

/// A link that works once: it stands here and nowhere else.
fn one_time_link(ui: Ui, link: &str) -> AnyView {
    let keep = ui.t(
        "这个链接只显示这一次，请现在就交给本人。72 小时内有效，只能用一次；本人用它完成设置。",
        "This link is shown only now: please hand it to the person. It works once within 72 hours.",
    );
    view! {
        {notice(Tone::Due, keep)}
        <p class="once">{link.to_owned()}</p>
        <p class="no-print">{print(ui)}</p>
    }
    .into_any()
}
