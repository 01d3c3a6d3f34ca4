//! A row of numbers, each a link to the rows it counts.

use leptos::prelude::*;

use super::badge::Tone;
use super::icons::icon;
use crate::ui::Words;

/// One number.
#[derive(Default)]
pub struct FigureCard {
    /// What is counted.
    pub label: Words,
    /// The number, as people write it.
    pub value: Words,
    /// Its unit: 人, 人次, 天.
    pub unit: Option<Words>,
    /// Late and due only where the number is not zero.
    pub tone: Tone,
    /// The rows behind it.
    pub href: String,
    /// Base or comparison: 较上月 +3.
    pub note: Option<Words>,
    /// Its twelve months.
    pub trend: Option<AnyView>,
}

impl FigureCard {
    /// A number with its rows; zero is shown quietly whatever its tone.
    #[must_use]
    pub fn count(label: impl Into<Words>, count: u64, tone: Tone, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: count.to_string().into(),
            tone: if count == 0 { Tone::Plain } else { tone },
            href: href.into(),
            ..Self::default()
        }
    }

    fn view(self) -> AnyView {
        let class = if self.value == "0" {
            "figure figure--zero"
        } else {
            self.tone.of(["figure", "figure", "figure figure--due", "figure figure--late", "figure", "figure"])
        };
        let mark = match self.tone {
            Tone::Late | Tone::Due => self.tone.icon().map(icon),
            _ => None,
        };
        let unit = self.unit.map(|unit| view! { <span class="figure__unit">{unit}</span> });
        let note = self.note.map(|note| view! { <span class="figure__note">{note}</span> });
        let trend = self.trend.map(|trend| view! { <span class="figure__trend">{trend}</span> });
        view! {
            <a class=class href=self.href>
                <span class="figure__label">{mark}{self.label}</span>
                <span class="figure__value">{self.value}</span>
                {unit}
                {note}
                {trend}
            </a>
        }
        .into_any()
    }
}

/// A row of numbers.
#[must_use]
pub fn figures(figures: Vec<FigureCard>) -> AnyView {
    view! { <div class="figures">{figures.into_iter().map(FigureCard::view).collect_view()}</div> }.into_any()
}
