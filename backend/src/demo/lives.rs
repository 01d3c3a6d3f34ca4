//! A year of work: each client's life is a row of steps, and the earliest step of all is always taken next, so that numbers
//! and audit entries follow the calendar as they would have.

use super::dice::Dice;
use super::people::{GIVEN, STREETS, SURNAMES, YOUNG};
use super::{House, Stage, YEAR, texts};
use crate::applications::{
    Accept, AskSupplement, Confirm, EnterApplication, PrepareAgreement, Refuse, Screen, Sign, SubmitApplication,
    Supplement, Tell, Withdraw, accept, ask_supplement, confirm, enter, prepare_agreement, refuse, review, screen,
    sign, status, submit, supplement, tell, withdraw,
};
use crate::cases::{MONTHS, TellResult, finish, tell_result};
use crate::paperwork::{Decide, Submit, decide};
use crate::{Clock, StaffScope, paperwork};
use domain::agreements::{Signer, signers};
use domain::applications::{Channel, Grade, ReferralDecision, ScreeningMethod, TellMode};
use domain::calendar::WorkCalendar;
use domain::forms::Answers;
use domain::identity::{IdentityNumber, full_years};
use domain::ids::{ApplicationId, CaseId, PaperId};
use domain::papers::Deed;
use domain::refusal::Refusal;
use domain::time::{Day, Moment, Span};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How many clients each organisation has.
const CLIENTS: usize = 80;

/// Everybody's life, each waiting for its next step.
pub(super) struct Lives {
    lives: Vec<Life>,
    queue: BinaryHeap<Reverse<(Moment, usize)>>,
    dice: Dice,
}

impl Lives {
    /// Lives that begin at some time within the year before `now`.
    pub(super) fn begin(houses: &[House], mut dice: Dice, now: Moment) -> Self {
        let mut lives = Vec::new();
        let mut queue = BinaryHeap::new();
        for (house, n) in (0..houses.len()).flat_map(|house| (0..CLIENTS).map(move |n| (house, n))) {
            let begins = now.day().plus_days(-dice.between(0, YEAR - 1));
            let at = office_hour(&mut dice, begins).min(now.minus(Span::hours(1)));
            queue.push(Reverse((at, lives.len())));
            lives.push(Life::new(&mut dice, house, n, at.day()));
        }
        Self { lives, queue, dice }
    }

    /// Lets everything happen that happens until then.
    pub(super) async fn go_on(&mut self, stage: &Stage, houses: &[House], until: Moment) -> Result<(), Refusal> {
        while self.queue.peek().is_some_and(|Reverse((at, _))| *at <= until) {
            let Some(Reverse((at, which))) = self.queue.pop() else { break };
            stage.clock.set(at);
            let life = &mut self.lives[which];
            let Some(house) = houses.get(life.house) else { continue };
            if let Some(next) = life.step(stage, house, &mut self.dice, at).await? {
                self.queue.push(Reverse((next.max(at.plus(Span::minutes(1))), which)));
            }
        }
        Ok(())
    }
}

/// A moment in the opening hours of this day, or of the next working day.
fn office_hour(dice: &mut Dice, day: Day) -> Moment {
    let calendar = WorkCalendar::builtin();
    let day = (0..15).map(|ahead| day.plus_days(ahead)).find(|day| calendar.is_working(*day)).unwrap_or(day);
    let (hour, minute) = (dice.between(9, 16), dice.between(0, 59));
    Moment::at(day, u8::try_from(hour).unwrap_or(9), u8::try_from(minute).unwrap_or(0))
}

/// The same moment, or the next morning's where it falls into the night. The windows are on duty at weekends too.
fn by_day(at: Moment) -> Moment {
    let parts = at.parts();
    match parts.hour {
        0..9 => Moment::at(at.day(), 9, parts.minute),
        9..17 => at,
        _ => Moment::at(at.day().plus_days(1), 9, parts.minute),
    }
}

