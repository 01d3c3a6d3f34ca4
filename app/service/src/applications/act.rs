//! What can be done with an application, as the page says it; whether it can be done is the file's to say.

use backend::acts::FileAct;
use backend::applications::{ApplicationAct, ApplicationFile};
use domain::agreements::{self, Signer, taking_part};
use domain::applications::ApplicationState;
use domain::time::Day;
use pages::ui::Ui;

/// An act on the page: its name in addresses, and what is said of it.
pub(super) trait Worded: Sized {
    /// The act with this name.
    fn parse(key: &str) -> Option<Self>;

    /// Its name in addresses and on the page.
    fn key(self) -> &'static str;

    /// Where it is posted, after the application's own address.
    fn path(self) -> &'static str;

    /// What the button says.
    fn words(self, ui: Ui) -> &'static str;

    /// What is said when it is done.
    fn done(self, ui: Ui) -> &'static str;
}

impl Worded for ApplicationAct {
    fn parse(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.key() == key)
    }

    fn key(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Review => "review",
            Self::Ask => "ask",
            Self::Supplement => "supplement",
            Self::Inquire => "inquire",
            Self::Screen => "screen",
            Self::Prepare => "agreement",
            Self::Sign => "sign",
            Self::Confirm => "confirm",
            Self::Refuse => "refuse",
            Self::Withdraw => "withdraw",
            Self::Tell => "tell",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Ask => "supplement/ask",
            _ => self.key(),
        }
    }

    fn words(self, ui: Ui) -> &'static str {
        match self {
            Self::Accept => ui.t("受理申请", "Accept the application"),
            Self::Review => ui.t("初审通过，转评估", "Review passed, on to screening"),
            Self::Ask => ui.t("要求补充材料", "Ask for documents"),
            Self::Supplement => ui.t("材料已补齐，继续初审", "Documents are here, go on"),
            Self::Inquire => ui.t("进一步核查", "Inquire further"),
            Self::Screen => ui.t("评估通过，准备签约", "Screening passed, on to the agreement"),
            Self::Prepare => ui.t("填写服务协议", "Write the agreement"),
            Self::Sign => ui.t("登记签署", "Note the signature"),
            Self::Confirm => ui.t("确认申请并开案", "Confirm and open a case"),
            Self::Refuse => ui.t("告知不符合", "Refuse with reason"),
            Self::Withdraw => ui.t("登记退出", "Note the withdrawal"),
            Self::Tell => ui.t("登记已告知", "Note that the applicant was told"),
        }
    }

    fn done(self, ui: Ui) -> &'static str {
        match self {
            Self::Accept => ui.t("已受理，初审开始计时。", "Accepted; the time for the review is running."),
            Self::Review => ui.t("初审完成，等待评估。", "Review finished; waiting for screening."),
            Self::Ask => ui.t("已要求补充材料，初审暂停计时。", "Documents asked for; the review's time pauses."),
            Self::Supplement => ui.t("已登记补充材料，初审继续计时。", "Documents noted; the review's time runs on."),
            Self::Inquire => ui.t("已转入进一步核查。", "Now under further inquiry."),
            Self::Screen => ui.t("评估通过，请填写服务协议。", "Screening passed; please write the agreement."),
            Self::Prepare => ui.t("协议已保存，可以签署。", "The agreement is kept and can be signed."),
            Self::Sign => ui.t("已登记签署。", "Signature noted."),
            Self::Confirm => ui.t("申请成功，个案已建立。", "Confirmed; a case is open."),
            Self::Refuse => ui.t("已告知不符合并结束申请。", "Refused with its reason; the application has ended."),
            Self::Withdraw => ui.t("已登记退出，申请结束。", "Withdrawal noted; the application has ended."),
            Self::Tell => ui.t("已登记告知。", "Noted that the applicant was told."),
        }
    }
}

/// What comes next in one application; nothing, when it has ended.
pub(super) fn next(file: &ApplicationFile, today: Day) -> Option<ApplicationAct> {
    use ApplicationState as State;
    Some(match file.state {
        State::Submitted => ApplicationAct::Accept,
        State::Reviewing | State::Inquiry => ApplicationAct::Review,
        State::Supplement => ApplicationAct::Supplement,
        State::Screening => ApplicationAct::Screen,
        State::Agreement if file.agreement.is_none() => ApplicationAct::Prepare,
        State::Agreement if file.unsigned(today).is_empty() => ApplicationAct::Confirm,
        State::Agreement => ApplicationAct::Sign,
        State::Confirmed | State::Refused | State::Withdrawn => return None,
    })
}

/// Who takes part in the signing.
pub(super) fn involved(file: &ApplicationFile, today: Day) -> &'static [Signer] {
    taking_part(file.person.age_on(today), file.person.is_self_supporting())
}

/// Whether the person does not sign, but is told in suitable words.
pub(super) fn is_told_only(file: &ApplicationFile, today: Day) -> bool {
    file.person.age_on(today).is_some_and(|age| agreements::is_told_only(age, file.person.is_self_supporting()))
}
