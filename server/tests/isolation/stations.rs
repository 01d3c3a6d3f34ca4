//! What the organisations hold: rows of every kind, made by the operations themselves, every free text a canary.
//!
//! A canary says whose it is and of what sort: `⟦qs01:name:17⟧`. Wherever one is met, it can be judged.

use crate::world::*;
use backend::cases::{self, CaseFile};
use backend::catalogue::{OfferService, offer_as_operator};
use backend::{PublicScope, StaffScope, applications};
use domain::access::Role;
use domain::agreements::Signer;
use domain::applications::{Channel, CriterionGround, Grade, ReferralDecision, TellMode};
use domain::assessments::Method;
use domain::follow_ups::FollowUpState;
use domain::forms::Answers;
use domain::ids::{ApplicationId, CaseId, ServiceId};
use domain::lang::text;
use domain::records::ContactMode;
use domain::services::Criterion;
use std::sync::atomic::{AtomicU64, Ordering};

/// What sort of text a canary stands for, and so who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Published: services, criteria.
    Public,
    /// Of the house: its members, its reasons, its titles.
    House,
    /// Who a client is: name, address, signature.
    Name,
    /// What is written about a client.
    File,
}

impl Sort {
    pub fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::House => "house",
            Self::Name => "name",
            Self::File => "file",
        }
    }
}

/// A text that was not there before.
pub fn canary(slug: &str, sort: Sort) -> String {
    static USED: AtomicU64 = AtomicU64::new(1);
    format!("⟦{slug}:{}:{}⟧", sort.code(), USED.fetch_add(1, Ordering::SeqCst))
}

/// How far a life is lived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    Submitted,
    Reviewing,
    Supplement,
    Inquiry,
    Refused,
    Withdrawn,
    Screening,
    Agreement,
    Prepared,
    Signed,
    Opened,
    Assessed,
    AssessmentApproved,
    Planned,
    Discussed,
    Served,
    Finished,
    Told,
    Closed,
}

impl Until {
    pub const ALL: [Self; 19] = [
        Self::Submitted,
        Self::Reviewing,
        Self::Supplement,
        Self::Inquiry,
        Self::Refused,
        Self::Withdrawn,
        Self::Screening,
        Self::Agreement,
        Self::Prepared,
        Self::Signed,
        Self::Opened,
        Self::Assessed,
        Self::AssessmentApproved,
        Self::Planned,
        Self::Discussed,
        Self::Served,
        Self::Finished,
        Self::Told,
        Self::Closed,
    ];

    /// Whether a case has been opened by then.
    pub fn is_case(self) -> bool {
        let opened = Self::ALL.iter().position(|one| *one == Self::Opened);
        Self::ALL.iter().position(|one| *one == self) >= opened
    }
}

/// One organisation at work.
pub struct Station {
    pub slug: &'static str,
    public: PublicScope,
    head: StaffScope,
    service: ServiceId,
    /// Receipt codes of its applications.
    pub codes: Vec<String>,
    /// Name, identity number and telephone of its latest client.
    pub known: [String; 3],
}

impl Station {
    /// Its head comes to work and offers a service.
    pub async fn begin(world: &World, slug: &'static str) -> Self {
        let criterion = Criterion {
            key: "area".to_owned(),
            ground: CriterionGround::Area,
            text: text("公布的条件", "A published criterion"),
        };
        let offer = fresh(OfferService {
            code: format!("escort-{slug}"),
            name: canary(slug, Sort::Public),
            summary: canary(slug, Sort::Public),
            criteria: vec![criterion],
        });
        let service = offer_as_operator(&world.operator(slug).await, offer).await.unwrap();
        let public = world.backend.public(slug).await.unwrap();
        let (head, codes, known) = (world.staff(slug, Role::Head).await, Vec::new(), Default::default());
        Self { slug, public, head, service, codes, known }
    }

    fn text(&self, sort: Sort) -> String {
        canary(self.slug, sort)
    }

