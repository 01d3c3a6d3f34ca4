//! A form of the domain as plain HTML: inputs are named by the fields' keys, so a post carries the
//! answers as they are (several choices of one field come as several values of one name).
//!
//! A question that depends on another answer is always in the page. `touch.js` or an island folds it
//! away; without scripts it says in words when it applies, and the server drops what was not asked.

mod grid;

use domain::forms::{
    self, Answers, Condition, FieldKind, FormTemplate, Judged, TemplateField, birth_date, cell, chosen, county, judge,
};
use domain::lang::Text;
use domain::refusal::FieldError;
use domain::time::{Day, Moment};
use leptos::prelude::*;

use super::button::hidden_fields;
use super::facts::facts_of;
use super::field::{Field, Input, Need, Offered, TextKind, When, Width, error_summary, field};
use super::icons::{Icon, icon};
use super::section::section;
use crate::ui::{Ui, Words};
pub use grid::rows_changed;
use grid::{grid, told_rows};
pub(crate) use grid::{heads, line_words};

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
    let tables = form.template.fields().any(|field| field.kind == FieldKind::Table);
    // A key that sends the form presses its first button: that must not be one that takes a row away.
    let first = tables.then(|| {
        view! { <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true"></button> }
    });
    let asking = Asking::of(ui, form.template, form.answers, form.errors, &form.action);
    let fields = asking.sections();
    let files = form.template.takes_files().then_some("multipart/form-data");
    let saved = form.saved.map(|saved| view! { <span class="form__saved">{icon(Icon::Check)}{saved}</span> });
    view! {
        {form_errors(ui, form.template, form.errors)}
        <form class="form" method="post" action=form.action enctype=files novalidate>
            {first}
            {hidden_fields(hidden)}
            {form.before}
            {fields}
            <div class="form__foot">{form.buttons}{saved}</div>
        </form>
    }
    .into_any()
}

/// What needs correcting, each line named by its question, in a table by its row too, and leading to it.
#[must_use]
pub fn form_errors(ui: Ui, template: &FormTemplate, errors: &[FieldError]) -> AnyView {
    let lines = errors.iter().map(|error| {
        let problem = error.problem.say(ui.lang);
        let words = match question_words(ui, template, &error.field) {
            Some(question) => format!("{question}{}{problem}", ui.t("：", ": ")),
            None => problem,
        };
        (error.field.clone(), words.into())
    });
    error_summary(ui, lines.collect())
}

/// What is asked under a name: `内容`, or in a table `隐患第 3 行 · 内容`.
fn question_words(ui: Ui, template: &FormTemplate, name: &str) -> Option<String> {
    let question = ui.text(&template.named(name)?.label);
    let mut parts = name.split('.');
    let table = template.field(parts.next()?).filter(|field| field.kind == FieldKind::Table);
    let Some((table, row)) = table.zip(parts.next()) else { return Some(question) };
    let title = ui.text(&table.label);
    Some(match row.parse().ok().and_then(|row| table.given_row(row)) {
        Some(given) => format!("{title} · {} · {question}", ui.text(given)),
        None => ui.words(|| format!("{title}第 {row} 行 · {question}"), || format!("{title}, row {row} · {question}")),
    })
}

/// A form as it stands on a page.
pub(super) struct Asking<'a> {
    pub(super) ui: Ui,
    pub(super) template: &'a FormTemplate,
    pub(super) answers: &'a Answers,
    pub(super) errors: &'a [FieldError],
    /// Where it is posted.
    pub(super) action: &'a str,
    pub(super) judged: Judged,
}

/// The row of a table in which a question stands.
pub(super) type InRow<'a> = Option<(&'a TemplateField, usize)>;

impl<'a> Asking<'a> {
    fn of(ui: Ui, template: &'a FormTemplate, answers: &'a Answers, errors: &'a [FieldError], action: &'a str) -> Self {
        let judged = judge(template, answers, ui.setting());
        Self { ui, template, answers, errors, action, judged }
    }

    fn sections(&self) -> AnyView {
        self.template.sections.iter().map(|part| self.section(part)).collect_view().into_any()
    }

    fn section(&self, part: &forms::Section) -> AnyView {
        let fields = part.fields.iter().map(|question| self.question(question, None)).collect_view();
        let condition = part.visible_if.as_ref();
        let when = condition.map(|condition| {
            let words = only_where(self.ui, &condition_words(self.ui, self.template, None, condition));
            view! { <p class="field__when">{words}</p> }
        });
        view! {
            <fieldset class="form__section">
                <legend>{self.ui.text(&part.title)}</legend>
                {when}
                {fields}
            </fieldset>
        }
        .into_any()
    }

