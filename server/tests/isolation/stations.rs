//! What the organisations hold: rows of every kind, made by the operations themselves, every free text a canary.
//!
//! A canary says whose it is and of what sort: `⟦qs01:name:17⟧`. Wherever one is met, it can be judged.

use crate::harvest::DOCUMENTS;
use crate::pen::Pen;
use crate::world::*;
use backend::attachments::{Upload, receive, receive_from_resident};
use backend::cases::{self, CaseFile};
use backend::catalogue::{OfferService, offer_as_operator};
use backend::paperwork::{self, Decide, Submit};
use backend::registers::{self, PaperFilter};
use backend::units::{self, CloseUnit, CreateUnit, Place, Profile};
use backend::{Command, PublicScope, StaffScope, applications};
use domain::access::Role;
use domain::agreements::Signer;
use domain::applications::{Channel, CriterionGround, Grade, ReferralDecision, ScreeningMethod, TellMode};
use domain::events::Subject;
use domain::forms::{Answers, FieldKind, FormTemplate, Privacy, Setting, TemplateField};
use domain::ids::{ApplicationId, CaseId, MemberId, PaperId, ServiceId, UnitId};
use domain::lang::text;
use domain::packs::{Pack, PackSet};
use domain::papers::Deed;
use domain::registers::{Register, Registers};
use domain::services::Criterion;
use domain::units::UnitKind;
use std::collections::BTreeSet;
use std::sync::Arc;
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
    /// What is asked for that is missing; whoever has the code of that receipt reads it.
    Missing,
    /// What this one has begun to write, by the name that they sign in with.
    Draft(&'static str),
}

/// How the code of a draft begins; its author follows.
pub const DRAFT_OF: &str = "draft of ";

impl Sort {
    pub fn code(self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::House => "house".to_owned(),
            Self::Name => "name".to_owned(),
            Self::File => "file".to_owned(),
            Self::Missing => "missing".to_owned(),
            Self::Draft(author) => format!("{DRAFT_OF}{author}"),
        }
    }
}

