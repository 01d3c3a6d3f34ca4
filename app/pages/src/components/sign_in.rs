//! The gate: signing in, activating an account, choosing where to work.

use leptos::prelude::*;

use super::frame::{demo_banner, language};
use super::icons::logo_large;
use crate::ui::{Ui, Words};

/// A card in the middle of an empty page, under the mark; `below` may hold the known sign-ins of a
/// demonstration.
#[must_use]
pub fn gate(ui: Ui, title: impl Into<Words>, card: AnyView, below: Option<AnyView>) -> AnyView {
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
            <footer class="gate__foot">{language(ui, "link", None)}</footer>
        </div>
    }
    .into_any()
}