    /// One question, in a row or on its own.
    pub(super) fn question(&self, question: &TemplateField, row: InRow<'_>) -> AnyView {
        let ui = self.ui;
        let name = row.map_or_else(|| question.key.clone(), |(table, row)| cell(&table.key, row, &question.key));
        let label: Words = ui.text(&question.label).into();
        match question.kind {
            FieldKind::Table => return grid(self, question),
            FieldKind::Computed => return self.computed(question, name),
            FieldKind::Text => return self.said(question, name, None),
            FieldKind::Auto => {
                return self.said(question, name, Some(ui.t("由系统填写。", "Filled in by the system.")));
            }
            FieldKind::Signature => {
                return self.said(
                    question,
                    name,
                    Some(ui.t("打印后在纸上签名。", "To be signed on the printed sheet.")),
                );
            }
            _ => {}
        }
        let value = self.answers.get(&name).cloned().unwrap_or_default();
        let agreed = question.must_be.is_some() && question.kind == FieldKind::YesNo;
        let input = if agreed {
            Input::Tick { words: label.clone(), ticked: value == "yes" }
        } else {
            input(ui, question, value)
        };
        let told_how = || match question.kind {
            FieldKind::File => Some(
                ui.t(
                    "照片、PDF、Word、Excel 或 PPT，每个不超过 20 MB，可以一次选几个。",
                    "Photographs, PDF, Word, Excel or PowerPoint, at most 20 MB each; several at once.",
                )
                .into(),
            ),
            FieldKind::Photo => {
                Some(ui.t("JPG、PNG 或 WebP，可以一次选几张。", "JPG, PNG or WebP; several at once.").into())
            }
            FieldKind::Duration => Some(ui.t("小时:分钟，例如 1:30。", "Hours and minutes, such as 1:30.").into()),
            _ => None,
        };
        let help = question.help.as_ref().map(|help| ui.text(help).into());
        let one = |name: String, label: Words, help: Option<Words>, input: Input| {
            let error = self.errors.iter().find(|error| error.field == name);
            let condition = question.visible_if.as_ref();
            field(
                ui,
                Field {
                    id: None,
                    label,
                    help,
                    need: match (question.required, row) {
                        (true, _) => Need::Required,
                        (false, None) if question.required_if.is_none() => Need::Optional,
                        _ => Need::Unsaid,
                    },
                    error: error.map(|error| error.problem.say(ui.lang).into()),
                    input,
                    when: condition.map(|condition| self.when(&name, condition, row)),
                    name,
                },
            )
        };
        if question.kind == FieldKind::Address {
            let county = county(&name);
            let value = self.answers.get(&county).cloned().unwrap_or_default();
            let label: Words = ui.words(|| format!("{label}（区县）"), || format!("{label}: county")).into();
            let county = one(county, label, None, Input::line(value, TextKind::Plain, Width::Medium));
            return view! { {county}{one(name, ui.text(&question.label).into(), help, input)} }.into_any();
        }
        one(name, label, help.or_else(told_how), input)
    }

    /// What is said by the form, or by the system.
    fn said(&self, question: &TemplateField, name: String, instead: Option<&'static str>) -> AnyView {
        let ui = self.ui;
        let words = question.help.as_ref().map(|help| ui.text(help));
        let words = words.or_else(|| instead.map(str::to_owned));
        let class = if self.judged.hidden.contains(&name) { "field field--off" } else { "field" };
        view! {
            <div class=class id=name>
                <p class="field__label">{ui.text(&question.label)}</p>
                {words.map(|words| view! { <p class="field__help pre-line">{words}</p> })}
            </div>
        }
        .into_any()
    }

    /// What follows from the answers so far.
    fn computed(&self, question: &TemplateField, name: String) -> AnyView {
        let ui = self.ui;
        let answer = self.judged.answers.get(&name).cloned().unwrap_or_default();
        let band = question.band(&answer);
        let tone = band.map(|band| band.tone.code());
        let words = band.map(|band| ui.text(&band.label)).unwrap_or_default();
        let unit = question.unit.as_ref().map(|unit| view! { <span class="field__unit">{ui.text(unit)}</span> });
        let help = question.help.as_ref().map(|help| view! { <p class="field__help">{ui.text(help)}</p> });
        let class = if self.judged.hidden.contains(&name) { "field field--off" } else { "field" };
        view! {
            <div class=class>
                <p class="field__label">{ui.text(&question.label)}</p>
                <output class="field__computed" id=name data-tone=tone>
                    <b>{answer}</b>{unit}<span class="field__band">{words}</span>
                </output>
                {help}
            </div>
        }
        .into_any()
    }

