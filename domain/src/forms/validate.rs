//! From what was typed to what is kept.

use std::collections::BTreeMap;

use super::template::{FieldKind, FormTemplate, TemplateField, VisibleIf};
use crate::identity::{Capacity, DocumentKind, IdentityNumber, bare_number, full_years, says_none};
use crate::phone::Phone;
use crate::refusal::{FieldError, Problem};
use crate::text::{PersonName, clean_line, clean_paragraph, half_width};
use crate::time::{Day, Moment};

/// Answers by field key. Several choices are joined by commas; yes and no are `yes` and `no`.
pub type Answers = BTreeMap<String, String>;

/// Cleans answers and checks them against a form, all at once.
///
/// Answers to fields that are not there, or not visible, are dropped. A valid identity number fills
/// in birth date and sex, whatever was typed there.
///
/// # Errors
/// Every problem, each at its field, in the form's order.
pub fn validate(form: &FormTemplate, answers: &Answers, today: Day) -> Result<Answers, Vec<FieldError>> {
    let mut typed = answers.clone();
    let mut kept = Answers::new();
    let mut errors = Vec::new();
    for field in form.fields() {
        if !is_visible(field, &typed, today) {
            continue;
        }
        match clean(field, &typed, today) {
            Ok(Some(answer)) => {
                // Fields further down depend on the cleaned answer, not on how it was spelt.
                typed.insert(field.key.clone(), answer.clone());
                kept.insert(field.key.clone(), answer);
                for (key, answer) in derived(form, field, &typed) {
                    typed.insert(key.clone(), answer.clone());
                    kept.insert(key, answer);
                }
            }
            Ok(None) => {
                typed.remove(&field.key);
            }
            Err(problem) => errors.push(FieldError::new(&field.key, problem)),
        }
    }
    if errors.is_empty() { Ok(kept) } else { Err(errors) }
}

/// Whether a field is there, given the answers so far.
#[must_use]
pub fn is_visible(field: &TemplateField, answers: &Answers, today: Day) -> bool {
    let has = |key: &str, values: &[String]| {
        let answer = answers.get(key).map_or("", |answer| answer.trim());
        values.iter().any(|value| chosen(answer).any(|choice| choice == value))
    };
    let age = || birth_date(answers).map(|birth| full_years(birth, today));
    match &field.visible_if {
        None => true,
        Some(VisibleIf::Is { field, is }) => has(field, is),
        Some(VisibleIf::IsNot { field, is_not }) => !has(field, is_not),
        Some(VisibleIf::Age { age: [youngest, oldest] }) => {
            age().is_some_and(|age| (*youngest..=*oldest).contains(&age))
        }
        Some(VisibleIf::Minor { minor }) => {
            let self_supporting = answers.get(SELF_SUPPORTING).is_some_and(|answer| answer == YES);
            let needs_guardian = age().is_some_and(|age| Capacity::by_age(age, self_supporting) != Capacity::Full);
            needs_guardian == *minor
        }
    }
}

/// The birth date in some answers: from the number of the document, else as typed.
#[must_use]
pub fn birth_date(answers: &Answers) -> Option<Day> {
    let by_number = telling_number(answers).map(|number| number.birth_date());
    by_number.or_else(|| Day::read(answers.get(BIRTH_DATE)?).ok())
}

/// The number in some answers that tells birth and sex: not every document's does.
#[must_use]
pub fn telling_number(answers: &Answers) -> Option<IdentityNumber> {
    let kind = document_kind(answers).unwrap_or(DocumentKind::ResidentId);
    let typed = answers.get(if kind == DocumentKind::ResidentId { IDENTITY_NUMBER } else { DOCUMENT_NUMBER })?;
    IdentityNumber::parse(typed).ok().filter(|number| number.document() == kind)
}

fn document_kind(answers: &Answers) -> Option<DocumentKind> {
    DocumentKind::parse(answers.get(DOCUMENT_KIND)?.trim()).ok()
}

/// The single choices of a joined answer.
pub fn chosen(answer: &str) -> impl Iterator<Item = &str> {
    answer.split(',').map(str::trim).filter(|choice| !choice.is_empty())
}

/// The answer as it is kept; none when nothing was answered and nothing had to be.
fn clean(field: &TemplateField, typed: &Answers, today: Day) -> Result<Option<String>, Problem> {
    let raw = typed.get(&field.key).map_or("", String::as_str);
    if raw.trim().is_empty() {
        return match (field.required, &field.must_be) {
            (_, Some(_)) => Err(Problem::MustAgree),
            (true, None) => Err(Problem::Required),
            (false, None) => Ok(None),
        };
    }
    let answer = match field.kind {
        FieldKind::Line => clean_line(raw, field.most_characters(LINE))?,
        FieldKind::Name => PersonName::parse(raw)?.into_string(),
        FieldKind::Paragraph => clean_paragraph(raw, field.most_characters(PARAGRAPH))?,
        FieldKind::Choice => choice(field, raw.trim())?,
        FieldKind::Choices => choices(field, raw)?,
        FieldKind::Day => day(field, raw, today)?.to_string(),
        FieldKind::Moment => moment(field, raw, today)?.to_input(),
        FieldKind::Number => number(field, raw)?.to_string(),
        FieldKind::Phone => Phone::parse(raw)?.to_string(),
        FieldKind::IdentityNumber => numbered(raw, DocumentKind::ResidentId, today)?.to_string(),
        FieldKind::DocumentNumber => document_number(field, raw, document_kind(typed), today)?,
        FieldKind::YesNo => yes_no(raw)?.to_owned(),
    };
    match &field.must_be {
        Some(only) if *only != answer => Err(Problem::MustAgree),
        _ => Ok(Some(answer)),
    }
}

