//! Which column is which: headings as people write them, and whom they speak of.

use super::files::RosterError;
use super::headings::Headings;
use super::sheet::SheetRows;
use domain::forms::{FormKey, FormTemplate};
use domain::lang::{Lang, Text, text};
use domain::text::half_width;
use std::collections::{BTreeMap, BTreeSet};

/// What a column of a roster holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RosterColumn {
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
const HEADINGS: &[(RosterColumn, &[&str])] = &[
    (RosterColumn::Name, &["姓名", "名字", "服务对象", "name", "fullname"]),
    (RosterColumn::Sex, &["性别", "sex", "gender"]),
    (RosterColumn::DocumentKind, &["证件类型", "证件种类", "证件名称", "documenttype"]),
    (
        RosterColumn::Identity,
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
        RosterColumn::BirthDate,
        &["出生日期", "生日", "出生年月", "出生年月日", "出生", "dateofbirth", "birthdate", "birthday"],
    ),
    (
        RosterColumn::Kinds,
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
        RosterColumn::Phone,
        &[
            "联系电话",
            "手机",
            "手机号",
            "手机号码",
            "电话",
            "电话号码",
            "联系手机",
            "联系方式",
            "phone",
            "telephone",
            "mobile",
        ],
    ),
    (
        RosterColumn::Address,
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
    (RosterColumn::GuardianName, &["监护人", "家长", "guardian", "guardianname", "guardian'sname"]),
    (RosterColumn::GuardianRelation, &["监护关系", "关系", "relation", "relationship"]),
    (RosterColumn::GuardianPhone, &["guardian'sphone", "guardianphone", "guardian'stelephone"]),
    (RosterColumn::Note, &["备注", "特殊需要", "特殊需求", "特殊情况", "情况说明", "说明", "note", "notes", "remarks"]),
    (
        RosterColumn::Responsible,
        &["负责社工", "责任社工", "社工", "主责社工", "跟进社工", "服务社工", "社工姓名", "负责人", "socialworker"],
    ),
];

/// What ends the word for the person on the roster: 留守儿童, 服务对象, 本人.
const CLIENT: &[&str] = &[
    "对象",
    "老人",
    "老年人",
    "长者",
    "残疾人",
    "儿童",
    "孩子",
    "学生",
    "居民",
    "人员",
    "申请人",
    "受益人",
    "案主",
    "患者",
    "本人",
    "个人",
];
const GUARDIAN: &[&str] = &["监护人", "法定监护人", "主要监护人", "第一监护人", "父母或其他监护人", "家长"];
/// What ends the word for somebody else: 父亲, 紧急联系人, 帮扶干部, 网格员.
const OTHERS: &[&str] = &[
    "人", "父", "母", "亲", "爸爸", "妈妈", "干部", "社工", "医", "医生", "护士", "主任", "书记", "组长", "员", "者",
    "家属", "亲属", "配偶", "子女", "老师", "户主",
];
/// Those of them who would be taken for the person on the roster.
const HELPERS: &[&str] = &["工作人员", "帮扶人员", "照护人员", "走访人员", "管理人员", "服务人员", "联络人员"];
/// What people add to the word for a person when they head a group of columns.
const ABOUT: &[&str] = &["基本", "情况", "信息", "资料", "状况", "登记", "的"];

/// Whom a heading speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whom {
    Client,
    Guardian,
    Other,
}

impl Whom {
    /// Whom these words name; nobody, when they name no person.
    fn named_by(words: &str) -> Option<Self> {
        let mut word = words;
        while let Some(shorter) = ABOUT.iter().find_map(|about| word.strip_suffix(about)) {
            word = shorter;
        }
        let ends = |words: &[&str]| words.iter().any(|each| word.ends_with(each));
        if GUARDIAN.contains(&word) {
            Some(Self::Guardian)
        } else if ends(CLIENT) && !ends(HELPERS) {
            Some(Self::Client)
        } else {
            ends(OTHERS).then_some(Self::Other)
        }
    }
}

impl RosterColumn {
    /// The column below these headings, the widest first.
    pub(super) fn of(path: &[String]) -> Option<Self> {
        let (own, groups) = path.split_last()?;
        let whom = groups.iter().rev().find_map(|group| Whom::named_by(&plain(group)));
        let joined = || groups.last().and_then(|group| Self::of_heading(&format!("{group}{own}")));
        let (column, says_whose) = Self::of_heading(own).or_else(joined)?;
        match whom {
            Some(Whom::Guardian) if !says_whose => column.of_the_guardian(),
            Some(Whom::Other) if !says_whose => None,
            _ => Some(column),
        }
    }

    /// The column with this heading, and whether the heading itself says whose it is; where a heading names several things,
    /// all that are known must be one.
    fn of_heading(heading: &str) -> Option<(Self, bool)> {
        let heading = plain(heading);
        Self::of_words(&heading).or_else(|| {
            let mut known = heading.split(['/', '、', '或']).filter_map(Self::of_words);
            let first = known.next()?;
            known.all(|other| other == first).then_some(first)
        })
    }