    /// When a question is asked, in words and for a script.
    pub(super) fn when(&self, name: &str, condition: &Condition, row: InRow<'_>) -> When {
        let ui = self.ui;
        let visible = !self.judged.hidden.contains(name.strip_suffix(".county").unwrap_or(name));
        let words = only_where(ui, &condition_words(ui, self.template, row.map(|(table, _)| table), condition)).into();
        let named = |key: &str| match row {
            Some((table, row)) if table.column(key).is_some() => cell(&table.key, row, key),
            _ => key.to_owned(),
        };
        match condition {
            Condition::Is { field, is } => {
                When { field: named(field), is: is.clone(), is_not: Vec::new(), words, on: visible }
            }
            Condition::IsNot { field, is_not } => {
                When { field: named(field), is: Vec::new(), is_not: is_not.clone(), words, on: visible }
            }
            // What depends on age stays in sight until a birth date is known.
            _ => {
                let on = visible || (condition.is_of_age() && birth_date(self.answers).is_none());
                When { field: String::new(), is: Vec::new(), is_not: Vec::new(), words, on }
            }
        }
    }
}

fn only_where(ui: Ui, words: &str) -> String {
    ui.words(|| format!("{words}时填写。"), || format!("Only where {words}."))
}

/// A condition in words: `“方式”为“上门”，并且未满 18 周岁`.
fn condition_words(ui: Ui, template: &FormTemplate, table: Option<&TemplateField>, condition: &Condition) -> String {
    let other = |key: &str| table.and_then(|table| table.column(key)).or_else(|| template.field(key));
    let label = |key: &str| other(key).map(|other| ui.text(&other.label)).unwrap_or_default();
    let values = |key: &str, values: &[String]| {
        let words =
            values.iter().map(|value| other(key).map_or_else(|| value.clone(), |it| choice_words(ui, it, value)));
        words.collect::<Vec<_>>().join(ui.t("、", ", "))
    };
    let parts = |parts: &[Condition], between: &str| {
        let words = parts.iter().map(|part| condition_words(ui, template, table, part));
        words.collect::<Vec<_>>().join(between)
    };
    match condition {
        Condition::Is { field, is } => {
            let (label, values) = (label(field), values(field, is));
            ui.words(|| format!("“{label}”为“{values}”"), || format!("“{label}” is {values}"))
        }
        Condition::IsNot { field, is_not } => {
            let (label, values) = (label(field), values(field, is_not));
            ui.words(|| format!("“{label}”不是“{values}”"), || format!("“{label}” is not {values}"))
        }
        Condition::AtLeast { field, at_least } => {
            let label = label(field);
            ui.words(|| format!("“{label}”不少于 {at_least}"), || format!("“{label}” is at least {at_least}"))
        }
        Condition::AtMost { field, at_most } => {
            let label = label(field);
            ui.words(|| format!("“{label}”不多于 {at_most}"), || format!("“{label}” is at most {at_most}"))
        }
        Condition::Minor(true) => ui.t("未满 18 周岁", "the person is under 18").to_owned(),
        Condition::Minor(false) => ui.t("年满 18 周岁", "the person is 18 or older").to_owned(),
        Condition::Age([youngest, oldest]) => {
            ui.words(|| format!("{youngest} 至 {oldest} 周岁"), || format!("the person is from {youngest} to {oldest}"))
        }
        Condition::Pack(packs) => {
            let packs: Vec<String> = packs.iter().map(|pack| ui.name(pack).to_owned()).collect();
            let packs = packs.join(ui.t("或", " or "));
            ui.words(|| format!("本机构是{packs}"), || format!("this is a {packs}"))
        }
        Condition::All(all) => parts(all, ui.t("，并且", " and ")),
        Condition::Any(any) => parts(any, ui.t("，或者", " or ")),
        Condition::Not(not) => {
            let words = condition_words(ui, template, table, not);
            ui.words(|| format!("并非{words}"), || format!("it is not so that {words}"))
        }
    }
}

