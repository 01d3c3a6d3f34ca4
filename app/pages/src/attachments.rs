//! What hangs on papers, on the page: taken with a form, shown below what was written.

use crate::addresses::At;
use crate::components::icons::{Icon, icon};
use crate::components::section::section;
use crate::handling::Request;
use crate::ui::Ui;
use backend::attachments::{Named, receive, receive_from_resident};
use backend::{PublicScope, StaffScope};
use domain::attachments::AttachmentKind;
use domain::forms::{Answers, FormTemplate, TemplateField, chosen};
use domain::refusal::{FieldError, Refusal};
use leptos::prelude::*;

/// Receives the files that came with a form, as far as it asks for them: from here on their questions are answered by their ids,
/// so that a form that comes back still has them. Answers what is wrong with those that are not taken.
///
/// # Errors
/// What is no fault of a file; [`Refusal::Stale`] when the form was built by hand without an operation.
pub async fn received(
    scope: &StaffScope,
    form: &FormTemplate,
    request: &mut Request,
) -> Result<Vec<FieldError>, Refusal> {
    each_received(&Sender::Member(scope), form, request).await
}

/// The same with a form of somebody without an account.
///
/// # Errors
/// As [`received`].
pub async fn received_from_resident(
    scope: &PublicScope,
    form: &FormTemplate,
    request: &mut Request,
) -> Result<Vec<FieldError>, Refusal> {
    each_received(&Sender::Resident(scope), form, request).await
}

/// Who sends a form.
enum Sender<'s> {
    Member(&'s StaffScope),
    Resident(&'s PublicScope),
}

async fn each_received(
    sender: &Sender<'_>,
    form: &FormTemplate,
    request: &mut Request,
) -> Result<Vec<FieldError>, Refusal> {
    let mut wrong = Vec::new();
    for upload in std::mem::take(&mut request.uploads) {
        if !form.named(&upload.field).is_some_and(TemplateField::takes_files) {
            continue;
        }
        let field = upload.field.clone();
        let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
        let outcome = match sender {
            Sender::Member(scope) => receive(scope, operation, upload).await,
            Sender::Resident(scope) => receive_from_resident(scope, operation, upload).await,
        };
        match outcome {
            Ok(id) => request.form.0.push((field, id.to_string())),
            Err(Refusal::Invalid(errors)) => wrong.extend(errors),
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(wrong)
}

/// What hangs on a paper: pictures are seen, everything else is named. Each opens the whole.
#[must_use]
pub fn attached(ui: Ui, form: &FormTemplate, answers: &Answers, at: At<'_>) -> Option<AnyView> {
    let of_answer = |(name, answer): (&String, &String)| {
        let field = form.named(name).filter(|field| field.takes_files())?;
        Some(chosen(answer).filter_map(|id| field.option(id)).collect::<Vec<_>>())
    };
    let found = answers.iter().filter_map(of_answer).flatten();
    list(ui, found.map(|option| (option.value.clone(), ui.text(&option.label))), at)
}

/// What hangs on an application.
#[must_use]
pub fn attached_to_application(ui: Ui, documents: &[Named], at: At<'_>) -> Option<AnyView> {
    list(ui, documents.iter().map(|named| (named.id.to_string(), named.name.clone())), at)
}

fn list(ui: Ui, found: impl Iterator<Item = (String, String)>, at: At<'_>) -> Option<AnyView> {
    let one = |(id, name): (String, String)| {
        let href = at.area(&format!("attachments/{id}"));
        let kind = name.rsplit_once('.').and_then(|(_, ending)| AttachmentKind::of_extension(ending));
        let seen = match kind.is_some_and(AttachmentKind::is_picture) {
            true => {
                let preview = format!("{href}/preview");
                view! { <img class="attachment__picture" src=preview alt="" loading="lazy"/> }.into_any()
            }
            false => view! { <span class="attachment__file">{icon(Icon::File)}</span> }.into_any(),
        };
        view! { <li><a class="attachment" href=href>{seen}<span class="attachment__name">{name}</span></a></li> }
            .into_any()
    };
    let list: Vec<AnyView> = found.map(one).collect();
    let n = list.len();
    let title = ui.words(|| format!("附件 {n} 个"), || format!("Attachments: {n}"));
    (n > 0).then(|| {
        let list = view! { <ul class="attachments">{list}</ul> }.into_any();
        view! { <div class="attached no-print">{section(title, list)}</div> }.into_any()
    })
}