    fn of_words(words: &str) -> Option<(Self, bool)> {
        let named = |(column, names): &(Self, &[&str])| names.contains(&words).then_some(*column);
        if let Some(column) = HEADINGS.iter().find_map(named) {
            return Some((column, !column.is_about_a_person()));
        }
        // What somebody is to the head of the household is another question.
        if let Some(with) = words.strip_prefix('与').and_then(|rest| rest.strip_suffix("关系")) {
            let guardian = matches!(Whom::named_by(with), Some(Whom::Client | Whom::Guardian));
            return guardian.then_some((Self::GuardianRelation, true));
        }
        let of_whom = |(column, names): &(Self, &[&str])| {
            let rest = names.iter().filter_map(|name| words.strip_suffix(name)).min_by_key(|rest| rest.len())?;
            Some((*column, rest))
        };
        let (column, rest) = HEADINGS.iter().filter_map(of_whom).min_by_key(|(_, rest)| rest.len())?;
        let column = match Whom::named_by(rest)? {
            Whom::Client => column.is_about_a_person().then_some(column),
            Whom::Guardian => column.of_the_guardian(),
            Whom::Other => None,
        };
        column.map(|column| (column, true))
    }

    /// Whether any person has it, so that its heading must say whose it is.
    const fn is_about_a_person(self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::Sex
                | Self::DocumentKind
                | Self::Identity
                | Self::BirthDate
                | Self::Phone
                | Self::Address
        )
    }

    /// The same about the guardian, as far as anything is kept about one.
    const fn of_the_guardian(self) -> Option<Self> {
        match self {
            Self::Name | Self::GuardianName => Some(Self::GuardianName),
            Self::Phone | Self::GuardianPhone => Some(Self::GuardianPhone),
            Self::GuardianRelation => Some(Self::GuardianRelation),
            _ => None,
        }
    }

    /// What a later row about somebody may say otherwise than an earlier one.
    pub(super) const COMPARED: [Self; 7] = [
        Self::Phone,
        Self::Address,
        Self::Kinds,
        Self::GuardianName,
        Self::GuardianRelation,
        Self::GuardianPhone,
        Self::Note,
    ];

    /// Whether several columns may hold it: remarks are put together, and the first of two telephone numbers counts.
    const fn may_stand_twice(self) -> bool {
        matches!(self, Self::Phone | Self::Address | Self::Kinds | Self::Note)
    }

    const fn is_the_guardian_s(self) -> bool {
        matches!(self, Self::GuardianName | Self::GuardianRelation | Self::GuardianPhone)
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

/// The headings that the workbook of refused rows adds to those that it gives back: the reasons, and where a row stood.
pub(super) const ADDED: [Text; 3] =
    [text("原因", "Reason"), text("原工作表", "Sheet in the original"), text("原表行号", "Row in the original")];

/// Where a row stood before it was given back for correction.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Origin {
    /// The column with the name of its sheet.
    pub sheet: Option<u32>,
    /// The column with its number.
    pub number: Option<u32>,
}

/// The columns of one sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    /// Those that are read.
    pub read: Vec<(u32, RosterColumn)>,
    /// Those that are not, as they are called.
    pub unread: Vec<String>,
    /// Where the rows of a workbook that was given back stood before.
    pub origin: Origin,
    /// Those that such a workbook added itself.
    pub added: Vec<u32>,
}

impl Columns {
    /// Understands the columns of one sheet.
    ///
    /// # Errors
    /// When it cannot be told whose a column is.
    pub(super) fn of(sheet: &str, headings: &Headings, rows: &SheetRows) -> Result<Self, RosterError> {
        let mut columns = Self::default();
        columns.find_added(headings);
        let filled: BTreeMap<u32, usize> = rows.range(headings.last + 1..).flat_map(|(_, row)| row.cells.keys()).fold(
            BTreeMap::new(),
            |mut filled, column| {
                *filled.entry(*column).or_default() += 1;
                filled
            },
        );
        for column in headings.paths.keys().chain(filled.keys()).copied().collect::<BTreeSet<_>>() {
            if columns.added.contains(&column) {
                continue;
            }
            match headings.paths.get(&column).and_then(|path| RosterColumn::of(path)) {
                Some(holds) => columns.read.push((column, holds)),
                None if filled.contains_key(&column) && !is_a_count(headings, column) => {
                    columns.unread.push(headings.called(column));
                }
                None => {}
            }
        }
        columns.tell_apart(sheet, headings)?;
        Ok(columns)
    }

    /// What this program itself added when it gave rows back; a station's own column of reasons is the station's.
    fn find_added(&mut self, headings: &Headings) {
        let place = |added: &Text| {
            let is =
                |path: &&Vec<String>| Lang::ALL.iter().any(|lang| path.as_slice() == [added.say(*lang).to_owned()]);
            headings.paths.iter().rfind(|(_, path)| is(path)).map(|(column, _)| *column)
        };
        let [reason, sheet, number] = ADDED.each_ref().map(place);
        if number.is_some() {
            self.origin = Origin { sheet, number };
            self.added = [reason, sheet, number].into_iter().flatten().collect();
        }
    }

