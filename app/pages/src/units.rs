//! What an organisation consists of, as a tree: shown alike to its staff and to its district.

use backend::units::{Unit, Units};
use domain::ids::UnitId;
use domain::units::UnitKind;
use leptos::prelude::*;

use crate::components::badge::{Tone, badge};
use crate::components::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// Where the tree leads.
pub struct Ways<'a> {
    /// To a unit's own page.
    pub open: &'a dyn Fn(UnitId) -> Option<String>,
    /// To setting one up below another, or below the organisation itself.
    pub add: &'a dyn Fn(Option<UnitId>) -> Option<String>,
}

/// The whole tree: district, street, organisation, and all that lies below it.
#[must_use]
pub fn tree(ui: Ui, units: &Units, ways: &Ways<'_>) -> AnyView {
    let below = Below { ui, units, ways };
    let house = view! {
        <li class="tree__item">
            <div class="tree__line">
                <span class="tree__kind">{ui.t("机构", "Organisation")}</span>
                <b>{units.organisation.clone()}</b>
                {below.add(None)}
            </div>
            {below.of(None)}
        </li>
    };
    let street = above(ui.t("街道", "Street"), units.street.clone(), house.into_any());
    let district = above(ui.t("区县", "District"), units.district.clone(), street);
    view! { <ul class="tree">{district}</ul> }.into_any()
}

/// What stands above the organisation.
fn above(kind: &'static str, name: String, below: AnyView) -> AnyView {
    view! {
        <li class="tree__item">
            <div class="tree__line"><span class="tree__kind">{kind}</span><span>{name}</span></div>
            <ul>{below}</ul>
        </li>
    }
    .into_any()
}

/// All that lies below something.
struct Below<'a> {
    ui: Ui,
    units: &'a Units,
    ways: &'a Ways<'a>,
}

impl Below<'_> {
    /// What is there stands open, what is over is folded away.
    fn of(&self, parent: Option<UnitId>) -> Option<AnyView> {
        let ui = self.ui;
        let today = ui.now.day();
        let (over, there): (Vec<&Unit>, Vec<&Unit>) =
            self.units.below(parent).partition(|unit| unit.standing.is_closed(today));
        if over.is_empty() && there.is_empty() {
            return None;
        }
        let there: Vec<AnyView> = there.into_iter().map(|unit| self.unit(unit)).collect();
        let folded = (!over.is_empty()).then(|| {
            let number = over.len();
            let words = ui.words(|| format!("已撤销 {number} 个"), || format!("{number} closed"));
            let over: Vec<AnyView> = over.into_iter().map(|unit| self.unit(unit)).collect();
            view! {
                <li class="tree__item">
                    <details class="tree__over"><summary>{words}</summary><ul>{over}</ul></details>
                </li>
            }
        });
        Some(view! { <ul>{there}{folded}</ul> }.into_any())
    }

    fn unit(&self, unit: &Unit) -> AnyView {
        let (ui, standing) = (self.ui, &unit.standing);
        let name = match (self.ways.open)(standing.id) {
            Some(href) => view! { <a class="tree__name" href=href>{standing.name.clone()}</a> }.into_any(),
            None => view! { <span class="tree__name">{standing.name.clone()}</span> }.into_any(),
        };
        view! {
            <li class="tree__item">
                <div class="tree__line">
                    <span class="tree__kind">{ui.name(standing.kind)}</span>
                    {name}
                    <span class="tree__head">{head(ui, unit)}</span>
                    <span class="tree__since">{term(ui, unit)}</span>
                    {wanting(ui, unit)}
                    {self.add(Some(unit))}
                </div>
                {self.of(Some(standing.id))}
            </li>
        }
        .into_any()
    }

    /// The way to what may stand below; nothing is begun below what has a last day.
    fn add(&self, unit: Option<&Unit>) -> Option<AnyView> {
        let kind = unit.map(|unit| unit.standing.kind);
        if UnitKind::below(kind).is_empty() || unit.is_some_and(|unit| unit.standing.until.is_some()) {
            return None;
        }
        let href = (self.ways.add)(unit.map(|unit| unit.standing.id))?;
        let ui = self.ui;
        // Who hears the page is told below what.
        let below = unit.map_or(&*self.units.organisation, |unit| &unit.standing.name).to_owned();
        let what = view! { <span class="visually-hidden">{ui.t("：", ": ")}{below}</span> };
        Some(
            view! { <a class="tree__add" href=href>{icon(Icon::Plus)}{ui.t("添加下级", "Add below")}{what}</a> }
                .into_any(),
        )
    }
}

/// Who heads it; a post that stands empty says so.
#[must_use]
pub fn head(ui: Ui, unit: &Unit) -> AnyView {
    match &unit.head {
        Some((_, name)) => name.clone().into_any(),
        None if unit.standing.is_closed(ui.now.day()) => ().into_any(),
        None => badge(Tone::Due, ui.t("负责人空缺", "No head")),
    }
}

/// From when to when.
#[must_use]
pub fn term(ui: Ui, unit: &Unit) -> Words {
    let since = ui.brief_day(unit.standing.since);
    match unit.standing.until.map(|until| ui.brief_day(until)) {
        None => ui.words(|| format!("{since} 起"), || format!("since {since}")),
        Some(until) => ui.words(|| format!("{since} 至 {until}"), || format!("{since} to {until}")),
    }
    .into()
}

/// Every unit has its duties in writing (ORG-11); one that has not says so.
#[must_use]
pub fn wanting(ui: Ui, unit: &Unit) -> Option<AnyView> {
    let missing = unit.duties.is_none() && !unit.standing.is_closed(ui.now.day());
    missing.then(|| badge(Tone::Plain, ui.t("未写职责", "No duties written")))
}
