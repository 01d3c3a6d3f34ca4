//! The interactive islands, and the WebAssembly entry that wakes them.
//!
//! A page does all its work without this crate. What is here adds comfort and holds no rule of its own: it asks `domain`,
//! in the browser, what the server will ask again.

mod live_form;

pub use live_form::{LiveForm, questions};

/// Wakes the islands of the page; `islands.js` calls it once.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

/// What this code says of answers to a form, in a debugger's words; nothing when one of the three cannot be read.
#[cfg(all(target_arch = "wasm32", feature = "verdicts"))]
#[wasm_bindgen::prelude::wasm_bindgen]
#[must_use]
pub fn verdict(form: &str, answers: &str, setting: &str) -> Option<String> {
    let form = serde_json::from_str(form).ok()?;
    let (answers, setting) = (serde_json::from_str(answers).ok()?, serde_json::from_str(setting).ok()?);
    Some(format!("{:?}", domain::forms::judge(&form, &answers, setting)))
}
