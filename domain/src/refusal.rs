//! Why something was refused, in words for the person who asked.
//!
//! There are two sizes of "no": a [`Problem`] stands beside one field and says what to do about it;
//! a [`Refusal`] answers a whole request. Neither ever carries an internal error: those are logged
//! where they happen and leave only an incident number ([`Refusal::Unavailable`]).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lang::{Lang, Text};
use crate::rules::RuleId;
use crate::time::{Moment, say};

/// A text that is no id, no code, no day: it cannot be read as what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("this text cannot be read as what it should be")]
pub struct Invalid;

/// What is wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Nothing was entered where something is needed.
    Required,
    /// A box has to be ticked to go on.
    MustAgree,
    /// More characters than fit.
    TooLong {
        /// Most characters allowed.
        max: usize,
    },
    /// Fewer characters than needed.
    TooShort {
        /// Fewest characters allowed.
        min: usize,
    },
    /// Invisible characters: control, direction or zero-width.
    ControlCharacters,
    /// Not written as a day.
    NotADay,
    /// Not written as a day and a time.
    NotAMoment,
    /// A day that has not come yet.
    FutureDay,
    /// A day no calendar has, or one too long ago to be true.
    ImpossibleDay,
    /// An identity number that has not 18 characters of the right kind.
    IdentityLength,
    /// An identity number whose birth date does not exist.
    IdentityDate,
    /// An identity number whose last character does not fit the others.
    IdentityChecksum,
    /// Neither a mobile number nor a landline with area code.
    NotAPhone,
    /// Not among the choices offered.
    NotAChoice,
    /// Not a whole number in the allowed range.
    NotANumber {
        /// Smallest number allowed.
        min: i64,
        /// Largest number allowed.
        max: i64,
    },
    /// Not a short name for an address: lower-case letters, digits, hyphens.
    NotASlug,
    /// Not a short code for numbers: capital letters and digits.
    NotACode,
    /// A member who does not work here: disabled, past the last day, or not yet begun.
    NotAtWork,
    /// A member whose roles do not reach what is to become theirs.
    OutOfReach,
    /// Already in use by another entry.
    Taken,
    /// Two answers contradict each other.
    Contradicts,
    /// No application has this receipt code.
    UnknownCode,
    /// Not the account's password.
    WrongPassword,
    /// Not the code of this moment, or one that was used already.
    WrongCode,
    /// A password that would be among the first to be guessed.
    EasilyGuessed,
}

impl Problem {
    /// A sentence that says what to do.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let fixed = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
        match self {
            Self::Required => fixed("请填写此项。", "Please fill this in."),
            Self::MustAgree => fixed("请勾选同意后再继续。", "Please tick this to continue."),
            Self::TooLong { max } => {
                lang.pick(format!("最多 {max} 个字，请缩短。"), format!("At most {max} characters: please shorten it."))
            }
            Self::TooShort { min } => {
                lang.pick(format!("至少 {min} 个字，请补充。"), format!("At least {min} characters: please add more."))
            }
            Self::ControlCharacters => fixed(
                "含有看不见的控制字符，请删去后重新输入。",
                "It contains invisible control characters: please delete them and type it again.",
            ),
            Self::NotADay => fixed("请按“2026-03-15”的样式填写日期。", "Please write the date like 2026-03-15."),
            Self::NotAMoment => fixed(
                "请填写日期和时间，例如 2026-03-15 09:30。",
                "Please give a date and a time, such as 2026-03-15 09:30.",
            ),
            Self::FutureDay => fixed("日期不能晚于今天。", "The date cannot be later than today."),
            Self::ImpossibleDay => {
                fixed("没有这一天，请核对年、月、日。", "There is no such day: please check year, month and day.")
            }
            Self::IdentityLength => fixed(
                "身份证号应为 18 位：17 位数字加 1 位数字或 X。",
                "An identity number has 18 characters: 17 digits and a digit or X.",
            ),
            Self::IdentityDate => fixed(
                "身份证号第 7 至 14 位不是有效的出生日期，请核对。",
                "Characters 7 to 14 of the identity number are no valid birth date: please check.",
            ),
            Self::IdentityChecksum => fixed(
                "身份证号校验不符，可能有一位输错，请逐位核对。",
                "The identity number does not add up; one digit is probably wrong: please check.",
            ),
            Self::NotAPhone => fixed(
                "请填写 11 位手机号，或带区号的固定电话，例如 020-81234567。",
                "Please give an 11-digit mobile number or a landline with area code, such as 020-81234567.",
            ),
            Self::NotAChoice => fixed("请从给出的选项中选择。", "Please choose one of the options."),
            Self::NotANumber { min, max } => lang.pick(
                format!("请填写 {min} 至 {max} 之间的整数。"),
                format!("Please give a whole number from {min} to {max}."),
            ),
            Self::NotASlug => fixed(
                "请用小写字母开头，只用小写字母、数字和连字符，2 至 40 个。",
                "Please use 2 to 40 lower-case letters, digits and hyphens, a letter first.",
            ),
            Self::NotACode => fixed(
                "请用大写字母开头，只用大写字母和数字，2 至 8 个。",
                "Please use 2 to 8 capital letters and digits, a letter first.",
            ),
            Self::NotAtWork => fixed(
                "这位成员不在岗（已停用、任期已满或尚未到岗），请选择在岗的同事。",
                "This member is not at work here (disabled, past the last day, or not yet begun): please choose a colleague who is.",
            ),
            Self::OutOfReach => fixed(
                "以这位成员现有的角色，打不开要由其负责的内容。请先授予相应角色（如社工），或选择另一位同事。",
                "With the roles that this member has, what would be theirs cannot be opened: please give the role first (such as social worker), or choose a colleague.",
            ),
            Self::Taken => fixed("已被使用，请换一个。", "Already in use: please choose another."),
            Self::UnknownCode => fixed(
                "没有找到这个回执码，请逐字核对；如已遗失，请致电本站。",
                "No application has this receipt code: please check each character, or call the station.",
            ),
            Self::WrongPassword => fixed("密码不正确，请重新输入。", "This is not the password: please type it again."),
            Self::WrongCode => fixed(
                "验证码不正确，或已经用过；请输入验证器里最新的 6 位数字。",
                "The code is wrong or was used already: please type the newest 6 digits from the authenticator.",
            ),
            Self::EasilyGuessed => fixed(
                "这个密码太容易被猜到，请换几个不相关的词连成一句。",
                "This password is easily guessed: please take a few unrelated words in a row.",
            ),
            Self::Contradicts => {
                fixed("与其他内容不一致，请核对。", "This contradicts another answer: please check both.")
            }
        }
    }
}

