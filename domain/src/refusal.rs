//! Why something was refused, in words for the person who asked.
//!
//! There are two sizes of "no": a [`Problem`] stands beside one field and says what to do about it;
//! a [`Refusal`] answers a whole request. Neither ever carries an internal error: those are logged
//! where they happen and leave only an incident number ([`Refusal::Unavailable`]).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::attachments::Unfit;
use crate::forms::Decimal;
use crate::identity::DocumentKind;
use crate::lang::{Lang, Text};
use crate::rules::RuleId;
use crate::time::{Day, Moment, say};
use crate::units::Misplaced;

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
    /// A day that is past, where something is to begin.
    PastDay,
    /// A day before the file began that a paper lies in.
    BeforeItsFile {
        /// When it began.
        since: Day,
    },
    /// A moment before the change of which somebody was told.
    BeforeTheChange {
        /// When it changed.
        changed: Moment,
    },
    /// There is one already.
    WrittenAlready,
    /// A day no calendar has, or one too long ago to be true.
    ImpossibleDay,
    /// A date without month and day.
    YearAlone,
    /// A date without its day.
    MonthAlone,
    /// A date in digits, of which one is missing.
    DayTooShort,
    /// A date whose year has two digits.
    YearTooShort,
    /// A date of the farmers' calendar.
    LunarDay,
    /// A word where a number belongs, such as 无.
    NoNumber,
    /// An identity number of more or fewer than 18 characters.
    IdentityLength {
        /// How many there are.
        found: usize,
    },
    /// An identity number as they were until 1999.
    OldIdentity,
    /// A character that no identity number has at this place.
    IdentityCharacter {
        /// The place, counted from 1.
        place: usize,
        /// What stands there.
        found: char,
    },
    /// An identity number whose last digits a spreadsheet lost.
    IdentityDigitsLost,
    /// The number of another kind of document.
    OtherDocument {
        /// Which, where the number tells.
        kind: Option<DocumentKind>,
    },
    /// Not written as any document's number.
    NotADocumentNumber,
    /// An identity number whose birth date does not exist.
    IdentityDate,
    /// An identity number whose last character does not fit the others.
    IdentityChecksum,
    /// Neither a mobile number nor a landline with area code.
    NotAPhone,
    /// A mobile number of more or fewer than 11 digits.
    MobileLength {
        /// How many there are.
        found: usize,
    },
    /// A landline without its area code.
    NoAreaCode,
    /// More than one telephone number.
    SeveralPhones,
    /// A number with words beside it.
    NumberWithWords,
    /// Not among the choices offered.
    NotAChoice,
    /// Not a number in the allowed range.
    NotANumber {
        /// Smallest number allowed.
        min: Decimal,
        /// Largest number allowed.
        max: Decimal,
        /// How many decimals it may have.
        decimals: u8,
    },
    /// A number with more decimals than are counted.
    TooManyDecimals {
        /// Most decimals allowed.
        most: u8,
    },
    /// Not written as a time of day.
    NotATime,
    /// Not written as hours and minutes.
    NotADuration,
    /// Fewer rows of a table than needed.
    TooFewRows {
        /// Fewest rows allowed.
        min: usize,
    },
    /// More rows of a table than fit.
    TooManyRows {
        /// Most rows allowed.
        max: usize,
    },
    /// Not a short name for an address: lower-case letters, digits, hyphens.
    NotASlug,
    /// Not a short code for numbers: capital letters and digits.
    NotACode,
    /// The very person from whom something is to go to another.
    SamePerson,
    /// A member who does not work here: disabled, past the last day, or not yet begun.
    NotAtWork,
    /// A member whose roles do not reach what is to become theirs.
    OutOfReach,
    /// Already in use by another entry.
    Taken,
    /// The number of a document that another record bears.
    NumberTaken,
    /// Somebody of the same name and day of birth is on file without a number, and may be this person.
    PerhapsKnown {
        /// The number of the record.
        record: String,
    },
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
    /// A unit that cannot stand, be named or end as was asked.
    Misplaced(Misplaced),
    /// A file that cannot hang there.
    Attachment(Unfit),
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
            Self::PastDay => fixed(
                "这一天已经过去，请填写今天或以后的日期。",
                "This day is past: please give today or a later day.",
            ),
            Self::BeforeTheChange { changed } => {
                let changed = changed.to_input().replace('T', " ");
                lang.pick(
                    format!("状态在 {changed} 才变更，告知的时间不能更早。"),
                    format!("It changed at {changed} only: nobody can have been told of it before."),
                )
            }
            Self::BeforeItsFile { since } => {
                let day = say::day(lang, *since, Moment::from_millis(0).day());
                lang.pick(
                    format!("不能早于 {day}：这份卷宗从那天开始。"),
                    format!("This cannot be before {day}, when the file began."),
                )
            }
            Self::WrittenAlready => fixed("这一次已经记录过；写错的请在那份里更正。", "This one is written already; correct it there."),
            Self::ImpossibleDay => {
                fixed("没有这一天，请核对年、月、日。", "There is no such day: please check year, month and day.")
            }
            Self::YearAlone => fixed(
                "只有年份，请补上月和日，例如 1951-03-15。",
                "This is a year alone: please add month and day, such as 1951-03-15.",
            ),
            Self::MonthAlone => fixed(
                "只有年和月，请补上日，例如 1951-03-15。",
                "This is a year and a month: please add the day, such as 1951-03-15.",
            ),
            Self::DayTooShort => fixed(
                "日期少了一位数字（可能丢了一个 0），应为 8 位，例如 19510305。",
                "A digit of the date is missing, perhaps a 0: it has 8 digits, such as 19510305.",
            ),
            Self::YearTooShort => fixed(
                "年份请写四位，例如 1951-03-15。",
                "Please write the year with four digits, such as 1951-03-15.",
            ),
            Self::LunarDay => fixed(
                "请把农历日期换算成公历再填写。",
                "This is a date of the lunar calendar: please give it in the common one.",
            ),
            Self::NoNumber => fixed(
                "这里写的不是号码；没有号码时请留空。",
                "This is no number: where there is none, please leave it empty.",
            ),
            Self::IdentityLength { found } => {
                let zh = match found.checked_sub(18) {
                    Some(more) => format!("身份证号应为 18 位，这里有 {found} 位，多了 {more} 位，请核对。"),
                    None => format!("身份证号应为 18 位，这里只有 {found} 位，请核对。"),
                };
                lang.pick(zh, format!("An identity number has 18 characters; this has {found}: please check."))
            }
            Self::OldIdentity => fixed(
                "这是 15 位的旧身份证号，请填写现在的 18 位号码。",
                "This is an old identity number of 15 digits: please give the present one of 18.",
            ),
            Self::IdentityCharacter { place, found } => match mistaken_for(*found) {
                Some(digit) => lang.pick(
                    format!("身份证号第 {place} 位是字母“{found}”，应是数字“{digit}”，请核对后改正。"),
                    format!(
                        "Character {place} of the identity number is the letter “{found}” and not the digit “{digit}”: please \
                         check and correct it."
                    ),
                ),
                None => lang.pick(
                    format!("身份证号第 {place} 位是“{found}”；号码只有数字，最后一位可以是 X，请核对。"),
                    format!(
                        "Character {place} of the identity number is “{found}”; it has digits only, and perhaps an X at its \
                         end: please check."
                    ),
                ),
            },
            Self::IdentityDigitsLost => fixed(
                "身份证号曾被表格软件当成数字，最后几位已经丢失。请把该列设为“文本”格式，再重新填写完整号码。",
                "A spreadsheet took the identity number for a number and lost its last digits. Please format the column as \
                 text and type the number again.",
            ),
            Self::OtherDocument { kind: Some(kind) } => lang.pick(
                format!("这是{}的号码，请在“证件类型”中选择这种证件。", kind.say(Lang::Zh)),
                format!("This is the number of another document: please choose “{}” as its kind.", kind.say(Lang::En)),
            ),
            Self::OtherDocument { kind: None } => fixed(
                "这像是护照或通行证等其他证件的号码，请在“证件类型”中写明是哪种证件。",
                "This looks like the number of a passport or a permit: please say which kind of document it is.",
            ),
            Self::NotADocumentNumber => fixed(
                "证件号码只有字母和数字，请照证件填写。",
                "The number of a document has letters and digits only: please copy it from the document.",
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
            Self::MobileLength { found } => lang.pick(
                format!("手机号应为 11 位，这里有 {found} 位，请核对。"),
                format!("A mobile number has 11 digits; this has {found}: please check."),
            ),
            Self::NoAreaCode => fixed(
                "固定电话缺少区号，请补上，例如 020-81234567。",
                "The landline has no area code: please add it, such as 020-81234567.",
            ),
            Self::SeveralPhones => fixed(
                "这里有不止一个号码，请只填一个。",
                "There is more than one number here: please give one.",
            ),
            Self::NumberWithWords => fixed(
                "请只填号码，说明文字请写到备注。",
                "Please give the number alone, and write what else there is to say as a note.",
            ),
            Self::NotAChoice => fixed("请从给出的选项中选择。", "Please choose one of the options."),
            Self::NotANumber { min, max, decimals: 0 } => lang.pick(
                format!("请填写 {min} 至 {max} 之间的整数。"),
                format!("Please give a whole number from {min} to {max}."),
            ),
            Self::NotANumber { min, max, decimals } => lang.pick(
                format!("请填写 {min} 至 {max} 之间的数，小数最多 {decimals} 位；只填数字，不写单位。"),
                format!("Please give a number from {min} to {max} with at most {decimals} decimals, without its unit."),
            ),
            Self::TooManyDecimals { most } => lang.pick(
                format!("小数最多 {most} 位，请改短，例如 {}。", Decimal::new(12_500, *most)),
                format!("At most {most} decimals, such as {}: please shorten it.", Decimal::new(12_500, *most)),
            ),
            Self::NotATime => fixed(
                "请按 24 小时制填写时刻，例如 14:30。",
                "Please give the time of day by 24 hours, such as 14:30.",
            ),
            Self::NotADuration => fixed(
                "请按“小时:分钟”填写时长，例如 1 小时 30 分写作 1:30。",
                "Please give hours and minutes, such as 1:30 for one hour and a half.",
            ),
            Self::TooFewRows { min } => lang.pick(
                format!("至少填写 {min} 行，请补充。"),
                format!("At least {min} rows: please add more."),
            ),
            Self::TooManyRows { max } => lang.pick(
                format!("最多 {max} 行，请删去多余的行，或另写一份。"),
                format!("At most {max} rows: please take some away, or write the rest on another form."),
            ),
            Self::NotASlug => fixed(
                "请用小写字母开头，只用小写字母、数字和连字符，2 至 40 个。",
                "Please use 2 to 40 lower-case letters, digits and hyphens, a letter first.",
            ),
            Self::NotACode => fixed(
                "请用大写字母开头，只用大写字母和数字，2 至 8 个。",
                "Please use 2 to 8 capital letters and digits, a letter first.",
            ),
            Self::SamePerson => fixed(
                "不能转交给本人，请选择另一位同事。",
                "Work is not handed to the person who hands it over: please choose a colleague.",
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
            Self::NumberTaken => fixed(
                "这个号码已登记在本机构另一份档案中，请核对；同一人只应有一份档案。",
                "Another record here bears this number: please check; one person should have one record.",
            ),
            Self::PerhapsKnown { record } => lang.pick(
                format!(
                    "档案 {record} 的姓名和出生日期相同，而那里没有证件号码，可能是同一人。是同一人的，请先在那份档案补上号码再确认；\
                     不是的，请勾选后再确认。"
                ),
                format!(
                    "Record {record} has the same name and date of birth and no number: it may be the same person. If it is, \
                     please add the number there first, then confirm; if not, please tick this."
                ),
            ),
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
            Self::Misplaced(misplaced) => misplaced.say(lang),
            Self::Attachment(unfit) => unfit.say(lang),
            Self::Contradicts => {
                fixed("与其他内容不一致，请核对。", "This contradicts another answer: please check both.")
            }
        }
    }
}

