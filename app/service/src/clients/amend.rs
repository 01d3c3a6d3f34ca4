//! Correcting a client's record. Where somebody else was quicker, both versions stand side by side.

use backend::StaffScope;
use backend::clients::{self, AmendClient, Client, Person};
use domain::forms::Answers;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::button::Button;
use pages::components::form::{FormView, form};
use pages::components::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request, answer_form, refused};
use pages::live::live;
use pages::merge::{Theirs, base, merge, taken};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let client = clients::open(&scope, request.id("id")?).await?;
    let answers = client.person.answers().clone();
    Ok(Answer::page(page(&scope, &request, &client, &answers, None)))
}

pub(super) async fn amend(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let known = clients::open(&scope, request.id("id")?).await?;
    let answers = taken(&request.form, known.person.answers());
    let done = async {
        let amended = AmendClient { client: known.id, answers: answers.clone() };
        clients::amend(&scope, request.command(amended)?).await?;
        let record = At(&scope.organisation().slug).client(known.id);
        Ok(Answer::SeeOther(format!("{record}?done=amended")))
    };
    let again = async |refusal: &Refusal| {
        let now = clients::open(&scope, known.id).await?;
        Ok(page(&scope, &request, &now, &answers, Some(refusal)))
    };
    answer_form(done, again).await
}

fn page(
    scope: &StaffScope,
    request: &Request,
    client: &Client,
    answers: &Answers,
    refusal: Option<&Refusal>,
) -> String {
    let ui = request.ui;
    let at = At(&scope.organisation().slug);
    let title = ui.words(|| format!("更新档案 {}", client.number), || format!("Amend {}", client.number));
    staff_page(request, scope, Area::Clients, title, || {
        let template = Person::questions();
        let stored = client.person.answers();
        let said = match refusal {
            None | Some(Refusal::Stale | Refusal::Invalid(_)) => None,
            Some(refusal) => Some(notice::refusal(ui, refusal, |rule| at.area(&format!("duties/rules/{rule}")))),
        };
        let both = (refusal == Some(&Refusal::Stale)).then(|| {
            let theirs = Theirs { by: client.changed.as_ref(), answers: stored };
            merge(ui, &template, &request.form, theirs)
        });
        let operation = request.next_operation(refusal, || scope.new_operation());
        let head = PageHead {
            back: Some((ui.t("服务对象档案", "Client's record").into(), at.client(client.id))),
            title: ui.t("更新档案", "Amend the record").into(),
            number: Some(client.number.clone().into()),
            ..PageHead::default()
        };
        let view = FormView {
            template: &template,
            answers,
            errors: refused(refusal),
            action: format!("{}/edit", at.client(client.id)),
            operation: operation.to_string(),
            version: Some(client.version),
            hidden: Vec::new(),
            before: Some(view! { {base(&template, stored)}{both} }.into_any()),
            buttons: vec![
                Button::primary(ui.t("保存档案", "Keep the record")).submit(),
                Button::quiet(ui.t("不保存，返回", "Back")).link(at.client(client.id)),
            ],
            saved: None,
        };
        view! { {page_head(ui, head)}{said}{live(ui, &template, form(ui, view))} }.into_any()
    })
}
