//! From what was typed to what is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::compute::{Measures, computed, hours, measures, minutes};
use super::decimal::{Decimal, Unread};
use super::rows::{Seen, cell, closed_up, county, rows};
use super::template::{FieldKind, FormTemplate, TemplateField};
use crate::attachments::Unfit;
use crate::identity::{DocumentKind, IdentityNumber, bare_number, says_none};
use crate::ids::AttachmentId;
use crate::nouns::Subject;
use crate::packs::PackSet;
use crate::phone::Phone;
use crate::refusal::{FieldError, Problem};
use crate::text::{PersonName, clean_line, clean_paragraph, compact};
use crate::time::{Day, Moment};

/// Answers by the name of their field. Several choices are joined by commas; yes and no are `yes` and `no`; a cell of a table is
/// named `hazards.3.what`.
pub type Answers = BTreeMap<String, String>;

/// Where and when a form is filled in: what conditions ask besides the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The day, for ages and for days that may not lie ahead.
    pub today: Day,
    /// The packs of the organisation.
    pub packs: PackSet,
}

/// Answers, judged by a form.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// What is sound of them, cleaned, with what follows from it; rows have the numbers that they were sent with.
    pub answers: Answers,
    /// Every problem, each at its field, in the form's order.
    pub errors: Vec<FieldError>,
    /// The fields that are not there, and the cells.
    pub hidden: BTreeSet<String>,
}

/// Cleans answers and checks them against a form, all at once.
///
/// Answers to fields that are not there, or not visible, are dropped, and so are rows of which nothing was answered; those that
/// are left are counted without gaps. A valid identity number fills in birth date and sex, whatever was typed there. What is
/// computed is computed, whatever was sent.
///
/// # Errors
/// Every problem, each at its field, in the form's order; at a cell by the number that its row was sent with.
pub fn validate(form: &FormTemplate, answers: &Answers, setting: Setting) -> Result<Answers, Vec<FieldError>> {
    let judged = judge(form, answers, setting);
    if judged.errors.is_empty() { Ok(closed_up(form, judged.answers)) } else { Err(judged.errors) }
}

/// Everything that a form says of answers, sound or not.
#[must_use]
pub fn judge(form: &FormTemplate, answers: &Answers, setting: Setting) -> Judged {
    let mut judge = Judge {
        form,
        typed: answers,
        setting,
        measures: measures(form),
        told: Answers::new(),
        wrong: Answers::new(),
        judged: Judged::default(),
    };
    for section in &form.sections {
        let is_there = section.visible_if.as_ref().is_none_or(|condition| condition.holds(&judge.seen(None)));
        for field in &section.fields {
            judge.field(field, is_there);
        }
    }
    judge.judged.answers.retain(|name, _| !judge.wrong.contains_key(name));
    judge.judged
}

/// What a rule demands of answers that are missing: the fields that have to be filled in by that rule and are not, in the
/// form's order.
pub fn unanswered<'f>(
    form: &'f FormTemplate,
    answers: &Answers,
    setting: Setting,
) -> impl Iterator<Item = &'f TemplateField> {
    let judged = judge(form, answers, setting);
    form.fields().filter(move |field| {
        let there = !judged.hidden.contains(&field.key);
        let answered = match field.kind {
            FieldKind::Table => !rows(&judged.answers, &field.key).is_empty(),
            _ => judged.answers.contains_key(&field.key),
        };
        field.required_by.is_some() && there && !answered
    })
}

/// A form that is gone through from top to bottom; what stands further down depends on what stands above.
struct Judge<'a> {
    form: &'a FormTemplate,
    typed: &'a Answers,
    setting: Setting,
    measures: Measures,
    /// What the number of a document says without being asked.
    told: Answers,
    /// Answers that are not sound, as they were typed: conditions see them.
    wrong: Answers,
    judged: Judged,
}

