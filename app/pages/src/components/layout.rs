//! The HTML document around every page.

use leptos::prelude::*;

use crate::ui::{Ui, Words, escaped};

/// Whose face a page shows: it decides the size of letters and of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// Dense: those who work in it all day (staff, district, evaluator, operator).
    #[default]
    Staff,
    /// Generous: those who meet it once.
    Resident,
}

/// What the document needs to know of its page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The title in the browser's tab, without the product's name.
    pub title: Words,
    /// Whose face it shows.
    pub face: Audience,
    /// An island stands on it: its WebAssembly is loaded.
    pub islands: bool,
    /// It may be found by search engines; only public pages.
    pub indexed: bool,
}

/// The document. Its scripts carry the response's nonce; without scripts nothing is missing.
#[must_use]
pub fn document(ui: Ui, page: Page, body: AnyView) -> AnyView {
    let class = match (page.face, ui.large_print) {
        (Audience::Staff, false) => "face--staff",
        (Audience::Staff, true) => "face--staff large-print",
        (Audience::Resident, false) => "face--resident",
        (Audience::Resident, true) => "face--resident large-print",
    };
    let name = ui.t("榕荫", "Banyan");
    let title = if page.title.is_empty() { name.to_owned() } else { format!("{} · {name}", page.title) };
    let robots = (!page.indexed).then(|| view! { <meta name="robots" content="noindex"/> });
    let nonce = ui.nonce.to_string();
    let files = ui.assets;
    let touch = (!files.touch_js.is_empty()).then(|| {
        view! { <script type="module" src=files.touch_js.as_str() nonce=nonce.clone()></script> }
    });
    let islands = page.islands.then(|| {
        view! {
            <script type="module" data-banyan="" src=files.islands_js.as_str()
                data-js=files.js.as_str() data-wasm=files.wasm.as_str() nonce=nonce></script>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang=ui.lang.code() class=class data-theme=ui.theme.attribute()>
            <head>
                <meta charset="utf-8"/>
                <title inner_html=escaped(&title)></title>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="format-detection" content="telephone=no"/>
                {robots}
                <link rel="icon" href=files.favicon.as_str() type="image/svg+xml"/>
                <link rel="stylesheet" href=files.css.as_str()/>
                {touch}
                {islands}
            </head>
            <body>{body}</body>
        </html>
    }
    .into_any()
}