/// What a browser offers to choose from; a telephone opens its camera.
const PICTURES: &str = "image/jpeg,image/png,image/webp";
const FILES: &str = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx,.pptx,.doc,.xls";

fn input(ui: Ui, question: &TemplateField, value: String) -> Input {
    let choices = || question.options.iter().map(|option| Offered::new(option.value.clone(), ui.text(&option.label)));
    let folded = |value: String| {
        let first = (String::new(), ui.t("请选择", "Please choose").into());
        let options = question.options.iter().map(|option| (option.value.clone(), ui.text(&option.label).into()));
        Input::Select { options: std::iter::once(first).chain(options).collect(), value }
    };
    let unit = || question.unit.as_ref().map(|unit| ui.text(unit).into());
    match question.kind {
        FieldKind::Line => {
            let width = if question.most_characters(usize::MAX) <= 40 { Width::Medium } else { Width::Full };
            Input::line(value, TextKind::Plain, width)
        }
        FieldKind::Name | FieldKind::DocumentNumber => Input::line(value, TextKind::Plain, Width::Medium),
        FieldKind::Paragraph => Input::Area { value, rows: 4, max: question.max.map(|_| question.most_characters(0)) },
        FieldKind::Choice if question.options.len() >= FOLDED_FROM => folded(value),
        FieldKind::Member | FieldKind::Client | FieldKind::Service | FieldKind::Noun => folded(value),
        FieldKind::Choice => Input::One { options: choices().collect(), value, stacked: stacked(ui, question) },
        FieldKind::Choices => {
            let values = chosen(&value).map(str::to_owned).collect();
            Input::Many { options: choices().collect(), values, stacked: stacked(ui, question) }
        }
        FieldKind::Scale => {
            let points = question.points().into_iter().map(|(point, words)| {
                let words: Words = words.map_or_else(|| point.clone(), |words| ui.text(words)).into();
                (point, words)
            });
            Input::Scale { points: points.collect(), value }
        }
        FieldKind::Day => Input::Day { value, max: (!question.future).then(|| ui.now.day().to_string()) },
        FieldKind::Moment => Input::Moment { value, max: (!question.future).then(|| ui.now.to_input()) },
        FieldKind::Time => Input::Time { value },
        FieldKind::Duration => Input::line(value, TextKind::Plain, Width::Short),
        FieldKind::Number => {
            Input::Number { value, unit: unit(), decimals: question.decimals.is_some_and(|it| it > 0) }
        }
        FieldKind::Money => Input::Number { value, unit: Some(ui.t("元", "yuan").into()), decimals: true },
        FieldKind::Phone => Input::line(value, TextKind::Phone, Width::Medium),
        FieldKind::IdentityNumber => Input::line(value, TextKind::IdentityNumber, Width::Medium),
        FieldKind::YesNo => {
            let options = vec![Offered::new("yes", ui.t("是", "Yes")), Offered::new("no", ui.t("否", "No"))];
            Input::One { options, value, stacked: false }
        }
        FieldKind::File | FieldKind::Photo => {
            // What is not there any more is not offered: it has to be chosen again.
            let known = chosen(&value).filter_map(|id| question.option(id));
            let attached = known.map(|option| Offered::new(option.value.clone(), ui.text(&option.label))).collect();
            let accept = if question.kind == FieldKind::Photo { PICTURES } else { FILES };
            Input::File { accept, many: question.max.is_none_or(|max| max.trunc() > 1), attached }
        }
        FieldKind::Address
        | FieldKind::Table
        | FieldKind::Signature
        | FieldKind::Computed
        | FieldKind::Text
        | FieldKind::Auto => Input::text(value),
    }
}

/// Long choices stand one under the other.
fn stacked(ui: Ui, question: &TemplateField) -> bool {
    let letters: usize = question.options.iter().map(|option| option.label.say(ui.lang).chars().count()).sum();
    letters > ui.lang.pick(60, 110)
}

/// A filled form to be read: its sections with the answers in words; what was not asked is left out.
/// Answers come masked as the reader may see them.
#[must_use]
pub fn form_answers(ui: Ui, template: &FormTemplate, answers: &Answers) -> AnyView {
    let parts = template.sections.iter().filter_map(|part| {
        let lines = lines(ui, template, &part.fields, answers);
        (!lines.is_empty()).then(|| section(ui.text(&part.title), facts_of(lines)))
    });
    view! { <div>{parts.collect::<Vec<_>>()}</div> }.into_any()
}