/// A text that was not there before.
pub fn canary(slug: &str, sort: Sort) -> String {
    static USED: AtomicU64 = AtomicU64::new(1);
    // Of one width, so that they stand in the order in which they came, however many there are.
    format!("⟦{slug}:{}:{:04}⟧", sort.code(), USED.fetch_add(1, Ordering::SeqCst))
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

/// A register of two files in a test's folder.
const FOLDER: [&str; 2] = [
    include_str!("../../../backend/tests/registers/fire_walk_form.toml"),
    include_str!("../../../backend/tests/registers/fire_walk.toml"),
];

/// The program's registers, and the one from the folder.
pub fn registers() -> Registers {
    let [form, register] = FOLDER;
    let registers = Registers::builtin().as_ref().clone().with_form(FormTemplate::parse(form).unwrap());
    registers.with_registers(&[("fire_walk.toml", register)]).unwrap()
}

/// The registers that are tried: those of a case, which each grant something else; of those that the house keeps, of which any
/// number may come, the first of each life on each sort of shelf. The others are read, written and granted by the same lines,
/// which know a register by nothing but its words. The one from the folder, which stands before all others, is one of them.
pub fn tried(registers: &Registers) -> Vec<Arc<Register>> {
    let mut seen = BTreeSet::new();
    let here = PackSet::default().with(Pack::S);
    let mut first = |register: &Register| {
        let sort = (register.life.code(), register.lies_in.code());
        let stands_alone = register.about.as_ref().is_none_or(|about| !about.required);
        register.is_offered_to(here) && stands_alone && seen.insert(sort)
    };
    registers.iter().filter(|register| !register.is_shelved() || first(register)).cloned().collect()
}

/// The form of this register as the head of a house fills it in, over what stands there already.
pub fn fill(
    head: &StaffScope,
    unit: Option<UnitId>,
    register: &Register,
    words: &dyn Fn(&TemplateField) -> String,
    typed: Answers,
) -> Answers {
    let pen = Pen { now: head.now(), member: head.member(), unit, words };
    let setting = Setting { today: head.now().day(), packs: head.organisation().packs };
    pen.fill(head.registers().form(register).unwrap(), setting, typed)
}

/// A picture, and a file that tells whose it is.
pub fn files(field: &str, words: &str) -> [Upload; 2] {
    let words = format!("%PDF-1.7 {words}").into_bytes();
    let upload = |name: &str, bytes: Vec<u8>| {
        let (field, name) = (field.to_owned(), name.to_owned());
        Upload { field, name, content: Ok(bytes.into()) }
    };
    [upload("附件.png", include_bytes!("../it/pixel.png").to_vec()), upload("附件.pdf", words)]
}

/// The first unit of a house, where it has one.
pub async fn first_unit(head: &StaffScope) -> Option<UnitId> {
    units::tree(head).await.unwrap().structure.walk().first().map(|unit| unit.id)
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
    /// A paper on which a file hangs.
    pub with_a_file: Option<PaperId>,
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
            proof: canary(slug, Sort::Public),
        });
        let service = offer_as_operator(&world.operator(slug).await, offer).await.unwrap();
        let public = world.backend.public(slug).await.unwrap();
        let (head, codes, known) = (world.staff(slug, Role::Head).await, Vec::new(), Default::default());
        Self { slug, public, head, service, codes, known, with_a_file: None }
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
        let form = self.public.new_operation();
        let mut proof = Vec::new();
        for upload in files(DOCUMENTS, &self.text(Sort::File)) {
            proof.push(receive_from_resident(&self.public, form, upload).await.unwrap().to_string());
        }
        answers.insert(DOCUMENTS.to_owned(), proof.join(","));
        let (service, channel) = (self.service, Channel::Website);
        let command = Command::of(form, applications::SubmitApplication { service, channel, answers });
        let receipt = applications::submit(&self.public, command).await.unwrap();
        self.codes.push(receipt.code);
        receipt.application
    }

    /// The code of the first application that came so far.
    pub fn code(&self, until: Until) -> String {
        let at = Until::ALL.iter().position(|life| *life == until).unwrap();
        self.codes[at].clone()
    }

    async fn version(&self, application: ApplicationId) -> i64 {
        applications::open(&self.head, application).await.unwrap().version
    }

    async fn file(&self, case: CaseId) -> CaseFile {
        cases::open(&self.head, case).await.unwrap()
    }

    /// The head sets the house's units up: a site of which nothing hangs, and a project that `worker` heads, with its group.
    pub async fn arrange(&self, worker: &StaffScope) {
        let site = self.unit(UnitKind::Site, None, None).await;
        let project = self.unit(UnitKind::Project, None, Some(worker.member())).await;
        self.unit(UnitKind::Group, Some(project), None).await;
        let closed = self.unit(UnitKind::Department, Some(site), None).await;
        let last = self.head.now().day();
        units::close(&self.head, fresh(CloseUnit { unit: closed, last }).seen(1)).await.unwrap();
    }

    /// One paper of each register of the house that is tried, wherever this house can have one.
    pub async fn keep_house(&mut self) {
        let head = &self.head;
        let unit = first_unit(head).await;
        for register in tried(head.registers()).into_iter().filter(|register| register.is_shelved()) {
            let page = registers::page(head, &register.key, &PaperFilter::default(), &Default::default()).await;
            let Some(place) = page.ok().and_then(|page| page.places.into_iter().next()) else { continue };
            let words = |field: &TemplateField| match field.privacy {
                Privacy::Plain => self.text(Sort::File),
                _ => self.text(Sort::Name),
            };
            let mut answers = fill(head, unit, &register, &words, Answers::new());
            let mut questions = head.registers().form(&register).unwrap().fields();
            let of_a_file = questions.find(|question| question.kind == FieldKind::File);
            if let Some(question) = of_a_file {
                answers.insert(question.key.clone(), self.attachments(&question.key).await);
            }
            let written = self.filled(place.file, &register.key, None, answers);
            let paper = paperwork::submit(head, written).await.unwrap();
            self.with_a_file = self.with_a_file.or(of_a_file.map(|_| paper));
        }
    }

    async fn attachments(&self, field: &str) -> String {
        let mut received = Vec::new();
        for upload in files(field, &self.text(Sort::File)) {
            received.push(receive(&self.head, self.head.new_operation(), upload).await.unwrap().to_string());
        }
        received.join(",")
    }

    /// One paper of each register of which everybody may read something, in force: what is public says so, and the rest is the
    /// house's own. Their ids.
    pub async fn publish(&self, author: &StaffScope) -> BTreeSet<String> {
        let mut published = BTreeSet::new();
        let unit = first_unit(&self.head).await;
        for (register, public) in self.head.registers().public() {
            let part = public.part_of(self.head.registers().form(register).unwrap());
            let shown: Vec<&TemplateField> =
                part.fields().flat_map(|field| field.columns.iter().chain([field])).collect();
            let words =
                |field: &TemplateField| self.text(if shown.contains(&field) { Sort::Public } else { Sort::File });
            let only = (public.only.field.clone(), public.only.is[0].clone());
            let answers = fill(author, unit, register, &words, Answers::from([only]));
            let house: Subject = self.head.organisation().id.into();
            let paper = paperwork::submit(author, self.filled(house, &register.key, None, answers)).await.unwrap();
            self.decide(paper, Deed::Approve).await;
            published.insert(paper.to_string());
        }
        published
    }

    async fn unit(&self, kind: UnitKind, parent: Option<UnitId>, head: Option<MemberId>) -> UnitId {
        let text = || self.text(Sort::House);
        let profile = Profile { name: text(), duties: text(), address: text(), goals: text() };
        let since = self.head.now().day();
        let create = fresh(CreateUnit { kind, place: Place { parent, head }, profile, since });
        units::create(&self.head, create).await.unwrap()
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
                let ask =
                    fresh(applications::AskSupplement { application, missing: self.text(Sort::Missing) }).seen(version);
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
        let method = ScreeningMethod::Interview;
        let screen = fresh(applications::Screen { application, method, note }).seen(version);
        applications::screen(worker, screen).await.unwrap();
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
        let assessment = self.write(worker, case, "assessment", None, answers).await;
        if until == Until::Assessed {
            return;
        }
        self.decide(assessment, Deed::Approve).await;
        if until == Until::AssessmentApproved {
            return;
        }
        let texts = ["goals", "indicators", "content", "methods", "frequency", "place", "staff", "resources"];
        let answers = self.answers(Sort::File, &texts, &[("starts_on", &day), ("ends_on", &day), ("sessions", "6")]);
        let plan = self.write(worker, case, "plan", None, answers).await;
        if until == Until::Planned {
            return;
        }
        let now = worker.now().to_input();
        let answers = self.answers(Sort::File, &["discussion"], &[("occurred_at", &now)]);
        self.write(worker, case, "discussion", Some(plan), answers).await;
        if until == Until::Discussed {
            return;
        }
        self.decide(plan, Deed::Approve).await;
        self.serve(case, worker).await;
        if until == Until::Served {
            return;
        }
        self.end(case, worker, until).await;
    }

    /// An appointment, a record that waits for approval, one that was sent back, one that is approved.
    async fn serve(&self, case: CaseId, worker: &StaffScope) {
        let now = worker.now().to_input();
        let visit = self.answers(Sort::File, &[], &[("ends_at", &now), ("mode", "visit")]);
        self.write(worker, case, "visit", None, visit).await;
        for deed in [None, Some(Deed::Return), Some(Deed::Approve)] {
            let texts = ["content", "feedback", "effect"];
            let answers = self.answers(Sort::File, &texts, &[("occurred_at", &now), ("mode", "office")]);
            let record = self.write(worker, case, "record", None, answers).await;
            if let Some(deed) = deed {
                self.decide(record, deed).await;
            }
        }
    }

    /// What is sent with a form that was filled in.
    fn filled(
        &self,
        file: impl Into<Subject>,
        register: &str,
        about: Option<PaperId>,
        answers: Answers,
    ) -> Command<Submit> {
        let registers = self.head.registers();
        let template = registers.form(registers.get(register).unwrap()).unwrap().version;
        let (register, file) = (register.to_owned(), file.into());
        fresh(Submit { register, file, template, about, replaces: None, draft: None, answers, why: String::new() })
    }

    async fn write(
        &self,
        worker: &StaffScope,
        case: CaseId,
        register: &str,
        about: Option<PaperId>,
        answers: Answers,
    ) -> PaperId {
        paperwork::submit(worker, self.filled(case, register, about, answers)).await.unwrap()
    }

    /// The head decides about a paper that nobody has touched since.
    async fn decide(&self, paper: PaperId, deed: Deed) {
        let reason = if deed.needs_reason() { self.text(Sort::File) } else { String::new() };
        let command = fresh(Decide { paper, deed, reason }).seen(1);
        paperwork::decide(&self.head, command).await.unwrap();
    }

    /// A case in which its worker, who signs in by this name, has begun to write for nobody's eyes yet.
    pub async fn draft(&mut self, worker: &StaffScope, author: &'static str) -> PaperId {
        let application = self.apply().await;
        let case = self.to_case(application, worker, Until::Opened).await.unwrap();
        let answers = self.answers(Sort::Draft(author), &["situation", "needs"], &[]);
        paperwork::keep_draft(worker, self.filled(case, "assessment", None, answers)).await.unwrap()
    }

    async fn end(&self, case: CaseId, worker: &StaffScope, until: Until) {
        let version = self.file(case).await.version;
        cases::finish(worker, fresh(case).seen(version)).await.unwrap();
        if until == Until::Finished {
            return;
        }
        let version = self.file(case).await.version;
        let mode = TellMode::FaceToFace;
        cases::tell_result(worker, fresh(cases::TellResult { case, mode }).seen(version)).await.unwrap();
        if until == Until::Told {
            return;
        }
        let ratings = [
            ("goal_attainment", "reached"),
            ("reason", "goal_reached"),
            ("told_how", "face_to_face"),
            ("satisfaction", "5"),
        ];
        let summary = self.answers(Sort::File, &["summary"], &ratings);
        self.write(worker, case, "closing", None, summary).await;
        let now = worker.now().to_input();
        let reached = [("month", "3"), ("occurred_at", &now), ("reached", "done"), ("mode", "telephone")];
        let follow_up = self.answers(Sort::File, &["situation", "later_needs"], &reached);
        self.write(worker, case, "follow_up", None, follow_up).await;
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
