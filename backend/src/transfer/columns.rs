//! Which column is which: headings as people write them.

use domain::forms::{FormKey, FormTemplate};
use domain::lang::{Text, text};
use domain::text::half_width;

/// What a column of a roster holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The name.
    Name,
    /// The sex.
    Sex,
    /// Which document the number is of.
    DocumentKind,
    /// The identity number, or another document's.
    Identity,
    /// The day of birth.
    BirthDate,
    /// The groups the person belongs to.
    Kinds,
    /// The telephone number.
    Phone,
    /// The address.
    Address,
    /// The guardian's name.
    GuardianName,
    /// What the guardian is to the person.
    GuardianRelation,
    /// The guardian's telephone number.
    GuardianPhone,
    /// What else has to be known.
    Note,
    /// The member of staff who answers for the person.
    Responsible,
}

/// Headings without spaces, signs and brackets, in lower case.
const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::Name,
        &["姓名", "名字", "服务对象", "服务对象姓名", "对象姓名", "居民姓名", "本人姓名", "name", "fullname"],
    ),
    (Column::Sex, &["性别", "sex", "gender"]),
    (Column::DocumentKind, &["证件类型", "证件种类", "证件名称", "documenttype"]),
    (
        Column::Identity,
        &[
            "身份证号",
            "身份证",
            "身份证号码",
            "身份号码",
            "公民身份号码",
            "公民身份证号",
            "公民身份证号码",
            "居民身份证号",
            "居民身份证号码",
            "证件号",
            "证件号码",
            "identitynumber",
            "idnumber",
        ],
    ),
    (
        Column::BirthDate,
        &["出生日期", "生日", "出生年月", "出生年月日", "出生", "dateofbirth", "birthdate", "birthday"],
    ),
    (
        Column::Kinds,
        &[
            "人员类型",
            "人员类别",
            "类别",
            "类型",
            "对象类别",
            "对象类型",
            "服务对象类别",
            "服务对象类型",
            "人群类别",
            "人群",
            "groups",
        ],
    ),
    (
        Column::Phone,
        &[
            "联系电话",
            "手机",
            "手机号",
            "手机号码",
            "电话",
            "电话号码",
            "联系手机",
            "联系方式",
            "本人电话",
            "本人手机",
            "phone",
            "telephone",
            "mobile",
        ],
    ),
    (
        Column::Address,
        &[
            "现居地址",
            "地址",
            "住址",
            "现住址",
            "现住地址",
            "家庭住址",
            "家庭地址",
            "居住地址",
            "居住地",
            "现居住地",
            "现居住地址",
            "联系地址",
            "常住地址",
            "address",
        ],
    ),
    (Column::GuardianName, &["监护人", "监护人姓名", "家长", "家长姓名", "guardian", "guardianname", "guardian'sname"]),
    (
        Column::GuardianRelation,
        &["监护关系", "监护人关系", "与监护人关系", "与服务对象关系", "与服务对象的关系", "与本人关系", "关系"],
    ),
    (
        Column::GuardianPhone,
        &["监护人电话", "监护人联系电话", "监护人手机", "监护人手机号", "监护人联系方式", "家长电话", "家长联系电话"],
    ),
    (Column::Note, &["备注", "特殊需要", "特殊需求", "特殊情况", "情况说明", "说明", "note", "notes", "remarks"]),
    (
        Column::Responsible,
        &["负责社工", "责任社工", "社工", "主责社工", "跟进社工", "服务社工", "社工姓名", "负责人", "socialworker"],
    ),
];

impl Column {
    /// The column with this heading; where a heading names several things, the first that is known.
    pub(super) fn of(heading: &str) -> Option<Self> {
        let heading = plain(heading);
        let named = |name: &str| HEADINGS.iter().find(|(_, names)| names.contains(&name)).map(|(column, _)| *column);
        named(&heading).or_else(|| heading.split(['/', '、', '或']).find_map(named))
    }

    /// The question of the application form that it answers; who is responsible is none of the person's answers.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Sex => "sex",
            Self::DocumentKind => "document_kind",
            Self::Identity => "identity_number",
            Self::BirthDate => "birth_date",
            Self::Kinds => "person_kinds",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::GuardianName => "guardian_name",
            Self::GuardianRelation => "guardian_relation",
            Self::GuardianPhone => "guardian_phone",
            Self::Note => "special_needs",
            Self::Responsible => "responsible",
        }
    }

    /// The column that answers this question.
    pub(super) fn answering(key: &str) -> Option<Self> {
        // A passport's number stands in the same column as an identity number.
        let key = if key == "document_number" { "identity_number" } else { key };
        HEADINGS.iter().map(|(column, _)| *column).find(|column| column.key() == key)
    }

    /// What it is called on the screen.
    #[must_use]
    pub fn label(self) -> Text {
        let asked = FormTemplate::builtin(FormKey::Application).field(self.key());
        asked.map_or_else(|| text("负责社工", "Responsible worker"), |field| field.label.clone())
    }
}

/// A heading without what people decorate it with: spaces, line breaks, stars, colons, remarks in brackets.
fn plain(heading: &str) -> String {
    let heading = half_width(heading);
    let heading = heading.split(['(', '[', '【']).next().unwrap_or_default();
    heading
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !"*:#★_-".contains(*c))
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn headings_are_read_as_people_write_them() {
        for (heading, column) in [
            ("姓名", Some(Column::Name)),
            (" 姓\u{3000}名＊ ", Some(Column::Name)),
            ("身份证号\n（18位）", Some(Column::Identity)),
            ("公民身份号码：", Some(Column::Identity)),
            ("手机号", Some(Column::Phone)),
            ("电话/手机", Some(Column::Phone)),
            ("Date of Birth", Some(Column::BirthDate)),
            ("ＮＡＭＥ", Some(Column::Name)),
            ("负责社工", Some(Column::Responsible)),
            ("序号", None),
            ("原因", None),
            ("", None),
        ] {
            assert_eq!(Column::of(heading), column, "{heading:?}");
        }
    }

    #[test]
    fn no_heading_means_two_things_and_every_column_has_a_label() {
        let mut seen = BTreeSet::new();
        for (column, names) in HEADINGS {
            for name in *names {
                assert!(seen.insert(*name), "{name}");
                assert_eq!(plain(name), *name, "written as it is compared");
            }
            assert_eq!(Column::answering(column.key()), Some(*column));
            assert!(!column.label().zh.is_ascii());
        }
    }
}
