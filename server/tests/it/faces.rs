//! What each face shows of itself: to anybody who we are and what we offer, to an evaluator that the pages are marked.

use crate::cases::Road;
use crate::queries::{Places, outsiders};
use crate::world::World;

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
