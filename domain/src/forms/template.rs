//! What a form asks.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::embedded;
use crate::lang::Text;
use crate::rules::RuleId;

choice! {
    /// The forms that a typed noun fills: those of papers belong to their registers.
    pub enum FormKey {
        Application = "application", "服务申请表",       "Application form";
        Agreement   = "agreement",   "服务协议",         "Service agreement";
    }
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormTemplate {
    /// Its name.
    pub key: String,
    /// Counts up when the form changes; filled forms keep the version they were filled in.
    pub version: u16,
    /// Its title.
    pub title: Text,
    /// Its parts, in order.
    #[serde(rename = "section")]
    pub sections: Vec<Section>,
}

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name.
    pub key: String,
    /// Its title.
    pub title: Text,
    /// Its fields, in order.
    #[serde(rename = "field")]
    pub fields: Vec<TemplateField>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateField {
    /// Its name, unique in the form; answers are kept under it.
    pub key: String,
    /// What is asked.
    pub label: Text,
    /// A hint below the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// What kind of answer is expected.
    pub kind: FieldKind,
    /// Whether an answer is needed while the field is visible.
    #[serde(default)]
    pub required: bool,
    /// When the field is there at all; always, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<VisibleIf>,
    /// The smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The largest number, the most characters, or how many days ahead at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The only acceptable answer, for a consent that must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must_be: Option<String>,
    /// Whether a day may lie in the future.
    #[serde(default)]
    pub future: bool,
    /// What the number is counted in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// Who may see the answer.
    #[serde(default)]
    pub privacy: Privacy,
    /// Whether rules, lists and figures may read the answer: it is kept readable beside the sealed paper.
    #[serde(default)]
    pub fact: bool,
    /// What stands there before anybody typed: `now` or `today`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_first: Option<AtFirst>,
    /// The rule under which an answer is needed even where the form does not need it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_by: Option<RuleId>,
    /// What may be chosen.
    #[serde(default, rename = "option", skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choosable>,
}

choice! {
    /// Kinds of answers.
    pub enum FieldKind {
        Line           = "line",            "单行文字", "One line";
        Name           = "name",            "姓名",     "Name";
        Paragraph      = "paragraph",       "多行文字", "Several lines";
        Choice         = "choice",          "单选",     "One choice";
        Choices        = "choices",         "多选",     "Several choices";
        Day            = "day",             "日期",     "Date";
        Number         = "number",          "数字",     "Number";
        Phone          = "phone",           "电话",     "Telephone";
        IdentityNumber = "identity_number", "身份证号", "Identity number";
        DocumentNumber = "document_number", "证件号码", "Document number";
        Moment         = "moment",          "时间",     "Date and time";
        YesNo          = "yes_no",          "是否",     "Yes or no";
    }
}

choice! {
    /// What stands in a field before anybody typed.
    pub enum AtFirst {
        Now      = "now",      "现在", "Now";
        Today    = "today",    "今天", "Today";
        Tomorrow = "tomorrow", "明天此时", "Tomorrow at the next full hour";
    }
}

choice! {
    /// Who may see an answer.
    pub enum Privacy {
        Internal  = "internal",  "内部",     "Internal";
        Personal  = "personal",  "个人信息", "Personal";
        Sensitive = "sensitive", "敏感信息", "Sensitive";
    }
}

#[expect(clippy::derivable_impls, reason = "the list is written by a macro")]
impl Default for Privacy {
    fn default() -> Self {
        Self::Internal
    }
}

/// One of the answers offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choosable {
    /// What is kept.
    pub value: String,
    /// What is shown.
    pub label: Text,
}

/// When a field is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum VisibleIf {
    /// Another field has one of these answers.
    Is {
        /// The other field.
        field: String,
        /// The answers.
        is: Vec<String>,
    },
    /// Another field has none of these answers.
    IsNot {
        /// The other field.
        field: String,
        /// The answers.
        is_not: Vec<String>,
    },
    /// The person needs a guardian: under 18, and not self-supporting from 16.
    Minor {
        /// `true` for those who do, `false` for those who do not.
        minor: bool,
    },
    /// The person's age in full years lies in this range, its ends included.
    Age {
        /// The youngest and the oldest.
        age: [u32; 2],
    },
}

/// A form file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BrokenForm {
    /// It is not written as a form.
    #[error("the form cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A field contradicts itself or another.
    #[error("field {field}: {why}")]
    Contradiction {
        /// The field.
        field: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl FormTemplate {
    /// A form that comes with the program.
    #[must_use]
    pub fn builtin(key: FormKey) -> &'static Self {
        macro_rules! embedded {
            ($file:literal) => {{
                static FORM: LazyLock<FormTemplate> = LazyLock::new(|| {
                    embedded::sound($file, FormTemplate::parse(include_str!(concat!("../../forms/", $file))))
                });
                &FORM
            }};
        }
        match key {
            FormKey::Application => embedded!("application.toml"),
            FormKey::Agreement => embedded!("agreement.toml"),
        }
    }

    /// A form written in TOML.
    ///
    /// # Errors
    /// [`BrokenForm`] when it cannot be read or contradicts itself.
    pub fn parse(file: &str) -> Result<Self, BrokenForm> {
        let form: Self = toml::from_str(file)?;
        let mut earlier = BTreeSet::new();
        for field in form.fields() {
            if let Some(why) = field.flaw(&earlier) {
                return Err(BrokenForm::Contradiction { field: field.key.clone(), why });
            }
            earlier.insert(field.key.as_str());
        }
        Ok(form)
    }

    /// Every field, in order.
    pub fn fields(&self) -> impl Iterator<Item = &TemplateField> + '_ {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The field with this key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&TemplateField> {
        self.fields().find(|field| field.key == key)
    }
}

impl FieldKind {
    /// Whether an answer holds nothing that somebody wrote in words.
    #[must_use]
    pub const fn is_plain(self) -> bool {
        matches!(self, Self::Choice | Self::Choices | Self::Day | Self::Moment | Self::Number | Self::YesNo)
    }
}

impl TemplateField {
    fn flaw(&self, earlier: &BTreeSet<&str>) -> Option<&'static str> {
        let chooses = matches!(self.kind, FieldKind::Choice | FieldKind::Choices);
        let values: BTreeSet<_> = self.options.iter().map(|option| &option.value).collect();
        let waits_for = match &self.visible_if {
            Some(VisibleIf::Is { field, .. } | VisibleIf::IsNot { field, .. }) => Some(field.as_str()),
            _ => None,
        };
        if earlier.contains(self.key.as_str()) {
            Some("its key is used twice")
        } else if chooses == self.options.is_empty() {
            Some("options belong to choices, and choices need them")
        } else if values.len() != self.options.len() {
            Some("an option is offered twice")
        } else if values.iter().any(|value| value.is_empty() || value.contains(',')) {
            Some("an option's value is empty or has a comma, which joins choices")
        } else if self.fact && !self.kind.is_plain() {
            Some("a fact is a number, a day, a moment or a choice, never what somebody wrote")
        } else if waits_for.is_some_and(|field| !earlier.contains(field)) {
            Some("it waits for a field that does not come before it")
        } else {
            None
        }
    }
}