/// The same time of the day, on a working day: whoever approves is not on duty at weekends.
pub(super) fn in_office(at: Moment) -> Moment {
    let (calendar, parts) = (WorkCalendar::builtin(), at.parts());
    let day = (0..15).map(|ahead| at.day().plus_days(ahead)).find(|day| calendar.is_working(*day));
    Moment::at(day.unwrap_or(at.day()), parts.hour, parts.minute)
}

/// A moment in the opening hours so many days later.
fn in_days(dice: &mut Dice, day: Day, (low, high): (i64, i64)) -> Moment {
    let later = day.plus_days(dice.between(low, high));
    office_hour(dice, later)
}

/// What a life is doing next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Apply,
    Accept,
    Ask,
    Hold,
    Review,
    Screen,
    Agree,
    Confirm,
    Assess,
    ApproveAssessment,
    Plan,
    ApprovePlan,
    Visit,
    Write,
    ApproveRecord,
    Finish,
    Tell,
    Close,
    FollowUp,
}

/// One person's way through the year.
struct Life {
    house: usize,
    worker: &'static str,
    answers: Answers,
    age: u32,
    channel: Channel,
    next: Next,
    service: usize,
    /// How many visits are still to come.
    visits: i64,
    /// Which sentences this person's papers are made of.
    theme: usize,
    /// In how many of a hundred things are done late.
    slack: i64,
    held: bool,
    returned: bool,
    application: Option<ApplicationId>,
    /// The receipt code.
    code: String,
    case: Option<CaseId>,
    /// The paper that waits for approval.
    waiting: Option<PaperId>,
    visit: Option<(PaperId, Moment, &'static str)>,
    /// When service began, and how many times it was followed up.
    started: Day,
    followed: usize,
}

impl Life {
    fn new(dice: &mut Dice, house: usize, n: usize, begins: Day) -> Self {
        // Children where children are served, elders in the welfare institution, everybody elsewhere.
        let young = match house {
            2 | 4 => true,
            1 => false,
            _ => dice.chance(20),
        };
        let years = if young { dice.between(6, 17) } else { dice.between(if house == 1 { 62 } else { 24 }, 88) };
        let birth = begins.plus_years(-years).plus_days(-dice.between(1, 360));
        let (identity, man) = identity(dice, birth);
        let surname = dice.pick(SURNAMES);
        let given = dice.pick(if young { YOUNG } else { GIVEN });
        let mut answers = Answers::new();
        let mut fill = |key: &str, value: String| {
            answers.insert(key.to_owned(), value);
        };
        fill("name", format!("{surname}{given}"));
        fill("document_kind", "resident_id".to_owned());
        fill("identity_number", identity);
        fill("person_kinds", kinds(dice, young, years));
        fill("phone", format!("199{:04}{:04}", house * 100 + n, dice.between(1000, 9999)));
        fill(
            "address",
            format!("青榕区榕树街道{}{}号{}室", dice.pick(STREETS), dice.between(1, 120), dice.between(101, 806)),
        );
        if young {
            let relation = if man { "father" } else { "mother" };
            fill("guardian_name", format!("{surname}{}", dice.pick(GIVEN)));
            fill("guardian_relation", relation.to_owned());
            fill("guardian_phone", format!("198{:04}{:04}", house * 100 + n, dice.between(1000, 9999)));
        }
        fill("need", dice.pick(if young { texts::CHILD_NEEDS } else { texts::NEEDS }).to_owned());
        fill("consent", "yes".to_owned());
        let channel = match dice.between(1, 100) {
            1..=45 => Channel::Website,
            46..=60 => Channel::NoticeBoard,
            61..=85 => Channel::Window,
            _ => Channel::Telephone,
        };
        Self {
            house,
            worker: dice.pick(&["worker1", "worker2", "counsellor"]),
            answers,
            age: full_years(birth, begins),
            channel,
            next: Next::Apply,
            service: usize::try_from(dice.between(0, 5)).unwrap_or(0),
            visits: dice.between(3, 9),
            theme: usize::try_from(dice.between(0, 3)).unwrap_or(0),
            slack: [6, 18, 10, 14, 4][house % 5],
            held: false,
            returned: false,
            application: None,
            code: String::new(),
            case: None,
            waiting: None,
            visit: None,
            started: begins,
            followed: 0,
        }
    }

