//! What is known when the rules are asked: one set of facts for every gate.
//!
//! Whoever asks hands in what there is; a row of the book names what it needs. What the form has not been asked for yet, because
//! a page only wants to know whether it may be opened, is not missing: a row that hangs on it stays silent.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::gate::Occasion;
use crate::access::{Action, Object};
use crate::forms::{Answers, FormKey};
use crate::ids::{MemberId, PaperId};
use crate::papers::PaperState;
use crate::text::half_width;
use crate::time::{Day, Moment};

choice! {
    /// A fact that operations tell the rules, by its word in the rule book. What is known of a file begins with `file.`.
    pub enum Known {
        Grade          = "grade",           "申请等级",         "Grade";
        Items          = "items",           "列明的材料",       "Items listed";
        Form           = "form",            "已填的表",         "A form on file";
        FormExempt     = "form_exempt",     "无须填表",         "Exempt from a form";
        Screened       = "screened",        "评估已通过",       "Screening passed";
        Age            = "age",             "年龄",             "Age";
        SelfSupporting = "self_supporting", "以自己劳动收入为主要生活来源", "Lives by own work";
        ClientSigned   = "client_signed",   "本人已签",         "Signed by the client";
        GuardianSigned = "guardian_signed", "监护人已签",       "Signed by the guardian";
        ChildTold      = "child_told",      "已告知儿童本人",   "The child was told";
        Reason         = "reason",          "原因",             "Reason";
        TellMode       = "tell_mode",       "告知方式",         "Way of telling";
        Referral       = "referral",        "转介决定",         "Decision on referral";
        Criterion      = "criterion",       "已公布的条件",     "Published criterion";
        Ground         = "ground",          "条件的依据",       "What the criterion rests on";
        Unfinished     = "unfinished",      "未结事项",         "Unfinished items";
        ProofAsked     = "proof_asked",     "服务要求证明材料", "Proof asked for by the service";
        ProofSeen      = "proof_seen",      "证明材料已当面核对", "Proof seen at the window";
        FileAccepted   = "file.accepted",   "受理时间",         "Accepted";
        FileToldMode   = "file.told_mode",  "结果告知方式",     "How the result was told";
    }
}

choice! {
    /// The part that a person has in what is done.
    pub enum Part {
        Author      = "author",      "编写人", "Author";
        Approver    = "approver",    "审核人", "Who decides";
        Responsible = "responsible", "负责人", "Who answers for the file";
    }
}

/// What a fact says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// It is so.
    Yes,
    /// So many.
    Number(i64),
    /// Then.
    Moment(Moment),
    /// A code, or what was answered.
    Word(Cow<'a, str>),
}

/// Whether something is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told<'a> {
    /// It was not asked for yet.
    NotYet,
    /// There is none.
    Absent,
    /// This.
    Is(Value<'a>),
}

/// A paper that lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnFile<'a> {
    /// Which.
    pub id: PaperId,
    /// Of which register.
    pub register: &'a str,
    /// Where it stands.
    pub state: PaperState,
    /// The paper that it is about.
    pub about: Option<PaperId>,
    /// When what it tells happened.
    pub occurred: Option<Moment>,
}

/// Everything that is known.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    known: BTreeMap<Known, Value<'a>>,
    persons: BTreeMap<Part, MemberId>,
    answers: Option<&'a Answers>,
    papers: Vec<OnFile<'a>>,
    this: Option<PaperId>,
}

impl<'a> Facts<'a> {
    /// With a fact.
    #[must_use]
    pub fn tell(mut self, known: Known, value: impl Into<Value<'a>>) -> Self {
        self.known.insert(known, value.into());
        self
    }

    /// With a fact, if there is one.
    #[must_use]
    pub fn tell_any(self, known: Known, value: Option<impl Into<Value<'a>>>) -> Self {
        match value {
            Some(value) => self.tell(known, value),
            None => self,
        }
    }

    /// With a fact, if it is so.
    #[must_use]
    pub fn tell_if(self, known: Known, is_so: bool) -> Self {
        self.tell_any(known, is_so.then_some(Value::Yes))
    }

    /// With a person.
    #[must_use]
    pub fn person(mut self, part: Part, member: MemberId) -> Self {
        self.persons.insert(part, member);
        self
    }

    /// With what was filled in.
    #[must_use]
    pub const fn answered(mut self, answers: Option<&'a Answers>) -> Self {
        self.answers = answers;
        self
    }

    /// With the papers of the file, and the one to which something is done.
    #[must_use]
    pub fn file(mut self, papers: impl IntoIterator<Item = OnFile<'a>>, this: Option<PaperId>) -> Self {
        self.papers = papers.into_iter().collect();
        self.this = this;
        self
    }

