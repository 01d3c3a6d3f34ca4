//! A view becomes text.
//!
//! Pages have no signals and wait for nothing, so a view is rendered in one go. The shared context in islands mode lets the
//! few islands on a page write down what the browser needs to wake them.

use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use std::sync::Arc;

/// Renders what `view` builds.
pub fn render<V: RenderHtml>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| view().to_html());
    owner.unset();
    html
}

/// The inside of a page, rendered before what stands around it: only then is it known whether an island stands on it.
pub struct Inside {
    html: String,
}

impl Inside {
    /// Renders what `view` builds.
    pub fn of(view: impl FnOnce() -> AnyView) -> Self {
        Self { html: render(view) }
    }

    /// Whether the browser has an island to wake.
    pub fn has_islands(&self) -> bool {
        self.html.contains("<leptos-island")
    }

    /// As a part of what stands around it.
    pub fn into_view(self) -> AnyView {
        InertElement::new(self.html).into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Islands show their props to the browser, so that it can wake them; other views leave no trace.
    #[island]
    fn Greeting(name: String, times: u32) -> impl IntoView {
        view! { <p>{format!("{name} × {times}")}</p> }
    }

    #[test]
    fn an_island_carries_its_props() {
        let inside = Inside::of(|| view! { <div><Greeting name="\"青\" <b>".to_owned() times=3/></div> }.into_any());
        assert!(inside.has_islands());
        let html = render(|| view! { <main>{inside.into_view()}</main> });
        assert!(html.starts_with("<main><div><leptos-island data-component=\"Greeting_"), "{html}");
        assert!(
            html.contains(
                r#"data-props="{&quot;name&quot;:&quot;\&quot;青\&quot; &lt;b&gt;&quot;,&quot;times&quot;:3}""#
            ),
            "{html}"
        );
        assert!(html.contains("青"), "{html}");
    }

    #[test]
    fn a_page_without_islands_says_so() {
        assert!(!Inside::of(|| view! { <p>"正文"</p> }.into_any()).has_islands());
    }
}
