//! What is wrong with a form's file, said at its line.

use std::collections::BTreeSet;

use super::compute::{Compute, Measure, Measures, measure};
use super::condition::Condition;
use super::decimal::Decimal;
use super::rows::MOST_ROWS;
use super::template::{AtFirst, FieldKind, FormTemplate, TemplateField};
use super::validate::{NO, YES};
use crate::access::Object;

/// The most points of a scale that has no options.
const POINTS: i64 = 11;

/// The kinds of things that a form may ask for, besides those that have a kind of their own.
const NOUNS: [Object; 3] = [Object::Unit, Object::Case, Object::Application];

/// Words by which a page names what is its own, or that hold what only the person knows: no field may have them.
const TAKEN: [&str; 17] = [
    "about",
    "add_row",
    "again",
    "current",
    "draft",
    "draft_version",
    "errors",
    "keep_draft",
    "operation",
    "proof",
    "replaces",
    "take",
    "take_row",
    "template",
    "version",
    "was",
    "whose",
];

/// A form file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BrokenForm {
    /// It is not written as a form.
    #[error("the form cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A field contradicts itself or another.
    #[error("line {line}: {key}: {why}")]
    Contradiction {
        /// Counted from one.
        line: usize,
        /// The key of the field, or of the section.
        key: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Everything about a form that its types do not hold.
pub(super) fn check(form: &FormTemplate, file: &str) -> Result<(), BrokenForm> {
    let mut reading = Reading { file, read: 0 };
    let mut checker = Checker { form, above: BTreeSet::new(), measures: Measures::new() };
    let mut sections = BTreeSet::new();
    for section in &form.sections {
        let is_new = sections.insert(&section.key);
        let flaw =
            if is_new { checker.unmet(section.visible_if.as_ref(), None) } else { Err("its key is used twice".into()) };
        reading.at(&section.key, flaw)?;
        for field in &section.fields {
            reading.at(&field.key, checker.field(field))?;
            let mut left = BTreeSet::new();
            for column in &field.columns {
                reading.at(&column.key, checker.column(field, column, &left))?;
                left.insert(column.key.as_str());
                let name = format!("{}.{}", field.key, column.key);
                let counted = measure(column, Some(field), &checker.measures);
                checker.measures.extend(counted.map(|counted| (name, counted)));
            }
            checker.above.insert(&field.key);
            let counted = measure(field, None, &checker.measures);
            checker.measures.extend(counted.map(|counted| (field.key.clone(), counted)));
        }
    }
    Ok(())
}

/// Where in the file the keys stand, one after the other.
struct Reading<'f> {
    file: &'f str,
    read: usize,
}

impl Reading<'_> {
    /// Goes on to where a key is named, and says what is wrong there.
    fn at(&mut self, key: &str, flaw: Result<(), String>) -> Result<(), BrokenForm> {
        let named = format!("\"{key}\"");
        let rest = self.file.get(self.read..).unwrap_or_default();
        let names =
            |rest: &str| rest.trim_start().strip_prefix('=').is_some_and(|rest| rest.trim_start().starts_with(&named));
        let mut found = rest.match_indices(KEY).map(|(at, _)| at + KEY.len());
        if let Some(at) = found.find(|at| rest.get(*at..).is_some_and(names)) {
            self.read += at;
        }
        flaw.map_err(|why| {
            let line = self.file.get(..self.read).unwrap_or_default().matches('\n').count() + 1;
            BrokenForm::Contradiction { line, key: key.to_owned(), why }
        })
    }
}

const KEY: &str = "key";

/// A form that is checked from top to bottom.
struct Checker<'f> {
    form: &'f FormTemplate,
    above: BTreeSet<&'f str>,
    measures: Measures,
}