    /// Takes the next step and says when the one after it comes; none when this life has ended.
    async fn step(
        &mut self,
        stage: &Stage,
        house: &House,
        dice: &mut Dice,
        at: Moment,
    ) -> Result<Option<Moment>, Refusal> {
        match self.next {
            Next::Apply => self.apply(stage, house, dice, at).await.map(Some),
            Next::Accept => self.accept(stage, house, dice, at).await.map(Some),
            Next::Ask => self.ask(stage, house, dice, at).await.map(Some),
            Next::Hold => self.hold(stage, house, dice, at).await.map(Some),
            Next::Review => self.review(stage, house, dice, at).await,
            Next::Screen => self.screen(stage, house, dice, at).await.map(Some),
            Next::Agree => self.agree(stage, house, dice, at).await.map(Some),
            Next::Confirm => self.confirm(stage, house, dice, at).await.map(Some),
            Next::Assess => self.assess(stage, house, dice, at).await.map(Some),
            Next::ApproveAssessment => self.approve_assessment(stage, house, dice, at).await.map(Some),
            Next::Plan => self.plan(stage, house, dice, at).await.map(Some),
            Next::ApprovePlan => self.approve_plan(stage, house, dice, at).await.map(Some),
            Next::Visit => self.visit(stage, house, dice, at).await.map(Some),
            Next::Write => self.write(stage, house, dice, at).await.map(Some),
            Next::ApproveRecord => self.approve_record(stage, house, dice, at).await.map(Some),
            Next::Finish => self.finish(stage, house, dice, at).await.map(Some),
            Next::Tell => self.tell(stage, house, dice, at).await.map(Some),
            Next::Close => self.close(stage, house, dice, at).await.map(Some),
            Next::FollowUp => self.follow_up(stage, house, dice).await,
        }
    }

    /// Done in time mostly, and late as often as this house is late.
    fn later(&self, dice: &mut Dice, at: Moment, in_time: (i64, i64), late: (i64, i64)) -> Moment {
        let (low, high) = if dice.chance(self.slack) { late } else { in_time };
        let hours = dice.between(low, high);
        let then = at.plus(Span::hours(hours));
        if hours < 20 { by_day(then) } else { office_hour(dice, then.day()) }
    }

    fn application(&self) -> Result<ApplicationId, Refusal> {
        self.application.ok_or(Refusal::NotFound)
    }

    fn case(&self) -> Result<CaseId, Refusal> {
        self.case.ok_or(Refusal::NotFound)
    }

    async fn apply(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let service = house.services[self.service % house.services.len()];
        let receipt = if self.channel.is_keyed_by_staff() {
            let command = stage.ask(EnterApplication {
                service,
                channel: self.channel,
                told_at: at.minus(Span::minutes(dice.between(5, 90))),
                proof_seen: false,
                answers: self.answers.clone(),
            });
            enter(house.post("intake")?, command).await?
        } else {
            let command =
                stage.ask(SubmitApplication { service, channel: self.channel, answers: self.answers.clone() });
            submit(&stage.backend.public(house.slug).await?, command).await?
        };
        self.application = Some(receipt.application);
        self.code = receipt.code;
        self.next = Next::Accept;
        Ok(self.later(dice, at, (1, 6), (20, 40)))
    }

    async fn version(&self, scope: &StaffScope) -> Result<i64, Refusal> {
        Ok(crate::applications::open(scope, self.application()?).await?.version)
    }

