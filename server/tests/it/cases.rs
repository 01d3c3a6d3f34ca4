//! A case from confirmation to its end by plain forms, as a browser without scripts sends them, and what is refused on the
//! way: at the field, by a rule, because somebody was quicker, because it is not one's own.

use crate::agreement::AGREEMENT;
use crate::world::{Answered, Browser, PASSWORD, World};
use axum::http::StatusCode;
use backend::applications::{Accept, Confirm, PrepareAgreement, Screen, Sign, SubmitApplication};
use backend::catalogue;
use backend::members::{AddMember, add_member_as_operator};
use backend::organisations::as_operator;
use backend::{Command, StaffScope, applications, identity};
use domain::access::Role;
use domain::agreements::Signer;
use domain::applications::{Channel, Grade, ScreeningMethod};
use domain::forms::{Answers, FormTemplate};
use domain::ids::{ApplicationId, CaseId};
use domain::papers::PaperState;
use std::collections::BTreeMap;

pub type Fields<'a> = Vec<(&'a str, &'a str)>;

fn answers<const N: usize>(pairs: [(&str, &str); N]) -> Answers {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

pub async fn staff(world: &World, name: &str) -> StaffScope {
    let account = identity::sign_in(world.backend.core(), name, PASSWORD, "test").await.unwrap();
    world.backend.staff(account, "qs01").await.unwrap()
}

/// A second supervisor, who goes by this name.
pub async fn deputy(world: &World, name: &str) -> StaffScope {
    let deputy = AddMember {
        sign_in_name: "deputy".to_owned(),
        name: name.to_owned(),
        roles: vec![Role::Supervisor],
        from: world.backend.now().day(),
        until: None,
        password: Some(PASSWORD.to_owned()),
    };
    let operator = as_operator(world.backend.core(), "qs01").await.unwrap();
    add_member_as_operator(&operator, Command::of(world.backend.new_operation(), deputy)).await.unwrap();
    staff(world, "deputy").await
}

/// An application with a signed agreement: nothing is missing but the confirmation.
pub async fn agreed(world: &World) -> ApplicationId {
    let backend = &world.backend;
    let service = catalogue::list(&staff(world, "head").await).await.unwrap()[0].id;
    let form = answers([
        ("name", "王小明"),
        ("document_kind", "resident_id"),
        ("identity_number", "440105198001010012"),
        ("phone", "13800138000"),
        ("address", "青山区青山街道榕园路5号"),
        ("need", "希望有人陪伴老人看病。"),
        ("consent", "yes"),
    ]);
    let public = backend.public("qs01").await.unwrap();
    let operation = backend.new_operation();
    let command = Command::of(operation, SubmitApplication { service, channel: Channel::Website, answers: form });
    let application = applications::submit(&public, command).await.unwrap().application;
    let (head, worker) = (staff(world, "head").await, staff(world, "worker").await);
    let operation = || backend.new_operation();
    let version = async |application: ApplicationId| applications::open(&head, application).await.unwrap().version;
    let at = version(application).await;
    let command = Command::of(operation(), Accept { application, grade: Some(Grade::Routine) }).seen(at);
    applications::accept(&head, command).await.unwrap();
    let at = version(application).await;
    applications::review(&head, Command::of(operation(), application).seen(at)).await.unwrap();
    let (at, note) = (version(application).await, "符合条件。".to_owned());
    let command = Screen { application, method: ScreeningMethod::Interview, note };
    let command = Command::of(operation(), command).seen(at);
    applications::screen(&worker, command).await.unwrap();
    let command = Command::of(operation(), PrepareAgreement { application, answers: answers(AGREEMENT) });
    applications::prepare_agreement(&worker, command).await.unwrap();
    let (at, signature) = (version(application).await, "王小明".to_owned());
    let command = Command::of(operation(), Sign { application, signer: Signer::Client, signature }).seen(at);
    applications::sign(&worker, command).await.unwrap();
    application
}

/// A confirmed application, and the case that `worker` answers for.
pub async fn opened(world: &World) -> CaseId {
    let application = agreed(world).await;
    let (head, worker) = (staff(world, "head").await, staff(world, "worker").await);
    let version = applications::open(&head, application).await.unwrap().version;
    let (operation, responsible) = (world.backend.new_operation(), worker.member());
    let command = Command::of(operation, Confirm { application, responsible, another: false }).seen(version);
    applications::confirm(&head, command).await.unwrap().case
}

/// Opens a page and sends its form with these answers, as a person would who fills it in.
pub async fn fill(browser: &mut Browser, page: &str, action: &str, typed: &Fields<'_>) -> Answered {
    let shown = browser.get(page).await;
    assert_eq!(shown.status, StatusCode::OK, "{page}: {}", shown.body);
    send(browser, &shown, action, typed).await
}

/// Sends a form of a page that was answered before.
async fn send(browser: &mut Browser, shown: &Answered, action: &str, typed: &Fields<'_>) -> Answered {
    let hidden = hidden(&shown.body, action, typed);
    assert!(!hidden.is_empty(), "no form to {action} in {}", shown.body);
    let mut fields: Fields<'_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend(typed.iter().filter(|(name, _)| hidden.iter().all(|(known, _)| known != name)));
    browser.post(action, &fields).await
}

/// The hidden fields of the form that is posted to an address; not of the one that only a preference sends again. Where a
/// paper is approved or sent back at one address, what is sent says which of the two forms it is.
fn hidden(html: &str, action: &str, typed: &Fields<'_>) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split_once(&format!(" {name}=\""))?.1;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let forms = html.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap_or_default());
    let forms = forms.filter(|form| attribute(form, "id").as_deref() != Some("sent"));
    let forms = forms.filter(|form| attribute(form, "action").as_deref() == Some(action));
    let mut forms = forms.map(|form| {
        let inputs = form.split("<input").skip(1).map(|input| input.split('>').next().unwrap_or_default());
        let inputs = inputs.filter(|input| attribute(input, "type").as_deref() == Some("hidden"));
        let named =
            inputs.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default())));
        named.collect::<Vec<_>>()
    });
    let says_another = |(name, value): &(String, String)| typed.iter().any(|(key, sent)| key == name && sent != value);
    forms.find(|hidden| !hidden.iter().any(says_another)).unwrap_or_default()
}

