//! The gate: signing in, activating an account, choosing where to work.

use leptos::prelude::*;

use super::button::hidden_fields;
use super::frame::{demo_banner, preferences};
use super::icons::logo_large;
use super::menu::Act;
use super::ui::{Ui, Words};

/// A card in the middle of an empty page, under the mark; `below` may hold the known sign-ins of a
/// demonstration.
#[must_use]
pub fn gate(ui: Ui, title: impl Into<Words>, card: AnyView, below: Option<AnyView>) -> AnyView {
    let language = preferences(ui).into_iter().filter_map(|item| match item.act {
        Act::Post(action, fields) if fields.iter().any(|(name, _)| *name == "lang") => Some(view! {
            <form method="post" action=action>
                {hidden_fields(fields)}
                <button class="link" type="submit">{item.words}</button>
            </form>
        }),
        _ => None,
    });
    let below = below.map(|below| view! { <div class="gate__demo">{below}</div> });
    view! {
        {ui.demo.then(|| demo_banner(ui))}
        <div class="gate">
            <div></div>
            <main class="gate__body" id="main">
                <div class="gate__name">
                    {logo_large()}
                    <div>
                        <b>{ui.t("榕荫", "Banyan")}</b>
                        <span>{ui.t("区县社会工作服务管理平台", "Service management for social-work stations")}</span>
                    </div>
                </div>
                <div class="gate__card"><h1>{title.into()}</h1>{card}</div>
                {below}
            </main>
            <footer class="gate__foot">{language.collect::<Vec<_>>()}</footer>
        </div>
    }
    .into_any()
}
