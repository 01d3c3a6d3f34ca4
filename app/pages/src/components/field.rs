//! One question: its name above, the complaint at the field, the help below, all tied together for
//! those who hear the page. Works without scripts.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::{Ui, Words, escaped};

/// One question.
#[derive(Default)]
pub struct Field {
    /// The input's name, and the field's id on the page.
    pub name: String,
    /// Another id, where several forms of a page ask by the same name.
    pub id: Option<String>,
    /// The question.
    pub label: Words,
    /// How to answer it.
    pub help: Option<Words>,
    /// Whether an answer is needed; said by words.
    pub need: Need,
    /// What is wrong with the answer.
    pub error: Option<Words>,
    /// How it is answered.
    pub input: Input,
    /// It is asked only when another answer says so.
    pub when: Option<When>,
}

/// Whether an answer is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Need {
    /// Nothing is said: forms where all or none are needed, filters.
    #[default]
    Unsaid,
    /// 必填
    Required,
    /// 选填
    Optional,
}

/// A question that depends on another answer. Without scripts it is always shown, with `words`.
#[derive(Debug, Clone)]
pub struct When {
    /// The other question's name; empty where it is more than one answer that decides.
    pub field: String,
    /// The answers that call for this one.
    pub is: Vec<String>,
    /// Or: the answers that do without it.
    pub is_not: Vec<String>,
    /// `仅当“……”时填写`, for a page without scripts.
    pub words: Words,
    /// By the answers so far it is asked.
    pub on: bool,
}

/// How a question is answered.
#[derive(Debug, Clone)]
pub enum Input {
    /// One line.
    Text {
        /// What stands in it.
        value: String,
        /// Which keyboard and which memory of the browser.
        kind: TextKind,
        /// How wide an answer is expected.
        width: Width,
    },
    /// Several lines.
    Area {
        /// What stands in it.
        value: String,
        /// Lines to begin with.
        rows: u32,
        /// Most characters.
        max: Option<usize>,
    },
    /// A number.
    Number {
        /// What stands in it.
        value: String,
        /// Behind it: 元, 人, 次.
        unit: Option<Words>,
        /// It may have decimals.
        decimals: bool,
    },
    /// A day.
    Day {
        /// `YYYY-MM-DD`.
        value: String,
        /// The latest day that can be.
        max: Option<String>,
    },
    /// A time of day.
    Time {
        /// `HH:MM`.
        value: String,
    },
    /// A day and a time.
    Moment {
        /// `YYYY-MM-DDTHH:MM`.
        value: String,
        /// The latest moment that can be.
        max: Option<String>,
    },
    /// One of many, folded.
    Select {
        /// Value and words.
        options: Vec<(String, Words)>,
        /// What is chosen.
        value: String,
    },
    /// One of a few, all in sight.
    One {
        /// The choices.
        options: Vec<Offered>,
        /// What is chosen.
        value: String,
        /// One under the other, also for staff.
        stacked: bool,
    },
    /// Any of a few.
    Many {
        /// The choices.
        options: Vec<Offered>,
        /// What is chosen.
        values: Vec<String>,
        /// One under the other, also for staff.
        stacked: bool,
    },
    /// One or any of many, in groups that have a name each.
    Grouped {
        /// The name of each group, and its choices.
        groups: Vec<(Words, Vec<Offered>)>,
        /// What is chosen.
        values: Vec<String>,
        /// More than one can be.
        many: bool,
    },
    /// A box to tick: I agree.
    Tick {
        /// What is agreed to.
        words: Words,
        /// It is ticked.
        ticked: bool,
    },
    /// One point of a scale, its ends named.
    Scale {
        /// Value and words of each point, in order.
        points: Vec<(String, Words)>,
        /// What is chosen.
        value: String,
    },
    /// Files.
    File {
        /// Which kinds: `image/*,.pdf`.
        accept: &'static str,
        /// More than one.
        many: bool,
        /// What was chosen before and stays while it is ticked.
        attached: Vec<Offered>,
    },
}