    fn tell_apart(&self, sheet: &str, headings: &Headings) -> Result<(), RosterError> {
        let same = |path: u32, other: u32| headings.paths.get(&path) == headings.paths.get(&other);
        for (column, holds) in &self.read {
            let alike: Vec<u32> = self
                .read
                .iter()
                .filter(|(other, also)| also == holds && (!holds.may_stand_twice() || same(*other, *column)))
                .map(|(other, _)| *other)
                .collect();
            if alike.len() > 1 && *holds != RosterColumn::Note {
                let columns = alike.into_iter().map(|column| headings.called(column)).collect();
                return Err(RosterError::EqualColumns { sheet: sheet.to_owned(), holds: *holds, columns });
            }
        }
        for pair in self.read.windows(2) {
            let [(_, before), (column, RosterColumn::Phone)] = pair else { continue };
            let says_whose = headings.paths.get(column).is_some_and(|path| {
                path.len() > 1
                    || path.last().and_then(|own| RosterColumn::of_heading(own)).is_some_and(|(_, named)| named)
            });
            let has_its_own = self.read.iter().any(|(_, holds)| *holds == RosterColumn::GuardianPhone);
            if before.is_the_guardian_s() && !says_whose && !has_its_own {
                return Err(RosterError::WhosePhone { sheet: sheet.to_owned(), column: headings.called(*column) });
            }
        }
        Ok(())
    }
}

/// The numbers that rows are counted by tell nothing about a person.
fn is_a_count(headings: &Headings, column: u32) -> bool {
    let own = headings.paths.get(&column).and_then(|path| path.last());
    own.is_some_and(|own| ["序号", "编号", "no", "no."].contains(&plain(own).as_str()))
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

    fn of(path: &[&str]) -> Option<RosterColumn> {
        RosterColumn::of(&path.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn headings_are_read_as_people_write_them() {
        for (heading, column) in [
            ("姓名", Some(RosterColumn::Name)),
            (" 姓\u{3000}名＊ ", Some(RosterColumn::Name)),
            ("服务对象姓名", Some(RosterColumn::Name)),
            ("身份证号\n（18位）", Some(RosterColumn::Identity)),
            ("公民身份号码：", Some(RosterColumn::Identity)),
            ("手机号", Some(RosterColumn::Phone)),
            ("本人手机", Some(RosterColumn::Phone)),
            ("电话/手机", Some(RosterColumn::Phone)),
            ("Date of Birth", Some(RosterColumn::BirthDate)),
            ("ＮＡＭＥ", Some(RosterColumn::Name)),
            ("服务对象类别", Some(RosterColumn::Kinds)),
            ("负责社工", Some(RosterColumn::Responsible)),
            ("监护人姓名", Some(RosterColumn::GuardianName)),
            ("监护人的联系电话", Some(RosterColumn::GuardianPhone)),
            ("家长", Some(RosterColumn::GuardianName)),
            ("家长电话", Some(RosterColumn::GuardianPhone)),
            ("与儿童关系", Some(RosterColumn::GuardianRelation)),
            ("与服务对象的关系", Some(RosterColumn::GuardianRelation)),
            ("与户主关系", None),
            ("监护人身份证号", None),
            ("紧急联系人电话", None),
            ("社工电话", None),
            ("户主", None),
            ("帮扶对象姓名", Some(RosterColumn::Name)),
            ("家庭成员姓名", None),
            ("户籍地址", None),
            ("残疾类别", None),
            ("序号", None),
            ("原因", None),
            ("", None),
        ] {
            assert_eq!(of(&[heading]), column, "{heading:?}");
        }
    }

    #[test]
    fn a_group_says_whom_its_columns_speak_of() {
        for (path, column) in [
            (&["儿童基本情况", "姓名"][..], Some(RosterColumn::Name)),
            (&["监护人情况", "姓名"], Some(RosterColumn::GuardianName)),
            (&["监护人情况", "联系电话"], Some(RosterColumn::GuardianPhone)),
            (&["监护人情况", "与儿童关系"], Some(RosterColumn::GuardianRelation)),
            (&["监护人情况", "身份证号"], None),
            (&["父母或其他监护人基本信息", "姓名"], Some(RosterColumn::GuardianName)),
            (&["父亲", "姓名"], None),
            (&["紧急联系人信息", "电话"], None),
            (&["委托监护人", "姓名"], None),
            (&["家庭成员", "姓名"], None),
            (&["工作人员", "电话"], None),
            (&["帮扶干部", "联系电话"], None),
            (&["留守老人情况", "姓名"], Some(RosterColumn::Name)),
            (&["2026年名册", "姓名"], Some(RosterColumn::Name)),
            (&["基本信息", "联系方式", "手机"], Some(RosterColumn::Phone)),
            (&["监护人", "联系方式", "手机"], Some(RosterColumn::GuardianPhone)),
            (&["家庭成员", "监护人电话"], Some(RosterColumn::GuardianPhone)),
            (&["身份证", "号码"], Some(RosterColumn::Identity)),
        ] {
            assert_eq!(of(path), column, "{path:?}");
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
            assert_eq!(RosterColumn::answering(column.key()), Some(*column));
            assert!(!column.label().zh.is_ascii());
        }
    }
}
