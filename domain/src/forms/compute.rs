//! What follows from answers: sums, means, counts, differences, products, and what a score means.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::decimal::{Decimal, divided};
use super::rows::{Seen, cell, rows};
use super::template::{FieldKind, FormTemplate, TemplateField};
use super::validate::chosen;
use crate::lang::Text;
use crate::time::Day;

choice! {
    /// What a band means, as a colour and a word do.
    pub enum Tone {
        Good = "good", "良好", "Good";
        Info = "info", "提示", "To be known";
        Due  = "due",  "注意", "To be looked at";
        Late = "late", "警示", "Alarming";
    }
}

/// What is computed, and from which fields above; a table's column is named `items.amount`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Compute {
    /// All of them together.
    Sum(Vec<String>),
    /// Their mean.
    Mean(Vec<String>),
    /// The first less the second: numbers, money, durations; days as days; times as minutes.
    Difference([String; 2]),
    /// Each times the next.
    Product(Vec<String>),
    /// The rows of a table, or only some of them.
    Count(String, Option<Only>),
}

/// The rows in which a column has one of these answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// The column.
    pub column: String,
    /// The answers.
    pub is: Vec<String>,
}

/// What a computed number means from one end to another, both included; what lies between two bands belongs to the lower.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The lower end.
    pub from: Decimal,
    /// The upper end; none for the last, if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Decimal>,
    /// What it is called.
    pub label: Text,
    /// Whether that is good.
    pub tone: Tone,
}

/// How an answer is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// A number with so many decimals.
    Number(u8),
    /// A choice's score.
    Score,
    /// Yuan with two decimals.
    Money,
    /// Minutes, written as hours and minutes.
    Duration,
    /// Days.
    Day,
    /// Minutes after midnight.
    Time,
}

/// How each field and each column is counted that can be counted, by its name.
pub(super) type Measures = BTreeMap<String, Measure>;

impl Compute {
    /// The fields that it is computed from.
    #[must_use]
    pub fn operands(&self) -> &[String] {
        match self {
            Self::Sum(of) | Self::Mean(of) | Self::Product(of) => of,
            Self::Difference(of) => of,
            Self::Count(table, _) => std::slice::from_ref(table),
        }
    }

    /// How the result is counted; none where the operands do not go together.
    pub(super) fn measure(&self, operands: &[Measure], decimals: Option<u8>) -> Option<Measure> {
        use Measure::{Day, Duration, Money, Number, Score, Time};
        let most = operands.iter().map(|operand| if let Number(decimals) = operand { *decimals } else { 0 }).max()?;
        let numbers = operands.iter().all(|operand| matches!(operand, Number(_) | Score));
        let all = |measure: Measure| operands.iter().all(|operand| *operand == measure);
        match self {
            Self::Count(..) => None,
            Self::Difference(_) if all(Day) || all(Time) => Some(Number(0)),
            Self::Sum(_) | Self::Difference(_) if numbers => Some(Number(decimals.unwrap_or(most))),
            Self::Mean(_) if numbers => Some(Number(decimals.unwrap_or(most.max(MEAN)))),
            Self::Sum(_) | Self::Mean(_) | Self::Difference(_) if all(Money) => Some(Money),
            Self::Sum(_) | Self::Mean(_) | Self::Difference(_) if all(Duration) => Some(Duration),
            Self::Product(_) if numbers => Some(Number(decimals.unwrap_or(most))),
            Self::Product(_) => {
                let once = operands.iter().filter(|operand| **operand == Money).count() == 1;
                let rest = operands.iter().all(|operand| matches!(operand, Money | Number(_) | Score));
                (once && rest).then_some(Money)
            }
            _ => None,
        }
    }
}

/// The decimals of a mean, where its operands have fewer.
const MEAN: u8 = 2;

/// How everything in a form is counted.
#[must_use]
pub(super) fn measures(form: &FormTemplate) -> Measures {
    let mut known = Measures::new();
    for field in form.fields() {
        for column in &field.columns {
            let name = format!("{}.{}", field.key, column.key);
            known.extend(measure(column, Some(field), &known).map(|measure| (name, measure)));
        }
        known.extend(measure(field, None, &known).map(|measure| (field.key.clone(), measure)));
    }
    known
}

/// How a field is counted, given what is known of those above it.
pub(super) fn measure(field: &TemplateField, table: Option<&TemplateField>, known: &Measures) -> Option<Measure> {
    let scored = field.options.iter().any(|option| option.score.is_some());
    match field.kind {
        FieldKind::Number => Some(Measure::Number(field.decimals.unwrap_or(0))),
        FieldKind::Money => Some(Measure::Money),
        FieldKind::Duration => Some(Measure::Duration),
        FieldKind::Day => Some(Measure::Day),
        FieldKind::Time => Some(Measure::Time),
        FieldKind::Choice | FieldKind::Choices if scored => Some(Measure::Score),
        FieldKind::Scale if scored || field.options.is_empty() => Some(Measure::Score),
        FieldKind::Computed => match field.compute.as_ref()? {
            Compute::Count(..) => Some(Measure::Number(0)),
            compute => {
                let of = |name: &String| match table {
                    Some(table) => known.get(&format!("{}.{name}", table.key)).copied(),
                    None => known.get(name).copied(),
                };
                let operands: Option<Vec<Measure>> = compute.operands().iter().map(of).collect();
                compute.measure(&operands?, field.decimals)
            }
        },
        _ => None,
    }
}