impl Default for Input {
    fn default() -> Self {
        Self::text(String::new())
    }
}

impl Input {
    /// A plain line of text.
    #[must_use]
    pub const fn text(value: String) -> Self {
        Self::Text { value, kind: TextKind::Plain, width: Width::Full }
    }

    /// A line of text of a kind.
    #[must_use]
    pub const fn line(value: String, kind: TextKind, width: Width) -> Self {
        Self::Text { value, kind, width }
    }
}

/// A choice in sight.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub words: Words,
    /// A quiet explanation.
    pub note: Option<Words>,
}

impl Offered {
    /// A choice without explanation.
    #[must_use]
    pub fn new(value: impl Into<String>, words: impl Into<Words>) -> Self {
        Self { value: value.into(), words: words.into(), note: None }
    }
}

/// Which keyboard a line of text gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum TextKind {
    Plain,
    PersonName,
    Phone,
    IdentityNumber,
    Email,
    Account,
    Password,
    NewPassword,
    /// A code of digits, or a receipt's.
    Code,
    /// A code that works once, which a telephone may offer by itself.
    OneTimeCode,
}

impl TextKind {
    const fn attributes(self) -> (&'static str, Option<&'static str>, &'static str) {
        match self {
            Self::Plain => ("text", None, "off"),
            Self::PersonName => ("text", None, "name"),
            Self::Phone => ("tel", Some("tel"), "tel"),
            Self::IdentityNumber => ("text", None, "off"),
            Self::Email => ("email", Some("email"), "email"),
            Self::Account => ("text", None, "username"),
            Self::Password => ("password", None, "current-password"),
            Self::NewPassword => ("password", None, "new-password"),
            Self::Code => ("text", None, "off"),
            Self::OneTimeCode => ("text", None, "one-time-code"),
        }
    }
}

/// How wide an answer is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// A date, a phone.
    Short,
    /// A name.
    Medium,
    /// A sentence.
    Full,
}

/// One question.
#[must_use]
pub fn field(ui: Ui, field: Field) -> AnyView {
    let Field { name, id, label, help, need, error, input, when } = field;
    let id = id.unwrap_or_else(|| name.clone());
    let width = match &input {
        Input::Text { width, .. } => *width,
        Input::Number { .. } | Input::Time { .. } => Width::Short,
        _ => Width::Full,
    };
    let off = when.as_ref().is_some_and(|when| !when.on);
    let class = class(width, error.is_some(), off);
    let described = described_by(&id, help.is_some(), error.is_some());
    let required = need == Need::Required;
    let need = match need {
        Need::Unsaid => None,
        Need::Required => Some(ui.t("必填", "required")),
        Need::Optional => Some(ui.t("选填", "optional")),
    };
    let need = need.map(|need| view! { <span class="field__need">{need}</span> });
    let error_line = error.map(|error| {
        view! { <p class="field__error" id=format!("{id}-error")>{icon(Icon::Late)}<span>{error}</span></p> }
    });
    let invalid = error_line.is_some();
    let help = help.map(|help| view! { <p class="field__help" id=format!("{id}-help")>{help}</p> });
    let listed = |values: Vec<String>| (!values.is_empty()).then(|| values.join(" "));
    let (when_field, when_is, when_not, when_words) = match when {
        None => (None, None, None, None),
        Some(When { field, is, is_not, words, .. }) => {
            // Where a script folds the question, the words need not be read.
            let class = if field.is_empty() { "field__help" } else { "field__when" };
            let words = view! { <p class=class>{words}</p> };
            ((!field.is_empty()).then_some(field), listed(is), listed(is_not), Some(words))
        }
    };
    let several = matches!(input, Input::One { .. } | Input::Many { .. } | Input::Grouped { .. } | Input::Scale { .. });
    let control = Control { name, id: id.clone(), described, required, invalid };
    if several {
        let described = control.described.clone();
        view! {
            <fieldset class=class id=id aria-describedby=described data-when=when_field data-when-is=when_is data-when-not=when_not>
                <legend class="field__label">{label}{need}</legend>
                {when_words}
                {error_line}
                {control.view(input)}
                {help}
            </fieldset>
        }
        .into_any()
    } else if let Input::Tick { words, ticked } = input {
        view! {
            <div class=class data-when=when_field data-when-is=when_is data-when-not=when_not>
                {when_words}
                {error_line}
                <label class="choice">
                    {control.tick("checkbox", "yes".to_owned(), ticked, Some(id))}
                    <span class="choice__text">{words}</span>
                </label>
                {help}
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class=class data-when=when_field data-when-is=when_is data-when-not=when_not>
                <label class="field__label" for=id>{label}{need}</label>
                {when_words}
                {error_line}
                {control.view(input)}
                {help}
            </div>
        }
        .into_any()
    }
}

