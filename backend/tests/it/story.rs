//! The master lifecycle in steps a test can name: from an application to a case that is closed.

use crate::agreement::AGREEMENT;
use crate::world::*;
use backend::applications::{
    Accept, Confirm, Confirmed, PrepareAgreement, Receipt, Screen, Sign, SubmitApplication, accept, confirm,
    prepare_agreement, review, screen, sign,
};
use backend::cases::{CaseFile, TellResult, finish, tell_result};
use backend::catalogue::{OfferService, offer_as_operator};
use backend::paperwork::{self, Decide, Submit};
use backend::{Command, StaffScope, applications, cases};
use domain::access::Role;
use domain::agreements::Signer;
use domain::applications::{Channel, CriterionGround, Grade, ScreeningMethod, TellMode};
use domain::forms::Answers;
use domain::ids::{ApplicationId, CaseId, PaperId, ServiceId};
use domain::lang::text;
use domain::papers::Deed;
use domain::refusal::Refusal;
use domain::services::Criterion;
use domain::time::Moment;

/// A grown-up's identity number, and a ten-year-old's in 2026.
pub const ADULT: &str = "440105198001010012";
pub const CHILD: &str = "440105201601010010";

/// Answers from pairs.
pub fn answers<const N: usize>(pairs: [(&str, &str); N]) -> Answers {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// A complete application by this person.
pub fn application(identity: &str) -> Answers {
    answers([
        ("name", "王小明"),
        ("document_kind", "resident_id"),
        ("identity_number", identity),
        ("phone", "13800138000"),
        ("address", "青榕区榕树街道榕园路5号"),
        ("guardian_name", "王建国"),
        ("guardian_relation", "father"),
        ("guardian_phone", "13900139000"),
        ("need", "希望有人陪伴老人看病。"),
        ("consent", "yes"),
    ])
}

/// A complete agreement.
pub fn agreement() -> Answers {
    answers(AGREEMENT)
}

/// A complete need assessment.
pub fn assessment() -> Answers {
    answers([
        ("methods", "interview,observation"),
        ("assessed_on", "2026-03-02"),
        ("method_evidence", "面谈记录一份，家访照片两张。"),
        ("situation", "独居，行动不便。"),
        ("problems", "看病无人陪同。"),
        ("needs", "每月两次陪诊。"),
        ("goals", "三个月内按时复诊。"),
        ("recommendation", "建议开案。"),
    ])
}

/// A complete plan.
pub fn plan() -> Answers {
    answers([
        ("goals", "按时复诊。"),
        ("indicators", "复诊率 100%。"),
        ("content", "陪诊。"),
        ("methods", "个案。"),
        ("starts_on", "2026-03-09"),
        ("ends_on", "2026-06-09"),
        ("frequency", "每月两次"),
        ("place", "社区医院"),
        ("staff", "社工一名，志愿者一名。"),
        ("resources", "志愿者队伍。"),
    ])
}

/// What a team said.
pub fn discussion(occurred: Moment) -> Answers {
    answers([("occurred_at", &occurred.to_input()), ("discussion", "团队一致同意。")])
}

/// A visit that is to end then.
pub fn visit(ends: Moment) -> Answers {
    answers([("ends_at", &ends.to_input()), ("mode", "visit")])
}

/// A complete record.
pub fn record(occurred: Moment) -> Answers {
    answers([
        ("occurred_at", &occurred.to_input()),
        ("mode", "visit"),
        ("content", "陪同复诊。"),
        ("feedback", "服务对象表示满意。"),
        ("effect", "血压稳定。"),
    ])
}

/// A complete follow-up.
pub fn follow_up(month: i64, occurred: Moment) -> Answers {
    answers([
        ("month", &month.to_string()),
        ("occurred_at", &occurred.to_input()),
        ("reached", "done"),
        ("mode", "visit"),
        ("situation", "生活稳定。"),
        ("later_needs", "暂无。"),
    ])
}

/// A complete closing summary.
pub fn closing() -> Answers {
    answers([
        ("summary", "目标达成。"),
        ("goal_attainment", "reached"),
        ("reason", "goal_reached"),
        ("told_how", "face_to_face"),
        ("satisfaction", "5"),
    ])
}

/// A form of this case, filled in.
pub fn filled(case: CaseId, register: &str, answers: Answers) -> Submit {
    Submit {
        register: register.to_owned(),
        file: case.into(),
        template: 1,
        about: None,
        replaces: None,
        draft: None,
        answers,
        why: String::new(),
    }
}

/// Hands a form in, under an operation of its own.
pub async fn submit(scope: &StaffScope, form: Submit) -> Result<PaperId, Refusal> {
    paperwork::submit(scope, fresh(form)).await
}

/// Keeps it as a draft.
pub async fn keep_draft(scope: &StaffScope, form: Submit) -> Result<PaperId, Refusal> {
    paperwork::keep_draft(scope, fresh(form)).await
}

/// A decision about a paper as it was handed in.
pub fn decision(paper: PaperId, deed: Deed) -> Command<Decide> {
    decision_because(paper, deed, "")
}

/// The same, with a reason.
pub fn decision_because(paper: PaperId, deed: Deed, reason: &str) -> Command<Decide> {
    fresh(Decide { paper, deed, reason: reason.to_owned() }).seen(1)
}

/// One organisation's people and its service.
pub struct Story {
    pub intake: StaffScope,
    pub worker: StaffScope,
    pub supervisor: StaffScope,
    pub head: StaffScope,
    pub service: ServiceId,
    slug: &'static str,
}

impl Story {
    /// The organisation's people come to work and offer a service.
    pub async fn begin(world: &World, slug: &'static str) -> Self {
        let criterion = |key: &str, ground| Criterion {
            key: key.to_owned(),
            ground,
            text: text("公布的条件", "A published criterion"),
        };
        let offer = fresh(OfferService {
            code: "escort".to_owned(),
            name: "陪诊服务".to_owned(),
            summary: "陪同看病。".to_owned(),
            criteria: vec![criterion("area", CriterionGround::Area), criterion("poor", CriterionGround::Means)],
            proof: String::new(),
        });
        Self {
            service: offer_as_operator(&world.operator(slug).await, offer).await.unwrap(),
            intake: world.staff(slug, Role::Intake).await,
            worker: world.staff(slug, Role::SocialWorker).await,
            supervisor: world.staff(slug, Role::Supervisor).await,
            head: world.staff(slug, Role::Head).await,
            slug,
        }
    }

    /// A resident applies by telephone screen.
    pub async fn apply(&self, world: &World, answers: Answers) -> Result<Receipt, Refusal> {
        let scope = world.backend.public(self.slug).await.unwrap();
        let command = fresh(SubmitApplication { service: self.service, channel: Channel::Website, answers });
        applications::submit(&scope, command).await
    }

    pub async fn version(&self, application: ApplicationId) -> i64 {
        applications::open(&self.head, application).await.unwrap().version
    }

    pub async fn accept(&self, application: ApplicationId) -> Result<(), Refusal> {
        let version = self.version(application).await;
        accept(&self.intake, fresh(Accept { application, grade: Some(Grade::Routine) }).seen(version)).await
    }

    pub async fn review(&self, application: ApplicationId) -> Result<(), Refusal> {
        let version = self.version(application).await;
        review(&self.intake, fresh(application).seen(version)).await
    }

    pub async fn screen(&self, application: ApplicationId) -> Result<(), Refusal> {
        let version = self.version(application).await;
        let note = "符合条件。".to_owned();
        screen(&self.worker, fresh(Screen { application, method: ScreeningMethod::Interview, note }).seen(version))
            .await
    }

    pub async fn agree(&self, application: ApplicationId) -> Result<(), Refusal> {
        prepare_agreement(&self.worker, fresh(PrepareAgreement { application, answers: agreement() })).await
    }

    pub async fn sign(&self, application: ApplicationId, signer: Signer) -> Result<(), Refusal> {
        let version = self.version(application).await;
        let signature = "王小明".to_owned();
        sign(&self.worker, fresh(Sign { application, signer, signature }).seen(version)).await
    }

    pub async fn confirm(&self, application: ApplicationId) -> Result<Confirmed, Refusal> {
        self.confirm_when(application, false).await
    }

    /// Confirms, having looked whether the applicant is another than a namesake on file.
    pub async fn confirm_when(&self, application: ApplicationId, another: bool) -> Result<Confirmed, Refusal> {
        let version = self.version(application).await;
        let responsible = self.worker.member();
        confirm(&self.intake, fresh(Confirm { application, responsible, another }).seen(version)).await
    }

    /// From an application to a case that is opened.
    pub async fn open(&self, world: &World) -> Confirmed {
        let application = self.ready(world).await;
        self.confirm(application).await.unwrap()
    }

    /// An application that only has to be confirmed.
    pub async fn ready(&self, world: &World) -> ApplicationId {
        let application = self.apply(world, application(ADULT)).await.unwrap().application;
        self.accept(application).await.unwrap();
        self.review(application).await.unwrap();
        self.screen(application).await.unwrap();
        self.agree(application).await.unwrap();
        self.sign(application, Signer::Client).await.unwrap();
        application
    }

    pub async fn file(&self, case: CaseId) -> CaseFile {
        cases::open(&self.head, case).await.unwrap()
    }

    /// The worker hands a paper of the case in.
    pub async fn hand_in(&self, case: CaseId, register: &str, answers: Answers) -> Result<PaperId, Refusal> {
        submit(&self.worker, filled(case, register, answers)).await
    }

    /// The worker hands in a paper that is about another.
    pub async fn hand_in_about(
        &self,
        case: CaseId,
        (register, about): (&str, PaperId),
        answers: Answers,
    ) -> Result<PaperId, Refusal> {
        submit(&self.worker, Submit { about: Some(about), ..filled(case, register, answers) }).await
    }

    /// The supervisor approves what was handed in.
    pub async fn approve(&self, paper: PaperId) -> Result<(), Refusal> {
        paperwork::decide(&self.supervisor, decision(paper, Deed::Approve)).await
    }

    /// The supervisor sends back what was handed in.
    pub async fn send_back(&self, paper: PaperId, reason: &str) -> Result<(), Refusal> {
        paperwork::decide(&self.supervisor, decision_because(paper, Deed::Return, reason)).await
    }

    pub async fn assess(&self, case: CaseId) -> Result<(), Refusal> {
        let paper = self.hand_in(case, "assessment", assessment()).await?;
        self.approve(paper).await
    }

    /// A plan is handed in, discussed and approved: service begins.
    pub async fn plan(&self, case: CaseId) -> Result<(), Refusal> {
        let paper = self.hand_in(case, "plan", plan()).await?;
        self.hand_in_about(case, ("discussion", paper), discussion(self.worker.now())).await?;
        self.approve(paper).await
    }

    pub async fn write(&self, case: CaseId, occurred: Moment) -> Result<PaperId, Refusal> {
        self.hand_in(case, "record", record(occurred)).await
    }

    /// A visit that is to end then.
    pub async fn appoint(&self, case: CaseId, ends: &str) -> Result<PaperId, Refusal> {
        self.hand_in(case, "visit", visit(moment(ends))).await
    }

    /// From an application to a case that is being served.
    pub async fn serve(&self, world: &World) -> CaseId {
        let case = self.open(world).await.case;
        self.assess(case).await.unwrap();
        self.plan(case).await.unwrap();
        case
    }

    pub async fn finish(&self, case: CaseId) -> Result<(), Refusal> {
        let version = self.file(case).await.version;
        finish(&self.worker, fresh(case).seen(version)).await
    }

    pub async fn tell(&self, case: CaseId) -> Result<(), Refusal> {
        let version = self.file(case).await.version;
        let mode = TellMode::FaceToFace;
        tell_result(&self.worker, fresh(TellResult { case, mode }).seen(version)).await
    }

    pub async fn close(&self, case: CaseId) -> Result<PaperId, Refusal> {
        self.hand_in(case, "closing", closing()).await
    }
}