/// A table, and the columns to the left of the one that is checked.
type Beside<'f, 'l> = Option<(&'f TemplateField, &'l BTreeSet<&'f str>)>;

impl<'f> Checker<'f> {
    fn field(&self, field: &'f TemplateField) -> Result<(), String> {
        must(is_word(&field.key), "its key is written in small letters, digits and underscores")?;
        must(
            !TAKEN.contains(&field.key.as_str()) && !field.key.contains("password"),
            "its key is a word of the page's own",
        )?;
        must(!self.above.contains(field.key.as_str()), "its key is used twice")?;
        Self::alone(field)?;
        self.unmet(field.visible_if.as_ref(), None)?;
        self.unmet(field.required_if.as_ref(), None)?;
        self.computes(field, None)
    }

    fn column(
        &self,
        table: &'f TemplateField,
        column: &'f TemplateField,
        left: &BTreeSet<&'f str>,
    ) -> Result<(), String> {
        use FieldKind::{Auto, Table, Text};
        must(is_word(&column.key), "its key is written in small letters, digits and underscores")?;
        must(!left.contains(column.key.as_str()), "its key is used twice in its table")?;
        must(
            !matches!(column.kind, Table | Text | Auto),
            "a column is no table, no fixed words, and nothing automatic",
        )?;
        must(
            !(column.fact && column.kind == FieldKind::Choices),
            "a column of several choices is no fact: a row has one place for it",
        )?;
        must(column.at_first.is_none(), "a row begins empty: at_first belongs to fields outside of tables")?;
        must(column.required_by.is_none(), "required_by is said of the table, not of a column")?;
        Self::alone(column)?;
        self.unmet(column.visible_if.as_ref(), Some((table, left)))?;
        self.unmet(column.required_if.as_ref(), Some((table, left)))?;
        self.computes(column, Some((table, left)))
    }

    /// What is wrong with a field whatever stands around it.
    fn alone(field: &TemplateField) -> Result<(), String> {
        use FieldKind as Kind;
        let kind = field.kind;
        let belongs = |there: bool, to: &[Kind], what: &str| must(!there || to.contains(&kind), what);
        let chooses = matches!(kind, Kind::Choice | Kind::Choices);
        must(!chooses || !field.options.is_empty(), "a choice needs options")?;
        belongs(
            !field.options.is_empty(),
            &[Kind::Choice, Kind::Choices, Kind::Scale],
            "options belong to choices and scales",
        )?;
        let values: BTreeSet<_> = field.options.iter().map(|option| &option.value).collect();
        must(values.len() == field.options.len(), "an option is offered twice")?;
        let plain = |value: &&String| !value.is_empty() && value.trim() == **value && !value.contains(',');
        must(
            values.iter().all(plain),
            "an option's value is empty, or has a comma, which joins choices, or a space at an end",
        )?;
        must(
            !field.fact || kind.is_plain(),
            "a fact is a number, money, a day, a time, a moment, a duration, a choice, a scale, yes or no, something computed, \
             a member or a noun: never what somebody wrote in words",
        )?;
        let said_by_the_system = matches!(kind, Kind::Computed | Kind::Text | Kind::Auto);
        let needed = field.required || field.required_if.is_some() || field.required_by.is_some();
        must(!(needed && said_by_the_system), "nobody answers it, so no answer can be needed")?;
        must(
            !(field.required && (field.required_by.is_some() || field.required_if.is_some())),
            "required says all there is to say",
        )?;
        belongs(field.unit.is_some(), &[Kind::Number, Kind::Computed, Kind::Scale], "a unit belongs to a number")?;
        belongs(field.decimals.is_some(), &[Kind::Number, Kind::Computed], "decimals belong to a number")?;
        must(
            field.decimals.is_none_or(|decimals| decimals <= Decimal::MOST_DECIMALS),
            "a number has at most four decimals",
        )?;
        belongs(field.future, &[Kind::Day, Kind::Moment], "only days and moments may lie ahead")?;
        belongs(
            field.at_first.is_some(),
            &[Kind::Day, Kind::Time, Kind::Moment],
            "at_first belongs to days, times and moments",
        )?;
        must(
            field.at_first != Some(AtFirst::Tomorrow) || field.future,
            "what begins with tomorrow may lie ahead: future = true",
        )?;
        belongs(field.must_be.is_some(), &[Kind::YesNo], "must_be belongs to yes_no")?;
        must(field.must_be.as_ref().is_none_or(|only| [YES, NO].contains(&only.as_str())), "must_be is yes or no")?;
        must((kind == Kind::Noun) == field.of.is_some(), "a noun says of which kind: of = \"unit\"; others do not")?;
        must(
            field.of.is_none_or(|of| NOUNS.contains(&of)),
            "a noun is one that can be chosen: a unit, a case, an application",
        )?;
        must((kind == Kind::Auto) == field.auto.is_some(), "what the system fills in says what: auto = \"unit_name\"")?;
        Self::ends(field)?;
        Self::table(field)
    }

    /// The smallest and the largest.
    fn ends(field: &TemplateField) -> Result<(), String> {
        use FieldKind as Kind;
        let (min, max) = (field.min, field.max);
        let counts = matches!(field.kind, Kind::Number | Kind::Money | Kind::Scale);
        let texts = [Kind::Line, Kind::Paragraph, Kind::DocumentNumber, Kind::Address, Kind::File, Kind::Photo];
        let days = matches!(field.kind, Kind::Day | Kind::Moment);
        must(min.is_none() || counts, "min belongs to numbers, money and scales")?;
        must(
            max.is_none() || counts || days || texts.contains(&field.kind),
            "max belongs to numbers, money, scales, words and days",
        )?;
        must(max.is_none() || counts || max >= Some(Decimal::whole(1)), "max is at least one")?;
        must(min.is_none() || max.is_none() || min <= max, "min is larger than max")?;
        let whole = |end: Option<Decimal>| end.is_none_or(|end| end == Decimal::whole(end.trunc()));
        must(field.kind == Kind::Number || (whole(min) && whole(max)), "min and max are whole numbers here")?;
        if field.kind == Kind::Scale {
            let span = min.zip(max).map(|(min, max)| max.trunc() - min.trunc() + 1);
            must(field.options.is_empty() == span.is_some(), "a scale has options, or min and max")?;
            must(
                span.is_none_or(|points| (2..=POINTS).contains(&points)),
                "a scale from min to max has two to eleven points",
            )?;
        }
        Ok(())
    }

    fn table(field: &TemplateField) -> Result<(), String> {
        let is_table = field.kind == FieldKind::Table;
        must(is_table != field.columns.is_empty(), "columns belong to tables, and tables need them")?;
        must(is_table || (field.rows.is_none() && field.given.is_empty()), "rows and given belong to tables")?;
        must(field.rows.is_none() || field.given.is_empty(), "given rows are as many as they are: rows is not said")?;
        must(field.given.len() <= MOST_ROWS, "a table has at most 500 rows")?;
        let words: BTreeSet<_> = field.given.iter().map(|row| &row.zh).collect();
        must(words.len() == field.given.len(), "a row is given twice")?;
        if let Some([fewest, most]) = field.rows {
            must(most <= MOST_ROWS, "a table has at most 500 rows")?;
            must(fewest <= most && most > 0, "rows says the fewest and the most: [0, 50]")?;
        }
        Ok(())
    }

    /// What is wrong with a condition.
    fn unmet(&self, condition: Option<&Condition>, beside: Beside<'f, '_>) -> Result<(), String> {
        for part in condition.into_iter().flat_map(Condition::parts) {
            match part {
                Condition::All(parts) | Condition::Any(parts) => {
                    must(!parts.is_empty(), "all and any name conditions")?
                }
                Condition::Age([youngest, oldest]) => must(youngest <= oldest, "age says the youngest and the oldest")?,
                Condition::Pack(packs) => must(!packs.is_empty(), "pack names one of the packs W C S K P")?,
                _ => {}
            }
            let Some(key) = part.field() else { continue };
            let field = self.before(key, beside)?;
            match part {
                Condition::Is { is: values, .. } | Condition::IsNot { is_not: values, .. } => {
                    let offered: Vec<String> = match field.kind {
                        FieldKind::YesNo => vec![YES.to_owned(), NO.to_owned()],
                        FieldKind::Choice | FieldKind::Choices | FieldKind::Scale => {
                            field.points().into_iter().map(|(value, _)| value).collect()
                        }
                        _ => return Err(format!("it waits for an answer of `{key}`, which is no choice")),
                    };
                    must(!values.is_empty(), "it waits for no answer at all")?;
                    if let Some(unknown) = values.iter().find(|value| !offered.contains(value)) {
                        return Err(format!("it waits for `{unknown}`, which `{key}` does not offer"));
                    }
                }
                _ => {
                    let measure = self.measure(key, beside).filter(|measure| *measure != Measure::Day);
                    must(measure.is_some(), &format!("it compares `{key}`, which is no number and has no score"))?;
                }
            }
        }
        Ok(())
    }

    /// The field that a key means here, if it stands before.
    fn before(&self, key: &str, beside: Beside<'f, '_>) -> Result<&'f TemplateField, String> {
        if let Some((table, left)) = beside
            && let Some(column) = table.column(key)
        {
            must(left.contains(key), &format!("it names `{key}`, a column that does not stand to its left"))?;
            return Ok(column);
        }
        let above = self.form.field(key).filter(|_| self.above.contains(key));
        above.ok_or_else(|| format!("it names `{key}`, which does not come before it"))
    }

    fn measure(&self, key: &str, beside: Beside<'_, '_>) -> Option<Measure> {
        let column = beside.filter(|(table, _)| table.column(key).is_some());
        let column = column.map(|(table, _)| format!("{}.{key}", table.key));
        self.measures.get(column.as_deref().unwrap_or(key)).copied()
    }

    /// What is wrong with a computation.
    fn computes(&self, field: &'f TemplateField, beside: Beside<'f, '_>) -> Result<(), String> {
        let is_computed = field.kind == FieldKind::Computed;
        must(is_computed == field.compute.is_some(), "compute belongs to what is computed, and that needs it")?;
        must(is_computed || field.bands.is_empty(), "bands belong to what is computed")?;
        must(is_computed || field.reverse.is_empty(), "reverse belongs to what is computed")?;
        let Some(compute) = &field.compute else { return Ok(()) };
        let scores = matches!(compute, Compute::Sum(_) | Compute::Mean(_));
        must(scores || field.reverse.is_empty(), "reverse belongs to sum and mean")?;
        if let Some(other) = field.reverse.iter().find(|item| !compute.operands().contains(item)) {
            return Err(format!("it scores `{other}` the other way round, which it does not add up"));
        }
        if let Compute::Count(name, only) = compute {
            must(beside.is_none(), "what is computed in a row is computed from its columns")?;
            let table = self.before(name, None)?;
            must(table.kind == FieldKind::Table, &format!("it counts the rows of `{name}`, which is no table"))?;
            if let Some(only) = only {
                let column = table.column(&only.column);
                let column = column.ok_or_else(|| format!("`{name}` has no column `{}`", only.column))?;
                let offered = |value: &String| column.kind == FieldKind::YesNo && [YES, NO].contains(&value.as_str());
                let offered =
                    |value: &&String| offered(value) || column.options.iter().any(|option| option.value == **value);
                must(
                    !only.is.is_empty() && only.is.iter().all(|value| offered(&value)),
                    "`where` names what the column does not offer",
                )?;
            }
            return Self::bands(field);
        }
        must(!compute.operands().is_empty(), "it is computed from nothing")?;
        let mut measures = Vec::new();
        for name in compute.operands() {
            let operand = match name.split_once('.') {
                Some(_) if beside.is_some() => {
                    return Err("what is computed in a row is computed from its columns".into());
                }
                Some((table, column)) => {
                    must(scores, "the column of a table is added up, or its mean taken")?;
                    let found = self.before(table, None)?.column(column);
                    found.ok_or_else(|| format!("it names `{name}`, and there is no such column"))?
                }
                None => self.before(name, beside)?,
            };
            if beside.is_some_and(|(table, _)| table.column(name).is_none()) {
                return Err("what is computed in a row is computed from its columns".into());
            }
            let measure = match name.split_once('.') {
                Some(_) => self.measures.get(name).copied(),
                None => self.measure(name, beside),
            };
            measures.push(measure.ok_or_else(|| format!("`{name}` is no number and has no score"))?);
            let turns = field.reverse.contains(name);
            let turnable =
                matches!(operand.kind, FieldKind::Choice | FieldKind::Scale) && operand.score_range().is_some();
            must(!turns || turnable, "only a choice or a scale is scored the other way round")?;
        }
        must(compute.measure(&measures, field.decimals).is_some(), "it computes from what does not go together")?;
        Self::bands(field)
    }

    fn bands(field: &TemplateField) -> Result<(), String> {
        let rises = |band: &super::compute::Band| band.to.is_none_or(|to| band.from <= to);
        must(field.bands.iter().all(rises), "a band ends before it begins")?;
        let follows = field.bands.windows(2).all(|pair| match pair {
            [one, next] => one.to.is_some_and(|to| to < next.from),
            _ => true,
        });
        must(follows, "bands follow one another, each with its end before the next one's beginning")
    }
}

fn must(sound: bool, otherwise: &str) -> Result<(), String> {
    if sound { Ok(()) } else { Err(otherwise.to_owned()) }
}

fn is_word(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
