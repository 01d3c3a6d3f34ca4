//! What can be done with a membership, and how it has to stand for that.

use crate::acts::FileAct;
use crate::entity::member;
use crate::memberships::is_valid;
use crate::scope::StaffScope;
use domain::access::{Action, Object, Reach, Role};
use domain::ids::MemberId;
use domain::lang::{Text, text};
use domain::members::Holdings;
use domain::refusal::Refusal;

/// Something that can be done with a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberAct {
    /// Giving one more role.
    Grant,
    /// Taking one away.
    Revoke,
    /// Making a link for who cannot sign in.
    LetIn,
    /// Handing over all that the member answers for.
    HandOver,
    /// Ending it.
    Disable,
}

impl FileAct for MemberAct {
    const ALL: &'static [Self] = &[Self::Grant, Self::Revoke, Self::LetIn, Self::HandOver, Self::Disable];

    fn right(self) -> (Object, Action) {
        match self {
            Self::Grant | Self::LetIn => (Object::Member, Action::Edit),
            Self::Revoke | Self::Disable => (Object::Member, Action::Disable),
            Self::HandOver => (Object::Case, Action::Reassign),
        }
    }
}

impl MemberAct {
    /// Whether this member may do it to that one now, who answers for so much.
    pub(super) fn may(self, by: &StaffScope, member: &member::Model, holdings: &Holdings) -> Result<(), Refusal> {
        let own = by.member().uuid() == member.id;
        let wrong = |text| Err(Refusal::WrongState { text });
        match self {
            Self::HandOver if holdings.is_empty() => wrong(text(
                "名下没有可以转交的工作，可能刚刚已经转交。",
                "This member answers for nothing that could be handed over; perhaps it was handed over just now.",
            )),
            Self::Grant | Self::LetIn | Self::Disable if !is_valid(member, by.now()) => {
                wrong(text("成员已停用或任期已满，不能再更改。", "The membership has ended and is changed no more."))
            }
            Self::LetIn if own => wrong(text(
                "自己的密码和动态口令在“我的账号”里更改。",
                "Your own password and second factor are changed under “My account”.",
            )),
            Self::Disable if own => wrong(text(
                "不能停用自己，请另一位站长办理。",
                "Nobody disables themselves: another head has to do it.",
            )),
            _ => Ok(()),
        }
    }
}

/// Whether this member may take this role from that one: whoever took from themselves the role with which they do it could not
/// undo it.
///
/// # Errors
/// [`Refusal::WrongState`] when it is the own role by which roles are given.
pub fn may_revoke(by: &StaffScope, member: MemberId, role: Role) -> Result<(), Refusal> {
    const OWN: Text = text(
        "不能撤销自己管理成员的角色，撤销后自己无法恢复，请另一位站长办理。",
        "Nobody takes from themselves the role that gives roles: another head has to do it.",
    );
    let gives_roles = by.acting().core.policy.reach(role, Object::Member, Action::Edit) != Reach::None;
    if member == by.member() && gives_roles { Err(Refusal::WrongState { text: OWN }) } else { Ok(()) }
}
