//! What each face shows of itself: to anybody who we are and what we offer, to an evaluator that the pages are marked.

use crate::cases::{self, Road};
use crate::queries::{self, Places, outsiders};
use crate::units;
use crate::world::World;
use axum::http::StatusCode;

/// Proves ANN-06, CAT-11, ORG-02, RGT-01, RGT-02.
#[tokio::test]
async fn anybody_reads_who_we_are_and_what_we_offer() {
    let world = World::new().await;
    let mut visitor = world.browser();
    let front = visitor.get("/s/qs01").await.body;
    for words in [
        "qs01 社会工作站",
        "榕树社会工作服务中心",
        "为居民服务。",
        "青山街道",
        "青山路 1 号",
        "020-81234567",
        "周一至周五",
        "href=\"/s/qs01/services/elder-care\"",
    ] {
        assert!(front.contains(words), "{words}: {front}");
    }
    let service = visitor.get("/s/qs01/services/elder-care").await.body;
    for words in ["居家老人探访", "定期上门看望独居老人。", "居住在本街道", "请先备好", "提交以后"]
    {
        assert!(service.contains(words), "{words}: {service}");
    }
}

/// Proves PUB-05.
#[tokio::test]
async fn anybody_reads_the_policies_that_are_public() {
    let world = World::new().await;
    let (head, supervisor) = (cases::staff(&world, "head").await, cases::deputy(&world, "督导").await);
    let unit = units::set_up(&world, "综合服务部").await.to_string();
    let publish = async |topic: &str, readers: &str, title: &str| {
        let said = [
            ("topic", topic),
            ("readers", readers),
            ("title", title),
            ("interpreted_by", &*unit),
            ("articles.1.text", "收到投诉的当天登记。"),
            ("discussion", "内部讨论的话"),
        ];
        format!("/s/qs01/published/{}", queries::policy((&head, &supervisor), &said).await)
    };
    let open = publish("complaints", "public", "投诉与申诉办法").await;
    let inner = publish("finance", "staff", "财务制度").await;
    let mut visitor = world.browser();
    assert!(visitor.get("/s/qs01").await.body.contains("href=\"/s/qs01/published\""));
    let list = visitor.get("/s/qs01/published").await.body;
    assert!(list.contains("投诉与申诉办法") && list.contains(&open), "{list}");
    assert!(!list.contains("财务制度") && !list.contains(&inner), "{list}");
    let page = visitor.get(&open).await.body;
    assert!(page.contains("收到投诉的当天登记。"), "{page}");
    for inside in ["内部讨论的话", "综合服务部", head.name()] {
        assert!(!page.contains(inside), "{inside}: {page}");
    }
    assert_eq!(visitor.get(&inner).await.status, StatusCode::NOT_FOUND);
}

/// Proves SEC-07.
#[tokio::test]
async fn every_page_of_an_evaluation_bears_who_looks() {
    let road = Road::of(World::new().await).await;
    let mut places = Places::default();
    outsiders(&road, &mut places).await;
    places.put("{case}", "{case}", road.case.rsplit('/').next().unwrap());
    let mut evaluator = road.world.signed_in("evaluator").await;
    for path in ["/e/{engagement}", "/e/{engagement}/cases", "/e/{engagement}/cases/{case}"] {
        let page = evaluator.get(&places.address(path).unwrap()).await.body;
        let mark = page.split_once("class=\"watermark\"").unwrap().1.split("</svg>").next().unwrap();
        assert!(mark.contains("评估员 "), "{path}: {mark}");
    }
}
