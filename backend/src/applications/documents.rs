//! Documents of proof: with the application, and later on the status page, where what is missing is asked for.

use super::decide::{MaySupplement, it_came};
use super::{ApplicationAct, DOCUMENTS, RECEIPT, state};
use crate::attachments::{self, Named, Waits};
use crate::change::Command;
use crate::codes::plain;
use crate::entity::application;
use crate::scope::{PublicScope, StaffScope};
use domain::forms::{Answers, Choosable, FormKey, FormTemplate, chosen, validate};
use domain::ids::{AttachmentId, OperationId};
use domain::lang::texts;
use domain::refusal::{Problem, Refusal};
use sea_orm::ColumnTrait;
use serde::Serialize;

/// What an applicant sends because it was missing.
#[derive(Clone, Debug, Serialize)]
pub struct SendDocuments {
    /// The code of the receipt, as it was typed.
    pub code: String,
    /// What was filled in, with what waits for this form.
    pub answers: Answers,
}

/// Sends what was missing, with the code of the receipt: it hangs on the application, and the review goes on as when staff note
/// that it came (INT-09).
///
/// # Errors
/// [`Refusal::Invalid`] at `code` when no application has it, and at every field that needs correcting; when the application does
/// not wait for anything, or somebody changed it since the page was shown.
pub async fn send_documents(scope: &PublicScope, command: Command<SendDocuments>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, asked| {
            let index = change.index(RECEIPT, &plain(&asked.code));
            let row = change.find::<application::Entity>().filter(application::Column::ReceiptIndex.eq(index)).one();
            let row = row.await?.ok_or_else(|| Refusal::field("code", Problem::UnknownCode))?;
            let permit = change.permit_shown::<MaySupplement>(&row)?;
            ApplicationAct::Supplement.leads(state(&row)?)?;
            let answers = validate(FormTemplate::builtin(FormKey::Supplement), &asked.answers, change.setting())?;
            let key = change.person_key(row.key_id).await?;
            let waits = Waits::for_form(&scope.organisation().key, command.operation);
            let files = named(&answers, DOCUMENTS);
            attachments::keep_with(change, &permit, (row.id.into(), &key), (&waits, DOCUMENTS), &files).await?;
            it_came(change, &permit, &row, answers.get("note").map(|note| (&key, note.as_str()))).await
        })
        .await
}

/// What waits for a form of a resident: it came with it when it was sent before.
///
/// # Errors
/// When the database does not answer.
pub async fn chosen_so_far(scope: &PublicScope, form: OperationId) -> Result<Vec<Named>, Refusal> {
    let waits = Waits::for_form(&scope.organisation().key, form);
    attachments::waiting_for(&scope.read().await?, scope.organisation(), &waits).await
}

/// The same for a member, who takes an application in.
///
/// # Errors
/// When the database does not answer.
pub async fn chosen_for(scope: &StaffScope) -> Result<Vec<Named>, Refusal> {
    let waits = Waits::Member(scope.member().uuid());
    attachments::waiting_for(&scope.read().await?, scope.organisation(), &waits).await
}

/// A form with what was chosen for it so far, each by its name.
#[must_use]
pub fn form_with(key: FormKey, chosen: &[Named]) -> FormTemplate {
    let mut form = FormTemplate::builtin(key).clone();
    let option = |named: &Named| Choosable {
        value: named.id.to_string(),
        label: texts(named.name.clone(), named.name.clone()),
        score: None,
    };
    for field in form.sections.iter_mut().flat_map(|section| &mut section.fields).filter(|field| field.takes_files()) {
        field.options = chosen.iter().map(option).collect();
    }
    form
}

/// The files that a question is answered by.
pub(super) fn named(answers: &Answers, question: &str) -> Vec<AttachmentId> {
    let answer = answers.get(question).map_or("", String::as_str);
    chosen(answer).filter_map(|id| id.parse().ok()).collect()
}