/// The first address in a page that begins so.
fn link(html: &str, begins: &str) -> String {
    let found = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut ours = found.filter(|href| {
        href.strip_prefix(begins)
            .is_some_and(|rest| !rest.is_empty() && !rest.contains(['/', '?', '#']) && rest != "new")
    });
    let first = ours.next();
    assert!(first.is_some(), "no link to {begins} in {html}");
    first.unwrap().to_owned()
}

pub fn today(world: &World) -> String {
    world.backend.now().day().to_string()
}

pub fn moment(world: &World) -> String {
    world.backend.now().to_input()
}

pub fn assessment(day: &str) -> Fields<'_> {
    vec![
        ("methods", "interview"),
        ("methods", "observation"),
        ("assessed_on", day),
        ("method_evidence", "面谈记录一份。"),
        ("situation", "独居，行动不便。"),
        ("problems", "看病无人陪同。"),
        ("needs", "每月两次陪诊。"),
        ("goals", "三个月内按时复诊。"),
        ("recommendation", "建议开案。"),
    ]
}

pub fn plan(day: &str) -> Fields<'_> {
    vec![
        ("goals", "按时复诊。"),
        ("indicators", "复诊率 100%。"),
        ("content", "陪诊。"),
        ("methods", "个案。"),
        ("starts_on", day),
        ("ends_on", day),
        ("frequency", "每月两次"),
        ("sessions", "6"),
        ("place", "社区医院"),
        ("staff", "社工一名，志愿者一名。"),
        ("resources", "志愿者队伍。"),
    ]
}

pub fn record(moment: &str) -> Fields<'_> {
    vec![
        ("occurred_at", moment),
        ("mode", "visit"),
        ("content", "陪同复诊。"),
        ("feedback", "服务对象表示满意。"),
        ("effect", "血压稳定。"),
    ]
}

pub fn closing() -> Fields<'static> {
    vec![
        ("summary", "目标达成。"),
        ("goal_attainment", "reached"),
        ("reason", "goal_reached"),
        ("told_how", "face_to_face"),
        ("satisfaction", "5"),
    ]
}

pub fn follow_up(moment: &str) -> Fields<'_> {
    vec![
        ("month", "3"),
        ("occurred_at", moment),
        ("reached", "done"),
        ("mode", "telephone"),
        ("situation", "生活平稳。"),
        ("later_needs", "暂无。"),
    ]
}

/// One case, the worker who answers for it and the head, each in a browser of their own.
pub struct Road {
    pub world: World,
    pub case: String,
    pub worker: Browser,
    pub head: Browser,
}

impl Road {
    async fn begin() -> Self {
        Self::of(World::new().await).await
    }

    /// A case of this world.
    pub async fn of(world: World) -> Self {
        let case = format!("/o/qs01/cases/{}", opened(&world).await);
        let (worker, head) = (world.signed_in("worker").await, world.signed_in("head").await);
        Self { world, case, worker, head }
    }

    pub fn below(&self, path: &str) -> String {
        format!("{}/{path}", self.case)
    }

    /// The id of the case.
    pub fn id(&self) -> &str {
        self.case.rsplit('/').next().unwrap()
    }