/// The same in one piece, for a form that stands within something else.
#[must_use]
pub fn form_facts(ui: Ui, template: &FormTemplate, answers: &Answers) -> AnyView {
    facts_of(lines(ui, template, template.fields(), answers))
}

fn lines<'f>(
    ui: Ui,
    template: &FormTemplate,
    fields: impl IntoIterator<Item = &'f TemplateField>,
    answers: &Answers,
) -> Vec<(Words, AnyView)> {
    let hidden = judge(template, answers, ui.setting()).hidden;
    let tells = |question: &&TemplateField| {
        question.kind != FieldKind::Auto && (is_answered(question, answers) || !hidden.contains(&question.key))
    };
    let line = |question: &TemplateField| {
        let said = match (question.kind, answer_words(ui, question, answers)) {
            (FieldKind::Table, _) => told_rows(ui, question, answers),
            (_, words) if words.is_empty() => view! { <span class="facts__none">"—"</span> }.into_any(),
            (_, words) => words.into_any(),
        };
        (ui.text(&question.label).into(), said)
    };
    let tells = fields.into_iter().filter(tells).filter(|question| question.kind != FieldKind::Text);
    tells.map(line).collect()
}

/// Whether anything stands under a question.
#[must_use]
pub fn is_answered(question: &TemplateField, answers: &Answers) -> bool {
    answers.contains_key(&question.key) || !forms::rows(answers, &question.key).is_empty()
}

/// The answer to a question in words; empty where there is none.
#[must_use]
pub fn answer_words(ui: Ui, question: &TemplateField, answers: &Answers) -> String {
    named_words(ui, question, answers, &question.key)
}

/// What was said to these questions of a form, each below its name; nothing of what was left open.
#[must_use]
pub fn said_of(ui: Ui, form: &FormTemplate, answers: &Answers, keys: &[&str]) -> Vec<(Words, Words)> {
    let line = |key: &&str| {
        let question = form.field(key)?;
        let words = answer_words(ui, question, answers);
        (!words.is_empty()).then(|| (ui.text(&question.label).into(), words.into()))
    };
    keys.iter().filter_map(line).collect()
}

/// The answer that lies under a name, in words.
pub(crate) fn named_words(ui: Ui, question: &TemplateField, answers: &Answers, name: &str) -> String {
    let answer = |name: &str| answers.get(name).map_or("", String::as_str);
    let raw = answer(name);
    if raw.is_empty() && question.kind != FieldKind::Address {
        return String::new();
    }
    let with_unit = |unit: Option<&Text>| match unit {
        Some(unit) => format!("{raw} {}", unit.say(ui.lang)),
        None => raw.to_owned(),
    };
    match question.kind {
        FieldKind::Choice | FieldKind::Choices => {
            let words = chosen(raw).map(|value| choice_words(ui, question, value));
            words.collect::<Vec<_>>().join(ui.t("、", ", "))
        }
        FieldKind::YesNo | FieldKind::Scale => choice_words(ui, question, raw),
        FieldKind::Member | FieldKind::Client | FieldKind::Service | FieldKind::Noun => {
            let option = question.option(raw);
            // Whoever may not know what is meant reads what kind of thing it is.
            let kind = || question.refers_to().map(|kind| ui.name(kind).to_owned()).unwrap_or_default();
            option.map_or_else(kind, |option| ui.text(&option.label))
        }
        FieldKind::File | FieldKind::Photo => {
            let known = chosen(raw).filter_map(|id| question.option(id));
            let known: Vec<String> = known.map(|option| ui.text(&option.label)).collect();
            // Whoever may not see them reads how many there are.
            if known.is_empty() {
                let n = chosen(raw).count();
                return ui.words(|| format!("{n} 个附件"), || format!("{n} attached"));
            }
            known.join(ui.t("、", ", "))
        }
        FieldKind::Day => Day::parse(raw).map_or_else(|_| raw.to_owned(), |day| ui.day(day)),
        FieldKind::Moment => Moment::parse(raw).map_or_else(|_| raw.to_owned(), |at| ui.moment(at)),
        FieldKind::Number => with_unit(question.unit.as_ref()),
        FieldKind::Money => ui.words(|| format!("{raw} 元"), || format!("{raw} yuan")),
        FieldKind::Computed => {
            let number = with_unit(question.unit.as_ref());
            match question.band(raw) {
                Some(band) => format!("{number} · {}", band.label.say(ui.lang)),
                None => number,
            }
        }
        FieldKind::Address => {
            let parts = [answer(&county(name)), raw];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        }
        FieldKind::Duration => match question.amount(raw).map(|minutes| minutes.units()) {
            Some(all) => {
                let (hours, minutes) = (all / 60, all % 60);
                ui.words(|| format!("{hours} 小时 {minutes} 分"), || format!("{hours} h {minutes} min"))
            }
            None => raw.to_owned(),
        },
        _ => raw.to_owned(),
    }
}

