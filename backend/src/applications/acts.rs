//! What can be done with an application, and how it has to stand for that.

use crate::acts::FileAct;
use crate::clients::Person;
use domain::access::{Action, Object};
use domain::agreements::{Signer, taking_part};
use domain::applications::ApplicationState;
use domain::lang::text;
use domain::refusal::Refusal;
use domain::time::Day;
use domain::workflow::Workflow;

/// Something that can be done with an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApplicationAct {
    /// Accepting it into review.
    Accept,
    /// Finishing the review.
    Review,
    /// Asking for documents.
    Ask,
    /// Noting that they came.
    Supplement,
    /// Opening a further inquiry.
    Inquire,
    /// Passing the applicant in screening.
    Screen,
    /// Writing the agreement.
    Prepare,
    /// Taking a signature.
    Sign,
    /// Confirming the applicant, which opens a case.
    Confirm,
    /// Refusing.
    Refuse,
    /// Noting that the applicant withdrew.
    Withdraw,
    /// Noting that the applicant was told.
    Tell,
}

impl FileAct for ApplicationAct {
    const ALL: &'static [Self] = &[
        Self::Accept,
        Self::Review,
        Self::Ask,
        Self::Supplement,
        Self::Inquire,
        Self::Screen,
        Self::Prepare,
        Self::Sign,
        Self::Confirm,
        Self::Refuse,
        Self::Withdraw,
        Self::Tell,
    ];

    fn right(self) -> (Object, Action) {
        match self {
            Self::Prepare => (Object::Agreement, Action::Create),
            Self::Sign => (Object::Agreement, Action::Sign),
            Self::Ask | Self::Inquire | Self::Review => (Object::Application, Action::Review),
            Self::Supplement => (Object::Application, Action::Edit),
            Self::Accept => (Object::Application, Action::Accept),
            Self::Screen => (Object::Application, Action::Screen),
            Self::Confirm => (Object::Application, Action::Confirm),
            Self::Refuse => (Object::Application, Action::Refuse),
            Self::Withdraw => (Object::Application, Action::Withdraw),
            Self::Tell => (Object::Application, Action::Tell),
        }
    }
}

impl ApplicationAct {
    /// The state to which it leads; telling leaves the state as it is.
    pub(super) fn leads(self, from: ApplicationState) -> Result<ApplicationState, Refusal> {
        let step = match self {
            Self::Accept => Action::Accept,
            Self::Review => Action::Review,
            Self::Ask => Action::AskMore,
            Self::Supplement => Action::Supplement,
            Self::Inquire => Action::Inquire,
            Self::Screen => Action::Screen,
            // The agreement is written and signed in the same state.
            Self::Prepare | Self::Sign => Action::Sign,
            Self::Confirm => Action::Confirm,
            Self::Refuse => Action::Refuse,
            Self::Withdraw => Action::Withdraw,
            Self::Tell => return Ok(from),
        };
        Ok(from.next(step)?)
    }
}

/// How an application stands, as far as what can be done with it depends on that.
pub(super) struct Standing {
    pub(super) state: ApplicationState,
    /// Who has signed the agreement; none before it is written.
    pub(super) signed: Option<Vec<Signer>>,
    /// Who takes part in the signing.
    pub(super) signers: &'static [Signer],
}

impl Standing {
    pub(super) fn of(state: ApplicationState, person: &Person, today: Day, signed: Option<Vec<Signer>>) -> Self {
        Self { state, signed, signers: taking_part(person.age_on(today), person.is_self_supporting()) }
    }

    /// Whose signature the agreement still needs; for a child under 8 also that the child was told, which stands where the
    /// child's own signature would.
    pub(super) fn unsigned(&self) -> Vec<Signer> {
        let Some(signed) = &self.signed else { return Vec::new() };
        self.signers.iter().copied().filter(|signer| !signed.contains(signer)).collect()
    }

    /// Whether this may be done to it now.
    pub(super) fn may(&self, act: ApplicationAct) -> Result<(), Refusal> {
        act.leads(self.state)?;
        match (act, &self.signed) {
            (ApplicationAct::Prepare, Some(signed)) if !signed.is_empty() => Err(Refusal::Stale),
            (ApplicationAct::Sign, None) => Err(Refusal::WrongState {
                text: text(
                    "请先填写服务协议并作说明，再签署。",
                    "Write the agreement down and explain it before it is signed.",
                ),
            }),
            (ApplicationAct::Sign, Some(_)) if self.unsigned().is_empty() => Err(Refusal::WrongState {
                text: text("该签署的人都已签署。", "Everybody who has to sign has signed."),
            }),
            _ => Ok(()),
        }
    }
}

/// Who has signed an agreement.
pub(super) fn signed(client: bool, guardian: bool) -> Vec<Signer> {
    let signer = |has: bool, signer| has.then_some(signer);
    signer(client, Signer::Client).into_iter().chain(signer(guardian, Signer::Guardian)).collect()
}
