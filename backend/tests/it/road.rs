//! More of the road than [`Story`] walks: calls of other days, appointments, and the way to a closed case. What a district
//! and an evaluator look at.

use crate::story::{Story, answers};
use crate::world::*;
use backend::applications;
use domain::agreements::Signer;
use domain::applications::Channel;
use domain::ids::{ApplicationId, CaseId, PaperId};

/// Name, telephone and identity number of a person.
#[derive(Clone, Copy)]
pub struct Somebody {
    pub name: &'static str,
    pub phone: &'static str,
    pub identity: &'static str,
}

pub const WANG: Somebody = Somebody { name: "王小明", phone: "13800138000", identity: "11010519491231002X" };
pub const LI: Somebody = Somebody { name: "李桂芳", phone: "13900139000", identity: "440105195203040021" };
/// Where both live.
pub const HOME: &str = "海珠区南华街道南华西路12号";

/// One organisation's people at work.
pub struct Road {
    pub story: Story,
}

impl Road {
    pub async fn at(world: &World, slug: &'static str) -> Self {
        Self { story: Story::begin(world, slug).await }
    }

    /// Somebody called; the call is keyed in now.
    pub async fn apply(&self, who: Somebody, told: &str) -> ApplicationId {
        let command = fresh(applications::EnterApplication {
            service: self.story.service,
            channel: Channel::Telephone,
            told_at: moment(told),
            proof_seen: false,
            answers: answers([
                ("name", who.name),
                ("document_kind", "resident_id"),
                ("identity_number", who.identity),
                ("phone", who.phone),
                ("address", HOME),
                ("need", &format!("{}独居，需要探访。", who.name)),
                ("consent", "yes"),
            ]),
        });
        applications::enter(&self.story.intake, command).await.unwrap().application
    }

    /// From a call to a case.
    pub async fn open_case(&self, who: Somebody, told: &str) -> CaseId {
        let application = self.apply(who, told).await;
        self.story.accept(application).await.unwrap();
        self.story.review(application).await.unwrap();
        self.story.screen(application).await.unwrap();
        self.story.agree(application).await.unwrap();
        self.story.sign(application, Signer::Client).await.unwrap();
        self.story.confirm(application).await.unwrap().case
    }

    /// Need assessment and plan, both approved: service begins.
    pub async fn start(&self, case: CaseId) {
        self.story.assess(case).await.unwrap();
        self.story.plan(case).await.unwrap();
    }

    /// A visit that is to end then.
    pub async fn appoint(&self, case: CaseId, ends: &str) -> PaperId {
        self.story.appoint(case, ends).await.unwrap()
    }

    /// The visit that was appointed, written down now, with more of the person than a record should hold.
    pub async fn write(&self, case: CaseId, visit: PaperId, occurred: &str) {
        let record = answers([
            ("occurred_at", occurred),
            ("mode", "visit"),
            ("content", "王小明说身份证11010519491231002X丢了，电话138 0013 8000。"),
            ("feedback", "小明很高兴。"),
            ("effect", "好转。"),
        ]);
        self.story.hand_in_about(case, ("record", visit), record).await.unwrap();
    }

    /// Service is finished, the result told, the case closed.
    pub async fn close(&self, case: CaseId) {
        self.story.finish(case).await.unwrap();
        self.story.tell(case).await.unwrap();
        self.story.close(case).await.unwrap();
    }
}
