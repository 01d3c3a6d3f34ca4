//! How the station keeps its rules, month by month.

use super::list::address;
use backend::StaffScope;
use backend::compliance::compliance;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::compliance::{self, Ways};
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let judged = compliance(&scope, compliance::month(ui, request.query.maybe("month"))).await?;
    let title = ui.t("规范执行情况", "How the rules are kept");
    let html = staff_page(&request, &scope, Area::Duties, title, || {
        let at = At(&scope.organisation().slug);
        let ways = Ways {
            month: &|month| at.area(&format!("duties/compliance?month={month}")),
            duties: &|rule, which| address(at, which, rule, Some(judged.month)),
            register: &|register| at.register(&register.key),
            rule: &|rule| at.rule(rule),
        };
        let head = PageHead {
            back: Some((ui.t("待办与时限", "Duties").into(), at.area("duties"))),
            title: title.into(),
            ..PageHead::default()
        };
        view! { {page_head(ui, head)}{compliance::compliance(ui, &judged, &ways)} }.into_any()
    });
    Ok(Answer::page(html))
}
