//! The resident's face: one thing per screen, big targets, plain words.

use leptos::prelude::*;

use super::frame::{demo_banner, language, preference};
use super::icons::{Icon, icon, logo};
use crate::ui::{Ui, Words};

/// How a preference looks in the bar.
const TOOL: &str = "public__tool";

/// What stands around a resident's page.
#[derive(Debug, Clone, Default)]
pub struct Public {
    /// The station's home: `/s/qs01`.
    pub home: String,
    /// Its name.
    pub station: Words,
    /// Its street or district, quiet beneath.
    pub place: Words,
    /// Its telephone, for those who would rather speak.
    pub phone: Option<Words>,
    /// Its address and hours.
    pub address: Option<Words>,
    /// The way back, above the heading.
    pub back: Option<(Words, String)>,
}

/// The frame of a resident's page.
#[must_use]
pub fn public(ui: Ui, public: Public, main: AnyView) -> AnyView {
    let back =
        public.back.map(|(words, href)| view! { <a class="public__back" href=href>{icon(Icon::Left)}{words}</a> });
    let phone = public.phone.map(|phone| {
        let dial = format!("tel:{}", phone.chars().filter(char::is_ascii_digit).collect::<String>());
        view! { <a href=dial>{icon(Icon::Phone)}{ui.t("电话 ", "Telephone ")}{phone}</a> }
    });
    let address = public.address.map(|address| view! { <span>{address}</span> });
    let (print, print_value) = if ui.large_print {
        (ui.t("标准字号", "Normal print"), "normal")
    } else {
        (ui.t("大字", "Large print"), "large")
    };
    view! {
        <a class="skip" href="#main">{ui.t("跳到正文", "Skip to content")}</a>
        <div class="public">
            {if ui.demo { demo_banner(ui) } else { view! { <div></div> }.into_any() }}
            <header class="public__bar">
                <div>
                    <a class="public__home" href=public.home>
                        {logo()}<span>{public.station}<small>{public.place}</small></span>
                    </a>
                    <div class="public__tools">
                        {preference(ui, TOOL, "print", print_value, view! { {icon(Icon::LargePrint)}<span>{print}</span> }.into_any())}
                        {language(ui, TOOL, Some(Icon::Globe))}
                    </div>
                </div>
            </header>
            <main class="public__main" id="main" tabindex="-1">{back}{main}</main>
            <footer class="public__foot"><div>{phone}{address}</div></footer>
        </div>
    }
    .into_any()
}

/// `第 2 步，共 4 步`, above a resident's heading.
#[must_use]
pub fn public_step(ui: Ui, step: usize, of: usize) -> AnyView {
    let words = ui.words(|| format!("第 {step} 步，共 {of} 步"), || format!("Step {step} of {of}"));
    view! { <p class="public__step">{words}</p> }.into_any()
}

/// One thing a resident can do here.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its icon.
    pub icon: Icon,
    /// What it is: 申请服务.
    pub title: Words,
    /// A sentence: what for, how long.
    pub text: Words,
    /// Where it begins.
    pub href: String,
}

/// What a resident can do here, one under the other.
#[must_use]
pub fn tasks(tasks: Vec<Task>) -> AnyView {
    let tasks = tasks.into_iter().map(|task| {
        view! {
            <a class="task" href=task.href>
                {icon(task.icon)}
                <span><span class="task__title">{task.title}</span><span class="task__text">{task.text}</span></span>
                {icon(Icon::Right)}
            </a>
        }
        .into_any()
    });
    view! { <div class="tasks">{tasks.collect_view()}</div> }.into_any()
}
