//! The whole tree.

use backend::StaffScope;
use backend::units::{Units, tree};
use domain::access::{Action, Object, Reach};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::ui::Ui;
use pages::units::{Ways, tree as shown};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let units = tree(&scope).await?;
    let title = ui.t("组织架构", "Structure");
    let html = staff_page(&request, &scope, Area::Units, title, || {
        let at = At(&scope.organisation().slug);
        let may = scope.reach(Object::Unit, Action::Create) != Reach::None;
        let add =
            may.then(|| Button::primary(ui.t("添加单元", "Add a unit")).icon(Icon::Plus).link(at.area("units/new")));
        let there = units.structure.walk().into_iter().filter(|unit| !unit.is_closed(ui.now.day())).count();
        let head = PageHead {
            title: title.into(),
            number: (there > 0).then(|| ui.words(|| format!("{there} 个单元"), || format!("{there} units")).into()),
            actions: add.into_iter().collect(),
            ..PageHead::default()
        };
        let ways = Ways {
            open: &|unit| Some(at.unit(unit)),
            add: &|parent| {
                let below = parent.map(|parent| format!("?parent={parent}")).unwrap_or_default();
                may.then(|| format!("{}{below}", at.area("units/new")))
            },
        };
        view! { {page_head(ui, head)}{nothing(ui, &units)}{shown(ui, &units, &ways)} }.into_any()
    });
    Ok(Answer::page(html))
}

/// What may be here, while nothing is.
fn nothing(ui: Ui, units: &Units) -> Option<AnyView> {
    units.is_empty().then(|| {
        empty(
            Icon::Building,
            ui.t("还没有内设单元", "No units yet"),
            ui.t(
                "站点、部门、项目和项目组由负责人在这里设立，各有负责人和职责。",
                "Sites, departments, projects and their groups are set up here by the head, each with its own head and duties.",
            ),
            Vec::new(),
        )
    })
}