    /// What is told under a name of the rule book.
    pub(super) fn look(&self, on: &Occasion, name: &str) -> Told<'_> {
        if on.is_answer(name) {
            let Some(answers) = self.answers else { return Told::NotYet };
            let answer = answers.get(name).filter(|answer| !answer.trim().is_empty());
            return answer.map_or(Told::Absent, |answer| Told::Is(Value::Word(answer.as_str().into())));
        }
        let known = Known::parse(name).ok().and_then(|known| self.known.get(&known));
        known.map_or(Told::Absent, |value| Told::Is(value.clone()))
    }

    /// A number that is known.
    pub(super) fn number(&self, known: Known) -> Option<i64> {
        match self.known.get(&known)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether it is known to be so.
    pub(super) fn has(&self, known: Known) -> bool {
        self.known.contains_key(&known)
    }

    /// Who has this part.
    pub(super) fn who(&self, part: Part) -> Option<MemberId> {
        self.persons.get(&part).copied()
    }

    /// The papers of a register in one of these states, or that stand, if none is named.
    pub(super) fn papers<'f>(
        &'f self,
        register: &'f str,
        states: &'f [PaperState],
    ) -> impl Iterator<Item = &'f OnFile<'a>> {
        let counts = move |state: PaperState| if states.is_empty() { state.stands() } else { states.contains(&state) };
        self.papers.iter().filter(move |paper| paper.register == register && counts(paper.state))
    }

    /// Whether a paper is about the one to which something is done.
    pub(super) fn is_about_this(&self, paper: &OnFile<'_>) -> bool {
        paper.about.is_some() && paper.about == self.this
    }
}

impl Value<'_> {
    /// As a number in ten-thousandths, so that money and decimals compare exactly.
    pub(super) fn exactly(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.checked_mul(10_000),
            Self::Word(word) => exactly(word),
            Self::Yes | Self::Moment(_) => None,
        }
    }

    /// As a moment; a day is its first one.
    pub(super) fn moment(&self) -> Option<Moment> {
        match self {
            Self::Moment(moment) => Some(*moment),
            Self::Word(word) => Moment::parse(word).or_else(|_| Day::parse(word).map(Moment::start_of)).ok(),
            Self::Yes | Self::Number(_) => None,
        }
    }

    /// Whether it is one of these codes, or several joined by commas one of which is.
    pub(super) fn is_one_of(&self, codes: &[String]) -> bool {
        match self {
            Self::Word(word) => word.split(',').any(|word| codes.iter().any(|code| code == word)),
            Self::Yes => codes.iter().any(|code| code == "yes"),
            Self::Number(_) | Self::Moment(_) => false,
        }
    }

    /// As a sentence quotes it.
    pub(super) fn say(&self) -> String {
        match self {
            Self::Yes => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Moment(moment) => moment.day().to_string(),
            Self::Word(word) => word.clone().into_owned(),
        }
    }
}

/// A decimal number of up to four places, in ten-thousandths.
fn exactly(raw: &str) -> Option<i64> {
    let raw = half_width(raw);
    let (sign, digits) = raw.trim().strip_prefix('-').map_or((1, raw.trim()), |digits| (-1, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 4 || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let part: i64 = format!("{part:0<4}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(10_000)?.checked_add(part)?.checked_mul(sign)
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<Moment> for Value<'_> {
    fn from(moment: Moment) -> Self {
        Self::Moment(moment)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(word: &'a str) -> Self {
        Self::Word(word.into())
    }
}

/// What an act on a noun tells the rules.
pub(super) struct Telling {
    pub object: Object,
    pub action: Action,
    /// The form that is filled in with it.
    pub form: Option<FormKey>,
    /// What else is told.
    pub known: &'static [Known],
}

/// The acts on nouns before which the rules are asked. What is done to papers needs no line here: their answers and those of
/// their file are always told.
pub(super) const TELLING: &[Telling] = &[
    Telling {
        object: Object::Application,
        action: Action::Submit,
        form: Some(FormKey::Application),
        known: &[Known::ProofAsked, Known::ProofSeen],
    },
    Telling { object: Object::Application, action: Action::Accept, form: None, known: &[Known::Grade] },
    Telling { object: Object::Application, action: Action::AskMore, form: None, known: &[Known::Items] },
    Telling {
        object: Object::Application,
        action: Action::Confirm,
        form: None,
        known: &[
            Known::Form,
            Known::FormExempt,
            Known::Screened,
            Known::Age,
            Known::SelfSupporting,
            Known::ClientSigned,
            Known::GuardianSigned,
            Known::ChildTold,
        ],
    },
    Telling {
        object: Object::Application,
        action: Action::Refuse,
        form: None,
        known: &[Known::Reason, Known::TellMode, Known::Referral, Known::Criterion, Known::Ground],
    },
    Telling { object: Object::Member, action: Action::Disable, form: None, known: &[Known::Unfinished] },
];

/// What is known of a file before anything is done to its papers.
pub(super) const fn of_file(file: Object) -> &'static [Known] {
    match file {
        Object::Case => &[Known::FileAccepted, Known::FileToldMode],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_exactly() {
        for (raw, found) in [
            ("12.50", Some(125_000)),
            ("１２", Some(120_000)),
            (" 0.0001 ", Some(1)),
            ("-3", Some(-30_000)),
            ("1.23456", None),
            ("1,234", None),
            ("", None),
            (".5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(exactly(raw), found, "{raw}");
        }
        assert_eq!(Value::Number(3).exactly(), Value::Word("3.0".into()).exactly());
    }
}
