//! A case's file as an evaluator sees it: every date and every lateness, and nobody's name.

use super::in_period;
use crate::applications::{self, AgreementView, ApplicationFile, TransitionView};
use crate::cases::{self, CaseFile};
use crate::clients::Person;
use crate::engagement::Engagement;
use crate::members;
use crate::organisations::{Organisation, among};
use crate::papers::PaperView;
use crate::scope::EvaluatorScope;
use domain::access::{Action, Object};
use domain::forms::{Answers, FieldKind, FormTemplate, Privacy, TemplateField};
use domain::ids::CaseId;
use domain::masking::Veil;
use domain::refusal::Refusal;
use domain::registers::Kind;
use std::sync::Arc;

/// A masked file. What the engagement does not open is empty.
#[derive(Clone, Debug)]
pub struct MaskedFile {
    /// Whose case it is.
    pub organisation: Arc<Organisation>,
    /// The case with its papers.
    pub case: CaseFile,
    /// The application it began with, and the agreement, when the engagement opens them.
    pub application: Option<ApplicationFile>,
}

/// A case's file, masked. The view is noted before anything is shown.
///
/// # Errors
/// [`Refusal::NotFound`] when the engagement does not open the case: another organisation's, outside the period, after the
/// end.
pub async fn case_file(scope: &EvaluatorScope, id: CaseId) -> Result<MaskedFile, Refusal> {
    scope.need(Object::Case, Action::Read)?;
    let engagement = scope.engagement();
    let tx = scope.read().await?;
    let found = cases::BoundCase::find(tx.find().by_id(id).filter(in_period(engagement))).await?;
    let organisation = among(scope.organisations(), found.case.organisation_id)?.clone();
    let names = members::names(&tx).await?;
    let mut application = match found.case.application_id {
        Some(id) => {
            // What happened around the application stands in the case's own course.
            let around = applications::Around { names: names.clone(), ..applications::Around::default() };
            let form = applications::BoundApplication::find(tx.find().by_id(id)).await?;
            Some(applications::read_file(&organisation, form, around)?)
        }
        None => None,
    };
    let mut case = cases::read_file(&tx, &organisation, names, found, None).await?;
    drop(tx);
    let veil = veil(std::iter::once(&case.client.2).chain(application.iter().map(|application| &application.person)));
    mask_case(&mut case, scope, &veil);
    application.iter_mut().for_each(|application| mask_application(application, engagement, &veil));
    let opens = engagement.opens(Object::Application) || engagement.opens(Object::Agreement);
    let application = application.filter(|_| opens);
    scope.note(&organisation, id.into(), "case_file").await?;
    Ok(MaskedFile { organisation, case, application })
}

/// What is known of these persons, to be covered inside texts.
fn veil<'p>(persons: impl IntoIterator<Item = &'p Person>) -> Veil {
    let over = |veil: Veil, person: &Person| {
        veil.name(person.name())
            .name(person.get("guardian_name"))
            .phone(person.get("phone"))
            .phone(person.get("guardian_phone"))
            .identity(person.get("identity_number"))
            .identity(person.get("document_number"))
            .address(person.get("address"))
    };
    persons.into_iter().fold(Veil::default(), over)
}

fn mask_case(file: &mut CaseFile, scope: &EvaluatorScope, veil: &Veil) {
    let (engagement, registers) = (scope.engagement(), scope.registers());
    file.client.2 = file.client.2.masked();
    file.papers.retain(|paper| engagement.opens(Kind::papers(&paper.head.register)));
    file.folder.heads.retain(|head| engagement.opens(Kind::papers(&head.register)));
    for paper in &mut file.papers {
        let register = registers.get(&paper.head.register);
        let form = register.and_then(|register| registers.form_as_it_was(register, paper.head.template));
        mask_paper(paper, form.map(Arc::as_ref), veil);
    }
    cover_history(&mut file.history, veil);
}

/// Covers, wherever it stands in a paper, what the veil knows, and whom the paper itself names as a matter of privacy.
pub(super) fn mask_paper(paper: &mut PaperView, form: Option<&FormTemplate>, veil: &Veil) {
    let asked = |(name, answer): (&String, _)| Some((form?.named(name)?, answer));
    let named = paper.answers.iter().filter_map(asked).filter(|(field, _)| field.privacy != Privacy::Plain);
    let veil = named.fold(veil.clone(), |veil, (field, answer): (&TemplateField, &String)| match field.kind {
        FieldKind::Name => veil.name(answer),
        FieldKind::Phone => veil.phone(answer),
        FieldKind::IdentityNumber | FieldKind::DocumentNumber => veil.identity(answer),
        _ => veil,
    });
    cover(&mut paper.answers, &veil);
    cover_text(&mut paper.reason, &veil);
}

fn mask_application(file: &mut ApplicationFile, engagement: &Engagement, veil: &Veil) {
    if !engagement.opens(Object::Agreement) {
        file.agreement = None;
    }
    file.agreement.iter_mut().for_each(|agreement| mask_agreement(agreement, veil));
    file.person = file.person.masked();
    if !engagement.opens(Object::Application) {
        file.answers.clear();
        file.missing = None;
        file.refusal = None;
        file.history.clear();
        file.notices.clear();
        return;
    }
    cover(&mut file.answers, veil);
    // What a form says of the person is masked field by field; the veil covers what stands in its texts.
    file.answers.extend(file.person.answers().clone());
    cover_text(&mut file.missing, veil);
    file.refusal.iter_mut().for_each(|refusal| refusal.note = veil.cover(&refusal.note));
    cover_history(&mut file.history, veil);
}

fn mask_agreement(agreement: &mut AgreementView, veil: &Veil) {
    cover(&mut agreement.answers, veil);
    for (_, signature) in agreement.client.iter_mut().chain(&mut agreement.guardian) {
        // A signature may be written in ways that no register knows; that it was given is what counts.
        *signature = "****".to_owned();
    }
}

fn cover(answers: &mut Answers, veil: &Veil) {
    answers.values_mut().for_each(|answer| *answer = veil.cover(answer));
}

fn cover_text(text: &mut Option<String>, veil: &Veil) {
    text.iter_mut().for_each(|text| *text = veil.cover(text));
}

fn cover_history(history: &mut [TransitionView], veil: &Veil) {
    history.iter_mut().for_each(|entry| cover_text(&mut entry.reason, veil));
}
