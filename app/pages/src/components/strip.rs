//! What a rule asks of each subject, period by period; now stands at the right, because that is where work starts.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::Words;
use domain::rules::Standing;

/// A strip.
pub struct Strip {
    /// What it is, for those who cannot see it.
    pub caption: Words,
    /// What the subjects are called: sites, projects.
    pub subject: Words,
    /// The periods that are past, oldest first.
    pub past: Vec<Words>,
    /// The one that runs, and until when.
    pub now: (Words, Option<Words>),
    /// Each subject.
    pub lines: Vec<StripLine>,
}

/// One subject.
pub struct StripLine {
    /// Its name.
    pub name: Words,
    /// Where it is.
    pub note: Option<Words>,
    /// What became of the past periods; a word alone where nothing was owed.
    pub past: Vec<Mark>,
    /// How it stands now.
    pub now: Mark,
    /// How much time is left, or what waits.
    pub left: Option<AnyView>,
    /// What this person can do about it.
    pub action: Option<AnyView>,
}

/// How something stands, in a word, and where it opens.
pub struct Mark {
    /// How it stands; nothing where nothing is owed.
    pub standing: Option<Standing>,
    /// The word.
    pub words: Words,
    /// The paper that it opens.
    pub href: Option<String>,
}

/// A strip.
#[must_use]
pub fn strip(strip: Strip) -> AnyView {
    let heads: Vec<Words> = strip.past;
    let past = heads.iter().map(|head| view! { <th scope="col">{head.clone()}</th> }.into_any()).collect_view();
    let until = strip.now.1.map(|until| view! { <small>{until}</small> });
    let lines = strip.lines.into_iter().map(|line| {
        let note = line.note.map(|note| view! { <small>{note}</small> });
        let cells = line.past.into_iter().enumerate().map(|(at, cell)| {
            let head = heads.get(at).map(ToString::to_string).unwrap_or_default();
            view! { <td class="strip__past" data-period=head>{mark(cell, false)}</td> }.into_any()
        });
        view! {
            <tr>
                <th scope="row" class="strip__subject">{line.name}{note}</th>
                {cells.collect_view()}
                <td class="strip__now"><span class="strip__line">{mark(line.now, true)}{line.left}{line.action}</span></td>
            </tr>
        }
        .into_any()
    });
    view! {
        <table class="strip">
            <caption class="visually-hidden">{strip.caption}</caption>
            <thead><tr><th scope="col">{strip.subject}</th>{past}<th scope="col" class="strip__now">{strip.now.0}{until}</th></tr></thead>
            <tbody>{lines.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn mark(mark: Mark, strong: bool) -> AnyView {
    let (class, sign) = match mark.standing {
        None => ("strip__mark strip__mark--none", None),
        Some(Standing::Met) => ("strip__mark strip__mark--good", Some(Icon::Check)),
        Some(standing) if standing.is_late() => ("strip__mark strip__mark--late", Some(Icon::Late)),
        Some(Standing::Due) => ("strip__mark strip__mark--due", Some(Icon::Clock)),
        Some(_) => ("strip__mark", Some(Icon::Clock)),
    };
    let words = mark.words;
    let words = if strong { view! { <b>{words}</b> }.into_any() } else { view! { {words} }.into_any() };
    let inner = view! { {sign.map(icon)}{words} };
    match mark.href {
        Some(href) => view! { <a class=class href=href>{inner}</a> }.into_any(),
        None => view! { <span class=class>{inner}</span> }.into_any(),
    }
}
