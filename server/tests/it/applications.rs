//! From a resident's form to a case, as browsers send it: what is typed wrongly, twice, too late or on purpose.

use crate::agreement::AGREEMENT;
use crate::carried::{self, with};
use crate::cases;
use crate::world::{Answered, Browser, PASSWORD, World};
use axum::http::StatusCode;
use backend::Command;
use backend::acts::FileAct;
use backend::applications::{self, Accept, ApplicationAct, ApplicationFilter};
use domain::applications::Grade;
use domain::time::Moment;
use server::config::Config;
use std::collections::BTreeSet;

const APPLY: &str = "/s/qs01/apply/elder-care";

/// An identity number with its check character, for a birth date.
fn identity(birth: &str) -> String {
    let body = format!("440105{birth}001");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = body.bytes().zip(weights).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"];
    format!("{body}{}", check[sum % 11])
}

/// What an adult fills in; later pairs replace earlier ones.
pub fn filled(change: &[(&str, &str)]) -> Vec<(String, String)> {
    let adult = identity("19850302");
    let mut fields: Vec<(String, String)> = [
        ("name", "王小明"),
        ("document_kind", "resident_id"),
        ("identity_number", adult.as_str()),
        ("phone", "13812345678"),
        ("address", "榕园路5号"),
        ("need", "希望有人定期上门看望。"),
        ("consent", "yes"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for (name, value) in change {
        fields.retain(|(key, _)| key != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn send(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> Answered {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &fields).await
}

/// Fills the form in as it is shown, and sends it.
async fn apply(browser: &mut Browser, change: &[(&str, &str)]) -> Answered {
    let operation = hidden(&browser.get(APPLY).await.body, "operation");
    let mut fields = filled(change);
    fields.push(("operation".to_owned(), operation));
    send(browser, APPLY, &fields).await
}

/// The value of a hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let from = format!("name=\"{name}\" value=\"");
    let rest = page.split(&from).nth(1).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// The code on a receipt.
pub fn code(page: &str) -> String {
    let rest = page.split("receipt__value\">").nth(1).unwrap_or_else(|| panic!("no receipt in {page}"));
    rest.split('<').next().unwrap().to_owned()
}

/// The address of the only application in the queue.
async fn only_file(browser: &mut Browser) -> String {
    let queue = browser.get("/o/qs01/applications?decided=1").await.body;
    let rest = queue.split("href=\"/o/qs01/applications/app_").nth(1).unwrap_or_else(|| panic!("empty: {queue}"));
    format!("/o/qs01/applications/app_{}", rest.split('"').next().unwrap())
}

/// Does one step from the file, with the version that it shows.
async fn step(browser: &mut Browser, file: &str, path: &str, fields: &[(&str, &str)]) -> Answered {
    let page = browser.get(file).await.body;
    let (operation, version) = (hidden(&page, "operation"), hidden(&page, "version"));
    let mut all = vec![("operation", operation.as_str()), ("version", version.as_str())];
    all.extend_from_slice(fields);
    browser.post(&format!("{file}/{path}"), &all).await
}

#[tokio::test]
async fn a_form_sent_twice_gets_one_receipt_and_its_code_stands_in_no_address() {
    let world = World::new().await;
    let mut browser = world.browser();
    let operation = hidden(&browser.get(APPLY).await.body, "operation");
    let mut fields = filled(&[]);
    fields.push(("operation".to_owned(), operation));
    let first = send(&mut browser, APPLY, &fields).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let again = send(&mut browser, APPLY, &fields).await;
    assert_eq!((again.status, code(&again.body)), (StatusCode::OK, code(&first.body)));
    let code = code(&first.body);
    assert!(!first.headers.iter().any(|(_, value)| value.to_str().is_ok_and(|value| value.contains(&code))));
    assert!(!first.body.contains(&format!("={code}")), "no link carries the code");

    // Another application under the same id is not silently taken for the first.
    let mut other = filled(&[("need", "别的需要。")]);
    other.push(fields.last().cloned().unwrap());
    let other = send(&mut browser, APPLY, &other).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(other.body.contains("已经提交过") && other.body.contains("别的需要。"), "{}", other.body);
    assert_ne!(
        hidden(&other.body, "operation"),
        fields.last().unwrap().1,
        "sent again it is an application of its own"
    );

    let lower = code.to_lowercase().replace('-', " ");
    let status = browser.post("/s/qs01/status", &[("code", &lower)]).await;
    assert_eq!(status.status, StatusCode::OK);
    assert!(status.body.contains("已收到，等待受理") && !status.body.contains("王小明"), "{}", status.body);
    let elsewhere = browser.post("/s/qs02/status", &[("code", &code)]).await;
    assert_eq!(elsewhere.status, StatusCode::UNPROCESSABLE_ENTITY, "a neighbour does not know the code");
}

/// Proves CLI-09, INT-02, INT-04.
#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_the_rest_is_kept() {
    let world = World::new().await;
    let mut browser = world.browser();
    let wrong_check = identity("19850302").replace('X', "0");
    let last = if wrong_check.ends_with('1') { "2" } else { "1" };
    let wrong_check = format!("{}{last}", &wrong_check[..17]);
    let impossible = identity("19850231");
    let long = "长".repeat(101);
    for (field, typed, sentence) in [
        ("name", "", "请填写此项。"),
        ("name", "   ", "请填写此项。"),
        ("name", long.as_str(), "最多 100 个字"),
        ("name", "王\u{7}小明", "看不见的控制字符"),
        ("name", "\u{202E}明小王", "看不见的控制字符"),
        ("need", "a\0b", "看不见的控制字符"),
        ("identity_number", wrong_check.as_str(), "校验不符"),
        ("identity_number", impossible.as_str(), "不是有效的出生日期"),
        ("identity_number", "12345", "应为 18 位"),
        ("phone", "12345", "请填写 11 位手机号"),
        ("document_kind", "library_card", "请从给出的选项中选择"),
        ("consent", "", "请勾选同意后再继续"),
        ("consent", "no", "请勾选同意后再继续"),
    ] {
        let answer = apply(&mut browser, &[(field, typed)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {typed:?}");
        assert!(answer.body.contains(sentence), "{field} {typed:?}: {}", answer.body);
        assert!(answer.body.contains(&format!("id=\"{field}-error\"")), "{field} {typed:?}");
        let kept = if field == "need" { "榕园路5号" } else { "希望有人定期上门看望。" };
        assert!(answer.body.contains(kept), "{field} {typed:?}: what was typed elsewhere is kept");
    }
    let passport = [("document_kind", "passport"), ("document_number", "E1234567")];
    for (day, sentence) in [("2026-02-30", "没有这一天"), ("2999-01-01", "不能晚于今天"), ("昨天", "的样式填写日期")]
    {
        let answer = apply(&mut browser, &[passport[0], passport[1], ("birth_date", day)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        assert!(answer.body.contains(sentence) && answer.body.contains("E1234567"), "{day}: {}", answer.body);
    }
}

#[tokio::test]
async fn odd_text_is_only_text() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    let mut browser = world.browser();
    let typed = "<script>alert(1)</script> '); DROP TABLE applications; -- =HYPERLINK(\"http://evil.test\")";
    let answer = apply(&mut browser, &[("need", typed), ("name", "<b>王</b>")]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let file = only_file(&mut head).await;
    let page = head.get(&format!("{file}?whole=yes")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("&lt;script&gt;alert(1)") && !page.body.contains("<script>alert"), "{}", page.body);
    assert!(!page.body.contains("<b>王</b>"));
}

/// Proves CLI-04.
#[tokio::test]
async fn a_minor_is_asked_for_a_guardian_without_scripts() {
    let world = World::new().await;
    let mut browser = world.browser();
    let child = identity("20150520");
    let answer = apply(&mut browser, &[("identity_number", &child)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("id=\"guardian_name-error\""), "{}", answer.body);
    assert!(answer.body.contains(&child) && answer.body.contains("希望有人定期上门看望。"));
    let guardian = [
        ("identity_number", child.as_str()),
        ("guardian_name", "王建国"),
        ("guardian_relation", "father"),
        ("guardian_phone", "13900001111"),
    ];
    assert_eq!(apply(&mut browser, &guardian).await.status, StatusCode::OK);
    // What is not asked of an adult is not kept either.
    let adult = [("guardian_name", "多余的人"), ("guardian_phone", "x")];
    assert_eq!(apply(&mut browser, &adult).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_that_nobody_has_is_said_to_be_unknown() {
    let world = World::new().await;
    let mut browser = world.browser();
    for (typed, sentence) in
        [("", "请填写此项。"), ("AAAA-BBBB-CCCC", "没有找到这个回执码"), ("<b>\0\u{202E}", "没有找到这个回执码")]
    {
        let answer = browser.post("/s/qs01/status", &[("code", typed)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert!(answer.body.contains(sentence) && !answer.body.contains("<b>"), "{typed:?}: {}", answer.body);
    }
}

/// Proves CLI-05, INT-11, INT-14.
#[tokio::test]
async fn an_application_becomes_a_case() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    let mut visitor = world.browser();
    let child = identity("20150520");
    let guardian = [
        ("identity_number", child.as_str()),
        ("guardian_name", "王建国"),
        ("guardian_relation", "father"),
        ("guardian_phone", "13900001111"),
    ];
    let receipt = code(&apply(&mut visitor, &guardian).await.body);
    let file = only_file(&mut head).await;

    let page = head.get(&file).await.body;
    let (operation, version) = (hidden(&page, "operation"), hidden(&page, "version"));
    let accept = [("operation", operation.as_str()), ("version", version.as_str()), ("grade", "routine")];
    for _ in 0..2 {
        let accepted = head.post(&format!("{file}/accept"), &accept).await;
        assert_eq!(accepted.status, StatusCode::SEE_OTHER, "sent twice it has one effect: {}", accepted.body);
        assert_eq!(accepted.location(), format!("{file}?done=accept"));
    }
    // Somebody else still has the old page open.
    let late = head
        .post(&format!("{file}/accept"), &[("operation", "opr_01900000000070008000000000000001"), accept[1], accept[2]])
        .await;
    assert!(matches!(late.status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY), "{}", late.status);

    assert_eq!(step(&mut head, &file, "review", &[]).await.status, StatusCode::SEE_OTHER);
    let blank = step(&mut head, &file, "screen", &[("note", "需求明确。")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(blank.body.contains("id=\"screen-method-error\"") && blank.body.contains("需求明确。"), "{}", blank.body);
    let screened = step(&mut head, &file, "screen", &[("note", "需求明确。"), ("method", "interview")]).await;
    assert_eq!(screened.status, StatusCode::SEE_OTHER);

    let agreement = format!("{file}/agreement");
    let page = head.get(&agreement).await.body;
    let written = [
        ("operation", hidden(&page, "operation")),
        ("rights_and_duties", "双方的权利和义务".to_owned()),
        ("contacts", "020-81234567".to_owned()),
        ("sessions", "8".to_owned()),
        ("mode", "上门探访".to_owned()),
        ("results", "生活困难得到缓解".to_owned()),
        ("risks", "情绪可能有波动".to_owned()),
        ("explained", "yes".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let half: Vec<(String, String)> = written.iter().filter(|(name, _)| name != "risks").cloned().collect();
    let half = send(&mut head, &agreement, &half).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.body.contains("id=\"risks-error\"") && half.body.contains("上门探访"), "{}", half.body);
    assert_eq!(send(&mut head, &agreement, &written).await.status, StatusCode::SEE_OTHER);

    // Two colleagues take a signature at the same time: the second sees what changed, and loses nothing.
    let page = head.get(&file).await.body;
    let version = hidden(&page, "version");
    let sign = [("version", version.as_str()), ("signer", "client"), ("signature", "王小明")];
    let signed = step(&mut head, &file, "sign", &sign[1..]).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    let fresh = hidden(&head.get(&file).await.body, "operation");
    let stale = [("operation", fresh.as_str()), sign[0], ("signer", "guardian"), ("signature", "王建国签")];
    let stale = head.post(&format!("{file}/sign"), &stale).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
    assert!(stale.body.contains("其他人刚刚修改了") && stale.body.contains("王建国签"), "{}", stale.body);
    let signed = step(&mut head, &file, "sign", &[("signer", "guardian"), ("signature", "王建国")]).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);

    let offered = offers_it_to_whom_it_takes(&mut head, &file).await;
    let (member, _) = offered.iter().find(|(_, words)| words.contains("姓名 worker")).expect("the worker is offered");
    assert_eq!(step(&mut head, &file, "confirm", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let confirmed = step(&mut head, &file, "confirm", &[("responsible", member)]).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.body);
    let page = head.get(&file).await.body;
    assert!(page.contains("/o/qs01/cases/cas_"), "the case is linked: {page}");
    let found = head.post("/o/qs01/clients", &[("q", "王小")]).await;
    assert!(head.get(found.location()).await.body.contains("王*明"));
    let status = visitor.post("/s/qs01/status", &[("code", &receipt)]).await;
    assert!(status.body.contains("申请成功") && status.body.contains("本页即报名回执"), "{}", status.body);
}

/// The page offers a case to exactly those whom the operation takes, each with what they are and have in hand.
async fn offers_it_to_whom_it_takes(head: &mut Browser, file: &str) -> Vec<(String, String)> {
    for role in ["finance", "materials", "archivist", "intake", "counsellor"] {
        let operation = hidden(&head.get("/o/qs01/members/new").await.body, "operation");
        let new = [("operation", operation.as_str()), ("name", role), ("sign_in_name", role), ("roles", role)];
        let added = head.post("/o/qs01/members/new", &[new.as_slice(), &[("from", "2026-01-01")]].concat()).await;
        assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    }
    let page = head.get(file).await.body;
    let select = page.split("name=\"responsible\"").nth(1).and_then(|rest| rest.split("</select>").next());
    let option = |option: &str| {
        let (id, rest) = option.split_once('"').unwrap();
        let words = rest.split_once('>').unwrap().1.split('<').next().unwrap();
        (format!("mem_{id}"), words.to_owned())
    };
    let offered: Vec<(String, String)> =
        select.expect("a choice of members").split("value=\"mem_").skip(1).map(option).collect();
    let words: Vec<&str> = offered.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(
        words,
        [
            "姓名 head（站长，在办 0 件）",
            "姓名 worker（社工，在办 0 件）",
            "姓名 both（社工，在办 0 件）",
            "counsellor（心理咨询师，在办 0 件）",
        ]
    );
    let members = head.get("/o/qs01/members").await.body;
    let members: BTreeSet<String> = members
        .split("/o/qs01/members/mem_")
        .skip(1)
        .map(|rest| format!("mem_{}", rest.split('"').next().unwrap()))
        .collect();
    assert_eq!(members.len(), 8);
    for member in &members {
        let operation = hidden(&head.get(file).await.body, "operation");
        let asked = [("operation", operation.as_str()), ("version", "999"), ("responsible", member)];
        let answer = head.post(&format!("{file}/confirm"), &asked).await;
        if offered.iter().any(|(id, _)| id == member) {
            assert_eq!(answer.status, StatusCode::CONFLICT, "taken, but for the page that is out of date: {member}");
        } else {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{member}: {}", answer.body);
            assert!(answer.body.contains("这位成员现有的角色") && answer.body.contains("打不开"), "{}", answer.body);
        }
    }
    offered
}

/// Proves INT-16.
#[tokio::test]
async fn a_refusal_without_its_parts_is_held_back_with_what_was_written() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    apply(&mut world.browser(), &[]).await;
    let file = only_file(&mut head).await;
    step(&mut head, &file, "accept", &[("grade", "routine")]).await;
    let refused = step(&mut head, &file, "refuse", &[("criterion", "area"), ("note", "您住在别的街道。")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body.contains("INT-16") && refused.body.contains("您住在别的街道。"), "{}", refused.body);
    assert!(refused.body.contains("id=\"refuse\" open"), "the form that was refused is open: {}", refused.body);
    let whole = [("criterion", "area"), ("note", "您住在别的街道。"), ("mode", "telephone"), ("referral", "suggested")];
    assert_eq!(step(&mut head, &file, "refuse", &whole).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_ended_session_carries_the_form_through_signing_in() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    apply(&mut world.browser(), &[]).await;
    let file = only_file(&mut head).await;
    let page = head.get(&file).await.body;
    let fields = ["operation", "version", "whose"].map(|name| (name.to_owned(), hidden(&page, name)));
    let withdraw = format!("{file}/withdraw");
    let ended = world.browser().post(&withdraw, &with(&fields, &[("note", "不需要了")])).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    assert!(!ended.body.contains("不需要了"), "{}", ended.body);
    let signs_in = async |name: &str| {
        let mut browser = world.browser();
        let typed = [("name", name), ("password", PASSWORD)];
        let answer = browser.post("/sign-in", &with(&carried::hidden(&ended.body), &typed)).await;
        let page = carried::hidden(&answer.body);
        (browser.post(&withdraw, &with(&page, &[])).await.status, head.clone().get(&file).await.body)
    };
    let (status, unchanged) = signs_in("worker").await;
    assert!(status.is_client_error() && !unchanged.contains("不需要了"), "{status}");
    let (status, withdrawn) = signs_in("head").await;
    assert!(status == StatusCode::SEE_OTHER && withdrawn.contains("不需要了"), "{status}");
}

#[tokio::test]
async fn what_is_not_ones_own_is_not_there() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    apply(&mut world.browser(), &[]).await;
    let file = only_file(&mut head).await;
    let mut both = world.signed_in("both").await;
    let elsewhere = file.replace("/o/qs01/", "/o/qs02/");
    assert_eq!(both.get(&elsewhere).await.status, StatusCode::NOT_FOUND, "a neighbour's application");
    assert_eq!(both.get("/o/qs01/applications/app_nonsense").await.status, StatusCode::NOT_FOUND);
    assert_eq!(step(&mut head, &file, "accept", &[("grade", "routine")]).await.status, StatusCode::SEE_OTHER);
    // A social worker sees the file and no button that would be refused.
    let mut worker = world.signed_in("worker").await;
    let page = worker.get(&file).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains(&format!("{file}/review\"")), "{}", page.body);
    let version = hidden(&head.get(&file).await.body, "version");
    let fields = [("operation", "opr_01900000000070008000000000000002"), ("version", version.as_str())];
    assert_eq!(worker.post(&format!("{file}/review"), &fields).await.status, StatusCode::FORBIDDEN);
}

/// Proves INT-03, SPG-06.
#[tokio::test]
async fn staff_take_an_application_in_and_every_mistake_is_named_at_once() {
    let world = World::new().await;
    let mut worker = world.signed_in("worker").await;
    let new = "/o/qs01/applications/new";
    let page = worker.get(new).await.body;
    let service = page.split("value=\"svc_").nth(1).map(|rest| format!("svc_{}", rest.split('"').next().unwrap()));
    let service = service.unwrap_or_else(|| panic!("no service in {page}"));
    let operation = hidden(&page, "operation");
    let entry = |service: &str, channel: &str, told: &str, name: &str| {
        let mut fields = filled(&[("name", name)]);
        let own = [("operation", operation.as_str()), ("service", service), ("channel", channel), ("told_at", told)];
        fields.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        fields
    };
    let wrong = send(&mut worker, new, &entry("", "website", "2999-01-01T10:00", "")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["service", "channel", "told_at", "name"] {
        assert!(wrong.body.contains(&format!("id=\"{field}-error\"")), "{field}: {}", wrong.body);
    }
    assert!(wrong.body.contains("希望有人定期上门看望。"));
    let told = hidden_input(&page, "told_at");
    let taken = send(&mut worker, new, &entry(&service, "telephone", &told, "王小明")).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
    assert!(taken.body.contains(&code(&taken.body)));
    // Somebody went back and typed another person into the same form.
    let again = send(&mut worker, new, &entry(&service, "telephone", &told, "李大明")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("李大明"), "what was typed is kept: {}", again.body);
    assert_ne!(hidden(&again.body, "operation"), operation, "sent on purpose it is another application");
}

/// What a visible input begins with.
fn hidden_input(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\"")).nth(1).unwrap_or_default();
    rest.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_was_done_late_is_marked_where_it_stands_in_the_course() {
    let (world, clock) = World::standing(Config { rate_limits: false, ..Config::default() }).await;
    // A community centre owes the review within a day (INT-07).
    world.meddle("UPDATE organisations SET packs = 'K' WHERE slug = 'qs01'").await;
    let applied = apply(&mut world.browser(), &[]).await;
    assert_eq!(applied.status, StatusCode::OK, "{}", applied.body);
    let head = cases::staff(&world, "head").await;
    let all = applications::list(&head, &ApplicationFilter::default(), &Default::default()).await.unwrap();
    let application = all.rows[0].id;
    let operation = || world.backend.new_operation();
    let version = async || applications::open(&head, application).await.unwrap().version;
    let accept = Command::of(operation(), Accept { application, grade: Some(Grade::Routine) }).seen(version().await);
    applications::accept(&head, accept).await.unwrap();
    let page = format!("/o/qs01/applications/{application}");
    let mut browser = world.signed_in("head").await;
    assert!(!browser.get(&page).await.body.contains("entry--late"), "accepted in time");

    clock.set(Moment::parse("2026-03-04T10:00").unwrap());
    applications::review(&head, Command::of(operation(), application).seen(version().await)).await.unwrap();
    let shown = world.signed_in("head").await.get(&page).await.body;
    let late: Vec<&str> = shown.split("entry--late").skip(1).collect();
    assert_eq!(late.len(), 1, "{shown}");
    assert!(late[0].split("</li>").next().unwrap().contains("迟 "), "{}", late[0]);
}

/// The act whose form is posted there, after the application's own address.
fn act_at(path: &str) -> ApplicationAct {
    match path {
        "accept" => ApplicationAct::Accept,
        "review" => ApplicationAct::Review,
        "supplement/ask" => ApplicationAct::Ask,
        "supplement" => ApplicationAct::Supplement,
        "inquire" => ApplicationAct::Inquire,
        "screen" => ApplicationAct::Screen,
        "sign" => ApplicationAct::Sign,
        "confirm" => ApplicationAct::Confirm,
        "refuse" => ApplicationAct::Refuse,
        "withdraw" => ApplicationAct::Withdraw,
        "tell" => ApplicationAct::Tell,
        _ => panic!("{path} is no act"),
    }
}

/// The forms on an application's page are the acts that its file offers: none more, none less. The agreement is written on a page
/// of its own, and a confirmation that a rule blocks has no form.
#[tokio::test]
async fn a_page_has_a_form_for_each_act_that_is_offered_and_no_other() {
    let world = World::serving(Config { rate_limits: false, ..Config::default() }, |route| route).await;
    let child = identity("20160302");
    let guardian = [("guardian_name", "王建国"), ("guardian_relation", "father"), ("guardian_phone", "13900139000")];
    let who = [&[("identity_number", child.as_str())][..], &guardian].concat();
    apply(&mut world.browser(), &who).await;
    let mut head = world.signed_in("head").await;
    let mut worker = world.signed_in("worker").await;
    let scopes = [cases::staff(&world, "head").await, cases::staff(&world, "worker").await];
    let file = only_file(&mut head).await;
    let id = file.rsplit('/').next().unwrap().parse().unwrap();
    let rules = backend::duties::binding(&scopes[0]).await.unwrap();
    let member = scopes[1].member().to_string();
    let road: [(&str, &[(&str, &str)]); 11] = [
        ("accept", &[("grade", "routine")]),
        ("supplement/ask", &[("missing", "户口本复印件")]),
        ("supplement", &[("note", "户口本复印件已交。")]),
        ("inquire", &[("note", "核实住址。")]),
        ("review", &[]),
        ("screen", &[("note", "需求明确。"), ("method", "interview")]),
        ("agreement", &AGREEMENT),
        ("sign", &[("signer", "guardian"), ("signature", "王建国")]),
        ("sign", &[("signer", "client"), ("signature", "王小明")]),
        ("confirm", &[("responsible", &member)]),
        ("tell", &[("mode", "telephone")]),
    ];
    let mut shown = BTreeSet::new();
    for (path, fields) in road {
        for (browser, scope) in [(&mut head, &scopes[0]), (&mut worker, &scopes[1])] {
            let page = browser.get(&file).await.body;
            let begins = format!("action=\"{file}/");
            let forms = page.split(begins.as_str()).skip(1).map(|rest| act_at(rest.split('"').next().unwrap()));
            let forms: BTreeSet<ApplicationAct> = forms.collect();
            let known = applications::open(scope, id).await.unwrap();
            let blocked = !applications::in_the_way(scope, &rules, &known).is_empty();
            let has_form = |act: &ApplicationAct| match act {
                ApplicationAct::Prepare => false,
                ApplicationAct::Confirm => !blocked,
                _ => true,
            };
            let offered = ApplicationAct::ALL.iter().copied().filter(|act| known.acts.open(*act)).filter(has_form);
            assert_eq!(forms, offered.collect(), "{} before {path}", scope.name());
            let writes = page.contains(&format!("href=\"{file}/agreement\""));
            let may_write = known.acts.open(ApplicationAct::Prepare);
            assert!(writes || !may_write, "{} before {path}", scope.name());
            shown.extend(forms);
        }
        let now = world.backend.now().to_input();
        let told = (path == "tell").then_some(("at", now.as_str()));
        let fields: Vec<_> = fields.iter().copied().chain(told).collect();
        let done = step(&mut head, &file, path, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{path}: {}", done.body);
    }
    assert_eq!(shown.len(), ApplicationAct::ALL.len() - 1, "{shown:?}");
}