fn choice_words(ui: Ui, question: &TemplateField, value: &str) -> String {
    match (question.kind, value) {
        (FieldKind::YesNo, "yes") => ui.t("是", "Yes").to_owned(),
        (FieldKind::YesNo, "no") => ui.t("否", "No").to_owned(),
        _ => {
            let option = question.option(value);
            option.map_or_else(|| value.to_owned(), |option| ui.text(&option.label))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::diff::Said;
    use crate::handling::tests::at;
    use crate::papers::{Document, sheet, told};
    use crate::render::render;
    use domain::refusal::Problem;

    /// Everything that a form can ask for.
    fn every_kind() -> FormTemplate {
        let file = include_str!("../../../../backend/tests/it/every_kind.toml");
        let mut form = FormTemplate::parse(file).unwrap();
        for field in form.sections.iter_mut().flat_map(|section| &mut section.fields) {
            if field.key == "member" {
                let label = domain::lang::text("陈同事", "Chen");
                field.options.push(forms::Choosable { value: MEMBER.to_owned(), label, score: None });
            }
        }
        form
    }

    const MEMBER: &str = "mem_01900000000070008000000000000001";

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        pairs.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect()
    }

    fn filled() -> Answers {
        answers(&[
            ("number", "36.5"),
            ("money", "1234.50"),
            ("time", "09:05"),
            ("duration", "1:30"),
            ("choice", "b"),
            ("scale", "3"),
            ("mood", "low"),
            ("computed", "5"),
            ("member", MEMBER),
            ("unit", "uni_01900000000070008000000000000001"),
            ("address", "榕园路 5 号"),
            ("address.county", "青山区"),
            ("hazards.1.what", "插座松动"),
            ("hazards.1.level", "slight"),
            ("hazards.2.what", "通道堵塞"),
            ("hazards.2.cost", "0.50"),
            ("total", "0.50"),
            ("checks.2.fine", "no"),
            ("checks.2.note", "过期"),
        ])
    }

    fn page(answers: &Answers, errors: &[FieldError]) -> String {
        let (ui, template) = (at("/").ui, every_kind());
        let view = || {
            let view = FormView {
                template: &template,
                answers,
                errors,
                action: "/send".to_owned(),
                operation: "op".to_owned(),
                version: None,
                hidden: Vec::new(),
                before: None,
                buttons: Vec::new(),
                saved: None,
            };
            form(ui, view)
        };
        bare(&render(view))
    }

    /// Without the marks between nodes.
    fn bare(html: &str) -> String {
        html.replace("<!>", "")
    }

    #[test]
    fn every_kind_has_its_input() {
        let page = page(&filled(), &[]);
        for (what, there) in [
            ("decimals have their keyboard", "inputmode=\"decimal\" autocomplete=\"off\" id=\"money\""),
            ("a time", "type=\"time\" id=\"time\" name=\"time\" value=\"09:05\""),
            ("a duration", "id=\"duration\" name=\"duration\" value=\"1:30\""),
            ("a point of a scale", "type=\"radio\" name=\"scale\" value=\"3\" checked"),
            ("a person to choose", &format!("<option value=\"{MEMBER}\" selected>陈同事</option>")),
            ("the county of an address", "name=\"address.county\" value=\"青山区\""),
            ("a cell", "name=\"hazards.2.what\" value=\"通道堵塞\""),
            ("a row by its anchor", "<tr id=\"hazards.2\" tabindex=\"-1\">"),
            ("a row of which nothing is chosen", "type=\"hidden\" name=\"hazards.2.\""),
            ("a row more", "name=\"add_row\" value=\"hazards\" formaction=\"/send#hazards.3\""),
            ("a row fewer", "name=\"take_row\" value=\"hazards.1\" formaction=\"/send#hazards\""),
            ("a given row", "<th scope=\"row\">灭火器"),
            ("what is computed", "id=\"computed\" data-tone=\"late\" class=\"field__computed\"><b>5</b>"),
            ("a sum over rows", "id=\"total\" class=\"field__computed\"><b>0.50</b>"),
            ("what is folded", "class=\"field field--off\""),
            ("when it is asked", "“单选”为“甲”，或者本机构是心理服务机构时填写。"),
        ] {
            assert!(page.contains(there), "{what}: {there}\n{page}");
        }
        assert!(!page.contains("value=\"checks\""), "a checklist's rows do not come and go");
        assert!(!page.contains("name=\"signature\"") && !page.contains("name=\"unit_name\""), "nobody types these");
        let first = page.split_once("<button").unwrap().1;
        assert!(
            first.starts_with(" type=\"submit\" tabindex=\"-1\" aria-hidden=\"true\""),
            "the first button sends the form"
        );
    }

    #[test]
    fn what_is_wrong_is_said_at_its_cell_and_above_by_its_row() {
        let errors = [
            FieldError::new("hazards.2.level", Problem::Required),
            FieldError::new("checks.1.fine", Problem::Required),
            FieldError::new("hazards", Problem::TooManyRows { max: 50 }),
        ];
        let page = page(&filled(), &errors);
        for there in [
            "<a href=\"#hazards.2.level\">隐患第 2 行 · 程度：请填写此项。</a>",
            "<a href=\"#checks.1.fine\">检查项目 · 灭火器 · 完好：请填写此项。</a>",
            "<a href=\"#hazards\">隐患：最多 50 行",
            "id=\"hazards.2.level-error\"",
            "id=\"hazards-error\"",
        ] {
            assert!(page.contains(there), "{there}\n{page}");
        }
    }

    #[test]
    fn answers_are_said_in_words() {
        let (ui, form, filled) = (at("/").ui, every_kind(), filled());
        for (key, words) in [
            ("number", "36.5 度"),
            ("money", "1234.50 元"),
            ("duration", "1 小时 30 分"),
            ("choice", "乙"),
            ("mood", "差"),
            ("computed", "5 · 有症状"),
            ("member", "陈同事"),
            ("unit", "内设单元"),
            ("address", "青山区 榕园路 5 号"),
            ("line", ""),
        ] {
            assert_eq!(answer_words(ui, form.field(key).unwrap(), &filled), words, "{key}");
        }
    }

    #[test]
    fn a_sheet_has_tables_and_marks_what_changed_row_by_row() {
        let (ui, form) = (at("/").ui, every_kind());
        let mut new = filled();
        new.extend(answers(&[("hazards.1.what", "门锁坏"), ("hazards.1.level", "serious")]));
        new.extend(answers(&[
            ("hazards.2.what", "插座松动"),
            ("hazards.2.level", "slight"),
            ("hazards.3.what", "通道堵塞"),
        ]));
        new.remove("hazards.2.cost");
        new.insert("hazards.3.cost".to_owned(), "0.50".to_owned());
        let old = filled();
        let told = told(ui, &form, &new, Some((&form, &old)));
        let table = told.iter().find(|told| told.label == "隐患").unwrap();
        let (heads, rows) = table.rows.as_ref().unwrap();
        assert_eq!(heads.join(" "), "内容 程度 费用 整改人");
        let changed: Vec<bool> = rows.iter().map(|row| row.iter().any(Said::is_changed)).collect();
        assert_eq!(changed, [true, false, false], "a row was put before the others: {rows:?}");
        assert!(table.is_changed());
        assert!(!told.iter().any(|told| told.label == "藏着的"), "nobody asked that");

        let checks = told.iter().find(|told| told.label == "检查项目").unwrap().rows.as_ref().unwrap();
        assert_eq!(checks.1[1], ["安全通道", "否", "过期"].map(Said::from));
        let document = || Document {
            form: &form,
            answers: &new,
            title: "样样都问".into(),
            organisation: Words::default(),
            number: Words::default(),
            heading: &[],
            facts: Vec::new(),
            signs: &[],
            printer: "",
            part: false,
        };
        let sheet = bare(&render(|| sheet(ui, document(), told)));
        for there in
            ["paper--landscape", "<caption>隐患</caption>", "<th scope=\"col\">整改人</th>", "5 · 有症状", "签名"]
        {
            assert!(sheet.contains(there), "{there}\n{sheet}");
        }
    }
}
