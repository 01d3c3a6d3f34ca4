//! The field of the page on which one finds something, and what can be typed into it.

use leptos::prelude::*;

use super::button::Button;
use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// The field. What is typed is posted, for it may name a person.
#[must_use]
pub fn find_field(ui: Ui, action: String, value: String, ways: Words) -> AnyView {
    let first = value.is_empty();
    view! {
        <form class="find" role="search" aria-labelledby="find-label" method="post" action=action>
            <label class="find__label" id="find-label" for="find">{ui.t("要找什么", "What to look for")}</label>
            <div class="find__line">
                <span class="find__box">
                    {icon(Icon::Search)}
                    <input class="input" id="find" type="search" name="q" value=value autocomplete="off"
                        aria-describedby="find-ways" autofocus=first/>
                </span>
                {Button::primary(ui.t("查找", "Find")).submit()}
            </div>
            <p class="find__ways" id="find-ways">{ways}</p>
        </form>
    }
    .into_any()
}

/// That there is more than is shown.
#[must_use]
pub fn find_more(words: impl Into<Words>, link: Option<(Words, String)>) -> AnyView {
    let link = link.map(|(words, href)| view! { <a class="link" href=href>{words}</a> });
    view! { <p class="find__more">{words.into()}" "{link}</p> }.into_any()
}
