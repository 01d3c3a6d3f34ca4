//! The review queue as a supervisor without scripts goes through it: one paper after the other, what changed in each, and what
//! happens when somebody else was quicker.

use crate::cases::{self, Fields, Road, fill};
use crate::today::{filled, send_back};
use crate::world::World;
use axum::http::StatusCode;
use backend::paperwork::{self, Decide, Submit};
use backend::{Command, StaffScope};
use domain::ids::{CaseId, PaperId};
use domain::papers::Deed;

const QUEUE: &str = "/o/qs01/review";

fn page(paper: PaperId) -> String {
    format!("{QUEUE}/{paper}")
}

/// A case in service, with the worker who writes in it.
async fn serving() -> (Road, StaffScope, CaseId) {
    let mut road = Road::of(World::new().await).await;
    road.serve().await;
    let worker = cases::staff(&road.world, "worker").await;
    let case = road.id().parse().unwrap();
    (road, worker, case)
}

/// The worker hands a record in.
async fn record(road: &Road, worker: &StaffScope, case: CaseId, content: &str, replaces: Option<PaperId>) -> PaperId {
    let now = cases::moment(&road.world);
    let mut typed = cases::record(&now);
    typed.retain(|(key, _)| *key != "content");
    typed.push(("content", content));
    let Command { operation, body, .. } = filled(worker, case, "record", &typed);
    paperwork::submit(worker, Command::of(operation, Submit { replaces, ..body })).await.unwrap()
}

#[tokio::test]
async fn each_decision_leads_to_the_next_paper_and_the_last_one_to_rest() {
    let (mut road, worker, case) = serving().await;
    let mut papers = Vec::new();
    for content in ["陪同复诊。", "电话问候。", "上门探访。"] {
        papers.push(record(&road, &worker, case, content, None).await);
    }
    let today = road.head.get("/o/qs01").await.body;
    assert!(today.contains(&format!("href=\"{QUEUE}\"")) && today.contains(&page(papers[0])), "{today}");
    assert_eq!(road.head.get(QUEUE).await.location(), page(papers[0]));

    let first = road.head.get(&page(papers[0])).await.body;
    for said in ["还有 3 份", "第 1 稿", "陪同复诊。", "王*明", "今天已审 2 / 5", "通过，看下一份", "data-key=\"a\""]
    {
        assert!(first.contains(said), "{said}: {first}");
    }
    assert!(!first.contains("王小明"), "a supervisor reads the mask: {first}");
    assert!(first.contains(&format!("href=\"{}\"", page(papers[1]))), "what is left for now leads on: {first}");

    let approve: Fields<'_> = vec![("deed", "approve")];
    let mut here = page(papers[0]);
    for next in [page(papers[1]), page(papers[2]), QUEUE.to_owned()] {
        let answer = fill(&mut road.head, &here, &here, &approve).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_eq!(answer.location(), format!("{next}?done=record.approve"));
        here = next;
    }
    let rest = road.head.get(&format!("{QUEUE}?done=record.approve")).await;
    assert_eq!(rest.status, StatusCode::OK);
    for said in ["没有等您审的文书", "今天审了 5 份", "服务记录已批准"] {
        assert!(rest.body.contains(said), "{said}: {}", rest.body);
    }
    assert_eq!(road.worker.get(QUEUE).await.status, StatusCode::FORBIDDEN, "whoever decides about nothing");
}

#[tokio::test]
async fn a_second_draft_shows_what_changed_and_why_the_first_came_back() {
    let (mut road, worker, case) = serving().await;
    let first = record(&road, &worker, case, "看了药盒。药基本按时吃。", None).await;
    let here = page(first);
    let nothing = fill(&mut road.head, &here, &here, &vec![("deed", "return"), ("reason", "  ")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fold = nothing.body.split("<details").find(|fold| fold.contains("verdict__because")).unwrap();
    assert!(fold.split('>').next().unwrap().contains(" open"), "what has to be mended is in sight: {fold}");
    assert!(nothing.body.contains("id=\"errors\""), "{}", nothing.body);
    let why = vec![("deed", "return"), ("reason", "漏了几次要写清。")];
    let back = fill(&mut road.head, &here, &here, &why).await;
    assert_eq!(back.location(), format!("{QUEUE}?done=record.return"));

    let second = record(&road, &worker, case, "看了药盒。晚上的降压药漏了两次。", Some(first)).await;
    let marked = road.head.get(&page(second)).await.body;
    for said in [
        "第 2 稿，1 处改动",
        "漏了几次要写清。",
        "退回第 1 稿",
        "id=\"change-1\"",
        "药基本按时吃",
        "晚上的降压药漏了两次",
    ] {
        assert!(marked.contains(said), "{said}: {marked}");
    }
    let within = |tag: &str| {
        let from = marked.split_once(&format!("<{tag} class=\"diff\">")).unwrap().1;
        from.split_once(&format!("</{tag}>")).unwrap().0.to_owned()
    };
    assert!(within("del").contains("药基本按时吃") && !within("del").contains("看了药盒"), "{}", within("del"));
    assert!(within("ins").contains("晚上的降压药漏了两次"), "{}", within("ins"));
    let now = road.head.get(&format!("{}?show=this", page(second))).await.body;
    assert!(now.contains("晚上的降压药漏了两次") && !now.contains("药基本按时吃") && !now.contains("<del"), "{now}");
    let then = road.head.get(&format!("{}?show=before", page(second))).await.body;
    assert!(then.contains("药基本按时吃") && !then.contains("晚上的降压药漏了两次"), "{then}");
}

#[tokio::test]
async fn whoever_comes_too_late_is_told_who_was_quicker_and_keeps_what_was_typed() {
    let (mut road, worker, case) = serving().await;
    let deputy = cases::deputy(&road.world, "周映雪").await;
    let (one, other) = (
        record(&road, &worker, case, "陪同复诊。", None).await,
        record(&road, &worker, case, "电话问候。", None).await,
    );

    let here = page(one);
    let shown = road.head.get(&here).await;
    assert_eq!(shown.status, StatusCode::OK);
    let approved = Decide { paper: one, deed: Deed::Approve, reason: String::new() };
    paperwork::decide(&deputy, Command::of(deputy.new_operation(), approved).seen(1)).await.unwrap();
    let operation = road.world.backend.new_operation().to_string();
    let typed = [("operation", &*operation), ("version", "1"), ("deed", "return"), ("reason", "请补充效果。")];
    let late = road.head.post(&here, &typed).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    for said in ["周映雪先审了这份，现在是“已批准”", "请补充效果。", "看下一份", &page(other)]
    {
        assert!(late.body.contains(said), "{said}: {}", late.body);
    }
    assert!(!late.body.contains("value=\"return\""), "there is nothing to decide: {}", late.body);

    send_back(&deputy, other, "请写明时间。").await;
    let gone = road.head.get(&page(other)).await.body;
    assert!(gone.contains("周映雪先审了这份，现在是“退回”") && gone.contains("回到今天"), "{gone}");
}