    /// No message leaves the demo: whoever applied on the website looks it up, anybody else is called.
    async fn call(&self, stage: &Stage, house: &House, dice: &mut Dice) -> Result<(), Refusal> {
        if !self.channel.is_keyed_by_staff() {
            return status(&stage.backend.public(house.slug).await?, &self.code).await.map(drop);
        }
        if !dice.chance(self.slack) {
            let (application, mode, at) = (self.application()?, TellMode::Telephone, stage.backend.now());
            tell(house.post("intake")?, stage.ask(Tell { application, mode, at })).await?;
        }
        Ok(())
    }

    async fn accept(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let scope = house.post("intake")?;
        let grade = match dice.between(1, 10) {
            1..=2 => Grade::Priority,
            3..=7 => Grade::Routine,
            _ => Grade::Ordinary,
        };
        let (application, version) = (self.application()?, self.version(scope).await?);
        accept(scope, stage.ask(Accept { application, grade: Some(grade) }).seen(version)).await?;
        self.call(stage, house, dice).await?;
        if dice.chance(15) {
            self.next = Next::Ask;
            return Ok(at.plus(Span::minutes(dice.between(5, 40))));
        }
        self.next = Next::Review;
        Ok(self.later(dice, at, (1, 14), (30, 70)))
    }

    async fn ask(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let scope = house.post("intake")?;
        let (application, version) = (self.application()?, self.version(scope).await?);
        let missing = dice.pick(texts::MISSING).to_owned();
        ask_supplement(scope, stage.ask(AskSupplement { application, missing }).seen(version)).await?;
        self.held = true;
        self.call(stage, house, dice).await?;
        self.next = Next::Hold;
        Ok(self.later(dice, at, (24, 96), (120, 200)))
    }

    async fn hold(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let scope = house.post("intake")?;
        let (application, version) = (self.application()?, self.version(scope).await?);
        let note = "材料已补齐，核对无误。".to_owned();
        supplement(scope, stage.ask(Supplement { application, note }).seen(version)).await?;
        self.call(stage, house, dice).await?;
        self.next = Next::Review;
        Ok(self.later(dice, at, (1, 10), (30, 60)))
    }

    async fn review(
        &mut self,
        stage: &Stage,
        house: &House,
        dice: &mut Dice,
        at: Moment,
    ) -> Result<Option<Moment>, Refusal> {
        let scope = house.post("intake")?;
        let (application, version) = (self.application()?, self.version(scope).await?);
        match dice.between(1, 100) {
            1..=9 => {
                let (criterion, note) = dice.pick(texts::DECLINED);
                let command = stage
                    .ask(Refuse {
                        application,
                        criterion: criterion.to_owned(),
                        note: note.to_owned(),
                        mode: Some(TellMode::Telephone),
                        referral: Some(dice.pick(&ReferralDecision::ALL)),
                    })
                    .seen(version);
                refuse(scope, command).await?;
                Ok(None)
            }
            10..=13 => {
                let note = dice.pick(texts::WITHDREW).to_owned();
                withdraw(scope, stage.ask(Withdraw { application, note }).seen(version)).await?;
                self.call(stage, house, dice).await?;
                Ok(None)
            }
            _ => {
                review(scope, stage.ask(application).seen(version)).await?;
                self.call(stage, house, dice).await?;
                self.next = Next::Screen;
                Ok(Some(self.later(dice, at, (4, 50), (60, 120))))
            }
        }
    }

    async fn screen(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let scope = house.post(self.worker)?;
        let (application, version) = (self.application()?, self.version(scope).await?);
        let (method, note) = (dice.pick(&ScreeningMethod::ALL), dice.pick(texts::SCREENED).to_owned());
        screen(scope, stage.ask(Screen { application, method, note }).seen(version)).await?;
        self.call(stage, house, dice).await?;
        self.next = Next::Agree;
        Ok(self.later(dice, at, (2, 40), (60, 100)))
    }

