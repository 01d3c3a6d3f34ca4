//! A document of the trade: a sheet on the screen, A4 on paper.

use leptos::prelude::*;

use super::diff::{Said, mark};
use crate::ui::{Ui, Words};

/// A document.
#[derive(Default)]
pub struct Paper {
    /// It stands on a page that has a heading of its own.
    pub part: bool,
    /// It is printed across.
    pub landscape: bool,
    /// Its title: 个案服务计划表.
    pub title: Words,
    /// The organisation, at the left above the table.
    pub organisation: Words,
    /// Its number, at the right.
    pub number: Words,
    /// Lines of label and value; two short ones share a line, a long one has its own.
    pub lines: Vec<PaperLine>,
    /// Who signs.
    pub signs: Vec<Words>,
    /// At the foot: the form's version, who printed it and when.
    pub foot: Words,
}

/// A line of the document's table.
#[derive(Debug, Clone)]
pub enum PaperLine {
    /// Two short answers side by side.
    Pair((Words, Said), (Words, Said)),
    /// One answer over the whole width.
    One(Words, Said),
    /// A long answer with room to write.
    Long(Words, Said),
    /// A table: what stands above its columns, and its rows.
    Rows(Words, Vec<Words>, Vec<Vec<Said>>),
}

/// A document.
#[must_use]
pub fn paper(ui: Ui, paper: Paper) -> AnyView {
    let mut changes = 0;
    let mut cells = |label: Words, said: Said| {
        let mark = said.is_changed().then(|| {
            changes += 1;
            mark(ui, changes)
        });
        (view! { {label}{mark} }, said.view(ui))
    };
    let lines = paper.lines.into_iter().map(|line| match line {
        PaperLine::Pair((one, first), (other, second)) => {
            let (left, right) = (cells(one, first), cells(other, second));
            view! {
                <tr>
                    <th scope="row">{left.0}</th><td>{left.1}</td>
                    <th scope="row">{right.0}</th><td>{right.1}</td>
                </tr>
            }
            .into_any()
        }
        PaperLine::One(label, value) => {
            let (label, value) = cells(label, value);
            view! { <tr><th scope="row">{label}</th><td colspan="3">{value}</td></tr> }.into_any()
        }
        PaperLine::Long(label, value) => {
            // Room to write is needed only where nothing is written yet.
            let class = if value.is_empty() { "paper__long" } else { "paper__long paper__long--filled" };
            let (label, value) = cells(label, value);
            view! { <tr><th scope="row">{label}</th><td class=class colspan="3">{value}</td></tr> }.into_any()
        }
        PaperLine::Rows(label, heads, rows) => {
            let heads = heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }.into_any()).collect_view();
            let mut row = |line: Vec<Said>| {
                let line = line.into_iter().map(|said| {
                    let (mark, said) = cells(Words::default(), said);
                    view! { <td>{mark}{said}</td> }.into_any()
                });
                view! { <tr>{line.collect_view()}</tr> }.into_any()
            };
            let rows: Vec<AnyView> = rows.into_iter().map(&mut row).collect();
            view! {
                <tr>
                    <td class="paper__rows" colspan="4">
                        <table>
                            <caption>{label}</caption>
                            <thead><tr>{heads}</tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </td>
                </tr>
            }
            .into_any()
        }
    });
    let lines = lines.collect_view();
    let (class, title) = if paper.part {
        ("paper paper--part", view! { <h2 class="paper__title">{paper.title}</h2> }.into_any())
    } else if paper.landscape {
        ("paper paper--landscape", view! { <h1 class="paper__title">{paper.title}</h1> }.into_any())
    } else {
        ("paper", view! { <h1 class="paper__title">{paper.title}</h1> }.into_any())
    };
    let date = ui.t("日期", "Date");
    let signs = paper.signs.into_iter().map(|sign| {
        view! { <span class="paper__sign">{sign}</span><span class="paper__sign">{date}</span> }.into_any()
    });
    view! {
        <article class=class>
            {title}
            <div class="paper__line"><span>{paper.organisation}</span><span>{paper.number}</span></div>
            <table class="paper__table"><tbody>{lines}</tbody></table>
            <div class="paper__signs">{signs.collect_view()}</div>
            <p class="paper__foot">{paper.foot}</p>
        </article>
    }
    .into_any()
}