impl From<Invalid> for Problem {
    fn from(_: Invalid) -> Self {
        Self::NotAChoice
    }
}

/// A problem at the field where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's key in its form.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

impl FieldError {
    /// A problem at `field`.
    pub fn new(field: impl Into<String>, problem: Problem) -> Self {
        Self { field: field.into(), problem }
    }
}

/// A rule that stands in the way, and what would satisfy it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Blocked {
    /// The rule; its clause is in the rule book.
    pub rule: RuleId,
    /// What is missing, for the person who is stopped.
    pub text: Text,
}

/// The answer to a request that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It does not exist, or it is not yours: the two are told apart by no one.
    NotFound,
    /// You may see it, but not do this.
    Forbidden,
    /// Some answers need correcting; all of them are named.
    Invalid(Vec<FieldError>),
    /// Rules of the norms stand in the way; all of them are named.
    Blocked(Vec<Blocked>),
    /// Someone else changed it since it was read.
    Stale,
    /// Its present state does not allow this.
    WrongState {
        /// Which state, and what was asked.
        text: Text,
    },
    /// There is no valid session.
    SignedOut,
    /// Account and password do not match; which of the two is not said.
    WrongCredentials,
    /// Too many wrong attempts to sign in.
    LockedOut {
        /// When signing in is possible again.
        until: Moment,
    },
    /// Too many requests in a short time.
    TooMany {
        /// When the next one is taken.
        until: Moment,
    },
    /// More was sent than is taken at once.
    TooLarge,
    /// Something failed that is not the person's doing.
    Unavailable {
        /// The number under which the log tells the story.
        incident: String,
    },
}

impl Refusal {
    /// One problem at one field.
    pub fn field(field: impl Into<String>, problem: Problem) -> Self {
        Self::Invalid(vec![FieldError::new(field, problem)])
    }

    /// `Ok` when nothing is blocked, so that a gate reads `Refusal::unless_clear(gates::accept(…))?`.
    ///
    /// # Errors
    /// [`Refusal::Blocked`] with every rule that stands in the way.
    pub fn unless_clear(blocked: Vec<Blocked>) -> Result<(), Self> {
        if blocked.is_empty() { Ok(()) } else { Err(Self::Blocked(blocked)) }
    }