    async fn agree(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let scope = house.post(self.worker)?;
        let application = self.application()?;
        let content = filled(&[
            ("rights_and_duties", "机构按计划提供服务、保守秘密；服务对象如实告知情况、按约参加，可随时退出。"),
            ("contacts", "见本站公示电话；负责社工的联系方式已当面告知。"),
            ("sessions", "8"),
            ("mode", "面谈、探访和电话相结合。"),
            ("results", "达成双方商定的目标；未达成时说明原因并调整计划。"),
            ("risks", "外出途中可能发生意外，已说明安全措施。"),
            ("explained", "yes"),
        ]);
        let prepare = stage.ask(PrepareAgreement { application, answers: content });
        prepare_agreement(scope, prepare).await?;
        for signer in signers(self.age, false) {
            let signature = match signer {
                Signer::Client => self.answers.get("name").cloned().unwrap_or_default(),
                Signer::Guardian => self.answers.get("guardian_name").cloned().unwrap_or_default(),
                Signer::Station => continue,
            };
            self.sign(stage, scope, *signer, signature).await?;
        }
        if self.age < 8 {
            self.sign(stage, scope, Signer::Client, "已用图画和孩子能听懂的话说明".to_owned()).await?;
        }
        self.next = Next::Confirm;
        Ok(self.later(dice, at, (1, 8), (24, 48)))
    }

    async fn sign(&self, stage: &Stage, scope: &StaffScope, signer: Signer, signature: String) -> Result<(), Refusal> {
        let (application, version) = (self.application()?, self.version(scope).await?);
        sign(scope, stage.ask(Sign { application, signer, signature }).seen(version)).await
    }

    async fn confirm(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let scope = house.post("intake")?;
        let (application, version) = (self.application()?, self.version(scope).await?);
        let responsible = house.post(self.worker)?.member();
        self.case = Some(
            confirm(scope, stage.ask(Confirm { application, responsible, another: false }).seen(version)).await?.case,
        );
        self.call(stage, house, dice).await?;
        self.next = Next::Assess;
        Ok(self.later(dice, at, (20, 72), (100, 200)))
    }

    async fn assess(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let (situation, problems, needs, goals) = texts::ASSESSED[self.theme];
        let answers = filled(&[
            ("methods", "interview,observation"),
            ("assessed_on", &at.day().to_string()),
            ("method_evidence", "面谈记录一份；家访记录一份。"),
            ("situation", situation),
            ("problems", problems),
            ("needs", needs),
            ("goals", goals),
            ("recommendation", "建议开案，按计划提供服务。"),
        ]);
        // What was sent back is written anew, and names what it replaces.
        let replaces = self.waiting.take();
        let new = New { replaces, ..New::default() };
        self.waiting = Some(self.put(stage, house, "assessment", new, answers).await?);
        self.next = Next::ApproveAssessment;
        Ok(in_office(self.later(dice, at, (3, 30), (60, 150))))
    }

    async fn approve_assessment(
        &mut self,
        stage: &Stage,
        house: &House,
        dice: &mut Dice,
        at: Moment,
    ) -> Result<Moment, Refusal> {
        if !self.returned && dice.chance(12) {
            self.returned = true;
            let reason = "请补充家庭支持网络的情况，并把目标写得可以衡量。".to_owned();
            self.decide(stage, house, Deed::Return, reason).await?;
            self.next = Next::Assess;
            return Ok(self.later(dice, at, (20, 48), (72, 120)));
        }
        self.decide(stage, house, Deed::Approve, String::new()).await?;
        self.waiting = None;
        self.next = Next::Plan;
        Ok(self.later(dice, at, (6, 50), (80, 160)))
    }