/// What a computed field comes to; none where it cannot be said yet.
pub(super) fn computed(
    field: &TemplateField,
    seen: Seen<'_>,
    measures: &Measures,
    hidden: &BTreeSet<String>,
) -> Option<String> {
    let compute = field.compute.as_ref()?;
    if let Compute::Count(table, only) = compute {
        let counts = |row: &usize| only.as_ref().is_none_or(|only| only.holds(seen, table, *row));
        return Some(rows(seen.answers, table).iter().filter(|row| counts(row)).count().to_string());
    }
    let named = match seen.row {
        Some((table, _)) => format!("{}.{}", table.key, field.key),
        None => field.key.clone(),
    };
    let measure = *measures.get(&named)?;
    let amounts = Operands { seen, hidden, reverse: &field.reverse }.amounts(compute)?;
    // Sums are of the fourth decimals, of which ten thousand are one; four decimals hold every operand.
    let fine = u32::from(Decimal::MOST_DECIMALS);
    let sum = || amounts.iter().try_fold(0_i128, |sum, amount| sum.checked_add(amount.worth()));
    let result = match (compute, &*amounts) {
        (Compute::Sum(_), [_, ..]) => Decimal::rounded(sum()?, fine, measure.decimals()),
        (Compute::Mean(_), [_, ..]) => {
            let coarser = 10_i128.pow(fine - u32::from(measure.decimals()));
            let by = coarser.checked_mul(i128::try_from(amounts.len()).ok()?)?;
            Decimal::rounded(divided(sum()?, by)?, u32::from(measure.decimals()), measure.decimals())
        }
        (Compute::Difference(_), [one, other]) => {
            Decimal::rounded(one.worth().checked_sub(other.worth())?, fine, measure.decimals())
        }
        (Compute::Product(of), amounts) if amounts.len() == of.len() => {
            let parts = amounts.iter().try_fold(1_i128, |product, one| product.checked_mul(i128::from(one.units())));
            let scale = amounts.iter().map(|one| u32::from(one.decimals())).sum();
            Decimal::rounded(parts?, scale, measure.decimals())
        }
        _ => None,
    };
    result.map(|result| if measure == Measure::Duration { hours(result.units()) } else { result.to_string() })
}

impl Measure {
    const fn decimals(self) -> u8 {
        match self {
            Self::Number(decimals) => decimals,
            Self::Money => 2,
            Self::Score | Self::Duration | Self::Day | Self::Time => 0,
        }
    }
}

impl Only {
    fn holds(&self, seen: Seen<'_>, table: &str, row: usize) -> bool {
        let answer = seen.answers.get(&cell(table, row, &self.column)).map_or("", String::as_str);
        chosen(answer).any(|choice| self.is.iter().any(|is| is == choice))
    }
}

/// Where operands are found.
struct Operands<'a> {
    seen: Seen<'a>,
    hidden: &'a BTreeSet<String>,
    reverse: &'a [String],
}

impl Operands<'_> {
    /// What the operands come to, without those that were not answered; none while a score is missing that is asked for, for
    /// part of a score means nothing.
    fn amounts(&self, compute: &Compute) -> Option<Vec<Decimal>> {
        let mut amounts = Vec::new();
        for operand in compute.operands() {
            match operand.split_once('.') {
                Some((table, column)) => {
                    let field = self.seen.form.field(table)?.column(column)?;
                    for row in rows(self.seen.answers, table) {
                        amounts.extend(self.amount(operand, field, &cell(table, row, column))?);
                    }
                }
                None => amounts.extend(self.amount(operand, self.seen.field(operand)?, &self.seen.name(operand))?),
            }
        }
        Some(amounts)
    }

    fn amount(&self, operand: &String, field: &TemplateField, name: &str) -> Option<Option<Decimal>> {
        let answer = self.seen.answers.get(name).map_or("", String::as_str);
        let scored = matches!(field.kind, FieldKind::Choice | FieldKind::Choices | FieldKind::Scale);
        if scored && answer.is_empty() && !self.hidden.contains(name) {
            return None;
        }
        let amount = field.amount(answer);
        let turned = self.reverse.contains(operand).then(|| field.score_range()).flatten();
        Some(match (amount, turned) {
            (Some(amount), Some((least, most))) => Some(Decimal::whole(least + most - amount.units())),
            (amount, _) => amount,
        })
    }
}