    fn answers(&self, sort: Sort, texts: &[&str], rest: &[(&str, &str)]) -> Answers {
        let texts = texts.iter().map(|key| ((*key).to_owned(), self.text(sort)));
        texts.chain(rest.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))).collect()
    }

    /// Somebody new applies.
    async fn apply(&mut self) -> ApplicationId {
        let (identity, phone) = somebody();
        let mut answers = self.answers(
            Sort::Name,
            &["name", "address"],
            &[("document_kind", "resident_id"), ("identity_number", &identity), ("phone", &phone), ("consent", "yes")],
        );
        answers.insert("need".to_owned(), self.text(Sort::File));
        self.known = [answers["name"].clone(), identity, phone];
        let (service, channel) = (self.service, Channel::Website);
        let command = fresh(applications::SubmitApplication { service, channel, answers });
        let receipt = applications::submit(&self.public, command).await.unwrap();
        self.codes.push(receipt.code);
        receipt.application
    }

    async fn version(&self, application: ApplicationId) -> i64 {
        applications::open(&self.head, application).await.unwrap().version
    }

    async fn file(&self, case: CaseId) -> CaseFile {
        cases::open(&self.head, case).await.unwrap()
    }

    /// One person's way, for whom `worker` answers from the case on.
    pub async fn live(&mut self, worker: &StaffScope, until: Until) {
        let application = self.apply().await;
        if let Some(case) = self.to_case(application, worker, until).await {
            self.in_case(case, worker, until).await;
        }
    }

    async fn to_case(&self, application: ApplicationId, worker: &StaffScope, until: Until) -> Option<CaseId> {
        let head = &self.head;
        if until == Until::Submitted {
            return None;
        }
        let version = self.version(application).await;
        let grade = Some(Grade::Routine);
        applications::accept(head, fresh(applications::Accept { application, grade }).seen(version)).await.unwrap();
        let version = self.version(application).await;
        let note = self.text(Sort::File);
        match until {
            Until::Reviewing => return None,
            Until::Supplement => {
                let ask = fresh(applications::AskSupplement { application, missing: note }).seen(version);
                applications::ask_supplement(head, ask).await.unwrap();
                return None;
            }
            Until::Inquiry => {
                let inquire = fresh(applications::Inquire { application, note }).seen(version);
                applications::inquire(head, inquire).await.unwrap();
                return None;
            }
            Until::Refused => {
                let (criterion, mode) = ("area".to_owned(), Some(TellMode::Telephone));
                let referral = Some(ReferralDecision::NotNeeded);
                let refuse = fresh(applications::Refuse { application, criterion, note, mode, referral }).seen(version);
                applications::refuse(head, refuse).await.unwrap();
                return None;
            }
            Until::Withdrawn => {
                let withdraw = fresh(applications::Withdraw { application, note }).seen(version);
                applications::withdraw(head, withdraw).await.unwrap();
                return None;
            }
            _ => {}
        }
        applications::review(head, fresh(application).seen(version)).await.unwrap();
        if until == Until::Screening {
            return None;
        }
        let version = self.version(application).await;
        let method = Method::Interview;
        applications::screen(worker, fresh(applications::Screen { application, method, note }).seen(version))
            .await
            .unwrap();
        if until == Until::Agreement {
            return None;
        }
        let texts = ["rights_and_duties", "contacts", "mode", "results", "risks"];
        let answers = self.answers(Sort::File, &texts, &[("sessions", "6"), ("explained", "yes")]);
        let prepare = fresh(applications::PrepareAgreement { application, answers });
        applications::prepare_agreement(worker, prepare).await.unwrap();
        if until == Until::Prepared {
            return None;
        }
        let (version, signature) = (self.version(application).await, self.text(Sort::Name));
        let signer = Signer::Client;
        applications::sign(worker, fresh(applications::Sign { application, signer, signature }).seen(version))
            .await
            .unwrap();
        if until == Until::Signed {
            return None;
        }
        let (version, responsible) = (self.version(application).await, worker.member());
        let confirm = fresh(applications::Confirm { application, responsible, another: false }).seen(version);
        Some(applications::confirm(head, confirm).await.unwrap().case)
    }

    async fn in_case(&self, case: CaseId, worker: &StaffScope, until: Until) {
        let day = worker.now().day().to_string();
        if until == Until::Opened {
            return;
        }
        let texts = ["method_evidence", "situation", "problems", "needs", "goals", "recommendation"];
        let answers = self.answers(Sort::File, &texts, &[("methods", "interview,observation"), ("assessed_on", &day)]);
        let submit = cases::SubmitAssessment { operation: operation(), case, answers };
        let assessment = cases::submit_assessment(worker, submit).await.unwrap();
        if until == Until::Assessed {
            return;
        }
        let approve = cases::ApproveAssessment { operation: operation(), assessment, version: 1 };
        cases::approve_assessment(&self.head, approve).await.unwrap();
        if until == Until::AssessmentApproved {
            return;
        }
        let texts = ["goals", "indicators", "content", "methods", "frequency", "place", "staff", "resources"];
        let answers = self.answers(Sort::File, &texts, &[("starts_on", &day), ("ends_on", &day), ("sessions", "6")]);
        let submit = cases::SubmitPlan { operation: operation(), case, answers };
        let plan = cases::submit_plan(worker, submit).await.unwrap();
        if until == Until::Planned {
            return;
        }
        let (occurred, discussion) = (worker.now(), self.text(Sort::File));
        let discuss = cases::RecordDiscussion { operation: operation(), plan, version: 1, occurred, discussion };
        cases::record_discussion(worker, discuss).await.unwrap();
        if until == Until::Discussed {
            return;
        }
        cases::approve_plan(&self.head, cases::ApprovePlan { operation: operation(), plan, version: 2 }).await.unwrap();
        self.serve(case, worker).await;
        if until == Until::Served {
            return;
        }
        self.end(case, worker, until).await;
    }

    /// A visit that is to come, a record that waits for approval, one that has it.
    async fn serve(&self, case: CaseId, worker: &StaffScope) {
        let visit = cases::PlanVisit { operation: operation(), case, ends: worker.now(), mode: ContactMode::Visit };
        cases::plan_visit(worker, visit).await.unwrap();
        for approved in [false, true] {
            let write = cases::WriteRecord {
                operation: operation(),
                case,
                of: None,
                occurred: worker.now(),
                mode: ContactMode::Office,
                answers: self.answers(Sort::File, &["content", "feedback", "effect"], &[]),
            };
            let record = cases::write_record(worker, write).await.unwrap();
            if approved {
                let approve = cases::ApproveRecord { operation: operation(), record, version: 1 };
                cases::approve_record(&self.head, approve).await.unwrap();
            }
        }
    }

    async fn end(&self, case: CaseId, worker: &StaffScope, until: Until) {
        let version = self.file(case).await.version;
        cases::finish(worker, cases::Finish { operation: operation(), case, version }).await.unwrap();
        if until == Until::Finished {
            return;
        }
        let version = self.file(case).await.version;
        let mode = TellMode::FaceToFace;
        cases::tell_result(worker, cases::TellResult { operation: operation(), case, version, mode }).await.unwrap();
        if until == Until::Told {
            return;
        }
        let version = self.file(case).await.version;
        let answers = self.answers(
            Sort::File,
            &["summary"],
            &[
                ("goal_attainment", "reached"),
                ("reason", "goal_reached"),
                ("told_how", "face_to_face"),
                ("satisfaction", "5"),
            ],
        );
        cases::close(worker, cases::Close { operation: operation(), case, version, answers }).await.unwrap();
        let version = self.file(case).await.version;
        let follow_up = cases::RecordFollowUp {
            operation: operation(),
            case,
            version,
            month: 3,
            occurred: worker.now(),
            state: FollowUpState::Done,
            answers: self.answers(Sort::File, &["situation", "later_needs"], &[("mode", "telephone")]),
        };
        cases::record_follow_up(worker, follow_up).await.unwrap();
    }
}

/// An identity number and a telephone number that nobody has yet.
pub fn somebody() -> (String, String) {
    static BORN: AtomicU64 = AtomicU64::new(1);
    let at = BORN.fetch_add(1, Ordering::SeqCst);
    let body = format!("44010519800101{:03}", at % 1_000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum as usize % 11];
    (format!("{body}{check}"), format!("138{at:08}"))
}