fn class(width: Width, error: bool, off: bool) -> String {
    let mut class = String::from("field");
    match width {
        Width::Short => class.push_str(" field--short"),
        Width::Medium => class.push_str(" field--medium"),
        Width::Full => {}
    }
    if error {
        class.push_str(" field--error");
    }
    if off {
        class.push_str(" field--off");
    }
    class
}

fn described_by(id: &str, help: bool, error: bool) -> Option<String> {
    match (error, help) {
        (true, true) => Some(format!("{id}-error {id}-help")),
        (true, false) => Some(format!("{id}-error")),
        (false, true) => Some(format!("{id}-help")),
        (false, false) => None,
    }
}

/// What every input of a field carries.
struct Control {
    name: String,
    id: String,
    described: Option<String>,
    required: bool,
    invalid: bool,
}

impl Control {
    /// The element itself. `required` is told to assistive technology only: the browser's own
    /// complaint would come before ours and say less.
    fn view(self, input: Input) -> AnyView {
        let required = self.required.then_some("true");
        let invalid = self.invalid.then_some("true");
        let (id, name, described) = (self.id.clone(), self.name.clone(), self.described.clone());
        match input {
            Input::Text { value, kind, .. } => {
                let (kind, mode, complete) = kind.attributes();
                view! {
                    <input class="input" type=kind inputmode=mode autocomplete=complete id=id name=name value=value
                        aria-describedby=described aria-required=required aria-invalid=invalid/>
                }
                .into_any()
            }
            Input::Area { value, rows, max } => view! {
                <textarea class="input input--area" id=id name=name rows=rows data-max=max
                    aria-describedby=described aria-required=required aria-invalid=invalid
                    inner_html=format!("\n{}", escaped(&value))></textarea>
            }
            .into_any(),
            Input::Number { value, unit, decimals } => {
                let mode = if decimals { "decimal" } else { "numeric" };
                let unit = unit.map(|unit| view! { <span class="field__unit">{unit}</span> });
                view! {
                    <div class="field__row">
                        <input class="input input--number" type="text" inputmode=mode autocomplete="off" id=id name=name value=value
                            aria-describedby=described aria-required=required aria-invalid=invalid/>
                        {unit}
                    </div>
                }
                .into_any()
            }
            Input::Day { value, max } => self.dated("date", value, max),
            Input::Time { value } => self.dated("time", value, None),
            Input::Moment { value, max } => self.dated("datetime-local", value, max),
            Input::Select { options: choices, value } => view! {
                <span class="select-box">
                    <select class="select" id=id name=name aria-describedby=described aria-required=required aria-invalid=invalid>
                        {options(choices, &value)}
                    </select>
                </span>
            }
            .into_any(),
            Input::One { options, value, stacked } => {
                self.choices("radio", options, stacked, |candidate| candidate == value)
            }
            Input::Many { options, values, stacked } => {
                self.choices("checkbox", options, stacked, |candidate| values.iter().any(|value| value == candidate))
            }
            Input::Grouped { groups, values, many } => {
                let kind = if many { "checkbox" } else { "radio" };
                let groups = groups.into_iter().map(|(name, options)| {
                    let options = self.choices(kind, options, false, |value| values.iter().any(|one| one == value));
                    view! { <fieldset><legend class="choices__group">{name}</legend>{options}</fieldset> }.into_any()
                });
                view! { <div class="choices choices--groups">{groups.collect_view()}</div> }.into_any()
            }
            Input::Tick { words, ticked } => {
                view! { <label class="choice">{self.tick("checkbox", "yes".to_owned(), ticked, None)}{words}</label> }.into_any()
            }
            Input::Scale { points, value } => {
                let points = points.into_iter().map(|(point, words)| {
                    let ticked = point == value;
                    view! { <label class="scale__point">{self.tick("radio", point, ticked, None)}<span>{words}</span></label> }.into_any()
                });
                view! { <div class="scale">{points.collect_view()}</div> }.into_any()
            }
            Input::File { accept, many, attached } => {
                let attached = (!attached.is_empty()).then(|| self.choices("checkbox", attached, true, |_| true));
                view! {
                    {attached}
                    <input class="file" type="file" id=id name=name accept=accept multiple=many
                        aria-describedby=described aria-required=required aria-invalid=invalid/>
                }
                .into_any()
            }
        }
    }

