//! Who looks, and when, faintly over every page of an evaluation: also in a screenshot or print.

use leptos::prelude::*;

/// The watermark; to be placed once per page.
#[must_use]
pub fn watermark(words: impl Into<String>) -> AnyView {
    let words = words.into();
    // Wide signs take the size of a letter, the others about half.
    let width: u32 = words.chars().map(|c| if c.is_ascii() { 9 } else { 15 }).sum::<u32>() + 60;
    view! {
        <svg class="watermark" aria-hidden="true">
            <defs>
                <pattern id="watermark" width=width * 2 height="220" patternUnits="userSpaceOnUse" patternTransform="rotate(-22)">
                    <text x="0" y="60">{words.clone()}</text>
                    <text x=width y="170">{words}</text>
                </pattern>
            </defs>
            <rect width="100%" height="100%" fill="url(#watermark)"/>
        </svg>
    }
    .into_any()
}
