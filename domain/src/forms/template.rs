//! What a form asks.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::compute::{Band, Compute};
use super::condition::Condition;
use super::decimal::Decimal;
use super::flaws::{BrokenForm, check};
use crate::access::Object;
use crate::embedded;
use crate::lang::Text;
use crate::rules::RuleId;
use crate::time::{Moment, Span};

choice! {
    /// The forms that a typed noun fills: those of papers belong to their registers.
    pub enum FormKey {
        Application = "application", "服务申请表",       "Application form";
        Agreement   = "agreement",   "服务协议",         "Service agreement";
        Supplement  = "supplement",  "补充材料",         "What was missing";
    }
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormTemplate {
    /// Its name.
    pub key: String,
    /// Its number among the trade's forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Counts up when the form changes; filled forms keep the version they were filled in.
    pub version: u16,
    /// Its title.
    pub title: Text,
    /// Whether its sheet is printed across.
    #[serde(default, skip_serializing_if = "is_false")]
    pub landscape: bool,
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
    /// When it is there at all; always, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<Condition>,
    /// Its fields, in order.
    #[serde(rename = "field")]
    pub fields: Vec<TemplateField>,
}

/// One question, or a column of a table of questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateField {
    /// Its name, unique in the form, or in its table; answers are kept under it.
    pub key: String,
    /// What is asked.
    pub label: Text,
    /// A hint below the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// What kind of answer is expected.
    pub kind: FieldKind,
    /// Whether an answer is needed while the field is visible; of a table, at least one row.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// When an answer is needed, where it is not always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_if: Option<Condition>,
    /// The rule under which an answer is needed even where the form does not need it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_by: Option<RuleId>,
    /// When the field is there at all; always, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<Condition>,
    /// Who may see the answer.
    #[serde(default)]
    pub privacy: Privacy,
    /// Whether rules, lists and figures may read the answer: it is kept readable beside the sealed paper.
    #[serde(default, skip_serializing_if = "is_false")]
    pub fact: bool,
    /// What the number is counted in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// The smallest number, or the first point of a scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Decimal>,
    /// The largest number, the last point of a scale, the most characters, the most attachments, or how many days ahead at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Decimal>,
    /// How many decimals a number has; of a computed one, where it is not as many as what it is computed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
    /// Whether a day may lie in the future.
    #[serde(default, skip_serializing_if = "is_false")]
    pub future: bool,
    /// What stands there before anybody typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_first: Option<AtFirst>,
    /// The only acceptable answer, for a consent that must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must_be: Option<String>,
    /// What may be chosen.
    #[serde(default, rename = "option", skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choosable>,
    /// The kind of thing that a noun's answer names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Object>,
    /// What the system fills in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto: Option<Auto>,
    /// The fewest and the most rows of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<[usize; 2]>,
    /// The rows of a checklist, by the words in their first column: they stand there, none is added or taken away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Text>,
    /// What is asked in each row of a table.
    #[serde(default, rename = "column", skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<TemplateField>,
    /// What it is computed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compute: Option<Compute>,
    /// The items that are scored the other way round.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reverse: Vec<String>,
    /// What a computed number means.
    #[serde(default, rename = "band", skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<Band>,
}

choice! {
    /// Kinds of answers.
    pub enum FieldKind {
        Line           = "line",            "单行文字", "One line";
        Paragraph      = "paragraph",       "多行文字", "Several lines";
        Name           = "name",            "姓名",     "Name";
        Number         = "number",          "数字",     "Number";
        Money          = "money",           "金额",     "Money, in yuan";
        Day            = "day",             "日期",     "Date";
        Time           = "time",            "时刻",     "Time of day";
        Moment         = "moment",          "时间",     "Date and time";
        Duration       = "duration",        "时长",     "Hours and minutes";
        Choice         = "choice",          "单选",     "One choice";
        Choices        = "choices",         "多选",     "Several choices";
        YesNo          = "yes_no",          "是否",     "Yes or no";
        Scale          = "scale",           "量表",     "One point of a scale";
        Table          = "table",           "表格",     "Table of rows";
        Member         = "member",          "员工",     "Member of staff";
        Client         = "client",          "服务对象", "Client";
        Service        = "service",         "服务",     "Service";
        Noun           = "noun",            "关联事项", "Another thing by its kind";
        Phone          = "phone",           "电话",     "Telephone";
        IdentityNumber = "identity_number", "身份证号", "Identity number";
        DocumentNumber = "document_number", "证件号码", "Document number";
        Address        = "address",         "地址",     "Address";
        File           = "file",            "附件",     "File";
        Photo          = "photo",           "照片",     "Photo";
        Signature      = "signature",       "签名",     "Signature";
        Computed       = "computed",        "计算得出", "Computed";
        Text           = "text",            "说明文字", "Fixed words";
        Auto           = "auto",            "自动填写", "Filled in by the system";
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
        Plain     = "plain",     "一般",     "Plain";
        Personal  = "personal",  "个人信息", "Personal";
        Sensitive = "sensitive", "敏感信息", "Sensitive";
    }
}

choice! {
    /// What the system fills in.
    pub enum Auto {
        UnitName = "unit_name", "机构名称", "Name of the unit";
        Number   = "number",    "编号",     "Number";
        Date     = "date",      "填写日期", "Date";
        Author   = "author",    "填写人",   "Author";
    }
}