impl<'a> Judge<'a> {
    /// What a field knows that stands here; in a row, that row too.
    fn seen<'s>(&'s self, row: Option<(&'s TemplateField, usize)>) -> Seen<'s> {
        Seen { form: self.form, answers: &self.judged.answers, setting: self.setting, row }
    }

    fn field(&mut self, field: &TemplateField, section_is_there: bool) {
        let is_there = section_is_there && self.is_there(field, None);
        if !is_there {
            self.judged.hidden.insert(field.key.clone());
        } else if field.kind == FieldKind::Table {
            self.table(field);
        } else {
            self.answer(field, None);
        }
    }

    fn is_there(&self, field: &TemplateField, row: Option<(&TemplateField, usize)>) -> bool {
        field.visible_if.as_ref().is_none_or(|condition| condition.holds(&self.seen(row)))
    }

    fn table(&mut self, table: &TemplateField) {
        let (fewest, most) = table.row_range();
        let needed = table.required_if.as_ref().is_some_and(|condition| condition.holds(&self.seen(None)));
        let fewest = fewest.max(usize::from(needed));
        let place = self.judged.errors.len();
        let mut filled = 0;
        for row in table.shown_rows(self.typed) {
            if self.row(table, row) {
                filled += 1;
            }
            if filled > most {
                self.judged.errors.insert(place, FieldError::new(&table.key, Problem::TooManyRows { max: most }));
                return;
            }
        }
        if filled < fewest && table.given.is_empty() {
            let problem = if fewest == 1 { Problem::Required } else { Problem::TooFewRows { min: fewest } };
            self.judged.errors.insert(place, FieldError::new(&table.key, problem));
        }
    }

    /// Whether anything was answered in a row. One of which nothing was is no row, and nothing is wrong with it; a checklist's
    /// rows are there in any case.
    fn row(&mut self, table: &TemplateField, row: usize) -> bool {
        let errors = self.judged.errors.len();
        let mut filled = !table.given.is_empty();
        for column in &table.columns {
            let name = cell(&table.key, row, &column.key);
            if !self.is_there(column, Some((table, row))) {
                self.judged.hidden.insert(name);
                continue;
            }
            let is_typed = |name: &str| self.typed.get(name).is_some_and(|raw| is_said(column, raw));
            filled |= column.kind.is_asked() && (is_typed(&name) || is_typed(&county(&name)));
            self.answer(column, Some((table, row)));
        }
        if !filled {
            self.judged.errors.truncate(errors);
            let begins = format!("{}.{row}.", table.key);
            self.judged.answers.retain(|name, _| !name.starts_with(&begins));
        }
        filled
    }

    /// One question that is there, and what follows from its answer.
    fn answer(&mut self, field: &TemplateField, row: Option<(&TemplateField, usize)>) {
        let name = match row {
            Some((table, row)) => cell(&table.key, row, &field.key),
            None => field.key.clone(),
        };
        if field.kind == FieldKind::Computed {
            let follows = computed(field, self.seen(row), &self.measures, &self.judged.hidden);
            self.judged.answers.extend(follows.map(|answer| (name, answer)));
            return;
        }
        if !field.kind.is_asked() {
            return;
        }
        if field.kind == FieldKind::Address {
            let county = county(&name);
            let answer = self.typed.get(&county).map_or("", String::as_str);
            self.keep(
                county,
                answer,
                if answer.trim().is_empty() { Ok(None) } else { clean_line(answer, COUNTY).map(Some) },
            );
        }
        let told = row.is_none().then(|| self.told.get(&name).cloned()).flatten();
        let raw = told.or_else(|| self.typed.get(&name).cloned()).unwrap_or_default();
        let needed = || field.required || field.required_if.as_ref().is_some_and(|it| it.holds(&self.seen(row)));
        let answer = match said(field, &raw) {
            None if field.must_be.is_some() => Err(Problem::MustAgree),
            None if needed() => Err(Problem::Required),
            None => Ok(None),
            Some(raw) => clean(field, raw, &self.judged.answers, self.setting.today).map(Some),
        };
        self.keep(name, &raw, answer);
        if row.is_none() {
            self.tell(field);
        }
    }

    fn keep(&mut self, name: String, raw: &str, answer: Result<Option<String>, Problem>) {
        match answer {
            Ok(answer) => self.judged.answers.extend(answer.map(|answer| (name, answer))),
            Err(problem) => {
                self.judged.errors.push(FieldError::new(&name, problem));
                self.judged.answers.insert(name.clone(), raw.to_owned());
                self.wrong.insert(name, raw.to_owned());
            }
        }
    }

    /// What the number of a document says without being asked, where the form has a place for it.
    fn tell(&mut self, field: &TemplateField) {
        if ![FieldKind::IdentityNumber, FieldKind::DocumentNumber].contains(&field.kind) {
            return;
        }
        let Some(number) = telling_number(&self.judged.answers) else { return };
        let told = [(BIRTH_DATE, number.birth_date().to_string()), (SEX, number.sex().code().to_owned())];
        for (key, answer) in told.into_iter().filter(|(key, _)| self.form.field(key).is_some()) {
            self.told.insert(key.to_owned(), answer.clone());
            self.judged.answers.insert(key.to_owned(), answer);
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

/// Whether something was typed that can be an answer: choices may be nothing but commas.
fn is_said(field: &TemplateField, raw: &str) -> bool {
    said(field, raw).is_some()
}

fn said<'r>(field: &TemplateField, raw: &'r str) -> Option<&'r str> {
    let nothing = match field.kind {
        FieldKind::Choices | FieldKind::File | FieldKind::Photo => chosen(raw).next().is_none(),
        _ => raw.trim().is_empty(),
    };
    (!nothing).then_some(raw)
}

/// An answer as it is kept.
fn clean(field: &TemplateField, raw: &str, above: &Answers, today: Day) -> Result<String, Problem> {
    let answer = match field.kind {
        FieldKind::Line | FieldKind::Address => clean_line(raw, field.most_characters(LINE))?,
        FieldKind::File | FieldKind::Photo => attachments(field, raw)?,
        FieldKind::Name => PersonName::parse(raw)?.into_string(),
        FieldKind::Paragraph => clean_paragraph(raw, field.most_characters(PARAGRAPH))?,
        FieldKind::Choice => choice(field, raw.trim())?,
        FieldKind::Choices => choices(field, raw)?,
        FieldKind::Scale => point(field, raw)?,
        FieldKind::Day => day(field, raw, today)?.to_string(),
        FieldKind::Time => time(raw)?,
        FieldKind::Moment => moment(field, raw, today)?.to_input(),
        FieldKind::Duration => duration(raw)?,
        FieldKind::Number => number(field, raw, field.decimals.unwrap_or(0), MOST)?,
        FieldKind::Money => number(field, raw, 2, MOST_MONEY)?,
        FieldKind::Phone => Phone::parse(raw)?.to_string(),
        FieldKind::IdentityNumber => numbered(raw, DocumentKind::ResidentId, today)?.to_string(),
        FieldKind::DocumentNumber => document_number(field, raw, document_kind(above), today)?,
        FieldKind::YesNo => yes_no(raw)?.to_owned(),
        FieldKind::Member | FieldKind::Client | FieldKind::Service | FieldKind::Noun => named(field, raw)?,
        FieldKind::Table | FieldKind::Signature | FieldKind::Computed | FieldKind::Text | FieldKind::Auto => {
            return Err(Problem::NotAChoice);
        }
    };
    match &field.must_be {
        Some(only) if *only != answer => Err(Problem::MustAgree),
        _ => Ok(answer),
    }
}

impl TemplateField {
    /// The most characters of an answer in words.
    #[must_use]
    pub fn most_characters(&self, otherwise: usize) -> usize {
        self.max.and_then(|max| usize::try_from(max.trunc()).ok()).unwrap_or(otherwise)
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
    Ok(picked.join(","))
}

/// One point of a scale.
fn point(field: &TemplateField, raw: &str) -> Result<String, Problem> {
    let raw = compact(raw);
    let points = field.points().into_iter().map(|(point, _)| point);
    points.into_iter().find(|point| *point == raw).ok_or(Problem::NotAChoice)
}

fn day(field: &TemplateField, raw: &str, today: Day) -> Result<Day, Problem> {
    let day = Day::read(raw)?;
    if day.year() < FIRST_YEAR {
        Err(Problem::ImpossibleDay)
    } else if day > today && !field.future {
        Err(Problem::FutureDay)
    } else if field.max.is_some_and(|days| day.since(today) > days.trunc()) {
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

/// A time of day, `14:30`.
fn time(raw: &str) -> Result<String, Problem> {
    let minutes = minutes(&compact(raw)).filter(|minutes| (0..24 * 60).contains(minutes)).ok_or(Problem::NotATime)?;
    Ok(format!("{:02}:{:02}", minutes / 60, minutes % 60))
}

/// Hours and minutes, `1:30`.
fn duration(raw: &str) -> Result<String, Problem> {
    let minutes = minutes(&compact(raw)).filter(|minutes| (0..=LONGEST).contains(minutes));
    minutes.map(hours).ok_or(Problem::NotADuration)
}

fn number(field: &TemplateField, raw: &str, decimals: u8, most: i64) -> Result<String, Problem> {
    let (min, max) = (field.min.unwrap_or(Decimal::whole(0)), field.max.unwrap_or(Decimal::whole(most)));
    let wrong = Problem::NotANumber { min, max, decimals };
    match Decimal::read(raw, decimals) {
        Ok(number) if (min..=max).contains(&number) => Ok(number.to_string()),
        Err(Unread::TooManyDecimals) if decimals > 0 => Err(Problem::TooManyDecimals { most: decimals }),
        _ => Err(wrong),
    }
}

/// The id of a thing of the kind that is asked for; whether it is there, and within reach, whoever has the data says.
fn named(field: &TemplateField, raw: &str) -> Result<String, Problem> {
    let subject: Subject = raw.trim().parse().map_err(|_| Problem::NotAChoice)?;
    if Some(subject.kind) == field.refers_to() { Ok(subject.to_string()) } else { Err(Problem::NotAChoice) }
}

/// The ids of attachments, each once; whether they are there, and hang nowhere else, whoever has the data says.
fn attachments(field: &TemplateField, raw: &str) -> Result<String, Problem> {
    let mut ids: Vec<AttachmentId> = Vec::new();
    for each in chosen(raw) {
        let id = each.parse().map_err(|_| Problem::Attachment(Unfit::Gone))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let most = field.most_characters(ATTACHMENTS);
    if ids.len() > most {
        return Err(Problem::Attachment(Unfit::TooMany { most }));
    }
    Ok(ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
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

/// What a box that is ticked is kept as.
pub(super) const YES: &str = "yes";
pub(super) const NO: &str = "no";

// The keys by which forms name what a person is; who needs a guardian is worked out from them.
const DOCUMENT_KIND: &str = "document_kind";
const IDENTITY_NUMBER: &str = "identity_number";
const DOCUMENT_NUMBER: &str = "document_number";
const BIRTH_DATE: &str = "birth_date";
const SEX: &str = "sex";
pub(super) const SELF_SUPPORTING: &str = "self_supporting";

/// Most characters of a line, a paragraph and a document's number, where the form says nothing.
const LINE: usize = 200;
const DOCUMENT: usize = 30;
const PARAGRAPH: usize = 2000;
/// Most attachments of one answer, where the form says nothing.
const ATTACHMENTS: usize = 9;
/// Most characters of the county of an address.
const COUNTY: usize = 40;
/// The largest number, and the most money, where the form says nothing.
const MOST: i64 = 999_999;
const MOST_MONEY: i64 = 999_999_999;
/// The longest duration, in minutes: a thousand hours.
const LONGEST: i64 = 60_000;
/// No day that is asked for lies before this year.
const FIRST_YEAR: i32 = 1900;