    fn dated(self, kind: &'static str, value: String, max: Option<String>) -> AnyView {
        let required = self.required.then_some("true");
        let invalid = self.invalid.then_some("true");
        view! {
            <input class="input" type=kind id=self.id name=self.name value=value max=max
                aria-describedby=self.described aria-required=required aria-invalid=invalid/>
        }
        .into_any()
    }

    fn choices(
        &self,
        kind: &'static str,
        options: Vec<Offered>,
        stacked: bool,
        ticked: impl Fn(&str) -> bool,
    ) -> AnyView {
        let short = options.iter().all(|option| option.note.is_none() && breadth(&option.words) <= 14);
        let class = match (stacked, short) {
            (true, _) => "choices choices--stack",
            (false, true) => "choices choices--short",
            (false, false) => "choices",
        };
        let options = options.into_iter().map(|option| {
            let ticked = ticked(&option.value);
            let note = option.note.map(|note| view! { <span class="choice__note">{note}</span> });
            view! {
                <label class="choice">
                    {self.tick(kind, option.value, ticked, None)}
                    <span class="choice__text">{option.words}{note}</span>
                </label>
            }
            .into_any()
        });
        view! { <div class=class>{options.collect_view()}</div> }.into_any()
    }

    fn tick(&self, kind: &'static str, value: String, ticked: bool, id: Option<String>) -> AnyView {
        let described = id.is_some().then(|| self.described.clone()).flatten();
        let invalid = self.invalid.then_some("true");
        view! {
            <input class="choice__input" type=kind id=id name=self.name.clone() value=value checked=ticked
                aria-describedby=described aria-invalid=invalid/>
        }
        .into_any()
    }
}

/// How broad words are, in halves of a Chinese sign.
fn breadth(words: &str) -> usize {
    words.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// The options of a select box.
pub(super) fn options(options: Vec<(String, Words)>, chosen: &str) -> AnyView {
    let options = options.into_iter().map(|(value, words)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }.into_any()
    });
    options.collect_view().into_any()
}

/// Everything that needs correcting, before the form: each line leads to its field.
#[must_use]
pub fn error_summary(ui: Ui, errors: Vec<(String, Words)>) -> AnyView {
    if errors.is_empty() {
        return ().into_any();
    }
    let count = errors.len();
    let title = ui.words(
        || format!("有 {count} 处需要改正"),
        || {
            if count == 1 {
                "One answer needs correcting".to_owned()
            } else {
                format!("{count} answers need correcting")
            }
        },
    );
    let lines =
        errors.into_iter().map(|(name, words)| view! { <li><a href=format!("#{name}")>{words}</a></li> }.into_any());
    view! {
        <div class="errors" role="alert" tabindex="-1" id="errors">
            <h2 class="errors__title">{icon(Icon::Late)}{title}</h2>
            <ul class="errors__list">{lines.collect_view()}</ul>
        </div>
    }
    .into_any()
}
