//! Whether the station's trail is whole: for the head and the supervisor.

use super::{Tab, tabs};
use backend::StaffScope;
use backend::trail::{examine, standing};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::chain::{Shown, asked, chain, wants_verifying};
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};

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
        view! { {page_head(ui, head)}{tabs(ui, &scope, Tab::Chain, None)}{chain(ui, shown)} }.into_any()
    });
    Ok(Answer::page(html))
}
