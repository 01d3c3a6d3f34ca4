//! A form of the case: what was refused on top, the questions, one button that says what happens.

use super::desk::Desk;
use domain::choice::Choice;
use domain::forms::{Answers, FormTemplate, validate};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::time::{Day, Moment};
use leptos::prelude::*;
use pages::components::button::{Button, hidden_fields};
use pages::components::field::{Field, Input, Need, Offered, error_summary, field};
use pages::components::form::form_fields;
use pages::components::notice::refusal as refusal_notice;
use pages::components::page_head::{PageHead, page_head};
use pages::handling::{Form, refused};
use pages::ui::{Ui, Words};

/// A form of the case.
pub(super) struct Sheet<'a> {
    /// What the page is called.
    pub(super) title: Words,
    /// A sentence under the title.
    pub(super) lead: Option<Words>,
    /// Where it is sent.
    pub(super) action: String,
    /// Fields that are not shown; the operation's id is added.
    pub(super) hidden: Vec<(&'static str, String)>,
    /// Something to read before filling it in.
    pub(super) notice: Option<AnyView>,
    /// Questions before those of the template, under a heading.
    pub(super) first: Option<(Words, Vec<Field>)>,
    /// The template's questions.
    pub(super) template: Option<&'a FormTemplate>,
    /// What was answered so far.
    pub(super) answers: &'a Answers,
    /// What was refused.
    pub(super) refusal: Option<&'a Refusal>,
    /// The button.
    pub(super) button: Words,
    /// What stands beside the form.
    pub(super) beside: Option<AnyView>,
}

/// The page of a form.
pub(super) fn sheet(desk: &Desk, sheet: Sheet<'_>) -> AnyView {
    let ui = desk.ui;
    let errors = refused(sheet.refusal);
    let first = sheet.first.map(|(title, fields)| {
        let fields = fields.into_iter().map(|mut question| {
            mark(ui, &mut question, errors);
            (question.name.clone(), question.label.clone(), field(ui, question))
        });
        (title, fields.collect::<Vec<_>>())
    });
    let labels: Vec<(String, Words)> =
        first.iter().flat_map(|(_, fields)| fields).map(|(name, label, _)| (name.clone(), label.clone())).collect();
    let summary = summary(ui, sheet.template, &labels, errors);
    let said = said(desk, sheet.refusal);
    let mut hidden = sheet.hidden;
    hidden.push(("operation", desk.operation()));
    let first = first.map(|(title, fields)| {
        let fields: Vec<AnyView> = fields.into_iter().map(|(_, _, view)| view).collect();
        view! { <fieldset class="form__section"><legend>{title}</legend>{fields}</fieldset> }
    });
    let questions = sheet.template.map(|template| form_fields(ui, template, sheet.answers, errors));
    let head = PageHead { back: desk.back(), title: sheet.title, lead: sheet.lead, ..PageHead::default() };
    let form = view! {
        {said}
        {summary}
        {sheet.notice}
        <form class="form" method="post" action=sheet.action novalidate>
            {hidden_fields(hidden)}
            {first}
            {questions}
            <div class="form__foot">
                {Button::primary(sheet.button).submit()}
                {Button::quiet(ui.t("不提交，返回个案", "Back to the case")).link(desk.at().case(desk.file.id))}
            </div>
        </form>
    }
    .into_any();
    let body = match sheet.beside {
        Some(beside) => pages::components::section::split(form, beside),
        None => form,
    };
    view! { {page_head(ui, head)}{body} }.into_any()
}

/// What the system said no to, when it is not a matter of single fields.
pub(super) fn said(desk: &Desk, refusal: Option<&Refusal>) -> Option<AnyView> {
    let refusal = refusal.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)))?;
    Some(refusal_notice(desk.ui, refusal, |rule| desk.at().area(&format!("duties/rules/{rule}"))))
}

