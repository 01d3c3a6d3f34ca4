//! The road of a case, walked by the real operations: what a district and an evaluator look at.

use crate::world::*;
use backend::StaffScope;
use backend::cases::{self, CaseFile};
use backend::catalogue::{OfferService, offer_as_operator};
use backend::intake;
use domain::access::Role;
use domain::agreements::Signer;
use domain::applications::{Channel, Grade, TellMode};
use domain::assessments::Method;
use domain::forms::Answers;
use domain::ids::{ApplicationId, CaseId, RecordId, ServiceId};
use domain::records::ContactMode;
use domain::time::Moment;

/// Name, telephone and identity number of a person.
#[derive(Clone, Copy)]
pub struct Somebody {
    pub name: &'static str,
    pub phone: &'static str,
    pub identity: &'static str,
}

pub const WANG: Somebody = Somebody { name: "王小明", phone: "13800138000", identity: "11010519491231002X" };
pub const LI: Somebody = Somebody { name: "李桂芳", phone: "13900139000", identity: "440105195203040021" };

/// One organisation's people at work.
pub struct Road<'w> {
    world: &'w World,
    pub head: StaffScope,
    pub worker: StaffScope,
    service: ServiceId,
}

impl<'w> Road<'w> {
    pub async fn at(world: &'w World, slug: &str) -> Self {
        let offer = OfferService {
            operation: operation(),
            code: "home-visit".to_owned(),
            name: "居家探访".to_owned(),
            summary: "上门探访。".to_owned(),
            criteria: Vec::new(),
        };
        let service = offer_as_operator(&world.operator(slug).await, offer).await.unwrap();
        let (head, worker) = (world.staff(slug, Role::Head).await, world.staff(slug, Role::SocialWorker).await);
        Self { world, head, worker, service }
    }

    fn now(&self) -> Moment {
        self.world.backend.now()
    }

    /// Somebody calls; the call is keyed in now.
    pub async fn apply(&self, who: Somebody, told: &str) -> ApplicationId {
        let command = intake::EnterApplication {
            operation: operation(),
            service: self.service,
            channel: Channel::Telephone,
            told_at: moment(told),
            answers: answers(&[
                ("name", who.name),
                ("document_kind", "resident_id"),
                ("identity_number", who.identity),
                ("phone", who.phone),
                ("address", "海珠区南华街道南华西路12号"),
                ("need", &format!("{}独居，需要探访。", who.name)),
                ("consent", "yes"),
            ]),
        };
        intake::enter(&self.head, command).await.unwrap().application
    }

    pub async fn accept(&self, application: ApplicationId) {
        let version = self.version(application).await;
        let grade = Some(Grade::Routine);
        let command = intake::Accept { operation: operation(), application, version, grade };
        intake::accept(&self.head, command).await.unwrap();
    }

    /// From a call to a confirmed client.
    pub async fn open_case(&self, who: Somebody, told: &str) -> CaseId {
        let application = self.apply(who, told).await;
        self.accept(application).await;
        let version = self.version(application).await;
        intake::review(&self.head, intake::ToReview { operation: operation(), application, version }).await.unwrap();
        let version = self.version(application).await;
        let (method, note) = (Method::Interview, format!("{}符合条件。", who.name));
        let screen = intake::Screen { operation: operation(), application, version, method, note };
        intake::screen(&self.head, screen).await.unwrap();
        let contents = [
            ("rights_and_duties", "双方权利义务。"),
            ("contacts", who.phone),
            ("sessions", "12"),
            ("mode", "上门"),
            ("results", "生活改善"),
            ("risks", "无"),
            ("confidentiality", "除危及生命外保密。"),
            ("explained", "yes"),
        ];
        let prepare = intake::PrepareAgreement { operation: operation(), application, answers: answers(&contents) };
        intake::prepare_agreement(&self.head, prepare).await.unwrap();
        let version = self.version(application).await;
        let (signer, signature) = (Signer::Client, who.name.to_owned());
        intake::sign(&self.head, intake::Sign { operation: operation(), application, version, signer, signature })
            .await
            .unwrap();
        let version = self.version(application).await;
        let responsible = self.worker.member();
        let confirm = intake::Confirm { operation: operation(), application, version, responsible };
        intake::confirm(&self.head, confirm).await.unwrap().case
    }