#[expect(clippy::derivable_impls, reason = "the list is written by a macro")]
impl Default for Privacy {
    fn default() -> Self {
        Self::Plain
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
    /// What it counts in a sum of scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<i64>,
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
            FormKey::Supplement => embedded!("supplement.toml"),
            FormKey::Agreement => embedded!("agreement.toml"),
        }
    }

    /// A form written in TOML.
    ///
    /// # Errors
    /// [`BrokenForm`] when it cannot be read or contradicts itself.
    pub fn parse(file: &str) -> Result<Self, BrokenForm> {
        let form: Self = toml::from_str(file)?;
        check(&form, file)?;
        Ok(form)
    }

    /// Every field, in order; a table's columns are its own.
    pub fn fields(&self) -> impl Iterator<Item = &TemplateField> + '_ {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// Whether files come with it.
    #[must_use]
    pub fn takes_files(&self) -> bool {
        self.fields().any(|field| field.takes_files() || field.columns.iter().any(TemplateField::takes_files))
    }

    /// Whether it only arranges something: all that it asks for is a fact, and nothing is written in words.
    #[must_use]
    pub fn only_arranges(&self) -> bool {
        self.fields().all(|field| field.fact)
    }

    /// The field with this key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&TemplateField> {
        self.fields().find(|field| field.key == key)
    }

    /// The one thing to agree to, where nothing else is asked: it takes no more than a yes.
    #[must_use]
    pub fn only_consent(&self) -> Option<&TemplateField> {
        let mut fields = self.fields();
        let first = fields.next().filter(|field| field.must_be.is_some())?;
        fields.next().is_none().then_some(first)
    }

    /// The fact with this name; a table's column as `hazards.owner`.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&TemplateField> {
        let field = match name.split_once('.') {
            Some((table, column)) => self.field(table)?.column(column),
            None => self.field(name),
        };
        field.filter(|field| field.fact)
    }

    /// The field with this name; a cell as `hazards.3.what`, the second part of an address as `home.county`.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&TemplateField> {
        let mut parts = name.split('.');
        let field = self.field(parts.next()?)?;
        let column = parts.nth(1).and_then(|column| field.column(column));
        column.or(Some(field))
    }
}

impl FieldKind {
    /// Whether an answer holds nothing that somebody wrote in words, so that it may be a fact.
    #[must_use]
    pub const fn is_plain(self) -> bool {
        matches!(
            self,
            Self::Number
                | Self::Money
                | Self::Day
                | Self::Time
                | Self::Moment
                | Self::Duration
                | Self::Choice
                | Self::Choices
                | Self::YesNo
                | Self::Scale
                | Self::Member
                | Self::Noun
                | Self::Computed
        )
    }

    /// Whether somebody answers it with one thing: it is no table, and nothing that the system says.
    #[must_use]
    pub const fn is_asked(self) -> bool {
        !matches!(self, Self::Table | Self::Signature | Self::Computed | Self::Text | Self::Auto)
    }
}

impl TemplateField {
    /// The column of a table with this key.
    #[must_use]
    pub fn column(&self, key: &str) -> Option<&Self> {
        self.columns.iter().find(|column| column.key == key)
    }

    /// What may be chosen under this value.
    #[must_use]
    pub fn option(&self, value: &str) -> Option<&Choosable> {
        self.options.iter().find(|option| option.value == value)
    }

    /// The kind of thing whose id the answer is.
    #[must_use]
    pub const fn refers_to(&self) -> Option<Object> {
        match self.kind {
            FieldKind::Member => Some(Object::Member),
            FieldKind::Client => Some(Object::Client),
            FieldKind::Service => Some(Object::Service),
            FieldKind::File | FieldKind::Photo => Some(Object::Attachment),
            FieldKind::Noun => self.of,
            _ => None,
        }
    }

    /// Whether it is answered by files.
    #[must_use]
    pub const fn takes_files(&self) -> bool {
        matches!(self.kind, FieldKind::File | FieldKind::Photo)
    }

    /// Whether the answer may be shown to everybody, where its paper is: it tells of nobody, names nothing of the house, and no
    /// file hangs on it.
    #[must_use]
    pub fn may_be_public(&self) -> bool {
        use FieldKind as Kind;
        let people = [Kind::Name, Kind::Phone, Kind::IdentityNumber, Kind::DocumentNumber, Kind::Address, Kind::Auto];
        let is_told = self.refers_to().is_none() && !people.contains(&self.kind) && self.kind != Kind::Signature;
        self.privacy == Privacy::Plain && is_told
    }

    /// The words of a checklist's row, counted from 1.
    #[must_use]
    pub fn given_row(&self, number: usize) -> Option<&Text> {
        self.given.get(number.checked_sub(1)?)
    }

    /// What may be chosen on a scale: its options, or each number from its first to its last, which says itself.
    #[must_use]
    pub fn points(&self) -> Vec<(String, Option<&Text>)> {
        if !self.options.is_empty() {
            return self.options.iter().map(|option| (option.value.clone(), Some(&option.label))).collect();
        }
        let end = |end: Option<Decimal>| end.map_or(0, Decimal::trunc);
        (end(self.min)..=end(self.max)).map(|point| (point.to_string(), None)).collect()
    }
}

impl AtFirst {
    /// What stands there, by the kind of the field.
    #[must_use]
    pub fn answer(self, kind: FieldKind, now: Moment) -> String {
        let at = match self {
            Self::Now | Self::Today => now,
            Self::Tomorrow => Moment::at(now.day(), now.parts().hour, 0).plus(Span::hours(25)),
        };
        match kind {
            FieldKind::Day => at.day().to_string(),
            FieldKind::Time => format!("{:02}:{:02}", at.parts().hour, at.parts().minute),
            _ => at.to_input(),
        }
    }
}

impl Choosable {
    /// The same without its wording.
    #[must_use]
    pub fn silent(&self) -> Self {
        Self { label: Text { zh: Cow::Borrowed(""), en: Cow::Borrowed("") }, ..self.clone() }
    }
}

const fn is_false(it: &bool) -> bool {
    !*it
}
