//! `<details>` as a menu: it opens without scripts, and opening one closes the others.

use leptos::prelude::*;

use super::button::hidden_fields;
use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// One line of a menu.
#[derive(Debug, Clone, Default)]
pub struct MenuItem {
    /// Before the words.
    pub icon: Option<Icon>,
    /// What it is or does.
    pub words: Words,
    /// Something quiet at the end: a role, a key.
    pub note: Option<Words>,
    /// What choosing it does.
    pub act: MenuAct,
    /// The one that is chosen now.
    pub current: bool,
    /// It takes something away.
    pub danger: bool,
}

/// What choosing a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuAct {
    /// Goes somewhere.
    Link(String),
    /// Posts hidden fields.
    Post(String, Vec<(&'static str, String)>),
    /// Sends a form that stands elsewhere on the page, with one more field.
    Send(&'static str, String, String),
}

impl Default for MenuAct {
    fn default() -> Self {
        Self::Link(String::new())
    }
}

impl MenuItem {
    /// A line that goes somewhere.
    #[must_use]
    pub fn link(icon: Icon, words: impl Into<Words>, href: impl Into<String>) -> Self {
        Self { icon: Some(icon), words: words.into(), act: MenuAct::Link(href.into()), ..Self::default() }
    }

    /// A line that does something.
    #[must_use]
    pub fn post(
        icon: Icon,
        words: impl Into<Words>,
        action: impl Into<String>,
        fields: Vec<(&'static str, String)>,
    ) -> Self {
        Self { icon: Some(icon), words: words.into(), act: MenuAct::Post(action.into(), fields), ..Self::default() }
    }

    /// With something quiet at the end.
    #[must_use]
    pub fn note(mut self, note: impl Into<Words>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Marks what takes something away.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Marks the one that is chosen now.
    #[must_use]
    pub fn current(mut self, current: bool) -> Self {
        self.current = current;
        self
    }

    /// Its HTML.
    #[must_use]
    pub fn view(self) -> AnyView {
        let class = if self.danger { "menu__item menu__item--danger" } else { "menu__item" };
        let current = self.current.then_some("true");
        let note = self.note.map(|note| view! { <span class="menu__note">{note}</span> });
        let inner = view! { {self.icon.map(icon)}<span>{self.words}</span>{note} };
        match self.act {
            MenuAct::Link(href) => view! { <a class=class href=href aria-current=current>{inner}</a> }.into_any(),
            MenuAct::Post(action, fields) => view! {
                <form method="post" action=action>
                    {hidden_fields(fields)}
                    <button class=class type="submit" aria-current=current>{inner}</button>
                </form>
            }
            .into_any(),
            MenuAct::Send(form, name, value) => view! {
                <button class=class type="submit" form=form name=name value=value aria-current=current>{inner}</button>
            }
            .into_any(),
        }
    }
}

/// Which edge of its button a menu keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Grows to the right.
    Start,
    /// Grows to the left.
    End,
}

/// A menu: `class` dresses the button, `button` is what stands on it.
#[must_use]
pub fn menu(side: Side, class: &'static str, button: AnyView, panel: AnyView) -> AnyView {
    let side = if side == Side::Start { "menu menu--start" } else { "menu" };
    view! {
        <details class=side name="menu">
            <summary class=format!("menu__button {class}")>{button}</summary>
            <div class="menu__panel">{panel}</div>
        </details>
    }
    .into_any()
}

/// The rest of a subject's actions, under `更多`; nothing where there is no rest.
#[must_use]
pub fn more(ui: Ui, items: Vec<MenuItem>) -> AnyView {
    if items.is_empty() {
        return ().into_any();
    }
    let button = view! { {icon(Icon::More)}<span>{ui.t("更多", "More")}</span> }.into_any();
    let panel = items.into_iter().map(MenuItem::view).collect_view().into_any();
    menu(Side::End, "button", button, panel)
}

/// A line between the parts of a menu.
#[must_use]
pub fn menu_rule() -> AnyView {
    view! { <div class="menu__rule"></div> }.into_any()
}
