//! Words for a choice, as people write them: its names, its code, and what else it is called.

use domain::choice::Choice;
use domain::clients::{PersonKind, Relation};
use domain::identity::{DocumentKind, Sex};
use domain::lang::{Lang, Text, texts};
use domain::text::{half_width, without_invisible};

/// Other words for the same, besides the names and codes of the list.
pub(super) type WordList<C> = &'static [(&'static str, C)];

/// For the sexes; the digits are the standard's codes.
pub(super) const SEXES: WordList<Sex> = &[
    ("男性", Sex::Male),
    ("1", Sex::Male),
    ("女性", Sex::Female),
    ("2", Sex::Female),
    ("未知", Sex::Unknown),
    ("0", Sex::Unknown),
    ("9", Sex::Unknown),
];
/// For documents.
pub(super) const DOCUMENTS: WordList<DocumentKind> = &[
    ("身份证", DocumentKind::ResidentId),
    ("二代身份证", DocumentKind::ResidentId),
    ("港澳通行证", DocumentKind::HkMoPermit),
    ("回乡证", DocumentKind::HkMoPermit),
    ("台胞证", DocumentKind::TwPermit),
    ("港澳台居住证", DocumentKind::ResidencePermit),
    ("居住证", DocumentKind::ResidencePermit),
    ("永久居留身份证", DocumentKind::PermanentResident),
    ("外国人永久居留证", DocumentKind::PermanentResident),
    ("永居证", DocumentKind::PermanentResident),
    ("永居卡", DocumentKind::PermanentResident),
];
/// For groups of persons.
const KINDS: WordList<PersonKind> = &[
    ("老人", PersonKind::Elder),
    ("长者", PersonKind::Elder),
    ("残疾", PersonKind::Disabled),
    ("残障人士", PersonKind::Disabled),
    ("残障", PersonKind::Disabled),
    ("困境", PersonKind::DifficultChild),
    ("留守", PersonKind::LeftBehind),
    ("低保", PersonKind::LowIncome),
    ("低保户", PersonKind::LowIncome),
    ("低保人员", PersonKind::LowIncome),
    ("低保边缘户", PersonKind::LowIncomeEdge),
    ("低保边缘家庭", PersonKind::LowIncomeEdge),
    ("特困", PersonKind::Destitute),
    ("特困供养人员", PersonKind::Destitute),
    ("五保户", PersonKind::Destitute),
    ("流浪人员", PersonKind::Homeless),
    ("退伍军人", PersonKind::Veteran),
];
/// For what a guardian is.
pub(super) const RELATIONS: WordList<Relation> = &[
    ("父", Relation::Father),
    ("爸爸", Relation::Father),
    ("父子", Relation::Father),
    ("父女", Relation::Father),
    ("母", Relation::Mother),
    ("妈妈", Relation::Mother),
    ("母子", Relation::Mother),
    ("母女", Relation::Mother),
    ("爷爷", Relation::Grandparent),
    ("奶奶", Relation::Grandparent),
    ("外公", Relation::Grandparent),
    ("外婆", Relation::Grandparent),
    ("祖父", Relation::Grandparent),
    ("祖母", Relation::Grandparent),
    ("外祖父", Relation::Grandparent),
    ("外祖母", Relation::Grandparent),
    ("祖孙", Relation::Grandparent),
    ("丈夫", Relation::Spouse),
    ("妻子", Relation::Spouse),
    ("夫妻", Relation::Spouse),
    ("儿子", Relation::Child),
    ("女儿", Relation::Child),
    ("哥哥", Relation::Sibling),
    ("姐姐", Relation::Sibling),
    ("弟弟", Relation::Sibling),
    ("妹妹", Relation::Sibling),
];

/// The choice that a word stands for: by its name in either language, its code, or another word for it.
pub(super) fn word<C: Choice>(raw: &str, others: WordList<C>) -> Result<C, Text> {
    let typed = half_width(&without_invisible(raw)).trim().to_lowercase();
    let named =
        |choice: &&C| Lang::ALL.iter().any(|lang| choice.say(*lang).to_lowercase() == typed) || choice.code() == typed;
    let other = || others.iter().find(|(word, _)| *word == typed).map(|(_, choice)| *choice);
    C::all().iter().find(named).copied().or_else(other).ok_or_else(|| {
        let names = |lang: Lang| C::all().iter().map(|choice| choice.say(lang)).collect::<Vec<_>>();
        texts(
            format!("没有“{}”这一项，可填：{}。", short(raw), names(Lang::Zh).join("、")),
            format!("“{}” is not known; possible are: {}.", short(raw), names(Lang::En).join(", ")),
        )
    })
}

/// Several kinds of person in one cell, joined however people join them.
pub(super) fn kinds(raw: &str) -> Result<String, Text> {
    let words = raw.split([',', '，', '、', ';', '；', '/', '／', '+', '|', ' ', '\u{3000}']);
    let codes: Result<Vec<&str>, Text> = words
        .filter(|each| !each.trim().is_empty())
        .map(|each| word::<PersonKind>(each, KINDS).map(PersonKind::code))
        .collect();
    Ok(codes?.join(","))
}

/// The beginning of what was typed, for a sentence.
pub(super) fn short(raw: &str) -> String {
    let mut text: String = raw.chars().take(20).collect();
    if text.len() < raw.len() {
        text.push('…');
    }
    text
}