/// The digit for which a letter is mistaken.
const fn mistaken_for(letter: char) -> Option<char> {
    match letter {
        'O' | 'Q' | 'D' => Some('0'),
        'I' | 'L' => Some('1'),
        'Z' => Some('2'),
        'S' => Some('5'),
        'B' => Some('8'),
        _ => None,
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
    /// Who may go on all the same, with a written reason; nobody, where the rule is firm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless: Vec<Role>,
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
    /// Others write in the same organisation, and the turn did not come in time.
    Busy,
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
            Self::Busy => fixed(
                "本机构此刻非常繁忙，这次没有保存任何内容。请过一会儿再试一次。",
                "This organisation is very busy at the moment, and nothing was saved. Please try again in a moment.",
            ),
            Self::Unavailable { incident } => lang.pick(
                format!("系统暂时无法完成操作，您填写的内容未丢失。请稍后再试；如需帮助，请告知编号 {incident}。"),
                format!("This cannot be done right now; nothing you typed is lost. Please try again later, and quote {incident} if you ask for help."),
            ),
        }
    }

    /// Whether the person can mend it where they typed: by other words, by a look at what changed, or, after too many wrong
    /// attempts, a while later. Then the form comes back with what was typed; any other refusal has a page of its own.
    #[must_use]
    pub const fn is_mendable(&self) -> bool {
        match self {
            Self::Invalid(_)
            | Self::Blocked(_)
            | Self::Stale
            | Self::WrongState { .. }
            | Self::WrongCredentials
            | Self::LockedOut { .. } => true,
            Self::NotFound
            | Self::Forbidden
            | Self::SignedOut
            | Self::TooMany { .. }
            | Self::TooLarge
            | Self::Busy
            | Self::Unavailable { .. } => false,
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
            Self::Busy | Self::Unavailable { .. } => 503,
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
        let blocked = |zh, en| Blocked { rule: RuleId::INT_06, text: crate::lang::text(zh, en), unless: Vec::new() };
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
            (Refusal::Busy, 503),
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
    fn what_can_be_mended_comes_back_to_the_form() {
        let mendable: Vec<u16> =
            refusals().into_iter().filter(|(refusal, _)| refusal.is_mendable()).map(|(_, status)| status).collect();
        assert_eq!(mendable, [422, 409, 409, 409, 401, 429], "{mendable:?}");
        assert!(!Refusal::SignedOut.is_mendable() && Refusal::WrongCredentials.is_mendable());
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