    /// Where a paper of a register is written.
    pub fn form(&self, register: &str) -> String {
        format!("/o/qs01/papers/new/{register}/{}", self.id())
    }

    /// The worker fills in a form of the case's own; it is taken.
    pub async fn done(&mut self, path: &str, typed: &Fields<'_>) {
        let page = self.below(path);
        let answer = fill(&mut self.worker, &page, &page, typed).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
        assert!(answer.location().starts_with(&self.case), "{}", answer.location());
    }

    /// The worker writes a paper and hands it in, which leads back to the case.
    pub async fn write(&mut self, register: &str, typed: &Fields<'_>) {
        let form = self.form(register);
        self.write_at(&form, typed).await;
    }

    /// The same where the form is about another paper, or instead of one.
    pub async fn write_at(&mut self, page: &str, typed: &Fields<'_>) {
        let action = page.split('?').next().unwrap();
        let answer = fill(&mut self.worker, page, action, typed).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{page}: {}", answer.body);
        assert!(answer.location().starts_with(&format!("{}?done=", self.case)), "{}", answer.location());
    }

    /// The address of the newest paper of a register, to which the case leads.
    pub async fn paper(&mut self, register: &str) -> String {
        let head = staff(&self.world, "head").await;
        let file = backend::cases::open(&head, self.id().parse().unwrap()).await.unwrap();
        let newest = file.folder.of(register).next().unwrap_or_else(|| panic!("no {register}"));
        let (paper, page) = (format!("/o/qs01/papers/{}", newest.id), self.head.get(&self.case).await);
        assert!(page.body.contains(&format!("href=\"{paper}\"")), "no link to {paper} in {}", page.body);
        paper
    }

