//! A form of the domain as plain HTML: inputs are named by the fields' keys, so a post carries the
//! answers as they are (several choices of one field come as several values of one name).
//!
//! A question that depends on another answer is always in the page. `touch.js` or an island folds it
//! away; without scripts it says in words when it applies, and the server drops what was not asked.

use domain::forms::{self, Answers, FieldKind, FormTemplate, VisibleIf, birth_date, chosen, is_visible};
use domain::refusal::FieldError;
use leptos::prelude::*;

use super::button::hidden_fields;
use super::facts::facts;
use super::field::{Field, Input, Need, Offered, TextKind, When, Width, error_summary, field};
use super::icons::{Icon, icon};
use super::section::section;
use crate::ui::{Ui, Words};

/// Above so many choices a question folds them into a box.
const FOLDED_FROM: usize = 8;

/// A form to be filled in.
pub struct FormView<'a> {
    /// What is asked.
    pub template: &'a FormTemplate,
    /// What has been answered so far.
    pub answers: &'a Answers,
    /// What is wrong with it.
    pub errors: &'a [FieldError],
    /// Where it is posted.
    pub action: String,
    /// The operation's id: the form sent twice has one effect.
    pub operation: String,
    /// The version of the subject that the person saw, where it exists already.
    pub version: Option<i64>,
    /// Further hidden fields.
    pub hidden: Vec<(&'static str, String)>,
    /// Questions before those of the template.
    pub before: Option<AnyView>,
    /// The button that sends it, then others.
    pub buttons: Vec<AnyView>,
    /// `已存草稿 14:32`
    pub saved: Option<Words>,
}

/// The whole form, its errors on top.
#[must_use]
pub fn form(ui: Ui, form: FormView<'_>) -> AnyView {
    let mut hidden = form.hidden;
    hidden.push(("operation", form.operation));
    if let Some(version) = form.version {
        hidden.push(("version", version.to_string()));
    }
    let saved = form.saved.map(|saved| view! { <span class="form__saved">{icon(Icon::Check)}{saved}</span> });
    view! {
        {form_errors(ui, form.template, form.errors)}
        <form class="form" method="post" action=form.action novalidate>
            {hidden_fields(hidden)}
            {form.before}
            {form_fields(ui, form.template, form.answers, form.errors)}
            <div class="form__foot">{form.buttons}{saved}</div>
        </form>
    }
    .into_any()
}

/// What needs correcting, each line named by its question and leading to it.
#[must_use]
pub fn form_errors(ui: Ui, template: &FormTemplate, errors: &[FieldError]) -> AnyView {
    let lines = errors.iter().map(|error| {
        let problem = error.problem.say(ui.lang);
        let words = match template.field(&error.field) {
            Some(field) => format!("{}{}{problem}", field.label.say(ui.lang), ui.t("：", ": ")),
            None => problem,
        };
        (error.field.clone(), words.into())
    });
    error_summary(ui, lines.collect())
}

/// The questions in their sections, for a form of one's own.
#[must_use]
pub fn form_fields(ui: Ui, template: &FormTemplate, answers: &Answers, errors: &[FieldError]) -> AnyView {
    let sections = template.sections.iter().map(|part| form_section(ui, template, part, answers, errors));
    sections.collect_view().into_any()
}

/// One section, for a form that asks one thing at a time.
#[must_use]
pub fn form_section(
    ui: Ui,
    template: &FormTemplate,
    part: &forms::Section,
    answers: &Answers,
    errors: &[FieldError],
) -> AnyView {
    let fields = part.fields.iter().map(|question| form_field(ui, template, question, answers, errors));
    let fields = fields.collect_view();
    view! {
        <fieldset class="form__section">
            <legend>{ui.text(&part.title)}</legend>
            {fields}
        </fieldset>
    }
    .into_any()
}