impl TemplateField {
    fn most_characters(&self, otherwise: usize) -> usize {
        self.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(otherwise)
    }
}

fn choice(field: &TemplateField, raw: &str) -> Result<String, Problem> {
    let offered = field.options.iter().any(|option| option.value == raw);
    if offered { Ok(raw.to_owned()) } else { Err(Problem::NotAChoice) }
}

/// Each choice once, in the order the form offers them.
fn choices(field: &TemplateField, raw: &str) -> Result<String, Problem> {
    for each in chosen(raw) {
        choice(field, each)?;
    }
    let offered = field.options.iter().map(|option| option.value.as_str());
    let picked: Vec<_> = offered.filter(|value| chosen(raw).any(|each| each == *value)).collect();
    if picked.is_empty() && field.required { Err(Problem::Required) } else { Ok(picked.join(",")) }
}

fn day(field: &TemplateField, raw: &str, today: Day) -> Result<Day, Problem> {
    let day = Day::read(raw)?;
    if day.year() < FIRST_YEAR {
        Err(Problem::ImpossibleDay)
    } else if day > today && !field.future {
        Err(Problem::FutureDay)
    } else if field.max.is_some_and(|days| day.since(today) > days) {
        Err(Problem::ImpossibleDay)
    } else {
        Ok(day)
    }
}

/// To the minute. Whether it lies in the future is told by its day; whoever knows the moment asks again.
fn moment(field: &TemplateField, raw: &str, today: Day) -> Result<Moment, Problem> {
    let moment = Moment::parse(raw)?;
    day(field, &moment.day().to_string(), today).map(|_| moment)
}

fn number(field: &TemplateField, raw: &str) -> Result<i64, Problem> {
    let (min, max) = (field.min.unwrap_or(0), field.max.unwrap_or(MOST));
    let number = half_width(raw).trim().parse().ok();
    number.filter(|number| (min..=max).contains(number)).ok_or(Problem::NotANumber { min, max })
}

/// The number of a document whose numbers tell who bears it.
fn numbered(raw: &str, kind: DocumentKind, today: Day) -> Result<IdentityNumber, Problem> {
    let number = IdentityNumber::parse(raw)?;
    if number.document() != kind {
        Err(Problem::OtherDocument { kind: Some(number.document()) })
    } else if number.birth_date() > today {
        Err(Problem::FutureDay)
    } else {
        Ok(number)
    }
}

/// The number of any other document. The permanent resident's card had fifteen characters until 2023, and some are valid.
fn document_number(
    field: &TemplateField,
    raw: &str,
    kind: Option<DocumentKind>,
    today: Day,
) -> Result<String, Problem> {
    let number = bare_number(raw);
    let old_card = kind == Some(DocumentKind::PermanentResident) && number.len() == 15;
    match kind {
        Some(kind @ (DocumentKind::ResidencePermit | DocumentKind::PermanentResident)) if !old_card => {
            numbered(&number, kind, today).map(|number| number.to_string())
        }
        _ if says_none(&number) => Err(Problem::NoNumber),
        _ if number.bytes().all(|b| b.is_ascii_alphanumeric() || b"()/".contains(&b)) => {
            clean_line(&number, field.most_characters(DOCUMENT))
        }
        _ => Err(Problem::NotADocumentNumber),
    }
}

/// What a tick box sends counts as yes.
fn yes_no(raw: &str) -> Result<&'static str, Problem> {
    match raw.trim() {
        YES | "on" | "true" => Ok(YES),
        NO | "off" | "false" => Ok(NO),
        _ => Err(Problem::NotAChoice),
    }
}

/// What the number of a document says without being asked, where the form has a place for it.
fn derived(form: &FormTemplate, field: &TemplateField, typed: &Answers) -> Vec<(String, String)> {
    let numbers = [FieldKind::IdentityNumber, FieldKind::DocumentNumber];
    let Some(number) = numbers.contains(&field.kind).then(|| telling_number(typed)).flatten() else {
        return Vec::new();
    };
    [(BIRTH_DATE, number.birth_date().to_string()), (SEX, number.sex().code().to_owned())]
        .into_iter()
        .filter(|(key, _)| form.field(key).is_some())
        .map(|(key, answer)| (key.to_owned(), answer))
        .collect()
}

/// What a box that is ticked is kept as.
const YES: &str = "yes";
const NO: &str = "no";

// The keys by which forms name what a person is; who needs a guardian is worked out from them.
const DOCUMENT_KIND: &str = "document_kind";
const IDENTITY_NUMBER: &str = "identity_number";
const DOCUMENT_NUMBER: &str = "document_number";
const BIRTH_DATE: &str = "birth_date";
const SEX: &str = "sex";
const SELF_SUPPORTING: &str = "self_supporting";

/// Most characters of a line, a paragraph and a document's number, where the form says nothing.
const LINE: usize = 200;
const DOCUMENT: usize = 30;
const PARAGRAPH: usize = 2000;
/// The largest number, where the form says nothing.
const MOST: i64 = 999_999;
/// No day that is asked for lies before this year.
const FIRST_YEAR: i32 = 1900;