    /// The head approves the newest paper of a register.
    pub async fn approve(&mut self, register: &str) {
        let paper = self.paper(register).await;
        let answer = fill(&mut self.head, &paper, &format!("{paper}/decide"), &vec![("deed", "approve")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{register}: {}", answer.body);
    }

    /// The team's discussion of the newest plan, written down.
    pub async fn discuss(&mut self) {
        let (plan, now) = (self.paper("plan").await, moment(&self.world));
        let form = format!("{}?about={}", self.form("discussion"), plan.rsplit('/').next().unwrap());
        self.write_at(&form, &vec![("occurred_at", now.as_str()), ("discussion", "团队一致同意。")]).await;
    }

    /// Assessed and planned: service has begun.
    pub async fn serve(&mut self) {
        let day = today(&self.world);
        self.write("assessment", &assessment(&day)).await;
        self.approve("assessment").await;
        self.write("plan", &plan(&day)).await;
        self.discuss().await;
        self.approve("plan").await;
    }
}

/// Proves ASM-02, INT-20, PLN-01.
#[tokio::test]
async fn a_case_goes_its_whole_road_by_plain_forms() {
    let mut road = Road::begin().await;
    let list = road.worker.get("/o/qs01/cases").await;
    assert!(list.body.contains("王*明") && list.body.contains(&road.case), "{}", list.body);
    let page = road.worker.get(&road.case).await;
    assert!(page.body.contains("写需求评估"), "the one next action: {}", page.body);

    road.serve().await;
    let page = road.worker.get(&road.case).await;
    assert!(page.body.contains("服务中") && page.body.contains("写服务记录"), "{}", page.body);

    // An appointment whose time is over is written down from itself.
    let over = moment(&road.world);
    let form = road.worker.get(&road.form("visit")).await;
    assert!(form.body.contains("提交") && !form.body.contains("提交审核"), "nobody approves it: {}", form.body);
    road.write("visit", &vec![("ends_at", over.as_str()), ("mode", "visit")]).await;
    let page = road.worker.get(&road.case).await;
    let form = link(&page.body, &format!("{}?about=", road.form("record")));
    let now = moment(&road.world);
    road.write_at(&form, &record(&now)).await;
    let visit = road.paper("visit").await;
    let (shown, held) = (road.worker.get(&visit).await, PaperState::Held.name().zh);
    assert!(shown.body.contains(&*held) && shown.body.contains("陪同复诊。"), "kept, and written down: {}", shown.body);
    road.approve("record").await;

    road.done("finish", &Vec::new()).await;
    road.done("result", &vec![("mode", "face_to_face")]).await;
    road.write("closing", &closing()).await;
    let page = road.worker.get(&road.case).await;
    assert!(page.body.contains("已结案"), "{}", page.body);
    let summary = road.paper("closing").await;
    let summary = road.worker.get(&summary).await;
    assert!(summary.body.contains("目标达成。") && summary.body.contains("服务总结"), "{}", summary.body);
    road.write("follow_up", &follow_up(&now)).await;
    let page = road.worker.get(&road.case).await;
    assert!(page.body.contains("跟进中"), "{}", page.body);
    let trail = road.head.get("/o/qs01/audit").await;
    assert!(trail.body.contains("跟进回访") && trail.body.contains("姓名 worker"), "{}", trail.body);
}

/// Proves ARC-02, ASM-07, CLO-16, DAT-08, ORG-15, QUA-06.
#[tokio::test]
async fn the_file_of_a_case_tells_its_whole_story() {
    let mut road = Road::begin().await;
    let page = road.worker.get(&road.case).await.body;
    assert!(page.contains("卷宗文书") && page.contains("缺 1 项"), "the assessment is missing: {page}");
    road.serve().await;
    let now = moment(&road.world);
    road.write("record", &record(&now)).await;
    road.approve("record").await;
    road.done("finish", &Vec::new()).await;
    road.done("result", &vec![("mode", "face_to_face")]).await;
    let mut typed = closing();
    typed.push(("lessons", "家属越早参与越好。"));
    road.write("closing", &typed).await;
    road.write("follow_up", &follow_up(&now)).await;

    let page = road.worker.get(&road.case).await.body;
    assert!(!page.contains("缺 1 项"), "{page}");
    let story = page.split_once("class=\"timeline\"").unwrap().1;
    for words in [
        "/o/qs01/applications/app_",
        "受理申请",
        "开案",
        "需求评估",
        "服务计划（第 1 稿）",
        "团队讨论",
        "服务开始",
        "服务记录 · ",
        "服务完成",
        "向服务对象反馈结果",
        "服务总结",
        "结案",
        "跟进回访 · 第 3 个月",
    ] {
        assert!(story.contains(words), "{words}: {story}");
    }
    let summary = road.paper("closing").await;
    let summary = road.worker.get(&summary).await.body;
    for words in ["qs01 社会工作站", "目标达成。", "全部达成", "5 分", "家属越早参与越好。"] {
        assert!(summary.contains(words), "{words}: {summary}");
    }
}

/// Proves ASM-01, ASM-04.
#[tokio::test]
async fn what_is_missing_is_said_at_its_field_and_what_was_typed_is_kept() {
    let mut road = Road::begin().await;
    let page = road.form("assessment");
    let typed = vec![("situation", "独居<b>，行动不便。"), ("assessed_on", "2099-01-01")];
    let answer = fill(&mut road.worker, &page, &page, &typed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in
        ["处需要改正", "href=\"#methods\"", "id=\"needs-error\"", "日期不能晚于今天", "独居&lt;b&gt;，行动不便。"]
    {
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    // The same form, mended, is the same operation.
    let day = today(&road.world);
    let answer = send(&mut road.worker, &answer, &page, &assessment(&day)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let (paper, back) = (road.paper("assessment").await, |reason| vec![("deed", "return"), ("reason", reason)]);
    let decide = format!("{paper}/decide");
    let answer = fill(&mut road.head, &paper, &decide, &back(" ")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("id=\"reason-error\""), "{}", answer.body);
    let answer = send(&mut road.head, &answer, &decide, &back("请补充观察。")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);

    // It is written anew: the case leads its worker there, and what was handed in stays as it was.
    let file = road.worker.get(&road.case).await;
    let again = link(&file.body, &format!("{page}?replaces="));
    let shown = road.worker.get(&again).await;
    assert!(shown.body.contains("请补充观察。") && shown.body.contains("看病无人陪同。"), "{}", shown.body);
    let mut amended = assessment(&day);
    amended.retain(|(key, _)| *key != "situation");
    amended.push(("situation", "独居，行动不便，已实地观察。"));
    road.write_at(&again, &amended).await;
    let rewritten = road.paper("assessment").await;
    assert_ne!(rewritten, paper);
    let (old, new) = (road.worker.get(&paper).await.body, road.worker.get(&rewritten).await.body);
    assert!(old.contains("退回原因") && old.contains("请补充观察。") && !old.contains("已实地观察"), "{old}");
    assert!(old.contains(&format!("href=\"{rewritten}\"")) && new.contains("已实地观察"), "{old}");
}

#[tokio::test]
async fn nothing_is_told_of_the_days_before_the_case() {
    let mut road = Road::begin().await;
    let (page, day) = (road.form("assessment"), road.world.backend.now().day());
    let before = day.plus_days(-1).to_string();
    let answer = fill(&mut road.worker, &page, &page, &assessment(&before)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["href=\"#assessed_on\"", "这份卷宗从那天开始", "看病无人陪同。"] {
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    let answer = send(&mut road.worker, &answer, &page, &assessment(&day.to_string())).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

#[tokio::test]
async fn a_half_written_paper_waits_for_its_author_alone() {
    let mut road = Road::begin().await;
    let (page, day) = (road.form("assessment"), today(&road.world));
    let half = vec![("situation", "独居，写到一半。"), ("keep_draft", "yes")];
    let answer = fill(&mut road.worker, &page, &page, &half).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let kept = road.worker.get(answer.location()).await;
    for said in ["草稿已保存，只有您能看到", "独居，写到一半。", "name=\"draft\""] {
        assert!(kept.body.contains(said), "{said}: {}", kept.body);
    }

    // Found again by its author, from the case; by nobody else, not even by whoever approves.
    let file = road.worker.get(&road.case).await;
    assert!(file.body.contains("继续写需求评估"), "{}", file.body);
    let draft = link(&file.body, "/o/qs01/papers/");
    let mut head = road.head.clone();
    for address in [&road.case, &page] {
        let theirs = head.get(address).await;
        assert_eq!(theirs.status, StatusCode::OK, "{address}");
        assert!(!theirs.body.contains("写到一半") && !theirs.body.contains(&draft), "{address}: {}", theirs.body);
    }
    assert_eq!(head.get(&draft).await.status, StatusCode::NOT_FOUND);
    let operation = road.world.backend.new_operation().to_string();
    for deed in ["approve", "return"] {
        let fields = vec![("operation", operation.as_str()), ("version", "1"), ("deed", deed), ("reason", "为何？")];
        assert_eq!(head.post(&format!("{draft}/decide"), &fields).await.status, StatusCode::NOT_FOUND, "{deed}");
    }

    // Gone on with twice, then handed in: it is one paper.
    let more = vec![("situation", "独居，写得更多。"), ("keep_draft", "yes")];
    let answer = fill(&mut road.worker, &page, &page, &more).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let shown = road.worker.get(&page).await;
    assert!(shown.body.contains("写得更多") && !shown.body.contains("写到一半"), "{}", shown.body);
    let answer = send(&mut road.worker, &shown, &page, &assessment(&day)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(road.paper("assessment").await, draft);
    let shown = road.head.get(&draft).await;
    assert!(shown.body.contains("独居，行动不便。") && shown.body.contains("批准需求评估"), "{}", shown.body);
    // What was open in another tab is too late, and keeps what was typed there.
    let late = send(&mut road.worker, &kept, &page, &vec![("situation", "另一个窗口里写的。")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("另一个窗口里写的。"), "{}", late.body);
}

#[tokio::test]
async fn answers_to_an_older_form_come_back_with_everything_typed() {
    let mut road = Road::begin().await;
    let (page, day) = (road.form("assessment"), today(&road.world));
    let old = road.worker.get(&page).await;
    let registers = road.world.backend.registers();
    let form = registers.form(registers.get("assessment").unwrap()).unwrap();
    let newer = FormTemplate { version: form.version + 1, ..FormTemplate::clone(form) };
    road.world = road.world.with_form(newer).await;
    road.worker = road.world.signed_in("worker").await;
    road.head = road.world.signed_in("head").await;

    let answer = send(&mut road.worker, &old, &page, &assessment(&day)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    for said in ["这份表单已更新为第 2 版", "您填写的都在", "看病无人陪同。", "value=\"observation\" checked"]
    {
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    // Looked through and sent again, it is taken, as an answer to the newer one.
    let answer = send(&mut road.worker, &answer, &page, &assessment(&day)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let paper = road.paper("assessment").await;
    assert!(road.worker.get(&paper).await.body.contains("第 2 版"));
}

/// Proves ASM-03, PLN-02, PLN-07.
#[tokio::test]
async fn a_rule_in_the_way_names_itself_and_keeps_what_was_typed() {
    let mut road = Road::begin().await;
    let (day, page) = (today(&road.world), road.form("plan"));
    let shown = road.worker.get(&page).await;
    assert!(shown.body.contains("ASM-03"), "said before anything is typed: {}", shown.body);
    let answer = send(&mut road.worker, &shown, &page, &plan(&day)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    for said in ["ASM-03", "/o/qs01/duties/rules/ASM-03", "《社会工作站服务规范》", "复诊率 100%。"] {
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    assert_eq!(road.worker.get("/o/qs01/duties/rules/ASM-03").await.status, StatusCode::OK);

    road.write("assessment", &assessment(&day)).await;
    road.approve("assessment").await;
    road.write("plan", &plan(&day)).await;
    let paper = road.paper("plan").await;
    let shown = road.head.get(&paper).await;
    assert!(shown.body.contains("PLN-02") && !shown.body.contains("value=\"approve\""), "{}", shown.body);
    let operation = road.world.backend.new_operation().to_string();
    let fields = vec![("operation", operation.as_str()), ("version", "1"), ("deed", "approve")];
    let answer = road.head.post(&format!("{paper}/decide"), &fields).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("请先记录团队讨论") && answer.body.contains("PLN-02"), "{}", answer.body);

    road.discuss().await;
    road.approve("plan").await;
    let (now, page) = (moment(&road.world), road.form("record"));
    let typed = vec![("occurred_at", now.as_str()), ("mode", "telephone"), ("content", "电话问候。")];
    let answer = fill(&mut road.worker, &page, &page, &typed).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    for said in ["PLN-07", "请填写服务效果", "电话问候。", "value=\"telephone\" checked"] {
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
}

#[tokio::test]
async fn whoever_comes_too_late_is_told_and_loses_nothing() {
    let mut road = Road::begin().await;
    road.serve().await;
    let (finish, result) = (road.below("finish"), road.below("result"));
    let open_in_another_tab = road.worker.get(&result).await;
    assert_eq!(open_in_another_tab.status, StatusCode::OK);
    let sent = fill(&mut road.worker, &finish, &finish, &Vec::new()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let answer = send(&mut road.worker, &open_in_another_tab, &result, &vec![("mode", "writing")]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    for said in ["其他人刚刚修改了此内容", "value=\"writing\" checked"] {
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    let answer = send(&mut road.worker, &answer, &result, &vec![("mode", "writing")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    // The button pressed twice has one effect.
    let close = road.form("closing");
    let shown = road.worker.get(&close).await;
    let closing =
        vec![("summary", "完。"), ("goal_attainment", "reached"), ("reason", "goal_reached"), ("told_how", "writing")];
    for _ in 0..2 {
        let answer = send(&mut road.worker, &shown, &close, &closing).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
    let shown = road.worker.get(&close).await;
    assert!(shown.body.contains("已结案"), "said before anything is typed: {}", shown.body);
    let answer = send(&mut road.worker, &shown, &close, &closing).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "it is closed");
    assert_eq!(road.worker.get(&finish).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn nobody_does_what_is_not_theirs() {
    let mut road = Road::begin().await;
    let day = today(&road.world);
    road.write("assessment", &assessment(&day)).await;
    let paper = road.paper("assessment").await;
    let operation = road.world.backend.new_operation().to_string();
    let fields = vec![("operation", operation.as_str()), ("version", "1"), ("deed", "approve")];
    let answer = road.worker.post(&format!("{paper}/decide"), &fields).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "a worker approves nothing");
    // Neither does the door for what an author does lead to a decision.
    let answer = road.worker.post(&format!("{paper}/change"), &fields).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let shown = road.worker.get(&paper).await;
    assert!(!shown.body.contains("value=\"approve\""), "and sees no button for it");
    assert!(shown.body.contains("自己写的文书由他人审核"), "{}", shown.body);
    assert_eq!(road.worker.get("/o/qs01/members/new").await.status, StatusCode::FORBIDDEN);
    assert_eq!(road.worker.get("/o/qs01/audit").await.status, StatusCode::FORBIDDEN);

    // A colleague who does not answer for the case, and the neighbour's supervisor with the same ids.
    let mut both = road.world.signed_in("both").await;
    let id = road.id().to_owned();
    let paper_id = paper.rsplit('/').next().unwrap().to_owned();
    for page in [
        road.case.clone(),
        paper.clone(),
        road.form("plan"),
        format!("{}?replaces={paper_id}", road.form("assessment")),
        format!("/o/qs02/cases/{id}"),
        format!("/o/qs02/papers/{paper_id}"),
        format!("/o/qs02/papers/new/plan/{id}"),
        "/o/qs02/cases/cas_0".to_owned(),
        "/o/qs02/papers/pap_0".to_owned(),
        "/o/qs02/cases/../../etc".to_owned(),
    ] {
        assert_eq!(both.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    for foreign in [format!("/o/qs02/papers/{paper_id}/decide"), format!("/o/qs02/papers/{paper_id}/change")] {
        assert_eq!(both.post(&foreign, &fields).await.status, StatusCode::NOT_FOUND, "{foreign}");
    }
    let mut typed = assessment(&day);
    typed.extend([("operation", operation.as_str()), ("template", "1")]);
    let foreign = format!("/o/qs02/papers/new/assessment/{id}");
    assert_eq!(both.post(&foreign, &typed).await.status, StatusCode::NOT_FOUND);
    assert_eq!(both.post(&road.form("assessment"), &typed).await.status, StatusCode::FORBIDDEN);
    // A register that there is not, a file that is none, and what has to be about another paper but is not.
    for page in [
        road.form("nothing"),
        road.form("case"),
        format!("/o/qs01/papers/new/plan/{paper_id}"),
        road.form("discussion"),
        format!("{}?about={paper_id}", road.form("discussion")),
    ] {
        assert_eq!(road.worker.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
}

/// Proves ORG-14.
#[tokio::test]
async fn a_member_leaves_nothing_behind() {
    let mut road = Road::begin().await;
    let members = road.head.get("/o/qs01/members").await;
    let people: Vec<String> = members
        .body
        .split("href=\"/o/qs01/members/mem_")
        .skip(1)
        .filter_map(|rest| Some(format!("/o/qs01/members/mem_{}", rest.split('"').next()?)))
        .collect();
    let mut pages = Vec::new();
    for person in people {
        let page = road.head.get(&person).await;
        pages.push((person, page));
    }
    let (worker, page) = pages.iter().find(|(_, page)| page.body.contains("<h1>姓名 worker")).unwrap();
    assert!(page.body.contains("ORG-14") && page.body.contains("全部转交"), "{}", page.body);
    let disable = format!("{worker}/disable");
    let operation = road.world.backend.new_operation().to_string();
    let fields = vec![("operation", operation.as_str()), ("version", "1")];
    let answer = road.head.post(&disable, &fields).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("名下还有 1 项未结工作"), "{}", answer.body);

    let hand_over = format!("{worker}/hand-over");
    let answer = fill(&mut road.head, worker, &hand_over, &Vec::new()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (receiver, _) = pages.iter().find(|(_, page)| page.body.contains("<h1>姓名 both")).unwrap();
    let receiver = receiver.rsplit('/').next().unwrap();
    let answer = send(&mut road.head, &answer, &hand_over, &vec![("to", receiver)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(road.worker.get(&road.case).await.status, StatusCode::NOT_FOUND);
    assert_eq!(road.world.signed_in("both").await.get(&road.case).await.status, StatusCode::OK);
    let answer = fill(&mut road.head, worker, &disable, &Vec::new()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_ne!(road.worker.get("/o/qs01/cases").await.status, StatusCode::OK);
}

/// Whoever follows each link from the day's page on, station and nothing else: where every one of them led.
async fn walk(browser: &mut Browser) -> BTreeMap<String, StatusCode> {
    let (mut seen, mut ahead) = (BTreeMap::new(), vec!["/o/qs01".to_owned()]);
    while let Some(address) = ahead.pop() {
        if seen.contains_key(&address) {
            continue;
        }
        let page = browser.get(&address).await;
        seen.insert(address, page.status);
        let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '#']).next());
        ahead.extend(links.filter(|href| href.starts_with("/o/qs01")).map(|href| href.replace("&amp;", "&")));
    }
    seen
}

#[tokio::test]
async fn the_successor_can_open_every_address() {
    let mut road = Road::begin().await;
    road.serve().await;
    let now = moment(&road.world);
    road.write("record", &record(&now)).await;
    road.done("finish", &Vec::new()).await;
    road.done("result", &vec![("mode", "face_to_face")]).await;
    road.write("closing", &closing()).await;
    let under_way = format!("/o/qs01/cases/{}", opened(&road.world).await);
    let theirs = walk(&mut road.worker).await;
    let files = ["/o/qs01/cases/", "/o/qs01/clients/", "/o/qs01/applications/"];
    for file in files {
        assert!(theirs.keys().any(|address| address.starts_with(file)), "{file} in {theirs:?}");
    }
    assert!(theirs.contains_key(&road.case) && theirs.contains_key(&under_way), "{theirs:?}");

    let (worker, both) = (staff(&road.world, "worker").await.member(), staff(&road.world, "both").await.member());
    let (page, to) = (format!("/o/qs01/members/{worker}"), both.to_string());
    let shown = road.head.get(&page).await.body.replace("<!>", "");
    for (kind, number) in [("在办个案", 1), ("已结个案", 1), ("服务对象", 1)] {
        assert!(shown.contains(&format!("<dt>{kind}</dt><dd>{number}</dd>")), "{kind}: {shown}");
    }
    assert!(shown.contains("全部转交（3 项）") && shown.contains("既成事实不随转交改变"), "{shown}");
    let answer = fill(&mut road.head, &page, &format!("{page}/hand-over"), &vec![("to", to.as_str())]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let shown = road.head.get(answer.location()).await.body;
    let held = "在办个案 1、已结个案 1、服务对象 1";
    assert!(shown.contains(&format!("已全部转交给姓名 both：{held}。")), "{shown}");
    assert!(!shown.contains("全部转交（") && shown.contains("既成事实不随转交改变"), "{shown}");
    let trail = road.head.get("/o/qs01/audit?sort=change").await.body;
    assert_eq!(trail.matches("由姓名 worker转交姓名 both").count(), 5, "two cases, a client, two members: {trail}");

    let mut browser = road.world.signed_in("both").await;
    let today = browser.get("/o/qs01").await.body;
    assert!(today.contains("姓名 worker的工作已转交给您") && today.contains(held), "{today}");
    let successor = walk(&mut browser).await;
    let dead: Vec<_> = successor.iter().filter(|(_, status)| status.as_u16() >= 400).collect();
    assert!(dead.is_empty(), "{dead:?}");
    let is_file = |address: &&String| files.iter().any(|file| address.starts_with(file));
    let lost: Vec<_> = theirs.keys().filter(is_file).filter(|file| !successor.contains_key(*file)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    // Applications are open to all who work with them; cases and clients are the successor's now.
    for file in theirs.keys().filter(|address| files[..2].iter().any(|file| address.starts_with(file))) {
        assert_eq!(road.worker.get(file).await.status, StatusCode::NOT_FOUND, "{file}");
    }
}

#[tokio::test]
async fn an_activation_link_is_shown_once() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    let page = "/o/qs01/members/new";
    let answer = fill(&mut head, page, page, &vec![("name", "新来的"), ("until", "2000-01-01")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["sign_in_name", "roles", "from"] {
        assert!(answer.body.contains(&format!("id=\"{field}-error\"")), "{field}: {}", answer.body);
    }
    let day = today(&world);
    let typed = vec![
        ("name", "新来的"),
        ("sign_in_name", "newcomer"),
        ("roles", "social_worker"),
        ("roles", "counsellor"),
        ("from", day.as_str()),
    ];
    let answer = send(&mut head, &answer, page, &typed).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let token = answer.body.split("/activate/").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(token.len() >= 32, "{token}");
    let members = head.get("/o/qs01/members").await;
    assert!(members.body.contains("新来的") && !members.body.contains(&token));
    let mut newcomer = world.browser();
    let activate = format!("/activate/{token}");
    let answer = newcomer.post(&activate, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(newcomer.get("/o/qs01/cases").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_looked_stands_beside_the_file_for_those_who_may_know() {
    let world = World::new().await;
    let case = opened(&world).await;
    let (mut worker, mut head) = (world.signed_in("worker").await, world.signed_in("head").await);
    let page = format!("/o/qs01/cases/{case}");
    assert!(!worker.get(&page).await.body.contains("谁看过"), "who reads the file need not know who else does");
    let shown = head.get(&page).await.body;
    assert!(shown.contains("谁看过"), "{shown}");
    let client = shown.split_once("/o/qs01/clients/").unwrap().1.split('"').next().unwrap();
    let record = head.get(&format!("/o/qs01/clients/{client}")).await.body;
    assert!(record.contains(&format!("/o/qs01/audit?sort=reading&amp;subject={client}")), "{record}");
    let trail = head.get(&format!("/o/qs01/audit?sort=reading&subject={client}")).await.body;
    for words in ["查看个人档案", "查看个案卷宗", "查看申请表", "姓名 worker", "社工"] {
        assert!(trail.contains(words), "{words}: {trail}");
    }
}

#[tokio::test]
async fn the_station_sees_whether_its_trail_is_whole() {
    let world = World::new().await;
    opened(&world).await;
    backend::audit::make_checkpoints(world.backend.core()).await.unwrap();
    let (mut worker, mut head) = (world.signed_in("worker").await, world.signed_in("head").await);
    assert_eq!(worker.get("/o/qs01/audit/chain").await.status, StatusCode::FORBIDDEN);
    let shown = head.get("/o/qs01/audit/chain").await.body;
    for words in ["怎样防止改动", "最近一份存证", "签名密钥", "公钥"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("完整："), "it is verified when somebody asks");
    let verified = head.get("/o/qs01/audit/chain?verify=yes").await.body;
    assert!(verified.contains("完整：") && verified.contains("与 1 份存证一致"), "{verified}");
    assert!(head.get("/o/qs01/audit/chain?entry=1").await.body.contains("第 1 条的指纹是"));
    assert!(head.get("/o/qs01/audit/chain?entry=9999").await.body.contains("这里没有第 9999 条"));
    assert_eq!(head.get("/o/qs01/audit/chain?entry=x").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_is_led_where_they_may_not_go() {
    let world = World::new().await;
    opened(&world).await;
    let operator = as_operator(world.backend.core(), "qs01").await.unwrap();
    for class in world.backend.policy().classes() {
        let role = class[0];
        let member = AddMember {
            sign_in_name: format!("as-{role}"),
            name: format!("姓名 {role}"),
            roles: vec![role],
            from: world.backend.now().day(),
            until: None,
            password: Some(PASSWORD.to_owned()),
        };
        add_member_as_operator(&operator, Command::of(world.backend.new_operation(), member)).await.unwrap();
        let met = walk(&mut world.signed_in(&format!("as-{role}")).await).await;
        assert!(met.len() > 5, "{role} is led nowhere: {met:?}");
        let refused: Vec<_> = met.iter().filter(|(_, status)| **status != StatusCode::OK).collect();
        assert!(refused.is_empty(), "{role} is led to {refused:?}");
    }
}
