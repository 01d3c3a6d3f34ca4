//! Who is acting in an organisation: what every change begins with.

use crate::db::ReadTx;
use crate::entity::{member, member_role};
use crate::kernel::Core;
use crate::memberships::{is_valid, valid_roles};
use crate::organisations::Organisation;
use domain::access::Role;
use domain::ids::{AccountId, EngagementId, MemberId};
use domain::refusal::Refusal;
use domain::time::Moment;
use sea_orm::ColumnTrait;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Who acts, as the audit chain names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of the organisation's staff.
    Member {
        /// The membership.
        id: MemberId,
        /// The name on the screen.
        name: String,
    },
    /// Someone from the district.
    District {
        /// The account.
        account: AccountId,
    },
    /// An evaluator within an engagement.
    Evaluator {
        /// The account.
        account: AccountId,
        /// The engagement.
        engagement: EngagementId,
    },
    /// Somebody who applies, without an account.
    Resident,
    /// The operator of the installation, at its command line.
    Operator,
    /// The program itself, where it notes what nobody does: that a message went out.
    Program,
}

impl Actor {
    /// How the audit chain writes it.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Member { id, .. } => format!("member:{id}"),
            Self::District { account } => format!("district:{account}"),
            Self::Evaluator { account, engagement } => format!("evaluator:{account}:{engagement}"),
            Self::Resident => "resident".to_owned(),
            Self::Operator => "operator".to_owned(),
            Self::Program => "program".to_owned(),
        }
    }

    /// The membership, for staff.
    #[must_use]
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Self::Member { id, .. } => Some(*id),
            _ => None,
        }
    }
}

/// An actor within one organisation: what every change begins with.
#[derive(Clone)]
pub(crate) struct Acting {
    pub(crate) core: Arc<Core>,
    pub(crate) organisation: Arc<Organisation>,
    pub(crate) actor: Actor,
    pub(crate) roles: Vec<Role>,
    /// Whether the trail has a denial of this scope already; its clones know it too.
    pub(crate) denied: Arc<AtomicBool>,
}

impl Acting {
    pub(crate) fn new(core: Arc<Core>, organisation: Arc<Organisation>, actor: Actor, roles: Vec<Role>) -> Self {
        Self { core, organisation, actor, roles, denied: Arc::default() }
    }

    /// The actor's roles as they stand in this very transaction: a role revoked a moment ago is gone.
    pub(crate) async fn present_roles(&self, tx: &ReadTx, now: Moment) -> Result<Vec<Role>, Refusal> {
        let Actor::Member { id, .. } = &self.actor else { return Ok(self.roles.clone()) };
        let member = tx.find::<member::Entity>().by_id(*id).one().await?.ok_or(Refusal::SignedOut)?;
        if !is_valid(&member, now) {
            return Err(Refusal::SignedOut);
        }
        let rows = tx.find::<member_role::Entity>().filter(member_role::Column::MemberId.eq(id.uuid())).all().await?;
        Ok(valid_roles(&rows, now))
    }
}
