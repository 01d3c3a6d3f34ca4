//! What each house keeps of itself through the year: rounds of its sites, half-yearly checks and what they found, drills, plans, an
//! emergency, policies and who signed for them.
//!
//! Not every house is careful: what one forgets stands there as missing or late.

use super::lives::{filled, in_office};
use super::picture::photograph;
use super::{House, Stage, YEAR};
use crate::StaffScope;
use crate::attachments::{Upload, receive};
use crate::change::Command;
use crate::paperwork::{Decide, Submit, decide, submit};
use domain::events::Subject;
use domain::forms::Answers;
use domain::ids::PaperId;
use domain::papers::Deed;
use domain::refusal::Refusal;
use domain::time::{Day, Moment};
use std::collections::{BTreeMap, VecDeque};

/// Something that is kept, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    Plan(usize),
    Facilities,
    Patrol,
    Check,
    Hazard(usize),
    Mended(usize),
    Verified(usize),
    Drill,
    Equipment,
    RiskyPost,
    Protection,
    Training,
    Devices,
    Incident,
    Policy(usize),
    Signed(usize),
}

/// The year's upkeep of all houses, in the order in which it happens.
pub(super) struct Upkeep {
    ahead: VecDeque<(Moment, usize, Kept)>,
    /// Hazards that were found, by house.
    found: BTreeMap<(usize, usize), PaperId>,
    /// Policies in force, by house and topic.
    policies: BTreeMap<(usize, &'static str), PaperId>,
}

/// Emergency plans, each with its kind and what it fears.
const PLANS: [(&str, &str, &str); 3] = [
    ("fire", "火灾应急预案", "老旧电线、电动车充电和厨房用火可能引起火灾，白天站内常有长者活动。"),
    ("natural_disaster", "台风暴雨应急预案", "台风季可能停电、积水和高空坠物，独居长者需要提前转移。"),
    ("public_health", "传染病应急预案", "流感和诺如高发时，集体活动可能造成传播。"),
];

/// Hazards: what, where, how serious, how it is mended.
const HAZARDS: [(&str, &str, &str, &str); 4] = [
    ("灭火器压力不足", "二楼走廊东侧", "general", "联系维保单位充装更换"),
    ("活动室插座松动、有灼痕", "一楼活动室北墙", "serious", "断电停用，请电工更换插座和线路"),
    ("疏散通道堆放轮椅和纸箱", "后门楼梯口", "general", "清走杂物，划线标明不得堆放"),
    ("卫生间地砖湿滑", "一楼无障碍卫生间", "general", "铺防滑垫，张贴提示"),
];

/// Equipment: its kind, its name, where it is, and for how many days its inspection is valid. The last one has run out meanwhile.
const EQUIPMENT: [(&str, &str, &str, i64); 4] = [
    ("extinguisher", "4 公斤干粉灭火器", "一楼大厅东侧", 370),
    ("emergency_light", "双头应急照明灯", "楼梯间", 540),
    ("first_aid", "急救箱", "前台", 700),
    ("detector", "独立式烟感报警器", "活动室顶部", 330),
];

/// Policies: topic, readers, title, and one article. The last is the next edition of the first.
const POLICIES: [(&str, &str, &str, &str, &str); 6] = [
    ("complaints", "public", "投诉与申诉办法", "受理", "当面、电话、书面都受理，收到当天登记，三个工作日内告知进展。"),
    (
        "confidentiality",
        "public",
        "保密制度",
        "谁能看",
        "服务对象的资料只有负责社工和督导能看；依法必须报告的，先告知本人。",
    ),
    (
        "need_assessment",
        "public",
        "需求评估制度",
        "怎样评估",
        "由两名工作人员上门或在站内面谈，当面说明结果，本人可以要求复评。",
    ),
    (
        "abuse_protection",
        "public",
        "防止侵害与保护制度",
        "发现以后",
        "发现或怀疑有人受到侵害，当天报告站长；未成年人受侵害的，立即报公安和民政。",
    ),
    ("safety", "staff", "安全管理制度", "每天开门前", "看通道、看插座、看燃气；发现隐患当场登记，严重的停用。"),
    (
        "complaints",
        "public",
        "投诉与申诉办法",
        "受理",
        "当面、电话、书面、网上都受理，收到当天登记，两个工作日内告知进展。",
    ),
];

/// Who signs for a policy; for the newest only the first two have so far.
const SIGNERS: [&str; 6] = ["head", "worker1", "supervisor", "worker2", "counsellor", "intake"];

/// Connected devices: kind, name, place, state, and what is done about it.
const DEVICES: [(&str, &str, &str, &str, &str); 3] = [
    ("smoke", "联网烟感探测器", "活动室顶部", "online", ""),
    ("call", "一键呼叫按钮", "一楼无障碍卫生间", "online", ""),
    ("gas", "燃气泄漏报警器", "厨房灶台上方", "offline", "网关断电，已报平台厂家，修好前每天人工检查两次。"),
];

impl Upkeep {
    /// What is kept within the year before `now`.
    pub(super) fn of(houses: &[House], now: Moment) -> Self {
        let begin = now.day().plus_days(-YEAR + 10);
        let mut kept: Vec<(Moment, usize, Kept)> = Vec::new();
        for (at, house) in houses.iter().enumerate() {
            let mut on = |day: Day, hour: u8, what: Kept| {
                let moment = in_office(Moment::at(day, hour, 10));
                if moment < now {
                    kept.push((moment, at, what));
                }
            };
            if house.sites.is_empty() {
                continue;
            }
            for (hazard, day) in [40, 150, 230, 352].into_iter().enumerate() {
                let found = begin.plus_days(day + 3 * i64::try_from(at).unwrap_or(0));
                // What is serious is mended the same day; one other takes longer than it may; the newest is still open.
                let mended = found.plus_days([4, 0, 11, 400][hazard]);
                on(found, 10, Kept::Hazard(hazard));
                on(mended, 16, Kept::Mended(hazard));
                on(in_office(Moment::at(mended, 16, 10)).day().plus_days(1), 11, Kept::Verified(hazard));
            }
            // The second month of a season is forgotten where nobody has it in the calendar.
            for month in (0..12).filter(|month| at % 2 == 0 || month % 4 != 2) {
                on(begin.plus_months(month).plus_days(2), 9, Kept::Patrol);
            }
            on(begin.plus_days(12), 14, Kept::Facilities);
            on(begin.plus_days(14), 10, Kept::Equipment);
            on(begin.plus_days(16), 14, Kept::RiskyPost);
            on(begin.plus_days(18), 14, Kept::Protection);
            on(begin.plus_days(205), 14, Kept::Training);
            on(begin.plus_days(20), 14, Kept::Plan(0));
            on(begin.plus_days(26), 14, Kept::Plan(1));
            on(begin.plus_days(75), 15, Kept::Check);
            on(begin.plus_days(130), 15, Kept::Drill);
            on(begin.plus_days(262), 15, Kept::Check);
            on(begin.plus_days(300), 14, Kept::Plan(2));
            on(begin.plus_days(34), 11, Kept::Devices);
            on(begin.plus_days(175), 16, Kept::Incident);
            for (policy, day) in [22, 24, 60, 62, 90, 345].into_iter().enumerate() {
                on(begin.plus_days(day), 15, Kept::Policy(policy));
                on(begin.plus_days(day + 4), 17, Kept::Signed(policy));
            }
        }
        kept.sort();
        Self { ahead: kept.into(), found: BTreeMap::new(), policies: BTreeMap::new() }
    }

