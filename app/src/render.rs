//! A view becomes text.
//!
//! Pages have no signals and wait for nothing, so a view is rendered in one go. The shared context in islands mode lets the
//! few islands on a page write down what the browser needs to wake them.

use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use std::sync::Arc;

/// Renders what `view` builds.
pub(crate) fn render<V: RenderHtml>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| view().to_html());
    owner.unset();
    html
}
