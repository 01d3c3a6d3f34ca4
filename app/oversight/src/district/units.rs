//! What one station consists of, to be looked at.

use super::at;
use backend::OversightScope;
use backend::units::of_station;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{DistrictArea, district_page};
use pages::handling::{Answer, Request};
use pages::units::{Ways, tree};

pub(super) async fn show(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let (station, units) = of_station(&scope, request.param("org")).await?;
    let title = ui.t("组织架构", "Structure");
    let html = district_page(&request, &scope, DistrictArea::Overview, title, || {
        let head = PageHead {
            back: Some((station.name.clone().into(), at(&scope, &format!("/stations/{}", station.slug)))),
            title: title.into(),
            lead: units.is_empty().then(|| {
                ui.t(
                    "这家机构还没有设立站点、部门或项目。",
                    "This organisation has set up no site, department or project yet.",
                )
                .into()
            }),
            ..PageHead::default()
        };
        let ways = Ways { open: &|_| None, add: &|_| None };
        view! { {page_head(ui, head)}{tree(ui, &units, &ways)} }.into_any()
    });
    Ok(Answer::page(html))
}