    /// When the next is kept, if that is by then.
    pub(super) fn next_by(&self, until: Moment) -> Option<Moment> {
        self.ahead.front().map(|(at, ..)| *at).filter(|at| *at <= until)
    }

    /// Keeps the next.
    pub(super) async fn keep_next(&mut self, stage: &Stage, houses: &[House]) -> Result<(), Refusal> {
        let Some((at, which, kept)) = self.ahead.pop_front() else { return Ok(()) };
        let Some(house) = houses.get(which) else { return Ok(()) };
        stage.clock.set(at);
        let keeper = Keeper { stage, house, officer: house.post("finance")?, head: house.post("head")?, day: at.day() };
        match kept {
            Kept::Plan(plan) => keeper.plan(PLANS[plan]).await,
            Kept::Facilities => keeper.at_each_site("facility_list", |keeper| keeper.facilities()).await,
            Kept::Patrol => keeper.at_each_site("site_patrol", |keeper| keeper.patrol()).await,
            Kept::Check => keeper.check().await,
            Kept::Hazard(hazard) => {
                let found = keeper.hazard(HAZARDS[hazard]).await?;
                self.found.extend(found.map(|paper| ((which, hazard), paper)));
                Ok(())
            }
            Kept::Mended(hazard) | Kept::Verified(hazard) => {
                let Some(paper) = self.found.get(&(which, hazard)) else { return Ok(()) };
                match kept {
                    Kept::Mended(_) => keeper.done(keeper.officer, *paper, Deed::Mend, 1).await,
                    _ => keeper.done(keeper.head, *paper, Deed::Verify, 2).await,
                }
            }
            Kept::Drill => keeper.at_each_site("drill_record", |keeper| keeper.drill()).await,
            Kept::Equipment => {
                for piece in EQUIPMENT {
                    keeper.at_each_site("safety_equipment", |keeper| keeper.equipment(piece)).await?;
                }
                Ok(())
            }
            Kept::RiskyPost => keeper.of_the_house("risky_post", keeper.risky_post()?).await,
            Kept::Protection => keeper.of_the_house("protective_issue", keeper.protection()?).await,
            Kept::Training => keeper.of_the_house("safety_training", keeper.training()?).await,
            Kept::Devices => {
                for device in DEVICES {
                    keeper.at_each_site("connected_device", |keeper| keeper.device(device)).await?;
                }
                Ok(())
            }
            Kept::Incident => keeper.incident().await,
            Kept::Policy(policy) => {
                let key = (which, POLICIES[policy].0);
                let before = self.policies.get(&key).copied();
                self.policies.insert(key, keeper.policy(POLICIES[policy], before).await?);
                Ok(())
            }
            Kept::Signed(policy) => {
                let Some(paper) = self.policies.get(&(which, POLICIES[policy].0)) else { return Ok(()) };
                let so_far = if policy + 1 == POLICIES.len() { 2 } else { SIGNERS.len() };
                for signer in &SIGNERS[..so_far] {
                    keeper.sign(keeper.house.post(signer)?, *paper).await?;
                }
                Ok(())
            }
        }
    }
}

/// Whoever sees to it, today.
struct Keeper<'s> {
    stage: &'s Stage,
    house: &'s House,
    officer: &'s StaffScope,
    head: &'s StaffScope,
    day: Day,
}

