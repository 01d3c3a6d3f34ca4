//! One line of filters, and the views people come back to. What is chosen lives in the address; what is sought is posted,
//! for it may name a person.

use leptos::prelude::*;

use super::button::{Button, hidden_fields};
use super::field::options;
use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// One filter of the line.
#[derive(Debug, Clone)]
pub enum Filter {
    /// Search within the list. A line with one is posted, and its handler leads to an address with the text sealed.
    Search {
        /// The parameter.
        name: &'static str,
        /// What can be found.
        hint: Words,
        /// What stands in it.
        value: String,
    },
    /// One of a few; an empty value is all.
    Select {
        /// The parameter.
        name: &'static str,
        /// What it filters by.
        label: Words,
        /// Value and words; the first is usually `("", 全部)`.
        options: Vec<(String, Words)>,
        /// What is chosen.
        value: String,
    },
    /// From or until a day.
    Day {
        /// The parameter.
        name: &'static str,
        /// 从, 到.
        label: Words,
        /// `YYYY-MM-DD` or empty.
        value: String,
    },
}

/// The line of filters: a form onto the list's own address. `keep` are parameters that stay.
#[must_use]
pub fn filters(
    ui: Ui,
    action: impl Into<String>,
    keep: Vec<(&'static str, String)>,
    filters: Vec<Filter>,
    count: Option<Words>,
) -> AnyView {
    let count = count.map(|count| view! { <span class="filters__count" role="status">{count}</span> });
    let method = filters.iter().any(|filter| matches!(filter, Filter::Search { .. })).then_some("post");
    view! {
        <form class="filters" method=method action=action.into() data-autosubmit="">
            {hidden_fields(keep)}
            {filters.into_iter().map(Filter::view).collect_view()}
            {Button::plain(ui.t("筛选", "Filter")).submit()}
            {count}
        </form>
    }
    .into_any()
}

impl Filter {
    /// One of a few, or all of them.
    #[must_use]
    pub fn choice(
        name: &'static str,
        label: impl Into<Words>,
        all: &'static str,
        options: impl IntoIterator<Item = (String, Words)>,
        value: &str,
    ) -> Self {
        let all = (String::new(), all.into());
        let options = std::iter::once(all).chain(options).collect();
        Self::Select { name, label: label.into(), options, value: value.to_owned() }
    }

    /// The parameter.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Search { name, .. } | Self::Select { name, .. } | Self::Day { name, .. } => name,
        }
    }

    fn view(self) -> AnyView {
        match self {
            Self::Search { name, hint, value } => view! {
                <label class="filters__search">
                    <span class="visually-hidden">{hint.clone()}</span>
                    {icon(Icon::Search)}
                    <input class="input" type="search" name=name value=value placeholder=hint autocomplete="off"/>
                </label>
            }
            .into_any(),
            Self::Select { name, label, options: choices, value } => view! {
                <label class="filters__item">
                    <span class="filters__label">{label}</span>
                    <span class="select-box"><select class="select" name=name>{options(choices, &value)}</select></span>
                </label>
            }
            .into_any(),
            Self::Day { name, label, value } => view! {
                <label class="filters__item">
                    <span class="filters__label">{label}</span>
                    <input class="input" type="date" name=name value=value/>
                </label>
            }
            .into_any(),
        }
    }
}

/// A view people come back to.
#[derive(Debug, Clone)]
pub struct SavedView {
    /// Its name.
    pub words: Words,
    /// Its address.
    pub href: String,
    /// How many it shows.
    pub count: Option<u64>,
    /// It is open.
    pub current: bool,
}

/// The views of a list: links, the open one marked.
#[must_use]
pub fn views(ui: Ui, views: Vec<SavedView>) -> AnyView {
    let links = views.into_iter().map(|saved| {
        let count = saved.count.map(|count| view! { <span class="views__count">{count}</span> });
        view! {
            <a class="views__link" href=saved.href aria-current=saved.current.then_some("page")>{saved.words}{count}</a>
        }
        .into_any()
    });
    view! { <nav class="views" aria-label=ui.t("视图", "Views")>{links.collect_view()}</nav> }.into_any()
}

/// The filters that are on, each a link that takes it off.
#[must_use]
pub fn chips(ui: Ui, chips: Vec<(Words, String)>, clear: String) -> AnyView {
    if chips.is_empty() {
        return ().into_any();
    }
    let off = ui.t("去掉筛选：", "Remove filter: ");
    let links = chips.into_iter().map(|(words, href)| {
        view! { <a class="chip" href=href><span class="visually-hidden">{off}</span>{words}{icon(Icon::Close)}</a> }
            .into_any()
    });
    view! { <div class="chips">{links.collect_view()}<a class="link" href=clear>{ui.t("清除全部", "Clear all")}</a></div> }.into_any()
}
