//! Whether the station's trail is whole: for the head and the supervisor.

use super::{Tab, tabs};
use crate::addresses::At;
use crate::chain::{Shown, asked, chain, wants_verifying};
use crate::components::page_head::{PageHead, page_head};
use crate::frames::{Area, staff_page};
use crate::handling::{Answer, Request};
use backend::StaffScope;
use backend::audit::{examine, standing};
use domain::refusal::Refusal;
use leptos::prelude::*;

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let asked = asked(&request);
    let standing = standing(&scope, asked).await?;
    let examination = if wants_verifying(&request) { Some(examine(&scope).await?) } else { None };
    let title = ui.t("是否完整", "Is it whole");
    let html = staff_page(&request, &scope, Area::Audit, title, || {
        let at = At(&scope.organisation().slug);
        let head = PageHead { title: ui.t("操作记录", "Audit trail").into(), ..PageHead::default() };
        let shown = Shown { standing, examination, asked, here: at.area("audit/chain") };
        view! { {page_head(ui, head)}{tabs(ui, at, Tab::Chain, None)}{chain(ui, shown)} }.into_any()
    });
    Ok(Answer::page(html))
}
