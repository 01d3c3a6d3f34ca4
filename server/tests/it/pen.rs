//! Fills in any form, however it is made: whatever it misses is answered by the kind of its field, until nothing is missing.

use domain::access::Object;
use domain::forms::{Answers, FieldKind, FormTemplate, Setting, TemplateField, judge, unanswered};
use domain::ids::{MemberId, UnitId};
use domain::time::Moment;
use std::collections::BTreeSet;

/// Whoever fills in, and what they write where words are asked for.
pub struct Pen<'a> {
    pub now: Moment,
    pub member: MemberId,
    /// The unit that is named where one is asked for.
    pub unit: Option<UnitId>,
    pub words: &'a dyn Fn(&TemplateField) -> String,
}

impl Pen<'_> {
    /// Answers that the form takes and no rule misses one of, beside those that are there.
    pub fn fill(&self, form: &FormTemplate, setting: Setting, mut answers: Answers) -> Answers {
        for _ in 0..20 {
            let missed = missed(form, &answers, setting);
            if missed.is_empty() {
                return answers;
            }
            for name in missed {
                let field = form.named(&name).unwrap();
                match field.columns.iter().find(|column| column.kind.is_asked()) {
                    Some(column) => answers.insert(format!("{name}.1.{}", column.key), self.answer(column)),
                    None => answers.insert(name, self.answer(field)),
                };
            }
        }
        panic!("{} cannot be filled in: {:?}", form.key, judge(form, &answers, setting).errors)
    }

    fn answer(&self, field: &TemplateField) -> String {
        if let Some(only) = &field.must_be {
            return only.clone();
        }
        match field.kind {
            FieldKind::Choice | FieldKind::Choices => field.options[0].value.clone(),
            FieldKind::YesNo => "no".to_owned(),
            FieldKind::Number | FieldKind::Money | FieldKind::Scale => {
                field.min.map_or_else(|| "1".to_owned(), |least| least.to_string())
            }
            FieldKind::Day => self.now.day().to_string(),
            FieldKind::Time | FieldKind::Duration => "01:30".to_owned(),
            FieldKind::Moment => self.now.to_input(),
            FieldKind::Member => self.member.to_string(),
            FieldKind::Noun if field.of == Some(Object::Unit) => {
                self.unit.map_or_else(String::new, |unit| unit.to_string())
            }
            FieldKind::Phone => "13800000000".to_owned(),
            _ => (self.words)(field),
        }
    }
}

fn missed(form: &FormTemplate, answers: &Answers, setting: Setting) -> BTreeSet<String> {
    let by_the_form = judge(form, answers, setting).errors.into_iter().map(|error| error.field);
    let by_a_rule = unanswered(form, answers, setting).map(|field| field.key.clone());
    by_the_form.chain(by_a_rule).collect()
}