impl Keeper<'_> {
    async fn put(&self, by: &StaffScope, register: &str, file: Subject, answers: Answers) -> Result<PaperId, Refusal> {
        self.put_about(by, (register, None), file, answers).await
    }

    /// The same about another paper.
    async fn put_about(
        &self,
        by: &StaffScope,
        (register, about): (&str, Option<PaperId>),
        file: Subject,
        answers: Answers,
    ) -> Result<PaperId, Refusal> {
        let known = by.registers();
        let register = known.get(register).ok_or(Refusal::NotFound)?;
        let template = known.form(register).map_or(1, |form| form.version);
        let (replaces, draft, why) = (None, None, String::new());
        let register = register.key.clone();
        let paper = Submit { register, file, template, about, replaces, draft, answers, why };
        submit(by, self.stage.ask(paper)).await
    }

    async fn done(&self, by: &StaffScope, paper: PaperId, deed: Deed, seen: i64) -> Result<(), Refusal> {
        let decision: Command<Decide> = self.stage.ask(Decide { paper, deed, reason: String::new() });
        decide(by, decision.seen(seen)).await
    }

    /// Where the norms do not know a register, nothing is kept.
    fn keeps(&self, register: &str) -> bool {
        let known = self.officer.registers().get(register);
        known.is_some_and(|register| register.is_offered_to(self.officer.organisation().packs))
    }

    async fn at_each_site(&self, register: &str, answers: impl Fn(&Self) -> Answers) -> Result<(), Refusal> {
        for site in self.house.sites.iter().filter(|_| self.keeps(register)) {
            self.put(self.officer, register, (*site).into(), answers(self)).await?;
        }
        Ok(())
    }

    async fn of_the_house(&self, register: &str, answers: Answers) -> Result<(), Refusal> {
        if self.keeps(register) {
            self.put(self.officer, register, self.head.organisation().id.into(), answers).await?;
        }
        Ok(())
    }

    fn equipment(&self, (kind, model, place, days): (&str, &str, &str, i64)) -> Answers {
        filled(&[
            ("kind", kind),
            ("model", model),
            ("quantity", "2"),
            ("place", place),
            ("installed_on", &self.day.plus_days(-400).to_string()),
            ("inspected_on", &self.day.to_string()),
            ("inspected_by", "青榕消防技术服务有限公司"),
            ("result", "pass"),
            ("valid_until", &self.day.plus_days(days).to_string()),
            ("owner", &self.officer.member().to_string()),
            ("state", "in_use"),
        ])
    }

    fn risky_post(&self) -> Result<Answers, Refusal> {
        let day = self.day.to_string();
        Ok(filled(&[
            ("post", "上门探访和助浴"),
            ("work", "到独居长者家里探访，协助转移和洗浴，检查门窗和用电。"),
            ("risks", "slip,lifting,infection"),
            ("protection", "shoes,gloves,mask,back"),
            ("assessed_on", &day),
            ("holders.1.member", &self.house.post("worker1")?.member().to_string()),
            ("holders.1.since", &day),
            ("holders.2.member", &self.house.post("worker2")?.member().to_string()),
            ("holders.2.since", &day),
        ]))
    }

    /// One of the two who hold such a post has been given what it needs.
    fn protection(&self) -> Result<Answers, Refusal> {
        let mut answers = filled(&[
            ("member", &self.house.post("worker1")?.member().to_string()),
            ("post", "上门探访和助浴"),
            ("risks", "slip,lifting,infection"),
            ("issued_on", &self.day.to_string()),
            ("taught", "yes"),
        ]);
        answers.extend(all("equipment", 8, "state", "not_needed"));
        for row in [2, 3, 5, 6] {
            answers.insert(format!("equipment.{row}.state"), "has".to_owned());
        }
        Ok(answers)
    }

    /// Whoever was on leave that day has not made it up.
    fn training(&self) -> Result<Answers, Refusal> {
        let day = self.day.to_string();
        let mut answers = filled(&[
            ("topic", "消防和用电安全"),
            ("kind", "safety"),
            ("topics", "safety,emergency"),
            ("held_on", &day),
            ("ended_on", &day),
            ("days", "1"),
            ("hours", "3"),
            ("form", "practice"),
            ("place", "一楼活动室"),
            ("trainer", "区消防救援大队"),
            ("absent", "1"),
            ("absent_why", "一人外出办事，补看录像并实操一次。"),
            ("content", "灭火器和消火栓的使用，疏散引导，电动车充电和插座的检查。"),
        ]);
        let there = ["head", "supervisor", "worker1", "counsellor", "intake", "finance", "archivist"];
        for (row, post) in there.into_iter().enumerate() {
            let cell = |column: &str| format!("participants.{}.{column}", row + 1);
            answers.insert(cell("member"), self.house.post(post)?.member().to_string());
            answers.insert(cell("hours"), "3".to_owned());
        }
        Ok(answers)
    }

    fn patrol(&self) -> Answers {
        let (day, member) = (self.day.to_string(), self.officer.member().to_string());
        let mut answers = filled(&[
            ("checked_on", &day),
            ("starts_at", "09:10"),
            ("ends_at", "09:40"),
            ("checkers.1.member", &member),
            ("weather", "fine"),
            ("passed_on", "none"),
        ]);
        answers.extend(all("premises", 8, "result", "pass"));
        answers.extend(all("vicinity", 8, "result", "pass"));
        answers
    }

    fn facilities(&self) -> Answers {
        let (day, member) = (self.day.to_string(), self.officer.member().to_string());
        let mut answers = filled(&[("checked_on", &day), ("checked_by", &member)]);
        answers.extend(all("facilities", 6, "state", "present"));
        answers
    }

    /// A half-yearly check, which the head approves the next day.
    async fn check(&self) -> Result<(), Refusal> {
        let (day, member) = (self.day.to_string(), self.officer.member().to_string());
        for site in self.house.sites.iter().filter(|_| self.keeps("safety_check")) {
            let mut answers = filled(&[
                ("kind", "half_yearly"),
                ("checked_on", &day),
                ("checkers.1.member", &member),
                ("last_hazards", "all_mended"),
                ("conclusion", "usable"),
                ("opinion", "消防、用电、给排水和设备逐项看过，可以正常使用，继续保持通道畅通。"),
            ]);
            for (part, rows) in [("fire", 6), ("power", 4), ("water", 4), ("equipment", 8)] {
                answers.extend(all(part, rows, "result", "pass"));
            }
            let paper = self.put(self.officer, "safety_check", (*site).into(), answers).await?;
            self.done(self.head, paper, Deed::Approve, 1).await?;
        }
        Ok(())
    }

    async fn hazard(
        &self,
        (what, place, level, measure): (&str, &str, &str, &str),
    ) -> Result<Option<PaperId>, Refusal> {
        let Some(site) = self.house.sites.first() else { return Ok(None) };
        let due = self.day.plus_days(if level == "serious" { 0 } else { 7 }).to_string();
        let content = Ok(photograph(self.day.inner().day()).into());
        let photo = Upload { field: "photo".to_owned(), name: format!("{what}.jpg"), content };
        let photo = receive(self.officer, self.stage.operation(), photo).await?.to_string();
        let answers = filled(&[
            ("photo", &photo),
            ("found_on", &self.day.to_string()),
            ("what", what),
            ("place", place),
            ("level", level),
            ("mended_at_once", "no"),
            ("measure", measure),
            ("owner", &self.officer.member().to_string()),
            ("due_on", &due),
        ]);
        self.put(self.officer, "hazard", (*site).into(), answers).await.map(Some)
    }

    fn drill(&self) -> Answers {
        let (day, member) = (self.day.to_string(), self.officer.member().to_string());
        let mut answers = filled(&[
            ("kind", "fire"),
            ("form", "evacuation"),
            ("plan", "火灾应急预案"),
            ("held_on", &day),
            ("starts_at", "15:10"),
            ("ends_at", "15:50"),
            ("place", "一楼活动室和前院"),
            ("commander", &self.head.member().to_string()),
            ("scenario", "活动室插座起火，烟雾报警后全员疏散到前院集合。"),
            ("staff.1.member", &member),
            ("clients", "12"),
            ("others", "2"),
            ("clients_taught", "yes"),
            ("taught_how", "演练前讲解报警、弯腰掩口和集合地点"),
            ("evacuation_minutes", "4"),
            ("all_counted", "yes"),
            ("course", "报警后四分钟内全部到达集合点，清点人数无误。"),
            ("result", "reached"),
            ("lessons", "轮椅使用者需要两人协助，下次提前分工。"),
            ("revise_plan", "no"),
        ]);
        answers.extend(all("points", 6, "result", "good"));
        answers
    }

    fn device(&self, (kind, model, place, state, mending): (&str, &str, &str, &str, &str)) -> Answers {
        filled(&[
            ("kind", kind),
            ("model", model),
            ("quantity", "2"),
            ("place", place),
            ("installed_on", &self.day.plus_days(-200).to_string()),
            ("owner", &self.officer.member().to_string()),
            ("platform", "青榕智慧社区平台"),
            ("received_by", "值班室和街道网格员"),
            ("checked_on", &self.day.to_string()),
            ("state", state),
            ("mending", mending),
        ])
    }

    /// A fire that was put out at once, and two days later what was learned from it.
    async fn incident(&self) -> Result<(), Refusal> {
        let Some(site) = self.house.sites.first() else { return Ok(()) };
        let (day, member) = (self.day.to_string(), self.officer.member().to_string());
        let at = |time: &str| format!("{day}T{time}");
        let answers = filled(&[
            ("occurred_at", &at("15:02")),
            ("kind", "fire"),
            ("place", "一楼活动室北墙"),
            ("situation", "插线板冒烟起火，在场长者九人、工作人员三人。"),
            ("plan_state", "activated"),
            ("plan", "火灾应急预案"),
            ("activated_at", &at("15:03")),
            ("commander", &self.head.member().to_string()),
            ("actions.1.at", &at("15:03")),
            ("actions.1.action", "切断电源，用灭火器扑灭"),
            ("actions.1.by", "活动室工作人员"),
            ("actions.1.result", "两分钟内扑灭"),
            ("actions.2.at", &at("15:06")),
            ("actions.2.action", "疏散到前院，清点人数"),
            ("actions.2.by", "疏散引导组"),
            ("actions.2.result", "九人全部到齐"),
            ("called", "119"),
            ("stands", "over"),
            ("over_at", &at("15:40")),
            ("reports.1.to", "head"),
            ("reports.1.stage", "first"),
            ("reports.1.at", &at("15:05")),
            ("reports.1.by", self.officer.name()),
            ("reports.2.to", "district"),
            ("reports.2.stage", "first"),
            ("reports.2.at", &at("15:20")),
            ("reports.2.by", self.head.name()),
            ("moved", "9"),
            ("damage", "插线板一个、窗帘一幅。"),
        ]);
        let incident = self.put(self.officer, "incident", (*site).into(), answers).await?;
        let learned = filled(&[
            ("reviewed_on", &day),
            ("aftermath.1.matter", "comfort"),
            ("aftermath.1.done", "逐一看望在场长者，告知家属"),
            ("aftermath.1.owner", &member),
            ("aftermath.1.state", "done"),
            ("service", "resumed"),
            ("resumed_on", &day),
            ("recovery", "检查线路、通风后恢复开放。"),
            ("cause", "插线板串接取暖器，负荷过大。"),
            ("plan_worked", "well"),
            ("revise_plan", "no"),
            ("lessons", "演练过的分工用上了；取暖器要专插专用，入冬前逐个检查。"),
            ("hazards.1.what", "插线板串接使用"),
            ("hazards.1.place", "一楼活动室"),
            ("hazards.1.level", "general"),
            ("hazards.1.mended_at_once", "yes"),
            ("hazards.1.measure", "收走串接的插线板，增装墙面插座"),
            ("hazards.1.owner", &member),
        ]);
        let about = ("incident_review", Some(incident));
        let review = self.put_about(self.officer, about, (*site).into(), learned).await?;
        self.done(self.head, review, Deed::Approve, 1).await
    }

    /// An edition of a policy, which the head approves; the next one after `before`, where there was one.
    async fn policy(
        &self,
        (topic, readers, title, heading, text): (&str, &str, &str, &str, &str),
        before: Option<PaperId>,
    ) -> Result<PaperId, Refusal> {
        let office = self.house.sites.first().ok_or(Refusal::NotFound)?.to_string();
        let day = self.day.to_string();
        let mut answers = filled(&[
            ("title", title),
            ("topic", topic),
            ("scope", "本机构全体人员和各项服务"),
            ("readers", readers),
            ("interpreted_by", &office),
            ("change", "new"),
            ("edition", &format!("{} 年第 1 版", self.day.year())),
            ("effective_from", &day),
            ("review_on", &self.day.plus_days(180).to_string()),
            ("discussed_on", &day),
            ("duties_change", "no"),
            ("articles.1.heading", heading),
            ("articles.1.text", text),
        ]);
        if topic == "safety" {
            answers.extend(filled(&[("safety_scope", "persons,facilities,information,public_health")]));
        }
        if before.is_some() {
            answers.extend(filled(&[
                ("change", "revised"),
                ("edition", &format!("{} 年第 2 版", self.day.year())),
                ("changes", "增加网上受理，告知进展由三个工作日缩短为两个。"),
                ("repeals.1.title", title),
                ("repeals.1.number", "第 1 版"),
                ("repeals.1.repealed_on", &day),
            ]));
        }
        let (author, house) = (self.house.post("supervisor")?, self.head.organisation().id);
        let paper = self.put_about(author, ("policy", before), house.into(), answers).await?;
        self.done(self.head, paper, Deed::Approve, 1).await?;
        Ok(paper)
    }

    async fn sign(&self, by: &StaffScope, policy: PaperId) -> Result<(), Refusal> {
        let house = self.head.organisation().id;
        let about = ("policy_signoff", Some(policy));
        self.put_about(by, about, house.into(), filled(&[("read", "yes")])).await.map(drop)
    }

    async fn plan(&self, (kind, title, risks): (&str, &str, &str)) -> Result<(), Refusal> {
        let (day, member) = (self.day.to_string(), self.officer.member().to_string());
        let answers = filled(&[
            ("title", title),
            ("kind", kind),
            ("scope", "本机构各服务场所"),
            ("occasion", "first"),
            ("effective_from", &day),
            ("risks", risks),
            ("commander", &self.head.member().to_string()),
            ("deputy", &member),
            ("organisation.1.team", "evacuation"),
            ("organisation.1.leader", &member),
            ("organisation.1.duties", "引导到前院集合，清点人数"),
            ("contacts.1.body", "社区居委会"),
            ("contacts.1.phone", "0990-8123100"),
            ("response_process.1.step", "发现"),
            ("response_process.1.action", "报告总指挥，通知在场人员"),
            ("response_process.1.responsible", "最先发现的人"),
            ("reporting", "十分钟内报街道和区民政局，人员受伤先拨 120。"),
            ("measures", "停止活动，切断电源，按分工疏散和照护。"),
            ("evacuation", "从最近的安全出口到前院旗杆下集合。"),
            ("frail", "行动不便的长者由两名工作人员一对一协助。"),
            ("recovery", "检查场地后恢复服务，一周内复盘并修订预案。"),
            ("drills_per_year", "1"),
            ("review_on", &self.day.plus_days(YEAR).to_string()),
        ]);
        let house = self.head.organisation().id;
        let paper = self.put(self.officer, "emergency_plan", house.into(), answers).await?;
        self.done(self.head, paper, Deed::Approve, 1).await
    }
}

/// The same answer in each row of a checklist.
fn all(table: &str, rows: usize, column: &str, answer: &str) -> impl Iterator<Item = (String, String)> {
    (1..=rows).map(move |row| (format!("{table}.{row}.{column}"), answer.to_owned()))
}
