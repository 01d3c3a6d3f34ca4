//! How a station's registers stand: numbers and standings, no paper and no name.

use super::{at, rule_at};
use backend::OversightScope;
use backend::oversight::registers;
use backend::registers::Strip;
use domain::refusal::Refusal;
use domain::registers::Register;
use leptos::prelude::*;
use pages::components::empty::{empty, empty_line};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::{SectionHead, section_with};
use pages::frames::{DistrictArea, Sheet, district_page};
use pages::handling::{Answer, Request};
use pages::registers::{Ways, standing, strip};
use pages::ui::Ui;

pub(super) async fn show(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let (station, registers) = registers(&scope, request.param("org")).await?;
    let title = ui.t("台账", "Registers");
    let html = district_page(&request, &scope, DistrictArea::Overview, Sheet::wide(title), || {
        let head = PageHead {
            back: Some((station.name.clone().into(), at(&scope, &format!("/stations/{}", station.slug)))),
            title: title.into(),
            lead: Some(ui.t("只见完成情况，不见记录内容。", "How each stands; what was written is not shown.").into()),
            ..PageHead::default()
        };
        let body = if registers.is_empty() {
            let why =
                ui.t("这家机构没有向区级开放的台账。", "This organisation has no register that the district sees.");
            empty(Icon::Clipboard, ui.t("没有台账", "No registers"), why, Vec::new())
        } else {
            registers.iter().map(|(register, strips)| one(ui, &scope, register, strips)).collect_view().into_any()
        };
        view! { {page_head(ui, head)}{body} }.into_any()
    });
    Ok(Answer::page(html))
}

fn one(ui: Ui, scope: &OversightScope, register: &Register, strips: &[Strip]) -> AnyView {
    let ways =
        Ways { paper: &|_| None, write: &|_| None, rule: &|rule| rule_at(scope, rule), registers: scope.registers() };
    let body = if strips.is_empty() {
        empty_line(ui.t("没有定期要求。", "Nothing is asked again and again."))
    } else {
        strips.iter().map(|asked| strip(ui, register, asked, &ways)).collect_view().into_any()
    };
    let title = ui.text(&register.title).into();
    let (count, id) = (Some(standing(ui, strips)), Some(register.key.clone().into()));
    section_with(SectionHead { title, count, id, ..SectionHead::default() }, body)
}