/// One question of a template.
#[must_use]
pub fn form_field(
    ui: Ui,
    template: &FormTemplate,
    question: &forms::TemplateField,
    answers: &Answers,
    errors: &[FieldError],
) -> AnyView {
    let value = answers.get(&question.key).cloned().unwrap_or_default();
    let agreed = question.must_be.is_some() && question.kind == FieldKind::YesNo;
    let label = ui.text(&question.label);
    let error = errors.iter().find(|error| error.field == question.key);
    let input = if agreed {
        Input::Tick { words: label.clone().into(), ticked: value == "yes" }
    } else {
        input(ui, question, value)
    };
    let options = Field {
        name: question.key.clone(),
        id: None,
        label: label.into(),
        help: question.help.as_ref().map(|help| ui.text(help).into()),
        need: if question.required { Need::Required } else { Need::Optional },
        error: error.map(|error| error.problem.say(ui.lang).into()),
        input,
        when: question.visible_if.as_ref().map(|condition| when(ui, template, question, condition, answers)),
    };
    field(ui, options)
}

fn input(ui: Ui, question: &forms::TemplateField, value: String) -> Input {
    let choices = || question.options.iter().map(|option| Offered::new(option.value.clone(), ui.text(&option.label)));
    match question.kind {
        FieldKind::Line => {
            let width = if question.max.is_some_and(|max| max <= 40) { Width::Medium } else { Width::Full };
            Input::line(value, TextKind::Plain, width)
        }
        FieldKind::Name | FieldKind::DocumentNumber => Input::line(value, TextKind::Plain, Width::Medium),
        FieldKind::Paragraph => {
            Input::Area { value, rows: 4, max: question.max.and_then(|max| usize::try_from(max).ok()) }
        }
        FieldKind::Choice if question.options.len() >= FOLDED_FROM => {
            let first = (String::new(), ui.t("请选择", "Please choose").into());
            let options = question.options.iter().map(|option| (option.value.clone(), ui.text(&option.label).into()));
            Input::Select { options: std::iter::once(first).chain(options).collect(), value }
        }
        FieldKind::Choice => Input::One { options: choices().collect(), value, stacked: stacked(ui, question) },
        FieldKind::Choices => {
            let values = chosen(&value).map(str::to_owned).collect();
            Input::Many { options: choices().collect(), values, stacked: stacked(ui, question) }
        }
        FieldKind::Day => Input::Day { value, max: (!question.future).then(|| ui.now.day().to_string()) },
        FieldKind::Moment => Input::Moment { value, max: (!question.future).then(|| ui.now.to_input()) },
        FieldKind::Number => {
            let unit = question.unit.as_ref().map(|unit| ui.text(unit).into());
            Input::Number { value, unit, range: (question.min, question.max) }
        }
        FieldKind::Phone => Input::line(value, TextKind::Phone, Width::Medium),
        FieldKind::IdentityNumber => Input::line(value, TextKind::IdentityNumber, Width::Medium),
        FieldKind::YesNo => {
            let options = vec![Offered::new("yes", ui.t("是", "Yes")), Offered::new("no", ui.t("否", "No"))];
            Input::One { options, value, stacked: false }
        }
    }
}

/// Long choices stand one under the other.
fn stacked(ui: Ui, question: &forms::TemplateField) -> bool {
    let letters: usize = question.options.iter().map(|option| option.label.say(ui.lang).chars().count()).sum();
    letters > ui.lang.pick(60, 110)
}