    async fn plan(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let (content, methods, indicators) = texts::PLANNED[self.theme];
        let (_, _, _, goals) = texts::ASSESSED[self.theme];
        let answers = filled(&[
            ("goals", goals),
            ("indicators", indicators),
            ("content", content),
            ("methods", methods),
            ("starts_on", &at.day().plus_days(3).to_string()),
            ("ends_on", &at.day().plus_months(3).to_string()),
            ("frequency", "每两周一次"),
            ("place", "服务对象家中、本站个案室"),
            ("staff", "负责社工一名，志愿者一名。"),
            ("resources", "社区医院、街道民政、志愿者队伍。"),
        ]);
        let plan = self.put(stage, house, "plan", New::default(), answers).await?;
        let said = filled(&[("occurred_at", &at.to_input()), ("discussion", dice.pick(texts::DISCUSSED))]);
        let about = New { about: Some(plan), ..New::default() };
        self.put(stage, house, "discussion", about, said).await?;
        self.waiting = Some(plan);
        self.next = Next::ApprovePlan;
        Ok(in_office(self.later(dice, at, (3, 30), (60, 120))))
    }

    async fn approve_plan(
        &mut self,
        stage: &Stage,
        house: &House,
        dice: &mut Dice,
        at: Moment,
    ) -> Result<Moment, Refusal> {
        self.decide(stage, house, Deed::Approve, String::new()).await?;
        self.waiting = None;
        self.next = Next::Visit;
        self.started = at.day();
        Ok(self.later(dice, at, (20, 90), (120, 200)))
    }

    /// Appoints the next visit.
    async fn visit(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let ends = in_days(dice, at.day(), (2, 5));
        let mode = dice.pick(MODES);
        let answers = filled(&[("ends_at", &ends.to_input()), ("mode", mode)]);
        let visit = self.put(stage, house, "visit", New::default(), answers).await?;
        self.visit = Some((visit, ends, mode));
        self.next = Next::Write;
        Ok(in_office(self.later(dice, ends, (1, 60), (90, 200))))
    }

    /// Writes the visit down.
    async fn write(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let (visit, occurred, mode) = self.visit.take().ok_or(Refusal::NotFound)?;
        let (content, feedback, effect) = dice.pick(texts::RECORDED);
        let occurred = occurred.to_input();
        let answers = filled(&[
            ("occurred_at", &occurred),
            ("mode", mode),
            ("content", content),
            ("feedback", feedback),
            ("effect", effect),
        ]);
        let about = New { about: Some(visit), ..New::default() };
        let record = self.put(stage, house, "record", about, answers).await?;
        self.visits -= 1;
        if dice.chance(self.slack) {
            // Forgotten: it waits for approval still.
            return Ok(self.go_on(dice, at));
        }
        self.waiting = Some(record);
        self.next = Next::ApproveRecord;
        Ok(in_office(self.later(dice, at, (2, 30), (60, 120))))
    }

    async fn approve_record(
        &mut self,
        stage: &Stage,
        house: &House,
        dice: &mut Dice,
        at: Moment,
    ) -> Result<Moment, Refusal> {
        self.decide(stage, house, Deed::Approve, String::new()).await?;
        self.waiting = None;
        Ok(self.go_on(dice, at))
    }

    /// Hands a paper of the case in.
    async fn put(
        &self,
        stage: &Stage,
        house: &House,
        register: &str,
        New { about, replaces }: New,
        answers: Answers,
    ) -> Result<PaperId, Refusal> {
        let scope = house.post(self.worker)?;
        let command = stage.ask(Submit {
            register: register.to_owned(),
            file: self.case()?.into(),
            template: 1,
            about,
            replaces,
            draft: None,
            answers,
            why: String::new(),
        });
        paperwork::submit(scope, command).await
    }

    /// Decides about the paper that waits.
    async fn decide(&self, stage: &Stage, house: &House, deed: Deed, reason: String) -> Result<(), Refusal> {
        let paper = self.waiting.ok_or(Refusal::NotFound)?;
        let command = stage.ask(Decide { paper, deed, reason }).seen(1);
        decide(house.post("supervisor")?, command).await
    }

    /// When the next visit is appointed, or service is finished.
    fn go_on(&mut self, dice: &mut Dice, at: Moment) -> Moment {
        self.next = if self.visits > 0 { Next::Visit } else { Next::Finish };
        in_days(dice, at.day(), (6, 16))
    }

