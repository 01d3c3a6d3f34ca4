//! The rules as they bind one organisation at a moment, and what they miss before a step is taken.
//!
//! Everything that is missing is said at once, in the order of the book, so that a person is told once, not one hurdle after the
//! other. A rule that does not bind the organisation does not speak.

use super::facts::Facts;
use super::gate::Occasion;
use super::{Consequence, OrgRules, Rule, RuleBook};
use crate::access::Role;
use crate::calendar::WorkCalendar;
use crate::forms::{Answers, FormTemplate, Setting, unanswered};
use crate::lang::{Text, texts};
use crate::refusal::{Blocked, Refusal};
use crate::time::Moment;

/// The rules that bind one organisation at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Every rule.
    pub book: &'a RuleBook,
    /// What is particular to the organisation.
    pub org: &'a OrgRules,
    /// By which working days are counted.
    pub calendar: &'a WorkCalendar,
    /// When they are asked.
    pub now: Moment,
}

/// What the rules say to a step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// What stands in the way.
    pub blocked: Vec<Blocked>,
    /// What is only said: the step may be taken.
    pub warned: Vec<Blocked>,
}

impl<'a> Rules<'a> {
    /// Whether a rule binds.
    #[must_use]
    pub fn is_live(&self, rule: &Rule) -> bool {
        self.org.is_live(rule, self.now.day())
    }

    /// The number that binds under this key.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<i64> {
        self.book.parameter(key).map(|parameter| self.org.value(parameter, self.now.day()))
    }

    /// When a span that begins then ends.
    pub(super) fn end_of(&self, from: Moment, span: &str) -> Moment {
        let end = |parameter| self.calendar.due(from, self.org.value(parameter, self.now.day()), parameter.unit);
        self.book.parameter(span).map_or(from, end)
    }

    /// Everything that the rules miss before a step.
    #[must_use]
    pub fn ask(&self, on: &Occasion, facts: &Facts<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        for rule in self.book.on(self.now.day()).filter(|rule| self.is_live(rule)) {
            let missing =
                rule.gates.iter().filter(|gate| gate.on == *on && gate.need.is_met(*self, on, facts) == Some(false));
            for gate in missing {
                verdict.add(rule, gate.say(*self, facts));
            }
        }
        verdict
    }

    /// What a rule demands to be filled in and is not, before a paper is handed in: as PLN-07 the three contents of a record.
    #[must_use]
    pub fn unfilled(&self, form: &FormTemplate, answers: &Answers, setting: Setting) -> Verdict {
        let mut verdict = Verdict::default();
        for field in unanswered(form, answers, setting) {
            let rule = field.required_by.and_then(|rule| self.book.rule_on(rule, self.now.day()));
            if let Some(rule) = rule.filter(|rule| self.is_live(rule)) {
                let Text { zh, en } = &field.label;
                verdict.add(rule, texts(format!("请填写{zh}。"), format!("Fill in: {en}.")));
            }
        }
        verdict
    }

    /// A form as it binds the organisation: what a rule demands has to be filled in.
    #[must_use]
    pub fn demanding(&self, form: &FormTemplate) -> FormTemplate {
        let mut form = form.clone();
        for field in form.sections.iter_mut().flat_map(|section| &mut section.fields) {
            let rule = field.required_by.and_then(|rule| self.book.rule_on(rule, self.now.day()));
            field.required |= rule.is_some_and(|rule| self.is_live(rule));
        }
        form
    }
}

impl Verdict {
    fn add(&mut self, rule: &Rule, text: Text) {
        let says = |consequence| rule.consequences.contains(&consequence);
        let unless = if says(Consequence::Block) { Vec::new() } else { rule.justified_by.clone() };
        let list =
            if says(Consequence::Block) || says(Consequence::SoftBlock) { &mut self.blocked } else { &mut self.warned };
        list.push(Blocked { rule: rule.id, text, unless });
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.blocked.extend(other.blocked);
        self.warned.extend(other.warned);
        self
    }

    /// Whether the step may be taken by somebody with these roles, who gave a reason or none; answers what was passed over for it.
    ///
    /// # Errors
    /// [`Refusal::Blocked`] with everything that stands in the way.
    pub fn clear(self, roles: &[Role], reasoned: bool) -> Result<Vec<Blocked>, Refusal> {
        let passes = |blocked: &Blocked| reasoned && blocked.unless.iter().any(|role| roles.contains(role));
        let (passed, blocked): (Vec<_>, Vec<_>) = self.blocked.into_iter().partition(passes);
        Refusal::unless_clear(blocked)?;
        Ok(passed)
    }
}
