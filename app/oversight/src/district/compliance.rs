//! How a station keeps its rules, month by month.

use super::{at, rule_at};
use backend::OversightScope;
use backend::compliance::of_station;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::compliance::{self, Ways};
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{DistrictArea, Sheet, district_page};
use pages::handling::{Answer, Request};

pub(super) async fn show(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let month = compliance::month(ui, request.query.maybe("month"));
    let (station, judged) = of_station(&scope, request.param("org"), month).await?;
    let title = ui.t("规范执行情况", "How the rules are kept");
    let html = district_page(&request, &scope, DistrictArea::Overview, Sheet::wide(title), || {
        let within = |rest: &str| at(&scope, &format!("/stations/{}{rest}", station.slug));
        let ways = Ways {
            month: &|month| within(&format!("/compliance?month={month}")),
            duties: &|rule, which| {
                let (station, which) = (&station.slug, which.code());
                at(&scope, &format!("/duties?station={station}&which={which}&rule={rule}&due={month}"))
            },
            register: &|register| within(&format!("/registers#{}", register.key)),
            rule: &|rule| rule_at(&scope, &rule.to_string()),
        };
        let head = PageHead {
            back: Some((station.name.clone().into(), within(""))),
            title: title.into(),
            ..PageHead::default()
        };
        view! { {page_head(ui, head)}{compliance::compliance(ui, &judged, &ways)} }.into_any()
    });
    Ok(Answer::page(html))
}