    async fn case_version(&self, scope: &StaffScope) -> Result<i64, Refusal> {
        Ok(crate::cases::open(scope, self.case()?).await?.version)
    }

    async fn finish(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let scope = house.post(self.worker)?;
        let version = self.case_version(scope).await?;
        finish(scope, stage.ask(self.case()?).seen(version)).await?;
        self.next = Next::Tell;
        Ok(self.later(dice, at, (1, 5), (30, 80)))
    }

    async fn tell(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let scope = house.post(self.worker)?;
        let (case, version) = (self.case()?, self.case_version(scope).await?);
        let mode = dice.pick(&[TellMode::FaceToFace, TellMode::Telephone]);
        tell_result(scope, stage.ask(TellResult { case, mode }).seen(version)).await?;
        self.next = Next::Close;
        Ok(self.later(dice, at, (20, 72), (120, 240)))
    }

    async fn close(&mut self, stage: &Stage, house: &House, dice: &mut Dice, at: Moment) -> Result<Moment, Refusal> {
        let answers = filled(&[
            ("summary", dice.pick(texts::CLOSED)),
            ("goal_attainment", dice.pick(&["reached", "mostly", "mostly", "partly"])),
            ("reason", dice.pick(&["goal_reached", "goal_reached", "term_ended"])),
            ("told_how", "face_to_face"),
            ("satisfaction", &dice.between(3, 5).to_string()),
        ]);
        self.put(stage, house, "closing", New::default(), answers).await?;
        self.next = Next::FollowUp;
        // The first of the three follow-ups is due three months after service began, which may have been while it lasted.
        Ok(in_days(dice, at.day().max(self.started.plus_months(3)), (0, 6)))
    }

    /// Follows up and says when the next time is; nobody does any more where one was forgotten.
    async fn follow_up(&mut self, stage: &Stage, house: &House, dice: &mut Dice) -> Result<Option<Moment>, Refusal> {
        let Some(month) = MONTHS.get(self.followed).copied() else { return Ok(None) };
        if dice.chance(self.slack) {
            return Ok(None);
        }
        let (situation, later_needs) = dice.pick(texts::FOLLOWED);
        let answers = filled(&[
            ("month", &month.to_string()),
            ("occurred_at", &stage.clock.now().to_input()),
            ("reached", "done"),
            ("mode", "telephone"),
            ("situation", situation),
            ("later_needs", later_needs),
        ]);
        self.put(stage, house, "follow_up", New::default(), answers).await?;
        self.followed += 1;
        let next = MONTHS.get(self.followed).map(|month| self.started.plus_months(*month));
        Ok(next.map(|day| in_days(dice, day, (0, 6))))
    }
}

/// What a new paper has to do with another.
#[derive(Default)]
struct New {
    about: Option<PaperId>,
    replaces: Option<PaperId>,
}

/// How clients are met.
const MODES: &[&str] = &["visit", "office", "telephone", "online"];

/// Answers of pairs.
pub(super) fn filled(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// An identity number of a place that does not exist, with the right last character; and whether it is a man's.
fn identity(dice: &mut Dice, birth: Day) -> (String, bool) {
    let order = dice.between(100, 999);
    let body = format!("990199{:04}{:02}{:02}{order}", birth.year(), birth.month(), birth.day());
    let number =
        "0123456789X".chars().map(|last| format!("{body}{last}")).find(|number| IdentityNumber::parse(number).is_ok());
    (number.unwrap_or(body), order % 2 == 1)
}

fn kinds(dice: &mut Dice, young: bool, years: i64) -> String {
    let mut kinds = Vec::new();
    if young {
        kinds.push(dice.pick(&["child", "left_behind", "difficult_child"]));
    } else if years >= 60 {
        kinds.push("elder");
    } else {
        kinds.push(dice.pick(&["woman", "low_income", "other", "disabled"]));
    }
    if dice.chance(15) && !kinds.contains(&"low_income") {
        kinds.push("low_income");
    }
    kinds.join(",")
}
