//! Small pictures of numbers, drawn on the server. The numbers always stand beside them in words,
//! so a picture is decoration to a screen reader unless it is given a name.

use leptos::prelude::*;

use super::badge::Tone;
use crate::ui::Words;

/// A line of months, `name`d for those who cannot see it.
#[must_use]
pub fn sparkline(name: impl Into<Words>, tone: Tone, values: &[u32]) -> AnyView {
    const WIDTH: f64 = 132.0;
    const HEIGHT: f64 = 28.0;
    let (Some(&most), Some(last)) = (values.iter().max(), values.len().checked_sub(1)) else {
        return ().into_any();
    };
    let step = WIDTH / f64::from(u32::try_from(last.max(1)).unwrap_or(u32::MAX));
    let height = |value: u32| HEIGHT - 3.0 - (HEIGHT - 6.0) * f64::from(value) / f64::from(most.max(1));
    let mut points = String::new();
    let mut x = 0.0;
    let mut end = (0.0, HEIGHT);
    for &value in values {
        end = (x, height(value));
        points.push_str(&format!("{:.1},{:.1} ", end.0, end.1));
        x += step;
    }
    let area = format!("0,{HEIGHT} {points}{:.1},{HEIGHT}", end.0);
    let class = if tone == Tone::Late { "sparkline sparkline--late" } else { "sparkline" };
    view! {
        <svg class=class viewBox="0 0 132 28" preserveAspectRatio="none" role="img" aria-label=name.into()>
            <polygon class="sparkline__area" points=area/>
            <polyline class="sparkline__line" points=points/>
            <circle class="sparkline__last" cx=format!("{:.1}", end.0) cy=format!("{:.1}", end.1) r="2.5"/>
        </svg>
    }
    .into_any()
}

/// A share of a whole, with its number in front: `share` of `whole`, and a mark at the target.
#[must_use]
pub fn bar(tone: Tone, words: impl Into<Words>, share: u64, whole: u64, target: Option<u64>) -> AnyView {
    let part = |n: u64| n.min(whole).saturating_mul(160).checked_div(whole.max(1)).unwrap_or(0);
    let fill = part(share).max(if share == 0 { 0 } else { 2 });
    let class = tone.of(["bar bar--quiet", "bar", "bar bar--due", "bar bar--late", "bar", "bar"]);
    let mark = target.map(|target| {
        view! { <rect class="bar__mark" x=part(target).saturating_sub(1) y="0" width="2" height="8"/> }
    });
    view! {
        <span class=class>
            <span class="bar__value">{words.into()}</span>
            <svg class="bar__track" viewBox="0 0 160 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="bar__rest" width="160" height="8" rx="2"/>
                <rect class="bar__fill" width=fill height="8" rx="2"/>
                {mark}
            </svg>
        </span>
    }
    .into_any()
}

/// One column of a [`columns`] chart.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Under it: 1月.
    pub label: Words,
    /// Its height, and the number above it.
    pub value: u32,
    /// It carries a warning.
    pub late: bool,
}

/// Twelve months as columns, each with its number.
#[must_use]
pub fn columns(name: impl Into<Words>, columns: Vec<Bar>) -> AnyView {
    let name = name.into();
    let group = name.clone();
    const SLOT: u32 = 60;
    const HEIGHT: u32 = 140;
    let most = columns.iter().map(|column| column.value).max().unwrap_or(0).max(1);
    let width = SLOT.saturating_mul(u32::try_from(columns.len()).unwrap_or(0)).max(SLOT);
    let drawn = columns.into_iter().zip(0u32..).map(|(column, place)| {
        let x = place * SLOT;
        let height = (u64::from(column.value) * u64::from(HEIGHT) / u64::from(most)) as u32;
        let top = 20 + HEIGHT - height;
        let class = if column.late { "columns__bar columns__bar--late" } else { "columns__bar" };
        view! {
            <rect class=class x=x + 18 y=top width=SLOT - 36 height=height rx="2"/>
            <text class="columns__text columns__text--value" x=x + SLOT / 2 y=top - 6>{column.value}</text>
            <text class="columns__text" x=x + SLOT / 2 y=HEIGHT + 36>{column.label}</text>
        }
        .into_any()
    });
    view! {
        <div class="columns-box" tabindex="0" role="group" aria-label=group>
        <svg class="columns" viewBox=format!("0 0 {width} {}", HEIGHT + 44) role="img" aria-label=name>
            <line class="columns__axis" x1="0" x2=width y1=HEIGHT + 20 y2=HEIGHT + 20></line>
            {drawn.collect_view()}
        </svg>
        </div>
    }
    .into_any()
}