/// The list on top: every problem, named by its question.
pub(super) fn summary(
    ui: Ui,
    template: Option<&FormTemplate>,
    labels: &[(String, Words)],
    errors: &[FieldError],
) -> AnyView {
    let lines = errors.iter().map(|error| {
        let asked = labels.iter().find(|(name, _)| *name == error.field).map(|(_, label)| label.to_string());
        let of_template = || template?.field(&error.field).map(|question| ui.text(&question.label));
        let problem = error.problem.say(ui.lang);
        let words = match asked.or_else(of_template) {
            Some(label) => format!("{label}{}{problem}", ui.t("：", ": ")),
            None => problem,
        };
        (error.field.clone(), words.into())
    });
    error_summary(ui, lines.collect())
}

/// Puts the problem at its question.
pub(super) fn mark(ui: Ui, question: &mut Field, errors: &[FieldError]) {
    let error = errors.iter().find(|error| error.field == question.name);
    question.error = error.map(|error| error.problem.say(ui.lang).into());
}

/// Everything that is wrong at once: what an operation refused first, and what the template would refuse after it.
pub(super) fn completed(refusal: Refusal, form: &Form, template: &FormTemplate, today: Day) -> Refusal {
    let Refusal::Invalid(mut errors) = refusal else { return refusal };
    for error in validate(template, &form.answers(), today).err().unwrap_or_default() {
        if !errors.iter().any(|known| known.field == error.field) {
            errors.push(error);
        }
    }
    Refusal::Invalid(errors)
}

/// A moment as a form sends it.
pub(super) fn moment(form: &Form, name: &str) -> Result<Moment, FieldError> {
    let raw = form.get(name);
    let problem = |problem| FieldError::new(name, problem);
    if raw.trim().is_empty() { Err(problem(Problem::Required)) } else { Moment::parse(raw).map_err(problem) }
}

/// One of a closed list as a form sends it.
pub(super) fn chosen<C: Choice>(form: &Form, name: &str) -> Result<C, FieldError> {
    let raw = form.get(name);
    let problem = if raw.is_empty() { Problem::Required } else { Problem::NotAChoice };
    C::all().iter().copied().find(|choice| choice.code() == raw).ok_or_else(|| FieldError::new(name, problem))
}

/// Both, or every problem of the two.
pub(super) fn both<A, B>(a: Result<A, FieldError>, b: Result<B, FieldError>) -> Result<(A, B), Refusal> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(Refusal::Invalid(a.err().into_iter().chain(b.err()).collect())),
    }
}

/// The version that the person saw. A form without one was built by hand and has seen nothing.
pub(super) fn version(form: &Form, name: &str) -> Result<i64, Refusal> {
    form.get(name).parse().map_err(|_| Refusal::Stale)
}

/// A question that is answered by one of a closed list.
pub(super) fn choose<C: Choice>(ui: Ui, name: &str, label: Words, among: &[C], value: &str) -> Field {
    let options = among.iter().map(|choice| Offered::new(choice.code(), choice.say(ui.lang))).collect();
    let input = Input::One { options, value: value.to_owned(), stacked: false };
    Field { name: name.to_owned(), label, need: Need::Required, input, ..Field::default() }
}

/// A question that is answered by a day and a time.
pub(super) fn when(name: &str, label: Words, help: Words, value: String, latest: Option<Moment>) -> Field {
    let input = Input::Moment { value, max: latest.map(Moment::to_input) };
    Field { name: name.to_owned(), label, help: Some(help), need: Need::Required, input, ..Field::default() }
}

/// What was typed, or what stands there at first.
pub(super) fn typed(form: &Form, name: &str, at_first: impl FnOnce() -> String) -> String {
    if form.0.is_empty() { at_first() } else { form.get(name).to_owned() }
}

/// A narrow question for a reason.
pub(super) fn reason(ui: Ui, form: &Form, errors: &[FieldError]) -> AnyView {
    let mut question = Field {
        name: "reason".to_owned(),
        label: ui.t("退回原因", "Why it is sent back").into(),
        help: Some(ui.t("写明要修改什么，编写人会看到。", "Say what has to be better; its author sees it.").into()),
        input: Input::Area { value: form.get("reason").to_owned(), rows: 3, max: Some(1_000) },
        ..Field::default()
    };
    mark(ui, &mut question, errors);
    field(ui, question)
}