impl TemplateField {
    /// What a kept answer counts: a number, money in yuan, minutes of a duration or after midnight, days, scores.
    #[must_use]
    pub fn amount(&self, answer: &str) -> Option<Decimal> {
        match self.kind {
            FieldKind::Number | FieldKind::Money => Decimal::parse(answer),
            FieldKind::Duration | FieldKind::Time => minutes(answer).map(Decimal::whole),
            FieldKind::Computed => minutes(answer).map(Decimal::whole).or_else(|| Decimal::parse(answer)),
            FieldKind::Day => Some(Decimal::whole(Day::parse(answer).ok()?.since(Day::new(1970, 1, 1).ok()?))),
            FieldKind::Scale if self.options.is_empty() => answer.parse().ok().map(Decimal::whole),
            FieldKind::Choice | FieldKind::Choices | FieldKind::Scale => {
                let scores: Vec<i64> = chosen(answer).filter_map(|value| self.score(value)).collect();
                (!scores.is_empty()).then(|| Decimal::whole(scores.into_iter().fold(0, i64::saturating_add)))
            }
            _ => None,
        }
    }

    /// What was answered, of a number that is kept as a fact: money in fen, minutes, units of the last decimal.
    #[must_use]
    pub fn answered(&self, units: i64) -> String {
        match self.kind {
            FieldKind::Money => Decimal::new(units, 2).to_string(),
            FieldKind::Number => Decimal::new(units, self.decimals.unwrap_or_default()).to_string(),
            FieldKind::Time => format!("{:02}:{:02}", units / 60, units % 60),
            FieldKind::Duration => format!("{}:{:02}", units / 60, units % 60),
            _ => units.to_string(),
        }
    }

    fn score(&self, value: &str) -> Option<i64> {
        self.option(value)?.score
    }

    /// The least and the most that its choice may count.
    pub(super) fn score_range(&self) -> Option<(i64, i64)> {
        if self.options.is_empty() {
            return Some((self.min?.trunc(), self.max?.trunc()));
        }
        let scores = || self.options.iter().filter_map(|option| option.score);
        Some((scores().min()?, scores().max()?))
    }

    /// What a computed answer means.
    #[must_use]
    pub fn band(&self, answer: &str) -> Option<&Band> {
        let amount = self.amount(answer)?;
        let (place, band) = self.bands.iter().enumerate().rfind(|(_, band)| band.from <= amount)?;
        let is_last = place + 1 == self.bands.len();
        (!is_last || band.to.is_none_or(|to| amount <= to)).then_some(band)
    }
}

/// The minutes of `1:30`, and of `14:30` after midnight.
pub(super) fn minutes(text: &str) -> Option<i64> {
    let (negative, clock) = text.strip_prefix('-').map_or((false, text), |clock| (true, clock));
    let (hours, minutes) = clock.split_once(':')?;
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        let plain = digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse::<i64>().ok()).flatten()
    };
    let total = number(hours, 1..=9)? * 60 + number(minutes, 2..=2).filter(|minutes| *minutes < 60)?;
    Some(if negative { -total } else { total })
}

/// Minutes as hours and minutes: `1:30`.
pub(super) fn hours(minutes: i64) -> String {
    let (sign, minutes) = (if minutes < 0 { "-" } else { "" }, minutes.unsigned_abs());
    format!("{sign}{}:{:02}", minutes / 60, minutes % 60)
}

/// A computation as it is written.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sum: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mean: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    difference: Option<[String; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    only: Option<Only>,
}

/// A computation that says not exactly one thing.
#[derive(Debug, thiserror::Error)]
#[error("one thing is computed: sum, mean, difference, product or count; `where` belongs to count")]
struct NotOneThing;

impl TryFrom<Written> for Compute {
    type Error = NotOneThing;

    fn try_from(written: Written) -> Result<Self, NotOneThing> {
        match written {
            Written { sum: Some(of), mean: None, difference: None, product: None, count: None, only: None } => {
                Ok(Self::Sum(of))
            }
            Written { sum: None, mean: Some(of), difference: None, product: None, count: None, only: None } => {
                Ok(Self::Mean(of))
            }
            Written { sum: None, mean: None, difference: Some(of), product: None, count: None, only: None } => {
                Ok(Self::Difference(of))
            }
            Written { sum: None, mean: None, difference: None, product: Some(of), count: None, only: None } => {
                Ok(Self::Product(of))
            }
            Written { sum: None, mean: None, difference: None, product: None, count: Some(table), only } => {
                Ok(Self::Count(table, only))
            }
            _ => Err(NotOneThing),
        }
    }
}

impl From<Compute> for Written {
    fn from(compute: Compute) -> Self {
        let none = Self::default();
        match compute {
            Compute::Sum(of) => Self { sum: Some(of), ..none },
            Compute::Mean(of) => Self { mean: Some(of), ..none },
            Compute::Difference(of) => Self { difference: Some(of), ..none },
            Compute::Product(of) => Self { product: Some(of), ..none },
            Compute::Count(table, only) => Self { count: Some(table), only, ..none },
        }
    }
}