fn when(
    ui: Ui,
    template: &FormTemplate,
    question: &forms::TemplateField,
    condition: &VisibleIf,
    answers: &Answers,
) -> When {
    let visible = is_visible(question, answers, ui.now.day());
    let named = |key: &str, values: &[String]| {
        let other = template.field(key);
        let label = other.map(|other| ui.text(&other.label)).unwrap_or_default();
        let values =
            values.iter().map(|value| other.map_or_else(|| value.clone(), |other| choice_words(ui, other, value)));
        (label, values.collect::<Vec<_>>().join(ui.t("、", ", ")))
    };
    // What depends on age stays in sight until a birth date is known.
    let aged = |words: String| When {
        field: String::new(),
        is: Vec::new(),
        is_not: Vec::new(),
        words: words.into(),
        on: visible || birth_date(answers).is_none(),
    };
    match condition {
        VisibleIf::Is { field, is } => {
            let (label, values) = named(field, is);
            let words =
                ui.words(|| format!("“{label}”为“{values}”时填写。"), || format!("Only where “{label}” is {values}."));
            When { field: field.clone(), is: is.clone(), is_not: Vec::new(), words: words.into(), on: visible }
        }
        VisibleIf::IsNot { field, is_not } => {
            let (label, values) = named(field, is_not);
            let words = ui.words(
                || format!("“{label}”不是“{values}”时填写。"),
                || format!("Only where “{label}” is not {values}."),
            );
            When { field: field.clone(), is: Vec::new(), is_not: is_not.clone(), words: words.into(), on: visible }
        }
        VisibleIf::Minor { minor: true } => aged(ui.t("未满 18 周岁时填写。", "Only under 18.").to_owned()),
        VisibleIf::Minor { minor: false } => aged(ui.t("年满 18 周岁时填写。", "Only from 18.").to_owned()),
        VisibleIf::Age { age: [youngest, oldest] } => {
            aged(ui.words(
                || format!("{youngest} 至 {oldest} 周岁时填写。"),
                || format!("Only from {youngest} to {oldest}."),
            ))
        }
    }
}

/// A filled form to be read: its sections with the answers in words; what was not asked is left out.
/// Answers come masked as the reader may see them.
#[must_use]
pub fn form_answers(ui: Ui, template: &FormTemplate, answers: &Answers) -> AnyView {
    let parts = template.sections.iter().filter_map(|part| {
        let lines = lines(ui, &part.fields, answers);
        (!lines.is_empty()).then(|| section(ui.text(&part.title), facts(lines)))
    });
    view! { <div>{parts.collect::<Vec<_>>()}</div> }.into_any()
}

/// The same in one piece, for a form that stands within something else.
#[must_use]
pub fn form_facts(ui: Ui, template: &FormTemplate, answers: &Answers) -> AnyView {
    facts(lines(ui, template.fields(), answers))
}

fn lines<'f>(
    ui: Ui,
    fields: impl IntoIterator<Item = &'f forms::TemplateField>,
    answers: &Answers,
) -> Vec<(Words, Words)> {
    let asked = |question: &&forms::TemplateField| {
        answers.contains_key(&question.key) || is_visible(question, answers, ui.now.day())
    };
    let line =
        |question: &forms::TemplateField| (ui.text(&question.label).into(), answer_words(ui, question, answers).into());
    fields.into_iter().filter(asked).map(line).collect()
}

/// The answer to a question in words; empty where there is none.
#[must_use]
pub fn answer_words(ui: Ui, question: &forms::TemplateField, answers: &Answers) -> String {
    let Some(raw) = answers.get(&question.key) else {
        return String::new();
    };
    match question.kind {
        FieldKind::Choice | FieldKind::Choices => {
            let words = chosen(raw).map(|value| choice_words(ui, question, value));
            words.collect::<Vec<_>>().join(ui.t("、", ", "))
        }
        FieldKind::YesNo => choice_words(ui, question, raw),
        FieldKind::Day => domain::time::Day::parse(raw).map_or_else(|_| raw.clone(), |day| ui.day(day)),
        FieldKind::Moment => domain::time::Moment::parse(raw).map_or_else(|_| raw.clone(), |at| ui.moment(at)),
        FieldKind::Number => match &question.unit {
            Some(unit) => format!("{raw} {}", unit.say(ui.lang)),
            None => raw.clone(),
        },
        FieldKind::Line
        | FieldKind::Name
        | FieldKind::Paragraph
        | FieldKind::Phone
        | FieldKind::IdentityNumber
        | FieldKind::DocumentNumber => raw.clone(),
    }
}

fn choice_words(ui: Ui, question: &forms::TemplateField, value: &str) -> String {
    match (question.kind, value) {
        (FieldKind::YesNo, "yes") => ui.t("是", "Yes").to_owned(),
        (FieldKind::YesNo, "no") => ui.t("否", "No").to_owned(),
        _ => {
            let option = question.options.iter().find(|option| option.value == value);
            option.map_or_else(|| value.to_owned(), |option| ui.text(&option.label))
        }
    }
}
