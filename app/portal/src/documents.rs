//! Sending what was missing, from the page that says how an application stands.
//!
//! The code of the receipt comes along in the form; nothing is received before it was found good.

use super::status::{answered, question};
use backend::PublicScope;
use backend::applications::{self, SendDocuments, Status, chosen_so_far, form_with};
use backend::attachments::Named;
use backend::catalogue;
use domain::forms::{Answers, FormKey, FormTemplate, chosen};
use domain::ids::OperationId;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::attachments::received_from_resident;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::form::{FormView, form};
use pages::components::notice::{notice, refusal as refusal_notice};
use pages::handling::{Answer, Request, answer_form, refused};
use pages::live::live;
use pages::ui::Ui;

pub(super) async fn send(scope: PublicScope, mut request: Request) -> Result<Answer, Refusal> {
    let code = request.form.get("code").to_owned();
    match applications::status(&scope, &code).await {
        Ok(_) => {}
        Err(refusal) if refusal.is_mendable() => {
            let page = question(&scope, &request, &code, Some(&refusal));
            return Ok(Answer::again(&refusal, page));
        }
        Err(refusal) => return Err(refusal),
    }
    let unfit = received_from_resident(&scope, FormTemplate::builtin(FormKey::Supplement), &mut request).await?;
    let answers = request.form.answers();
    let done = async {
        if !unfit.is_empty() {
            return Err(Refusal::Invalid(unfit));
        }
        let documents = SendDocuments { code: code.clone(), answers: answers.clone() };
        applications::send_documents(&scope, request.command(documents)?).await?;
        let sent = answers.get("documents").map_or(0, |answer| chosen(answer).count());
        let form = Sending { sent, ..Sending::of(&scope, &request, &code) };
        Ok(Answer::page(page(&scope, &request, form).await?))
    };
    let again = async |refusal: &Refusal| {
        let chosen = came(&scope, &request).await?;
        let operation = request.next_operation(Some(refusal), || scope.new_operation());
        let (answers, refused) = (answers.clone(), Some(refusal.clone()));
        let form = Sending { chosen, answers, operation, refused, ..Sending::of(&scope, &request, &code) };
        page(&scope, &request, form).await
    };
    answer_form(done, again).await
}

/// What came with a form already; nothing, where nobody can say which form it is.
pub(super) async fn came(scope: &PublicScope, request: &Request) -> Result<Vec<Named>, Refusal> {
    match request.form.operation() {
        Ok(form) => chosen_so_far(scope, form).await,
        Err(_) => Ok(Vec::new()),
    }
}

async fn page(scope: &PublicScope, request: &Request, form: Sending<'_>) -> Result<String, Refusal> {
    let status = applications::status(scope, form.code).await?;
    let services = catalogue::on_offer(scope).await?;
    Ok(answered(scope, request, &status, &services, form))
}

/// The form as it stands on the page.
pub(super) struct Sending<'a> {
    code: &'a str,
    action: String,
    operation: OperationId,
    /// The files that came with it already.
    chosen: Vec<Named>,
    answers: Answers,
    refused: Option<Refusal>,
    /// How many files were sent just now.
    sent: usize,
}

impl<'a> Sending<'a> {
    /// A new one, for whoever has the code.
    pub(super) fn of(scope: &PublicScope, request: &Request, code: &'a str) -> Self {
        let action = format!("/s/{}/status/documents", request.param("org"));
        let operation = scope.new_operation();
        Self { code, action, operation, chosen: Vec::new(), answers: Answers::new(), refused: None, sent: 0 }
    }

    /// What became of what was sent.
    pub(super) fn said(&self, ui: Ui) -> Option<AnyView> {
        let n = self.sent;
        match &self.refused {
            Some(Refusal::Invalid(_)) => None,
            Some(refusal) => Some(refusal_notice(ui, refusal, |_| String::new())),
            None => (n > 0).then(|| {
                let words = ui.words(
                    || format!("收到您补交的 {n} 个文件，初审继续进行。"),
                    || format!("We have what you sent (files: {n}); the review goes on."),
                );
                notice(Tone::Good, words)
            }),
        }
    }
}

/// The form for what is missing.
pub(super) fn sending(ui: Ui, status: &Status, sending: Sending<'_>) -> AnyView {
    let template = &form_with(FormKey::Supplement, &sending.chosen);
    let view = FormView {
        template,
        answers: &sending.answers,
        errors: refused(sending.refused.as_ref()),
        action: sending.action,
        operation: sending.operation.to_string(),
        version: Some(status.version),
        hidden: vec![("code", sending.code.to_owned())],
        before: None,
        buttons: vec![Button::primary(ui.t("补交材料", "Send it")).submit()],
        saved: None,
    };
    live(ui, template, form(ui, view))
}