    /// Need assessment and plan, both approved: service begins.
    pub async fn start(&self, case: CaseId) {
        let today = self.world.today().to_string();
        let report = answers(&[
            ("methods", "interview"),
            ("assessed_on", &today),
            ("method_evidence", "到家中面谈。"),
            ("situation", "王小明说身份证11010519491231002X丢了，电话138 0013 8000。"),
            ("problems", "孤独。"),
            ("needs", "陪伴。"),
            ("goals", "每周有人探访。"),
            ("recommendation", "接受服务。"),
        ]);
        let submit = cases::SubmitAssessment { operation: operation(), case, answers: report };
        let assessment = cases::submit_assessment(&self.worker, submit).await.unwrap();
        let approve = cases::ApproveAssessment { operation: operation(), assessment, version: 1 };
        cases::approve_assessment(&self.head, approve).await.unwrap();
        let made = answers(&[
            ("goals", "不再孤独。"),
            ("indicators", "每周一次。"),
            ("content", "探访。"),
            ("methods", "个案。"),
            ("starts_on", &today),
            ("ends_on", &self.world.today().plus_days(90).to_string()),
            ("frequency", "每周一次"),
            ("place", "家中"),
            ("staff", "社工一名"),
            ("resources", "志愿者"),
        ]);
        let plan = cases::submit_plan(&self.worker, cases::SubmitPlan { operation: operation(), case, answers: made });
        let plan = plan.await.unwrap();
        let discuss = cases::RecordDiscussion {
            operation: operation(),
            plan,
            version: 1,
            occurred: self.now(),
            discussion: "督导、社工参加；小明的情况一致同意。".to_owned(),
        };
        cases::record_discussion(&self.worker, discuss).await.unwrap();
        cases::approve_plan(&self.head, cases::ApprovePlan { operation: operation(), plan, version: 2 }).await.unwrap();
    }

    /// A visit that is to end then.
    pub async fn appoint(&self, case: CaseId, ends: &str) -> RecordId {
        let visit = cases::PlanVisit { operation: operation(), case, ends: moment(ends), mode: ContactMode::Visit };
        cases::plan_visit(&self.worker, visit).await.unwrap()
    }

    /// A visit written down now.
    pub async fn write(&self, case: CaseId, of: Option<(RecordId, i64)>, occurred: &str) -> RecordId {
        let said = answers(&[("content", "探访王小明。"), ("feedback", "小明很高兴。"), ("effect", "好转。")]);
        let (occurred, mode) = (moment(occurred), ContactMode::Visit);
        let write = cases::WriteRecord { operation: operation(), case, of, occurred, mode, answers: said };
        cases::write_record(&self.worker, write).await.unwrap()
    }

    pub async fn tell(&self, case: CaseId) {
        let version = self.file(case).await.version;
        let tell = cases::TellResult { operation: operation(), case, version, mode: TellMode::FaceToFace };
        cases::tell_result(&self.worker, tell).await.unwrap();
    }

    pub async fn close(&self, case: CaseId) {
        let version = self.file(case).await.version;
        cases::finish(&self.worker, cases::Finish { operation: operation(), case, version }).await.unwrap();
        self.tell(case).await;
        let version = self.file(case).await.version;
        let summary = answers(&[
            ("summary", "王小明已能自理。"),
            ("goal_attainment", "reached"),
            ("reason", "goal_reached"),
            ("told_how", "face_to_face"),
        ]);
        cases::close(&self.worker, cases::Close { operation: operation(), case, version, answers: summary })
            .await
            .unwrap();
    }

    pub async fn file(&self, case: CaseId) -> CaseFile {
        cases::open(&self.head, case).await.unwrap()
    }

    async fn version(&self, application: ApplicationId) -> i64 {
        intake::open(&self.head, application).await.unwrap().version
    }
}

fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}
