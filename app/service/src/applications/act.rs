//! What can be done with an application: where it is posted, what the policy asks for it, and what it is called.

use backend::StaffScope;
use backend::applications::ApplicationFile;
use domain::access::{Action, Object, Reach};
use domain::agreements::{Signer, signers};
use domain::applications::ApplicationState;
use domain::time::Day;
use domain::workflow::Workflow;
use pages::ui::Ui;

/// Something that can be done with an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ApplicationAct {
    Accept,
    Review,
    Ask,
    Supplement,
    Inquire,
    Screen,
    Sign,
    Confirm,
    Refuse,
    Withdraw,
    Tell,
}

impl ApplicationAct {
    const ALL: [Self; 11] = [
        Self::Accept,
        Self::Review,
        Self::Ask,
        Self::Supplement,
        Self::Inquire,
        Self::Screen,
        Self::Sign,
        Self::Confirm,
        Self::Refuse,
        Self::Withdraw,
        Self::Tell,
    ];

    /// Its name in addresses and on the page.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Review => "review",
            Self::Ask => "ask",
            Self::Supplement => "supplement",
            Self::Inquire => "inquire",
            Self::Screen => "screen",
            Self::Sign => "sign",
            Self::Confirm => "confirm",
            Self::Refuse => "refuse",
            Self::Withdraw => "withdraw",
            Self::Tell => "tell",
        }
    }

    /// The act with this name.
    pub(super) fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }

    /// Where it is posted, after the application's own address.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Ask => "supplement/ask",
            _ => self.key(),
        }
    }

    /// The step of the workflow that it is; telling leaves the state as it is.
    const fn step(self) -> Option<Action> {
        Some(match self {
            Self::Accept => Action::Accept,
            Self::Review => Action::Review,
            Self::Ask => Action::AskMore,
            Self::Supplement => Action::Supplement,
            Self::Inquire => Action::Inquire,
            Self::Screen => Action::Screen,
            Self::Sign => Action::Sign,
            Self::Confirm => Action::Confirm,
            Self::Refuse => Action::Refuse,
            Self::Withdraw => Action::Withdraw,
            Self::Tell => return None,
        })
    }

    /// What the policy is asked.
    const fn needs(self) -> (Object, Action) {
        match self {
            Self::Ask | Self::Inquire | Self::Review => (Object::Application, Action::Review),
            Self::Supplement => (Object::Application, Action::Edit),
            Self::Sign => (Object::Agreement, Action::Sign),
            Self::Accept => (Object::Application, Action::Accept),
            Self::Screen => (Object::Application, Action::Screen),
            Self::Confirm => (Object::Application, Action::Confirm),
            Self::Refuse => (Object::Application, Action::Refuse),
            Self::Withdraw => (Object::Application, Action::Withdraw),
            Self::Tell => (Object::Application, Action::Tell),
        }
    }

    /// Whether this person may do it in this state.
    pub(super) fn is_open(self, scope: &StaffScope, state: ApplicationState) -> bool {
        let (object, action) = self.needs();
        self.step().is_none_or(|step| state.allows(step)) && scope.reach(object, action) != Reach::None
    }

    /// What the button says.
    pub(super) const fn words(self, ui: Ui) -> &'static str {
        match self {
            Self::Accept => ui.t("受理申请", "Accept the application"),
            Self::Review => ui.t("初审通过，转评估", "Review passed, on to screening"),
            Self::Ask => ui.t("要求补充材料", "Ask for documents"),
            Self::Supplement => ui.t("材料已补齐，继续初审", "Documents are here, go on"),
            Self::Inquire => ui.t("进一步核查", "Inquire further"),
            Self::Screen => ui.t("评估通过，准备签约", "Screening passed, on to the agreement"),
            Self::Sign => ui.t("登记签署", "Note the signature"),
            Self::Confirm => ui.t("确认申请并开案", "Confirm and open a case"),
            Self::Refuse => ui.t("告知不符合", "Refuse with reason"),
            Self::Withdraw => ui.t("登记退出", "Note the withdrawal"),
            Self::Tell => ui.t("登记已告知", "Note that the applicant was told"),
        }
    }

    /// What is said when it is done.
    pub(super) const fn done(self, ui: Ui) -> &'static str {
        match self {
            Self::Accept => ui.t("已受理，初审开始计时。", "Accepted; the time for the review is running."),
            Self::Review => ui.t("初审完成，等待评估。", "Review finished; waiting for screening."),
            Self::Ask => ui.t("已要求补充材料，初审暂停计时。", "Documents asked for; the review's time pauses."),
            Self::Supplement => ui.t("已登记补充材料，初审继续计时。", "Documents noted; the review's time runs on."),
            Self::Inquire => ui.t("已转入进一步核查。", "Now under further inquiry."),
            Self::Screen => ui.t("评估通过，请填写服务协议。", "Screening passed; please write the agreement."),
            Self::Sign => ui.t("已登记签署。", "Signature noted."),
            Self::Confirm => ui.t("申请成功，个案已建立。", "Confirmed; a case is open."),
            Self::Refuse => ui.t("已告知不符合并结束申请。", "Refused with its reason; the application has ended."),
            Self::Withdraw => ui.t("已登记退出，申请结束。", "Withdrawal noted; the application has ended."),
            Self::Tell => ui.t("已登记告知。", "Noted that the applicant was told."),
        }
    }
}

/// What comes next, in one application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// An act of the workflow.
    Act(ApplicationAct),
    /// The agreement has to be written.
    Agreement,
    /// Nothing: it has ended.
    Ended,
}

impl Next {
    pub(super) fn of(file: &ApplicationFile, today: Day) -> Self {
        use ApplicationState as State;
        match file.state {
            State::Submitted => Self::Act(ApplicationAct::Accept),
            State::Reviewing | State::Inquiry => Self::Act(ApplicationAct::Review),
            State::Supplement => Self::Act(ApplicationAct::Supplement),
            State::Screening => Self::Act(ApplicationAct::Screen),
            State::Agreement if file.agreement.is_none() => Self::Agreement,
            State::Agreement if unsigned(file, today).is_empty() => Self::Act(ApplicationAct::Confirm),
            State::Agreement => Self::Act(ApplicationAct::Sign),
            State::Confirmed | State::Refused | State::Withdrawn => Self::Ended,
        }
    }
}

/// Whose signature the agreement still needs; for a child under 8 also that the child was told, which stands where the
/// child's own signature would.
pub(super) fn unsigned(file: &ApplicationFile, today: Day) -> Vec<Signer> {
    let Some(agreement) = &file.agreement else { return Vec::new() };
    let missing = |signer: &Signer| match signer {
        Signer::Client => agreement.client.is_none(),
        Signer::Guardian => agreement.guardian.is_none(),
        Signer::Station => false,
    };
    involved(file, today).into_iter().filter(missing).collect()
}

/// Who takes part in the signing.
pub(super) fn involved(file: &ApplicationFile, today: Day) -> Vec<Signer> {
    match file.person.age_on(today) {
        Some(age) if signers(age, file.person.is_self_supporting()).contains(&Signer::Guardian) => {
            vec![Signer::Client, Signer::Guardian]
        }
        _ => vec![Signer::Client],
    }
}

/// Whether the person does not sign, but is told in suitable words.
pub(super) fn is_told_only(file: &ApplicationFile, today: Day) -> bool {
    let signs = |age| signers(age, file.person.is_self_supporting()).contains(&Signer::Client);
    file.person.age_on(today).is_some_and(|age| !signs(age))
}