    /// A sentence for the person who asked.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let fixed = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
        match self {
            Self::NotFound => fixed("没有找到，或不在您的权限内。", "Not found, or not yours to see."),
            Self::Forbidden => fixed("您没有进行此操作的权限。", "You are not allowed to do this."),
            Self::Invalid(errors) => lang.pick(
                format!("有 {} 处需要改正。", errors.len()),
                match errors.len() {
                    1 => "One answer needs correcting.".to_owned(),
                    n => format!("{n} answers need correcting."),
                },
            ),
            Self::Blocked(blocked) => blocked
                .iter()
                .map(|block| block.text.say(lang))
                .collect::<Vec<_>>()
                .join(lang.pick("", " ")),
            Self::Stale => fixed(
                "其他人刚刚修改了此内容，请看过最新内容后再提交；您填写的内容仍保留。",
                "Someone else has just changed this. Please look at the newest version and submit again; what you typed is kept.",
            ),
            Self::WrongState { text } => text.say(lang).to_owned(),
            Self::SignedOut => fixed("登录已失效，请重新登录。", "Your session has ended: please sign in again."),
            Self::WrongCredentials => fixed("账号或密码不正确。", "Account or password is wrong."),
            Self::LockedOut { until } => {
                let until = say::moment(lang, *until, *until);
                lang.pick(
                    format!("尝试次数过多，请在 {until} 之后再登录。"),
                    format!("Too many attempts: please sign in again after {until}."),
                )
            }
            Self::TooMany { .. } => fixed("操作过于频繁，请稍后再试。", "Too many requests: please try again in a while."),
            Self::TooLarge => fixed(
                "提交的内容太大，没有保存。请缩短文字后再提交。",
                "What was sent is too large and was not saved: please shorten it and send it again.",
            ),
            Self::Unavailable { incident } => lang.pick(
                format!("系统暂时无法完成操作，您填写的内容未丢失。请稍后再试；如需帮助，请告知编号 {incident}。"),
                format!("This cannot be done right now; nothing you typed is lost. Please try again later, and quote {incident} if you ask for help."),
            ),
        }
    }

    /// From when on asking again may help, where that is known.
    #[must_use]
    pub const fn until(&self) -> Option<Moment> {
        match self {
            Self::LockedOut { until } | Self::TooMany { until } => Some(*until),
            _ => None,
        }
    }

    /// The HTTP status that says the same to a machine.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignedOut | Self::WrongCredentials => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Blocked(_) | Self::Stale | Self::WrongState { .. } => 409,
            Self::TooLarge => 413,
            Self::Invalid(_) => 422,
            Self::LockedOut { .. } | Self::TooMany { .. } => 429,
            Self::Unavailable { .. } => 503,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for Refusal {}

impl From<Vec<FieldError>> for Refusal {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}

/// An id that cannot be read belongs to nothing, and is answered like an id that belongs to others.
impl From<Invalid> for Refusal {
    fn from(_: Invalid) -> Self {
        Self::NotFound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusals() -> Vec<(Refusal, u16)> {
        let blocked = |zh, en| Blocked { rule: RuleId::INT_06, text: crate::lang::text(zh, en) };
        vec![
            (Refusal::NotFound, 404),
            (Refusal::Forbidden, 403),
            (Refusal::field("name", Problem::TooLong { max: 40 }), 422),
            (Refusal::Blocked(vec![blocked("一。", "One."), blocked("二。", "Two.")]), 409),
            (Refusal::Stale, 409),
            (Refusal::WrongState { text: crate::lang::text("不能。", "No.") }, 409),
            (Refusal::SignedOut, 401),
            (Refusal::WrongCredentials, 401),
            (Refusal::LockedOut { until: Moment::from_millis(1_770_998_400_000) }, 429),
            (Refusal::TooMany { until: Moment::from_millis(1_770_998_400_000) }, 429),
            (Refusal::Unavailable { incident: "7f3a".to_owned() }, 503),
        ]
    }

    #[test]
    fn every_refusal_has_a_status_and_a_sentence_in_both_languages() {
        for (refusal, status) in refusals() {
            assert_eq!(refusal.status(), status, "{refusal:?}");
            assert!(refusal.say(Lang::Zh).ends_with('。'), "{refusal:?}");
            assert!(refusal.say(Lang::En).ends_with('.'), "{refusal:?}");
            assert_eq!(refusal.to_string(), refusal.say(Lang::En));
        }
    }

    #[test]
    fn a_refusal_travels_unchanged() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Answer {
            refusal: Refusal,
        }
        for (refusal, _) in refusals() {
            let answer = Answer { refusal };
            let sent = toml::to_string(&answer).unwrap();
            assert_eq!(toml::from_str::<Answer>(&sent).unwrap(), answer);
        }
    }

    #[test]
    fn all_that_blocks_is_said_at_once() {
        let (blocked, _) = refusals().swap_remove(3);
        assert_eq!(blocked.say(Lang::Zh), "一。二。");
        assert_eq!(blocked.say(Lang::En), "One. Two.");
        assert_eq!(Refusal::unless_clear(Vec::new()), Ok(()));
    }
}
