//! What the station has published for everybody: a list, and one paper of it.

use super::address;
use backend::PublicScope;
use backend::paperwork::{self, Published};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::empty::empty;
use pages::components::form::form_answers;
use pages::components::icons::Icon;
use pages::components::resident::{Task, tasks};
use pages::components::section::section;
use pages::frames::resident_page;
use pages::handling::{Answer, Request};
use pages::ui::{Ui, Words};

pub(super) async fn list(scope: PublicScope, request: Request) -> Result<Answer, Refusal> {
    let papers = paperwork::published(&scope).await?;
    let ui = request.ui;
    let back = Some((ui.t("返回首页", "Back").into(), address(&request, "")));
    let title = ui.t("公开的制度", "Our policies");
    Ok(Answer::page(resident_page(&request, &scope, back, title, || {
        let none = papers.is_empty().then(|| {
            empty(
                Icon::Book,
                ui.t("还没有公开的制度", "Nothing is published yet"),
                ui.t("想了解我们怎样做事，请打电话或到站里来。", "To learn how we work, please call or come by."),
                Vec::new(),
            )
        });
        let of_one = papers.chunk_by(|one, next| one.register.key == next.register.key);
        let sections = of_one.map(|papers| {
            let task = |paper: &Published| task(&request, paper);
            section(heading(ui, papers), tasks(papers.iter().map(task).collect()))
        });
        view! { <h1>{title}</h1>{none}{sections.collect_view()} }.into_any()
    })))
}

fn heading(ui: Ui, papers: &[Published]) -> Words {
    papers.first().map(|paper| ui.text(&paper.register.title)).unwrap_or_default().into()
}

fn title(ui: Ui, paper: &Published) -> String {
    paper.title().map_or_else(|| ui.text(&paper.register.title), str::to_owned)
}

fn task(request: &Request, paper: &Published) -> Task {
    Task {
        icon: Icon::Book,
        title: title(request.ui, paper).into(),
        text: since(request.ui, paper).into(),
        href: address(request, &format!("/published/{}", paper.paper.head.id)),
    }
}

/// Under which number and when it was published.
fn since(ui: Ui, paper: &Published) -> String {
    let day = paper.paper.head.decided.map(|at| ui.day(at.day()));
    let since = day.map(|day| ui.words(|| format!("{day}发布"), || format!("published {day}")));
    paper.paper.head.number.clone().into_iter().chain(since).collect::<Vec<_>>().join(" · ")
}

pub(super) async fn show(scope: PublicScope, request: Request) -> Result<Answer, Refusal> {
    let paper = paperwork::published_one(&scope, request.id("paper")?).await?;
    let ui = request.ui;
    let back = Some((ui.t("全部公开的制度", "All our policies").into(), address(&request, "/published")));
    Ok(Answer::page(resident_page(&request, &scope, back, title(ui, &paper), || {
        view! {
            <h1>{title(ui, &paper)}</h1>
            <p class="section__note">{since(ui, &paper)}</p>
            {form_answers(ui, &paper.form, &paper.paper.answers)}
        }
        .into_any()
    })))
}
